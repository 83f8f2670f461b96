//! `cargo xtask bench`: what requests cost, measured over HTTP in one run, each route in turn with the yardstick: a
//! bare endpoint of the same binary that reads the JSON body and answers the same bytes.
//!
//! It prints and asserts nothing. Requests per second swing by half on shared machines; the ratio to the yardstick
//! swings less, and instructions (where valgrind is installed) hardly at all.

mod household;
mod instructions;
mod load;
mod routes;

use std::process::Command;

use anyhow::Result;
use clap::Args;

use self::load::Load;
use self::routes::{Route, Store};
use crate::measure;
use crate::server::Server;
use crate::shell::{self, cargo};
use crate::test::postgres::Cluster;

/// How often kemu is started to see how long that takes.
const STARTS: usize = 10;

#[derive(Debug, Args)]
pub(crate) struct Options {
    /// Requests of each round and route.
    #[arg(long, default_value_t = 2_000)]
    requests: usize,
    /// Rounds; the medians of them are shown.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Do not count instructions.
    #[arg(long)]
    no_instructions: bool,
    /// Measure this binary instead of building one.
    #[arg(long)]
    binary: Option<std::path::PathBuf>,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let binary = match &options.binary {
        Some(binary) => binary.clone(),
        None => {
            shell::run(&mut cargo(&["build", "--release", "--package", "kemu-api", "--bin", "kemu"]))?;
            shell::target()?.join("release/kemu")
        }
    };
    measure::starts(&binary, STARTS)?;
    let kemu = |store: &str| {
        let mut command = Command::new(&binary);
        command.args(["serve", "--listen", ":0", "--rate-limits", "off", "--database-url", store]);
        command
    };
    let sqlite = Server::start(&mut kemu(""))?;
    let cluster = Cluster::start("postgres")?;
    let postgres = Server::start(&mut kemu(&cluster.url()))?;
    let mut all = routes::all(&sqlite, Store::Sqlite)?;
    all.extend(routes::all(&postgres, Store::Postgres)?);
    throughput(options, &all, &sqlite, &postgres)?;
    shell::print(&format!("\nresident memory after this: {:.1} MiB", mebibytes(sqlite.resident()?)));
    drop((sqlite, postgres));
    household::run(&binary)?;
    if options.no_instructions {
        return Ok(());
    }
    match instructions::count(&binary)? {
        Some(counted) => instructions::show(&counted),
        None => shell::print("\nvalgrind is not installed: no instructions were counted"),
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "memory of a process, in KiB, is far below 2^52")]
fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}

/// Rounds of all routes in turn, so that whatever else the machine does falls on all alike.
fn throughput(options: &Options, all: &[Route], sqlite: &Server, postgres: &Server) -> Result<()> {
    for connections in [1, 16] {
        let mut loads: Vec<Vec<Load>> = vec![Vec::new(); all.len()];
        for _ in 0..options.rounds {
            for (route, loads) in all.iter().zip(&mut loads) {
                let server = if route.store == Store::Sqlite { sqlite } else { postgres };
                let count = (options.requests / route.weight).max(connections);
                loads.push(load::run(server, &route.request, count, connections)?);
            }
        }
        let medians: Vec<Load> = loads.iter().map(|loads| Load::median(loads)).collect();
        let bare = medians[0];
        shell::print(&format!(
            "\n{connections} connection{}\n{:<34} {:>10} {:>9} {:>9} {:>11} {:>9}",
            if connections == 1 { "" } else { "s" },
            "route",
            "requests/s",
            "p50 µs",
            "p99 µs",
            "CPU µs/req",
            "÷ bare"
        ));
        for (route, load) in all.iter().zip(&medians) {
            shell::print(&format!(
                "{:<34} {:>10.0} {:>9.0} {:>9.0} {:>11.1} {:>9.2}",
                route.name,
                load.per_second,
                load.p50,
                load.p99,
                load.processor,
                load.processor / bare.processor
            ));
        }
    }
    Ok(())
}
