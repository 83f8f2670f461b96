//! Bills and their lines.
//!
//! **What adds up:** a line's gross is its net plus its tax, a bill's amounts are the sums of its lines', and
//! the charge on the ledger has the bill's amounts. Lines are rounded ([`crate::tariffs::rounded`]), sums
//! never. Signs are those of transactions: what the customer owes is positive, what they are owed negative.

mod listing;

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::agreements::AgreementId;
use crate::calendars::ClassCode;
use crate::ids::{AccountId, BillId, LedgerId};
use crate::money::Minor;
use crate::tariffs::{Rate, rounded};
use crate::transactions::Amounts;

pub use listing::{BillFilter, BillOrder, Reversals, total_of};

/// The values of the contract's `BillTypeEnum` that this emulator gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum BillKind {
    /// An ordinary bill: what was booked on a ledger since the last.
    Statement,
    /// A bill for charges alone.
    Invoice,
    /// A bill in the customer's favour, as for solar power.
    CreditNote,
}

/// The contract's `AccountStatementStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum BillStatus {
    /// Its period still runs: a look ahead that nobody has been sent.
    Open,
    /// Issued.
    Closed,
}

/// What a line is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum LineKind {
    /// Being supplied at all.
    Standing {
        /// For so many days.
        days: i64,
        /// Cents a year.
        rate: Rate,
    },
    /// The CTA: a tax on the network's part of the standing charge.
    Cta {
        /// For so many days.
        days: i64,
        /// Cents a year.
        rate: Rate,
    },
    /// Energy of a temporal class.
    Energy {
        /// The code of the class.
        class: ClassCode,
        /// How much.
        energy_wh: i64,
        /// Cents a kWh.
        rate: Rate,
    },
    /// The accise: a tax on energy.
    Accise {
        /// On how much.
        energy_wh: i64,
        /// Cents a kWh.
        rate: Rate,
    },
    /// Energy that the customer fed in.
    FeedIn {
        /// The code of the temporal class.
        class: ClassCode,
        /// How much.
        energy_wh: i64,
        /// Cents a kWh.
        rate: Rate,
    },
}

impl LineKind {
    /// The amount before VAT: the line's one rounding.
    pub fn net(&self) -> Minor {
        match self {
            Self::Standing { days, rate } | Self::Cta { days, rate } => rate.for_days(*days),
            Self::Energy { energy_wh, rate, .. } | Self::Accise { energy_wh, rate } => {
                rate.for_energy(*energy_wh)
            }
            Self::FeedIn { energy_wh, rate, .. } => -rate.for_energy(*energy_wh),
        }
    }

    /// The energy that the line bills. The accise lies on energy that other lines bill: 0.
    pub const fn energy_billed_wh(&self) -> i64 {
        match self {
            Self::Energy { energy_wh, .. } | Self::FeedIn { energy_wh, .. } => *energy_wh,
            Self::Standing { .. } | Self::Cta { .. } | Self::Accise { .. } => 0,
        }
    }

    /// Whether it is for being supplied at all, rather than for what was used.
    pub const fn is_standing(&self) -> bool {
        matches!(self, Self::Standing { .. } | Self::Cta { .. })
    }

    /// What the customer reads.
    pub fn description(&self) -> String {
        match self {
            Self::Standing { .. } => "Abonnement".to_owned(),
            Self::Cta { .. } => "Contribution tarifaire d'acheminement (CTA)".to_owned(),
            Self::Energy { class, .. } => format!("Consommation {class}"),
            Self::Accise { .. } => "Accise".to_owned(),
            Self::FeedIn { class, .. } => format!("Injection {class}"),
        }
    }
}

/// A line of a bill. Days `from..to` all have the same price and the same taxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BillLine {
    /// What it is for.
    pub kind: LineKind,
    /// What the customer reads.
    pub description: String,
    /// Its first day.
    pub from: NaiveDate,
    /// The day after its last.
    pub to: NaiveDate,
    /// VAT, per thousand of the net: 200, 55, or 0 where there is none.
    pub vat_per_thousand: i64,
    /// Net, VAT and gross.
    pub amounts: Amounts,
}

