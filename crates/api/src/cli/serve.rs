//! `kemu serve`: starts the emulator and runs until it is told to stop.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::serve::ListenerExt as _;
use clap::Args;
use kemu_auth::keys::SigningKeys;
use kemu_domain::Seed;
use kemu_domain::fixture::OAuthClient;
use kemu_persistence::demo;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio_rustls::rustls::ServerConfig;

use super::certs::{given, wall_clock};
use super::{ADDRESS_IN_USE, Failed, banner, usage};
use crate::config::{Config, Database, Environment, Layer, Listen, PublicUrl};
use crate::http::{App, HttpOptions, service, service_over_tls};
use crate::log::{Look, subscriber};
use crate::sandbox::{SandboxError, Settings};
use crate::tls::{self, Folder, Found};

/// How long open requests may take to end once the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the options of an emulator are called where a command has others besides.
pub(super) const HEADING: &str = "Options of the emulator";

/// How the emulator starts.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// The configuration file; without it, kemu.toml in the working directory [env: KEMU_CONFIG]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
    #[command(flatten)]
    layer: Layer,
}

impl Options {
    /// Shares neither ports nor store nor address with another kemu, whatever variables and file say, unless a flag
    /// says so.
    pub(super) fn apart_from_others(mut self) -> Self {
        let free = Listen { port: Some(0), ..Listen::default() };
        self.layer.listen.get_or_insert(free);
        self.layer.tls_listen.get_or_insert(free);
        self.layer.database_url.get_or_insert_with(Database::default);
        self.layer.public_url.get_or_insert_with(PublicUrl::default);
        self
    }
}

pub(super) fn run(options: Options, environment: &Environment) -> Result<(), Failed> {
    let (config, look) = prepare(options, environment)?;
    runtime()?.block_on(serve(&config, look))
}

/// Reads the configuration and sets up the logs.
pub(super) fn prepare(options: Options, environment: &Environment) -> Result<(Config, Look), Failed> {
    let Options { config, layer } = options;
    let config = Config::load(layer, environment, config.as_deref(), Path::new(".")).map_err(usage)?;
    let look = Look::of(config.log_format, std::io::stderr().is_terminal(), environment.allows_colour());
    tracing::subscriber::set_global_default(subscriber(look, &config.log, std::io::stderr))
        .map_err(Failed::new)?;
    environment.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
    std::thread::spawn(SigningKeys::warm_up);
    Ok((config, look))
}

/// What a server runs on.
pub(super) fn runtime() -> Result<Runtime, Failed> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failed::new)
}

/// The applications of the file that `--clients` names.
fn clients(config: &Config) -> Result<Vec<OAuthClient>, Failed> {
    let Some(path) = given(&config.clients) else { return Ok(Vec::new()) };
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| usage(format!("--clients: {shown} cannot be read: {error}")))?;
    demo::parse_clients(&text, &shown).map_err(|error| usage(format!("--clients: {error}")))
}

/// The world that the configuration asks for.
fn settings(config: &Config, clients: Vec<OAuthClient>) -> Settings {
    Settings {
        clients,
        store: config.database_url.0.clone(),
        clock: config.clock.clock(),
        seed: Seed(config.seed),
        unmodelled: config.unmodelled,
        rate_limits: config.rate_limits,
        rate_overrides: config.rate_limit.clone(),
        disabled: config.disable.clone(),
        brownouts: config.brownout.clone(),
        provoked: config.fail.clone(),
        api_keys: config.api_keys,
        journal_size: config.journal_size,
    }
}

/// How the server answers that listens at this address.
fn http_options(config: &Config, address: SocketAddr) -> HttpOptions {
    HttpOptions {
        base_url: config.public_url.0.clone().unwrap_or_else(|| format!("http://{address}")),
        follows_host: config.public_url.0.is_none(),
        issuer_metadata: config.issuer_metadata,
        refuse_with_400: config.strict_status,
        deprecations: config.deprecations,
    }
}

/// A world that is open, and where it listens.
pub(super) struct Opened {
    pub(super) app: Arc<App>,
    listener: TcpListener,
    secure: Option<(tls::Listener, String)>,
}

impl Opened {
    pub(super) async fn open(config: &Config) -> Result<Self, Failed> {
        let listener = listen(config.listen.address(), "listen").await?;
        let address = listener.local_addr().map_err(Failed::new)?;
        let secure = if config.tls { Some(listen_for_tls(config).await?) } else { None };
        let settings = settings(config, clients(config)?);
        let app = App::open(settings, http_options(config, address)).await.map_err(cannot_open)?;
        Ok(Self { app: Arc::new(app), listener, secure })
    }

    /// Where it listens for plain HTTP.
    pub(super) fn address(&self) -> Result<SocketAddr, Failed> {
        self.listener.local_addr().map_err(Failed::new)
    }

    /// Its address over TLS, where it has one.
    pub(super) fn secure_url(&self) -> Option<&str> {
        self.secure.as_ref().map(|(_, url)| url.as_str())
    }

