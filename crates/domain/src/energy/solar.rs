//! What solar panels make.

use super::half_hours::{MOST_HALF_HOURS, ParisDay};
use super::weather::{DayWeather, by_date};

/// Half the length of the day in minutes, in the middle of each month (latitude of Paris).
const HALF_DAYS: [i64; 12] = [261, 306, 357, 411, 456, 483, 471, 429, 378, 327, 276, 249];
/// What panels facing south give at noon under a clear sky, in thousandths of their peak power.
const NOON: [i64; 12] = [520, 630, 740, 820, 860, 870, 870, 840, 790, 680, 560, 480];
/// When the sun stands highest near Paris, in minutes after midnight UTC. The equation of time, a quarter
/// of an hour at most, is left out.
const SOLAR_NOON: i64 = 710;

/// The mWh of each half-hour of a day.
pub(super) fn generation(
    peak_watts: u32,
    day: &ParisDay,
    weather: &DayWeather<'_>,
) -> [i64; MOST_HALF_HOURS] {
    let mut mwh = [0; MOST_HALF_HOURS];
    if peak_watts == 0 {
        return mwh;
    }
    let (half_day, noon) = (by_date(&HALF_DAYS, day.date()), by_date(&NOON, day.date()));
    for (position, made) in (0..day.half_hours()).zip(&mut mwh) {
        // The middle of the half-hour. A day in France begins at 22:00 or 23:00 UTC, so noon is never near
        // the wrap at midnight.
        let middle = day.second(position).rem_euclid(86_400) / 60 + 15;
        let from_noon = (middle - SOLAR_NOON).abs();
        if from_noon < half_day {
            // A parabola over the day: near enough to the sun's height, and made of integers.
            let height = 1_000 - 1_000 * from_noon * from_noon / (half_day * half_day);
            let clear = i64::from(peak_watts) * 500 * noon / 1_000 * height / 1_000;
            *made = clear * weather.sunshine(position) / 1_000;
        }
    }
    mwh
}
