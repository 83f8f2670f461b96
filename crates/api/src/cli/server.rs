//! Talking to a running kemu.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use reqwest::{RequestBuilder, StatusCode, Url};
use serde_json::Value as Json;

use super::{Failed, UNREACHABLE, usage};
use crate::config::{Config, ConfigError, Environment, Layer};
use crate::http::CORRELATION_ID;

/// How long one answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// What stands behind the address of a kemu where its API is: many copy the whole of it.
const OF_GRAPHQL: [&str; 2] = ["/v1/graphql", "/graphql"];

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
        if let Some(url) = self.named(environment)? {
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
    pub(super) fn named(&self, environment: &Environment) -> Result<Option<String>, Failed> {
        let said = self.url.as_deref().map(|url| ("--url", url));
        let Some((by, url)) = said.or_else(|| environment.url().map(|url| ("KEMU_URL", url))) else {
            return Ok(None);
        };
        base(url).map(Some).map_err(|what| usage(format!("{by}: {what}")))
    }

    /// What a kemu with this environment and configuration is set up like.
    pub(super) fn config(&self, environment: &Environment) -> Result<Config, ConfigError> {
        Config::load(Layer::default(), environment, self.config.as_deref(), Path::new("."))
    }
}

/// The address of a server, without a slash at the end, and without that of its API.
fn base(given: &str) -> Result<String, String> {
    let is_right = |url: &str| {
        let parsed = Url::parse(url).ok().filter(|url| url.scheme() == "http" && url.has_host());
        parsed.is_some_and(|url| url.query().is_none() && url.fragment().is_none())
    };
    if !is_right(given) {
        let with_scheme = format!("http://{given}");
        let lacks_it = !given.contains("://") && is_right(&with_scheme);
        let right = if lacks_it { &with_scheme } else { "http://127.0.0.1:8080" };
        return Err(format!(
            "'{given}' is no address of a kemu: commands speak plain http; right would be {right}"
        ));
    }
    let base = given.trim_end_matches('/');
    let base = OF_GRAPHQL.iter().find_map(|path| base.strip_suffix(path)).unwrap_or(base);
    Ok(base.to_owned())
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
    client_builder().build().map_err(Failed::new)
}

/// The same for those who want something else besides.
pub(super) fn client_builder() -> reqwest::ClientBuilder {
    // A proxy is for the internet; kemu is here.
    reqwest::Client::builder().timeout(PATIENCE).no_proxy()
}

/// An answer in JSON.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Finds the request in the log.
    pub(super) correlation_id: String,
    /// What it says.
    pub(super) json: Json,
    /// The same, as it was written.
    pub(super) text: String,
    url: String,
}

impl Answer {
    /// Itself, unless it is a refusal.
    pub(super) fn accepted(self) -> Result<Self, Failed> {
        match self.json["error"].as_str() {
            _ if self.status.is_success() => Ok(self),
            Some(right) => Err(Failed::new(right)),
            None => Err(self.unexpected("what was wrong")),
        }
    }

    /// It lacks what every such answer of kemu's has.
    pub(super) fn unexpected(&self, lacking: &str) -> Failed {
        Failed::new(format!("{} answered {} without {lacking}", self.url, self.status))
    }
}

/// Asks, and reads an answer of any status.
pub(super) async fn answer(request: RequestBuilder, url: &str) -> Result<Answer, Failed> {
    let answer = request.send().await.map_err(|error| unreachable(url, &error))?;
    let status = answer.status();
    let id = answer.headers().get(CORRELATION_ID).and_then(|value| value.to_str().ok());
    let correlation_id = id.unwrap_or_default().to_owned();
    let text = answer.text().await.map_err(|error| unreachable(url, &error))?;
    let json = serde_json::from_str(&text).map_err(|_| Failed {
        message: format!(
            "something answers at {url} that is no kemu: it answered {status} and no JSON. Another address is given \
             with --url."
        ),
        code: UNREACHABLE,
    })?;
    Ok(Answer { status, correlation_id, json, text, url: url.to_owned() })
}

/// Nothing answers.
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

    #[test]
    fn an_address_is_one_of_plain_http() {
        for (given, right) in [
            ("http://localhost:8080/", "http://localhost:8080"),
            ("http://[::1]:9/v1/graphql/", "http://[::1]:9"),
            ("http://a/graphql", "http://a"),
            ("http://a/below/v1/graphql", "http://a/below"),
        ] {
            assert_eq!(url(Some(given), &[]).unwrap(), right);
        }
        for (given, right) in [
            ("https://localhost:8443", "http://127.0.0.1:8080"),
            ("localhost:8080", "http://localhost:8080"),
            ("127.0.0.1:9/v1/graphql/", "http://127.0.0.1:9/v1/graphql/"),
            ("http://", "http://127.0.0.1:8080"),
            ("http://a/?b", "http://127.0.0.1:8080"),
            ("", "http://127.0.0.1:8080"),
        ] {
            let told = url(Some(given), &[]).unwrap_err();
            assert!(told.starts_with(&format!("--url: '{given}' is no address")), "{told}");
            assert!(told.ends_with(&format!("plain http; right would be {right}")), "{told}");
        }
        let told = url(None, &[("KEMU_URL", "https://a")]).unwrap_err();
        assert!(told.starts_with("KEMU_URL: 'https://a' is no address"), "{told}");
    }
}
