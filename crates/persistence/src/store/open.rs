//! Making a store ready for use.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use kemu_migrations::{Migrator, MigratorTrait};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::reads::InPlace;

use super::url::PostgresUrl;
use super::{Store, StoreKind, StoreUrl};

/// Connections to SQLite: one that writes and some that read. Each is a thread of its own.
const SQLITE_CONNECTIONS: u32 = 4;
/// Connections to PostgreSQL: below the hundred that a server allows by default.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long SQLite waits for another process that writes to the file.
pub(crate) const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a request waits for a connection before it fails.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a PostgreSQL server may take to answer at all.
const REACH_TIMEOUT: Duration = Duration::from_secs(5);

/// The key of the lock under which tables are made; any number that no other program on the database uses.
const MIGRATION_LOCK: i64 = 0x6b65_6d75;

/// Why a store could not be opened: what is wrong, and what would be right.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// No temporary directory could be made.
    #[error(
        "cannot make a temporary directory for the store ({0}); set TMPDIR to one that is writable, or name a file with sqlite:PATH"
    )]
    NoTemporaryDirectory(#[source] std::io::Error),
    /// The file holds something else.
    #[error("{} is not an SQLite database; name another file, or one that does not exist yet, to have it made", .0.display())]
    NotADatabase(PathBuf),
    /// The file cannot be opened or made.
    #[error("cannot open or make {}: {problem}; its directory must exist and both must be writable", .path.display())]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What the database says.
        problem: String,
    },
    /// The address of the server makes no sense.
    #[error("the PostgreSQL URL cannot be read ({0}); expected postgres://user:password@host:port/database")]
    MalformedPostgresUrl(String),
    /// The server does not answer, or not to us.
    #[error(
        "cannot reach PostgreSQL at {server}: {problem}; is it running, and are user, password and database right?"
    )]
    Unreachable {
        /// Host, port and database.
        server: String,
        /// What happened.
        problem: String,
    },
    /// The tables could not be made or brought up to date.
    #[error(
        "cannot prepare the tables of {store}: {problem}; was it made by a newer kemu or by another program?"
    )]
    CannotMigrate {
        /// Which store.
        store: String,
        /// What the database says.
        problem: String,
    },
}

impl Store {
    /// Opens the store at `url` and brings its tables up to date.
    pub async fn open(url: &StoreUrl) -> Result<Self, OpenError> {
        match url {
            StoreUrl::Temporary => {
                let directory = tempfile::Builder::new().prefix("kemu-").tempdir();
                let directory = directory.map_err(OpenError::NoTemporaryDirectory)?;
                let path = directory.path().join("store.db");
                Self::sqlite(&path, Some(directory)).await
            }
            StoreUrl::Sqlite(path) => Self::sqlite(path, None).await,
            StoreUrl::Postgres(url) => Self::postgres(url).await,
        }
    }

    async fn sqlite(path: &Path, directory: Option<TempDir>) -> Result<Self, OpenError> {
        // What was answered must survive `kill -9` in both cases, and does: the file's pages are the
        // kernel's by then. FULL also survives a power cut, which a temporary file need not.
        let synchronous =
            if directory.is_some() { SqliteSynchronous::Normal } else { SqliteSynchronous::Full };
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(synchronous)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(SQLITE_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // A connection to a file does not go stale, and a new one costs a thread.
            .test_before_acquire(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(|error| sqlite_error(path, &error))?;
        let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
        migrate(&connection, || path.display().to_string(), |error| sqlite_error(path, error)).await?;
        Ok(Self {
            connection,
            kind: StoreKind::Sqlite,
            writers: Some(Arc::new(Mutex::new(()))),
            in_place: Some(Arc::new(InPlace::new(path))),
            begun: Arc::default(),
            _directory: directory.map(Arc::new),
        })
    }

    async fn postgres(url: &PostgresUrl) -> Result<Self, OpenError> {
        let options: PgConnectOptions =
            url.0.parse().map_err(|error: sqlx::Error| OpenError::MalformedPostgresUrl(error.to_string()))?;
        let options = options.application_name("kemu").disable_statement_logging();
        let server = format!(
            "{}:{}/{}",
            options.get_host(),
            options.get_port(),
            options.get_database().unwrap_or(options.get_username())
        );
        // The pool takes a refused connection for a server that is starting and tries on in silence. One
        // connection of our own says at once what is wrong, and holds the lock under which the tables are
        // made: two processes that start together must not both make them.
        let unreachable = |problem: String| OpenError::Unreachable { server: server.clone(), problem };
        let ours = tokio::time::timeout(REACH_TIMEOUT, PgConnection::connect_with(&options)).await;
        let ours =
            ours.map_err(|_| unreachable(format!("no answer within {} seconds", REACH_TIMEOUT.as_secs())))?;
        let mut ours = ours.map_err(|error| unreachable(error.to_string()))?;
        let locked = sqlx::query("SELECT pg_advisory_lock($1)").bind(MIGRATION_LOCK).execute(&mut ours).await;
        locked.map_err(|error| unreachable(error.to_string()))?;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .connect_lazy_with(options);
        let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
        migrate(&connection, || server.clone(), |error| unreachable(error.to_string())).await?;
        // The lock goes with its connection. A farewell that fails leaves one which the server drops itself.
        let _ = ours.close().await;
        Ok(Self {
            connection,
            kind: StoreKind::Postgres,
            writers: None,
            in_place: None,
            begun: Arc::default(),
            _directory: None,
        })
    }
}

/// Brings the tables up to date. `connecting` names an error that has its cause in the connection: SQLite
/// opens a file late, so what is wrong with it may show only here.
async fn migrate(
    connection: &DatabaseConnection,
    store: impl Fn() -> String,
    connecting: impl Fn(&sqlx::Error) -> OpenError,
) -> Result<(), OpenError> {
    Migrator::up(connection, None).await.map_err(|error| match &error {
        DbErr::Conn(RuntimeErr::SqlxError(cause)) => connecting(cause),
        DbErr::Exec(RuntimeErr::SqlxError(cause)) | DbErr::Query(RuntimeErr::SqlxError(cause))
            if is_code(cause, NOT_A_DATABASE) =>
        {
            connecting(cause)
        }
        other => OpenError::CannotMigrate { store: store(), problem: other.to_string() },
    })
}

/// SQLite's result code for a file that holds something else.
const NOT_A_DATABASE: &str = "26";

fn is_code(error: &sqlx::Error, code: &str) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|found| found == code)
}

fn sqlite_error(path: &Path, error: &sqlx::Error) -> OpenError {
    if is_code(error, NOT_A_DATABASE) {
        OpenError::NotADatabase(path.to_owned())
    } else {
        OpenError::CannotOpen { path: path.to_owned(), problem: error.to_string() }
    }
}
