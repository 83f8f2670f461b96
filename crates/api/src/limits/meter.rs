//! One rate, counted for each caller: governor's cell algorithm on the sandbox's clock, with a state that can also be
//! looked at.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::ops::Add;
use std::sync::{Arc, Mutex, OnceLock};

use chrono::{DateTime, Utc};
use governor::clock::{Clock as GovernorClock, Reference};
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::StateStore;
use governor::{Quota, RateLimiter};
use kemu_domain::Clock;

use super::Caller;
use crate::switches::Rate;

/// A caller's standing with a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How much is allowed in all.
    pub limit: i64,
    /// How much of it is left.
    pub remaining: i64,
    /// When it is whole again, in seconds since the epoch.
    pub whole_at: i64,
    /// Would the next call be refused?
    pub is_blocked: bool,
}

impl Standing {
    /// How much is used.
    pub fn used(&self) -> i64 {
        self.limit - self.remaining
    }

    /// The standing with a rate that is whole again at an instant, both in nanoseconds since the epoch: one call costs a
    /// fixed stretch of time.
    pub(super) fn of(rate: Rate, now: u64, whole: u64) -> Self {
        let limit = u128::from(rate.count.get());
        let used = u128::from(whole.saturating_sub(now)).div_ceil(rate.step().as_nanos()).min(limit);
        let signed = |number: u128| i64::try_from(number).unwrap_or(i64::MAX);
        Self {
            limit: signed(limit),
            remaining: signed(limit - used),
            whole_at: signed(u128::from(whole.max(now)).div_ceil(1_000_000_000)),
            is_blocked: used == limit,
        }
    }

    /// The standing as it is while limits are off: nothing used.
    pub(super) fn unless(self, off: bool) -> Self {
        if off { Self { remaining: self.limit, is_blocked: false, ..self } } else { self }
    }
}

pub(super) struct Meter {
    pub(super) rate: Rate,
    limiter: RateLimiter<Caller, Book, SandboxClock, NoOpMiddleware<Instant>>,
    book: Book,
    clock: SandboxClock,
}

impl Meter {
    pub(super) fn new(rate: Rate, clock: &Clock) -> Self {
        let quota = Quota::with_period(rate.step()).expect("no rate has a step of zero");
        let book = Book::default();
        // The limiter reckons from when it was made and does not tell that, so it is made at the epoch.
        let sandbox = SandboxClock::default();
        let limiter = RateLimiter::new(quota.allow_burst(rate.count), book.clone(), sandbox.clone());
        sandbox.0.get_or_init(|| clock.clone());
        Self { rate, limiter, book, clock: sandbox }
    }

    /// Takes so much; false where there is not enough left, and nothing is taken then.
    pub(super) fn take(&self, caller: Caller, count: NonZeroU32) -> bool {
        matches!(self.limiter.check_key_n(&caller, count), Ok(Ok(())))
    }

    /// Leaves nothing.
    pub(super) fn take_all(&self, caller: Caller) {
        let left = u32::try_from(self.standing(caller).remaining).ok().and_then(NonZeroU32::new);
        if let Some(left) = left {
            self.take(caller, left);
        }
    }

    pub(super) fn forget(&self) {
        self.book.0.lock().expect("no holder of this lock panics").clear();
    }

    /// Read from the same state that decides.
    pub(super) fn standing(&self, caller: Caller) -> Standing {
        let now = self.clock.now().0;
        let whole = {
            let book = self.book.0.lock().expect("no holder of this lock panics");
            book.get(&caller).map_or(now, |whole| whole.as_u64().max(now))
        };
        Standing::of(self.rate, now, whole)
    }
}

/// So many callers are remembered before one is looked for that can be forgotten.
const MANY_CALLERS: usize = 10_000;

/// When each caller's limit is whole again.
#[derive(Default, Clone)]
struct Book(Arc<Mutex<HashMap<Caller, Nanos>>>);

impl StateStore for Book {
    type Key = Caller;

    fn measure_and_replace<T, F, E>(&self, caller: &Caller, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut book = self.0.lock().expect("no holder of this lock panics");
        let (outcome, whole) = measure(book.get(caller).copied())?;
        if book.len() >= MANY_CALLERS {
            // Whoever is whole again before this caller is, is as good as unknown or will be soon.
            book.retain(|_, other| *other > whole);
        }
        book.insert(*caller, whole);
        Ok(outcome)
    }
}

/// The sandbox's clock, as governor reads one; at the epoch until it is given.
#[derive(Default, Clone)]
struct SandboxClock(Arc<OnceLock<Clock>>);

impl GovernorClock for SandboxClock {
    type Instant = Instant;

    fn now(&self) -> Instant {
        Instant(self.0.get().map_or(0, |clock| nanoseconds(clock.now())))
    }
}

/// Nanoseconds from the epoch to an instant.
pub(super) fn nanoseconds(instant: DateTime<Utc>) -> u64 {
    instant.timestamp_nanos_opt().and_then(|nanos| u64::try_from(nanos).ok()).unwrap_or(0)
}

/// Nanoseconds since the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Instant(u64);

impl Add<Nanos> for Instant {
    type Output = Self;

    fn add(self, nanos: Nanos) -> Self {
        Self(self.0 + nanos.as_u64())
    }
}

impl Reference for Instant {
    fn duration_since(&self, earlier: Self) -> Nanos {
        Nanos::from(self.0.saturating_sub(earlier.0))
    }

    fn saturating_sub(&self, duration: Nanos) -> Self {
        Self(self.0.checked_sub(duration.as_u64()).unwrap_or(self.0))
    }
}
