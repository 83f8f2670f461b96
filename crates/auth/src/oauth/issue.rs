//! What is in OAuth's tokens, and how long they live.

use std::fmt;

use chrono::{DateTime, Utc};
use kemu_domain::oauth::grants::{Grant, Token, TokenKind};
use kemu_domain::oauth::{Client, ErrorCode, Refusal, Scope, Scopes, SigningAlgorithm};
use kemu_domain::secrets::digest;
use kemu_domain::tokens::Owner;
use kemu_domain::users::User;
use kemu_persistence::oauth::tokens;
use kemu_persistence::reads::Reads;
use kemu_persistence::users;
use rand::CryptoRng;

use super::OAuthFailure;
use super::claims::{AccessClaims, ID, IdClaims};
use crate::claims::{ACCESS, Claims, Grant as How, Subject};
use crate::kraken_tokens::{Issuer, revocation};
use crate::{jwt, secrets};

/// What a token request is answered. Printing one shows none of the tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    /// The access token, a JWT.
    pub access_token: String,
    /// How many seconds it lives.
    pub expires_in: i64,
    /// What it is good for.
    pub scopes: Scopes,
    /// The refresh token, if there is one.
    pub refresh_token: Option<String>,
    /// The id_token, if `openid` was granted.
    pub id_token: Option<String>,
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("scopes", &self.scopes).finish_non_exhaustive()
    }
}

/// The refresh token that goes with an access token.
#[derive(Clone, Copy)]
pub(super) enum Refresh<'a> {
    /// None.
    Without,
    /// A new one that lives until then.
    New(DateTime<Utc>),
    /// The one that was presented.
    Same(&'a str),
}

/// What is issued.
#[derive(Clone, Copy)]
pub(super) struct Order<'a> {
    pub(super) client: &'a Client,
    pub(super) grant: &'a Grant,
    /// At most what was granted.
    pub(super) scopes: &'a Scopes,
    pub(super) how: How,
    pub(super) refresh: Refresh<'a>,
    /// Of the request; an id_token that was got by refreshing has none.
    pub(super) nonce: Option<&'a str>,
}

impl<'a> Order<'a> {
    /// The first tokens of a grant: for all of it, and with a refresh token. It lives as long as its client's do, counted
    /// from now, however often it is renewed. Guess, after the GraphQL ones, which were measured not to be extended (JP-C).
    pub(super) fn first(client: &'a Client, grant: &'a Grant, how: How, now: DateTime<Utc>) -> Self {
        let ends = instant(now.timestamp()) + client.settings.refresh_token_lifetime();
        Self { client, grant, scopes: &grant.scopes, how, refresh: Refresh::New(ends), nonce: None }
    }
}

/// Issues tokens from a grant. Refused (`invalid_grant`) where the person is gone or has ended all sign-ins since.
pub(super) async fn issue<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    order: Order<'_>,
) -> Result<Tokens, OAuthFailure> {
    let Order { client, grant, scopes, .. } = order;
    let user = owner(conn, grant).await?;
    let iat = user.as_ref().map_or(now.timestamp(), |user| revocation::issue_second(user, now));
    let claims = AccessClaims {
        kraken: Claims {
            sub: subject(grant.owner).to_string(),
            gty: order.how,
            email: user.map(|user| user.email),
            token_use: ACCESS.to_owned(),
            iss: issuer.url.to_owned(),
            iat,
            exp: iat + client.settings.access_token_lifetime().num_seconds(),
            orig_iat: grant.auth_time.timestamp(),
        },
        client_id: client.id.to_string(),
        scope: scopes.to_string(),
        jti: secrets::hex_token(rng),
    };
    let access_token = jwt::sign(issuer.keys, &claims);
    keep(conn, grant, TokenKind::Access, &access_token, scopes, instant(claims.kraken.exp)).await?;
    let refresh_token = match order.refresh {
        Refresh::Without => None,
        Refresh::Same(text) => Some(text.to_owned()),
        Refresh::New(expires_at) => {
            let text = secrets::hex_token(rng);
            keep(conn, grant, TokenKind::Refresh, &text, &grant.scopes, expires_at).await?;
            Some(text)
        }
    };
    let id_token = scopes.contains(Scope::Openid).then(|| id_token(issuer, &claims.kraken, order));
    let expires_in = claims.kraken.exp - now.timestamp();
    Ok(Tokens { access_token, expires_in, scopes: scopes.clone(), refresh_token, id_token })
}

/// The person of a grant, who must still be one who may have tokens of it.
async fn owner<C: Reads>(conn: &C, grant: &Grant) -> Result<Option<User>, OAuthFailure> {
    let Some(id) = grant.user() else { return Ok(None) };
    let found = users::by_id(conn, id).await?.filter(|user| user.is_active);
    let stays = found.filter(|user| !revocation::is_revoked(user, grant.created_at.timestamp()));
    let refused = || {
        Refusal::new(
            ErrorCode::InvalidGrant,
            "the person",
            "one who may sign in and has not ended all sign-ins since",
            "another",
        )
    };
    Ok(Some(stays.ok_or_else(refused)?))
}

async fn keep<C: Reads>(
    conn: &C,
    grant: &Grant,
    kind: TokenKind,
    text: &str,
    scopes: &Scopes,
    expires_at: DateTime<Utc>,
) -> kemu_persistence::Result<()> {
    let token = Token {
        digest: digest(text),
        grant_id: grant.id.clone(),
        kind,
        scopes: scopes.clone(),
        expires_at,
        ended_at: None,
    };
    tokens::insert(conn, &token).await
}

fn id_token(issuer: Issuer<'_>, access: &Claims, order: Order<'_>) -> String {
    let claims = IdClaims {
        iss: access.iss.clone(),
        sub: access.sub.clone(),
        aud: order.client.id.to_string(),
        exp: access.exp,
        iat: access.iat,
        auth_time: order.grant.auth_time.timestamp(),
        nonce: order.nonce.map(str::to_owned),
        token_use: ID,
    };
    match (order.client.settings.id_token_algorithm, &order.client.signing_secret) {
        (SigningAlgorithm::HS256, Some(secret)) => jwt::sign_hs256(secret.reveal().as_bytes(), &claims),
        _ => jwt::sign(issuer.keys, &claims),
    }
}

/// `sub` of whoever a grant is of.
pub fn subject(owner: Owner) -> Subject {
    match owner {
        Owner::User(id) => Subject::AccountUser(id),
        Owner::Organisation(id) => Subject::Organisation(id),
    }
}

/// A new grant. Its times are whole seconds, as tokens tell them.
pub(super) fn new_grant(
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    client: &Client,
    owner: Owner,
    scopes: Scopes,
) -> Grant {
    let second = instant(now.timestamp());
    Grant {
        id: secrets::hex_token(rng),
        client_id: client.id.clone(),
        owner,
        scopes,
        auth_time: second,
        nonce: None,
        created_at: second,
        revoked_at: None,
    }
}

/// The instant of a second.
pub(super) fn instant(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).expect("the second of a representable instant")
}
