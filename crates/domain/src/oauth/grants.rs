//! What an application was granted, and what is kept of the codes and tokens that go back to it. Only digests are kept,
//! never the codes and tokens themselves.
//!
//! A **grant** is one decision: of a person who allowed an application, or of an application that asked for itself.
//! Codes and tokens belong to a grant and die with it: a code that is used twice, or a rotated refresh token that is
//! used again, ends the grant and so everything that was ever issued from it.

use chrono::{DateTime, TimeDelta, Utc};
use strum::{Display, EnumString, IntoStaticStr};

use super::scopes::Scopes;
use crate::ids::{ClientId, OrganisationId, UserId};
use crate::secrets::KeyDigest;
use crate::tokens::Owner;

/// An authorization code lives a minute (kraken-facts 9.11).
pub const CODE_LIFETIME: TimeDelta = TimeDelta::seconds(60);

/// What an application was granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Random, so that it tells nothing.
    pub id: String,
    /// To whom.
    pub client_id: ClientId,
    /// On whose behalf.
    pub owner: Owner,
    /// For what.
    pub scopes: Scopes,
    /// When the person signed in, whole seconds; for an organisation, when it asked.
    pub auth_time: DateTime<Utc>,
    /// `nonce` of the request.
    pub nonce: Option<String>,
    /// When it was granted.
    pub created_at: DateTime<Utc>,
    /// When it was ended, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl Grant {
    /// The person, if it is one's.
    pub const fn user(&self) -> Option<UserId> {
        match self.owner {
            Owner::User(id) => Some(id),
            Owner::Organisation(_) => None,
        }
    }

    /// The organisation, if it is one's.
    pub const fn organisation(&self) -> Option<OrganisationId> {
        match self.owner {
            Owner::Organisation(id) => Some(id),
            Owner::User(_) => None,
        }
    }
}

/// What a kept token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum TokenKind {
    /// An access token.
    Access,
    /// A refresh token.
    Refresh,
}

/// A token that is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// By which it is found.
    pub digest: KeyDigest,
    /// The grant it goes back to.
    pub grant_id: String,
    /// What it is.
    pub kind: TokenKind,
    /// What it is good for: at most what was granted.
    pub scopes: Scopes,
    /// The instant from which on it is dead.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked, or replaced by rotation.
    pub ended_at: Option<DateTime<Utc>>,
}

/// An authorization code that is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// By which it is found.
    pub digest: KeyDigest,
    /// The grant it stands for.
    pub grant_id: String,
    /// The redirect URI as the request had it; nothing if it left it out.
    pub redirect_uri: Option<String>,
    /// The PKCE challenge, S256.
    pub challenge: Option<String>,
    /// The instant from which on it is dead.
    pub expires_at: DateTime<Utc>,
    /// When it was redeemed.
    pub used_at: Option<DateTime<Utc>>,
}
