//! Chance at any place of a series, without walking there.
//!
//! Integers throughout: the same seed gives the same values on every machine, which floating-point sines
//! would not promise.

use crate::seed::Seed;

/// One in units of [`smooth`]'s interpolation.
const ONE: i64 = 1 << 12;

/// The `place`-th number of a series.
pub(super) fn draw(seed: Seed, place: i64) -> u64 {
    // An odd factor spreads neighbouring places; the stream's finaliser does the rest.
    Seed(seed.0 ^ place.cast_unsigned().wrapping_mul(0xd6e8_feb8_6659_fd93)).stream().next_u64()
}

/// A number in `low..=high` at the `place`-th place of a series.
pub(super) fn between(seed: Seed, place: i64, low: i64, high: i64) -> i64 {
    let span = u128::try_from(high - low + 1).unwrap_or(1).max(1);
    // The high half of a product spreads as well as a remainder and costs no division.
    low + i64::try_from((u128::from(draw(seed, place)) * span) >> 64).unwrap_or(0)
}

/// A series that wanders within `-amplitude..=amplitude` and forgets where it was after about `period`
/// seconds: random values at each multiple of the period, joined by an S-curve.
pub(super) fn smooth(seed: Seed, at_seconds: i64, period: i64, amplitude: i64) -> i64 {
    let knot = at_seconds.div_euclid(period);
    let along = at_seconds.rem_euclid(period) * ONE / period;
    let weight = along * along * (3 * ONE - 2 * along) / (ONE * ONE);
    let (left, right) =
        (between(seed, knot, -amplitude, amplitude), between(seed, knot + 1, -amplitude, amplitude));
    left + (right - left) * weight / ONE
}

/// `value` times `per_mille` thousandths.
pub(super) const fn scale(value: i64, per_mille: i64) -> i64 {
    value * per_mille / 1_000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_series_is_steady_and_bounded() {
        let seed = Seed(7);
        let at = |second| smooth(seed, second, 86_400, 5_000);
        for hour in -5_000_i64..5_000 {
            let (now, later) = (at(hour * 3_600), at((hour + 1) * 3_600));
            assert!(now.abs() <= 5_000);
            assert!((later - now).abs() <= 700, "an hour is a 24th of the period");
        }
    }

    #[test]
    fn draws_are_spread() {
        let mean: i64 = (0..10_000).map(|place| between(Seed(1), place, 0, 1_000)).sum::<i64>() / 10_000;
        assert!((480..=520).contains(&mean), "{mean}");
    }
}
