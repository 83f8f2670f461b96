//! `cargo xtask measure`: how long a release build takes from its start to the first answered query of a viewer, and
//! how much memory it then holds.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;
use serde_json::json;

use crate::server::Server;
use crate::shell::{self, cargo};

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// How often to start it.
    #[arg(long, default_value_t = 10)]
    times: usize,
}

/// A demo person.
const API_KEY: &str = "sk_live_demoFlatBase000000000001";

/// What one start showed.
struct Start {
    listening: Duration,
    signed_in: Duration,
    answered: Duration,
    resident_kib: u64,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    ensure!(options.times > 0, "nothing to measure");
    shell::run(&mut cargo(&["build", "--release", "--package", "kemu-api", "--bin", "kemu"]))?;
    starts(&shell::target()?.join("release/kemu"), options.times)
}

/// Starts the binary so often and prints what it took.
pub(crate) fn starts(binary: &Path, times: usize) -> Result<()> {
    let starts: Vec<Start> = (0..times).map(|_| start(binary)).collect::<Result<_>>()?;
    let show = |name: &str, unit: &str, pick: &dyn Fn(&Start) -> f64| {
        let mut all: Vec<f64> = starts.iter().map(pick).collect();
        all.sort_by(f64::total_cmp);
        let (least, median, most) = (all[0], all[all.len() / 2], all[all.len() - 1]);
        shell::print(&format!("{name:<32} {least:>7.1} {median:>7.1} {most:>7.1}  {unit}"));
    };
    let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
    shell::print(&format!(
        "{:<32} {:>7} {:>7} {:>7}",
        format!("{} starts", starts.len()),
        "min",
        "median",
        "max"
    ));
    show("until it listens", "ms", &|start| milliseconds(start.listening));
    show("until the first sign-in", "ms", &|start| milliseconds(start.signed_in));
    show("until the first viewer's query", "ms", &|start| milliseconds(start.answered));
    #[expect(clippy::cast_precision_loss, reason = "memory of a process, in KiB, is far below 2^52")]
    show("resident memory (VmRSS)", "MiB", &|start| start.resident_kib as f64 / 1024.0);
    Ok(())
}

fn start(binary: &Path) -> Result<Start> {
    let started = shell::now();
    let server = Server::start(Command::new(binary).args(["serve", "--listen", ":0"]))?;
    let listening = started.elapsed();
    let token = server.token(API_KEY)?;
    let signed_in = started.elapsed();
    let answer = server.query(&token, &json!({ "query": "{ viewer { id accounts { number } } }" }))?;
    ensure!(answer["data"]["viewer"]["id"].is_string(), "the viewer's query failed: {answer}");
    Ok(Start { listening, signed_in, answered: started.elapsed(), resident_kib: server.resident()? })
}
