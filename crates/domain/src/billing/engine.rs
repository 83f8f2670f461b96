//! What happens next, and what it leads to.

use chrono::{DateTime, Months, NaiveDate, TimeDelta, Utc};

use super::Meters;
use super::collecting::rebalance;
use super::drafts::{self, later, within_hour};
use super::events::{BillingEvent, Booking, EventKey, Happening, Step, Subject};
use super::issuing::use_credit;
use super::periods::period;
use super::plan::{AccountPlan, LedgerPlan, PaymentBehaviour, Supply};
use super::state::{BillingState, Task, Work};
use crate::dates;
use crate::ids::{LedgerId, PaymentId};
use crate::money::Minor;
use crate::payments::PaymentReason;
use crate::tariffs::Tariffs;

/// Hours of the French day at which things happen.
pub(super) mod hour {
    pub(in crate::billing) const ISSUE: u32 = 4;
    pub(in crate::billing) const ANNOUNCE: u32 = 5;
    pub(in crate::billing) const RETURN: u32 = 7;
    pub(in crate::billing) const REFUND: u32 = 8;
    pub(in crate::billing) const PROMISE: u32 = 10;
    pub(in crate::billing) const PAY_BY_HAND: u32 = 12;
}

/// A schedule is looked at so many days after its anniversary, when a yearly bill of the same day is issued.
const REVIEW_AFTER_DAYS: u64 = 7;

/// All that billing looks at.
#[derive(Clone, Copy)]
pub struct Engine<'a> {
    /// What is agreed.
    pub plan: &'a AccountPlan,
    /// Products and taxes.
    pub tariffs: &'a Tariffs,
    /// How much was used.
    pub meters: &'a dyn Meters,
}

