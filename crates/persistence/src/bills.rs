//! Bills. They are listed by their first day or by the day on which they were issued.

use kemu_domain::agreements::AgreementId;
use kemu_domain::bills::{Bill, BillStatus};
use kemu_domain::transactions::Amounts;
use kemu_domain::{AccountId, BillId, LedgerId, Minor, Scope};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::accounts::in_scope;
use crate::columns::{date, days, instant, json, micros, parsed, to_json};
use crate::entities::bills::{ActiveModel, Column, Entity, Model};
use crate::error::Result;

/// The bills of the accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { select: in_scope(Entity::find(), Column::AccountId, scope) }
}

/// A choice of bills, to be narrowed down.
#[derive(Clone, Debug)]
pub struct Visible {
    select: Select<Entity>,
}

impl Visible {
    /// The one with this id.
    pub async fn by_id(self, connection: &impl ConnectionTrait, id: BillId) -> Result<Option<Bill>> {
        self.select.filter(Column::Id.eq(id.get())).one(connection).await?.map(bill).transpose()
    }
}

/// The bills of an account in the order in which they were issued. An account has a dozen a year, so lists are
/// filtered and cut to pages by those who ask.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Bill>> {
    let select = Entity::find().filter(Column::AccountId.eq(account.get()));
    let rows = select.order_by_asc(Column::IssuedAt).order_by_asc(Column::Id).all(connection).await?;
    rows.into_iter().map(bill).collect()
}

fn bill(row: Model) -> Result<Bill> {
    Ok(Bill {
        id: BillId(row.id),
        identifier: row.identifier,
        account_id: AccountId(row.account_id),
        ledger_id: LedgerId(row.ledger_id),
        agreement_id: AgreementId(row.agreement_id),
        kind: parsed("bills.kind", row.kind)?,
        // Only issued bills are stored.
        status: BillStatus::Closed,
        is_final: row.is_final,
        from: date("bills.from_day", row.from_day)?,
        to: date("bills.to_day", row.to_day)?,
        issued_at: instant("bills.issued_at", row.issued_at)?,
        issued_date: date("bills.issued_day", row.issued_day)?,
        due_date: date("bills.due_day", row.due_day)?,
        lines: json("bills.lines", row.lines)?,
        amounts: Amounts { net: Minor(row.net), tax: Minor(row.tax), gross: Minor(row.gross) },
        opening_balance: Minor(row.opening_balance),
        closing_balance: Minor(row.closing_balance),
    })
}

pub(crate) fn row(bill: &Bill) -> ActiveModel {
    ActiveModel {
        id: Set(bill.id.get()),
        identifier: Set(bill.identifier.clone()),
        account_id: Set(bill.account_id.get()),
        ledger_id: Set(bill.ledger_id.get()),
        agreement_id: Set(bill.agreement_id.get()),
        kind: Set(bill.kind.to_string()),
        is_final: Set(bill.is_final),
        from_day: Set(days(bill.from)),
        to_day: Set(days(bill.to)),
        issued_at: Set(micros(bill.issued_at)),
        issued_day: Set(days(bill.issued_date)),
        due_day: Set(days(bill.due_date)),
        net: Set(bill.amounts.net.cents()),
        tax: Set(bill.amounts.tax.cents()),
        gross: Set(bill.amounts.gross.cents()),
        opening_balance: Set(bill.opening_balance.cents()),
        closing_balance: Set(bill.closing_balance.cents()),
        lines: Set(to_json(&bill.lines)),
    }
}
