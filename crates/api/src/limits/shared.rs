//! Limits that several processes on one store count together.

use kemu_persistence::limits::{self, State, Step};
use kemu_persistence::{Error, Store};

use super::meter::Standing;
use super::{Caller, Limit};
use crate::switches::Rate;

/// The limits of a store, at an instant in nanoseconds since the epoch.
pub(super) struct Shared<'a> {
    pub(super) store: &'a Store,
    pub(super) now: u64,
}

impl Shared<'_> {
    /// Takes so much; false where there is not enough left.
    pub(super) async fn take(&self, limit: &Limit, caller: Caller, count: u32) -> Result<bool, Error> {
        let steps: Vec<Step> = limit.rates().map(step).collect();
        let key = (&*caller.to_string(), &*limit.name);
        limits::take(self.store.connection(), key, &steps, count, signed(self.now)).await
    }

    /// How a caller stands with these limits: the rate at present, and how much of it is left.
    pub(super) async fn standings<'l>(
        &self,
        caller: Caller,
        wanted: impl Iterator<Item = &'l Limit>,
    ) -> Result<Vec<(&'l str, Rate, Standing)>, Error> {
        let states = limits::of_caller(self.store.connection(), &caller.to_string()).await?;
        let standing = |limit: &'l Limit| {
            let State { level, whole_at } = states.get(&limit.name).copied().unwrap_or_default();
            // A row of another contract may be further than this limit goes.
            let level = level.min(limit.levels.len() - 1);
            let rate = limit.levels[level].rate;
            let standing = Standing::of(rate, self.now, u64::try_from(whole_at).unwrap_or(0));
            (limit.name.as_str(), rate, standing)
        };
        Ok(wanted.map(standing).collect())
    }

    pub(super) async fn forget(&self) -> Result<(), Error> {
        limits::forget(self.store.connection()).await
    }
}

fn step(rate: Rate) -> Step {
    let call = rate.step().as_nanos();
    let call = i64::try_from(call).unwrap_or(i64::MAX);
    Step { whole: call.saturating_mul(rate.count.get().into()), call }
}

fn signed(nanoseconds: u64) -> i64 {
    i64::try_from(nanoseconds).unwrap_or(i64::MAX)
}
