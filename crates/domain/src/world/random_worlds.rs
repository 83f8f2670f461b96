//! What must hold in any world: a thousand random ones, with real homes, meters and products.

use chrono::{DateTime, Days, TimeDelta, Utc};
use proptest::prelude::*;

use super::World;
use crate::accounts::{Account, AccountStatus, AccountType};
use crate::agreements::Agreement;
use crate::billing::{
    AccountPlan, BillingState, DebitOutcome, Engine, Posted, Posting, Terms, Way, billed_to, period,
};
use crate::bills::{self, Bill, LineKind};
use crate::bookkeeping::{Books, LedgerBook};
use crate::dates;
use crate::energy::{EnergyMeter, GasUse, Heating, HomeProfile, ParisDay, Vehicle};
use crate::fixture;
use crate::ids::{AccountNumber, BillId, LedgerId, LedgerNumber, PortfolioNumber};
use crate::ledgers::{Ledger, LedgerType};
use crate::metering::{AccountMeters, Meter, SupplyMeters};
use crate::meters::{ElectricityMeterPoint, GasMeterPoint, MeterPoint};
use crate::money::Minor;
use crate::seed::Seed;
use crate::supply_points::{Direction, Market};
use crate::tariffs::Tariffs;
use crate::transactions::TransactionKind;

fn homes() -> impl Strategy<Value = HomeProfile> {
    let heating = prop_oneof![
        Just(Heating::None),
        (20..200_u32).prop_map(|watts_per_kelvin| Heating::Direct { watts_per_kelvin }),
        (20..200_u32).prop_map(|watts_per_kelvin| Heating::HeatPump { watts_per_kelvin }),
    ];
    let vehicle = proptest::option::of(Just(Vehicle { kwh_a_week: 50, charger_watts: 7_400 }));
    (0..9_000_u32, heating, 0..7_000_u32, vehicle, 0..6_000_u32, 0..15_000_u32).prop_map(
        |(base_kwh_a_year, heating, hot_water_wh_a_day, vehicle, solar_peak_watts, heating_kwh_a_year)| {
            let gas = GasUse { heating_kwh_a_year, ..GasUse::default() };
            HomeProfile {
                base_kwh_a_year,
                heating,
                hot_water_wh_a_day,
                vehicle,
                solar_peak_watts,
                gas,
                ..HomeProfile::default()
            }
        },
    )
}

fn pays() -> impl Strategy<Value = Option<fixture::Pays>> {
    let by = prop_oneof![
        Just(Way::DirectDebit),
        Just(Way::Instalments),
        (0..40_u32).prop_map(Way::Late),
        Just(Way::Never),
    ];
    let outcome =
        prop_oneof![Just(DebitOutcome::Clears), Just(DebitOutcome::Refused), Just(DebitOutcome::Returned)];
    let outcomes = proptest::collection::vec(outcome, 0..3);
    let pays = (by, 1..30_000_i64, 1..=28_i64, outcomes, proptest::option::of(0..400_u32)).prop_map(
        |(by, instalment, day, outcomes, outcomes_from_days_ago)| fixture::Pays {
            by,
            instalment,
            day,
            outcomes,
            outcomes_from_days_ago,
        },
    );
    proptest::option::of(pays)
}

/// One or two agreements on a supply point, the second right after the first, the last perhaps ended.
fn agreements(id: i64, codes: &'static [&'static str]) -> impl Strategy<Value = Vec<fixture::Agreement>> {
    let code = proptest::sample::select(codes);
    let months = proptest::sample::select(vec![1, 1, 2, 6, 12_u32]);
    let one = (code, months, 1..400_u32);
    (proptest::collection::vec(one, 1..3), 0..200_u32, any::<bool>()).prop_map(
        move |(terms, end, is_open)| {
            let mut days_ago = end + terms.iter().map(|(_, _, days)| days).sum::<u32>();
            let last = terms.len() - 1;
            let mut made = Vec::new();
            for (index, (product, months_a_bill, days)) in terms.into_iter().enumerate() {
                let to = days_ago - days;
                made.push(fixture::Agreement {
                    id: id * 10 + i64::try_from(index).expect("few"),
                    supply_point: id,
                    product: product.to_owned(),
                    from_days_ago: days_ago,
                    to_days_ago: Some(to).filter(|_| index < last || !is_open),
                    months_a_bill,
                });
                days_ago = to;
            }
            made
        },
    )
}

