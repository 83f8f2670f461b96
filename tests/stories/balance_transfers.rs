//! Moving a balance from one ledger to another.

use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

use crate::money::{balances, mutate};

const POT: (&str, &str) = ("A-2ACC0002", "L-100000003P");
const BUSINESS: (&str, &str) = ("A-2ACC0002", "L-100000003A");
const HOME: (&str, &str) = ("A-2ACC0001", "L-100000002A");

async fn transfer(role: &Role, from: (&str, &str), to: (&str, &str), amount: i64) -> Answer {
    let end = |(account, ledger): (&str, &str)| {
        if ledger.is_empty() {
            json!({ "accountNumber": account })
        } else {
            json!({ "accountNumber": account, "ledgerNumber": ledger })
        }
    };
    let input = json!({
        "amount": amount, "note": "Un geste", "sourceAccountLedger": end(from), "targetAccountLedger": end(to),
    });
    let selection = "balanceTransfer { id reason accountCharge { id grossAmount netAmount salesTaxAmount note reason } \
                     accountCredit { id grossAmount netAmount salesTaxAmount note reason } }";
    mutate(role, "transferLedgerBalance", "TransferLedgerBalanceInputType!", selection, input).await
}

async fn on(role: &Role, (account, ledger): (&str, &str)) -> i64 {
    balances(role, account).await[ledger].as_i64().expect("cents")
}

/// The latest booking of a ledger.
async fn latest(role: &Role, (account, ledger): (&str, &str)) -> Json {
    let query = "query ($account: String!, $ledger: String!) { account(accountNumber: $account) { \
                 ledgers(ledgerNumber: $ledger) { transactions(first: 1) { edges { node { __typename id amount note \
                 reasonCode } } } } } }";
    let answer = role.gql(query, json!({ "account": account, "ledger": ledger })).await;
    answer.at("/account/ledgers/0/transactions/edges/0/node").clone()
}

story!(a_balance_moves_within_an_account_and_between_two, |app| async move {
    let customer = app.customer("two-accounts").await;
    for target in [BUSINESS, HOME] {
        let (pot, other) = (on(&customer, POT).await, on(&customer, target).await);
        let answer = transfer(&customer, POT, target, 150).await;
        let moved = &answer.data()["transferLedgerBalance"]["balanceTransfer"];
        assert_eq!(moved["accountCharge"]["grossAmount"], 150);
        assert_eq!(moved["accountCredit"]["grossAmount"], 150);
        assert_eq!(moved["accountCharge"]["note"], "Un geste");
        assert_eq!((on(&customer, POT).await, on(&customer, target).await), (pot - 150, other + 150));
        let (out, into) = (latest(&customer, POT).await, latest(&customer, target).await);
        assert_eq!((&out["__typename"], &out["amount"]), (&"Charge".into(), &150.into()));
        assert_eq!((&into["__typename"], &into["amount"]), (&"Credit".into(), &(-150).into()));
        assert_eq!((&out["id"], &into["id"]), (&moved["accountCharge"]["id"], &moved["accountCredit"]["id"]));
    }
});

story!(transfers_are_refused_with_their_codes, |app| async move {
    let customer = app.customer("two-accounts").await;
    let credit = on(&customer, POT).await;
    let before = balances(&customer, "A-2ACC0002").await;
    let home = balances(&customer, "A-2ACC0001").await;
    for (from, to, amount, code) in [
        (("A-F1A7BA5E", "L-100000001A"), HOME, 1, "KT-CT-3822"),
        (POT, ("A-F1A7BA5E", "L-100000001A"), 1, "KT-CT-3822"),
        (("A-2ACC0002", "L-100000001A"), HOME, 1, "KT-CT-3823"),
        (POT, ("A-2ACC0001", ""), 1, "KT-CT-3821"),
        (POT, POT, 1, "KT-CT-9701"),
        (POT, BUSINESS, 0, "KT-CT-9704"),
        (POT, BUSINESS, -1, "KT-CT-9704"),
        (POT, HOME, credit + 1, "KT-CT-9703"),
        (BUSINESS, POT, 1, "KT-CT-9703"),
        (("A-2ACC0002", ""), POT, 1, "KT-CT-9703"),
    ] {
        let answer = transfer(&customer, from, to, amount).await;
        assert_eq!(answer.codes(), [code], "{from:?} {to:?} {amount}");
    }
    let nothing = ("A-2FAC7001", "L-100000007A");
    let second = app.customer("second-factor").await;
    let pending = transfer(&second, nothing, nothing, 1).await;
    assert_eq!(pending.codes(), ["KT-CT-9701"]);
    let office = app.organisation("back-office").await;
    assert_eq!(transfer(&office, nothing, POT, 1).await.codes(), ["KT-CT-9702"]);
    assert_eq!(balances(&customer, "A-2ACC0002").await, before, "what is refused leaves no trace");
    assert_eq!(balances(&customer, "A-2ACC0001").await, home);
    transfer(&office, POT, nothing, 1).await.data();
});
