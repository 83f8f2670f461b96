//! Bills: what they say, that they add up, and that they come as time goes by.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use insta::assert_json_snapshot;
use kemu_domain::bills::{Bill, total};
use kemu_domain::{AccountNumber, Scope};
use kemu_persistence::{accounts, bills};
use kemu_tests::{BASE_URL, Role, TestApp, story};
use serde_json::{Value as Json, json};

/// All that a client can read of a bill.
const BILL: &str = "fragment Bill on BillInterface {
    __typename id billType fromDate toDate issuedDate reversalsAfterClose
    attachments(first: 5) { totalCount edges { node { filename temporaryUrl temporaryUrlExpiresAt } } }
    ... on StatementType {
        status openingBalance closingBalance consumptionStartDate consumptionEndDate paymentDueDate isExternalBill
        toAddress userId heldStatus { isHeld reason }
        totalCharges { netTotal taxTotal grossTotal } totalCredits { netTotal taxTotal grossTotal }
        transactions(first: 40) { edges { node { __typename id amounts { net tax gross } billingDocumentIdentifier } } }
    }
    ... on InvoiceType {
        identifier grossAmount isAnnulled totalPayments
        invoiceCharges: totalCharges { grossTotal } invoiceCredits: totalCredits { grossTotal }
        onBill: transactions(first: 40) { edges { node { __typename id amounts { net tax gross } title postedDate } } }
        representations(first: 1) { totalCount }
    }
}";

/// The bills of an account, with these arguments.
async fn bills_of(customer: &Role, number: &str, arguments: &str) -> Vec<Json> {
    let query = format!(
        "{BILL} {{ account(accountNumber: \"{number}\") {{ bills(first: 60, {arguments}) {{ edges {{ node {{ ...Bill }} }} }} }} }}"
    );
    let answer = customer.ask_for(&query).await;
    answer.data();
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    answer.list_at("/account/bills/edges").iter().map(|edge| edge["node"].clone()).collect()
}

/// The same as the store has them, oldest first.
async fn stored(app: &TestApp, number: &str) -> Vec<Bill> {
    let reader = app.sandbox().store.reader();
    let number = AccountNumber::try_new(number).expect("well formed");
    let account =
        accounts::visible_to(Scope::All).by_number(&reader, &number).await.expect("the store answers");
    bills::of_account(&reader, account.expect("an account").id).await.expect("the store answers")
}

fn cents(value: &Json, pointer: &str) -> i64 {
    value
        .pointer(pointer)
        .and_then(Json::as_i64)
        .unwrap_or_else(|| panic!("no cents at {pointer} in {value}"))
}

fn ids(bills: &[Json]) -> Vec<&str> {
    bills.iter().map(|bill| bill["id"].as_str().expect("an id")).collect()
}

/// Each bill is the sum of its lines and is booked as one charge or credit; all that it holds lies between its balances,
/// and each begins where its ledger's last one ended.
async fn adds_up(app: &TestApp, customer: &Role, number: &str) -> usize {
    let shown = bills_of(customer, number, "orderBy: ISSUED_DATE_DESC").await;
    let stored = stored(app, number).await;
    assert_eq!(shown.len(), stored.len(), "{number}");
    let mut stated = BTreeMap::new();
    for (shown, stored) in shown.iter().rev().zip(&stored) {
        assert_eq!(shown["id"], stored.id.to_string());
        assert_eq!(total(&stored.lines), stored.amounts, "{shown}");
        let is_statement = shown["__typename"] == "StatementType";
        let entries = shown.pointer(if is_statement { "/transactions/edges" } else { "/onBill/edges" });
        let entries = entries.and_then(Json::as_array).expect("a list");
        let gross = |entry: &Json| cents(entry, "/node/amounts/gross");
        let own = if is_statement { "Charge" } else { "BillCredit" };
        let is_own = |entry: &&Json| {
            let amounts = stored.amounts;
            entry["node"]["__typename"] == own
                && entry["node"]["amounts"]
                    == json!({ "net": amounts.net.cents(), "tax": amounts.tax.cents(), "gross": amounts.gross.cents() })
        };
        assert_eq!(entries.iter().filter(is_own).count(), 1, "{shown}");
        let opening = stated.insert(stored.ledger_id.get(), stored.closing_balance.cents()).unwrap_or(0);
        let held: i64 = entries.iter().map(gross).sum();
        assert_eq!(opening - held, stored.closing_balance.cents(), "{shown}");
        if is_statement {
            assert_eq!(
                (cents(shown, "/openingBalance"), cents(shown, "/closingBalance")),
                (opening, opening - held)
            );
            let of = |kind: &str| {
                entries.iter().filter(|entry| entry["node"]["__typename"] == kind).map(gross).sum::<i64>()
            };
            assert_eq!(cents(shown, "/totalCharges/grossTotal"), of("Charge"));
            assert_eq!(cents(shown, "/totalCredits/grossTotal"), of("Credit"));
            let totals = |pointer: &str| cents(shown, &format!("/totalCharges/{pointer}"));
            assert_eq!(totals("netTotal") + totals("taxTotal"), totals("grossTotal"));
            let named = entries.iter().all(|entry| entry["node"]["billingDocumentIdentifier"] == shown["id"]);
            assert!(named, "{shown}");
        } else {
            assert_eq!(cents(shown, "/grossAmount"), stored.amounts.gross.cents());
            assert!(cents(shown, "/invoiceCredits/grossTotal") <= cents(shown, "/grossAmount"));
        }
    }
    shown.len()
}