impl BillLine {
    /// Reckons a line: the net rounded once, the VAT on it rounded once.
    pub fn new(kind: LineKind, from: NaiveDate, to: NaiveDate, vat_per_thousand: i64) -> Self {
        let net = kind.net();
        let tax = Minor(rounded(i128::from(net.cents()) * i128::from(vat_per_thousand), 1000));
        let description = kind.description();
        Self {
            kind,
            description,
            from,
            to,
            vat_per_thousand,
            amounts: Amounts { net, tax, gross: net + tax },
        }
    }
}

/// The sums of lines.
pub fn total<'a>(lines: impl IntoIterator<Item = &'a BillLine>) -> Amounts {
    lines.into_iter().fold(Amounts::default(), |sum, line| Amounts {
        net: sum.net + line.amounts.net,
        tax: sum.tax + line.amounts.tax,
        gross: sum.gross + line.amounts.gross,
    })
}

/// A bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Its id; fits into the 32 bits of the contract's `StatementBillingDocumentType.id`.
    pub id: BillId,
    /// The number on the paper: `identifier`.
    pub identifier: String,
    /// The account.
    pub account_id: AccountId,
    /// The ledger on which it is booked.
    pub ledger_id: LedgerId,
    /// The agreement that it bills.
    pub agreement_id: AgreementId,
    /// Which kind it is.
    pub kind: BillKind,
    /// Whether it is issued.
    pub status: BillStatus,
    /// Whether it is the last of its agreement.
    pub is_final: bool,
    /// The first day that it bills.
    pub from: NaiveDate,
    /// The day after the last.
    pub to: NaiveDate,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// On which day.
    pub issued_date: NaiveDate,
    /// By when it is to be paid.
    pub due_date: NaiveDate,
    /// Its lines, by day, then in the order of the paper.
    pub lines: Vec<BillLine>,
    /// The sums of the lines.
    pub amounts: Amounts,
    /// The closing balance of the ledger's bill before this one; 0 where there is none.
    pub opening_balance: Minor,
    /// The ledger's balance with this bill booked: what was booked in between lies between the two.
    pub closing_balance: Minor,
}

impl Bill {
    /// The energy that it bills.
    pub fn energy_wh(&self) -> i64 {
        self.lines.iter().map(|line| line.kind.energy_billed_wh()).sum()
    }

    /// On which day it was issued; none for an open statement.
    pub fn issued_on(&self) -> Option<NaiveDate> {
        (self.status == BillStatus::Closed).then_some(self.issued_date)
    }

    /// The last day that it bills: `toDate`, taken to be included (not documented).
    pub fn last_day(&self) -> NaiveDate {
        self.to.checked_sub_days(Days::new(1)).unwrap_or(self.to)
    }

    /// The sums by rate of VAT, as the paper shows them: rate per thousand and amounts, lowest rate first.
    pub fn vat_table(&self) -> Vec<(i64, Amounts)> {
        let mut rates: Vec<_> = self.lines.iter().map(|line| line.vat_per_thousand).collect();
        rates.sort_unstable();
        rates.dedup();
        let of = |rate| self.lines.iter().filter(move |line| line.vat_per_thousand == rate);
        rates.into_iter().map(|rate| (rate, total(of(rate)))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_rounded_once_for_net_and_once_for_tax() {
        let day = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        // 250 kWh at 12.94 cents are 3,235 cents; 20 % of them 647.
        let kind = LineKind::Energy { class: ClassCode::Base, energy_wh: 250_000, rate: Rate(129_400) };
        let line = BillLine::new(kind, day, day, 200);
        assert_eq!(line.amounts, Amounts { net: Minor(3_235), tax: Minor(647), gross: Minor(3_882) });
        let kind = LineKind::FeedIn { class: ClassCode::Base, energy_wh: 250_000, rate: Rate(60_000) };
        assert_eq!(BillLine::new(kind, day, day, 0).amounts, Amounts::untaxed(Minor(-1_500)));
    }
}
