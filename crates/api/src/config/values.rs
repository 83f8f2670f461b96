//! What options hold, read from text.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, Utc};
use kemu_domain::clock::{Clock, FIRST_YEAR, LAST_YEAR};
use kemu_domain::dates;
use kemu_persistence::store::{MalformedUrl, StoreUrl};
use serde::Deserialize;
use tracing_subscriber::EnvFilter;

use crate::switches::instant;

/// The port where nobody chose one.
pub(super) const PORT: u16 = 8080;
/// The same for HTTPS.
pub(super) const TLS_PORT: u16 = 8443;

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// The address.
    pub ip: IpAddr,
    /// The port, if it was named.
    pub port: Option<u16>,
}

impl Default for Listen {
    fn default() -> Self {
        Self { ip: Ipv4Addr::LOCALHOST.into(), port: None }
    }
}

impl Listen {
    /// The address and port.
    pub fn address(self) -> SocketAddr {
        SocketAddr::new(self.ip, self.port.unwrap_or(PORT))
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let local = match (text.strip_prefix(':'), text.strip_prefix("localhost")) {
            (Some(port), _) => Some(format!("127.0.0.1:{port}")),
            (None, Some(rest)) => Some(format!("127.0.0.1{rest}")),
            (None, None) => None,
        };
        let full = local.as_deref().unwrap_or(text);
        let with_port = full.parse().map(|it: SocketAddr| Self { ip: it.ip(), port: Some(it.port()) });
        with_port.or_else(|_| full.parse().map(|ip| Self { ip, port: None })).map_err(|_| {
            format!("'{text}' is no address; right would be 127.0.0.1:8080, :8080, :0 or 0.0.0.0")
        })
    }
}

/// Where clients reach the server, if that was said. Without a slash at the end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PublicUrl(pub Option<String>);

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Ok(Self(None));
        }
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        match rest.map(|rest| rest.trim_end_matches('/')) {
            Some(rest) if !rest.is_empty() && !rest.contains(['?', '#', ' ']) => {
                Ok(Self(Some(text.trim_end_matches('/').to_string())))
            }
            _ => Err(format!("'{text}' is no address of a server; right would be https://kraken.example")),
        }
    }
}

/// Where the world is kept. Empty text is a temporary store.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Database(pub StoreUrl);

impl FromStr for Database {
    type Err = MalformedUrl;

    fn from_str(text: &str) -> Result<Self, MalformedUrl> {
        Ok(Self(if text.is_empty() { StoreUrl::Temporary } else { text.parse()? }))
    }
}

/// What time it is in the world when kemu starts, and whether it goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClockStart {
    /// The wall clock's.
    #[default]
    Real,
    /// The wall clock's at the start; there it stays.
    Frozen,
    /// This; from there it runs on.
    At(DateTime<Utc>),
}

impl ClockStart {
    /// A clock that begins so, now.
    pub fn clock(self) -> Clock {
        let clock = Clock::real();
        match self {
            Self::Real => {}
            Self::Frozen => clock.freeze(),
            Self::At(instant) => clock.set(instant),
        }
        clock
    }
}

impl FromStr for ClockStart {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let start = match text {
            "real" => return Ok(Self::Real),
            "frozen" => return Ok(Self::Frozen),
            _ => instant(text),
        };
        let Some(start) = start else {
            return Err(format!("'{text}' is no time; right would be real, frozen or 2026-01-15T12:00:00Z"));
        };
        if !(FIRST_YEAR..=LAST_YEAR).contains(&dates::paris_date(start).year()) {
            return Err(format!(
                "'{text}' is beyond what is emulated; right would be a time from {FIRST_YEAR} to {LAST_YEAR}"
            ));
        }
        Ok(Self::At(start))
    }
}

/// How logs are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// As text on a terminal, as JSON otherwise.
    #[default]
    Auto,
    /// As text.
    Text,
    /// As JSON, a line an event.
    Json,
}

/// Which logs are written, in the words of `tracing-subscriber`: `info,sqlx=warn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The filter.
    pub fn filter(&self) -> EnvFilter {
        EnvFilter::new(&self.0)
    }
}

impl FromStr for LogFilter {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match EnvFilter::try_new(text) {
            Ok(_) if !text.trim().is_empty() => Ok(Self(text.into())),
            _ => Err(format!("'{text}' is no filter of logs; right would be warn, debug or info,sqlx=debug")),
        }
    }
}

/// A number without sign or fraction.
pub(super) fn whole_number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("'{text}' is no whole number; right would be 42"))
}

/// Yes or no, in the words that variables are set to.
pub(super) fn truth(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(format!("'{text}' is neither yes nor no; right would be true or false")),
    }
}

/// The file writes these as text.
fn from_text<'de, D: serde::Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

macro_rules! from_text {
    ($($ty:ty),+) => {$(
        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                from_text(deserializer)
            }
        }
    )+};
}

from_text!(Listen, PublicUrl, Database, ClockStart, LogFilter);
