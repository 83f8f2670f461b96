//! Calendar arithmetic in French time.

use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Europe::Paris;

/// The date people in France read on the wall at this instant.
pub fn paris_date(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Paris).date_naive()
}

/// A time of day in France as an instant. In the hour that the change to summer time leaves out, and in the
/// one that winter time has twice, the earliest instant that exists.
pub fn paris_instant(date: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let local = date.and_time(time);
    Paris.from_local_datetime(&local).earliest().map_or_else(|| local.and_utc(), |t| t.with_timezone(&Utc))
}

/// The first day of the month in which `date` lies.
pub fn month_start(date: NaiveDate) -> NaiveDate {
    date.with_day(1).expect("each month has a first day")
}

/// The date `months` months earlier; the last day of that month where the day does not exist.
pub fn months_before(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}
