//! Pages for people: templates that escape what they show, no script, nothing from elsewhere, in no frame.

use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use kemu_domain::oauth::Refusal;
use minijinja::{Environment, Value, context};

use super::answers::Asked;
use super::browser::Browser;
use super::parameters::Unread;

/// There is no `form-action`: browsers hold it against the redirect after a form too, which goes to the application.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// The templates.
const TEMPLATES: [(&str, &str); 12] = [
    ("base.html", include_str!("pages/base.html")),
    ("sign_in.html", include_str!("pages/sign_in.html")),
    ("consent.html", include_str!("pages/consent.html")),
    ("device_code.html", include_str!("pages/device_code.html")),
    ("device_confirm.html", include_str!("pages/device_confirm.html")),
    ("device_done.html", include_str!("pages/device_done.html")),
    ("landing.html", include_str!("pages/landing.html")),
    ("register.html", include_str!("pages/register.html")),
    ("registered.html", include_str!("pages/registered.html")),
    ("sign_out.html", include_str!("pages/sign_out.html")),
    ("signed_out.html", include_str!("pages/signed_out.html")),
    ("refused.html", include_str!("pages/refused.html")),
];

/// The pages of the auth site.
pub(in crate::http) struct Pages(Environment<'static>);

impl Pages {
    pub(in crate::http) fn new() -> Self {
        let mut environment = Environment::new();
        for (name, text) in TEMPLATES {
            environment.add_template(name, text).expect("a test renders each template");
        }
        Self(environment)
    }
}

/// A page for a browser.
pub(super) fn page(
    asked: &Asked,
    browser: &Browser,
    status: StatusCode,
    name: &str,
    context: Value,
) -> Response {
    let common = context! { csrf => browser.form_token(asked), base => &asked.base };
    let template = asked.app.pages.0.get_template(name).expect("pages name templates that are there");
    match template.render(context! { ..context, ..common }) {
        Ok(text) => {
            let mut response = (status, Html(text)).into_response();
            dress(&mut response);
            browser.keep_cookie(asked, &mut response);
            response
        }
        Err(error) => asked.fault(&error),
    }
}

/// The page for a request that cannot be answered by a redirect: what is wrong, and what is registered.
pub(super) fn refused(asked: &Asked, browser: &Browser, status: StatusCode, refusal: &Refusal) -> Response {
    asked.note(refusal);
    let context = context! {
        error => refusal.error.to_string(),
        description => refusal.description.as_deref(),
        check => refusal.check,
        expected => &refusal.expected,
        came => &refusal.came,
        correlation_id => &asked.correlation_id,
    };
    page(asked, browser, status, "refused.html", context)
}

/// The page for a form of a browser that was not read.
pub(super) fn unread(asked: &Asked, browser: &Browser, unread: &Unread) -> Response {
    refused(asked, browser, unread.status, &unread.refusal)
}

/// A redirect: 303 after a form, so that no browser sends the form on (RFC 9700 section 4.12), 302 otherwise.
pub(super) fn redirect(asked: &Asked, browser: &Browser, status: StatusCode, to: &str) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else {
        return asked.fault(&"a redirect that is no header value");
    };
    let mut response = (status, [(header::LOCATION, location)]).into_response();
    dress(&mut response);
    browser.keep_cookie(asked, &mut response);
    response
}

fn dress(response: &mut Response) {
    let headers: [(HeaderName, &'static str); 6] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::PRAGMA, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
}
