//! Reading: from the pool, inside a transaction, or in place.
//!
//! sqlx hands every row of SQLite over from a thread of its own, which costs more than finding it. The few reads that
//! nearly every request makes are therefore also written for `rusqlite`, called in place on connections of their own
//! to the same file: same functions, same answers, a fifth of the work. Where that is not to be had (PostgreSQL, or
//! inside a transaction, whose writes such a connection would not see) the functions ask sea-orm as always; a test
//! holds the two ways against each other.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Params, Row};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult,
    Statement,
};

use crate::Store;
use crate::error::Result;

/// Something to read from.
pub trait Reads: ConnectionTrait {
    /// Connections for reading in place, where there are any.
    fn in_place(&self) -> Option<&InPlace> {
        None
    }
}

impl Reads for DatabaseConnection {}
impl Reads for DatabaseTransaction {}

/// A store to read from, in place where that can be. Each statement sees what was committed when it began.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'s>(pub(crate) &'s Store);

impl Reads for Reader<'_> {
    fn in_place(&self) -> Option<&InPlace> {
        self.0.in_place()
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader<'_> {
    fn get_database_backend(&self) -> DbBackend {
        self.0.connection().get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.0.connection().execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.0.connection().execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.0.connection().query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.0.connection().query_all_raw(statement).await
    }
}

/// Connections to a SQLite file that only read.
pub struct InPlace {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl InPlace {
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_path_buf(), idle: Mutex::default() }
    }

    /// Runs a read on a connection of its own. Keep it short: nothing else happens on this thread meanwhile.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let idle = self.idle.lock().expect("no holder of this lock panics").pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        let found = work(&connection)?;
        self.idle.lock().expect("no holder of this lock panics").push(connection);
        Ok(found)
    }

    /// The one row of a statement, whose text is its key to being prepared once.
    pub(crate) fn one<T: InPlaceRow>(&self, sql: &str, values: impl Params) -> Result<Option<T>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            Ok(statement.query_row(values, T::read).optional()?)
        })
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(crate::store::BUSY_TIMEOUT)?;
        // Without this, a statement with bound values is planned anew each time it runs.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.pragma_update(None, "mmap_size", 64 * 1024 * 1024)?;
        Ok(connection)
    }
}

impl std::fmt::Debug for InPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InPlace").field("path", &self.path).finish_non_exhaustive()
    }
}

/// A row's type that can be read in place.
pub(crate) trait InPlaceRow: Sized {
    /// Its columns, as a statement selects them.
    const COLUMNS: &'static str;

    /// Reads a row of these columns.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self>;
}

/// Implements [`InPlaceRow`] for an entity's `Model`, which has exactly these fields, and those behind `without`, which
/// nobody who reads in place looks at: they are left out of the statement and have the values given.
macro_rules! in_place_row {
    ($model:ty { $first:ident $(, $rest:ident)* $(,)? } $(without { $($left:ident: $value:expr),* $(,)? })?) => {
        impl $crate::reads::InPlaceRow for $model {
            const COLUMNS: &'static str = concat!(stringify!($first) $(, ",", stringify!($rest))*);

            fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
                let mut at = 0..;
                let mut next = || at.next().expect("the range has no end");
                Ok(Self { $first: row.get(next())? $(, $rest: row.get(next())?)* $($(, $left: $value)*)? })
            }
        }
    };
}
pub(crate) use in_place_row;
