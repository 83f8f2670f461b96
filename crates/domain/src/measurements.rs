//! Measurements: the energy of a meter in intervals of a time zone, with what it costs.
//!
//! As with readings, an interval is worked out from its index. Intervals are those of the calendar in the
//! asked time zone: hours, days from midnight, weeks from Monday, months, quarters. Which of them a window
//! holds was not seen: here all that begin within it and of which something is known, so that a month that
//! has begun shows its energy up to the last reading.

mod asked;
mod intervals;
mod pricing;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::calendars::ClassCode;
use crate::energy::EnergyMeter;
use crate::paging::{Page, PageRequest};
use crate::supply_points::Direction;

pub use asked::{Filter, Quality, Series, Window};
pub use intervals::{Frequency, Intervals};
pub use pricing::Pricing;

/// A part of an interval that has a price of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// When it begins.
    pub from: DateTime<Utc>,
    /// When it ends. For an interval that is not over, the end of what is known.
    pub to: DateTime<Utc>,
    /// What is priced.
    pub of: PartOf,
}

/// What is priced in a part of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PartOf {
    /// Energy.
    Energy {
        /// The class on which it was counted; none for gas.
        class: Option<ClassCode>,
        /// How much, in Wh.
        wh: i64,
    },
    /// Being supplied at all (*abonnement*).
    StandingCharge,
}

/// What a part of an interval costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// What it is called in place of [`class_label`]: [`product_label`], say, as labels change with the product
    /// (kraken-facts 10).
    pub label: Option<String>,
    /// With taxes.
    pub incl_tax: FineCents,
    /// Without taxes.
    pub excl_tax: FineCents,
}

/// An amount of money in hundred-thousandths of a cent. It is written in cents with five decimals:
/// `40.42299` was captured (kraken-facts 7.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct FineCents(pub i64);

impl fmt::Display for FineCents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        write!(f, "{sign}{}.{:05}", amount / 100_000, amount % 100_000)
    }
}

/// What a statistic tells, in the contract's words.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StatisticType {
    /// Energy of a class of hours and its cost.
    TouBucketCost,
    /// Energy without classes and its cost.
    ConsumptionCost,
    /// The standing charge.
    StandingChargeCost,
    /// Energy that was fed in and what it earns. That Kraken says so of it is a guess.
    GenerationValue,
}

/// A line of a measurement's statistics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statistic {
    /// What it is called: `HEURES_PLEINES`, `ABONNEMENT`, ….
    pub label: String,
    /// The energy in Wh; none for the standing charge.
    pub wh: Option<i64>,
    /// What it costs; none where nothing has a price.
    pub price: Option<Price>,
    /// What it tells.
    pub statistic_type: StatisticType,
}

/// The energy of an interval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measurement {
    /// When it begins, in the asked time zone.
    pub start_at: DateTime<Tz>,
    /// When it ends.
    pub end_at: DateTime<Tz>,
    /// The energy in Wh: what is known of it.
    pub wh: i64,
    /// By class, and the standing charge.
    pub statistics: Vec<Statistic>,
}

impl Measurement {
    /// The unit of the value.
    pub const UNIT: &'static str = "kWh";

    /// The energy in kWh with 17 decimals, as captured: `4.74400000000000000`.
    pub fn value(&self) -> String {
        format!("{}{:014}", kwh(self.wh), 0)
    }

    /// How long it lasts, in seconds.
    pub fn duration_in_seconds(&self) -> i64 {
        (self.end_at - self.start_at).num_seconds()
    }
}

/// Energy in kWh with three decimals, as in the captured statistics: `3.499`.
pub fn kwh(wh: i64) -> String {
    let sign = if wh < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", wh.unsigned_abs() / 1_000, wh.unsigned_abs() % 1_000)
}

/// What a class is called in statistics. `BASE`, `HEURES_PLEINES`, `HEURES_CREUSES` and the endings `_ETE` and
/// `_HIVER` were seen (kraken-facts 7.2), the others follow their example.
pub const fn class_label(class: ClassCode) -> &'static str {
    match class {
        ClassCode::Base => "BASE",
        ClassCode::Hp => "HEURES_PLEINES",
        ClassCode::Hc => "HEURES_CREUSES",
        ClassCode::Hpe | ClassCode::Hpb => "HEURES_PLEINES_ETE",
        ClassCode::Hce | ClassCode::Hcb => "HEURES_CREUSES_ETE",
        ClassCode::Hphi | ClassCode::Hph => "HEURES_PLEINES_HIVER",
        ClassCode::Hchi | ClassCode::Hch => "HEURES_CREUSES_HIVER",
        ClassCode::Hpp => "HEURES_PLEINES_POINTE",
        ClassCode::Hcp => "HEURES_CREUSES_POINTE",
    }
}

