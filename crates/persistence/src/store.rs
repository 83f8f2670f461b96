//! Opening a store: which database, made ready, with errors that say what would be right.
//!
//! * nothing said: a fresh SQLite file in a temporary directory, gone when the store is dropped;
//! * `sqlite:PATH`: a file that stays;
//! * `postgres://user:password@host:port/database`: a server.
//!
//! **Writers.** SQLite has one writer at a time. [`Store::begin`] therefore queues writers in this process
//! before they take a connection, and then begins with `BEGIN IMMEDIATE`: two writers never deadlock, none
//! polls for the lock, and readers always find a free connection. On PostgreSQL transactions run side by
//! side, and queries that depend on what they read lock the rows (`transactions::open_books`).
//!
//! **Plans.** A SQLite built with `STAT4` prepares a statement anew when a bound value might change its plan, which
//! doubles the cost of a page. `.cargo/config.toml` has it built without; the connections that read in place
//! ([`crate::reads`]) also say so themselves (`SQLITE_DBCONFIG_ENABLE_QPSG`), for builds with another SQLite. Those of
//! the pool cannot: sqlx reaches that setting through a raw handle only, and unsafe code is forbidden here.

mod open;
mod url;

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tempfile::TempDir;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::reads::{InPlace, Reader};

pub(crate) use open::BUSY_TIMEOUT;
pub use open::OpenError;
pub use url::{MalformedUrl, StoreUrl};

/// Which kind of database a store is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreKind {
    /// SQLite, in a file.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// A store, migrated and ready. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    connection: DatabaseConnection,
    kind: StoreKind,
    /// Where SQLite's writers queue; empty on PostgreSQL, which has no need of it.
    writers: Option<Arc<Mutex<()>>>,
    /// Connections for reading in place; PostgreSQL has none.
    in_place: Option<Arc<InPlace>>,
    /// How many transactions were begun.
    begun: Arc<AtomicU64>,
    /// Holds the directory of a temporary store until the last clone is gone.
    _directory: Option<Arc<TempDir>>,
}

impl Store {
    /// What to read from: in place where a read is written for that, from the pool otherwise.
    pub const fn reader(&self) -> Reader<'_> {
        Reader(self)
    }

    pub(crate) fn in_place(&self) -> Option<&InPlace> {
        self.in_place.as_deref()
    }

    /// The pool, for reading. Each statement sees what was committed when it began.
    pub const fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Which kind of database it is.
    pub const fn kind(&self) -> StoreKind {
        self.kind
    }

    /// Begins a transaction that writes: a mutation is one of these. Dropped without
    /// [`WriteTransaction::commit`], it leaves no trace.
    pub async fn begin(&self) -> Result<WriteTransaction, DbErr> {
        self.begun.fetch_add(1, Ordering::Relaxed);
        let turn = match &self.writers {
            Some(queue) => Some(Arc::clone(queue).lock_owned().await),
            None => None,
        };
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.connection.begin_with_options(options).await?;
        Ok(WriteTransaction { transaction, _turn: turn })
    }

    /// How many transactions were begun here. As long as it stays the same, nothing was written by this process.
    pub fn transactions_begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// Closes the connections. Only those who delete the database afterwards need to.
    pub async fn close(self) -> Result<(), DbErr> {
        self.connection.close().await
    }
}

/// A transaction that writes. Queries take it as `&*transaction`.
#[derive(Debug)]
pub struct WriteTransaction {
    // Before the turn: what is dropped first must be the transaction, then its turn.
    transaction: DatabaseTransaction,
    _turn: Option<OwnedMutexGuard<()>>,
}

impl WriteTransaction {
    /// Keeps what was written.
    pub async fn commit(self) -> Result<(), DbErr> {
        self.transaction.commit().await
    }
}

impl Deref for WriteTransaction {
    type Target = DatabaseTransaction;
    fn deref(&self) -> &Self::Target {
        &self.transaction
    }
}
