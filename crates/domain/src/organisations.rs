//! Third-party organisations: those who act for customers with a key of their own.

use std::collections::BTreeSet;

use crate::ids::OrganisationId;
use crate::scope::Scope;
use crate::secrets::SecretKey;

/// The permission that stands for all of them.
pub const EVERYTHING: &str = "*";

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name.
    pub name: String,
    /// The key it signs in with.
    pub secret_key: SecretKey,
    /// What it may do: names such as `CAN_QUERY_PROPERTY`, or [`EVERYTHING`].
    pub permissions: BTreeSet<String>,
    /// Whether it sees each account, or only those granted to it.
    pub sees_all_accounts: bool,
}

impl Organisation {
    /// Whether it has a permission.
    pub fn may(&self, permission: &str) -> bool {
        self.permissions.contains(EVERYTHING) || self.permissions.contains(permission)
    }

    /// What it sees.
    pub const fn scope(&self) -> Scope {
        if self.sees_all_accounts { Scope::All } else { Scope::Organisation(self.id) }
    }
}
