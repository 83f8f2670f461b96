//! Use cases: load, decide with the rules of the domain, write in one transaction. A file a noun, named as in the
//! other crates. Resolvers call these; these know nothing of GraphQL.

pub mod accounts;
pub mod agreements;
pub mod balance_transfers;
pub mod billing;
pub mod bills;
pub mod charging_costs;
pub mod credit_storage;
pub mod devices;
pub mod direct_debits;
pub mod documents;
pub mod homes;
pub mod ledgers;
pub mod measurements;
pub mod memo;
pub mod oauth;
pub mod payment_instructions;
pub mod payment_schedules;
pub mod payments;
pub mod product_switches;
pub mod products;
pub mod quotes;
pub mod readings;
pub mod repayments;
pub mod supplies;
pub mod supply_points;
pub mod tokens;
pub mod transactions;
pub mod users;
