//! Payments: money that customers send or were asked for, whether or not it reached a ledger.
//!
//! A [`Payment`] is the intent and its fate (`AccountType.payments`). The booking it leads to is a
//! transaction of the kind *payment* (`transactions.rs`); a scheduled or failed payment has none.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::errors::{KrakenError, ValidationError, codes};
use crate::ids::{AccountId, LedgerId, PaymentId};
use crate::money::Minor;

/// The contract's `AccountPaymentStatusOptions`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentStatus {
    /// The money is there.
    Cleared,
    /// Taken back before it was sent.
    Deleted,
    /// Refused.
    Failed,
    /// A promise that was kept.
    Fulfilled,
    /// Taken over from an earlier system.
    Historic,
    /// Sent, not there yet.
    Pending,
    /// Promised by the customer.
    Promised,
    /// A promise that was not kept.
    PromiseBroken,
    /// Asked for.
    Requested,
    /// Planned.
    Scheduled,
    /// In the hands of a third party.
    ThirdParty,
}

impl PaymentStatus {
    /// What `includePromises: false` leaves out.
    pub const PROMISES: [Self; 2] = [Self::Promised, Self::PromiseBroken];
}

/// The contract's `PaymentReasonOptions`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentReason {
    /// The balance crossed a threshold.
    BalanceThresholdCrossed,
    /// A bill was issued.
    BillIssued,
    /// A payment plan says so.
    PaymentPlan,
    /// The regular schedule says so.
    RegularSchedule,
}

/// How money came: the values of the contract's `AccountPaymentTransactionTypeChoices` that this emulator
/// gives out. The contract has some fifty more, most of them British or Australian.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentMethod {
    /// By cheque.
    Cheque,
    /// By credit card.
    CreditCard,
    /// By direct debit, the last of its mandate.
    DdFinalCollection,
    /// By direct debit, the first of its mandate.
    DdFirstCollection,
    /// By direct debit.
    DdRegularCollection,
    /// By direct debit, presented again after it had failed.
    DdRePresentation,
    /// By debit card.
    DebitCard,
    /// By bank transfer.
    Eft,
    /// It is not known how.
    Unknown,
}

impl PaymentMethod {
    /// The ways in which we take the money, instead of the customer sending it.
    pub const COLLECTED: &'static [Self] = &[
        Self::DdFirstCollection,
        Self::DdRegularCollection,
        Self::DdRePresentation,
        Self::DdFinalCollection,
    ];
}

/// A payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// Its id.
    pub id: PaymentId,
    /// Who pays.
    pub account_id: AccountId,
    /// The ledger it is meant for.
    pub ledger_id: LedgerId,
    /// How much; positive.
    pub amount: Minor,
    /// On which day.
    pub payment_date: NaiveDate,
    /// What the bank statement says.
    pub reference: String,
    /// Its fate.
    pub status: PaymentStatus,
    /// Why it was asked for.
    pub reason: Option<PaymentReason>,
    /// What the way of paying costs on top.
    pub surcharge: Minor,
    /// How it is paid.
    pub method: PaymentMethod,
}

/// A payment that the customer asks for: so much, by direct debit, on that day. Two wishes with the same key must be
/// the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CollectionWish {
    /// The id of the ledger.
    pub ledger: i64,
    /// How much, in cents.
    pub cents: i64,
    /// On which day.
    pub date: NaiveDate,
    /// What for.
    pub description: String,
}

impl CollectionWish {
    /// Errors: 3932 for a day before `today`, and (a guess) for an amount that is not positive.
    pub fn check(&self, today: NaiveDate) -> Result<(), KrakenError> {
        if self.date < today {
            return Err(KrakenError::at(codes::COLLECTION_INVALID, &["input", "paymentDate"]));
        }
        if self.cents <= 0 {
            return Err(uncollectable("The amount must be greater than zero.", "amount"));
        }
        Ok(())
    }

    /// The payment, planned. `AccountPaymentType` has no id, yet payments are amended and cancelled by it: the
    /// reference ends in it, so that a client can know it.
    pub fn payment(&self, id: PaymentId, account_id: AccountId) -> Payment {
        Payment {
            id,
            account_id,
            ledger_id: LedgerId(self.ledger),
            amount: Minor(self.cents),
            payment_date: self.date,
            reference: format!("SEPA{:010}", id.get()),
            status: PaymentStatus::Scheduled,
            reason: None,
            surcharge: Minor::ZERO,
            method: PaymentMethod::DdRegularCollection,
        }
    }
}

/// KT-CT-3932 with its reason, in words that Kraken may not have.
pub fn uncollectable(words: &str, member: &str) -> KrakenError {
    let error = ValidationError::new(words, &["input", member]);
    KrakenError::from(codes::COLLECTION_INVALID).with_validation(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_to_come_is_collected() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let code = |cents, date| {
            let description = "Acompte".to_owned();
            let asked = CollectionWish { ledger: 1, cents, date: day(date), description };
            asked.check(day("2026-01-15")).err().map(|error| error.code())
        };
        assert_eq!((code(1, "2026-01-15"), code(1, "2027-01-01")), (None, None));
        for (amount, date) in [(1, "2026-01-14"), (0, "2026-01-15"), (-1, "2026-01-16")] {
            assert_eq!(code(amount, date), Some(codes::COLLECTION_INVALID), "{amount} {date}");
        }
    }
}
