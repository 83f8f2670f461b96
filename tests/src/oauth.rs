//! What stories of the auth site need: forms, Basic headers, the demo applications.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kemu_domain::fixture::OAuthClient;
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::Value as Json;

use crate::{Answer, BASE_URL, TestApp};

/// `a=1&b=2`, escaped.
pub fn form(parameters: &[(&str, &str)]) -> String {
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs = parameters.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A Basic header, its halves form-url-encoded.
pub fn basic(id: &str, secret: &str) -> String {
    let escaped = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", escaped(id), escaped(secret))))
}

impl TestApp {
    /// An application of the demo world.
    pub fn oauth_client(&self, name: &str) -> &OAuthClient {
        let found = self.sandbox().fixture.clients.iter().find(|client| client.name == name);
        found.unwrap_or_else(|| panic!("no application of the demo world is called {name}"))
    }

    /// The Basic header of a confidential one.
    pub fn basic_of(&self, name: &str) -> String {
        let client = self.oauth_client(name);
        basic(client.id.as_str(), client.secret.as_ref().expect("it has a secret").reveal())
    }

    /// A POST of a form.
    pub async fn post_form(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        parameters: &[(&str, &str)],
    ) -> Answer {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        self.post_raw(path, &all, form(parameters)).await
    }

    /// An access token of the demo application that acts for `usage-reader`.
    pub async fn machine_token(&self) -> String {
        let basic = self.basic_of("demo-machine");
        let form = [("grant_type", "client_credentials")];
        let answer = self.post_form("/token/", &[("authorization", &basic)], &form).await;
        answer.member("access_token").to_owned()
    }
}

impl Answer {
    /// A text member of a JSON answer.
    pub fn member(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_else(|| panic!("no text {name} in {}", self.text()))
    }

    /// Status and `error` of an answer of OAuth.
    pub fn refusal(&self) -> (u16, &str) {
        (self.status.as_u16(), self.body.get("error").and_then(Json::as_str).unwrap_or_default())
    }
}

/// RFC 7636 appendix B.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// The challenge of [`VERIFIER`].
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The redirect URI of the demo applications, with a port.
pub const REDIRECT: &str = "http://127.0.0.1:4711/callback";

/// The claims of a token, whoever signed it.
pub fn claims(token: &str) -> Json {
    let part = token.split('.').nth(1).expect("three parts");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
}

/// The parameters in the query of an address.
pub fn query(address: &str) -> BTreeMap<String, String> {
    let (_, query) = address.split_once('?').unwrap_or((address, ""));
    let decoded = |text: &str| percent_decode_str(text).decode_utf8().expect("text").into_owned();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut all = BTreeMap::new();
    for (name, value) in pairs {
        assert!(all.insert(decoded(name), decoded(value)).is_none(), "{name} twice in {address}");
    }
    all
}

/// A browser of a person: it keeps the one cookie there is, and posts the forms that it was shown.
#[derive(Clone)]
pub struct Browser {
    app: TestApp,
    cookie: Arc<Mutex<String>>,
}

impl TestApp {
    /// A browser that was never here.
    pub fn browser(&self) -> Browser {
        Browser { app: self.clone(), cookie: Arc::default() }
    }

    /// A good authorization request of a demo application, with these parameters in place of its own; an empty value
    /// takes one out.
    pub fn authorization(&self, client: &str, changes: &[(&str, &str)]) -> String {
        let id = self.oauth_client(client).id.to_string();
        let mut all: Vec<(&str, &str)> = vec![
            ("response_type", "code"),
            ("client_id", &id),
            ("redirect_uri", REDIRECT),
            ("scope", "openid full-customer-access"),
            ("state", "a b&c=\"é"),
            ("nonce", "n-0S6_WzA2Mj"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        all.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        all.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        format!("/authorize/?{}", form(&all))
    }

    /// Exchanges a code of a public demo application.
    pub async fn redeem(&self, client: &str, code: &str) -> Answer {
        self.redeem_with(client, code, &[]).await
    }

    /// The same with other parameters; an empty value takes one out.
    pub async fn redeem_with(&self, client: &str, code: &str, changes: &[(&str, &str)]) -> Answer {
        let client = self.oauth_client(client);
        let mut all: Vec<(&str, &str)> = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT),
            ("client_id", client.id.as_str()),
            ("code_verifier", VERIFIER),
        ];
        if let Some(secret) = &client.secret {
            all.push(("client_secret", secret.reveal()));
        }
        all.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
        all.extend(changes.iter().filter(|(_, value)| !value.is_empty()));
        self.post_form("/token/", &[], &all).await
    }

    /// Renews with a refresh token of a public demo application.
    pub async fn renew(&self, client: &str, token: &str, more: &[(&str, &str)]) -> Answer {
        let id = self.oauth_client(client).id.to_string();
        let mut all = vec![("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", &id)];
        let secret = self.oauth_client(client).secret.as_ref().map(|secret| secret.reveal().to_owned());
        all.extend(secret.as_deref().map(|secret| ("client_secret", secret)));
        all.extend_from_slice(more);
        self.post_form("/token/", &[], &all).await
    }

    /// A code for a demo application, allowed by `flat-base` in a fresh browser.
    pub async fn code(&self, client: &str, changes: &[(&str, &str)]) -> String {
        let browser = self.browser();
        browser.sign_in("flat-base", &self.authorization(client, changes)).await;
        browser.allow(&self.authorization(client, changes)).await
    }

    /// The tokens for such a code.
    pub async fn tokens(&self, client: &str) -> Answer {
        let answer = self.redeem(client, &self.code(client, &[]).await).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer
    }
}

impl Browser {
    /// The `Cookie` header it sends.
    pub fn cookie(&self) -> String {
        self.cookie.lock().expect("no holder of this lock panics").clone()
    }

    /// Sends this cookie from now on.
    pub fn set_cookie(&self, cookie: &str) {
        cookie.clone_into(&mut self.cookie.lock().expect("no holder of this lock panics"));
    }

    fn keep(&self, answer: &Answer) {
        let set = answer.header("set-cookie");
        if let Some((cookie, attributes)) = set.split_once(';') {
            assert!(attributes.contains("HttpOnly") && attributes.contains("SameSite=Lax"), "{set}");
            self.set_cookie(cookie);
        }
    }

    /// Opens a page of ours.
    pub async fn open(&self, address: &str) -> Answer {
        let cookie = self.cookie();
        let answer = self.app.get_with(address, &[("cookie", &cookie), ("accept", "text/html")]).await;
        self.keep(&answer);
        answer
    }

    /// Sends the form of a page: its hidden fields, and these.
    pub async fn submit(&self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = hidden(page);
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let all: Vec<(&str, &str)> =
            all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.post(action, &[], &all).await
    }

    /// Sends any form.
    pub async fn post(&self, action: &str, headers: &[(&str, &str)], fields: &[(&str, &str)]) -> Answer {
        let cookie = self.cookie();
        let mut all = vec![("cookie", cookie.as_str())];
        all.extend_from_slice(headers);
        let answer = self.app.post_form(action, &all, fields).await;
        self.keep(&answer);
        answer
    }

    /// Signs in as a demo person on the page that this address shows, and gives back where that leads.
    pub async fn sign_in(&self, person: &str, address: &str) -> String {
        let page = self.open(address).await;
        let answer = self.submit(&page, "/sign-in/", &[("person", person)]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        answer.header("location").to_owned()
    }

    /// Allows what the page at this address asks, and gives back the code.
    pub async fn allow(&self, address: &str) -> String {
        let page = self.open(address).await;
        let answer = self.submit(&page, "/authorize/decide/", &[("decision", "allow")]).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        let parameters = query(answer.header("location"));
        assert_eq!(parameters["iss"], format!("{BASE_URL}/token/"));
        parameters["code"].clone()
    }
}

/// The hidden fields of the first form on a page.
pub fn hidden(page: &Answer) -> Vec<(String, String)> {
    let text = page.text();
    let form = text.split("</form>").next().unwrap_or_default();
    let plain = |text: &str| {
        text.replace("&#x2f;", "/")
            .replace("&quot;", "\"")
            .replace("&#x27;", "'")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    let fields = form.split("<input type=\"hidden\" ").skip(1).filter_map(|rest| {
        let name = rest.split("name=\"").nth(1)?.split('"').next()?;
        let value = rest.split("value=\"").nth(1)?.split('"').next()?;
        Some((name.to_owned(), plain(value)))
    });
    let found: Vec<_> = fields.collect();
    assert!(!found.is_empty(), "no form on {text}");
    found
}