fn events() -> impl Strategy<Value = Vec<fixture::Event>> {
    let kind = proptest::sample::select(vec![
        TransactionKind::Charge,
        TransactionKind::Credit,
        TransactionKind::Refund,
        TransactionKind::Payment,
    ]);
    let one = (0..600_u32, kind, 1..9_000_u32).prop_map(|(days_ago, kind, gross)| fixture::Event {
        days_ago,
        kind,
        gross,
        title: String::new(),
        note: None,
        reason_code: None,
        imported: false,
    });
    proptest::collection::vec(one, 0..4)
}

/// A supply point and the ledger on which it is billed.
type Supplied = (fixture::SupplyPoint, fixture::Ledger);

fn supplied(
    id: i64,
    (market, direction, ledger_type): (Market, Direction, LedgerType),
    codes: &'static [&'static str],
) -> impl Strategy<Value = Supplied> {
    (agreements(id, codes), pays(), events()).prop_map(move |(agreements, pays, events)| {
        let point = fixture::SupplyPoint {
            id,
            market,
            number: format!("{id:014}"),
            direction,
            meter_point: Some(match market {
                Market::FraElectricity => MeterPoint::Electricity(ElectricityMeterPoint::default()),
                Market::FraGas => MeterPoint::Gas(GasMeterPoint::default()),
            }),
        };
        let is_solar = direction == Direction::Generation;
        let ledger = fixture::Ledger {
            number: LedgerNumber::try_new(format!("L-{id:09}A")).expect("well formed"),
            id,
            ledger_type,
            meter_point: None,
            history: None,
            events,
            agreements,
            pays: pays.filter(|_| !is_solar),
            pays_for: is_solar.then_some(1),
        };
        (point, ledger)
    })
}

fn fixtures() -> impl Strategy<Value = fixture::Fixture> {
    let power = (Market::FraElectricity, Direction::Consumption, LedgerType::FraElectricityLedger);
    let gas = (Market::FraGas, Direction::Consumption, LedgerType::FraGasLedger);
    let sun = (Market::FraElectricity, Direction::Generation, LedgerType::SolarWalletLedger);
    let codes = &[
        "OCTO_FIXE_BASE_1_V1",
        "OCTO_FIXE_BASE_1_V2",
        "OCTO_FIXE_HPHC_2_V2",
        "OCTO_TEMPO_6_V1",
        "OCTOFLEX_4_V4",
        "OCTO_EFFACEMENT_HPHC_2_V1",
    ];
    (
        homes(),
        supplied(1, power, codes),
        proptest::option::of(supplied(2, gas, &["OCTO_GAZ_1_V2"])),
        proptest::option::of(supplied(3, sun, &["OCTO_SOLAIRE_RACHAT_1_V1"])),
    )
        .prop_map(|(home, first, second, third)| {
            let (points, ledgers) = [Some(first), second, third].into_iter().flatten().unzip();
            fixture::Fixture {
                people: Vec::new(),
                accounts: vec![account(home, points, ledgers)],
                organisations: Vec::new(),
                clients: Vec::new(),
            }
        })
}

fn account(
    home: HomeProfile,
    supply_points: Vec<fixture::SupplyPoint>,
    ledgers: Vec<fixture::Ledger>,
) -> fixture::Account {
    fixture::Account {
        number: AccountNumber::try_new("A-00000001").expect("well formed"),
        id: 1,
        portfolio: PortfolioNumber::try_new("P-00000001").expect("well formed"),
        users: Vec::new(),
        account_type: AccountType::Domestic,
        status: AccountStatus::Active,
        opened_months_ago: 30,
        urn: None,
        billing: fixture::Billing {
            name: String::new(),
            sub_name: None,
            email: None,
            lines: Vec::new(),
            postcode: String::new(),
        },
        properties: vec![fixture::Property {
            id: 1,
            label: None,
            street: String::new(),
            town: String::new(),
            postcode: String::new(),
            left_days_ago: None,
            home,
            supply_points,
        }],
        ledgers,
        mandate: None,
        devices: Vec::new(),
    }
}

