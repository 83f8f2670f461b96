//! What nobody has been sent yet: open statements, and when the next bill comes.

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::drafts::{self, later};
use super::engine::Engine;
use super::issuing::billed;
use super::lines::lines;
use super::periods::{Period, period};
use super::plan::LedgerPlan;
use super::state::{BillingState, Work};
use crate::bills::{Bill, BillStatus};
use crate::dates;
use crate::money::Minor;

/// When an account is billed: the contract's `BillingOptionsType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BillingRhythm {
    /// The period that runs.
    pub period: Period,
    /// On which day its bill is issued.
    pub next_bill: NaiveDate,
    /// How many months a period has.
    pub months: u32,
    /// On which day of the month periods begin.
    pub start_day: u32,
}

impl Engine<'_> {
    /// The statements that are open at `now`, ledger by ledger, earliest first: periods that are over and whose bill is
    /// not issued yet, and those that run, with the days so far. Each has the id that its bill will have.
    pub fn open_bills(&self, state: &BillingState, now: DateTime<Utc>) -> Vec<Bill> {
        self.plan.ledgers.iter().flat_map(|ledger| self.open_bills_of(state, ledger, now)).collect()
    }

    fn open_bills_of(&self, state: &BillingState, ledger: &LedgerPlan, now: DateTime<Utc>) -> Vec<Bill> {
        let (id, today) = (ledger.ledger, dates::paris_date(now));
        let mut found = Vec::new();
        for task in &state.agenda {
            if task.ledger == id.get() && matches!(task.work, Work::Issue) {
                found.extend(billed(ledger, task.key.subject));
            }
        }
        for supply in ledger.supplies() {
            let running = period(&supply.agreement, state.closed_periods(supply.agreement.id));
            found.extend(running.map(|running| (supply, running)));
        }
        found.sort_by_key(|(supply, period)| (period.from, supply.agreement.id));

        let stated = state.ledger(id.get()).map_or(0, |ledger| ledger.stated);
        let mut balances = (Minor(stated), state.balance(id));
        let mut bills = Vec::new();
        for (supply, period) in found {
            if period.from >= today {
                continue;
            }
            let so_far = Period { to: period.to.min(today), ..period };
            let lines = lines(supply, &so_far, self.tariffs, self.meters);
            let bill = drafts::bill(self.plan, ledger, supply, &so_far, (lines, now, balances));
            balances = (bill.closing_balance, bill.closing_balance);
            bills.push(Bill { status: BillStatus::Open, ..bill });
        }
        bills
    }

    /// When the first agreement that supplies at `now` is billed; `None` where none does.
    pub fn rhythm(&self, state: &BillingState, now: DateTime<Utc>) -> Option<BillingRhythm> {
        let today = dates::paris_date(now);
        let mut supplies = self.plan.ledgers.iter().flat_map(LedgerPlan::supplies);
        let agreement = &supplies.find(|supply| supply.agreement.covers(today))?.agreement;
        let period = period(agreement, state.closed_periods(agreement.id))?;
        Some(BillingRhythm {
            period,
            next_bill: later(period.to, self.plan.terms.issue_after_days),
            months: agreement.billing_frequency_months,
            start_day: agreement.first_day().day(),
        })
    }
}
