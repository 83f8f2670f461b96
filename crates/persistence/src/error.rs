//! What can go wrong with a query.

use kemu_domain::bookkeeping::BookingError;
use sea_orm::DbErr;

/// Why a query failed. Nothing of it is for the client's eyes.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database said no.
    #[error(transparent)]
    Database(#[from] DbErr),
    /// The database said no to a read in place.
    #[error(transparent)]
    InPlace(#[from] rusqlite::Error),
    /// A row holds what no version of this program writes.
    #[error("the store holds an unreadable value in {column}: {value:?}")]
    Corrupt {
        /// Table and column.
        column: &'static str,
        /// What is there.
        value: String,
    },
    /// A booking against the rules.
    #[error(transparent)]
    Booking(#[from] BookingError),
}

/// What queries give back.
pub type Result<T, E = Error> = std::result::Result<T, E>;
