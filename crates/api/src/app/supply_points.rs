//! Supply points: which a viewer sees, and what their meters are told apart by.

use std::collections::BTreeSet;
use std::sync::Arc;

use kemu_domain::calendars::Calendar;
use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::metering::Installation;
use kemu_domain::properties::Property;
use kemu_domain::supply_points::{ExternalIdentifier, Market};
use kemu_domain::{AccountId, PropertyId};
use kemu_persistence::{accounts, properties, supply_points};

use super::supplies::{Supplies, of_account};
use crate::graphql::RequestContext;

/// The supply point that a market calls so; where a place consumes and generates, the one at which it consumes (a
/// guess). Errors: 4723 and 4722 for markets, 4719 whether it is unknown or somebody else's.
pub async fn find(
    ctx: &RequestContext,
    identifier: &str,
    market_name: &str,
) -> Result<Installation, Failure> {
    let unknown = || Failure::from(codes::SUPPLY_POINT_UNKNOWN);
    let market = Market::named(market_name)?;
    let identifier = ExternalIdentifier::try_new(market, identifier).map_err(|_| unknown())?;
    let scope = ctx.viewer()?.scope().ok_or_else(unknown)?;
    let connection = &ctx.sandbox.store.reader();
    let mut found = supply_points::visible_to(scope).by_identifier(connection, &identifier).await?;
    found.sort_by_key(|installation| (installation.point.direction, installation.point.id));
    found.into_iter().next().ok_or_else(unknown)
}

/// The supply points that a viewer sees, by id: of one account, of one portfolio's accounts, or all. Errors: 1111 for
/// an account that is unknown or somebody else's; a portfolio that is has no supply points (guesses, both).
pub async fn list(
    ctx: &RequestContext,
    account: Option<&str>,
    portfolio: Option<&str>,
) -> Result<Vec<Installation>, Failure> {
    let scope = ctx.viewer()?.scope().ok_or(codes::UNAUTHORIZED)?;
    let connection = &ctx.sandbox.store.reader();
    let in_portfolio = |number: &str| portfolio.is_none_or(|portfolio| portfolio == number);
    if let Some(number) = account {
        let account = super::accounts::find_or(ctx, number, codes::UNAUTHORIZED).await?;
        let found = supply_points::of_account(connection, account.id).await?;
        return Ok(if in_portfolio(account.portfolio_number.as_str()) { found } else { Vec::new() });
    }
    let mut found = supply_points::visible_to(scope).all(connection).await?;
    if portfolio.is_some() {
        let accounts = accounts::visible_to(scope).all(connection).await?;
        let wanted: BTreeSet<AccountId> = accounts
            .iter()
            .filter(|account| in_portfolio(account.portfolio_number.as_str()))
            .map(|account| account.id)
            .collect();
        found.retain(|installation| wanted.contains(&installation.account_id));
    }
    Ok(found)
}

/// The supply points at a place that was found for the viewer.
pub async fn of_property(ctx: &RequestContext, place: &Property) -> Result<Vec<Installation>, Failure> {
    Ok(of_account(ctx, place.account_id).await?.at(place.id).cloned().collect())
}

/// The place of a supply point that was found for the viewer.
pub async fn place(ctx: &RequestContext, installation: &Installation) -> Result<Option<Property>, Failure> {
    let (store, account) = (&ctx.sandbox.store, installation.account_id);
    let read = async || Ok(properties::of_account(&store.reader(), account).await?);
    let places = ctx.places.of(store, account, read).await?;
    let wanted: PropertyId = installation.point.property_id;
    Ok(places.iter().find(|place| place.id == wanted).cloned())
}

/// The supplier's calendar at a supply point.
pub async fn calendar(
    ctx: &RequestContext,
    installation: &Installation,
) -> Result<Option<Calendar>, Failure> {
    let supplies: Arc<Supplies> = of_account(ctx, installation.account_id).await?;
    Ok(installation.calendar(&supplies.agreements, &ctx.sandbox.tariffs, paris_date(ctx.now)))
}
