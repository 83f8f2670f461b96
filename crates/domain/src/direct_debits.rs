//! Direct debit mandates: the contract's `DirectDebitInstructionType`.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::ids::{AccountId, LedgerId};

/// A mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DirectDebitInstructionId(pub i64);

/// The contract's `DirectDebitInstructionStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum InstructionStatus {
    /// The bank knows it.
    Active,
    /// The bank refused it.
    Failed,
    /// The bank has not answered yet.
    Provisional,
}

/// An IBAN, without blanks and in capitals. Whether it is a valid one is checked where it enters, by a crate
/// that knows the form of each country. It shows itself masked; only [`Iban::reveal`] gives it all.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Iban(String);

impl Iban {
    /// Takes an IBAN that was checked.
    pub fn from_checked(text: &str) -> Self {
        Self(text.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_uppercase()).collect())
    }

    /// All of it; for the store and the bank only.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Country, check digits and the last three: `FR76 **** 189`. The form of Kraken's mask is not known.
    pub fn masked(&self) -> String {
        let count = self.0.chars().count();
        if count < 8 {
            return "****".to_owned();
        }
        let head: String = self.0.chars().take(4).collect();
        let tail: String = self.0.chars().skip(count - 3).collect();
        format!("{head} **** {tail}")
    }
}

impl fmt::Debug for Iban {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Iban({})", self.masked())
    }
}

/// A mandate to take money from a bank account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectDebitInstruction {
    /// Its id.
    pub id: DirectDebitInstructionId,
    /// Who gave it.
    pub account_id: AccountId,
    /// For one ledger; `None` for all of the account's.
    pub ledger_id: Option<LedgerId>,
    /// Whose bank account it is.
    pub account_holder: String,
    /// Which bank account it is.
    pub iban: Iban,
    /// What the bank says.
    pub status: InstructionStatus,
    /// From when on it may be used.
    pub valid_from: DateTime<Utc>,
    /// Until when; another one has taken its place since.
    pub valid_to: Option<DateTime<Utc>>,
}

impl DirectDebitInstruction {
    /// `instructionType`: text in the contract, the value is guessed.
    pub const TYPE: &'static str = "DIRECT_DEBIT";

    /// Whether money may be taken with it at `instant`.
    pub fn is_usable_at(&self, instant: DateTime<Utc>) -> bool {
        self.status == InstructionStatus::Active
            && self.valid_from <= instant
            && self.valid_to.is_none_or(|end| instant < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_iban_hides_itself() {
        // An example from the IBAN registry.
        let iban = Iban::from_checked("fr14 2004 1010 0505 0001 3M02 606");
        assert_eq!(iban.reveal(), "FR1420041010050500013M02606");
        assert_eq!(iban.masked(), "FR14 **** 606");
        assert_eq!(format!("{iban:?}"), "Iban(FR14 **** 606)");
        assert_eq!(Iban::from_checked("123").masked(), "****");
    }
}
