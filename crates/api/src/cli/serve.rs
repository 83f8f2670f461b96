//! `kemu serve`: starts the emulator and runs until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use kemu_domain::{Clock, Seed};
use kemu_persistence::store::StoreUrl;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{ADDRESS_IN_USE, Failed, banner};
use crate::http::{App, HttpOptions, service};
use crate::sandbox::Settings;
use crate::switches::{Deprecations, Unmodelled};

/// How long open requests may take to end once the server was told to stop.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the emulator starts.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Where to listen: ADDRESS:PORT, or :PORT on 127.0.0.1; port 0 picks a free one.
    #[arg(long, env = "KEMU_LISTEN", default_value = "127.0.0.1:8080", value_parser = listen_address)]
    listen: SocketAddr,
    /// Where clients reach the server, if not where it listens: https://kraken.example
    #[arg(long, env = "KEMU_PUBLIC_URL")]
    public_url: Option<String>,
    /// Where the world is kept: sqlite:PATH or postgres://…; without it each start has a fresh one.
    #[arg(long, env = "KEMU_DATABASE_URL", value_parser = database_url, default_value = "")]
    database_url: StoreUrl,
    /// What everything random in the world hangs on.
    #[arg(long, env = "KEMU_SEED", default_value_t = 42)]
    seed: u64,
    /// What fields answer that nobody has modelled.
    #[arg(long, env = "KEMU_UNMODELLED", value_enum, default_value_t)]
    unmodelled: Unmodelled,
    /// Answer HTTP 400 to documents and variables refused before execution, as the live service was measured to do.
    #[arg(long, env = "KEMU_STRICT_STATUS")]
    strict_status: bool,
}

fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let full = match text.strip_prefix(':') {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.replace("localhost:", "127.0.0.1:"),
    };
    full.parse().map_err(|_| format!("'{text}' is no address; right would be 127.0.0.1:8080, :8080 or :0"))
}

fn database_url(text: &str) -> Result<StoreUrl, String> {
    if text.is_empty() {
        return Ok(StoreUrl::Temporary);
    }
    text.parse().map_err(|error: kemu_persistence::store::MalformedUrl| error.to_string())
}

pub(super) fn run(options: Options) -> Result<(), Failed> {
    let filter = EnvFilter::try_from_env("KEMU_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,sea_orm_migration=warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failed::new)?;
    runtime.block_on(serve(options))
}

async fn serve(options: Options) -> Result<(), Failed> {
    let listener = listen(options.listen).await?;
    let address = listener.local_addr().map_err(Failed::new)?;
    let base_url = match &options.public_url {
        Some(url) => url.trim_end_matches('/').to_string(),
        None => format!("http://{address}"),
    };
    let settings = Settings {
        store: options.database_url,
        clock: Clock::real(),
        seed: Seed(options.seed),
        unmodelled: options.unmodelled,
        ..Settings::default()
    };
    let http = HttpOptions {
        base_url,
        refuse_with_400: options.strict_status,
        deprecations: Deprecations::default(),
    };
    let app = Arc::new(App::open(settings, http).await.map_err(Failed::new)?);
    banner::show(&app);
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
