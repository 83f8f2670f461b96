//! Repayments: asking for credit back, changing one's mind, and being paid.

use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

use crate::money::{at, balances, days_later, mutate, with};

/// A pot with some credit on it.
fn input() -> Json {
    json!({
        "accountNumber": "A-2ACC0002",
        "ledgerNumber": "L-100000003P",
        "amountInMinorUnit": 100,
        "idempotencyKey": "one",
        "reason": "PARTIAL_CREDIT_REFUND",
    })
}

/// What the demo world paid back before its time begins.
fn earlier() -> Json {
    json!({ "amount": 1000, "paymentDate": "2025-12-16", "status": "PAID" })
}

async fn submit(role: &Role, input: Json) -> Answer {
    let selection = "repaymentRequest { requestId status }";
    mutate(role, "submitRepaymentRequest", "RequestRepaymentInputType!", selection, input).await
}

async fn cancel(role: &Role, id: &str) -> Answer {
    let selection = "repaymentRequest { requestId status }";
    let input = json!({ "requestId": id });
    mutate(role, "cancelRepaymentRequest", "CancelRepaymentRequestInputType!", selection, input).await
}

async fn repayments(role: &Role, account: &str) -> Json {
    let query = "query ($number: String!) { account(accountNumber: $number) { repayments(first: 5) { edges { node { \
                 amount paymentDate status } } } } }";
    let answer = role.gql(query, json!({ "number": account })).await;
    answer.list_at("/account/repayments/edges").iter().map(|edge| edge["node"].clone()).collect()
}

async fn requests(role: &Role) -> Json {
    let query = r#"{ account(accountNumber: "A-2ACC0002") { ledgers(ledgerNumber: "L-100000003P") {
        repaymentRequests(first: 5) { edges { node { amount method reasonCode requestId status } } } } } }"#;
    let answer = role.ask_for(query).await;
    let edges = answer.list_at("/account/ledgers/0/repaymentRequests/edges");
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

async fn pot(role: &Role) -> i64 {
    balances(role, "A-2ACC0002").await["L-100000003P"].as_i64().expect("cents")
}

story!(credit_is_paid_back_after_three_days, |app| async move {
    let customer = app.customer("two-accounts").await;
    let before = pot(&customer).await;
    let answer = submit(&customer, input()).await;
    let request = answer.data()["submitRepaymentRequest"]["repaymentRequest"].clone();
    assert_eq!(request["status"], "REQUESTED");
    let waiting = json!([{ "amount": 100, "paymentDate": "2026-01-18", "status": "REQUESTED" }, earlier()]);
    assert_eq!(repayments(&customer, "A-2ACC0002").await, waiting);
    assert_eq!(pot(&customer).await, before);
    // The same again is the same request; another one with its key is none.
    let again = submit(&customer, input()).await;
    assert_eq!(again.data()["submitRepaymentRequest"]["repaymentRequest"], request);
    for other in
        [json!({ "amountInMinorUnit": 101 }), json!({ "method": "CHEQUE" }), json!({ "reason": null })]
    {
        let answer = submit(&customer, with(&input(), other.clone())).await;
        assert_eq!(answer.codes(), ["KT-CT-3928"], "{other}");
    }
    // What waits is not there for others.
    let rest = json!({ "amountInMinorUnit": before - 99, "idempotencyKey": "two" });
    assert_eq!(submit(&customer, with(&input(), rest)).await.codes(), ["KT-CT-3927"]);

    let customer = at(&app, "2026-01-18T12:00:00Z", "two-accounts").await;
    let paid = json!([{ "amount": 100, "paymentDate": "2026-01-18", "status": "PAID" }, earlier()]);
    assert_eq!(repayments(&customer, "A-2ACC0002").await, paid, "once, though it is in the books as well");
    assert_eq!(pot(&customer).await, before - 100);
    assert_eq!(
        requests(&customer).await,
        json!([{
            "amount": 100, "method": "BANK_TRANSFER", "reasonCode": "PARTIAL_CREDIT_REFUND",
            "requestId": request["requestId"], "status": "ACCEPTED",
        }])
    );
    let query = r#"{ account(accountNumber: "A-2ACC0002") { ledgers(ledgerNumber: "L-100000003P") {
        transactions(first: 1) { edges { node { __typename amount postedDate } } } } } }"#;
    let booked = customer.ask_for(query).await;
    assert_eq!(
        *booked.at("/account/ledgers/0/transactions/edges/0/node"),
        json!({ "__typename": "Refund", "amount": 100, "postedDate": "2026-01-18" })
    );
    let id = request["requestId"].as_str().expect("an id");
    assert_eq!(cancel(&customer, id).await.codes(), ["KT-CT-3931"]);
    let again = submit(&customer, input()).await;
    assert_eq!(again.text_at("/submitRepaymentRequest/repaymentRequest/status"), "ACCEPTED");
});

