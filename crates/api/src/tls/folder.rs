//! Where CA and certificate are kept.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use etcetera::BaseStrategy as _;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use super::TlsError;
use super::authority::{Authority, check};

/// A directory with a CA and a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

/// What was there, and so what was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Everything; nothing was done.
    All,
    /// A CA without a certificate that is good for a while; it has a new one.
    Authority,
    /// Nothing, or nothing that was to be kept; all is new, and the CA is not trusted yet.
    Nothing,
}

impl Folder {
    /// This directory, or else the one among the user's data.
    pub fn new(path: Option<&Path>) -> Result<Self, TlsError> {
        if let Some(path) = path {
            return Ok(Self { path: path.to_owned() });
        }
        let user = etcetera::choose_base_strategy().map_err(|_| {
            let text =
                "there is no home directory to keep certificates in; right would be --tls-dir DIRECTORY";
            TlsError(text.into())
        })?;
        Ok(Self { path: user.data_dir().join("kemu").join("certs") })
    }

    /// The CA's certificate: what clients are to trust.
    pub fn ca(&self) -> PathBuf {
        self.path.join("ca.pem")
    }

    /// The CA's key.
    pub fn ca_key(&self) -> PathBuf {
        self.path.join("ca-key.pem")
    }

    /// The server's key and certificate. One file, so that nobody reads an old one beside a new one.
    pub fn server(&self) -> PathBuf {
        self.path.join("server.pem")
    }

    /// Makes what is missing and renews what ends soon. `anew` throws away what is there.
    pub fn prepare(&self, now: SystemTime, anew: bool) -> Result<Found, TlsError> {
        if !anew && self.is_good(now) {
            return Ok(Found::All);
        }
        fs::create_dir_all(&self.path).map_err(|error| cannot("make the directory", &self.path, &error))?;
        // Two that start at once make one CA.
        let lock = self.path.join(".lock");
        let _held = File::create(&lock)
            .and_then(|file| file.lock().map(|()| file))
            .map_err(|error| cannot("lock", &lock, &error))?;
        let found = if anew { Found::Nothing } else { self.look(now) };
        let authority = match found {
            Found::All => return Ok(found),
            Found::Authority => self.authority()?,
            Found::Nothing => self.new_authority(now)?,
        };
        write(&self.server(), &authority.issue(now)?, SECRET)?;
        match self.check(now) {
            Ok(()) => Ok(found),
            Err(error) => Err(TlsError(format!(
                "the CA in {} is no longer good ({error}); `kemu certs init --force` makes another, which is to be \
                 trusted anew",
                self.path.display()
            ))),
        }
    }

    /// What is there, without doing anything.
    pub fn look(&self, now: SystemTime) -> Found {
        match self.ca().exists() {
            _ if self.is_good(now) => Found::All,
            true => Found::Authority,
            false => Found::Nothing,
        }
    }

    fn new_authority(&self, now: SystemTime) -> Result<Authority, TlsError> {
        let authority = Authority::generate()?;
        write(&self.ca_key(), &authority.key(), SECRET)?;
        write(&self.ca(), &authority.certificate(now)?, PUBLIC)?;
        Ok(authority)
    }

    fn authority(&self) -> Result<Authority, TlsError> {
        let (path, ca) = (self.ca_key(), self.ca());
        let key = fs::read_to_string(&path).map_err(|error| error.to_string());
        let authority = key.and_then(|key| Authority::of_key(&key).map_err(|error| error.to_string()));
        authority.map_err(|error| {
            TlsError(format!(
                "{}: the key of {} is needed for a new certificate: {error}. Put it back, or make another CA with \
                 `kemu certs init --force`.",
                path.display(),
                ca.display()
            ))
        })
    }

    fn is_good(&self, now: SystemTime) -> bool {
        self.check(now).is_ok()
    }

    fn check(&self, now: SystemTime) -> Result<(), String> {
        let read = |path: PathBuf| {
            CertificateDer::from_pem_file(&path).map_err(|error| format!("{}: {error}", path.display()))
        };
        check(&read(self.ca())?, &read(self.server())?, now).map_err(|error| error.to_string())
    }
}

const SECRET: u32 = 0o600;
const PUBLIC: u32 = 0o644;

/// Writes a file whole or not at all.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), TlsError> {
    let new = path.with_extension("new");
    let written = || {
        // One that was left behind may be open to more people.
        if new.exists() {
            fs::remove_file(&new)?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, path)
    };
    written().map_err(|error| cannot("write", path, &error))
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> TlsError {
    TlsError(format!(
        "cannot {what} {}: {error}. Another place is named with --tls-dir (for `kemu certs`: --dir).",
        path.display()
    ))
}
