//! The clock of a world is kept with it: a world that is opened again goes on where it was, and several processes on one
//! store show the same time.

use std::sync::Mutex;

use kemu_domain::clock::{Clock, Mode, Move, Reading, Refused};
use kemu_persistence::store::Store;
use kemu_persistence::{Error, replicas};

/// What the store was last seen to say of the clock. Only a change there moves the clock here.
#[derive(Debug)]
pub(crate) struct SharedClock(Mutex<Mode>);

impl SharedClock {
    /// A new world keeps this clock; one that is there already has its own, which is followed.
    pub(crate) async fn open(store: &Store, clock: &Clock) -> Result<Self, Error> {
        let wanted = clock.mode();
        let kept = replicas::keep_clock(store.connection(), wanted).await?;
        if kept != wanted {
            if wanted != Mode::Real {
                tracing::warn!(
                    kept = ?kept,
                    "The world in the store goes on with its own clock; --clock is for new worlds. Move it with kemu clock."
                );
            }
            clock.adopt(kept);
        }
        Ok(Self(Mutex::new(kept)))
    }

    /// Goes with another process that has moved the clock.
    pub(crate) fn follow(&self, clock: &Clock, kept: Option<Mode>) {
        let Some(kept) = kept else { return };
        let mut seen = self.0.lock().expect("no holder of this lock panics");
        if *seen != kept {
            *seen = kept;
            clock.adopt(kept);
        }
    }

    /// Moves the clock as a user asks, from where the store says that it is. Of two who ask at once, one waits.
    pub(crate) async fn obey(
        &self,
        store: &Store,
        clock: &Clock,
        wanted: Move,
    ) -> Result<Result<(Reading, Reading), Refused>, Error> {
        let transaction = store.begin().await?;
        self.follow(clock, replicas::clock_to_move(&transaction).await?);
        let before = clock.mode();
        let moved = match clock.obey(wanted) {
            Ok(moved) => moved,
            Err(refused) => return Ok(Err(refused)),
        };
        let saved = async {
            replicas::save_clock(&*transaction, moved.1.mode).await?;
            let kept = replicas::clock(&*transaction).await?;
            transaction.commit().await?;
            Ok::<_, Error>(kept)
        };
        match saved.await {
            Ok(kept) => {
                self.follow(clock, kept);
                Ok(Ok(moved))
            }
            Err(error) => {
                clock.adopt(before);
                Err(error)
            }
        }
    }
}
