//! Documents behind signed addresses. Who has an address needs no token.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use kemu_domain::BillId;
use kemu_domain::errors::Failure;
use serde::Deserialize;
use serde_json::json;

use super::App;
use crate::app::documents::{self, Document};
use crate::documents::signed_url::LIFETIME;
use crate::documents::{Refusal, Signer};

/// What makes an address good. Both are missing where somebody guesses.
#[derive(Deserialize)]
pub(super) struct Signed {
    #[serde(default)]
    expires: String,
    #[serde(default)]
    signature: String,
}

/// The paper of a bill.
pub(super) async fn bill(
    State(app): State<Arc<App>>,
    Path(file): Path<String>,
    Query(query): Query<Signed>,
) -> Response {
    let Some(bill) = file.strip_suffix(".pdf").and_then(|id| id.parse::<BillId>().ok()) else {
        return missing(&file);
    };
    let sandbox = &app.sandbox;
    let expires = query.expires.parse().map_err(|_| Refusal::Tampered);
    let signer = Signer::new(sandbox.seed);
    let checked = expires.and_then(|expires| signer.check(bill, expires, &query.signature, sandbox.now()));
    if let Err(refusal) = checked {
        return refused(refusal);
    }
    match documents::bill(sandbox, bill).await {
        Ok(Some(document)) => sent(document),
        Ok(None) => missing(&file),
        Err(failure) => failed(&failure),
    }
}

fn sent(Document { file_name, pdf }: Document) -> Response {
    let disposition = HeaderValue::try_from(format!("inline; filename=\"{file_name}\""));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("inline"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/pdf")),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    (headers, pdf).into_response()
}

fn refused(refusal: Refusal) -> Response {
    let reason: &str = refusal.into();
    let body = json!({
        "error": refusal.to_string(),
        "reason": reason,
        "fresh": format!(
            "Ask for the bill's temporaryUrl again; each is good for {} minutes of the sandbox's clock.",
            LIFETIME.num_minutes(),
        ),
    });
    super::json(StatusCode::FORBIDDEN, body.to_string().into_bytes())
}

fn missing(file: &str) -> Response {
    let body = json!({ "error": format!("There is no document {file}.") });
    super::json(StatusCode::NOT_FOUND, body.to_string().into_bytes())
}

fn failed(failure: &Failure) -> Response {
    tracing::error!(?failure, "A document could not be made.");
    let body = json!({ "error": "The document could not be made; kemu's log says why." });
    super::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string().into_bytes())
}
