//! Signing in at the auth site: the demo people with one click, everybody with a password.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use kemu_domain::errors::Failure;
use kemu_domain::oauth::{Client, ErrorCode, Refusal};
use minijinja::context;

use super::super::App;
use super::answers::Asked;
use super::authorization_request::after_sign_in;
use super::browser::Browser;
use super::pages::{page, redirect, refused, unread};
use super::parameters::Parameters;
use crate::app::oauth::people::Credentials;

/// Where somebody goes who has signed in: always an address of ours, with the parameters that they came with.
pub(super) enum Then {
    /// Back to the authorization request with this query.
    Authorize(String),
    /// To the page for devices, with this query.
    Device(String),
}

impl Then {
    fn name(&self) -> &'static str {
        match self {
            Self::Authorize(_) => "authorize",
            Self::Device(_) => "device",
        }
    }

    fn query(&self) -> &str {
        match self {
            Self::Authorize(query) | Self::Device(query) => query,
        }
    }

    /// Reads it from a form.
    fn of(form: &Parameters) -> Result<Self, Refusal> {
        let query = Parameters::parse(form.get("query").unwrap_or_default())?;
        match form.get("then") {
            Some("authorize") => Ok(Self::Authorize(after_sign_in(query).to_query())),
            Some("device") => Ok(Self::Device(query.to_query())),
            _ => {
                Err(Refusal::new(ErrorCode::InvalidRequest, "then", "authorize or device", "something else"))
            }
        }
    }

    /// The application that somebody signs in for. Its request was good before this page was shown.
    async fn client(&self, asked: &Asked) -> Option<Client> {
        let Self::Authorize(query) = self else { return None };
        let query = Parameters::parse(query).ok()?;
        asked.site().client(query.get("client_id")?).await.ok()?
    }

    fn address(&self) -> String {
        match self {
            Self::Authorize(query) => format!("/authorize/?{query}"),
            Self::Device(query) => format!("/device/?{query}"),
        }
    }
}

/// The page that asks who it is.
pub(super) fn ask(
    asked: &Asked,
    browser: &Browser,
    status: StatusCode,
    then: &Then,
    client_name: Option<&str>,
    problem: Option<(&str, &str)>,
) -> Response {
    let people: Vec<String> =
        asked.app.sandbox.fixture.people.iter().map(|person| person.name.clone()).collect();
    let context = context! {
        client_name,
        people,
        then => then.name(),
        query => then.query(),
        problem => problem.map(|(problem, _)| problem),
        email => problem.map(|(_, email)| email),
    };
    page(asked, browser, status, "sign_in.html", context)
}

pub(super) async fn sign_in(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/sign-in/", &parts);
    let (browser, form) = match form_of_ours(&asked, &parts, body).await {
        Ok(both) => both,
        Err(response) => return *response,
    };
    let then = match Then::of(&form) {
        Ok(then) => then,
        Err(refusal) => return refused(&asked, &browser, StatusCode::BAD_REQUEST, &refusal),
    };
    let email = form.get("email").unwrap_or_default();
    let credentials = match form.get("person") {
        Some(person) => Credentials::Person(person),
        None => Credentials::Password(email, form.get("password").unwrap_or_default()),
    };
    let next = Browser::fresh(&asked);
    match asked.site().sign_in(credentials, (&browser.cookie, &next.cookie)).await {
        Ok(_) => redirect(&asked, &next, StatusCode::SEE_OTHER, &then.address()),
        Err(Failure::Refused(error)) => {
            let came = format!("{}: {}", error.code(), error.message());
            asked.note(&Refusal::new(ErrorCode::AccessDenied, "sign-in", "credentials that fit", came));
            let problem =
                "This did not work: address and password do not fit, or the person cannot sign in here.";
            let client = then.client(&asked).await;
            let name = client.as_ref().map(|client| client.name.as_str());
            ask(&asked, &browser, StatusCode::BAD_REQUEST, &then, name, Some((problem, email)))
        }
        Err(Failure::Internal(fault)) => asked.fault(fault.cause()),
    }
}

/// A form that comes from a page of ours in this browser, or the answer to one that does not.
pub(super) async fn form_of_ours(
    asked: &Asked,
    parts: &Parts,
    body: Body,
) -> Result<(Browser, Parameters), Box<Response>> {
    let browser = Browser::of(asked, parts).await.map_err(|cause| Box::new(asked.fault(&cause)))?;
    let form = match Parameters::of_form(&parts.headers, body).await {
        Ok(form) => form,
        Err(reason) => return Err(Box::new(unread(asked, &browser, &reason))),
    };
    match browser.check_form(asked, &parts.headers, &form) {
        Ok(()) => Ok((browser, form)),
        Err(refusal) => Err(Box::new(refused(asked, &browser, StatusCode::FORBIDDEN, &refusal))),
    }
}

/// A request that an application sends as a form goes on as the same request in the address, with which browsers send
/// their cookie: with a form of another site they do not.
pub(super) async fn in_the_address(asked: &Asked, parts: &Parts, body: Body) -> Response {
    let browser = match Browser::of(asked, parts).await {
        Ok(browser) => browser,
        Err(cause) => return asked.fault(&cause),
    };
    match Parameters::of_any_form(&parts.headers, body).await {
        Ok(form) => {
            let address = format!("{}?{}", asked.endpoint, form.to_query());
            redirect(asked, &browser, StatusCode::SEE_OTHER, &address)
        }
        Err(reason) => unread(asked, &browser, &reason),
    }
}