/// From 2024 to 2027, at any second: the days on which the clocks change are among them.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0..3 * 365 * 86_400_i64).prop_map(|seconds| {
        DateTime::from_timestamp(1_704_067_200, 0).expect("2024") + TimeDelta::seconds(seconds)
    })
}

/// The account of a world, with what billing asks.
struct Billed {
    account: Account,
    plan: AccountPlan,
    meters: AccountMeters,
    tariffs: Tariffs,
}

impl Billed {
    fn of(world: &World, seed: Seed) -> Self {
        let tariffs = Tariffs::france();
        let habits = world.habits.iter().map(|(_, ledger, habits)| (*ledger, habits.clone())).collect();
        let account = world.accounts[0].clone();
        let plan = AccountPlan::assemble(
            account.id,
            seed,
            &world.ledgers,
            &world.agreements,
            &world.schedules,
            &habits,
            &tariffs,
        );
        let install = |at: &crate::metering::Installation| {
            let setup = at.setup(&world.agreements, &tariffs);
            (at.point.id, std::sync::Arc::new(SupplyMeters::install(&setup, seed)))
        };
        let meters = world.installations.iter().map(install).collect();
        Self { account, plan: plan.expect("it was billed"), meters, tariffs }
    }

    /// Bills from a state on, up to each of some instants in turn.
    fn go_on(&self, state: &mut BillingState, stops: &[DateTime<Utc>]) -> (Posted, Vec<LedgerBook>) {
        let engine = Engine { plan: &self.plan, tariffs: &self.tariffs, meters: &self.meters };
        let on = self.plan.ledgers.iter().map(|plan| LedgerBook { ledger: ledger(plan.ledger), count: 0 });
        let mut posting = Posting::new(self.account.clone(), Books::default(), on);
        for stop in stops {
            while let Some(event) = engine.next_event(state, *stop) {
                posting.enter(&event).expect("booked in order");
            }
        }
        posting.close()
    }

    fn meter(&self, agreement: &Agreement) -> &Meter {
        self.meters[&agreement.supply_point_id].of(agreement.id).expect("each agreement has a meter")
    }
}

fn ledger(id: LedgerId) -> Ledger {
    Ledger {
        id,
        number: LedgerNumber::try_new(format!("L-{:09}A", id.get())).expect("well formed"),
        account_id: crate::ids::AccountId(1),
        ledger_type: LedgerType::FraElectricityLedger,
        name: String::new(),
        balance: Minor::ZERO,
        accepts_payments: true,
        affects_account_balance: true,
    }
}

/// The sum of all half-hours (or of all days, for gas) of whole days.
fn summed(meter: &Meter, bill: &Bill) -> i64 {
    let days = bill.from.iter_days().take_while(|date| *date < bill.to);
    days.map(|date| match meter {
        Meter::Electricity(meter) => meter.day(date).wh().iter().sum::<i64>(),
        Meter::Gas(meter) => meter.day(date).wh,
    })
    .sum()
}

fn ledgers_hold_what_was_booked(world: &World) -> Result<(), TestCaseError> {
    for ledger in &world.ledgers {
        let mut balance = Minor::ZERO;
        for booked in world.transactions.iter().filter(|booked| booked.transaction.ledger_id == ledger.id) {
            balance += booked.transaction.effect();
            prop_assert_eq!(booked.transaction.balance_carried_forward, balance);
        }
        prop_assert_eq!(ledger.balance, balance);
    }
    Ok(())
}

