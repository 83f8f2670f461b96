//! What must hold in any account.

use std::collections::HashSet;

use super::*;
use crate::accounts::{Account, AccountStatus, AccountType};
use crate::bills::{self, Bill, BillKind, LineKind};
use crate::bookkeeping::{self, Books, LedgerBook};
use crate::ids::{AccountNumber, LedgerNumber, PortfolioNumber};
use crate::ledgers::Ledger;
use crate::money::Minor;
use crate::tariffs::Tax;
use crate::transactions::Detail;

fn end() -> DateTime<Utc> {
    at("2027-01-15T10:30:00Z")
}

fn run(case: &Case, state: &mut BillingState, until: DateTime<Utc>) -> Vec<BillingEvent> {
    let tariffs = Tariffs::france();
    Engine { plan: &case.plan, tariffs: &tariffs, meters: &case.meters }.run(state, until)
}

fn bills_of(events: &[BillingEvent], agreement: AgreementId) -> Vec<&Bill> {
    let bills = events.iter().filter_map(|event| match &event.what {
        Happening::BillIssued { bill, .. } => Some(&**bill),
        _ => None,
    });
    bills.filter(|bill| bill.agreement_id == agreement).collect()
}

fn account() -> Account {
    Account {
        id: AccountId(1),
        number: AccountNumber::try_new("A-00000001").expect("well formed"),
        account_type: AccountType::Domestic,
        status: AccountStatus::Active,
        brand: String::new(),
        portfolio_number: PortfolioNumber::try_new("P-00000001").expect("well formed"),
        urn: None,
        billing: crate::accounts::Billing::default(),
        created_at: DateTime::UNIX_EPOCH,
    }
}

fn ledger_book(plan: &LedgerPlan) -> LedgerBook {
    let ledger = Ledger {
        id: plan.ledger,
        number: LedgerNumber::try_new(format!("L-{:09}A", plan.ledger.get())).expect("well formed"),
        account_id: AccountId(1),
        ledger_type: plan.ledger_type,
        name: String::new(),
        balance: Minor::ZERO,
        accepts_payments: plan.ledger_type.accepts_payments(),
        affects_account_balance: plan.ledger_type.affects_account_balance(),
    };
    LedgerBook { ledger, count: 0 }
}

