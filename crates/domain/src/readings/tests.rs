//! Readings: lists that are looked up, and what the clock changes in them.

use chrono::{Days, NaiveDate, TimeDelta, Timelike};
use proptest::prelude::*;

use super::*;
use crate::calendars::{Calendar, CalendarType};
use crate::energy::{EnergyMeter, Home, HomeProfile, OffPeakHours};
use crate::paging::PageRequest;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn home(seed: u64) -> Home {
    Home::new(
        HomeProfile { hot_water_wh_a_day: 4_000, ..HomeProfile::default() },
        Seed(seed),
        "14295224261882",
    )
}

fn all(readings: &ElectricityReadings<'_>) -> Vec<ElectricityReading> {
    (0..readings.len()).map(|index| readings.get(index).expect("within the list")).collect()
}

const NO_FILTER: ElectricityReadingFilter =
    ElectricityReadingFilter { calendar_type: None, status_processed: None, from: None, to: None };

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// As the clock moves on, days are added and provisional rows become final; nothing else changes.
    #[test]
    fn the_clock_changes_nothing_but_the_provisional(seed in any::<u64>(), tempo in any::<bool>(), minutes in 0..60_000_i64, later in 0..20_000_i64) {
        let calendar = if tempo { Calendar::tempo() } else { Calendar::hp_hc(OffPeakHours::default()) };
        let meter = ElectricityMeter::new(home(seed), calendar, ParisDay::of(date(2026, 2, 10)).start());
        let now = meter.installed_at() + TimeDelta::minutes(minutes);
        let before = all(&ElectricityReadings::new([&meter], now, &NO_FILTER));
        let after = all(&ElectricityReadings::new([&meter], now + TimeDelta::minutes(later), &NO_FILTER));
        prop_assert!(before.len() <= after.len());
        let same_days = &after[after.len() - before.len()..];
        for (before, after) in before.iter().zip(same_days) {
            if before.period_start_at.is_some() {
                prop_assert_eq!(before, after);
            } else {
                prop_assert_eq!(before.consumption_reliability, Reliability::Estimated);
                prop_assert_eq!((before.date, before.temporal_class, before.index_end_wh), (after.date, after.temporal_class, after.index_end_wh));
            }
        }
        for reading in &after {
            prop_assert_eq!(reading.consumption_wh, reading.index_end_wh - reading.index_start_wh);
            let final_row = reading.period_start_at.is_some();
            let age = now + TimeDelta::minutes(later) - reading.period_end_at;
            let allowed = if final_row { 48..=i64::MAX } else { 5..=72 };
            prop_assert!(allowed.contains(&age.num_hours()));
        }
        // The oldest row begins where the meter began, and each register's rows join.
        let rows = meter.classes().len();
        for class in meter.classes() {
            let of_class: Vec<_> = after.iter().filter(|reading| reading.temporal_class == *class).collect();
            prop_assert!(of_class.windows(2).all(|pair| pair[0].index_start_wh == pair[1].index_end_wh && pair[0].date == pair[1].date + Days::new(1)));
            prop_assert_eq!(of_class.len() * rows, after.len());
        }
    }

    /// A page is the part of the list that it says, wherever it lies.
    #[test]
    fn pages_are_parts_of_the_list(seed in any::<u64>(), size in 1..40_usize, after in 0..200_usize) {
        let meter = ElectricityMeter::new(home(seed), Calendar::octoflex(OffPeakHours::default()), ParisDay::of(date(2026, 1, 1)).start());
        let readings = ElectricityReadings::new([&meter], meter.installed_at() + TimeDelta::days(40), &NO_FILTER);
        let request = PageRequest::first(size).after(after);
        let page = readings.page(&request);
        let expected: Vec<_> = all(&readings).into_iter().skip(after + 1).take(size).collect();
        prop_assert_eq!(page.items, expected);
        prop_assert_eq!(page.total, readings.len());
    }
}