/// The label of the standing charge.
pub const STANDING_CHARGE_LABEL: &str = "ABONNEMENT";
/// The label of gas, which has no classes: a guess.
pub const GAS_LABEL: &str = "CONSOMMATION";

/// What a class is called where the product or the calendar names it: `CONSUMPTION_EFFACEMENT_HPHC_2_HP`. The
/// numbers behind it in `CONSUMPTION_OCTOFLEX_4_V4_HPE_0.0_37.0` are not understood and left out.
pub fn product_label(product_or_calendar: &str, class: ClassCode) -> String {
    format!("CONSUMPTION_{product_or_calendar}_{class}")
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct MeasurementQuery {
    /// How long the intervals are.
    pub frequency: Frequency,
    /// In whose days and months.
    pub timezone: Tz,
    /// The window in which intervals begin.
    pub window: Range<DateTime<Utc>>,
    /// The time of which something may be told: a part of [`KnownEnergy`](crate::readings::KnownEnergy), by the
    /// asked quality.
    pub known: Range<DateTime<Utc>>,
}

/// The measurements of one meter, oldest first.
pub struct Measurements<'a> {
    meter: &'a dyn EnergyMeter,
    direction: Direction,
    intervals: Intervals,
    known: Range<DateTime<Utc>>,
    price: &'a dyn Fn(&Part) -> Option<Price>,
}

impl<'a> Measurements<'a> {
    /// The measurements of `meter`. `price` prices the parts of an interval; where it answers nothing for the
    /// standing charge, there is no such statistic.
    pub fn new(
        meter: &'a dyn EnergyMeter,
        query: &MeasurementQuery,
        price: &'a dyn Fn(&Part) -> Option<Price>,
    ) -> Self {
        let intervals = Intervals::new(query.frequency, query.timezone, &query.window, &query.known);
        Self { meter, direction: Direction::Consumption, intervals, known: query.known.clone(), price }
    }

    /// The same of a meter that counts in this direction.
    #[must_use]
    pub fn counting(self, direction: Direction) -> Self {
        Self { direction, ..self }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.intervals.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The measurement at that index, counted from 0, the oldest.
    pub fn get(&self, index: usize) -> Option<Measurement> {
        let (start_at, end_at) = self.intervals.get(index)?;
        let from = start_at.to_utc().clamp(self.known.start, self.known.end);
        let to = end_at.to_utc().clamp(from, self.known.end);
        let (wh, mut statistics) = self.energy(from, to);
        let standing = Part { from, to, of: PartOf::StandingCharge };
        statistics.extend((self.price)(&standing).map(|price| Statistic {
            label: price.label.clone().unwrap_or_else(|| STANDING_CHARGE_LABEL.to_owned()),
            wh: None,
            price: Some(price),
            statistic_type: StatisticType::StandingChargeCost,
        }));
        Some(Measurement { start_at, end_at, wh, statistics })
    }

    /// A page of them.
    pub fn page(&self, request: &PageRequest) -> Page<Measurement> {
        let total = self.len();
        let window = request.window(total);
        let items = window.range.clone().filter_map(|index| self.get(index)).collect();
        Page::new(items, &window, total)
    }

    /// The energy and its statistics: a line for each class that counted something; where none did, one.
    fn energy(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> (i64, Vec<Statistic>) {
        let mut parts: Vec<(Option<ClassCode>, i64)> = self
            .meter
            .classes()
            .iter()
            .map(|class| (Some(class.code), self.meter.energy_wh(Some(class.code), from, to)))
            .collect();
        if parts.is_empty() {
            parts.push((None, self.meter.energy_wh(None, from, to)));
        }
        let sum: i64 = parts.iter().map(|(_, wh)| wh).sum();
        if sum == 0 {
            parts.truncate(1);
        } else {
            parts.retain(|(_, wh)| *wh != 0);
        }
        (sum, parts.into_iter().map(|(class, wh)| self.statistic(from, to, class, wh)).collect())
    }

    fn statistic(
        &self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
        class: Option<ClassCode>,
        wh: i64,
    ) -> Statistic {
        let price = (self.price)(&Part { from, to, of: PartOf::Energy { class, wh } });
        let label = price.as_ref().and_then(|price| price.label.clone());
        Statistic {
            label: label.unwrap_or_else(|| class.map_or(GAS_LABEL, class_label).to_owned()),
            wh: Some(wh),
            price,
            statistic_type: match (self.direction, class) {
                (Direction::Generation, _) => StatisticType::GenerationValue,
                (Direction::Consumption, Some(_)) => StatisticType::TouBucketCost,
                (Direction::Consumption, None) => StatisticType::ConsumptionCost,
            },
        }
    }
}

impl fmt::Debug for Measurements<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Measurements").field("intervals", &self.intervals).finish_non_exhaustive()
    }
}
