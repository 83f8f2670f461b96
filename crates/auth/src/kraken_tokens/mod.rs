//! Kraken tokens: how they are obtained, renewed, revoked (kraken-facts section 2).
//!
//! | file | what is decided there |
//! |---|---|
//! | `credentials.rs` | which credential an input holds; exactly one |
//! | `obtain.rs` | `obtainKrakenToken` |
//! | `issue.rs` | what is in a token and how long it lives |
//! | `refresh.rs` | long-lived refresh tokens, and the end of refresh tokens |
//! | `pre_signed.rs` | pre-signed keys |
//! | `revocation.rs` | `forceReauthentication`, and which tokens it kills |
//! | `secret_key.rs` | `regenerateSecretKey` |
//! | `masquerade.rs` | `masqueradeAuthentication` |
//!
//! Who may call is the contract's `@requires`, checked by the engine; what is checked here depends on data. Each
//! function that writes wants a transaction, and leaves committing it to the caller.

mod credentials;
mod issue;
pub mod masquerade;
mod obtain;
pub mod pre_signed;
pub mod refresh;
pub mod revocation;
mod secret_key;
#[cfg(test)]
mod tests;

pub use credentials::{Credentials, CredentialsInput};
pub use issue::{
    ACCESS_TOKEN_LIFETIME, Issued, Issuer, IssuerNames, REFRESH_TOKEN_LIFETIME, access_token_for,
};
pub(crate) use obtain::by_password;
pub use obtain::obtain;
pub use revocation::force_reauthentication;
pub use secret_key::regenerate_secret_key;
