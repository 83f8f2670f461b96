//! What an authorization request asks for, and what is wrong with it. As long as client and redirect URI are not known to
//! be good, an error is a page and never a redirect; from then on it travels to the application.

use kemu_auth::oauth::sessions::SignedIn;
use kemu_auth::oauth::{not_registered, pkce, unknown_scope};
use kemu_domain::oauth::{Client, ClientGrant, ErrorCode, Refusal, Scopes, redirects};

use super::answers::Asked;
use super::parameters::{Parameters, escaped};

/// The words of each `response_type` that the metadata lists, as Kraken's does, and that no application is registered
/// for. Their order does not matter (RFC 6749 section 3.1.1).
const IMPLICIT_AND_HYBRID: [&[&str]; 6] = [
    &["token"],
    &["id_token"],
    &["id_token", "token"],
    &["code", "token"],
    &["code", "id_token"],
    &["code", "id_token", "token"],
];

/// What `max_age` says that wants a sign-in of now.
const NO_AGE: &str = "0";

/// A request after somebody has signed in for it: that is done which wanted a sign-in of now.
pub(super) fn after_sign_in(request: Parameters) -> Parameters {
    request.without_word("prompt", &["login", "select_account"]).without_word("max_age", &[NO_AGE])
}

/// Where an answer goes.
#[derive(Clone)]
pub(super) struct Back {
    /// The redirect URI.
    pub(super) uri: String,
    state: Option<String>,
    issuer: String,
}

impl Back {
    /// The address with these parameters, `state` as it came, and `iss` (RFC 9207).
    pub(super) fn with(&self, parameters: &[(&str, &str)]) -> String {
        let state = self.state.as_deref().map(|state| ("state", state));
        let all = parameters.iter().copied().chain(state).chain([("iss", self.issuer.as_str())]);
        let query: Vec<String> = all.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
        let glue = if self.uri.contains('?') { '&' } else { '?' };
        format!("{}{glue}{}", self.uri, query.join("&"))
    }

    /// The address that tells an error.
    pub(super) fn with_error(&self, refusal: &Refusal) -> String {
        let error = refusal.error.to_string();
        match &refusal.description {
            Some(description) => self.with(&[("error", &error), ("error_description", description)]),
            None => self.with(&[("error", &error)]),
        }
    }
}

/// What is wrong with a request, and who is told.
pub(super) enum Wrong {
    /// The person, on a page: there is nowhere to go back to.
    Here(Refusal),
    /// The application.
    There(Refusal, Back),
    /// A fault of ours.
    Fault(kemu_persistence::Error),
}

/// What `prompt` says.
#[derive(Clone, Copy, Default)]
pub(super) struct Prompt {
    /// Show no page.
    pub(super) none: bool,
    /// Ask who it is, whoever is signed in.
    pub(super) login: bool,
    /// Ask whether it is allowed, whatever is registered.
    pub(super) consent: bool,
}

/// A good request.
pub(super) struct AuthorizationRequest {
    pub(super) client: Client,
    pub(super) back: Back,
    /// `redirect_uri` as it came.
    pub(super) redirect_uri: Option<String>,
    pub(super) scopes: Scopes,
    pub(super) challenge: Option<String>,
    pub(super) nonce: Option<String>,
    pub(super) prompt: Prompt,
    /// `max_age` in seconds.
    pub(super) max_age: Option<i64>,
    /// The `sub` of the person whom the application means, if it says so.
    pub(super) meant: Option<String>,
}

impl AuthorizationRequest {
    /// Is it the person whom the application means?
    pub(super) fn means(&self, signed_in: &SignedIn) -> bool {
        self.meant.as_deref().is_none_or(|sub| signed_in.is(sub))
    }
}

impl AuthorizationRequest {
    /// Reads a request.
    pub(super) async fn read(asked: &Asked, given: &Parameters) -> Result<Self, Wrong> {
        let client = client(asked, given).await?;
        let redirect_uri = given.get("redirect_uri").map(str::to_owned);
        let uri = redirect(&client, given).map_err(Wrong::Here)?;
        let state = given.get("state").map(str::to_owned);
        let back = Back { uri, state, issuer: asked.site().issuer.url.clone() };
        let (scopes, challenge, prompt, max_age) = match Self::checked(&client, given) {
            Ok(checked) => checked,
            Err(refusal) => return Err(Wrong::There(refusal, back)),
        };
        let meant = match given.get("id_token_hint") {
            None => None,
            Some(hint) => match asked.site().id_hint(hint).await.map_err(Wrong::Fault)? {
                Ok(hint) => Some(hint.sub),
                Err(refusal) => return Err(Wrong::There(refusal, back)),
            },
        };
        let nonce = given.get("nonce").map(str::to_owned);
        Ok(Self { client, back, redirect_uri, scopes, challenge, nonce, prompt, max_age, meant })
    }

