//! Same seed, same moment: same bytes. On both kinds of store.

use chrono::Months;
use kemu_tests::{Answer, Options, StoreKind, TestApp, run, start_of_time, story};
use serde_json::json;

/// Everything that somebody who tries kemu might send first, in this order.
async fn visit(app: &TestApp) -> Vec<Answer> {
    let customer = app.customer("flat-base").await;
    let mut answers = Vec::new();
    for query in [
        "{ viewer { id email accounts { number ... on AccountType { balance overdueBalance } } } }",
        r#"{ account(accountNumber: "A-F1A7BA5E") { createdAt transactions(first: 100) { totalCount edges { cursor node {
            id amount createdAt postedDate amounts { net tax gross } balanceCarriedForward } } } } }"#,
        r#"{ account(accountNumber: "A-F1A7BA5E") { payments(first: 100) { edges { node { amount paymentDate status } } } } }"#,
        r#"{ account(accountNumber: "A-F1A7BA5E") { bills(first: 10) { edges { node { id issuedDate } } } } }"#,
        r#"{ account(accountNumber: "A-2ACC0001") { number } }"#,
        "{ viewer { nothing } }",
        "mutation { regenerateSecretKey { key } }",
        "{ viewer { liveSecretKey } }",
        "{ __schema { types { name } } }",
    ] {
        answers.push(customer.ask_for(query).await);
    }
    answers.push(customer.refresh().await);
    let long = app.customer("long-history").await;
    let page = r#"{ account(accountNumber: "A-10A60001") { transactions(last: 100) { edges { node { id createdAt } } } } }"#;
    answers.push(long.ask_for(page).await);
    answers.push(
        app.anonymous()
            .try_sign_in(json!({ "organizationSecretKey": "sk_live_demoBackOffice0000000002" }))
            .await,
    );
    // The same household on both, and the same year.
    for months in [0, 12] {
        app.clock().set(start_of_time().checked_add_months(Months::new(months)).expect("a date"));
        let solar = app.customer("solar").await;
        for query in [
            r#"{ account(accountNumber: "A-501A2001") { balance ledgers { balance } bills(first: 30) { edges { node { id issuedDate
                ... on StatementType { closingBalance transactions(first: 9) { edges { node { id amount createdAt } } } } } } }
                payments(first: 50) { edges { node { amount reference status } } } } }"#,
            r#"{ electricityReading(accountNumber: "A-501A2001", prmId: "00000000000013", first: 40) { edges { node {
                consumption periodStartAt indexEndValue } } } }"#,
        ] {
            answers.push(solar.ask_for(query).await);
        }
    }
    answers.push(app.get("/_emulator/demo-credentials").await);
    answers.push(app.get("/.well-known/jwks.json").await);
    answers
}

/// What must be the same: status, body, and the id of the request.
fn shown(answers: &[Answer]) -> Vec<(u16, String, String)> {
    let show = |answer: &Answer| {
        (
            answer.status.as_u16(),
            answer.header("x-kraken-correlation-id").to_string(),
            answer.text().to_string(),
        )
    };
    answers.iter().map(show).collect()
}

story!(the_same_seed_and_moment_give_the_same_bytes, |app| async move {
    let one = shown(&visit(&app).await);
    let other = shown(&visit(&app.another(Options::default()).await).await);
    assert_eq!(one, other);
});

story!(another_seed_gives_another_world, |app| async move {
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { number transactions(first: 100) { edges { node { amount } } } complaints(first: 1) { edges { node { id } } } } }"#;
    let other = app.another(Options::default().seed(43)).await;
    let one = app.customer("flat-base").await.ask_for(query).await;
    let other = other.customer("flat-base").await.ask_for(query).await;
    assert_eq!(one.at("/account/number"), other.at("/account/number"), "who is who does not hang on chance");
    assert_ne!(one.at("/account/transactions"), other.at("/account/transactions"));
    assert_ne!(one.at("/account/complaints"), other.at("/account/complaints"));
});

/// Of both kinds at once, so no story of each. It is called after the one that needs a server.
mod both_stores_give_the_same_bytes {
    use super::*;

    #[test]
    fn postgres() {
        let seen = |kind| {
            let mut seen = Vec::new();
            run(kind, Options::default(), |app| {
                let seen = &mut seen;
                async move { *seen = shown(&visit(&app).await) }
            });
            seen
        };
        assert_eq!(seen(StoreKind::Sqlite), seen(StoreKind::Postgres));
    }
}
