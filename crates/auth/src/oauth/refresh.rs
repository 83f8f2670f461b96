//! Refresh tokens (RFC 6749 section 6). A public client gets a new one each time, and the old one is dead; if that comes
//! again, somebody has a copy, and all that goes back to the sign-in ends (RFC 9700 section 4.14.2). A confidential
//! client proves who it is and keeps its own. Whether Kraken rotates is not known.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::grants::TokenKind;
use kemu_domain::oauth::refusals::cut;
use kemu_domain::oauth::{Client, ClientGrant, ClientType, ErrorCode, Refusal, Scope, Scopes};
use kemu_domain::secrets::digest;
use kemu_persistence::oauth::{grants, tokens};
use kemu_persistence::reads::Reads;
use rand::CryptoRng;

use super::issue::{Order, Refresh, Tokens, issue};
use super::{OAuthFailure, not_registered};
use crate::claims::Grant as How;
use crate::kraken_tokens::Issuer;
use crate::secrets;

const CHECK: &str = "refresh token";

/// A refresh token becomes a new access token, for fewer scopes if `scope` says so.
///
/// Refusals: `unauthorized_client`, `invalid_request`, `invalid_grant`, `invalid_scope`.
pub async fn renew<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    client: &Client,
    (text, scope): (Option<&str>, Option<&str>),
) -> Result<Tokens, OAuthFailure> {
    if client.settings.grant == ClientGrant::ClientCredentials {
        return Err(not_registered(client, "refresh_token").into());
    }
    let missing = || {
        Refusal::new(ErrorCode::InvalidRequest, CHECK, "refresh_token", "none")
            .saying("Missing refresh token parameter.")
    };
    let text = text.ok_or_else(missing)?;
    let refused = |expected: &str, came: String| Refusal::new(ErrorCode::InvalidGrant, CHECK, expected, came);
    let unknown = || refused("a refresh token that was issued here", cut(text));
    let wanted = digest(text);
    let found = tokens::by_digest(conn, &wanted).await?;
    let token =
        found.filter(|token| token.kind == TokenKind::Refresh && secrets::equal(token.digest, wanted));
    let token = token.ok_or_else(unknown)?;
    let grant = grants::by_id(conn, &token.grant_id).await?.ok_or_else(unknown)?;
    if grant.client_id != client.id {
        return Err(
            refused("a token of this client", format!("another client's, from {}", client.name)).into()
        );
    }
    let second_use = || {
        refused(
            "the latest refresh token",
            "one that was replaced; everything of its sign-in has been ended".into(),
        )
    };
    if token.ended_at.is_some() {
        grants::revoke(conn, &grant.id, now).await?;
        return Err(second_use().into());
    }
    if grant.revoked_at.is_some() {
        return Err(refused("a token whose grant stands", "one whose grant was ended".into()).into());
    }
    if token.expires_at <= now {
        return Err(refused("a token that lives", format!("one that ended at {}", token.expires_at)).into());
    }
    let scopes = narrowed(&token.scopes, scope)?;
    let refresh = match client.settings.client_type {
        ClientType::Confidential => Refresh::Same(text),
        ClientType::Public => {
            // Whoever asks at the same moment finds it replaced.
            if !tokens::end(conn, &wanted, now).await? {
                grants::revoke(conn, &grant.id, now).await?;
                return Err(second_use().into());
            }
            Refresh::New(token.expires_at)
        }
    };
    let how = How::RefreshToken;
    issue(conn, issuer, now, rng, Order { client, grant: &grant, scopes: &scopes, how, refresh, nonce: None })
        .await
}

/// The scopes of the new token: those asked for, which must be among those of the old one.
fn narrowed(own: &Scopes, asked: Option<&str>) -> Result<Scopes, Refusal> {
    let Some(asked) = asked else { return Ok(own.clone()) };
    let mut scopes = Vec::new();
    for word in asked.split_ascii_whitespace() {
        match word.parse::<Scope>() {
            Ok(scope) if own.contains(scope) => scopes.push(scope),
            _ => {
                let word: String = word.chars().take(60).collect();
                return Err(Refusal::new(ErrorCode::InvalidScope, "scope", format!("some of {own}"), word));
            }
        }
    }
    Ok(if scopes.is_empty() { own.clone() } else { Scopes::of(scopes) })
}
