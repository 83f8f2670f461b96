//! What charging costs: the price of each half-hour, as the home's meter and its agreement have it.

use chrono::{DateTime, Utc};
use kemu_domain::devices::{Car, Device, Session};
use kemu_domain::energy::ParisDay;
use kemu_domain::errors::Failure;
use kemu_domain::supply_points::{Direction, Market};
use kemu_domain::tariffs::{Priced, Rate};
use tokio::sync::OnceCell;

use super::devices::home_of;
use super::supplies::Supplies;
use crate::graphql::RequestContext;

/// What the prices of a page of sessions hang on, read at most once.
#[derive(Debug, Default)]
pub struct Prices(OnceCell<Supplies>);

/// What a session cost with all taxes, in ten-thousandths of a cent; nothing where no agreement says a price. That
/// taxes count, and the standing charge does not, is assumed.
pub async fn of_session(
    ctx: &RequestContext,
    prices: &Prices,
    device: &Device,
    session: &Session,
) -> Result<Option<Rate>, Failure> {
    let reader = ctx.sandbox.store.reader();
    let supplies = prices.0.get_or_try_init(|| Supplies::of(&reader, device.account_id)).await?;
    let home = home_of(ctx, device).await?;
    let mut parts = 0_i64;
    for (at, wh) in device.half_hours(&Car::of(&home), session) {
        let Some(rate) = rate_at(ctx, supplies, device, at) else { return Ok(None) };
        parts += rate.0 * wh;
    }
    Ok(Some(Rate(parts / 1_000)))
}

/// The price of a kWh at an instant.
fn rate_at(ctx: &RequestContext, supplies: &Supplies, device: &Device, at: DateTime<Utc>) -> Option<Rate> {
    let consumes = supplies.installations.iter().find(|installation| {
        let point = &installation.point;
        point.property_id == device.property_id
            && point.market() == Market::FraElectricity
            && point.direction == Direction::Consumption
    })?;
    let of_point = supplies.agreements.iter().filter(|one| one.supply_point_id == consumes.point.id);
    let agreement = of_point.into_iter().find(|agreement| agreement.active_at(at))?;
    let meters = supplies.meters_at(&ctx.sandbox, consumes);
    let counting = meters.electricity().filter(|meter| {
        let day = ParisDay::containing(at).date();
        meter.dates().is_some_and(|(first, last)| (first..=last).contains(&day))
    });
    let meter = counting.last()?;
    let day = ParisDay::containing(at);
    let class = meter.day(day.date()).classes().nth(day.ended_at(at))?;
    let class = meter.calendar().classes().get(class)?.code;
    let product = ctx.sandbox.tariffs.product(&agreement.product_code)?;
    ctx.sandbox.tariffs.price_with_taxes(product, Priced::Energy(class), day.date())
}
