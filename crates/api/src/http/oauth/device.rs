//! The device grant: `/device-authorization/` for devices, `/device/` for people, and a door for tests that have no
//! browser.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use kemu_domain::oauth::devices::{INTERVAL, LIFETIME, UserCode};
use kemu_domain::oauth::{ErrorCode, Refusal, Scope};
use minijinja::context;
use serde_json::{Value as Json, json};

use super::super::App;
use super::super::graphql::peer;
use super::answers::{Asked, never_kept};
use super::browser::Browser;
use super::pages::page;
use super::parameters::Parameters;
use super::sign_in::{self, Then};
use super::token::{form_of_a_program, presented};

pub(super) async fn start(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/device-authorization/", &parts);
    let form = match form_of_a_program(&asked, &parts, body).await {
        Ok(form) => form,
        Err(response) => return *response,
    };
    match asked.site().start_device(presented(&parts, &form), form.get("scope")).await {
        Ok(started) => {
            let code = started.user_code.as_str();
            let body = json!({
                "device_code": started.device_code,
                "user_code": code,
                "verification_uri": format!("{}/device", asked.base),
                "verification_uri_complete": format!("{}/device?user_code={code}", asked.base),
                "expires_in": LIFETIME.num_seconds(),
                "interval": INTERVAL.num_seconds(),
            });
            never_kept(StatusCode::OK, &body)
        }
        Err(failure) => asked.fail(failure),
    }
}

/// The page that asks for the code. A code in the address is only filled in: the person still has to send it.
pub(super) async fn enter(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, "/device/", &parts);
    let browser = match Browser::of(&asked, &parts).await {
        Ok(browser) => browser,
        Err(cause) => return asked.fault(&cause),
    };
    let given = Parameters::parse(parts.uri.query().unwrap_or_default()).unwrap_or_default();
    if browser.signed_in.is_none() {
        return sign_in::ask(&asked, &browser, StatusCode::OK, &Then::Device(given.to_query()), None, None);
    }
    let code: String = given.get("user_code").unwrap_or_default().chars().take(20).collect();
    entry(&asked, &browser, StatusCode::OK, &code, None)
}

fn entry(
    asked: &Asked,
    browser: &Browser,
    status: StatusCode,
    code: &str,
    problem: Option<&str>,
) -> Response {
    page(asked, browser, status, "device_code.html", context! { code, problem })
}

/// The code was sent: shows whose device it is and what it wants, and asks.
pub(super) async fn confirm(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/device/", &parts);
    let (browser, form) = match sign_in::form_of_ours(&asked, &parts, body).await {
        Ok(both) => both,
        Err(response) => return *response,
    };
    let Some(person) = &browser.signed_in else {
        return sign_in::ask(&asked, &browser, StatusCode::OK, &Then::Device(String::new()), None, None);
    };
    let text: String = form.get("user_code").unwrap_or_default().chars().take(40).collect();
    let (guesser, address) = (person.user.id, peer(&parts));
    if let Err(seconds) = app.sandbox.device_guesses.take(guesser, address, asked.now) {
        asked.note(&Refusal::new(
            ErrorCode::AccessDenied,
            "user code",
            "10 wrong codes in 5 minutes at most, 30 from one address",
            "another one",
        ));
        let problem = "Too many codes that do not exist. Wait a few minutes.";
        let mut response = entry(&asked, &browser, StatusCode::TOO_MANY_REQUESTS, "", Some(problem));
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        return response;
    }
    let found = match UserCode::read(&text) {
        Some(code) => asked.site().waiting_device(&code).await.map(|found| found.map(|found| (code, found))),
        None => Ok(None),
    };
    let (code, (client, waiting)) = match found {
        Ok(Some(found)) => {
            app.sandbox.device_guesses.give_back(guesser, address);
            found
        }
        Ok(None) => {
            let came = "one that is unknown, used, or over 30 minutes old";
            asked.note(&Refusal::new(
                ErrorCode::AccessDenied,
                "user code",
                "a code that a device shows now",
                came,
            ));
            let problem = "No device shows this code now. Look at the device once more.";
            return entry(&asked, &browser, StatusCode::BAD_REQUEST, &text, Some(problem));
        }
        Err(cause) => return asked.fault(&cause),
    };
    let is_allowed = match form.get("decision") {
        Some("allow") => true,
        Some("deny") => false,
        _ => {
            let scopes: Vec<&str> = waiting.scopes.iter().map(Scope::in_words).collect();
            let context = context! {
                code => code.as_str(), client_name => &client.name, scopes,
                user_name => person.user.full_name(), user_email => &person.user.email,
            };
            return page(&asked, &browser, StatusCode::OK, "device_confirm.html", context);
        }
    };
    match asked.site().decide_device((&client, &waiting), person, is_allowed).await {
        Ok(true) => {
            let context = context! { is_allowed, client_name => &client.name };
            page(&asked, &browser, StatusCode::OK, "device_done.html", context)
        }
        Ok(false) => {
            entry(&asked, &browser, StatusCode::BAD_REQUEST, "", Some("Somebody has decided already."))
        }
        Err(cause) => asked.fault(&cause),
    }
}

/// `POST /_emulator/oauth/device/approve` and `…/deny`: decides as a demo person, without any page.
/// `{"userCode":"ETE39050","as":"flat-base"}`
pub(in crate::http) async fn decide_for(
    State(app): State<Arc<App>>,
    Path(decision): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/_emulator/oauth/device/", &parts);
    let wrong = |status, error: &str| never_kept(status, &json!({ "error": error }));
    let is_allowed = match decision.as_str() {
        "approve" => true,
        "deny" => false,
        _ => return wrong(StatusCode::NOT_FOUND, "right would be approve or deny"),
    };
    let bytes = super::super::body::read(body, super::parameters::LARGEST_FORM).await.unwrap_or_default();
    let json: Json = serde_json::from_slice(&bytes).unwrap_or_default();
    let (Some(code), Some(name)) = (json["userCode"].as_str(), json["as"].as_str()) else {
        return wrong(StatusCode::BAD_REQUEST, r#"right would be {"userCode":"ETE39050","as":"flat-base"}"#);
    };
    let person = match asked.site().demo_person(name).await {
        Ok(Some(person)) => person,
        Ok(None) => return wrong(StatusCode::BAD_REQUEST, "there is no demo person of this name"),
        Err(cause) => return asked.fault(&cause),
    };
    let found = match UserCode::read(code) {
        Some(code) => asked.site().waiting_device(&code).await,
        None => Ok(None),
    };
    let (client, waiting) = match found {
        Ok(Some(found)) => found,
        Ok(None) => return wrong(StatusCode::NOT_FOUND, "no device shows this code now"),
        Err(cause) => return asked.fault(&cause),
    };
    match asked.site().decide_device((&client, &waiting), &person, is_allowed).await {
        Ok(true) => never_kept(StatusCode::OK, &json!({ "client": client.name, "allowed": is_allowed })),
        Ok(false) => wrong(StatusCode::CONFLICT, "somebody has decided already"),
        Err(cause) => asked.fault(&cause),
    }
}
