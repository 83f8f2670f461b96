//! How accounts are paid, and what is to be expected: the forecast comes true.

use chrono::TimeDelta;
use insta::assert_json_snapshot;
use kemu_tests::{Role, story};
use serde_json::{Value as Json, json};

async fn ask(customer: &Role, number: &str, fields: &str) -> Json {
    let query =
        "query ($number: String!) { account(accountNumber: $number) { FIELDS } }".replace("FIELDS", fields);
    let answer = customer.gql(&query, json!({ "number": number })).await;
    answer.data();
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    answer.at("/account").clone()
}

fn nodes(connection: &Json) -> Vec<Json> {
    let edges = connection["edges"].as_array().unwrap_or_else(|| panic!("no page: {connection}"));
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

const SCHEDULE: &str = "{ totalCount edges { node { id ledgerNumber trigger paymentAmount isVariablePaymentAmount paymentDay
    paymentDayDetails { description direction } paymentFrequency paymentFrequencyMultiplier validFrom validTo reason
    isPaymentHoliday paymentHolidayReason isExemptFromPaymentAdequacy paymentAdequacyAdjustment
    paymentAdequacyAdjustmentExpiryDate totalDebtAmount delayConfiguration { code } supplementaryLedger { number } } } }";

story!(schedules_say_what_is_taken_and_when, |app| async move {
    let house = app.customer("house-hp-hc").await;
    let schedules = async |customer: &Role, number: &str, arguments: &str| {
        let field = format!("paymentSchedules(first: 10, {arguments}) {SCHEDULE}");
        nodes(&ask(customer, number, &field).await["paymentSchedules"])
    };
    let electricity = schedules(&house, "A-40E5E001", "ledgerNumber: \"L-100000009A\"").await;
    assert_json_snapshot!(electricity, @r#"
    [
      {
        "id": "5101100",
        "ledgerNumber": "L-100000009A",
        "trigger": "REGULAR",
        "paymentAmount": 8500,
        "isVariablePaymentAmount": false,
        "paymentDay": 5,
        "paymentDayDetails": {
          "description": "Le 5 du mois",
          "direction": "OF_MONTH"
        },
        "paymentFrequency": "Monthly",
        "paymentFrequencyMultiplier": 1,
        "validFrom": "2023-11-17",
        "validTo": null,
        "reason": "GENERAL_ACCOUNT_PAYMENT",
        "isPaymentHoliday": false,
        "paymentHolidayReason": "",
        "isExemptFromPaymentAdequacy": false,
        "paymentAdequacyAdjustment": null,
        "paymentAdequacyAdjustmentExpiryDate": null,
        "totalDebtAmount": null,
        "delayConfiguration": null,
        "supplementaryLedger": null
      }
    ]
    "#);
    assert_eq!(schedules(&house, "A-40E5E001", "").await.len(), 2);
    for (arguments, count) in [
        ("active: true", 2),
        ("active: false", 0),
        ("includeDormant: false", 2),
        ("activeOnDate: \"2020-01-01\"", 0),
        ("reason: DEBT_REPAYMENT_PLAN", 0),
        ("reason: GENERAL_ACCOUNT_PAYMENT", 2),
    ] {
        assert_eq!(schedules(&house, "A-40E5E001", arguments).await.len(), count, "{arguments}");
    }
    let flat = app.customer("flat-base").await;
    let by_bill = schedules(&flat, "A-F1A7BA5E", "").await;
    assert_eq!(
        (&by_bill[0]["trigger"], &by_bill[0]["isVariablePaymentAmount"]),
        (&json!("BILL"), &json!(true))
    );
    // Who pays by hand has none.
    let business = app.customer("business").await;
    assert!(schedules(&business, "A-B0515E55", "").await.is_empty());
    let foreign = r#"{ account(accountNumber: "A-F1A7BA5E") { paymentSchedules(first: 1, ledgerNumber: "L-100000002A") { totalCount } } }"#;
    assert_eq!(flat.ask_for(foreign).await.codes(), ["KT-CT-3837"]);
});

const PAGED: &str = "paginatedPaymentForecast(first: 100, dateTo: \"TO\") { edges { node { amount date method paymentNumber } } }";

story!(a_forecast_comes_true, |app| async move {
    for (name, number) in [
        ("flat-base", "A-F1A7BA5E"),
        ("house-hp-hc", "A-40E5E001"),
        ("solar", "A-501A2001"),
        ("business", "A-B0515E55"),
    ] {
        let customer = app.customer(name).await;
        let to = (app.clock().now() + TimeDelta::days(60)).date_naive().to_string();
        let fields = format!(
            "{} paymentForecast(dateTo: \"{to}\") {{ amount date method paymentNumber }}",
            PAGED.replace("TO", &to)
        );
        let account = ask(&customer, number, &fields).await;
        let expected = nodes(&account["paginatedPaymentForecast"]);
        assert_eq!(account["paymentForecast"], json!(expected));
        assert!(expected.is_sorted_by(|one, next| one["date"].as_str() <= next["date"].as_str()), "{name}");
        assert!(!expected.is_empty(), "{name}");

        app.clock().advance(TimeDelta::days(61));
        let customer = app.customer(name).await;
        let account = ask(
            &customer,
            number,
            "payments(first: 100, status: CLEARED) { edges { node { amount paymentDate } } }",
        )
        .await;
        let cleared = nodes(&account["payments"]);
        for payment in &expected {
            let came = cleared
                .iter()
                .filter(|one| one["paymentDate"] == payment["date"] && one["amount"] == payment["amount"]);
            assert!(came.count() >= 1, "{name}: {payment} has not come: {cleared:?}");
        }
    }
});

story!(the_next_payment_of_an_agreement_is_the_first_of_its_ledger, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let account = ask(
        &customer,
        "A-40E5E001",
        "agreements(first: 10) { edges { node { nextPaymentForecast { amount date } chargingLedger { number } } } }",
    )
    .await;
    let agreements = nodes(&account["agreements"]);
    assert_eq!(agreements.len(), 2);
    for agreement in agreements {
        let ledger = agreement["chargingLedger"]["number"].as_str().expect("a number");
        let field = format!(
            "paginatedPaymentForecast(first: 1, ledgerNumber: \"{ledger}\") {{ edges {{ node {{ amount date paymentNumber method }} }} }}"
        );
        let next =
            nodes(&ask(&customer, "A-40E5E001", &field).await["paginatedPaymentForecast"]).swap_remove(0);
        assert_eq!(
            (&next["amount"], &next["date"]),
            (&agreement["nextPaymentForecast"]["amount"], &agreement["nextPaymentForecast"]["date"])
        );
        assert_eq!((&next["paymentNumber"], &next["method"]), (&json!(1), &json!("DIRECT_DEBIT")));
        let field = format!(
            "paymentSchedules(first: 1, ledgerNumber: \"{ledger}\") {{ edges {{ node {{ paymentAmount }} }} }}"
        );
        let schedule = nodes(&ask(&customer, "A-40E5E001", &field).await["paymentSchedules"]).swap_remove(0);
        assert_eq!(schedule["paymentAmount"], next["amount"]);
    }
});

