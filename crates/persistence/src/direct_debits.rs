//! Mandates for direct debits.

use kemu_domain::direct_debits::{DirectDebitInstruction, DirectDebitInstructionId, Iban};
use kemu_domain::{AccountId, LedgerId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::columns::{instant, micros, parsed};
use crate::entities::direct_debit_instructions::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::ids;

/// The mandates of an account, oldest first.
pub async fn of_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<DirectDebitInstruction>> {
    let select = Entity::find().filter(Column::AccountId.eq(account.get()));
    let rows = select.order_by_asc(Column::ValidFrom).order_by_asc(Column::Id).all(connection).await?;
    rows.into_iter().map(instruction).collect()
}

/// The id of the next mandate.
pub async fn next_id(connection: &impl ConnectionTrait) -> Result<DirectDebitInstructionId> {
    Ok(DirectDebitInstructionId(ids::next::<Entity>(connection, Column::Id, None).await?))
}

/// Writes a mandate, new or changed.
pub async fn save(connection: &impl ConnectionTrait, instruction: &DirectDebitInstruction) -> Result<()> {
    let changed = OnConflict::column(Column::Id).update_columns([Column::Status, Column::ValidTo]).to_owned();
    Entity::insert(row(instruction)).on_conflict(changed).exec_without_returning(connection).await?;
    Ok(())
}

fn instruction(row: Model) -> Result<DirectDebitInstruction> {
    Ok(DirectDebitInstruction {
        id: DirectDebitInstructionId(row.id),
        account_id: AccountId(row.account_id),
        ledger_id: row.ledger_id.map(LedgerId),
        account_holder: row.account_holder,
        iban: Iban::from_checked(&row.iban),
        status: parsed("direct_debit_instructions.status", row.status)?,
        valid_from: instant("direct_debit_instructions.valid_from", row.valid_from)?,
        valid_to: row.valid_to.map(|end| instant("direct_debit_instructions.valid_to", end)).transpose()?,
    })
}

pub(crate) fn row(instruction: &DirectDebitInstruction) -> ActiveModel {
    ActiveModel {
        id: Set(instruction.id.0),
        account_id: Set(instruction.account_id.get()),
        ledger_id: Set(instruction.ledger_id.map(LedgerId::get)),
        account_holder: Set(instruction.account_holder.clone()),
        iban: Set(instruction.iban.reveal().to_owned()),
        status: Set(instruction.status.to_string()),
        valid_from: Set(micros(instruction.valid_from)),
        valid_to: Set(instruction.valid_to.map(micros)),
    }
}
