//! Use cases: load, decide with the rules of the domain, write in one transaction. A file a noun, named as in the
//! other crates. Resolvers call these; these know nothing of GraphQL.

pub mod accounts;
pub mod agreements;
pub mod billing;
pub mod documents;
pub mod homes;
pub mod ledgers;
pub mod oauth;
pub mod product_switches;
pub mod products;
pub mod quotes;
pub mod supplies;
pub mod tokens;
pub mod transactions;
