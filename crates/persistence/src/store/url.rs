//! The address of a store.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a store is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum StoreUrl {
    /// A fresh file that goes with the process.
    #[default]
    Temporary,
    /// A file that stays.
    Sqlite(PathBuf),
    /// A PostgreSQL server and its database.
    Postgres(PostgresUrl),
}

/// The address of a PostgreSQL database, which may hold a password: it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(pub(crate) String);

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PostgresUrl(…)")
    }
}

/// The text is no address of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MalformedUrl {
    /// The scheme is missing or unknown. The text is not repeated: it may hold a password.
    #[error(
        "this is no database URL that kemu knows: write sqlite:PATH for a file, such as sqlite:kemu.db, \
         or postgres://user:password@host:port/database"
    )]
    UnknownScheme,
    /// `sqlite:` and nothing behind it.
    #[error("the database URL names no file: write sqlite:PATH, such as sqlite:kemu.db")]
    NoPath,
    /// Something like `?mode=rwc` behind the path.
    #[error(
        "kemu takes no options behind the path of a database file: write sqlite:PATH and no question mark"
    )]
    Options,
    /// A database that would be gone with its connection.
    #[error(
        "kemu needs a file that several connections share, so sqlite::memory: will not do: \
         leave the database URL out for a temporary one, or write sqlite:PATH"
    )]
    InMemory,
}

impl FromStr for StoreUrl {
    type Err = MalformedUrl;

    fn from_str(text: &str) -> Result<Self, MalformedUrl> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(PostgresUrl(text.to_owned())));
        }
        let path = text.strip_prefix("sqlite:").ok_or(MalformedUrl::UnknownScheme)?;
        // sqlite://data.db and sqlite:///data.db are written as often as sqlite:data.db.
        match path.strip_prefix("//").unwrap_or(path) {
            "" => Err(MalformedUrl::NoPath),
            ":memory:" => Err(MalformedUrl::InMemory),
            path if path.contains('?') => Err(MalformedUrl::Options),
            path => Ok(Self::Sqlite(PathBuf::from(path))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_spellings_are_read() {
        for (text, path) in
            [("sqlite:a.db", "a.db"), ("sqlite://a.db", "a.db"), ("sqlite:///tmp/a.db", "/tmp/a.db")]
        {
            assert_eq!(text.parse(), Ok(StoreUrl::Sqlite(path.into())));
        }
        assert!(matches!("postgres://u:p@h/d".parse(), Ok(StoreUrl::Postgres(_))));
        assert!(matches!("postgresql://h/d".parse(), Ok(StoreUrl::Postgres(_))));
    }

    #[test]
    fn errors_say_what_would_be_right_and_keep_secrets() {
        assert_eq!("sqlite:".parse::<StoreUrl>(), Err(MalformedUrl::NoPath));
        assert_eq!("sqlite::memory:".parse::<StoreUrl>(), Err(MalformedUrl::InMemory));
        assert_eq!("sqlite:a.db?mode=rwc".parse::<StoreUrl>(), Err(MalformedUrl::Options));
        for text in ["", "kemu.db", "mysql://root:hunter2@localhost/x"] {
            let error = text.parse::<StoreUrl>().expect_err("not a store").to_string();
            assert!(error.contains("sqlite:PATH") && error.contains("postgres://"), "{error}");
            assert!(!error.contains("hunter2"));
        }
        let url: StoreUrl = "postgres://u:hunter2@h/d".parse().expect("a URL");
        assert!(!format!("{url:?}").contains("hunter2"));
    }
}
