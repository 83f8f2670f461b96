//! The energy of a household, as a function of seed and time.
//!
//! Nothing here is stored: a [`Home`] works out each half-hour of electricity and each day of gas from its
//! [`HomeProfile`], the [`Weather`] of its world and the seed, at any instant without walking there; a
//! meter ([`ElectricityMeter`], [`GasMeter`]) counts them on its registers and keeps running sums. Energy is
//! in whole Wh, and all of it is made with integers, so a seed gives the same values on every machine.
//!
//! To add a load: its description in `profile`, a function beside `night` and `solar`, its line in
//! [`Home::day`].

mod chance;
mod day_cache;
mod electricity;
mod gas;
mod half_hours;
mod holidays;
mod home;
mod lifetime;
mod night;
mod off_peak;
mod profile;
mod solar;
mod tempo;
#[cfg(test)]
mod tests;
mod weather;

use chrono::{DateTime, Utc};

use crate::calendars::{ClassCode, TemporalClass};

pub use electricity::{ElectricityMeter, MeteredDay};
pub use gas::{GasMeter, GasVolume};
pub use half_hours::{HALF_HOUR_SECONDS, HalfHour, MOST_HALF_HOURS, ParisDay};
pub use holidays::is_public_holiday;
pub use home::{ChargingSession, DayCurve, Home};
pub use off_peak::{MalformedOffPeakHours, OffPeakHours};
pub use profile::{GasUse, Heating, HomeProfile, Rhythm, Schedule, Vehicle};
pub use tempo::{RED_DAYS, TempoColour, TempoSeason, WHITE_DAYS};
pub use weather::{Weather, degree_day};

/// What billing and measurements ask a meter.
pub trait EnergyMeter {
    /// The classes on which it counts; empty for gas, which has only a total.
    fn classes(&self) -> &[TemporalClass];

    /// What the register of `class` shows at `at`, in Wh: what it began with and all that was counted since,
    /// by half-hours that have ended. Without a class the sum of all registers. A class that the meter does
    /// not have stands at 0. It never falls.
    fn index_wh(&self, class: Option<ClassCode>, at: DateTime<Utc>) -> i64;

    /// When it began to count.
    fn installed_at(&self) -> DateTime<Utc>;

    /// When it was removed, if it was.
    fn removed_at(&self) -> Option<DateTime<Utc>>;

    /// The Wh from `from` to `to`, always the difference of the two indexes.
    fn energy_wh(&self, class: Option<ClassCode>, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.index_wh(class, to) - self.index_wh(class, from)
    }
}
