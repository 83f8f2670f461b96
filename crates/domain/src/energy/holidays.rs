//! French public holidays.

use chrono::{Datelike, Days, NaiveDate};

/// Whether `date` is a public holiday in metropolitan France (without those of Alsace and Moselle).
pub fn is_public_holiday(date: NaiveDate) -> bool {
    let fixed = matches!(
        (date.month(), date.day()),
        (1 | 5 | 11, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 11) | (12, 25)
    );
    // Easter Monday, Ascension and Whit Monday.
    fixed
        || easter(date.year())
            .is_some_and(|sunday| [1, 39, 50].map(|days| sunday + Days::new(days)).contains(&date))
}

/// Easter Sunday, by the anonymous Gregorian algorithm (Meeus, Jones, Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, rest) = (year % 19, year / 100, year % 100);
    let correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + century - century / 4 - correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let shift = (golden + 11 * epact + 22 * weekday) / 451;
    let number = epact + weekday - 7 * shift + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(number / 31).ok()?, u32::try_from(number % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_moves() {
        let easters = [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28), (2038, 4, 25)];
        for (year, month, day) in easters {
            assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, day));
        }
    }

    #[test]
    fn a_year_has_eleven_holidays() {
        for year in [2025, 2026, 2027] {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
            let holidays = (0..365).filter(|day| is_public_holiday(first + Days::new(*day))).count();
            assert_eq!(holidays, 11, "{year}");
        }
    }
}
