//! The clock of a sandbox: the only place where the wall clock is read.
//!
//! A world asks its own clock, so a test can move it: the token that lives 60 minutes, the bill at the
//! month's end. Three modes: *real* follows the wall clock, *offset* follows it at a distance, *frozen*
//! stands still until it is moved by hand. [`Clock::obey`] is for users, who may only move it forward; the other
//! ways of moving it are for tests.

mod moves;
mod span;

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

pub use moves::{Move, Reading, Refused};
pub use span::{Span, SpanError};

use crate::dates;

/// The first year that a clock may be started in. No meter counts before it, whatever a fixture says.
pub const FIRST_YEAR: i32 = 2_000;
/// The last year that a clock may be moved to. No meter counts beyond it: the sums up to a far day are worked out
/// day by day, and the rules of summer time are known no further.
pub const LAST_YEAR: i32 = 2_099;

/// What the clock follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The wall clock.
    Real,
    /// The wall clock plus a distance, which may be negative.
    Offset(TimeDelta),
    /// One instant, until someone moves it.
    Frozen(DateTime<Utc>),
}

/// A clock that can be moved. Clones share the same hands.
#[derive(Clone, Debug)]
pub struct Clock {
    mode: Arc<RwLock<Mode>>,
}

impl Clock {
    /// A clock that follows the wall clock.
    pub fn real() -> Self {
        Self::in_mode(Mode::Real)
    }

    /// A clock that stands at `instant`.
    pub fn frozen_at(instant: DateTime<Utc>) -> Self {
        Self::in_mode(Mode::Frozen(instant))
    }

    /// A clock in the given mode.
    pub fn in_mode(mode: Mode) -> Self {
        Self { mode: Arc::new(RwLock::new(mode)) }
    }

    /// What the clock follows at present.
    pub fn mode(&self) -> Mode {
        // A poisoned lock still holds a whole `Mode`: each writer stores one value and cannot stop half way.
        *self.mode.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The time in this world.
    pub fn now(&self) -> DateTime<Utc> {
        read(self.mode())
    }

    /// The date in this world, as people in France read it (Europe/Paris).
    pub fn today(&self) -> NaiveDate {
        dates::paris_date(self.now())
    }

    /// Moves the clock by `delta`, which may be negative. A clock that ran keeps running.
    pub fn advance(&self, delta: TimeDelta) {
        self.change(|mode| match mode {
            Mode::Real => Mode::Offset(delta),
            Mode::Offset(offset) => Mode::Offset(offset.checked_add(&delta).unwrap_or(delta)),
            Mode::Frozen(instant) => Mode::Frozen(moved(instant, delta)),
        });
    }

    /// Sets the clock to `instant`. A clock that ran keeps running from there, a frozen one stays frozen.
    pub fn set(&self, instant: DateTime<Utc>) {
        self.change(|mode| match mode {
            Mode::Real | Mode::Offset(_) => Mode::Offset(instant - wall()),
            Mode::Frozen(_) => Mode::Frozen(instant),
        });
    }

    /// Stops the clock where it is.
    pub fn freeze(&self) {
        self.change(|mode| Mode::Frozen(read(mode)));
    }

    /// Lets a frozen clock run on from where it stands. A running clock is left alone.
    pub fn resume(&self) {
        self.change(|mode| match mode {
            Mode::Real | Mode::Offset(_) => mode,
            Mode::Frozen(instant) => Mode::Offset(instant - wall()),
        });
    }

    /// Follows what another clock of the same world follows: another process has moved it, or an earlier one.
    pub fn adopt(&self, mode: Mode) {
        self.change(|_| mode);
    }

    /// Reads and writes under one lock, so that two moves at once both count.
    fn change(&self, change: impl FnOnce(Mode) -> Mode) {
        let mut mode = self.mode.write().unwrap_or_else(PoisonError::into_inner);
        *mode = change(*mode);
    }
}

fn read(mode: Mode) -> DateTime<Utc> {
    match mode {
        Mode::Real => wall(),
        Mode::Offset(offset) => moved(wall(), offset),
        Mode::Frozen(instant) => instant,
    }
}

/// Moves an instant; no further than the calendar reaches, as someone may ask for any distance.
fn moved(instant: DateTime<Utc>, delta: TimeDelta) -> DateTime<Utc> {
    let end = if delta < TimeDelta::zero() { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
    instant.checked_add_signed(delta).unwrap_or(end)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
fn wall() -> DateTime<Utc> {
    Utc::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_268_800, 0).expect("a valid instant")
    }

    #[test]
    fn a_frozen_clock_moves_by_hand_only() {
        let clock = Clock::frozen_at(noon());
        let shared = clock.clone();
        clock.advance(TimeDelta::minutes(61));
        assert_eq!(shared.now(), noon() + TimeDelta::minutes(61));
        clock.set(noon());
        assert_eq!(shared.now(), noon());
    }

    #[test]
    fn no_distance_is_too_far() {
        let clock = Clock::frozen_at(noon());
        clock.advance(TimeDelta::MAX);
        assert_eq!(clock.now(), DateTime::<Utc>::MAX_UTC);
        clock.advance(TimeDelta::MIN);
        let clock = Clock::real();
        clock.advance(TimeDelta::MAX);
        clock.advance(TimeDelta::MAX);
        assert_eq!(clock.now(), DateTime::<Utc>::MAX_UTC);
    }

    #[test]
    fn a_running_clock_keeps_its_distance() {
        let clock = Clock::real();
        let before = clock.now();
        clock.advance(TimeDelta::days(7));
        let distance = clock.now() - before;
        assert!(distance >= TimeDelta::days(7) && distance < TimeDelta::days(7) + TimeDelta::minutes(1));
    }

    #[test]
    fn freeze_and_resume_lose_no_time() {
        let clock = Clock::frozen_at(noon());
        clock.resume();
        assert!(matches!(clock.mode(), Mode::Offset(_)));
        let distance = clock.now() - noon();
        assert!(distance >= TimeDelta::zero() && distance < TimeDelta::minutes(1));
        clock.freeze();
        assert_eq!(clock.now(), clock.now());
    }
}
