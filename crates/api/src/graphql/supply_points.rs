//! Supply points: the roots, those of a place, and what each says of itself. Its meter point is in `meters.rs`.

use std::sync::Arc;

use kemu_domain::errors::Failure;
use kemu_domain::metering::Installation;
use kemu_domain::properties::Property;
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::engine::resolvers::Resolvers;
use super::meters::PointOfMeter;
use crate::{app, inputs, objects};

objects! {
    Installation: "SupplyPointType" by |installation| installation.point.id.get();
}

inputs! {
    struct SupplyPointArguments {
        external_identifier: String,
        market_name: String,
    }
    struct SupplyPointsArguments {
        account_number: Option<String>,
        portfolio_number: Option<String>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("supplyPoint", supply_point);
    all.query_connection("supplyPoints", supply_points);
    all.object::<Property>().connection("supplyPoints", of_property);
    all.object::<Installation>()
        .field("id", |installation| installation.point.id.to_string())
        .field("externalIdentifier", |installation| {
            installation.point.external_identifier.as_str().to_owned()
        })
        .field("marketName", |installation| installation.point.market().to_string())
        .field("meterPoint", PointOfMeter::of)
        .field_async("property", property);
}

async fn supply_point(ctx: Ctx, arguments: SupplyPointArguments) -> Result<Option<Installation>, Failure> {
    app::supply_points::find(&ctx, &arguments.external_identifier, &arguments.market_name).await.map(Some)
}

async fn supply_points(
    ctx: Ctx,
    arguments: SupplyPointsArguments,
    request: PageRequest,
) -> Result<Page<Installation>, Failure> {
    let (account, portfolio) = (arguments.account_number.as_deref(), arguments.portfolio_number.as_deref());
    let found = app::supply_points::list(&ctx, account, portfolio).await?;
    Ok(Page::of(found, &request))
}

async fn of_property(
    property: Arc<Property>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Installation>, Failure> {
    Ok(Page::of(app::supply_points::of_property(&ctx, &property).await?, &request))
}

async fn property(installation: Arc<Installation>, ctx: Ctx, (): ()) -> Result<Option<Property>, Failure> {
    app::supply_points::place(&ctx, &installation).await
}
