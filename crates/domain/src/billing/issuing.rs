//! Periods close, bills are issued, and bills lead to payments.

use chrono::{DateTime, Utc};

use super::drafts::{self, later, within_hour};
use super::engine::{Engine, hour};
use super::events::{EventKey, Happening, Step, Subject};
use super::lines;
use super::periods::{Period, period};
use super::plan::{LedgerPlan, PaymentBehaviour, Supply};
use super::state::{BillingState, Task, Work};
use crate::bills::Bill;
use crate::dates;
use crate::ids::LedgerId;
use crate::money::Minor;

impl Engine<'_> {
    pub(super) fn close_period(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        task: &Task,
        at: DateTime<Utc>,
    ) -> Option<Happening> {
        let (supply, period) = billed(ledger, task.key.subject)?;
        state.closed.insert(supply.agreement.id, period.index + 1);
        let key = EventKey { step: Step::BillIssued, ..task.key };
        let day = later(dates::paris_date(at).max(period.to), self.plan.terms.issue_after_days);
        state.push(task.ledger, key, within_hour(self.plan.seed, key, day, hour::ISSUE), Work::Issue);
        Some(Happening::PeriodClosed { agreement: supply.agreement.id, period })
    }

    pub(super) fn issue(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        task: &Task,
        at: DateTime<Utc>,
    ) -> Option<Happening> {
        let (supply, period) = billed(ledger, task.key.subject)?;
        let lines = lines(supply, &period, self.tariffs, self.meters);
        let of_ledger = state.ledger_mut(task.ledger);
        let balances = (Minor(of_ledger.stated), Minor(of_ledger.balance));
        let bill = drafts::bill(self.plan, ledger, supply, &period, (lines, at, balances));
        of_ledger.charged += bill.amounts.gross.cents();
        of_ledger.stated = bill.closing_balance.cents();
        if ledger.ledger_type.accepts_payments() && bill.amounts.gross > Minor::ZERO {
            self.ask_for_money(state, ledger, supply, task.key, &bill);
        }
        let booking = Box::new(drafts::charge(&bill, supply));
        Some(Happening::BillIssued { bill: Box::new(bill), booking })
    }

    /// What a bill leads to.
    fn ask_for_money(
        &self,
        state: &mut BillingState,
        ledger: &LedgerPlan,
        supply: &Supply,
        key: EventKey,
        bill: &Bill,
    ) {
        let (terms, seed) = (&self.plan.terms, self.plan.seed);
        let id = ledger.ledger.get();
        for (attempt, used) in (0..).zip(&self.plan.credit_uses) {
            if used.to == ledger.ledger {
                let key = EventKey { step: Step::CreditUsed, attempt, ..key };
                state.push(id, key, bill.issued_at, Work::UseCredit { from: used.from.get() });
            }
        }
        let is_last = bill.is_final && !ledger.goes_on_after(bill.to);
        let gross = bill.amounts.gross.cents();
        let collected_on = bill.due_date.max(later(bill.issued_date, terms.notice_days));
        let request = EventKey { step: Step::DebitRequested, ..key };
        match &ledger.behaviour {
            PaymentBehaviour::DirectDebit(_) => {
                let work = Work::Request { cap: Some(gross), due: collected_on };
                state.push(id, request, bill.issued_at, work);
            }
            PaymentBehaviour::InstalmentPlan { .. } => {
                if is_last || supply.agreement.billing_frequency_months >= 12 {
                    let work = Work::Request { cap: None, due: collected_on };
                    state.push(id, request, bill.issued_at, work);
                }
            }
            &PaymentBehaviour::ManualPaysLate { days } => {
                let pay_on = later(bill.due_date, u64::from(days));
                if days > 1 {
                    let key = EventKey { step: Step::PaymentPromised, ..key };
                    let at = within_hour(seed, key, later(bill.due_date, 1), hour::PROMISE);
                    state.push(id, key, at, Work::Promise { cap: gross, pay_on });
                } else {
                    let key = EventKey { step: Step::PaymentReceived, ..key };
                    let at = within_hour(seed, key, pay_on, hour::PAY_BY_HAND);
                    state.push(id, key, at, Work::Receive { cap: gross, promise: None });
                }
            }
            PaymentBehaviour::NeverPays => {}
        }
        if is_last {
            let key = EventKey { step: Step::RefundPaid, ..key };
            let day = later(collected_on, terms.refund_after_days);
            state.push(id, key, within_hour(seed, key, day, hour::REFUND), Work::Refund);
        }
    }
}

/// The supply and the period that a task is about.
pub(super) fn billed(ledger: &LedgerPlan, subject: Subject) -> Option<(&Supply, Period)> {
    let Subject::Period { agreement, index } = subject else { return None };
    let supply = ledger.supplies().iter().find(|supply| supply.agreement.id == agreement)?;
    Some((supply, period(&supply.agreement, index)?))
}

/// Credit on one ledger pays what is owed on another.
pub(super) fn use_credit(
    state: &BillingState,
    (from, to): (LedgerId, LedgerId),
    at: DateTime<Utc>,
) -> Option<Happening> {
    let there = state.balance(from).cents().max(0);
    let amount = state.to_pay(to.get(), Some(there));
    let (out, into) = drafts::credit_used((from, to), Minor(amount), at);
    (amount > 0).then(|| Happening::CreditUsed { out: Box::new(out), into: Box::new(into) })
}
