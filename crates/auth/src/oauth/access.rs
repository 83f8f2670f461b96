//! What an access token is good for: the signature and the claims say whose it was when it was issued, the store
//! whether that still holds.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::errors::{Code, codes};
use kemu_domain::oauth::grants::{Grant, TokenKind};
use kemu_domain::oauth::{Client, Scopes};
use kemu_domain::organisations::Organisation;
use kemu_domain::secrets::digest;
use kemu_domain::tokens::Owner;
use kemu_domain::users::User;
use kemu_persistence::oauth::{clients, grants, tokens};
use kemu_persistence::reads::Reads;
use kemu_persistence::{organisations, users};

use super::claims::AccessClaims;
use super::issue::subject;
use crate::jwt::{self, Rejection};
use crate::kraken_tokens::{Issuer, revocation};
use crate::viewer::{Customer, ThirdParty, Viewer};

/// An access token that is good.
#[derive(Debug, Clone)]
pub struct Access {
    /// What it says.
    pub claims: AccessClaims,
    /// The grant it goes back to.
    pub grant: Grant,
    /// The application that has it.
    pub client: Client,
    /// What it is good for.
    pub scopes: Scopes,
    bearer: Bearer,
}

#[derive(Debug, Clone)]
enum Bearer {
    User(Box<User>),
    Organisation(Organisation),
}

/// The application that a viewer came through, and what it may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub client_id: kemu_domain::ClientId,
    /// What its token is good for.
    pub scopes: Scopes,
}

/// Why an access token is not accepted.
#[derive(Debug)]
pub enum AccessFailure {
    /// The token itself.
    Token(Rejection),
    /// It was good once: revoked, or its application or person is gone.
    Revoked,
    /// A fault of ours.
    Fault(kemu_persistence::Error),
}

impl AccessFailure {
    /// The code at the GraphQL API, and the cause of a fault.
    pub fn code(self) -> Result<Code, kemu_persistence::Error> {
        match self {
            Self::Token(rejection) => Ok(rejection.code()),
            Self::Revoked => Ok(codes::TOKEN_REVOKED),
            Self::Fault(cause) => Err(cause),
        }
    }
}

impl From<kemu_persistence::Error> for AccessFailure {
    fn from(cause: kemu_persistence::Error) -> Self {
        Self::Fault(cause)
    }
}

/// Verifies an access token at the time `now`.
pub async fn access<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    token: &str,
) -> Result<Access, AccessFailure> {
    let claims = jwt::verify_access(issuer, now, token).map_err(AccessFailure::Token)?;
    let kept = tokens::by_digest(conn, &digest(token)).await?;
    let kept = kept.filter(|kept| kept.kind == TokenKind::Access && kept.ended_at.is_none());
    let kept = kept.ok_or(AccessFailure::Revoked)?;
    let grant = grants::by_id(conn, &kept.grant_id).await?.filter(|grant| grant.revoked_at.is_none());
    let grant = grant.ok_or(AccessFailure::Revoked)?;
    let client = clients::by_id(conn, &grant.client_id).await?.ok_or(AccessFailure::Revoked)?;
    if claims.kraken.sub != subject(grant.owner).to_string() || claims.client_id != client.id.as_str() {
        return Err(AccessFailure::Token(Rejection::Unacceptable));
    }
    let bearer = match grant.owner {
        Owner::User(id) => {
            let user = users::by_id(conn, id).await?.filter(|user| user.is_active);
            let user = user.filter(|user| !revocation::is_revoked(user, claims.kraken.iat));
            Bearer::User(Box::new(user.ok_or(AccessFailure::Revoked)?))
        }
        Owner::Organisation(id) => {
            Bearer::Organisation(organisations::by_id(conn, id).await?.ok_or(AccessFailure::Revoked)?)
        }
    };
    Ok(Access { claims, grant, client, scopes: kept.scopes, bearer })
}

impl Access {
    /// The viewer of the GraphQL API that this token makes: the customer, or the organisation that the application acts
    /// for, with what the scopes open.
    pub fn into_viewer(self) -> Viewer {
        let Self { claims, client, scopes, bearer, .. } = self;
        let claims = claims.kraken;
        let through = Some(Application { client_id: client.id, scopes });
        match bearer {
            Bearer::User(user) => Viewer::Customer(Arc::new(Customer { user: *user, claims, through })),
            Bearer::Organisation(organisation) => {
                Viewer::Organisation(Arc::new(ThirdParty { organisation, claims, through }))
            }
        }
    }
}
