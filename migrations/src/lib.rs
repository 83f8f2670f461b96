//! The tables, on SQLite and on PostgreSQL alike.
//!
//! To add one: a file `m<number>_<noun>.rs` with a `Migration` in it and its line in [`Migrator`]. A migration that
//! has left a developer's machine is never edited. The rules of the house: ids and money (in cents) are
//! `BIGINT`, dates count days since 1970-01-01, instants count microseconds since then in UTC; enums are
//! text as the contract spells them. Each migration is one batch of plain SQL, because the default store is
//! made anew at each start and start-up time counts; `run` says which words differ between the two.

mod m0001_customers;
mod m0002_ledgers;
mod m0003_tokens;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// All migrations, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_customers::Migration),
            Box::new(m0002_ledgers::Migration),
            Box::new(m0003_tokens::Migration),
        ]
    }
}

/// Runs a batch of SQL with the words replaced that the two databases spell differently:
///
/// * `ID_KEY` – a 64-bit primary key. On SQLite only the words `INTEGER PRIMARY KEY` make the id the row's
///   own key; any other type costs a second index.
/// * `BYTES` – a column of bytes.
pub(crate) async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let (id_key, bytes) = match manager.get_database_backend() {
        DbBackend::Sqlite => ("INTEGER PRIMARY KEY", "BLOB"),
        _ => ("BIGINT PRIMARY KEY", "BYTEA"),
    };
    let sql = sql.replace("ID_KEY", id_key).replace("BYTES", bytes);
    manager.get_connection().execute_unprepared(&sql).await?;
    Ok(())
}
