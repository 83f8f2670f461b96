//! What the world itself costs: energy and bills, which nobody stored before they were asked for.
//!
//! Each is timed once on a kemu that has just started, where nothing was worked out yet, then again and again.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value as Json, json};

use crate::server::{Request, Server};
use crate::shell;

/// A house with electricity on two registers.
const API_KEY: &str = "sk_live_demoHouseHpHc00000000009";

/// How often each walk is repeated once it is warm.
const REPEATS: usize = 5;
/// How many worlds live through a year.
const WORLDS: usize = 3;

/// Times all of it and prints a table.
pub(super) fn run(binary: &Path) -> Result<()> {
    let start = || {
        let mut command = Command::new(binary);
        let clock = ["--clock", "2026-01-15T12:00:00Z"];
        command.args(["serve", "--listen", ":0", "--rate-limits", "off", "--database-url", ""]).args(clock);
        Server::start(&mut command)
    };
    let title = "the household";
    shell::print(&format!("\n{title:<46} {:>9} {:>9}", "first ms", "again ms"));
    let server = start()?;
    let token = server.token(API_KEY)?;
    show("a month in half-hours, with costs (15 pages)", || {
        walk(&server, &token, MEASUREMENTS, "/data/property/measurements", 1_488)
    })?;
    show("a year of readings, two registers (8 pages)", || {
        walk(&server, &token, READINGS, "/data/electricityReading", 730)
    })?;
    drop(server);
    let year = || {
        let server = start()?;
        timed(|| {
            let body = json!({ "action": "advance", "by": "1y" }).to_string();
            let request = Request::post(&server.host, "/_emulator/clock", "", &body);
            let answer: Json = serde_json::from_slice(&server.connect()?.send(&request)?)?;
            ensure!(answer["accountsBilled"].as_u64() > Some(10), "nobody was billed: {answer}");
            Ok(())
        })
    };
    let mut years = (0..WORLDS).map(|_| year()).collect::<Result<Vec<_>>>()?;
    line("a year for everyone, a fresh kemu each", years[0], median(&mut years));
    Ok(())
}

/// Measurements of October 2025, with what they cost.
const MEASUREMENTS: &str = "query ($after: String) { property(id: \"123009\") { measurements(first: 100, after: $after, \
    startAt: \"2025-10-01T00:00:00+02:00\", endAt: \"2025-11-01T00:00:00+01:00\", utilityFilters: [{ \
    electricityFilters: { readingFrequencyType: THIRTY_MIN_INTERVAL, readingDirection: CONSUMPTION } }]) { pageInfo { \
    hasNextPage endCursor } edges { node { value ... on IntervalMeasurementType { startAt } metaData { statistics { \
    label value costInclTax { estimatedAmount } } } } } } } }";

/// The newest readings.
const READINGS: &str = "query ($after: String) { electricityReading(accountNumber: \"A-40E5E001\", prmId: \
    \"00000000000010\", first: 100, after: $after) { pageInfo { hasNextPage endCursor } edges { node { consumption \
    periodEndAt indexEndValue } } } }";

/// Walks through the pages of a list until it has seen so many items.
fn walk(server: &Server, token: &str, query: &str, list: &str, items: usize) -> Result<()> {
    let (mut after, mut seen) = (Json::Null, 0);
    loop {
        let answer = server.query(token, &json!({ "query": query, "variables": { "after": after } }))?;
        let page = answer.pointer(list).with_context(|| format!("no page: {answer}"))?;
        seen += page["edges"].as_array().with_context(|| format!("no edges: {answer}"))?.len();
        if seen >= items {
            return Ok(());
        }
        ensure!(page["pageInfo"]["hasNextPage"] == true, "the list ends after {seen} of {items}");
        after = page["pageInfo"]["endCursor"].clone();
    }
}

fn show(name: &str, work: impl Fn() -> Result<()>) -> Result<()> {
    let first = timed(&work)?;
    let mut again = (0..REPEATS).map(|_| timed(&work)).collect::<Result<Vec<_>>>()?;
    line(name, first, median(&mut again));
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "measures")]
fn timed(work: impl Fn() -> Result<()>) -> Result<Duration> {
    let begun = Instant::now();
    work()?;
    Ok(begun.elapsed())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn line(name: &str, first: Duration, again: Duration) {
    let milliseconds = |time: Duration| time.as_secs_f64() * 1_000.0;
    shell::print(&format!("{name:<46} {:>9.1} {:>9.1}", milliseconds(first), milliseconds(again)));
}
