//! The GraphQL addresses. Whatever is wrong with a request, its method included, the answer is 200 with a GraphQL body
//! (SEED-G), unless the server was told to be as strict as the live one.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::FutureExt as _;
use kemu_domain::errors::codes;
use kemu_graphql::GraphQLError;

use super::hosts::Reached;
use super::journal::{Pending, Stopwatch};
use super::{App, CorrelationId, body, graphiql, json};
use crate::graphql::request::Origin;
use crate::graphql::{GraphQLRequest, GraphQLResponse, RequestContext, Site};
use crate::journal::{Asker, secrets};

/// Ask for the errors that fields may raise, in place of their answers; it was announced by the second name
/// (kraken-facts 1.13).
const WANTS_POSSIBLE_ERRORS: [HeaderName; 2] =
    [HeaderName::from_static("x-kraken-possible-errors"), HeaderName::from_static("x-possible-errors")];
/// Asks what the operation costs (kraken-facts 1.14).
const WANTS_COMPLEXITY: HeaderName = HeaderName::from_static("x-kraken-query-complexity");

/// One of the two sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SiteKind {
    /// `/v1/graphql/`
    Api,
    /// `/graphql/`
    Auth,
}

impl SiteKind {
    /// Both.
    pub(super) const ALL: [Self; 2] = [Self::Api, Self::Auth];

    /// What its host names begin with.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Api => "api.",
            Self::Auth => "auth.",
        }
    }

    /// What the journal and the counts call it.
    fn name(self) -> &'static str {
        match self {
            Self::Api => "api",
            Self::Auth => "auth",
        }
    }

    /// What it serves.
    pub(super) fn site(self, app: &App) -> Arc<Site> {
        match self {
            Self::Api => Arc::clone(&app.api),
            Self::Auth => Arc::clone(app.auth()),
        }
    }
}

pub(super) async fn post(app: Arc<App>, kind: SiteKind, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let mut asked = asked(&app, kind, &parts);
    let response = match body::from_post(&parts.headers, body).await {
        Ok(request) => answer(&app, kind, &parts, request, &mut asked).await,
        Err(message) => GraphQLResponse::refused(&[GraphQLError::new(message)]),
    };
    let status = status(&app, &response);
    respond(&app, asked, status, response)
}

pub(super) async fn get(app: Arc<App>, kind: SiteKind, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    if wants_html(&parts.headers) {
        return graphiql::page(&parts.headers);
    }
    let mut asked = asked(&app, kind, &parts);
    let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
    let query = query.map(|Query(query)| query).unwrap_or_default();
    let response = match body::from_get(&query) {
        Ok(request) => answer(&app, kind, &parts, request, &mut asked).await,
        Err(message) => GraphQLResponse::refused(&[GraphQLError::new(message)]),
    };
    let status = status(&app, &response);
    respond(&app, asked, status, response)
}

/// Any other method, in graphene-django's words.
pub(super) fn other_method(app: &App, kind: SiteKind, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = asked(app, kind, &parts);
    let message = "GraphQL only supports GET and POST requests.";
    let response = GraphQLResponse::refused(&[GraphQLError::new(message)]);
    if !app.options.refuse_with_400 {
        return respond(app, asked, StatusCode::OK, response);
    }
    let mut response = respond(app, asked, StatusCode::METHOD_NOT_ALLOWED, response);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

fn wants_html(headers: &HeaderMap) -> bool {
    let accept = text(headers, &header::ACCEPT);
    let at = |what: &str| accept.find(what).unwrap_or(usize::MAX);
    at("text/html") < at("json")
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> &'h str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

async fn answer(
    app: &Arc<App>,
    kind: SiteKind,
    parts: &Parts,
    request: GraphQLRequest,
    asked: &mut Pending,
) -> GraphQLResponse {
    let headers = &parts.headers;
    let request = GraphQLRequest {
        wants_possible_errors: WANTS_POSSIBLE_ERRORS.iter().any(|name| wants(headers, name)),
        wants_complexity: wants(headers, &WANTS_COMPLEXITY),
        client: asked.client.clone(),
        ..request
    };
    let origin = origin(app, parts);
    let correlation_id = origin.correlation_id.clone();
    let authorization = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let site = kind.site(app);
    let ctx = RequestContext::new(Arc::clone(&app.sandbox), Arc::clone(&site), origin, authorization).await;
    // Resolvers that panic are caught one by one; this is for everything around them.
    let answered = AssertUnwindSafe(site.answer(Arc::clone(&ctx), &request)).catch_unwind().await;
    asked.viewer = Asker::of(ctx.viewer());
    asked.operation = request.operation_name;
    let response = answered.unwrap_or_else(|_| {
        tracing::error!(%correlation_id, "A request failed through a fault of kemu's: it panicked.");
        GraphQLResponse::forbidden(codes::INTERNAL)
    });
    if !request.variables.is_empty() {
        asked.variables = match &response.summary.operation {
            Some(known) => secrets::cut(request.variables, &known.secret_variables),
            None => secrets::cut(request.variables, &secrets::given_to_secrets(&request.query)),
        };
    }
    response
}

/// A switch of a request: on, unless it says that it is off.
fn wants(headers: &HeaderMap, name: &HeaderName) -> bool {
    headers.contains_key(name)
        && !matches!(text(headers, name).to_ascii_lowercase().as_str(), "false" | "0" | "")
}

/// The address that a request comes from.
pub(super) fn peer(parts: &Parts) -> IpAddr {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip())
}

/// Where a request comes from.
pub(super) fn origin(app: &App, parts: &Parts) -> Origin {
    let id = parts.extensions.get::<CorrelationId>();
    let reached = Reached::of(app, &parts.headers, &parts.extensions);
    Origin {
        peer: peer(parts),
        issuer: reached.kraken_issuer(app),
        oauth_issuer: reached.oauth_issuer(app),
        base_url: reached.base,
        correlation_id: id.map(|CorrelationId(id)| id.clone()).unwrap_or_default(),
    }
}

/// What the journal keeps of a request, as far as it is known when it comes.
fn asked(app: &App, kind: SiteKind, parts: &Parts) -> Pending {
    let id = parts.extensions.get::<CorrelationId>();
    Pending {
        stopwatch: Stopwatch::start(),
        time: app.sandbox.now(),
        site: kind.name(),
        operation: None,
        variables: serde_json::Map::new(),
        viewer: Asker::Unknown,
        client: text(&parts.headers, &header::USER_AGENT).into(),
        correlation_id: id.map(|CorrelationId(id)| id.clone()).unwrap_or_default(),
    }
}

fn status(app: &App, response: &GraphQLResponse) -> StatusCode {
    let strict = app.options.refuse_with_400 && !response.executed;
    if strict { StatusCode::BAD_REQUEST } else { StatusCode::OK }
}

fn respond(app: &App, asked: Pending, status: StatusCode, response: GraphQLResponse) -> Response {
    let GraphQLResponse { body, executed, summary } = response;
    app.note(asked.entry(status, executed, summary));
    json(status, body)
}
