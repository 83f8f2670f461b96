//! Days and half-hours as a meter in France counts them.
//!
//! A day has 48 half-hours, 46 when summer time begins and 50 when it ends. A half-hour has a *position*
//! in its day, counted in real time from midnight, and a *local* number, which the clock on the wall
//! shows: 0 is 00:00, 47 is 23:30. The two differ only on the two days of the change.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::dates;

/// The length of a half-hour in seconds.
pub const HALF_HOUR_SECONDS: i64 = 1_800;
/// A day has no more half-hours than this.
pub const MOST_HALF_HOURS: usize = 50;

/// A half-hour of the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfHour {
    /// The date.
    pub date: NaiveDate,
    /// Its number on the clock, 0 to 47.
    pub local: u32,
}

impl HalfHour {
    /// Whether the Tempo day is still the day before's.
    pub(super) fn is_before_six(self) -> bool {
        self.local < 12
    }

    /// The date whose Tempo colour counts: a Tempo day runs from 06:00 to 06:00.
    pub fn tempo_day(self) -> NaiveDate {
        if self.is_before_six() { self.date.pred_opt().unwrap_or(self.date) } else { self.date }
    }
}

/// A day in France (Europe/Paris), from midnight to midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParisDay {
    date: NaiveDate,
    start: DateTime<Utc>,
    /// The same as seconds of Unix time: arithmetic on these costs next to nothing.
    start_second: i64,
    half_hours: u32,
}

impl ParisDay {
    /// The day of this date.
    pub fn of(date: NaiveDate) -> Self {
        Self::starting(date, midnight(date))
    }

    /// The day in which `instant` lies.
    pub fn containing(instant: DateTime<Utc>) -> Self {
        Self::of(dates::paris_date(instant))
    }

    /// The day after.
    #[must_use]
    pub fn next(self) -> Self {
        Self::starting(after(self.date), self.end())
    }

    fn starting(date: NaiveDate, start: DateTime<Utc>) -> Self {
        let seconds = (midnight(after(date)) - start).num_seconds();
        // Other lengths do not occur since 1977; a meter is younger.
        let half_hours = u32::try_from(seconds / HALF_HOUR_SECONDS).unwrap_or(48).clamp(46, 50);
        Self { date, start, start_second: start.timestamp(), half_hours }
    }

    /// The date.
    pub fn date(&self) -> NaiveDate {
        self.date
    }

    /// Midnight at its beginning.
    pub fn start(&self) -> DateTime<Utc> {
        self.start
    }

    /// Midnight at its end.
    pub fn end(&self) -> DateTime<Utc> {
        self.instant(self.half_hours)
    }

    /// 46, 48 or 50.
    pub fn half_hours(&self) -> u32 {
        self.half_hours
    }

    /// When the half-hour at `position` begins.
    pub fn instant(&self, position: u32) -> DateTime<Utc> {
        self.start + TimeDelta::seconds(i64::from(position) * HALF_HOUR_SECONDS)
    }

    /// The same in seconds of Unix time.
    pub(super) fn second(&self, position: u32) -> i64 {
        self.start_second + i64::from(position) * HALF_HOUR_SECONDS
    }

    /// How many half-hours of the day have ended at `instant`: all of them after the day, none before it.
    pub fn ended_at(&self, instant: DateTime<Utc>) -> usize {
        let ended = (instant.timestamp() - self.start_second).div_euclid(HALF_HOUR_SECONDS);
        usize::try_from(ended.clamp(0, i64::from(self.half_hours))).unwrap_or(0)
    }

    /// What the clock on the wall shows at `position`. The clock is moved between 02:00 and 03:00.
    pub fn half_hour(&self, position: u32) -> HalfHour {
        let local = match self.half_hours {
            46 if position >= 4 => position + 2,
            50 if position >= 6 => position - 2,
            _ => position,
        };
        HalfHour { date: self.date, local: local.min(47) }
    }

    /// Where the clock first shows `local`; where it never does, what comes right after the gap.
    pub fn position(&self, local: u32) -> u32 {
        match self.half_hours {
            46 if local >= 4 => local.max(6) - 2,
            50 if local >= 6 => local + 2,
            _ => local,
        }
    }
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    dates::paris_instant(date, NaiveTime::MIN)
}

fn after(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;
    use chrono_tz::Europe::Paris;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_days_of_the_change_are_short_and_long() {
        let half_hours = |y, m, d| ParisDay::of(NaiveDate::from_ymd_opt(y, m, d).unwrap()).half_hours();
        assert_eq!([half_hours(2026, 3, 29), half_hours(2026, 10, 25), half_hours(2026, 6, 1)], [46, 50, 48]);
        assert_eq!([half_hours(2027, 3, 28), half_hours(2027, 10, 31)], [46, 50]);
    }

    /// Holds a day against what chrono-tz says of each of its half-hours.
    fn check(day: ParisDay) {
        assert_eq!(day.next(), ParisDay::of(day.date() + Days::new(1)));
        for position in 0..day.half_hours() {
            let instant = day.instant(position);
            let wall = instant.with_timezone(&Paris);
            let half_hour = day.half_hour(position);
            assert_eq!(wall.date_naive(), half_hour.date);
            assert_eq!(wall.hour() * 2 + wall.minute() / 30, half_hour.local);
            assert_eq!(day.ended_at(instant), position as usize);
            assert!(day.position(half_hour.local) <= position);
            assert_eq!(day.half_hour(day.position(half_hour.local)), half_hour);
        }
        assert_eq!(day.ended_at(day.end()), day.half_hours() as usize);
    }

    #[test]
    fn positions_and_the_clock_agree_on_each_day_of_the_change() {
        let first = ParisDay::of(NaiveDate::from_ymd_opt(2000, 1, 1).unwrap());
        let days = std::iter::successors(Some(first), |day| Some(day.next())).take(36_525);
        let changes: Vec<ParisDay> = days.filter(|day| day.half_hours() != 48).collect();
        assert_eq!(changes.len(), 200, "two a year");
        changes.into_iter().for_each(check);
    }

    proptest! {
        #[test]
        fn positions_and_the_clock_agree(days in 0_u64..36_500) {
            check(ParisDay::of(NaiveDate::from_ymd_opt(2000, 1, 1).unwrap() + Days::new(days)));
        }
    }
}
