//! `forceReauthentication`: every token issued before it dies, none issued after it does.
//!
//! Access tokens are not kept, so they are revoked by time: a user has `tokens_valid_from`, and a token whose `iat`
//! lies before it is revoked (KT-CT-1162). `iat` counts whole seconds (measured), so a second in which both a sign-in
//! and a revocation happen needs care. The rule:
//!
//! * a revocation in second *s* sets `tokens_valid_from` to *s + 1*: whatever was issued in *s* so far has `iat = s`
//!   and dies;
//! * a token issued later in *s* gets `iat = s + 1`, the earliest second that is still valid. It claims to be up to
//!   one second younger than it is, and lives its 60 minutes from there;
//! * a second revocation in *s* moves on to *s + 2*, as the tokens with `iat = s + 1` must die too.
//!
//! Refresh tokens are kept, and are marked; besides, those of the user's own whose sign-in lies before
//! `tokens_valid_from` count as invalidated, so a sign-in that was under way during the revocation gains nothing.
//!
//! Measured (UK-PQ): a new API key leaves refresh tokens alone. Documented (ANN-79): a changed e-mail address or
//! password kills them: use [`force_reauthentication`] there, with third parties.

use chrono::{DateTime, Utc};
use kemu_domain::UserId;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::tokens::RefreshToken;
use kemu_domain::users::User;
use kemu_persistence::reads::Reads;
use kemu_persistence::{refresh_tokens, users};

/// Ends all of a user's Kraken and refresh tokens issued until now, and returns the instant from which on that holds
/// (`effectiveAt`).
///
/// Guess about `include_third_parties`: without it, the long-lived refresh tokens that organisations hold for the user
/// live on; Kraken tokens got with them die like the others (nothing in a token tells them apart), so that a third
/// party merely has to renew.
pub async fn force_reauthentication<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    user_id: UserId,
    include_third_parties: bool,
) -> Result<DateTime<Utc>, Failure> {
    // Read afresh: the viewer's copy may be older than the last revocation.
    let user = users::by_id(conn, user_id).await?.ok_or(codes::TOKEN_REVOKED)?;
    let valid_from = DateTime::from_timestamp(issue_second(&user, now) + 1, 0)
        .ok_or_else(|| Failure::internal("the clock of this world is at the end of time"))?;
    users::set_tokens_valid_from(conn, user_id, valid_from).await?;
    refresh_tokens::invalidate_of_user(conn, user_id, include_third_parties, now).await?;
    Ok(now)
}

/// `iat` of a token issued to `user` at `now`: this second, or the first valid one when that is yet to come.
pub(crate) fn issue_second(user: &User, now: DateTime<Utc>) -> i64 {
    now.timestamp().max(valid_from_second(user))
}

/// Whether an access token of `user` issued in the second `iat` was revoked since.
pub(crate) fn is_revoked(user: &User, iat: i64) -> bool {
    iat < valid_from_second(user)
}

/// The same for a refresh token of the user's own.
pub(super) fn is_refresh_revoked(user: &User, token: &RefreshToken) -> bool {
    token.third_party.is_none() && is_revoked(user, token.signed_in_at.timestamp())
}

/// The first second whose tokens are valid. We write whole seconds; an instant within a second, from elsewhere, spares
/// only the seconds after it.
fn valid_from_second(user: &User) -> i64 {
    user.tokens_valid_from
        .map_or(i64::MIN, |instant| instant.timestamp() + i64::from(instant.timestamp_subsec_nanos() > 0))
}
