//! Pages: one set of rules for every list that is asked for by page, modelled or plausible.

use std::collections::{BTreeMap, VecDeque};

use insta::assert_json_snapshot;
use kemu_api::graphql::engine::connection::is_connection;
use kemu_graphql::schema::{FieldIx, TypeIx};
use kemu_tests::documents::Documents;
use kemu_tests::{TestApp, story};
use serde_json::{Value as Json, json};

/// The shortest way from a root to each type of objects, as fields; ways through interfaces and unions are left out, as
/// nobody can say which of their objects a made-up one is.
fn ways(app: &TestApp) -> BTreeMap<TypeIx, Vec<FieldIx>> {
    let schema = &app.site().contract.schema;
    let mut found = BTreeMap::from([(schema.query, Vec::new())]);
    let mut open = VecDeque::from([schema.query]);
    found.extend(schema.mutation.map(|mutation| (mutation, Vec::new())));
    open.extend(schema.mutation);
    while let Some(ty) = open.pop_front() {
        let way = found[&ty].clone();
        for field in schema.fields_of(ty) {
            let target = schema.field(field).ty.named();
            let def = schema.ty(target);
            // No way may end in an abstract type, a leaf, or where it has been.
            if def.is_leaf() || def.is_abstract() || found.contains_key(&target) {
                continue;
            }
            found.insert(target, way.iter().copied().chain([field]).collect());
            open.push_back(target);
        }
    }
    found
}

/// A document that follows a way and asks for `last` at its end.
fn document(documents: &Documents<'_>, way: &[FieldIx], last: &str) -> String {
    let schema = documents.schema;
    let mut text = String::new();
    let first = way.first().map(|field| schema.field(*field).parent);
    text.push_str(if first == schema.mutation { "mutation {" } else { "query {" });
    for field in way {
        let def = schema.field(*field);
        text.push_str(&format!(" {}{} {{", def.name, documents.arguments(def, &[("first", "1")])));
    }
    format!("{text} {last}{} }}", " }".repeat(way.len()))
}

/// What stands at a way in the data; the first item of each list.
fn follow<'a>(data: &'a Json, keys: &[&str]) -> &'a Json {
    let mut at = data;
    for key in keys {
        at = &at[key];
        while let Some(items) = at.as_array() {
            at = items.first().unwrap_or(&Json::Null);
        }
    }
    at
}

