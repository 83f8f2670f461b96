//! What processes on one store tell each other, beside the world itself: its clock, when billing goes on, and how often
//! the store was opened.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::clock::Mode;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ConnectionTrait, DbBackend, EntityTrait, QuerySelect, Statement};

use crate::columns::instant;
use crate::entities::meta;
use crate::error::{Error, Result};
use crate::store::{Store, WriteTransaction};

const CLOCK: &str = "clock";
const OPENINGS: &str = "openings";

/// The clock of a world, as the store has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptClock {
    /// How often it was moved: of two readings, the one with more moves is the later one.
    pub moves: u64,
    /// What it follows.
    pub mode: Mode,
}

/// Keeps what the clock of a new world follows, and says what it is: of several who open it at once the first decides.
pub async fn keep_clock(connection: &impl ConnectionTrait, mode: Mode) -> Result<KeptClock> {
    let first = KeptClock { moves: 0, mode };
    insert_if_missing(connection, CLOCK, text(first)).await?;
    let row = meta::Entity::find_by_id(CLOCK).one(connection).await?;
    row.map_or(Ok(first), |row| clock(row.value))
}

/// The clock for whoever is about to move it: others who want that wait for the end of the transaction.
pub async fn clock_to_move(transaction: &WriteTransaction) -> Result<Option<KeptClock>> {
    let row = meta::Entity::find_by_id(CLOCK).lock_exclusive().one(&**transaction).await?;
    row.map(|row| clock(row.value)).transpose()
}

/// Writes down where the clock was moved.
pub async fn save_clock(connection: &impl ConnectionTrait, moved: KeptClock) -> Result<()> {
    save(connection, CLOCK, text(moved)).await
}

/// How a store that is shared stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The clock.
    pub clock: Option<KeptClock>,
    /// When billing goes on.
    pub next_due: Option<DateTime<Utc>>,
}

/// How the store stands. One statement, since every request asks. PostgreSQL only: an SQLite file has one process.
pub async fn standing(connection: &impl ConnectionTrait) -> Result<Standing> {
    let sql = "SELECT (SELECT value FROM meta WHERE name = 'clock') AS clock, \
               (SELECT MIN(next_due) FROM billing_states) AS next_due";
    let row = connection.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    let Some(row) = row else { return Ok(Standing { clock: None, next_due: None }) };
    let (kept, next_due): (Option<String>, Option<i64>) =
        (row.try_get("", "clock")?, row.try_get("", "next_due")?);
    Ok(Standing {
        clock: kept.map(clock).transpose()?,
        next_due: next_due.map(|at| instant("billing_states.next_due", at)).transpose()?,
    })
}

/// Counts one more opening of the store, and says which one it is: no two processes get the same number.
pub async fn count_opening(store: &Store) -> Result<u64> {
    let transaction = store.begin().await?;
    // So that there is a row to lock.
    insert_if_missing(&*transaction, OPENINGS, "1".into()).await?;
    let row = meta::Entity::find_by_id(OPENINGS).lock_exclusive().one(&*transaction).await?;
    let last: u64 = row.and_then(|row| row.value.parse().ok()).unwrap_or(1);
    save(&*transaction, OPENINGS, (last + 1).to_string()).await?;
    transaction.commit().await?;
    Ok(last + 1)
}

async fn insert_if_missing(connection: &impl ConnectionTrait, name: &str, value: String) -> Result<()> {
    let row = meta::ActiveModel { name: Set(name.into()), value: Set(value) };
    let kept = OnConflict::column(meta::Column::Name).do_nothing().to_owned();
    meta::Entity::insert(row).on_conflict(kept).exec_without_returning(connection).await?;
    Ok(())
}

async fn save(connection: &impl ConnectionTrait, name: &str, value: String) -> Result<()> {
    let row = meta::ActiveModel { name: Set(name.into()), value: Set(value) };
    let again = OnConflict::column(meta::Column::Name).update_column(meta::Column::Value).to_owned();
    meta::Entity::insert(row).on_conflict(again).exec_without_returning(connection).await?;
    Ok(())
}

/// As it stands in the store, after the number of moves: `real`, `offset NANOSECONDS`, `frozen NANOSECONDS`, which reach
/// from 1677 to 2262.
fn text(KeptClock { moves, mode }: KeptClock) -> String {
    let (name, nanoseconds) = match mode {
        Mode::Real => return format!("{moves} real"),
        Mode::Offset(offset) => ("offset", offset.num_nanoseconds()),
        Mode::Frozen(at) => ("frozen", at.timestamp_nanos_opt()),
    };
    format!("{moves} {name} {}", nanoseconds.unwrap_or(i64::MAX))
}

fn clock(text: String) -> Result<KeptClock> {
    let number = |text: &str| text.parse::<i64>().ok();
    let mut words = text.split(' ');
    let moves = words.next().and_then(|moves| moves.parse().ok());
    let mode = match (words.next(), words.next().and_then(number)) {
        (Some("real"), None) => Some(Mode::Real),
        (Some("offset"), Some(offset)) => Some(Mode::Offset(TimeDelta::nanoseconds(offset))),
        (Some("frozen"), Some(at)) => Some(Mode::Frozen(DateTime::from_timestamp_nanos(at))),
        _ => None,
    };
    let read = moves.zip(mode).map(|(moves, mode)| KeptClock { moves, mode });
    read.ok_or(Error::Corrupt { column: "meta.value", value: text })
}
