//! What must hold in any world, whatever it was described as.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use proptest::prelude::*;

use super::{World, WorldError};
use crate::accounts::{AccountStatus, AccountType};
use crate::dates;
use crate::fixture::{Account, Billing, Event, Every, Fixture, History, Ledger, Range};
use crate::ids::{AccountNumber, LedgerNumber, PortfolioNumber};
use crate::ledgers::LedgerType;
use crate::money::Minor;
use crate::payments::PaymentStatus;
use crate::seed::Seed;
use crate::tariffs::Tariffs;
use crate::transactions::{Detail, TransactionKind};

fn ledger(id: i64, ledger_type: LedgerType, history: Option<History>, events: Vec<Event>) -> Ledger {
    let number = LedgerNumber::try_new(format!("L-{id:09}A")).expect("well formed");
    Ledger {
        number,
        id,
        ledger_type,
        meter_point: None,
        history,
        events,
        agreements: Vec::new(),
        pays: None,
        pays_for: None,
    }
}

fn fixture(ledgers: Vec<Ledger>) -> Fixture {
    let account = Account {
        number: AccountNumber::try_new("A-00000001").expect("well formed"),
        id: 1,
        portfolio: PortfolioNumber::try_new("P-00000001").expect("well formed"),
        users: Vec::new(),
        account_type: AccountType::Domestic,
        status: AccountStatus::Active,
        opened_months_ago: 12,
        urn: None,
        billing: Billing {
            name: String::new(),
            sub_name: None,
            email: None,
            lines: Vec::new(),
            postcode: String::new(),
        },
        properties: Vec::new(),
        ledgers,
        mandate: None,
        devices: Vec::new(),
    };
    Fixture { people: Vec::new(), accounts: vec![account], organisations: Vec::new(), clients: Vec::new() }
}

fn history() -> impl Strategy<Value = History> {
    let every = prop_oneof![Just(Every::Month), Just(Every::Week)];
    let payment = prop_oneof![Just(None), (1..20_000_i64).prop_map(Some)];
    (every, 0..30_u32, 0..5_000_i64, 0..5_000_i64, payment, 0..5_u32).prop_map(
        |(every, periods, from, more, payment, failed_payments)| History {
            every,
            periods,
            charge: Range { from, to: from + more },
            payment,
            failed_payments,
        },
    )
}

fn event() -> impl Strategy<Value = Event> {
    let kind = prop_oneof![
        Just(TransactionKind::Charge),
        Just(TransactionKind::Payment),
        Just(TransactionKind::Refund),
        Just(TransactionKind::Credit)
    ];
    (0..2_000_u32, kind, 0..100_000_u32).prop_map(|(days_ago, kind, gross)| Event {
        days_ago,
        kind,
        gross,
        title: "Essai".into(),
        note: None,
        reason_code: None,
        imported: false,
    })
}

fn any_fixture() -> impl Strategy<Value = Fixture> {
    let events = || prop::collection::vec(event(), 0..6);
    (history(), events(), prop::option::of(history()), events(), events()).prop_map(
        |(first, a, second, b, c)| {
            fixture(vec![
                ledger(1, LedgerType::FraElectricityLedger, Some(first), a),
                ledger(2, LedgerType::FraGasLedger, second, b),
                ledger(3, LedgerType::PotLedger, None, c),
            ])
        },
    )
}

