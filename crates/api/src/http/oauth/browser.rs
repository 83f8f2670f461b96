//! The browser of a person: its cookie, who is signed in, and the proof that a form comes from a page of ours.
//!
//! One cookie carries a random value and our signature of it. Forms carry another signature of the same value, which
//! nobody can make who cannot read the cookie; so a form of another site, or of another session, is refused. Signing in
//! changes the value, so a cookie that somebody planted before is worth nothing after.
//!
//! A form of another site comes without the cookie, as that is `SameSite=Lax`; its answer sets none, or it would take the
//! place of the one that the browser has.

use aws_lc_rs::hmac;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use kemu_auth::oauth::sessions::SignedIn;
use kemu_auth::secrets;
use kemu_domain::Seed;
use kemu_domain::oauth::{ErrorCode, Refusal};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

use super::answers::Asked;
use super::parameters::Parameters;

/// The name of the cookie.
const COOKIE: &str = "kemu_auth";

/// Signs cookies and forms. The key comes from the sandbox's seed, which is right for an emulator and wrong for anything
/// else.
pub(in crate::http) struct CookieKey(hmac::Key);

impl CookieKey {
    pub(in crate::http) fn new(seed: Seed) -> Self {
        let mut key = [0; 32];
        ChaCha20Rng::seed_from_u64(seed.derive("auth site cookies").0).fill_bytes(&mut key);
        Self(hmac::Key::new(hmac::HMAC_SHA256, &key))
    }

    fn sign(&self, use_of_it: &str, value: &str) -> String {
        hex::encode(hmac::sign(&self.0, format!("{use_of_it} {value}").as_bytes()))
    }
}

/// A browser.
pub(super) struct Browser {
    /// The random value of its cookie.
    pub(super) cookie: String,
    standing: Standing,
    /// Who it is, if anybody.
    pub(super) signed_in: Option<SignedIn>,
}

/// How a browser stands to its cookie.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// It sent it.
    Known,
    /// It gets it with the answer.
    New,
    /// It sent a form without one, and gets none.
    Unknown,
}

impl Browser {
    /// The browser that a request is from; a new one where it has no cookie of ours.
    pub(super) async fn of(asked: &Asked, parts: &Parts) -> Result<Self, kemu_persistence::Error> {
        let Some(cookie) = known_cookie(&asked.app.cookie_key, &parts.headers) else {
            let standing = if parts.method.is_safe() { Standing::New } else { Standing::Unknown };
            return Ok(Self { standing, ..Self::fresh(asked) });
        };
        let signed_in = asked.site().signed_in(&cookie).await?;
        Ok(Self { cookie, standing: Standing::Known, signed_in })
    }

    /// A browser with a new cookie: of somebody who comes for the first time, or has just signed in or out.
    pub(super) fn fresh(asked: &Asked) -> Self {
        let cookie = asked.app.sandbox.with_rng(secrets::hex_token);
        Self { cookie, standing: Standing::New, signed_in: None }
    }

    /// What the forms on its pages carry.
    pub(super) fn form_token(&self, asked: &Asked) -> String {
        asked.app.cookie_key.sign("form", &self.cookie)
    }

    /// Refuses a form that is not from a page of ours in this very browser.
    pub(super) fn check_form(
        &self,
        asked: &Asked,
        headers: &HeaderMap,
        form: &Parameters,
    ) -> Result<(), Refusal> {
        let refused = |expected: &str, came: &str| {
            Refusal::new(ErrorCode::InvalidRequest, "form (CSRF)", expected, came)
        };
        // Our pages send no referrer, so that browsers say `null` for their origin; the token decides then.
        let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or("unreadable"));
        let host = |url: &str| url.split_once("://").map(|(_, host)| host.to_owned());
        if let Some(origin) = origin.filter(|origin| *origin != "null" && host(origin) != host(&asked.base)) {
            return Err(refused(
                "a form of this site",
                &format!("one from {}", origin.chars().take(100).collect::<String>()),
            ));
        }
        if self.standing != Standing::Known {
            return Err(refused("the cookie that came with the page", "none, or another one"));
        }
        match form.get("csrf") {
            Some(token) if secrets::equal(token, self.form_token(asked)) => Ok(()),
            Some(_) => Err(refused("the form token of this browser", "another one")),
            None => Err(refused("the form token of this browser", "none")),
        }
    }

    /// Gives the browser its cookie, if it is to have a new one.
    pub(super) fn keep_cookie(&self, asked: &Asked, response: &mut Response) {
        if self.standing != Standing::New {
            return;
        }
        let secure = if asked.base.starts_with("https://") { "; Secure" } else { "" };
        let signature = asked.app.cookie_key.sign("cookie", &self.cookie);
        let value = format!("{COOKIE}={}.{signature}; Path=/; HttpOnly; SameSite=Lax{secure}", self.cookie);
        let value = HeaderValue::from_str(&value).expect("hexadecimal digits make a header value");
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

fn known_cookie(key: &CookieKey, headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find_map(|(name, value)| {
        let (value, signature) = value.split_once('.').filter(|_| name == COOKIE)?;
        secrets::equal(signature, key.sign("cookie", value)).then(|| value.to_owned())
    })
}
