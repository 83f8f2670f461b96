//! Temperature and sunshine, at any instant and without walking there.
//!
//! The climate is roughly that of Paris; the monthly means are Météo-France's normals for Montsouris, from
//! memory. Fronts pass in days and air masses change in weeks, each a seeded series that forgets itself, so
//! that cold spells last as they do.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::chance::{between, scale, smooth};
use super::half_hours::ParisDay;
use crate::seed::Seed;

/// Mean temperature in the middle of each month, in thousandths of a degree Celsius.
const MONTHLY_MEANS: [i64; 12] =
    [4_900, 5_600, 8_800, 11_800, 15_200, 18_600, 20_700, 20_400, 16_900, 13_000, 8_300, 5_500];
/// How far a day swings around its mean, in thousandths of a degree.
const SWINGS: [i64; 12] =
    [2_200, 2_800, 3_800, 4_800, 5_200, 5_500, 5_600, 5_400, 4_600, 3_300, 2_400, 2_000];
/// The course of a day by the hour, in thousandths of the swing: coldest at dawn, warmest in the afternoon.
const DAY: [i64; 24] = [
    -450, -550, -650, -750, -830, -900, -880, -750, -500, -200, 100, 380, 620, 800, 930, 1_000, 980, 860,
    640, 380, 130, -70, -220, -345,
];
/// The mean share of the clear sky's light that comes through, in thousandths, and how far it wanders.
const SUNSHINE: [i64; 12] = [360, 420, 480, 540, 560, 600, 620, 610, 560, 460, 380, 330];

const HOUR: i64 = 3_600;
const A_DAY: i64 = 24 * HOUR;

/// The weather of a world. Homes of one world share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Weather {
    air_masses: Seed,
    fronts: Seed,
    gusts: Seed,
    skies: Seed,
    clouds: Seed,
    heating_values: Seed,
}

impl Weather {
    /// The weather that belongs to a world's seed.
    pub fn new(world: Seed) -> Self {
        let seed = world.derive("weather");
        Self {
            air_masses: seed.derive("air masses"),
            fronts: seed.derive("fronts"),
            gusts: seed.derive("gusts"),
            skies: seed.derive("skies"),
            clouds: seed.derive("clouds"),
            heating_values: seed.derive("heating values"),
        }
    }

    /// The outdoor temperature at `instant`, in thousandths of a degree Celsius.
    pub fn temperature_at(&self, instant: DateTime<Utc>) -> i64 {
        let day = ParisDay::containing(instant);
        let position = u32::try_from(day.ended_at(instant)).unwrap_or(0);
        self.on(&day).temperature(position)
    }

    /// The mean of a day, in thousandths of a degree Celsius: what degree days are reckoned with.
    pub fn mean_temperature(&self, date: NaiveDate) -> i64 {
        // Without the daily swing, which has a mean of about nothing. Midnight UTC is near enough.
        let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp();
        let wandering: i64 = [4, 12, 20].map(|hour| self.wandering(midnight + hour * HOUR)).iter().sum();
        by_date(&MONTHLY_MEANS, date) + wandering / 3
    }

    /// The weather of one day, with what is the same all day worked out once.
    pub(super) fn on(&self, day: &ParisDay) -> DayWeather<'_> {
        DayWeather {
            weather: self,
            day: *day,
            mean: by_date(&MONTHLY_MEANS, day.date()),
            swing: by_date(&SWINGS, day.date()),
            sunshine: by_date(&SUNSHINE, day.date()),
            wandering: [day.start(), day.end()].map(|midnight| self.wandering(midnight.timestamp())),
            sky: [day.start(), day.end()].map(|midnight| self.sky(midnight.timestamp())),
        }
    }

    /// How many Wh a cubic metre of gas held in the month of `date`. GRDF publishes such a coefficient for
    /// each commune and period; this range is that of high-calorific gas.
    pub fn gas_wh_per_m3(&self, date: NaiveDate) -> i64 {
        between(self.heating_values, i64::from(date.year()) * 12 + i64::from(date.month0()), 10_900, 11_700)
    }

    fn sky(&self, second: i64) -> i64 {
        smooth(self.skies, second, 2 * A_DAY, 380)
    }

    fn wandering(&self, second: i64) -> i64 {
        smooth(self.air_masses, second, 11 * A_DAY, 4_500) + smooth(self.fronts, second, 3 * A_DAY, 3_000)
    }
}

/// The weather of one day.
pub(super) struct DayWeather<'a> {
    weather: &'a Weather,
    day: ParisDay,
    mean: i64,
    swing: i64,
    sunshine: i64,
    /// What changes slowly, at the midnights on both sides of the day; straight lines join them, which halves
    /// the work of a day.
    wandering: [i64; 2],
    sky: [i64; 2],
}

