//! What the API refuses to tokens of the auth site, written down where developers of applications look. The answer is
//! Kraken's code, which does not say which scope was missing.

use chrono::{DateTime, Utc};
use kemu_auth::oauth::access::Application;
use kemu_auth::{header, jwt};
use kemu_domain::errors::Code;
use kemu_domain::oauth::Scope;

use super::refusals::Noted;
use crate::sandbox::Sandbox;

/// A request to the API, as far as this needs it.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Where it came to.
    pub sandbox: &'a Sandbox,
    /// When.
    pub now: DateTime<Utc>,
    /// Finds it in the log.
    pub correlation_id: &'a str,
}

impl Asked<'_> {
    /// The header was refused. Only where its token names an issuer that an auth site would have.
    pub fn note_token(self, authorization: Option<&[u8]>, code: Code) {
        let token = header::token(authorization).ok().flatten();
        let issuer = token.and_then(|token| jwt::claimed(token, "iss"));
        if issuer.is_some_and(|issuer| issuer.ends_with("/token/")) {
            let expected = "an access token that this auth site issued at this address, and that lives";
            let entry = code.entry();
            let came = if entry.description.is_empty() { entry.message } else { entry.description };
            self.note(code, "access token", expected.to_owned(), came.to_owned());
        }
    }

    /// A field was refused, for want of a scope: one of these permissions is enough, none means all.
    pub fn note_scope(self, application: &Application, permissions: &[Box<str>], code: Code) {
        let expected = match permissions {
            [] => Scope::FullCustomerAccess.to_string(),
            permissions => format!("a scope that opens {}", permissions.join(" or ")),
        };
        self.note(code, "scope", expected, application.scopes.to_string());
    }

    fn note(self, code: Code, check: &'static str, expected: String, came: String) {
        self.sandbox.oauth_refusals.add(Noted {
            time: self.now,
            endpoint: "the API",
            error: code.to_string(),
            description: Some(code.entry().message.to_owned()),
            check,
            expected,
            came,
            correlation_id: self.correlation_id.to_owned(),
        });
    }
}