story!(every_connection_enforces_paging, |app| async move {
    let office = app.organisation("back-office").await;
    let contract = &app.site().contract;
    let schema = &contract.schema;
    let documents = Documents { schema, account: "A-F1A7BA5E", property: "123001" };
    let ways = ways(&app);
    let (mut walked, mut unreached, mut empty) = (0, Vec::new(), Vec::new());
    for at in 0..schema.meta {
        let field = FieldIx(at);
        let def = schema.field(field);
        if !is_connection(schema, def) {
            continue;
        }
        let Some(way) = ways.get(&def.parent) else {
            // The fields of an interface are those of its objects, which have ways of their own.
            if !schema.ty(def.parent).is_abstract() {
                unreached.push(schema.coordinate(field));
            }
            continue;
        };
        // A flat without gas has no readings of it.
        let account = if def.name == "gasReading" { "A-2ACC0001" } else { documents.account };
        let documents = Documents { account, ..documents };
        let limit = contract.facts(field).and_then(|facts| facts.page_limit).unwrap_or(100);
        let ask = async |paging: &[(&str, &str)]| {
            let last = format!(
                "{}{} {{ pageInfo {{ hasNextPage }} edges {{ __typename }} }}",
                def.name,
                documents.arguments(def, paging)
            );
            let document = document(&documents, way, &last);
            let answer = office.ask_for(&document).await;
            let keys: Vec<&str> = way.iter().chain([&field]).map(|field| schema.field(*field).name).collect();
            let own: Vec<String> = answer
                .errors()
                .iter()
                .filter(|error| {
                    error["path"].as_array().is_some_and(|path| path.last() == Some(&json!(def.name)))
                })
                .map(|error| error["extensions"]["errorCode"].as_str().unwrap_or_default().to_string())
                .collect();
            (own.first().cloned(), follow(&answer.body["data"], &keys).clone(), answer)
        };
        let (over, most) = ((limit + 1).to_string(), limit.to_string());
        let (own, page, answer) = ask(&[("first", &most)]).await;
        if own.is_none() && page.is_null() {
            empty.push(schema.coordinate(field));
            continue;
        }
        assert_eq!(own, None, "{}", answer.text());
        assert!(page["edges"].is_array(), "{} {}", schema.coordinate(field), answer.text());
        for (paging, code) in [
            (vec![], "KT-CT-1201"),
            (vec![("first", over.as_str())], "KT-CT-1202"),
            (vec![("last", over.as_str())], "KT-CT-1203"),
            (vec![("first", "-1")], "KT-CT-1202"),
            (vec![("first", "1"), ("after", "\"rubbish\"")], "KT-CT-1202"),
        ] {
            let paging: Vec<_> = paging
                .into_iter()
                .filter(|(name, _)| def.arguments.iter().any(|argument| argument.name == *name))
                .collect();
            let (own, _, answer) = ask(&paging).await;
            assert_eq!(
                own.as_deref(),
                Some(code),
                "{} {paging:?} {}",
                schema.coordinate(field),
                answer.text()
            );
        }
        walked += 1;
    }
    assert!(walked >= 90, "{walked}");
    // Of these the account has none, as its world says.
    assert_json_snapshot!(empty, @r#"
    [
      "InvoiceBillingDocumentType.transactions"
    ]
    "#);
    // Only members of interfaces and unions: which of them is made up hangs on the seed.
    assert_json_snapshot!(unreached, @r#"
    [
      "CollectiveBillType.attachments",
      "CollectiveBillType.constituents",
      "ElectricityProductType.consumptionRates",
      "EnergySupplyRateType.consumptionRates",
      "EnergySupplyRateType.rates",
      "GasProductType.consumptionRates",
      "InvoiceType.attachments",
      "InvoiceType.representations",
      "InvoiceType.transactions",
      "PeriodBasedDocumentType.attachments",
      "PeriodBasedDocumentType.representations",
      "PeriodBasedDocumentType.transactions",
      "PreKrakenBillType.attachments",
      "SmartFlexChargePoint.chargingSessions",
      "SmartFlexVehicle.chargingSessions",
      "StatementType.attachments",
      "StatementType.transactions",
      "SupplyOrServiceCharge.agreements"
    ]
    "#);
});

/// The same cases of paging on a list of this address and these arguments.
async fn cases(app: &TestApp, role: &str, query: &str) -> Json {
    let role = app.customer(role).await;
    let mut seen = serde_json::Map::new();
    for paging in [
        "first: 2",
        "last: 2",
        "first: 0",
        "last: 0",
        "first: 100",
        "first: null, last: 1",
        "first: 101",
        "first: -1",
        "last: 101",
        "last: -1",
        "first: 2, last: 1",
        r#"first: 1, after: "YXJyYXljb25uZWN0aW9uOjA=""#,
        r#"last: 1, before: "YXJyYXljb25uZWN0aW9uOjE=""#,
        r#"first: 1, after: "YXJyYXljb25uZWN0aW9uOjk5OTk5""#,
        r#"first: 1, after: """#,
        r#"first: 1, after: "0""#,
        r#"first: 1, after: "YXJyYXljb25uZWN0aW9uOi0x""#,
        r#"after: "YXJyYXljb25uZWN0aW9uOjA=""#,
    ] {
        let answer = role.ask_for(&query.replace("PAGING", paging)).await;
        let page = answer.body["data"].pointer("/account/page").cloned().unwrap_or_default();
        let shown = match answer.codes().as_slice() {
            [] => json!([
                page["edges"]
                    .as_array()
                    .map(|edges| edges.iter().map(|edge| edge["cursor"].clone()).collect::<Vec<_>>()),
                page["pageInfo"]
            ]),
            codes => json!(codes),
        };
        seen.insert(paging.into(), if paging == "first: 100" { json!(answer.errors().len()) } else { shown });
    }
    seen.into()
}

story!(a_modelled_list_follows_the_rules_of_paging, |app| async move {
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { page: transactions(PAGING) {
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor } } } }"#;
    assert_json_snapshot!(cases(&app, "flat-base", query).await, @r#"
    {
      "first: 2": [
        [
          "YXJyYXljb25uZWN0aW9uOjA=",
          "YXJyYXljb25uZWN0aW9uOjE="
        ],
        {
          "hasNextPage": true,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjE="
        }
      ],
      "last: 2": [
        [
          "YXJyYXljb25uZWN0aW9uOjEw",
          "YXJyYXljb25uZWN0aW9uOjEx"
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": true,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjEw",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjEx"
        }
      ],
      "first: 0": [
        [],
        {
          "hasNextPage": true,
          "hasPreviousPage": false,
          "startCursor": null,
          "endCursor": null
        }
      ],
      "last: 0": [
        [],
        {
          "hasNextPage": false,
          "hasPreviousPage": true,
          "startCursor": null,
          "endCursor": null
        }
      ],
      "first: 100": 0,
      "first: null, last: 1": [
        [
          "YXJyYXljb25uZWN0aW9uOjEx"
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": true,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjEx",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjEx"
        }
      ],
      "first: 101": [
        "KT-CT-1202"
      ],
      "first: -1": [
        "KT-CT-1202"
      ],
      "last: 101": [
        "KT-CT-1203"
      ],
      "last: -1": [
        "KT-CT-1203"
      ],
      "first: 2, last: 1": [
        [
          "YXJyYXljb25uZWN0aW9uOjE="
        ],
        {
          "hasNextPage": true,
          "hasPreviousPage": true,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjE=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjE="
        }
      ],
      "first: 1, after: \"YXJyYXljb25uZWN0aW9uOjA=\"": [
        [
          "YXJyYXljb25uZWN0aW9uOjE="
        ],
        {
          "hasNextPage": true,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjE=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjE="
        }
      ],
      "last: 1, before: \"YXJyYXljb25uZWN0aW9uOjE=\"": [
        [
          "YXJyYXljb25uZWN0aW9uOjA="
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjA="
        }
      ],
      "first: 1, after: \"YXJyYXljb25uZWN0aW9uOjk5OTk5\"": [
        [],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": null,
          "endCursor": null
        }
      ],
      "first: 1, after: \"\"": [
        "KT-CT-1202"
      ],
      "first: 1, after: \"0\"": [
        "KT-CT-1202"
      ],
      "first: 1, after: \"YXJyYXljb25uZWN0aW9uOi0x\"": [
        "KT-CT-1202"
      ],
      "after: \"YXJyYXljb25uZWN0aW9uOjA=\"": [
        "KT-CT-1201"
      ]
    }
    "#);
});

