//! OAuth: who an application is, and what becomes of its codes and tokens.
//!
//! | file | what is decided there |
//! |---|---|
//! | `client_authentication.rs` | which application asks; before any code or token is touched |
//! | `pkce.rs` | challenges and verifiers (RFC 7636) |
//! | `codes.rs` | authorization codes: made once, redeemed once |
//! | `refresh.rs` | refresh tokens, their rotation, and what a second use means |
//! | `client_credentials.rs` | applications that act for an organisation |
//! | `devices.rs` | devices, and who decides for them |
//! | `issue.rs` | what is in a token and how long it lives |
//! | `access.rs` | what an access token is good for |
//! | `revoke.rs` | the end of tokens (RFC 7009) |
//! | `sessions.rs` | people who signed in at the auth site |
//! | `id_hints.rs` | whom an application means that hands an id_token back |
//!
//! What fails returns an [`OAuthFailure`]. A refusal may have consequences (a code that is used twice ends what it
//! issued), so the caller commits its transaction on a refusal too, and throws it away on a fault alone.

pub mod access;
pub mod claims;
pub mod client_authentication;
pub mod client_credentials;
pub mod codes;
pub mod devices;
pub mod id_hints;
pub mod issue;
pub mod pkce;
pub mod refresh;
pub mod revoke;
pub mod sessions;

use chrono::TimeDelta;
use kemu_domain::errors::{Failure, Internal};
use kemu_domain::oauth::{Client, ErrorCode, Refusal};

pub use access::Access;
pub use issue::Tokens;

/// How long codes and the requests of devices are kept that have expired: a code that comes twice ends what it issued,
/// and a device that is late is told so. A day later, both are merely unknown. Ours.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Why something did not happen.
#[derive(Debug)]
pub enum OAuthFailure {
    /// It was refused; what was written stays.
    Refused(Box<Refusal>),
    /// A fault of ours.
    Fault(Internal),
}

impl From<Refusal> for OAuthFailure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<kemu_persistence::Error> for OAuthFailure {
    fn from(cause: kemu_persistence::Error) -> Self {
        Failure::from(cause).into()
    }
}

impl From<sea_orm::DbErr> for OAuthFailure {
    fn from(cause: sea_orm::DbErr) -> Self {
        Failure::from(cause).into()
    }
}

/// Kraken's own refusals have no form here: whoever expects one says what it means.
impl From<Failure> for OAuthFailure {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Internal(fault) => Self::Fault(fault),
            Failure::Refused(error) => {
                let cause = std::io::Error::other(format!("an unexpected refusal: {}", error.code()));
                match Failure::from(cause) {
                    Failure::Internal(fault) => Self::Fault(fault),
                    Failure::Refused(_) => unreachable!("an error value is a fault"),
                }
            }
        }
    }
}

/// A client asked for a grant that it is not registered for.
pub fn not_registered(client: &Client, asked: &str) -> Refusal {
    let expected = format!("the grant that {} is registered for, {}", client.name, client.settings.grant);
    Refusal::new(ErrorCode::UnauthorizedClient, "the client's grant", expected, asked)
}

/// A scope that a client may not have.
pub fn unknown_scope(client: &Client, word: &str) -> Refusal {
    let expected = format!("some of the scopes of {}: {}", client.name, client.settings.scopes);
    Refusal::new(ErrorCode::InvalidScope, "scope", expected, word.chars().take(60).collect::<String>())
}
