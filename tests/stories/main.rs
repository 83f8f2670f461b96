//! All stories, a file a noun.

mod accounts;
mod agreements;
mod auth_site;
mod binding;
mod clock;
mod connections;
mod contract;
mod determinism;
mod documents;
mod envelope;
mod execution;
mod facts;
mod faults;
mod headers;
mod http;
mod introspection;
mod limits;
mod plausible;
mod process;
mod product_switches;
mod products;
mod random_documents;
mod sign_in;
mod switches;
mod tokens;
mod transactions;
