//! Moves that users ask for. They go forward only and no further than the emulated world is known.

use std::sync::PoisonError;

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};

use super::{Clock, LAST_YEAR, Mode, Span, read, wall};
use crate::dates;

/// A move of the clock, as a user may ask for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// So much later.
    Advance(Span),
    /// To this instant.
    Set(DateTime<Utc>),
    /// Stand still. A frozen clock stays as it is.
    Freeze,
    /// Run on from where it stands. A running clock stays as it is.
    Resume,
}

/// What a clock shows, read at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The time.
    pub now: DateTime<Utc>,
    /// What the clock follows.
    pub mode: Mode,
}

impl Reading {
    /// The date in France.
    pub fn today(&self) -> NaiveDate {
        dates::paris_date(self.now)
    }

    /// How far the clock is from the wall clock, in seconds to the nearest; `None` where it does not keep a distance.
    pub fn offset_seconds(&self) -> Option<i64> {
        match self.mode {
            Mode::Offset(offset) => {
                // A clock that was set keeps a distance with a fraction.
                Some(offset.num_seconds() + i64::from(offset.subsec_nanos()) / 500_000_000)
            }
            Mode::Real | Mode::Frozen(_) => None,
        }
    }
}

/// Why a clock does not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// The time asked for is over: it has left tokens, bookings and bills.
    #[error("{} is before {}, and a world only goes forward", dates::rfc3339(*.to), dates::rfc3339(*.now))]
    Back {
        /// The time asked for.
        to: DateTime<Utc>,
        /// The clock's time.
        now: DateTime<Utc>,
    },
    /// No meter counts and no rule of summer time is known then.
    #[error("the clock goes no further than the year {LAST_YEAR}")]
    TooFar,
}

impl Clock {
    /// What the clock shows.
    pub fn reading(&self) -> Reading {
        reading(self.mode())
    }

    /// Moves the clock as a user asks, and says what it showed before and shows now. A clock that ran keeps running,
    /// a frozen one stays frozen, unless that is what was asked for. Where it is refused, nothing moves.
    pub fn obey(&self, wanted: Move) -> Result<(Reading, Reading), Refused> {
        let mut mode = self.mode.write().unwrap_or_else(PoisonError::into_inner);
        let before = reading(*mode);
        let next = next(before, wanted)?;
        *mode = next;
        Ok((before, reading(next)))
    }
}

fn reading(mode: Mode) -> Reading {
    Reading { now: read(mode), mode }
}

fn next(before: Reading, wanted: Move) -> Result<Mode, Refused> {
    let Reading { now, mode } = before;
    Ok(match (wanted, mode) {
        (Move::Advance(span), _) => at(before, span.after(now).ok_or(Refused::TooFar)?)?,
        (Move::Set(to), _) => at(before, to)?,
        (Move::Freeze, _) => Mode::Frozen(now),
        (Move::Resume, Mode::Frozen(instant)) => Mode::Offset(instant - wall()),
        (Move::Resume, Mode::Real | Mode::Offset(_)) => mode,
    })
}

/// The same kind of clock, showing `to` where it shows `now`.
fn at(Reading { now, mode }: Reading, to: DateTime<Utc>) -> Result<Mode, Refused> {
    if to < now {
        return Err(Refused::Back { to, now });
    }
    // The first year is asked because the calendar may end between it and the second.
    if to.year() > LAST_YEAR || dates::paris_date(to).year() > LAST_YEAR {
        return Err(Refused::TooFar);
    }
    Ok(match mode {
        Mode::Real => Mode::Offset(to - now),
        Mode::Offset(offset) => Mode::Offset(offset + (to - now)),
        Mode::Frozen(_) => Mode::Frozen(to),
    })
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn noon() -> DateTime<Utc> {
        instant("2026-01-15T12:00:00Z")
    }

    fn advance(span: &str) -> Move {
        Move::Advance(span.parse().unwrap())
    }

    #[test]
    fn a_frozen_clock_moves_forward_and_stays_frozen() {
        let clock = Clock::frozen_at(noon());
        let (before, after) = clock.obey(advance("1h30m")).unwrap();
        assert_eq!((before.now, after.now), (noon(), noon() + TimeDelta::minutes(90)));
        let (_, after) = clock.obey(Move::Set(instant("2026-07-01T00:00:00Z"))).unwrap();
        assert_eq!(after.mode, Mode::Frozen(instant("2026-07-01T00:00:00Z")));
        assert_eq!((after.today().to_string().as_str(), after.offset_seconds()), ("2026-07-01", None));
        assert_eq!(clock.reading(), after);
        assert_eq!(clock.obey(Move::Freeze).unwrap(), (after, after));
    }

    #[test]
    fn a_running_clock_runs_on_from_where_it_was_put() {
        let clock = Clock::real();
        assert_eq!(clock.obey(Move::Resume).unwrap().1.mode, Mode::Real);
        let (before, after) = clock.obey(advance("7d")).unwrap();
        assert_eq!((before.offset_seconds(), after.offset_seconds()), (None, Some(7 * 86_400)));
        let later = clock.now() + TimeDelta::milliseconds(1_600);
        let (_, after) = clock.obey(Move::Set(later)).unwrap();
        assert!(after.now >= later && matches!(after.mode, Mode::Offset(_)));
        assert!(after.offset_seconds() >= Some(7 * 86_400 + 2));
        clock.obey(Move::Freeze).unwrap();
        let stopped = clock.now();
        let (before, after) = clock.obey(Move::Resume).unwrap();
        assert_eq!(before.now, stopped);
        assert!(after.now >= stopped && matches!(after.mode, Mode::Offset(_)));
    }

    #[test]
    fn a_clock_goes_neither_back_nor_beyond_its_years() {
        let clock = Clock::frozen_at(noon());
        let back = noon() - TimeDelta::seconds(1);
        let refused = clock.obey(Move::Set(back)).unwrap_err();
        assert_eq!(refused, Refused::Back { to: back, now: noon() });
        assert_eq!(
            refused.to_string(),
            "2026-01-15T11:59:59Z is before 2026-01-15T12:00:00Z, and a world only goes forward"
        );
        // In France it is the year 2100 an hour earlier.
        for too_far in [
            Move::Set(instant("2099-12-31T23:00:00Z")),
            advance("74y"),
            advance("260116y"),
            advance("260117y"),
            advance("400000y"),
            advance("4294967295w"),
        ] {
            assert_eq!(clock.obey(too_far), Err(Refused::TooFar), "{too_far:?}");
        }
        assert_eq!(clock.now(), noon(), "what is refused moves nothing");
        clock.obey(Move::Set(instant("2099-12-31T22:59:59Z"))).unwrap();
        assert_eq!(clock.obey(advance("1s")), Err(Refused::TooFar));
        clock.obey(Move::Set(clock.now())).unwrap();
    }

    #[test]
    fn offsets_are_told_to_the_nearest_second() {
        let told = |milliseconds| {
            let mode = Mode::Offset(TimeDelta::milliseconds(milliseconds));
            Reading { now: noon(), mode }.offset_seconds()
        };
        assert_eq!(
            [told(1_499), told(1_500), told(-400), told(-1_700)],
            [Some(1), Some(2), Some(0), Some(-2)]
        );
    }
}