proptest! {
    #[test]
    fn a_bill_is_the_sum_of_its_lines_and_its_charge(case in cases()) {
        for event in run(&case, &mut BillingState::default(), end()) {
            let Happening::BillIssued { bill, booking } = &event.what else { continue };
            prop_assert_eq!(bills::total(&bill.lines), bill.amounts);
            prop_assert_eq!(booking.draft.amounts, bill.amounts);
            prop_assert_eq!(booking.draft.billing_document, Some(bill.id));
            prop_assert_eq!(booking.ledger, bill.ledger_id);
            prop_assert_eq!(bill.kind == BillKind::CreditNote, booking.draft.detail == Detail::Credit);
            for line in &bill.lines {
                prop_assert_eq!(line.amounts.net + line.amounts.tax, line.amounts.gross);
                prop_assert_eq!(line.amounts.net, line.kind.net());
                prop_assert!(bill.from <= line.from && line.from < line.to && line.to <= bill.to);
            }
            let table = bill.vat_table();
            prop_assert_eq!(table.iter().map(|(_, sums)| sums.tax).sum::<Minor>(), bill.amounts.tax);
            prop_assert_eq!(table.iter().map(|(_, sums)| sums.gross).sum::<Minor>(), bill.amounts.gross);
            if let Detail::Charge { consumption: Some(consumption), .. } = booking.draft.detail {
                prop_assert_eq!(consumption.usage_cost + consumption.supply_charge, bill.amounts.net);
                prop_assert_eq!(consumption.quantity_wh, bill.energy_wh());
            }
        }
    }

    #[test]
    fn a_line_has_one_price_and_one_tax(case in cases()) {
        let tariffs = Tariffs::france();
        for event in run(&case, &mut BillingState::default(), end()) {
            let Happening::BillIssued { bill, .. } = &event.what else { continue };
            let supplies = case.plan.ledgers.iter().flat_map(LedgerPlan::supplies);
            let supply = supplies.into_iter().find(|one| one.agreement.id == bill.agreement_id).unwrap();
            if supply.product.direction == Direction::Generation {
                continue;
            }
            // The standing charge covers each day once, and no price or tax changes under a line.
            let mut next = bill.from;
            for line in &bill.lines {
                if matches!(line.kind, LineKind::Standing { .. }) {
                    prop_assert_eq!(line.from, next);
                    next = line.to;
                }
                let last = line.to.pred_opt().unwrap();
                prop_assert_eq!(supply.product.prices_on(line.from), supply.product.prices_on(last));
                for tax in Tax::of(supply.product.market) {
                    prop_assert_eq!(tariffs.taxes.value(*tax, line.from), tariffs.taxes.value(*tax, last));
                }
            }
            prop_assert_eq!(next, bill.to);
        }
    }

    #[test]
    fn periods_tile_and_bill_all_energy(case in cases()) {
        let events = run(&case, &mut BillingState::default(), end());
        for supply in case.plan.ledgers.iter().flat_map(LedgerPlan::supplies) {
            let agreement = &supply.agreement;
            let bills = bills_of(&events, agreement.id);
            // None twice, none left out, in order.
            let mut next = agreement.first_day();
            for (index, bill) in (0..).zip(&bills) {
                prop_assert_eq!((bill.from, bill.id), (next, super::super::drafts::bill_id(agreement.id, index)));
                prop_assert!(bill.from < bill.to);
                next = bill.to;
            }
            // All that is over by some days is billed, and nothing that is not over.
            if let Some(waiting) = period(agreement, u32::try_from(bills.len()).unwrap()) {
                prop_assert!(waiting.end() + TimeDelta::days(5) > end());
            } else {
                prop_assert!(bills.last().is_none_or(|bill| bill.is_final));
                prop_assert_eq!(agreement.end_day().map(|end| end.max(agreement.first_day())), Some(next));
            }
            let billed: i64 = bills.iter().map(|bill| bill.energy_wh()).sum();
            let midnight = |date| crate::dates::paris_instant(date, chrono::NaiveTime::MIN);
            let metered = case.meters[&agreement.id].all(midnight(agreement.first_day()), midnight(next));
            prop_assert_eq!(billed, metered);
        }
    }

    #[test]
    fn advancing_twice_is_advancing_once(
        case in cases(),
        instants in proptest::collection::vec(awkward_instants(), 0..6),
        picks in proptest::collection::vec((any::<proptest::sample::Index>(), -1..=1_i64), 0..6),
    ) {
        let mut whole_state = BillingState::default();
        let whole = run(&case, &mut whole_state, end());
        // Also at the very instant of an event, and a microsecond beside it.
        let mut stops = instants;
        for (pick, beside) in picks {
            if !whole.is_empty() {
                stops.push(pick.get(&whole).at + TimeDelta::microseconds(beside));
            }
        }
        stops.retain(|stop| *stop < end());
        stops.sort_unstable();
        stops.push(end());
        let (mut state, mut parts) = (BillingState::default(), Vec::new());
        for stop in stops {
            parts.extend(run(&case, &mut state, stop));
            // What happens at the very instant of the stop is in.
            prop_assert_eq!(parts.len(), whole.partition_point(|event| event.at <= stop));
            // As after a restart: what was written is read again.
            let written = serde_json::to_string(&state).unwrap();
            state = serde_json::from_str(&written).unwrap();
        }
        prop_assert_eq!(parts, whole);
        prop_assert_eq!(state, whole_state);
    }

    #[test]
    fn the_books_take_all_of_it(case in cases()) {
        let account = account();
        let mut books = Books::default();
        let mut on: BTreeMap<_, _> =
            case.plan.ledgers.iter().map(|ledger| (ledger.ledger, ledger_book(ledger))).collect();
        let mut state = BillingState::default();
        let tariffs = Tariffs::france();
        let engine = Engine { plan: &case.plan, tariffs: &tariffs, meters: &case.meters };
        let mut last = DateTime::UNIX_EPOCH;
        while let Some(event) = engine.next_event(&mut state, end()) {
            prop_assert!(last <= event.at && event.at <= end());
            last = event.at;
            for booking in event.bookings() {
                let book = on.get_mut(&booking.ledger).unwrap();
                let before = book.ledger.balance;
                let booked = bookkeeping::book(&account, &mut books, book, booking.draft.clone());
                let booked = booked.map_err(|error| TestCaseError::fail(error.to_string()))?;
                prop_assert_eq!(booked.transaction.balance_carried_forward, before + booking.draft.effect());
            }
            for (id, book) in &on {
                prop_assert_eq!(state.balance(*id), book.ledger.balance);
            }
        }
    }

    #[test]
    fn bills_follow_on_each_other(case in cases()) {
        let mut ledgers: BTreeMap<LedgerId, (Minor, Minor)> = BTreeMap::new();
        for event in run(&case, &mut BillingState::default(), end()) {
            for booking in event.bookings() {
                ledgers.entry(booking.ledger).or_default().1 += booking.draft.effect();
            }
            if let Happening::BillIssued { bill, .. } = &event.what {
                let (stated, moved) = ledgers.entry(bill.ledger_id).or_default();
                prop_assert_eq!((bill.opening_balance, bill.closing_balance), (*stated, *stated + *moved));
                (*stated, *moved) = (bill.closing_balance, Minor::ZERO);
            }
        }
    }

    #[test]
    fn an_instalment_a_month_while_supplied(case in cases()) {
        let events = run(&case, &mut BillingState::default(), end());
        for ledger in &case.plan.ledgers {
            let PaymentBehaviour::InstalmentPlan { schedule, .. } = &ledger.behaviour else { continue };
            let asked: Vec<_> = events.iter().filter_map(|event| match event.key.subject {
                Subject::Instalment { schedule: id, due }
                    if id == schedule.id && event.key.step == Step::DebitRequested => Some(due),
                _ => None,
            }).collect();
            let (first, last) = (schedule.valid_from + TimeDelta::days(14), crate::dates::paris_date(end()));
            let days = first.iter_days().take_while(|day| *day < last + TimeDelta::days(14));
            let wanted: Vec<_> = days.filter(|day| {
                chrono::Datelike::day(day) == schedule.day.unwrap() && ledger.is_supplied_on(*day)
            }).collect();
            prop_assert_eq!(asked, wanted);
        }
    }

    #[test]
    fn nothing_has_the_name_of_something_else(case in cases()) {
        let events = run(&case, &mut BillingState::default(), end());
        let (mut keys, mut texts, mut ids) = (HashSet::new(), HashSet::new(), HashSet::new());
        for event in &events {
            prop_assert!(keys.insert(event.key), "{}", event.key);
            prop_assert!(texts.insert(event.key.to_string()), "{}", event.key);
            if let Some(payment) = event.new_payment() {
                prop_assert!(ids.insert(payment.id));
                prop_assert!((1 << 52..1 << 53).contains(&payment.id.get()) && payment.amount > Minor::ZERO);
            }
            if let Happening::BillIssued { bill, .. } = &event.what {
                prop_assert!(i32::try_from(bill.id.get()).is_ok());
            }
        }
    }

    #[test]
    fn each_payment_has_one_fate(case in cases()) {
        let events = run(&case, &mut BillingState::default(), end());
        let (mut asked, mut done, mut returned) = (HashSet::new(), HashSet::new(), HashSet::new());
        for event in &events {
            match &event.what {
                Happening::DebitRequested { payment } | Happening::DebitRetried { payment, .. } => {
                    prop_assert!(asked.insert(payment.id));
                }
                Happening::DebitCleared { payment, .. } | Happening::DebitFailed { payment } => {
                    prop_assert!(asked.contains(payment) && done.insert(*payment));
                }
                Happening::DebitReturned { payment, .. } => {
                    prop_assert!(done.contains(payment) && returned.insert(*payment));
                }
                _ => {}
            }
        }
    }
}
