//! `POST /_emulator/analyse`: what can be said of an operation without executing it.

use std::sync::Arc;

use axum::extract::{Query, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::json;

use super::graphql::{SiteKind, origin};
use super::{App, body};
use crate::graphql::RequestContext;
use crate::graphql::analysis::{Asking, Question, analyse};

/// Takes what a GraphQL address takes, in the body and as `Authorization`; `?site=auth` means the auth site. Nothing is
/// executed, spent or written to the journal.
pub(super) async fn post(
    State(app): State<Arc<App>>,
    Query(query): Query<Vec<(String, String)>>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let site = match site(&query) {
        Ok(kind) => kind.site(&app),
        Err(message) => return refused(&message),
    };
    let request = match body::from_post(&parts.headers, body).await {
        Ok(request) => request,
        Err(message) => {
            return refused(&format!(
                "{message} Right would be, as application/json: {{\"query\":\"{{ viewer {{ id }} }}\",\
                 \"variables\":{{}},\"operationName\":null}}"
            ));
        }
    };
    let authorization = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let sandbox = Arc::clone(&app.sandbox);
    let ctx = RequestContext::new(sandbox, Arc::clone(&site), origin(&app, &parts), authorization).await;
    let viewer = ctx.viewer();
    let asking = match &viewer {
        Ok(viewer) => Asking::Viewer(viewer),
        Err(failure) => failure.code().map_or(Asking::Unknown, Asking::Refused),
    };
    let limits = match app.sandbox.limits.fields(ctx.caller).await {
        Ok(limits) => limits,
        Err(cause) => {
            tracing::error!(%cause, "The limits could not be read.");
            let body = json!({ "error": "the store did not tell the limits; the log says why" });
            return super::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string().into_bytes());
        }
    };
    let question = Question {
        query: &request.query,
        operation_name: request.operation_name.as_deref(),
        variables: Some(&request.variables),
        asking,
        limits: Some(&limits),
    };
    let analysis = analyse(&site, &question);
    super::json(StatusCode::OK, serde_json::to_vec(&analysis).expect("an analysis is plain data"))
}

/// Which site is meant.
fn site(query: &[(String, String)]) -> Result<SiteKind, String> {
    let mut kind = SiteKind::Api;
    for (name, value) in query {
        kind = match (name.as_str(), value.as_str()) {
            ("site", "api") => SiteKind::Api,
            ("site", "auth") => SiteKind::Auth,
            ("site", other) => return Err(format!("There is no site '{other}', only api and auth.")),
            (other, _) => return Err(format!("There is no parameter '{other}', only site.")),
        };
    }
    Ok(kind)
}

fn refused(message: &str) -> Response {
    super::json(StatusCode::BAD_REQUEST, json!({ "error": message }).to_string().into_bytes())
}
