//! Ledgers: their documents, their balances, and what is asked for on them.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use insta::assert_json_snapshot;
use kemu_tests::{Role, story};
use serde_json::{Value as Json, json};

const PEOPLE: [(&str, &str); 7] = [
    ("flat-base", "A-F1A7BA5E"),
    ("house-hp-hc", "A-40E5E001"),
    ("solar", "A-501A2001"),
    ("in-debt", "A-1DEB7001"),
    ("moved-in", "A-9DA75001"),
    ("moved-out", "A-0070F001"),
    ("long-history", "A-10A60001"),
];

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

story!(a_statement_of_a_ledger_says_all_that_clients_read, |app| async move {
    let customer = app.customer("flat-base").await;
    let account = ask(
        &customer,
        "A-F1A7BA5E",
        "ledgers { supportsStatements supportsInvoices debtLedger { number } paymentAdequacy { isCurrentlyExempt }
        currentDirectDebitInstructionInvalidatedWithVendor
        creditTransferPermissionsData { fromSourceLedgers { ledgerNumber } toTargetLedgers { ledgerNumber } }
        statements(first: 1) { totalCount edges { node {
        id identifier startAt endAt firstIssuedAt earliestChargeAt latestChargeAt paymentDueDate
        totalCharges { netTotal taxTotal grossTotal } totalCredits { netTotal taxTotal grossTotal }
        annulledBy { id } documentDebtPosition { dueDate }
        transactions(first: 10, orderBy: POSTED_DATE_ASC) { edges { node {
            __typename id title postedDate amounts { gross } ... on BillCharge { consumption { quantity } detail { __typename } } } } }
        } } } }",
    )
    .await;
    assert_json_snapshot!(account["ledgers"], @r#"
    [
      {
        "supportsStatements": true,
        "supportsInvoices": false,
        "debtLedger": null,
        "paymentAdequacy": {
          "isCurrentlyExempt": false
        },
        "currentDirectDebitInstructionInvalidatedWithVendor": false,
        "creditTransferPermissionsData": {
          "fromSourceLedgers": [],
          "toTargetLedgers": []
        },
        "statements": {
          "totalCount": 5,
          "edges": [
            {
              "node": {
                "id": 802004,
                "identifier": "F0000401-0005",
                "startAt": "2025-11-28T23:00:00+00:00",
                "endAt": "2025-12-28T23:00:00+00:00",
                "firstIssuedAt": "2026-01-01T03:11:28.263110+00:00",
                "earliestChargeAt": "2026-01-01T03:11:28.263110+00:00",
                "latestChargeAt": "2026-01-01T03:11:28.263110+00:00",
                "paymentDueDate": "2026-01-15",
                "totalCharges": {
                  "netTotal": 4315,
                  "taxTotal": 863,
                  "grossTotal": 5178
                },
                "totalCredits": {
                  "netTotal": 0,
                  "taxTotal": 0,
                  "grossTotal": 0
                },
                "annulledBy": null,
                "documentDebtPosition": null,
                "transactions": {
                  "edges": [
                    {
                      "node": {
                        "__typename": "BillRefund",
                        "id": "-51001000008",
                        "title": "Remboursement",
                        "postedDate": "2025-12-06",
                        "amounts": {
                          "gross": 1500
                        }
                      }
                    },
                    {
                      "node": {
                        "__typename": "BillPayment",
                        "id": "-51001000009",
                        "title": "Prélèvement automatique",
                        "postedDate": "2025-12-16",
                        "amounts": {
                          "gross": -4953
                        }
                      }
                    },
                    {
                      "node": {
                        "__typename": "BillCharge",
                        "id": "51001000010",
                        "title": "Consommation d'électricité",
                        "postedDate": "2026-01-01",
                        "amounts": {
                          "gross": 5178
                        },
                        "consumption": {
                          "quantity": "176.252"
                        },
                        "detail": null
                      }
                    }
                  ]
                }
              }
            }
          ]
        }
      }
    ]
    "#);
});

story!(bills_and_the_documents_of_ledgers_are_the_same, |app| async move {
    for days in [0, 31, 365] {
        app.clock().advance(TimeDelta::days(days));
        for (name, number) in PEOPLE {
            let customer = app.customer(name).await;
            let account = ask(
                &customer,
                number,
                "bills(first: 100, orderBy: ISSUED_DATE_DESC) { edges { node { id issuedDate
                ... on StatementType { totalCharges { grossTotal } paymentDueDate } ... on InvoiceType { grossAmount } } } }
                ledgers { number supportsStatements supportsInvoices
                statements(first: 100) { edges { node { id firstIssuedAt paymentDueDate totalCharges { grossTotal } } } }
                invoices(first: 100) { edges { node { id invoicedAmount } } } }",
            )
            .await;
            let (mut found, mut wanted) = (BTreeMap::new(), BTreeMap::new());
            for bill in nodes(&account["bills"]) {
                let id = bill["id"].as_str().expect("an id").to_string();
                let amount = bill.pointer("/totalCharges/grossTotal").unwrap_or(&bill["grossAmount"]).clone();
                wanted.insert(id, (amount, bill["paymentDueDate"].clone()));
            }
            for ledger in account["ledgers"].as_array().expect("a list") {
                let statements = nodes(&ledger["statements"]);
                assert!(statements.is_sorted_by(
                    |one, next| one["firstIssuedAt"].as_str() >= next["firstIssuedAt"].as_str()
                ));
                assert!(ledger["supportsStatements"] == true || statements.is_empty());
                for statement in statements {
                    let told = (
                        statement["totalCharges"]["grossTotal"].clone(),
                        statement["paymentDueDate"].clone(),
                    );
                    found.insert(statement["id"].to_string(), told);
                }
                let invoices = nodes(&ledger["invoices"]);
                assert!(ledger["supportsInvoices"] == true || invoices.is_empty());
                for invoice in invoices {
                    found.insert(invoice["id"].to_string(), (invoice["invoicedAmount"].clone(), Json::Null));
                }
            }
            assert_eq!(found, wanted, "{name}");
        }
    }
});

