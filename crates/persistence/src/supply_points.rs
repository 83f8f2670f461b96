//! Supply points, each with its home and what the distributor knows of it.

use kemu_domain::metering::Installation;
use kemu_domain::supply_points::{ExternalIdentifier, Market, SupplyPoint, SupplyPointId};
use kemu_domain::{AccountId, PropertyId, Scope};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::accounts::in_scope;
use crate::columns::{json, parsed, to_json};
use crate::entities::supply_points::{ActiveModel, Column, Entity, Model};
use crate::error::{Error, Result};

/// The supply points of the accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { select: in_scope(Entity::find().order_by_asc(Column::Id), Column::AccountId, scope) }
}

/// A choice of supply points, to be narrowed down.
#[derive(Clone, Debug)]
pub struct Visible {
    select: Select<Entity>,
}

impl Visible {
    /// The ones that a market calls so: two where a place consumes and generates.
    pub async fn by_identifier(
        self,
        connection: &impl ConnectionTrait,
        identifier: &ExternalIdentifier,
    ) -> Result<Vec<Installation>> {
        let select = self
            .select
            .filter(Column::Identifier.eq(identifier.as_str()))
            .filter(Column::Market.eq(identifier.market().to_string()));
        all(connection, select).await
    }

    /// All of them.
    pub async fn all(self, connection: &impl ConnectionTrait) -> Result<Vec<Installation>> {
        all(connection, self.select).await
    }
}

/// The supply points of an account, by id.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Installation>> {
    let select = Entity::find().filter(Column::AccountId.eq(account.get())).order_by_asc(Column::Id);
    all(connection, select).await
}

/// The supply points of a place, by id.
pub async fn of_property(
    connection: &impl ConnectionTrait,
    property: PropertyId,
) -> Result<Vec<Installation>> {
    let select = Entity::find().filter(Column::PropertyId.eq(property.get())).order_by_asc(Column::Id);
    all(connection, select).await
}

async fn all(connection: &impl ConnectionTrait, select: Select<Entity>) -> Result<Vec<Installation>> {
    select.all(connection).await?.into_iter().map(installation).collect()
}

fn installation(row: Model) -> Result<Installation> {
    let market: Market = parsed("supply_points.market", row.market)?;
    let point = SupplyPoint {
        id: SupplyPointId(row.id),
        property_id: PropertyId(row.property_id),
        external_identifier: ExternalIdentifier::try_new(market, row.identifier.clone())
            .map_err(|_| Error::Corrupt { column: "supply_points.identifier", value: row.identifier })?,
        direction: parsed("supply_points.direction", row.direction)?,
    };
    Ok(Installation {
        account_id: AccountId(row.account_id),
        point,
        home: json("supply_points.home", row.home)?,
        meter_point: row.meter_point.map(|text| json("supply_points.meter_point", text)).transpose()?,
    })
}

pub(crate) fn row(installation: &Installation) -> ActiveModel {
    let point = &installation.point;
    ActiveModel {
        id: Set(point.id.get()),
        account_id: Set(installation.account_id.get()),
        property_id: Set(point.property_id.get()),
        market: Set(point.market().to_string()),
        identifier: Set(point.external_identifier.as_str().to_owned()),
        direction: Set(point.direction.to_string()),
        home: Set(to_json(&installation.home)),
        meter_point: Set(installation.meter_point.as_ref().map(to_json)),
    }
}
