//! Ledgers: where the money of an account is booked.

use serde::Deserialize;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::errors::{Code, codes};
use crate::ids::{AccountId, LedgerId, LedgerNumber};
use crate::money::Minor;

/// What a ledger is for. The contract's `ledgerType` is text; these are the French values (kraken-facts 7.2).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LedgerType {
    /// Electricity.
    FraElectricityLedger,
    /// Gas.
    FraGasLedger,
    /// The *cagnotte*: bonus money that the customer may draw on.
    PotLedger,
    /// Money for solar power fed in.
    SolarWalletLedger,
}

impl LedgerType {
    /// Whether the ledger counts towards the account's balance. The pot and the wallet are savings: inferred
    /// from `creditStorage`, which shows the pot beside the account.
    pub const fn affects_account_balance(self) -> bool {
        matches!(self, Self::FraElectricityLedger | Self::FraGasLedger)
    }

    /// Whether the customer may pay into it.
    pub const fn accepts_payments(self) -> bool {
        matches!(self, Self::FraElectricityLedger | Self::FraGasLedger)
    }

    /// The name shown to customers, with the number of the meter point in brackets where there is one.
    pub fn display_name(self, meter_point: Option<&str>) -> String {
        let name = match self {
            Self::FraElectricityLedger => "Électricité",
            Self::FraGasLedger => "Gaz",
            Self::PotLedger => "Cagnotte",
            Self::SolarWalletLedger => "Portefeuille solaire",
        };
        meter_point.map_or_else(|| name.to_owned(), |number| format!("{name} ({number})"))
    }
}

/// A ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// Its id.
    pub id: LedgerId,
    /// The number on the letters.
    pub number: LedgerNumber,
    /// The account whose money it is.
    pub account_id: AccountId,
    /// What it is for.
    pub ledger_type: LedgerType,
    /// The name shown to customers.
    pub name: String,
    /// What is on it; positive means the customer is in credit. Always the sum of the transactions' effects.
    pub balance: Minor,
    /// Whether the customer may pay into it.
    pub accepts_payments: bool,
    /// Whether it counts towards the account's balance.
    pub affects_account_balance: bool,
}

impl Ledger {
    /// `amountOwedByCustomer`: the debt, 0 where there is none.
    pub fn amount_owed(&self) -> Minor {
        (-self.balance).max(Minor::ZERO)
    }
}

/// Whether an amount may be moved from a ledger to another. Errors: 9701 to itself, 9702 from one on which nothing is,
/// 9703 from a debt or (a guess) more than is there, 9704 nothing. That *account* in their texts means a ledger is a
/// guess too: otherwise an account's own ledgers could not trade.
pub fn check_transfer((from, balance): (LedgerId, Minor), to: LedgerId, amount: Minor) -> Result<(), Code> {
    if from == to {
        Err(codes::TRANSFER_TO_ITSELF)
    } else if amount <= Minor::ZERO {
        Err(codes::TRANSFER_OF_NOTHING)
    } else if balance == Minor::ZERO {
        Err(codes::TRANSFER_FROM_NOTHING)
    } else if balance < amount {
        Err(codes::TRANSFER_FROM_DEBT)
    } else {
        Ok(())
    }
}

/// Which of an account's ledgers is meant where none is named: the only one that takes payments. Errors: 3821 where
/// there are several. Assumed; Kraken's own rule is not known.
pub fn unnamed(ledgers: Vec<Ledger>) -> Result<Ledger, Code> {
    let mut payable = ledgers.into_iter().filter(|ledger| ledger.accepts_payments);
    match (payable.next(), payable.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(codes::LEDGER_NOT_NAMED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_credit_moves() {
        let moved = |balance, to, amount| {
            check_transfer((LedgerId(1), Minor(balance)), LedgerId(to), Minor(amount)).err()
        };
        assert_eq!((moved(100, 2, 100), moved(100, 2, 1)), (None, None));
        for ((balance, to, amount), code) in [
            ((100, 1, 1), codes::TRANSFER_TO_ITSELF),
            ((100, 2, 0), codes::TRANSFER_OF_NOTHING),
            ((100, 2, -1), codes::TRANSFER_OF_NOTHING),
            ((0, 2, 1), codes::TRANSFER_FROM_NOTHING),
            ((-1, 2, 1), codes::TRANSFER_FROM_DEBT),
            ((100, 2, 101), codes::TRANSFER_FROM_DEBT),
        ] {
            assert_eq!(moved(balance, to, amount), Some(code), "{balance} {to} {amount}");
        }
    }
}
