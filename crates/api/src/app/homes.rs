//! Households: what is behind the meters of a place.

use kemu_domain::PropertyId;
use kemu_domain::energy::Home;
use kemu_domain::errors::Failure;
use kemu_persistence::supply_points;
use sea_orm::ConnectionTrait;

use crate::graphql::RequestContext;

/// The household at a place, as its meters know it; none where no energy is supplied. The place was found through
/// what the viewer may see.
pub async fn of_property(
    ctx: &RequestContext,
    connection: &impl ConnectionTrait,
    property: PropertyId,
) -> Result<Option<Home>, Failure> {
    let found = supply_points::of_property(connection, property).await?;
    Ok(found.first().map(|installation| installation.home_in(ctx.sandbox.seed)))
}
