//! How far billing has come, and what is on its way.
//!
//! The state is small and can be written with `serde` in one row an account. Its form is nobody's business
//! but this module's.
//!
//! **Whoever else changes an account's money tells the state**, in the same transaction:
//!
//! * first of all, bill up to now; then [`BillingState::note`] the time, so that nothing that billing still
//!   does (an end of an agreement set back by some days, say) falls behind what was booked;
//! * a booking of any kind: [`BillingState::set_balance`];
//! * `collectPayment`: [`BillingState::schedule_payment`]; `amendPayment`: [`BillingState::amend_payment`];
//!   `cancelPayment`: [`BillingState::cancel_payment`];
//! * `submitRepaymentRequest`: [`BillingState::schedule_repayment`]; `cancelRepaymentRequest`:
//!   [`BillingState::cancel_repayment`].

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::events::{EventKey, Step, Subject};
use super::plan::AccountPlan;
use crate::agreements::AgreementId;
use crate::dates;
use crate::errors::{Code, codes};
use crate::ids::{LedgerId, PaymentId};
use crate::money::Minor;
use crate::payment_schedules::PaymentScheduleId;
use crate::repayments::RepaymentId;

/// How far the billing of an account has come. A new account begins with the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillingState {
    /// The instant of the last event: time never goes back.
    pub(super) reached: Option<DateTime<Utc>>,
    /// How many periods of each agreement are closed.
    pub(super) closed: BTreeMap<AgreementId, u32>,
    /// Ledgers by their id.
    pub(super) ledgers: BTreeMap<i64, LedgerState>,
    /// What will happen on its own.
    pub(super) agenda: Vec<Task>,
}

/// How far a ledger is. Amounts are cents.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LedgerState {
    pub(super) balance: i64,
    /// The closing balance of the last bill.
    pub(super) stated: i64,
    /// How many debits were announced.
    pub(super) debits: u32,
    /// How many debits the pattern of outcomes has decided over.
    pub(super) decided: u32,
    /// The due day of the last instalment that was announced.
    pub(super) last_instalment: Option<NaiveDate>,
    /// The schedule that was last looked at anew, when, and its amount since.
    pub(super) review: Option<(PaymentScheduleId, NaiveDate, i64)>,
    /// What was charged since then.
    pub(super) charged: i64,
}

/// Something that will happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) at: DateTime<Utc>,
    pub(super) key: EventKey,
    pub(super) ledger: i64,
    pub(super) work: Work,
}

/// What will happen. Amounts and caps are cents; a cap bounds what is taken, and `None` takes all that is owed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Work {
    /// Follows from the plan, never on the agenda.
    Close,
    /// Follows from the plan, never on the agenda.
    Instalment,
    /// Follows from the plan, never on the agenda.
    Review(NaiveDate),
    Issue,
    UseCredit {
        from: i64,
    },
    Request {
        cap: Option<i64>,
        due: NaiveDate,
    },
    Collect {
        payment: i64,
        amount: i64,
    },
    Return {
        payment: i64,
        amount: i64,
    },
    Retry {
        failed: i64,
        amount: i64,
    },
    Promise {
        cap: i64,
        pay_on: NaiveDate,
    },
    Receive {
        cap: i64,
        promise: Option<i64>,
    },
    Refund,
    Repay {
        repayment: RepaymentId,
        amount: i64,
    },
}

/// Why a payment stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentChangeError {
    /// It has cleared, has failed, or never was.
    #[error("payment {0} is not on its way")]
    NotOnItsWay(PaymentId),
}

impl PaymentChangeError {
    /// The code for the client.
    pub fn code(self) -> Code {
        match self {
            Self::NotOnItsWay(_) => codes::PAYMENT_NOT_CANCELLABLE,
        }
    }
}

impl BillingState {
    /// The instant of the last event, or of the last [`BillingState::note`].
    pub fn reached(&self) -> Option<DateTime<Utc>> {
        self.reached
    }

    /// How many periods of an agreement are closed; see [`super::billed_to`].
    pub fn closed_periods(&self, agreement: AgreementId) -> u32 {
        self.closed.get(&agreement).copied().unwrap_or(0)
    }

    /// What is on a ledger, as far as the state was told.
    pub fn balance(&self, ledger: LedgerId) -> Minor {
        Minor(self.ledgers.get(&ledger.get()).map_or(0, |state| state.balance))
    }

    /// Tells what is on a ledger.
    pub fn set_balance(&mut self, ledger: LedgerId, balance: Minor) {
        self.ledger_mut(ledger.get()).balance = balance.cents();
    }

    /// Tells that something else happened at `now`: nothing that billing does is dated before it any more.
    pub fn note(&mut self, now: DateTime<Utc>) {
        self.reached = Some(self.reached.map_or(now, |reached| reached.max(now)));
    }

