//! Agreements: which product supplies which meter point, from when until when, and what may change that.
//!
//! Agreements run in whole French days: one that begins or ends during a day owns that day, or leaves it, as
//! a whole. So two that follow each other on one instant never share a day and never leave one out.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};

use crate::dates;
use crate::errors::{Code, codes};
use crate::ids::{AccountId, LedgerId};
use crate::supply_points::SupplyPointId;
use crate::tariffs::Product;

/// An agreement. The contract's `SupplyAgreementInterface.id` is a 32-bit `Int`, and bills' ids are made
/// from it: keep it below [`AgreementId::END`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AgreementId(pub i64);

impl AgreementId {
    /// Ids begin at 1 and stay below this: `i32::MAX` divided by the bills that one agreement may have.
    pub const END: i64 = i32::MAX as i64 / crate::billing::MAX_PERIODS as i64;

    /// The number itself.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for AgreementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AgreementId {
    type Err = ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// An agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Its id.
    pub id: AgreementId,
    /// Who agreed to it.
    pub account_id: AccountId,
    /// What it supplies.
    pub supply_point_id: SupplyPointId,
    /// The code of what it sells.
    pub product_code: String,
    /// The number on the contract.
    pub supply_contract_number: String,
    /// When it begins.
    pub valid_from: DateTime<Utc>,
    /// When it ends, if that is known; excluded.
    pub valid_to: Option<DateTime<Utc>>,
    /// How many months a bill is for: `billingFrequency`, 12 was seen (kraken-facts 7.2).
    pub billing_frequency_months: u32,
    /// The ledger on which its bills are booked.
    pub charging_ledger: LedgerId,
}

impl Agreement {
    /// Its first day.
    pub fn first_day(&self) -> NaiveDate {
        dates::paris_date(self.valid_from)
    }

    /// The day after its last, where it ends.
    pub fn end_day(&self) -> Option<NaiveDate> {
        self.valid_to.map(dates::paris_date)
    }

    /// `agreements(activeAt:)`.
    pub fn active_at(&self, instant: DateTime<Utc>) -> bool {
        self.valid_from <= instant && self.valid_to.is_none_or(|end| instant < end)
    }

    /// Whether it supplies on a day.
    pub fn covers(&self, date: NaiveDate) -> bool {
        self.first_day() <= date && self.end_day().is_none_or(|end| date < end)
    }

    /// Of the days on which it supplies, the one nearest to a day.
    pub fn nearest_day(&self, date: NaiveDate) -> NaiveDate {
        let last = self.end_day().and_then(|end| end.pred_opt()).unwrap_or(NaiveDate::MAX);
        date.min(last).max(self.first_day())
    }

    /// Whether two agreements would supply the same point at some time.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ends_before = |one: &Self, start| one.valid_to.is_some_and(|end| end <= start);
        self.supply_point_id == other.supply_point_id
            && !ends_before(self, other.valid_from)
            && !ends_before(other, self.valid_from)
    }

    /// Until when the customer may withdraw from it: 14 days, as French law gives for distance contracts
    /// (code de la consommation, L221-18). Reckoned from its beginning, which is assumed.
    pub fn rescission_deadline(&self) -> DateTime<Utc> {
        let last = self.first_day().checked_add_days(Days::new(14)).unwrap_or(NaiveDate::MAX);
        dates::paris_instant(last, NaiveTime::MIN)
    }

    /// `canRescindAgreement`: whether the customer may still withdraw from it. What has ended cannot be withdrawn from.
    pub fn can_be_rescinded(&self, now: DateTime<Utc>) -> bool {
        now < self.rescission_deadline() && self.valid_to.is_none_or(|end| now < end)
    }
}

/// Why an agreement stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementError {
    /// There is none that the caller may see.
    #[error("no such agreement")]
    NotFound,
    /// It would end before it begins, or at once.
    #[error("it would end on or before {0}, its first day")]
    EndsBeforeItBegins(NaiveDate),
    /// It has come to its end.
    #[error("it ended on {0}")]
    HasEnded(NaiveDate),
    /// Energy after the new end is billed already.
    #[error("it is billed until {0}")]
    IsBilled(NaiveDate),
    /// The day of the switch is too early or too late.
    #[error("{0} is no day on which the product can be switched")]
    SwitchDayOutOfRange(NaiveDate),
    /// The new product does not fit: it is the old one, for another market, or no longer sold.
    #[error("the product cannot be switched to")]
    ProductDoesNotFit,
    /// There is another agreement for the same time.
    #[error("agreement {0} supplies the same point at the same time")]
    Overlaps(AgreementId),
    /// The agreement cannot be made for another reason.
    #[error("an agreement bills every 1 to 12 months")]
    FrequencyOutOfRange,
}

