//! Lists of bills: which are wanted, in which order, and what each of them comes to.

use std::cmp::Reverse;

use chrono::NaiveDate;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use super::{Bill, BillKind, BillStatus};
use crate::ids::LedgerId;
use crate::transactions::{Amounts, Transaction, TransactionKind};

/// Which bills are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BillFilter {
    /// Only those of this ledger.
    pub ledger: Option<LedgerId>,
    /// Only those whose first day is this one or later.
    pub from: Option<NaiveDate>,
    /// Only those whose last day is this one or earlier.
    pub to: Option<NaiveDate>,
    /// Only those issued on this day or later.
    pub issued_from: Option<NaiveDate>,
    /// Only those issued on this day or earlier.
    pub issued_to: Option<NaiveDate>,
}

impl BillFilter {
    /// Whether it lets a bill through. An open statement was issued on no day.
    pub fn matches(&self, bill: &Bill) -> bool {
        let issued = bill.issued_on();
        self.ledger.is_none_or(|ledger| bill.ledger_id == ledger)
            && self.from.is_none_or(|from| from <= bill.from)
            && self.to.is_none_or(|to| bill.last_day() <= to)
            && self.issued_from.is_none_or(|from| issued.is_some_and(|issued| from <= issued))
            && self.issued_to.is_none_or(|to| issued.is_some_and(|issued| issued <= to))
    }
}

/// The contract's `BillsOrderBy`.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum BillOrder {
    /// By the first day, latest first.
    #[default]
    FromDateDesc,
    /// By the instant of issue, latest first; what is not issued yet comes first of all.
    IssuedDateDesc,
}

impl BillOrder {
    /// Puts bills into this order. Bills of the same day stand as they were issued, latest first.
    pub fn sort(self, bills: &mut [Bill]) {
        bills.sort_by_key(|bill| Reverse((bill.status == BillStatus::Open, bill.issued_at, bill.id)));
        if self == Self::FromDateDesc {
            bills.sort_by_key(|bill| Reverse(bill.from));
        }
    }
}

/// The contract's `StatementReversalsAfterClose`: how many of a bill's charges were taken back since.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Reversals {
    /// All of them.
    All,
    /// None of them.
    None,
    /// It is not closed.
    NotClosed,
    /// Some of them.
    Some,
}

impl Reversals {
    /// What became of the charges among a bill's bookings.
    pub fn of(bill: &Bill, entries: &[Transaction]) -> Self {
        if bill.status == BillStatus::Open {
            return Self::NotClosed;
        }
        let charges = || entries.iter().filter(|entry| entry.kind() == TransactionKind::Charge);
        match charges().filter(|charge| charge.entry.is_reversed).count() {
            0 => Self::None,
            reversed if reversed == charges().count() => Self::All,
            _ => Self::Some,
        }
    }
}

/// What a bill's bookings of one kind come to, with the sign of transactions: credits and payments are negative. Of an
/// open statement the lines count too, which nobody has booked yet.
pub fn total_of(bill: &Bill, entries: &[Transaction], kind: TransactionKind) -> Amounts {
    let lines = match bill.kind {
        BillKind::CreditNote => TransactionKind::Credit,
        BillKind::Statement | BillKind::Invoice => TransactionKind::Charge,
    };
    let unbooked = (bill.status == BillStatus::Open && lines == kind).then_some(bill.amounts);
    let booked = entries.iter().filter(|entry| entry.kind() == kind).map(|entry| entry.entry.amounts);
    unbooked.into_iter().chain(booked).fold(Amounts::default(), |sum, amounts| Amounts {
        net: sum.net + amounts.net,
        tax: sum.tax + amounts.tax,
        gross: sum.gross + amounts.gross,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveTime, TimeDelta};

    use super::*;
    use crate::agreements::AgreementId;
    use crate::ids::{AccountId, BillId};
    use crate::money::Minor;

    fn bill(id: i64, from: &str, issued: &str, status: BillStatus) -> Bill {
        let (from, issued_date): (NaiveDate, NaiveDate) = (from.parse().unwrap(), issued.parse().unwrap());
        Bill {
            id: BillId(id),
            identifier: String::new(),
            account_id: AccountId(1),
            ledger_id: LedgerId(id % 2),
            agreement_id: AgreementId(1),
            kind: BillKind::Statement,
            status,
            is_final: false,
            from,
            to: from + TimeDelta::days(30),
            issued_at: issued_date.and_time(NaiveTime::MIN).and_utc(),
            issued_date,
            due_date: issued_date,
            lines: Vec::new(),
            amounts: Amounts::untaxed(Minor(100)),
            opening_balance: Minor::ZERO,
            closing_balance: Minor(-100),
        }
    }

    fn bills() -> Vec<Bill> {
        vec![
            bill(1, "2025-01-01", "2025-02-03", BillStatus::Closed),
            bill(2, "2025-01-31", "2025-03-05", BillStatus::Closed),
            bill(3, "2025-02-10", "2025-03-01", BillStatus::Closed),
            bill(4, "2025-02-05", "2025-02-20", BillStatus::Open),
        ]
    }

    #[test]
    fn orders() {
        let ids = |order: BillOrder| {
            let mut bills = bills();
            order.sort(&mut bills);
            bills.iter().map(|bill| bill.id.get()).collect::<Vec<_>>()
        };
        assert_eq!(ids(BillOrder::FromDateDesc), [3, 4, 2, 1]);
        assert_eq!(ids(BillOrder::IssuedDateDesc), [4, 2, 3, 1]);
    }

    #[test]
    fn filters() {
        let day = |text: &str| Some(text.parse().unwrap());
        let none = BillFilter::default();
        for (filter, wanted) in [
            (none, vec![1, 2, 3, 4]),
            (BillFilter { ledger: Some(LedgerId(1)), ..none }, vec![1, 3]),
            (BillFilter { from: day("2025-01-31"), ..none }, vec![2, 3, 4]),
            // The last day counts as part of the bill.
            (BillFilter { to: day("2025-01-30"), ..none }, vec![1]),
            (BillFilter { to: day("2025-01-29"), ..none }, vec![]),
            (BillFilter { issued_from: day("2025-03-01"), ..none }, vec![2, 3]),
            (BillFilter { issued_to: day("2025-03-01"), ..none }, vec![1, 3]),
        ] {
            let found: Vec<i64> =
                bills().iter().filter(|bill| filter.matches(bill)).map(|bill| bill.id.get()).collect();
            assert_eq!(found, wanted, "{filter:?}");
        }
    }

    #[test]
    fn an_open_statement_counts_its_lines() {
        let mut bill = bill(1, "2025-01-01", "2025-02-03", BillStatus::Open);
        let charged = |bill: &Bill| total_of(bill, &[], TransactionKind::Charge).gross;
        assert_eq!((charged(&bill), Reversals::of(&bill, &[])), (Minor(100), Reversals::NotClosed));
        bill.status = BillStatus::Closed;
        assert_eq!((charged(&bill), Reversals::of(&bill, &[])), (Minor::ZERO, Reversals::None));
    }
}
