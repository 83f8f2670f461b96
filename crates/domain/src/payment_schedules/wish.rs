//! What a customer wants of a schedule, and what becomes of it.

use chrono::NaiveDate;

use super::{PaymentSchedule, PaymentScheduleId, ScheduleError, ScheduleTrigger};
use crate::ids::{AccountId, LedgerId};

/// What a customer wants of a schedule. What is left out stays as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScheduleWish<'a> {
    /// A value of the contract's `ScheduleTrigger`.
    pub trigger: Option<&'a str>,
    /// A value of the contract's `AmountStrategy`.
    pub strategy: Option<&'a str>,
    /// How much each month, in cents.
    pub amount_cents: Option<i64>,
    /// On which day of the month.
    pub day: Option<i64>,
}

impl ScheduleWish<'_> {
    /// The new schedule, from `today` on; `active` is the one that it takes the place of. Which wish meets which
    /// refusal is a guess: the codes are Kraken's, its rules are not known.
    pub fn schedule(
        self,
        id: PaymentScheduleId,
        whose: (AccountId, LedgerId),
        active: Option<&PaymentSchedule>,
        today: NaiveDate,
    ) -> Result<PaymentSchedule, ScheduleError> {
        match (self.trigger, self.strategy) {
            (None | Some("REGULAR"), None | Some("FIXED")) => self.regular(id, whose, active, today),
            (Some("BILL"), None | Some("BILL" | "BALANCE")) | (None, Some("BILL")) => {
                if let Some(amount) = self.amount_cents {
                    return Err(ScheduleError::AmountNotPositive(amount));
                }
                if let Some(day) = self.day {
                    return Err(ScheduleError::DayOutOfRange(day));
                }
                if active.is_some_and(|active| active.trigger == ScheduleTrigger::Bill) {
                    return Err(ScheduleError::NothingNew);
                }
                Ok(PaymentSchedule::by_bill(id, whose, today))
            }
            _ => Err(ScheduleError::NotOffered),
        }
    }

    fn regular(
        self,
        id: PaymentScheduleId,
        whose: (AccountId, LedgerId),
        active: Option<&PaymentSchedule>,
        today: NaiveDate,
    ) -> Result<PaymentSchedule, ScheduleError> {
        let old = active.filter(|active| active.trigger == ScheduleTrigger::Regular);
        if self.amount_cents.is_none() && self.day.is_none() && (old.is_some() || self.trigger.is_none()) {
            return Err(ScheduleError::NothingNew);
        }
        let amount = self.amount_cents.or(old.map(|old| old.amount.cents()));
        let amount = amount.ok_or(ScheduleError::NoneActive)?;
        let day = self.day.or(old.and_then(|old| old.day).map(i64::from));
        let day = day.ok_or(ScheduleError::NoneActive)?;
        let new = PaymentSchedule::regular(id, whose, amount, day, today)?;
        if old.is_some_and(|old| (old.amount, old.day) == (new.amount, new.day)) {
            return Err(ScheduleError::NothingNew);
        }
        Ok(new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOSE: (AccountId, LedgerId) = (AccountId(1), LedgerId(1));

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_wish_becomes_a_schedule() {
        let active =
            PaymentSchedule::regular(PaymentScheduleId(1), WHOSE, 8_000, 5, day("2025-01-01")).unwrap();
        let by_bill = PaymentSchedule::by_bill(PaymentScheduleId(1), WHOSE, active.valid_from);
        let made = |wish: ScheduleWish<'_>, active: Option<&PaymentSchedule>| {
            let made = wish.schedule(PaymentScheduleId(2), WHOSE, active, day("2026-01-15"));
            made.map(|made| (made.trigger, made.amount.cents(), made.day))
                .map_err(|error| error.code().as_str())
        };
        let amount = |cents| ScheduleWish { amount_cents: Some(cents), ..ScheduleWish::default() };
        let on = |day| ScheduleWish { day: Some(day), ..ScheduleWish::default() };
        let bill = ScheduleWish { trigger: Some("BILL"), ..ScheduleWish::default() };
        let regular = ScheduleWish { trigger: Some("REGULAR"), ..ScheduleWish::default() };
        let nothing = ScheduleWish::default();
        assert_eq!(made(amount(9_000), Some(&active)), Ok((ScheduleTrigger::Regular, 9_000, Some(5))));
        assert_eq!(made(on(28), Some(&active)), Ok((ScheduleTrigger::Regular, 8_000, Some(28))));
        assert_eq!(made(bill, Some(&active)), Ok((ScheduleTrigger::Bill, 0, None)));
        let both = ScheduleWish { day: Some(3), ..amount(100) };
        assert_eq!(made(both, Some(&by_bill)), Ok((ScheduleTrigger::Regular, 100, Some(3))));
        for (wish, active, code) in [
            (nothing, Some(&active), "KT-CT-3962"),
            (nothing, None, "KT-CT-3962"),
            (amount(8_000), Some(&active), "KT-CT-3962"),
            (bill, Some(&by_bill), "KT-CT-3962"),
            (regular, None, "KT-CT-3815"),
            (amount(9_000), Some(&by_bill), "KT-CT-3815"),
            (on(3), None, "KT-CT-3815"),
            (amount(0), Some(&active), "KT-CT-3941"),
            (on(29), Some(&active), "KT-CT-3960"),
            (ScheduleWish { amount_cents: Some(1), ..bill }, Some(&active), "KT-CT-3941"),
            (ScheduleWish { trigger: Some("PLAN"), ..both }, Some(&active), "KT-CT-3947"),
            (ScheduleWish { strategy: Some("BALANCE"), ..both }, Some(&active), "KT-CT-3947"),
        ] {
            assert_eq!(made(wish, active), Err(code), "{wish:?}");
        }
    }
}
