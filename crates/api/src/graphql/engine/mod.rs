//! From the contract to a server of it: what the contract says ([`contract`]), how resolvers attach to it
//! ([`resolvers`], [`inputs`], [`outputs`]), how lists are paged ([`connection`]), what fields answer that nobody has
//! modelled ([`plausible`]), and how one field is answered ([`runtime`]).
//!
//! GraphQL itself is the crate `kemu-graphql`.

pub mod connection;
pub mod contract;
pub mod cost;
pub mod inputs;
pub mod outputs;
pub mod paths;
pub mod plausible;
pub mod resolvers;
pub mod runtime;
