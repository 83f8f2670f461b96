//! The rules of the specification about nulls, order and paths: of the engine alone, and of the server as a whole.

use std::sync::Arc;

use insta::assert_json_snapshot;
use kemu_api::graphql::engine::resolvers::Resolvers;
use kemu_api::{inputs, objects};
use kemu_domain::errors::{Failure, codes};
use kemu_graphql::execution::{Call, FieldError, Output, Plan, Resolution, Runtime, execute};
use kemu_graphql::language::parse;
use kemu_graphql::schema::{Schema, build, coerce};
use kemu_graphql::{Value, validation};
use kemu_tests::{Options, TestApp, story};
use serde_json::{Value as Json, json};

const SDL: &str = r#"
    "Q" type Query { may: Thing  must: Thing!  mays: [Thing]  musts: [Thing!]  strict: [Thing!]! }
    "T" type Thing { name: String  mayFail: String  mustFail: String!  nothing: String!  may: Thing  must: Thing! }
    schema { query: Query }
"#;

/// Answers its name or itself; what is named so fails. Every second answer comes later.
struct Things;

impl Runtime for Things {
    type Object = ();

    fn resolve<'a>(&'a self, call: Call<'a, ()>) -> Resolution<'a, ()> {
        let def = call.def();
        let thing = || Output::Object(def.ty.named(), ());
        let answer = match def.name {
            "name" => Ok(Output::Leaf(Value::from("a thing"))),
            "mayFail" | "mustFail" => Err(FieldError::from(format!("{} failed", def.name))),
            "nothing" => Ok(Output::Null),
            "may" | "must" => Ok(thing()),
            _ => Ok(Output::List(vec![
                thing(),
                Output::Failed(FieldError::from("item failed".to_string())),
                thing(),
            ])),
        };
        if call.field.0.is_multiple_of(2) {
            Resolution::Ready(answer)
        } else {
            Resolution::Later(Box::pin(async { answer }))
        }
    }
}

async fn answer(schema: &Schema, query: &str) -> String {
    let document = parse(query).expect("it parses");
    assert_eq!(validation::validate(schema, &document), [], "{query}");
    let plan = Plan::new(Arc::new(document), None).expect("one operation");
    let variables = coerce::variables(schema, plan.document(), plan.operation(), &serde_json::Map::new());
    let done = execute(schema, &plan, &variables.expect("there are none"), &Things).await;
    let errors = done.errors.iter().map(|error| format!("{} at {}", error.message, json!(error.path)));
    let errors: Vec<String> = errors.collect();
    format!("{} {}", String::from_utf8(done.data).expect("text"), errors.join(", "))
}

