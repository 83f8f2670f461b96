//! Ids of new rows: the one after the largest.

use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect, Statement};

use crate::error::Result;

/// The next id of a table, below `limit` where there is one. Ask for it in the transaction that writes the row: on
/// PostgreSQL others who want one of the same table wait until that transaction is over, as on SQLite, which has one
/// writer at a time, they do anyway.
pub(crate) async fn next<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    id: E::Column,
    limit: Option<i64>,
) -> Result<i64> {
    if connection.get_database_backend() == DbBackend::Postgres {
        let table = E::default().table_name().to_owned();
        let lock = "SELECT pg_advisory_xact_lock(hashtext($1))";
        connection
            .execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, lock, [table.into()]))
            .await?;
    }
    let mut select = E::find().select_only().column_as(id.max(), "last");
    if let Some(limit) = limit {
        select = select.filter(id.lt(limit));
    }
    let last: Option<Option<i64>> = select.into_tuple().one(connection).await?;
    Ok(last.flatten().unwrap_or(0) + 1)
}
