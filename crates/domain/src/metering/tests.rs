//! Meters that follow one another.

use super::*;
use crate::ids::{LedgerId, PropertyId};
use crate::supply_points::ExternalIdentifier;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn agreement(id: i64, product: &str, from: &str, to: Option<&str>) -> Agreement {
    Agreement {
        id: AgreementId(id),
        account_id: AccountId(1),
        supply_point_id: SupplyPointId(1),
        product_code: product.to_owned(),
        supply_contract_number: String::new(),
        valid_from: at(from),
        valid_to: to.map(at),
        billing_frequency_months: 1,
        charging_ledger: LedgerId(1),
    }
}

fn meters(agreements: &[Agreement]) -> SupplyMeters {
    let identifier = ExternalIdentifier::try_new(Market::FraElectricity, "00000000000001");
    let point = SupplyPoint {
        id: SupplyPointId(1),
        property_id: PropertyId(1),
        external_identifier: identifier.expect("14 digits"),
        direction: Direction::Consumption,
    };
    let tariffs = Tariffs::france();
    let setup = MeterSetup::new(&point, &HomeProfile::default(), None, agreements, &tariffs);
    SupplyMeters::install(&setup, Seed(42))
}

#[test]
fn a_new_calendar_is_a_new_meter_that_goes_on_where_the_old_one_stood() {
    let (first, second) = ("2025-01-01T23:00:00Z", "2025-03-01T23:00:00Z");
    let back = "2025-04-01T22:00:00Z";
    let meters = meters(&[
        agreement(1, "OCTO_FIXE_BASE_1_V1", "2024-06-01T10:00:00Z", Some(first)),
        agreement(2, "OCTO_FIXE_BASE_1_V2", first, Some(second)),
        agreement(3, "OCTO_FIXE_HPHC_2_V2", second, Some(back)),
        agreement(4, "OCTO_EFFACEMENT_HPHC_2_V1", back, None),
    ]);
    let served: Vec<_> = meters.stretches().iter().map(|stretch| stretch.agreements.len()).collect();
    assert_eq!(served, [2, 1, 1], "two products on BASE share a meter");
    let index =
        |id, class, instant| meters.of(AgreementId(id)).expect("a meter").index_wh(Some(class), at(instant));
    assert!(index(1, ClassCode::Base, first) > index(1, ClassCode::Base, "2024-06-02T00:00:00Z"));
    assert_eq!(index(3, ClassCode::Hp, back), index(4, ClassCode::Hp, back), "HP goes on");
    assert!(index(4, ClassCode::Hp, "2025-05-01T00:00:00Z") > index(3, ClassCode::Hp, back));
    assert!(meters.of(AgreementId(5)).is_none());
}

#[test]
fn who_leaves_is_counted_no_more() {
    let meters =
        meters(&[agreement(1, "OCTO_FIXE_BASE_1_V2", "2024-06-01T10:00:00Z", Some("2025-01-01T23:00:00Z"))]);
    let meter = meters.of(AgreementId(1)).expect("a meter");
    let energy = |from, to| EnergyMeter::energy_wh(meter, None, at(from), at(to));
    assert_eq!(energy("2025-01-01T23:00:00Z", "2026-01-01T00:00:00Z"), 0);
    assert!(energy("2024-12-01T00:00:00Z", "2024-12-02T00:00:00Z") > 0);
    // The day in which the agreement began belongs to it as a whole.
    assert_eq!(meter.installed_at(), at("2024-05-31T22:00:00Z"));
}

const SWITCH: &str = "2025-03-01T23:00:00Z";

/// Both traits that a meter has would answer to a method call.
fn wh(meter: &dyn EnergyMeter, class: Option<ClassCode>, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
    EnergyMeter::energy_wh(meter, class, from, to)
}

fn switched() -> [Agreement; 2] {
    [
        agreement(1, "OCTO_FIXE_BASE_1_V2", "2024-06-01T10:00:00Z", Some(SWITCH)),
        agreement(2, "OCTO_FIXE_HPHC_2_V2", SWITCH, None),
    ]
}

#[test]
fn joined_meters_count_as_one_that_was_always_there() {
    let meters = meters(&switched());
    let joined = JoinedMeters::of(&meters).expect("meters");
    let codes: Vec<_> = joined.classes().iter().map(|class| class.code).collect();
    assert_eq!(codes, [ClassCode::Base, ClassCode::Hp, ClassCode::Hc]);
    let (from, to) = (at("2025-02-01T00:00:00Z"), at("2025-04-01T00:00:00Z"));
    let of = |id, from, to| wh(meters.of(AgreementId(id)).expect("a meter"), None, from, to);
    assert_eq!(wh(&joined, None, from, to), of(1, from, at(SWITCH)) + of(2, at(SWITCH), to));
    let sum: i64 = codes.iter().map(|code| wh(&joined, Some(*code), from, to)).sum();
    assert_eq!(sum, wh(&joined, None, from, to));
    assert_eq!(
        joined.index_wh(None, joined.installed_at()),
        0,
        "what a display showed before is not counted"
    );
    let off_peak = joined.clone().register(2).expect("a register");
    assert_eq!(wh(&off_peak, None, from, to), wh(&joined, Some(ClassCode::Hc), from, to));
    assert_eq!(wh(&off_peak, Some(ClassCode::Base), from, to), 0);
    assert!(joined.register(9).is_none());
}

#[test]
fn the_distributor_counts_the_same_energy() {
    let meters = meters(&switched());
    let (joined, own) =
        (JoinedMeters::of(&meters).expect("meters"), meters.distributor().expect("registers"));
    let codes: Vec<_> = own.classes().iter().map(|class| class.code.to_string()).collect();
    assert_eq!(codes, ["HPH", "HCH", "HPB", "HCB"]);
    for (from, to) in [
        ("2025-01-31T23:00:00Z", "2025-04-30T22:00:00Z"),
        ("2025-05-03T22:00:00Z", "2025-05-04T22:00:00Z"),
        ("2024-06-01T22:00:00Z", "2025-07-01T22:00:00Z"),
    ] {
        assert_eq!(wh(own, None, at(from), at(to)), wh(&joined, None, at(from), at(to)), "{from}");
    }
    let (from, to) = (at("2025-05-03T22:00:00Z"), at("2025-05-04T22:00:00Z"));
    let off_peak = [(own as &dyn EnergyMeter, ClassCode::Hcb), (&joined, ClassCode::Hc)];
    let [theirs, ours] = off_peak.map(|(meter, class)| wh(meter, Some(class), from, to));
    assert!(theirs > 0 && theirs == ours, "22:00 to 06:00 are off-peak to both");
}
