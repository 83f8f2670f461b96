//! `/logout/`: RP-initiated logout. Who is sent back afterwards must have named a registered address and who they are,
//! by `client_id` or by an id_token of ours, however old. Unless that id_token is of the very person who is signed in, a
//! page asks: it could be a link on a foreign page.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kemu_auth::jwt::IdHint;
use kemu_auth::oauth::sessions::SignedIn;
use kemu_domain::oauth::{Client, ErrorCode, Refusal, redirects};
use minijinja::context;

use super::super::App;
use super::answers::Asked;
use super::browser::Browser;
use super::pages::{page, redirect, refused};
use super::parameters::{Parameters, escaped};
use super::sign_in;

pub(super) async fn logout(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, "/logout/", &parts);
    let browser = match Browser::of(&asked, &parts).await {
        Ok(browser) => browser,
        Err(cause) => return asked.fault(&cause),
    };
    let given = match Parameters::parse(parts.uri.query().unwrap_or_default()) {
        Ok(given) => given,
        Err(refusal) => return refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
    };
    let wanted = match Wanted::read(&asked, &given).await {
        Ok(wanted) => wanted,
        Err(Wrong::Refused(refusal)) => return refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
        Err(Wrong::Fault(cause)) => return asked.fault(&cause),
    };
    let is_certain = |signed_in: &SignedIn| wanted.hint.as_ref().is_some_and(|hint| signed_in.is(&hint.sub));
    if browser.signed_in.as_ref().is_some_and(|signed_in| !is_certain(signed_in)) {
        return page(
            &asked,
            &browser,
            StatusCode::OK,
            "sign_out.html",
            context! { query => given.to_query() },
        );
    }
    leave(&asked, &browser, wanted.back, StatusCode::FOUND).await
}

/// The same as a form.
pub(super) async fn logout_form(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    sign_in::in_the_address(&Asked::new(&app, "/logout/", &parts), &parts, body).await
}

/// The page that asks was answered.
pub(super) async fn confirm(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/logout/confirm/", &parts);
    let (browser, form) = match sign_in::form_of_ours(&asked, &parts, body).await {
        Ok(both) => both,
        Err(response) => return *response,
    };
    let given = Parameters::parse(form.get("query").unwrap_or_default()).unwrap_or_default();
    match Wanted::read(&asked, &given).await {
        Ok(wanted) => leave(&asked, &browser, wanted.back, StatusCode::SEE_OTHER).await,
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

fn bad(check: &'static str, expected: &str, came: String) -> Wrong {
    Wrong::Refused(Refusal::new(ErrorCode::InvalidRequest, check, expected, came))
}

/// What a sign-out asks for.
struct Wanted {
    /// Where to go afterwards, if anywhere.
    back: Option<String>,
    /// Whom the application means, if it says so.
    hint: Option<IdHint>,
}

impl Wanted {
    async fn read(asked: &Asked, given: &Parameters) -> Result<Self, Wrong> {
        given.check_once().map_err(Wrong::Refused)?;
        let hint = match given.get("id_token_hint") {
            Some(hint) => {
                Some(asked.site().id_hint(hint).await.map_err(Wrong::Fault)?.map_err(Wrong::Refused)?)
            }
            None => None,
        };
        let client = client(asked, given, hint.as_ref()).await?;
        Ok(Self { back: back(client, given)?, hint })
    }
}

/// The application that a sign-out names.
async fn client(asked: &Asked, given: &Parameters, hint: Option<&IdHint>) -> Result<Option<Client>, Wrong> {
    let id = match (given.get("client_id"), hint) {
        (Some(id), Some(hint)) if hint.aud != id => {
            return Err(bad("id_token_hint", "an id_token of the client_id", "one of another client".into()));
        }
        (None, None) => return Ok(None),
        (Some(id), _) => id,
        (None, Some(hint)) => &hint.aud,
    };
    let found = asked.site().client(id).await.map_err(Wrong::Fault)?;
    let unknown = || bad("client_id", "the id of a registered client", id.chars().take(80).collect());
    found.map(Some).ok_or_else(unknown)
}

/// Where to go afterwards, if anywhere.
fn back(client: Option<Client>, given: &Parameters) -> Result<Option<String>, Wrong> {
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
