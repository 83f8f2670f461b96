//! What filters mean, and what they refuse.

use chrono::{NaiveTime, TimeDelta};

use super::*;
use crate::agreements::{Agreement, AgreementId};
use crate::dates;
use crate::energy::{EnergyMeter, GasUse, HomeProfile};
use crate::ids::{AccountId, LedgerId, PropertyId};
use crate::meters::GasMeterPoint;
use crate::seed::Seed;
use crate::supply_points::{ExternalIdentifier, SupplyPoint, SupplyPointId};
use crate::tariffs::Tariffs;

fn at(date: &str) -> DateTime<Utc> {
    dates::paris_instant(date.parse().expect("a date"), NaiveTime::MIN)
}

fn installation(id: i64, number: &str, direction: Direction, known: Option<MeterPoint>) -> Installation {
    let market = known.as_ref().map_or(Market::FraElectricity, MeterPoint::market);
    let gas = GasUse { heating_kwh_a_year: 9_000, hot_water_kwh_a_year: 0, cooking_kwh_a_year: 0 };
    Installation {
        account_id: AccountId(1),
        point: SupplyPoint {
            id: SupplyPointId(id),
            property_id: PropertyId(1),
            external_identifier: ExternalIdentifier::try_new(market, number).expect("14 digits"),
            direction,
        },
        home: HomeProfile { gas, solar_peak_watts: 3_000, ..HomeProfile::default() },
        meter_point: known,
    }
}

fn gas(is_smart_meter: bool) -> Installation {
    let point = GasMeterPoint { is_smart_meter, serial: Some("G1".to_owned()), ..GasMeterPoint::default() };
    installation(3, "00000000000003", Direction::Consumption, Some(MeterPoint::Gas(point)))
}

fn meters(installation: &Installation, until: Option<&str>) -> SupplyMeters {
    let product = match installation.point.market() {
        Market::FraElectricity => "OCTO_FIXE_HPHC_2_V2",
        Market::FraGas => "OCTO_GAZ_1_V2",
    };
    let agreement = Agreement {
        id: AgreementId(1),
        account_id: AccountId(1),
        supply_point_id: installation.point.id,
        product_code: product.to_owned(),
        supply_contract_number: String::new(),
        valid_from: at("2025-01-10"),
        valid_to: until.map(at),
        billing_frequency_months: 1,
        charging_ledger: LedgerId(1),
    };
    let setup = installation.setup(&[agreement], &Tariffs::france());
    SupplyMeters::install(&setup, Seed(3))
}

fn filter(market: Market) -> Filter {
    Filter {
        market,
        frequency: None,
        supply_point: None,
        device: None,
        register: None,
        direction: None,
        quality: None,
    }
}

fn named(name: &str, market: Market) -> Filter {
    Filter { frequency: Some(name.to_owned()), ..filter(market) }
}

#[test]
fn a_filter_chooses_among_the_supply_points_of_a_place() {
    let place = [
        installation(1, "00000000000001", Direction::Consumption, None),
        installation(2, "00000000000001", Direction::Generation, None),
        gas(true),
    ];
    let chosen = |filter: Filter| {
        let found = filter.points(&place);
        found.map(|found| found.iter().map(|at| at.point.id.get()).collect::<Vec<_>>())
    };
    let electricity = filter(Market::FraElectricity);
    assert_eq!(chosen(electricity.clone()), Ok(vec![1]));
    assert_eq!(chosen(Filter { direction: Some(Direction::Generation), ..electricity.clone() }), Ok(vec![2]));
    assert_eq!(chosen(filter(Market::FraGas)), Ok(vec![3]));
    let of = |number: &str| Filter { supply_point: Some(number.to_owned()), ..electricity.clone() };
    assert_eq!(chosen(of("00000000000001")), Ok(vec![1]));
    assert_eq!(chosen(of("00000000000003")), Err(codes::SUPPLY_POINT_UNKNOWN), "a PCE is no PRM");
    let device = |name: &str| Filter { device: Some(name.to_owned()), ..filter(Market::FraGas) };
    assert_eq!(chosen(device("G1")), Ok(vec![3]));
    assert_eq!(chosen(device("G2")), Err(codes::DEVICE_UNMATCHED));
    let all: Vec<i64> = place.iter().flat_map(|at| chosen(Filter::of(at)).expect("there")).collect();
    assert_eq!(all, [1, 2, 3]);
    // A home without gas is no mistake of who asks.
    assert_eq!(filter(Market::FraGas).points(&place[..2]), Ok(Vec::new()));
}

