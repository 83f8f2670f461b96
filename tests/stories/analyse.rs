//! `POST /_emulator/analyse`: what is told of an operation is what the operation then gets.

use chrono::TimeDelta;
use kemu_api::graphql::Site;
use kemu_api::graphql::analysis::{Asking, Question, analyse};
use kemu_tests::documents::Documents;
use kemu_tests::{Answer, Options, Role, TestApp, story};
use reqwest::StatusCode;
use serde_json::{Map, Value as Json, json};

const ANALYSE: &str = "/_emulator/analyse";

const LEDGERS: &str = r#"query Ledgers($number: String!, $first: Int) {
  account(accountNumber: $number) {
    ledgers { id name: ledgerType }
    paymentForecast(dateTo: "2026-12-31") { amount }
    bills(first: $first) { edges { node { __typename id } } }
    campaigns { name }
  }
}"#;

/// Asks about an operation as somebody.
async fn ask(app: &TestApp, token: Option<&str>, query: &str, variables: Json) -> Answer {
    let mut headers = vec![("content-type", "application/json")];
    headers.extend(token.map(|token| ("authorization", token)));
    app.post_raw(ANALYSE, &headers, json!({ "query": query, "variables": variables }).to_string()).await
}

fn field<'a>(answer: &'a Answer, path: &str) -> &'a Json {
    let fields = answer.body["fields"].as_array().expect("fields");
    fields.iter().find(|field| field["path"] == path).unwrap_or_else(|| panic!("no field {path}"))
}

async fn complexity(role: &Role, query: &str, variables: &Json) -> i64 {
    let asked =
        "query ($input: QueryComplexityInputType!) { queryComplexity(input: $input) { complexityValue } }";
    let input = json!({ "input": { "query": query, "variables": variables.to_string() } });
    role.gql(asked, input).await.number_at("/queryComplexity/complexityValue")
}

story!(every_root_field_is_told_the_numbers_and_errors_that_the_api_tells, |app| async move {
    let site = app.site();
    let documents = Documents { schema: &site.contract.schema, account: "A-F1A7BA5E", property: "123001" };
    let asked = "query ($input: PossibleErrorsInputType!) { possibleErrors(input: $input) { possibleErrors { code type message description } } }";
    let nobody = app.anonymous();
    let (mut told, mut errors) = (0, 0);
    for ix in site.contract.root_fields() {
        let query = documents.operation(ix, 2);
        let name = site.contract.schema.field(ix).name;
        let answer = ask(&app, None, &query, json!({})).await;
        assert_eq!(answer.body["errors"], json!([]), "{query}");
        let cost = complexity(&nobody, &query, &json!({})).await;
        assert_eq!(answer.body["complexity"]["value"], cost, "{name}");
        let root = field(&answer, name);
        assert_eq!(root["complexity"], cost, "the only root field is all of it: {name}");
        let kind = answer.body["operation"]["kind"].as_str().expect("a kind");
        let possible = nobody.gql(asked, json!({ "input": { "name": name, "type": kind } })).await;
        let possible = possible.list_at("/possibleErrors/possibleErrors");
        assert_eq!(root["possibleErrors"], json!(possible), "{name}");
        told += 1;
        errors += possible.len();
    }
    assert_eq!(told, site.contract.root_fields().count());
    assert!(errors > told, "most fields declare several: {errors}");
});

story!(who_is_told_to_be_refused_is_refused_with_that_code, |app| async move {
    let site = app.site();
    let documents = Documents { schema: &site.contract.schema, account: "A-F1A7BA5E", property: "123001" };
    let reader = app.organisation("usage-reader").await;
    let customer = app.customer("flat-base").await;
    let mut refused = 0;
    for ix in site.contract.root_fields() {
        let (query, name) = (documents.operation(ix, 1), site.contract.schema.field(ix).name);
        for (role, token) in [
            (app.anonymous(), None),
            (reader.clone(), Some(reader.token())),
            (customer.clone(), Some(customer.token())),
        ] {
            let answer = ask(&app, token, &query, json!({})).await;
            let requires = &field(&answer, name)["requires"];
            if requires["allowed"] == false {
                let code = requires["refusal"].as_str().expect("a code");
                assert_eq!(role.ask_for(&query).await.codes(), [code], "{name} as {}", role.name());
                refused += 1;
            } else if requires.is_object() {
                let permissions = requires["permissions"].as_array().expect("permissions");
                let held = permissions.iter().any(|permission| permission["held"] == true);
                assert!(held || permissions.is_empty(), "{name} as {}: {requires}", role.name());
            }
        }
    }
    assert!(refused > 500, "nobody may ask most of them: {refused}");
});

