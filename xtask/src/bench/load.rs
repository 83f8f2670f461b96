//! A load of a fixed number of requests: each connection sends one after the other.

use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::server::{Request, Server};
use crate::shell;

/// What a load showed: requests per second, latencies and processor time of the server, both in microseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub(super) per_second: f64,
    pub(super) p50: f64,
    pub(super) p99: f64,
    pub(super) processor: f64,
}

impl Load {
    /// The median of each figure.
    pub(super) fn median(loads: &[Self]) -> Self {
        let of = |pick: fn(&Self) -> f64| {
            let mut all: Vec<f64> = loads.iter().map(pick).collect();
            all.sort_by(f64::total_cmp);
            all[all.len() / 2]
        };
        Self {
            per_second: of(|load| load.per_second),
            p50: of(|load| load.p50),
            p99: of(|load| load.p99),
            processor: of(|load| load.processor),
        }
    }
}

pub(super) fn run(server: &Server, request: &Request, count: usize, connections: usize) -> Result<Load> {
    let each = count / connections;
    // Warms the caches that a request meets.
    server.connect()?.send(request)?;
    let before = server.processor_time()?;
    let started = shell::now();
    let latencies = thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(|| send(server, request, each))).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().expect("a worker does not panic"))
            .collect::<Result<Vec<_>>>()
    })?;
    let took = started.elapsed();
    let processor = server.processor_time()?.saturating_sub(before);
    let mut latencies: Vec<Duration> = latencies.into_iter().flatten().collect();
    latencies.sort();
    let at = |share: usize| {
        latencies.get(latencies.len() * share / 100).or(latencies.last()).context("no request")
    };
    let microseconds = |time: Duration| time.as_secs_f64() * 1e6;
    #[expect(clippy::cast_precision_loss, reason = "no load has 2^52 requests")]
    let sent = latencies.len() as f64;
    Ok(Load {
        per_second: sent / took.as_secs_f64(),
        p50: microseconds(*at(50)?),
        p99: microseconds(*at(99)?),
        processor: microseconds(processor) / sent,
    })
}

fn send(server: &Server, request: &Request, count: usize) -> Result<Vec<Duration>> {
    let mut connection = server.connect()?;
    let mut latencies = Vec::with_capacity(count);
    for _ in 0..count {
        let started = shell::now();
        connection.send(request)?;
        latencies.push(started.elapsed());
    }
    Ok(latencies)
}
