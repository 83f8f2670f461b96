//! Which payments are to come: `paginatedPaymentForecast` and `nextPaymentForecast`.
//!
//! The world is a function of time, so the forecast is the future itself: billing is run ahead on a copy of
//! the state. It comes true unless somebody steps in; only that debits fail, nobody foresees.

use chrono::{DateTime, NaiveDate, Utc};

use super::engine::Engine;
use super::events::{Happening, Subject};
use super::plan::{AccountPlan, DebitOutcomes, PaymentBehaviour};
use super::state::BillingState;
use crate::dates;
use crate::ids::LedgerId;
use crate::money::Minor;

/// A payment to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// For which ledger.
    pub ledger: LedgerId,
    /// When.
    pub date: NaiveDate,
    /// How much.
    pub amount: Minor,
    /// Counted from 1 over the ledger's payments to come: `paymentNumber`.
    pub number: u32,
    /// Whether it is a direct debit; a bank transfer otherwise.
    pub is_direct_debit: bool,
}

/// The payments from `now` on whose day is on or before the French date of `until`, by date. What was
/// promised by hand counts as well.
pub fn forecast(
    engine: &Engine<'_>,
    state: &BillingState,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<Forecast> {
    let plan = hopeful(engine.plan);
    let engine = Engine { plan: &plan, ..*engine };
    let mut state = state.clone();
    // What is due now happens before anything is foreseen.
    engine.run(&mut state, now);
    let mut found: Vec<_> = state
        .payments_on_their_way()
        .into_iter()
        .map(|(_, ledger, amount, date)| Forecast { ledger, date, amount, number: 0, is_direct_debit: true })
        .collect();
    for event in engine.run(&mut state, until) {
        let (payment, is_direct_debit) = match &event.what {
            Happening::DebitRequested { payment } | Happening::DebitRetried { payment, .. } => {
                (payment, true)
            }
            Happening::PaymentReceived { payment, .. } => (payment, false),
            _ => continue,
        };
        debug_assert!(!matches!(event.key.subject, Subject::OneOff { .. }), "nobody asks ahead");
        let (ledger, date, amount) = (payment.ledger_id, payment.payment_date, payment.amount);
        found.push(Forecast { ledger, date, amount, number: 0, is_direct_debit });
    }
    let last = dates::paris_date(until);
    found.retain(|payment| payment.date <= last);
    found.sort_by_key(|payment| (payment.date, payment.ledger));
    number(&mut found);
    found
}

/// The same plan, in which each debit clears.
fn hopeful(plan: &AccountPlan) -> AccountPlan {
    let mut plan = plan.clone();
    for ledger in &mut plan.ledgers {
        if let PaymentBehaviour::DirectDebit(outcomes) | PaymentBehaviour::InstalmentPlan { outcomes, .. } =
            &mut ledger.behaviour
        {
            *outcomes = DebitOutcomes::default();
        }
    }
    plan
}

fn number(payments: &mut [Forecast]) {
    let mut counts = std::collections::BTreeMap::new();
    for payment in payments {
        let count = counts.entry(payment.ledger).or_insert(0);
        *count += 1;
        payment.number = *count;
    }
}
