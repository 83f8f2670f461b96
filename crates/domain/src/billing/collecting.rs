//! Money is asked for, comes, or does not.

use chrono::{DateTime, NaiveDate, Utc};

use super::drafts::{self, Asked, later, within_hour};
use super::engine::{Engine, hour};
use super::events::{EventKey, Happening, Step, Subject};
use super::plan::{DebitOutcome, LedgerPlan, PaymentBehaviour};
use super::state::{BillingState, Task, Work};
use crate::dates;
use crate::ids::PaymentId;
use crate::money::Minor;
use crate::payment_schedules::{self, PaymentSchedule, PaymentScheduleId};
use crate::payments::{Payment, PaymentMethod, PaymentReason, PaymentStatus};

impl Engine<'_> {
    pub(super) fn request_instalment(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        task: &Task,
    ) -> Option<Happening> {
        let PaymentBehaviour::InstalmentPlan { schedule, .. } = &ledger.behaviour else { return None };
        let Subject::Instalment { due, .. } = task.key.subject else { return None };
        let of_ledger = state.ledger_mut(task.ledger);
        of_ledger.last_instalment = Some(due);
        let amount = amount_of(schedule, of_ledger.review);
        self.request(state, ledger, task.key, (amount, due), PaymentReason::RegularSchedule)
    }

    /// Announces a debit.
    pub(super) fn request(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        key: EventKey,
        (amount, on): (i64, NaiveDate),
        reason: PaymentReason,
    ) -> Option<Happening> {
        if amount <= 0 {
            return None;
        }
        let of_ledger = state.ledger_mut(ledger.ledger.get());
        let method = match (key.step, of_ledger.debits) {
            (Step::DebitRetried, _) => PaymentMethod::DdRePresentation,
            (_, 0) => PaymentMethod::DdFirstCollection,
            _ => PaymentMethod::DdRegularCollection,
        };
        of_ledger.debits += 1;
        let status = PaymentStatus::Scheduled;
        let asked = Asked { ledger: ledger.ledger, amount: Minor(amount), on, status, reason, method };
        let payment = Box::new(drafts::payment(self.plan.account, self.plan.seed, key, &asked));
        let collect = EventKey { step: Step::DebitCleared, ..key };
        let at = drafts::collected_at(self.plan.seed, collect, on);
        let work = Work::Collect { payment: payment.id.get(), amount };
        state.push(ledger.ledger.get(), collect, at, work);
        Some(Happening::DebitRequested { payment })
    }

    pub(super) fn collect(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        task: &Task,
        (payment, amount): (PaymentId, Minor),
        at: DateTime<Utc>,
    ) -> (Step, Happening) {
        let date = dates::paris_date(at);
        let outcome = match ledger.behaviour.outcomes().filter(|outcomes| outcomes.applies_on(date)) {
            Some(outcomes) => {
                let of_ledger = state.ledger_mut(task.ledger);
                of_ledger.decided += 1;
                outcomes.nth(of_ledger.decided - 1)
            }
            None => DebitOutcome::Clears,
        };
        if outcome == DebitOutcome::Refused {
            self.plan_retry(state, task, (payment.get(), amount.cents()), at);
            return (Step::DebitFailed, Happening::DebitFailed { payment });
        }
        if outcome == DebitOutcome::Returned {
            let key = EventKey { step: Step::DebitReturned, ..task.key };
            let day = later(date, self.plan.terms.return_after_days);
            let work = Work::Return { payment: payment.get(), amount: amount.cents() };
            state.push(task.ledger, key, within_hour(self.plan.seed, key, day, hour::RETURN), work);
        }
        let method = if task.key.attempt > 0 {
            PaymentMethod::DdRePresentation
        } else {
            PaymentMethod::DdRegularCollection
        };
        let booking = Box::new(drafts::received(ledger.ledger, amount, at, method));
        (Step::DebitCleared, Happening::DebitCleared { payment, booking })
    }

    /// A failed debit is announced again at once, until it was tried often enough.
    pub(super) fn plan_retry(
        &self,
        state: &mut BillingState,
        task: &Task,
        (failed, amount): (i64, i64),
        at: DateTime<Utc>,
    ) {
        let attempt = task.key.attempt + 1;
        if attempt <= self.plan.terms.most_retries {
            let key = EventKey { step: Step::DebitRetried, attempt, ..task.key };
            state.push(task.ledger, key, at, Work::Retry { failed, amount });
        }
    }

    pub(super) fn retry(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        task: &Task,
        (failed, amount): (i64, i64),
        at: DateTime<Utc>,
    ) -> Option<Happening> {
        let amount = state.to_pay(task.ledger, Some(amount));
        let on = later(dates::paris_date(at), self.plan.terms.retry_after_days);
        let reason = match task.key.subject {
            Subject::Instalment { .. } => PaymentReason::RegularSchedule,
            Subject::Period { .. } | Subject::OneOff { .. } | Subject::Repayment { .. } => {
                PaymentReason::BillIssued
            }
        };
        match self.request(state, ledger, task.key, (amount, on), reason)? {
            Happening::DebitRequested { payment } => {
                Some(Happening::DebitRetried { failed: PaymentId(failed), payment })
            }
            other => Some(other),
        }
    }

    pub(super) fn promise(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        key: EventKey,
        (cap, on): (i64, NaiveDate),
    ) -> Option<Happening> {
        let amount = state.to_pay(ledger.ledger.get(), Some(cap));
        let payment = self.by_hand(ledger, key, (amount, on), PaymentStatus::Promised)?;
        let kept = EventKey { step: Step::PaymentReceived, ..key };
        let at = within_hour(self.plan.seed, kept, on, hour::PAY_BY_HAND);
        let work = Work::Receive { cap: amount, promise: Some(payment.id.get()) };
        state.push(ledger.ledger.get(), kept, at, work);
        Some(Happening::PaymentPromised { payment })
    }

    pub(super) fn receive(
        &self,
        state: &BillingState,
        ledger: &LedgerPlan,
        key: EventKey,
        (cap, promise): (i64, Option<i64>),
        at: DateTime<Utc>,
    ) -> Option<Happening> {
        let amount = state.to_pay(ledger.ledger.get(), Some(cap));
        let payment = self.by_hand(ledger, key, (amount, dates::paris_date(at)), PaymentStatus::Cleared)?;
        let booking = Box::new(drafts::received(ledger.ledger, Minor(amount), at, PaymentMethod::Eft));
        Some(Happening::PaymentReceived { payment, fulfils: promise.map(PaymentId), booking })
    }

    fn by_hand(
        &self,
        ledger: &LedgerPlan,
        key: EventKey,
        (amount, on): (i64, NaiveDate),
        status: PaymentStatus,
    ) -> Option<Box<Payment>> {
        let (reason, method) = (PaymentReason::BillIssued, PaymentMethod::Eft);
        let asked = Asked { ledger: ledger.ledger, amount: Minor(amount), on, status, reason, method };
        let payment = drafts::payment(self.plan.account, self.plan.seed, key, &asked);
        (amount > 0).then(|| Box::new(payment))
    }
}

