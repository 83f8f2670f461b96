//! Client credentials (RFC 6749 section 4.4): an application acts for its organisation. There is no refresh token.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::{Client, ClientGrant};
use kemu_domain::tokens::Owner;
use kemu_persistence::oauth::grants;
use kemu_persistence::reads::Reads;
use rand::CryptoRng;

use super::issue::{Order, Refresh, Tokens, issue, new_grant};
use super::{OAuthFailure, not_registered, unknown_scope};
use crate::claims::Grant as How;
use crate::kraken_tokens::Issuer;

/// A token for an application itself. Refusals: `unauthorized_client`, `invalid_scope`.
pub async fn obtain<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    client: &Client,
    scope: Option<&str>,
) -> Result<Tokens, OAuthFailure> {
    let organisation = match (client.settings.grant, client.settings.organisation()) {
        (ClientGrant::ClientCredentials, Some(organisation)) => organisation,
        _ => return Err(not_registered(client, "client-credentials").into()),
    };
    let scopes = client.settings.granted(scope).map_err(|word| unknown_scope(client, &word))?;
    let grant = new_grant(now, rng, client, Owner::Organisation(organisation), scopes);
    grants::insert(conn, &grant).await?;
    let order = Order {
        client,
        grant: &grant,
        scopes: &grant.scopes,
        how: How::ClientCredentials,
        refresh: Refresh::Without,
        nonce: None,
    };
    issue(conn, issuer, now, rng, order).await
}
