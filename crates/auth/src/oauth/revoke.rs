//! The end of tokens (RFC 7009).

use chrono::{DateTime, Utc};
use kemu_domain::oauth::grants::TokenKind;
use kemu_domain::oauth::{Client, ErrorCode, Refusal};
use kemu_domain::secrets::digest;
use kemu_persistence::oauth::{grants, tokens};
use kemu_persistence::reads::Reads;

use super::OAuthFailure;

/// What became of a token that was to be revoked. The wire shows no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revoked {
    /// It is dead: an access token alone, a refresh token with all that goes back to its sign-in.
    Done,
    /// There is no such token.
    Unknown,
    /// It is another client's, and stays.
    Foreign,
}

/// Ends a token of the client's. Refusal: `invalid_request` without a token.
pub async fn revoke<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    client: &Client,
    token: Option<&str>,
) -> Result<Revoked, OAuthFailure> {
    let missing = || {
        Refusal::new(ErrorCode::InvalidRequest, "token", "token", "none").saying("Missing token parameter.")
    };
    let text = token.ok_or_else(missing)?;
    let Some(token) = tokens::by_digest(conn, &digest(text)).await? else { return Ok(Revoked::Unknown) };
    let Some(grant) = grants::by_id(conn, &token.grant_id).await? else { return Ok(Revoked::Unknown) };
    if grant.client_id != client.id {
        return Ok(Revoked::Foreign);
    }
    match token.kind {
        TokenKind::Access => {
            tokens::end(conn, &token.digest, now).await?;
        }
        TokenKind::Refresh => grants::revoke(conn, &grant.id, now).await?,
    }
    Ok(Revoked::Done)
}
