//! HTTPS beside HTTP, with certificates of a CA of kemu's own.
//!
//! | file | what |
//! |---|---|
//! | `authority.rs` | what the CA vouches for, and how long |
//! | `folder.rs` | where CA and certificate are kept; made where they are missing, renewed in time |
//! | `listener.rs` | connections |

mod authority;
mod folder;
mod listener;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub use authority::{NAMES, Remains};
pub use folder::{Folder, Found};
pub use listener::Listener;

/// Something is wrong with certificates; says which file, what, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct TlsError(String);

impl From<rcgen::Error> for TlsError {
    fn from(error: rcgen::Error) -> Self {
        Self(format!("no certificate could be made: {error}"))
    }
}

/// What whoever names one of them is told.
pub const ONE_OF_TWO: &str =
    "--tls-cert and --tls-key go together: a certificate is of no use without its key";

/// For how long is the certificate of this PEM file good?
pub fn remains(certificate: &Path, now: SystemTime) -> Result<Remains, TlsError> {
    let read = CertificateDer::from_pem_file(certificate);
    let read =
        read.map_err(|error| TlsError(format!("{}: no certificate: {error}", certificate.display())))?;
    authority::remains(&read, now).map_err(|error| TlsError(format!("{}: {error}", certificate.display())))
}

/// TLS with the certificate and key of these PEM files, which may be one.
pub fn server_config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let wrong = |path: &Path, what: &str, error: &dyn std::fmt::Display| {
        let path = path.display();
        TlsError(format!("{path}: {what}: {error}. Right would be a PEM file with it."))
    };
    let chain = CertificateDer::pem_file_iter(certificate).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let chain = chain.map_err(|error| wrong(certificate, "no certificate", &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, "no private key", &error))?;
    // Named, since nobody says which cryptography is the process's.
    let builder = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let builder =
        builder.with_safe_default_protocol_versions().map_err(|error| TlsError(error.to_string()))?;
    let config = builder.with_no_client_auth().with_single_cert(chain, private);
    let mut config = config.map_err(|error| {
        let (certificate, key) = (certificate.display(), key.display());
        TlsError(format!("the certificate of {certificate} and the key of {key} do not serve: {error}"))
    })?;
    // What the HTTP side speaks.
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
