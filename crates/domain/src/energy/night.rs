//! What runs at night: the hot-water tank and the car.
//!
//! A night is named after the date on which its off-peak window begins. What it needs is drawn for the whole
//! night and then taken half-hour by half-hour in real time, so the nights in which the clock is moved lose
//! and double nothing.

use chrono::{Datelike, NaiveDate};

use super::chance::{between, scale};
use super::half_hours::{MOST_HALF_HOURS, ParisDay};
use super::profile::Vehicle;
use super::weather::by_date;
use crate::seed::Seed;

/// The tank's heating element, in mWh for a half-hour: 2.4 kW.
const TANK_MWH: i64 = 1_200_000;
/// Cold water is colder in winter: thousandths of the mean need.
const TANK_SEASONS: [i64; 12] = [1_120, 1_120, 1_090, 1_040, 980, 920, 870, 870, 920, 980, 1_050, 1_100];

/// A load that begins some half-hours into the night and takes at most `power_mwh` in each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NightLoad {
    /// Half-hours after the beginning of the night.
    pub(super) delay: i64,
    /// What it needs in this night.
    pub(super) need_mwh: i64,
    /// What it can take in a half-hour.
    pub(super) power_mwh: i64,
}

impl NightLoad {
    /// What it takes in the half-hour that begins `since` half-hours after the night began.
    fn at(self, since: i64) -> i64 {
        let running = since - self.delay;
        if running < 0 { 0 } else { (self.need_mwh - running * self.power_mwh).clamp(0, self.power_mwh) }
    }

    /// How many half-hours it runs.
    pub(super) fn half_hours(self) -> i64 {
        (self.need_mwh + self.power_mwh - 1) / self.power_mwh
    }
}

/// The tank of a home that needs `wh_a_day` on average.
pub(super) fn tank(seed: Seed, wh_a_day: u32, night: NaiveDate, length: i64) -> NightLoad {
    let mean = scale(i64::from(wh_a_day) * 1_000, by_date(&TANK_SEASONS, night));
    let need = scale(mean, between(seed, i64::from(night.num_days_from_ce()), 800, 1_200));
    NightLoad { delay: 0, need_mwh: need.min(length * TANK_MWH), power_mwh: TANK_MWH }
}

/// The car, if it charges in this night: in four of seven, on average.
pub(super) fn car(seed: Seed, car: Vehicle, night: NaiveDate, length: i64) -> Option<NightLoad> {
    let place = i64::from(night.num_days_from_ce()) * 3;
    if between(seed, place, 1, 7) > 4 || car.charger_watts == 0 {
        return None;
    }
    let power = i64::from(car.charger_watts) * 500;
    let mean = i64::from(car.kwh_a_week) * 1_000_000 / 4;
    let need = scale(mean, between(seed, place + 1, 600, 1_400)).min(length * power);
    let load = NightLoad { delay: 0, need_mwh: need, power_mwh: power };
    let latest = (length - load.half_hours()).max(0);
    (need > 0).then(|| NightLoad { delay: between(seed, place + 2, 0, latest), ..load })
}

/// Adds a load that began `began` half-hours after the day's midnight (before it, if negative).
pub(super) fn add(load: NightLoad, began: i64, day: &ParisDay, mwh: &mut [i64; MOST_HALF_HOURS]) {
    for (position, sum) in (0..i64::from(day.half_hours())).zip(mwh) {
        *sum += load.at(position - began);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_takes_what_it_needs_and_no_more() {
        let load = NightLoad { delay: 2, need_mwh: 2_500, power_mwh: 1_000 };
        let taken: Vec<i64> = (-1..7).map(|since| load.at(since)).collect();
        assert_eq!(taken, [0, 0, 0, 1_000, 1_000, 500, 0, 0]);
        assert_eq!(load.half_hours(), 3);
    }

    #[test]
    fn the_car_gets_about_its_weekly_energy() {
        let described = Vehicle { kwh_a_week: 50, charger_watts: 7_400 };
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a date");
        let sum: i64 = first
            .iter_days()
            .take(700)
            .filter_map(|night| car(Seed(5), described, night, 16))
            .map(|load| load.need_mwh)
            .sum();
        assert!((45_000_000..55_000_000).contains(&(sum / 100)), "{}", sum / 100);
    }
}
