//! OAuth: each request to the auth site becomes one transaction. The rules are `kemu-auth`'s.
//!
//! A refusal is committed too: a code that comes twice ends what it issued, and that must stay.

pub mod refusals;

use chrono::{DateTime, Utc};
use kemu_auth::oauth::access::{Access, AccessFailure, access};
use kemu_auth::oauth::client_authentication::{Presented, authenticate_client};
use kemu_auth::oauth::codes::Redemption;
use kemu_auth::oauth::revoke::Revoked;
use kemu_auth::oauth::{OAuthFailure, Tokens, client_credentials, codes, refresh, revoke};
use kemu_auth::{Issuer, IssuerNames};

use crate::sandbox::Sandbox;

/// Runs one step in a transaction of its own, which is thrown away on a fault alone: unlike those of Kraken's tokens, where a
/// refusal changes nothing.
macro_rules! keeping_refusals {
    ($sandbox:expr, |$connection:ident| $work:expr) => {{
        let transaction = $sandbox.store.begin().await?;
        let result: Result<_, OAuthFailure> = {
            let $connection = &*transaction;
            $work.await
        };
        if !matches!(result, Err(OAuthFailure::Fault(_))) {
            transaction.commit().await?;
        }
        result
    }};
}

pub mod at_the_api;
pub mod clients;
pub mod devices;
pub mod people;

/// The auth site as a request meets it.
#[derive(Clone, Copy)]
pub struct AuthSite<'a> {
    /// The world.
    pub sandbox: &'a Sandbox,
    /// Who issues its tokens: `<base>/token/`.
    pub issuer: &'a IssuerNames,
    /// The time of the request.
    pub now: DateTime<Utc>,
}

/// What a token request asks for, by `grant_type`.
#[derive(Clone, Copy)]
pub enum TokenRequest<'a> {
    /// `authorization_code`
    Code(Redemption<'a>),
    /// `refresh_token`: the token, and `scope`.
    Refresh(Option<&'a str>, Option<&'a str>),
    /// `client_credentials`: `scope`.
    ClientCredentials(Option<&'a str>),
    /// `urn:ietf:params:oauth:grant-type:device_code`: the device code.
    Device(Option<&'a str>),
}

impl AuthSite<'_> {
    /// Who signs its tokens.
    pub fn signer(&self) -> Issuer<'_> {
        self.issuer.with(&self.sandbox.keys)
    }

    /// Answers a token request: first who asks, then what for.
    pub async fn token(
        &self,
        presented: Presented<'_>,
        request: TokenRequest<'_>,
    ) -> Result<Tokens, OAuthFailure> {
        let client = authenticate_client(&self.sandbox.store.reader(), presented).await?;
        let (issuer, now) = (self.signer(), self.now);
        let mut rng = self.sandbox.fork_rng();
        keeping_refusals!(self.sandbox, |connection| async {
            let rng = &mut rng;
            match request {
                TokenRequest::Code(code) => codes::redeem(connection, issuer, now, rng, &client, code).await,
                TokenRequest::Refresh(token, scope) => {
                    refresh::renew(connection, issuer, now, rng, &client, (token, scope)).await
                }
                TokenRequest::ClientCredentials(scope) => {
                    client_credentials::obtain(connection, issuer, now, rng, &client, scope).await
                }
                TokenRequest::Device(code) => {
                    kemu_auth::oauth::devices::poll(connection, issuer, now, rng, &client, code).await
                }
            }
        })
    }

    /// Ends a token.
    pub async fn revoke(
        &self,
        presented: Presented<'_>,
        token: Option<&str>,
    ) -> Result<Revoked, OAuthFailure> {
        let client = authenticate_client(&self.sandbox.store.reader(), presented).await?;
        keeping_refusals!(self.sandbox, |connection| revoke::revoke(connection, self.now, &client, token))
    }

    /// What an access token is good for.
    pub async fn access(&self, token: &str) -> Result<Access, AccessFailure> {
        access(&self.sandbox.store.reader(), self.signer(), self.now, token).await
    }
}
