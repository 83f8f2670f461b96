//! `/token/` and `/revoke-token/`.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kemu_auth::oauth::Tokens;
use kemu_auth::oauth::client_authentication::Presented;
use kemu_auth::oauth::codes::Redemption;
use kemu_auth::oauth::revoke::Revoked;
use kemu_domain::oauth::devices;
use kemu_domain::oauth::{ErrorCode, Refusal};
use serde_json::json;

use super::super::App;
use super::answers::{Asked, empty, never_kept};
use super::parameters::Parameters;
use crate::app::oauth::TokenRequest;

/// What `grant_type` may say.
const GRANT_TYPES: &str =
    "authorization_code, client_credentials, refresh_token or urn:ietf:params:oauth:grant-type:device_code";

/// What may be revoked.
const OWN_TOKEN: &str = "an access or refresh token of the client";

pub(super) async fn token(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/token/", &parts);
    let form = match form_of_a_program(&asked, &parts, body).await {
        Ok(form) => form,
        Err(response) => return *response,
    };
    let wanted = match wanted(&form) {
        Ok(wanted) => wanted,
        Err(refusal) => return asked.refuse(&refusal),
    };
    match asked.site().token(presented(&parts, &form), wanted).await {
        Ok(tokens) => never_kept(StatusCode::OK, &answer(&tokens)),
        Err(failure) => asked.fail(failure),
    }
}

fn wanted(form: &Parameters) -> Result<TokenRequest<'_>, Refusal> {
    match form.get("grant_type") {
        Some("authorization_code") => Ok(TokenRequest::Code(Redemption {
            code: form.get("code"),
            redirect_uri: form.get("redirect_uri"),
            verifier: form.get("code_verifier"),
        })),
        Some("refresh_token") => Ok(TokenRequest::Refresh(form.get("refresh_token"), form.get("scope"))),
        Some(devices::GRANT_TYPE) => Ok(TokenRequest::Device(form.get("device_code"))),
        Some("client_credentials") => Ok(TokenRequest::ClientCredentials(form.get("scope"))),
        Some(other) => {
            let came: String = other.chars().take(60).collect();
            Err(Refusal::new(ErrorCode::UnsupportedGrantType, "grant_type", GRANT_TYPES, came))
        }
        None => Err(Refusal::new(ErrorCode::InvalidRequest, "grant_type", GRANT_TYPES, "none")
            .saying("Missing grant_type parameter.")),
    }
}

fn answer(tokens: &Tokens) -> serde_json::Value {
    let mut body = json!({
        "access_token": tokens.access_token,
        "expires_in": tokens.expires_in,
        "token_type": "Bearer",
        "scope": tokens.scopes.to_string(),
    });
    if let Some(refresh_token) = &tokens.refresh_token {
        body["refresh_token"] = refresh_token.as_str().into();
    }
    if let Some(id_token) = &tokens.id_token {
        body["id_token"] = id_token.as_str().into();
    }
    body
}

pub(super) async fn revoke(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/revoke-token/", &parts);
    let form = match form_of_a_program(&asked, &parts, body).await {
        Ok(form) => form,
        Err(response) => return *response,
    };
    match asked.site().revoke(presented(&parts, &form), form.get("token")).await {
        Ok(done) => {
            // The answer is the same (RFC 7009 section 2.2), so that nobody learns of other clients' tokens.
            match done {
                Revoked::Done => {}
                Revoked::Unknown => {
                    asked.explain("token", OWN_TOKEN, "one that is unknown here; nothing was ended");
                }
                Revoked::Foreign => asked.explain("token", OWN_TOKEN, "another client's; it stays"),
            }
            empty(StatusCode::OK)
        }
        Err(failure) => asked.fail(failure),
    }
}

/// What a request says of its client.
pub(super) fn presented<'a>(parts: &'a Parts, form: &'a Parameters) -> Presented<'a> {
    Presented {
        authorization: parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes),
        client_id: form.get("client_id"),
        client_secret: form.get("client_secret"),
    }
}

/// The form of a request, or the answer to one without. Parameters in the query end up in logs, so none are taken from
/// there (RFC 6749 section 2.3.1).
pub(super) async fn form_of_a_program(
    asked: &Asked,
    parts: &Parts,
    body: Body,
) -> Result<Parameters, Box<Response>> {
    if parts.uri.query().is_some_and(|query| !query.is_empty()) {
        let (expected, came) = ("all of them in the body", "some in the query");
        let refusal = Refusal::new(ErrorCode::InvalidRequest, "parameters", expected, came);
        return Err(Box::new(asked.refuse(&refusal.saying("URL query parameters are not allowed"))));
    }
    Parameters::of_form(&parts.headers, body).await.map_err(|unread| Box::new(asked.unread(&unread)))
}
