//! The billing engine: what happens to an account's money as time goes on.
//!
//! It is a state machine without I/O. [`AccountPlan`] says what is agreed, [`BillingState`] how far billing
//! has come, [`Meters`] how much energy was used. [`Engine::next_event`] gives the next thing that
//! happens up to an instant, in the order of time, and moves the state on:
//!
//! ```text
//! period closed ─ 3 days ─ bill issued, charge booked, credit used ┬ direct debit: requested ─ 14 days ─ cleared
//!                                                                  │     └ failed, or cleared and returned ─ again
//!                                                                  ├ by hand: promised, received late
//!                                                                  └ never
//! instalment day − 14 days: requested ─ cleared       once a year: the instalment rebalanced
//! ```
//!
//! **For the one who applies events.** Load plan and state; for each event write what it says *and* the
//! state, in one transaction; when no event is left, write the state once more. After a crash the last
//! written state goes on where it was, and gives the same events with the same [`EventKey`]s again, so a
//! unique index over the keys is a second lock against billing twice. Whatever else moves money must tell the
//! state: see `state.rs`.
//!
//! To add a kind of event: a [`Step`], a variant of [`Happening`], a variant of `Work` in `state.rs`, and the
//! arm in `Engine::perform` that does it; the property tests in `tests/` then run over it.

mod collecting;
mod drafts;
mod engine;
mod events;
mod forecast;
mod habits;
mod issuing;
mod lines;
mod open;
mod periods;
mod plan;
mod posting;
mod state;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::agreements::{Agreement, AgreementId};
use crate::calendars::ClassCode;
use crate::energy::EnergyMeter;

pub use drafts::{balance_transferred, credit_used};
pub use engine::Engine;
pub use events::{BillingEvent, Booking, EventKey, Happening, Step, Subject};
pub use forecast::{Forecast, forecast};
pub use habits::{PaymentHabits, Way};
pub use lines::{lines, open_lines};
pub use open::BillingRhythm;
pub use periods::{MAX_PERIODS, Period, billed_to, period};
pub use plan::{
    AccountPlan, CreditUse, DebitOutcome, DebitOutcomes, LedgerPlan, PaymentBehaviour, PlanError, Supply,
    Terms,
};
pub use posting::{Posted, PostedEvent, Posting};
pub use state::{BillingState, PaymentChangeError};

/// A meter point as billing sees it.
///
/// The sum over adjoining spans must be the energy of the whole span: energy is reckoned in whole watt-hours
/// per instant, and never rounded by span. The classes asked for are those that the agreement's product
/// prices; they must be all that the calendar has, or energy goes unbilled.
pub trait Metered {
    /// The energy of a temporal class from an instant to another (excluded), in watt-hours; never negative.
    fn energy_wh(&self, class: ClassCode, from: DateTime<Utc>, to: DateTime<Utc>) -> i64;
}

impl<M: EnergyMeter + ?Sized> Metered for M {
    /// A gas meter has no classes: all that it counts is `BASE`.
    fn energy_wh(&self, class: ClassCode, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let all = self.classes().is_empty() && class == ClassCode::Base;
        EnergyMeter::energy_wh(self, (!all).then_some(class), from, to)
    }
}

/// Where to find the meter of an agreement. By agreement and not by supply point, as direction and calendar
/// depend on the product.
pub trait Meters {
    /// The meter; `None` bills no energy.
    fn of(&self, agreement: &Agreement) -> Option<&dyn Metered>;
}

impl<M: Metered> Meters for BTreeMap<AgreementId, M> {
    fn of(&self, agreement: &Agreement) -> Option<&dyn Metered> {
        self.get(&agreement.id).map(|meter| meter as &dyn Metered)
    }
}