fn bills_add_up(world: &World, billed: &Billed) -> Result<(), TestCaseError> {
    for bill in &world.bills {
        prop_assert_eq!(bills::total(&bill.lines), bill.amounts);
        let charge = world.transactions.iter().map(|booked| &booked.transaction).find(|transaction| {
            transaction.entry.billing_document == Some(bill.id)
                && transaction.entry.created_at == bill.issued_at
        });
        prop_assert_eq!(charge.map(|charge| charge.entry.amounts), Some(bill.amounts));
        let on_bill = world.transactions.iter().filter(|booked| on_bill(booked, bill.id));
        let between: Minor = on_bill.map(|booked| booked.transaction.effect()).sum();
        prop_assert_eq!(bill.opening_balance + between, bill.closing_balance);

        let agreement = world.agreements.iter().find(|one| one.id == bill.agreement_id).expect("its own");
        let meter = billed.meter(agreement);
        let (from, to) = (ParisDay::of(bill.from).start(), ParisDay::of(bill.to).start());
        prop_assert_eq!(bill.energy_wh(), EnergyMeter::energy_wh(meter, None, from, to));
        prop_assert_eq!(bill.energy_wh(), summed(meter, bill));
        for line in &bill.lines {
            let LineKind::Energy { class, energy_wh, .. } = line.kind else { continue };
            let class = (!meter.classes().is_empty()).then_some(class);
            let (from, to) = (ParisDay::of(line.from).start(), ParisDay::of(line.to).start());
            prop_assert_eq!(energy_wh, EnergyMeter::energy_wh(meter, class, from, to));
        }
    }
    Ok(())
}

fn on_bill(booked: &crate::bookkeeping::Booked, bill: BillId) -> bool {
    booked.transaction.entry.billing_document == Some(bill)
}

fn no_period_is_left_out_or_billed_twice(world: &World, now: DateTime<Utc>) -> Result<(), TestCaseError> {
    for agreement in &world.agreements {
        let of_agreement = |bill: &&Bill| bill.agreement_id == agreement.id;
        let mut next = agreement.first_day();
        for bill in world.bills.iter().filter(of_agreement) {
            prop_assert_eq!(bill.from, next);
            next = bill.to;
        }
        let closed = world.billing[0].state.closed_periods(agreement.id);
        let issued = u32::try_from(world.bills.iter().filter(of_agreement).count()).expect("few");
        prop_assert!(issued <= closed);
        prop_assert!(issued == 0 || billed_to(agreement, issued) == Some(next));
        // What is over is closed, and its bill issued some days later.
        let today = dates::paris_date(now);
        for index in issued..closed {
            let to = period(agreement, index).expect("it was closed").to;
            prop_assert!(today <= to + Days::new(Terms::default().issue_after_days), "{} {}", to, today);
        }
        prop_assert!(period(agreement, closed).is_none_or(|next| next.end() > now));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_must_hold_in_any_world(fixture in fixtures(), seed: u64, now in instants()) {
        let seed = Seed(seed);
        let world = World::build(&fixture, &Tariffs::france(), seed, now).expect("a sound fixture");
        let billed = Billed::of(&world, seed);
        ledgers_hold_what_was_booked(&world)?;
        bills_add_up(&world, &billed)?;
        no_period_is_left_out_or_billed_twice(&world, now)?;
    }

    #[test]
    fn time_may_go_by_at_once_or_step_by_step(
        fixture in fixtures(),
        seed: u64,
        now in instants(),
        first in 0..400 * 86_400_i64,
        second in 0..400 * 86_400_i64,
    ) {
        let seed = Seed(seed);
        let world = World::build(&fixture, &Tariffs::france(), seed, now).expect("a sound fixture");
        let billed = Billed::of(&world, seed);
        let halfway = now + TimeDelta::seconds(first);
        let end = halfway + TimeDelta::seconds(second);
        let (mut one, mut other) = (world.billing[0].state.clone(), world.billing[0].state.clone());
        let at_once = billed.go_on(&mut one, &[end]);
        // What was reached may be asked for again.
        let in_steps = billed.go_on(&mut other, &[halfway, halfway, end, end]);
        prop_assert_eq!(at_once, in_steps);
        // The state differs at most in what came to nothing on the way; it goes on alike.
        let later = end + TimeDelta::days(40);
        prop_assert_eq!(billed.go_on(&mut one, &[later]), billed.go_on(&mut other, &[later]));
    }
}
