//! Who acts for customers: `thirdPartyViewer`, the organisation that asks, and `authorizedApplications`.

use kemu_domain::errors::{Failure, codes};
use kemu_domain::oauth::Client;
use kemu_domain::organisations::Organisation;

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::{app, objects};

objects! {
    Organisation: "ThirdPartyOrganizationType" by |organisation| organisation.id.get();
    GrantedPermission: "ThirdPartyPermission" by |_| 0;
    Allowed: "AuthorizedApplication" by |_| 0;
}

/// An application that a customer allowed.
struct Allowed(Client);

/// A permission that was granted.
struct GrantedPermission(String);

pub(super) fn register(all: &mut Resolvers) {
    all.query("thirdPartyViewer", third_party_viewer);
    all.query("authorizedApplications", |ctx: Ctx, (): ()| async move {
        let found = app::oauth::clients::allowed_by_viewer(&ctx).await?;
        Ok::<Vec<Allowed>, Failure>(found.into_iter().map(Allowed).collect())
    });
    all.object::<Organisation>().field("name", |organisation| organisation.name.clone()).field(
        "permissions",
        |organisation| -> Vec<GrantedPermission> {
            organisation.permissions.iter().cloned().map(GrantedPermission).collect()
        },
    );
    all.object::<GrantedPermission>().field("permission", |own| own.0.clone());
    all.object::<Allowed>()
        .field("name", |own| own.0.name.clone())
        .field("clientId", |own| own.0.id.to_string());
}

async fn third_party_viewer(ctx: Ctx, (): ()) -> Result<Option<Organisation>, Failure> {
    ctx.viewer()?.organisation().cloned().map(Some).ok_or_else(|| codes::UNAUTHORIZED.into())
}
