//! Setting up mandates for direct debits.

use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

use crate::money::{balances, days_later, mutate, payments, with};

async fn set_up(role: &Role, input: Json) -> Answer {
    let selection = "paymentInstruction { id status accountHolder maskedIban instructionType }";
    mutate(role, "setUpDirectDebitInstruction", "SetUpDirectDebitInstructionInput!", selection, input).await
}

fn input(account: &str, ledger: &str) -> Json {
    json!({
        "accountNumber": account,
        "ledgerNumber": ledger,
        // An example of the IBAN registry.
        "bankDetails": { "accountHolder": "New Holder", "iban": "FR14 2004 1010 0505 0001 3M02 606" },
        "validFrom": "2026-01-15T12:00:00+00:00",
    })
}

async fn mandates(role: &Role, account: &str) -> Vec<String> {
    let query = "query ($number: String!) { account(accountNumber: $number) { directDebitInstructions(first: 10) { \
                 edges { node { maskedIban status } } } } }";
    let answer = role.gql(query, json!({ "number": account })).await;
    let edges = answer.list_at("/account/directDebitInstructions/edges");
    edges.iter().map(|edge| edge["node"]["maskedIban"].as_str().expect("text").to_owned()).collect()
}

story!(a_mandate_is_set_up_and_stays, |app| async move {
    let customer = app.customer("flat-base").await;
    let before = mandates(&customer, "A-F1A7BA5E").await;
    let answer = set_up(&customer, input("A-F1A7BA5E", "L-100000001A")).await;
    let made = &answer.data()["setUpDirectDebitInstruction"]["paymentInstruction"];
    assert_eq!(made["accountHolder"], "New Holder");
    assert_eq!(made["status"], "ACTIVE");
    assert_eq!(made["maskedIban"], "FR14 **** 606");
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    let after = mandates(&customer, "A-F1A7BA5E").await;
    assert_eq!(after.first().map(String::as_str), Some("FR14 **** 606"));
    assert_eq!(after.len(), before.len() + 1, "the old one is still told");
    // The account has one ledger that takes payments: it need not be named.
    let unnamed = with(&input("A-F1A7BA5E", ""), json!({ "ledgerNumber": null }));
    set_up(&customer, unnamed).await.data();
});

story!(what_was_paid_by_hand_is_taken_from_then_on, |app| async move {
    let customer = app.customer("two-accounts").await;
    set_up(&customer, input("A-2ACC0002", "L-100000003A")).await.data();
    let customer = days_later(&app, 60, "two-accounts").await;
    let answer = customer
        .ask_for(
            r#"{ account(accountNumber: "A-2ACC0002") { transactions(first: 3) { edges { node { __typename
               ... on Payment { paymentTransactionType } postedDate } } } } }"#,
        )
        .await;
    let debits = answer.list_at("/account/transactions/edges").iter().filter(|edge| {
        edge["node"]["paymentTransactionType"].as_str().is_some_and(|kind| kind.starts_with("DD_"))
    });
    assert!(debits.count() > 0, "{}", answer.text());
    balances(&customer, "A-2ACC0002").await;
});

story!(debts_are_paid_from_another_bank_account, |app| async move {
    let customer = app.customer("in-debt").await;
    set_up(&customer, input("A-1DEB7001", "L-100000004A")).await.data();
    let customer = days_later(&app, 40, "in-debt").await;
    let (_, _, status, _) = payments(&customer, "A-1DEB7001")
        .await
        .into_iter()
        .find(|(_, date, _, _)| **date < *"2026-02-24" && **date > *"2026-02-01")
        .expect("a debit");
    assert_eq!(status, "CLEARED");
    balances(&customer, "A-1DEB7001").await;
});

story!(mandates_are_refused_with_their_codes, |app| async move {
    let customer = app.customer("two-accounts").await;
    let good = input("A-2ACC0001", "L-100000002A");
    let bank = |details: Json| json!({ "bankDetails": details });
    let owners = |owner: Json| json!({ "owners": [owner] });
    for (changes, code) in [
        (json!({ "accountNumber": "A-F1A7BA5E" }), "KT-CT-1111"),
        (json!({ "accountNumber": "nonsense" }), "KT-CT-1111"),
        (json!({ "ledgerNumber": null }), "KT-CT-3821"),
        (json!({ "ledgerNumber": "L-100000001A" }), "KT-CT-3979"),
        (json!({ "accountNumber": "A-2ACC0002", "ledgerNumber": "L-100000003P" }), "KT-CT-3979"),
        (bank(json!({ "accountHolder": "X", "iban": "FR1520041010050500013M02606" })), "KT-CT-3940"),
        (bank(json!({ "accountHolder": "X" })), "KT-CT-3940"),
        (bank(json!({ "iban": "FR1420041010050500013M02606" })), "KT-CT-3940"),
        (owners(json!({ "ownerType": "ACCOUNT_USER" })), "KT-CT-3971"),
        (owners(json!({ "ownerId": "3200001", "ownerType": "ACCOUNT_USER" })), "KT-CT-5415"),
        (owners(json!({ "ownerId": "x", "ownerType": "ACCOUNT_USER" })), "KT-CT-5415"),
        (owners(json!({ "ownerId": "1", "ownerType": "BUSINESS" })), "KT-CT-11103"),
        (json!({ "validFrom": "2026-01-15T12:00:00" }), "KT-CT-1609"),
    ] {
        let answer = set_up(&customer, with(&good, changes.clone())).await;
        assert_eq!(answer.codes(), [code], "{changes}");
    }
    assert_eq!(mandates(&customer, "A-2ACC0001").await.len(), 1, "nothing is left of what was refused");
    set_up(&customer, with(&good, owners(json!({ "ownerId": "3200002", "ownerType": "ACCOUNT_USER" }))))
        .await
        .data();
    assert_eq!(set_up(&app.anonymous(), good.clone()).await.codes(), ["KT-CT-1112"]);
    set_up(&app.organisation("back-office").await, good.clone()).await.data();
    assert_eq!(set_up(&app.organisation("usage-reader").await, good).await.codes(), ["KT-CT-1111"]);
});

story!(ibans_are_looked_at, |app| async move {
    let query = "query ($iban: NonEmptyString!) { bankDetailsValidation(iban: $iban) { areValid message } }";
    for (iban, good) in [
        ("FR1420041010050500013M02606", true),
        ("DE89 3704 0044 0532 0130 00", true),
        ("FR1520041010050500013M02606", false),
        ("nonsense", false),
    ] {
        let answer = app.anonymous().gql(query, json!({ "iban": iban })).await;
        assert_eq!(answer.at("/bankDetailsValidation/areValid"), good, "{iban}");
        assert_eq!(answer.at("/bankDetailsValidation/message").is_null(), good, "{iban}");
    }
});