    /// What is announced and has neither cleared nor failed: payment, ledger, amount, day.
    pub fn payments_on_their_way(&self) -> Vec<(PaymentId, LedgerId, Minor, NaiveDate)> {
        let mut found: Vec<_> = self
            .agenda
            .iter()
            .filter_map(|task| match task.work {
                Work::Collect { payment, amount } => {
                    let on = dates::paris_date(task.at);
                    Some((PaymentId(payment), LedgerId(task.ledger), Minor(amount), on))
                }
                _ => None,
            })
            .collect();
        found.sort_by_key(|&(id, _, _, on)| (on, id));
        found
    }

    /// Puts a payment that was asked for on its way: it is collected on `date`.
    pub fn schedule_payment(
        &mut self,
        plan: &AccountPlan,
        (payment, ledger): (PaymentId, LedgerId),
        amount: Minor,
        date: NaiveDate,
    ) {
        let key = EventKey {
            step: Step::DebitCleared,
            subject: Subject::OneOff { payment: payment.get() },
            attempt: 0,
        };
        let work = Work::Collect { payment: payment.get(), amount: amount.cents() };
        let at = super::drafts::collected_at(plan.seed, key, date);
        self.agenda.push(Task { at, key, ledger: ledger.get(), work });
    }

    /// Changes amount or day of a payment that is on its way.
    pub fn amend_payment(
        &mut self,
        plan: &AccountPlan,
        payment: PaymentId,
        amount: Option<Minor>,
        date: Option<NaiveDate>,
    ) -> Result<(), PaymentChangeError> {
        let task = self.collection(payment)?;
        let task = &mut self.agenda[task];
        if let (Some(new), Work::Collect { amount, .. }) = (amount, &mut task.work) {
            *amount = new.cents();
        }
        if let Some(date) = date {
            task.at = super::drafts::collected_at(plan.seed, task.key, date);
        }
        Ok(())
    }

    /// Takes back a payment that is on its way. It is not tried again.
    pub fn cancel_payment(&mut self, payment: PaymentId) -> Result<(), PaymentChangeError> {
        let task = self.collection(payment)?;
        self.agenda.swap_remove(task);
        Ok(())
    }

    /// Puts a repayment on its way: it is paid on `date`, if the credit is still there.
    pub fn schedule_repayment(
        &mut self,
        plan: &AccountPlan,
        (repayment, ledger): (RepaymentId, LedgerId),
        amount: Minor,
        date: NaiveDate,
    ) {
        let key =
            EventKey { step: Step::RepaymentPaid, subject: Subject::Repayment { repayment }, attempt: 0 };
        let at = super::drafts::within_hour(plan.seed, key, date, super::engine::hour::REFUND);
        self.push(ledger.get(), key, at, Work::Repay { repayment, amount: amount.cents() });
    }

    /// Takes back a repayment; false where it is not on its way.
    pub fn cancel_repayment(&mut self, wanted: RepaymentId) -> bool {
        let before = self.agenda.len();
        let is_it = |task: &Task| matches!(task.work, Work::Repay { repayment, .. } if repayment == wanted);
        self.agenda.retain(|task| !is_it(task));
        self.agenda.len() < before
    }

    /// What of a ledger's credit waits to be paid back.
    pub fn to_repay(&self, ledger: LedgerId) -> Minor {
        let amounts =
            self.agenda.iter().filter(|task| task.ledger == ledger.get()).map(|task| match task.work {
                Work::Repay { amount, .. } => amount,
                _ => 0,
            });
        Minor(amounts.sum())
    }

    fn collection(&self, wanted: PaymentId) -> Result<usize, PaymentChangeError> {
        let is_it =
            |task: &Task| matches!(task.work, Work::Collect { payment, .. } if payment == wanted.get());
        self.agenda.iter().position(is_it).ok_or(PaymentChangeError::NotOnItsWay(wanted))
    }

    pub(super) fn push(&mut self, ledger: i64, key: EventKey, at: DateTime<Utc>, work: Work) {
        self.agenda.push(Task { at, key, ledger, work });
    }

    pub(super) fn ledger_mut(&mut self, ledger: i64) -> &mut LedgerState {
        self.ledgers.entry(ledger).or_default()
    }

    pub(super) fn ledger(&self, ledger: i64) -> Option<&LedgerState> {
        self.ledgers.get(&ledger)
    }

    /// What is announced and should come, or come after all.
    pub(super) fn on_its_way(&self, ledger: i64) -> i64 {
        let amounts = self.agenda.iter().filter(|task| task.ledger == ledger).map(|task| match task.work {
            Work::Collect { amount, .. } | Work::Retry { amount, .. } => amount,
            _ => 0,
        });
        amounts.sum()
    }

    /// What the customer owes on a ledger beyond what is on its way already, and at most `cap`; 0 or more.
    pub(super) fn to_pay(&self, ledger: i64, cap: Option<i64>) -> i64 {
        let balance = self.ledgers.get(&ledger).map_or(0, |state| state.balance);
        (-balance - self.on_its_way(ledger)).min(cap.unwrap_or(i64::MAX)).max(0)
    }
}
