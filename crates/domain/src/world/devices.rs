//! Smart devices of a described account.

use chrono::{DateTime, TimeDelta, Utc};

use crate::devices::{Device, DeviceId, Percent, Preferences, Settings, Suspension};
use crate::fixture;
use crate::ids::{AccountId, PropertyId};
use crate::seed::Seed;

/// The devices of an account, in the fixture's order. Their ids hang on the seed, the account and their place there.
pub(super) fn of_account(
    described: &fixture::Account,
    seed: Seed,
    now: DateTime<Utc>,
) -> impl Iterator<Item = Device> {
    let own = seed.derive("devices").derive(described.number.as_str());
    let id = AccountId(described.id);
    (0..).zip(&described.devices).map(move |(position, device): (u32, _)| {
        new_device(device, id, own.derive(&position.to_string()), now)
    })
}

fn new_device(described: &fixture::Device, account_id: AccountId, own: Seed, now: DateTime<Utc>) -> Device {
    let days_ago = |days: u32| now - TimeDelta::days(i64::from(days));
    let registered_at = days_ago(described.registered_days_ago);
    let charged_to = Percent::whole(described.charged_to);
    let mut settings = Settings::new(Preferences::each_day(described.ready_at, charged_to));
    if described.suspended {
        settings.suspensions.push(Suspension { from: registered_at, until: None });
    }
    settings.connection_lost_at = described.lost_days_ago.map(days_ago);
    Device {
        id: DeviceId::drawn(own.derive("id")),
        account_id,
        property_id: PropertyId(described.property),
        kind: described.kind,
        name: described.name.clone(),
        provider: described.provider,
        make: described.make.clone(),
        model: described.model.clone(),
        integration_device_id: Some(format!("{:016x}", own.derive("integration").stream().next_u64())),
        battery_wh: i64::from(described.battery_kwh) * 1_000,
        charged_to,
        lifecycle: described.lifecycle,
        registered_at,
        settings,
    }
}
