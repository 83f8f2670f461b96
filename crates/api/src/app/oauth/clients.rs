//! The applications that are registered, as people and commands see them.

use kemu_auth::secrets;
use kemu_domain::ClientId;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::oauth::{
    Client, ClientGrant, ClientSecret, ClientSettings, ClientType, Scopes, Senseless, SigningAlgorithm,
};
use kemu_domain::secrets::digest;
use kemu_persistence::oauth::{clients, grants};
use kemu_persistence::organisations;
use serde::{Deserialize, Serialize};

use super::AuthSite;
use crate::graphql::RequestContext;

/// An application.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its client id.
    pub id: String,
    /// Its secret, where it is a published one of the demo world, or was made just now; others are kept as digests.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Public or confidential.
    #[serde(rename = "type")]
    pub client_type: ClientType,
    /// Its grant.
    pub grant: ClientGrant,
    /// Where people may be sent back to.
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after they signed out.
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scope: Scopes,
    /// Must it use PKCE?
    pub requires_pkce: bool,
    /// Are people spared the question whether they allow it?
    pub skips_authorization: bool,
    /// How its id_tokens are signed.
    pub id_token_algorithm: SigningAlgorithm,
    /// The name of the organisation for which it acts with client credentials.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// How long its access tokens live.
    pub access_token_seconds: u32,
    /// How long its refresh tokens live, from the sign-in on.
    pub refresh_token_seconds: u32,
}

/// The confidential applications that the viewer allowed and that hold a token which is still good; others are not told
/// (kraken-facts 2.2).
pub async fn allowed_by_viewer(ctx: &RequestContext) -> Result<Vec<Client>, Failure> {
    let user = ctx.viewer()?.user().ok_or(codes::UNAUTHORIZED)?;
    let connection = ctx.sandbox.store.connection();
    let mut found = grants::clients_with_tokens_of(connection, user.id, ctx.now).await?;
    found.retain(|client| client.settings.client_type == ClientType::Confidential);
    Ok(found)
}

impl AuthSite<'_> {
    /// All applications, by name.
    pub async fn clients(&self) -> Result<Vec<Listed>, kemu_persistence::Error> {
        let mut listed = Vec::new();
        for client in clients::all(self.sandbox.store.connection()).await? {
            listed.push(self.listed(client).await?);
        }
        Ok(listed)
    }

    async fn listed(&self, client: Client) -> Result<Listed, kemu_persistence::Error> {
        let described = self.sandbox.fixture.clients.iter().find(|described| described.id == client.id);
        // Only as long as it is the very one that is registered.
        let secret = described.and_then(|described| described.secret.as_ref());
        let secret = secret.filter(|secret| client.secret_digest == Some(secret.digest()));
        let settings = client.settings;
        let organisation = match settings.organisation() {
            Some(id) => organisations::by_id(self.sandbox.store.connection(), id).await?,
            None => None,
        };
        Ok(Listed {
            name: client.name,
            id: client.id.to_string(),
            secret: secret.map(|secret| secret.reveal().to_owned()),
            client_type: settings.client_type,
            grant: settings.grant,
            redirect_uris: settings.redirect_uris,
            post_logout_redirect_uris: settings.post_logout_redirect_uris,
            scope: settings.scopes,
            requires_pkce: settings.requires_pkce,
            skips_authorization: settings.skips_authorization,
            id_token_algorithm: settings.id_token_algorithm,
            organisation: organisation.map(|organisation| organisation.name),
            access_token_seconds: settings.access_token_seconds,
            refresh_token_seconds: settings.refresh_token_seconds,
        })
    }
}

/// What a new application is to be.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wanted {
    /// What people are shown; no other application may have it.
    pub name: String,
    /// Public or confidential.
    #[serde(rename = "type")]
    pub client_type: ClientType,
    /// Its grant.
    pub grant: ClientGrant,
    /// Where people may be sent back to.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Where people may be sent after they signed out.
    #[serde(default)]
    pub post_logout_redirect_uris: Vec<String>,
    /// What it may ask for, with blanks in between; `full-customer-access` if left out.
    #[serde(default)]
    pub scope: Option<Scopes>,
    /// The name of the organisation for which it acts with client credentials.
    #[serde(default)]
    pub organisation: Option<String>,
    /// May people be spared the question whether they allow it?
    #[serde(default)]
    pub skips_authorization: bool,
    /// Must it use PKCE? Yes, if left out.
    #[serde(default)]
    pub requires_pkce: Option<bool>,
    /// How its id_tokens are signed; RS256 if left out.
    #[serde(default)]
    pub id_token_algorithm: SigningAlgorithm,
    /// How long its access tokens live; an hour if left out.
    #[serde(default)]
    pub access_token_seconds: Option<u32>,
    /// How long its refresh tokens live, from the sign-in on; 365 days if left out.
    #[serde(default)]
    pub refresh_token_seconds: Option<u32>,
}

