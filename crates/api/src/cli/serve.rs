//! `kemu serve`: starts the emulator and runs until it is told to stop.

use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use kemu_auth::keys::SigningKeys;
use kemu_domain::Seed;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::{ADDRESS_IN_USE, Failed, banner, usage};
use crate::config::{Config, Environment, Layer};
use crate::http::{App, HttpOptions, service};
use crate::log::{Look, subscriber};
use crate::sandbox::{SandboxError, Settings};

/// How long open requests may take to end once the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the emulator starts.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// The configuration file; without it, kemu.toml in the working directory [env: KEMU_CONFIG]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
    #[command(flatten)]
    layer: Layer,
}

pub(super) fn run(options: Options, environment: &Environment) -> Result<(), Failed> {
    let Options { config, layer } = options;
    let config = Config::load(layer, environment, config.as_deref(), Path::new(".")).map_err(usage)?;
    let look = Look::of(config.log_format, std::io::stderr().is_terminal(), environment.allows_colour());
    tracing::subscriber::set_global_default(subscriber(look, &config.log, std::io::stderr))
        .map_err(Failed::new)?;
    environment.warnings().iter().for_each(|warning| tracing::warn!("{warning}"));
    std::thread::spawn(SigningKeys::warm_up);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failed::new)?;
    runtime.block_on(serve(&config, look))
}

/// The world that the configuration asks for.
fn settings(config: &Config) -> Settings {
    Settings {
        store: config.database_url.0.clone(),
        clock: config.clock.clock(),
        seed: Seed(config.seed),
        unmodelled: config.unmodelled,
        rate_limits: config.rate_limits,
        rate_overrides: config.rate_limit.clone(),
        disabled: config.disable.clone(),
        brownouts: config.brownout.clone(),
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

async fn serve(config: &Config, look: Look) -> Result<(), Failed> {
    let listener = listen(config.listen.address()).await?;
    let address = listener.local_addr().map_err(Failed::new)?;
    let app = App::open(settings(config), http_options(config, address)).await.map_err(cannot_open)?;
    let app = Arc::new(app);
    banner::show(&app, look, config.quiet);
    let (stop, mut stopped) = tokio::sync::watch::channel(());
    let server = axum::serve(listener, service(Arc::clone(&app))).with_graceful_shutdown(async move {
        told_to_stop().await;
        tracing::info!("Told to stop: no new connections, open requests may end.");
        drop(stop);
    });
    let patience = async {
        // Changes only when the sender goes.
        let _ = stopped.changed().await;
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        ended = server.into_future() => ended.map_err(Failed::new),
        () = patience => Ok(()),
    }
}

/// Some of what a world is made from comes from the command line as it is.
fn cannot_open(error: SandboxError) -> Failed {
    match error {
        SandboxError::Limit(_) | SandboxError::Switch(_) => usage(error),
        other => Failed::new(other),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failed> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Failed {
            message: format!(
                "port {} is taken, perhaps by another kemu. Choose another with --listen :8081, or let one be picked \
                 with --listen :0.",
                address.port()
            ),
            code: ADDRESS_IN_USE,
        },
        _ => Failed::new(format!("cannot listen on {address}: {error}")),
    })
}

/// Waits for SIGTERM or Ctrl-C.
async fn told_to_stop() {
    let Ok(mut terminate) = signal(SignalKind::terminate()) else { return std::future::pending().await };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}
