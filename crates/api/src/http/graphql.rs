//! The GraphQL addresses. A POST always answers 200 with a GraphQL body, whatever is wrong with it (SEED-G), unless
//! the server was told to be as strict as the live one.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt as _;
use kemu_domain::errors::{KrakenError, codes};
use kemu_graphql::GraphQLError;

use super::{App, CorrelationId, body, json, page};
use crate::graphql::{GraphQLRequest, GraphQLResponse, RequestContext, Site};

type Parameters = Query<Vec<(String, String)>>;

pub(super) async fn post_api(
    State(app): State<Arc<App>>,
    Extension(id): Extension<CorrelationId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let site = Arc::clone(&app.api);
    post(&app, site, id, &headers, body).await
}

pub(super) async fn post_auth(
    State(app): State<Arc<App>>,
    Extension(id): Extension<CorrelationId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let site = Arc::clone(app.auth());
    post(&app, site, id, &headers, body).await
}

pub(super) async fn get_api(
    State(app): State<Arc<App>>,
    Extension(id): Extension<CorrelationId>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response {
    let site = Arc::clone(&app.api);
    get(&app, site, "/v1/graphql/", id, &query, &headers).await
}

pub(super) async fn get_auth(
    State(app): State<Arc<App>>,
    Extension(id): Extension<CorrelationId>,
    Query(query): Parameters,
    headers: HeaderMap,
) -> Response {
    let site = Arc::clone(app.auth());
    get(&app, site, "/graphql/", id, &query, &headers).await
}

async fn post(
    app: &Arc<App>,
    site: Arc<Site>,
    id: CorrelationId,
    headers: &HeaderMap,
    body: Body,
) -> Response {
    match body::from_post(headers, body).await {
        Ok(request) => answer(app, site, id, headers, request).await,
        Err(message) => respond(app, GraphQLResponse::refused(&[GraphQLError::new(message)])),
    }
}

async fn get(
    app: &Arc<App>,
    site: Arc<Site>,
    path: &str,
    id: CorrelationId,
    query: &[(String, String)],
    headers: &HeaderMap,
) -> Response {
    if wants_html(headers) {
        return page::graphql(app, path);
    }
    match body::from_get(query) {
        Ok(request) => answer(app, site, id, headers, request).await,
        // The one 400 that was measured on a GET (kraken-facts 1.3).
        Err(message) => {
            json(StatusCode::BAD_REQUEST, GraphQLResponse::refused(&[GraphQLError::new(message)]).body)
        }
    }
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let at = |what: &str| accept.find(what).unwrap_or(usize::MAX);
    at("text/html") < at("json")
}

async fn answer(
    app: &Arc<App>,
    site: Arc<Site>,
    CorrelationId(id): CorrelationId,
    headers: &HeaderMap,
    request: GraphQLRequest,
) -> Response {
    let authorization = headers.get(header::AUTHORIZATION).map(axum::http::HeaderValue::as_bytes);
    let sandbox = Arc::clone(&app.sandbox);
    let ctx = RequestContext::new(sandbox, Arc::clone(&site), app.issuer(), id.clone(), authorization).await;
    // Resolvers that panic are caught one by one; this is for everything around them.
    let answered = AssertUnwindSafe(site.answer(ctx, &request)).catch_unwind().await;
    respond(
        app,
        answered.unwrap_or_else(|_| {
            tracing::error!(correlation_id = %id, "A request failed through a fault of kemu's: it panicked.");
            let error = KrakenError::from(codes::INTERNAL);
            let error =
                GraphQLError { extensions: Some(error.extensions()), ..GraphQLError::new(error.message()) };
            GraphQLResponse::refused(&[error])
        }),
    )
}

fn respond(app: &App, response: GraphQLResponse) -> Response {
    let strict = app.options.refuse_with_400 && !response.executed;
    json(if strict { StatusCode::BAD_REQUEST } else { StatusCode::OK }, response.body)
}
