//! Talking to a running kemu.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::{Failed, UNREACHABLE, usage};
use crate::config::{Config, ConfigError, Environment, Layer};

/// How long one answer may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Which server a command talks to.
#[derive(Debug, Clone, Args)]
pub(super) struct Server {
    /// Where kemu runs; without it, where a kemu with this environment and configuration listens [env: KEMU_URL]
    #[arg(long)]
    url: Option<String>,
    /// The configuration file [env: KEMU_CONFIG]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,
}

impl Server {
    /// Its address, without a slash at the end.
    pub(super) fn url(&self, environment: &Environment) -> Result<String, Failed> {
        if let Some(url) = self.named(environment) {
            return Ok(url);
        }
        let address = self.config(environment).map_err(usage)?.listen.address();
        if address.port() == 0 {
            return Err(usage(
                "kemu is to listen on a port of its own choice: say --url with what it printed",
            ));
        }
        Ok(format!("http://{}", reachable(address)))
    }

    /// Its address, where somebody said it.
    pub(super) fn named(&self, environment: &Environment) -> Option<String> {
        let url = self.url.as_deref().or_else(|| environment.url())?;
        Some(url.trim_end_matches('/').to_string())
    }

    /// What a kemu with this environment and configuration is set up like.
    pub(super) fn config(&self, environment: &Environment) -> Result<Config, ConfigError> {
        Config::load(Layer::default(), environment, self.config.as_deref(), Path::new("."))
    }
}

/// Where programs of this machine reach a server that listens at this address.
pub(super) fn reachable(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let is_v4 = address.is_ipv4();
        address.set_ip(if is_v4 { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    address
}

/// Runs what a command does over HTTP.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, Failed>>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failed::new)?;
    runtime.block_on(work)
}

/// What asks it.
pub(super) fn client() -> Result<reqwest::Client, Failed> {
    // A proxy is for the internet; kemu is here.
    reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().map_err(Failed::new)
}

/// Nothing answers, or nothing that kemu would.
pub(super) fn unreachable(url: &str, error: &reqwest::Error) -> Failed {
    // reqwest's own words are "error sending request"; why stands further down.
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    Failed {
        message: format!(
            "cannot reach kemu at {url}: {cause}. Is it running? Another address is given with --url."
        ),
        code: UNREACHABLE,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(given: Option<&str>, variables: &[(&str, &str)]) -> Result<String, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let server = Server { url: given.map(String::from), config: None };
        server.url(&Environment::new(variables)).map_err(|failed| failed.message)
    }

    #[test]
    fn commands_look_where_the_server_listens() {
        assert_eq!(url(None, &[]).unwrap(), "http://127.0.0.1:8080");
        assert_eq!(url(None, &[("KEMU_LISTEN", "0.0.0.0:9000")]).unwrap(), "http://127.0.0.1:9000");
        assert_eq!(url(None, &[("KEMU_LISTEN", "[::]:9000")]).unwrap(), "http://[::1]:9000");
        assert_eq!(url(None, &[("KEMU_LISTEN", ":1"), ("KEMU_URL", "http://a/")]).unwrap(), "http://a");
        assert_eq!(url(Some("http://b"), &[("KEMU_URL", "http://a/")]).unwrap(), "http://b");
        assert!(url(None, &[("KEMU_LISTEN", ":0")]).unwrap_err().contains("--url"));
    }
}