    /// Answers until the sender is gone, and then what is still open.
    pub(super) async fn answer(self, stopped: watch::Receiver<()>) -> Result<(), Failed> {
        let Self { app, listener, secure } = self;
        let plain =
            axum::serve(listener, service(Arc::clone(&app))).with_graceful_shutdown(gone(stopped.clone()));
        let secure = async {
            let Some((listener, _)) = secure else { return Ok(()) };
            // axum tells handlers the caller's address for its own listeners, and this makes it one.
            let listener = listener.tap_io(|_| {});
            axum::serve(listener, service_over_tls(app)).with_graceful_shutdown(gone(stopped)).await
        };
        tokio::try_join!(plain.into_future(), secure).map(drop).map_err(Failed::new)
    }
}

async fn serve(config: &Config, look: Look) -> Result<(), Failed> {
    let mut told_to_stop = ToldToStop::new()?;
    let opened = tokio::select! {
        opened = Opened::open(config) => opened?,
        () = told_to_stop.wait() => {
            tracing::info!("Told to stop before the world was open.");
            return Ok(());
        }
    };
    banner::show(&opened.app, opened.secure_url(), look, config.quiet);
    let (stop, stopped) = watch::channel(());
    let told = async {
        told_to_stop.wait().await;
        tracing::info!("Told to stop: no new connections, open requests may end.");
        drop(stop);
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        ended = opened.answer(stopped) => ended,
        () = told => Ok(()),
    }
}

/// Waits until the sender is gone; nothing is ever sent.
async fn gone(mut stopped: watch::Receiver<()>) {
    let _ = stopped.changed().await;
}

/// What takes connections over TLS, and its address.
async fn listen_for_tls(config: &Config) -> Result<(tls::Listener, String), Failed> {
    let config_of_tls = server_config(config)?;
    let listener = listen(config.tls_listen.address(), "tls-listen").await?;
    let address = listener.local_addr().map_err(Failed::new)?;
    Ok((tls::Listener::new(config_of_tls, listener), format!("https://{address}")))
}

/// TLS with the user's certificate, or else with kemu's own.
fn server_config(config: &Config) -> Result<Arc<ServerConfig>, Failed> {
    match (given(&config.tls_cert), given(&config.tls_key)) {
        (Some(certificate), Some(key)) => tls::server_config(certificate, key).map_err(usage),
        (None, None) => {
            let folder = Folder::new(given(&config.tls_dir)).map_err(usage)?;
            if folder.prepare(wall_clock(), false).map_err(Failed::new)? == Found::Nothing {
                let ca = folder.ca();
                tracing::info!(ca = %ca.display(), "A CA was made. `kemu certs trust-help` says how to trust it.");
            }
            tls::server_config(&folder.server(), &folder.server()).map_err(Failed::new)
        }
        _ => Err(usage(tls::ONE_OF_TWO)),
    }
}

/// Some of what a world is made from comes from the command line as it is.
fn cannot_open(error: SandboxError) -> Failed {
    match error {
        SandboxError::Limit(_) | SandboxError::Switch(_) | SandboxError::Clients(_) => usage(error),
        other => Failed::new(other),
    }
}

async fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, Failed> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Failed {
            message: format!(
                "port {} is taken, perhaps by another kemu. Choose another with --{option} :{}, or let one be picked \
                 with --{option} :0.",
                address.port(),
                address.port().saturating_add(1)
            ),
            code: ADDRESS_IN_USE,
        },
        std::io::ErrorKind::PermissionDenied => Failed::new(format!(
            "cannot listen on {address}: {error}. `kemu hosts` says how to be allowed to; a port that needs no \
             permission is chosen with --{option} :0."
        )),
        _ => Failed::new(format!("cannot listen on {address}: {error}")),
    })
}

/// SIGTERM and Ctrl-C. They are caught as soon as this is made; the first process of a container does not even end by them
/// before.
struct ToldToStop {
    terminate: Signal,
    interrupt: Signal,
}

impl ToldToStop {
    fn new() -> Result<Self, Failed> {
        let caught = |kind| signal(kind).map_err(Failed::new);
        Ok(Self { terminate: caught(SignalKind::terminate())?, interrupt: caught(SignalKind::interrupt())? })
    }

    async fn wait(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kemu_apart_from_others_shares_only_what_flags_name() {
        let variables = [
            ("KEMU_TLS_LISTEN", ":8443"),
            ("KEMU_DATABASE_URL", "sqlite:shared.db"),
            ("KEMU_PUBLIC_URL", "https://shared.example"),
        ];
        let environment = Environment::new(variables.map(|(name, value)| (name.into(), value.into())));
        let load = |layer: Layer| {
            let options = Options { config: None, layer }.apart_from_others();
            let nowhere = tempfile::tempdir().unwrap();
            Config::load(options.layer, &environment, None, nowhere.path()).unwrap()
        };
        let own = load(Layer::default());
        assert_eq!([own.listen.port, own.tls_listen.port], [Some(0), Some(0)]);
        assert_eq!((own.database_url, own.public_url), (Database::default(), PublicUrl::default()));

        let public_url: PublicUrl = "https://named.example".parse().unwrap();
        let flags = Layer { public_url: Some(public_url.clone()), ..Layer::default() };
        assert_eq!(load(flags).public_url, public_url);
    }
}
