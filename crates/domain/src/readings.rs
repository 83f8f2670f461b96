//! Readings: what the meters of a delivery point showed, as Kraken lists it.
//!
//! A list is not built but looked up: each row is worked out from its index, so the last page costs what the
//! first costs. Newest first; for electricity a row for each register and day, in which the registers of a
//! day come in no order that one may rely on (kraken-facts 7.2).
//!
//! The timing is guessed around what was measured (data are two to three days late; provisional rows have no
//! `periodStartAt`): a day appears in the morning after it as a provisional row, and becomes final two or
//! three days after its end. A provisional row has the values that the final one confirms. Every row is
//! `OK`, as what `KO` stands for was not seen.

mod electricity;
mod gas;
#[cfg(test)]
mod tests;

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::dates;
use crate::energy::{ElectricityMeter, GasMeter, ParisDay};
use crate::metering::{JoinedMeters, Meter, SupplyMeters};
use crate::seed::Seed;

pub use electricity::{ElectricityReading, ElectricityReadingFilter, ElectricityReadings};
pub use gas::{GasReading, GasReadingFilter, GasReadings};

/// Whether a reading could be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "UPPERCASE")]
pub enum ReadingStatus {
    /// It could.
    Ok,
    /// It could not.
    Ko,
}

/// How far a value can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "UPPERCASE")]
pub enum Reliability {
    /// Read from the meter.
    Real,
    /// Reckoned.
    Estimated,
}

/// What `energyQualification` distinguishes. Only the letters were seen, and that `M` gives nothing on many
/// meters; that `M` are the monthly rows of meters read by hand and `T` the daily ones of meters that send
/// theirs (*télérelevé*) is a guess that fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "UPPERCASE")]
pub enum ReadingQualification {
    /// Monthly.
    M,
    /// Sent by the meter.
    T,
}

/// The readings that are known at some instant, as the days they belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Known {
    /// The first day that is not known to be final; all before it are.
    final_until: NaiveDate,
    /// The first day of which nothing is known.
    known_until: NaiveDate,
}

impl Known {
    fn at(lag: Seed, now: DateTime<Utc>) -> Self {
        // A clock can be moved to where dates end; no meter counts so far.
        let far = TimeDelta::days(150 * 365);
        let now = now.clamp(DateTime::UNIX_EPOCH - far, DateTime::UNIX_EPOCH + far);
        let today = ParisDay::containing(now);
        let day = |days_ago| today.date() - TimeDelta::days(days_ago);
        let appeared = today.start() + provisional_delay(lag, day(1)) <= now;
        let known_until = if appeared { day(0) } else { day(1) };
        // No day waits longer than four, so the first of these that waits is the first of all.
        let waits = |date: &NaiveDate| ParisDay::of(*date).end() + final_delay(lag, *date) > now;
        let final_until = (1..=4).rev().map(day).find(waits).unwrap_or(known_until).min(known_until);
        Self { final_until, known_until }
    }
}

/// How long after the end of a day its provisional row appears: 5 to 10 hours, so the next morning.
fn provisional_delay(lag: Seed, date: NaiveDate) -> TimeDelta {
    delay(lag.derive("provisional"), date, 5 * 60, 10 * 60)
}

/// How long after the end of a day its row becomes final: two to three days.
fn final_delay(lag: Seed, date: NaiveDate) -> TimeDelta {
    delay(lag.derive("final"), date, 48 * 60, 72 * 60)
}

fn delay(seed: Seed, date: NaiveDate, low: i64, high: i64) -> TimeDelta {
    let drawn = Seed(seed.0 ^ u64::from(date.num_days_from_ce().unsigned_abs())).stream().between(low, high);
    TimeDelta::minutes(drawn)
}

/// The time of which a meter's energy is known at `now`, by its quality: what measurements may show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownEnergy {
    /// Final.
    pub actual: Range<DateTime<Utc>>,
    /// Provisional: the last days.
    pub estimate: Range<DateTime<Utc>>,
    /// Nothing more will come: the meter is removed, and its last day known.
    pub is_over: bool,
}

impl KnownEnergy {
    /// What is known of an electricity meter.
    pub fn of_electricity(meter: &ElectricityMeter, now: DateTime<Utc>) -> Self {
        Self::of(meter, meter.lag(), now)
    }

    /// What is known of a gas meter; nothing of it is provisional.
    pub fn of_gas(meter: &GasMeter, now: DateTime<Utc>) -> Self {
        let known = Self::of(meter, meter.lag(), now);
        let end = known.actual.end;
        Self { estimate: end..end, ..known }
    }

    /// What is known of the meters of a supply point, taken together; nothing where it never had one.
    pub fn of_supply(meters: &SupplyMeters, now: DateTime<Utc>) -> Option<Self> {
        let joined = JoinedMeters::of(meters)?;
        Some(match joined.last()? {
            Meter::Electricity(meter) => Self::of(&joined, meter.lag(), now),
            Meter::Gas(meter) => Self::of_gas(meter, now),
        })
    }

    /// The same of a meter that somebody reads once a month, and when it is removed.
    #[must_use]
    pub fn in_whole_months(self) -> Self {
        let Range { start, end } = self.actual;
        let month = ParisDay::of(dates::month_start(dates::paris_date(end))).start();
        let end = if self.is_over { end } else { month.max(start) };
        Self { actual: start..end, estimate: end..end, ..self }
    }

    fn of(meter: &dyn crate::energy::EnergyMeter, lag: Seed, now: DateTime<Utc>) -> Self {
        let known = Known::at(lag, now);
        let from = meter.installed_at();
        let until = |date| {
            let end = ParisDay::of(date).start().max(from);
            meter.removed_at().map_or(end, |removed| end.min(removed))
        };
        let (actual, estimate) = (until(known.final_until), until(known.known_until));
        let is_over = meter.removed_at() == Some(actual);
        Self { actual: from..actual, estimate: actual..estimate, is_over }
    }

    /// All that is known.
    pub fn combined(&self) -> Range<DateTime<Utc>> {
        self.actual.start..self.estimate.end
    }
}
