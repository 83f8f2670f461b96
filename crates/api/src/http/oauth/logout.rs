//! `/logout/`: RP-initiated logout. Who is sent back afterwards must have named a registered address and who they are,
//! by `client_id` or by an id_token of ours, however old. Without any of it, a page asks.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use kemu_auth::jwt;
use kemu_domain::oauth::{Client, ErrorCode, Refusal, redirects};
use minijinja::context;

use super::super::App;
use super::answers::Asked;
use super::browser::Browser;
use super::pages::{page, redirect, refused};
use super::parameters::{Parameters, escaped};
use super::sign_in;

pub(super) async fn logout(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/logout/", &parts);
    let browser = match Browser::of(&asked, &parts.headers).await {
        Ok(browser) => browser,
        Err(cause) => return asked.fault(&cause),
    };
    let given = match parts.method {
        Method::POST => match Parameters::of_form(&parts.headers, body).await {
            Ok(form) => form,
            Err(unread) => return asked.unread(unread),
        },
        _ => match Parameters::parse(parts.uri.query().unwrap_or_default()) {
            Ok(given) => given,
            Err(refusal) => return refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
        },
    };
    let back = match back(&asked, &given).await {
        Ok(back) => back,
        Err(Wrong::Refused(refusal)) => return refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
        Err(Wrong::Fault(cause)) => return asked.fault(&cause),
    };
    // A hint says that the application knows whom it signs out; anybody else could be a link on a foreign page.
    let is_asked_for = given.get("id_token_hint").is_some();
    if browser.signed_in.is_some() && !is_asked_for {
        return page(
            &asked,
            &browser,
            StatusCode::OK,
            "sign_out.html",
            context! { query => given.to_query() },
        );
    }
    leave(&asked, &browser, back, StatusCode::FOUND).await
}

/// The page that asks was answered.
pub(super) async fn confirm(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/logout/confirm/", &parts);
    let (browser, form) = match sign_in::form_of_ours(&asked, &parts.headers, body).await {
        Ok(both) => both,
        Err(response) => return *response,
    };
    let given = Parameters::parse(form.get("query").unwrap_or_default()).unwrap_or_default();
    match back(&asked, &given).await {
        Ok(back) => leave(&asked, &browser, back, StatusCode::SEE_OTHER).await,
        Err(Wrong::Refused(refusal)) => refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
        Err(Wrong::Fault(cause)) => asked.fault(&cause),
    }
}

async fn leave(asked: &Asked, browser: &Browser, back: Option<String>, status: StatusCode) -> Response {
    if let Err(cause) = asked.site().sign_out(&browser.cookie).await {
        return asked.fault(&cause);
    }
    let fresh = Browser::fresh(asked);
    match back {
        Some(uri) => redirect(asked, &fresh, status, &uri),
        None => page(asked, &fresh, StatusCode::OK, "signed_out.html", context! {}),
    }
}

enum Wrong {
    Refused(Refusal),
    Fault(kemu_persistence::Error),
}

/// Where to go afterwards, if anywhere.
async fn back(asked: &Asked, given: &Parameters) -> Result<Option<String>, Wrong> {
    let bad = |check, expected: &str, came: String| {
        Wrong::Refused(Refusal::new(ErrorCode::InvalidRequest, check, expected, came))
    };
    if let Some(name) = given.repeated() {
        return Err(bad("parameters", "each parameter once", format!("{name} twice")));
    }
    let client = client(asked, given).await?;
    let Some(uri) = given.get("post_logout_redirect_uri") else { return Ok(None) };
    let Some(client) = client else {
        return Err(bad("post_logout_redirect_uri", "it with client_id or id_token_hint", "it alone".into()));
    };
    let registered = &client.settings.post_logout_redirect_uris;
    if !registered.iter().any(|own| redirects::fits(own, uri)) {
        let came = uri.chars().take(200).collect();
        return Err(bad("post_logout_redirect_uri", &registered.join(" "), came));
    }
    let state = given.get("state").map(|state| {
        let glue = if uri.contains('?') { '&' } else { '?' };
        format!("{glue}state={}", escaped(state))
    });
    Ok(Some(format!("{uri}{}", state.unwrap_or_default())))
}

/// The application that a sign-out names.
async fn client(asked: &Asked, given: &Parameters) -> Result<Option<Client>, Wrong> {
    let bad = |check, expected: &str, came: String| {
        Wrong::Refused(Refusal::new(ErrorCode::InvalidRequest, check, expected, came))
    };
    let mut named: Option<String> = None;
    if let Some(hint) = given.get("id_token_hint") {
        let audience = audience(asked, hint).await?;
        named =
            Some(audience.ok_or_else(|| {
                bad("id_token_hint", "an id_token of this auth site", "another text".into())
            })?);
    }
    if let Some(id) = given.get("client_id") {
        if named.as_deref().is_some_and(|named| named != id) {
            return Err(bad("id_token_hint", "an id_token of the client_id", "one of another client".into()));
        }
        named = Some(id.to_owned());
    }
    let Some(id) = named else { return Ok(None) };
    let found = asked.site().client(&id).await.map_err(Wrong::Fault)?;
    let unknown = || bad("client_id", "the id of a registered client", id.chars().take(80).collect());
    found.map(Some).ok_or_else(unknown)
}

/// The application of an id_token of ours: signed with our key, or with the secret of the very application.
async fn audience(asked: &Asked, hint: &str) -> Result<Option<String>, Wrong> {
    let site = asked.site();
    if let Ok((_, audience)) = jwt::verify_id_hint(site.signer(), hint) {
        return Ok(Some(audience));
    }
    let Some(claimed) = jwt::unverified_audience(hint) else { return Ok(None) };
    let client = site.client(&claimed).await.map_err(Wrong::Fault)?;
    let secret = client.and_then(|client| client.signing_secret);
    let is_signed = secret.is_some_and(|secret| jwt::is_signed_hs256(secret.reveal().as_bytes(), hint));
    Ok(is_signed.then_some(claimed))
}
