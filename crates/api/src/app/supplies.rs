//! What an account is supplied with: its supply points, its agreements, and the meters that follow from both.

use std::sync::Arc;

use kemu_domain::agreements::Agreement;
use kemu_domain::errors::Failure;
use kemu_domain::metering::{AccountMeters, Installation, SupplyMeters};
use kemu_domain::supply_points::SupplyPointId;
use kemu_domain::{AccountId, PropertyId};
use kemu_persistence::{Result, agreements, supply_points};
use sea_orm::ConnectionTrait;

use crate::graphql::RequestContext;
use crate::sandbox::Sandbox;

/// What an account is supplied with.
#[derive(Debug, Clone)]
pub struct Supplies {
    /// Its supply points, by id.
    pub installations: Vec<Installation>,
    /// Its agreements, oldest first.
    pub agreements: Vec<Agreement>,
}

/// What an account is supplied with. The account was found for the viewer. Read once a request, however many places
/// and supply points ask.
pub async fn of_account(ctx: &RequestContext, account: AccountId) -> Result<Arc<Supplies>, Failure> {
    let store = &ctx.sandbox.store;
    ctx.supplies.of(store, account, async || Ok(Supplies::of(&store.reader(), account).await?)).await
}

impl Supplies {
    /// Reads them.
    pub async fn of(connection: &impl ConnectionTrait, account: AccountId) -> Result<Self> {
        let installations = supply_points::of_account(connection, account).await?;
        let agreements = agreements::of_account(connection, account).await?;
        Ok(Self { installations, agreements })
    }

    /// The supply points at a place.
    pub fn at(&self, place: PropertyId) -> impl Iterator<Item = &Installation> {
        self.installations.iter().filter(move |installation| installation.point.property_id == place)
    }

    /// The supply point of this id.
    pub fn installation(&self, id: SupplyPointId) -> Option<&Installation> {
        self.installations.iter().find(|installation| installation.point.id == id)
    }

    /// The meters of one of the supply points.
    pub fn meters_at(&self, sandbox: &Sandbox, installation: &Installation) -> Arc<SupplyMeters> {
        let point = installation.point.id;
        sandbox.meters.of(point, installation.setup(&self.agreements, &sandbox.tariffs))
    }

    /// The meters of all of them.
    pub fn meters(&self, sandbox: &Sandbox) -> AccountMeters {
        let of = |installation: &Installation| (installation.point.id, self.meters_at(sandbox, installation));
        self.installations.iter().map(of).collect()
    }
}
