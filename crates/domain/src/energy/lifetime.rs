//! The time in which a meter counts, and its days by number.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::half_hours::{HALF_HOUR_SECONDS, ParisDay};
use crate::clock::{FIRST_YEAR, LAST_YEAR};
use crate::dates;

/// From a meter's installation to its removal, in whole half-hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetime {
    pub(super) from: DateTime<Utc>,
    pub(super) until: DateTime<Utc>,
    first_date: NaiveDate,
}

impl Lifetime {
    /// From `installed_at`, put back to the half-hour it lies in, until the end of time.
    pub(super) fn since(installed_at: DateTime<Utc>) -> Self {
        let (first, until) = (start_of(FIRST_YEAR), start_of(LAST_YEAR + 1));
        let from = floor(installed_at.clamp(first, until));
        Self { from, until, first_date: dates::paris_date(from) }
    }

    /// The same, ending with the half-hour before the one in which `removed_at` lies.
    pub(super) fn until(self, removed_at: DateTime<Utc>) -> Self {
        Self { until: floor(removed_at).clamp(self.from, self.until), ..self }
    }

    /// Whether somebody ended it.
    pub(super) fn is_ended(&self) -> bool {
        self.until < start_of(LAST_YEAR + 1)
    }

    /// The date on which it begins.
    pub(super) fn first_date(&self) -> NaiveDate {
        self.first_date
    }

    /// The last date on which the meter counts anything; none where it never does.
    pub(super) fn last_date(&self) -> Option<NaiveDate> {
        (self.from < self.until).then(|| dates::paris_date(self.until - TimeDelta::seconds(1)))
    }

    /// Whether the meter counts on `date`.
    pub(super) fn covers(&self, date: NaiveDate) -> bool {
        self.first_date <= date && self.last_date().is_some_and(|last| date <= last)
    }

    /// The number of the day of `date`, from 0 on the first.
    pub(super) fn number(&self, date: NaiveDate) -> usize {
        usize::try_from((date - self.first_date).num_days()).unwrap_or(0)
    }

    /// The half-hours of a day, by position, in which the meter counts.
    pub(super) fn half_hours_of(&self, day: &ParisDay) -> Range<usize> {
        day.ended_at(self.from)..day.ended_at(self.until)
    }

    /// The nearest instant within it.
    pub(super) fn clamp(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        instant.clamp(self.from, self.until)
    }
}

fn floor(instant: DateTime<Utc>) -> DateTime<Utc> {
    let seconds = instant.timestamp().div_euclid(HALF_HOUR_SECONDS) * HALF_HOUR_SECONDS;
    DateTime::from_timestamp(seconds, 0).unwrap_or(instant)
}

fn start_of(year: i32) -> DateTime<Utc> {
    ParisDay::of(NaiveDate::from_ymd_opt(year, 1, 1).unwrap_or(NaiveDate::MAX)).start()
}
