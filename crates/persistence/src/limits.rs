//! How far callers have used up their limits, where several processes must count together. PostgreSQL only: an SQLite
//! file has one process, which counts in its memory.
//!
//! A limit is kept as the instant at which it is whole again (the generic cell rate algorithm): a call moves it by what
//! the call costs, unless that leads further ahead than the limit is large.

use std::collections::HashMap;

use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, Statement};

use crate::entities::limits::{Column, Entity};
use crate::error::Result;

/// One step of a limit; a static limit has one, of a dynamic limit each is stricter than the one before.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// In how many nanoseconds an empty limit becomes whole.
    pub whole: i64,
    /// How many of them one call costs.
    pub call: i64,
}

/// A caller's state with a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// At which step a dynamic limit is.
    pub level: usize,
    /// When the limit is whole again, in nanoseconds since 1970.
    pub whole_at: i64,
}

/// In one statement, so that of any number of callers at once each counts. The steps are arrays, as text; a row of a limit
/// that had more of them once stands at the strictest.
const TAKE: &str = "
WITH steps AS (SELECT string_to_array($5, ',')::bigint[] AS whole, string_to_array($6, ',')::bigint[] AS call)
INSERT INTO limits (caller, name, level, whole_at)
SELECT $1, $2, 0, $3 + $4 * steps.call[1] FROM steps WHERE $4 * steps.call[1] <= steps.whole[1]
ON CONFLICT (caller, name) DO UPDATE
SET whole_at = GREATEST(limits.whole_at, $3) + $4 * (string_to_array($6, ',')::bigint[])[LEAST(limits.level + 1, $7)]
WHERE GREATEST(limits.whole_at, $3) + $4 * (string_to_array($6, ',')::bigint[])[LEAST(limits.level + 1, $7)]
    <= $3 + (string_to_array($5, ',')::bigint[])[LEAST(limits.level + 1, $7)]";

/// A breach makes a dynamic limit stricter, with nothing left at the new step; the strictest stays as it is.
const BREACH: &str = "
UPDATE limits
SET level = level + 1, whole_at = $3 + (string_to_array($4, ',')::bigint[])[level + 2]
WHERE caller = $1 AND name = $2 AND level + 1 < $5";

/// Takes `count` calls from a caller's limit at `now`, in nanoseconds since 1970; false where there are not enough left.
pub async fn take(
    connection: &impl ConnectionTrait,
    (caller, name): (&str, &str),
    steps: &[Step],
    count: u32,
    now: i64,
) -> Result<bool> {
    let listed = |part: fn(&Step) -> i64| {
        steps.iter().map(|step| part(step).to_string()).collect::<Vec<_>>().join(",")
    };
    let (whole, call) = (listed(|step| step.whole), listed(|step| step.call));
    let levels = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let values = [
        caller.into(),
        name.into(),
        now.into(),
        i64::from(count).into(),
        whole.clone().into(),
        call.into(),
        levels.into(),
    ];
    let taken = Statement::from_sql_and_values(DbBackend::Postgres, TAKE, values);
    if connection.execute_raw(taken).await?.rows_affected() > 0 {
        return Ok(true);
    }
    if steps.len() > 1 {
        let values = [caller.into(), name.into(), now.into(), whole.into(), levels.into()];
        connection.execute_raw(Statement::from_sql_and_values(DbBackend::Postgres, BREACH, values)).await?;
    }
    Ok(false)
}

/// The states of all limits that a caller has used, by name.
pub async fn of_caller(connection: &impl ConnectionTrait, caller: &str) -> Result<HashMap<String, State>> {
    let rows = Entity::find().filter(Column::Caller.eq(caller)).all(connection).await?;
    let state = |level, whole_at| State { level: usize::try_from(level).unwrap_or(0), whole_at };
    Ok(rows.into_iter().map(|row| (row.name, state(row.level, row.whole_at))).collect())
}

/// Forgets what all callers have used.
pub async fn forget(connection: &impl ConnectionTrait) -> Result<()> {
    Entity::delete_many().exec(connection).await?;
    Ok(())
}
