//! Facts about operations: what is told is what is enforced.

use kemu_api::limits::{Caller, MOST_COMPLEX};
use kemu_tests::documents::Documents;
use kemu_tests::{Options, story};
use serde_json::{Value as Json, json};

const COMPLEXITY: &str =
    "query ($input: QueryComplexityInputType!) { queryComplexity(input: $input) { complexityValue } }";

story!(query_complexity_weighs_pages_by_their_size, |app| async move {
    let query = "query ($first: Int) { account(accountNumber: \"A-F1A7BA5E\") { ledgers { transactions(first: $first) {
        edges { node { id } } } } properties { measurements(first: $first) { edges { node { value } } } } } }";
    let ask = async |first: i64| {
        let variables = json!({ "first": first }).to_string();
        let input = json!({ "query": query, "variables": variables });
        app.anonymous()
            .gql(COMPLEXITY, json!({ "input": input }))
            .await
            .number_at("/queryComplexity/complexityValue")
    };
    // account 2, two pages of 2 each; leaves weigh nothing, so that the size of such pages does not either.
    assert_eq!((ask(10).await, ask(100).await), (6, 6));
    let nested = r#"{ account(accountNumber: "A-F1A7BA5E") { bills(first: 30) { edges { node {
        ... on StatementType { transactions(first: 5) { edges { node { id } } } } } } } } }"#;
    let answer = app.anonymous().gql(COMPLEXITY, json!({ "input": { "query": nested } })).await;
    // account 2 + bills 2 + 3 begun tens of items × transactions 2
    assert_eq!(answer.number_at("/queryComplexity/complexityValue"), 10);
});

story!(query_complexity_refuses_what_it_cannot_weigh, |app| async move {
    let ask = async |input: Json| app.anonymous().gql(COMPLEXITY, json!({ "input": input })).await;
    for wrong in ["{", "{ nothing }", "query ($a: Int!) { krakenVersion { number } }"] {
        assert_eq!(ask(json!({ "query": wrong })).await.codes(), ["KT-CT-1603"], "{wrong}");
    }
    let two = "query a { krakenVersion { number } } query b { viewer { id } }";
    assert_eq!(ask(json!({ "query": two })).await.codes(), ["KT-CT-1604"]);
    let named = ask(json!({ "query": two, "operationName": "b" })).await;
    assert_eq!(named.number_at("/queryComplexity/complexityValue"), 1);
});

story!(
    told_and_enforced_costs_are_the_same_over_the_whole_contract,
    Options::default().rate_limits(),
    |app| async move {
        let organisation = app.organisation("back-office").await;
        let caller = Caller::Organisation(app.organisation_of_fixture("back-office").id);
        let site = app.site();
        let documents =
            Documents { schema: &site.contract.schema, account: "A-F1A7BA5E", property: "123001" };
        let (mut weighed, mut refused) = (0, 0);
        for field in site.contract.root_fields() {
            let name = site.contract.schema.field(field).name;
            // These two would end the sign-in that the walk goes on with.
            if matches!(name, "forceReauthentication" | "regenerateSecretKey") {
                continue;
            }
            let document = documents.operation(field, 2);
            let answer = app.anonymous().gql(COMPLEXITY, json!({ "input": { "query": document } })).await;
            let told = answer.number_at("/queryComplexity/complexityValue");
            let used = async || app.sandbox().limits.points(caller).await.expect("counted").used();
            let before = used().await;
            let answer = organisation.ask_for(&document).await;
            let lost = used().await - before;
            if told > MOST_COMPLEX {
                assert_eq!((answer.codes(), lost), (vec!["KT-CT-1188"], 0), "{name}");
                refused += 1;
            } else {
                assert!(!answer.codes().contains(&"KT-CT-1188"), "{name} costs {told}");
                assert_eq!(lost, told, "{name}: what the allowance loses is what was told");
                weighed += 1;
            }
        }
        assert_eq!(weighed + refused, 470, "every root field but two");
    }
);

story!(the_header_tells_the_complexity, |app| async move {
    let customer = app.customer("flat-base").await;
    let body = json!({ "query": "{ account(accountNumber: \"A-F1A7BA5E\") { number transactions(first: 3) { totalCount } } }" });
    let headers = [
        ("content-type", "application/json"),
        ("authorization", customer.token()),
        ("x-kraken-query-complexity", "true"),
    ];
    let answer = app.post_raw("/v1/graphql/", &headers, body.to_string()).await;
    assert_eq!(answer.body["extensions"]["queryComplexity"], 4);
    assert_eq!(answer.at("/account/number"), "A-F1A7BA5E", "it is executed all the same");
    let without = customer.gql(body["query"].as_str().expect("text"), json!({})).await;
    assert!(without.body.get("extensions").is_none());
});

story!(possible_errors_are_those_of_the_contract, |app| async move {
    let query = "query ($input: PossibleErrorsInputType!) { possibleErrors(input: $input) { name type possibleErrors {
        code type message description } } }";
    let ask = async |input: Json| app.anonymous().gql(query, json!({ "input": input })).await;
    let answer = ask(json!({ "name": "account", "type": "query" })).await;
    let codes: Vec<&str> = answer
        .list_at("/possibleErrors/possibleErrors")
        .iter()
        .filter_map(|error| error["code"].as_str())
        .collect();
    assert_eq!(codes, ["KT-CT-1113", "KT-CT-4177"]);
    let without = ask(json!({ "name": "account", "type": "query", "authErrors": false })).await;
    assert_eq!(without.list_at("/possibleErrors/possibleErrors").len(), 1);
    assert_eq!(ask(json!({ "name": "acount", "type": "query" })).await.codes(), ["KT-CT-1606"]);
    assert_eq!(ask(json!({ "name": "account", "type": "mutation" })).await.codes(), ["KT-CT-1606"]);
});

story!(the_header_asks_for_errors_in_place_of_answers, |app| async move {
    let query = r#"mutation { first: regenerateSecretKey { key } obtainKrakenToken(input: { APIKey: "x" }) { token } }"#;
    let body = json!({ "query": query }).to_string();
    for name in ["x-kraken-possible-errors", "x-possible-errors"] {
        let headers = [("content-type", "application/json"), (name, "true")];
        let answer = app.post_raw("/v1/graphql/", &headers, body.clone()).await;
        assert!(answer.codes().is_empty(), "nothing ran, so that nobody had to sign in");
        let keys: Vec<&String> = answer.data().as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["first", "obtainKrakenToken"], "{name}");
        let error = &answer.at("/obtainKrakenToken/possibleErrors/0");
        assert_eq!((&error["code"], &error["type"]), (&json!("KT-CT-1113"), &json!("SERVICE_AVAILABILITY")));
        let invalid = json!({ "query": "{ nothing }" }).to_string();
        let refused = app.post_raw("/v1/graphql/", &headers, invalid).await;
        assert_eq!(refused.message(), "Cannot query field 'nothing' on type 'Query'.");
    }
});
