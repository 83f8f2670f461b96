//! `kemu healthcheck` and `kemu wait`: is a kemu alive, and is it ready?

use std::time::Duration;

use clap::Args;
use serde_json::Value as Json;

use super::server::{Server, block_on, client, unreachable};
use super::{Failed, TIMED_OUT};
use crate::config::Environment;

/// How long `wait` pauses between two looks.
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Debug, Args)]
pub(super) struct Healthcheck {
    #[command(flatten)]
    server: Server,
}

#[derive(Debug, Args)]
pub(super) struct Wait {
    #[command(flatten)]
    server: Server,
    /// For how long: 500ms, 30s, 2m.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = span)]
    timeout: Duration,
}

fn span(text: &str) -> Result<Duration, String> {
    let units = [("ms", 1), ("s", 1_000), ("m", 60_000)];
    let read = |(unit, milliseconds): (&str, u64)| {
        text.strip_suffix(unit)?.parse::<u64>().ok()?.checked_mul(milliseconds).map(Duration::from_millis)
    };
    units
        .into_iter()
        .find_map(read)
        .ok_or_else(|| format!("'{text}' is no time; right would be 30s, 500ms or 2m"))
}

/// One probe of `/healthz`.
pub(super) fn check(options: &Healthcheck, environment: &Environment) -> Result<(), Failed> {
    let url = format!("{}/healthz", options.server.url(environment)?);
    block_on(async {
        let answer = client()?.get(&url).send().await.map_err(|error| unreachable(&url, &error))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(Failed::new(format!("{url} answered {status}"))),
        }
    })
}

/// Looks at `/readyz` until it says yes.
pub(super) fn wait(options: &Wait, environment: &Environment) -> Result<(), Failed> {
    let url = format!("{}/readyz", options.server.url(environment)?);
    block_on(async {
        let client = client()?;
        let mut last = "nothing answered yet".to_string();
        let ready = async {
            while let Err(reason) = look(&client, &url).await {
                last = reason;
                tokio::time::sleep(PAUSE).await;
            }
        };
        let in_time = tokio::time::timeout(options.timeout, ready).await;
        in_time.map_err(|_| Failed {
            message: format!("kemu at {url} was not ready within {:?}: {last}", options.timeout),
            code: TIMED_OUT,
        })
    })
}

/// Is it ready, or why not?
async fn look(client: &reqwest::Client, url: &str) -> Result<(), String> {
    let answer = client.get(url).send().await.map_err(|error| unreachable(url, &error).message)?;
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let body: Json = answer.json().await.unwrap_or_default();
    Err(format!("it answered {status} {}", body["checks"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        assert_eq!(span("30s").unwrap(), Duration::from_secs(30));
        assert_eq!(span("500ms").unwrap(), Duration::from_millis(500));
        assert_eq!(span("2m").unwrap(), Duration::from_mins(2));
        assert_eq!(span("30").unwrap_err(), "'30' is no time; right would be 30s, 500ms or 2m");
    }
}
