//! What a device tells of itself at present.

use chrono::{DateTime, Utc};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use super::{Car, Device, DeviceKind, Lifecycle};

/// What a device does: those of the contract's `SmartFlexDeviceState` that a device here can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum DeviceState {
    /// The provider has yet to let Kraken in.
    AuthenticationPending,
    /// An immediate charge runs.
    Boosting,
    /// It cannot be reached.
    LostConnection,
    /// Gone.
    Retired,
    /// Registered, control has yet to begin.
    SetupComplete,
    /// Plugged in, and nothing to do.
    SmartControlCapable,
    /// A smart charge runs.
    SmartControlInProgress,
    /// Not plugged in (a guess).
    SmartControlNotAvailable,
    /// The customer has switched smart control off.
    SmartControlOff,
    /// The test charge failed.
    TestChargeFailed,
    /// The test charge runs.
    TestChargeInProgress,
}

/// A device at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// What it is.
    pub kind: DeviceKind,
    /// How far along the onboarding is.
    pub lifecycle: Lifecycle,
    /// What it does.
    pub state: DeviceState,
    /// Whether smart control is off.
    pub is_suspended: bool,
    /// When this was so.
    pub at: DateTime<Utc>,
    /// How full the car is, in hundredths of a percent; a charge point does not know.
    pub state_of_charge: Option<i64>,
    /// What it draws, in W.
    pub watts: i64,
    /// The limit that is set in the car, in whole percent; a charge point does not know.
    pub limit: Option<i64>,
    /// Whether a target of the preferences lies above that limit.
    pub is_limit_violated: bool,
}

impl Device {
    /// What it tells of itself at `now`. A device that cannot be reached tells what it last told.
    pub fn status(&self, car: &Car<'_>, now: DateTime<Utc>) -> Status {
        let at = self.settings.connection_lost_at.map_or(now, |lost| lost.min(now));
        let is_vehicle = self.kind == DeviceKind::ElectricVehicle;
        let above = |limit: super::Percent| {
            self.settings.preferences.schedules.iter().any(|schedule| schedule.max > limit)
        };
        Status {
            kind: self.kind,
            lifecycle: self.lifecycle,
            state: self.state(car, now),
            is_suspended: self.settings.is_suspended(),
            at,
            state_of_charge: is_vehicle.then(|| car.level(self, at)),
            watts: match (self.settings.boost_at(at), car.charge_at(at)) {
                (Some(_), _) => car.watts(),
                (None, Some(charge)) => car.drawn(&charge, at),
                (None, None) => 0,
            },
            limit: is_vehicle.then_some(self.charged_to.hundredths() / 100),
            is_limit_violated: is_vehicle && above(self.charged_to),
        }
    }

    fn state(&self, car: &Car<'_>, now: DateTime<Utc>) -> DeviceState {
        match self.lifecycle {
            Lifecycle::Onboarding => return DeviceState::AuthenticationPending,
            Lifecycle::OnboardingTestInProgress => return DeviceState::TestChargeInProgress,
            Lifecycle::FailedOnboardingTest => return DeviceState::TestChargeFailed,
            Lifecycle::PendingLive => return DeviceState::SetupComplete,
            Lifecycle::Retired => return DeviceState::Retired,
            Lifecycle::Live => {}
        }
        if self.settings.connection_lost_at.is_some_and(|lost| lost <= now) {
            DeviceState::LostConnection
        } else if self.settings.is_suspended() {
            DeviceState::SmartControlOff
        } else if self.settings.boost_at(now).is_some() {
            DeviceState::Boosting
        } else if self.running_session(car, now).is_some() {
            DeviceState::SmartControlInProgress
        } else if car.is_plugged_in(now) {
            DeviceState::SmartControlCapable
        } else {
            DeviceState::SmartControlNotAvailable
        }
    }
}
