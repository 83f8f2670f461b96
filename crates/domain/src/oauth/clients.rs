//! Applications: what one is registered as, in the terms of Kraken's own form (kraken-facts 9.13): client type, one
//! grant, redirect URIs, scopes, "skip authorization", a refresh token lifetime of its own.

use std::collections::BTreeSet;
use std::fmt;

use chrono::TimeDelta;
use serde::{Deserialize, Deserializer, Serialize, de};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use super::redirects;
use super::scopes::{Scope, Scopes};
use crate::ids::{ClientId, OrganisationId};
use crate::secrets::{KeyDigest, digest};

/// Can the application keep a secret?
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ClientType {
    /// No: an app on a phone, a page in a browser, a command.
    Public,
    /// Yes: a server.
    Confidential,
}

/// The one grant that an application is registered for; another is refused to it (kraken-facts 9.15).
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum ClientGrant {
    /// Authorization code (RFC 6749 section 4.1), with refresh tokens.
    AuthorizationCode,
    /// Client credentials (section 4.4): the application acts for an organisation.
    ClientCredentials,
    /// Device (RFC 8628), with refresh tokens.
    Device,
}

/// How the id_tokens of an application are signed.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Serialize,
    Deserialize,
)]
pub enum SigningAlgorithm {
    /// With the key that is published.
    #[default]
    RS256,
    /// With the application's secret.
    HS256,
}

/// A client secret as its application knows it. Never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(String);

/// The fewest bytes of a secret; what kemu makes has 64.
const SHORTEST_SECRET: usize = 32;

impl ClientSecret {
    /// Checks the form: at least 32 bytes of text without control characters. The text is not repeated in the error.
    pub fn try_new(text: impl Into<String>) -> Result<Self, &'static str> {
        let text = text.into();
        if text.len() < SHORTEST_SECRET || text.chars().any(char::is_control) {
            return Err("a client secret is 32 bytes of text or more, without control characters");
        }
        Ok(Self(text))
    }

    /// The secret itself, for the one who owns it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The digest by which it is kept.
    pub fn digest(&self) -> KeyDigest {
        digest(&self.0)
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

impl<'de> Deserialize<'de> for ClientSecret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// An application.
#[derive(Clone, PartialEq, Eq)]
pub struct Client {
    /// Its public name towards the server.
    pub id: ClientId,
    /// What people are shown.
    pub name: String,
    /// The digest of its secret; a public client has none.
    pub secret_digest: Option<KeyDigest>,
    /// The secret itself, kept only where id_tokens are signed with it ([`SigningAlgorithm::HS256`]).
    pub signing_secret: Option<ClientSecret>,
    /// What it is registered as.
    pub settings: ClientSettings,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// Something about a registration that makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Senseless {
    /// What of it, as the JSON of `/_emulator/oauth/clients` calls it.
    pub setting: &'static str,
    /// What would be right.
    pub right: &'static str,
}

/// What an application is registered as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSettings {
    /// Public or confidential.
    pub client_type: ClientType,
    /// Its grant.
    pub grant: ClientGrant,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after they signed out.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// Must it send a PKCE challenge? A public client always must.
    pub requires_pkce: bool,
    /// Are people spared the question whether they allow it?
    pub skips_authorization: bool,
    /// How its id_tokens are signed.
    pub id_token_algorithm: SigningAlgorithm,
    /// For whom it acts with client credentials.
    pub organisation: Option<i64>,
    /// How long its access tokens live, in seconds.
    pub access_token_seconds: u32,
    /// How long its refresh tokens live, in seconds, counted from the sign-in.
    pub refresh_token_seconds: u32,
}

impl ClientSettings {
    /// An access token lives exactly an hour (kraken-facts 9.11).
    pub const ACCESS_TOKEN_SECONDS: u32 = 3_600;
    /// A refresh token lives 365 days, as in the one published example (kraken-facts 9.11); an application may have
    /// its own.
    pub const REFRESH_TOKEN_SECONDS: u32 = 365 * 86_400;

    /// A registration without any redirect URIs, scope `full-customer-access`.
    pub fn new(client_type: ClientType, grant: ClientGrant) -> Self {
        Self {
            client_type,
            grant,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            scopes: Scopes::of([Scope::FullCustomerAccess]),
            requires_pkce: true,
            skips_authorization: false,
            id_token_algorithm: SigningAlgorithm::RS256,
            organisation: None,
            access_token_seconds: Self::ACCESS_TOKEN_SECONDS,
            refresh_token_seconds: Self::REFRESH_TOKEN_SECONDS,
        }
    }

