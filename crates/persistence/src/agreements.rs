//! Agreements.

use kemu_domain::agreements::{Agreement, AgreementId};
use kemu_domain::supply_points::SupplyPointId;
use kemu_domain::{AccountId, LedgerId, Scope};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::accounts::in_scope;
use crate::columns::{instant, micros, small};
use crate::entities::agreements::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::ids;

/// The agreements of the accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { select: in_scope(Entity::find(), Column::AccountId, scope) }
}

/// A choice of agreements, to be narrowed down.
#[derive(Clone, Debug)]
pub struct Visible {
    select: Select<Entity>,
}

impl Visible {
    /// The one with this id.
    pub async fn by_id(
        self,
        connection: &impl ConnectionTrait,
        id: AgreementId,
    ) -> Result<Option<Agreement>> {
        self.select.filter(Column::Id.eq(id.get())).one(connection).await?.map(agreement).transpose()
    }
}

/// The agreements of an account, oldest first.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Agreement>> {
    let select = Entity::find().filter(Column::AccountId.eq(account.get()));
    let rows = select.order_by_asc(Column::ValidFrom).order_by_asc(Column::Id).all(connection).await?;
    rows.into_iter().map(agreement).collect()
}

/// An id that no agreement has.
pub async fn next_id(connection: &impl ConnectionTrait) -> Result<AgreementId> {
    Ok(AgreementId(ids::next::<Entity>(connection, Column::Id, None).await?))
}

/// Writes a new agreement. Of two who took the same id at once, the second one fails.
pub async fn add(connection: &impl ConnectionTrait, agreement: &Agreement) -> Result<()> {
    Entity::insert(row(agreement)).exec_without_returning(connection).await?;
    Ok(())
}

/// Writes an agreement, new or changed.
pub async fn save(connection: &impl ConnectionTrait, agreement: &Agreement) -> Result<()> {
    let changed = OnConflict::column(Column::Id).update_columns([Column::ValidTo]).to_owned();
    Entity::insert(row(agreement)).on_conflict(changed).exec_without_returning(connection).await?;
    Ok(())
}

fn agreement(row: Model) -> Result<Agreement> {
    Ok(Agreement {
        id: AgreementId(row.id),
        account_id: AccountId(row.account_id),
        supply_point_id: SupplyPointId(row.supply_point_id),
        product_code: row.product_code,
        supply_contract_number: row.supply_contract_number,
        valid_from: instant("agreements.valid_from", row.valid_from)?,
        valid_to: row.valid_to.map(|at| instant("agreements.valid_to", at)).transpose()?,
        billing_frequency_months: small("agreements.billing_frequency_months", row.billing_frequency_months)?,
        charging_ledger: LedgerId(row.charging_ledger_id),
    })
}

pub(crate) fn row(agreement: &Agreement) -> ActiveModel {
    ActiveModel {
        id: Set(agreement.id.get()),
        account_id: Set(agreement.account_id.get()),
        supply_point_id: Set(agreement.supply_point_id.get()),
        product_code: Set(agreement.product_code.clone()),
        supply_contract_number: Set(agreement.supply_contract_number.clone()),
        valid_from: Set(micros(agreement.valid_from)),
        valid_to: Set(agreement.valid_to.map(micros)),
        billing_frequency_months: Set(i64::from(agreement.billing_frequency_months)),
        charging_ledger_id: Set(agreement.charging_ledger.get()),
    }
}
