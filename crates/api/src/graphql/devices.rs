//! `devices`, what a smart device says of itself, and what may be set: preferences, boosts, smart control. What it
//! charges stands in `dispatches`, its older forms in `krakenflex_devices`.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use kemu_domain::Seed;
use kemu_domain::devices::{
    BoostAction, ControlAction, Day, Device, DeviceKind, DeviceState, Lifecycle, Mode, Percent, Preferences,
    Provider, Schedule, Status, TargetType, Unit, Wanted, WantedSchedule,
};
use kemu_domain::errors::{Failure, codes};

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use super::transactions::kilowatt_hours;
use crate::app::devices::Filter;
use crate::{app, enums, inputs, objects};

objects!(
    Device: ["SmartFlexVehicle", "SmartFlexChargePoint"] is |device| match device.kind {
        DeviceKind::ElectricVehicle => "SmartFlexVehicle",
        DeviceKind::ChargePoint => "SmartFlexChargePoint",
    },
    by |device| Seed(0).derive(device.id.as_str()).0.cast_signed()
);
objects!(
    Status: ["SmartFlexVehicleStatus", "SmartFlexChargePointStatus"] is |status| match status.kind {
        DeviceKind::ElectricVehicle => "SmartFlexVehicleStatus",
        DeviceKind::ChargePoint => "SmartFlexChargePointStatus",
    },
    by |_| 0
);
objects! {
    Reading: "DecimalReading" by |reading| reading.at.timestamp();
    Limit: "StateOfChargeLimit" by |_| 0;
    Alert: "SmartFlexDeviceAlert" by |alert| alert.0.timestamp();
    ReAuthentication: "DeviceReAuthentication" by |_| 0;
    Chosen: "SmartFlexDevicePreferences" by |_| 0;
    Target: "SmartFlexDevicePreferenceSchedule" by |_| 0;
}
enums!(BoostAction, ControlAction, Day, DeviceState, Lifecycle, Mode, Provider, TargetType, Unit);

/// A value that was measured.
struct Reading {
    at: DateTime<Utc>,
    value: String,
}

/// The limit that is set in the car.
struct Limit {
    at: DateTime<Utc>,
    percent: i64,
    is_violated: bool,
}

/// The connection was lost then: the only thing of which a device warns here.
struct Alert(DateTime<Utc>);

/// Whether the customer may authorise the device anew.
struct ReAuthentication(bool);

/// Preferences and what they are about.
struct Chosen {
    preferences: Preferences,
    target_type: TargetType,
    limit: Option<Percent>,
}

/// The target of a day, and the car's own limit.
struct Target {
    schedule: Schedule,
    limit: Option<Percent>,
}

