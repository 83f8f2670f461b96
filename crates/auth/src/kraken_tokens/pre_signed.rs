//! Pre-signed keys: an organisation makes a link with which a customer signs in without a password.
//!
//! What a scope narrows is documented nowhere; guess: nothing on this API. It is kept and shown.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::secrets::digest;
use kemu_domain::tokens::PreSignedToken;
use kemu_persistence::reads::Reads;
use kemu_persistence::{pre_signed_tokens, users};
use rand::CryptoRng;

use crate::secrets;
use crate::viewer::{MANAGE_TOKENS, Viewer};

/// The longest life of a pre-signed key, in days. A guess; some bound is needed to stay within the calendar.
pub const LONGEST_LIFE_DAYS: i32 = 365;

/// A new pre-signed key. Printing it does not show it.
#[derive(Clone, PartialEq, Eq)]
pub struct PreSigned {
    /// The key: 64 hex characters, in the style of refresh tokens (guess).
    pub token: String,
    /// From when on it is dead.
    pub expires_at: DateTime<Utc>,
    /// As asked for.
    pub scope: String,
}

impl fmt::Debug for PreSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PreSigned")
            .field("scope", &self.scope)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A pre-signed key as the administration sees it: the contract's `PreSignedToken`.
#[derive(Clone, PartialEq, Eq)]
pub struct EndedKey {
    /// The key itself where the caller named it; else its SHA-256 in hex, as the text is not kept (ours).
    pub key: String,
    /// What it was for.
    pub scope: String,
    /// False from now on.
    pub is_valid: bool,
}

/// `generatePreSignedToken`. `scope` is a value of the contract's `PreSignedTokenScope`.
///
/// Errors: 1128 without `CAN_MANAGE_TOKENS`. Guesses: 1131 for an e-mail address that
/// is no user's, and for a number of days below 1 or above [`LONGEST_LIFE_DAYS`].
pub async fn generate<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    viewer: &Viewer,
    email: &str,
    days: i32,
    scope: &str,
) -> Result<PreSigned, Failure> {
    viewer.organisation_with(MANAGE_TOKENS, codes::TOKEN_ADMINISTRATION_REFUSED)?;
    if !(1..=LONGEST_LIFE_DAYS).contains(&days) {
        return Err(codes::PRE_SIGNED_CREATION_REFUSED.into());
    }
    let user = users::by_email(conn, email).await?;
    let user = user.ok_or(codes::PRE_SIGNED_CREATION_REFUSED)?;
    let text = secrets::hex_token(rng);
    let expires_at = now + TimeDelta::days(days.into());
    let kept = PreSignedToken {
        digest: digest(&text),
        user_id: user.id,
        scope: scope.to_owned(),
        created_at: now,
        expires_at,
        invalidated_at: None,
    };
    pre_signed_tokens::insert(conn, &kept).await?;
    Ok(PreSigned { token: text, expires_at, scope: kept.scope })
}

/// `invalidatePreSignedToken`: ends one key. Ending it twice is no error.
///
/// Errors: 1129 without `CAN_MANAGE_TOKENS`, and for an unknown key (guess).
pub async fn invalidate<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    viewer: &Viewer,
    text: &str,
) -> Result<EndedKey, Failure> {
    viewer.organisation_with(MANAGE_TOKENS, codes::PRE_SIGNED_INVALIDATION_REFUSED)?;
    let digest = digest(text);
    let token = pre_signed_tokens::by_digest(conn, &digest).await?;
    let token = token.ok_or(codes::PRE_SIGNED_INVALIDATION_REFUSED)?;
    pre_signed_tokens::invalidate(conn, &digest, now).await?;
    Ok(EndedKey { key: text.to_owned(), scope: token.scope, is_valid: false })
}

/// `invalidatePreSignedTokensForUser`: ends all keys of a user, or those of one scope.
///
/// Errors: 1129 without `CAN_MANAGE_TOKENS`, and for an unknown e-mail address (guess).
pub async fn invalidate_for_user<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    viewer: &Viewer,
    email: &str,
    scope: Option<&str>,
) -> Result<Vec<EndedKey>, Failure> {
    viewer.organisation_with(MANAGE_TOKENS, codes::PRE_SIGNED_INVALIDATION_REFUSED)?;
    let user = users::by_email(conn, email).await?;
    let user = user.ok_or(codes::PRE_SIGNED_INVALIDATION_REFUSED)?;
    let ended = pre_signed_tokens::invalidate_of_user(conn, user.id, scope, now).await?;
    Ok(ended
        .into_iter()
        .map(|token| EndedKey { key: hex::encode(token.digest), scope: token.scope, is_valid: false })
        .collect())
}
