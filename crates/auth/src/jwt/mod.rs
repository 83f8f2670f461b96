//! JSON web tokens: signing, and verification with every trap of `jsonwebtoken` closed.
//!
//! The library checks the signature, the algorithm, the issuer and that the claims we need are there. It does not
//! check time (it would read the wall clock, and allows 60 s of leeway), nor what a token is *for*; both are done
//! here. `tests.rs` pins each trap.
//!
//! Which refusal becomes which code is said once, in [`Rejection::code`]. Measured: 1124 (expired) and 1143 (no
//! credential); documented: 1125, 1126, 1127, 1162, 1163; the borders between them are guesses, see there.

#[cfg(test)]
mod oauth_tests;
#[cfg(test)]
mod tests;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, Validation};
use kemu_domain::errors::{Code, codes};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};

use crate::Issuer;
use crate::claims::{ACCESS, Claims};
use crate::keys::SigningKeys;
use crate::oauth::claims::{AccessClaims, ID};

/// Why a token is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rejection {
    /// Not three parts of which the first two are JSON objects.
    NotAToken,
    /// A token, but not one of the kind we issue: another algorithm, missing or odd claims, not yet valid, made for
    /// another audience or another use.
    Unacceptable,
    /// Signed with a key that we do not publish.
    UnknownKey,
    /// The signature does not fit.
    BadSignature,
    /// Of another issuer.
    WrongIssuer,
    /// Its time is over.
    Expired,
}

impl Rejection {
    /// The code for a token in the `Authorization` header.
    pub fn code(self) -> Code {
        match self {
            Self::NotAToken => codes::HEADER_NOT_A_CREDENTIAL,
            Self::Unacceptable => codes::TOKEN_INVALID,
            Self::UnknownKey => codes::TOKEN_KEY_ROTATED,
            Self::BadSignature => codes::TOKEN_SIGNATURE_WRONG,
            Self::WrongIssuer => codes::TOKEN_ISSUER_WRONG,
            Self::Expired => codes::TOKEN_EXPIRED,
        }
    }
}

/// Signs `claims` as an RS256 token with the active key.
pub fn sign(keys: &SigningKeys, claims: &impl Serialize) -> String {
    let header = serde_json::json!({ "alg": "RS256", "kid": keys.kid(), "typ": "JWT" });
    let claims = serde_json::to_vec(claims).expect("claims are plain structs with text keys");
    let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = keys.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

/// Signs `claims` as an HS256 token: id_tokens of applications that are registered so.
pub fn sign_hs256(secret: &[u8], claims: &impl Serialize) -> String {
    let header = serde_json::json!({ "alg": "HS256", "typ": "JWT" });
    let claims = serde_json::to_vec(claims).expect("claims are plain structs with text keys");
    let mut token = URL_SAFE_NO_PAD.encode(header.to_string());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    token
}

/// Verifies an OAuth access token at the time `now`, as [`verify`] does with a Kraken token. Whether it was revoked is
/// for [`access`](crate::oauth::access) to say.
pub fn verify_access(issuer: Issuer<'_>, now: DateTime<Utc>, token: &str) -> Result<AccessClaims, Rejection> {
    // The issuer is looked at before the claims that only our own tokens have.
    let received: Received<serde_json::Value> = verify_signed(issuer, token)?;
    let claims: AccessClaims =
        serde_json::from_value(received.claims.clone()).map_err(|_| Rejection::Unacceptable)?;
    received.check(&claims.kraken.token_use, claims.kraken.exp, now.timestamp())?;
    Ok(claims)
}

/// What a token says under this name, whoever made it: nothing that anybody may rely on.
pub fn claimed(token: &str, name: &str) -> Option<String> {
    let claims: serde_json::Map<String, serde_json::Value> = json_part(token.split('.').nth(1)?).ok()?;
    Some(claims.get(name)?.as_str()?.to_owned())
}

/// Whom an id_token names, and to which application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdHint {
    /// Who signed in, as in access tokens.
    pub sub: String,
    /// The application.
    pub aud: String,
}

/// Verifies an id_token of ours, whatever its age. It is signed with our key, or, given the secret of its application,
/// with that one.
pub fn verify_id_hint(issuer: Issuer<'_>, secret: Option<&[u8]>, token: &str) -> Result<IdHint, Rejection> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Claimed {
        iss: String,
        sub: String,
        aud: String,
        token_use: String,
    }
    let claimed: Claimed = match secret {
        Some(secret) => verify_hs256(secret, token)?,
        None => {
            let mut validation = validation(issuer);
            validation.validate_aud = false;
            verify_signed_as(issuer.keys, &validation, token)?
        }
    };
    if !issuer.is(&claimed.iss) {
        return Err(Rejection::WrongIssuer);
    }
    let Claimed { sub, aud, token_use, .. } = claimed;
    if token_use == ID { Ok(IdHint { sub, aud }) } else { Err(Rejection::Unacceptable) }
}

