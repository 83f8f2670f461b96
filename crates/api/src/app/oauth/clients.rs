//! The applications that are registered, as people and commands see them.

use kemu_domain::oauth::{Client, ClientGrant, ClientType, Scopes};
use kemu_persistence::oauth::clients;
use serde::Serialize;

use super::AuthSite;

/// An application.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its client id.
    pub id: String,
    /// Its secret, where it is a published one of the demo world; others are kept as digests.
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
