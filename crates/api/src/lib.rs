//! kemu: an emulator of the Kraken customer platform as Octopus Energy France runs it.
//!
//! The way of a GraphQL request: [`http`] (find the sandbox, read the body) → [`graphql`] (plan, guard, resolver)
//! → [`app`] (load, decide, write in one transaction) → `kemu-persistence` → a value of `kemu-domain`.

pub mod app;
pub mod cli;
pub mod config;
pub mod deprecations;
pub mod documents;
pub mod graphql;
pub mod http;
pub mod journal;
pub mod limits;
pub mod log;
pub mod meters;
pub mod metrics;
pub mod sandbox;
mod shared_clock;
pub mod switches;
pub mod tls;
