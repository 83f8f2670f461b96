//! For those who watch: alive, ready, and the counts.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::App;
use crate::metrics::CONTENT_TYPE;

/// As long as this answers, the process serves.
pub(super) async fn alive() -> Response {
    super::json(StatusCode::OK, json!({ "status": "ok" }).to_string().into_bytes())
}

/// Is everything there that requests need?
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let origin = app.sandbox.origin().await;
    if let Err(error) = &origin {
        tracing::warn!(error = error as &dyn std::error::Error, "The store does not answer.");
    }
    let checks = [
        // Without its contract and resolvers there would be no App.
        ("schema", !app.api.contract.schema.types.is_empty()),
        ("store", origin.is_ok()),
        ("seed", matches!(origin, Ok(Some(_)))),
    ];
    let is_ready = checks.iter().all(|(_, holds)| *holds);
    let state = |holds: bool| if holds { "ok" } else { "failing" };
    let checks: serde_json::Map<_, _> =
        checks.into_iter().map(|(name, holds)| (name.to_string(), state(holds).into())).collect();
    let (status, word) =
        if is_ready { (StatusCode::OK, "ready") } else { (StatusCode::SERVICE_UNAVAILABLE, "not ready") };
    super::json(status, json!({ "status": word, "checks": checks }).to_string().into_bytes())
}

/// The counts.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], app.metrics.text(app.sandbox.journal.len())).into_response()
}