story!(a_statement_says_all_that_clients_read, |app| async move {
    let customer = app.customer("flat-base").await;
    let bill = bills_of(&customer, "A-F1A7BA5E", "orderBy: ISSUED_DATE_DESC").await.swap_remove(0);
    assert_json_snapshot!(bill, @r#"
    {
      "__typename": "StatementType",
      "id": "802004",
      "billType": "STATEMENT",
      "fromDate": "2025-11-29",
      "toDate": "2025-12-28",
      "issuedDate": "2026-01-01",
      "reversalsAfterClose": "NONE",
      "attachments": {
        "totalCount": 1,
        "edges": [
          {
            "node": {
              "filename": "F0000401-0005.pdf",
              "temporaryUrl": "http://kemu.test/_emulator/documents/bills/802004.pdf?expires=1768482000&signature=0f9d374c8cc6522fb0f13cd510059449371f66025bc71c80ebabb3104687856e",
              "temporaryUrlExpiresAt": "2026-01-15T13:00:00+00:00"
            }
          }
        ]
      },
      "status": "CLOSED",
      "openingBalance": -4953,
      "closingBalance": -6678,
      "consumptionStartDate": "2025-11-29",
      "consumptionEndDate": "2025-12-28",
      "paymentDueDate": "2026-01-15",
      "isExternalBill": false,
      "toAddress": "flat-base@example.com",
      "userId": null,
      "heldStatus": {
        "isHeld": false,
        "reason": null
      },
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
      "transactions": {
        "edges": [
          {
            "node": {
              "__typename": "Charge",
              "id": "51001000010",
              "amounts": {
                "net": 4315,
                "tax": 863,
                "gross": 5178
              },
              "billingDocumentIdentifier": "802004"
            }
          },
          {
            "node": {
              "__typename": "Payment",
              "id": "-51001000009",
              "amounts": {
                "net": -4953,
                "tax": 0,
                "gross": -4953
              },
              "billingDocumentIdentifier": "802004"
            }
          },
          {
            "node": {
              "__typename": "Refund",
              "id": "-51001000008",
              "amounts": {
                "net": 1500,
                "tax": 0,
                "gross": 1500
              },
              "billingDocumentIdentifier": "802004"
            }
          }
        ]
      }
    }
    "#);
});

story!(a_credit_note_for_solar_power_is_an_invoice_type, |app| async move {
    let customer = app.customer("solar").await;
    let found = bills_of(&customer, "A-501A2001", "ledgerNumber: \"L-100000011S\"").await;
    assert_json_snapshot!(found[0], @r#"
    {
      "__typename": "InvoiceType",
      "id": "826011",
      "billType": "CREDIT_NOTE",
      "fromDate": "2025-11-30",
      "toDate": "2025-12-30",
      "issuedDate": "2026-01-03",
      "reversalsAfterClose": "NONE",
      "attachments": {
        "totalCount": 1,
        "edges": [
          {
            "node": {
              "filename": "F0000413-0012.pdf",
              "temporaryUrl": "http://kemu.test/_emulator/documents/bills/826011.pdf?expires=1768482000&signature=d92e0e7d9d87deecdafa31377e70c8b5f48fce2508274be2540298ee60397e5e",
              "temporaryUrlExpiresAt": "2026-01-15T13:00:00+00:00"
            }
          }
        ]
      },
      "identifier": "F0000413-0012",
      "grossAmount": -169,
      "isAnnulled": false,
      "totalPayments": 0,
      "invoiceCharges": {
        "grossTotal": 0
      },
      "invoiceCredits": {
        "grossTotal": -169
      },
      "onBill": {
        "edges": [
          {
            "node": {
              "__typename": "BillCredit",
              "id": "51016000018",
              "amounts": {
                "net": -169,
                "tax": 0,
                "gross": -169
              },
              "title": "Rachat d'électricité solaire",
              "postedDate": "2026-01-03"
            }
          }
        ]
      },
      "representations": {
        "totalCount": 0
      }
    }
    "#);
    assert!(found.iter().all(|bill| bill["billType"] == "CREDIT_NOTE" && cents(bill, "/grossAmount") <= 0));
    let electricity = bills_of(&customer, "A-501A2001", "ledgerNumber: \"L-100000011A\"").await;
    assert!(electricity.iter().all(|bill| bill["billType"] == "STATEMENT"));
    assert_eq!(bills_of(&customer, "A-501A2001", "").await.len(), found.len() + electricity.len());
});

story!(bills_add_up_now_in_a_month_and_in_a_year, |app| async move {
    let people = [
        ("flat-base", "A-F1A7BA5E", [5, 1, 12]),
        ("house-hp-hc", "A-40E5E001", [4, 0, 2]),
        ("solar", "A-501A2001", [24, 2, 24]),
        ("in-debt", "A-1DEB7001", [12, 1, 12]),
        ("moved-in", "A-9DA75001", [0, 1, 12]),
        ("moved-out", "A-0070F001", [2, 0, 0]),
        ("long-history", "A-10A60001", [0, 0, 0]),
    ];
    let mut counts = Vec::new();
    for (name, number, _) in people {
        counts.push(vec![adds_up(&app, &app.customer(name).await, number).await]);
    }
    for days in [30, 365] {
        app.clock().advance(TimeDelta::days(days));
        for (at, (name, number, _)) in people.iter().enumerate() {
            let count = adds_up(&app, &app.customer(name).await, number).await;
            let before: usize = counts[at].iter().sum();
            counts[at].push(count - before);
        }
    }
    for ((name, _, expected), counts) in people.iter().zip(&counts) {
        assert_eq!(counts, expected, "{name}: at first, after a month, in the year after");
    }
});

story!(an_open_statement_becomes_a_bill, |app| async move {
    let customer = app.customer("moved-in").await;
    assert!(bills_of(&customer, "A-9DA75001", "").await.is_empty());
    let open = bills_of(&customer, "A-9DA75001", "includeOpenStatements: true").await;
    let [open] = open.as_slice() else { panic!("one is open: {open:?}") };
    assert_json_snapshot!(open, @r#"
    {
      "__typename": "StatementType",
      "id": "832000",
      "billType": "STATEMENT",
      "fromDate": "2026-01-06",
      "toDate": "2026-01-14",
      "issuedDate": null,
      "reversalsAfterClose": "NOT_CLOSED",
      "attachments": {
        "totalCount": 0,
        "edges": []
      },
      "status": "OPEN",
      "openingBalance": 0,
      "closingBalance": -1530,
      "consumptionStartDate": "2026-01-06",
      "consumptionEndDate": "2026-01-14",
      "paymentDueDate": null,
      "isExternalBill": false,
      "toAddress": "moved-in@example.com",
      "userId": null,
      "heldStatus": {
        "isHeld": false,
        "reason": null
      },
      "totalCharges": {
        "netTotal": 1275,
        "taxTotal": 255,
        "grossTotal": 1530
      },
      "totalCredits": {
        "netTotal": 0,
        "taxTotal": 0,
        "grossTotal": 0
      },
      "transactions": {
        "edges": []
      }
    }
    "#);
    let query = r#"{ account(accountNumber: "A-9DA75001") { provisionalTransactions(first: 5) { totalCount
        edges { node { id amount date title } } } } }"#;
    let charged = cents(open, "/totalCharges/grossTotal");
    assert_eq!(
        customer.ask_for(query).await.at("/account/provisionalTransactions"),
        &json!({ "totalCount": 1, "edges": [{ "node": {
            "id": open["id"], "amount": -charged, "date": open["toDate"], "title": "Consommation en cours",
        } }] }),
        "what is charged is negative here"
    );
    // Tomorrow there is a day more on it.
    app.clock().advance(TimeDelta::days(1));
    let customer = app.customer("moved-in").await;
    let next = bills_of(&customer, "A-9DA75001", "includeOpenStatements: true").await.swap_remove(0);
    assert_eq!((&next["id"], &next["toDate"]), (&open["id"], &json!("2026-01-15")));
    assert!(cents(&next, "/totalCharges/grossTotal") > cents(open, "/totalCharges/grossTotal"));
    assert!(
        bills_of(&customer, "A-9DA75001", "includeOpenStatements: true, issuedFromDate: \"2020-01-01\"")
            .await
            .is_empty()
    );
    // The period is over, the bill not issued yet: both that period and the next are open.
    app.clock().set("2026-02-08T12:00:00Z".parse().expect("a time"));
    let customer = app.customer("moved-in").await;
    let both = bills_of(&customer, "A-9DA75001", "includeOpenStatements: true").await;
    assert_eq!((both.len(), &both[1]["id"], &both[1]["status"]), (2, &open["id"], &json!("OPEN")));
    assert_eq!(both[1]["closingBalance"], both[0]["openingBalance"]);
    app.clock().advance(TimeDelta::days(2));
    let customer = app.customer("moved-in").await;
    let issued = bills_of(&customer, "A-9DA75001", "").await.swap_remove(0);
    assert_eq!((&issued["id"], &issued["status"]), (&open["id"], &json!("CLOSED")));
    let compared = ["fromDate", "toDate", "totalCharges", "closingBalance", "consumptionEndDate"];
    for field in compared {
        assert_eq!(issued[field], both[1][field], "{field}");
    }
    // Who has left has none.
    let moved_out = app.customer("moved-out").await;
    assert_eq!(bills_of(&moved_out, "A-0070F001", "includeOpenStatements: true").await.len(), 2);
});