impl Wanted {
    /// An application of which nothing else was said.
    pub fn new(name: impl Into<String>, client_type: ClientType, grant: ClientGrant) -> Self {
        Self {
            name: name.into(),
            client_type,
            grant,
            redirect_uris: Vec::new(),
            post_logout_redirect_uris: Vec::new(),
            scope: None,
            organisation: None,
            skips_authorization: false,
            requires_pkce: None,
            id_token_algorithm: SigningAlgorithm::default(),
            access_token_seconds: None,
            refresh_token_seconds: None,
        }
    }
}

/// Why an application is not registered.
#[derive(Debug)]
pub enum NotRegistered {
    /// It makes no sense; says all that would be right.
    Senseless(Vec<Senseless>),
    /// A fault of ours.
    Fault(kemu_persistence::Error),
}

impl<E: Into<kemu_persistence::Error>> From<E> for NotRegistered {
    fn from(cause: E) -> Self {
        Self::Fault(cause.into())
    }
}

impl AuthSite<'_> {
    /// Registers an application. Its secret, if it has one, is told this once.
    pub async fn register(&self, wanted: Wanted) -> Result<Listed, NotRegistered> {
        let name = wanted.name.trim().to_owned();
        let mut problems = Vec::new();
        let mut senseless = |setting, right| problems.push(Senseless { setting, right });
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            senseless("name", "an application needs a name of at most 100 characters");
        }
        let usual = ClientSettings::new(wanted.client_type, wanted.grant);
        let mut settings = ClientSettings {
            redirect_uris: wanted.redirect_uris,
            post_logout_redirect_uris: wanted.post_logout_redirect_uris,
            scopes: wanted.scope.unwrap_or(usual.scopes),
            requires_pkce: wanted.requires_pkce.unwrap_or(usual.requires_pkce),
            skips_authorization: wanted.skips_authorization,
            id_token_algorithm: wanted.id_token_algorithm,
            access_token_seconds: wanted.access_token_seconds.unwrap_or(usual.access_token_seconds),
            refresh_token_seconds: wanted.refresh_token_seconds.unwrap_or(usual.refresh_token_seconds),
            ..usual
        };
        let (secret, id) = self.sandbox.with_rng(|rng| (secrets::hex_token(rng), secrets::hex_token(rng)));
        let transaction = self.sandbox.store.begin().await?;
        let mut is_known = true;
        if let Some(name) = &wanted.organisation {
            let found = organisations::by_name(&*transaction, name).await?;
            settings.organisation = found.map(|organisation| organisation.id.get());
            is_known = settings.organisation.is_some();
        }
        if !is_known {
            senseless("organisation", "there is no organisation of this name");
        }
        if clients::by_name(&*transaction, &name).await?.is_some() {
            senseless("name", "there is an application of this name already");
        }
        // An organisation that is not there was named, after all.
        let others = settings.problems().into_iter();
        problems.extend(others.filter(|problem| is_known || problem.setting != "organisation"));
        if !problems.is_empty() {
            return Err(NotRegistered::Senseless(problems));
        }
        let is_confidential = settings.client_type == ClientType::Confidential;
        let is_hs256 = settings.id_token_algorithm == SigningAlgorithm::HS256;
        let signing_secret = is_hs256.then(|| ClientSecret::try_new(secret.as_str()));
        let client = Client {
            id: ClientId::try_new(id).expect("a token of 64 hexadecimal digits is a client id"),
            name,
            secret_digest: is_confidential.then(|| digest(&secret)),
            signing_secret: signing_secret.map(|secret| secret.expect("a token is long enough for a secret")),
            settings,
        };
        clients::insert(&*transaction, &client).await?;
        transaction.commit().await?;
        Ok(Listed { secret: is_confidential.then_some(secret), ..self.listed(client).await? })
    }

    /// Takes out the application with this id or name; false where there is none. Its tokens are dead from then on.
    pub async fn unregister(&self, id_or_name: &str) -> Result<bool, kemu_persistence::Error> {
        let transaction = self.sandbox.store.begin().await?;
        let by_name = clients::by_name(&*transaction, id_or_name).await?.map(|client| client.id);
        let Some(id) = by_name.or_else(|| ClientId::try_new(id_or_name).ok()) else { return Ok(false) };
        let is_done = clients::remove(&*transaction, &id).await?;
        transaction.commit().await?;
        Ok(is_done)
    }
}
