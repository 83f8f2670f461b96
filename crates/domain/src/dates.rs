//! Calendar arithmetic in French time.

use chrono::{DateTime, Datelike, FixedOffset, Months, NaiveDate, NaiveTime, SecondsFormat, TimeZone, Utc};
use chrono_tz::Europe::Paris;

/// The date people in France read on the wall at this instant.
pub fn paris_date(instant: DateTime<Utc>) -> NaiveDate {
    instant.with_timezone(&Paris).date_naive()
}

/// An instant with the offset of the clock on the wall in France.
pub fn paris_local(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    instant.with_timezone(&Paris).fixed_offset()
}

/// An instant as RFC 3339 writes it, in UTC: `2026-01-15T12:00:00Z`, with a fraction where there is one.
pub fn rfc3339(instant: DateTime<Utc>) -> String {
    instant.to_rfc3339_opts(SecondsFormat::AutoSi, true)
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

/// The instant `months` months later, at the same time of day in France; on the last day of the month where the day
/// does not exist. `None` beyond the calendar.
pub fn months_later(instant: DateTime<Utc>, months: u32) -> Option<DateTime<Utc>> {
    if months == 0 {
        return Some(instant);
    }
    let local = instant.with_timezone(&Paris).naive_local();
    let date = local.date().checked_add_months(Months::new(months))?;
    Some(paris_instant(date, local.time()))
}
