//! The clock of a world is kept with it: a world that is opened again goes on where it was, and several processes on one
//! store show the same time.

use std::sync::Mutex;

use kemu_domain::clock::{Clock, Mode, Move, Reading, Refused};
use kemu_persistence::Error;
use kemu_persistence::replicas::{self, KeptClock};
use kemu_persistence::store::Store;

/// How many moves of the clock this process has gone along with. Whoever read the store earlier knows of fewer and changes
/// nothing.
#[derive(Debug)]
pub(crate) struct SharedClock(Mutex<u64>);

impl SharedClock {
    /// A new world keeps this clock; one that is there already has its own, which is followed.
    pub(crate) async fn open(store: &Store, clock: &Clock) -> Result<Self, Error> {
        let wanted = clock.mode();
        let kept = replicas::keep_clock(store.connection(), wanted).await?;
        if kept.mode != wanted {
            if wanted != Mode::Real {
                tracing::warn!(
                    kept = ?kept.mode,
                    "The world in the store goes on with its own clock; --clock is for new worlds. Move it with kemu clock."
                );
            }
            clock.adopt(kept.mode);
        }
        Ok(Self(Mutex::new(kept.moves)))
    }

    /// Goes along with a move that is in the store.
    pub(crate) fn follow(&self, clock: &Clock, kept: Option<KeptClock>) {
        let Some(kept) = kept else { return };
        let mut moves = self.0.lock().expect("no holder of this lock panics");
        if kept.moves > *moves {
            *moves = kept.moves;
            clock.adopt(kept.mode);
        }
    }

    /// Moves the clock as a user asks, from where the store says that it is. Of two who ask at once, one waits. The clock
    /// moves once the store has it: nobody sees a time that is not kept.
    pub(crate) async fn obey(
        &self,
        store: &Store,
        clock: &Clock,
        wanted: Move,
    ) -> Result<Result<(Reading, Reading), Refused>, Error> {
        let transaction = store.begin().await?;
        let kept = replicas::clock_to_move(&transaction).await?;
        self.follow(clock, kept);
        let moved = match Clock::in_mode(clock.mode()).obey(wanted) {
            Ok(moved) => moved,
            Err(refused) => return Ok(Err(refused)),
        };
        let next = KeptClock { moves: kept.map_or(0, |kept| kept.moves) + 1, mode: moved.1.mode };
        replicas::save_clock(&*transaction, next).await?;
        transaction.commit().await.map_err(Error::from)?;
        self.follow(clock, Some(next));
        Ok(Ok(moved))
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn who_read_the_store_before_the_last_move_changes_nothing() {
        let frozen = |seconds| Mode::Frozen(DateTime::from_timestamp(seconds, 0).unwrap());
        let (shared, clock) = (SharedClock(Mutex::new(0)), Clock::in_mode(frozen(0)));
        for (moves, seconds) in [(2, 20), (1, 10), (2, 30), (3, 40)] {
            shared.follow(&clock, Some(KeptClock { moves, mode: frozen(seconds) }));
        }
        assert_eq!(clock.mode(), frozen(40));
        shared.follow(&clock, Some(KeptClock { moves: 1, mode: frozen(10) }));
        assert_eq!(clock.mode(), frozen(40));
    }
}
