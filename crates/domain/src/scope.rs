//! Whose eyes look: every finder of an account's things asks for it, so ownership cannot be forgotten.

use crate::ids::{OrganisationId, UserId};

/// The part of the world that a caller may see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The accounts on which this person has a role.
    User(UserId),
    /// The accounts that were granted to this organisation.
    Organisation(OrganisationId),
    /// Everything: the back office.
    All,
}
