//! What the stories about money share: no stories of its own.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_tests::{Answer, Role, TestApp};
use serde_json::{Value as Json, json};

/// Days go by; whoever was signed in no longer is.
pub(crate) async fn days_later(app: &TestApp, days: i64, name: &str) -> Role {
    app.clock().advance(TimeDelta::days(days));
    app.customer(name).await
}

/// The clock is set; whoever was signed in no longer is.
pub(crate) async fn at(app: &TestApp, time: &str, name: &str) -> Role {
    app.clock().set(time.parse::<DateTime<Utc>>().expect("a time"));
    app.customer(name).await
}

/// An account's balance and its ledgers' books: each balance is the sum of what is booked.
pub(crate) async fn balances(role: &Role, number: &str) -> Json {
    let query = "query ($number: String!) { account(accountNumber: $number) { balance ledgers { number balance \
                 affectsAccountBalance transactions(first: 100) { totalCount edges { node { amount } } } } } }";
    let answer = role.gql(query, json!({ "number": number })).await;
    let (mut counted, mut told) = (0, serde_json::Map::new());
    for ledger in answer.list_at("/account/ledgers") {
        let edges = ledger["transactions"]["edges"].as_array().expect("edges");
        let count = ledger["transactions"]["totalCount"].as_u64().expect("a count");
        let balance = ledger["balance"].as_i64().expect("cents");
        if count == edges.len() as u64 {
            let sum: i64 = edges.iter().map(|edge| edge["node"]["amount"].as_i64().expect("cents")).sum();
            assert_eq!(balance, -sum, "{ledger}");
        }
        if ledger["affectsAccountBalance"] == true {
            counted += balance;
        }
        told.insert(ledger["number"].as_str().expect("a number").into(), balance.into());
    }
    assert_eq!(answer.number_at("/account/balance"), counted);
    Json::Object(told)
}

/// The payments of an account, newest first: amount, day, status, reference.
pub(crate) async fn payments(role: &Role, number: &str) -> Vec<(i64, String, String, String)> {
    let query = "query ($number: String!) { account(accountNumber: $number) { payments(first: 20) { edges { node { \
                 amount paymentDate status reference } } } } }";
    let answer = role.gql(query, json!({ "number": number })).await;
    let text = |node: &Json, member: &str| node[member].as_str().unwrap_or_default().to_owned();
    let nodes = answer.list_at("/account/payments/edges").iter().map(|edge| &edge["node"]);
    nodes
        .map(|node| {
            let amount = node["amount"].as_i64().expect("cents");
            (amount, text(node, "paymentDate"), text(node, "status"), text(node, "reference"))
        })
        .collect()
}

/// A mutation with an input of this type, and what it was answered.
pub(crate) async fn mutate(
    role: &Role,
    field: &str,
    input_type: &str,
    selection: &str,
    input: Json,
) -> Answer {
    let query = format!("mutation ($input: {input_type}) {{ {field}(input: $input) {{ {selection} }} }}");
    role.gql(&query, json!({ "input": input })).await
}

/// An input with some of its members changed; a member that becomes null is left out.
pub(crate) fn with(input: &Json, changes: Json) -> Json {
    let mut input = input.clone();
    let Json::Object(changes) = changes else { panic!("changes are an object") };
    for (name, value) in changes {
        if value.is_null() {
            input.as_object_mut().expect("an object").remove(&name);
        } else {
            input[name] = value;
        }
    }
    input
}
