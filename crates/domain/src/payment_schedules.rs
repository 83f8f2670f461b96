//! Payment schedules: when which amount is taken. The *mensualisation* is the regular one, the same amount on
//! the same day of each month, looked at anew once a year; the other takes what each bill says.

mod wish;

use chrono::{Datelike, Months, NaiveDate};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::dates;
use crate::errors::{Code, codes};
use crate::ids::{AccountId, LedgerId};
use crate::money::Minor;

pub use wish::ScheduleWish;

/// A payment schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentScheduleId(pub i64);

/// The values of the contract's `ScheduleTrigger` that this emulator gives out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ScheduleTrigger {
    /// A bill was issued: its amount is taken.
    Bill,
    /// The day has come: the schedule's own amount is taken.
    Regular,
}

/// A payment schedule of a ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentSchedule {
    /// Its id.
    pub id: PaymentScheduleId,
    /// Who pays.
    pub account_id: AccountId,
    /// For which ledger.
    pub ledger_id: LedgerId,
    /// What makes a payment due.
    pub trigger: ScheduleTrigger,
    /// How much is taken each month; 0 where bills say it.
    pub amount: Minor,
    /// On which day of the month, 1 to 28; `None` where bills say it.
    pub day: Option<u32>,
    /// The first day on which it is in force.
    pub valid_from: NaiveDate,
    /// The day from which on it no longer is.
    pub valid_to: Option<NaiveDate>,
}

/// Why a schedule was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// The day does not exist in each month.
    #[error("day {0} is not in each month: 1 to 28 are")]
    DayOutOfRange(i64),
    /// Nothing would be taken.
    #[error("{0} cents cannot be taken each month")]
    AmountNotPositive(i64),
    /// There is none to change.
    #[error("the account has no schedule")]
    NoneActive,
    /// The new one is the old one.
    #[error("nothing would change")]
    NothingNew,
    /// Trigger or amount strategy is none of ours.
    #[error("no such schedule is offered")]
    NotOffered,
}

impl ScheduleError {
    /// The code for the client.
    pub fn code(self) -> Code {
        match self {
            Self::NoneActive => codes::SCHEDULE_NOT_FOUND,
            Self::AmountNotPositive(_) => codes::SCHEDULE_AMOUNT_INVALID,
            Self::DayOutOfRange(_) => codes::PAYMENT_DAY_INVALID,
            Self::NothingNew => codes::SCHEDULE_UNCHANGED,
            Self::NotOffered => codes::SCHEDULE_NOT_CREATED,
        }
    }
}

/// No amount is taken above this, a million euros: an assumed bound that keeps sums far from overflow.
const MOST_CENTS: i64 = 100_000_000;
/// A schedule ends after as many months as an agreement has periods, so that no clock can make it endless.
const MOST_MONTHS: u32 = crate::billing::MAX_PERIODS;

impl PaymentSchedule {
    /// A regular schedule.
    pub fn regular(
        id: PaymentScheduleId,
        (account_id, ledger_id): (AccountId, LedgerId),
        amount_cents: i64,
        day: i64,
        valid_from: NaiveDate,
    ) -> Result<Self, ScheduleError> {
        let in_each_month = u32::try_from(day).ok().filter(|day| (1..=28).contains(day));
        let day = in_each_month.ok_or(ScheduleError::DayOutOfRange(day))?;
        if !(1..=MOST_CENTS).contains(&amount_cents) {
            return Err(ScheduleError::AmountNotPositive(amount_cents));
        }
        let amount = Minor(amount_cents);
        let trigger = ScheduleTrigger::Regular;
        Ok(Self { id, account_id, ledger_id, trigger, amount, day: Some(day), valid_from, valid_to: None })
    }

    /// A schedule that takes what each bill says.
    pub const fn by_bill(
        id: PaymentScheduleId,
        (account_id, ledger_id): (AccountId, LedgerId),
        valid_from: NaiveDate,
    ) -> Self {
        let trigger = ScheduleTrigger::Bill;
        Self {
            id,
            account_id,
            ledger_id,
            trigger,
            amount: Minor::ZERO,
            day: None,
            valid_from,
            valid_to: None,
        }
    }

