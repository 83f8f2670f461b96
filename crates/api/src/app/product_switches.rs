//! Changing an agreement to another product.

use chrono::NaiveDate;
use kemu_domain::agreements::{
    self as rules, Agreement, AgreementError, AgreementId, SWITCH_RANGE_DAYS, Switch,
};
use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::quotes::QuotedProductId;
use kemu_persistence::agreements as rows;

use super::billing::Opened;
use super::{accounts, agreements};
use crate::graphql::RequestContext;

/// The days on which an agreement's product may be switched, at most so many days ahead. Errors: 1501.
pub async fn days(ctx: &RequestContext, id: AgreementId, range: i64) -> Result<Vec<NaiveDate>, Failure> {
    let agreement = agreements::find(ctx, id).await?;
    let range = u64::try_from(range).unwrap_or(0).min(SWITCH_RANGE_DAYS);
    Ok(rules::switch_days(&agreement, paris_date(ctx.now), range))
}

/// Switches a supply point of the account to the quoted product. The agreement that is in force on the day ends, and
/// a new one begins.
///
/// Errors: 4924 for an account that is not the viewer's, 4619 for an id that no quote has, 4719 for a supply point
/// that is none of the account's, 4624 for a product that cannot follow, 1507 for a day on which nothing can be
/// switched, 1509 for any other reason.
pub async fn start(
    ctx: &RequestContext,
    account_number: &str,
    quoted: &str,
    on: NaiveDate,
) -> Result<Agreement, Failure> {
    let account = accounts::find_or(ctx, account_number, codes::PRODUCT_SWITCH_UNAUTHORIZED).await?;
    let quoted: QuotedProductId = quoted.parse().map_err(|_| codes::QUOTE_UNKNOWN)?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let installation = opened.supplies.installation(quoted.supply_point);
    let point = installation.ok_or(codes::SUPPLY_POINT_UNKNOWN)?.point.id;
    let mut products = ctx.sandbox.tariffs.products().iter();
    let to = products.find(|product| product.id == quoted.product).ok_or(codes::PRODUCT_NOT_QUOTED)?;

    let existing = &opened.supplies.agreements;
    let on_point = || existing.iter().rev().filter(|agreement| agreement.supply_point_id == point);
    let current = on_point().find(|agreement| agreement.covers(on)).or_else(|| on_point().next());
    let current = current.ok_or(codes::PRODUCT_SWITCH_DATE_INVALID)?;
    let from = agreements::product(ctx, current)?;
    let new_id = rows::next_id(&*opened.transaction).await?;
    let made = rules::switch(current, (&from, to), on, paris_date(ctx.now), new_id);
    let Switch { old, new } = made.map_err(|error| match error {
        AgreementError::ProductDoesNotFit => codes::PRODUCT_NOT_QUOTED,
        other => other.code(),
    })?;
    if new_id.get() >= AgreementId::END {
        return Err(codes::AGREEMENT_NOT_CREATED.into());
    }
    opened.state.note(ctx.now);
    rows::save(&*opened.transaction, &old).await?;
    rows::add(&*opened.transaction, &new).await?;
    opened.commit(&ctx.sandbox).await?;
    Ok(new)
}
