//! Long-lived refresh tokens, and the end of refresh tokens.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::errors::{Code, Failure, codes};
use kemu_domain::secrets::digest;
use kemu_domain::tokens::{RefreshToken, TokenState};
use kemu_persistence::reads::Reads;
use kemu_persistence::{refresh_tokens, users};
use rand::CryptoRng;

use super::Issuer;
use super::issue::{Bearer, new_refresh_token};
use super::revocation;
use crate::claims::Subject;
use crate::jwt::{self, Rejection};
use crate::viewer::{MANAGE_TOKENS, Viewer};

/// A long-lived refresh token lives a year. Guess: Kraken's lifetime is a setting; six to twelve months were seen in
/// Italy (kraken-facts 2.8).
pub const LONG_LIVED_LIFETIME: TimeDelta = TimeDelta::days(365);

/// A long-lived refresh token as its holder gets it.
#[derive(Clone, PartialEq, Eq)]
pub struct LongLived {
    /// The token.
    pub refresh_token: String,
    /// Absolute Unix seconds, like `refreshExpiresIn` of a sign-in.
    pub refresh_expires_in: i64,
}

/// A refresh token as the administration sees it: the contract's `RefreshToken`.
#[derive(Clone, PartialEq, Eq)]
pub struct EndedToken {
    /// The token itself where the caller named it; else its SHA-256 in hex, as the text is not kept (ours).
    pub key: String,
    /// When it expires or would have expired.
    pub expiry: DateTime<Utc>,
    /// False from now on.
    pub is_valid: bool,
}

/// `obtainLongLivedRefreshToken`: an organisation exchanges a customer's Kraken token for a refresh token that lasts.
///
/// Errors: 1132 for anybody but an organisation (measured for an ordinary French customer, FR-APP); 1120 the Kraken
/// token has expired; 1121 it is none, or not one we accept (guess: revoked ones included); 1122 it is not an account
/// user's.
pub async fn obtain_long_lived<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    viewer: &Viewer,
    kraken_token: &str,
) -> Result<LongLived, Failure> {
    let organisation = viewer.organisation().ok_or(match viewer {
        Viewer::Anonymous => codes::HEADER_MISSING,
        Viewer::Customer(_) | Viewer::Organisation(_) => codes::LONG_LIVED_REFUSED,
    })?;
    let claims = jwt::verify(issuer, now, kraken_token).map_err(refusal)?;
    let Ok(Subject::AccountUser(user_id)) = claims.sub.parse() else {
        return Err(codes::NOT_AN_ACCOUNT_USERS_TOKEN.into());
    };
    let user = users::by_id(conn, user_id)
        .await?
        .filter(|user| user.is_active && !revocation::is_revoked(user, claims.iat))
        .ok_or(codes::NOT_A_KRAKEN_TOKEN)?;
    let (text, kept) = new_refresh_token(now, rng, Bearer::User(&user), LONG_LIVED_LIFETIME);
    let kept = RefreshToken { third_party: Some(organisation.id), ..kept };
    refresh_tokens::insert(conn, &kept).await?;
    Ok(LongLived { refresh_token: text, refresh_expires_in: kept.expires_at.timestamp() })
}

/// The code for a Kraken token handed in as a value.
fn refusal(rejection: Rejection) -> Code {
    match rejection {
        Rejection::Expired => codes::KRAKEN_TOKEN_EXPIRED,
        Rejection::NotAToken
        | Rejection::Unacceptable
        | Rejection::UnknownKey
        | Rejection::BadSignature
        | Rejection::WrongIssuer => codes::NOT_A_KRAKEN_TOKEN,
    }
}

/// `invalidateRefreshToken`: ends one refresh token. Ending it twice is no error.
///
/// Errors: 1111 for a customer (measured in Japan, JP-A8) and for an organisation without `CAN_MANAGE_TOKENS`; 1130 for
/// a token that is unknown (guess).
pub async fn invalidate<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    viewer: &Viewer,
    text: &str,
) -> Result<EndedToken, Failure> {
    viewer.organisation_with(MANAGE_TOKENS, codes::UNAUTHORIZED)?;
    let digest = digest(text);
    let token = refresh_tokens::by_digest(conn, &digest).await?;
    let token = token.ok_or(codes::REFRESH_INVALIDATION_REFUSED)?;
    refresh_tokens::invalidate(conn, &digest, now).await?;
    Ok(EndedToken { key: text.to_owned(), expiry: token.expires_at, is_valid: false })
}

/// `invalidateRefreshTokensForUser`: ends all refresh tokens that sign a user in, long-lived ones included, and returns
/// those that were still good.
///
/// Errors: 1128 without `CAN_MANAGE_TOKENS`. Guess: an unknown e-mail address is 1128
/// too, so that the field does not tell who is a customer.
pub async fn invalidate_for_user<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    viewer: &Viewer,
    email: &str,
) -> Result<Vec<EndedToken>, Failure> {
    viewer.organisation_with(MANAGE_TOKENS, codes::TOKEN_ADMINISTRATION_REFUSED)?;
    let user = users::by_email(conn, email).await?;
    let user = user.ok_or(codes::TOKEN_ADMINISTRATION_REFUSED)?;
    let ended = refresh_tokens::invalidate_of_user(conn, user.id, true, now).await?;
    let was_good = |token: &RefreshToken| {
        RefreshToken { invalidated_at: None, ..token.clone() }.state(now) == TokenState::Valid
    };
    Ok(ended
        .into_iter()
        .filter(was_good)
        .map(|token| EndedToken { key: hex::encode(token.digest), expiry: token.expires_at, is_valid: false })
        .collect())
}