inputs! {
    struct DevicesArguments {
        account_number: String,
        property_id: Option<String>,
        device_id: Option<String>,
        integration_device_id: Option<String>,
    }
    struct ScheduleInput {
        day_of_week: Day,
        time: NaiveTime,
        max: String,
        min: Option<String>,
    }
    struct PreferencesInput {
        device_id: String,
        mode: Mode,
        unit: Unit,
        schedules: Vec<Option<ScheduleInput>>,
    }
    struct PreferencesArguments {
        input: PreferencesInput,
    }
    struct BoostInput {
        device_id: String,
        action: BoostAction,
    }
    struct BoostArguments {
        input: Option<BoostInput>,
    }
    struct ControlInput {
        device_id: String,
        action: ControlAction,
    }
    struct ControlArguments {
        input: ControlInput,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("devices", devices);
    all.mutation("setDevicePreferences", set_preferences);
    all.mutation("updateBoostCharge", update_boost);
    all.mutation("updateDeviceSmartControl", update_control);
    all.object::<Device>()
        .field("id", |device| device.id.to_string())
        .field("name", |device| device.name.clone())
        // The contract's kinds of device have no charge points of their own.
        .field("deviceType", |_| EnumName("ELECTRIC_VEHICLES".into()))
        .field("provider", |device| device.provider)
        .field("integrationDeviceId", |device| device.integration_device_id.clone())
        .field("propertyId", |device| device.property_id.to_string())
        .field("make", |device| device.make.clone())
        .field("model", |device| device.model.clone())
        .field("preferences", chosen)
        .field("vehicleBatterySize", |device| kilowatt_hours(device.battery_wh))
        .field("alerts", |device| {
            device.settings.connection_lost_at.map(Alert).into_iter().collect::<Vec<_>>()
        })
        .field("reAuthenticationState", |device| {
            Some(ReAuthentication(device.settings.connection_lost_at.is_some()))
        })
        .field_async("chargePointPowerOutput", charger_power)
        .field_async("status", status);
    all.object::<Status>()
        .field("current", |status| status.lifecycle)
        .field("currentState", |status| status.state)
        .field("isSuspended", |status| status.is_suspended)
        .field("activePower", |status| Reading { at: status.at, value: kilowatt_hours(status.watts) })
        .field("stateOfCharge", |status| {
            let reading = |level| Reading { at: status.at, value: percent(level) };
            status.state_of_charge.map(reading)
        })
        .field("stateOfChargeLimit", limit)
        .field("testDispatchFailureReason", |status| {
            let has_failed = status.lifecycle == Lifecycle::FailedOnboardingTest;
            EnumName(if has_failed { "ASSESSMENTS_FAILED" } else { "NONE" }.into())
        });
    all.object::<Reading>()
        .field("timestamp", |reading| reading.at)
        .field("value", |reading| reading.value.clone());
    all.object::<Limit>()
        .field("isLimitViolated", |limit| limit.is_violated)
        .field("timestamp", |limit| limit.at.to_rfc3339())
        .field("upperSocLimit", |limit| limit.percent);
    all.object::<Alert>()
        .field("message", |_| "La connexion avec votre appareil a été perdue.")
        .field("publishedAt", |alert| alert.0);
    all.object::<ReAuthentication>().field("isEligible", |own| own.0);
    all.object::<Chosen>()
        .field("gridExport", |_| EnumName("NOT_APPLICABLE".into()))
        .field("isChargingDurationCapped", |_| EnumName("NOT_APPLICABLE".into()))
        .field("mode", |chosen| chosen.preferences.mode)
        .field("unit", |chosen| chosen.preferences.unit)
        .field("targetType", |chosen| chosen.target_type)
        .field("schedules", |chosen| {
            let targets = chosen.preferences.schedules.iter();
            targets.map(|schedule| Target { schedule: *schedule, limit: chosen.limit }).collect::<Vec<_>>()
        });
    all.object::<Target>()
        .field("dayOfWeek", |target| target.schedule.day)
        .field("time", |target| target.schedule.time)
        .field("min", |target| target.schedule.min.map(Percent::as_float))
        .field("max", |target| target.schedule.max.as_float())
        .field("upperLimit", |target| target.limit.map(Percent::as_float));
}

async fn devices(ctx: Ctx, arguments: DevicesArguments) -> Result<Option<Vec<Device>>, Failure> {
    let filter = Filter {
        property: arguments.property_id,
        id: arguments.device_id,
        integration_device: arguments.integration_device_id,
    };
    app::devices::find(&ctx, &arguments.account_number, &filter).await.map(Some)
}

async fn status(device: Arc<Device>, ctx: Ctx, (): ()) -> Result<Status, Failure> {
    app::devices::status(&ctx, &device).await
}

async fn charger_power(device: Arc<Device>, ctx: Ctx, (): ()) -> Result<Option<String>, Failure> {
    app::devices::charger_watts(&ctx, &device).await.map(|watts| Some(kilowatt_hours(watts)))
}

async fn set_preferences(ctx: Ctx, arguments: PreferencesArguments) -> Result<Option<Device>, Failure> {
    let PreferencesInput { device_id, mode, unit, schedules } = arguments.input;
    let wanted = |schedule: ScheduleInput| WantedSchedule {
        day: schedule.day_of_week,
        time: schedule.time,
        max: schedule.max,
        min: schedule.min,
    };
    let wanted = Wanted { mode, unit, schedules: schedules.into_iter().flatten().map(wanted).collect() };
    let change = app::devices::change(&ctx, &device_id, codes::DEVICE_WITHOUT_PROVIDER, |device, _| {
        device.set_preferences(&wanted)
    });
    change.await.map(Some)
}

/// Without an input there is no device of which to speak.
async fn update_boost(ctx: Ctx, arguments: BoostArguments) -> Result<Option<Device>, Failure> {
    let BoostInput { device_id, action } = arguments.input.ok_or(codes::DEVICE_NOT_ON_ACCOUNT)?;
    let now = ctx.now;
    let change = app::devices::change(&ctx, &device_id, codes::DEVICE_NOT_ON_ACCOUNT, |device, car| {
        device.boost(action, car, now)
    });
    change.await.map(Some)
}

async fn update_control(ctx: Ctx, arguments: ControlArguments) -> Result<Option<Device>, Failure> {
    let ControlInput { device_id, action } = arguments.input;
    let now = ctx.now;
    let change = app::devices::change(&ctx, &device_id, codes::DEVICE_UNKNOWN, |device, _| {
        device.control(action, now)
    });
    change.await.map(Some)
}

fn chosen(device: &Device) -> Chosen {
    let is_vehicle = device.kind == DeviceKind::ElectricVehicle;
    Chosen {
        preferences: device.settings.preferences.clone(),
        target_type: device.target_type(),
        limit: is_vehicle.then_some(device.charged_to),
    }
}

fn limit(status: &Status) -> Option<Limit> {
    let limit = |percent| Limit { at: status.at, percent, is_violated: status.is_limit_violated };
    status.limit.map(limit)
}

/// Hundredths of a percent as a decimal number of percent: `80.0`, `63.25`.
pub(super) fn percent(hundredths: i64) -> String {
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.strip_suffix('0').map(Into::into).unwrap_or(text)
}
