//! Books: transactions and payments.

use std::collections::{BTreeMap, BTreeSet};

use insta::assert_json_snapshot;
use kemu_tests::{Role, story};
use serde_json::{Value as Json, json};

/// The guide's query, as it is printed there (seed document SEED-G).
const GUIDE: &str = r#"query getTransactions($accountNumber: String!) { account(accountNumber: $accountNumber) { transactions(first: 10, after: "<some-cursor>") { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } } } }"#;

story!(the_query_of_the_french_guide_runs_as_printed, |app| async move {
    let customer = app.customer("long-history").await;
    let variables = json!({ "accountNumber": "A-10A60001" });
    let first = GUIDE.replace(r#", after: "<some-cursor>""#, "");
    let first = customer.gql(&first, variables.clone()).await;
    let cursor = first.text_at("/account/transactions/pageInfo/endCursor");
    let second = customer.gql(&GUIDE.replace("<some-cursor>", cursor), variables.clone()).await;
    assert_json_snapshot!(second.data(), @r#"
    {
      "account": {
        "transactions": {
          "pageInfo": {
            "hasNextPage": true,
            "hasPreviousPage": false,
            "startCursor": "YXJyYXljb25uZWN0aW9uOjEw",
            "endCursor": "YXJyYXljb25uZWN0aW9uOjE5"
          },
          "edges": [
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjEw",
              "node": {
                "id": "51007001112"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjEx",
              "node": {
                "id": "-51007001111"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjEy",
              "node": {
                "id": "51007001110"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjEz",
              "node": {
                "id": "-51007001109"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjE0",
              "node": {
                "id": "51007001108"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjE1",
              "node": {
                "id": "-51007001107"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjE2",
              "node": {
                "id": "51007001106"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjE3",
              "node": {
                "id": "-51007001105"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjE4",
              "node": {
                "id": "51007001104"
              }
            },
            {
              "cursor": "YXJyYXljb25uZWN0aW9uOjE5",
              "node": {
                "id": "-51007001103"
              }
            }
          ]
        }
      }
    }
    "#);
    let next = second.list_at("/account/transactions/edges");
    assert!(first.list_at("/account/transactions/edges").iter().all(|edge| !next.contains(edge)));
    // Word for word it names no cursor that anybody has handed out.
    assert_json_snapshot!(customer.gql(GUIDE, variables).await.body, @r#"
    {
      "errors": [
        {
          "message": "Invalid pagination parameters.",
          "locations": [
            {
              "line": 1,
              "column": 91
            }
          ],
          "path": [
            "account",
            "transactions"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-1202",
            "errorDescription": "The value of first must be from 0 to the maximum of this field, and a cursor must be one that this list handed out.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "'<some-cursor>' is no cursor that this list has handed out.",
                "inputPath": [
                  "after"
                ]
              }
            ]
          }
        }
      ],
      "data": {
        "account": {
          "transactions": null
        }
      }
    }
    "#);
});

story!(the_four_kinds_of_transactions_have_their_amounts, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { transactions(first: 100) { edges { node {
        __typename id title amount amounts { net tax gross } balanceCarriedForward postedDate createdAt isIssued isHeld
        isReversed hasStatement note reasonCode accountNumber billingDocumentIdentifier
        ... on Charge { consumption { startDate endDate quantity unit usageCost supplyCharge } }
        ... on Payment { isLateFailedPayment paymentTransactionType }
    } } } } }"#;
    let answer = customer.ask_for(query).await;
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    let mut kinds: BTreeMap<&str, &Json> = BTreeMap::new();
    for edge in answer.list_at("/account/transactions/edges") {
        let node = &edge["node"];
        let number = |pointer: &str| node.pointer(pointer).and_then(Json::as_i64).expect("cents");
        assert_eq!(number("/amounts/net") + number("/amounts/tax"), number("/amounts/gross"));
        assert_eq!(number("/amount"), number("/amounts/gross"));
        let kind = node["__typename"].as_str().expect("a name");
        assert_eq!(number("/amount") > 0, matches!(kind, "Charge" | "Refund"), "{node}");
        kinds.entry(kind).or_insert(node);
    }
    assert_json_snapshot!(kinds, @r#"
    {
      "Charge": {
        "__typename": "Charge",
        "id": "51001000010",
        "title": "Consommation d'électricité",
        "amount": 5178,
        "amounts": {
          "net": 4315,
          "tax": 863,
          "gross": 5178
        },
        "balanceCarriedForward": -6678,
        "postedDate": "2026-01-01",
        "createdAt": "2026-01-01T03:11:28.263110+00:00",
        "isIssued": true,
        "isHeld": false,
        "isReversed": false,
        "hasStatement": true,
        "note": null,
        "reasonCode": null,
        "accountNumber": "A-F1A7BA5E",
        "billingDocumentIdentifier": "802004",
        "consumption": {
          "startDate": "2025-11-29",
          "endDate": "2025-12-29",
          "quantity": "176.252",
          "unit": "kWh",
          "usageCost": 2867,
          "supplyCharge": 1448
        }
      },
      "Credit": {
        "__typename": "Credit",
        "id": "51001000003",
        "title": "Parrainage",
        "amount": -2000,
        "amounts": {
          "net": -2000,
          "tax": 0,
          "gross": -2000
        },
        "balanceCarriedForward": -2622,
        "postedDate": "2025-10-07",
        "createdAt": "2025-10-07T02:54:08.591772+00:00",
        "isIssued": true,
        "isHeld": false,
        "isReversed": false,
        "hasStatement": true,
        "note": null,
        "reasonCode": "REFERRAL_REWARD",
        "accountNumber": "A-F1A7BA5E",
        "billingDocumentIdentifier": "802002"
      },
      "Payment": {
        "__typename": "Payment",
        "id": "-51001000011",
        "title": "Prélèvement automatique",
        "amount": -5178,
        "amounts": {
          "net": -5178,
          "tax": 0,
          "gross": -5178
        },
        "balanceCarriedForward": -1500,
        "postedDate": "2026-01-15",
        "createdAt": "2026-01-15T05:03:26.400581+00:00",
        "isIssued": false,
        "isHeld": false,
        "isReversed": false,
        "hasStatement": false,
        "note": null,
        "reasonCode": null,
        "accountNumber": "A-F1A7BA5E",
        "billingDocumentIdentifier": null,
        "isLateFailedPayment": false,
        "paymentTransactionType": "DD_REGULAR_COLLECTION"
      },
      "Refund": {
        "__typename": "Refund",
        "id": "-51001000008",
        "title": "Remboursement",
        "amount": 1500,
        "amounts": {
          "net": 1500,
          "tax": 0,
          "gross": 1500
        },
        "balanceCarriedForward": -6453,
        "postedDate": "2025-12-06",
        "createdAt": "2025-12-06T04:03:51.890047+00:00",
        "isIssued": true,
        "isHeld": false,
        "isReversed": false,
        "hasStatement": true,
        "note": "Demande du client",
        "reasonCode": null,
        "accountNumber": "A-F1A7BA5E",
        "billingDocumentIdentifier": "802004"
      }
    }
    "#);
});

const ACCOUNTS: [(&str, &str); 7] = [
    ("flat-base", "A-F1A7BA5E"),
    ("two-accounts", "A-2ACC0001"),
    ("two-accounts", "A-2ACC0002"),
    ("in-debt", "A-1DEB7001"),
    ("long-history", "A-10A60001"),
    ("locked-out", "A-10CCED01"),
    ("second-factor", "A-2FAC7001"),
];

/// All nodes of a connection, page by page. `field` holds PAGE where `first` and `after` belong.
async fn all(customer: &Role, number: &str, field: &str) -> Vec<Json> {
    let query = format!(
        "query ($number: String!, $after: String) {{ account(accountNumber: $number) {{ {} }} }}",
        field.replace("PAGE", "first: 100, after: $after")
    );
    let (mut found, mut after) = (Vec::new(), Json::Null);
    loop {
        let answer = customer.gql(&query, json!({ "number": number, "after": after })).await;
        let page =
            answer.at("/account").as_object().and_then(|account| account.values().next()).expect("a field");
        let page = if page.is_array() { &page[0]["transactions"] } else { page };
        let edges = page["edges"].as_array().expect("edges");
        found.extend(edges.iter().map(|edge| edge["node"].clone()));
        assert_eq!(page["pageInfo"]["hasPreviousPage"], false, "forwards there is never a page before");
        after = page["pageInfo"]["endCursor"].clone();
        if page["pageInfo"]["hasNextPage"] != true {
            assert_eq!(page["totalCount"].as_u64(), Some(found.len() as u64));
            return found;
        }
    }
}

const PAGE: &str = "{ totalCount pageInfo { hasNextPage hasPreviousPage endCursor } \
                    edges { node { id amount balanceCarriedForward postedDate } } }";

fn ids(nodes: &[Json]) -> Vec<&str> {
    nodes.iter().map(|node| node["id"].as_str().expect("an id")).collect()
}

story!(the_books_of_an_account_and_of_its_ledgers_agree, |app| async move {
    for (name, number) in ACCOUNTS {
        let customer = app.customer(name).await;
        let ledgers = "query ($number: String!) { account(accountNumber: $number) { ledgers { number balance affectsAccountBalance } } }";
        let ledgers = customer.gql(ledgers, json!({ "number": number })).await;
        let (mut counted, mut complete) = (BTreeSet::new(), BTreeSet::new());
        for ledger in ledgers.list_at("/account/ledgers") {
            let own = ledger["number"].as_str().expect("a number");
            let field = format!(
                "ledgers(ledgerNumber: \"{own}\") {{ transactions(orderBy: POSTED_DATE_ASC, PAGE) {PAGE} }}"
            );
            let book = all(&customer, number, &field).await;
            // Each carries the balance after it: what it adds to the debt lowers the balance.
            let mut balance = 0;
            for node in &book {
                balance -= node["amount"].as_i64().expect("cents");
                assert_eq!(node["balanceCarriedForward"].as_i64(), Some(balance), "{own} {node}");
            }
            assert_eq!(ledger["balance"].as_i64(), Some(balance), "{own}");
            assert!(book.is_sorted_by_key(|node| node["postedDate"].as_str().expect("a date").to_string()));
            // The account's own list can be narrowed to the ledger, and reads newest first.
            let narrowed = format!("transactions(ledgerNumber: \"{own}\", PAGE) {PAGE}");
            let mut narrowed = all(&customer, number, &narrowed).await;
            narrowed.reverse();
            assert_eq!(narrowed, book, "{own}");
            let ids = || book.iter().map(|node| node["id"].as_str().expect("an id").to_string());
            complete.extend(ids());
            if ledger["affectsAccountBalance"] == true {
                counted.extend(ids());
            }
        }
        let account = all(&customer, number, &format!("transactions(PAGE) {PAGE}")).await;
        assert_eq!(ids(&account).into_iter().map(String::from).collect::<BTreeSet<_>>(), counted, "{number}");
        assert_eq!(account.len(), counted.len(), "{number}");
        let everything =
            all(&customer, number, &format!("transactions(includeAllLedgers: true, PAGE) {PAGE}")).await;
        assert_eq!(
            ids(&everything).into_iter().map(String::from).collect::<BTreeSet<_>>(),
            complete,
            "{number}"
        );
    }
});

story!(a_long_history_is_paged_through_forwards_and_backwards, |app| async move {
    let customer = app.customer("long-history").await;
    let forwards = all(&customer, "A-10A60001", &format!("transactions(PAGE) {PAGE}")).await;
    assert!(forwards.len() > 1_000, "{}", forwards.len());
    assert_eq!(ids(&forwards).into_iter().collect::<BTreeSet<_>>().len(), forwards.len());
    assert!(forwards.is_sorted_by(|one, next| one["postedDate"].as_str() >= next["postedDate"].as_str()));

    let query = r#"query ($before: String) { account(accountNumber: "A-10A60001") { transactions(last: 100, before: $before) {
        totalCount edgeCount pageInfo { hasNextPage hasPreviousPage startCursor } edges { node { id } } } } }"#;
    let (mut backwards, mut before) = (Vec::new(), Json::Null);
    loop {
        let answer = customer.gql(query, json!({ "before": before })).await;
        let page = answer.at("/account/transactions");
        assert_eq!(page["pageInfo"]["hasNextPage"], false, "backwards there is never a page behind");
        assert_eq!(page["totalCount"].as_u64(), Some(forwards.len() as u64));
        let edges = answer.list_at("/account/transactions/edges");
        assert_eq!(page["edgeCount"].as_u64(), Some(edges.len() as u64));
        let nodes: Vec<Json> = edges.iter().map(|edge| edge["node"]["id"].clone()).collect();
        backwards.splice(0..0, nodes);
        before = page["pageInfo"]["startCursor"].clone();
        if page["pageInfo"]["hasPreviousPage"] != true {
            break;
        }
    }
    assert_eq!(json!(backwards), json!(ids(&forwards)));
});

story!(transactions_are_filtered_ordered_and_skipped, |app| async move {
    let customer = app.customer("long-history").await;
    let count = async |arguments: &str| {
        let query = format!(
            "{{ account(accountNumber: \"A-10A60001\") {{ transactions(first: 1, {arguments}) {{ totalCount }} }} }}"
        );
        customer.ask_for(&query).await.number_at("/account/transactions/totalCount")
    };
    let mut seen = BTreeMap::new();
    for arguments in [
        "offset: 0",
        "transactionTypes: [ENERGY_CHARGES]",
        "transactionTypes: [IMPORTED_CHARGES]",
        "transactionTypes: [IMPORTED_CHARGES, IMPORTED_CREDITS, IMPORTED_PAYMENTS, IMPORTED_REPAYMENTS]",
        "transactionTypes: [UNISSUED_TRANSACTIONS]",
        "transactionTypes: [WATER_CHARGES]",
        "transactionTypesExcluded: [ENERGY_CHARGES]",
        r#"fromDate: "2026-01-01""#,
        r#"fromDate: "2025-12-01", toDate: "2025-12-31""#,
        r#"fromDate: "2027-01-01""#,
    ] {
        seen.insert(arguments, count(arguments).await);
    }
    assert_json_snapshot!(seen, @r#"
    {
      "fromDate: \"2025-12-01\", toDate: \"2025-12-31\"": 9,
      "fromDate: \"2026-01-01\"": 4,
      "fromDate: \"2027-01-01\"": 0,
      "offset: 0": 1123,
      "transactionTypes: [ENERGY_CHARGES]": 560,
      "transactionTypes: [IMPORTED_CHARGES, IMPORTED_CREDITS, IMPORTED_PAYMENTS, IMPORTED_REPAYMENTS]": 4,
      "transactionTypes: [IMPORTED_CHARGES]": 1,
      "transactionTypes: [UNISSUED_TRANSACTIONS]": 1,
      "transactionTypes: [WATER_CHARGES]": 0,
      "transactionTypesExcluded: [ENERGY_CHARGES]": 563
    }
    "#);
    let page = async |arguments: &str| {
        let query = format!(
            "{{ account(accountNumber: \"A-10A60001\") {{ transactions({arguments}) {{ edges {{ cursor node {{ id }} }} }} }} }}"
        );
        customer.ask_for(&query).await.at("/account/transactions/edges").clone()
    };
    let (whole, skipped) = (page("first: 5").await, page("first: 2, offset: 3").await);
    assert_eq!(skipped, json!([whole[3], whole[4]]));
    let oldest = page("first: 1, orderBy: POSTED_DATE_ASC").await;
    let last = page("last: 1, orderBy: POSTED_DATE_DESC").await;
    assert_eq!(oldest[0]["node"], last[0]["node"]);
});

story!(payments_tell_what_became_of_them, |app| async move {
    let customer = app.customer("in-debt").await;
    let query = r#"{ account(accountNumber: "A-1DEB7001") {
        payments(first: 7) { totalCount edges { node { amount paymentDate status transactionType reference } } }
        failed: payments(first: 100, status: FAILED) { totalCount edges { node { status } } }
        transactions(first: 100) { edges { node { amount postedDate isReversed
            ... on Payment { isLateFailedPayment } } } }
    } }"#;
    let answer = customer.ask_for(query).await;
    assert!(answer.list_at("/account/failed/edges").iter().all(|edge| edge["node"]["status"] == "FAILED"));
    assert_json_snapshot!(answer.at("/account/payments"), @r#"
    {
      "totalCount": 17,
      "edges": [
        {
          "node": {
            "amount": 13146,
            "paymentDate": "2026-01-22",
            "status": "SCHEDULED",
            "transactionType": "DD_RE_PRESENTATION",
            "reference": "SEPA6585764054"
          }
        },
        {
          "node": {
            "amount": 13146,
            "paymentDate": "2026-01-12",
            "status": "FAILED",
            "transactionType": "DD_REGULAR_COLLECTION",
            "reference": "SEPA4980089574"
          }
        },
        {
          "node": {
            "amount": 13216,
            "paymentDate": "2025-12-26",
            "status": "FAILED",
            "transactionType": "DD_RE_PRESENTATION",
            "reference": "SEPA3793678016"
          }
        },
        {
          "node": {
            "amount": 13216,
            "paymentDate": "2025-12-13",
            "status": "FAILED",
            "transactionType": "DD_REGULAR_COLLECTION",
            "reference": "SEPA9173175547"
          }
        },
        {
          "node": {
            "amount": 8292,
            "paymentDate": "2025-11-22",
            "status": "FAILED",
            "transactionType": "DD_RE_PRESENTATION",
            "reference": "SEPA7017996883"
          }
        },
        {
          "node": {
            "amount": 8292,
            "paymentDate": "2025-11-12",
            "status": "FAILED",
            "transactionType": "DD_REGULAR_COLLECTION",
            "reference": "SEPA6165758602"
          }
        },
        {
          "node": {
            "amount": 6568,
            "paymentDate": "2025-10-23",
            "status": "FAILED",
            "transactionType": "DD_RE_PRESENTATION",
            "reference": "SEPA0557687689"
          }
        }
      ]
    }
    "#);
    let booked = answer.list_at("/account/transactions/edges");
    let marked = |flag: &str| booked.iter().filter(|edge| edge["node"][flag] == true).count();
    assert_eq!((marked("isReversed"), marked("isLateFailedPayment")), (3, 3));
});