story!(without_a_payment_to_come_there_is_no_forecast, |app| async move {
    for (name, number) in
        [("locked-out", "A-10CCED01"), ("long-history", "A-10A60001"), ("moved-out", "A-0070F001")]
    {
        let customer = app.customer(name).await;
        for field in [
            "paginatedPaymentForecast(first: 5) { totalCount }",
            "paymentForecast(dateTo: \"2026-12-31\") { amount }",
        ] {
            let query = format!("{{ account(accountNumber: \"{number}\") {{ {field} }} }}");
            assert_eq!(customer.ask_for(&query).await.codes(), ["KT-CT-3949"], "{name} {field}");
        }
    }
    let flat = app.customer("flat-base").await;
    let past = r#"{ account(accountNumber: "A-F1A7BA5E") { paginatedPaymentForecast(first: 5, dateTo: "2025-01-01") { totalCount } } }"#;
    assert_eq!(flat.ask_for(past).await.codes(), ["KT-CT-3949"]);
    // However far somebody asks, it ends.
    let far = r#"{ account(accountNumber: "A-F1A7BA5E") { paginatedPaymentForecast(last: 1, dateTo: "9999-12-31") { edges { node { date } } } } }"#;
    let far = flat.ask_for(far).await;
    let last = far.text_at("/account/paginatedPaymentForecast/edges/0/node/date");
    assert!(("2030-01-01".."2031-02-01").contains(&last), "{last}");
});

