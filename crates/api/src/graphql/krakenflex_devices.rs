//! The older forms of what smart devices say: charging preferences by weekday and weekend.

use chrono::NaiveTime;
use kemu_domain::devices::{Day, Device, Percent, Schedule};
use kemu_domain::errors::Failure;

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::{app, inputs, objects};

objects! {
    Charging: "SmartFlexVehicleChargingPreferences" by |_| 0;
    OlderCharging: "VehicleChargingPreferencesType" by |_| 0;
}

/// Preferences in their older form, which knows weekdays and weekends only: those of Monday and Saturday.
struct Charging {
    weekday: Schedule,
    weekend: Schedule,
    limit: Percent,
}

/// The same in the oldest form.
struct OlderCharging(Charging);

inputs! {
    pub(super) struct AccountNumberArguments {
        account_number: String,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("vehicleChargingPreferences", vehicle_charging_preferences);
    all.object::<Device>().field("chargingPreferences", charging);
    all.object::<Charging>()
        .field("maximumSoc", |own| whole(own.limit))
        .field("minimumSoc", |own| own.weekday.min.map(whole))
        .field("weekdayTargetSoc", |own| whole(own.weekday.max))
        .field("weekdayTargetTime", |own| own.weekday.time)
        .field("weekendTargetSoc", |own| whole(own.weekend.max))
        .field("weekendTargetTime", |own| own.weekend.time);
    all.object::<OlderCharging>()
        .field("maximumSocPercentage", |own| whole(own.0.limit))
        .field("minimumSocPercentage", |own| own.0.weekday.min.map(whole))
        .field("weekdayTargetSoc", |own| whole(own.0.weekday.max))
        .field("weekdayTargetTime", |own| hours_and_minutes(own.0.weekday.time))
        .field("weekendTargetSoc", |own| whole(own.0.weekend.max))
        .field("weekendTargetTime", |own| hours_and_minutes(own.0.weekend.time));
}

async fn vehicle_charging_preferences(
    ctx: Ctx,
    arguments: AccountNumberArguments,
) -> Result<Option<OlderCharging>, Failure> {
    let car = app::devices::car_of_account(&ctx, &arguments.account_number).await?;
    Ok(charging(&car).map(OlderCharging))
}

fn charging(device: &Device) -> Option<Charging> {
    let preferences = &device.settings.preferences;
    Some(Charging {
        weekday: *preferences.on(Day::Monday)?,
        weekend: *preferences.on(Day::Saturday)?,
        limit: device.charged_to,
    })
}

fn whole(percent: Percent) -> i64 {
    percent.hundredths() / 100
}

fn hours_and_minutes(time: NaiveTime) -> String {
    time.format("%H:%M").to_string()
}
