//! Client credentials (RFC 6749 section 4.4): an application acts for its organisation. There is no refresh token.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::{Client, ClientGrant, ErrorCode, Refusal};
use kemu_domain::tokens::Owner;
use kemu_persistence::oauth::grants;
use kemu_persistence::reads::Reads;
use rand::CryptoRng;

use super::OAuthFailure;
use super::codes::not_registered;
use super::issue::{Order, Refresh, Tokens, issue, new_grant};
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
        _ => return Err(not_registered(client, ClientGrant::ClientCredentials).into()),
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

/// A scope that a client may not have.
pub fn unknown_scope(client: &Client, word: &str) -> Refusal {
    let expected = format!("some of the scopes of {}: {}", client.name, client.settings.scopes);
    Refusal::new(ErrorCode::InvalidScope, "scope", expected, word.chars().take(60).collect::<String>())
}