impl Engine<'_> {
    /// The next event up to `until` (included), and the state moved past it. `None` when there is none; the
    /// state may have moved even so, past things that came to nothing.
    pub fn next_event(&self, state: &mut BillingState, until: DateTime<Utc>) -> Option<BillingEvent> {
        loop {
            let task = self.next_task(state)?;
            // What should have happened earlier happens now.
            let at = state.reached.map_or(task.at, |reached| reached.max(task.at));
            if at > until {
                return None;
            }
            state.agenda.retain(|other| other.key != task.key);
            let (key, ledger) = (task.key, LedgerId(task.ledger));
            let Some((step, what)) = self.perform(state, &task, at) else { continue };
            let event = BillingEvent { at, key: EventKey { step, ..key }, ledger, what };
            state.reached = Some(at);
            for Booking { ledger, draft } in event.bookings() {
                state.ledger_mut(ledger.get()).balance += draft.effect().cents();
            }
            return Some(event);
        }
    }

    /// When the next event is due. Before that nothing happens; whether something does then, it may turn out not to.
    pub fn next_due(&self, state: &BillingState) -> Option<DateTime<Utc>> {
        let task = self.next_task(state)?;
        Some(state.reached.map_or(task.at, |reached| reached.max(task.at)))
    }

    /// All events up to `until` (included), in the order of time.
    pub fn run(&self, state: &mut BillingState, until: DateTime<Utc>) -> Vec<BillingEvent> {
        std::iter::from_fn(|| self.next_event(state, until)).collect()
    }

    /// The earliest of what is on the agenda and what follows from the plan.
    fn next_task(&self, state: &BillingState) -> Option<Task> {
        let planned = self.plan.ledgers.iter().flat_map(|ledger| {
            let closes = ledger.supplies().iter().filter_map(|supply| close(state, ledger, supply));
            closes.chain(self.instalment(state, ledger)).chain(self.review(state, ledger))
        });
        let earlier = |one: &Task, two: &Task| (one.at, one.key).cmp(&(two.at, two.key));
        let first = planned.min_by(earlier);
        let from_agenda = state.agenda.iter().min_by(|one, two| earlier(one, two));
        match (first, from_agenda) {
            (Some(first), Some(other)) if earlier(other, &first).is_lt() => Some(other.clone()),
            (None, other) => other.cloned(),
            (first, _) => first,
        }
    }

    fn instalment(&self, state: &BillingState, ledger: &LedgerPlan) -> Option<Task> {
        let PaymentBehaviour::InstalmentPlan { schedule, .. } = &ledger.behaviour else { return None };
        let notice = self.plan.terms.notice_days;
        let earliest = later(schedule.valid_from, notice);
        // At most one a month, also where one schedule takes the place of another.
        let last = state.ledger(ledger.ledger.get()).and_then(|state| state.last_instalment);
        let mut due = schedule.due_on_or_after(match last {
            Some(last) => next_month(last).max(earliest),
            None => earliest,
        });
        // In a gap between two agreements nothing is taken.
        while let Some(day) = due
            && !ledger.is_supplied_on(day)
        {
            due = if ledger.goes_on_after(day) { schedule.due_on_or_after(later(day, 1)) } else { None };
        }
        let due = due?;
        let subject = Subject::Instalment { schedule: schedule.id, due };
        let key = EventKey { step: Step::DebitRequested, subject, attempt: 0 };
        let announced = due - TimeDelta::days(i64::try_from(notice).unwrap_or(0));
        let at = within_hour(self.plan.seed, key, announced, hour::ANNOUNCE);
        Some(Task { at, key, ledger: ledger.ledger.get(), work: Work::Instalment })
    }

    fn review(&self, state: &BillingState, ledger: &LedgerPlan) -> Option<Task> {
        let PaymentBehaviour::InstalmentPlan { schedule, .. } = &ledger.behaviour else { return None };
        let last = state.ledger(ledger.ledger.get()).and_then(|state| state.review);
        let last = last.filter(|(id, _, _)| *id == schedule.id).map(|(_, day, _)| day);
        let day = schedule.review_after(last.unwrap_or(schedule.valid_from))?;
        if !ledger.goes_on_after(day) {
            return None;
        }
        let subject = Subject::Instalment { schedule: schedule.id, due: day };
        let key = EventKey { step: Step::ScheduleRebalanced, subject, attempt: 0 };
        let at = within_hour(self.plan.seed, key, later(day, REVIEW_AFTER_DAYS), hour::ISSUE);
        Some(Task { at, key, ledger: ledger.ledger.get(), work: Work::Review(day) })
    }

    /// Does a task: what happens, if anything, and under which step it is known. Follow-ups go on the agenda;
    /// bookings are applied by the caller.
    fn perform(&self, state: &mut BillingState, task: &Task, at: DateTime<Utc>) -> Option<(Step, Happening)> {
        let ledger = self.plan.ledger(LedgerId(task.ledger))?;
        let what = match task.work {
            Work::Close => self.close_period(state, ledger, task, at),
            Work::Issue => self.issue(state, ledger, task, at),
            Work::UseCredit { from } => use_credit(state, (LedgerId(from), ledger.ledger), at),
            Work::Instalment => self.request_instalment(state, ledger, task),
            Work::Review(day) => rebalance(state, ledger, day),
            Work::Request { cap, due } => {
                let amount = state.to_pay(task.ledger, cap);
                self.request(state, ledger, task.key, (amount, due), PaymentReason::BillIssued)
            }
            Work::Collect { payment, amount } => {
                return Some(self.collect(state, ledger, task, (PaymentId(payment), Minor(amount)), at));
            }
            Work::Return { payment, amount } => {
                self.plan_retry(state, task, (payment, amount), at);
                let booking = Box::new(drafts::returned(ledger.ledger, Minor(amount), at));
                let reverses = EventKey { step: Step::DebitCleared, ..task.key };
                Some(Happening::DebitReturned { payment: PaymentId(payment), reverses, booking })
            }
            Work::Retry { failed, amount } => self.retry(state, ledger, task, (failed, amount), at),
            Work::Promise { cap, pay_on } => self.promise(state, ledger, task.key, (cap, pay_on)),
            Work::Receive { cap, promise } => self.receive(state, ledger, task.key, (cap, promise), at),
            Work::Refund => {
                let amount = Minor(state.ledger(task.ledger).map_or(0, |state| state.balance));
                let booking = Box::new(drafts::refunded(ledger.ledger, amount, at));
                (amount > Minor::ZERO).then_some(Happening::RefundPaid { booking })
            }
            Work::Repay { repayment, amount } => {
                if state.balance(ledger.ledger) < Minor(amount) {
                    return Some((Step::RepaymentRejected, Happening::RepaymentRejected { repayment }));
                }
                let booking = Box::new(drafts::repaid(ledger.ledger, Minor(amount), at));
                Some(Happening::RepaymentPaid { repayment, booking })
            }
        };
        what.map(|what| (task.key.step, what))
    }
}

/// The next period of an agreement to be closed.
fn close(state: &BillingState, ledger: &LedgerPlan, supply: &Supply) -> Option<Task> {
    let index = state.closed_periods(supply.agreement.id);
    let period = period(&supply.agreement, index)?;
    let subject = Subject::Period { agreement: supply.agreement.id, index };
    let key = EventKey { step: Step::PeriodClosed, subject, attempt: 0 };
    Some(Task { at: period.end(), key, ledger: ledger.ledger.get(), work: Work::Close })
}

/// The first day of the month after that of `date`.
fn next_month(date: NaiveDate) -> NaiveDate {
    dates::month_start(date).checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
}
