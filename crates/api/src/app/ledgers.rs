//! An account's ledgers.

use kemu_domain::LedgerNumber;
use kemu_domain::accounts::Account;
use kemu_domain::errors::{Code, Failure, codes};
use kemu_domain::ledgers::{Ledger, unnamed};
use kemu_persistence::ledgers;

use crate::graphql::RequestContext;

/// The account's ledgers, or the one of this number, in the order of their ids.
pub async fn of_account(
    ctx: &RequestContext,
    account: &Account,
    number: Option<&str>,
) -> Result<Vec<Ledger>, Failure> {
    let mut found = ledgers::of_account(&ctx.sandbox.store.reader(), account.id).await?;
    found.retain(|ledger| number.is_none_or(|number| ledger.number.as_str() == number));
    Ok(found)
}

/// The account's ledger of this number. Errors: 3837.
pub async fn one_of_account(
    ctx: &RequestContext,
    account: &Account,
    number: &str,
) -> Result<Ledger, Failure> {
    let found = of_account(ctx, account, Some(number)).await?.pop();
    found.ok_or_else(|| codes::LEDGER_NOT_ON_ACCOUNT.into())
}

/// The ledger of this number. Errors: the general refusal whether it is unknown or somebody else's, as the reference
/// lists no error for those who ask by a ledger's number alone.
pub async fn find(ctx: &RequestContext, number: &str) -> Result<Ledger, Failure> {
    let refused = || Failure::from(codes::UNAUTHORIZED);
    let number = LedgerNumber::try_new(number).map_err(|_| refused())?;
    let scope = ctx.viewer()?.scope().ok_or_else(refused)?;
    ledgers::visible_to(scope).by_number(&ctx.sandbox.store.reader(), &number).await?.ok_or_else(refused)
}

/// The ledger of this number among an account's. Errors: `refusal` where the account has none.
pub fn named(ledgers: Vec<Ledger>, number: &str, refusal: Code) -> Result<Ledger, Failure> {
    let found = ledgers.into_iter().find(|ledger| ledger.number.as_str() == number);
    found.ok_or_else(|| refusal.into())
}

/// The same, or the one that is meant where none is named. Errors: 3821 where none is named and several could be meant.
pub fn chosen(ledgers: Vec<Ledger>, number: Option<&str>, refusal: Code) -> Result<Ledger, Failure> {
    match number.filter(|number| !number.is_empty()) {
        Some(number) => named(ledgers, number, refusal),
        None => Ok(unnamed(ledgers)?),
    }
}
