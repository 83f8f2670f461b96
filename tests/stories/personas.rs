//! What each demo person is there for: account, readings, bills and ledgers today, after a month, after a year.

use chrono::Months;
use insta::assert_snapshot;
use kemu_api::app::billing::Opened;
use kemu_domain::AccountId;
use kemu_tests::{Options, TestApp, story};
use serde_json::{Value as Json, json};

/// What a person's account shows, as a few lines.
const QUERY: &str = "query ($number: String!) { account(accountNumber: $number) {
    status balance overdueBalance
    agreements(first: 20) { edges { node { isActive product { code } } } }
    ledgers { number ledgerType balance transactions(first: 100) { totalCount edges { node { amount } } } }
    bills(first: 100, orderBy: ISSUED_DATE_DESC) { totalCount edges { node { billType issuedDate
        ... on StatementType { totalCharges { grossTotal } } ... on InvoiceType { grossAmount } } } }
    cleared: payments(first: 1, status: CLEARED) { totalCount }
    failed: payments(first: 1, status: FAILED) { totalCount }
    scheduled: payments(first: 1, status: SCHEDULED) { totalCount }
    properties { supplyPoints(first: 10) { edges { node { externalIdentifier marketName } } } }
} }";

/// The account now and then: today, after a month, after a year.
async fn seen(app: &TestApp, person: &str, account: &str) -> String {
    let mut lines = Vec::new();
    let start = app.clock().now();
    for (when, months) in [("today", 0), ("a month", 1), ("a year", 12)] {
        app.clock().set(start.checked_add_months(Months::new(months)).expect("a date"));
        lines.push(format!("{when}: {}", look(app, person, account).await));
    }
    lines.join("\n")
}

async fn look(app: &TestApp, person: &str, number: &str) -> String {
    // Tokens live an hour: somebody else each time.
    let customer = app.customer(person).await;
    let answer = customer.gql(QUERY, json!({ "number": number })).await;
    assert_eq!(answer.plausible(), Vec::<&str>::new(), "{person}");
    let account = answer.at("/account");
    let nodes = |list: &Json| -> Vec<Json> {
        let edges = list["edges"].as_array().expect("a list").iter();
        edges.map(|edge| edge["node"].clone()).collect()
    };
    let cents = |value: &Json| value.as_i64().expect("cents");

    let mut balances = 0;
    for ledger in account["ledgers"].as_array().expect("ledgers") {
        let booked = nodes(&ledger["transactions"]);
        let all = ledger["transactions"]["totalCount"] == booked.len();
        let sum: i64 = booked.iter().map(|transaction| -cents(&transaction["amount"])).sum();
        assert!(all && cents(&ledger["balance"]) == sum, "{person}: a ledger is the sum of what is on it");
        if ledger["ledgerType"] != "POT_LEDGER" && ledger["ledgerType"] != "SOLAR_WALLET_LEDGER" {
            balances += sum;
        }
    }
    assert_eq!(cents(&account["balance"]), balances, "{person}");

    let mut readings = 0;
    for property in account["properties"].as_array().expect("properties") {
        for point in nodes(&property["supplyPoints"]) {
            readings += rows(&customer, number, &point).await;
        }
    }
    let agreements = nodes(&account["agreements"]);
    let active = agreements.iter().filter(|agreement| agreement["isActive"] == true).count();
    let bills = nodes(&account["bills"]);
    let newest = bills.first().map_or_else(
        || "none".to_owned(),
        |bill| {
            let gross = bill.pointer("/totalCharges/grossTotal").or(bill.get("grossAmount"));
            format!("{} {} of {}", bill["billType"], bill["issuedDate"], gross.expect("an amount"))
        },
    );
    format!(
        "{active} of {} agreements, {readings} readings, {} bills, the newest {}; {} payments cleared, {} failed, {} \
         scheduled; balance {}, overdue {}",
        agreements.len(),
        bills.len(),
        newest.replace('"', ""),
        account["cleared"]["totalCount"],
        account["failed"]["totalCount"],
        account["scheduled"]["totalCount"],
        account["balance"],
        account["overdueBalance"]
    )
}

/// How many rows of readings a supply point has.
async fn rows(customer: &kemu_tests::Role, account: &str, point: &Json) -> i64 {
    let (field, argument) = match point["marketName"].as_str() {
        Some("FRA_GAS") => ("gasReading", "pceRef"),
        _ => ("electricityReading", "prmId"),
    };
    let query = format!(
        "{{ {field}(accountNumber: \"{account}\", {argument}: {}, first: 1) {{ totalCount }} }}",
        point["externalIdentifier"]
    );
    let answer = customer.ask_for(&query).await;
    answer.at(&format!("/{field}/totalCount")).as_i64().expect("a count")
}

