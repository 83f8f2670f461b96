//! Prices as whole numbers, and the one rule of rounding.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::money::Minor;

/// A price in ten-thousandths of a cent, for a kWh or for a year. 3.085 cents are `Rate(30_850)`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rate(pub i64);

/// So many are a cent.
const PARTS_A_CENT: i64 = 10_000;
/// A yearly price is charged by the day, each day 1/365 of it, leap year or not (assumed).
const DAYS_A_YEAR: i64 = 365;

impl Rate {
    /// What so much energy costs at this price a kWh.
    pub fn for_energy(self, energy_wh: i64) -> Minor {
        Minor(rounded(i128::from(self.0) * i128::from(energy_wh), i128::from(PARTS_A_CENT) * 1000))
    }

    /// What so many days cost at this price a year.
    pub fn for_days(self, days: i64) -> Minor {
        Minor(rounded(i128::from(self.0) * i128::from(days), i128::from(PARTS_A_CENT * DAYS_A_YEAR)))
    }
}

impl fmt::Display for Rate {
    /// In cents, as a decimal without idle zeros: `18096`, `3.085`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let parts = self.0.unsigned_abs();
        let (cents, rest) = (parts / PARTS_A_CENT.unsigned_abs(), parts % PARTS_A_CENT.unsigned_abs());
        if rest == 0 {
            return write!(f, "{sign}{cents}");
        }
        let decimals = format!("{rest:04}");
        write!(f, "{sign}{cents}.{}", decimals.trim_end_matches('0'))
    }
}

/// The quotient rounded to the nearest whole number, halves away from zero.
///
/// **The one rule of rounding:** each line's net and each line's tax is rounded by it, once; every total is
/// then a sum of whole cents. `denominator` is positive.
pub fn rounded(numerator: i128, denominator: i128) -> i64 {
    let half = denominator / 2;
    let whole =
        if numerator < 0 { (numerator - half) / denominator } else { (numerator + half) / denominator };
    i64::try_from(whole).unwrap_or(if whole < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        let table =
            [(4, 10, 0), (5, 10, 1), (15, 10, 2), (-4, 10, 0), (-5, 10, -1), (-15, 10, -2), (7, 3, 2)];
        for (numerator, denominator, whole) in table {
            assert_eq!(rounded(numerator, denominator), whole, "{numerator}/{denominator}");
        }
    }

    #[test]
    fn rates_read_as_decimals() {
        let table = [(0, "0"), (180_960_000, "18096"), (30_850, "3.085"), (1, "0.0001"), (-155_000, "-15.5")];
        for (parts, text) in table {
            assert_eq!(Rate(parts).to_string(), text);
        }
    }

    #[test]
    fn a_year_costs_the_yearly_price() {
        assert_eq!(Rate(180_960_000).for_days(365), Minor(18_096));
        assert_eq!(Rate(30_850).for_energy(1_000_000), Minor(3_085));
        assert_eq!(Rate(i64::MAX).for_energy(i64::MAX), Minor(i64::MAX));
    }
}
