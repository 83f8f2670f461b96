//! What is counted, for Prometheus: `GET /metrics`.

use std::sync::atomic::AtomicU64;

use kemu_domain::errors::codes;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::journal::Entry;

/// What `/metrics` is.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds.
const BUCKETS: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    site: &'static str,
    outcome: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Site {
    site: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Error {
    code: String,
}

/// The counts of one server.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Site, Histogram, fn() -> Histogram>,
    errors: Family<Error, Counter>,
    rate_limited: Counter,
    journalled: Gauge<u64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("kemu");
        let requests = Family::default();
        registry.register("requests", "GraphQL requests by site and outcome", requests.clone());
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let durations = Family::new_with_constructor(histogram);
        let help = "How long GraphQL requests took, in seconds";
        registry.register("request_duration_seconds", help, durations.clone());
        let errors = Family::default();
        registry.register("errors", "Errors answered, by Kraken code", errors.clone());
        let rate_limited = Counter::default();
        registry.register("rate_limited", "Errors answered for rate limits", rate_limited.clone());
        let journalled = Gauge::default();
        registry.register("journal_entries", "Requests in the journal", journalled.clone());
        Self { registry, requests, durations, errors, rate_limited, journalled }
    }
}

impl Metrics {
    /// Counts a request.
    pub fn note(&self, entry: &Entry) {
        let site = entry.site;
        self.requests.get_or_create(&Request { site, outcome: entry.outcome.into() }).inc();
        self.durations.get_or_create(&Site { site }).observe(entry.duration_ms / 1_000.0);
        for code in &entry.codes {
            self.errors.get_or_create(&Error { code: code.clone() }).inc();
            if code == codes::TOO_MANY_REQUESTS.as_str() {
                self.rate_limited.inc();
            }
        }
    }

    /// All counts as text, with those that others keep.
    pub fn text(&self, journalled: usize) -> String {
        self.journalled.set(journalled as u64);
        let mut text = String::new();
        encode(&mut text, &self.registry).expect("a string takes all text");
        text
    }
}