impl DayWeather<'_> {
    fn between_midnights(&self, [before, after]: [i64; 2], position: u32) -> i64 {
        before + (after - before) * i64::from(position) / i64::from(self.day.half_hours())
    }

    /// The temperature at the half-hour of that position, in thousandths of a degree Celsius.
    pub(super) fn temperature(&self, position: u32) -> i64 {
        let second = self.day.second(position);
        let local = self.day.half_hour(position).local as usize;
        let (hour, next) = (DAY[local / 2 % 24], DAY[(local / 2 + 1) % 24]);
        let course = if local.is_multiple_of(2) { hour } else { i64::midpoint(hour, next) };
        self.mean
            + self.between_midnights(self.wandering, position)
            + scale(self.swing, course)
            + smooth(self.weather.gusts, second, 3 * HOUR, 700)
    }

    /// The share of a clear sky's light at the half-hour of that position, in thousandths.
    pub(super) fn sunshine(&self, position: u32) -> i64 {
        let second = self.day.second(position);
        let skies = self.between_midnights(self.sky, position);
        let clouds = smooth(self.weather.clouds, second, 2 * HOUR, 220);
        (self.sunshine + skies + clouds).clamp(60, 1_000)
    }
}

/// Heating degree days below 18 °C, in thousandths of a degree.
pub fn degree_day(mean_temperature: i64) -> i64 {
    (18_000 - mean_temperature).max(0)
}

/// A value between those of the middles of two months.
pub(super) fn by_date(monthly: &[i64; 12], date: NaiveDate) -> i64 {
    let days = i64::from(date.num_days_in_month());
    // Thousandths of a month since the middle of the month before.
    let along = i64::from(date.day0()) * 1_000 / days + 500;
    let month = date.month0() as usize;
    let (left, right, weight) = if along < 1_000 {
        (monthly[(month + 11) % 12], monthly[month], along)
    } else {
        (monthly[month], monthly[(month + 1) % 12], along - 1_000)
    };
    left + (right - left) * weight / 1_000
}

#[cfg(test)]
mod tests {
    use chrono::{Days, TimeDelta};

    use super::*;

    fn year(start: i32) -> impl Iterator<Item = NaiveDate> {
        let first = NaiveDate::from_ymd_opt(start, 7, 1).unwrap();
        (0..365).map(move |day| first + Days::new(day))
    }

    #[test]
    fn winters_are_cold_and_nights_cooler_than_afternoons() {
        for seed in 0..20 {
            let weather = Weather::new(Seed(seed));
            let mean = |months: [u32; 3]| {
                let days: Vec<i64> = year(2024)
                    .filter(|date| months.contains(&date.month()))
                    .map(|date| weather.mean_temperature(date))
                    .collect();
                days.iter().sum::<i64>() / i64::try_from(days.len()).unwrap()
            };
            let (winter, summer) = (mean([12, 1, 2]), mean([6, 7, 8]));
            assert!((2_000..9_000).contains(&winter), "winter {winter}");
            assert!((16_500..23_500).contains(&summer), "summer {summer}");
            let swing: i64 = year(2024)
                .map(|date| {
                    let noon = ParisDay::of(date).start();
                    weather.temperature_at(noon + TimeDelta::hours(15))
                        - weather.temperature_at(noon + TimeDelta::hours(5))
                })
                .sum::<i64>()
                / 365;
            assert!((4_000..10_000).contains(&swing), "swing {swing}");
            let degree_days: i64 =
                year(2024).map(|date| degree_day(weather.mean_temperature(date))).sum::<i64>() / 1_000;
            assert!((1_900..2_700).contains(&degree_days), "degree days {degree_days}");
        }
    }

    #[test]
    fn the_temperature_has_no_jumps_and_remembers_yesterday() {
        let weather = Weather::new(Seed(3));
        let start = ParisDay::of(NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()).start();
        for half_hour in 0..17_520 {
            let at = start + TimeDelta::minutes(30 * half_hour);
            let change = weather.temperature_at(at + TimeDelta::minutes(30)) - weather.temperature_at(at);
            assert!(change.abs() < 2_000, "{change} at {at}");
        }
        let days: Vec<i64> = year(2025).map(|date| weather.mean_temperature(date)).collect();
        let steps: i64 = days.windows(2).map(|pair| (pair[1] - pair[0]).abs()).sum::<i64>() / 364;
        assert!((300..2_500).contains(&steps), "from day to day {steps}");
    }
}
