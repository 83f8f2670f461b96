//! Smart devices. Their settings are written as a whole.

use kemu_domain::devices::{Device, DeviceId, Percent, Settings};
use kemu_domain::{AccountId, PropertyId, Scope};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use crate::accounts::in_scope;
use crate::columns::{instant, micros, parsed};
use crate::entities::devices;
use crate::error::{Error, Result};

/// The devices of the accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { select: in_scope(devices::Entity::find(), devices::Column::AccountId, scope) }
}

/// A choice of devices, to be narrowed down.
#[derive(Clone, Debug)]
pub struct Visible {
    select: Select<devices::Entity>,
}

impl Visible {
    /// The one with this id.
    pub async fn by_id(self, connection: &impl ConnectionTrait, id: &DeviceId) -> Result<Option<Device>> {
        let found = self.select.filter(devices::Column::Id.eq(id.as_str()));
        found.one(connection).await?.map(device).transpose()
    }

    /// The same, kept from other writers until the transaction ends.
    pub async fn to_change(self, connection: &impl ConnectionTrait, id: &DeviceId) -> Result<Option<Device>> {
        // SQLite lets one transaction write at a time, and has no words for this.
        let locked = Self { select: self.select.lock_exclusive() };
        locked.by_id(connection, id).await
    }
}

/// The devices of an account, in order.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<Device>> {
    let rows = devices::Entity::find()
        .filter(devices::Column::AccountId.eq(account.get()))
        .order_by_asc(devices::Column::Position)
        .all(connection)
        .await?;
    rows.into_iter().map(device).collect()
}

/// Gives a device other settings.
pub async fn set_settings(
    connection: &impl ConnectionTrait,
    id: &DeviceId,
    settings: &Settings,
) -> Result<()> {
    let change =
        devices::Entity::update_many().col_expr(devices::Column::Settings, Expr::value(settings.to_text()));
    change.filter(devices::Column::Id.eq(id.as_str())).exec(connection).await?;
    Ok(())
}

fn device(row: devices::Model) -> Result<Device> {
    let charged_to = Percent::from_hundredths(row.charged_to)
        .ok_or_else(|| Error::Corrupt { column: "devices.charged_to", value: row.charged_to.to_string() })?;
    Ok(Device {
        id: parsed("devices.id", row.id)?,
        account_id: AccountId(row.account_id),
        property_id: PropertyId(row.property_id),
        kind: parsed("devices.kind", row.kind)?,
        name: row.name,
        provider: parsed("devices.provider", row.provider)?,
        make: row.make,
        model: row.model,
        integration_device_id: row.integration_device_id,
        battery_wh: row.battery_wh,
        charged_to,
        lifecycle: parsed("devices.lifecycle", row.lifecycle)?,
        registered_at: instant("devices.registered_at", row.registered_at)?,
        settings: parsed("devices.settings", row.settings)?,
    })
}

pub(crate) fn row(device: &Device, position: i64) -> devices::ActiveModel {
    devices::ActiveModel {
        id: Set(device.id.to_string()),
        account_id: Set(device.account_id.get()),
        position: Set(position),
        property_id: Set(device.property_id.get()),
        kind: Set(device.kind.to_string()),
        name: Set(device.name.clone()),
        provider: Set(device.provider.to_string()),
        make: Set(device.make.clone()),
        model: Set(device.model.clone()),
        integration_device_id: Set(device.integration_device_id.clone()),
        battery_wh: Set(device.battery_wh),
        charged_to: Set(device.charged_to.hundredths()),
        lifecycle: Set(device.lifecycle.to_string()),
        registered_at: Set(micros(device.registered_at)),
        settings: Set(device.settings.to_text()),
    }
}
