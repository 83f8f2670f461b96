//! Switching to another product: the quote, the day, the new agreement.

use chrono::TimeDelta;
use insta::assert_json_snapshot;
use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

const QUOTE: &str = "mutation ($input: CreateQuoteForAccountInput!) { createQuoteForAccount(input: $input) {
    quoteRequest { code requestedAt acceptedAt quotedSupplyPoints(first: 5) { edges { node { id identifier marketName
    supplyPoint { id } quotedProducts(first: 20) { edges { node { id wasSelected product { code } } } } } } } } } }";

const SWITCH: &str = "mutation ($input: InitiateProductSwitchInput!) { initiateProductSwitch(input: $input) {
    productCode switchDate } }";

const AGREEMENTS: &str = r#"{ account(accountNumber: "A-F1A7BA5E") { agreements(first: 10) { edges { node {
    id validFrom validTo isActive supplyContractNumber product { code } energySupplyRate { rates(first: 10) {
    totalCount } } } } } } }"#;

async fn quote(customer: &Role, account: &str, identifier: &str) -> Answer {
    let input = json!({ "accountNumber": account, "asOf": "2026-01-15", "identifiers": [identifier] });
    customer.gql(QUOTE, json!({ "input": input })).await
}

async fn switch(customer: &Role, account: &str, quoted: &str, on: &str) -> Answer {
    let input = json!({ "accountNumber": account, "quotedProductId": quoted, "switchDate": on });
    customer.gql(SWITCH, json!({ "input": input })).await
}

/// The id under which a quote offers a product.
fn offer(quote: &Answer, code: &str) -> String {
    let point = quote.at("/createQuoteForAccount/quoteRequest/quotedSupplyPoints/edges/0/node");
    let products = point["quotedProducts"]["edges"].as_array().expect("products");
    let found = products.iter().find(|edge| edge["node"]["product"]["code"] == code);
    found
        .and_then(|edge| edge["node"]["id"].as_str())
        .unwrap_or_else(|| panic!("no {code} in {point}"))
        .into()
}

story!(a_customer_switches_to_a_quoted_product, |app| async move {
    let customer = app.customer("flat-base").await;
    let quote = quote(&customer, "A-F1A7BA5E", "00000000000001").await;
    let point = quote.at("/createQuoteForAccount/quoteRequest/quotedSupplyPoints/edges/0/node");
    assert_json_snapshot!(point, @r#"
    {
      "id": "61001",
      "identifier": "00000000000001",
      "marketName": "FRA_ELECTRICITY",
      "supplyPoint": {
        "id": "61001"
      },
      "quotedProducts": {
        "edges": [
          {
            "node": {
              "id": "61001102",
              "wasSelected": false,
              "product": {
                "code": "OCTO_FIXE_HPHC_2_V2"
              }
            }
          },
          {
            "node": {
              "id": "61001103",
              "wasSelected": false,
              "product": {
                "code": "OCTO_TEMPO_6_V1"
              }
            }
          },
          {
            "node": {
              "id": "61001104",
              "wasSelected": false,
              "product": {
                "code": "OCTOFLEX_4_V4"
              }
            }
          },
          {
            "node": {
              "id": "61001106",
              "wasSelected": false,
              "product": {
                "code": "OCTO_EFFACEMENT_HPHC_2_V1"
              }
            }
          }
        ]
      }
    }
    "#);
    let days = "{ availableProductSwitchDates(agreementId: 401, maxRange: 3) }";
    let days = customer.ask_for(days).await;
    assert_eq!(*days.at("/availableProductSwitchDates"), json!(["2026-01-16", "2026-01-17", "2026-01-18"]));
    let id = offer(&quote, "OCTO_FIXE_HPHC_2_V2");
    let switched = switch(&customer, "A-F1A7BA5E", &id, "2026-02-01").await;
    assert_eq!(
        switched.data()["initiateProductSwitch"],
        json!({ "productCode": "OCTO_FIXE_HPHC_2_V2", "switchDate": "2026-02-01" })
    );
    let before = customer.ask_for(AGREEMENTS).await;
    assert_json_snapshot!(before.at("/account/agreements/edges"), @r#"
    [
      {
        "node": {
          "id": 401,
          "validFrom": "2025-07-28T22:00:00+00:00",
          "validTo": "2026-01-31T23:00:00+00:00",
          "isActive": true,
          "supplyContractNumber": "C000061001",
          "product": {
            "code": "OCTO_FIXE_BASE_1_V2"
          },
          "energySupplyRate": {
            "rates": {
              "totalCount": 2
            }
          }
        }
      },
      {
        "node": {
          "id": 423,
          "validFrom": "2026-01-31T23:00:00+00:00",
          "validTo": null,
          "isActive": false,
          "supplyContractNumber": "C000061001",
          "product": {
            "code": "OCTO_FIXE_HPHC_2_V2"
          },
          "energySupplyRate": {
            "rates": {
              "totalCount": 3
            }
          }
        }
      }
    ]
    "#);
    app.clock().advance(TimeDelta::days(60));
    let customer = app.customer("flat-base").await;
    let after = customer.ask_for(AGREEMENTS).await;
    let active: Vec<&Json> =
        after.list_at("/account/agreements/edges").iter().map(|edge| &edge["node"]["isActive"]).collect();
    assert_eq!(active, [&json!(false), &json!(true)]);
    // The bill of the old agreement ends where that of the new one begins.
    let charges = r#"{ account(accountNumber: "A-F1A7BA5E") { transactions(first: 3, transactionTypes: [ENERGY_CHARGES]) {
        edges { node { ... on Charge { consumption { startDate endDate } } } } } } }"#;
    let charges = customer.ask_for(charges).await;
    assert_json_snapshot!(charges.at("/account/transactions/edges"), @r#"
    [
      {
        "node": {
          "consumption": {
            "startDate": "2026-02-01",
            "endDate": "2026-03-01"
          }
        }
      },
      {
        "node": {
          "consumption": {
            "startDate": "2026-01-29",
            "endDate": "2026-02-01"
          }
        }
      },
      {
        "node": {
          "consumption": {
            "startDate": "2025-12-29",
            "endDate": "2026-01-29"
          }
        }
      }
    ]
    "#);
});

