//! The options, each of them once.

use std::path::PathBuf;

use clap::Args;
use serde::Deserialize;

use super::values::{ClockStart, Database, Listen, LogFilter, LogFormat, PublicUrl, truth, whole_number};
use crate::switches::{
    ApiKeys, Brownout, Coordinate, Deprecations, Provoked, RateLimits, RateOverride, Unmodelled,
};

/// An option that was described by `options!`.
pub(super) struct Described {
    /// Its field.
    pub(super) id: &'static str,
    /// Its default as a user would write it, if it has one.
    pub(super) default: Option<&'static str>,
}

/// Makes [`Layer`], where everything may be missing, and [`Config`], where nothing is.
macro_rules! options {
    ($(
        $(#[doc = $help:literal])+
        $(#[arg($($arg:tt)+)])?
        $name:ident: $ty:ty $(= $default:literal)?;
    )+) => {
        /// What one place says: the flags, the variables, or the file.
        #[derive(Debug, Clone, Default, PartialEq, Args, Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        pub struct Layer {
            $(
                $(#[doc = $help])+
                #[arg(long $(, $($arg)+)?)]
                pub $name: Option<$ty>,
            )+
        }

        /// How kemu is set up, complete.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Config {
            $(
                $(#[doc = $help])+
                pub $name: $ty,
            )+
        }

        /// The options in their order.
        pub(super) const DEFAULTS: &[Described] =
            &[$(Described { id: stringify!($name), default: options!(@text $($default)?) }),+];

        impl Layer {
            /// What this layer says, and where it is silent, what `below` says.
            #[must_use]
            pub fn or(self, below: Self) -> Self {
                Self { $($name: self.$name.or(below.$name)),+ }
            }

            /// What this layer says, and where it is silent, the defaults.
            pub(super) fn complete(self) -> Config {
                let layer = self.or(Self::defaults());
                Config { $($name: options!(@complete layer.$name $(, $default)?)),+ }
            }
        }
    };
    (@text) => { None };
    (@text $default:literal) => { Some($default) };
    (@complete $value:expr) => { $value.unwrap_or_default() };
    (@complete $value:expr, $default:literal) => { $value.expect("the defaults say it") };
}

options! {
    /// Where to listen: ADDRESS:PORT, :PORT on 127.0.0.1, or ADDRESS alone with the port of PORT; port 0 picks a
    /// free one.
    #[arg(value_name = "ADDRESS")]
    listen: Listen = "127.0.0.1:8080";
    /// Where clients reach the server, if not where it listens: https://kraken.example
    #[arg(value_name = "URL")]
    public_url: PublicUrl;
    /// Serve HTTPS too, with a certificate of a CA of kemu's own, which are made where they are missing.
    #[arg(value_name = "BOOL", value_parser = truth, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    tls: bool = "false";
    /// Where to listen for HTTPS; clients that cannot be changed want 127.0.0.1:443.
    #[arg(value_name = "ADDRESS")]
    tls_listen: Listen = "127.0.0.1:8443";
    /// Where the CA and its certificate are kept; without it, among the user's data (~/.local/share/kemu/certs).
    #[arg(value_name = "DIRECTORY")]
    tls_dir: PathBuf;
    /// A certificate of one's own instead, with its chain, as PEM.
    #[arg(value_name = "FILE")]
    tls_cert: PathBuf;
    /// Its key, as PEM.
    #[arg(value_name = "FILE")]
    tls_key: PathBuf;
    /// Serve OAuth metadata where strict clients look for the issuer; Kraken has none there.
    #[arg(value_name = "BOOL", value_parser = truth, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    issuer_metadata: bool = "true";
    /// A YAML file of OAuth applications that are registered at the start, with `clients:` as in fixtures/demo.yaml.
    #[arg(value_name = "FILE")]
    clients: PathBuf;
    /// Where the world is kept: sqlite:PATH or postgres://…; without it each start has a fresh one.
    #[arg(value_name = "URL")]
    database_url: Database;
    /// What time it is in the world: real follows the wall clock, frozen stands still at its time, and a time such as
    /// 2026-01-15T12:00:00Z is where the clock starts and runs on from.
    #[arg(value_name = "TIME")]
    clock: ClockStart = "real";
    /// What everything random in the world hangs on.
    #[arg(value_name = "NUMBER", value_parser = whole_number::<u64>)]
    seed: u64 = "42";
    /// What fields answer that nobody has modelled.
    #[arg(value_name = "WHAT")]
    unmodelled: Unmodelled = "plausible";
    /// Answer HTTP 400 to what is refused before execution, as the live service was measured to do.
    #[arg(value_name = "BOOL", value_parser = truth, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    strict_status: bool = "false";
    /// Enforce the allowance of points and the limits of fields.
    #[arg(value_name = "SWITCH")]
    rate_limits: RateLimits = "on";
    /// A field's limit instead of the contract's: Query.account=10/m (repeatable).
    #[arg(value_name = "FIELD=RATE", value_delimiter = ',')]
    rate_limit: Vec<RateOverride>;
    /// A field or input field that is switched off: Query.account (repeatable).
    #[arg(value_name = "FIELD", value_delimiter = ',')]
    disable: Vec<Coordinate>;
    /// A time in which a field is switched off, announced by apiBrownouts: Query.account=2026-12-01T10:00Z/PT1H
    /// (repeatable).
    #[arg(value_name = "FIELD=START/LENGTH", value_delimiter = ',')]
    brownout: Vec<Brownout>;
    /// A field that answers an error of the catalogue or null, for clients that must live with it:
    /// Query.devices=KT-CT-4340, AccountType.creditStorage=null (repeatable).
    #[arg(value_name = "FIELD=CODE", value_delimiter = ',')]
    fail: Vec<Provoked>;
    /// API keys: off refuses them at sign-in (KT-CT-11100), and nobody has or gets one, as in some territories.
    #[arg(value_name = "SWITCH")]
    api_keys: ApiKeys = "on";
    /// Deprecated members: let them work and count their uses, or refuse them as if they had been removed.
    #[arg(value_name = "WHAT")]
    deprecations: Deprecations = "warn";
    /// How many requests the journal at /_emulator/journal remembers.
    #[arg(value_name = "NUMBER", value_parser = whole_number::<usize>)]
    journal_size: usize = "1000";
    /// How logs are written to stderr: auto is text on a terminal and JSON otherwise.
    #[arg(value_name = "FORMAT")]
    log_format: LogFormat = "auto";
    /// Which logs are written, a level or one for each target: debug, or info,sqlx=debug.
    #[arg(value_name = "FILTER")]
    log: LogFilter = "info,sqlx=warn,sea_orm_migration=warn";
    /// No greeting; the address still goes to stdout.
    #[arg(value_name = "BOOL", value_parser = truth, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    quiet: bool = "false";
}

impl Layer {
    /// The lowest layer, read from the same text that the help shows.
    fn defaults() -> Self {
        let said = super::arguments().into_iter().zip(DEFAULTS);
        let said =
            said.filter_map(|(argument, option)| Some((super::name(&argument).to_string(), option.default?)));
        let layers = said.map(|(name, text)| Self::of(&name, text).expect("a test reads each default"));
        layers.fold(Self::default(), Self::or)
    }

    /// A layer that says one thing.
    pub(super) fn of(option: &str, value: &str) -> Result<Self, clap::Error> {
        use clap::FromArgMatches as _;

        let command = Self::augment_args(clap::Command::new("kemu").no_binary_name(true));
        Self::from_arg_matches(&command.try_get_matches_from([format!("--{option}={value}")])?)
    }
}
