//! What measurements cost is what bills say.

use std::collections::BTreeMap;

use chrono_tz::Europe::Paris;

use super::super::{Frequency, Measurement, MeasurementQuery, Measurements, StatisticType};
use super::*;
use crate::agreements::AgreementId;
use crate::billing::{Period, Supply, lines};
use crate::bills::LineKind;
use crate::energy::HomeProfile;
use crate::ids::{AccountId, LedgerId, PropertyId};
use crate::metering::{JoinedMeters, MeterSetup, SupplyMeters};
use crate::seed::Seed;
use crate::supply_points::{Direction, ExternalIdentifier, Market, SupplyPoint};

const POINT: SupplyPointId = SupplyPointId(1);

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn agreement(id: i64, product: &str, from: &str, to: Option<&str>) -> Agreement {
    let at = |date: &str| dates::paris_instant(day(date), NaiveTime::MIN);
    Agreement {
        id: AgreementId(id),
        account_id: AccountId(1),
        supply_point_id: POINT,
        product_code: product.to_owned(),
        supply_contract_number: String::new(),
        valid_from: at(from),
        valid_to: to.map(at),
        billing_frequency_months: 12,
        charging_ledger: LedgerId(1),
    }
}

fn meters(agreements: &[Agreement], direction: Direction) -> SupplyMeters {
    let identifier = ExternalIdentifier::try_new(Market::FraElectricity, "00000000000001");
    let external_identifier = identifier.expect("14 digits");
    let point = SupplyPoint { id: POINT, property_id: PropertyId(1), external_identifier, direction };
    let home = HomeProfile { hot_water_wh_a_day: 5_000, solar_peak_watts: 3_000, ..HomeProfile::default() };
    let setup = MeterSetup::new(&point, &home, None, agreements, &Tariffs::france());
    SupplyMeters::install(&setup, Seed(7))
}

/// All that a year from 1 April 2025 on is measured in these intervals, oldest first.
fn measured(
    agreements: &[Agreement],
    direction: Direction,
    frequency: Frequency,
    (from, to): (&str, &str),
) -> Vec<Measurement> {
    let meters = meters(agreements, direction);
    let joined = JoinedMeters::of(&meters).expect("meters");
    let tariffs = Tariffs::france();
    let pricing = Pricing::new(&tariffs, &joined, POINT, agreements);
    let price = |part: &Part| pricing.price(part);
    let at = |date: &str| dates::paris_instant(day(date), NaiveTime::MIN);
    let window = at(from)..at(to);
    let query = MeasurementQuery { frequency, timezone: Paris, known: window.clone(), window };
    let list = Measurements::new(&joined, &query, &price).counting(direction);
    (0..list.len()).map(|index| list.get(index).expect("within the list")).collect()
}

/// Without and with taxes, by label.
fn sums(list: &[Measurement]) -> BTreeMap<String, (i64, i64)> {
    let mut sums = BTreeMap::new();
    for line in list.iter().flat_map(|measurement| &measurement.statistics) {
        let price = line.price.as_ref().expect("all of it is agreed");
        let sum: &mut (i64, i64) = sums.entry(line.label.clone()).or_default();
        sum.0 += price.excl_tax.0;
        sum.1 += price.incl_tax.0;
    }
    sums
}

/// Whether an amount in hundred-thousandths of a cent is this many cents, give or take so many.
fn close(amount: i64, cents: i64, off_by: i64) -> bool {
    (amount - cents * 100_000).abs() <= off_by * 100_000
}

#[test]
fn a_years_measurements_cost_what_its_bill_says() {
    // Prices changed on 1 February 2026, taxes on 1 August 2025 and 1 February 2026.
    let (from, to) = ("2025-04-01", "2026-04-01");
    let agreements = [agreement(1, "OCTO_FIXE_HPHC_2_V2", "2024-01-01", None)];
    let tariffs = Tariffs::france();
    let product = Arc::clone(tariffs.product("OCTO_FIXE_HPHC_2_V2").expect("in the catalogue"));
    let supply = Supply { agreement: agreements[0].clone(), product };
    let period = Period { index: 0, from: day(from), to: day(to), is_final: false };
    let meters: crate::metering::AccountMeters =
        [(POINT, Arc::new(meters(&agreements, Direction::Consumption)))].into();
    let bill = lines(&supply, &period, &tariffs, &meters);
    let net = |wanted: &dyn Fn(&LineKind) -> bool| {
        let of = bill.iter().filter(|line| wanted(&line.kind));
        of.map(|line| line.amounts.net.cents()).sum::<i64>()
    };
    let gross: i64 = bill.iter().map(|line| line.amounts.gross.cents()).sum();
    let of_class =
        |code| net(&move |kind: &LineKind| matches!(kind, LineKind::Energy { class, .. } if *class == code));
    for frequency in [Frequency::HalfHour, Frequency::Day, Frequency::Month, Frequency::Quarter] {
        let list = measured(&agreements, Direction::Consumption, frequency, (from, to));
        let sums = sums(&list);
        let labels: Vec<&str> = sums.keys().map(String::as_str).collect();
        assert_eq!(labels, ["ABONNEMENT", "HEURES_CREUSES", "HEURES_PLEINES"]);
        // Each of the bill's lines is rounded to a cent.
        assert!(close(sums["HEURES_PLEINES"].0, of_class(ClassCode::Hp), 3), "{frequency:?}");
        assert!(close(sums["HEURES_CREUSES"].0, of_class(ClassCode::Hc), 3), "{frequency:?}");
        let standing = net(&|kind| matches!(kind, LineKind::Standing { .. }));
        assert!(close(sums["ABONNEMENT"].0, standing, 3), "{frequency:?}");
        let with_taxes: i64 = sums.values().map(|sum| sum.1).sum();
        assert!(close(with_taxes, gross, 15), "{frequency:?}: {with_taxes} against {gross}");
    }
}

