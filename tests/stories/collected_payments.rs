//! Payments that customers ask for, amend and cancel.

use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

use crate::money::{at, balances, days_later, mutate, payments, with};

const PAYMENT: &str = "payment { amount paymentDate status reference transactionType }";

fn input() -> Json {
    json!({
        "accountNumber": "A-F1A7BA5E",
        "ledgerNumber": "L-100000001A",
        "amount": 2500,
        "description": "Acompte",
        "idempotencyKey": "one",
        "paymentDate": "2026-01-20",
    })
}

async fn collect(role: &Role, input: Json) -> Answer {
    mutate(role, "collectPayment", "CollectPaymentInput!", PAYMENT, input).await
}

async fn amend(role: &Role, input: Json) -> Answer {
    mutate(role, "amendPayment", "AmendPaymentInput!", PAYMENT, input).await
}

async fn cancel(role: &Role, account: &str, payment: &str) -> Answer {
    let input = json!({ "accountNumber": account, "paymentId": payment });
    mutate(role, "cancelPayment", "CancelPaymentInput!", PAYMENT, input).await
}

/// The id of a payment stands at the end of its reference.
fn id_of(answer: &Answer) -> i64 {
    let reference = answer.text_at("/collectPayment/payment/reference");
    reference.trim_start_matches("SEPA").parse().expect("digits")
}

story!(a_payment_is_collected_on_its_day, |app| async move {
    let customer = app.customer("flat-base").await;
    let before = balances(&customer, "A-F1A7BA5E").await["L-100000001A"].as_i64().expect("cents");
    let answer = collect(&customer, input()).await;
    let made = &answer.data()["collectPayment"]["payment"];
    assert_eq!(
        with(made, json!({ "reference": null })),
        json!({
            "amount": 2500, "paymentDate": "2026-01-20", "status": "SCHEDULED",
            "transactionType": "DD_REGULAR_COLLECTION",
        })
    );
    let reference = made["reference"].as_str().expect("text").to_owned();
    let told = (2500, "2026-01-20".to_owned(), "SCHEDULED".to_owned(), reference.clone());
    assert_eq!(payments(&customer, "A-F1A7BA5E").await.first(), Some(&told));
    // The same again is the same payment; another one with its key is none.
    let again = collect(&customer, input()).await;
    assert_eq!(again.text_at("/collectPayment/payment/reference"), reference);
    let other = collect(&customer, with(&input(), json!({ "amount": 2600 }))).await;
    assert_eq!(other.codes(), ["KT-CT-3932"]);
    assert_eq!(balances(&customer, "A-F1A7BA5E").await["L-100000001A"], before);

    let customer = at(&app, "2026-01-21T12:00:00Z", "flat-base").await;
    let told = (2500, "2026-01-20".to_owned(), "CLEARED".to_owned(), reference);
    let now = payments(&customer, "A-F1A7BA5E").await;
    assert!(now.contains(&told), "{now:?}");
    assert_eq!(balances(&customer, "A-F1A7BA5E").await["L-100000001A"], before + 2500);
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { transactions(first: 1) { edges { node { __typename amount
        postedDate } } } } }"#;
    let booked = customer.ask_for(query).await;
    assert_eq!(
        *booked.at("/account/transactions/edges/0/node"),
        json!({ "__typename": "Payment", "amount": -2500, "postedDate": "2026-01-20" })
    );
});

story!(a_payment_for_today_is_taken_at_once, |app| async move {
    let customer = app.customer("flat-base").await;
    let today = with(&input(), json!({ "paymentDate": "2026-01-15", "ledgerNumber": null }));
    collect(&customer, today).await.data();
    let now = payments(&customer, "A-F1A7BA5E").await;
    assert!(now.iter().any(|(amount, _, status, _)| *amount == 2500 && status == "CLEARED"), "{now:?}");
    balances(&customer, "A-F1A7BA5E").await;
});