story!(a_plausible_list_follows_the_rules_of_paging, |app| async move {
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { page: complaints(PAGING) {
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor } } } }"#;
    assert_json_snapshot!(cases(&app, "flat-base", query).await, @r#"
    {
      "first: 2": [
        [
          "YXJyYXljb25uZWN0aW9uOjA="
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjA="
        }
      ],
      "last: 2": [
        [
          "YXJyYXljb25uZWN0aW9uOjA="
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjA="
        }
      ],
      "first: 0": [
        [],
        {
          "hasNextPage": true,
          "hasPreviousPage": false,
          "startCursor": null,
          "endCursor": null
        }
      ],
      "last: 0": [
        [],
        {
          "hasNextPage": false,
          "hasPreviousPage": true,
          "startCursor": null,
          "endCursor": null
        }
      ],
      "first: 100": 0,
      "first: null, last: 1": [
        [
          "YXJyYXljb25uZWN0aW9uOjA="
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjA="
        }
      ],
      "first: 101": [
        "KT-CT-1202"
      ],
      "first: -1": [
        "KT-CT-1202"
      ],
      "last: 101": [
        "KT-CT-1203"
      ],
      "last: -1": [
        "KT-CT-1203"
      ],
      "first: 2, last: 1": [
        [
          "YXJyYXljb25uZWN0aW9uOjA="
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjA="
        }
      ],
      "first: 1, after: \"YXJyYXljb25uZWN0aW9uOjA=\"": [
        [],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": null,
          "endCursor": null
        }
      ],
      "last: 1, before: \"YXJyYXljb25uZWN0aW9uOjE=\"": [
        [
          "YXJyYXljb25uZWN0aW9uOjA="
        ],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": "YXJyYXljb25uZWN0aW9uOjA=",
          "endCursor": "YXJyYXljb25uZWN0aW9uOjA="
        }
      ],
      "first: 1, after: \"YXJyYXljb25uZWN0aW9uOjk5OTk5\"": [
        [],
        {
          "hasNextPage": false,
          "hasPreviousPage": false,
          "startCursor": null,
          "endCursor": null
        }
      ],
      "first: 1, after: \"\"": [
        "KT-CT-1202"
      ],
      "first: 1, after: \"0\"": [
        "KT-CT-1202"
      ],
      "first: 1, after: \"YXJyYXljb25uZWN0aW9uOi0x\"": [
        "KT-CT-1202"
      ],
      "after: \"YXJyYXljb25uZWN0aW9uOjA=\"": [
        "KT-CT-1201"
      ]
    }
    "#);
});

story!(a_cursor_that_is_none_of_ours_is_named_in_the_answer, |app| async move {
    let customer = app.customer("flat-base").await;
    let query =
        r#"{ account(accountNumber: "A-F1A7BA5E") { transactions(first: 1, before: "x") { totalCount } } }"#;
    assert_json_snapshot!(customer.ask_for(query).await.body, @r#"
    {
      "errors": [
        {
          "message": "Invalid pagination parameters.",
          "locations": [
            {
              "line": 1,
              "column": 42
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
                "message": "'x' is no cursor that this list has handed out.",
                "inputPath": [
                  "before"
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
    let mixed =
        r#"{ account(accountNumber: "A-F1A7BA5E") { transactions(last: 1, offset: 1) { totalCount } } }"#;
    assert_json_snapshot!(customer.ask_for(mixed).await.body["errors"][0]["extensions"], @r#"
    {
      "errorType": "VALIDATION",
      "errorCode": "KT-CT-1204",
      "errorDescription": "This field is paged with offset and first, and takes neither cursors nor last.",
      "errorClass": "VALIDATION",
      "validationErrors": [
        {
          "message": "This field is paged with offset and first, and takes neither cursors nor last.",
          "inputPath": []
        }
      ]
    }
    "#);
});
