//! New payment schedules.

use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

use crate::money::{at, balances, mutate, payments, with};

async fn create(role: &Role, input: Json) -> Answer {
    let selection = "schedule { id ledgerNumber trigger paymentAmount paymentDay validFrom validTo }";
    mutate(role, "createAccountPaymentSchedule", "CreateAccountPaymentScheduleInput!", selection, input).await
}

fn flat(changes: Json) -> Json {
    with(&json!({ "accountNumber": "A-F1A7BA5E", "ledgerNumber": "L-100000001A" }), changes)
}

async fn active(role: &Role, account: &str, ledger: &str) -> Vec<Json> {
    let query = "query ($account: String!, $ledger: String!) { account(accountNumber: $account) { \
                 paymentSchedules(first: 10, active: true, ledgerNumber: $ledger) { edges { node { \
                 trigger paymentAmount paymentDay validFrom } } } } }";
    let answer = role.gql(query, json!({ "account": account, "ledger": ledger })).await;
    let edges = answer.list_at("/account/paymentSchedules/edges");
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

story!(instalments_are_taken_from_then_on, |app| async move {
    let customer = app.customer("flat-base").await;
    let answer = create(&customer, flat(json!({ "paymentAmount": 6500, "paymentDay": 8 }))).await;
    let made = &answer.data()["createAccountPaymentSchedule"]["schedule"];
    assert_eq!(
        with(made, json!({ "id": null })),
        json!({
            "ledgerNumber": "L-100000001A", "trigger": "REGULAR", "paymentAmount": 6500, "paymentDay": 8,
            "validFrom": "2026-01-15",
            "validTo": null,
        })
    );
    let now = active(&customer, "A-F1A7BA5E", "L-100000001A").await;
    assert_eq!(now.len(), 1, "the new one ended the old one");
    assert_eq!(now[0]["paymentAmount"], 6500);

    let customer = at(&app, "2026-03-20T12:00:00Z", "flat-base").await;
    let taken = payments(&customer, "A-F1A7BA5E").await;
    for date in ["2026-02-08", "2026-03-08"] {
        let instalment = taken.iter().find(|(amount, on, _, _)| *amount == 6500 && on == date);
        assert_eq!(instalment.map(|(_, _, status, _)| status.as_str()), Some("CLEARED"), "{taken:?}");
    }
    balances(&customer, "A-F1A7BA5E").await;

    // Another amount on the same day; then back to what bills say.
    create(&customer, flat(json!({ "paymentAmount": 7000 }))).await.data();
    let now = active(&customer, "A-F1A7BA5E", "L-100000001A").await;
    assert_eq!((now.len(), &now[0]["paymentAmount"], &now[0]["paymentDay"]), (1, &7000.into(), &8.into()));
    create(&customer, flat(json!({ "trigger": "BILL" }))).await.data();
    let now = active(&customer, "A-F1A7BA5E", "L-100000001A").await;
    assert_eq!((now.len(), &now[0]["trigger"]), (1, &"BILL".into()));
    let customer = at(&app, "2026-06-20T12:00:00Z", "flat-base").await;
    let taken = payments(&customer, "A-F1A7BA5E").await;
    assert!(taken.iter().all(|(amount, on, _, _)| *amount != 7000 || **on < *"2026-05"), "{taken:?}");
    balances(&customer, "A-F1A7BA5E").await;
});

story!(schedules_are_refused_with_their_codes, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let base = json!({ "accountNumber": "A-40E5E001", "ledgerNumber": "L-100000009A" });
    let before = active(&customer, "A-40E5E001", "L-100000009A").await;
    let amount = before[0]["paymentAmount"].clone();
    for (changes, code) in [
        (json!({ "accountNumber": "A-F1A7BA5E", "paymentDay": 9 }), "KT-CT-3923"),
        (json!({ "ledgerNumber": "L-100000001A", "paymentDay": 9 }), "KT-CT-3822"),
        (json!({ "ledgerNumber": "", "paymentDay": 9 }), "KT-CT-3822"),
        (json!({ "ledgerNumber": "L-100000009P", "paymentDay": 9 }), "KT-CT-3947"),
        (json!({}), "KT-CT-3962"),
        (json!({ "paymentAmount": amount, "paymentDay": 5 }), "KT-CT-3962"),
        (json!({ "paymentDay": 0 }), "KT-CT-3960"),
        (json!({ "paymentDay": 29 }), "KT-CT-3960"),
        (json!({ "paymentAmount": 0 }), "KT-CT-3941"),
        (json!({ "paymentAmount": -5 }), "KT-CT-3941"),
        (json!({ "trigger": "PLAN" }), "KT-CT-3947"),
    ] {
        let answer = create(&customer, with(&base, changes.clone())).await;
        assert_eq!(answer.codes(), [code], "{changes}");
    }
    assert_eq!(active(&customer, "A-40E5E001", "L-100000009A").await, before);
    let customer = app.customer("flat-base").await;
    assert_eq!(create(&customer, flat(json!({ "paymentAmount": 100 }))).await.codes(), ["KT-CT-3815"]);
    let anonymous = create(&app.anonymous(), flat(json!({ "paymentDay": 3 }))).await;
    assert_eq!(anonymous.codes(), ["KT-CT-1112"]);
});
