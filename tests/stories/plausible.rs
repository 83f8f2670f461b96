//! Fields that nobody has modelled.

use insta::assert_json_snapshot;
use kemu_api::switches::Unmodelled;
use kemu_tests::{Options, story};
use serde_json::json;

story!(what_was_made_up_is_named, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") {
        number
        bills(first: 2) { edges { node { id billType } } }
        again: bills(first: 2) { totalCount }
        ledgers { balance currentDirectDebitInstructionInvalidatedWithVendor }
        transactions(first: 2) { edges { node { id } } }
    } }"#;
    let answer = customer.ask_for(query).await;
    assert_json_snapshot!(answer.plausible(), @r#"
    [
      "account.again",
      "account.bills",
      "account.ledgers.*.currentDirectDebitInstructionInvalidatedWithVendor"
    ]
    "#);
    assert_eq!(answer.at("/account/number"), "A-F1A7BA5E");
    let modelled = customer.ask_for("{ viewer { id } }").await;
    assert!(modelled.body.get("extensions").is_none(), "nothing made up, nothing to tell");
});

story!(one_object_answers_one_value_wherever_it_is_met, |app| async move {
    let customer = app.customer("two-accounts").await;
    let bills = "bills(first: 5) { totalCount edges { node { id billType issuedDate fromDate toDate } } }";
    let query = format!(
        "query {{ account(accountNumber: \"A-2ACC0001\") {{ {bills} again: {bills} }}
         other: account(accountNumber: \"A-2ACC0002\") {{ {bills} }}
         viewer {{ accounts {{ ... on AccountType {{ {bills} }} }} }} }}"
    );
    let answer = customer.ask_for(&query).await;
    assert_eq!(answer.at("/account/bills"), answer.at("/account/again"));
    assert_eq!(answer.at("/account/bills"), answer.at("/viewer/accounts/0/bills"));
    assert_eq!(answer.at("/other/bills"), answer.at("/viewer/accounts/1/bills"));
    assert_ne!(answer.at("/account/bills"), answer.at("/other/bills"));
    // Pages are pages of the same list.
    let whole = answer.list_at("/account/bills/edges");
    let one = r#"{ account(accountNumber: "A-2ACC0001") { bills(last: 1) { edges { node { id billType issuedDate fromDate toDate } } } } }"#;
    assert_eq!(customer.ask_for(one).await.list_at("/account/bills/edges"), &whole[whole.len() - 1..]);
    // Time goes by and the values stay, as long as they are no dates.
    app.clock().advance(chrono::TimeDelta::minutes(30));
    let later = customer.ask_for(&query).await;
    assert_eq!(answer.at("/account/bills/edges/0/node/id"), later.at("/account/bills/edges/0/node/id"));
});

story!(a_payload_gives_back_what_it_was_given, |app| async move {
    let customer = app.customer("flat-base").await;
    let document = "mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { email userNumber } }";
    let input = json!({ "input": { "email": "somebody@example.com" } });
    let answer = customer.gql(document, input).await;
    assert_eq!(answer.text_at("/requestPasswordReset/email"), "somebody@example.com");
    assert_eq!(answer.plausible(), ["requestPasswordReset"]);
});

const MIXED: &str = r#"{ account(accountNumber: "A-F1A7BA5E") { number bills(first: 1) { totalCount } transactions(first: 1) { totalCount } } }"#;

story!(a_switch_makes_it_null, Options::default().unmodelled(Unmodelled::Null), |app| async move {
    let answer = app.customer("flat-base").await.ask_for(MIXED).await;
    assert_eq!(
        answer.text(),
        r#"{"data":{"account":{"number":"A-F1A7BA5E","bills":null,"transactions":{"totalCount":10}}}}"#
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
            "bills"
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
          "bills": null,
          "transactions": {
            "totalCount": 10
          }
        }
      }
    }
    "#);
});
