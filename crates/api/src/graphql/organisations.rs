//! `thirdPartyViewer`: the organisation that asks.

use kemu_domain::errors::{Failure, codes};
use kemu_domain::organisations::Organisation;

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::objects;

objects! {
    Organisation: "ThirdPartyOrganizationType" by |organisation| organisation.id.get();
    GrantedPermission: "ThirdPartyPermission" by |_| 0;
}

/// A permission that was granted.
struct GrantedPermission(String);

pub(super) fn register(all: &mut Resolvers) {
    all.query("thirdPartyViewer", third_party_viewer);
    all.object::<Organisation>().field("name", |organisation| organisation.name.clone()).field(
        "permissions",
        |organisation| -> Vec<GrantedPermission> {
            organisation.permissions.iter().cloned().map(GrantedPermission).collect()
        },
    );
    all.object::<GrantedPermission>().field("permission", |own| own.0.clone());
}

async fn third_party_viewer(ctx: Ctx, (): ()) -> Result<Option<Organisation>, Failure> {
    ctx.viewer()?.organisation().cloned().map(Some).ok_or_else(|| codes::UNAUTHORIZED.into())
}
