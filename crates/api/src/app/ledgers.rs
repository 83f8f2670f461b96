//! An account's ledgers.

use kemu_domain::accounts::Account;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::Ledger;
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
