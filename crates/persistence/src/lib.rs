//! The store: opening it, and the queries of each noun.
//!
//! Functions take `&impl ConnectionTrait`, so that a pool ([`Store::connection`]) and a transaction
//! ([`Store::begin`]) both fit, and give back the types of `kemu-domain`. The few reads that nearly every
//! request makes have a second way, in place on SQLite ([`reads`]). Rules live there, not here. What
//! belongs to an account is found through `visible_to(scope)`, so that ownership cannot be forgotten;
//! functions that take an account's or ledger's id expect that it was found that way.
//!
//! To add a noun: its table in `kemu-migrations`, its entity in `entities/`, its functions in a file here,
//! and its tests in `tests/`, which run on SQLite and on PostgreSQL.

pub mod accounts;
pub mod agreements;
pub mod billing;
pub mod bills;
mod columns;
pub mod demo;
pub mod devices;
pub mod direct_debits;
mod entities;
mod error;
mod ids;
pub mod ledgers;
pub mod limits;
pub mod masquerade_tokens;
pub mod oauth;
pub mod organisations;
pub mod payment_schedules;
pub mod payments;
pub mod pre_signed_tokens;
pub mod properties;
pub mod reads;
pub mod refresh_tokens;
pub mod repayments;
pub mod replicas;
pub mod seed;
pub mod store;
pub mod supply_points;
pub mod transactions;
pub mod users;

pub use error::{Error, Result};
pub use store::{Store, StoreKind, StoreUrl, WriteTransaction};