    /// What makes no sense about the registration.
    pub fn problems(&self) -> Vec<Senseless> {
        let is_public = self.client_type == ClientType::Public;
        let by_redirect = self.grant == ClientGrant::AuthorizationCode;
        let as_itself = self.grant == ClientGrant::ClientCredentials;
        let is_hs256 = self.id_token_algorithm == SigningAlgorithm::HS256;
        let rules = [
            (
                is_public && as_itself,
                "type",
                "client credentials are for confidential clients, which have a secret",
            ),
            (is_public && !self.requires_pkce, "requiresPkce", "a public client must use PKCE"),
            (
                is_public && self.skips_authorization,
                "skipsAuthorization",
                "a public client cannot skip the authorization: anybody may use its id",
            ),
            (
                is_public && is_hs256,
                "idTokenAlgorithm",
                "HS256 signs with the client's secret, which a public client does not have",
            ),
            (
                by_redirect && self.redirect_uris.is_empty(),
                "redirectUris",
                "the authorization code grant needs a redirect URI",
            ),
            (
                !by_redirect && !self.redirect_uris.is_empty(),
                "redirectUris",
                "only the authorization code grant has redirect URIs",
            ),
            (
                as_itself != self.organisation.is_some(),
                "organisation",
                "client credentials, and nothing else, need an organisation to act for",
            ),
            (self.scopes.is_empty(), "scope", "an application needs a scope"),
            (
                as_itself && self.scopes.contains(Scope::Openid),
                "scope",
                "client credentials sign nobody in: no scope openid",
            ),
            (self.access_token_seconds == 0, "accessTokenSeconds", "tokens live a second at least"),
            (self.refresh_token_seconds == 0, "refreshTokenSeconds", "tokens live a second at least"),
        ];
        let broken = rules.into_iter().filter(|(is_broken, ..)| *is_broken);
        let broken = broken.map(|(_, setting, right)| Senseless { setting, right });
        let uris = [
            ("redirectUris", &self.redirect_uris),
            ("postLogoutRedirectUris", &self.post_logout_redirect_uris),
        ];
        let uris = uris.into_iter().flat_map(|(setting, uris)| uris.iter().map(move |uri| (setting, uri)));
        let wrong = uris.filter_map(|(setting, uri)| {
            redirects::check(uri).err().map(|right| Senseless { setting, right })
        });
        broken.chain(wrong).collect()
    }

    /// Whether the registration makes sense; if not, what would be right.
    pub fn check(&self) -> Result<(), &'static str> {
        self.problems().first().map_or(Ok(()), |problem| Err(problem.right))
    }

    /// How long access tokens live.
    pub fn access_token_lifetime(&self) -> TimeDelta {
        TimeDelta::seconds(self.access_token_seconds.into())
    }

    /// How long refresh tokens live.
    pub fn refresh_token_lifetime(&self) -> TimeDelta {
        TimeDelta::seconds(self.refresh_token_seconds.into())
    }

    /// For whom it acts with client credentials.
    pub fn organisation(&self) -> Option<OrganisationId> {
        self.organisation.map(OrganisationId)
    }

    /// What a request for these scopes (blank-separated; nothing: the application's own, without `openid`) comes to.
    /// `Err` names the first scope that the application may not have. That nothing means all of them is a guess.
    pub fn granted(&self, requested: Option<&str>) -> Result<Scopes, String> {
        let Some(requested) = requested else {
            let own = self.scopes.iter().filter(|scope| *scope != Scope::Openid);
            return Ok(Scopes::of(own));
        };
        let mut granted = BTreeSet::new();
        for word in requested.split(' ').filter(|word| !word.is_empty()) {
            let scope = word.parse::<Scope>().ok().filter(|scope| self.scopes.contains(*scope));
            granted.insert(scope.ok_or_else(|| word.to_owned())?);
        }
        if granted.is_empty() { self.granted(None) } else { Ok(Scopes::of(granted)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code_client() -> ClientSettings {
        let settings = ClientSettings::new(ClientType::Public, ClientGrant::AuthorizationCode);
        ClientSettings { redirect_uris: vec!["http://127.0.0.1/callback".into()], ..settings }
    }

    #[test]
    fn a_registration_must_make_sense() {
        let good = code_client();
        assert_eq!(good.check(), Ok(()));
        let machine = ClientSettings {
            organisation: Some(1),
            ..ClientSettings::new(ClientType::Confidential, ClientGrant::ClientCredentials)
        };
        assert_eq!(machine.check(), Ok(()));
        let twice = ClientSettings { requires_pkce: false, scopes: Scopes::default(), ..good.clone() };
        let settings: Vec<_> = twice.problems().iter().map(|problem| problem.setting).collect();
        assert_eq!(settings, ["requiresPkce", "scope"], "all of them at once");
        for bad in [
            ClientSettings { requires_pkce: false, ..good.clone() },
            ClientSettings { skips_authorization: true, ..good.clone() },
            ClientSettings { id_token_algorithm: SigningAlgorithm::HS256, ..good.clone() },
            ClientSettings { redirect_uris: Vec::new(), ..good.clone() },
            ClientSettings { redirect_uris: vec!["/callback".into()], ..good.clone() },
            ClientSettings { organisation: Some(1), ..good.clone() },
            ClientSettings { scopes: Scopes::default(), ..good.clone() },
            ClientSettings { access_token_seconds: 0, ..good.clone() },
            ClientSettings { grant: ClientGrant::Device, ..good },
            ClientSettings { client_type: ClientType::Public, ..machine.clone() },
            ClientSettings { organisation: None, ..machine.clone() },
            ClientSettings { scopes: Scopes::of([Scope::Openid]), ..machine },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn scopes_are_those_that_are_registered() {
        let all = Scopes::of([Scope::Openid, Scope::FullCustomerAccess]);
        let client = ClientSettings { scopes: all.clone(), ..code_client() };
        assert_eq!(client.granted(Some("openid full-customer-access")), Ok(all));
        assert_eq!(client.granted(None), Ok(Scopes::of([Scope::FullCustomerAccess])));
        assert_eq!(client.granted(Some("openid query:property")), Err("query:property".to_owned()));
        assert_eq!(client.granted(Some("openid \"><script>")), Err("\"><script>".to_owned()));
    }

    #[test]
    fn a_secret_is_long_and_never_printed() {
        let secret = ClientSecret::try_new("s".repeat(32)).unwrap();
        assert_eq!(format!("{secret:?}"), "ClientSecret(…)");
        for bad in ["", "short", &"s".repeat(31), &"s\n".repeat(32)] {
            assert!(ClientSecret::try_new(bad).is_err());
        }
    }
}
