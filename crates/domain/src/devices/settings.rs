//! What is chosen for a device: its preferences, whether Kraken controls it, and a boost. Each change here says
//! what it refuses.

use std::str::FromStr;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::{Car, Device, DeviceKind, Lifecycle, Preferences, Wanted};
use crate::errors::{Code, KrakenError, codes};

/// A boost lasts an hour, or less where the battery is full before or the car leaves (a guess).
const BOOST: TimeDelta = TimeDelta::hours(1);
/// So many suspensions are remembered. Older ones lie long before the sessions that anybody asks for.
const MOST_SUSPENSIONS: usize = 200;

/// The settings of a device. They are read and written as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Until when it shall be charged, and how far.
    pub preferences: Preferences,
    /// The latest boost.
    pub boost: Option<Span>,
    /// When smart control was off, oldest first; of these only the last may be open.
    pub suspensions: Vec<Suspension>,
    /// Since when it cannot be reached.
    pub connection_lost_at: Option<DateTime<Utc>>,
}

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// From here on.
    pub from: DateTime<Utc>,
    /// Up to here.
    pub until: DateTime<Utc>,
}

/// A time without smart control.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suspension {
    /// From here on.
    pub from: DateTime<Utc>,
    /// Up to here; open while it lasts.
    pub until: Option<DateTime<Utc>>,
}

/// What is asked of a boost: the contract's `UpdateBoostChargeAction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum BoostAction {
    /// Start it.
    Boost,
    /// End it.
    Cancel,
}

/// What is asked of smart control: the contract's `SmartControlAction`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ControlAction {
    /// Switch it off.
    Suspend,
    /// Switch it on again.
    Unsuspend,
}

impl Settings {
    /// With these preferences, under smart control.
    pub fn new(preferences: Preferences) -> Self {
        Self { preferences, boost: None, suspensions: Vec::new(), connection_lost_at: None }
    }

    /// Whether smart control is off.
    pub fn is_suspended(&self) -> bool {
        self.suspensions.last().is_some_and(|suspension| suspension.until.is_none())
    }

    /// The boost that runs at `instant`.
    pub fn boost_at(&self, instant: DateTime<Utc>) -> Option<Span> {
        self.boost.filter(|boost| boost.from <= instant && instant < boost.until)
    }

    /// The text that a store keeps.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("settings have no part that JSON cannot hold")
    }
}

impl FromStr for Settings {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

impl Device {
    /// New preferences. Errors: 4321 for what [`Preferences::check`] refuses, 4374 for a device that is retired.
    pub fn set_preferences(&mut self, wanted: &Wanted) -> Result<(), KrakenError> {
        let preferences = Preferences::check(wanted)?;
        if self.lifecycle == Lifecycle::Retired {
            return Err(codes::DEVICE_PREFERENCES_NOT_SET.into());
        }
        self.settings.preferences = preferences;
        Ok(())
    }

    /// Switches smart control off or on; a boost that runs ends with it. Errors: 4358 and 4359 where it is so
    /// already (a guess) or the device is not live.
    pub fn control(&mut self, action: ControlAction, now: DateTime<Utc>) -> Result<(), KrakenError> {
        let (is_off, refusal): (bool, Code) = match action {
            ControlAction::Suspend => (false, codes::DEVICE_NOT_SUSPENDED),
            ControlAction::Unsuspend => (true, codes::DEVICE_NOT_RESUMED),
        };
        if self.lifecycle != Lifecycle::Live || self.settings.is_suspended() != is_off {
            return Err(refusal.into());
        }
        let now = now.trunc_subsecs(0);
        let suspensions = &mut self.settings.suspensions;
        match suspensions.pop() {
            // One that did not last leaves no trace.
            Some(open) if is_off && open.from < now => {
                suspensions.push(Suspension { until: Some(now), ..open });
            }
            Some(open) if open.until.is_none() => {}
            ended => suspensions.extend(ended),
        }
        if !is_off {
            suspensions.push(Suspension { from: now, until: None });
            let too_many = suspensions.len().saturating_sub(MOST_SUSPENSIONS);
            suspensions.drain(..too_many);
            self.end_boost(now);
        }
        Ok(())
    }

    /// Starts or ends a boost. Errors: 4357 with the reasons for which none can start; 4354 where none runs.
    pub fn boost(
        &mut self,
        action: BoostAction,
        car: &Car<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), KrakenError> {
        match action {
            BoostAction::Cancel if self.settings.boost_at(now).is_none() => {
                Err(codes::BOOST_NOT_CANCELLED.into())
            }
            BoostAction::Cancel => {
                self.end_boost(now);
                Ok(())
            }
            BoostAction::Boost => {
                let reasons = self.boost_refusals(car, now);
                if !reasons.is_empty() {
                    let error = KrakenError::from(codes::BOOST_NOT_STARTED);
                    return Err(error.with_extra("boostChargeRefusalReasons", reasons));
                }
                let from = now.trunc_subsecs(0);
                let until = (from + self.boost_length(car, now)).min(car.leaves_after(from));
                self.settings.boost = Some(Span { from, until });
                Ok(())
            }
        }
    }

    /// The words are measured (kraken-facts 3); when each is said is read off them.
    fn boost_refusals(&self, car: &Car<'_>, now: DateTime<Utc>) -> Vec<&'static str> {
        let is_vehicle = self.kind == DeviceKind::ElectricVehicle;
        let (is_retired, is_live) = (self.lifecycle == Lifecycle::Retired, self.lifecycle == Lifecycle::Live);
        let is_there = car.is_plugged_in(now);
        let is_full = is_vehicle && car.level(self, now) >= self.charged_to.hundredths();
        let reasons = [
            (is_retired, "BC_DEVICE_RETIRED"),
            (!is_retired && !is_live, "BC_DEVICE_NOT_YET_LIVE"),
            (self.settings.connection_lost_at.is_some(), "BC_DEVICE_NOT_READY"),
            (self.settings.is_suspended(), "BC_DEVICE_SUSPENDED"),
            (!is_there && is_vehicle, "BC_DEVICE_NOT_AT_HOME"),
            (!is_there && !is_vehicle, "BC_DEVICE_DISCONNECTED"),
            (is_full, "BC_DEVICE_FULLY_CHARGED"),
            (self.settings.boost_at(now).is_some(), "BC_BOOST_CHARGE_IN_PROGRESS"),
        ];
        reasons.into_iter().filter(|(holds, _)| *holds).map(|(_, reason)| reason).collect()
    }

    fn boost_length(&self, car: &Car<'_>, now: DateTime<Utc>) -> TimeDelta {
        if self.kind == DeviceKind::ChargePoint {
            return BOOST;
        }
        let lacking = (self.charged_to.hundredths() - car.level(self, now)).max(0) * self.battery_wh / 10_000;
        let seconds = lacking * 3_600 / car.watts().max(1);
        TimeDelta::seconds(seconds.max(60)).min(BOOST)
    }

    fn end_boost(&mut self, now: DateTime<Utc>) {
        if self.settings.boost_at(now).is_some() {
            self.settings.boost = None;
        }
    }
}
