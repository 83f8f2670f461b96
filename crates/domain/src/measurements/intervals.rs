//! Intervals of a time zone's calendar, by number.

use std::ops::Range;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How long intervals are. The shorter come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Frequency {
    /// Thirty minutes: the finest that a meter counts.
    HalfHour,
    /// An hour.
    Hour,
    /// From midnight to midnight.
    Day,
    /// From Monday to Monday.
    Week,
    /// A calendar month.
    Month,
    /// Three calendar months.
    Quarter,
}

impl Frequency {
    /// What a `ReadingFrequencyType` of the contract stands for. `RAW_INTERVAL` is the meter's own half-hours and
    /// `DAILY` the same as `DAY_INTERVAL`, by guess. Nothing where the meter does not count so finely, and for
    /// `POINT_IN_TIME`, which is no interval.
    pub fn from_wire(name: &str) -> Option<Self> {
        match name {
            "THIRTY_MIN_INTERVAL" | "RAW_INTERVAL" | "INTERVALIZED" => Some(Self::HalfHour),
            "HOUR_INTERVAL" => Some(Self::Hour),
            "DAY_INTERVAL" | "DAILY" => Some(Self::Day),
            "WEEK_INTERVAL" => Some(Self::Week),
            "MONTH_INTERVAL" => Some(Self::Month),
            "QUARTER_INTERVAL" => Some(Self::Quarter),
            _ => None,
        }
    }

    /// The length of an interval that is counted in seconds, not in days.
    fn seconds(self) -> Option<i64> {
        match self {
            Self::HalfHour => Some(1_800),
            Self::Hour => Some(3_600),
            Self::Day | Self::Week | Self::Month | Self::Quarter => None,
        }
    }
}

/// A row of intervals without gaps, each worked out from its number.
#[derive(Clone, Debug)]
pub struct Intervals {
    frequency: Frequency,
    timezone: Tz,
    origin: Origin,
    len: usize,
}

/// Where the interval with the number 0 begins.
#[derive(Clone, Copy, Debug)]
enum Origin {
    At(DateTime<Utc>),
    On(NaiveDate),
}

impl Intervals {
    /// The intervals that begin within `window` and have something of `known` in them.
    pub fn new(
        frequency: Frequency,
        timezone: Tz,
        window: &Range<DateTime<Utc>>,
        known: &Range<DateTime<Utc>>,
    ) -> Self {
        let mut intervals =
            Self { frequency, timezone, origin: origin(frequency, timezone, known.start), len: 0 };
        let end = window.end.min(known.end);
        if known.start >= known.end || window.start >= end {
            return intervals;
        }
        // The interval in which the known time begins counts although it began before, unless the window
        // began after it did.
        let first = intervals.first_from(window.start);
        let count = intervals.first_from(end) - first;
        intervals.origin = match intervals.origin {
            Origin::At(_) => Origin::At(intervals.start(first)),
            Origin::On(date) => Origin::On(intervals.date(date, first)),
        };
        intervals.len = usize::try_from(count).unwrap_or(0);
        intervals
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Begin and end of the interval of that number.
    pub fn get(&self, index: usize) -> Option<(DateTime<Tz>, DateTime<Tz>)> {
        if index >= self.len {
            return None;
        }
        let number = i64::try_from(index).ok()?;
        let local = |instant: DateTime<Utc>| instant.with_timezone(&self.timezone);
        Some((local(self.start(number)), local(self.start(number + 1))))
    }

    /// The number of the first interval from the origin on that begins at `instant` or later.
    fn first_from(&self, instant: DateTime<Utc>) -> i64 {
        // A guess from the mean length, never too high, then a few steps.
        let from = match self.origin {
            Origin::At(origin) => origin,
            Origin::On(_) => self.start(0),
        };
        let seconds = (instant - from).num_seconds().max(0);
        let longest = match self.frequency {
            Frequency::HalfHour => 1_800,
            Frequency::Hour => 3_600,
            Frequency::Day => 86_400,
            Frequency::Week => 7 * 86_400,
            Frequency::Month => 31 * 86_400,
            Frequency::Quarter => 92 * 86_400,
        };
        let mut number = (seconds / longest - 1).max(0);
        while self.start(number) < instant {
            number += 1;
        }
        number
    }

    fn start(&self, number: i64) -> DateTime<Utc> {
        match self.origin {
            Origin::At(origin) => {
                origin + TimeDelta::seconds(self.frequency.seconds().unwrap_or(1_800) * number)
            }
            Origin::On(date) => midnight(self.timezone, self.date(date, number)),
        }
    }

    fn date(&self, origin: NaiveDate, number: i64) -> NaiveDate {
        let days = |days: i64| origin.checked_add_days(Days::new(u64::try_from(days).unwrap_or(0)));
        let months = |months: i64| origin.checked_add_months(Months::new(u32::try_from(months).unwrap_or(0)));
        let date = match self.frequency {
            Frequency::HalfHour | Frequency::Hour | Frequency::Day => days(number),
            Frequency::Week => days(number * 7),
            Frequency::Month => months(number),
            Frequency::Quarter => months(number * 3),
        };
        date.unwrap_or(NaiveDate::MAX)
    }
}

/// The beginning of the interval in which `instant` lies.
fn origin(frequency: Frequency, timezone: Tz, instant: DateTime<Utc>) -> Origin {
    let local = instant.with_timezone(&timezone);
    let date = local.date_naive();
    if let Some(seconds) = frequency.seconds() {
        let shift = i64::from(local.offset().fix().local_minus_utc());
        let over = (instant.timestamp() + shift).rem_euclid(seconds);
        return Origin::At(instant - TimeDelta::seconds(over));
    }
    let month = |month0: u32| NaiveDate::from_ymd_opt(date.year(), month0 + 1, 1).unwrap_or(date);
    Origin::On(match frequency {
        Frequency::Week => date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday())),
        Frequency::Month => month(date.month0()),
        Frequency::Quarter => month(date.month0() / 3 * 3),
        Frequency::HalfHour | Frequency::Hour | Frequency::Day => date,
    })
}

/// When `date` begins in a time zone. Where the clock skips midnight, an hour later.
pub(super) fn midnight(timezone: Tz, date: NaiveDate) -> DateTime<Utc> {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).map(|time| date.and_time(time));
    let begin = |hour| at(hour).and_then(|local| timezone.from_local_datetime(&local).earliest());
    begin(0)
        .or_else(|| begin(1))
        .map_or_else(|| date.and_time(NaiveTime::MIN).and_utc(), |local| local.to_utc())
}