    fn checked(
        client: &Client,
        given: &Parameters,
    ) -> Result<(Scopes, Option<String>, Prompt, Option<i64>), Refusal> {
        let bad = |check, expected: &str, came: &str| {
            Refusal::new(
                ErrorCode::InvalidRequest,
                check,
                expected,
                came.chars().take(60).collect::<String>(),
            )
        };
        given.check_once()?;
        if given.get("request").is_some() {
            return Err(Refusal::new(ErrorCode::RequestNotSupported, "request", "none", "one"));
        }
        if given.get("request_uri").is_some() {
            return Err(Refusal::new(ErrorCode::RequestUriNotSupported, "request_uri", "none", "one"));
        }
        match given.get("response_type") {
            Some("code") => {}
            None => {
                return Err(bad("response_type", "code", "none").saying("Missing response_type parameter."));
            }
            Some(other) => {
                let mut words: Vec<&str> = other.split(' ').collect();
                words.sort_unstable();
                let is_known = IMPLICIT_AND_HYBRID.contains(&words.as_slice());
                let error =
                    if is_known { ErrorCode::UnauthorizedClient } else { ErrorCode::UnsupportedResponseType };
                let came: String = other.chars().take(60).collect();
                return Err(Refusal::new(error, "response_type", "code", came));
            }
        }
        if let Some(other) = given.get("response_mode").filter(|mode| *mode != "query") {
            return Err(bad("response_mode", "query, or none", other));
        }
        let challenge = pkce::challenge(
            given.get("code_challenge"),
            given.get("code_challenge_method"),
            client.settings.requires_pkce,
        )?;
        let scopes =
            client.settings.granted(given.get("scope")).map_err(|word| unknown_scope(client, &word))?;
        let mut prompt = Prompt::default();
        for word in given.get("prompt").unwrap_or_default().split_ascii_whitespace() {
            match word {
                "none" => prompt.none = true,
                "login" | "select_account" => prompt.login = true,
                "consent" => prompt.consent = true,
                other => return Err(bad("prompt", "none, login, consent or select_account", other)),
            }
        }
        if prompt.none && (prompt.login || prompt.consent) {
            return Err(bad("prompt", "none alone", "none with others"));
        }
        let max_age = match given.get("max_age") {
            None => None,
            Some(text) => match text.parse::<u32>() {
                // Nobody signed in no time ago: it means `prompt=login` (OpenID Connect Core section 3.1.2.1).
                Ok(0) if text == NO_AGE => {
                    prompt.login = true;
                    None
                }
                Ok(seconds @ 1..) => Some(i64::from(seconds)),
                _ => return Err(bad("max_age", "seconds, a whole number", text)),
            },
        };
        Ok((scopes, challenge, prompt, max_age))
    }
}

async fn client(asked: &Asked, given: &Parameters) -> Result<Client, Wrong> {
    const CHECK: &str = "client_id";
    let bad = |expected: &str, came: String, description: &'static str| {
        Wrong::Here(Refusal::new(ErrorCode::InvalidRequest, CHECK, expected, came).saying(description))
    };
    if given.count("client_id") > 1 {
        return Err(bad("one client_id", "several".into(), "Duplicate client_id parameter."));
    }
    let Some(id) = given.get("client_id") else {
        return Err(bad("the id of a registered client", "none".into(), "Missing client_id parameter."));
    };
    match asked.site().client(id).await.map_err(Wrong::Fault)? {
        Some(client) => Ok(client),
        None => {
            let came = id.chars().take(80).collect();
            Err(bad("the id of a registered client", came, "Invalid client_id parameter value."))
        }
    }
}

/// The redirect URI of a request that is a registered one.
fn redirect(client: &Client, given: &Parameters) -> Result<String, Refusal> {
    const CHECK: &str = "redirect_uri";
    let registered = &client.settings.redirect_uris;
    if client.settings.grant != ClientGrant::AuthorizationCode {
        return Err(not_registered(client, "an authorization request"));
    }
    let bad = |came: &str, description: &'static str| {
        let came: String = came.chars().take(200).collect();
        Refusal::new(ErrorCode::InvalidRequest, CHECK, registered.join(" "), came).saying(description)
    };
    if given.count("redirect_uri") > 1 {
        return Err(bad("several", "Duplicate redirect_uri parameter."));
    }
    match (given.get("redirect_uri"), registered.as_slice()) {
        (None, [only]) => Ok(only.clone()),
        (None, _) => Err(bad("none, though several are registered", "Missing redirect URI.")),
        (Some(uri), _) if uri.contains('#') => Err(bad(uri, "Invalid redirect URI.")),
        (Some(uri), _) if registered.iter().any(|own| redirects::fits(own, uri)) => Ok(uri.to_owned()),
        (Some(uri), _) => Err(bad(uri, "Mismatching redirect URI.")),
    }
}
