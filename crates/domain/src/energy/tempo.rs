//! The colours of Tempo days.
//!
//! The published rule: a season runs from 1 September to 31 August; 22 days are red, from November to
//! March, never on a Saturday, a Sunday or a public holiday, and at most five in a row; 43 are white, never
//! on a Sunday; all others are blue. Which ones is up to the grid's load; here the coldest days take the
//! colours, with some chance, so that red days are days of much heating as in reality.

use std::cmp::Reverse;

use chrono::{Datelike, Days, NaiveDate, Weekday};
use strum::{Display, EnumString};

use super::chance::between;
use super::holidays::is_public_holiday;
use super::weather::Weather;
use crate::seed::Seed;

/// The colour of a Tempo day, which runs from 06:00 to 06:00.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TempoColour {
    /// Cheap: all days that are nothing else.
    #[default]
    Blue,
    /// Dearer: 43 days a season.
    White,
    /// Dearest: 22 days a season.
    Red,
}

/// Red days a season.
pub const RED_DAYS: usize = 22;
/// White days a season.
pub const WHITE_DAYS: usize = 43;

/// The colours of one season.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TempoSeason {
    first: NaiveDate,
    colours: Vec<TempoColour>,
}

impl TempoSeason {
    /// The year in which the season of `date` began.
    pub fn year_of(date: NaiveDate) -> i32 {
        if date.month() >= 9 { date.year() } else { date.year() - 1 }
    }

    /// Draws the season that begins on 1 September of `year`.
    pub fn draw(world: Seed, weather: &Weather, year: i32) -> Self {
        let seed = world.derive("tempo");
        let day = |year| NaiveDate::from_ymd_opt(year, 9, 1).unwrap_or(NaiveDate::MIN);
        let (first, end) = (day(year), day(year + 1));
        let dates: Vec<NaiveDate> = first.iter_days().take_while(|date| *date < end).collect();
        // The load of the grid: the colder the higher, less at week-ends, and the rest is chance.
        let load = |date: NaiveDate| {
            let weekend = if date.weekday().number_from_monday() > 5 { 3_000 } else { 0 };
            let chance = between(seed, i64::from(date.num_days_from_ce()), -2_000, 2_000);
            -weather.mean_temperature(date) - weekend + chance
        };
        let mut order: Vec<(usize, i64)> = dates.iter().map(|date| load(*date)).enumerate().collect();
        order.sort_by_key(|(index, load)| (Reverse(*load), *index));
        let mut colours = vec![TempoColour::Blue; dates.len()];
        let mut paint = |colour, count, may: fn(NaiveDate) -> bool| {
            let free: Vec<usize> = order
                .iter()
                .map(|(index, _)| *index)
                .filter(|index| colours[*index] == TempoColour::Blue && may(dates[*index]))
                .take(count)
                .collect();
            for index in free {
                colours[index] = colour;
            }
        };
        // Five in a row at most needs no counting: week-ends part the red days.
        paint(TempoColour::Red, RED_DAYS, may_be_red);
        paint(TempoColour::White, WHITE_DAYS, |date| date.weekday() != Weekday::Sun);
        Self { first, colours }
    }

    /// The colour of the Tempo day that begins at 06:00 on `date`; blue outside the season.
    pub fn colour(&self, date: NaiveDate) -> TempoColour {
        let index = usize::try_from((date - self.first).num_days()).ok();
        index.and_then(|index| self.colours.get(index)).copied().unwrap_or_default()
    }

    /// The days of the season with their colours.
    pub fn days(&self) -> impl Iterator<Item = (NaiveDate, TempoColour)> {
        (0..).map(|day| self.first + Days::new(day)).zip(self.colours.iter().copied())
    }
}

fn may_be_red(date: NaiveDate) -> bool {
    let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    !weekend && matches!(date.month(), 11 | 12 | 1..=3) && !is_public_holiday(date)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_published_rule_holds(seed in any::<u64>(), year in 2010..2090_i32) {
            let weather = Weather::new(Seed(seed));
            let season = TempoSeason::draw(Seed(seed), &weather, year);
            prop_assert_eq!(&season, &TempoSeason::draw(Seed(seed), &weather, year));
            let (mut red, mut white, mut in_a_row, mut days) = (0, 0, 0, 0);
            for (date, colour) in season.days() {
                days += 1;
                prop_assert_eq!(TempoSeason::year_of(date), year);
                in_a_row = if colour == TempoColour::Red { in_a_row + 1 } else { 0 };
                prop_assert!(in_a_row <= 5);
                match colour {
                    TempoColour::Red => {
                        red += 1;
                        prop_assert!(date.month() >= 11 || date.month() <= 3);
                        prop_assert!(date.weekday().number_from_monday() <= 5);
                        prop_assert!(!is_public_holiday(date));
                    }
                    TempoColour::White => {
                        white += 1;
                        prop_assert!(date.weekday() != Weekday::Sun);
                    }
                    TempoColour::Blue => {}
                }
            }
            prop_assert_eq!((red, white), (RED_DAYS, WHITE_DAYS));
            prop_assert!(days == 365 || days == 366);
        }
    }
}
