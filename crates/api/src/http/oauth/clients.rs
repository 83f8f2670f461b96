//! `/_emulator/oauth/clients`: the applications, for commands and tests.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::super::App;
use super::super::body::read;
use super::answers::{Asked, never_kept};
use super::parameters::LARGEST_FORM;
use crate::app::oauth::clients::NotRegistered;

const ENDPOINT: &str = "/_emulator/oauth/clients";

/// Who is registered.
pub(in crate::http) async fn list(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, ENDPOINT, &parts);
    match asked.site().clients().await {
        Ok(clients) => never_kept(StatusCode::OK, &json!({ "clients": clients })),
        Err(cause) => asked.fault(&cause),
    }
}

/// Registers one.
pub(in crate::http) async fn add(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, ENDPOINT, &parts);
    let wrong = |right: &str| never_kept(StatusCode::BAD_REQUEST, &json!({ "error": right }));
    let bytes = read(body, LARGEST_FORM).await.unwrap_or_default();
    let wanted = match serde_json::from_slice(&bytes) {
        Ok(wanted) => wanted,
        Err(error) => return wrong(&format!("the body is no application: {error}")),
    };
    match asked.site().register(wanted).await {
        Ok(client) => never_kept(StatusCode::CREATED, &json!(client)),
        Err(NotRegistered::Senseless(problems)) => {
            let all: Vec<&str> = problems.iter().map(|problem| problem.right).collect();
            let body = json!({ "error": all.join("; "), "problems": problems });
            never_kept(StatusCode::BAD_REQUEST, &body)
        }
        Err(NotRegistered::Fault(cause)) => asked.fault(&cause),
    }
}

/// Takes one out, by id or name.
pub(in crate::http) async fn remove(
    State(app): State<Arc<App>>,
    Path(client): Path<String>,
    request: Request,
) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, "/_emulator/oauth/clients/{client}", &parts);
    match asked.site().unregister(&client).await {
        Ok(true) => never_kept(StatusCode::OK, &json!({ "removed": client })),
        Ok(false) => never_kept(
            StatusCode::NOT_FOUND,
            &json!({ "error": "there is no application of this id or name" }),
        ),
        Err(cause) => asked.fault(&cause),
    }
}