    /// Whether it is in force on a day.
    pub fn is_active_on(&self, date: NaiveDate) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|end| date < end)
    }

    /// The first day on or after `date` on which it takes its amount.
    pub fn due_on_or_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        let from = date.max(self.valid_from);
        let this_month = dates::month_start(from).with_day(self.day?)?;
        let due =
            if this_month >= from { this_month } else { this_month.checked_add_months(Months::new(1))? };
        let last = self.valid_from.checked_add_months(Months::new(MOST_MONTHS))?;
        (due < last && self.is_active_on(due)).then_some(due)
    }

    /// The first day after `date` on which the amount is looked at anew: each year, on the day it began.
    pub fn review_after(&self, date: NaiveDate) -> Option<NaiveDate> {
        if self.trigger == ScheduleTrigger::Bill {
            return None;
        }
        let years = date.years_since(self.valid_from).unwrap_or(0);
        let day = self.valid_from.checked_add_months(Months::new((years + 1) * 12))?;
        // `years_since` counts 29 February only every fourth year: step on where it lags behind.
        let day = if day > date { day } else { day.checked_add_months(Months::new(12))? };
        (years * 12 < MOST_MONTHS && self.is_active_on(day)).then_some(day)
    }
}

/// The amount for the year to come: what was charged in the last `months` months spread over as many, and a
/// twelfth of the debt, rounded up to whole euros. Kraken's own rule is not known.
pub fn rebalanced(charged: Minor, months: u32, balance: Minor) -> Minor {
    let a_month = charged.cents().max(0) / i64::from(months.max(1));
    let cents = a_month - balance.cents() / 12;
    Minor((cents.max(1) + 99) / 100 * 100).min(Minor(MOST_CENTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn schedule(on: i64, from: &str) -> PaymentSchedule {
        let whose = (AccountId(1), LedgerId(1));
        PaymentSchedule::regular(PaymentScheduleId(1), whose, 8_000, on, day(from)).unwrap()
    }

    #[test]
    fn days_are_1_to_28() {
        let made = |on, amount| {
            let whose = (AccountId(1), LedgerId(1));
            PaymentSchedule::regular(PaymentScheduleId(1), whose, amount, on, day("2025-01-01")).err()
        };
        assert_eq!((made(1, 1), made(28, 1)), (None, None));
        for on in [0, 29, -1, i64::MAX] {
            assert_eq!(made(on, 100).map(|error| error.code().as_str()), Some("KT-CT-3960"), "{on}");
        }
        assert_eq!(made(1, 0).map(|error| error.code().as_str()), Some("KT-CT-3941"));
        assert_eq!(ScheduleError::NoneActive.code().as_str(), "KT-CT-3815");
        assert_eq!(ScheduleError::NothingNew.code().as_str(), "KT-CT-3962");
    }

    #[test]
    fn due_once_a_month() {
        let schedule = schedule(28, "2025-01-30");
        assert_eq!(schedule.due_on_or_after(day("2024-01-01")), Some(day("2025-02-28")));
        assert_eq!(schedule.due_on_or_after(day("2025-02-28")), Some(day("2025-02-28")));
        assert_eq!(schedule.due_on_or_after(day("2025-03-01")), Some(day("2025-03-28")));
        assert_eq!(schedule.due_on_or_after(NaiveDate::MAX), None);
        let ended = PaymentSchedule { valid_to: Some(day("2025-03-28")), ..schedule };
        assert_eq!(ended.due_on_or_after(day("2025-03-01")), None);
    }

    #[test]
    fn looked_at_each_year() {
        for (from, after, review) in [
            ("2025-01-30", "2025-01-30", "2026-01-30"),
            ("2025-01-30", "2026-01-29", "2026-01-30"),
            ("2025-01-30", "2026-01-30", "2027-01-30"),
            ("2024-02-29", "2024-02-29", "2025-02-28"),
            ("2024-02-29", "2025-02-28", "2026-02-28"),
            ("2024-02-29", "2028-02-28", "2028-02-29"),
        ] {
            assert_eq!(schedule(5, from).review_after(day(after)), Some(day(review)), "{from} {after}");
        }
    }

    #[test]
    fn the_new_amount_covers_use_and_debt() {
        let table =
            [((120_000, 12, 0), 10_000), ((120_000, 12, -12_000), 11_000), ((1, 12, 99_999_999), 100)];
        for ((charged, months, balance), amount) in table {
            assert_eq!(rebalanced(Minor(charged), months, Minor(balance)), Minor(amount));
        }
    }
}
