//! Where things are. `/.well-known/openid-configuration` is Kraken's, member by member (kraken-facts 9.3): it lists
//! response types that no application may use, and leaves out the device endpoint, PKCE and public clients. It also names
//! an issuer that it does not stand under, so strict clients refuse it, here as in production.
//!
//! Where such clients look for that issuer, Kraken has nothing (9.2); there kemu tells all that is true and nothing that
//! is refused. `--issuer-metadata false` answers 404 there as Kraken does.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kemu_domain::oauth::Scope;
use serde_json::{Value as Json, json};

use super::super::hosts::Reached;
use super::super::{App, addresses, json as answer};

fn scopes() -> Vec<String> {
    Scope::all().map(|scope| scope.to_string()).collect()
}

/// What both documents say.
fn common(app: &App, reached: &Reached) -> Json {
    let base = &reached.base;
    json!({
        "issuer": reached.oauth_issuer(app).url,
        "authorization_endpoint": format!("{base}/authorize/"),
        "token_endpoint": format!("{base}/token/"),
        "userinfo_endpoint": format!("{base}/userinfo/"),
        "revocation_endpoint": format!("{base}/revoke-token/"),
        "end_session_endpoint": format!("{base}/logout/"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "scopes_supported": scopes(),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["HS256", "RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "claims_supported": ["sub"],
    })
}

pub(super) async fn krakens(State(app): State<Arc<App>>, request: Request) -> Response {
    let reached = Reached::of(&app, request.headers(), request.extensions());
    let mut document = common(&app, &reached);
    document["response_types_supported"] = json!([
        "code",
        "token",
        "id_token",
        "id_token token",
        "code token",
        "code id_token",
        "code id_token token"
    ]);
    answer(StatusCode::OK, document.to_string().into_bytes())
}

pub(super) async fn of_issuer(State(app): State<Arc<App>>, request: Request) -> Response {
    if !app.options.issuer_metadata {
        return addresses::nothing_here(State(app), request).await;
    }
    let reached = Reached::of(&app, request.headers(), request.extensions());
    let mut document = common(&app, &reached);
    document["response_types_supported"] = json!(["code"]);
    document["device_authorization_endpoint"] = json!(format!("{}/device-authorization/", reached.base));
    document["response_modes_supported"] = json!(["query"]);
    document["grant_types_supported"] = json!(GRANT_TYPES);
    document["code_challenge_methods_supported"] = json!(["S256"]);
    document["token_endpoint_auth_methods_supported"] =
        json!(["client_secret_post", "client_secret_basic", "none"]);
    document["revocation_endpoint_auth_methods_supported"] =
        json!(["client_secret_post", "client_secret_basic", "none"]);
    document["prompt_values_supported"] = json!(["none", "login", "consent", "select_account"]);
    document["claims_supported"] = json!(["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce"]);
    document["request_parameter_supported"] = json!(false);
    document["request_uri_parameter_supported"] = json!(false);
    document["authorization_response_iss_parameter_supported"] = json!(true);
    answer(StatusCode::OK, document.to_string().into_bytes())
}

/// What `/token/` takes.
const GRANT_TYPES: [&str; 4] =
    ["authorization_code", "client_credentials", "refresh_token", kemu_domain::oauth::devices::GRANT_TYPE];