story!(flat_base_has_a_bill_and_a_debit_each_month, |app| async move {
    assert_snapshot!(seen(&app, "flat-base", "A-F1A7BA5E").await, @"
    today: 1 of 1 agreements, 170 readings, 5 bills, the newest STATEMENT 2026-01-01 of 5178; 5 payments cleared, 0 failed, 0 scheduled; balance -1500, overdue 1500
    a month: 1 of 1 agreements, 201 readings, 6 bills, the newest STATEMENT 2026-02-01 of 5161; 6 payments cleared, 0 failed, 0 scheduled; balance -1500, overdue 1500
    a year: 1 of 1 agreements, 535 readings, 17 bills, the newest STATEMENT 2027-01-01 of 4975; 17 payments cleared, 0 failed, 0 scheduled; balance -1500, overdue 1500
    ");
});

story!(house_hp_hc_pays_the_same_each_month_and_has_a_bill_a_year, |app| async move {
    assert_snapshot!(seen(&app, "house-hp-hc", "A-40E5E001").await, @"
    today: 2 of 2 agreements, 2368 readings, 4 bills, the newest STATEMENT 2025-11-20 of 109863; 55 payments cleared, 0 failed, 0 scheduled; balance 39100, overdue 0
    a month: 2 of 2 agreements, 2461 readings, 4 bills, the newest STATEMENT 2025-11-20 of 109863; 57 payments cleared, 0 failed, 0 scheduled; balance 59200, overdue 0
    a year: 2 of 2 agreements, 3462 readings, 6 bills, the newest STATEMENT 2026-11-20 of 129953; 80 payments cleared, 0 failed, 0 scheduled; balance 46347, overdue 0
    ");
});

story!(tempo_has_six_registers, |app| async move {
    assert_snapshot!(seen(&app, "tempo", "A-7E3B0001").await, @"
    today: 1 of 1 agreements, 2400 readings, 13 bills, the newest STATEMENT 2026-01-14 of 14358; 12 payments cleared, 0 failed, 1 scheduled; balance -14358, overdue 0
    a month: 1 of 1 agreements, 2586 readings, 14 bills, the newest STATEMENT 2026-02-14 of 20011; 13 payments cleared, 0 failed, 1 scheduled; balance -20011, overdue 0
    a year: 1 of 1 agreements, 4590 readings, 25 bills, the newest STATEMENT 2027-01-14 of 32101; 24 payments cleared, 0 failed, 1 scheduled; balance -32101, overdue 0
    ");
});

story!(electric_vehicle_is_billed_by_six_prices, |app| async move {
    let number = app.customer("electric-vehicle").await.ask_for("{ viewer { accounts { number } } }").await;
    let number = number.text_at("/viewer/accounts/0/number").to_owned();
    assert_snapshot!(seen(&app, "electric-vehicle", &number).await, @"
    today: 1 of 1 agreements, 2400 readings, 13 bills, the newest STATEMENT 2026-01-14 of 9870; 12 payments cleared, 0 failed, 1 scheduled; balance -9870, overdue 0
    a month: 1 of 1 agreements, 2586 readings, 14 bills, the newest STATEMENT 2026-02-14 of 11666; 13 payments cleared, 0 failed, 1 scheduled; balance -11666, overdue 0
    a year: 1 of 1 agreements, 4590 readings, 25 bills, the newest STATEMENT 2027-01-14 of 12334; 24 payments cleared, 0 failed, 1 scheduled; balance -12334, overdue 0
    ");
});

story!(solar_sells_and_its_wallet_pays, |app| async move {
    assert_snapshot!(seen(&app, "solar", "A-501A2001").await, @"
    today: 2 of 2 agreements, 1520 readings, 24 bills, the newest STATEMENT 2026-01-03 of 9230; 10 payments cleared, 0 failed, 1 scheduled; balance -8674, overdue 0
    a month: 2 of 2 agreements, 1644 readings, 26 bills, the newest STATEMENT 2026-02-03 of 9240; 11 payments cleared, 0 failed, 1 scheduled; balance -9084, overdue 0
    a year: 2 of 2 agreements, 2980 readings, 48 bills, the newest CREDIT_NOTE 2027-01-03 of -123; 22 payments cleared, 0 failed, 1 scheduled; balance -9090, overdue 0
    ");
});

story!(two_homes_have_a_bill_each, |app| async move {
    assert_snapshot!(seen(&app, "two-homes", "A-270E5001").await, @"
    today: 2 of 2 agreements, 460 readings, 14 bills, the newest STATEMENT 2026-01-02 of 5018; 13 payments cleared, 0 failed, 1 scheduled; balance -5018, overdue 0
    a month: 2 of 2 agreements, 522 readings, 16 bills, the newest STATEMENT 2026-02-02 of 5186; 15 payments cleared, 0 failed, 1 scheduled; balance -5186, overdue 0
    a year: 2 of 2 agreements, 1190 readings, 38 bills, the newest STATEMENT 2027-01-02 of 4974; 37 payments cleared, 0 failed, 1 scheduled; balance -4974, overdue 0
    ");
});

story!(in_debt_falls_further_behind, |app| async move {
    assert_snapshot!(seen(&app, "in-debt", "A-1DEB7001").await, @"
    today: 1 of 1 agreements, 385 readings, 12 bills, the newest STATEMENT 2025-12-29 of 14346; 7 payments cleared, 9 failed, 1 scheduled; balance -46750, overdue 46750
    a month: 1 of 1 agreements, 416 readings, 13 bills, the newest STATEMENT 2026-01-29 of 13541; 7 payments cleared, 11 failed, 1 scheduled; balance -60291, overdue 60291
    a year: 1 of 1 agreements, 750 readings, 24 bills, the newest STATEMENT 2026-12-29 of 15573; 7 payments cleared, 33 failed, 1 scheduled; balance -160757, overdue 160757
    ");
});

story!(moved_in_has_readings_and_no_bill_yet, |app| async move {
    assert_snapshot!(seen(&app, "moved-in", "A-9DA75001").await, @"
    today: 1 of 1 agreements, 9 readings, 0 bills, the newest none; 0 payments cleared, 0 failed, 0 scheduled; balance 0, overdue 0
    a month: 1 of 1 agreements, 40 readings, 1 bills, the newest STATEMENT 2026-02-09 of 5134; 0 payments cleared, 0 failed, 1 scheduled; balance -5134, overdue 0
    a year: 1 of 1 agreements, 374 readings, 12 bills, the newest STATEMENT 2027-01-09 of 5130; 11 payments cleared, 0 failed, 1 scheduled; balance -5130, overdue 0
    ");
});

story!(moved_out_has_a_final_bill_and_nothing_new, |app| async move {
    assert_snapshot!(seen(&app, "moved-out", "A-0070F001").await, @"
    today: 0 of 1 agreements, 1280 readings, 2 bills, the newest STATEMENT 2025-11-19 of 67126; 21 payments cleared, 0 failed, 0 scheduled; balance 0, overdue 0
    a month: 0 of 1 agreements, 1280 readings, 2 bills, the newest STATEMENT 2025-11-19 of 67126; 21 payments cleared, 0 failed, 0 scheduled; balance 0, overdue 0
    a year: 0 of 1 agreements, 1280 readings, 2 bills, the newest STATEMENT 2025-11-19 of 67126; 21 payments cleared, 0 failed, 0 scheduled; balance 0, overdue 0
    ");
});

story!(partial_data_is_billed_although_much_is_unknown, |app| async move {
    assert_snapshot!(seen(&app, "partial-data", "A-9A271A10").await, @"
    today: 2 of 2 agreements, 438 readings, 14 bills, the newest STATEMENT 2026-01-12 of 5224; 12 payments cleared, 0 failed, 0 scheduled; balance -10002, overdue 0
    a month: 2 of 2 agreements, 499 readings, 16 bills, the newest STATEMENT 2026-02-12 of 4798; 14 payments cleared, 0 failed, 0 scheduled; balance -9929, overdue 0
    a year: 2 of 2 agreements, 1168 readings, 38 bills, the newest STATEMENT 2027-01-12 of 4806; 36 payments cleared, 0 failed, 0 scheduled; balance -9982, overdue 0
    ");
});

story!(business_pays_late, |app| async move {
    assert_snapshot!(seen(&app, "business", "A-B0515E55").await, @"
    today: 3 of 3 agreements, 2130 readings, 48 bills, the newest STATEMENT 2025-12-28 of 27040; 46 payments cleared, 0 failed, 0 scheduled; balance -51340, overdue 51340
    a month: 3 of 3 agreements, 2254 readings, 51 bills, the newest STATEMENT 2026-01-28 of 27334; 49 payments cleared, 0 failed, 0 scheduled; balance -53887, overdue 53887
    a year: 3 of 3 agreements, 3590 readings, 84 bills, the newest STATEMENT 2026-12-28 of 27560; 82 payments cleared, 0 failed, 0 scheduled; balance -50404, overdue 50404
    ");
});

story!(billing_that_is_cut_off_goes_on_where_it_was, |app| async move {
    let whole = app.another(Options::default()).await;
    let year = app.clock().now().checked_add_months(Months::new(12)).expect("a date");
    app.clock().set(year);
    whole.clock().set(year);
    // One account comes to its end, of another nothing is ever written: as when the process is killed.
    let (done, cut_off) = (AccountId(3_400_011), AccountId(3_400_001));
    let opened = Opened::begin(app.sandbox(), done, year).await.expect("billed");
    opened.commit(app.sandbox()).await.expect("written");
    drop(Opened::begin(app.sandbox(), cut_off, year).await.expect("billed"));
    for (person, number) in [("solar", "A-501A2001"), ("flat-base", "A-F1A7BA5E"), ("in-debt", "A-1DEB7001")]
    {
        let variables = json!({ "number": number });
        let (one, other) = (app.customer(person).await, whole.customer(person).await);
        let (one, other) = (one.gql(QUERY, variables.clone()).await, other.gql(QUERY, variables).await);
        assert_eq!(one.text(), other.text(), "{person}");
    }
});