story!(a_balance_is_the_sum_of_what_is_booked_as_time_goes_by, |app| async move {
    for days in [0, 31, 365] {
        app.clock().advance(TimeDelta::days(days));
        for (name, number) in PEOPLE {
            // Its book of more than a hundred bookings is walked through in `transactions.rs`.
            if name == "long-history" {
                continue;
            }
            let customer = app.customer(name).await;
            let account = ask(
                &customer,
                number,
                "balance ledgers { balance affectsAccountBalance amountOwedByCustomer
                transactions(first: 100) { totalCount edges { node { amounts { gross } balanceCarriedForward } } } }",
            )
            .await;
            let mut balance = 0;
            for ledger in account["ledgers"].as_array().expect("a list") {
                let booked = nodes(&ledger["transactions"]);
                assert_eq!(ledger["transactions"]["totalCount"].as_u64(), Some(booked.len() as u64));
                let sum: i64 = booked.iter().filter_map(|node| node["amounts"]["gross"].as_i64()).sum();
                let own = ledger["balance"].as_i64().expect("cents");
                assert_eq!(own, -sum, "{name}");
                assert_eq!(ledger["amountOwedByCustomer"].as_i64(), Some((-own).max(0)));
                balance += if ledger["affectsAccountBalance"] == true { own } else { 0 };
            }
            assert_eq!(account["balance"].as_i64(), Some(balance), "{name}");
        }
    }
});

const REQUESTS: &str =
    "query ($number: String!) { paymentRequests(ledgerNumber: $number) { paymentRequest(first: 100) {
    totalCount edges { node { paymentStatus totalAmount customerAmount expectedPaymentDate
    fundingSourceAmounts(first: 1) { totalCount } } } } } }";

story!(what_is_asked_for_on_a_ledger, |app| async move {
    let customer = app.customer("flat-base").await;
    let ask = async |customer: &Role, number: &str| {
        let answer = customer.gql(REQUESTS, json!({ "number": number })).await;
        answer.data();
        assert_eq!(answer.plausible(), Vec::<&str>::new());
        nodes(answer.at("/paymentRequests/paymentRequest"))
    };
    let requests = ask(&customer, "L-100000001A").await;
    assert_json_snapshot!(requests[0], @r#"
    {
      "paymentStatus": "CLEARED",
      "totalAmount": 5178,
      "customerAmount": 5178,
      "expectedPaymentDate": "2026-01-15",
      "fundingSourceAmounts": {
        "totalCount": 0
      }
    }
    "#);
    assert!(requests.is_sorted_by(
        |one, next| one["expectedPaymentDate"].as_str() >= next["expectedPaymentDate"].as_str()
    ));
    let debtor = app.customer("in-debt").await;
    let statuses: Vec<Json> =
        ask(&debtor, "L-100000004A").await.iter().map(|node| node["paymentStatus"].clone()).collect();
    assert!(statuses.contains(&json!("FAILED")) && statuses.contains(&json!("CLEARED")), "{statuses:?}");
    // What the customer sends by themselves nobody asked for.
    let business = app.customer("business").await;
    assert!(ask(&business, "L-100000016A").await.is_empty());
    // A month on there is another, and the one that was on its way has come.
    app.clock().advance(TimeDelta::days(31));
    let customer = app.customer("flat-base").await;
    let later = ask(&customer, "L-100000001A").await;
    assert_eq!(later.len(), requests.len() + 1);
    for refused in ["L-100000002A", "L-999999999Z", "nonsense"] {
        assert_eq!(
            customer.gql(REQUESTS, json!({ "number": refused })).await.codes(),
            ["KT-CT-1111"],
            "{refused}"
        );
    }
});

story!(a_debit_that_failed_is_taken_once_more, |app| async move {
    let mut seen = 0;
    for _ in 0..8 {
        let customer = app.customer("in-debt").await;
        let account = ask(
            &customer,
            "A-1DEB7001",
            "ledgers { paymentsWithNonConcludedRePresentation(first: 5) { edges { node { amountPayable payableDate } } } }",
        )
        .await;
        let today = app.clock().now().date_naive().to_string();
        for again in nodes(&account["ledgers"][0]["paymentsWithNonConcludedRePresentation"]) {
            assert!(again["amountPayable"].as_i64() > Some(0));
            assert!(again["payableDate"].as_str() >= Some(&today));
            seen += 1;
        }
        app.clock().advance(TimeDelta::days(5));
    }
    assert!(seen > 0);
});
