//! Payments: money that customers send or were asked for, whether or not it reached a ledger.
//!
//! A [`Payment`] is the intent and its fate (`AccountType.payments`). The booking it leads to is a
//! transaction of the kind *payment* (`transactions.rs`); a scheduled or failed payment has none.

use chrono::NaiveDate;
use serde::Deserialize;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

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
    /// Whether `includePromises: false` leaves it out.
    pub const fn is_promise(self) -> bool {
        matches!(self, Self::Promised | Self::PromiseBroken)
    }
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