#[test]
fn an_interval_across_a_change_is_the_sum_of_its_days() {
    let agreements = [
        agreement(1, "OCTO_FIXE_BASE_1_V2", "2024-01-01", Some("2026-02-11")),
        agreement(2, "OCTO_EFFACEMENT_HPHC_2_V1", "2026-02-11", None),
    ];
    let window = ("2026-01-01", "2026-04-01");
    let days = measured(&agreements, Direction::Consumption, Frequency::Day, window);
    let quarter = measured(&agreements, Direction::Consumption, Frequency::Quarter, window);
    let (by_day, whole) = (sums(&days), sums(&quarter));
    assert_eq!(quarter.len(), 1);
    let labels: Vec<&str> = whole.keys().map(String::as_str).collect();
    let effacement = ["CONSUMPTION_EFFACEMENT_HPHC_2_HC", "CONSUMPTION_EFFACEMENT_HPHC_2_HP"];
    assert_eq!(labels, ["ABONNEMENT", "BASE", effacement[0], effacement[1]]);
    for (label, (excl_tax, incl_tax)) in &by_day {
        // A hundred-thousandth of a cent a day at most.
        assert!(
            (excl_tax - whole[label].0).abs() <= 90 && (incl_tax - whole[label].1).abs() <= 90,
            "{label}"
        );
    }
}

#[test]
fn a_day_costs_the_same_however_long_it_is() {
    let agreements = [agreement(1, "OCTO_FIXE_BASE_1_V2", "2024-01-01", None)];
    let standing = |date: &str, frequency| {
        let after = day(date).succ_opt().expect("a date").to_string();
        let list = measured(&agreements, Direction::Consumption, frequency, (date, &after));
        (list.len(), sums(&list)["ABONNEMENT"].0)
    };
    let (_, whole) = standing("2025-10-20", Frequency::Day);
    for (date, half_hours) in [("2025-10-20", 48), ("2025-10-26", 50), ("2025-03-30", 46)] {
        assert_eq!(standing(date, Frequency::Day), (1, whole));
        let (count, sum) = standing(date, Frequency::HalfHour);
        assert!(count == half_hours && (sum - whole).abs() <= 25, "{date}: {count}, {sum} against {whole}");
    }
}

#[test]
fn what_is_fed_in_earns_its_price_and_costs_nothing() {
    let agreements = [agreement(1, "OCTO_SOLAIRE_RACHAT_1_V1", "2024-01-01", None)];
    let june = measured(&agreements, Direction::Generation, Frequency::Month, ("2025-06-01", "2025-07-01"));
    let [line] = june[0].statistics.as_slice() else { panic!("one line, no standing charge: {june:?}") };
    assert_eq!(line.statistic_type, StatisticType::GenerationValue);
    let price = line.price.as_ref().expect("a price");
    // 6 cents a kWh, without taxes.
    assert_eq!((price.excl_tax, price.incl_tax), (FineCents(june[0].wh * 600), price.excl_tax));
}

#[test]
fn what_nobody_agreed_to_has_no_price() {
    let agreements = [
        agreement(1, "OCTO_FIXE_BASE_1_V2", "2024-01-01", Some("2025-01-01")),
        agreement(2, "OCTO_FIXE_BASE_1_V2", "2025-03-01", None),
    ];
    let months =
        measured(&agreements, Direction::Consumption, Frequency::Month, ("2024-12-01", "2025-04-01"));
    let priced: Vec<bool> = months.iter().map(|month| month.statistics[0].price.is_some()).collect();
    assert_eq!(priced, [true, false, false, true]);
    assert_eq!(months[1].statistics.len(), 1, "and no standing charge");
}
