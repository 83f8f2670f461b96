//! Transactions: what was booked on ledgers.
//!
//! **The one rule of signs.** An amount says what the booking adds to the customer's debt: charges and
//! refunds are positive, credits and payments negative. That charges are positive and credits negative was
//! captured on a British Kraken (kraken-facts 7.2); payments and refunds follow by inference. A ledger's
//! balance looks from the other side: positive means the customer is in credit. [`Transaction::effect`] is
//! the only place where the two meet.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::ids::{AccountId, AccountNumber, BillId, LedgerId, TransactionId};
use crate::money::Minor;
use crate::payments::PaymentMethod;

/// The four kinds of booking: the types that implement the contract's `TransactionType`.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransactionKind {
    /// Something the customer owes.
    Charge,
    /// Money from the customer.
    Payment,
    /// Money to the customer.
    Refund,
    /// Something the customer need not pay.
    Credit,
}

/// Net, tax and gross of a booking; see the module for the sign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// Without tax.
    pub net: Minor,
    /// The tax.
    pub tax: Minor,
    /// Net plus tax.
    pub gross: Minor,
}

impl Amounts {
    /// An amount without tax: payments and refunds.
    pub const fn untaxed(gross: Minor) -> Self {
        Self { net: gross, tax: Minor::ZERO, gross }
    }

    /// A gross amount of which `per_thousand` of the net is tax (200 for the French rate of 20 %).
    pub const fn taxed(gross: Minor, per_thousand: i64) -> Self {
        let net = Minor(gross.0 * 1000 / (1000 + per_thousand));
        Self { net, tax: Minor(gross.0 - net.0), gross }
    }
}

/// What a charge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ChargeSubject {
    /// Energy, with its standing charge.
    Energy,
    /// Water; France has none, the filter knows it.
    Water,
    /// A service or a fee.
    Other,
}

/// What a charge for energy was reckoned from: the contract's `Consumption`, in kWh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consumption {
    /// The first day.
    pub start_date: NaiveDate,
    /// The day after the last.
    pub end_date: NaiveDate,
    /// How much, in watt-hours.
    pub quantity_wh: i64,
    /// Cents of the charge that are for the energy.
    pub usage_cost: Minor,
    /// Cents of the charge that are for being supplied at all.
    pub supply_charge: Minor,
}

/// What only one kind of booking has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Of a charge.
    Charge {
        /// What it is for.
        subject: ChargeSubject,
        /// What it was reckoned from.
        consumption: Option<Consumption>,
    },
    /// Of a payment.
    Payment {
        /// How the money came.
        method: Option<PaymentMethod>,
        /// Whether the bank took it back later.
        is_late_failed: bool,
    },
    /// Of a refund.
    Refund,
    /// Of a credit.
    Credit,
}

impl Detail {
    /// The kind it belongs to.
    pub const fn kind(self) -> TransactionKind {
        match self {
            Self::Charge { .. } => TransactionKind::Charge,
            Self::Payment { .. } => TransactionKind::Payment,
            Self::Refund => TransactionKind::Refund,
            Self::Credit => TransactionKind::Credit,
        }
    }
}

/// A booking before it is booked: it has no id and no balance yet.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "the contract's own flags")]
pub struct Draft {
    /// Kind and what only that kind has.
    pub detail: Detail,
    /// How much.
    pub amounts: Amounts,
    /// The day under which it stands in the book.
    pub posted_date: NaiveDate,
    /// When it was entered.
    pub created_at: DateTime<Utc>,
    /// What the customer reads.
    pub title: String,
    /// What the staff reads.
    pub note: Option<String>,
    /// Why, as a code.
    pub reason_code: Option<String>,
    /// Whether it was taken back.
    pub is_reversed: bool,
    /// Whether it is kept off the next bill.
    pub is_held: bool,
    /// Whether the customer has been told.
    pub is_issued: bool,
    /// Whether a statement holds it.
    pub has_statement: bool,
    /// Whether it was taken over from an earlier system.
    pub is_imported: bool,
    /// The bill that shows it.
    pub billing_document: Option<BillId>,
}

/// A booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// Its id.
    pub id: TransactionId,
    /// The account.
    pub account_id: AccountId,
    /// The account's number.
    pub account_number: AccountNumber,
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The ledger's balance after this booking.
    pub balance_carried_forward: Minor,
    /// Everything it was drafted with.
    pub entry: Draft,
}

impl Transaction {
    /// Which kind it is.
    pub const fn kind(&self) -> TransactionKind {
        self.entry.detail.kind()
    }

    /// What the booking does to its ledger's balance. A reversed booking keeps its effect: what takes it
    /// back is a booking of its own.
    pub fn effect(&self) -> Minor {
        self.entry.effect()
    }
}

impl Draft {
    /// What the booking will do to its ledger's balance.
    pub fn effect(&self) -> Minor {
        -self.amounts.gross
    }
}

/// The contract's `TransactionTypeFilter`. Several of them mean *any of*.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TypeFilter {
    /// Charges for energy.
    EnergyCharges,
    /// Charges taken over from an earlier system.
    ImportedCharges,
    /// Credits taken over from an earlier system.
    ImportedCredits,
    /// Payments taken over from an earlier system.
    ImportedPayments,
    /// Refunds taken over from an earlier system.
    ImportedRepayments,
    /// Whatever the customer has not been told of.
    UnissuedTransactions,
    /// Charges for water.
    WaterCharges,
}

impl TypeFilter {
    /// Whether it lets a booking through. The store says the same in SQL, and a test compares the two.
    pub fn matches(self, entry: &Draft) -> bool {
        let charged_for =
            |wanted| matches!(entry.detail, Detail::Charge { subject, .. } if subject == wanted);
        let imported = |kind| entry.is_imported && entry.detail.kind() == kind;
        match self {
            Self::EnergyCharges => charged_for(ChargeSubject::Energy),
            Self::WaterCharges => charged_for(ChargeSubject::Water),
            Self::ImportedCharges => imported(TransactionKind::Charge),
            Self::ImportedCredits => imported(TransactionKind::Credit),
            Self::ImportedPayments => imported(TransactionKind::Payment),
            Self::ImportedRepayments => imported(TransactionKind::Refund),
            Self::UnissuedTransactions => !entry.is_issued,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_is_a_part_of_gross() {
        assert_eq!(
            Amounts::taxed(Minor(12000), 200),
            Amounts { net: Minor(10000), tax: Minor(2000), gross: Minor(12000) }
        );
        for gross in [-12001, -1, 0, 1, 5, 7, 9_999_999] {
            let amounts = Amounts::taxed(Minor(gross), 200);
            assert_eq!(amounts.net + amounts.tax, amounts.gross);
        }
    }
}
