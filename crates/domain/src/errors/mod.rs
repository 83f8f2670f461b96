//! Errors as data: the catalogue of Kraken's codes, and the error that a rule or a use case raises.
//!
//! Three things, kept apart on purpose:
//!
//! * [`Catalogue`]: what each `KT-…` code means (type, message, description), one line a code in `catalogue.tsv`.
//! * [`KrakenError`]: one refusal, on its way to the client. It holds a code and the values that go into the
//!   envelope's `extensions`; it is not `Display`, so that no internal detail can be formatted into client text.
//! * [`Failure`]: what a use case ends in when it fails, either such a refusal or an [`Internal`] fault. Only
//!   `api` looks into the latter: it logs it once and answers KT-CT-7899.
//!
//! To raise a code that nobody raised before: add its constant to [`codes`] (a test holds the constants against
//! the catalogue) and return `KrakenError::from(codes::…)`.

mod catalogue;
pub mod codes;
mod failure;
mod kraken_error;

pub use catalogue::{Catalogue, CatalogueEntry, Code, ErrorType};
pub use failure::{Failure, Internal};
pub use kraken_error::{KrakenError, ValidationError};
