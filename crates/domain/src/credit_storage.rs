//! The pot (`creditStorage`): money that the customer has saved and may have used for an open amount. The contract has
//! outcomes and states as texts and says nothing of their values or of the rules: all of both is guessed.

use chrono::NaiveDate;
use strum::{Display, IntoStaticStr};

use crate::billing::Forecast;
use crate::ledgers::{Ledger, LedgerType};
use crate::money::Minor;

/// Whether the pot may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum EligibilityOutcome {
    /// It may.
    Eligible,
    /// There is nothing on the pot.
    InsufficientFunds,
    /// Nothing is open: neither a debt nor a payment to come.
    NothingToPay,
}

/// Whether the pot may be used for a ledger, and for how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eligibility {
    /// The ledger.
    pub ledger: Ledger,
    /// Whether it may.
    pub outcome: EligibilityOutcome,
    /// What is open: what is owed, or the next payment where that is more.
    pub open: Minor,
    /// When the next payment is expected.
    pub expected_on: Option<NaiveDate>,
}

/// What became of a request to use the pot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestStatus {
    /// The money has moved.
    Accepted,
    /// It has not.
    Rejected,
}

/// For which ledgers the pot may be used: those that accept payments. `expected` is by date.
pub fn eligibilities(pot: &Ledger, ledgers: &[Ledger], expected: &[Forecast]) -> Vec<Eligibility> {
    let accepting = ledgers.iter().filter(|ledger| ledger.accepts_payments);
    let eligibility = |ledger: &Ledger| {
        let next = expected.iter().find(|payment| payment.ledger == ledger.id);
        let open = ledger.amount_owed().max(next.map_or(Minor::ZERO, |payment| payment.amount));
        let outcome = match () {
            () if pot.balance <= Minor::ZERO => EligibilityOutcome::InsufficientFunds,
            () if open == Minor::ZERO => EligibilityOutcome::NothingToPay,
            () => EligibilityOutcome::Eligible,
        };
        Eligibility { ledger: ledger.clone(), outcome, open, expected_on: next.map(|payment| payment.date) }
    };
    accepting.map(eligibility).collect()
}

/// The outcome over all ledgers: whether the pot may be used at all.
pub fn overall(each: &[Eligibility]) -> EligibilityOutcome {
    let has = |wanted| each.iter().any(|one| one.outcome == wanted);
    let first = [EligibilityOutcome::Eligible, EligibilityOutcome::InsufficientFunds].into_iter();
    first.into_iter().find(|outcome| has(*outcome)).unwrap_or(EligibilityOutcome::NothingToPay)
}

/// What becomes of a request for an amount: the pot must have it, and it must be open.
pub fn decide(pot: &Ledger, target: &Eligibility, requested: Minor) -> RequestStatus {
    let is_there = requested > Minor::ZERO && requested <= pot.balance;
    if target.outcome == EligibilityOutcome::Eligible && is_there && requested <= target.open {
        RequestStatus::Accepted
    } else {
        RequestStatus::Rejected
    }
}

/// The account's pot.
pub fn pot(ledgers: &[Ledger]) -> Option<&Ledger> {
    ledgers.iter().find(|ledger| ledger.ledger_type == LedgerType::PotLedger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AccountId, LedgerId, LedgerNumber};

    fn ledger(id: i64, ledger_type: LedgerType, balance: i64) -> Ledger {
        Ledger {
            id: LedgerId(id),
            number: LedgerNumber::try_new(format!("L-{id:09}A")).unwrap(),
            account_id: AccountId(1),
            ledger_type,
            name: ledger_type.display_name(None),
            balance: Minor(balance),
            accepts_payments: ledger_type.accepts_payments(),
            affects_account_balance: ledger_type.affects_account_balance(),
        }
    }

    #[test]
    fn the_pot_pays_what_is_open_and_no_more() {
        let expected = [Forecast {
            ledger: LedgerId(2),
            date: "2026-02-05".parse().unwrap(),
            amount: Minor(9_800),
            number: 1,
            is_direct_debit: true,
        }];
        let ledgers = |pot: i64| {
            vec![
                ledger(1, LedgerType::PotLedger, pot),
                ledger(2, LedgerType::FraElectricityLedger, -500),
                ledger(3, LedgerType::FraGasLedger, 500),
            ]
        };
        let full = ledgers(4_000);
        let found = eligibilities(pot(&full).unwrap(), &full, &expected);
        let told: Vec<_> = found.iter().map(|one| (one.outcome.into(), one.open.cents())).collect();
        assert_eq!(told, [("ELIGIBLE", 9_800), ("NOTHING_TO_PAY", 0)]);
        assert_eq!(overall(&found), EligibilityOutcome::Eligible);
        let decided = |target: usize, amount| decide(&full[0], &found[target], Minor(amount));
        for (target, amount, accepted) in [
            (0, 1, true),
            (0, 4_000, true),
            (0, 4_001, false),
            (0, 0, false),
            (0, -1, false),
            (1, 100, false),
        ] {
            assert_eq!(decided(target, amount) == RequestStatus::Accepted, accepted, "{target} {amount}");
        }
        let empty = ledgers(0);
        let found = eligibilities(pot(&empty).unwrap(), &empty, &expected);
        assert_eq!(overall(&found), EligibilityOutcome::InsufficientFunds);
        assert_eq!(overall(&[]), EligibilityOutcome::NothingToPay);
    }
}
