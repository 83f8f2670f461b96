//! What the auth site refused lately, for developers: which check failed, what was expected, what came. Nothing secret
//! comes here; whoever makes a [`Refusal`] cuts it.

use std::collections::VecDeque;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use kemu_domain::oauth::Refusal;
use serde::Serialize;

/// How many are kept.
const KEPT: usize = 200;

/// The latest refusals, the latest first.
#[derive(Debug, Default)]
pub struct RefusalLog(Mutex<VecDeque<Noted>>);

/// A refusal that was noted.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Noted {
    /// When, by the sandbox's clock.
    pub time: DateTime<Utc>,
    /// Where.
    pub endpoint: &'static str,
    /// `error` as it went over the wire, or Kraken's code at the API; empty where the answer names none.
    pub error: String,
    /// `error_description`, if there was one.
    pub description: Option<String>,
    /// Which check failed.
    pub check: &'static str,
    /// What would have been right.
    pub expected: String,
    /// What came.
    pub came: String,
    /// Finds the request in the log.
    pub correlation_id: String,
}

impl RefusalLog {
    /// Notes and logs a refusal.
    pub fn note(&self, time: DateTime<Utc>, endpoint: &'static str, correlation_id: &str, refusal: &Refusal) {
        self.add(Noted {
            time,
            endpoint,
            error: refusal.error.to_string(),
            description: refusal.description.as_deref().map(str::to_owned),
            check: refusal.check,
            expected: refusal.expected.clone(),
            came: refusal.came.clone(),
            correlation_id: correlation_id.to_owned(),
        });
    }

    /// Notes and logs what is no refusal of the standards' kind.
    pub fn add(&self, noted: Noted) {
        tracing::info!(
            endpoint = noted.endpoint,
            error = noted.error,
            check = noted.check,
            expected = noted.expected,
            came = noted.came,
            correlation_id = noted.correlation_id,
            "The auth site refused a request."
        );
        let mut all = self.0.lock().expect("no holder of this lock panics");
        all.truncate(KEPT - 1);
        all.push_front(noted);
    }

    /// All that are kept, the latest first.
    pub fn all(&self) -> Vec<Noted> {
        self.0.lock().expect("no holder of this lock panics").iter().cloned().collect()
    }
}