#[test]
fn the_newest_come_first_and_registers_in_no_order() {
    let meter = ElectricityMeter::new(
        home(1),
        Calendar::hp_hc(OffPeakHours::default()),
        ParisDay::of(date(2026, 5, 1)).start(),
    );
    let now = ParisDay::of(date(2026, 6, 15)).start() + TimeDelta::hours(11);
    let rows = all(&ElectricityReadings::new([&meter], now, &NO_FILTER));
    assert_eq!(rows.len(), 45 * 2);
    assert_eq!((rows[0].date, rows[0].period_start_at), (date(2026, 6, 14), None));
    assert_eq!(rows[89].date, date(2026, 5, 1));
    let firsts: std::collections::BTreeSet<_> =
        rows.iter().step_by(2).map(|row| row.temporal_class.code).collect();
    assert_eq!(firsts.len(), 2, "either register may come first");
    let finals = rows.iter().find(|row| row.period_start_at.is_some()).expect("older rows are final");
    assert!([date(2026, 6, 11), date(2026, 6, 12)].contains(&finals.date), "{}", finals.date);
    assert_eq!(finals.reading_date(), finals.date + Days::new(1));
    assert_eq!(finals.period_end_at.with_timezone(&chrono_tz::Europe::Paris).hour(), 0);
}

#[test]
fn meters_follow_one_another_and_count_side_by_side() {
    let change = ParisDay::of(date(2026, 4, 10)).start();
    let now = ParisDay::of(date(2026, 4, 20)).start() + TimeDelta::hours(12);
    let begin = ParisDay::of(date(2026, 4, 1)).start();
    let old = ElectricityMeter::new(home(1), Calendar::base(), begin).removed_at(change);
    let new = ElectricityMeter::new(home(1), Calendar::tempo(), change);
    let enedis = ElectricityMeter::new(home(1), Calendar::distributor(OffPeakHours::default()), begin);
    let meters = [&old, &new, &enedis];
    let rows = all(&ElectricityReadings::new(meters, now, &NO_FILTER));
    assert_eq!(rows.len(), 9 * (1 + 4) + 10 * (6 + 4));
    assert!(rows.is_sorted_by_key(|row| std::cmp::Reverse(row.date)));
    let sum =
        |kind| rows.iter().filter(|row| row.calendar_type == kind).map(|row| row.consumption_wh).sum::<i64>();
    assert_eq!(sum(CalendarType::Provider), sum(CalendarType::Distributor), "one home, two ways to count it");
    let filter = ElectricityReadingFilter { calendar_type: Some(CalendarType::Distributor), ..NO_FILTER };
    assert_eq!(ElectricityReadings::new(meters, now, &filter).len(), 19 * 4);
    let filter =
        ElectricityReadingFilter { from: Some(date(2026, 4, 9)), to: Some(date(2026, 4, 10)), ..NO_FILTER };
    assert_eq!(ElectricityReadings::new(meters, now, &filter).len(), 5 + 10);
    let filter = ElectricityReadingFilter { status_processed: Some(ReadingStatus::Ko), ..NO_FILTER };
    assert!(ElectricityReadings::new(meters, now, &filter).is_empty());
}

#[test]
fn nothing_is_known_of_the_future_or_of_today() {
    let begin = ParisDay::of(date(2026, 4, 1)).start();
    let meter = ElectricityMeter::new(home(1), Calendar::base(), begin);
    assert!(ElectricityReadings::new([&meter], DateTime::<Utc>::MIN_UTC, &NO_FILTER).is_empty());
    let last = ElectricityReadings::new([&meter], DateTime::<Utc>::MAX_UTC, &NO_FILTER).get(0);
    assert_eq!(last.map(|row| row.date), NaiveDate::from_ymd_opt(2099, 12, 31));
    for hours in [-2_000, 0, 23, 28] {
        let now = begin + TimeDelta::hours(hours);
        assert!(ElectricityReadings::new([&meter], now, &NO_FILTER).is_empty(), "{hours} h");
        assert!(KnownEnergy::of_electricity(&meter, now).combined().is_empty());
    }
    let now = begin + TimeDelta::hours(24 * 9 + 12);
    let known = KnownEnergy::of_electricity(&meter, now);
    assert_eq!(known.combined(), begin..begin + TimeDelta::days(9));
    assert!(!known.estimate.is_empty() && !known.actual.is_empty());
}