story!(a_request_is_withdrawn_until_it_is_paid, |app| async move {
    let customer = app.customer("two-accounts").await;
    let before = pot(&customer).await;
    let answer = submit(&customer, input()).await;
    let id = answer.text_at("/submitRepaymentRequest/repaymentRequest/requestId").to_owned();
    assert_eq!(cancel(&app.customer("flat-base").await, &id).await.codes(), ["KT-CT-3930"]);
    assert_eq!(cancel(&customer, "999999").await.codes(), ["KT-CT-3930"]);
    assert_eq!(cancel(&customer, "nonsense").await.codes(), ["KT-CT-3930"]);
    let withdrawn = cancel(&customer, &id).await;
    assert_eq!(withdrawn.text_at("/cancelRepaymentRequest/repaymentRequest/status"), "CANCELLED");
    assert_eq!(cancel(&customer, &id).await.codes(), ["KT-CT-3931"]);
    assert_eq!(repayments(&customer, "A-2ACC0002").await, json!([earlier()]));
    let customer = days_later(&app, 5, "two-accounts").await;
    assert_eq!(pot(&customer).await, before);
    assert_eq!(requests(&customer).await[0]["status"], "CANCELLED");
});

story!(what_is_gone_when_its_day_comes_is_not_paid, |app| async move {
    let customer = app.customer("two-accounts").await;
    let credit = pot(&customer).await;
    submit(&customer, with(&input(), json!({ "amountInMinorUnit": credit }))).await.data();
    let transfer = r#"mutation ($amount: Int!) { transferLedgerBalance(input: { amount: $amount,
        sourceAccountLedger: { accountNumber: "A-2ACC0002", ledgerNumber: "L-100000003P" },
        targetAccountLedger: { accountNumber: "A-2ACC0002", ledgerNumber: "L-100000003A" } }) {
        balanceTransfer { id } } }"#;
    customer.gql(transfer, json!({ "amount": 1 })).await.data();
    let customer = days_later(&app, 4, "two-accounts").await;
    let told = repayments(&customer, "A-2ACC0002").await;
    assert_eq!(
        told,
        json!([{ "amount": credit, "paymentDate": "2026-01-18", "status": "FAILED" }, earlier()])
    );
    assert_eq!(requests(&customer).await[0]["status"], "REJECTED");
    assert_eq!(pot(&customer).await, credit - 1);
});

story!(repayments_are_refused_with_their_codes, |app| async move {
    let customer = app.customer("two-accounts").await;
    let credit = pot(&customer).await;
    for (changes, code) in [
        (json!({ "accountNumber": "A-F1A7BA5E" }), "KT-CT-3926"),
        (json!({ "ledgerNumber": "L-100000001A" }), "KT-CT-3823"),
        (json!({ "accountNumber": "A-2ACC0001", "ledgerNumber": null }), "KT-CT-3821"),
        (json!({ "amountInMinorUnit": 0 }), "KT-CT-3927"),
        (json!({ "amountInMinorUnit": -1 }), "KT-CT-3927"),
        (json!({ "amountInMinorUnit": credit + 1 }), "KT-CT-3927"),
        // The only ledger that takes payments is in debt.
        (json!({ "ledgerNumber": null }), "KT-CT-3927"),
    ] {
        let answer = submit(&customer, with(&input(), changes.clone())).await;
        assert_eq!(answer.codes(), [code], "{changes}");
    }
    assert_eq!(submit(&app.anonymous(), input()).await.codes(), ["KT-CT-1112"]);
    submit(&app.organisation("back-office").await, input()).await.data();
});

story!(refunds_that_nobody_asked_for_are_told_too, |app| async move {
    let customer = app.customer("flat-base").await;
    let told = repayments(&customer, "A-F1A7BA5E").await;
    assert_eq!(told, json!([{ "amount": 1500, "paymentDate": "2025-12-06", "status": "PAID" }]));
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { repayments(first: 5, statuses: [REQUESTED]) { totalCount }
        canRequestRefund requestRefundEligibility { canRequestRefund reason }
        canModifyPayments { canAmendPayments canCancelPayments } } }"#;
    let answer = customer.ask_for(query).await;
    assert_eq!(answer.number_at("/account/repayments/totalCount"), 0);
    assert_eq!(
        answer.at("/account/canRequestRefund"),
        answer.at("/account/requestRefundEligibility/canRequestRefund")
    );
    assert_eq!(answer.plausible(), Vec::<&str>::new());
});