story!(an_operation_is_told_field_by_field, |app| async move {
    let customer = app.customer("flat-base").await;
    let variables = json!({ "number": "A-F1A7BA5E", "first": 30 });
    let answer = ask(&app, Some(customer.token()), LEDGERS, variables.clone()).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["operation"], json!({ "name": "Ledgers", "kind": "query" }));
    assert_eq!(answer.body["viewer"]["kind"], "customer");
    let cost = complexity(&customer, LEDGERS, &variables).await;
    assert_eq!(answer.body["complexity"], json!({ "value": cost, "most": 200, "refusal": "KT-CT-1188" }));
    assert_eq!(answer.body["nodes"], json!({ "value": 30, "most": 10_000, "refusal": "KT-CT-1189" }));

    let account = field(&answer, "account");
    assert_eq!(account["coordinate"], "Query.account");
    assert_eq!(account["position"], json!({ "line": 2, "column": 3 }));
    assert_eq!((&account["isRoot"], &account["answered"]), (&json!(true), &json!("modelled")));
    let permissions = account["requires"]["permissions"].as_array().expect("permissions");
    let held = |at: usize| (permissions[at]["name"].as_str(), permissions[at]["held"].as_bool());
    assert_eq!(held(0), (Some("CAN_ACCESS_CUSTOMER_QUERIES"), Some(true)));
    assert_eq!(held(1), (Some("CAN_QUERY_ACCOUNTS_WITH_ACCOUNT_NUMBER"), Some(false)));
    assert_eq!(
        (&account["requires"]["allowed"], &account["requires"]["refusal"]),
        (&json!(true), &Json::Null)
    );
    assert_eq!(account["rateLimit"]["rate"], "1000/h");
    let name = field(&answer, "account.ledgers.name");
    assert_eq!(name["coordinate"], "LedgerType.ledgerType", "an alias is a path, not a name");
    assert_eq!(field(&answer, "account.bills")["pageLimit"], 100);
    assert_eq!(field(&answer, "account.bills.edges")["answered"], "paging");
    assert_eq!(field(&answer, "account.bills.edges.node.id")["coordinate"], "BillInterface.id");
    assert_eq!(field(&answer, "account.campaigns")["answered"], "plausible");
    assert_eq!(field(&answer, "account.campaigns.name")["answered"], "plausible", "as what it is part of");

    let executed = customer.gql(LEDGERS, variables).await;
    assert_eq!(executed.plausible(), ["account.campaigns"], "which execution says, too");
});

story!(what_is_deprecated_is_told_with_dates_replacement_and_place, |app| async move {
    let answer = ask(&app, None, LEDGERS, json!({ "number": "A-F1A7BA5E", "first": 1 })).await;
    let uses = answer.body["deprecated"].as_array().expect("a list");
    let members: Vec<&str> = uses.iter().filter_map(|used| used["member"].as_str()).collect();
    assert_eq!(members, ["AccountType.paymentForecast", "LedgerType.id"]);
    assert_eq!(uses[0]["position"], json!({ "line": 4, "column": 5 }));
    assert_eq!(
        (&uses[0]["instead"], &uses[0]["deprecatedOn"]),
        (&json!("paginatedPaymentForecast"), &json!("2024-01-03"))
    );
    assert_eq!(uses[0]["removalOnOrAfter"], "2025-01-01");
    assert_eq!(field(&answer, "account.ledgers.id")["deprecated"]["instead"], uses[1]["instead"]);
    assert_eq!(field(&answer, "account.bills")["deprecated"], Json::Null);
    let seen = app.get("/_emulator/deprecations").await;
    assert_eq!(seen.body["deprecations"], json!([]), "to ask about it is not to use it");
});

story!(a_header_that_is_refused_is_told_and_refuses_every_root_field, |app| async move {
    let customer = app.customer("flat-base").await;
    app.clock().advance(TimeDelta::hours(1));
    let answer =
        ask(&app, Some(customer.token()), "{ viewer { id } krakenVersion { number } }", json!({})).await;
    assert_eq!(
        (&answer.body["viewer"]["kind"], &answer.body["viewer"]["code"]),
        (&json!("refused"), &json!("KT-CT-1124"))
    );
    assert_eq!(field(&answer, "viewer")["requires"]["refusal"], "KT-CT-1124");
    assert_eq!(field(&answer, "viewer")["requires"]["permissions"][0]["held"], Json::Null);
});

