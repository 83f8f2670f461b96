//! Making a world of its description: the same fixture, seed and instant give the same world, to the byte.
//!
//! Dates are reckoned back from the instant at which the world begins, so a demo is never stale. A module
//! each for what is made: `history` turns a short description into bookings, `check` refuses a
//! description that contradicts itself. Nothing here knows of the store.

mod build;
mod check;
mod devices;
mod history;
mod household;
#[cfg(test)]
mod random_worlds;
#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};

use crate::accounts::Account;
use crate::agreements::Agreement;
use crate::billing::{BillingState, PaymentHabits, PlanError, PostedEvent};
use crate::bills::Bill;
use crate::bookkeeping::{Booked, BookingError};
use crate::devices::Device;
use crate::direct_debits::DirectDebitInstruction;
use crate::ids::{AccountId, LedgerId, OrganisationId};
use crate::ledgers::Ledger;
use crate::metering::Installation;
use crate::oauth::Client;
use crate::organisations::Organisation;
use crate::payment_schedules::PaymentSchedule;
use crate::payments::Payment;
use crate::properties::Property;
use crate::users::{AccountUser, User};

/// Everything there is when a sandbox begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct World {
    /// The people. Their passwords are still to be hashed.
    pub people: Vec<NewUser>,
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Who has which role where.
    pub account_users: Vec<AccountUser>,
    /// The places.
    pub properties: Vec<Property>,
    /// The supply points, each with its home and what the distributor knows of it.
    pub installations: Vec<Installation>,
    /// The agreements.
    pub agreements: Vec<Agreement>,
    /// The smart devices, those of an account together and in order.
    pub devices: Vec<Device>,
    /// The ledgers with their final balances.
    pub ledgers: Vec<Ledger>,
    /// The bookings of each account, in booking order.
    pub transactions: Vec<Booked>,
    /// The payments, in the order of their dates within an account.
    pub payments: Vec<Payment>,
    /// The payment schedules.
    pub schedules: Vec<PaymentSchedule>,
    /// The mandates for direct debits.
    pub mandates: Vec<DirectDebitInstruction>,
    /// How ledgers are paid.
    pub habits: Vec<(AccountId, LedgerId, PaymentHabits)>,
    /// The bills, in the order in which they were issued.
    pub bills: Vec<Bill>,
    /// What billing has done so far.
    pub billing: Vec<BilledAccount>,
    /// The organisations.
    pub organisations: Vec<Organisation>,
    /// Which accounts an organisation sees.
    pub grants: Vec<(OrganisationId, AccountId)>,
    /// The OAuth applications.
    pub clients: Vec<Client>,
}

/// How far the billing of an account is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BilledAccount {
    /// The account.
    pub account_id: AccountId,
    /// How far it is.
    pub state: BillingState,
    /// When it goes on, if ever.
    pub next_due: Option<DateTime<Utc>>,
    /// What has happened.
    pub events: Vec<PostedEvent>,
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
    /// An agreement that cannot be billed.
    #[error("account {account}: {error}")]
    Plan {
        /// The account's number.
        account: String,
        /// Why.
        error: PlanError,
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
