//! The yardstick of `cargo xtask bench`: an endpoint that does as little as one can do with a POST of JSON, in this
//! very binary, outside all layers. PUT gives it the bytes to answer; POST reads the JSON body and answers them.

use std::sync::{Arc, PoisonError, RwLock};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::App;

/// What the yardstick answers.
#[derive(Debug, Default)]
pub(super) struct BareAnswer(RwLock<Bytes>);

pub(super) async fn put(State(app): State<Arc<App>>, body: Bytes) -> StatusCode {
    *app.bare_answer.0.write().unwrap_or_else(PoisonError::into_inner) = body;
    StatusCode::NO_CONTENT
}

pub(super) async fn post(State(app): State<Arc<App>>, body: Bytes) -> Response {
    let status = match serde_json::from_slice::<serde_json::Value>(&body) {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::BAD_REQUEST,
    };
    let answer = app.bare_answer.0.read().unwrap_or_else(PoisonError::into_inner).to_vec();
    super::json(status, answer)
}
