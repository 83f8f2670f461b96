//! Ledgers.

use kemu_domain::ledgers::Ledger;
use kemu_domain::{AccountId, LedgerId, LedgerNumber, Minor, Scope};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::accounts::in_scope;
use crate::columns::parsed;
use crate::entities::ledgers;
use crate::error::Result;

/// The ledgers of the accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { select: in_scope(ledgers::Entity::find(), ledgers::Column::AccountId, scope) }
}

/// A choice of ledgers, to be narrowed down.
#[derive(Clone, Debug)]
pub struct Visible {
    select: Select<ledgers::Entity>,
}

impl Visible {
    /// The one with this number.
    pub async fn by_number(
        self,
        connection: &impl ConnectionTrait,
        number: &LedgerNumber,
    ) -> Result<Option<Ledger>> {
        self.select
            .filter(ledgers::Column::Number.eq(number.as_str()))
            .one(connection)
            .await?
            .map(ledger)
            .transpose()
    }

    /// The one with this id.
    pub async fn by_id(self, connection: &impl ConnectionTrait, id: LedgerId) -> Result<Option<Ledger>> {
        self.select.filter(ledgers::Column::Id.eq(id.get())).one(connection).await?.map(ledger).transpose()
    }
}

/// The ledgers of an account, by id.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Ledger>> {
    of_accounts(connection, &[account]).await
}

/// The ledgers of several accounts in one statement, by id.
pub async fn of_accounts(connection: &impl ConnectionTrait, accounts: &[AccountId]) -> Result<Vec<Ledger>> {
    let rows = ledgers::Entity::find()
        .filter(ledgers::Column::AccountId.is_in(accounts.iter().map(|account| account.get())))
        .order_by_asc(ledgers::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(ledger).collect()
}

pub(crate) fn ledger(row: ledgers::Model) -> Result<Ledger> {
    Ok(Ledger {
        id: LedgerId(row.id),
        number: parsed("ledgers.number", row.number)?,
        account_id: AccountId(row.account_id),
        ledger_type: parsed("ledgers.ledger_type", row.ledger_type)?,
        name: row.name,
        balance: Minor(row.balance),
        accepts_payments: row.accepts_payments,
        affects_account_balance: row.affects_account_balance,
    })
}

pub(crate) fn row(ledger: &Ledger) -> ledgers::ActiveModel {
    ledgers::ActiveModel {
        id: Set(ledger.id.get()),
        number: Set(ledger.number.to_string()),
        account_id: Set(ledger.account_id.get()),
        ledger_type: Set(ledger.ledger_type.to_string()),
        name: Set(ledger.name.clone()),
        balance: Set(ledger.balance.cents()),
        accepts_payments: Set(ledger.accepts_payments),
        affects_account_balance: Set(ledger.affects_account_balance),
    }
}
