//! Running sums by day, so that a sum over years costs two look-ups.
//!
//! A cache belongs to a meter and is filled as far as anyone asked. It holds nothing that could not be
//! worked out again.

use std::sync::{PoisonError, RwLock};

/// The sums of `N` or more series before each day, counted from the meter's first day.
#[derive(Debug)]
pub(super) struct DayCache {
    width: usize,
    /// Row by row: the sums of all days before day 0, before day 1, ….
    sums: RwLock<Vec<i64>>,
}

impl DayCache {
    /// A cache of so many series that begin at `start`.
    pub(super) fn new(start: Vec<i64>) -> Self {
        Self { width: start.len().max(1), sums: RwLock::new(start) }
    }

    /// What `read` makes of the sums before the day of that number. `extend` is asked for the rows of the
    /// days that are still missing, in order: it gets the number of the first of them and how many, and
    /// adds each day's own energy to a row through the function it is handed.
    pub(super) fn before<T>(
        &self,
        day: usize,
        read: impl Fn(&[i64]) -> T,
        extend: impl FnOnce(usize, usize, &mut dyn FnMut(&[i64])),
    ) -> T {
        let start = day * self.width;
        {
            let sums = self.sums.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(row) = sums.get(start..start + self.width) {
                return read(row);
            }
        }
        let mut sums = self.sums.write().unwrap_or_else(PoisonError::into_inner);
        let known = sums.len() / self.width;
        if known <= day {
            extend(known - 1, day + 1 - known, &mut |energy| {
                let last = sums.len() - self.width;
                for (series, wh) in energy.iter().enumerate().take(self.width) {
                    let sum = sums[last + series] + wh;
                    sums.push(sum);
                }
            });
        }
        read(&sums[start..start + self.width])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_is_worked_out_once() {
        let cache = DayCache::new(vec![10, 0]);
        let asked = std::cell::RefCell::new(Vec::new());
        let sums = |day| {
            cache.before(day, <[i64]>::to_vec, |first, count, push| {
                asked.borrow_mut().push((first, count));
                for day in first..first + count {
                    push(&[1, i64::try_from(day).unwrap()]);
                }
            })
        };
        assert_eq!(sums(3), [13, 3]);
        assert_eq!(sums(1), [11, 0]);
        assert_eq!(sums(0), [10, 0]);
        assert_eq!(sums(5), [15, 10]);
        assert_eq!(*asked.borrow(), [(0, 3), (3, 2)]);
    }
}