impl AgreementError {
    /// The code for the client.
    pub fn code(self) -> Code {
        match self {
            Self::NotFound => codes::AGREEMENT_NOT_FOUND,
            Self::SwitchDayOutOfRange(_) => codes::PRODUCT_SWITCH_DATE_INVALID,
            Self::FrequencyOutOfRange => codes::AGREEMENT_NOT_CREATED,
            Self::Overlaps(_) => codes::AGREEMENT_OVERLAPS,
            Self::EndsBeforeItBegins(_) | Self::HasEnded(_) | Self::IsBilled(_) => {
                codes::AGREEMENT_NOT_TERMINATED
            }
            Self::ProductDoesNotFit => codes::PRODUCT_SWITCH_INVALID,
        }
    }
}

/// Refuses an agreement that cannot stand beside those that there are.
pub fn check_new(agreement: &Agreement, existing: &[Agreement]) -> Result<(), AgreementError> {
    if !(1..=12).contains(&agreement.billing_frequency_months) {
        return Err(AgreementError::FrequencyOutOfRange);
    }
    if agreement.valid_to.is_some_and(|end| end <= agreement.valid_from) {
        return Err(AgreementError::EndsBeforeItBegins(agreement.first_day()));
    }
    let other = existing.iter().find(|other| other.id != agreement.id && other.overlaps(agreement));
    other.map_or(Ok(()), |other| Err(AgreementError::Overlaps(other.id)))
}

/// Ends an agreement. `billed_to` is the day up to which it is billed (excluded): what is billed stands, so an
/// end before it is refused. The end may lie in the past as far as that, or in the future.
pub fn terminate(
    agreement: &Agreement,
    at: DateTime<Utc>,
    billed_to: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Agreement, AgreementError> {
    let day = dates::paris_date(at);
    if let Some(end) = agreement.valid_to
        && end <= now
    {
        return Err(AgreementError::HasEnded(dates::paris_date(end)));
    }
    if day <= agreement.first_day() {
        return Err(AgreementError::EndsBeforeItBegins(agreement.first_day()));
    }
    if let Some(billed_to) = billed_to
        && day < billed_to
    {
        return Err(AgreementError::IsBilled(billed_to));
    }
    Ok(Agreement { valid_to: Some(at), ..agreement.clone() })
}

/// How far ahead a product may be switched, in days: the default of `availableProductSwitchDates(maxRange:)`.
pub const SWITCH_RANGE_DAYS: u64 = 365;

/// The days on which an agreement's product may be switched: from tomorrow on (assumed), while it lasts.
pub fn switch_days(agreement: &Agreement, today: NaiveDate, range_days: u64) -> Vec<NaiveDate> {
    let from = today.max(agreement.first_day());
    let days = (1..=range_days).map_while(|ahead| from.checked_add_days(Days::new(ahead)));
    let days = days.filter(|&day| day <= today.checked_add_days(Days::new(range_days)).unwrap_or(day));
    days.filter(|&day| agreement.covers(day)).collect()
}

/// What a product switch makes: the old agreement with its end, and the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switch {
    /// The old agreement, which ends on the day of the switch.
    pub old: Agreement,
    /// The new agreement, which begins on it.
    pub new: Agreement,
}

/// Whether a product may take another's place today: it is another, of the same kind, and sold.
pub fn may_follow(from: &Product, to: &Product, today: NaiveDate) -> bool {
    from.code != to.code
        && from.market == to.market
        && from.direction == to.direction
        && to.is_available_on(today)
}

