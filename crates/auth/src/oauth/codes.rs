//! Authorization codes (RFC 6749 section 4.1): made when a person has allowed an application, redeemed once.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::grants::{CODE_LIFETIME, Code, Grant};
use kemu_domain::oauth::refusals::cut;
use kemu_domain::oauth::{Client, ClientGrant, ErrorCode, Refusal, Scopes, redirects};
use kemu_domain::secrets::digest;
use kemu_domain::tokens::Owner;
use kemu_domain::users::User;
use kemu_persistence::oauth::{codes, grants};
use kemu_persistence::reads::Reads;
use rand::CryptoRng;

use super::issue::{Order, Tokens, instant, issue, new_grant};
use super::{KEPT, OAuthFailure, not_registered, pkce};
use crate::claims::Grant as How;
use crate::kraken_tokens::{Issuer, revocation};
use crate::secrets;

/// What a person allowed.
pub struct Allowed<'a> {
    /// The application.
    pub client: &'a Client,
    /// The person.
    pub user: &'a User,
    /// When they signed in.
    pub signed_in_at: DateTime<Utc>,
    /// For what.
    pub scopes: Scopes,
    /// `redirect_uri` of the request, if it had one.
    pub redirect_uri: Option<String>,
    /// The PKCE challenge.
    pub challenge: Option<String>,
    /// `nonce` of the request.
    pub nonce: Option<String>,
}

/// Makes the code that a person is sent back with.
pub async fn make<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    allowed: Allowed<'_>,
) -> kemu_persistence::Result<String> {
    let Allowed { client, user, signed_in_at, scopes, redirect_uri, challenge, nonce } = allowed;
    let grant = Grant {
        auth_time: signed_in_at,
        nonce,
        // After a revocation in this very second, the first second that is good again.
        created_at: instant(revocation::issue_second(user, now)),
        ..new_grant(now, rng, client, Owner::User(user.id), scopes)
    };
    grants::insert(conn, &grant).await?;
    codes::forget(conn, now - KEPT).await?;
    let text = secrets::hex_token(rng);
    let code = Code {
        digest: digest(&text),
        grant_id: grant.id,
        redirect_uri,
        challenge,
        expires_at: now + CODE_LIFETIME,
        used_at: None,
    };
    codes::insert(conn, &code).await?;
    Ok(text)
}

/// What a token request brings to redeem a code.
#[derive(Clone, Copy)]
pub struct Redemption<'a> {
    /// `code`.
    pub code: Option<&'a str>,
    /// `redirect_uri`.
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`.
    pub verifier: Option<&'a str>,
}

const CHECK: &str = "authorization code";

/// A code becomes tokens. The client has authenticated itself.
///
/// Refusals: `unauthorized_client`, `invalid_request`, `invalid_grant`. A code that comes a second time ends everything
/// that it issued. One that comes from another client, or without the right verifier, stays as it is: whoever stole it
/// must not be able to burn it.
pub async fn redeem<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    client: &Client,
    request: Redemption<'_>,
) -> Result<Tokens, OAuthFailure> {
    if client.settings.grant != ClientGrant::AuthorizationCode {
        return Err(not_registered(client, "authorization-code").into());
    }
    let missing =
        || Refusal::new(ErrorCode::InvalidRequest, CHECK, "code", "none").saying("Missing code parameter.");
    let text = request.code.ok_or_else(missing)?;
    let refused = |expected: &str, came: String| Refusal::new(ErrorCode::InvalidGrant, CHECK, expected, came);
    let unknown = || refused("a code that was issued here", cut(text));
    let wanted = digest(text);
    let found = codes::by_digest(conn, &wanted).await?;
    let code = found.filter(|code| secrets::equal(code.digest, wanted)).ok_or_else(unknown)?;
    let grant = grants::by_id(conn, &code.grant_id).await?.ok_or_else(unknown)?;
    if grant.client_id != client.id {
        return Err(refused(
            "a code of this client",
            format!("one that another client got, from {}", client.name),
        )
        .into());
    }
    if code.used_at.is_some() {
        return Err(reused(conn, now, &grant).await?.into());
    }
    if code.expires_at <= now {
        return Err(refused(
            "a code of the last 60 seconds",
            format!("one that ended at {}", code.expires_at),
        )
        .into());
    }
    if grant.revoked_at.is_some() {
        return Err(refused("a code whose grant stands", "one whose grant was ended".into()).into());
    }
    redirect_fits(client, &code, request.redirect_uri)?;
    pkce::verify(code.challenge.as_deref(), request.verifier)?;
    // Whoever asks at the same moment finds it used up.
    if !codes::consume(conn, &wanted, now).await? {
        return Err(reused(conn, now, &grant).await?.into());
    }
    let order =
        Order { nonce: grant.nonce.as_deref(), ..Order::first(client, &grant, How::AuthorizationCode, now) };
    issue(conn, issuer, now, rng, order).await
}

/// A code that was used already ends what it issued (RFC 6749 section 4.1.2).
async fn reused<C: Reads>(conn: &C, now: DateTime<Utc>, grant: &Grant) -> Result<Refusal, OAuthFailure> {
    grants::revoke(conn, &grant.id, now).await?;
    let came = "one that was used before; everything that it issued has been ended";
    Ok(Refusal::new(ErrorCode::InvalidGrant, CHECK, "a code that is used once", came))
}

fn redirect_fits(client: &Client, code: &Code, requested: Option<&str>) -> Result<(), Refusal> {
    const CHECK: &str = "redirect_uri at the token endpoint";
    let mismatch = |expected: String, came: &str| {
        Refusal::new(ErrorCode::InvalidGrant, CHECK, expected, came).saying("Mismatching redirect URI.")
    };
    match (&code.redirect_uri, requested) {
        (Some(_), None) => Err(Refusal::new(ErrorCode::InvalidRequest, CHECK, "redirect_uri", "none")
            .saying("Missing redirect URI.")),
        (Some(asked), Some(requested)) if asked != requested => {
            Err(mismatch(format!("the one of the authorization request, {asked}"), requested))
        }
        (None, Some(requested)) => {
            let registered = &client.settings.redirect_uris;
            if registered.iter().any(|uri| redirects::fits(uri, requested)) {
                Ok(())
            } else {
                Err(mismatch(format!("none, or the registered {}", registered.join(" ")), requested))
            }
        }
        _ => Ok(()),
    }
}
