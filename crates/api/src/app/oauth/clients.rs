//! The applications that are registered, as people and commands see them.

use kemu_auth::secrets;
use kemu_domain::ClientId;
use kemu_domain::oauth::{Client, ClientGrant, ClientSettings, ClientType, Scopes};
use kemu_domain::secrets::digest;
use kemu_persistence::oauth::clients;
use kemu_persistence::organisations;
use serde::{Deserialize, Serialize};

use super::AuthSite;

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
    /// What it may ask for.
    pub scope: Scopes,
}

impl AuthSite<'_> {
    /// All applications, by name.
    pub async fn clients(&self) -> Result<Vec<Listed>, kemu_persistence::Error> {
        let all = clients::all(self.sandbox.store.connection()).await?;
        Ok(all.into_iter().map(|client| self.listed(client)).collect())
    }

    fn listed(&self, client: Client) -> Listed {
        let described = self.sandbox.fixture.clients.iter().find(|described| described.id == client.id);
        // Only as long as it is the very one that is registered.
        let secret = described.and_then(|described| described.secret.as_ref());
        let secret = secret.filter(|secret| client.secret_digest == Some(secret.digest()));
        Listed {
            name: client.name,
            id: client.id.to_string(),
            secret: secret.map(|secret| secret.reveal().to_owned()),
            client_type: client.settings.client_type,
            grant: client.settings.grant,
            redirect_uris: client.settings.redirect_uris,
            scope: client.settings.scopes,
        }
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
}

/// Why an application is not registered.
#[derive(Debug)]
pub enum NotRegistered {
    /// It makes no sense; says what would be right.
    Senseless(String),
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
        let senseless = |right: &str| NotRegistered::Senseless(right.to_owned());
        let name = wanted.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > 100 || name.chars().any(char::is_control) {
            return Err(senseless("an application needs a name of at most 100 characters"));
        }
        let usual = ClientSettings::new(wanted.client_type, wanted.grant);
        let mut settings = ClientSettings {
            redirect_uris: wanted.redirect_uris,
            post_logout_redirect_uris: wanted.post_logout_redirect_uris,
            scopes: wanted.scope.unwrap_or(usual.scopes),
            skips_authorization: wanted.skips_authorization,
            ..usual
        };
        let (secret, id) = self.sandbox.with_rng(|rng| (secrets::hex_token(rng), secrets::hex_token(rng)));
        let transaction = self.sandbox.store.begin().await?;
        if let Some(name) = &wanted.organisation {
            let found = organisations::by_name(&*transaction, name).await?;
            let found = found.ok_or_else(|| senseless("there is no organisation of this name"))?;
            settings.organisation = Some(found.id.get());
        }
        settings.check().map_err(senseless)?;
        if clients::by_name(&*transaction, &name).await?.is_some() {
            return Err(senseless("there is an application of this name already"));
        }
        let is_confidential = settings.client_type == ClientType::Confidential;
        let client = Client {
            id: ClientId::try_new(id).expect("a token of 64 hexadecimal digits is a client id"),
            name,
            secret_digest: is_confidential.then(|| digest(&secret)),
            signing_secret: None,
            settings,
        };
        clients::insert(&*transaction, &client).await?;
        transaction.commit().await?;
        Ok(Listed { secret: is_confidential.then_some(secret), ..self.listed(client) })
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
