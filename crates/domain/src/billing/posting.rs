//! Events become rows: what billing writes down, gathered so that many events are written at once.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::events::{BillingEvent, EventKey, Happening};
use crate::accounts::Account;
use crate::bills::Bill;
use crate::bookkeeping::{self, Booked, BookingError, Books, LedgerBook};
use crate::ids::{BillId, LedgerId, PaymentId, TransactionId};
use crate::ledgers::Ledger;
use crate::money::Minor;
use crate::payment_schedules::PaymentScheduleId;
use crate::payments::{Payment, PaymentStatus};
use crate::repayments::{RepaymentId, RepaymentStatus};
use crate::transactions::{Detail, Draft};

/// An event that was written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PostedEvent {
    /// By what it is known.
    pub key: EventKey,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// Its first booking, where it has one.
    pub transaction: Option<TransactionId>,
}

/// What is to be written: new rows, and changes to rows that were there before. The changes come first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Posted {
    /// Payments that were there, and what became of them.
    pub settled: Vec<(PaymentId, PaymentStatus)>,
    /// Requests for repayments, and what became of them.
    pub repaid: Vec<(RepaymentId, RepaymentStatus)>,
    /// Ledgers, and the bill that shows what was booked on them and on no bill yet.
    pub billed: Vec<(LedgerId, BillId)>,
    /// The events whose booking was taken back by the bank.
    pub returned: Vec<EventKey>,
    /// Schedules that take another amount.
    pub amounts: Vec<(PaymentScheduleId, Minor)>,
    /// New events.
    pub events: Vec<PostedEvent>,
    /// New bills.
    pub bills: Vec<Bill>,
    /// New bookings, in booking order.
    pub booked: Vec<Booked>,
    /// New payments, in the order in which they were entered.
    pub payments: Vec<Payment>,
}

/// The books of an account while events are entered.
#[derive(Clone, Debug)]
pub struct Posting {
    account: Account,
    books: Books,
    on: BTreeMap<i64, LedgerBook>,
    posted: Posted,
}

impl Posting {
    /// Opens the books of an account.
    pub fn new(account: Account, books: Books, on: impl IntoIterator<Item = LedgerBook>) -> Self {
        let on = on.into_iter().map(|book| (book.ledger.id.get(), book)).collect();
        Self { account, books, on, posted: Posted::default() }
    }

    /// What is on a ledger.
    pub fn balance(&self, ledger: LedgerId) -> Minor {
        self.on.get(&ledger.get()).map_or(Minor::ZERO, |book| book.ledger.balance)
    }

    /// The ledgers as they stand, by id.
    pub fn ledgers(&self) -> impl Iterator<Item = &Ledger> {
        self.on.values().map(|book| &book.ledger)
    }

    /// Enters a booking that no event made.
    pub fn book(&mut self, ledger: LedgerId, draft: Draft) -> Result<TransactionId, BookingError> {
        let on = self.on.get_mut(&ledger.get()).ok_or(BookingError::ForeignLedger(ledger))?;
        let booked = bookkeeping::book(&self.account, &mut self.books, on, draft)?;
        let id = booked.transaction.id;
        self.posted.booked.push(booked);
        Ok(id)
    }

    /// Enters a payment.
    pub fn pay(&mut self, payment: Payment) {
        self.posted.payments.push(payment);
    }

    /// Enters an event.
    pub fn enter(&mut self, event: &BillingEvent) -> Result<(), BookingError> {
        if let Happening::BillIssued { bill, .. } = &event.what {
            self.put_on_bill(bill);
            self.posted.bills.push(Bill::clone(bill));
        }
        let mut first = None;
        for booking in event.bookings() {
            let id = self.book(booking.ledger, booking.draft.clone())?;
            first.get_or_insert(id);
        }
        match &event.what {
            // Only the state remembers it.
            Happening::PeriodClosed { .. } => return Ok(()),
            Happening::ScheduleRebalanced { schedule, amount } => {
                self.posted.amounts.push((*schedule, *amount));
            }
            Happening::DebitCleared { payment, .. } => self.settle(*payment, PaymentStatus::Cleared),
            Happening::DebitFailed { payment } => self.settle(*payment, PaymentStatus::Failed),
            Happening::DebitReturned { payment, reverses, .. } => {
                self.settle(*payment, PaymentStatus::Failed);
                self.take_back(*reverses);
            }
            Happening::PaymentReceived { fulfils: Some(promise), .. } => {
                self.settle(*promise, PaymentStatus::Fulfilled);
            }
            Happening::RepaymentPaid { repayment, .. } => {
                self.posted.repaid.push((*repayment, RepaymentStatus::Accepted));
            }
            Happening::RepaymentRejected { repayment } => {
                self.posted.repaid.push((*repayment, RepaymentStatus::Rejected));
            }
            _ => {}
        }
        self.posted.payments.extend(event.new_payment().cloned());
        self.posted.events.push(PostedEvent { key: event.key, at: event.at, transaction: first });
        Ok(())
    }

    /// What is to be written, and the ledgers as they stand then.
    pub fn close(self) -> (Posted, Vec<LedgerBook>) {
        (self.posted, self.on.into_values().collect())
    }

    /// What was booked on the ledger since its last bill is on this one.
    fn put_on_bill(&mut self, bill: &Bill) {
        let is_first = self.posted.bills.iter().all(|other| other.ledger_id != bill.ledger_id);
        if is_first {
            self.posted.billed.push((bill.ledger_id, bill.id));
        }
        for booked in &mut self.posted.booked {
            let transaction = &mut booked.transaction;
            if transaction.ledger_id == bill.ledger_id && transaction.entry.billing_document.is_none() {
                transaction.entry.billing_document = Some(bill.id);
                transaction.entry.is_issued = true;
                transaction.entry.has_statement = true;
            }
        }
    }

    fn settle(&mut self, payment: PaymentId, status: PaymentStatus) {
        match self.posted.payments.iter_mut().find(|entered| entered.id == payment) {
            Some(entered) => entered.status = status,
            None => self.posted.settled.push((payment, status)),
        }
    }

    fn take_back(&mut self, reverses: EventKey) {
        let made = self.posted.events.iter().find(|event| event.key == reverses);
        let Some(id) = made.and_then(|event| event.transaction) else {
            self.posted.returned.push(reverses);
            return;
        };
        for booked in self.posted.booked.iter_mut().filter(|booked| booked.transaction.id == id) {
            mark_returned(&mut booked.transaction.entry);
        }
    }
}

/// The booking of a debit that the bank took back later.
fn mark_returned(entry: &mut Draft) {
    entry.is_reversed = true;
    if let Detail::Payment { is_late_failed, .. } = &mut entry.detail {
        *is_late_failed = true;
    }
}
