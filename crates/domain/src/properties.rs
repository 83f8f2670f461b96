//! Places that are supplied.

use chrono::{DateTime, Utc};

use crate::addresses::Address;
use crate::ids::{AccountId, PropertyId};

/// A place, and the account that occupies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its id.
    pub id: PropertyId,
    /// The account that occupies it.
    pub account_id: AccountId,
    /// What the customer calls it.
    pub label: Option<String>,
    /// Where it is.
    pub address: Address,
    /// When the account moved in.
    pub occupied_from: DateTime<Utc>,
    /// When it moved out.
    pub occupied_to: Option<DateTime<Utc>>,
}

impl Property {
    /// Whether the account still occupies the place at `instant` or does so later: `properties(activeFrom:)`.
    pub fn is_active_from(&self, instant: DateTime<Utc>) -> bool {
        self.occupied_to.is_none_or(|end| end > instant)
    }
}