#[test]
fn nobody_knows_more_than_the_meter_tells() {
    let now = at("2025-06-20") + TimeDelta::hours(12);
    let frequency = |filter: &Filter, at: &Installation| {
        let meters = meters(at, None);
        filter.read(at, &meters, now).map(|series| series.expect("meters").frequency)
    };
    let electricity = installation(1, "00000000000001", Direction::Consumption, None);
    let of = |name: &str| frequency(&named(name, Market::FraElectricity), &electricity);
    assert_eq!(frequency(&filter(Market::FraElectricity), &electricity), Ok(Frequency::HalfHour));
    assert_eq!((of("RAW_INTERVAL"), of("HOUR_INTERVAL")), (Ok(Frequency::HalfHour), Ok(Frequency::Hour)));
    for finer in ["FIVE_MIN_INTERVAL", "FIFTEEN_MIN_INTERVAL", "POINT_IN_TIME"] {
        assert_eq!(of(finer), Err(codes::INTERVAL_UNSUPPORTED), "{finer}");
    }
    let of = |name: &str, is_smart| frequency(&named(name, Market::FraGas), &gas(is_smart));
    assert_eq!(
        (of("RAW_INTERVAL", true), of("RAW_INTERVAL", false)),
        (Ok(Frequency::Day), Ok(Frequency::Month))
    );
    assert_eq!(of("THIRTY_MIN_INTERVAL", true), Err(codes::INTERVAL_UNSUPPORTED));
    assert_eq!(of("DAY_INTERVAL", false), Err(codes::INTERVAL_UNSUPPORTED));
    assert_eq!(of("QUARTER_INTERVAL", false), Ok(Frequency::Quarter));
}

#[test]
fn a_meter_read_by_hand_is_known_by_whole_months() {
    let now = at("2025-06-20") + TimeDelta::hours(12);
    let known = |is_smart, until, quality| {
        let at = gas(is_smart);
        let meters = meters(&at, until);
        let filter = Filter { quality, ..filter(Market::FraGas) };
        filter.read(&at, &meters, now).expect("fits").expect("meters").known
    };
    assert_eq!(known(false, None, None), at("2025-01-10")..at("2025-06-01"));
    assert!(known(true, None, None).end >= at("2025-06-17"));
    assert_eq!(known(false, Some("2025-05-12"), None).end, at("2025-05-12"), "read when it was removed");
    assert!(known(true, None, Some(Quality::Estimate)).is_empty(), "nothing of gas is provisional");
}

#[test]
fn registers_are_counted_alone() {
    let at_home = installation(1, "00000000000001", Direction::Consumption, None);
    let meters = meters(&at_home, None);
    let now = at("2025-06-20");
    let of = |number: &str| {
        let filter = Filter { register: Some(number.to_owned()), ..filter(Market::FraElectricity) };
        filter.read(&at_home, &meters, now).map(|series| series.expect("meters").meter.classes().len())
    };
    assert_eq!((of("1"), of("2")), (Ok(1), Ok(1)));
    assert_eq!((of("3"), of("HP")), (Err(codes::REGISTER_UNMATCHED), Err(codes::REGISTER_UNMATCHED)));
}

#[test]
fn windows_are_days_or_instants() {
    let day = |text: &str| Some(text.parse().expect("a date"));
    let span = |instants, days| Window::new("Europe/Paris", instants, days).map(|window| window.span);
    let (one, two) = (Some(at("2025-03-30")), Some(at("2025-03-31")));
    assert_eq!(span((one, two), (None, None)), Ok(at("2025-03-30")..at("2025-03-31")));
    assert_eq!(
        span((None, None), (day("2025-03-30"), day("2025-03-30"))),
        Ok(at("2025-03-30")..at("2025-03-31"))
    );
    assert_eq!(span((two, None), (day("2025-03-30"), None)).map(|span| span.start), Ok(at("2025-03-30")));
    assert_eq!(span((two, one), (None, None)), Err(codes::RANGE_REVERSED));
    assert_eq!(span((one, one), (None, None)), Err(codes::RANGE_REVERSED));
    assert_eq!(span((None, None), (day("2025-03-31"), day("2025-03-30"))), Err(codes::RANGE_REVERSED));
    assert_eq!(Window::new("Nowhere", (None, None), (None, None)), Err(codes::TIMEZONE_UNKNOWN));
    // Nothing said, and the farthest that dates go.
    let far = span((None, None), (day("-262143-01-01"), day("+262142-12-31"))).expect("a window");
    assert!(far.start < far.end && span((None, None), (None, None)).is_ok());
}