story!(
    asking_is_free_and_the_limits_told_are_those_of_the_world,
    Options::default().rate_limits().with(|settings, _| {
        settings.rate_overrides = vec!["Query.krakenVersion=2/m".parse().expect("a rate")];
    }),
    |app| async move {
        let nobody = app.anonymous();
        let version = "{ krakenVersion { number } }";
        for _ in 0..5 {
            let answer = ask(&app, None, version, json!({})).await;
            let rate = &field(&answer, "krakenVersion")["rateLimit"];
            assert_eq!(
                (&rate["rate"], &rate["remaining"], &rate["isBlocked"]),
                (&json!("2/m"), &json!(2), &json!(false))
            );
        }
        let journal = app.get("/_emulator/journal").await;
        assert_eq!(journal.body["entries"], json!([]), "nothing was executed");
        assert_eq!(nobody.ask_for(version).await.codes(), Vec::<&str>::new());
        assert_eq!(nobody.ask_for(version).await.codes(), Vec::<&str>::new());
        let answer = ask(&app, None, version, json!({})).await;
        assert_eq!(field(&answer, "krakenVersion")["rateLimit"]["isBlocked"], true);
        assert_eq!(nobody.ask_for(version).await.codes(), ["KT-CT-1199"]);
    }
);

story!(what_is_wrong_with_document_variables_or_request_is_told, |app| async move {
    let answer = ask(&app, None, "{\n  viewr { id }\n}", json!({})).await;
    assert_eq!((answer.status, &answer.body["complexity"]["value"]), (StatusCode::OK, &Json::Null));
    assert_eq!(answer.body["errors"][0]["locations"], json!([{ "line": 2, "column": 3 }]));
    let words = answer.body["errors"][0]["message"].as_str().expect("words");
    assert!(
        words.starts_with("Cannot query field 'viewr' on type 'Query'. Did you mean 'viewer'"),
        "{words}"
    );

    let answer = ask(&app, None, LEDGERS, json!({ "first": 1 })).await;
    let words = "Variable '$number' of required type 'String!' was not provided.";
    assert_eq!(answer.body["variableErrors"][0]["message"], words);
    assert_eq!(answer.body["complexity"]["value"], Json::Null, "page sizes may hang on what is wrong");
    assert_eq!(field(&answer, "account")["requires"]["refusal"], "KT-CT-1112", "the rest is known");

    let answer = app.post_raw(ANALYSE, &[("content-type", "application/json")], "[]").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let words = answer.body["error"].as_str().expect("words");
    assert!(words.contains("Batch GraphQL requests") && words.contains(r#"{"query":"#), "{words}");
    let answer = app
        .post_raw("/_emulator/analyse?site=apj", &[("content-type", "application/graphql")], "{ __typename }")
        .await;
    assert_eq!(answer.body["error"], "There is no site 'apj', only api and auth.");
    let answer = app
        .post_raw(
            "/_emulator/analyse?site=auth",
            &[("content-type", "application/graphql")],
            "{ account(accountNumber: \"\") { number } }",
        )
        .await;
    assert_eq!(
        answer.body["errors"][0]["message"], "Cannot query field 'account' on type 'Query'.",
        "it is none of the auth site's"
    );
});

#[test]
fn a_contract_is_enough() {
    let site = Site::api();
    let known = analyse(&site, &Question { query: LEDGERS, ..Question::default() });
    assert!(
        known.errors.is_empty() && known.variable_errors.is_empty(),
        "variables that nobody knows are no error"
    );
    assert_eq!(known.complexity.value, None, "a page's size hangs on them");
    assert!(known.viewer.is_none());
    let account = &known.fields[0];
    assert_eq!((account.path.as_str(), account.position.line), ("account", 2));
    let requires = account.requires.as_ref().expect("not everybody may");
    assert_eq!((requires.allowed, requires.permissions[0].held), (None, None));
    assert_eq!(
        account.rate_limit.as_ref().map(|limit| (limit.rate.as_str(), limit.remaining)),
        Some(("1000/h", None))
    );
    let given = Map::from_iter([("number".into(), json!("A-1")), ("first".into(), json!(10))]);
    let question =
        Question { query: LEDGERS, variables: Some(&given), asking: Asking::Unknown, ..Question::default() };
    let known = analyse(&site, &question);
    assert_eq!((known.nodes.value, known.complexity.value.is_some()), (Some(10), true));
}

story!(fragments_that_double_with_each_other_are_looked_into_once, |app| async move {
    let mut query = "{ viewer { ...F0 } } fragment F40 on AccountUserType { id }".to_owned();
    for at in 0..40 {
        let next = at + 1;
        query.push_str(&format!(" fragment F{at} on AccountUserType {{ ...F{next} ...F{next} }}"));
    }
    let body = json!({ "query": query }).to_string();
    let answer = app.post_raw("/_emulator/analyse", &[("content-type", "application/json")], body).await;
    let paths: Vec<&str> = answer.body["fields"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|field| field["path"].as_str())
        .collect();
    assert_eq!(paths, ["viewer", "viewer.id"]);
});
