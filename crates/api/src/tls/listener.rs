//! Connections over TLS, as axum takes them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tls_listener::{Error, TlsListener};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::server::TlsStream;

/// How long to wait where no connection can be taken, say for want of file descriptors.
const PAUSE: Duration = Duration::from_secs(1);

/// Takes connections and greets them; several at once, so that a slow client does not keep others waiting.
pub struct Listener(TlsListener<TcpListener, TlsAcceptor>);

impl Listener {
    /// Over these TCP connections.
    pub fn new(config: Arc<ServerConfig>, listener: TcpListener) -> Self {
        Self(TlsListener::new(TlsAcceptor::from(config), listener))
    }
}

impl axum::serve::Listener for Listener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok(connection) => return connection,
                Err(Error::ListenerError(error)) => {
                    tracing::error!(%error, "No connection could be taken.");
                    tokio::time::sleep(PAUSE).await;
                }
                // Its words are "received fatal alert: UnknownCA" and the like.
                Err(Error::TlsAcceptError { error, peer_addr, .. }) if is_from_tls(&error) => tracing::warn!(
                    %error,
                    client = %peer_addr.ip(),
                    "No TLS with a client. Does it trust the CA? `kemu certs trust-help` says how."
                ),
                // Somebody who looks whether the port is open.
                Err(error) => tracing::debug!(%error, "A client hung up before there was TLS."),
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

fn is_from_tls(error: &std::io::Error) -> bool {
    matches!(error.get_ref(), Some(inner) if inner.is::<tokio_rustls::rustls::Error>())
}
