//! HTTP: which address is served by what. One port serves both sites, their keys and the emulator's own pages.

mod addresses;
mod analyse;
mod bench;
mod body;
mod clock;
mod documents;
mod emulator;
mod graphiql;
mod graphql;
mod health;
pub mod hosts;
mod journal;
mod oauth;

#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, OnceLock};

use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::{Extension, Router};
use futures_util::FutureExt as _;
use serde_json::json;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowHeaders, AllowMethods, AllowOrigin, CorsLayer};
use uuid::Uuid;

use self::graphql::SiteKind;
use self::hosts::{Aliases, OverTls};
use self::oauth::{CookieKey, Pages};
use crate::graphql::Site;
use crate::metrics::Metrics;
use crate::sandbox::{Sandbox, SandboxError, Settings};
use crate::switches::Deprecations;

/// On every answer (kraken-facts 1.15).
pub const CORRELATION_ID: HeaderName = HeaderName::from_static("x-kraken-correlation-id");

/// What the server is made of.
pub struct App {
    /// The world that requests run in.
    pub sandbox: Arc<Sandbox>,
    /// The API site.
    pub api: Arc<Site>,
    /// The auth site, made when it is first asked.
    auth: OnceLock<Arc<Site>>,
    /// How it answers.
    pub options: HttpOptions,
    /// What is counted.
    pub metrics: Metrics,
    aliases: Aliases,
    cookie_key: CookieKey,
    pages: Pages,
    bare_answer: bench::BareAnswer,
}

/// How the server answers.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Where clients reach the server, without a slash at the end: `http://127.0.0.1:8080`.
    pub base_url: String,
    /// Is kemu where the request's `Host` says, instead of at the base URL? Nobody said otherwise, then, and it is
    /// reached by several names, see [`hosts`].
    pub follows_host: bool,
    /// Is there metadata where strict clients look for the auth site's issuer? Kraken has none there.
    pub issuer_metadata: bool,
    /// Answer 400 to requests, documents and variables that are refused before execution, as the live service was
    /// measured to do (kraken-facts 1.3, 1.5), and 405 to other methods, instead of the 200 that the guide promises.
    pub refuse_with_400: bool,
    /// Serve what is deprecated, or the contract of the day after it has been removed?
    pub deprecations: Deprecations,
}

impl App {
    /// A server of a new or kept world.
    pub async fn open(settings: Settings, options: HttpOptions) -> Result<Self, SandboxError> {
        let api = Site::api();
        let api = match options.deprecations {
            Deprecations::Warn => api,
            Deprecations::Error => api.without_deprecated(),
        };
        let sandbox = Sandbox::open(&api.contract, settings).await?;
        Ok(Self {
            aliases: Aliases::of(&options),
            cookie_key: CookieKey::new(sandbox.seed),
            pages: Pages::new(),
            sandbox: Arc::new(sandbox),
            api: Arc::new(api),
            auth: OnceLock::new(),
            options,
            metrics: Metrics::default(),
            bare_answer: bench::BareAnswer::default(),
        })
    }

    /// The auth site.
    pub fn auth(&self) -> &Arc<Site> {
        self.auth.get_or_init(|| Arc::new(self.api.auth()))
    }
}

/// All addresses.
pub fn router(app: Arc<App>) -> Router {
    let site = |kind: SiteKind| {
        get(move |State(app), request| graphql::get(app, kind, request))
            .post(move |State(app), request| graphql::post(app, kind, request))
            .fallback(move |State(app): State<Arc<App>>, request: Request| async move {
                graphql::other_method(&app, kind, request)
            })
    };
    let only_at = |kind: SiteKind, routes: Router<Arc<App>>| {
        routes.route_layer(middleware::from_fn_with_state((Arc::clone(&app), kind), hosts::only_at))
    };
    let (api, auth) = (site(SiteKind::Api), site(SiteKind::Auth));
    let api = Router::new()
        .route("/v1/graphql/", api.clone())
        .route("/v1/graphql", api)
        .route("/external-client-healthcheck/", get(|| async { StatusCode::OK }));
    let auth = Router::new()
        .route("/graphql/", auth.clone())
        .route("/graphql", auth)
        .merge(oauth::endpoints())
        .merge(oauth::metadata());
    let own = addresses::own().iter().fold(Router::new(), |own, it| own.route(it.path, (it.route)()));
    own.merge(only_at(SiteKind::Api, api))
        .merge(only_at(SiteKind::Auth, auth))
        .fallback(addresses::nothing_here)
        .layer(middleware::from_fn(catch_panics))
        .layer(CompressionLayer::new())
        .layer(cors())
        .merge(only_at(SiteKind::Auth, oauth::for_people()).layer(middleware::from_fn(catch_panics)))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), correlate))
        .route("/_emulator/bench/bare", put(bench::put).post(bench::post))
        .with_state(app)
}

/// All addresses, with the callers' own told to those who limit them.
pub fn service(app: Arc<App>) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router(app).into_make_service_with_connect_info()
}

/// The same for connections over TLS.
pub fn service_over_tls(app: Arc<App>) -> IntoMakeServiceWithConnectInfo<Router, SocketAddr> {
    router(app).layer(Extension(OverTls)).into_make_service_with_connect_info()
}

/// Open to pages of every origin; what they send is mirrored back, since `*` does not cover `Authorization`.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::any())
        .allow_methods(AllowMethods::mirror_request())
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([CORRELATION_ID])
}

/// Finds a request in the log.
#[derive(Clone)]
struct CorrelationId(String);

async fn correlate(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = app.sandbox.uuid();
    request.extensions_mut().insert(CorrelationId(id.to_string()));
    if !addresses::is_of_the_process(request.uri().path())
        && let Err(cause) = app.sandbox.follow_others().await
    {
        // What is kept here may be a little old; whatever needs the store will find the same fault.
        tracing::error!(correlation_id = %id, %cause, "The store does not tell what other processes did.");
    }
    let mut response = next.run(request).await;
    response.headers_mut().insert(CORRELATION_ID, header_value(id));
    response
}

/// A panic is one request's trouble, not its connection's. Those of the GraphQL sites are answered in Kraken's form before they
/// come here.
async fn catch_panics(request: Request, next: Next) -> Response {
    let id = request.extensions().get::<CorrelationId>().map(|CorrelationId(id)| id.clone());
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(correlation_id = id, "A request failed through a fault of kemu's: it panicked.");
        let body = json!({ "error": "kemu failed through a fault of its own; the log says where", "correlationId": id });
        json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string().into_bytes())
    })
}

fn header_value(id: Uuid) -> HeaderValue {
    HeaderValue::from_str(&id.to_string()).expect("hexadecimal digits make a header value")
}

/// JSON text as a response.
fn json(status: StatusCode, body: Vec<u8>) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
