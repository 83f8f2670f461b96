//! What callers ask measurements by: filters, time zones and windows, and which codes refuse them.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use super::intervals::{Frequency, midnight};
use crate::errors::{Code, codes};
use crate::metering::{Installation, JoinedMeters, SupplyMeters};
use crate::meters::MeterPoint;
use crate::readings::KnownEnergy;
use crate::supply_points::{Direction, Market};

/// The contract's `ReadingQualityType`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Quality {
    /// Final.
    Actual,
    /// Both; also what is meant where nothing is said (a guess).
    #[default]
    Combined,
    /// Provisional.
    Estimate,
}

/// A member of `utilityFilters`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Electricity or gas.
    pub market: Market,
    /// The contract's `ReadingFrequencyType`. Without one the finest that there is.
    pub frequency: Option<String>,
    /// One supply point, a PRM or PCE; without one all of the place.
    pub supply_point: Option<String>,
    /// The serial number of a meter.
    pub device: Option<String>,
    /// The number of a register.
    pub register: Option<String>,
    /// Which way; for consumption where nothing is said (a guess).
    pub direction: Option<Direction>,
    /// How sure.
    pub quality: Option<Quality>,
}

/// How a filter reads one supply point.
#[derive(Clone, Debug)]
pub struct Series<'a> {
    /// The meters that count.
    pub meter: JoinedMeters<'a>,
    /// How long its intervals are.
    pub frequency: Frequency,
    /// The time of which something may be told.
    pub known: Range<DateTime<Utc>>,
}

impl Filter {
    /// What is meant by no filter: all that the supply point counts.
    pub fn of(installation: &Installation) -> Self {
        Self {
            market: installation.point.market(),
            frequency: None,
            supply_point: None,
            device: None,
            register: None,
            direction: Some(installation.point.direction),
            quality: None,
        }
    }

    /// Which supply points of a place it means. Errors: 4719 the place has none of this number, 4716 none with this
    /// device. That a home without gas has no gas readings is no error here.
    pub fn points<'i>(
        &self,
        at_place: impl IntoIterator<Item = &'i Installation>,
    ) -> Result<Vec<&'i Installation>, Code> {
        let of_market = |found: &&Installation| found.point.market() == self.market;
        let mut found: Vec<_> = at_place.into_iter().filter(of_market).collect();
        if let Some(number) = &self.supply_point {
            found.retain(|installation| installation.point.external_identifier.as_str() == number);
            if found.is_empty() {
                return Err(codes::SUPPLY_POINT_UNKNOWN);
            }
        }
        if let Some(device) = &self.device {
            found.retain(|installation| serial(installation) == Some(device));
            if found.is_empty() {
                return Err(codes::DEVICE_UNMATCHED);
            }
        }
        let direction = self.direction.unwrap_or_default();
        found.retain(|installation| installation.point.direction == direction);
        Ok(found)
    }

    /// How it reads the meters of one of them; nothing where there never was one. Errors: 4710 what the meter does not
    /// count so finely, 4715 no such register.
    pub fn read<'a>(
        &self,
        installation: &Installation,
        meters: &'a SupplyMeters,
        now: DateTime<Utc>,
    ) -> Result<Option<Series<'a>>, Code> {
        let finest = finest(installation);
        let frequency = match self.frequency.as_deref() {
            None | Some("RAW_INTERVAL" | "INTERVALIZED") => finest,
            Some(name) => Frequency::from_wire(name)
                .filter(|asked| *asked >= finest)
                .ok_or(codes::INTERVAL_UNSUPPORTED)?,
        };
        let (Some(meter), Some(known)) = (JoinedMeters::of(meters), KnownEnergy::of_supply(meters, now))
        else {
            return Ok(None);
        };
        let meter = match &self.register {
            None => meter,
            Some(number) => {
                let known = number.parse().ok().and_then(|number| meter.register(number));
                known.ok_or(codes::REGISTER_UNMATCHED)?
            }
        };
        let known = if finest == Frequency::Month { known.in_whole_months() } else { known };
        let known = match self.quality.unwrap_or_default() {
            Quality::Actual => known.actual,
            Quality::Estimate => known.estimate,
            Quality::Combined => known.combined(),
        };
        Ok(Some(Series { meter, frequency, known }))
    }
}

/// The finest intervals in which somebody knows what was used: half-hours of electricity, days of gas, months where
/// somebody reads the gas meter by hand.
fn finest(installation: &Installation) -> Frequency {
    match (installation.point.market(), &installation.meter_point) {
        (Market::FraElectricity, _) => Frequency::HalfHour,
        (Market::FraGas, Some(MeterPoint::Gas(point))) if !point.is_smart_meter => Frequency::Month,
        (Market::FraGas, _) => Frequency::Day,
    }
}

/// The serial number of the meter, where it is known.
fn serial(installation: &Installation) -> Option<&String> {
    match &installation.meter_point {
        Some(MeterPoint::Gas(point)) => point.serial.as_ref(),
        Some(MeterPoint::Electricity(_)) | None => None,
    }
}

/// Which intervals are asked for: those that begin in a window, by the calendar of a time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// From when until when.
    pub span: Range<DateTime<Utc>>,
    /// In whose days and months.
    pub timezone: Tz,
}

impl Window {
    /// The window that instants and days describe; days win over instants, and the last day belongs to it (both
    /// guesses). Errors: 6612 no such time zone (that it is this one of the two codes for it is a guess), 4720 it ends
    /// before it begins, or at once.
    pub fn new(
        timezone: &str,
        (start_at, end_at): (Option<DateTime<Utc>>, Option<DateTime<Utc>>),
        (start_on, end_on): (Option<NaiveDate>, Option<NaiveDate>),
    ) -> Result<Self, Code> {
        let timezone: Tz = timezone.parse().map_err(|_| codes::TIMEZONE_UNKNOWN)?;
        let first = start_on.map(|date| midnight(timezone, date)).or(start_at);
        let last = end_on
            .map(|date| date.succ_opt().map_or(DateTime::<Utc>::MAX_UTC, |next| midnight(timezone, next)));
        let start = first.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let end = last.or(end_at).unwrap_or(DateTime::<Utc>::MAX_UTC);
        if start < end { Ok(Self { span: start..end, timezone }) } else { Err(codes::RANGE_REVERSED) }
    }
}

#[cfg(test)]
mod tests;