story!(bills_are_filtered_ordered_and_paged, |app| async move {
    let customer = app.customer("solar").await;
    let ask = async |arguments: &str| bills_of(&customer, "A-501A2001", arguments).await;
    let all = ask("").await;
    let by = |field: &str, bills: &[Json]| {
        bills.is_sorted_by(|one, next| one[field].as_str() >= next[field].as_str())
    };
    assert!(by("fromDate", &all));
    assert!(by("issuedDate", &ask("orderBy: ISSUED_DATE_DESC").await));
    for (arguments, keeps) in [
        (
            "fromDate: \"2025-06-01\"",
            (|bill: &Json| bill["fromDate"].as_str() >= Some("2025-06-01")) as fn(&Json) -> bool,
        ),
        ("toDate: \"2025-06-30\"", |bill| bill["toDate"].as_str() <= Some("2025-06-30")),
        ("issuedFromDate: \"2025-07-05\"", |bill| bill["issuedDate"].as_str() >= Some("2025-07-05")),
        ("issuedToDate: \"2025-07-05\"", |bill| bill["issuedDate"].as_str() <= Some("2025-07-05")),
        ("includeInvoices: false", |bill| bill["billType"] == "STATEMENT"),
        ("onlyCurrentEmail: true, includeBillsWithoutPDF: true, includeHeldStatements: true", |_| true),
    ] {
        let kept: Vec<Json> = all.iter().filter(|bill| keeps(bill)).cloned().collect();
        assert!(!kept.is_empty() && ask(arguments).await == kept, "{arguments}");
    }
    assert_eq!(ids(&ask("offset: 3").await), ids(&all[3..]));
    let page = customer
        .ask_for(r#"{ account(accountNumber: "A-501A2001") { bills(last: 2) { totalCount edgeCount pageInfo { hasPreviousPage } edges { node { id } } } } }"#)
        .await;
    assert_eq!(page.number_at("/account/bills/totalCount"), 24);
    assert_eq!(page.at("/account/bills/edges/1/node/id"), &all[23]["id"]);
    // No address, nothing sent to it.
    let partial = app.customer("partial-data").await;
    assert!(!bills_of(&partial, "A-9A271A10", "").await.is_empty());
    assert!(bills_of(&partial, "A-9A271A10", "onlyCurrentEmail: true").await.is_empty());
    let code = async |arguments: &str| {
        let query =
            format!("{{ account(accountNumber: \"A-501A2001\") {{ bills({arguments}) {{ totalCount }} }} }}");
        customer.ask_for(&query).await.codes().first().map(ToString::to_string)
    };
    assert_eq!(code("first: 1, ledgerNumber: \"L-100000001A\"").await.as_deref(), Some("KT-CT-3837"));
    assert_eq!(code("offset: 1, last: 1").await.as_deref(), Some("KT-CT-1204"));
    assert_eq!(code("fromDate: \"2025-06-01\"").await.as_deref(), Some("KT-CT-1201"));
});

story!(one_bill_is_found_by_id_or_identifier, |app| async move {
    let customer = app.customer("flat-base").await;
    let ask = async |arguments: &str| {
        let query = format!(
            "{BILL} {{ account(accountNumber: \"A-F1A7BA5E\") {{ bill({arguments}) {{ ...Bill }} }} }}"
        );
        customer.ask_for(&query).await
    };
    let bill = bills_of(&customer, "A-F1A7BA5E", "").await.swap_remove(0);
    let id = bill["id"].as_str().expect("an id");
    let identifier = &stored(&app, "A-F1A7BA5E").await.pop().expect("a bill").identifier;
    for arguments in [
        format!("id: \"{id}\""),
        format!("identifier: \"{identifier}\", billType: STATEMENT, ledgerNumber: \"L-100000001A\""),
    ] {
        assert_eq!(ask(&arguments).await.at("/account/bill"), &bill, "{arguments}");
    }
    let open = bills_of(&customer, "A-F1A7BA5E", "includeOpenStatements: true").await.swap_remove(0);
    let open = format!("id: \"{}\"", open["id"].as_str().expect("an id"));
    assert_eq!(ask(&open).await.at("/account/bill/status"), "OPEN");
    for missing in
        ["id: \"1\"".to_string(), "identifier: \"F1\"".into(), format!("id: \"{id}\", billType: INVOICE")]
    {
        assert_eq!(ask(&missing).await.data()["account"]["bill"], Json::Null, "{missing}");
    }
    // Somebody else's is not there either.
    let other = stored(&app, "A-501A2001").await.pop().expect("a bill").id;
    assert_eq!(ask(&format!("id: \"{other}\"")).await.data()["account"]["bill"], Json::Null);
    for (arguments, code) in [
        ("id: \"F1\"", "KT-CT-4148"),
        ("id: \"1\", identifier: \"F1\"", "KT-CT-4149"),
        ("billType: STATEMENT", "KT-CT-4149"),
        ("id: \"1\", ledgerNumber: \"L-100000002A\"", "KT-CT-3837"),
    ] {
        assert_eq!(ask(arguments).await.codes(), [code], "{arguments}");
    }
});

story!(the_paper_of_a_bill_is_where_it_says, |app| async move {
    let customer = app.customer("flat-base").await;
    let bill = bills_of(&customer, "A-F1A7BA5E", "").await.swap_remove(0);
    let url = bill["attachments"]["edges"][0]["node"]["temporaryUrl"].as_str().expect("an address");
    let paper = app.get(url.strip_prefix(BASE_URL).expect("ours")).await;
    assert!(paper.bytes.starts_with(b"%PDF-"), "{paper:?}");
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { ledgers { statements(first: 1) { edges { node { pdfUrl } } } } } }"#;
    let answer = customer.ask_for(query).await;
    assert_eq!(answer.text_at("/account/ledgers/0/statements/edges/0/node/pdfUrl"), url);
});

