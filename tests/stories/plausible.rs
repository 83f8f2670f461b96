//! Fields that nobody has modelled.

use insta::assert_json_snapshot;
use kemu_api::switches::Unmodelled;
use kemu_tests::{Options, story};
use serde_json::json;

story!(what_was_made_up_is_named, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") {
        number
        complaints(first: 2) { edges { node { id type } } }
        again: complaints(first: 2) { totalCount }
        users { number isInHardship }
        transactions(first: 2) { edges { node { id } } }
    } }"#;
    let answer = customer.ask_for(query).await;
    assert_json_snapshot!(answer.plausible(), @r#"
    [
      "account.again",
      "account.complaints",
      "account.users.*.isInHardship"
    ]
    "#);
    assert_eq!(answer.at("/account/number"), "A-F1A7BA5E");
    let modelled = customer.ask_for("{ viewer { id } }").await;
    assert!(modelled.body.get("extensions").is_none(), "nothing made up, nothing to tell");
});

story!(one_object_answers_one_value_wherever_it_is_met, |app| async move {
    let customer = app.customer("two-accounts").await;
    let complaints = "complaints(first: 5) { totalCount edges { node { id type subtype } } }";
    let query = format!(
        "query {{ account(accountNumber: \"A-2ACC0001\") {{ {complaints} again: {complaints} }}
         other: account(accountNumber: \"A-2ACC0002\") {{ {complaints} }}
         viewer {{ accounts {{ ... on AccountType {{ {complaints} }} }} }} }}"
    );
    let answer = customer.ask_for(&query).await;
    assert_eq!(answer.at("/account/complaints"), answer.at("/account/again"));
    assert_eq!(answer.at("/account/complaints"), answer.at("/viewer/accounts/0/complaints"));
    assert_eq!(answer.at("/other/complaints"), answer.at("/viewer/accounts/1/complaints"));
    assert_ne!(answer.at("/account/complaints"), answer.at("/other/complaints"));
    // Pages are pages of the same list.
    let whole = answer.list_at("/account/complaints/edges");
    let one = r#"{ account(accountNumber: "A-2ACC0001") { complaints(last: 1) { edges { node { id type subtype } } } } }"#;
    assert_eq!(customer.ask_for(one).await.list_at("/account/complaints/edges"), &whole[whole.len() - 1..]);
    // Time goes by and the values stay, as long as they are no dates.
    app.clock().advance(chrono::TimeDelta::minutes(30));
    let later = customer.ask_for(&query).await;
    assert_eq!(
        answer.at("/account/complaints/edges/0/node/id"),
        later.at("/account/complaints/edges/0/node/id")
    );
});

story!(a_payload_gives_back_what_it_was_given, |app| async move {
    let customer = app.customer("flat-base").await;
    let document = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { email userNumber } }";
    let input = json!({ "input": { "email": "somebody@example.com" } });
    let answer = customer.gql(document, input).await;
    assert_eq!(answer.text_at("/requestPasswordReset/email"), "somebody@example.com");
    assert_eq!(answer.plausible(), ["requestPasswordReset"]);
});

const MIXED: &str = r#"{ account(accountNumber: "A-F1A7BA5E") { number complaints(first: 1) { totalCount } transactions(first: 1) { totalCount } } }"#;

story!(a_switch_makes_it_null, Options::default().unmodelled(Unmodelled::Null), |app| async move {
    let answer = app.customer("flat-base").await.ask_for(MIXED).await;
    assert_eq!(
        answer.text(),
        r#"{"data":{"account":{"number":"A-F1A7BA5E","complaints":null,"transactions":{"totalCount":12}}}}"#
    );
});

story!(a_switch_makes_it_an_error, Options::default().unmodelled(Unmodelled::Error), |app| async move {
    let answer = app.customer("flat-base").await.ask_for(MIXED).await;
    assert_json_snapshot!(answer.body, @r#"
    {
      "errors": [
        {
          "message": "Disabled GraphQL field requested.",
          "locations": [
            {
              "line": 1,
              "column": 49
            }
          ],
          "path": [
            "account",
            "complaints"
          ],
          "extensions": {
            "errorType": "SERVICE_AVAILABILITY",
            "errorCode": "KT-CT-1113",
            "errorDescription": "This field is switched off at present."
          }
        }
      ],
      "data": {
        "account": {
          "number": "A-F1A7BA5E",
          "complaints": null,
          "transactions": {
            "totalCount": 12
          }
        }
      }
    }
    "#);
});
