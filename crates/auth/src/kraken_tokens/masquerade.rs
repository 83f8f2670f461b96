//! `masqueradeAuthentication`: somebody of the supplier's staff looks at the API as a customer does.
//!
//! A masquerade token lives ten seconds (documented for Australia's `AccountUserType.masqueradeToken`). The French
//! contract has no field that makes one, so it is the emulator's own `POST /_emulator/masquerade` that calls
//! [`create_token`].

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::UserId;
use kemu_domain::errors::Failure;
use kemu_domain::secrets::digest;
use kemu_domain::tokens::{MasqueradeToken, TokenState};
use kemu_persistence::reads::Reads;
use kemu_persistence::{masquerade_tokens, users};
use rand::CryptoRng;

use super::issue::{Bearer, Issued, Issuer, access_only};
use crate::claims::Grant;
use crate::secrets;

/// How long a masquerade token lives.
pub const MASQUERADE_TOKEN_LIFETIME: TimeDelta = TimeDelta::seconds(10);

/// A new masquerade token for a user: 64 hex characters, in the style of refresh tokens (guess).
pub async fn create_token<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    user_id: UserId,
) -> Result<String, Failure> {
    let text = secrets::hex_token(rng);
    let kept = MasqueradeToken {
        digest: digest(&text),
        user_id,
        expires_at: now + MASQUERADE_TOKEN_LIFETIME,
        used_at: None,
    };
    masquerade_tokens::insert(conn, &kept).await?;
    Ok(text)
}

/// An access token, without a refresh token, for a masquerade token and the id of the user it was made for.
///
/// `None` when they do not fit, have expired or were used: the mutation documents no code for that but answers in its
/// own legacy `errors` list. Guess: a masquerade token works once.
pub async fn authenticate<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    text: &str,
    user_id: &str,
) -> Result<Option<Issued>, Failure> {
    let Ok(user_id) = user_id.parse::<UserId>() else { return Ok(None) };
    let digest = digest(text);
    let fits = masquerade_tokens::by_digest(conn, &digest).await?.is_some_and(|token| {
        secrets::equal(token.digest, digest)
            && token.user_id == user_id
            && token.state(now) == TokenState::Valid
    });
    if !fits || !masquerade_tokens::use_up(conn, &digest, now).await? {
        return Ok(None);
    }
    let user = users::by_id(conn, user_id).await?.filter(|user| user.is_active);
    Ok(user.map(|user| access_only(issuer, now, Bearer::User(&user), Grant::Masquerade, None)))
}