story!(when_the_next_bill_comes, |app| async move {
    let ask = async |name: &str, number: &str| {
        let query = format!(
            "{{ account(accountNumber: \"{number}\") {{ billingOptions {{
            currentBillingPeriodStartDate currentBillingPeriodEndDate isFixed nextBillingDate periodLength
            periodLengthMultiplier periodStartDay }} }} }}"
        );
        app.customer(name).await.ask_for(&query).await.data()["account"]["billingOptions"].clone()
    };
    let options = ask("flat-base", "A-F1A7BA5E").await;
    assert_json_snapshot!(options, @r#"
    {
      "currentBillingPeriodStartDate": "2025-12-29",
      "currentBillingPeriodEndDate": "2026-01-28",
      "isFixed": true,
      "nextBillingDate": "2026-02-01",
      "periodLength": "MONTHLY",
      "periodLengthMultiplier": 1,
      "periodStartDay": 29
    }
    "#);
    assert_eq!(ask("house-hp-hc", "A-40E5E001").await["periodLengthMultiplier"], 12);
    assert_eq!(ask("long-history", "A-10A60001").await, Json::Null);
    app.clock().set(
        format!("{}T12:00:00Z", options["nextBillingDate"].as_str().expect("a date"))
            .parse()
            .expect("a time"),
    );
    let customer = app.customer("flat-base").await;
    let bill = bills_of(&customer, "A-F1A7BA5E", "").await.swap_remove(0);
    assert_eq!(bill["issuedDate"], options["nextBillingDate"]);
    assert_eq!(bill["toDate"], options["currentBillingPeriodEndDate"]);
});
