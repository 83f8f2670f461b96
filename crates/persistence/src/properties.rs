//! Places.

use kemu_domain::addresses::Address;
use kemu_domain::properties::Property;
use kemu_domain::{AccountId, PropertyId, Scope};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::accounts::in_scope;
use crate::columns::{instant, micros};
use crate::entities::properties;
use crate::error::Result;

/// The places of the accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { select: in_scope(properties::Entity::find(), properties::Column::AccountId, scope) }
}

/// A choice of places, to be narrowed down.
#[derive(Clone, Debug)]
pub struct Visible {
    select: Select<properties::Entity>,
}

impl Visible {
    /// The one with this id.
    pub async fn by_id(self, connection: &impl ConnectionTrait, id: PropertyId) -> Result<Option<Property>> {
        self.select
            .filter(properties::Column::Id.eq(id.get()))
            .one(connection)
            .await?
            .map(property)
            .transpose()
    }
}

/// The places of an account, by id.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Property>> {
    let rows = properties::Entity::find()
        .filter(properties::Column::AccountId.eq(account.get()))
        .order_by_asc(properties::Column::Id)
        .all(connection)
        .await?;
    rows.into_iter().map(property).collect()
}

fn property(row: properties::Model) -> Result<Property> {
    Ok(Property {
        id: PropertyId(row.id),
        account_id: AccountId(row.account_id),
        label: row.label,
        address: Address {
            name: row.address_name,
            organization: row.organization,
            street_address: row.street_address,
            dependent_locality: row.dependent_locality,
            locality: row.locality,
            administrative_area: row.administrative_area,
            postal_code: row.postal_code,
            sorting_code: row.sorting_code,
            country: row.country,
            delivery_point_identifier: row.delivery_point_identifier,
        },
        occupied_from: instant("properties.occupied_from", row.occupied_from)?,
        occupied_to: row.occupied_to.map(|at| instant("properties.occupied_to", at)).transpose()?,
    })
}

pub(crate) fn row(property: &Property) -> properties::ActiveModel {
    let address = property.address.clone();
    properties::ActiveModel {
        id: Set(property.id.get()),
        account_id: Set(property.account_id.get()),
        label: Set(property.label.clone()),
        address_name: Set(address.name),
        organization: Set(address.organization),
        street_address: Set(address.street_address),
        dependent_locality: Set(address.dependent_locality),
        locality: Set(address.locality),
        administrative_area: Set(address.administrative_area),
        postal_code: Set(address.postal_code),
        sorting_code: Set(address.sorting_code),
        country: Set(address.country),
        delivery_point_identifier: Set(address.delivery_point_identifier),
        occupied_from: Set(micros(property.occupied_from)),
        occupied_to: Set(property.occupied_to.map(micros)),
    }
}
