//! Making a world of its description: the same fixture, seed and instant give the same world, to the byte.
//!
//! Dates are reckoned back from the instant at which the world begins, so a demo is never stale. A module
//! each for what is made: `history` turns a short description into bookings, `check` refuses a
//! description that contradicts itself. Nothing here knows of the store.

mod build;
mod check;
mod history;
#[cfg(test)]
mod tests;

use crate::accounts::Account;
use crate::bookkeeping::{Booked, BookingError};
use crate::ids::{AccountId, OrganisationId};
use crate::ledgers::Ledger;
use crate::organisations::Organisation;
use crate::payments::Payment;
use crate::properties::Property;
use crate::users::{AccountUser, User};

/// Everything there is when a sandbox begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct World {
    /// The people. Their passwords are still to be hashed.
    pub people: Vec<NewUser>,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Who has which role where.
    pub account_users: Vec<AccountUser>,
    /// The places.
    pub properties: Vec<Property>,
    /// The ledgers with their final balances.
    pub ledgers: Vec<Ledger>,
    /// The bookings of each account, in booking order.
    pub transactions: Vec<Booked>,
    /// The payments, in the order of their dates within an account.
    pub payments: Vec<Payment>,
    /// The organisations.
    pub organisations: Vec<Organisation>,
    /// Which accounts an organisation sees.
    pub grants: Vec<(OrganisationId, AccountId)>,
}

/// A person and the password they have yet to get a hash for.
#[derive(Clone, PartialEq, Eq)]
pub struct NewUser {
    /// The person, without a hash.
    pub user: User,
    /// The password.
    pub password: String,
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewUser").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Why a description makes no world.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    /// Two things share what must be one thing's own.
    #[error("two {what} share {value:?}")]
    Duplicate {
        /// Things of which kind.
        what: &'static str,
        /// What they share.
        value: String,
    },
    /// Something is named that is not there.
    #[error("{who} names the {what} {name:?}, which the fixture does not have")]
    Missing {
        /// Who names it.
        who: String,
        /// A thing of which kind.
        what: &'static str,
        /// What was named.
        name: String,
    },
    /// A value that makes no sense.
    #[error("{who}: {problem}")]
    Senseless {
        /// Where.
        who: String,
        /// What is wrong, and what would be right.
        problem: &'static str,
    },
    /// A booking was refused. The generator books in order, so this is a mistake of ours.
    #[error("account {account}: {error}")]
    Booking {
        /// The account's number.
        account: String,
        /// Why.
        error: BookingError,
    },
}