/// Switches the product of an agreement on a day. The new agreement keeps ledger, contract number, billing
/// frequency and end; `new_id` is its own.
pub fn switch(
    agreement: &Agreement,
    (from, to): (&Product, &Product),
    on: NaiveDate,
    today: NaiveDate,
    new_id: AgreementId,
) -> Result<Switch, AgreementError> {
    if !may_follow(from, to, today) {
        return Err(AgreementError::ProductDoesNotFit);
    }
    if !switch_days(agreement, today, SWITCH_RANGE_DAYS).contains(&on) {
        return Err(AgreementError::SwitchDayOutOfRange(on));
    }
    let at = dates::paris_instant(on, NaiveTime::MIN);
    let old = Agreement { valid_to: Some(at), ..agreement.clone() };
    let new = Agreement { id: new_id, product_code: to.code.clone(), valid_from: at, ..agreement.clone() };
    Ok(Switch { old, new })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tariffs::Tariffs;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn agreement(from: &str, to: Option<&str>) -> Agreement {
        Agreement {
            id: AgreementId(1),
            account_id: AccountId(1),
            supply_point_id: SupplyPointId(1),
            product_code: "OCTO_FIXE_BASE_1_V2".into(),
            supply_contract_number: "C-1".into(),
            valid_from: at(from),
            valid_to: to.map(at),
            billing_frequency_months: 1,
            charging_ledger: LedgerId(1),
        }
    }

    #[test]
    fn active_from_its_first_instant_to_before_its_last() {
        let agreement = agreement("2025-01-01T00:00:00Z", Some("2025-06-01T00:00:00Z"));
        assert!(agreement.active_at(at("2025-01-01T00:00:00Z")));
        assert!(!agreement.active_at(at("2025-06-01T00:00:00Z")));
        assert!(!agreement.active_at(at("2024-12-31T23:59:59Z")));
    }

    #[test]
    fn days_belong_to_the_later_agreement() {
        // Eleven at night in London is midnight in Paris: the first is of a day that has just begun.
        let old = agreement("2025-01-01T00:00:00Z", Some("2025-06-10T12:00:00Z"));
        let new = agreement("2025-06-10T12:00:00Z", None);
        assert!(!old.covers(day("2025-06-10")) && new.covers(day("2025-06-10")));
        assert!(!old.overlaps(&new) && !new.overlaps(&old) && old.overlaps(&old));
    }

    #[test]
    fn who_has_just_begun_may_withdraw() {
        // Midnight in France.
        let there = agreement("2025-01-01T23:00:00Z", None);
        assert!(there.can_be_rescinded(at("2025-01-15T22:59:59Z")));
        assert!(!there.can_be_rescinded(at("2025-01-15T23:00:00Z")));
        let ended = agreement("2025-01-01T23:00:00Z", Some("2025-01-05T23:00:00Z"));
        assert!(!ended.can_be_rescinded(at("2025-01-06T12:00:00Z")));
    }

    #[test]
    fn the_nearest_day_is_one_of_its_own() {
        let ended = agreement("2025-01-01T23:00:00Z", Some("2025-06-30T22:00:00Z"));
        let table = [
            ("2024-12-31", "2025-01-02"),
            ("2025-03-04", "2025-03-04"),
            ("2025-07-01", "2025-06-30"),
            ("2026-01-01", "2025-06-30"),
        ];
        for (asked, nearest) in table {
            assert_eq!(ended.nearest_day(day(asked)), day(nearest));
        }
    }

    #[test]
    fn an_overlap_is_refused() {
        let there = agreement("2025-01-01T00:00:00Z", None);
        let mut new = agreement("2026-01-01T00:00:00Z", None);
        new.id = AgreementId(2);
        assert_eq!(
            check_new(&new, std::slice::from_ref(&there)),
            Err(AgreementError::Overlaps(AgreementId(1)))
        );
        new.supply_point_id = SupplyPointId(2);
        assert_eq!(check_new(&new, std::slice::from_ref(&there)), Ok(()));
        new.billing_frequency_months = 0;
        assert_eq!(check_new(&new, &[]), Err(AgreementError::FrequencyOutOfRange));
    }

    #[test]
    fn what_is_billed_stands() {
        let agreement = agreement("2025-01-01T00:00:00Z", None);
        let now = at("2025-06-15T12:00:00Z");
        let billed = Some(day("2025-06-01"));
        let ended = terminate(&agreement, at("2025-06-10T00:00:00Z"), billed, now).unwrap();
        assert_eq!(ended.end_day(), Some(day("2025-06-10")));
        let refused = [
            ("2025-05-31T00:00:00Z", AgreementError::IsBilled(day("2025-06-01"))),
            ("2025-01-01T10:00:00Z", AgreementError::EndsBeforeItBegins(day("2025-01-01"))),
        ];
        for (end, error) in refused {
            assert_eq!(terminate(&agreement, at(end), billed, now), Err(error));
            assert_eq!(error.code().as_str(), "KT-CT-1513");
        }
        assert_eq!(terminate(&ended, now, billed, now), Err(AgreementError::HasEnded(day("2025-06-10"))));
    }

    #[test]
    fn a_switch_leaves_no_gap() {
        let tariffs = Tariffs::france();
        let product = |code| &**tariffs.product(code).unwrap();
        let (base, hphc) = (product("OCTO_FIXE_BASE_1_V2"), product("OCTO_FIXE_HPHC_2_V2"));
        let agreement = agreement("2025-01-01T00:00:00Z", None);
        let today = day("2025-06-15");
        let id = AgreementId(2);
        let made = switch(&agreement, (base, hphc), day("2025-07-01"), today, id).unwrap();
        assert_eq!(made.old.valid_to, Some(made.new.valid_from));
        assert_eq!((made.new.id, made.new.valid_to), (id, None));
        let switched = |to, on| switch(&agreement, (base, to), day(on), today, id).unwrap_err().code();
        assert_eq!(switched(hphc, "2025-06-15").as_str(), "KT-CT-1507");
        assert_eq!(switched(hphc, "2027-01-01").as_str(), "KT-CT-1507");
        assert_eq!(switched(base, "2025-07-01").as_str(), "KT-CT-1516");
        assert_eq!(switched(product("OCTO_GAZ_1_V2"), "2025-07-01").as_str(), "KT-CT-1516");
        assert_eq!(switched(product("OCTO_FIXE_BASE_1_V1"), "2025-07-01").as_str(), "KT-CT-1516");
    }
}