/// The claims of an HS256 token that was signed with the secret; nothing else is looked at.
fn verify_hs256<T: DeserializeOwned>(secret: &[u8], token: &str) -> Result<T, Rejection> {
    let header = header(token)?;
    if header.alg != "HS256" || header.crit.is_some() {
        return Err(Rejection::Unacceptable);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(Rejection::NotAToken)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Rejection::BadSignature)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, signed.as_bytes(), &signature).map_err(|_| Rejection::BadSignature)?;
    let claims = signed.split('.').nth(1).ok_or(Rejection::NotAToken)?;
    json_part(claims).map_err(|_| Rejection::Unacceptable)
}

/// Verifies a Kraken token at the time `now`. Whether it was revoked is for [`viewer`](crate::viewer) to say.
///
/// A token is dead from the second of its `exp` on, so one of 60 minutes lives exactly 60 minutes. `iat` in the
/// future is accepted: a sandbox's clock may be set back.
pub fn verify(issuer: Issuer<'_>, now: DateTime<Utc>, token: &str) -> Result<Claims, Rejection> {
    let (keys, now) = (issuer.keys, now.timestamp());
    // A signature that was right once stays right: only the time has to be looked at again. Whether the token was
    // revoked since is asked of the store each time.
    if let Some(claims) = keys.verified.get(token).filter(|claims| issuer.is(&claims.iss)) {
        return if claims.exp <= now { Err(Rejection::Expired) } else { Ok(claims) };
    }
    let received: Received<Claims> = verify_signed(issuer, token)?;
    received.check(&received.claims.token_use, received.claims.exp, now)?;
    if received.nbf.is_none() {
        keys.verified.insert(token.into(), received.claims.clone());
    }
    Ok(received.claims)
}

/// The claims as received: ours, and those that we never issue but must not overlook.
#[derive(Deserialize)]
struct Received<T> {
    #[serde(flatten)]
    claims: T,
    nbf: Option<i64>,
    aud: Option<IgnoredAny>,
}

impl<T> Received<T> {
    /// What the library does not check: use, times, and that there is no audience.
    fn check(&self, token_use: &str, exp: i64, now: i64) -> Result<(), Rejection> {
        if token_use != ACCESS || self.nbf.is_some_and(|not_before| not_before > now) {
            return Err(Rejection::Unacceptable);
        }
        // `jsonwebtoken` refuses a wrong audience but lets pass one that is neither text nor a list. Kraken tokens have
        // none; one that has is meant for somebody else (RFC 7519 section 4.1.3).
        if self.aud.is_some() {
            return Err(Rejection::Unacceptable);
        }
        if exp <= now { Err(Rejection::Expired) } else { Ok(()) }
    }
}

/// What of a token's header matters here; `jku`, `jwk`, `x5u` … are never looked at.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
}

/// Signature, key, issuer and presence of the claims, but neither time nor use.
fn verify_signed<T: DeserializeOwned>(issuer: Issuer<'_>, token: &str) -> Result<T, Rejection> {
    verify_signed_as(issuer.keys, &validation(issuer), token)
}

fn verify_signed_as<T: DeserializeOwned>(
    keys: &SigningKeys,
    validation: &Validation,
    token: &str,
) -> Result<T, Rejection> {
    let header = header(token)?;
    // Checked before the key is touched: what `alg` says must never choose how a key is used (RFC 8725 section 3.1).
    // `crit` names extensions that must be understood, and we understand none (RFC 7515 section 4.1.11).
    let is_jwt = header.typ.is_none_or(|typ| typ.eq_ignore_ascii_case("JWT"));
    if header.alg != "RS256" || header.crit.is_some() || !is_jwt {
        return Err(Rejection::Unacceptable);
    }
    // Guess: a token that names no key at all is none of ours rather than one from before a rotation.
    let kid = header.kid.ok_or(Rejection::Unacceptable)?;
    let key = keys.verifying(&kid).ok_or(Rejection::UnknownKey)?;
    match jsonwebtoken::decode(token, key, validation) {
        Ok(data) => Ok(data.claims),
        Err(error) => Err(match error.kind() {
            // Base64 is left over for the signature alone, `header` has decoded the other two parts.
            ErrorKind::InvalidSignature | ErrorKind::Base64(_) => Rejection::BadSignature,
            ErrorKind::InvalidIssuer => Rejection::WrongIssuer,
            _ => Rejection::Unacceptable,
        }),
    }
}

/// The library's checks. Time is off because it would mean the wall clock; [`verify`] does it.
fn validation(issuer: Issuer<'_>) -> Validation {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&issuer.names().collect::<Vec<_>>());
    // `set_issuer` alone lets a token without `iss` pass (Keats/jsonwebtoken#493).
    validation.set_required_spec_claims(&["sub", "iss", "exp"]);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.leeway = 0;
    validation
}

/// The header of a token; a text that does not have the shape of one is [`Rejection::NotAToken`].
fn header(token: &str) -> Result<Header, Rejection> {
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(_signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Rejection::NotAToken);
    };
    let _claims: serde_json::Map<String, serde_json::Value> = json_part(claims)?;
    json_part(header)
}

fn json_part<T: DeserializeOwned>(part: &str) -> Result<T, Rejection> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| Rejection::NotAToken)?;
    serde_json::from_slice(&bytes).map_err(|_| Rejection::NotAToken)
}
