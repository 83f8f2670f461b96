//! `/authorize/`: who is it, and do they allow it? A person is asked on pages; the application gets a code.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kemu_auth::oauth::codes::Allowed;
use kemu_auth::oauth::sessions::SignedIn;
use kemu_domain::oauth::{ErrorCode, Refusal};
use minijinja::context;

use super::super::App;
use super::answers::Asked;
use super::authorization_request::{AuthorizationRequest, Wrong};
use super::browser::Browser;
use super::pages::{page, redirect, refused};
use super::parameters::Parameters;
use super::sign_in::{self, Then};

/// How a page or redirect answers: after a form with 303.
const AFTER_FORM: StatusCode = StatusCode::SEE_OTHER;
const AT_ONCE: StatusCode = StatusCode::FOUND;

pub(super) async fn authorize(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, "/authorize/", &parts);
    let browser = match Browser::of(&asked, &parts).await {
        Ok(browser) => browser,
        Err(cause) => return asked.fault(&cause),
    };
    let given = match Parameters::parse(parts.uri.query().unwrap_or_default()) {
        Ok(given) => given,
        Err(refusal) => return refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
    };
    let wanted = match AuthorizationRequest::read(&asked, &given).await {
        Ok(wanted) => wanted,
        Err(wrong) => return tell(&asked, &browser, wrong, AT_ONCE),
    };
    let Some(signed_in) = good_enough(&asked, &browser, &wanted) else {
        if wanted.prompt.none {
            let refusal =
                Refusal::new(ErrorCode::LoginRequired, "prompt=none", "somebody who is signed in", "nobody");
            return tell(&asked, &browser, Wrong::There(refusal, wanted.back), AT_ONCE);
        }
        let then = Then::Authorize(given.to_query());
        let is_another = browser.signed_in.as_ref().is_some_and(|signed_in| !wanted.means(signed_in));
        let problem =
            is_another.then_some(("The application means somebody else than who is signed in.", ""));
        return sign_in::ask(&asked, &browser, StatusCode::OK, &then, Some(&wanted.client.name), problem);
    };
    if wanted.client.settings.skips_authorization && !wanted.prompt.consent {
        return allow(&asked, &browser, &wanted, signed_in, AT_ONCE).await;
    }
    if wanted.prompt.none {
        let refusal = Refusal::new(
            ErrorCode::ConsentRequired,
            "prompt=none",
            "an application that need not ask",
            &wanted.client.name,
        );
        return tell(&asked, &browser, Wrong::There(refusal, wanted.back), AT_ONCE);
    }
    let scopes: Vec<&str> = wanted.scopes.iter().map(kemu_domain::oauth::Scope::in_words).collect();
    let context = context! {
        client_name => &wanted.client.name,
        user_name => signed_in.user.full_name(),
        user_email => &signed_in.user.email,
        scopes => scopes,
        back_to => &wanted.back.uri,
        query => given.to_query(),
    };
    page(&asked, &browser, StatusCode::OK, "consent.html", context)
}

/// Who is signed in, if that is as the request wants it.
fn good_enough<'a>(
    asked: &Asked,
    browser: &'a Browser,
    wanted: &AuthorizationRequest,
) -> Option<&'a SignedIn> {
    browser.signed_in.as_ref().filter(|signed_in| {
        let is_new_enough = !asked.site().is_too_old(signed_in.signed_in_at, wanted.max_age);
        is_new_enough && !wanted.prompt.login && wanted.means(signed_in)
    })
}

/// An authorization request as a form (OpenID Connect Core section 3.1.2.1).
pub(super) async fn authorize_form(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    sign_in::in_the_address(&Asked::new(&app, "/authorize/", &parts), &parts, body).await
}

/// What a person decided on the page that asks.
pub(super) async fn decide(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/authorize/decide/", &parts);
    let (browser, form) = match sign_in::form_of_ours(&asked, &parts, body).await {
        Ok(both) => both,
        Err(response) => return *response,
    };
    let given = match Parameters::parse(form.get("query").unwrap_or_default()) {
        Ok(given) => given,
        Err(refusal) => return refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
    };
    let wanted = match AuthorizationRequest::read(&asked, &given).await {
        Ok(wanted) => wanted,
        Err(wrong) => return tell(&asked, &browser, wrong, AFTER_FORM),
    };
    let again = format!("/authorize/?{}", given.to_query());
    // Pages are left open: what the request wants of the sign-in must still hold now.
    let Some(signed_in) = good_enough(&asked, &browser, &wanted) else {
        return redirect(&asked, &browser, AFTER_FORM, &again);
    };
    match form.get("decision") {
        Some("allow") => allow(&asked, &browser, &wanted, signed_in, AFTER_FORM).await,
        Some("leave") => match asked.site().sign_out(&browser.cookie).await {
            Ok(()) => redirect(&asked, &Browser::fresh(&asked), AFTER_FORM, &again),
            Err(cause) => asked.fault(&cause),
        },
        _ => {
            let came = format!("a refusal by {}", signed_in.user.id);
            let refusal = Refusal::new(ErrorCode::AccessDenied, "consent", "a person who allows it", came);
            tell(&asked, &browser, Wrong::There(refusal, wanted.back), AFTER_FORM)
        }
    }
}

async fn allow(
    asked: &Asked,
    browser: &Browser,
    wanted: &AuthorizationRequest,
    signed_in: &SignedIn,
    status: StatusCode,
) -> Response {
    let allowed = Allowed {
        client: &wanted.client,
        user: &signed_in.user,
        signed_in_at: signed_in.signed_in_at,
        scopes: wanted.scopes.clone(),
        redirect_uri: wanted.redirect_uri.clone(),
        challenge: wanted.challenge.clone(),
        nonce: wanted.nonce.clone(),
    };
    match asked.site().allow(allowed).await {
        Ok(code) => redirect(asked, browser, status, &wanted.back.with(&[("code", &code)])),
        Err(cause) => asked.fault(&cause),
    }
}

fn tell(asked: &Asked, browser: &Browser, wrong: Wrong, status: StatusCode) -> Response {
    match wrong {
        Wrong::Here(refusal) => refused(asked, browser, StatusCode::BAD_REQUEST, &refusal),
        Wrong::There(refusal, back) => {
            asked.note(&refusal);
            redirect(asked, browser, status, &back.with_error(&refusal))
        }
        Wrong::Fault(cause) => asked.fault(&cause),
    }
}
