//! `obtainKrakenToken`: a credential becomes an access token and a refresh token.

use chrono::{DateTime, Utc};
use kemu_domain::errors::{Code, Failure, KrakenError, codes};
use kemu_domain::secrets::digest;
use kemu_domain::tokens::{Owner, RefreshToken, TokenState};
use kemu_domain::users::User;
use kemu_persistence::reads::Reads;
use kemu_persistence::{organisations, pre_signed_tokens, refresh_tokens, users};
use rand::CryptoRng;

use super::credentials::{Credentials, paths};
use super::issue::{Bearer, Issued, Issuer, access_and_refresh, access_only};
use super::revocation;
use crate::claims::Grant;
use crate::{passwords, secrets};

/// Signs somebody in.
///
/// Errors, all VALIDATION "Invalid data." but for the last: 1134 refresh token expired, 1135 unknown or ended, 1138
/// e-mail and password do not match, 1139 API key, 1140 organisation key, 1141 pre-signed key unknown or ended, 1142
/// expired (which of the two is which is a guess), 1146 password expired, 1148 (AUTHORIZATION) MFA enforced.
///
/// Renewal answers the refresh token that was presented, with its original expiry: it is not rotated and not extended
/// (measured in Japan, JP-C, JP-A8), and clients store whatever comes back (FR-APP).
pub async fn obtain<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    credentials: Credentials,
) -> Result<Issued, Failure> {
    let (user, grant) = match credentials {
        Credentials::EmailAndPassword { email, password } => {
            (by_password(conn, &email, &password).await?, Grant::EmailAndPassword)
        }
        Credentials::ApiKey(key) => (by_api_key(conn, &key).await?, Grant::ApiKey),
        Credentials::PreSignedKey(key) => (by_pre_signed_key(conn, now, &key).await?, Grant::PreSignedKey),
        Credentials::RefreshToken(token) => return renew(conn, issuer, now, token).await,
        Credentials::OrganisationSecretKey(key) => {
            let refused = || KrakenError::at(codes::ORGANISATION_KEY_REFUSED, paths::ORGANISATION_SECRET_KEY);
            let found = organisations::by_secret_key_digest(conn, &digest(&key)).await?;
            let organisation = found
                .filter(|organisation| secrets::equal(organisation.secret_key.reveal(), &key))
                .ok_or_else(refused)?;
            let bearer = Bearer::Organisation(&organisation);
            return Ok(
                access_and_refresh(conn, issuer, now, rng, bearer, Grant::OrganizationSecretKey).await?
            );
        }
    };
    Ok(access_and_refresh(conn, issuer, now, rng, Bearer::User(&user), grant).await?)
}

/// An unknown address and a wrong password are one answer, and one amount of work.
pub(crate) async fn by_password<C: Reads>(conn: &C, email: &str, password: &str) -> Result<User, Failure> {
    let found = users::by_email(conn, email).await?;
    let fits = match found.as_ref().and_then(|user| user.password_hash.as_ref()) {
        Some(hash) => passwords::verify(password, hash),
        None => passwords::verify_nobody(password),
    };
    match found {
        Some(user) if fits && user.is_active => may_use_password(user),
        _ => Err(refusal(codes::EMAIL_AND_PASSWORD_REFUSED, paths::EMAIL)),
    }
}

/// Asked after the password was right only, so that a guesser learns nothing from it.
fn may_use_password(user: User) -> Result<User, Failure> {
    if user.password_expired {
        return Err(refusal(codes::PASSWORD_EXPIRED, paths::PASSWORD));
    }
    if user.mfa_enforced {
        return Err(codes::MFA_REQUIRED.into());
    }
    Ok(user)
}

async fn by_api_key<C: Reads>(conn: &C, key: &str) -> Result<User, Failure> {
    let found = users::by_api_key_digest(conn, &digest(key)).await?;
    found
        .filter(|user| user.is_active)
        .filter(|user| user.api_key.as_ref().is_some_and(|own| secrets::equal(own.reveal(), key)))
        .ok_or_else(|| refusal(codes::API_KEY_REFUSED, paths::API_KEY))
}

async fn by_pre_signed_key<C: Reads>(conn: &C, now: DateTime<Utc>, key: &str) -> Result<User, Failure> {
    let refused = || refusal(codes::PRE_SIGNED_KEY_REFUSED, paths::PRE_SIGNED_KEY);
    let digest = digest(key);
    let found = pre_signed_tokens::by_digest(conn, &digest).await?;
    let token = found.filter(|token| secrets::equal(token.digest, digest)).ok_or_else(refused)?;
    match token.state(now) {
        TokenState::Valid => {}
        TokenState::Expired => return Err(refusal(codes::PRE_SIGNED_KEY_EXPIRED, paths::PRE_SIGNED_KEY)),
        TokenState::Invalidated => return Err(refused()),
    }
    users::by_id(conn, token.user_id).await?.filter(|user| user.is_active).ok_or_else(refused)
}

/// A new access token for a refresh token.
async fn renew<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    text: String,
) -> Result<Issued, Failure> {
    let unknown = || refusal(codes::REFRESH_TOKEN_UNKNOWN, paths::REFRESH_TOKEN);
    let digest = digest(&text);
    let found = refresh_tokens::by_digest(conn, &digest).await?;
    let token = found.filter(|token| secrets::equal(token.digest, digest)).ok_or_else(unknown)?;
    match token.state(now) {
        TokenState::Valid => {}
        TokenState::Expired => return Err(refusal(codes::REFRESH_TOKEN_EXPIRED, paths::REFRESH_TOKEN)),
        TokenState::Invalidated => return Err(unknown()),
    }
    let tokens = match token.owner {
        Owner::User(id) => {
            let user = users::by_id(conn, id).await?.filter(|user| user.is_active).ok_or_else(unknown)?;
            if revocation::is_refresh_revoked(&user, &token) {
                return Err(unknown());
            }
            renewed(issuer, now, Bearer::User(&user), &token)
        }
        Owner::Organisation(id) => {
            let organisation = organisations::by_id(conn, id).await?.ok_or_else(unknown)?;
            renewed(issuer, now, Bearer::Organisation(&organisation), &token)
        }
    };
    Ok(Issued { refresh_token: Some(text), ..tokens })
}

fn renewed(issuer: Issuer<'_>, now: DateTime<Utc>, bearer: Bearer<'_>, token: &RefreshToken) -> Issued {
    let signed_in_at = Some(token.signed_in_at.timestamp());
    let tokens = access_only(issuer, now, bearer, Grant::RefreshToken, signed_in_at);
    Issued { refresh_expires_in: Some(token.expires_at.timestamp()), ..tokens }
}

fn refusal(code: Code, input_path: &[&str]) -> Failure {
    KrakenError::at(code, input_path).into()
}