#[tokio::test]
async fn the_engine_holds_the_rules_of_null_order_and_path() {
    let schema =
        build::schema(&[("schema.graphql", SDL)]).unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    let mut seen = serde_json::Map::new();
    for query in [
        "{ may { name mayFail } must { name } }",
        "{ may { name mustFail } must { name } }",
        "{ may { name nothing } }",
        "{ must { name mustFail } may { name } }",
        "{ may { b: name may { must { must { mustFail } } } a: name } }",
        "{ may { must { may { mayFail name } } } }",
        "{ mays { name } may { name } }",
        "{ musts { name } may { name } }",
        "{ strict { name } may { name } }",
        "{ may { mayFail x: mayFail mustFail } z: may { name } a: may { name name } }",
        "{ z: may { name } may { ... on Thing { name } name: name b: name } a: __typename }",
    ] {
        seen.insert(query.into(), answer(&schema, query).await.into());
    }
    assert_json_snapshot!(seen, @r#"
    {
      "{ may { name mayFail } must { name } }": "{\"may\":{\"name\":\"a thing\",\"mayFail\":null},\"must\":{\"name\":\"a thing\"}} mayFail failed at [\"may\",\"mayFail\"]",
      "{ may { name mustFail } must { name } }": "{\"may\":null,\"must\":{\"name\":\"a thing\"}} mustFail failed at [\"may\",\"mustFail\"]",
      "{ may { name nothing } }": "{\"may\":null} Cannot return null for non-nullable field Thing.nothing. at [\"may\",\"nothing\"]",
      "{ must { name mustFail } may { name } }": "null mustFail failed at [\"must\",\"mustFail\"]",
      "{ may { b: name may { must { must { mustFail } } } a: name } }": "{\"may\":{\"b\":\"a thing\",\"may\":null,\"a\":\"a thing\"}} mustFail failed at [\"may\",\"may\",\"must\",\"must\",\"mustFail\"]",
      "{ may { must { may { mayFail name } } } }": "{\"may\":{\"must\":{\"may\":{\"mayFail\":null,\"name\":\"a thing\"}}}} mayFail failed at [\"may\",\"must\",\"may\",\"mayFail\"]",
      "{ mays { name } may { name } }": "{\"mays\":[{\"name\":\"a thing\"},null,{\"name\":\"a thing\"}],\"may\":{\"name\":\"a thing\"}} item failed at [\"mays\",1]",
      "{ musts { name } may { name } }": "{\"musts\":null,\"may\":{\"name\":\"a thing\"}} item failed at [\"musts\",1]",
      "{ strict { name } may { name } }": "null item failed at [\"strict\",1]",
      "{ may { mayFail x: mayFail mustFail } z: may { name } a: may { name name } }": "{\"may\":null,\"z\":{\"name\":\"a thing\"},\"a\":{\"name\":\"a thing\"}} mayFail failed at [\"may\",\"mayFail\"], mayFail failed at [\"may\",\"x\"], mustFail failed at [\"may\",\"mustFail\"]",
      "{ z: may { name } may { ... on Thing { name } name: name b: name } a: __typename }": "{\"z\":{\"name\":\"a thing\"},\"may\":{\"name\":\"a thing\",\"b\":\"a thing\"},\"a\":\"Query\"} "
    }
    "#);
}

struct Account;
struct Ledger(usize);
struct Tokens;
struct Payload;

objects! {
    Account: "AccountType" by |_| 0;
    Ledger: "LedgerType" by |_| 0;
    Tokens: "ObtainKrakenJSONWebToken" by |_| 0;
    Payload: "RegenerateSecretKey" by |_| 0;
}

inputs! {
    struct Number {
        account_number: String,
    }
}

/// Waits for another turn, so that answers come in another order than they were asked for.
async fn later<T>(value: T) -> Result<T, Failure> {
    tokio::task::yield_now().await;
    Ok(value)
}

/// Resolvers that fail in all places.
fn failing() -> Resolvers {
    let mut all = Resolvers::default();
    all.query("account", |_, _: Number| later(Some(Account)));
    all.mutation("obtainKrakenToken", |_, (): ()| later(Some(Tokens)));
    all.mutation("regenerateSecretKey", |_, (): ()| later(Some(Payload)));
    all.object::<Account>()
        .field_async("number", |_, _, (): ()| later("A-F1A7BA5E".to_string()))
        .field("billingName", |_| "at once".to_string())
        .field_async("balance", |_, _, (): ()| async { Err::<i64, _>(Failure::from(codes::UNAUTHORIZED)) })
        .field_async("overdueBalance", |_, _, (): ()| async {
            Err::<Option<i64>, _>(Failure::from(codes::UNAUTHORIZED))
        })
        .field_async("ledgers", |_, _, (): ()| later(vec![Ledger(0), Ledger(1), Ledger(2)]));
    all.object::<Ledger>().field_async("number", |ledger: Arc<Ledger>, _, (): ()| async move {
        if ledger.0 == 1 {
            Err(Failure::from(codes::UNAUTHORIZED))
        } else {
            later(format!("L-{}", ledger.0)).await
        }
    });
    all.object::<Tokens>()
        .field_async("token", |_, _, (): ()| async { Err::<String, _>(Failure::from(codes::UNAUTHORIZED)) })
        .field_async("refreshToken", |_, _, (): ()| async {
            Err::<Option<String>, _>(Failure::from(codes::UNAUTHORIZED))
        })
        .field("refreshExpiresIn", |_| 1);
    all
}

/// Somebody who may ask for accounts: the sign-in of this server is broken, so the token comes from elsewhere.
async fn ask(app: &TestApp, query: &str) -> String {
    let sandbox = app.sandbox();
    let user =
        kemu_persistence::users::by_id(sandbox.store.connection(), kemu_domain::UserId(3_200_001)).await;
    let user = user.expect("a query").expect("flat-base");
    let issuer = kemu_auth::kraken_tokens::Issuer {
        keys: &sandbox.keys,
        url: "http://kemu.test/v1/graphql/",
        aliases: &[],
    };
    let grant = kemu_auth::claims::Grant::ApiKey;
    let token = kemu_auth::kraken_tokens::access_token_for(issuer, sandbox.now(), &user, grant).token;
    let answer = app.anonymous().with_header(&token).ask_for(query).await;
    let errors: Vec<Json> = answer.errors().iter().map(|error| error["path"].clone()).collect();
    let data = answer.text().split_once("\"data\":").map_or("", |(_, data)| data);
    format!("{data} {}", json!(errors))
}

story!(
    the_server_holds_the_rules_of_null_order_and_path,
    Options::default().resolvers(failing),
    |app| async move {
        let mut seen = serde_json::Map::new();
        for query in [
            r#"{ account(accountNumber: "") { number balance billingName overdueBalance } krakenVersion { __typename } }"#,
            r#"{ account(accountNumber: "") { z: billingName ledgers { number } a: number } }"#,
            "mutation { obtainKrakenToken(input: {}) { refreshToken refreshExpiresIn } }",
            "mutation { a: obtainKrakenToken(input: {}) { refreshExpiresIn token } b: obtainKrakenToken(input: {}) { refreshExpiresIn } }",
        ] {
            seen.insert(query.into(), ask(&app, query).await.into());
        }
        assert_json_snapshot!(seen, @r#"
    {
      "{ account(accountNumber: \"\") { number balance billingName overdueBalance } krakenVersion { __typename } }": "{\"account\":null,\"krakenVersion\":{\"__typename\":\"KrakenVersionType\"}},\"extensions\":{\"emulator\":{\"plausible\":[\"krakenVersion\"]}}} [[\"account\",\"balance\"]]",
      "{ account(accountNumber: \"\") { z: billingName ledgers { number } a: number } }": "{\"account\":{\"z\":\"at once\",\"ledgers\":[{\"number\":\"L-0\"},{\"number\":null},{\"number\":\"L-2\"}],\"a\":\"A-F1A7BA5E\"}}} [[\"account\",\"ledgers\",1,\"number\"]]",
      "mutation { obtainKrakenToken(input: {}) { refreshToken refreshExpiresIn } }": "{\"obtainKrakenToken\":{\"refreshToken\":null,\"refreshExpiresIn\":1}}} [[\"obtainKrakenToken\",\"refreshToken\"]]",
      "mutation { a: obtainKrakenToken(input: {}) { refreshExpiresIn token } b: obtainKrakenToken(input: {}) { refreshExpiresIn } }": "{\"a\":null,\"b\":{\"refreshExpiresIn\":1}}} [[\"a\",\"token\"]]"
    }
    "#);
    }
);
