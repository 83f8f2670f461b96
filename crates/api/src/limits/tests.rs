use chrono::{DateTime, TimeDelta};

use futures_util::FutureExt as _;
use kemu_domain::clock::Move;

use super::*;

const SOMEBODY: Caller = Caller::User(1);
const ELSE: Caller = Caller::User(2);

fn limits(overrides: &[&str]) -> (Limits, Clock) {
    let clock = Clock::frozen_at(DateTime::from_timestamp(1_800_000_000, 0).unwrap());
    let overrides: Vec<RateOverride> = overrides.iter().map(|text| text.parse().unwrap()).collect();
    (Limits::new(&Contract::load(), RateLimits::On, &overrides, &clock).unwrap(), clock)
}

/// What is counted here waits for nothing.
fn here<T>(asked: impl Future<Output = Result<T, Error>>) -> T {
    asked.now_or_never().unwrap().unwrap()
}

#[test]
fn the_last_allowed_call_passes_the_next_does_not_and_time_restores_it() {
    let (limits, clock) = limits(&["Query.account=3/m"]);
    let call = |caller| here(limits.call(caller, "Query", "account"));
    assert!((0..3).all(|_| call(SOMEBODY)));
    assert!(!call(SOMEBODY));
    assert!(call(ELSE), "callers are counted apart");
    let (_, rate, standing) =
        here(limits.fields(SOMEBODY)).into_iter().find(|(name, ..)| *name == "Query.account").unwrap();
    assert_eq!((rate.to_string().as_str(), standing.remaining, standing.is_blocked), ("3/m", 0, true));
    assert_eq!(standing.whole_at - clock.now().timestamp(), 60);
    clock.advance(TimeDelta::seconds(60));
    assert!((0..3).all(|_| call(SOMEBODY)) && !call(SOMEBODY));
}

#[test]
fn what_is_left_is_exact_where_the_clock_ran_when_the_limits_were_made() {
    let clock = Clock::real();
    let limits =
        Limits::new(&Contract::load(), RateLimits::On, &["Query.account=3/m".parse().unwrap()], &clock)
            .unwrap();
    clock.obey(Move::Freeze).unwrap();
    for left in [2, 1, 0] {
        assert!(here(limits.call(SOMEBODY, "Query", "account")));
        let told = here(limits.fields(SOMEBODY)).into_iter().find(|(name, ..)| *name == "Query.account");
        let (_, _, standing) = told.unwrap();
        assert_eq!((standing.remaining, standing.is_blocked), (left, left == 0));
    }
}

#[test]
fn a_dynamic_limit_gets_stricter_and_stays_so_until_it_is_lifted() {
    let (limits, clock) = limits(&["Mutation.obtainKrakenToken=4/m"]);
    let call = || here(limits.call(SOMEBODY, "Mutation", "obtainKrakenToken"));
    let rate = || {
        let all = here(limits.fields(SOMEBODY));
        all.into_iter().find(|(name, ..)| *name == "Mutation.obtainKrakenToken").unwrap().1.to_string()
    };
    assert!((0..4).all(|_| call()) && !call());
    assert_eq!(rate(), "2/m");
    clock.advance(TimeDelta::seconds(60));
    assert!(call() && call() && !call());
    assert_eq!(rate(), "1/m");
    assert!(!call());
    assert_eq!(rate(), "1/h");
    clock.advance(TimeDelta::days(1));
    assert!(call() && !call());
    assert_eq!(rate(), "1/h", "time alone does not make it milder");
    here(limits.lift());
    assert_eq!(rate(), "4/m");
    assert!(call());
}

#[test]
fn every_declared_limit_lets_through_what_it_tells_and_no_more() {
    let (limits, _) = limits(&[]);
    let contract = Contract::load();
    let mut walked = 0;
    for ix in contract.root_fields() {
        let (ty, field) =
            (contract.schema.ty(contract.schema.field(ix).parent).name, contract.schema.field(ix).name);
        let coordinate = contract.schema.coordinate(ix);
        let told = here(limits.fields(SOMEBODY))
            .into_iter()
            .find(|(name, ..)| *name == coordinate)
            .map(|told| told.1);
        assert_eq!(told, contract.facts(ix).and_then(|facts| facts.rate_limit).map(|limit| limit.rate));
        let Some(rate) = told else { continue };
        let passed = (0..=rate.count.get()).filter(|_| here(limits.call(SOMEBODY, ty, field))).count();
        assert_eq!(u32::try_from(passed).unwrap(), rate.count.get(), "{coordinate}");
        walked += 1;
    }
    assert!(walked > 20, "the contract declares limits: {walked}");
}

#[test]
fn points_are_spent_by_the_hour() {
    let (limits, clock) = limits(&[]);
    assert!((0..250).all(|_| here(limits.spend(SOMEBODY, 200))));
    assert!(!here(limits.spend(SOMEBODY, 1)));
    let standing = here(limits.points(SOMEBODY));
    assert_eq!((standing.limit, standing.used(), standing.remaining), (50_000, 50_000, 0));
    clock.advance(TimeDelta::hours(1));
    assert_eq!(here(limits.points(SOMEBODY)).remaining, 50_000);
}

#[test]
fn a_limit_on_nothing_is_told() {
    let overrides = ["Query.acount=1/m".parse().unwrap()];
    let clock = Clock::real();
    let error = Limits::new(&Contract::load(), RateLimits::On, &overrides, &clock).err().unwrap();
    let told = error.to_string();
    let expected = "--rate-limit Query.acount: the contract has no root field of this name. Did you mean 'Query.account'";
    assert!(told.starts_with(expected), "{told}");
}
