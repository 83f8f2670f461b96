//! OAuth: applications and what they are granted, as rules without I/O.
//!
//! | file | what is decided there |
//! |---|---|
//! | `clients.rs` | what an application is registered as, and which registrations make sense |
//! | `redirects.rs` | which redirect URIs may be registered, and which one of a request is a registered one |
//! | `scopes.rs` | the scopes there are, and which permissions they open |
//! | `devices.rs` | the codes of devices, and how often they may ask |
//! | `refusals.rs` | the errors of the standards, each with what the log is told |
//! | `grants.rs` | what an application was granted, and what is kept of its tokens |
//!
//! Kraken's auth server looks like django-oauth-toolkit on oauthlib (kraken-facts 9.21), so where no fact is known we
//! follow the standards, and oauthlib for the words.

pub mod clients;
pub mod devices;
pub mod grants;
pub mod redirects;
pub mod refusals;
pub mod scopes;

pub use clients::{
    Client, ClientGrant, ClientSecret, ClientSettings, ClientType, Senseless, SigningAlgorithm,
};
pub use refusals::{ErrorCode, Refusal};
pub use scopes::{Scope, Scopes};
