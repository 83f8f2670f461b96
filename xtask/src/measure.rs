//! `cargo xtask measure`: how long a release build takes from its start to the first answered query of a viewer, and
//! how much memory it then holds.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use serde_json::{Value as Json, json};

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
    let starts: Vec<Start> = (0..options.times).map(|_| start()).collect::<Result<_>>()?;
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

fn start() -> Result<Start> {
    let started = shell::now();
    let mut kemu = Command::new(shell::target()?.join("release/kemu"))
        .args(["serve", "--listen", ":0"])
        .env("KEMU_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("cannot run kemu")?;
    let measured = (|| {
        let stdout = kemu.stdout.take().context("stdout is piped")?;
        let mut address = String::new();
        BufReader::new(stdout).read_line(&mut address)?;
        let host = address.trim().strip_prefix("http://").context("kemu printed no address")?.to_owned();
        let listening = started.elapsed();
        let sign_in = json!({
            "query": "mutation ($key: String) { obtainKrakenToken(input: { APIKey: $key }) { token } }",
            "variables": { "key": API_KEY },
        });
        let answer = post(&host, "", &sign_in)?;
        let token = answer["data"]["obtainKrakenToken"]["token"].as_str().context("no token")?.to_owned();
        let signed_in = started.elapsed();
        let answer = post(&host, &token, &json!({ "query": "{ viewer { id accounts { number } } }" }))?;
        ensure!(answer["data"]["viewer"]["id"].is_string(), "the viewer's query failed: {answer}");
        let answered = started.elapsed();
        Ok(Start { listening, signed_in, answered, resident_kib: resident(kemu.id())? })
    })();
    end(&mut kemu);
    measured
}

/// Tells kemu to stop, so that it takes its temporary files with it.
fn end(kemu: &mut Child) {
    let told = shell::works(Command::new("sh").args(["-c", "kill -TERM \"$0\""]).arg(kemu.id().to_string()));
    if !told {
        let _ = kemu.kill();
    }
    let _ = kemu.wait();
}

fn resident(process: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    line.trim().trim_end_matches("kB").trim().parse().context("VmRSS is a number")
}

/// One POST on a connection of its own.
fn post(host: &str, token: &str, body: &Json) -> Result<Json> {
    let body = body.to_string();
    let authorization = if token.is_empty() { String::new() } else { format!("Authorization: {token}\r\n") };
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "POST /v1/graphql/ HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n{authorization}\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    match answer.split_once("\r\n\r\n") {
        Some((head, body)) if head.starts_with("HTTP/1.1 200") => Ok(serde_json::from_str(body)?),
        _ => bail!("kemu answered {answer}"),
    }
}
