//! The tables, on SQLite and on PostgreSQL alike.
//!
//! To add one: a file `m<number>_<noun>.rs` with its SQL, and its line in [`Migrator`]. A migration that
//! has left a developer's machine is never edited. The rules of the house: ids and money (in cents) are
//! `BIGINT`, dates count days since 1970-01-01, instants count microseconds since then in UTC; enums are
//! text as the contract spells them. Each migration is one batch of plain SQL, because the default store is
//! made anew at each start and start-up time counts; `Batch` says which words differ between the two.

mod m0001_customers;
mod m0002_ledgers;
mod m0003_tokens;
mod m0004_supply;
mod m0005_billing;
mod m0006_devices;
mod m0007_repayments;
mod m0008_oauth;
mod m0009_replicas;
mod m0010_no_recorded_days;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

/// All migrations, oldest first.
#[derive(Clone, Copy, Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let batch = |name, sql| Box::new(Batch { name, sql }) as Box<dyn MigrationTrait>;
        vec![
            batch("m0001_customers", m0001_customers::UP),
            batch("m0002_ledgers", m0002_ledgers::UP),
            batch("m0003_tokens", m0003_tokens::UP),
            batch("m0004_supply", m0004_supply::UP),
            batch("m0005_billing", m0005_billing::UP),
            batch("m0006_devices", m0006_devices::UP),
            batch("m0007_repayments", m0007_repayments::UP),
            batch("m0008_oauth", m0008_oauth::UP),
            batch("m0009_replicas", m0009_replicas::UP),
            batch("m0010_no_recorded_days", m0010_no_recorded_days::UP),
        ]
    }
}

/// A migration: a batch of SQL, with the words replaced that the two databases spell differently:
///
/// * `ID_KEY` – a 64-bit primary key. On SQLite only the words `INTEGER PRIMARY KEY` make the id the row's
///   own key; any other type costs a second index.
/// * `BYTES` – a column of bytes.
struct Batch {
    /// By which the store remembers that it has run: its file's.
    name: &'static str,
    sql: &'static str,
}

impl MigrationName for Batch {
    fn name(&self) -> &str {
        self.name
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Batch {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let (id_key, bytes) = match manager.get_database_backend() {
            DbBackend::Sqlite => ("INTEGER PRIMARY KEY", "BLOB"),
            _ => ("BIGINT PRIMARY KEY", "BYTEA"),
        };
        let sql = self.sql.replace("ID_KEY", id_key).replace("BYTES", bytes);
        manager.get_connection().execute_unprepared(&sql).await?;
        Ok(())
    }

    fn use_transaction(&self) -> Option<bool> {
        // SQLite runs migrations bare by default; half a migration is worse than none.
        Some(true)
    }
}
