//! `/resource/`, which says who called, and `/userinfo/` (OpenID Connect Core section 5.3). Both refuse as RFC 6750
//! section 3 says. `/resource/` takes a token bare, as `Bearer` and as `JWT`, like the API; `/userinfo/` is as strict as
//! the RFC. What Kraken's own `/resource/` answers is not known.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kemu_auth::oauth::Access;
use kemu_auth::oauth::access::AccessFailure;
use kemu_domain::oauth::{ErrorCode, Refusal, Scope};
use serde_json::json;

use super::super::App;
use super::answers::{Asked, never_kept};
use super::parameters::Parameters;

const CHECK: &str = "access token";

pub(super) async fn resource(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, "/resource/", &parts);
    let value = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let value = value.filter(|value| !is_of_another_scheme(value));
    let token = kemu_auth::header::token(value).map_err(|_| malformed("several words, none, or no text"));
    let access = match good(&asked, &parts, token).await {
        Ok(access) => access,
        Err(response) => return *response,
    };
    let claims = &access.claims;
    let body = json!({
        "sub": claims.kraken.sub,
        "clientId": access.client.id.as_str(),
        "clientName": access.client.name,
        "scope": access.scopes.to_string(),
        "issuedAt": claims.kraken.iat,
        "expiresAt": claims.kraken.exp,
    });
    never_kept(StatusCode::OK, &body)
}

pub(super) async fn userinfo(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/userinfo/", &parts);
    let value = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    let mut token = value.map_or(Ok(None), bearer);
    let form = match parts.method {
        Method::POST => Parameters::of_form_if_any(&parts.headers, body).await,
        _ => Ok(Parameters::default()),
    };
    let form = match form {
        Ok(form) => form,
        Err(unread) => {
            let mut response = refuse(&asked, &unread.refusal);
            *response.status_mut() = unread.status;
            return response;
        }
    };
    if let Some(in_body) = form.get("access_token") {
        token = match token {
            Ok(None) => Ok(Some(in_body)),
            _ => Err(Refusal::new(ErrorCode::InvalidRequest, CHECK, "one token in one place", "two")),
        };
    }
    let access = match good(&asked, &parts, token).await {
        Ok(access) => access,
        Err(response) => return *response,
    };
    if !access.scopes.contains(Scope::Openid) {
        let came = access.scopes.to_string();
        return refuse(&asked, &Refusal::new(ErrorCode::InsufficientScope, "scope", "openid", came));
    }
    never_kept(StatusCode::OK, &json!({ "sub": access.claims.kraken.sub }))
}

/// The token of a `Bearer` header. Another scheme is none of ours and counts as no credentials (RFC 6750 section 3.1).
fn bearer(value: &[u8]) -> Result<Option<&str>, Refusal> {
    let text = std::str::from_utf8(value).map_err(|_| malformed("a header that is no text"))?.trim();
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    match (scheme.eq_ignore_ascii_case("Bearer"), token.trim()) {
        (false, _) => Ok(None),
        (true, "") => Err(malformed("Bearer alone")),
        (true, token) => Ok(Some(token)),
    }
}

/// Is it a scheme and something behind it, but neither `Bearer` nor `JWT`?
fn is_of_another_scheme(value: &[u8]) -> bool {
    let value = value.trim_ascii();
    let scheme = value.split(|byte| *byte == b' ').next().unwrap_or_default();
    scheme != value && ![&b"Bearer"[..], b"JWT"].iter().any(|own| scheme.eq_ignore_ascii_case(own))
}

fn malformed(came: &str) -> Refusal {
    Refusal::new(ErrorCode::InvalidToken, CHECK, "Authorization: Bearer and an access token", came)
}

/// The good access token of a request, or what it is refused with.
async fn good(
    asked: &Asked,
    parts: &Parts,
    token: Result<Option<&str>, Refusal>,
) -> Result<Access, Box<Response>> {
    let in_query =
        parts.uri.query().is_some_and(|query| query.split('&').any(|pair| pair.starts_with("access_token=")));
    if in_query {
        // RFC 9700 section 4.3.2.
        let refusal =
            Refusal::new(ErrorCode::InvalidRequest, CHECK, "the token in the header", "one in the query");
        return Err(Box::new(refuse(asked, &refusal)));
    }
    let token = match token {
        Ok(Some(token)) => token,
        Ok(None) => {
            let is_there = parts.headers.contains_key(header::AUTHORIZATION);
            let came = if is_there { "a header of another scheme, or an empty one" } else { "none" };
            asked.explain(CHECK, "Authorization: Bearer and an access token", came);
            return Err(Box::new(challenge(StatusCode::UNAUTHORIZED, "")));
        }
        Err(refusal) => return Err(Box::new(refuse(asked, &refusal))),
    };
    asked.site().access(token).await.map_err(|failure| {
        let came = match failure {
            AccessFailure::Token(rejection) => format!("{rejection:?}"),
            AccessFailure::Revoked => "one that is unknown here, or was ended".to_owned(),
            AccessFailure::Fault(cause) => return Box::new(asked.fault(&cause)),
        };
        let expected = "an access token that this auth site issued at this address, and that lives";
        Box::new(refuse(asked, &Refusal::new(ErrorCode::InvalidToken, CHECK, expected, came)))
    })
}

fn refuse(asked: &Asked, refusal: &Refusal) -> Response {
    asked.note(refusal);
    let status = match refusal.error {
        ErrorCode::InvalidRequest => StatusCode::BAD_REQUEST,
        ErrorCode::InsufficientScope => StatusCode::FORBIDDEN,
        _ => StatusCode::UNAUTHORIZED,
    };
    let scope = if refusal.error == ErrorCode::InsufficientScope { ", scope=\"openid\"" } else { "" };
    challenge(status, &format!(", error=\"{}\"{scope}", refusal.error))
}

/// Who sent no credentials is told no error, only what is wanted (RFC 6750 section 3.1).
fn challenge(status: StatusCode, error: &str) -> Response {
    let value = format!("Bearer realm=\"kemu\"{error}");
    let value = HeaderValue::from_str(&value).expect("error codes make a header value");
    let kept = HeaderValue::from_static("no-store");
    (status, [(header::WWW_AUTHENTICATE, value), (header::CACHE_CONTROL, kept)]).into_response()
}
