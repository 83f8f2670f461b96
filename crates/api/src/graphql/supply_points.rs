//! Supply points, as agreements and quotes show them.

use kemu_domain::metering::Installation;

use super::engine::resolvers::Resolvers;
use crate::objects;

objects! {
    Installation: "SupplyPointType" by |installation| installation.point.id.get();
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Installation>()
        .field("id", |installation| installation.point.id.to_string())
        .field("externalIdentifier", |installation| {
            installation.point.external_identifier.as_str().to_owned()
        })
        .field("marketName", |installation| installation.point.market().to_string());
}
