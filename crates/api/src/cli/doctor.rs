//! `kemu doctor`: can kemu run here, and can it be reached? To add a check, write a function that tells what it found and
//! name it in [`examine`].

mod tls;

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use kemu_domain::clock::Clock;
use reqwest::StatusCode;
use serde_json::Value as Json;

use super::certs::wall_clock;
use super::server::{Server, block_on, client, reachable, unreachable};
use super::{CHECK_FAILED, Failed};
use crate::config::{Config, Environment};

/// How far a clock that follows the wall clock may be from ours: what a request takes, and some more.
const TOLERANCE: TimeDelta = TimeDelta::seconds(5);

#[derive(Debug, Args)]
pub(super) struct Options {
    #[command(flatten)]
    server: Server,
}

/// What a finding means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Fine,
    /// Worth knowing.
    Note,
    /// It does not work like this.
    Blocker,
}

/// What a check found.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    verdict: Verdict,
    about: &'static str,
    text: String,
}

impl Finding {
    fn line(&self) -> String {
        let verdict = match self.verdict {
            Verdict::Fine => "ok",
            Verdict::Note => "note",
            Verdict::Blocker => "blocker",
        };
        format!("{verdict:<8} {:<14} {}", self.about, self.text)
    }
}

fn fine(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Fine, about, text: text.into() }
}

fn note(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Note, ..fine(about, text) }
}

fn blocker(about: &'static str, text: impl Into<String>) -> Finding {
    Finding { verdict: Verdict::Blocker, ..fine(about, text) }
}

pub(super) fn run(options: &Options, environment: &Environment) -> Result<(), Failed> {
    let findings = block_on(examine(&options.server, environment))?;
    super::print(findings.iter().map(Finding::line).collect::<Vec<_>>().join("\n"))?;
    match findings.iter().filter(|finding| finding.verdict == Verdict::Blocker).count() {
        0 => Ok(()),
        number => Err(Failed { message: super::counted(number, "blocker"), code: CHECK_FAILED }),
    }
}

/// All checks.
async fn examine(server: &Server, environment: &Environment) -> Result<Vec<Finding>, Failed> {
    let mut findings = vec![fine("version", format!("kemu {}", env!("CARGO_PKG_VERSION")))];
    let config = server.config(environment);
    findings.push(match &config {
        Ok(_) => fine("configuration", "variables and kemu.toml make sense"),
        Err(error) => blocker("configuration", error.to_string()),
    });
    findings.extend(environment.warnings().into_iter().map(|warning| note("environment", warning)));
    let address = config.as_ref().ok().map(|config| config.listen.address());
    let named = server.named(environment)?;
    match (&named, address) {
        (Some(url), _) => findings.extend(server_at(url, None).await?),
        (None, Some(address)) if address.port() == 0 => {
            findings.push(note("server", "kemu picks another free port at each start; name it with --url"));
        }
        (None, Some(address)) => {
            findings.extend(server_at(&format!("http://{}", reachable(address)), Some(address)).await?);
        }
        (None, None) => {}
    }
    if let (None, Ok(config)) = (&named, &config) {
        let runs = findings.iter().any(|finding| finding.about == "readiness");
        findings.extend(tls::findings(config, runs, wall_clock()));
        let in_container = ["/.dockerenv", "/run/.containerenv"].iter().any(|path| Path::new(path).exists());
        findings.extend(ways_in(config, in_container));
    }
    Ok(findings)
}

/// Who is at an address, and how they are. Nobody is as good where a kemu is still to be started, at `to_listen_on`.
async fn server_at(url: &str, to_listen_on: Option<SocketAddr>) -> Result<Vec<Finding>, Failed> {
    let index = match ask(&format!("{url}/_emulator/")).await {
        Ok((_, index)) => index,
        Err(error) => {
            return Ok(vec![match to_listen_on {
                Some(address) => place("server", address, "--listen :8081"),
                None => blocker("server", error.message),
            }]);
        }
    };
    let Some(version) = index["version"].as_str() else {
        let other = "something answers there that is no kemu";
        return Ok(vec![blocker(
            "server",
            format!("{url}: {other}; choose another port with --listen :8081"),
        )]);
    };
    let server = match version {
        env!("CARGO_PKG_VERSION") => fine("server", format!("{url}: kemu {version} runs")),
        _ => note("server", format!("{url}: kemu {version} runs, which is another version than this one")),
    };
    let (status, state) = ask(&format!("{url}/readyz")).await?;
    let (_, shown) = ask(&format!("{url}/_emulator/clock")).await?;
    Ok(vec![server, readiness(status, &state), clock(&shown, Clock::real().now())])
}

