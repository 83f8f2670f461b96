//! `kemu clock`: what time it is in a running kemu, and moving it. The time comes out, as RFC 3339 writes it.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Subcommand;
use kemu_domain::clock::Span;
use kemu_domain::dates;
use serde_json::{Value as Json, json};

use super::Failed;
use super::server::{Server, answer, block_on, client};
use crate::config::Environment;
use crate::switches;

/// How long a move may take: a world that skips years writes the bills of them all before it answers.
const PATIENCE: Duration = Duration::from_mins(10);

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the time.
    Now {
        #[command(flatten)]
        server: Server,
    },
    /// Move the clock forward and print the new time.
    Advance {
        /// By how much: 90s, 15m, 1h, 7d, 2w, 3mo, 1y, or in the form of ISO 8601, P3M. Months and years are French ones:
        /// three months later it is the same time of day.
        #[arg(value_name = "DURATION", value_parser = duration, allow_hyphen_values = true)]
        by: String,
        #[command(flatten)]
        server: Server,
    },
    /// Move the clock forward to a time and print it.
    Set {
        /// The time: 2026-04-15T12:00:00Z.
        #[arg(value_name = "TIME", value_parser = time)]
        to: DateTime<Utc>,
        #[command(flatten)]
        server: Server,
    },
    /// Stop the clock and print where it stands.
    Freeze {
        #[command(flatten)]
        server: Server,
    },
    /// Let a frozen clock run on from where it stands, and print the time.
    Resume {
        #[command(flatten)]
        server: Server,
    },
}

pub(super) fn run(command: &Command, environment: &Environment) -> Result<(), Failed> {
    let (server, asked) = match command {
        Command::Now { server } => (server, None),
        Command::Advance { by, server } => (server, Some(json!({ "action": "advance", "by": by }))),
        Command::Set { to, server } => (server, Some(json!({ "action": "set", "to": dates::rfc3339(*to) }))),
        Command::Freeze { server } => (server, Some(json!({ "action": "freeze" }))),
        Command::Resume { server } => (server, Some(json!({ "action": "resume" }))),
    };
    let url = format!("{}/_emulator/clock", server.url(environment)?);
    super::print(block_on(ask(&url, asked))?)
}

/// Asks for the time, or for a move and the time after it.
async fn ask(url: &str, asked: Option<Json>) -> Result<String, Failed> {
    let client = client()?;
    let request = match asked {
        Some(asked) => client.post(url).json(&asked).timeout(PATIENCE),
        None => client.get(url),
    };
    let answer = answer(request, url).await?.accepted()?;
    let now = answer.json["now"].as_str().map(ToOwned::to_owned);
    now.ok_or_else(|| answer.unexpected("a time"))
}

/// The text as it is, since the server reads it too; what is wrong with it is told before anybody is asked.
fn duration(text: &str) -> Result<String, String> {
    text.parse::<Span>().map(|_| text.into()).map_err(|error| error.to_string())
}

fn time(text: &str) -> Result<DateTime<Utc>, String> {
    switches::instant(text).ok_or_else(|| format!("'{text}' is no time; right would be 2026-04-15T12:00:00Z"))
}
