//! Billing periods: they tile an agreement, from its first day to its end.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, Utc};

use crate::agreements::Agreement;
use crate::dates;

/// So many periods of an agreement are billed and no more: 166 years of months. It keeps bills' ids apart and
/// the work finite, however far someone moves the clock.
pub const MAX_PERIODS: u32 = 2_000;

/// A stretch of days that is billed at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// Counted from the agreement's first, which is 0.
    pub index: u32,
    /// The first day.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// Whether the agreement ends with it.
    pub is_final: bool,
}

impl Period {
    /// When it begins: midnight in France.
    pub fn start(&self) -> DateTime<Utc> {
        dates::paris_instant(self.from, NaiveTime::MIN)
    }

    /// When it is over.
    pub fn end(&self) -> DateTime<Utc> {
        dates::paris_instant(self.to, NaiveTime::MIN)
    }

    /// How many days it has.
    pub fn days(&self) -> i64 {
        (self.to - self.from).num_days()
    }

    /// The last day.
    pub fn last_day(&self) -> NaiveDate {
        self.to.checked_sub_days(Days::new(1)).unwrap_or(self.to)
    }
}

/// The period of an agreement with an index, if it has that many.
///
/// Billing days are anniversaries of the first day, reckoned from it each time: an agreement from the 31st is
/// billed on the last day of shorter months and on the 31st again after them. The agreement's end cuts its
/// last period short.
pub fn period(agreement: &Agreement, index: u32) -> Option<Period> {
    if index >= MAX_PERIODS {
        return None;
    }
    let first = agreement.first_day();
    let months = agreement.billing_frequency_months.max(1);
    let from = first.checked_add_months(Months::new(months.checked_mul(index)?))?;
    let to = first.checked_add_months(Months::new(months.checked_mul(index + 1)?))?;
    match agreement.end_day() {
        Some(end) if end <= from => None,
        Some(end) => Some(Period { index, from, to: to.min(end), is_final: end <= to }),
        None => Some(Period { index, from, to, is_final: false }),
    }
}

/// The day up to which an agreement is billed (excluded) when `closed` of its periods are.
pub fn billed_to(agreement: &Agreement, closed: u32) -> Option<NaiveDate> {
    let last = closed.checked_sub(1)?;
    // An end that was set since lies on or after this, so it cuts nothing off.
    let whole = Agreement { valid_to: None, ..agreement.clone() };
    period(agreement, last).or_else(|| period(&whole, last)).map(|period| period.to)
}
