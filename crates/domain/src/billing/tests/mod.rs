//! Random accounts, and the tests over them: `invariants` holds what must be so in any account, `stories`
//! what happens in a given one.

mod invariants;
mod stories;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::calendars::ClassCode;
use crate::ids::{AccountId, LedgerId};
use crate::ledgers::LedgerType;
use crate::payment_schedules::{PaymentSchedule, PaymentScheduleId};
use crate::seed::Seed;
use crate::supply_points::{Direction, SupplyPointId};
use crate::tariffs::Tariffs;

/// A meter on which energy falls at single instants, each on one class.
#[derive(Clone, Debug, Default)]
pub(super) struct StepMeter {
    steps: Vec<(DateTime<Utc>, ClassCode, i64)>,
}

impl Metered for StepMeter {
    fn energy_wh(&self, class: ClassCode, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let falls =
            |&&(at, code, _): &&(DateTime<Utc>, ClassCode, i64)| code == class && from <= at && at < to;
        self.steps.iter().filter(falls).map(|&(_, _, wh)| wh).sum()
    }
}

impl StepMeter {
    /// So much each day at noon UTC, from `from` on for ten years.
    pub(super) fn daily(from: DateTime<Utc>, class: ClassCode, wh: i64) -> Self {
        Self { steps: (0..3_650).map(|day| (from + TimeDelta::days(day), class, wh)).collect() }
    }

    fn all(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        self.steps.iter().filter(|&&(at, _, _)| from <= at && at < to).map(|&(_, _, wh)| wh).sum()
    }
}

/// An account with its meters.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) plan: AccountPlan,
    pub(super) meters: BTreeMap<AgreementId, StepMeter>,
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

pub(super) fn agreement(id: i64, ledger: i64, product: &str, from: DateTime<Utc>, months: u32) -> Agreement {
    Agreement {
        id: AgreementId(id),
        account_id: AccountId(1),
        supply_point_id: SupplyPointId(ledger),
        product_code: product.to_owned(),
        supply_contract_number: format!("C-{id}"),
        valid_from: from,
        valid_to: None,
        billing_frequency_months: months,
        charging_ledger: LedgerId(ledger),
    }
}

/// An instant of 2023 to 2025, at any second.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0..3 * 365 * 86_400_i64).prop_map(|seconds| at("2023-01-01T00:00:00Z") + TimeDelta::seconds(seconds))
}

fn behaviours(ledger: i64) -> impl Strategy<Value = PaymentBehaviour> {
    let outcome =
        prop_oneof![Just(DebitOutcome::Clears), Just(DebitOutcome::Refused), Just(DebitOutcome::Returned)];
    let from = proptest::option::of(instants().prop_map(crate::dates::paris_date));
    let outcomes = (proptest::collection::vec(outcome, 0..4), from)
        .prop_map(|(pattern, from)| DebitOutcomes { pattern, from })
        .boxed();
    let schedule = (1..=28_i64, 1..30_000_i64, instants()).prop_map(move |(day, cents, from)| {
        let whose = (AccountId(1), LedgerId(ledger));
        let from = crate::dates::paris_date(from);
        PaymentSchedule::regular(PaymentScheduleId(ledger), whose, cents, day, from).expect("in range")
    });
    prop_oneof![
        outcomes.clone().prop_map(PaymentBehaviour::DirectDebit),
        (schedule, outcomes)
            .prop_map(|(schedule, outcomes)| PaymentBehaviour::InstalmentPlan { schedule, outcomes }),
        (0..60_u32).prop_map(|days| PaymentBehaviour::ManualPaysLate { days }),
        Just(PaymentBehaviour::NeverPays),
    ]
}

