//! Devices as properties: over seeds, homes and instants.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::energy::{Home, HomeProfile, ParisDay, Vehicle};

fn home(seed: u64, kwh_a_week: u32, off_peak: &str) -> Home {
    let vehicle = Some(Vehicle { kwh_a_week, charger_watts: 7_400 });
    let profile =
        HomeProfile { vehicle, off_peak: off_peak.parse().expect("well formed"), ..HomeProfile::default() };
    Home::new(profile, Seed(seed), "123008")
}

fn device(kind: DeviceKind) -> Device {
    let preferences = Preferences::each_day(NaiveTime::MIN, Percent::whole(80));
    Device {
        id: DeviceId::drawn(Seed(1)),
        account_id: AccountId(1),
        property_id: PropertyId(123_008),
        kind,
        name: None,
        provider: Provider::Enode,
        make: None,
        model: None,
        integration_device_id: None,
        battery_wh: 60_000,
        charged_to: Percent::whole(80),
        lifecycle: Lifecycle::Live,
        registered_at: noon(date(2024, 1, 1)),
        settings: Settings::new(preferences),
    }
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn noon(date: NaiveDate) -> DateTime<Utc> {
    ParisDay::of(date).instant(24)
}

/// Any half-hour of two years.
fn instants() -> impl Strategy<Value = DateTime<Utc>> {
    (0..35_000_i64).prop_map(|half_hour| noon(date(2025, 1, 1)) + TimeDelta::minutes(half_hour * 30 + 7))
}

fn homes() -> impl Strategy<Value = Home> {
    let hours = prop_oneof![
        Just("HC (22H00-6H00)"),
        Just("HC (1H30-7H30;12H30-14H30)"),
        Just("HC (9H00-16H00)"),
        Just("HC (16H00-15H00)"),
    ];
    (any::<u64>(), 5..100_u32, hours).prop_map(|(seed, week, hours)| home(seed, week, hours))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// The level rises by what the charge takes and falls in between, and never jumps.
    #[test]
    fn the_level_follows_the_charges(home in homes(), at in instants()) {
        let (car, own) = (Car::of(&home), device(DeviceKind::ElectricVehicle));
        let charge = car.next_to_end(at).expect("one in sixty nights");
        let full = own.charged_to.hundredths();
        prop_assert_eq!(car.level(&own, charge.end_at), full);
        prop_assert_eq!(car.level(&own, charge.start_at), full - own.share(charge.energy_wh));
        prop_assert_eq!(car.taken(&charge, charge.start_at), 0);
        prop_assert_eq!(car.taken(&charge, charge.end_at), charge.energy_wh);
        let step = TimeDelta::minutes(10);
        let mut level = car.level(&own, at);
        for number in 1..200 {
            let now = at + step * number;
            let next = car.level(&own, now);
            prop_assert!((0..=full).contains(&next));
            if car.charge_at(now).is_none() && car.charge_at(now - step).is_none() {
                // A charge may lie between the two only if it is shorter than a step, which none is.
                prop_assert!(next <= level, "falls while nothing charges");
            }
            // 7.4 kW for ten minutes are 2.06 % of 60 kWh.
            prop_assert!(next - level <= 207, "{level} {next}");
            level = next;
        }
    }

    /// Power is the energy's slope, half-hour by half-hour.
    #[test]
    fn power_adds_up_to_the_energy(home in homes(), at in instants()) {
        let car = Car::of(&home);
        let charge = car.next_to_end(at).expect("one in sixty nights");
        let half_hours = (charge.end_at - charge.start_at).num_minutes() / 30;
        let sum: i64 = (0..half_hours)
            .map(|number| car.drawn(&charge, charge.start_at + TimeDelta::minutes(30 * number)) / 2)
            .sum();
        prop_assert!((charge.energy_wh - sum).abs() <= half_hours);
        prop_assert_eq!(car.drawn(&charge, charge.end_at), 0);
    }

    /// What is planned has not ended, and comes true as a session; nothing is planned for a car that is out.
    #[test]
    fn plans_come_true(home in homes(), at in instants()) {
        let car = Car::of(&home);
        for own in [device(DeviceKind::ElectricVehicle), device(DeviceKind::ChargePoint)] {
            let planned = own.planned_dispatches(&car, at);
            prop_assert!(car.is_plugged_in(at) || planned.is_empty());
            for dispatch in planned {
                prop_assert!(at < dispatch.end);
                let request = SessionRequest { last: Some(1), ..SessionRequest::default() };
                let done = own.sessions(&car, &request, dispatch.end);
                prop_assert_eq!(done.sessions[0].dispatch(), dispatch);
                let parts = own.half_hours(&car, &done.sessions[0]);
                prop_assert_eq!(parts.iter().map(|(_, wh)| wh).sum::<i64>(), dispatch.energy_wh);
            }
            let state = own.status(&car, at).state;
            let charges = car.charge_at(at).is_some();
            prop_assert_eq!(state == DeviceState::SmartControlInProgress, charges);
            prop_assert_eq!(state == DeviceState::SmartControlNotAvailable, !car.is_plugged_in(at));
        }
    }

    /// Walking forward and backward sees the same sessions, each once.
    #[test]
    fn pages_are_parts_of_one_list(home in homes(), at in instants(), size in 1..40_usize) {
        let (car, own) = (Car::of(&home), device(DeviceKind::ElectricVehicle));
        let all = own.sessions(&car, &SessionRequest::default(), at).sessions;
        prop_assert!(all.windows(2).all(|pair| pair[0].end <= pair[1].start));
        prop_assert!(all.iter().all(|session| session.end <= at && own.registered_at <= session.start));
        let (mut forward, mut after) = (Vec::new(), None);
        loop {
            let page = own.sessions(&car, &SessionRequest { first: Some(size), after, ..SessionRequest::default() }, at);
            forward.extend(page.sessions);
            after = forward.last().map(|session: &Session| session.start);
            if !page.has_next {
                break;
            }
        }
        prop_assert_eq!(&forward, &all);
        let (mut backward, mut before) = (Vec::new(), None);
        loop {
            let mut page = own.sessions(&car, &SessionRequest { last: Some(size), before, ..SessionRequest::default() }, at);
            page.sessions.extend(backward);
            backward = page.sessions;
            before = backward.first().map(|session: &Session| session.start);
            if !page.has_previous {
                break;
            }
        }
        prop_assert_eq!(&backward, &all);
        let both = SessionRequest { first: Some(size), last: Some(2), ..SessionRequest::default() };
        let cut = own.sessions(&car, &both, at);
        prop_assert_eq!(cut.sessions.as_slice(), &all[size.min(all.len()).saturating_sub(2)..size.min(all.len())]);
    }
}

#[test]
fn ids_have_the_captured_form() {
    let id = DeviceId::drawn(Seed(7));
    assert_eq!(id.to_string().parse(), Ok(id.clone()));
    assert!(id.as_str().starts_with("00000000-0002-4") && id.as_str().len() == 36, "{id}");
    assert_ne!(id, DeviceId::drawn(Seed(8)));
    assert!("00000000-0002-4300-8085-000000000f88".parse::<DeviceId>().is_ok());
    for bad in ["", "1", "00000000-0002-4300-8085-000000000f8é", "00000000+0002-4300-8085-000000000f88"] {
        assert!(bad.parse::<DeviceId>().is_err(), "{bad}");
    }
}

#[test]
fn percentages_are_read_to_the_hundredth() {
    for (text, hundredths) in [("0", 0), ("80", 8_000), ("65.5", 6_550), ("1E+2", 10_000), ("99.999", 10_000)]
    {
        assert_eq!(Percent::parse(text).map(Percent::hundredths), Some(hundredths), "{text}");
    }
    for bad in ["", "x", "-1", "100.01", "NaN", "inf"] {
        assert_eq!(Percent::parse(bad), None, "{bad}");
    }
}

#[test]
fn settings_come_back_from_their_text() {
    let mut own = device(DeviceKind::ElectricVehicle);
    let now = noon(date(2026, 1, 15));
    own.settings.boost = Some(Span { from: now, until: now + TimeDelta::hours(1) });
    own.settings.connection_lost_at = Some(now);
    own.control(ControlAction::Suspend, now).expect("it is on");
    assert_eq!(own.settings.to_text().parse::<Settings>().expect("readable"), own.settings);
    assert!("{}".parse::<Settings>().is_err());
}

#[test]
fn smart_control_leaves_its_times_behind() {
    let (mut own, now) = (device(DeviceKind::ElectricVehicle), noon(date(2026, 1, 15)));
    let code = |result: Result<(), crate::errors::KrakenError>| result.expect_err("refused").code().as_str();
    assert_eq!(code(own.control(ControlAction::Unsuspend, now)), "KT-CT-4359");
    own.control(ControlAction::Suspend, now).expect("it is on");
    assert_eq!(code(own.control(ControlAction::Suspend, now)), "KT-CT-4358");
    own.control(ControlAction::Unsuspend, now).expect("it is off");
    assert_eq!(own.settings.suspensions, [], "what did not last left no trace");
    for hour in 0..500 {
        let action = if hour % 2 == 0 { ControlAction::Suspend } else { ControlAction::Unsuspend };
        own.control(action, now + TimeDelta::hours(hour)).expect("in turn");
    }
    assert_eq!(own.settings.suspensions.len(), 200);
    assert!(!own.settings.is_suspended());
    let last = own.settings.suspensions.last().expect("some");
    assert_eq!(last.until, Some(last.from + TimeDelta::hours(1)));
    own.lifecycle = Lifecycle::Onboarding;
    assert_eq!(code(own.control(ControlAction::Suspend, now)), "KT-CT-4358", "not live");
}

#[test]
fn a_night_without_smart_control_has_no_session() {
    let (home, mut own) = (home(42, 50, "HC (22H00-6H00)"), device(DeviceKind::ElectricVehicle));
    let car = Car::of(&home);
    let all = SessionRequest::default();
    let end = noon(date(2026, 3, 1));
    let before = own.sessions(&car, &all, end).sessions;
    own.control(ControlAction::Suspend, noon(date(2026, 2, 1))).expect("it is on");
    own.control(ControlAction::Unsuspend, noon(date(2026, 2, 8))).expect("it is off");
    let after = own.sessions(&car, &all, end).sessions;
    let week = noon(date(2026, 2, 1))..noon(date(2026, 2, 8));
    let kept: Vec<_> = before.iter().filter(|session| !week.contains(&session.start)).cloned().collect();
    assert_eq!(after, kept);
    assert!(kept.len() < before.len());
    // The level is told by the car and does not ask who controls it.
    assert_eq!(car.level(&own, before[before.len() - 1].end), 8_000);
}

#[test]
fn only_what_is_live_is_controlled() {
    let home = home(42, 50, "HC (22H00-6H00)");
    let (car, mut own) = (Car::of(&home), device(DeviceKind::ElectricVehicle));
    let nights = (0..14).map(|days| noon(date(2026, 1, 15)) + Days::new(days) + TimeDelta::hours(10));
    let night = nights.into_iter().find(|at| !own.planned_dispatches(&car, *at).is_empty()).expect("one");
    for (lifecycle, state) in [
        (Lifecycle::Onboarding, DeviceState::AuthenticationPending),
        (Lifecycle::PendingLive, DeviceState::SetupComplete),
        (Lifecycle::OnboardingTestInProgress, DeviceState::TestChargeInProgress),
        (Lifecycle::FailedOnboardingTest, DeviceState::TestChargeFailed),
        (Lifecycle::Retired, DeviceState::Retired),
    ] {
        own.lifecycle = lifecycle;
        assert_eq!(own.status(&car, night).state, state);
        assert_eq!(own.planned_dispatches(&car, night), []);
        assert_eq!(own.sessions(&car, &SessionRequest::default(), night), SessionPage::default());
        let refused = own.boost(BoostAction::Boost, &car, night).expect_err("not live");
        let reasons = refused.extensions()["boostChargeRefusalReasons"].to_string();
        let wanted =
            if lifecycle == Lifecycle::Retired { "BC_DEVICE_RETIRED" } else { "BC_DEVICE_NOT_YET_LIVE" };
        assert_eq!(reasons, format!("[\"{wanted}\"]"));
    }
}

#[test]
fn a_home_without_a_car_has_nothing_to_tell() {
    let home = Home::new(HomeProfile::default(), Seed(1), "123008");
    let (car, own) = (Car::of(&home), device(DeviceKind::ElectricVehicle));
    let now = noon(date(2026, 1, 15)) + TimeDelta::hours(11);
    assert_eq!(own.sessions(&car, &SessionRequest::default(), now), SessionPage::default());
    assert_eq!(own.planned_dispatches(&car, now), []);
    assert_eq!((own.status(&car, now).watts, own.status(&car, now).state_of_charge), (0, Some(8_000)));
}

#[test]
fn no_instant_is_too_far() {
    let home = home(42, 50, "HC (22H00-6H00)");
    let (car, own) = (Car::of(&home), device(DeviceKind::ElectricVehicle));
    for at in [DateTime::UNIX_EPOCH, noon(date(9_999, 12, 31)), noon(date(200_000, 1, 1))] {
        own.status(&car, at);
        own.planned_dispatches(&car, at);
        let request = SessionRequest { last: Some(100), after: Some(at), ..SessionRequest::default() };
        own.sessions(&car, &request, at);
    }
}