async fn ask(url: &str) -> Result<(StatusCode, Json), Failed> {
    let answer = client()?.get(url).send().await.map_err(|error| unreachable(url, &error))?;
    let status = answer.status();
    // What is no JSON is none of kemu's.
    Ok((status, answer.json().await.unwrap_or(Json::Null)))
}

/// Could kemu listen there?
fn place(about: &'static str, address: SocketAddr, other: &str) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => fine(about, format!("{address} is free; no kemu runs there")),
        Err(error) if error.kind() == ErrorKind::AddrInUse => blocker(
            about,
            format!("{address} is taken, and by no kemu that answers; choose another with {other}"),
        ),
        Err(error) => blocker(about, format!("kemu cannot listen on {address}: {error}")),
    }
}

fn readiness(status: StatusCode, state: &Json) -> Finding {
    if status.is_success() {
        return fine("readiness", "schema, store and seed are there");
    }
    let failing = state["checks"].as_object().into_iter().flatten().filter(|(_, state)| *state != "ok");
    let failing: Vec<&str> = failing.map(|(name, _)| name.as_str()).collect();
    blocker("readiness", format!("not ready: {}; the log says why", failing.join(", ")))
}

/// What the world's clock says when ours says `now`.
fn clock(shown: &Json, now: DateTime<Utc>) -> Finding {
    let (Some(theirs), Some(mode)) =
        (shown["now"].as_str().and_then(crate::switches::instant), shown["mode"].as_str())
    else {
        return blocker("clock", format!("it tells no time: {shown}"));
    };
    let ahead = theirs - now;
    let distance = format!(
        "{} s {}",
        ahead.num_seconds().abs(),
        if ahead < TimeDelta::zero() { "behind" } else { "ahead of" }
    );
    match mode {
        "frozen" => note("clock", format!("it stands still at {theirs:?}, {distance} this machine's")),
        _ if ahead.abs() <= TOLERANCE => fine("clock", "it shows what this machine's shows"),
        _ => note("clock", format!("it shows {theirs:?}, {distance} this machine's; tokens go by it")),
    }
}

/// How kemu is reached from where.
fn ways_in(config: &Config, in_container: bool) -> Vec<Finding> {
    let address = config.listen.address();
    let port = address.port();
    let own = format!("http://{}", reachable(address));
    let browser = config.public_url.0.clone().unwrap_or_else(|| own.clone());
    let container = match address.ip().is_loopback() {
        true if in_container => note(
            "containers",
            format!(
                "this is a container, and outside of it nobody reaches {address}: start with --listen 0.0.0.0:{port}"
            ),
        ),
        true => fine(
            "containers",
            format!("out of reach, since kemu listens on {address}; they need --listen 0.0.0.0:{port}"),
        ),
        false => fine(
            "containers",
            format!(
                "http://host.docker.internal:{port}, with `docker run --add-host host.docker.internal:host-gateway`"
            ),
        ),
    };
    vec![fine("browsers", browser), container]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn clocks_are_compared() {
        let now = "2026-01-15T12:00:00Z".parse().unwrap();
        let told = |shown: Json| clock(&shown, now).line();
        let at = |time: &str, mode: &str| told(json!({ "now": time, "mode": mode }));
        assert_eq!(
            at("2026-01-15T12:00:01Z", "real"),
            "ok       clock          it shows what this machine's shows"
        );
        assert!(
            at("2026-01-15T13:00:00Z", "offset")
                .contains("note     clock          it shows 2026-01-15T13:00:00Z, 3600 s ahead of")
        );
        assert!(
            at("2026-01-15T11:59:00Z", "frozen")
                .contains("stands still at 2026-01-15T11:59:00Z, 60 s behind")
        );
        assert!(told(json!({})).starts_with("blocker"));
    }

    #[test]
    fn what_is_not_ready_is_named() {
        let state = json!({ "status": "not ready", "checks": { "schema": "ok", "store": "failing", "seed": "failing" } });
        let finding = readiness(StatusCode::SERVICE_UNAVAILABLE, &state);
        assert_eq!(finding, blocker("readiness", "not ready: store, seed; the log says why"));
    }

    #[test]
    fn containers_reach_what_does_not_listen_on_loopback_alone() {
        let told = |listen: &str, in_container| {
            let config = Config { listen: listen.parse().unwrap(), ..Config::default() };
            let findings = ways_in(&config, in_container);
            assert_eq!(findings[0], fine("browsers", "http://127.0.0.1:8080"));
            (findings[1].verdict, findings[1].text.contains("--listen 0.0.0.0:8080"))
        };
        assert_eq!(told(":8080", false), (Verdict::Fine, true));
        assert_eq!(told(":8080", true), (Verdict::Note, true));
        assert_eq!(told("0.0.0.0:8080", true), (Verdict::Fine, false));
    }
}