/// From 2020 to 2050, at any time of day.
fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    (1_577_836_800..2_524_608_000_i64).prop_map(|s| DateTime::from_timestamp(s, 0).expect("in range"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn books_are_dense_ordered_and_add_up(fixture in any_fixture(), seed in any::<u64>(), now in any_instant()) {
        let world = World::build(&fixture, &Tariffs::france(), Seed(seed), now).expect("a sound fixture");
        prop_assert_eq!(&world, &World::build(&fixture, &Tariffs::france(), Seed(seed), now).expect("again"));

        let affects: HashMap<_, _> = world.ledgers.iter().map(|l| (l.id, l.affects_account_balance)).collect();
        let mut running: HashMap<_, (i64, Minor)> = HashMap::new();
        let (mut account_count, mut last) = (0, None);
        for (complete, booked) in (0..).zip(&world.transactions) {
            let transaction = &booked.transaction;
            let (count, balance) = running.entry(transaction.ledger_id).or_default();
            prop_assert_eq!(booked.complete_position, complete);
            prop_assert_eq!(booked.ledger_position, *count);
            *count += 1;
            if affects[&transaction.ledger_id] {
                prop_assert_eq!(booked.account_position, Some(account_count));
                account_count += 1;
            } else {
                prop_assert_eq!(booked.account_position, None);
            }
            *balance += transaction.effect();
            prop_assert_eq!(transaction.balance_carried_forward, *balance);
            let amounts = transaction.entry.amounts;
            prop_assert_eq!(amounts.net + amounts.tax, amounts.gross);
            prop_assert!(Some(transaction.entry.posted_date) >= last);
            last = Some(transaction.entry.posted_date);
            prop_assert!(transaction.entry.posted_date <= dates::paris_date(now));
            prop_assert!(transaction.entry.created_at <= now);
        }
        for ledger in &world.ledgers {
            prop_assert_eq!(ledger.balance, running.get(&ledger.id).map_or(Minor::ZERO, |(_, balance)| *balance));
        }
        let ids: std::collections::HashSet<_> = world.transactions.iter().map(|b| b.transaction.id).collect();
        prop_assert_eq!(ids.len(), world.transactions.len());
    }

    #[test]
    fn a_payment_is_booked_when_it_came(history in history(), seed in any::<u64>(), now in any_instant()) {
        let described = fixture(vec![ledger(1, LedgerType::FraElectricityLedger, Some(history), Vec::new())]);
        let world = World::build(&described, &Tariffs::france(), Seed(seed), now).expect("a sound fixture");
        let today = dates::paris_date(now);
        let booked = |wanted: fn(bool, bool) -> bool| {
            world.transactions.iter().filter(|b| match b.transaction.entry.detail {
                Detail::Payment { is_late_failed, .. } => {
                    wanted(is_late_failed, b.transaction.entry.amounts.gross > Minor::ZERO)
                }
                _ => false,
            }).count()
        };
        let with = |status| world.payments.iter().filter(|p| p.status == status).count();
        prop_assert_eq!(booked(|late, returned| !late && !returned), with(PaymentStatus::Cleared));
        // What failed late was booked and taken back; the other failures left no trace on the ledger.
        prop_assert_eq!(booked(|late, _| late), booked(|_, returned| returned));
        for payment in &world.payments {
            prop_assert_eq!(payment.status == PaymentStatus::Scheduled, payment.payment_date > today);
        }
    }
}

#[test]
fn contradictions_are_told() {
    let now = DateTime::UNIX_EPOCH;
    let twice = fixture(vec![
        ledger(1, LedgerType::PotLedger, None, Vec::new()),
        ledger(1, LedgerType::PotLedger, None, Vec::new()),
    ]);
    let error = World::build(&twice, &Tariffs::france(), Seed(0), now).expect_err("a duplicate");
    assert_eq!(error.to_string(), "two ledgers' numbers share \"L-000000001A\"");

    let mut orphan = fixture(Vec::new());
    orphan.accounts[0].users.push(crate::fixture::AccountUser {
        person: "nobody".into(),
        role: crate::users::Role::AccountAdmin,
    });
    let error = World::build(&orphan, &Tariffs::france(), Seed(0), now).expect_err("a missing person");
    assert!(matches!(error, WorldError::Missing { what: "person", .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "account A-00000001 names the person \"nobody\", which the fixture does not have"
    );
}

#[test]
fn devices_are_drawn_and_checked() {
    let now = DateTime::from_timestamp(1_768_478_400, 0).expect("in range");
    let with = |device: serde_json::Value| {
        let mut described = fixture(Vec::new());
        let place = serde_json::json!({ "id": 7, "street": "", "town": "", "postcode": "",
            "home": { "vehicle": { "kwh_a_week": 100, "charger_watts": 7_400 } } });
        described.accounts[0].properties.push(serde_json::from_value(place).expect("a place"));
        described.accounts[0].devices.push(serde_json::from_value(device).expect("a device"));
        described
    };
    let device = serde_json::json!({ "kind": "electric_vehicle", "property": 7, "provider": "TESLA_V2",
        "battery_kwh": 50, "ready_at": "06:30", "registered_days_ago": 3, "suspended": true });
    let build =
        |device: serde_json::Value, seed| World::build(&with(device), &Tariffs::france(), Seed(seed), now);
    let (one, again, other) = (build(device.clone(), 1), build(device.clone(), 1), build(device.clone(), 2));
    let (one, again, other) = (one.expect("sound"), again.expect("sound"), other.expect("sound"));
    assert_eq!(one.devices, again.devices);
    assert_ne!(one.devices[0].id, other.devices[0].id, "ids hang on the seed");
    assert_eq!(one.devices[0].settings.preferences.schedules.len(), 7);
    assert!(one.devices[0].settings.is_suspended());

    for (key, value, told) in [
        (
            "property",
            8,
            "a device of account A-00000001 names the property \"8\", which the fixture does not have",
        ),
        (
            "battery_kwh",
            43,
            "account A-00000001: a device's battery is too small for what the car of its home takes in a night",
        ),
        (
            "battery_kwh",
            0,
            "account A-00000001: a device's battery is too small for what the car of its home takes in a night",
        ),
        ("charged_to", 101, "account A-00000001: a device's charged_to is a percentage from 10 to 100"),
        (
            "registered_days_ago",
            40_000,
            "account A-00000001: registered_days_ago is at most 36500: a hundred years",
        ),
    ] {
        let mut wrong = device.clone();
        wrong[key] = value.into();
        assert_eq!(build(wrong, 1).expect_err("wrong").to_string(), told);
    }
}
