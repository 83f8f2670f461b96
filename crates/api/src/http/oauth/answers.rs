//! What the auth site's endpoints answer: JSON that nobody keeps, refusals by the book, faults that say nothing.

use std::sync::Arc;

use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use kemu_auth::IssuerNames;
use kemu_auth::oauth::OAuthFailure;
use kemu_domain::oauth::{ErrorCode, Refusal};
use serde_json::{Value as Json, json};

use super::super::hosts::Reached;
use super::super::{App, CorrelationId};
use super::parameters::Unread;
use crate::app::oauth::AuthSite;
use crate::app::oauth::refusals::Noted;

/// A request to the auth site, as far as its answers need it.
pub(super) struct Asked {
    pub(super) app: Arc<App>,
    /// The address that it came to, as it is published.
    pub(super) endpoint: &'static str,
    /// Where the site is for this caller.
    pub(super) base: String,
    /// Who issues tokens.
    issuer: IssuerNames,
    pub(super) now: DateTime<Utc>,
    pub(super) correlation_id: String,
}

impl Asked {
    pub(super) fn new(app: &Arc<App>, endpoint: &'static str, parts: &Parts) -> Self {
        let id = parts.extensions.get::<CorrelationId>();
        let reached = Reached::of(app, &parts.headers, &parts.extensions);
        Self {
            app: Arc::clone(app),
            endpoint,
            issuer: reached.oauth_issuer(app),
            base: reached.base,
            now: app.sandbox.now(),
            correlation_id: id.map(|CorrelationId(id)| id.clone()).unwrap_or_default(),
        }
    }

    /// The site, for use cases.
    pub(super) fn site(&self) -> AuthSite<'_> {
        AuthSite { sandbox: &self.app.sandbox, issuer: &self.issuer, now: self.now }
    }

    /// Writes a refusal down.
    pub(super) fn note(&self, refusal: &Refusal) {
        self.app.sandbox.oauth_refusals.note(self.now, self.endpoint, &self.correlation_id, refusal);
    }

    /// Writes down why an answer that names no error is not what somebody hoped for.
    pub(super) fn explain(&self, check: &'static str, expected: &str, came: &str) {
        self.app.sandbox.oauth_refusals.add(Noted {
            time: self.now,
            endpoint: self.endpoint,
            error: String::new(),
            description: None,
            check,
            expected: expected.to_owned(),
            came: came.to_owned(),
            correlation_id: self.correlation_id.clone(),
        });
    }

    /// Refuses as RFC 6749 section 5.2 says: 401 for a client that did not authenticate, 400 for everything else.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Response {
        self.note(refusal);
        let mut body = json!({ "error": refusal.error.to_string() });
        if let Some(description) = &refusal.description {
            body["error_description"] = description.as_ref().into();
        }
        if refusal.error != ErrorCode::InvalidClient {
            return never_kept(StatusCode::BAD_REQUEST, &body);
        }
        let mut response = never_kept(StatusCode::UNAUTHORIZED, &body);
        let challenge = HeaderValue::from_static("Basic realm=\"kemu\"");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        response
    }

    /// Answers what did not succeed.
    pub(super) fn fail(&self, failure: OAuthFailure) -> Response {
        match failure {
            OAuthFailure::Refused(refusal) => self.refuse(&refusal),
            OAuthFailure::Fault(fault) => self.fault(fault.cause()),
        }
    }

    /// A fault of ours: the cause goes to the log alone.
    pub(super) fn fault(&self, cause: &dyn std::fmt::Display) -> Response {
        let (endpoint, id) = (self.endpoint, &self.correlation_id);
        tracing::error!(correlation_id = %id, endpoint, %cause, "A request failed through a fault of kemu's.");
        never_kept(StatusCode::INTERNAL_SERVER_ERROR, &json!({ "error": "server_error" }))
    }

    /// A form that was not read.
    pub(super) fn unread(&self, unread: &Unread) -> Response {
        let mut response = self.refuse(&unread.refusal);
        *response.status_mut() = unread.status;
        response
    }
}

/// A request by a method that its address does not take. Which ones it does is in `Allow`, which the router adds.
pub(super) fn other_method(asked: &Asked, method: &Method, taken: &str) -> Response {
    asked.explain("method", taken, method.as_str());
    StatusCode::METHOD_NOT_ALLOWED.into_response()
}

/// JSON that no cache keeps.
pub(super) fn never_kept(status: StatusCode, body: &Json) -> Response {
    let mut response = super::super::json(status, body.to_string().into_bytes());
    forbid_keeping(&mut response);
    response
}

/// An answer without a body, of the type that one of the tested clients insists on.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = (status, [(header::CONTENT_TYPE, "application/json")], ()).into_response();
    forbid_keeping(&mut response);
    response
}

fn forbid_keeping(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
}
