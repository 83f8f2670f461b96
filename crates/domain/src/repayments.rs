//! Repayments: credit that the customer wants back.
//!
//! A request waits for [`DAYS_TO_REPAY`] days. Then billing pays it, if the credit is still there, or rejects it.

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::dates;
use crate::errors::{KrakenError, ValidationError, codes};
use crate::ids::{AccountId, LedgerId};
use crate::money::Minor;

/// How many days the customer waits. Assumed: Kraken's staff looks at a request, then the bank takes its time.
pub const DAYS_TO_REPAY: u64 = 3;

/// A request for a repayment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RepaymentId(pub i64);

/// What became of a request: the contract's `RepaymentRequestStatus`, but that it says `ACCEPTED` of what is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RepaymentStatus {
    /// Paid.
    Accepted,
    /// Withdrawn by the customer.
    Cancelled,
    /// Not paid: the credit was gone.
    Rejected,
    /// Waiting.
    Requested,
}

impl RepaymentStatus {
    /// The contract's `AccountRepaymentStatusOptions` for it. What was withdrawn is no repayment.
    pub const fn of_repayment(self) -> Option<&'static str> {
        match self {
            Self::Accepted => Some("PAID"),
            Self::Cancelled => None,
            Self::Rejected => Some("FAILED"),
            Self::Requested => Some("REQUESTED"),
        }
    }
}

/// How the money goes back: the contract's `RequestableRepaymentMethod`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RepaymentMethod {
    /// To a bank account.
    #[default]
    BankTransfer,
    /// As a cheque.
    Cheque,
}

/// What the customer asks for. Two requests with the same key must be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepaymentWish {
    /// From which ledger.
    pub ledger_id: LedgerId,
    /// How much; positive once it is [checked](RepaymentWish::check).
    pub amount: Minor,
    /// How.
    pub method: RepaymentMethod,
    /// Why.
    pub reason: Option<String>,
    /// To which bank account, as the payment provider calls it.
    pub instruction: Option<String>,
}

impl RepaymentWish {
    /// Errors: 3927 for nothing, and (a guess) for more than is on the ledger beside what is waiting already.
    pub fn check(&self, balance: Minor, waiting: Minor) -> Result<(), KrakenError> {
        let refused = |words: &str| {
            let error = ValidationError::new(words, &["input", "amountInMinorUnit"]);
            Err(KrakenError::from(codes::REPAYMENT_AMOUNT_INVALID).with_validation(error))
        };
        if self.amount <= Minor::ZERO {
            return refused("The amount must be greater than zero.");
        }
        if self.amount + waiting > balance {
            return refused("The amount is more than the credit of the ledger.");
        }
        Ok(())
    }
}

/// A request for a repayment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repayment {
    /// Its id.
    pub id: RepaymentId,
    /// Who asked.
    pub account_id: AccountId,
    /// What for.
    pub wish: RepaymentWish,
    /// By what the client knows it.
    pub idempotency_key: String,
    /// What became of it.
    pub status: RepaymentStatus,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
}

impl Repayment {
    /// The day on which it is paid, or was or would have been.
    pub fn payment_date(&self) -> NaiveDate {
        payment_date(self.requested_at)
    }
}

/// The day on which a request of now is paid.
pub fn payment_date(now: DateTime<Utc>) -> NaiveDate {
    dates::paris_date(now).checked_add_days(Days::new(DAYS_TO_REPAY)).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_is_there() {
        let code = |amount, balance, waiting| {
            let wish = RepaymentWish {
                ledger_id: LedgerId(1),
                amount: Minor(amount),
                method: RepaymentMethod::default(),
                reason: None,
                instruction: None,
            };
            wish.check(Minor(balance), Minor(waiting)).err().map(|error| error.code().as_str())
        };
        let refused = Some("KT-CT-3927");
        assert_eq!((code(1, 1, 0), code(100, 150, 50)), (None, None));
        for (amount, balance, waiting) in [(0, 10, 0), (-1, 10, 0), (11, 10, 0), (100, 150, 51), (1, -5, 0)] {
            assert_eq!(code(amount, balance, waiting), refused, "{amount} {balance} {waiting}");
        }
    }

    #[test]
    fn paid_three_days_later() {
        let at = "2026-01-15T23:30:00Z".parse().unwrap();
        assert_eq!(payment_date(at).to_string(), "2026-01-19", "it is the 16th in France");
        assert_eq!(RepaymentStatus::Cancelled.of_repayment(), None);
    }
}