story!(a_mandate_hides_its_bank_account, |app| async move {
    let customer = app.customer("flat-base").await;
    let field = "directDebitInstructions(first: 5) { edges { node { id accountHolder iban maskedIban maskedAccountIdentifier
        instructionType status sortCode cardExpiryMonth cardExpiryYear cardPaymentNetwork
        owners { accountUser { number } business { id } } } } }";
    let mut mandates = nodes(
        &ask(&customer, "A-F1A7BA5E", &field.replace("accountUser { number }", "accountUser { id }")).await["directDebitInstructions"],
    );
    assert_json_snapshot!(mandates.swap_remove(0), @r#"
    {
      "id": "3400001000",
      "accountHolder": "Flat Base",
      "iban": "FR76 **** 189",
      "maskedIban": "FR76 **** 189",
      "maskedAccountIdentifier": "FR76 **** 189",
      "instructionType": "DIRECT_DEBIT",
      "status": "ACTIVE",
      "sortCode": "",
      "cardExpiryMonth": null,
      "cardExpiryYear": null,
      "cardPaymentNetwork": null,
      "owners": [
        {
          "accountUser": {
            "id": "3200001"
          },
          "business": null
        }
      ]
    }
    "#);
    let only = async |statuses: &str| {
        let field = format!(
            "directDebitInstructions(first: 5, statuses: [{statuses}]) {{ edges {{ node {{ id }} }} }}"
        );
        nodes(&ask(&customer, "A-F1A7BA5E", &field).await["directDebitInstructions"]).len()
    };
    assert_eq!((only("ACTIVE").await, only("FAILED, PROVISIONAL").await), (1, 0));
    let business = app.customer("business").await;
    let none = ask(&business, "A-B0515E55", "directDebitInstructions(first: 5) { totalCount }").await;
    assert_eq!(none["directDebitInstructions"]["totalCount"], 0);
});

story!(a_ledger_says_how_it_is_paid, |app| async move {
    let instruction =
        "{ id accountHolder accountType bankCode cardExpiryMonth cardExpiryYear cardNumber cardPaymentNetwork
        cardType iban instructionType maskedAccountIdentifier sortCode status validFrom vendor
        owners { accountUser { id } } supplementaryLedger { number } }";
    let preference = format!(
        "{{ __typename ... on PreferredInstruction {{ forPaymentsAfter status paymentMethod {instruction} }}
        ... on UserManagedPayment {{ forPaymentsAfter }} }}"
    );
    let fields = format!(
        "paymentMethods(first: 5) {{ edges {{ node {instruction} }} }}
        ledgers {{ ledgerType usablePaymentInstructions(first: 5) {{ edges {{ node {instruction} }} }}
        paymentPreferences(first: 5) {{ edges {{ node {preference} }} }}
        paymentPreferenceAtTime(atTime: \"2026-01-15T12:00:00Z\") {preference}
        before: paymentPreferenceAtTime(atTime: \"2010-01-01T00:00:00Z\") {preference} }}"
    );
    let house = app.customer("house-hp-hc").await;
    let account = ask(&house, "A-40E5E001", &fields).await;
    let method = nodes(&account["paymentMethods"]).swap_remove(0);
    assert_eq!((&method["iban"], &method["status"]), (&json!("FR76 **** 189"), &json!("ACTIVE")));
    let ledger = &account["ledgers"][0];
    assert_eq!(nodes(&ledger["usablePaymentInstructions"]), std::slice::from_ref(&method));
    assert_eq!(ledger["paymentPreferenceAtTime"]["paymentMethod"], method);
    assert_eq!(nodes(&ledger["paymentPreferences"]), [ledger["paymentPreferenceAtTime"].clone()]);
    // The mandate is younger than that.
    assert_eq!(ledger["before"]["__typename"], "UserManagedPayment");
    let pot = &account["ledgers"][2];
    assert_eq!((&pot["ledgerType"], &pot["paymentPreferenceAtTime"]), (&json!("POT_LEDGER"), &Json::Null));
    let default = r#"{ defaultPaymentInstruction(accountNumber: "A-40E5E001") { id } }"#;
    assert_eq!(house.ask_for(default).await.data()["defaultPaymentInstruction"]["id"], method["id"]);
    let cards = r#"{ defaultPaymentInstruction(accountNumber: "A-40E5E001", instructionType: CARD) { id } }"#;
    assert_eq!(house.ask_for(cards).await.data()["defaultPaymentInstruction"], Json::Null);

    let business = app.customer("business").await;
    assert_eq!(business.ask_for(default).await.codes(), ["KT-CT-1111"]);
    let account = ask(&business, "A-B0515E55", &fields).await;
    assert_eq!(account["ledgers"][0]["paymentPreferenceAtTime"]["__typename"], "UserManagedPayment");
    assert!(nodes(&account["ledgers"][0]["usablePaymentInstructions"]).is_empty());
});