/// Agreements that follow each other on one ledger, with gaps or without, and their meters.
fn chains(
    ledger: i64,
    direction: Direction,
) -> impl Strategy<Value = (Vec<Agreement>, Vec<(AgreementId, StepMeter)>)> {
    let codes: Vec<_> = Tariffs::france()
        .products()
        .iter()
        .filter(|product| product.direction == direction)
        .map(|product| product.code.clone())
        .collect();
    let steps = proptest::collection::vec((0..1_500 * 86_400_i64, 0..6_usize, 0..40_000_i64), 0..60);
    let link = (
        proptest::sample::select(codes),
        proptest::sample::select(vec![1, 1, 2, 3, 6, 12_u32]),
        1..700 * 86_400_i64,
        prop_oneof![Just(0), 0..90 * 86_400_i64],
        steps,
    );
    (instants(), proptest::collection::vec(link, 1..4), any::<bool>()).prop_map(
        move |(start, links, open)| {
            let tariffs = Tariffs::france();
            let (mut agreements, mut meters, mut from) = (Vec::new(), Vec::new(), start);
            let last = links.len() - 1;
            for (index, (code, months, seconds, gap, steps)) in links.into_iter().enumerate() {
                let id = ledger * 10 + i64::try_from(index).expect("few");
                let mut made = agreement(id, ledger, &code, from, months);
                if index < last || !open {
                    made.valid_to = Some(from + TimeDelta::seconds(seconds));
                }
                let product = tariffs.product(&code).expect("from the catalogue");
                let classes: Vec<_> = product.classes_on(made.first_day()).collect();
                let steps = steps
                    .into_iter()
                    .map(|(second, class, wh)| {
                        (from + TimeDelta::seconds(second), classes[class % classes.len()], wh)
                    })
                    .collect();
                meters.push((made.id, StepMeter { steps }));
                agreements.push(made);
                from += TimeDelta::seconds(seconds + gap);
            }
            (agreements, meters)
        },
    )
}

/// Accounts with one or two energy ledgers, with or without solar power, whose wallet may pay bills.
pub(super) fn cases() -> impl Strategy<Value = Case> {
    let energy = |ledger| (chains(ledger, Direction::Consumption), behaviours(ledger));
    let solar = proptest::option::of((chains(3, Direction::Generation), any::<bool>()));
    (energy(1), proptest::option::of(energy(2)), solar, any::<u64>()).prop_map(
        |(first, second, solar, seed)| {
            let tariffs = Tariffs::france();
            let (mut ledgers, mut meters, mut credit_uses) = (Vec::new(), BTreeMap::new(), Vec::new());
            for (id, ((agreements, of), behaviour)) in (1..).zip(std::iter::once(first).chain(second)) {
                let what = (LedgerId(id), LedgerType::FraElectricityLedger);
                ledgers.push(LedgerPlan::try_new(what, agreements, behaviour, &tariffs).expect("well made"));
                meters.extend(of);
            }
            if let Some(((agreements, of), pays)) = solar {
                let what = (LedgerId(3), LedgerType::SolarWalletLedger);
                let behaviour = PaymentBehaviour::NeverPays;
                ledgers.push(LedgerPlan::try_new(what, agreements, behaviour, &tariffs).expect("well made"));
                meters.extend(of);
                if pays {
                    credit_uses.push(CreditUse { from: LedgerId(3), to: LedgerId(1) });
                }
            }
            let (account, seed, terms) = (AccountId(1), Seed(seed), Terms::default());
            Case { plan: AccountPlan { account, seed, terms, ledgers, credit_uses }, meters }
        },
    )
}

/// Instants at which something may go wrong: anywhere, and around both changes of the clocks.
pub(super) fn awkward_instants() -> impl Strategy<Value = DateTime<Utc>> {
    let near = proptest::sample::select(vec![
        at("2024-03-31T01:00:00Z"),
        at("2024-10-27T01:00:00Z"),
        at("2025-03-30T00:59:59.999999Z"),
        at("2025-10-26T00:00:00Z"),
        at("2024-02-28T23:00:00Z"),
        at("2025-12-31T23:00:00Z"),
    ]);
    prop_oneof![instants().prop_map(|instant| instant + TimeDelta::days(365)), near]
}
