//! Tokens that are kept: refresh tokens, pre-signed keys, masquerade tokens. (Access tokens are signed, not kept.)
//!
//! Only digests are kept, so a token is text for the one who was given it and a [`KeyDigest`] for everybody else.

use std::fmt;

use chrono::{DateTime, Utc};

use crate::ids::{OrganisationId, UserId};
use crate::secrets::KeyDigest;

/// Whom a refresh token signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// An account user.
    User(UserId),
    /// A third-party organisation, as itself.
    Organisation(OrganisationId),
}

/// What a kept token is good for at some instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TokenState {
    /// It works.
    Valid,
    /// Its time is over.
    Expired,
    /// Somebody put an end to it, or it was used up.
    Invalidated,
}

/// A refresh token. It is neither rotated nor extended (measured in Japan, JP-C).
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// By which it is found.
    pub digest: KeyDigest,
    /// Whom it signs in.
    pub owner: Owner,
    /// The organisation that holds it on the user's behalf: set for long-lived refresh tokens only.
    pub third_party: Option<OrganisationId>,
    /// The sign-in it goes back to, whole seconds; `origIat` of the tokens got with it.
    pub signed_in_at: DateTime<Utc>,
    /// The second from which on it is dead.
    pub expires_at: DateTime<Utc>,
    /// When it was put to an end, if it was.
    pub invalidated_at: Option<DateTime<Utc>>,
}

impl RefreshToken {
    /// What it is good for at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> TokenState {
        state(self.expires_at, self.invalidated_at, now)
    }
}

/// A pre-signed key: a link in a letter that signs its reader in. Guess: it may be used until it expires.
#[derive(Clone, PartialEq, Eq)]
pub struct PreSignedToken {
    /// By which it is found.
    pub digest: KeyDigest,
    /// Whom it signs in.
    pub user_id: UserId,
    /// A value of the contract's `PreSignedTokenScope`. Guess: kept and shown, but narrows nothing.
    pub scope: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The second from which on it is dead.
    pub expires_at: DateTime<Utc>,
    /// When it was put to an end, if it was.
    pub invalidated_at: Option<DateTime<Utc>>,
}

impl PreSignedToken {
    /// What it is good for at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> TokenState {
        state(self.expires_at, self.invalidated_at, now)
    }
}

/// A masquerade token: whoever has it may once sign in as the user, within ten seconds.
#[derive(Clone, PartialEq, Eq)]
pub struct MasqueradeToken {
    /// By which it is found.
    pub digest: KeyDigest,
    /// Whom it signs in.
    pub user_id: UserId,
    /// From when on it is dead.
    pub expires_at: DateTime<Utc>,
    /// When it was used, if it was.
    pub used_at: Option<DateTime<Utc>>,
}

impl MasqueradeToken {
    /// What it is good for at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> TokenState {
        state(self.expires_at, self.used_at, now)
    }
}

/// An end that somebody put is final, whatever the time.
fn state(expires_at: DateTime<Utc>, ended_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> TokenState {
    if ended_at.is_some() {
        TokenState::Invalidated
    } else if expires_at <= now {
        TokenState::Expired
    } else {
        TokenState::Valid
    }
}

/// Digests say nothing, but a log full of them helps whoever has one more.
macro_rules! debug_without_digest {
    ($name:ident: $($field:ident)+) => {
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))+.finish_non_exhaustive()
            }
        }
    };
}

debug_without_digest!(RefreshToken: owner third_party signed_in_at expires_at invalidated_at);
debug_without_digest!(PreSignedToken: user_id scope created_at expires_at invalidated_at);
debug_without_digest!(MasqueradeToken: user_id expires_at used_at);

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_token_is_dead_from_the_instant_of_its_expiry_on() {
        let end = DateTime::from_timestamp(1_767_225_600, 0).expect("a valid instant");
        let just_before = end - TimeDelta::nanoseconds(1);
        assert_eq!(state(end, None, just_before), TokenState::Valid);
        assert_eq!(state(end, None, end), TokenState::Expired);
        assert_eq!(state(end, Some(just_before), just_before), TokenState::Invalidated);
        assert_eq!(state(end, Some(just_before), end), TokenState::Invalidated);
    }
}