story!(what_cannot_be_switched_is_refused, |app| async move {
    let customer = app.customer("two-accounts").await;
    let of_quote = quote(&customer, "A-2ACC0001", "00000000000002").await;
    let flex = offer(&of_quote, "OCTOFLEX_4_V4");
    let refused = [
        // Not the viewer's, no quote, another account's supply point.
        ("A-F1A7BA5E", flex.as_str(), "2026-02-01", "KT-CT-4924"),
        ("A-2ACC0001", "none", "2026-02-01", "KT-CT-4619"),
        ("A-2ACC0002", &flex, "2026-02-01", "KT-CT-4719"),
        // The product that it is already, one for gas, one that is not.
        ("A-2ACC0001", "61002101", "2026-02-01", "KT-CT-4624"),
        ("A-2ACC0001", "61002201", "2026-02-01", "KT-CT-4624"),
        ("A-2ACC0001", "61002999", "2026-02-01", "KT-CT-4624"),
        // Today, yesterday, in more than a year.
        ("A-2ACC0001", &flex, "2026-01-15", "KT-CT-1507"),
        ("A-2ACC0001", &flex, "2026-01-14", "KT-CT-1507"),
        ("A-2ACC0001", &flex, "2027-01-16", "KT-CT-1507"),
    ];
    for (account, quoted, on, code) in refused {
        assert_eq!(switch(&customer, account, quoted, on).await.codes(), [code], "{account} {quoted} {on}");
    }
    assert_eq!(quote(&customer, "A-2ACC0001", "00000000000001").await.codes(), ["KT-CT-4645"]);
    assert_eq!(quote(&customer, "A-F1A7BA5E", "00000000000001").await.codes(), ["KT-CT-4924"]);
    // All of it left no trace; and the last day of the year to come is early enough.
    let query = r#"{ agreements(accountNumber: "A-2ACC0001", first: 5) { totalCount } }"#;
    assert_eq!(customer.ask_for(query).await.number_at("/agreements/totalCount"), 2);
    switch(&customer, "A-2ACC0001", &flex, "2027-01-15").await.data();
    assert_eq!(customer.ask_for(query).await.number_at("/agreements/totalCount"), 3);
    // An agreement with a successor cannot be drawn out over it.
    let terminate = r#"mutation { terminateAgreement(input: { agreementId: "402",
        terminateAt: "2027-03-01T00:00:00+01:00" }) { agreement { id } } }"#;
    assert_eq!(customer.ask_for(terminate).await.codes(), ["KT-CT-1513"]);
});