story!(a_payment_is_amended_until_it_is_taken, |app| async move {
    let customer = app.customer("flat-base").await;
    let id = id_of(&collect(&customer, input()).await);
    let change = json!({
        "accountNumber": "A-F1A7BA5E", "paymentId": id, "amount": 1200, "paymentDate": "2026-01-25",
    });
    let answer = amend(&customer, change.clone()).await;
    let made = &answer.data()["amendPayment"]["payment"];
    assert_eq!((&made["amount"], &made["paymentDate"]), (&1200.into(), &"2026-01-25".into()));
    for (changes, code) in [
        (json!({ "accountNumber": "A-2ACC0001" }), "KT-CT-4123"),
        (json!({ "paymentId": 999_999 }), "KT-CT-3924"),
        (json!({ "amount": 0 }), "KT-CT-3970"),
        (json!({ "paymentDate": "2026-01-14" }), "KT-CT-3970"),
    ] {
        assert_eq!(amend(&customer, with(&change, changes.clone())).await.codes(), [code], "{changes}");
    }
    let other = app.customer("two-accounts").await;
    let theirs = with(&change, json!({ "accountNumber": "A-2ACC0001" }));
    assert_eq!(amend(&other, theirs).await.codes(), ["KT-CT-3924"], "it is none of that account's");

    let customer = at(&app, "2026-01-24T12:00:00Z", "flat-base").await;
    let waiting = payments(&customer, "A-F1A7BA5E").await;
    assert!(
        waiting.iter().any(|(amount, on, status, _)| {
            *amount == 1200 && on == "2026-01-25" && status == "SCHEDULED"
        })
    );
    let customer = days_later(&app, 1, "flat-base").await;
    let taken = payments(&customer, "A-F1A7BA5E").await;
    assert!(taken.iter().any(|(amount, _, status, _)| *amount == 1200 && status == "CLEARED"), "{taken:?}");
    let late = with(&change, json!({ "paymentDate": "2026-02-25" }));
    assert_eq!(amend(&customer, late).await.codes(), ["KT-CT-3970"]);
    balances(&customer, "A-F1A7BA5E").await;
});

story!(a_payment_is_cancelled_until_it_is_taken, |app| async move {
    let customer = app.customer("flat-base").await;
    let before = balances(&customer, "A-F1A7BA5E").await;
    let id = id_of(&collect(&customer, input()).await).to_string();
    let other = app.customer("two-accounts").await;
    assert_eq!(cancel(&other, "A-F1A7BA5E", &id).await.codes(), ["KT-CT-3924"]);
    assert_eq!(cancel(&other, "A-2ACC0001", &id).await.codes(), ["KT-CT-3924"]);
    assert_eq!(cancel(&customer, "A-F1A7BA5E", "nonsense").await.codes(), ["KT-CT-3924"]);
    let answer = cancel(&customer, "A-F1A7BA5E", &id).await;
    assert_eq!(answer.data()["cancelPayment"]["payment"]["status"], "DELETED");
    assert_eq!(cancel(&customer, "A-F1A7BA5E", &id).await.codes(), ["KT-CT-3955"]);
    let customer = days_later(&app, 6, "flat-base").await;
    let (amount, _, status, _) = payments(&customer, "A-F1A7BA5E").await.remove(0);
    assert_eq!((amount, status.as_str()), (2500, "DELETED"));
    assert_eq!(balances(&customer, "A-F1A7BA5E").await, before, "nothing was taken");
});

story!(what_cannot_be_collected_is_refused, |app| async move {
    let customer = app.customer("two-accounts").await;
    let good = with(&input(), json!({ "accountNumber": "A-2ACC0001", "ledgerNumber": "L-100000002A" }));
    for (changes, code) in [
        (json!({ "accountNumber": "A-F1A7BA5E" }), "KT-CT-1111"),
        (json!({ "ledgerNumber": "L-100000001A" }), "KT-CT-1111"),
        (json!({ "ledgerNumber": null }), "KT-CT-3821"),
        (json!({ "paymentDate": "2026-01-14" }), "KT-CT-3932"),
        (json!({ "amount": 0 }), "KT-CT-3932"),
        (json!({ "amount": -1 }), "KT-CT-3932"),
        (json!({ "collectionMethod": "CARD" }), "KT-CT-3932"),
        // By hand: there is no mandate.
        (json!({ "accountNumber": "A-2ACC0002", "ledgerNumber": "L-100000003A" }), "KT-CT-3932"),
        (json!({ "accountNumber": "A-2ACC0002", "ledgerNumber": "L-100000003P" }), "KT-CT-3932"),
    ] {
        assert_eq!(collect(&customer, with(&good, changes.clone())).await.codes(), [code], "{changes}");
    }
    assert_eq!(collect(&app.anonymous(), good.clone()).await.codes(), ["KT-CT-1112"]);
    let far = with(&good, json!({ "paymentDate": "9999-12-31", "collectionMethod": "DIRECT_DEBIT" }));
    collect(&customer, far).await.data();
    collect(&app.organisation("back-office").await, with(&good, json!({ "idempotencyKey": "two" })))
        .await
        .data();
});
