//! How far billing is, and writing down what it has done.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kemu_domain::billing::{BillingState, EventKey, PaymentHabits, Posted, PostedEvent};
use kemu_domain::bookkeeping::LedgerBook;
use kemu_domain::world::BilledAccount;
use kemu_domain::{AccountId, LedgerId, TransactionId};
use sea_orm::sea_query::{Expr, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::columns::{instant, json, micros, to_json};
use crate::entities::{
    billing_events, billing_states, payment_habits, payment_schedules, payments as payment_rows,
    transactions as transaction_rows,
};
use crate::error::Result;
use crate::seed::insert;
use crate::{bills, payments, repayments, transactions};

/// When billing goes on next, for any account.
pub async fn next_due(connection: &impl ConnectionTrait) -> Result<Option<DateTime<Utc>>> {
    let first: Option<Option<i64>> = billing_states::Entity::find()
        .select_only()
        .column_as(billing_states::Column::NextDue.min(), "first")
        .into_tuple()
        .one(connection)
        .await?;
    first.flatten().map(|at| instant("billing_states.next_due", at)).transpose()
}

/// The accounts for which something is due, by id.
pub async fn due_at(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Vec<AccountId>> {
    let mut due: Vec<i64> = billing_states::Entity::find()
        .select_only()
        .column(billing_states::Column::AccountId)
        .filter(billing_states::Column::NextDue.lte(micros(now)))
        .into_tuple()
        .all(connection)
        .await?;
    due.sort_unstable();
    Ok(due.into_iter().map(AccountId).collect())
}

/// How far the billing of an account is; at its beginning where it has none.
pub async fn state(connection: &impl ConnectionTrait, account: AccountId) -> Result<BillingState> {
    let row = billing_states::Entity::find_by_id(account.get()).one(connection).await?;
    row.map_or_else(|| Ok(BillingState::default()), |row| json("billing_states.state", row.state))
}

/// Writes how far it is, and when it goes on.
pub async fn save_state(
    connection: &impl ConnectionTrait,
    account: AccountId,
    state: &BillingState,
    next_due: Option<DateTime<Utc>>,
) -> Result<()> {
    let columns = [billing_states::Column::State, billing_states::Column::NextDue];
    let changed = OnConflict::column(billing_states::Column::AccountId).update_columns(columns).to_owned();
    let row = state_row(account, state, next_due);
    billing_states::Entity::insert(row).on_conflict(changed).exec_without_returning(connection).await?;
    Ok(())
}

/// How the ledgers of an account are paid.
pub async fn habits(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<BTreeMap<LedgerId, PaymentHabits>> {
    let select = payment_habits::Entity::find().filter(payment_habits::Column::AccountId.eq(account.get()));
    let rows = select.all(connection).await?;
    rows.into_iter()
        .map(|row| Ok((LedgerId(row.ledger_id), json("payment_habits.habits", row.habits)?)))
        .collect()
}

/// Writes how a ledger is paid from now on.
pub async fn save_habits(
    connection: &impl ConnectionTrait,
    account: AccountId,
    ledger: LedgerId,
    habits: &PaymentHabits,
) -> Result<()> {
    let column = payment_habits::Column::LedgerId;
    let changed = OnConflict::column(column).update_columns([payment_habits::Column::Habits]).to_owned();
    let row = habits_row(account, ledger, habits);
    payment_habits::Entity::insert(row).on_conflict(changed).exec_without_returning(connection).await?;
    Ok(())
}

/// Writes what billing has done to an account. The changes to rows that are there come before the new rows, as
/// [`Posted`] wants it.
pub async fn write(
    connection: &impl ConnectionTrait,
    account: AccountId,
    posted: &Posted,
    ledgers: &[LedgerBook],
) -> Result<()> {
    for (payment, status) in &posted.settled {
        payment_rows::Entity::update_many()
            .col_expr(payment_rows::Column::Status, Expr::value(status.to_string()))
            .filter(payment_rows::Column::Id.eq(payment.get()))
            .exec(connection)
            .await?;
    }
    for (repayment, status) in &posted.repaid {
        repayments::settle(connection, *repayment, *status).await?;
    }
    for (ledger, bill) in &posted.billed {
        transaction_rows::Entity::update_many()
            .col_expr(transaction_rows::Column::BillingDocument, Expr::value(bill.get()))
            .col_expr(transaction_rows::Column::IsIssued, Expr::value(true))
            .col_expr(transaction_rows::Column::HasStatement, Expr::value(true))
            .filter(transaction_rows::Column::LedgerId.eq(ledger.get()))
            .filter(transaction_rows::Column::BillingDocument.is_null())
            .exec(connection)
            .await?;
    }
    for key in &posted.returned {
        transaction_rows::Entity::update_many()
            .col_expr(transaction_rows::Column::IsReversed, Expr::value(true))
            .col_expr(transaction_rows::Column::IsLateFailed, Expr::value(true))
            .filter(transaction_rows::Column::Id.in_subquery(booking_of(account, *key)))
            .exec(connection)
            .await?;
    }
    for (schedule, amount) in &posted.amounts {
        payment_schedules::Entity::update_many()
            .col_expr(payment_schedules::Column::Amount, Expr::value(amount.cents()))
            .filter(payment_schedules::Column::Id.eq(schedule.0))
            .exec(connection)
            .await?;
    }
    insert(connection, posted.bills.iter().map(bills::row).collect()).await?;
    insert(connection, posted.booked.iter().map(transactions::row).collect()).await?;
    payments::append(connection, account, &posted.payments).await?;
    insert(connection, posted.events.iter().map(|event| event_row(account, event)).collect()).await?;
    for book in ledgers {
        transactions::set_balance(connection, book.ledger.id, book.ledger.balance).await?;
    }
    Ok(())
}

fn booking_of(account: AccountId, key: EventKey) -> sea_orm::sea_query::SelectStatement {
    Query::select()
        .column(billing_events::Column::TransactionId)
        .from(billing_events::Entity)
        .and_where(billing_events::Column::AccountId.eq(account.get()))
        .and_where(billing_events::Column::EventKey.eq(key.to_string()))
        .to_owned()
}

fn state_row(
    account: AccountId,
    state: &BillingState,
    next_due: Option<DateTime<Utc>>,
) -> billing_states::ActiveModel {
    billing_states::ActiveModel {
        account_id: Set(account.get()),
        state: Set(to_json(state)),
        next_due: Set(next_due.map(micros)),
    }
}

pub(crate) fn billed_row(billed: &BilledAccount) -> billing_states::ActiveModel {
    state_row(billed.account_id, &billed.state, billed.next_due)
}

pub(crate) fn habits_row(
    account: AccountId,
    ledger: LedgerId,
    habits: &PaymentHabits,
) -> payment_habits::ActiveModel {
    payment_habits::ActiveModel {
        ledger_id: Set(ledger.get()),
        account_id: Set(account.get()),
        habits: Set(to_json(habits)),
    }
}

pub(crate) fn event_row(account: AccountId, event: &PostedEvent) -> billing_events::ActiveModel {
    billing_events::ActiveModel {
        account_id: Set(account.get()),
        event_key: Set(event.key.to_string()),
        happened_at: Set(micros(event.at)),
        transaction_id: Set(event.transaction.map(TransactionId::get)),
    }
}
