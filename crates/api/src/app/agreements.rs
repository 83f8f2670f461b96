//! Agreements: which there are, and how they end.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::AccountId;
use kemu_domain::accounts::Account;
use kemu_domain::agreements::{self as rules, Agreement, AgreementError, AgreementId, check_new};
use kemu_domain::billing::{Forecast, billed_to};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::metering::Installation;
use kemu_domain::tariffs::Product;
use kemu_persistence::{accounts, agreements, ledgers, supply_points};

use super::billing::{Opened, foresee};
use crate::graphql::RequestContext;

/// The agreements of an account that was found for the viewer, oldest first.
pub async fn of_account(ctx: &RequestContext, account: AccountId) -> Result<Vec<Agreement>, Failure> {
    Ok(agreements::of_account(&ctx.sandbox.store.reader(), account).await?)
}

/// The agreement of this id. Errors: 1501 whether it is unknown or somebody else's.
pub async fn find(ctx: &RequestContext, id: AgreementId) -> Result<Agreement, Failure> {
    let unknown = || Failure::from(AgreementError::NotFound.code());
    let scope = ctx.viewer()?.scope().ok_or_else(unknown)?;
    let found = agreements::visible_to(scope).by_id(&ctx.sandbox.store.reader(), id).await?;
    found.ok_or_else(unknown)
}

/// What an agreement sells.
pub fn product(ctx: &RequestContext, agreement: &Agreement) -> Result<Arc<Product>, Failure> {
    let known = ctx.sandbox.tariffs.product(&agreement.product_code);
    known.cloned().ok_or_else(|| Failure::internal("an agreement is on a product that the catalogue lacks"))
}

/// What an agreement supplies.
pub async fn installation(
    ctx: &RequestContext,
    agreement: &Agreement,
) -> Result<Option<Installation>, Failure> {
    let points = supply_points::of_account(&ctx.sandbox.store.reader(), agreement.account_id).await?;
    Ok(points.into_iter().find(|installation| installation.point.id == agreement.supply_point_id))
}

/// The ledger that an agreement is charged to.
pub async fn ledger(ctx: &RequestContext, agreement: &Agreement) -> Result<Option<Ledger>, Failure> {
    let ledgers = ledgers::of_account(&ctx.sandbox.store.reader(), agreement.account_id).await?;
    Ok(ledgers.into_iter().find(|ledger| ledger.id == agreement.charging_ledger))
}

/// The next payment for the ledger that an agreement is charged to. Looks ahead as far as a yearly bill.
pub async fn next_payment(ctx: &RequestContext, agreement: &Agreement) -> Result<Option<Forecast>, Failure> {
    // Most pay each month, and the farther one looks the more bills have to be made.
    for days in [62, 430] {
        let until = ctx.now + TimeDelta::days(days);
        let payments = foresee(&ctx.sandbox, agreement.account_id, ctx.now, until).await?;
        let next = payments.into_iter().find(|payment| payment.ledger == agreement.charging_ledger);
        if next.is_some() {
            return Ok(next);
        }
    }
    Ok(None)
}

/// Who agreed to an agreement.
pub async fn account(ctx: &RequestContext, agreement: &Agreement) -> Result<Account, Failure> {
    let scope = ctx.viewer()?.scope().ok_or(codes::UNAUTHORIZED)?;
    let found = accounts::visible_to(scope).by_id(&ctx.sandbox.store.reader(), agreement.account_id).await?;
    found.ok_or_else(|| codes::UNAUTHORIZED.into())
}

/// Ends an agreement, for those who may see it. Errors: 1501, 1513.
pub async fn terminate(
    ctx: &RequestContext,
    id: AgreementId,
    at: DateTime<Utc>,
) -> Result<Agreement, Failure> {
    let account = find(ctx, id).await?.account_id;
    let mut opened = Opened::begin(&ctx.sandbox, account, ctx.now).await?;
    let existing = &opened.supplies.agreements;
    let agreement = existing.iter().find(|agreement| agreement.id == id);
    let agreement = agreement.ok_or_else(|| AgreementError::NotFound.code())?;
    let billed = billed_to(agreement, opened.state.closed_periods(id));
    let ended = rules::terminate(agreement, at, billed, ctx.now).map_err(AgreementError::code)?;
    // What is switched already ends where the next agreement begins.
    check_new(&ended, existing).map_err(|_| codes::AGREEMENT_NOT_TERMINATED)?;
    opened.state.note(ctx.now);
    agreements::save(&*opened.transaction, &ended).await?;
    opened.commit(&ctx.sandbox).await?;
    Ok(ended)
}