fn amount_of(schedule: &PaymentSchedule, review: Option<(PaymentScheduleId, NaiveDate, i64)>) -> i64 {
    match review {
        Some((id, _, amount)) if id == schedule.id => amount,
        _ => schedule.amount.cents(),
    }
}

/// Once a year, the instalment follows what was charged in it.
pub(super) fn rebalance(state: &mut BillingState, ledger: &LedgerPlan, day: NaiveDate) -> Option<Happening> {
    let PaymentBehaviour::InstalmentPlan { schedule, .. } = &ledger.behaviour else { return None };
    // Money on its way is as good as there, or a bill just issued would count as an old debt.
    let id = ledger.ledger.get();
    let balance = Minor(state.balance(ledger.ledger).cents() + state.on_its_way(id));
    let of_ledger = state.ledger_mut(id);
    let before = amount_of(schedule, of_ledger.review);
    let charged = Minor(std::mem::take(&mut of_ledger.charged));
    // A year without a bill (the first of a yearly agreement is issued after it) says nothing.
    let amount = if charged > Minor::ZERO {
        payment_schedules::rebalanced(charged, 12, balance).cents()
    } else {
        before
    };
    of_ledger.review = Some((schedule.id, day, amount));
    (amount != before)
        .then_some(Happening::ScheduleRebalanced { schedule: schedule.id, amount: Minor(amount) })
}
