//! Who is calling: Kraken tokens, the credentials they are obtained with, and the [`Viewer`] they make of a request.
//!
//! The way of a request: [`viewer::authenticate`] reads the `Authorization` header ([`header`]), verifies the token
//! ([`jwt`], [`keys`]), finds its subject in the store and returns a [`Viewer`]. The way of a sign-in:
//! [`kraken_tokens::Credentials`] is built from the input of `obtainKrakenToken`, [`kraken_tokens::obtain`] decides.
//!
//! Everything takes the time, the rng and the connection as arguments; nothing here reads a clock or keeps state.
//! What fails returns a [`Failure`](kemu_domain::errors::Failure): a refusal with its code, or a fault.
//!
//! To add a way to sign in: a variant of `Credentials` (with its input field in `credentials.rs`, where the
//! exactly-one rule is a table), its refusal codes in `kemu_domain::errors::codes`, an arm in `obtain.rs`, a
//! [`Grant`](claims::Grant).

pub mod claims;
pub mod header;
pub mod jwt;
pub mod keys;
pub mod kraken_tokens;
pub mod oauth;
pub mod passwords;
pub mod secrets;
#[cfg(test)]
mod testing;
pub mod viewer;

pub use keys::SigningKeys;
pub use kraken_tokens::{Issuer, IssuerNames};
pub use viewer::{Viewer, authenticate};
