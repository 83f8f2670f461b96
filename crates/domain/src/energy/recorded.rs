//! Days whose energy is recorded: what a fixture says or a customer submitted wins over the profile.

use chrono::NaiveDate;

use crate::calendars::ClassCode;

/// What a register counted on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedDay {
    /// The date in France.
    pub date: NaiveDate,
    /// The register's class.
    pub class: ClassCode,
    /// What it counted.
    pub wh: i64,
}

/// What a gas meter counted on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordedGasDay {
    /// The date in France.
    pub date: NaiveDate,
    /// What it counted, in litres (dm³).
    pub litres: i64,
}

/// Why a meter cannot have counted that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImpossibleRecord {
    /// A meter counts upwards.
    #[error("the reading of {date} is below the one before")]
    Falls {
        /// When.
        date: NaiveDate,
    },
    /// More than any register shows, so not a reading.
    #[error("the reading of {date} is beyond any register")]
    TooMuch {
        /// When.
        date: NaiveDate,
    },
    /// The date lies outside the meter's time.
    #[error("the meter was not there on {date}")]
    NoMeter {
        /// When.
        date: NaiveDate,
    },
    /// The class has no half-hour on that day, so its register stands still.
    #[error("no half-hour of {date} counts on {class}")]
    NoSuchHours {
        /// When.
        date: NaiveDate,
        /// The class.
        class: ClassCode,
    },
    /// Two values for one day.
    #[error("{date} is recorded twice")]
    Twice {
        /// When.
        date: NaiveDate,
    },
}

/// No register counts further: 15 digits of Wh or of litres, so that sums of them stay whole numbers.
pub(super) const REGISTER_LIMIT: i64 = 999_999_999_999_999;

/// Whether a register may have counted that much on one day.
pub(super) fn check_amount(date: NaiveDate, amount: i64) -> Result<(), ImpossibleRecord> {
    match amount {
        i64::MIN..0 => Err(ImpossibleRecord::Falls { date }),
        0..=REGISTER_LIMIT => Ok(()),
        _ => Err(ImpossibleRecord::TooMuch { date }),
    }
}

/// Spreads `total` over the places where `counts` says so, in proportion to `wh`; evenly where that is
/// nothing. The parts are whole and sum to the total.
pub(super) fn spread(total: i64, wh: &mut [i64], counts: impl Fn(usize) -> bool) {
    let whole: i64 = (0..wh.len()).filter(|place| counts(*place)).map(|place| wh[place]).sum();
    let even = whole == 0;
    let whole = if even { (0..wh.len()).filter(|place| counts(*place)).map(|_| 1).sum() } else { whole };
    let (mut weight, mut given) = (0, 0);
    for (_, part) in wh.iter_mut().enumerate().filter(|(place, _)| counts(*place)) {
        weight += if even { 1 } else { *part };
        // i128, as a submitted index may be any number.
        let until = i128::from(total) * i128::from(weight) / i128::from(whole);
        let until = i64::try_from(until).unwrap_or(total);
        *part = until - given;
        given = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_to_the_whole() {
        let mut wh = [3, 100, 3, 1, 0];
        spread(10, &mut wh, |place| place != 1);
        assert_eq!(wh, [4, 100, 4, 2, 0]);
        let mut nothing = [0, 7, 0, 0];
        spread(10, &mut nothing, |place| place != 1);
        assert_eq!(nothing, [3, 7, 3, 4]);
    }
}
