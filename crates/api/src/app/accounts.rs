//! What one may know of an account, and where its bills go.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::accounts::{Account, Billing, DAYS_TO_PAY, balance, overdue_balance};
use kemu_domain::addresses::Address;
use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Code, Failure, KrakenError, codes};
use kemu_domain::properties::Property;
use kemu_domain::users::{is_email, normalised_email};
use kemu_domain::{AccountNumber, Minor, PropertyId, Scope};
use kemu_persistence::{accounts, ledgers, properties, transactions};

use crate::graphql::RequestContext;

/// The account of this number. Errors: 4177 whether it is unknown or somebody else's (kraken-facts 3).
pub async fn find(ctx: &RequestContext, number: &str) -> Result<Account, Failure> {
    find_or(ctx, number, codes::ACCOUNT_UNAUTHORIZED).await
}

/// The account of this number, for fields that have a refusal of their own.
pub async fn find_or(ctx: &RequestContext, number: &str, refusal: Code) -> Result<Account, Failure> {
    seen(ctx, number).await?.ok_or_else(|| refusal.into())
}

/// May the viewer see the account of this number?
pub async fn may_see(ctx: &RequestContext, number: &str) -> Result<bool, Failure> {
    Ok(seen(ctx, number).await?.is_some())
}

async fn seen(ctx: &RequestContext, number: &str) -> Result<Option<Account>, Failure> {
    let (Some(scope), Ok(number)) = (ctx.viewer()?.scope(), AccountNumber::try_new(number)) else {
        return Ok(None);
    };
    Ok(accounts::visible_to(scope).by_number(&ctx.sandbox.store.reader(), &number).await?)
}

/// All accounts that the viewer sees, in the order of their ids.
pub async fn all(ctx: &RequestContext, scope: Scope) -> Result<Vec<Account>, Failure> {
    Ok(accounts::visible_to(scope).all(&ctx.sandbox.store.reader()).await?)
}

/// The balance: positive while the customer is in credit.
pub async fn balance_of(
    ctx: &RequestContext,
    account: &Account,
    all_ledgers: bool,
) -> Result<Minor, Failure> {
    let ledgers = ledgers::of_account(&ctx.sandbox.store.reader(), account.id).await?;
    Ok(balance(&ledgers, all_ledgers))
}

/// What is owed and due.
pub async fn overdue_of(ctx: &RequestContext, account: &Account) -> Result<Minor, Failure> {
    let due = paris_date(ctx.now) - TimeDelta::days(i64::try_from(DAYS_TO_PAY).unwrap_or(i64::MAX));
    let connection = &ctx.sandbox.store.reader();
    let fresh = transactions::charged_since(connection, account.id, due + TimeDelta::days(1)).await?;
    Ok(overdue_balance(balance_of(ctx, account, false).await?, fresh))
}

/// The account's properties, of those left before `active_from` none.
pub async fn properties_of(
    ctx: &RequestContext,
    account: &Account,
    active_from: Option<DateTime<Utc>>,
) -> Result<Vec<Property>, Failure> {
    let mut found = properties::of_account(&ctx.sandbox.store.reader(), account.id).await?;
    found.retain(|property| active_from.is_none_or(|instant| property.is_active_from(instant)));
    Ok(found)
}

/// The property of this id. Errors: 6622 whether it is unknown or somebody else's.
pub async fn property(ctx: &RequestContext, id: &str) -> Result<Property, Failure> {
    let refused = || Failure::from(codes::PROPERTY_UNAUTHORIZED);
    let id: PropertyId = id.parse().map_err(|_| refused())?;
    let scope = ctx.viewer()?.scope().ok_or_else(refused)?;
    properties::visible_to(scope).by_id(&ctx.sandbox.store.reader(), id).await?.ok_or_else(refused)
}

/// Sends an account's bills to another address. Errors: 7123 for an account that is unknown or somebody else's, 4145.
pub async fn move_bills(ctx: &RequestContext, number: &str, address: &Address) -> Result<Account, Failure> {
    let account = find_or(ctx, number, codes::BILLING_ADDRESS_UNAUTHORIZED).await?;
    let billing = account.billing.at_address(address)?;
    set_billing(ctx, account, billing).await
}

/// Sends an account's bills to another e-mail address. Errors: 4123 for an account that is unknown or somebody else's,
/// 4122.
pub async fn mail_bills(ctx: &RequestContext, number: &str, email: &str) -> Result<Account, Failure> {
    let account = find_or(ctx, number, codes::ACCOUNT_ACTION_UNAUTHORIZED).await?;
    let email = normalised_email(email);
    if !is_email(&email) {
        return Err(KrakenError::at(codes::EMAIL_INVALID, &["input", "billingEmail"]).into());
    }
    let billing = Billing { email: Some(email), ..account.billing.clone() };
    set_billing(ctx, account, billing).await
}

async fn set_billing(ctx: &RequestContext, account: Account, billing: Billing) -> Result<Account, Failure> {
    let transaction = ctx.sandbox.store.begin().await?;
    accounts::set_billing(&*transaction, account.id, &billing).await?;
    transaction.commit().await?;
    Ok(Account { billing, ..account })
}
