//! What happens, and the keys by which each happening is known.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr};

use super::periods::Period;
use crate::agreements::AgreementId;
use crate::bills::Bill;
use crate::ids::{LedgerId, PaymentId};
use crate::money::Minor;
use crate::payment_schedules::PaymentScheduleId;
use crate::payments::Payment;
use crate::repayments::RepaymentId;
use crate::transactions::Draft;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Subject {
    /// A billing period, and so its bill.
    Period {
        /// Of which agreement.
        agreement: AgreementId,
        /// Which one.
        index: u32,
    },
    /// The instalment of a day.
    Instalment {
        /// Of which schedule.
        schedule: PaymentScheduleId,
        /// When it is due.
        due: NaiveDate,
    },
    /// A payment that was asked for by hand, or by a mutation.
    OneOff {
        /// The payment.
        payment: i64,
    },
    /// Credit that the customer wants back.
    Repayment {
        /// The request.
        repayment: RepaymentId,
    },
}

/// What happens to it. Events of one instant happen in this order.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, IntoStaticStr, Serialize, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Step {
    /// A period is over.
    PeriodClosed,
    /// Its bill is issued and charged.
    BillIssued,
    /// Credit on another ledger pays a part of it.
    CreditUsed,
    /// An instalment's amount is looked at anew.
    ScheduleRebalanced,
    /// A debit is announced.
    DebitRequested,
    /// A debit cleared.
    DebitCleared,
    /// A debit was refused.
    DebitFailed,
    /// A debit that had cleared was given back.
    DebitReturned,
    /// A failed debit is announced again.
    DebitRetried,
    /// The customer says that they will pay.
    PaymentPromised,
    /// The customer paid.
    PaymentReceived,
    /// What was left after the final bill went back to the customer.
    RefundPaid,
    /// Credit that the customer wanted back was paid.
    RepaymentPaid,
    /// It was not paid: the credit was gone.
    RepaymentRejected,
}

/// By what an event is known: the same event has the same key in each run, and no two share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey {
    /// What happens.
    pub step: Step,
    /// To what.
    pub subject: Subject,
    /// Which attempt of a debit, or which credit; 0 is the first.
    pub attempt: u32,
}

impl fmt::Display for EventKey {
    /// `BILL_ISSUED/agreement-401/3/0`: fit for a column with a unique index.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, subject, attempt } = self;
        match subject {
            Subject::Period { agreement, index } => {
                write!(f, "{step}/agreement-{agreement}/{index}/{attempt}")
            }
            Subject::Instalment { schedule, due } => {
                write!(f, "{step}/schedule-{}/{due}/{attempt}", schedule.0)
            }
            Subject::OneOff { payment } => write!(f, "{step}/payment-{payment}/{attempt}"),
            Subject::Repayment { repayment } => write!(f, "{step}/repayment-{}/{attempt}", repayment.0),
        }
    }
}

/// Something to be booked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// On which ledger.
    pub ledger: LedgerId,
    /// What.
    pub draft: Draft,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A period is over. Nothing is to be written but the state.
    PeriodClosed {
        /// Of which agreement.
        agreement: AgreementId,
        /// The period.
        period: Period,
    },
    /// A bill is issued, and booked at once: nobody ever sees the one without the other. What else was booked
    /// on the ledger since its last bill is on this one: it gets the bill's id, `is_issued` and
    /// `has_statement`, and makes the difference between the bill's two balances.
    BillIssued {
        /// The bill.
        bill: Box<Bill>,
        /// Its charge, or its credit.
        booking: Box<Booking>,
    },
    /// Credit moves from one ledger to another.
    CreditUsed {
        /// What leaves the one.
        out: Box<Booking>,
        /// What comes to the other.
        into: Box<Booking>,
    },
    /// A schedule takes another amount from now on.
    ScheduleRebalanced {
        /// Which schedule.
        schedule: PaymentScheduleId,
        /// The new amount.
        amount: Minor,
    },
    /// A debit is announced: a new payment, `SCHEDULED`. Its booking comes when it clears.
    DebitRequested {
        /// The payment.
        payment: Box<Payment>,
    },
    /// The money of a debit came: the payment is `CLEARED`.
    DebitCleared {
        /// The payment.
        payment: PaymentId,
        /// Its booking.
        booking: Box<Booking>,
    },
    /// A debit was refused: the payment is `FAILED`, nothing was booked.
    DebitFailed {
        /// The payment.
        payment: PaymentId,
    },
    /// A debit was given back: the payment is `FAILED`, and the booking that [`Happening::DebitCleared`] made
    /// is to be marked as reversed and late failed. This booking takes its effect back.
    DebitReturned {
        /// The payment.
        payment: PaymentId,
        /// The event that made that booking.
        reverses: EventKey,
        /// What takes the money back.
        booking: Box<Booking>,
    },
    /// A failed debit is announced again, as a new payment.
    DebitRetried {
        /// The payment that failed.
        failed: PaymentId,
        /// The new one.
        payment: Box<Payment>,
    },
    /// The customer says that they will pay: a new payment, `PROMISED`.
    PaymentPromised {
        /// The promise.
        payment: Box<Payment>,
    },
    /// The customer paid: a new payment, `CLEARED`.
    PaymentReceived {
        /// The payment.
        payment: Box<Payment>,
        /// The promise that it keeps, which is `FULFILLED` now.
        fulfils: Option<PaymentId>,
        /// Its booking.
        booking: Box<Booking>,
    },
    /// What was left after the final bill went back to the customer.
    RefundPaid {
        /// Its booking.
        booking: Box<Booking>,
    },
    /// Credit that the customer wanted back was paid: the request is `ACCEPTED`.
    RepaymentPaid {
        /// The request.
        repayment: RepaymentId,
        /// Its booking.
        booking: Box<Booking>,
    },
    /// Credit that the customer wanted back was gone: the request is `REJECTED`, nothing was booked.
    RepaymentRejected {
        /// The request.
        repayment: RepaymentId,
    },
}

/// An event of billing. Apply each in one transaction, with the state that gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillingEvent {
    /// When it happens; never before the event that came before.
    pub at: DateTime<Utc>,
    /// By what it is known.
    pub key: EventKey,
    /// On which ledger.
    pub ledger: LedgerId,
    /// What happens.
    pub what: Happening,
}

impl BillingEvent {
    /// What is to be booked, in this order.
    pub fn bookings(&self) -> Vec<&Booking> {
        match &self.what {
            Happening::BillIssued { booking, .. }
            | Happening::DebitCleared { booking, .. }
            | Happening::DebitReturned { booking, .. }
            | Happening::PaymentReceived { booking, .. }
            | Happening::RefundPaid { booking }
            | Happening::RepaymentPaid { booking, .. } => vec![booking],
            Happening::CreditUsed { out, into } => vec![out, into],
            Happening::PeriodClosed { .. }
            | Happening::ScheduleRebalanced { .. }
            | Happening::DebitRequested { .. }
            | Happening::DebitFailed { .. }
            | Happening::DebitRetried { .. }
            | Happening::PaymentPromised { .. }
            | Happening::RepaymentRejected { .. } => Vec::new(),
        }
    }

    /// The payment that begins with it.
    pub fn new_payment(&self) -> Option<&Payment> {
        match &self.what {
            Happening::DebitRequested { payment }
            | Happening::DebitRetried { payment, .. }
            | Happening::PaymentPromised { payment }
            | Happening::PaymentReceived { payment, .. } => Some(payment),
            _ => None,
        }
    }
}
