//! What happens in given accounts, told by its events.

use chrono::NaiveDate;

use super::*;
use crate::bills::LineKind;
use crate::ids::PaymentId;
use crate::money::Minor;

const BASE: &str = "OCTO_FIXE_BASE_1_V2";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// An account with one electricity ledger and 10 kWh a day.
fn case(agreements: Vec<Agreement>, behaviour: PaymentBehaviour) -> Case {
    let tariffs = Tariffs::france();
    let meters = agreements
        .iter()
        .map(|one| (one.id, StepMeter::daily(one.valid_from + TimeDelta::hours(12), ClassCode::Base, 10_000)))
        .collect();
    let what = (LedgerId(1), LedgerType::FraElectricityLedger);
    let ledger = LedgerPlan::try_new(what, agreements, behaviour, &tariffs).expect("well made");
    let (account, seed, terms) = (AccountId(1), Seed(7), Terms::default());
    let plan = AccountPlan { account, seed, terms, ledgers: vec![ledger], credit_uses: Vec::new() };
    Case { plan, meters }
}

/// From the first of March 2026, in French time.
fn monthly() -> Agreement {
    agreement(1, 1, BASE, at("2026-02-28T23:00:00Z"), 1)
}

fn with<T>(case: &Case, act: impl FnOnce(&Engine<'_>) -> T) -> T {
    let tariffs = Tariffs::france();
    act(&Engine { plan: &case.plan, tariffs: &tariffs, meters: &case.meters })
}

fn run(case: &Case, state: &mut BillingState, until: &str) -> Vec<BillingEvent> {
    with(case, |engine| engine.run(state, at(until)))
}

/// Events as day and step.
fn told(events: &[BillingEvent]) -> Vec<String> {
    events.iter().map(|event| format!("{} {}", crate::dates::paris_date(event.at), event.key.step)).collect()
}

#[test]
fn a_bill_is_collected_after_two_weeks() {
    let case = case(vec![monthly()], PaymentBehaviour::DirectDebit(DebitOutcomes::default()));
    let mut state = BillingState::default();
    let events = run(&case, &mut state, "2026-04-30T00:00:00Z");
    assert_eq!(
        told(&events),
        [
            "2026-04-01 PERIOD_CLOSED",
            "2026-04-04 BILL_ISSUED",
            "2026-04-04 DEBIT_REQUESTED",
            "2026-04-18 DEBIT_CLEARED",
        ]
    );
    let Happening::BillIssued { bill, .. } = &events[1].what else { panic!("a bill") };
    assert_eq!((bill.from, bill.last_day()), (day("2026-03-01"), day("2026-03-31")));
    // 31 days of 167.40 € a year; CTA 21.93 % of 58.30 € a year; 310 kWh at 12.94 cents; accise 3.085 cents.
    let nets: Vec<_> = bill.lines.iter().map(|line| line.amounts.net.cents()).collect();
    assert_eq!(nets, [1_422, 109, 4_011, 956]);
    assert_eq!(bill.amounts.tax, Minor(284 + 22 + 802 + 191));
    assert_eq!(state.balance(LedgerId(1)), Minor::ZERO);
}

#[test]
fn a_line_ends_where_a_tax_changes() {
    // Across 1 August 2025: accise from 33.70 to 29.98, VAT on the standing charge from 5.5 % to 20 %.
    let one = agreement(1, 1, BASE, at("2025-07-14T22:00:00Z"), 1);
    let case = case(vec![one], PaymentBehaviour::NeverPays);
    let events = run(&case, &mut BillingState::default(), "2025-08-30T00:00:00Z");
    let Happening::BillIssued { bill, .. } = &events[1].what else { panic!("a bill") };
    let vats: Vec<_> = bill.lines.iter().map(|line| (line.from, line.vat_per_thousand)).collect();
    let (before, after) = (day("2025-07-15"), day("2025-08-01"));
    assert_eq!(
        vats,
        [
            (before, 55),
            (before, 55),
            (before, 200),
            (before, 200),
            (after, 200),
            (after, 200),
            (after, 200),
            (after, 200),
        ]
    );
    let accise: Vec<_> = bill
        .lines
        .iter()
        .filter_map(|line| match line.kind {
            LineKind::Accise { energy_wh, rate } => Some((energy_wh, rate.to_string())),
            _ => None,
        })
        .collect();
    assert_eq!(accise, [(170_000, "3.37".to_owned()), (140_000, "2.998".to_owned())]);
}

#[test]
fn a_refused_debit_is_tried_again_and_then_left() {
    let pattern = vec![DebitOutcome::Refused];
    let case = case(vec![monthly()], PaymentBehaviour::DirectDebit(DebitOutcomes { pattern, from: None }));
    let mut state = BillingState::default();
    let events = run(&case, &mut state, "2026-04-30T00:00:00Z");
    assert_eq!(
        told(&events)[2..],
        [
            "2026-04-04 DEBIT_REQUESTED",
            "2026-04-18 DEBIT_FAILED",
            "2026-04-18 DEBIT_RETRIED",
            "2026-04-28 DEBIT_FAILED",
        ]
    );
    assert!(state.balance(LedgerId(1)) < Minor::ZERO);
    assert_eq!(state.payments_on_their_way(), []);
}

#[test]
fn a_returned_debit_is_booked_and_taken_back() {
    let pattern = vec![DebitOutcome::Returned, DebitOutcome::Clears];
    let from = Some(day("2026-05-01"));
    let case = case(vec![monthly()], PaymentBehaviour::DirectDebit(DebitOutcomes { pattern, from }));
    let mut state = BillingState::default();
    let events = run(&case, &mut state, "2026-05-31T20:00:00Z");
    assert_eq!(
        told(&events)[3..],
        [
            "2026-04-18 DEBIT_CLEARED",
            "2026-05-01 PERIOD_CLOSED",
            "2026-05-04 BILL_ISSUED",
            "2026-05-04 DEBIT_REQUESTED",
            "2026-05-18 DEBIT_CLEARED",
            "2026-05-21 DEBIT_RETURNED",
            "2026-05-21 DEBIT_RETRIED",
            "2026-05-31 DEBIT_CLEARED",
        ]
    );
    assert_eq!(state.balance(LedgerId(1)), Minor::ZERO);
    let cleared = events[7].key;
    assert!(matches!(events[8].what, Happening::DebitReturned { reverses, .. } if reverses == cleared));
}

#[test]
fn who_pays_late_promises_first() {
    let case = case(vec![monthly()], PaymentBehaviour::ManualPaysLate { days: 10 });
    let mut state = BillingState::default();
    let events = run(&case, &mut state, "2026-04-30T00:00:00Z");
    assert_eq!(told(&events)[2..], ["2026-04-19 PAYMENT_PROMISED", "2026-04-28 PAYMENT_RECEIVED"]);
    let promise = events[2].new_payment().map(|payment| payment.id);
    assert!(matches!(&events[3].what, Happening::PaymentReceived { fulfils, .. } if *fulfils == promise));
    assert_eq!(state.balance(LedgerId(1)), Minor::ZERO);
}

#[test]
fn instalments_go_on_until_the_final_bill_settles() {
    let whose = (AccountId(1), LedgerId(1));
    let schedule =
        PaymentSchedule::regular(PaymentScheduleId(5), whose, 9_000, 5, day("2025-01-01")).expect("in range");
    let mut yearly = agreement(1, 1, BASE, at("2024-12-31T23:00:00Z"), 12);
    yearly.valid_to = Some(at("2026-04-14T22:00:00Z"));
    let behaviour = PaymentBehaviour::InstalmentPlan { schedule, outcomes: DebitOutcomes::default() };
    let case = case(vec![yearly], behaviour);
    let mut state = BillingState::default();
    let events = run(&case, &mut state, "2026-12-31T00:00:00Z");
    let bills: Vec<_> = told(&events).into_iter().filter(|event| event.ends_with("BILL_ISSUED")).collect();
    assert_eq!(bills, ["2026-01-04 BILL_ISSUED", "2026-04-18 BILL_ISSUED"]);
    let story = told(&events);
    // From February 2025 (January's would have been announced before the schedule) to April 2026.
    assert_eq!(story.iter().filter(|event| event.ends_with("-05 DEBIT_CLEARED")).count(), 15);
    assert!(story.contains(&"2026-01-08 SCHEDULE_REBALANCED".to_owned()), "{story:?}");
    assert_eq!(story.last().map(String::as_str), Some("2026-05-05 REFUND_PAID"));
    assert_eq!(state.balance(LedgerId(1)), Minor::ZERO);
}

#[test]
fn the_sun_pays_the_bill() {
    let mut case = case(vec![monthly()], PaymentBehaviour::DirectDebit(DebitOutcomes::default()));
    let tariffs = Tariffs::france();
    let solar = agreement(2, 2, "OCTO_SOLAIRE_RACHAT_1_V1", at("2026-01-31T23:00:00Z"), 1);
    case.meters.insert(solar.id, StepMeter::daily(at("2026-02-01T12:00:00Z"), ClassCode::Base, 2_000));
    let what = (LedgerId(2), LedgerType::SolarWalletLedger);
    let wallet =
        LedgerPlan::try_new(what, [solar], PaymentBehaviour::NeverPays, &tariffs).expect("well made");
    case.plan.ledgers.push(wallet);
    case.plan.credit_uses.push(CreditUse { from: LedgerId(2), to: LedgerId(1) });
    let mut state = BillingState::default();
    run(&case, &mut state, "2026-03-10T00:00:00Z");
    // 56 kWh at 6 cents.
    assert_eq!(state.balance(LedgerId(2)), Minor(336));
    let events = run(&case, &mut state, "2026-04-30T00:00:00Z");
    let used = events.iter().find(|event| matches!(event.what, Happening::CreditUsed { .. }));
    assert!(used.is_some(), "{:?}", told(&events));
    assert_eq!(state.balance(LedgerId(1)), Minor::ZERO);
    let debit = events.iter().find_map(|event| match &event.what {
        Happening::DebitRequested { payment } => Some(payment.amount),
        _ => None,
    });
    let gross = events.iter().find_map(|event| match &event.what {
        Happening::BillIssued { bill, .. } if bill.ledger_id == LedgerId(1) => Some(bill.amounts.gross),
        _ => None,
    });
    assert!(debit < gross, "{debit:?} {gross:?}");
}

#[test]
fn a_bill_is_the_difference_of_the_indexes() {
    use crate::calendars::Calendar;
    use crate::energy::{ElectricityMeter, EnergyMeter, GasMeter, Home, HomeProfile, OffPeakHours};

    let tariffs = Tariffs::france();
    let installed = at("2024-01-09T23:00:00Z");
    let home = || Home::new(HomeProfile::default(), Seed(3), "house");
    let what = (LedgerId(1), LedgerType::FraElectricityLedger);
    for product in tariffs.products() {
        let is_gas = product.market == crate::supply_points::Market::FraGas;
        let calendar = Calendar::named(&product.calendar, &OffPeakHours::default()).expect("known");
        let meter: Box<dyn EnergyMeter> = if is_gas {
            Box::new(GasMeter::new(home(), installed))
        } else {
            Box::new(ElectricityMeter::new(home(), calendar, installed).counting(product.direction))
        };
        let one = agreement(1, 1, &product.code, at("2024-01-30T23:00:00Z"), 2);
        let behaviour = PaymentBehaviour::NeverPays;
        let ledger = LedgerPlan::try_new(what, [one], behaviour, &tariffs).expect("well made");
        let (account, seed, terms) = (AccountId(1), Seed(7), Terms::default());
        let plan = AccountPlan { account, seed, terms, ledgers: vec![ledger], credit_uses: Vec::new() };
        let meters = OneMeter(meter);
        let engine = Engine { plan: &plan, tariffs: &tariffs, meters: &meters };
        let events = engine.run(&mut BillingState::default(), at("2024-12-20T00:00:00Z"));
        let mut count = 0;
        for event in &events {
            let Happening::BillIssued { bill, .. } = &event.what else { continue };
            let index =
                |date| meters.0.index_wh(None, crate::dates::paris_instant(date, chrono::NaiveTime::MIN));
            assert_eq!(bill.energy_wh(), index(bill.to) - index(bill.from), "{}", product.code);
            count += 1;
        }
        assert_eq!(count, 5, "{}", product.code);
    }
}

/// One meter, whatever the agreement.
struct OneMeter(Box<dyn crate::energy::EnergyMeter>);

impl Metered for OneMeter {
    fn energy_wh(&self, class: ClassCode, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        Metered::energy_wh(&*self.0, class, from, to)
    }
}

impl Meters for OneMeter {
    fn of(&self, _: &Agreement) -> Option<&dyn Metered> {
        Some(self)
    }
}

#[test]
fn billing_days_come_from_the_first_day() {
    let from = |text| agreement(1, 1, BASE, at(text), 1);
    // The 31st of January 2024, a leap year.
    let ends =
        |one: &Agreement| (0..4).filter_map(|index| period(one, index)).map(|p| p.to).collect::<Vec<_>>();
    assert_eq!(
        ends(&from("2024-01-30T23:00:00Z")),
        [day("2024-02-29"), day("2024-03-31"), day("2024-04-30"), day("2024-05-31")]
    );
    let mut cut = from("2025-01-30T23:00:00Z");
    cut.valid_to = Some(at("2025-03-10T12:00:00Z"));
    assert_eq!(ends(&cut), [day("2025-02-28"), day("2025-03-10")]);
    assert_eq!(period(&cut, 1).map(|last| last.is_final), Some(true));
    assert_eq!(billed_to(&cut, 1), Some(day("2025-02-28")));
    // An end on a billing day makes the period before it the last, and no empty one after it.
    cut.valid_to = Some(at("2025-02-27T23:00:00Z"));
    assert_eq!((ends(&cut), period(&cut, 0).map(|p| p.is_final)), (vec![day("2025-02-28")], Some(true)));
    // Over the change to summer time a month of 31 days is an hour short.
    let march = period(&from("2025-02-28T23:00:00Z"), 0).expect("there");
    assert_eq!(march.end() - march.start(), TimeDelta::hours(31 * 24 - 1));
}

#[test]
fn a_payment_on_its_way_can_be_changed_and_taken_back() {
    let case = case(vec![monthly()], PaymentBehaviour::DirectDebit(DebitOutcomes::default()));
    let mut state = BillingState::default();
    run(&case, &mut state, "2026-04-10T00:00:00Z");
    let (id, _, amount, on) = state.payments_on_their_way()[0];
    assert_eq!(on, day("2026-04-18"));
    state.amend_payment(&case.plan, id, Some(Minor(1_000)), Some(day("2026-04-20"))).expect("on its way");
    let events = run(&case, &mut state.clone(), "2026-04-30T00:00:00Z");
    assert_eq!(told(&events), ["2026-04-20 DEBIT_CLEARED"]);
    assert_eq!(events[0].bookings()[0].draft.amounts.gross, Minor(-1_000));
    state.cancel_payment(id).expect("on its way");
    assert_eq!(run(&case, &mut state, "2026-04-30T00:00:00Z"), []);
    let error = state.cancel_payment(id).expect_err("gone");
    assert_eq!((error, error.code().as_str()), (PaymentChangeError::NotOnItsWay(id), "KT-CT-3955"));
    // What was asked for by hand instead.
    state.note(at("2026-04-30T00:00:00Z"));
    state.schedule_payment(&case.plan, (PaymentId(9), LedgerId(1)), amount, day("2026-04-30"));
    assert_eq!(told(&run(&case, &mut state, "2026-04-30T20:00:00Z")), ["2026-04-30 DEBIT_CLEARED"]);
    assert_eq!(state.balance(LedgerId(1)), Minor::ZERO);
}

#[test]
fn an_end_set_back_is_billed_from_now_on() {
    let mut case = case(vec![monthly()], PaymentBehaviour::NeverPays);
    let mut state = BillingState::default();
    run(&case, &mut state, "2026-04-10T00:00:00Z");
    let now = at("2026-04-20T10:00:00Z");
    run(&case, &mut state, now.to_rfc3339().as_str());
    let old = case.plan.ledgers[0].supplies()[0].agreement.clone();
    let billed = billed_to(&old, state.closed_periods(old.id));
    assert_eq!(billed, Some(day("2026-04-01")));
    let ended =
        crate::agreements::terminate(&old, at("2026-04-14T22:00:00Z"), billed, now).expect("not billed");
    let what = (LedgerId(1), LedgerType::FraElectricityLedger);
    let behaviour = PaymentBehaviour::NeverPays;
    case.plan.ledgers =
        vec![LedgerPlan::try_new(what, [ended], behaviour, &Tariffs::france()).expect("well made")];
    state.note(now);
    let events = run(&case, &mut state, "2026-12-31T00:00:00Z");
    assert_eq!(told(&events), ["2026-04-20 PERIOD_CLOSED", "2026-04-23 BILL_ISSUED"]);
    let Happening::BillIssued { bill, .. } = &events[1].what else { panic!("a bill") };
    assert!(bill.is_final);
    assert_eq!((bill.from, bill.to), (day("2026-04-01"), day("2026-04-15")));
}

#[test]
fn the_forecast_comes_true() {
    let case = case(vec![monthly()], PaymentBehaviour::DirectDebit(DebitOutcomes::default()));
    let mut state = BillingState::default();
    let now = at("2026-04-10T00:00:00Z");
    run(&case, &mut state, "2026-04-10T00:00:00Z");
    let seen = with(&case, |engine| forecast(engine, &state, now, at("2026-06-30T12:00:00Z")));
    let days: Vec<_> = seen.iter().map(|payment| (payment.date.to_string(), payment.number)).collect();
    let expected = [("2026-04-18".to_owned(), 1), ("2026-05-18".to_owned(), 2), ("2026-06-18".to_owned(), 3)];
    assert_eq!(days, expected);
    let cleared: Vec<_> = run(&case, &mut state, "2026-06-30T12:00:00Z")
        .iter()
        .filter(|event| matches!(event.what, Happening::DebitCleared { .. }))
        .map(|event| -event.bookings()[0].draft.amounts.gross)
        .collect();
    assert_eq!(seen.iter().map(|payment| payment.amount).collect::<Vec<_>>(), cleared);
}

#[test]
fn no_clock_makes_it_endless() {
    let whose = (AccountId(1), LedgerId(1));
    let schedule =
        PaymentSchedule::regular(PaymentScheduleId(5), whose, 9_000, 5, day("2026-03-01")).expect("in range");
    let behaviour = PaymentBehaviour::InstalmentPlan { schedule, outcomes: DebitOutcomes::default() };
    let mut case = case(vec![monthly()], behaviour);
    case.meters.clear();
    let mut state = BillingState::default();
    let events = with(&case, |engine| engine.run(&mut state, DateTime::<Utc>::MAX_UTC));
    assert!(events.len() < 5 * MAX_PERIODS as usize, "{}", events.len());
    assert_eq!(state.closed_periods(AgreementId(1)), MAX_PERIODS);
}

#[test]
fn a_plan_that_cannot_be_billed_is_refused() {
    let tariffs = Tariffs::france();
    let refused = |agreements: Vec<Agreement>| {
        let what = (LedgerId(1), LedgerType::FraElectricityLedger);
        LedgerPlan::try_new(what, agreements, PaymentBehaviour::NeverPays, &tariffs).expect_err("refused")
    };
    let unknown = agreement(1, 1, "NONE", at("2026-01-01T00:00:00Z"), 1);
    assert!(matches!(refused(vec![unknown]), PlanError::UnknownProduct { .. }));
    assert_eq!(refused(vec![monthly(), monthly()]), PlanError::Duplicate(AgreementId(1)));
    let far = Agreement { id: AgreementId(AgreementId::END), ..monthly() };
    assert_eq!(refused(vec![far.clone()]), PlanError::IdOutOfRange(far.id));
    let other = Agreement { charging_ledger: LedgerId(9), ..monthly() };
    assert_eq!(refused(vec![other]), PlanError::OtherLedger(AgreementId(1)));
}
