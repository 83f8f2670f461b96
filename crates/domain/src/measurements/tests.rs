//! Measurements: intervals join, sums agree with the meter, and texts are as captured.

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Europe::Paris;
use proptest::prelude::*;

use super::*;
use crate::calendars::Calendar;
use crate::energy::{ElectricityMeter, GasMeter, GasUse, Home, HomeProfile, OffPeakHours, ParisDay};
use crate::readings::KnownEnergy;
use crate::seed::Seed;

fn midnight(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    ParisDay::of(NaiveDate::from_ymd_opt(year, month, day).unwrap()).start()
}

fn home() -> Home {
    let gas = GasUse { heating_kwh_a_year: 8_000, hot_water_kwh_a_year: 2_000, cooking_kwh_a_year: 500 };
    Home::new(HomeProfile { hot_water_wh_a_day: 4_000, gas, ..HomeProfile::default() }, Seed(11), "measured")
}

fn meter() -> ElectricityMeter {
    ElectricityMeter::new(home(), Calendar::hp_hc(OffPeakHours::default()), midnight(2025, 1, 1))
}

fn no_price(_: &Part) -> Option<Price> {
    None
}

fn all(meter: &dyn EnergyMeter, query: &MeasurementQuery) -> Vec<Measurement> {
    let measurements = Measurements::new(meter, query, &no_price);
    (0..measurements.len()).map(|index| measurements.get(index).expect("within the list")).collect()
}

fn frequencies() -> impl Strategy<Value = Frequency> {
    prop_oneof![
        Just(Frequency::HalfHour),
        Just(Frequency::Hour),
        Just(Frequency::Day),
        Just(Frequency::Week),
        Just(Frequency::Month),
        Just(Frequency::Quarter)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn intervals_join_and_sum_to_what_the_meter_counted(frequency in frequencies(), start in 0..500_i64, days in 1..60_i64, minutes in 0..1_440_i64, paris in any::<bool>()) {
        let meter = meter();
        let timezone = if paris { Paris } else { chrono_tz::America::New_York };
        let from = meter.installed_at() + TimeDelta::minutes(start * 1_440 + minutes);
        let known = KnownEnergy::of_electricity(&meter, midnight(2026, 4, 20) + TimeDelta::hours(13)).combined();
        let query = MeasurementQuery { frequency, timezone, window: from..from + TimeDelta::days(days), known: known.clone() };
        let list = all(&meter, &query);
        for pair in list.windows(2) {
            prop_assert_eq!(pair[0].end_at, pair[1].start_at);
        }
        if let (Some(first), Some(last)) = (list.first(), list.last()) {
            prop_assert!(query.window.contains(&first.start_at.to_utc()) && query.window.contains(&last.start_at.to_utc()));
            let until = last.end_at.to_utc().min(known.end);
            let sum: i64 = list.iter().map(|measurement| measurement.wh).sum();
            prop_assert_eq!(sum, meter.energy_wh(None, first.start_at.to_utc(), until));
        }
        for measurement in &list {
            prop_assert_eq!(measurement.wh, measurement.statistics.iter().filter_map(|line| line.wh).sum::<i64>());
        }
    }
}

fn query(frequency: Frequency, window: Range<DateTime<Utc>>) -> MeasurementQuery {
    let known = midnight(2025, 1, 1)..midnight(2026, 6, 18);
    MeasurementQuery { frequency, timezone: Paris, window, known }
}

#[test]
fn counts_follow_the_calendar() {
    let meter = meter();
    let count = |frequency, window| all(&meter, &query(frequency, window)).len();
    let october = midnight(2025, 10, 1)..midnight(2025, 11, 1);
    assert_eq!(count(Frequency::Hour, october.clone()), 745, "the clock's change has a 745th hour");
    assert_eq!(count(Frequency::HalfHour, october.clone()), 1_490);
    assert_eq!(count(Frequency::Day, october), 31);
    let year = midnight(2025, 1, 1)..midnight(2026, 1, 1);
    assert_eq!(count(Frequency::Week, year.clone()), 52, "Mondays of 2025");
    assert_eq!(count(Frequency::Month, year.clone()), 12);
    assert_eq!(count(Frequency::Quarter, year), 4);
    assert_eq!(count(Frequency::Day, midnight(2026, 6, 16)..midnight(2027, 1, 1)), 2, "up to what is known");
    assert_eq!(
        count(Frequency::Day, midnight(2020, 1, 1)..midnight(2025, 1, 3)),
        2,
        "since the meter is there"
    );
    let reversed = MeasurementQuery {
        window: midnight(2026, 1, 2)..midnight(2026, 1, 1),
        ..query(Frequency::Day, midnight(2026, 1, 1)..midnight(2026, 1, 2))
    };
    assert_eq!(all(&meter, &reversed).len(), 0);
}

#[test]
fn a_day_reads_as_captured() {
    let meter = meter();
    let price = |part: &Part| {
        let (amount, label) = match part.of {
            PartOf::Energy { wh, class } => {
                (wh * 1_155, class.map(|class| product_label("EFFACEMENT_HPHC_2", class)))
            }
            PartOf::StandingCharge => (5_600_000, None),
        };
        Some(Price { label, incl_tax: FineCents(amount), excl_tax: FineCents(amount * 5 / 6) })
    };
    let query = query(Frequency::Day, midnight(2026, 6, 16)..midnight(2026, 6, 17));
    let measurements = Measurements::new(&meter, &query, &price);
    let day = measurements.page(&PageRequest::first(5)).items.remove(0);
    assert_eq!(day.start_at.to_rfc3339(), "2026-06-16T00:00:00+02:00");
    assert_eq!(day.duration_in_seconds(), 86_400);
    let labels: Vec<&str> = day.statistics.iter().map(|line| line.label.as_str()).collect();
    assert_eq!(
        labels,
        ["CONSUMPTION_EFFACEMENT_HPHC_2_HP", "CONSUMPTION_EFFACEMENT_HPHC_2_HC", "ABONNEMENT"]
    );
    let standing = day.statistics.last().expect("a standing charge");
    assert_eq!(standing.wh, None);
    assert_eq!(standing.price.as_ref().map(|price| price.incl_tax.to_string()).as_deref(), Some("56.00000"));
}

#[test]
fn texts_have_the_captured_decimals() {
    let measurement = |wh| Measurement {
        start_at: midnight(2026, 6, 16).with_timezone(&Paris),
        end_at: midnight(2026, 6, 17).with_timezone(&Paris),
        wh,
        statistics: Vec::new(),
    };
    assert_eq!(measurement(4_744).value(), "4.74400000000000000");
    assert_eq!(measurement(7).value(), "0.00700000000000000");
    assert_eq!(kwh(3_499), "3.499");
    assert_eq!(kwh(-50), "-0.050");
    assert_eq!(FineCents(4_042_299).to_string(), "40.42299");
    assert_eq!(FineCents(-1).to_string(), "-0.00001");
    assert_eq!(StatisticType::TouBucketCost.to_string(), "TOU_BUCKET_COST");
}

#[test]
fn gas_has_one_line() {
    let meter = GasMeter::new(home(), midnight(2025, 1, 1));
    let days = all(&meter, &query(Frequency::Day, midnight(2026, 1, 1)..midnight(2026, 2, 1)));
    assert_eq!(days.len(), 31);
    assert!(
        days.iter()
            .all(|day| day.wh > 0 && day.statistics.len() == 1 && day.statistics[0].label == GAS_LABEL)
    );
}
