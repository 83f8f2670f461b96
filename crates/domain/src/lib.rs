//! The words of the field and their rules: customers, accounts, ledgers, what is booked on them, and time.
//!
//! This crate knows nothing of SQL, HTTP, GraphQL or async. A module is a noun, and the same noun has the
//! same file name in `kemu-persistence` and in the API. To add a noun: a file here with its newtypes, its
//! struct and its rules as plain functions, tests beside them; then its table and its queries.
//!
//! Two things are arguments everywhere, never globals: the time ([`Clock`]) and chance ([`Seed`]).

pub mod accounts;
pub mod addresses;
pub mod agreements;
pub mod billing;
pub mod bills;
pub mod bookkeeping;
pub mod calendars;
pub mod clock;
pub mod credit_storage;
pub mod dates;
pub mod devices;
pub mod direct_debits;
pub mod energy;
pub mod errors;
pub mod fixture;
pub mod ids;
pub mod ledgers;
pub mod measurements;
pub mod metering;
pub mod meters;
pub mod money;
pub mod oauth;
pub mod organisations;
pub mod paging;
pub mod passwords;
pub mod payment_schedules;
pub mod payments;
pub mod properties;
pub mod quotes;
pub mod readings;
pub mod repayments;
pub mod scope;
pub mod secrets;
pub mod seed;
pub mod supply_points;
pub mod tariffs;
pub mod tokens;
pub mod transactions;
pub mod users;
pub mod world;

pub use clock::Clock;
pub use ids::{
    AccountId, AccountNumber, BillId, ClientId, LedgerId, LedgerNumber, OrganisationId, PaymentId,
    PortfolioNumber, PropertyId, TransactionId, UserId,
};
pub use money::Minor;
pub use paging::{Page, PageRequest};
pub use scope::Scope;
pub use seed::Seed;
