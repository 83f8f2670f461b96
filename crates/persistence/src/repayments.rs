//! Requests for repayments.

use kemu_domain::repayments::{Repayment, RepaymentId, RepaymentStatus, RepaymentWish};
use kemu_domain::{AccountId, LedgerId, Minor, Scope};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::accounts::in_scope;
use crate::columns::{instant, micros, parsed};
use crate::entities::repayments::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::ids;

/// The requests of the accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { select: in_scope(Entity::find(), Column::AccountId, scope) }
}

/// A choice of requests, to be narrowed down.
#[derive(Clone, Debug)]
pub struct Visible {
    select: Select<Entity>,
}

impl Visible {
    /// The one with this id.
    pub async fn by_id(
        self,
        connection: &impl ConnectionTrait,
        id: RepaymentId,
    ) -> Result<Option<Repayment>> {
        self.select.filter(Column::Id.eq(id.0)).one(connection).await?.map(repayment).transpose()
    }
}

/// The requests of an account, newest first.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Repayment>> {
    let select = Entity::find().filter(Column::AccountId.eq(account.get()));
    let rows = select.order_by_desc(Column::Id).all(connection).await?;
    rows.into_iter().map(repayment).collect()
}

/// The request of an account that was made with this key.
pub async fn by_key(
    connection: &impl ConnectionTrait,
    account: AccountId,
    key: &str,
) -> Result<Option<Repayment>> {
    let of_account = Entity::find().filter(Column::AccountId.eq(account.get()));
    of_account.filter(Column::IdempotencyKey.eq(key)).one(connection).await?.map(repayment).transpose()
}

/// The id of the next request.
pub async fn next_id(connection: &impl ConnectionTrait) -> Result<RepaymentId> {
    Ok(RepaymentId(ids::next::<Entity>(connection, Column::Id, None).await?))
}

/// Writes a new request.
pub async fn insert(connection: &impl ConnectionTrait, new: &Repayment) -> Result<()> {
    let row = ActiveModel {
        id: Set(new.id.0),
        account_id: Set(new.account_id.get()),
        ledger_id: Set(new.wish.ledger_id.get()),
        amount: Set(new.wish.amount.cents()),
        method: Set(new.wish.method.to_string()),
        reason: Set(new.wish.reason.clone()),
        instruction: Set(new.wish.instruction.clone()),
        idempotency_key: Set(new.idempotency_key.clone()),
        status: Set(new.status.to_string()),
        requested_at: Set(micros(new.requested_at)),
    };
    Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}

/// Writes what became of a request.
pub async fn settle(
    connection: &impl ConnectionTrait,
    id: RepaymentId,
    status: RepaymentStatus,
) -> Result<()> {
    let change = Entity::update_many().col_expr(Column::Status, Expr::value(status.to_string()));
    change.filter(Column::Id.eq(id.0)).exec(connection).await?;
    Ok(())
}

fn repayment(row: Model) -> Result<Repayment> {
    Ok(Repayment {
        id: RepaymentId(row.id),
        account_id: AccountId(row.account_id),
        wish: RepaymentWish {
            ledger_id: LedgerId(row.ledger_id),
            amount: Minor(row.amount),
            method: parsed("repayments.method", row.method)?,
            reason: row.reason,
            instruction: row.instruction,
        },
        idempotency_key: row.idempotency_key,
        status: parsed("repayments.status", row.status)?,
        requested_at: instant("repayments.requested_at", row.requested_at)?,
    })
}
