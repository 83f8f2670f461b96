//! `property` and what a property says of itself: its address and who lives there since when.

use kemu_domain::addresses::{Address, Show};
use kemu_domain::errors::Failure;
use kemu_domain::properties::Property;

use super::accounts::IdArguments;
use super::engine::resolvers::Resolvers;
use super::{Ctx, addresses};
use crate::{app, objects};

objects! {
    Property: "PropertyType" by |property| property.id.get();
    PropertyAddress: "PropertyRichAddressType" by |address| address.key;
    Occupancy: "OccupancyPeriodType" by |occupancy| occupancy.0.id.get();
}

/// A property's address, with what tells it from others.
struct PropertyAddress {
    key: i64,
    address: Address,
}

/// The one period in which a property's account has lived there.
struct Occupancy(Property);

pub(super) fn register(all: &mut Resolvers) {
    all.query("property", property);
    all.object::<Property>()
        .field("id", |property| property.id.to_string())
        .field("label", |property| property.label.clone())
        .field("address", |property| property.address.one_line(Show::PLACE))
        .field("splitAddress", |property| property.address.lines())
        .field("postcode", |property| property.address.postal_code.clone().unwrap_or_default())
        .field("richAddress", |property| PropertyAddress {
            key: property.id.get(),
            address: property.address.clone(),
        })
        .field("occupancyPeriods", |property| vec![Occupancy(property.clone())]);
    all.object::<Occupancy>()
        .field("id", |own| own.0.id.to_string())
        .field("effectiveFrom", |own| own.0.occupied_from)
        .field("effectiveTo", |own| own.0.occupied_to)
        .field("isOccupier", |_| true);
    addresses::fields(&mut all.object::<PropertyAddress>(), |own| &own.address);
}

async fn property(ctx: Ctx, arguments: IdArguments) -> Result<Option<Property>, Failure> {
    app::accounts::property(&ctx, &arguments.id).await.map(Some)
}
