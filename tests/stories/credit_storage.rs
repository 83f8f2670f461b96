//! The pot: what is on it, and using it for an open amount.

use chrono::TimeDelta;
use insta::assert_json_snapshot;
use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

const POT: &str = r#"{ account(accountNumber: "A-40E5E001") {
    balance
    creditStorage {
        ledger { currentBalance ledgerType name number } balanceForecast
        sourceFundRequestEligibilities {
            globalEligibilityOutcome pageInfo { hasNextPage startCursor endCursor }
            edges { cursor node { ledgerNumber eligibilityOutcome expectedPaymentDate } }
        }
    }
    ledgers { number balance transactions(first: 1) { edges { node { __typename title amounts { gross } reasonCode } } } }
} }"#;

async fn pot(customer: &Role) -> Json {
    let answer = customer.ask_for(POT).await;
    answer.data();
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    answer.at("/account").clone()
}

/// Asks for an amount of the pot to be used.
async fn request(customer: &Role, ledgers: (&str, &str), amount: i64) -> Answer {
    let mutation =
        "mutation ($input: CreateSourceFundRequestInput!) { createSourceFundRequest(input: $input) {
        sourceFundRequest { status } possibleErrors { code } } }";
    let input = json!({
        "accountNumber": "A-40E5E001", "requestedAmount": amount,
        "sourceLedgerNumber": ledgers.0, "targetLedgerNumber": ledgers.1,
    });
    customer.gql(mutation, json!({ "input": input })).await
}

const BETWEEN: (&str, &str) = ("L-100000009P", "L-100000009A");

story!(what_clients_read_of_a_pot, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    assert_json_snapshot!(pot(&customer).await["creditStorage"], @r#"
    {
      "ledger": {
        "currentBalance": 4000,
        "ledgerType": "POT_LEDGER",
        "name": "Cagnotte",
        "number": "L-100000009P"
      },
      "balanceForecast": 4000,
      "sourceFundRequestEligibilities": {
        "globalEligibilityOutcome": "ELIGIBLE",
        "pageInfo": {
          "hasNextPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjE="
        },
        "edges": [
          {
            "cursor": "YXJyYXljb25uZWN0aW9uOjA=",
            "node": {
              "ledgerNumber": "L-100000009A",
              "eligibilityOutcome": "ELIGIBLE",
              "expectedPaymentDate": "2026-02-05"
            }
          },
          {
            "cursor": "YXJyYXljb25uZWN0aW9uOjE=",
            "node": {
              "ledgerNumber": "L-100000009B",
              "eligibilityOutcome": "ELIGIBLE",
              "expectedPaymentDate": "2026-02-05"
            }
          }
        ]
      }
    }
    "#);
    for (name, number) in [("flat-base", "A-F1A7BA5E"), ("partial-data", "A-9A271A10")] {
        let query =
            format!("{{ account(accountNumber: \"{number}\") {{ creditStorage {{ balanceForecast }} }} }}");
        assert_eq!(
            app.customer(name).await.ask_for(&query).await.data()["account"]["creditStorage"],
            Json::Null
        );
    }
});

story!(what_is_taken_from_the_pot_is_on_the_ledger, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let before = pot(&customer).await;
    let answer = request(&customer, BETWEEN, 1_500).await;
    assert_eq!(
        answer.data()["createSourceFundRequest"],
        json!({ "sourceFundRequest": { "status": "ACCEPTED" }, "possibleErrors": [] })
    );
    let after = pot(&customer).await;
    let balance =
        |account: &Json, ledger: usize| account["ledgers"][ledger]["balance"].as_i64().expect("cents");
    let moved = |ledger| balance(&after, ledger) - balance(&before, ledger);
    assert_eq!((moved(0), moved(1), moved(2)), (1_500, 0, -1_500));
    assert_eq!(after["creditStorage"]["ledger"]["currentBalance"], 2_500);
    assert_eq!(after["creditStorage"]["balanceForecast"], 2_500);
    assert_eq!(after["balance"].as_i64(), before["balance"].as_i64().map(|before| before + 1_500));
    let last = |ledger: usize| after["ledgers"][ledger]["transactions"]["edges"][0]["node"].clone();
    assert_eq!((&last(0)["__typename"], &last(0)["amounts"]["gross"]), (&json!("Credit"), &json!(-1_500)));
    assert_eq!((&last(2)["__typename"], &last(2)["amounts"]["gross"]), (&json!("Charge"), &json!(1_500)));
    // It stays so, and billing goes on from there.
    app.clock().advance(TimeDelta::days(40));
    let customer = app.customer("house-hp-hc").await;
    assert_eq!(pot(&customer).await["creditStorage"]["ledger"]["currentBalance"], 2_500);
    // All of the rest.
    request(&customer, BETWEEN, 2_500).await.data();
    let empty = pot(&customer).await;
    assert_eq!(
        empty["creditStorage"]["sourceFundRequestEligibilities"]["globalEligibilityOutcome"],
        "INSUFFICIENT_FUNDS"
    );
});

story!(what_cannot_be_is_refused_and_moves_nothing, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let before = pot(&customer).await;
    // More than there is; nothing; to the pot itself.
    for (ledgers, amount) in [(BETWEEN, 4_001), (BETWEEN, 0), (BETWEEN, -5), ((BETWEEN.0, BETWEEN.0), 100)] {
        let answer = request(&customer, ledgers, amount).await;
        assert_eq!(
            answer.text_at("/createSourceFundRequest/sourceFundRequest/status"),
            "REJECTED",
            "{ledgers:?} {amount}"
        );
    }
    for (ledgers, code) in [
        (("L-100000009A", "L-100000009B"), "KT-CT-3827"),
        ((BETWEEN.0, "L-100000001A"), "KT-CT-3837"),
        (("nonsense", BETWEEN.1), "KT-CT-3837"),
    ] {
        assert_eq!(request(&customer, ledgers, 100).await.codes(), [code], "{ledgers:?}");
    }
    let stranger = app.customer("flat-base").await;
    assert_eq!(request(&stranger, BETWEEN, 100).await.codes(), ["KT-CT-1111"]);
    assert_eq!(pot(&customer).await, before);
});
