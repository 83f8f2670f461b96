//! Smart devices: cars and charge points whose charging Kraken controls ("SmartFlex", kraken-facts 7.2).
//!
//! What belongs to a device is what somebody chose: who makes it, and its [`Settings`] (preferences, smart
//! control, boost). What the car does is nobody's to keep: it follows from the home ([`Car`]), whose load
//! curve holds its charging, and so do sessions, dispatches, state of charge and power. They agree with the
//! readings because they are the readings. The price: preferences and boosts do not move the load curve.
//!
//! A module each: `preferences` and `settings` for what may be set and what is refused, `car` for where the
//! car is and what it takes, `sessions` and `status` for what Kraken tells of that.

mod car;
mod preferences;
mod sessions;
mod settings;
mod status;
#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::ids::{AccountId, PropertyId};
use crate::seed::Seed;

pub use car::Car;
pub use preferences::{Day, Mode, Percent, Preferences, Schedule, TargetType, Unit, Wanted, WantedSchedule};
pub use sessions::{ChargingType, Dispatch, Session, SessionPage, SessionRequest, Truncation};
pub use settings::{BoostAction, ControlAction, Settings, Span, Suspension};
pub use status::{DeviceState, Status};

/// The id of a device: 00000000-0002-4300-8085-000000000f88 was captured (kraken-facts 8).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(String);

/// A text that is no device's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no device's id: expected the form of a UUID")]
pub struct MalformedDeviceId;

impl DeviceId {
    /// An id in the captured form, drawn from a seed.
    pub fn drawn(seed: Seed) -> Self {
        let mut stream = seed.stream();
        let (third, fourth) = (stream.between(0, 0xfff), stream.between(0, 0xfff));
        let last = stream.between(1, 0xff_ffff);
        Self(format!("00000000-0002-4{third:03x}-8{fourth:03x}-{last:012x}"))
    }

    /// The id as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DeviceId {
    type Err = MalformedDeviceId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |(at, byte): (usize, u8)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        };
        let is_uuid = text.len() == 36 && text.bytes().enumerate().all(fits);
        if is_uuid { Ok(Self(text.to_ascii_lowercase())) } else { Err(MalformedDeviceId) }
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a device is. The contract's `KrakenFlexDeviceTypes` has no charge points: they count as electric
/// vehicles there, and differ by their type (`SmartFlexChargePoint`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A car.
    ElectricVehicle,
    /// A charge point, which knows what it delivers and not how full the car is.
    ChargePoint,
}

/// Through whom a device is reached: those of the contract's `ProviderChoices` that the demo world needs.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Provider {
    /// Enode.
    Enode,
    /// Hypervolt.
    Hypervolt,
    /// Myenergi.
    MyenergiV2,
    /// A charge point that speaks OCPP.
    Ocpp,
    /// Ohme.
    OhmeV2,
    /// Smartcar.
    Smartcar,
    /// Tesla.
    TeslaV2,
    /// Volkswagen.
    Volkswagen,
}

/// How far along the onboarding is: the contract's `SmartFlexDeviceLifecycleStatus`.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Lifecycle {
    /// The test charge failed.
    FailedOnboardingTest,
    /// Under control.
    #[default]
    Live,
    /// Being registered.
    Onboarding,
    /// The test charge runs.
    OnboardingTestInProgress,
    /// Registered, control has yet to begin.
    PendingLive,
    /// Gone.
    Retired,
}

/// A device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Where it charges.
    pub property_id: PropertyId,
    /// What it is.
    pub kind: DeviceKind,
    /// What the customer calls it.
    pub name: Option<String>,
    /// Through whom it is reached.
    pub provider: Provider,
    /// Who makes it.
    pub make: Option<String>,
    /// Which one it is.
    pub model: Option<String>,
    /// The provider's id of it.
    pub integration_device_id: Option<String>,
    /// The size of the car's battery, in Wh. A charge point was told at its registration. Never 0.
    pub battery_wh: i64,
    /// The limit that is set in the car itself: to this it charges, whatever the preferences say.
    pub charged_to: Percent,
    /// How far along the onboarding is.
    pub lifecycle: Lifecycle,
    /// When it was registered. It has no sessions from before.
    pub registered_at: DateTime<Utc>,
    /// What was chosen for it.
    pub settings: Settings,
}

impl Device {
    /// How its preferences are meant: the car knows how full it is, a charge point only what it adds (a guess).
    pub fn target_type(&self) -> TargetType {
        match self.kind {
            DeviceKind::ElectricVehicle => TargetType::AbsoluteStateOfCharge,
            DeviceKind::ChargePoint => TargetType::RelativeStateOfCharge,
        }
    }

    /// What part of the battery so much energy is, in hundredths of a percent.
    pub(crate) fn share(&self, wh: i64) -> i64 {
        wh * 10_000 / self.battery_wh.max(1)
    }
}
