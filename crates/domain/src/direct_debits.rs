//! Direct debit mandates: the contract's `DirectDebitInstructionType`.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::errors::{KrakenError, codes};
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

/// An IBAN, without blanks and in capitals. Whether it is a valid one is checked where it enters
/// ([`Iban::try_new`]). It shows itself masked; only [`Iban::reveal`] gives it all.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Iban(String);

impl Iban {
    /// Takes an IBAN as people write it, with or without blanks, if country, length, form and check digits are
    /// right; `None` otherwise. The form of each country is the IBAN registry's, as `iban_validate` has it.
    pub fn try_new(text: &str) -> Option<Self> {
        let own = Self::from_checked(text);
        own.0.parse::<iban::Iban>().is_ok().then_some(own)
    }

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

    /// Whether it is for a ledger.
    pub fn serves(&self, ledger: LedgerId) -> bool {
        self.ledger_id.is_none_or(|own| own == ledger)
    }
}

/// The bank account that a customer names for a mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankDetails {
    /// Whose it is.
    pub holder: String,
    /// Which it is.
    pub iban: Iban,
}

impl BankDetails {
    /// Errors: 3940 without a holder or a good IBAN. The parts of other countries' account numbers do not help.
    pub fn check(holder: Option<&str>, iban: Option<&str>) -> Result<Self, KrakenError> {
        let refused =
            |member| KrakenError::at(codes::BANK_DETAILS_INVALID, &["input", "bankDetails", member]);
        let holder = holder.map(str::trim).filter(|holder| !holder.is_empty());
        let holder = holder.ok_or_else(|| refused("accountHolder"))?.to_owned();
        let iban = iban.and_then(Iban::try_new).ok_or_else(|| refused("iban"))?;
        Ok(Self { holder, iban })
    }
}

/// What a new mandate ends: every older one that is in force and whose ledgers all have a younger one. A mandate for
/// all ledgers so outlives a new one for one of them. Assumed.
pub fn replaced_by(
    new: &DirectDebitInstruction,
    known: &[DirectDebitInstruction],
    ledgers: &[LedgerId],
) -> Vec<DirectDebitInstruction> {
    let open: Vec<_> = known.iter().filter(|mandate| mandate.valid_to.is_none()).collect();
    let has_younger = |old: &DirectDebitInstruction, ledger: LedgerId| {
        let younger = |other: &&DirectDebitInstruction| other.id > old.id && other.serves(ledger);
        new.serves(ledger) || open.iter().any(younger)
    };
    let replaced = |old: &&&DirectDebitInstruction| {
        ledgers.iter().filter(|ledger| old.serves(**ledger)).all(|ledger| has_younger(old, *ledger))
    };
    let ended = |old: &&DirectDebitInstruction| DirectDebitInstruction {
        valid_to: Some(new.valid_from.max(old.valid_from)),
        ..(*old).clone()
    };
    open.iter().filter(replaced).map(ended).collect()
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

    #[test]
    fn an_iban_is_checked() {
        // Examples of the IBAN registry.
        for good in
            ["FR1420041010050500013M02606", "fr14 2004 1010 0505 0001 3M02 606", "DE89370400440532013000"]
        {
            assert!(Iban::try_new(good).is_some(), "{good}");
        }
        let long = "F".repeat(10_000);
        for bad in ["", "FR", "FR1520041010050500013M02606", "FR14200410100505", "XX00", "é", long.as_str()]
        {
            assert!(Iban::try_new(bad).is_none(), "{bad}");
        }
        let code = |holder, iban| BankDetails::check(holder, iban).err().map(|error| error.code());
        let iban = Some("FR1420041010050500013M02606");
        assert_eq!(code(Some("Flat Base"), iban), None);
        for (holder, iban) in [(None, iban), (Some("  "), iban), (Some("Flat Base"), None)] {
            assert_eq!(code(holder, iban), Some(codes::BANK_DETAILS_INVALID));
        }
    }

    #[test]
    fn a_new_mandate_ends_those_that_it_takes_the_place_of() {
        let mandate = |id, ledger: Option<i64>| DirectDebitInstruction {
            id: DirectDebitInstructionId(id),
            account_id: AccountId(1),
            ledger_id: ledger.map(LedgerId),
            account_holder: "Flat Base".to_owned(),
            iban: Iban::from_checked("FR1420041010050500013M02606"),
            status: InstructionStatus::Active,
            valid_from: DateTime::UNIX_EPOCH,
            valid_to: None,
        };
        let ended = |known: &[DirectDebitInstruction], new, ledgers: &[i64]| {
            let ledgers: Vec<_> = ledgers.iter().copied().map(LedgerId).collect();
            replaced_by(&new, known, &ledgers).iter().map(|old| old.id.0).collect::<Vec<_>>()
        };
        assert_eq!(ended(&[mandate(1, None)], mandate(2, Some(7)), &[7]), [1]);
        assert_eq!(ended(&[mandate(1, None)], mandate(2, Some(7)), &[7, 8]), [0; 0]);
        assert_eq!(ended(&[mandate(1, None), mandate(2, Some(7))], mandate(3, Some(8)), &[7, 8]), [1]);
        assert_eq!(ended(&[mandate(1, Some(7)), mandate(2, Some(8))], mandate(3, Some(7)), &[7, 8]), [1]);
    }
}
