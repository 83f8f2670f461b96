//! The energy of an account: its supply points, agreements, and how they are paid.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::WorldError;
use crate::accounts::Account;
use crate::agreements::{Agreement, AgreementId};
use crate::billing::{AccountPlan, DebitOutcomes, PaymentHabits, PlanError, Way};
use crate::dates;
use crate::direct_debits::{DirectDebitInstruction, DirectDebitInstructionId, Iban, InstructionStatus};
use crate::fixture;
use crate::ids::{AccountId, LedgerId, PropertyId};
use crate::ledgers::Ledger;
use crate::metering::{AccountMeters, Installation, SupplyMeters};
use crate::payment_schedules::{PaymentSchedule, PaymentScheduleId};
use crate::seed::Seed;
use crate::supply_points::{ExternalIdentifier, SupplyPoint, SupplyPointId};
use crate::tariffs::Tariffs;

/// The energy of an account, made of its description.
pub(super) struct Household {
    pub(super) installations: Vec<Installation>,
    pub(super) agreements: Vec<Agreement>,
    pub(super) schedules: Vec<PaymentSchedule>,
    pub(super) mandate: Option<DirectDebitInstruction>,
    pub(super) habits: BTreeMap<LedgerId, PaymentHabits>,
}

impl Household {
    pub(super) fn of(
        described: &fixture::Account,
        account: &Account,
        now: DateTime<Utc>,
    ) -> Result<Self, WorldError> {
        let mut household = Self {
            installations: Vec::new(),
            agreements: Vec::new(),
            schedules: Vec::new(),
            mandate: described.mandate.as_ref().map(|mandate| instruction(mandate, account)),
            habits: BTreeMap::new(),
        };
        for place in &described.properties {
            for point in &place.supply_points {
                household.installations.push(installation(place, point, account.id)?);
            }
        }
        for ledger in &described.ledgers {
            let id = LedgerId(ledger.id);
            let made = ledger.agreements.iter().map(|one| agreement(one, (account, id), now));
            household.agreements.extend(made);
            if ledger.pays.is_some() || ledger.pays_for.is_some() {
                household.habits.insert(id, habits(ledger, now));
            }
            if let Some(pays) = &ledger.pays {
                let from = ledger.agreements.iter().map(|agreement| agreement.from_days_ago).max();
                let from = day(from.unwrap_or(0), now);
                household.schedules.extend(schedule(pays, (account.id, id), from)?);
            }
        }
        Ok(household)
    }

    /// What billing is to know.
    pub(super) fn plan(
        &self,
        account: AccountId,
        ledgers: &[Ledger],
        tariffs: &Tariffs,
        world: Seed,
    ) -> Result<AccountPlan, PlanError> {
        let Self { agreements, schedules, habits, .. } = self;
        AccountPlan::assemble(account, world, ledgers, agreements, schedules, habits, tariffs)
    }

    /// The meters.
    pub(super) fn meters(&self, tariffs: &Tariffs, world: Seed) -> AccountMeters {
        let install = |at: &Installation| {
            let setup = at.setup(&self.agreements, tariffs);
            (at.point.id, Arc::new(SupplyMeters::install(&setup, world)))
        };
        self.installations.iter().map(install).collect()
    }
}

/// The day that many days ago.
fn day(days_ago: u32, now: DateTime<Utc>) -> NaiveDate {
    let today = dates::paris_date(now);
    today.checked_sub_days(Days::new(u64::from(days_ago))).unwrap_or(today)
}

/// Midnight in France, at the beginning of that day.
pub(super) fn midnight(days_ago: u32, now: DateTime<Utc>) -> DateTime<Utc> {
    dates::paris_instant(day(days_ago, now), NaiveTime::MIN)
}

fn installation(
    place: &fixture::Property,
    described: &fixture::SupplyPoint,
    account_id: AccountId,
) -> Result<Installation, WorldError> {
    let wrong = |problem| WorldError::Senseless { who: format!("supply point {}", described.id), problem };
    let external_identifier = ExternalIdentifier::try_new(described.market, described.number.clone())
        .map_err(|_| wrong("a PRM or PCE has 14 digits; write it in quotes"))?;
    if described.meter_point.as_ref().is_some_and(|point| point.market() != described.market) {
        return Err(wrong("its meter point is of the other market"));
    }
    let point = SupplyPoint {
        id: SupplyPointId(described.id),
        property_id: PropertyId(place.id),
        external_identifier,
        direction: described.direction,
    };
    let (home, meter_point) = (place.home.clone(), described.meter_point.clone());
    Ok(Installation { account_id, point, home, meter_point })
}

fn agreement(
    described: &fixture::Agreement,
    (account, ledger): (&Account, LedgerId),
    now: DateTime<Utc>,
) -> Agreement {
    Agreement {
        id: AgreementId(described.id),
        account_id: account.id,
        supply_point_id: SupplyPointId(described.supply_point),
        product_code: described.product.clone(),
        supply_contract_number: format!("C{:09}", described.supply_point),
        valid_from: midnight(described.from_days_ago, now),
        valid_to: described.to_days_ago.map(|days| midnight(days, now)),
        billing_frequency_months: described.months_a_bill,
        charging_ledger: ledger,
    }
}

fn habits(ledger: &fixture::Ledger, now: DateTime<Utc>) -> PaymentHabits {
    let pays = ledger.pays.as_ref();
    PaymentHabits {
        way: pays.map_or(Way::Never, |pays| pays.by),
        debits: DebitOutcomes {
            pattern: pays.map(|pays| pays.outcomes.clone()).unwrap_or_default(),
            from: pays.and_then(|pays| pays.outcomes_from_days_ago).map(|days| day(days, now)),
        },
        pays_for: ledger.pays_for,
    }
}

/// The schedule that shows how a ledger is paid; by hand there is none.
fn schedule(
    pays: &fixture::Pays,
    whose: (AccountId, LedgerId),
    from: NaiveDate,
) -> Result<Option<PaymentSchedule>, WorldError> {
    /// The first of a hundred ids that each ledger has for its schedules.
    const SCHEDULES_A_LEDGER: i64 = 100;
    let id = PaymentScheduleId(whose.1.get() * SCHEDULES_A_LEDGER);
    match pays.by {
        Way::DirectDebit => Ok(Some(PaymentSchedule::by_bill(id, whose, from))),
        Way::Instalments => {
            let made = PaymentSchedule::regular(id, whose, pays.instalment, pays.day, from);
            let problem = "instalments need `instalment`, in cents, and `day`, 1 to 28";
            let who = format!("ledger {}", whose.1);
            made.map(Some).map_err(|_| WorldError::Senseless { who, problem })
        }
        Way::Late(_) | Way::Never => Ok(None),
    }
}

fn instruction(described: &fixture::Mandate, account: &Account) -> DirectDebitInstruction {
    /// The first of a thousand ids that each account has for its mandates.
    const MANDATES_AN_ACCOUNT: i64 = 1_000;
    DirectDebitInstruction {
        id: DirectDebitInstructionId(account.id.get() * MANDATES_AN_ACCOUNT),
        account_id: account.id,
        ledger_id: None,
        account_holder: described.holder.clone(),
        iban: Iban::from_checked(&described.iban),
        status: InstructionStatus::Active,
        valid_from: account.created_at,
        valid_to: None,
    }
}
