//! Payment schedules.

use kemu_domain::payment_schedules::{PaymentSchedule, PaymentScheduleId};
use kemu_domain::{AccountId, LedgerId, Minor};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::columns::{date, days, parsed, small};
use crate::entities::payment_schedules::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::ids;

/// The schedules of an account, oldest first.
pub async fn of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<PaymentSchedule>> {
    let select = Entity::find().filter(Column::AccountId.eq(account.get()));
    let rows = select.order_by_asc(Column::ValidFrom).order_by_asc(Column::Id).all(connection).await?;
    rows.into_iter().map(schedule).collect()
}

/// The id of the next schedule.
pub async fn next_id(connection: &impl ConnectionTrait) -> Result<PaymentScheduleId> {
    Ok(PaymentScheduleId(ids::next::<Entity>(connection, Column::Id, None).await?))
}

/// Writes a schedule, new or changed.
pub async fn save(connection: &impl ConnectionTrait, schedule: &PaymentSchedule) -> Result<()> {
    let columns = [Column::Amount, Column::DayOfMonth, Column::ValidTo];
    let changed = OnConflict::column(Column::Id).update_columns(columns).to_owned();
    Entity::insert(row(schedule)).on_conflict(changed).exec_without_returning(connection).await?;
    Ok(())
}

fn schedule(row: Model) -> Result<PaymentSchedule> {
    Ok(PaymentSchedule {
        id: PaymentScheduleId(row.id),
        account_id: AccountId(row.account_id),
        ledger_id: LedgerId(row.ledger_id),
        trigger: parsed("payment_schedules.trigger_kind", row.trigger_kind)?,
        amount: Minor(row.amount),
        day: row.day_of_month.map(|day| small("payment_schedules.day_of_month", day)).transpose()?,
        valid_from: date("payment_schedules.valid_from", row.valid_from)?,
        valid_to: row.valid_to.map(|end| date("payment_schedules.valid_to", end)).transpose()?,
    })
}

pub(crate) fn row(schedule: &PaymentSchedule) -> ActiveModel {
    ActiveModel {
        id: Set(schedule.id.0),
        account_id: Set(schedule.account_id.get()),
        ledger_id: Set(schedule.ledger_id.get()),
        trigger_kind: Set(schedule.trigger.to_string()),
        amount: Set(schedule.amount.cents()),
        day_of_month: Set(schedule.day.map(i64::from)),
        valid_from: Set(days(schedule.valid_from)),
        valid_to: Set(schedule.valid_to.map(days)),
    }
}
