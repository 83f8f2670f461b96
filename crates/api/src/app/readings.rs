//! What meters showed.

use kemu_domain::calendars::CalendarType;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::metering::Installation;
use kemu_domain::meters::MeterPoint;
use kemu_domain::readings::{
    ElectricityReading, ElectricityReadingFilter, ElectricityReadings, GasReading, GasReadingFilter,
    GasReadings,
};
use kemu_domain::supply_points::Market;
use kemu_domain::{Page, PageRequest};
use std::sync::Arc;

use super::accounts;
use super::supplies::{Supplies, of_account};
use crate::graphql::RequestContext;

/// A page of the readings at a PRM. Without a kind of calendar those of the supplier's: who adds up what is listed must
/// not count everything twice (a guess). Errors: 1111 for the account, 4719 for the PRM (both guesses).
pub async fn electricity(
    ctx: &RequestContext,
    account: &str,
    prm: &str,
    filter: &ElectricityReadingFilter,
    request: &PageRequest,
) -> Result<Page<ElectricityReading>, Failure> {
    let (supplies, installation) = at(ctx, account, Market::FraElectricity, prm).await?;
    let meters = supplies.meters_at(&ctx.sandbox, &installation);
    let kind = filter.calendar_type.unwrap_or(CalendarType::Provider);
    let filter = ElectricityReadingFilter { calendar_type: Some(kind), ..*filter };
    let all = meters.electricity().chain(meters.distributor());
    Ok(ElectricityReadings::new(all, ctx.now, &filter).page(request))
}

/// A page of the readings at a PCE. Errors: 1111 for the account, 4719 for the PCE (both guesses).
pub async fn gas(
    ctx: &RequestContext,
    account: &str,
    pce: &str,
    filter: &GasReadingFilter,
    request: &PageRequest,
) -> Result<Page<GasReading>, Failure> {
    let (supplies, installation) = at(ctx, account, Market::FraGas, pce).await?;
    let meters = supplies.meters_at(&ctx.sandbox, &installation);
    let Some(meter) = meters.gas() else { return Ok(Page::of(Vec::new(), request)) };
    // Of what the distributor tells nothing, most is like most meters.
    let is_smart = match &installation.meter_point {
        Some(MeterPoint::Gas(point)) => point.is_smart_meter,
        Some(MeterPoint::Electricity(_)) | None => true,
    };
    Ok(GasReadings::new(meter, is_smart, ctx.now, filter).page(request))
}

/// The supply point of this identifier on the account. Where a place consumes and generates, the one at which it
/// consumes (a guess).
async fn at(
    ctx: &RequestContext,
    account: &str,
    market: Market,
    identifier: &str,
) -> Result<(Arc<Supplies>, Installation), Failure> {
    let account = accounts::find_or(ctx, account, codes::UNAUTHORIZED).await?;
    let supplies = of_account(ctx, account.id).await?;
    let called_so = |at: &&Installation| {
        at.point.market() == market && at.point.external_identifier.as_str() == identifier
    };
    let found = supplies.installations.iter().filter(called_so).min_by_key(|at| at.point.direction).cloned();
    found.map(|found| (supplies, found)).ok_or_else(|| codes::SUPPLY_POINT_UNKNOWN.into())
}
