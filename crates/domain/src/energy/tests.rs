//! The energy of households as properties: over seeds, homes, calendars and spans.

use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use proptest::prelude::*;

use super::*;
use crate::calendars::Calendar;
use crate::seed::Seed;
use crate::supply_points::Direction;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn midnight(date: NaiveDate) -> DateTime<Utc> {
    ParisDay::of(date).start()
}

/// A house with everything.
pub(crate) fn house() -> HomeProfile {
    HomeProfile {
        base_kwh_a_year: 3_200,
        heating: Heating::Direct { watts_per_kelvin: 150 },
        hot_water_wh_a_day: 6_500,
        vehicle: Some(Vehicle { kwh_a_week: 45, charger_watts: 7_400 }),
        solar_peak_watts: 3_000,
        gas: GasUse { heating_kwh_a_year: 9_000, hot_water_kwh_a_year: 2_500, cooking_kwh_a_year: 600 },
        ..HomeProfile::default()
    }
}

fn profiles() -> impl Strategy<Value = HomeProfile> {
    let heating = prop_oneof![
        Just(Heating::None),
        (30..250_u32).prop_map(|watts_per_kelvin| Heating::Direct { watts_per_kelvin }),
        (30..250_u32).prop_map(|watts_per_kelvin| Heating::HeatPump { watts_per_kelvin }),
    ];
    let off_peak =
        prop_oneof![Just("HC (22H00-6H00)"), Just("HC (1H30-7H30;12H30-14H30)"), Just("HC (2H00-7H00)")];
    let vehicle = proptest::option::of(
        (10..120_u32, 2_000..22_000_u32)
            .prop_map(|(kwh_a_week, charger_watts)| Vehicle { kwh_a_week, charger_watts }),
    );
    (0..9_000_u32, heating, 0..12_000_u32, off_peak, 0..9_000_u32, vehicle).prop_map(
        |(base_kwh_a_year, heating, hot_water_wh_a_day, off_peak, solar_peak_watts, vehicle)| HomeProfile {
            base_kwh_a_year,
            heating,
            hot_water_wh_a_day,
            vehicle,
            solar_peak_watts,
            off_peak: off_peak.parse().unwrap(),
            ..house()
        },
    )
}

