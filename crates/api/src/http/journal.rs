//! `/_emulator/journal`, and how requests get there.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use kemu_graphql::suggestions::{did_you_mean, suggestions};
use serde_json::{Map, Value as Json, json};

use super::App;
use crate::graphql::Summary;
use crate::journal::{Asker, Entry, Filter, Outcome};

const PARAMETERS: [&str; 3] = ["operation", "code", "limit"];

/// The requests that fit, newest first.
pub(super) async fn read(
    State(app): State<Arc<App>>,
    Query(query): Query<Vec<(String, String)>>,
) -> Response {
    match filter(query) {
        Ok(filter) => {
            let entries = app.sandbox.journal.read(&filter);
            let entries: Vec<&Entry> = entries.iter().map(Arc::as_ref).collect();
            let body = json!({ "size": app.sandbox.journal.size(), "seen": app.sandbox.journal.seen(), "entries": entries });
            super::json(StatusCode::OK, body.to_string().into_bytes())
        }
        Err(message) => {
            super::json(StatusCode::BAD_REQUEST, json!({ "error": message }).to_string().into_bytes())
        }
    }
}

/// Forgets all requests.
pub(super) async fn clear(State(app): State<Arc<App>>) -> StatusCode {
    app.sandbox.journal.clear();
    StatusCode::NO_CONTENT
}

/// A misspelt filter would let everything through, and a test would believe it.
fn filter(query: Vec<(String, String)>) -> Result<Filter, String> {
    let mut filter = Filter::default();
    for (name, value) in query {
        match name.as_str() {
            "operation" => filter.operation = Some(value),
            "code" => filter.code = Some(value),
            "limit" => {
                let limit = value.parse().map_err(|_| format!("limit: '{value}' is no whole number."))?;
                filter.limit = Some(limit);
            }
            other => {
                let near = suggestions(other, PARAMETERS);
                return Err(format!(
                    "There is no filter '{other}', only {}.{}",
                    PARAMETERS.join(", "),
                    did_you_mean("", &near)
                ));
            }
        }
    }
    Ok(filter)
}

/// What is known of a request before it is answered.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) stopwatch: Stopwatch,
    pub(super) time: DateTime<Utc>,
    pub(super) site: &'static str,
    /// The operation that was asked for; the document has the last word.
    pub(super) operation: Option<String>,
    /// The variables, their secrets cut.
    pub(super) variables: Map<String, Json>,
    pub(super) viewer: Asker,
    pub(super) client: String,
    pub(super) correlation_id: String,
}

impl Pending {
    /// What the journal keeps of it, now that it is answered.
    pub(super) fn entry(self, status: StatusCode, was_executed: bool, summary: Summary) -> Entry {
        let outcome = match summary.codes.as_slice() {
            _ if !was_executed => Outcome::Refused,
            [] => Outcome::Ok,
            _ => Outcome::Errors,
        };
        let known = summary.operation.as_deref();
        Entry {
            time: self.time,
            site: self.site,
            operation: known.and_then(|known| known.name.clone()).or(self.operation),
            kind: known.map(|known| known.kind),
            root_fields: known.map(|known| known.root_fields.clone()).unwrap_or_default(),
            variables: self.variables,
            viewer: self.viewer,
            outcome,
            codes: summary.codes,
            complexity: summary.cost.map(|cost| cost.complexity),
            duration_ms: self.stopwatch.milliseconds(),
            client: self.client,
            correlation_id: self.correlation_id,
            status: status.as_u16(),
        }
    }
}

impl App {
    /// Counts a request and writes it down.
    pub(super) fn note(&self, entry: Entry) {
        tracing::debug!(
            correlation_id = entry.correlation_id,
            http.site = entry.site,
            http.status = entry.status,
            graphql.operation = entry.operation,
            duration_ms = entry.duration_ms,
            "A GraphQL request was answered."
        );
        self.metrics.note(&entry);
        self.sandbox.journal.note(entry);
    }
}

/// Measures how long kemu takes for a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopwatch(Instant);

impl Stopwatch {
    #[expect(clippy::disallowed_methods, reason = "kemu's own speed is measured, not a world's time")]
    pub(super) fn start() -> Self {
        Self(Instant::now())
    }

    /// Milliseconds since the start, in steps of a microsecond.
    pub(super) fn milliseconds(self) -> f64 {
        (self.0.elapsed().as_secs_f64() * 1_000_000.0).round() / 1_000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_and_misspelt_ones_refused() {
        let read = |pairs: &[(&str, &str)]| {
            filter(pairs.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect())
        };
        let all = read(&[("operation", "A"), ("code", "KT-CT-1199"), ("limit", "3")]).unwrap();
        let (operation, code) = (Some("A".into()), Some("KT-CT-1199".into()));
        assert_eq!(all, Filter { operation, code, limit: Some(3) });
        assert_eq!(
            read(&[("opperation", "A")]).unwrap_err(),
            "There is no filter 'opperation', only operation, code, limit. Did you mean 'operation'?"
        );
        assert_eq!(read(&[("limit", "all")]).unwrap_err(), "limit: 'all' is no whole number.");
    }
}
