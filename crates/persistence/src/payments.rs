//! Payments. They are listed newest entry first; see `transactions` for how pages are found.

use kemu_domain::payments::{CollectionWish, Payment, PaymentMethod, PaymentReason, PaymentStatus};
use kemu_domain::{AccountId, LedgerId, Minor, Page, PageRequest, PaymentId};
use sea_orm::sea_query::{Expr, Order};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::columns::{date, days, index, json, parsed, position, to_json};
use crate::entities::{collected_payments, payments};
use crate::error::Result;
use crate::ids;

/// Which payments are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    /// Only those meant for this ledger.
    pub ledger: Option<LedgerId>,
    /// Only those with this fate.
    pub status: Option<PaymentStatus>,
    /// Only those asked for on this ground.
    pub reason: Option<PaymentReason>,
    /// Only those paid in one of these ways; empty for all.
    pub methods: &'static [PaymentMethod],
    /// Promises as well.
    pub include_promises: bool,
}

impl Default for Filter {
    /// Everything: the contract's defaults.
    fn default() -> Self {
        Self { ledger: None, status: None, reason: None, methods: &[], include_promises: true }
    }
}

impl Filter {
    fn lets_all_through(&self) -> bool {
        self.ledger.is_none()
            && self.status.is_none()
            && self.reason.is_none()
            && self.methods.is_empty()
            && self.include_promises
    }
}

/// A page of an account's payments.
pub async fn page(
    connection: &impl ConnectionTrait,
    account: AccountId,
    filter: &Filter,
    request: &PageRequest,
) -> Result<Page<Payment>> {
    let mut select = payments::Entity::find().filter(payments::Column::AccountId.eq(account.get()));
    if let Some(ledger) = filter.ledger {
        select = select.filter(payments::Column::LedgerId.eq(ledger.get()));
    }
    if let Some(status) = filter.status {
        select = select.filter(payments::Column::Status.eq(status.to_string()));
    }
    if let Some(reason) = filter.reason {
        select = select.filter(payments::Column::Reason.eq(reason.to_string()));
    }
    if !filter.methods.is_empty() {
        let methods = filter.methods.iter().map(ToString::to_string);
        select = select.filter(payments::Column::Method.is_in(methods));
    }
    if !filter.include_promises {
        let promises = PaymentStatus::PROMISES.map(|status| status.to_string());
        select = select.filter(payments::Column::Status.is_not_in(promises));
    }
    let total = if filter.lets_all_through() {
        count(connection, account).await?
    } else {
        usize::try_from(select.clone().count(connection).await?).unwrap_or(usize::MAX)
    };
    let window = request.window(total);
    if window.range.is_empty() {
        return Ok(Page::new(Vec::new(), &window, total));
    }
    select = select.order_by(payments::Column::Position, Order::Desc);
    select = if filter.lets_all_through() {
        select
            .filter(payments::Column::Position.gte(position(total - window.range.end)))
            .filter(payments::Column::Position.lt(position(total - window.range.start)))
    } else {
        select.offset(window.range.start as u64).limit(window.range.len() as u64)
    };
    let rows = select.all(connection).await?;
    let items = rows.into_iter().map(payment).collect::<Result<_>>()?;
    Ok(Page::new(items, &window, total))
}

/// How many payments an account has.
async fn count(connection: &impl ConnectionTrait, account: AccountId) -> Result<usize> {
    let last: Option<i64> = payments::Entity::find()
        .select_only()
        .column_as(payments::Column::Position.max(), "last")
        .filter(payments::Column::AccountId.eq(account.get()))
        .into_tuple()
        .one(connection)
        .await?
        .flatten();
    last.map_or(Ok(0), |last| index("payments.position", last + 1))
}

/// Enters payments of an account, in this order.
pub async fn append(
    connection: &impl ConnectionTrait,
    account: AccountId,
    entered: &[Payment],
) -> Result<()> {
    let next = if entered.is_empty() { 0 } else { position(count(connection, account).await?) };
    let rows = (next..).zip(entered).map(|(position, payment)| row(payment, position));
    crate::seed::insert(connection, rows.collect()).await
}

/// A payment of an account.
pub async fn one_of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
    id: PaymentId,
) -> Result<Option<Payment>> {
    let wanted = payments::Column::AccountId.eq(account.get());
    payments::Entity::find_by_id(id.get()).filter(wanted).one(connection).await?.map(payment).transpose()
}

/// The id of the next payment that a customer asks for. Such ids stay below 2^31, as `amendPayment` takes no others;
/// all that billing and fixtures make are above.
pub async fn next_id(connection: &impl ConnectionTrait) -> Result<PaymentId> {
    Ok(PaymentId(ids::next::<payments::Entity>(connection, payments::Column::Id, Some(1 << 31)).await?))
}

/// Writes what a customer changed of a payment: amount, day and fate.
pub async fn change(connection: &impl ConnectionTrait, changed: &Payment) -> Result<()> {
    payments::Entity::update_many()
        .col_expr(payments::Column::Amount, Expr::value(changed.amount.cents()))
        .col_expr(payments::Column::PaymentDate, Expr::value(days(changed.payment_date)))
        .col_expr(payments::Column::Status, Expr::value(changed.status.to_string()))
        .filter(payments::Column::Id.eq(changed.id.get()))
        .exec(connection)
        .await?;
    Ok(())
}

/// What an account asked for with this key, and the payment that it led to.
pub async fn collected_with(
    connection: &impl ConnectionTrait,
    account: AccountId,
    key: &str,
) -> Result<Option<(CollectionWish, PaymentId)>> {
    let row = collected_payments::Entity::find()
        .filter(collected_payments::Column::AccountId.eq(account.get()))
        .filter(collected_payments::Column::IdempotencyKey.eq(key))
        .one(connection)
        .await?;
    row.map(|row| Ok((json("collected_payments.request", row.request)?, PaymentId(row.payment_id))))
        .transpose()
}

/// Remembers what an account asked for with a key.
pub async fn remember_collection(
    connection: &impl ConnectionTrait,
    account: AccountId,
    key: &str,
    (asked, payment): (&CollectionWish, PaymentId),
) -> Result<()> {
    let row = collected_payments::ActiveModel {
        payment_id: Set(payment.get()),
        account_id: Set(account.get()),
        idempotency_key: Set(key.to_owned()),
        request: Set(to_json(asked)),
    };
    collected_payments::Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

fn payment(row: payments::Model) -> Result<Payment> {
    Ok(Payment {
        id: PaymentId(row.id),
        account_id: AccountId(row.account_id),
        ledger_id: LedgerId(row.ledger_id),
        amount: Minor(row.amount),
        payment_date: date("payments.payment_date", row.payment_date)?,
        reference: row.reference,
        status: parsed("payments.status", row.status)?,
        reason: row.reason.map(|reason| parsed("payments.reason", reason)).transpose()?,
        surcharge: Minor(row.surcharge),
        method: parsed("payments.method", row.method)?,
    })
}

pub(crate) fn row(payment: &Payment, position: i64) -> payments::ActiveModel {
    payments::ActiveModel {
        id: Set(payment.id.get()),
        account_id: Set(payment.account_id.get()),
        position: Set(position),
        ledger_id: Set(payment.ledger_id.get()),
        amount: Set(payment.amount.cents()),
        payment_date: Set(days(payment.payment_date)),
        reference: Set(payment.reference.clone()),
        status: Set(payment.status.to_string()),
        reason: Set(payment.reason.map(|reason| reason.to_string())),
        surcharge: Set(payment.surcharge.cents()),
        method: Set(payment.method.to_string()),
    }
}
