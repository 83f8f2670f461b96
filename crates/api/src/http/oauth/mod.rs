//! The auth site: OAuth 2.0 and OpenID Connect, on the same port as the API.
//!
//! | file | serves |
//! |---|---|
//! | `token.rs` | `/token/`, `/revoke-token/` |
//! | `resource.rs` | `/resource/`, `/userinfo/` |
//! | `discovery.rs` | the metadata, Kraken's and what strict clients want |
//! | `authorize.rs`, `authorization_request.rs` | `/authorize/` and the page that asks for consent |
//! | `device.rs` | `/device-authorization/` for devices, `/device/` for people |
//! | `sign_in.rs` | `/sign-in/`, where its pages send people who are not signed in |
//! | `clients.rs` | `/_emulator/oauth/clients` |
//! | `logout.rs`, `landing.rs` | `/logout/`; the page at `/`, and `/applications/` where its form goes |
//! | `browser.rs` | the cookie of a browser, and forms that only our pages can send |
//! | `pages.rs` | the pages for people |
//! | `parameters.rs` | forms and queries, read once and strictly |
//! | `answers.rs` | what all of them answer: headers, refusals, faults |
//!
//! What goes over the wire is as bare as production's; what was wrong is in the log and at
//! `/_emulator/oauth/last-errors`.

mod answers;
mod authorization_request;
mod authorize;
mod browser;
pub(super) mod clients;
mod device;
mod discovery;
mod landing;
mod logout;
mod pages;
mod parameters;
mod resource;
mod sign_in;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{MethodRouter, get, post};
use serde_json::json;

use self::answers::Asked;
pub(super) use self::browser::CookieKey;
pub(super) use self::device::decide_for;
pub(super) use self::pages::Pages;
use super::App;

/// What programs ask. Pages of any origin may, as for the API.
pub(super) fn endpoints() -> Router<Arc<App>> {
    let routes = [
        ("/token/", "POST", post(token::token)),
        ("/revoke-token/", "POST", post(token::revoke)),
        ("/device-authorization/", "POST", post(device::start)),
        ("/resource/", "GET", get(resource::resource)),
        ("/userinfo/", "GET or POST", get(resource::userinfo).post(resource::userinfo)),
    ];
    with_and_without_slash(routes, |published, route| {
        route.layer(middleware::from_fn(move |request: Request, next: Next| {
            let path = request.uri().path();
            tracing::info!(path, published, "The auth site's addresses end in a slash.");
            next.run(request)
        }))
    })
}

/// Where the metadata is.
pub(super) fn metadata() -> Router<Arc<App>> {
    Router::new()
        .route("/.well-known/openid-configuration", get(discovery::krakens))
        .route("/token/.well-known/openid-configuration", get(discovery::of_issuer))
        .route("/.well-known/oauth-authorization-server/token", get(discovery::of_issuer))
        // RFC 8414 section 3.1 takes the slash away; Authlib leaves it.
        .route("/.well-known/oauth-authorization-server/token/", get(discovery::of_issuer))
}

/// What people see. No page of another origin may ask for these (RFC 9700 section 2.6).
pub(super) fn for_people() -> Router<Arc<App>> {
    let routes = [
        ("/authorize/", "GET or POST", get(authorize::authorize).post(authorize::authorize_form)),
        ("/authorize/decide/", "POST", post(authorize::decide)),
        ("/device/", "GET or POST", get(device::enter).post(device::confirm)),
        ("/sign-in/", "POST", post(sign_in::sign_in)),
        ("/logout/", "GET or POST", get(logout::logout).post(logout::logout_form)),
        ("/logout/confirm/", "POST", post(logout::confirm)),
        ("/applications/", "POST", post(landing::register)),
    ];
    // `/device` is what people are told to open.
    with_and_without_slash(routes, |_, route| route).route("/", get(landing::landing))
}

/// The addresses end in a slash; without it they work too. Each comes with the methods that it takes.
fn with_and_without_slash<const N: usize>(
    routes: [(&'static str, &'static str, MethodRouter<Arc<App>>); N],
    without: impl Fn(&'static str, MethodRouter<Arc<App>>) -> MethodRouter<Arc<App>>,
) -> Router<Arc<App>> {
    routes.into_iter().fold(Router::new(), |router, (path, methods, route)| {
        let route = route.fallback(async move |State(app): State<Arc<App>>, request: Request| {
            let (parts, _) = request.into_parts();
            answers::other_method(&Asked::new(&app, path, &parts), &parts.method, methods)
        });
        router.route(path, route.clone()).route(path.trim_end_matches('/'), without(path, route))
    })
}

/// What was refused lately.
pub(super) async fn last_errors(State(app): State<Arc<App>>) -> Response {
    let body = json!({ "errors": app.sandbox.oauth_refusals.all() });
    super::json(StatusCode::OK, body.to_string().into_bytes())
}