fn meters() -> impl Strategy<Value = ElectricityMeter> {
    let calendars = prop_oneof![
        Just("BASE"),
        Just("HPHC"),
        Just("TEMPO"),
        Just("EFFACEMENT_HPHC_2"),
        Just("EFFACEMENT_OCTOFLEX_6"),
        Just("DISTRIBUTEUR_4")
    ];
    (any::<u64>(), profiles(), calendars, 0..15_000_u64, 0..48_u32).prop_map(
        |(seed, profile, name, day, half_hour)| {
            let calendar = Calendar::named(name, &profile.off_peak).unwrap();
            let home = Home::new(profile, Seed(seed), "14295224261882");
            let installed_at = ParisDay::of(date(2010, 1, 1) + Days::new(day)).instant(half_hour);
            ElectricityMeter::new(home, calendar, installed_at)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Index difference = sum of the half-hours, for each register and in total, over any span.
    #[test]
    fn indexes_are_sums_of_half_hours(meter in meters(), skip in 0..120_u64, days in 1..30_u64, cut in (0..46_u32, 1..46_u32)) {
        let first = ParisDay::containing(meter.installed_at()).date() + Days::new(skip);
        let last = first + Days::new(days);
        let (from, to) = (ParisDay::of(first).instant(cut.0), ParisDay::of(last).instant(cut.1));
        let from = from.max(meter.installed_at());
        let mut sums = vec![0; meter.classes().len()];
        for date in first.iter_days().take_while(|date| *date <= last) {
            let metered = meter.day(date);
            prop_assert_eq!(metered.wh().len(), metered.day.half_hours() as usize);
            for ((position, wh), class) in (0..).zip(metered.wh()).zip(metered.classes()) {
                let at = metered.day.instant(position);
                prop_assert!(*wh >= 0);
                if from <= at && at < to {
                    sums[class] += wh;
                }
            }
        }
        for (class, sum) in meter.classes().iter().zip(&sums) {
            prop_assert_eq!(meter.energy_wh(Some(class.code), from, to), *sum, "{}", class.code);
        }
        prop_assert_eq!(meter.energy_wh(None, from, to), sums.iter().sum::<i64>());
        prop_assert_eq!(meter.index_wh(None, meter.installed_at()), 0);
    }

    /// The order in which a meter is asked changes nothing, nor does what it was asked before; an index never falls.
    #[test]
    fn a_meter_has_no_memory(meter in meters(), hours in prop::collection::vec(0..3_000_i64, 1..8)) {
        let fresh = ElectricityMeter::new(meter.home().clone(), meter.calendar().clone(), meter.installed_at());
        let mut sorted = hours.clone();
        sorted.sort_unstable();
        let at = |hour: i64| meter.installed_at() + TimeDelta::minutes(hour * 47);
        let asked: Vec<i64> = hours.iter().map(|hour| meter.index_wh(None, at(*hour))).collect();
        let in_order: Vec<i64> = sorted.iter().map(|hour| fresh.index_wh(None, at(*hour))).collect();
        prop_assert!(in_order.is_sorted());
        for (hour, wh) in hours.iter().zip(asked) {
            prop_assert_eq!(wh, in_order[sorted.iter().position(|other| other == hour).unwrap()]);
        }
    }

    /// Days of 46 and 50 half-hours add up as all others do, and nights lose nothing in them.
    #[test]
    fn the_clocks_change_leaves_sums_alone(seed in any::<u64>(), profile in profiles(), year in 2010..2090_i32) {
        let home = Home::new(profile, Seed(seed), "dst");
        for month in [3, 10] {
            let days = (25..=31).map(|day| ParisDay::of(date(year, month, day)));
            let day = days.into_iter().find(|day| day.half_hours() != 48).unwrap();
            let meter = ElectricityMeter::new(home.clone(), Calendar::hp_hc(OffPeakHours::default()), day.start());
            let metered = meter.day(day.date());
            prop_assert_eq!(metered.wh().len(), if month == 3 { 46 } else { 50 });
            prop_assert_eq!(meter.energy_wh(None, day.start(), day.end()), metered.wh().iter().sum::<i64>());
            let off_peak = metered.classes().filter(|class| *class == 1).count();
            prop_assert_eq!(off_peak, if month == 3 { 14 } else { 18 });
        }
    }

    /// Gas: each span is the sum of its parts, at any instant, and nothing ever falls.
    #[test]
    fn gas_adds_up(seed in any::<u64>(), start in 0..10_000_u64, seconds in prop::collection::vec(0..40_000_000_i64, 2..8)) {
        let meter = GasMeter::new(Home::new(house(), Seed(seed), "gas"), midnight(date(2010, 1, 1) + Days::new(start)));
        let mut seconds = seconds;
        seconds.sort_unstable();
        let at: Vec<_> = seconds.iter().map(|second| meter.installed_at() + TimeDelta::seconds(*second)).collect();
        let parts: i64 = at.windows(2).map(|pair| meter.energy_wh(None, pair[0], pair[1])).sum();
        prop_assert_eq!(parts, meter.energy_wh(None, at[0], at[at.len() - 1]));
        prop_assert!(at.windows(2).all(|pair| meter.index(pair[0]).litres <= meter.index(pair[1]).litres));
        let first = ParisDay::containing(at[0]).next();
        let days: Vec<GasVolume> = first.date().iter_days().take(40).map(|date| meter.day(date)).collect();
        let end = midnight(first.date() + Days::new(40));
        prop_assert_eq!(meter.energy_wh(None, first.start(), end), days.iter().map(|day| day.wh).sum::<i64>());
        let litres = meter.index(end).litres - meter.index(first.start()).litres;
        prop_assert_eq!(litres, days.iter().map(|day| day.litres).sum::<i64>());
    }

    /// The same seed gives the same values; another home or another world gives others.
    #[test]
    fn chance_is_the_seed(seed in any::<u64>(), day in 0..20_000_u64) {
        let day = ParisDay::of(date(2010, 1, 1) + Days::new(day));
        let curve = |seed, label| Home::new(house(), Seed(seed), label).day(&day);
        prop_assert_eq!(curve(seed, "a"), curve(seed, "a"));
        prop_assert_ne!(curve(seed, "a"), curve(seed, "b"));
        prop_assert_ne!(curve(seed, "a"), curve(seed ^ 1, "a"));
    }
}

/// The mean of a year's days in W at each half-hour of the clock, over the months asked for.
fn mean_watts(home: &Home, months: &[u32]) -> [i64; 48] {
    let (mut sums, mut days) = ([0; 48], 0);
    for date in date(2025, 1, 1).iter_days().take(365).filter(|date| months.contains(&date.month())) {
        let day = ParisDay::of(date);
        let curve = home.day(&day);
        for position in 0..day.half_hours() {
            sums[day.half_hour(position).local as usize] += curve.import_wh[position as usize] * 2;
        }
        days += 1;
    }
    sums.map(|sum| sum / days)
}

fn mean(watts: &[i64]) -> i64 {
    watts.iter().sum::<i64>() / i64::try_from(watts.len()).unwrap()
}

#[test]
fn a_curve_looks_like_a_household() {
    for seed in 0..8 {
        let home = |profile| Home::new(profile, Seed(seed), "curve");
        let flat = mean_watts(
            &home(HomeProfile { base_kwh_a_year: 2_400, ..HomeProfile::default() }),
            &[4, 5, 6, 9],
        );
        let (night, morning, evening) = (mean(&flat[4..10]), mean(&flat[13..17]), mean(&flat[37..43]));
        assert!(evening > 3 * night, "evening {evening}, night {night}");
        assert!(morning * 10 > night * 18, "morning {morning}, night {night}");
        assert!((230..310).contains(&mean(&flat)), "2400 kWh a year are 274 W: {}", mean(&flat));

        let heated = home(HomeProfile {
            heating: Heating::Direct { watts_per_kelvin: 150 },
            ..HomeProfile::default()
        });
        let (winter, summer) =
            (mean(&mean_watts(&heated, &[12, 1, 2])), mean(&mean_watts(&heated, &[6, 7, 8])));
        assert!(winter > 4 * summer, "winter {winter}, summer {summer}");
        let pump = home(HomeProfile {
            heating: Heating::HeatPump { watts_per_kelvin: 150 },
            ..HomeProfile::default()
        });
        let with_pump = mean(&mean_watts(&pump, &[12, 1, 2]));
        assert!(summer * 2 < with_pump && with_pump * 10 < winter * 6, "a heat pump needs less: {with_pump}");

        let tank = home(HomeProfile { hot_water_wh_a_day: 6_000, ..HomeProfile::default() });
        let tank = mean_watts(&tank, &[10, 11]);
        assert!(mean(&tank[44..48]) > 3 * mean(&tank[38..42]), "the tank makes the night's peak");
    }
}

#[test]
fn a_year_is_about_what_was_described() {
    let kwh = |profile: HomeProfile, direction| {
        let sums = (0..6).map(|seed| {
            let home = Home::new(profile.clone(), Seed(seed), "year");
            let meter =
                ElectricityMeter::new(home, Calendar::base(), midnight(date(2025, 1, 1))).counting(direction);
            meter.energy_wh(None, midnight(date(2025, 1, 1)), midnight(date(2026, 1, 1))) / 1_000
        });
        sums.sum::<i64>() / 6
    };
    let nothing = HomeProfile { base_kwh_a_year: 0, ..HomeProfile::default() };
    let base = kwh(HomeProfile { base_kwh_a_year: 3_000, ..nothing.clone() }, Direction::Consumption);
    assert!((2_700..3_200).contains(&base), "base {base}");
    let tank = kwh(HomeProfile { hot_water_wh_a_day: 5_000, ..nothing.clone() }, Direction::Consumption);
    assert!((1_600..1_900).contains(&tank), "tank {tank}");
    let vehicle = Some(Vehicle { kwh_a_week: 40, charger_watts: 7_400 });
    let car = kwh(HomeProfile { vehicle, ..nothing.clone() }, Direction::Consumption);
    assert!((1_750..2_250).contains(&car), "car {car}");
    let heating = Heating::Direct { watts_per_kelvin: 100 };
    let heating = kwh(HomeProfile { heating, ..nothing.clone() }, Direction::Consumption);
    assert!((3_800..6_000).contains(&heating), "heating {heating}");
    let solar = kwh(HomeProfile { solar_peak_watts: 1_000, ..nothing }, Direction::Generation);
    assert!((950..1_350).contains(&solar), "solar {solar}");
    let gas: i64 = (0..10)
        .map(|seed| {
            let meter = GasMeter::new(Home::new(house(), Seed(seed), "gas"), midnight(date(2025, 1, 1)));
            meter.energy_wh(None, midnight(date(2025, 1, 1)), midnight(date(2026, 1, 1))) / 1_000
        })
        .sum::<i64>()
        / 10;
    assert!((10_500..13_500).contains(&gas), "gas {gas}");
}

#[test]
fn the_sun_exports_by_day_and_a_session_is_in_the_curve() {
    let home = Home::new(HomeProfile { base_kwh_a_year: 0, ..house() }, Seed(9), "sun");
    let june: Vec<DayCurve> =
        date(2026, 6, 1).iter_days().take(30).map(|date| home.day(&ParisDay::of(date))).collect();
    let noons: i64 = june.iter().map(|curve| curve.export_wh[22..34].iter().sum::<i64>()).sum();
    assert!((150_000..450_000).contains(&noons), "3 kWp on 30 June days: {noons} Wh around noon");
    assert!(june.iter().all(|curve| curve.export_wh[..8].iter().all(|wh| *wh == 0)), "no sun before 04:00");
    let only_car = HomeProfile { base_kwh_a_year: 0, vehicle: house().vehicle, ..HomeProfile::default() };
    let home = Home::new(only_car, Seed(9), "car");
    let meter = ElectricityMeter::new(home.clone(), Calendar::base(), midnight(date(2026, 1, 1)));
    let sessions: Vec<_> =
        date(2026, 1, 2).iter_days().take(120).filter_map(|night| home.charging_session(night)).collect();
    assert!((50..85).contains(&sessions.len()), "{}", sessions.len());
    for session in sessions {
        let counted = meter.energy_wh(None, session.start_at, session.end_at);
        assert!((counted - session.energy_wh).abs() < 20, "{counted} {session:?}");
    }
}

#[test]
fn a_meter_counts_from_installation_to_removal() {
    let home = Home::new(house(), Seed(2), "life");
    let noon = midnight(date(2026, 3, 3)) + TimeDelta::hours(12);
    let meter = ElectricityMeter::new(home.clone(), Calendar::base(), noon)
        .removed_at(noon + TimeDelta::days(9))
        .starting_at(crate::calendars::ClassCode::Base, 5_000_000);
    assert_eq!(meter.dates(), Some((date(2026, 3, 3), date(2026, 3, 12))));
    assert_eq!(meter.index_wh(None, noon - TimeDelta::days(400)), 5_000_000);
    let end = meter.index_wh(None, noon + TimeDelta::days(9));
    assert!(end > 5_000_000);
    assert_eq!(meter.index_wh(None, DateTime::<Utc>::MAX_UTC), end);
    assert_eq!(meter.day(date(2026, 3, 13)).wh().iter().sum::<i64>(), 0);
    // A clock at the end of time asks for no more than a century.
    let far = GasMeter::new(home, midnight(date(2095, 1, 1)));
    assert!(far.index(DateTime::<Utc>::MAX_UTC).wh > 0);
}
