//! `kemu certs`: the CA and the certificate of `--tls`.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use clap::{Args, Subcommand};

use super::{Failed, trust, usage};
use crate::config::{Config, Environment, Layer};
use crate::tls::{Folder, Found, NAMES};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make a CA and a certificate for localhost and the real hosts, where they are missing or end soon; print where
    /// the CA is.
    Init {
        #[command(flatten)]
        place: Place,
        /// Make both anew; the old CA is lost, the new one is to be trusted again.
        #[arg(long)]
        force: bool,
    },
    /// Tell how the usual clients and systems are made to trust the CA.
    TrustHelp {
        #[command(flatten)]
        place: Place,
    },
}

/// Where certificates are kept.
#[derive(Debug, Clone, Args)]
pub(super) struct Place {
    /// The directory; without it, what --tls-dir of this environment and configuration says [env: KEMU_TLS_DIR]
    #[arg(long, value_name = "DIRECTORY")]
    dir: Option<PathBuf>,
    /// The configuration file [env: KEMU_CONFIG]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
}

impl Place {
    /// The directory.
    pub(super) fn folder(&self, environment: &Environment) -> Result<Folder, Failed> {
        let configured = self.config(environment)?.tls_dir;
        Folder::new(self.dir.as_deref().or(given(&configured))).map_err(usage)
    }

    /// What a kemu that is started here would be told.
    pub(super) fn config(&self, environment: &Environment) -> Result<Config, Failed> {
        Config::load(Layer::default(), environment, self.config.as_deref(), Path::new(".")).map_err(usage)
    }
}

pub(super) fn run(command: &Command, environment: &Environment) -> Result<(), Failed> {
    match command {
        Command::Init { place, force } => init(&place.folder(environment)?, *force),
        Command::TrustHelp { place } => {
            super::print(trust::help(&place.folder(environment)?.ca()).trim_end())
        }
    }
}

fn init(folder: &Folder, force: bool) -> Result<(), Failed> {
    let found = folder.prepare(wall_clock(), force).map_err(Failed::new)?;
    super::tell(&match found {
        Found::All => "CA and certificate are there and good; nothing was done.".to_owned(),
        Found::Authority => "The CA is there; its certificate was made anew.".to_owned(),
        Found::Nothing => format!(
            "A CA and a certificate were made, for {}. `kemu certs trust-help` says how to trust the CA.",
            NAMES.join(", ")
        ),
    });
    super::print(folder.ca().display().to_string())
}

/// A path, if it was said.
pub(super) fn given(path: &Path) -> Option<&Path> {
    (!path.as_os_str().is_empty()).then_some(path)
}

#[expect(
    clippy::disallowed_methods,
    reason = "clients hold certificates against their own clocks, not the sandbox's"
)]
pub(super) fn wall_clock() -> SystemTime {
    SystemTime::now()
}
