//! Smart devices: what they are, what they charge, and what may be set.

use kemu_domain::accounts::Account;
use kemu_domain::devices::{
    Car, Device, DeviceId, DeviceKind, Dispatch, SessionPage, SessionRequest, Status,
};
use kemu_domain::energy::{Home, HomeProfile};
use kemu_domain::errors::{Code, Failure, KrakenError, codes};
use kemu_domain::{AccountNumber, PropertyId};
use kemu_persistence::{accounts, devices};
use sea_orm::ConnectionTrait;

use crate::graphql::RequestContext;

/// Which of an account's devices are wanted.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only those at this place.
    pub property: Option<String>,
    /// Only the one with this id.
    pub id: Option<String>,
    /// Only the one that its provider knows by this id.
    pub integration_device: Option<String>,
}

impl Filter {
    fn lets_through(&self, device: &Device) -> bool {
        let fits = |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|wanted| wanted == own);
        fits(&self.property, &device.property_id.to_string())
            && fits(&self.id, device.id.as_str())
            && fits(&self.integration_device, device.integration_device_id.as_deref().unwrap_or_default())
    }
}

/// The devices of the account of this number. Errors: 1111 whether it is unknown or somebody else's; 4301 where there
/// is no such device (measured in IT and DE for accounts without any).
pub async fn find(ctx: &RequestContext, number: &str, filter: &Filter) -> Result<Vec<Device>, Failure> {
    let mut found = of_account(ctx, number).await?;
    found.retain(|device| filter.lets_through(device));
    if found.is_empty() { Err(codes::DEVICE_NOT_ON_ACCOUNT.into()) } else { Ok(found) }
}

/// All devices of the account of this number, perhaps none. Errors: 1111.
async fn of_account(ctx: &RequestContext, number: &str) -> Result<Vec<Device>, Failure> {
    let account = account(ctx, number).await?;
    Ok(devices::of_account(&ctx.sandbox.store.reader(), account.id).await?)
}

async fn account(ctx: &RequestContext, number: &str) -> Result<Account, Failure> {
    let refused = || Failure::from(codes::UNAUTHORIZED);
    let scope = ctx.viewer()?.scope().ok_or_else(refused)?;
    let number = AccountNumber::try_new(number).map_err(|_| refused())?;
    let found = accounts::visible_to(scope).by_number(&ctx.sandbox.store.reader(), &number).await?;
    found.ok_or_else(refused)
}

/// What a device tells of itself.
pub async fn status(ctx: &RequestContext, device: &Device) -> Result<Status, Failure> {
    let home = home_of(ctx, device).await?;
    Ok(device.status(&Car::of(&home), ctx.now))
}

/// The power at which a device charges, in W.
pub async fn charger_watts(ctx: &RequestContext, device: &Device) -> Result<i64, Failure> {
    let home = home_of(ctx, device).await?;
    Ok(Car::of(&home).watts())
}

/// A page of what a device has charged.
pub async fn sessions(
    ctx: &RequestContext,
    device: &Device,
    request: &SessionRequest,
) -> Result<SessionPage, Failure> {
    let home = home_of(ctx, device).await?;
    Ok(device.sessions(&Car::of(&home), request, ctx.now))
}

/// What is planned for a device. Errors: 4340 whether it is unknown or somebody else's.
pub async fn planned(ctx: &RequestContext, id: &str) -> Result<Vec<Dispatch>, Failure> {
    let refused = || Failure::from(codes::PLANNED_DISPATCHES_UNAVAILABLE);
    let scope = ctx.viewer()?.scope().ok_or_else(refused)?;
    let id: DeviceId = id.parse().map_err(|_| refused())?;
    let device = devices::visible_to(scope).by_id(&ctx.sandbox.store.reader(), &id).await?;
    let device = device.ok_or_else(refused)?;
    let home = home_of(ctx, &device).await?;
    Ok(device.planned_dispatches(&Car::of(&home), ctx.now))
}

/// What is planned for an account, oldest first. Errors: 1111; 4340 for an account without devices (a guess).
pub async fn all_planned(ctx: &RequestContext, number: &str) -> Result<Vec<Dispatch>, Failure> {
    let of_one = |device: &Device, car: &Car<'_>| device.planned_dispatches(car, ctx.now);
    dispatches(ctx, number, codes::PLANNED_DISPATCHES_UNAVAILABLE, of_one).await
}

/// What an account's devices have charged of late, oldest first. Errors: 1111; 4341 for an account without devices
/// (a guess).
pub async fn completed(ctx: &RequestContext, number: &str) -> Result<Vec<Dispatch>, Failure> {
    let of_one = |device: &Device, car: &Car<'_>| device.completed_dispatches(car, ctx.now);
    dispatches(ctx, number, codes::COMPLETED_DISPATCHES_UNAVAILABLE, of_one).await
}

/// The dispatches of all devices of an account. A car and the charge point that it hangs on tell of the same one.
async fn dispatches(
    ctx: &RequestContext,
    number: &str,
    refusal: Code,
    of_one: impl Fn(&Device, &Car<'_>) -> Vec<Dispatch>,
) -> Result<Vec<Dispatch>, Failure> {
    let devices = of_account(ctx, number).await?;
    if devices.is_empty() {
        return Err(refusal.into());
    }
    let mut all: Vec<(PropertyId, Dispatch)> = Vec::new();
    for device in &devices {
        let home = home_of(ctx, device).await?;
        for dispatch in of_one(device, &Car::of(&home)) {
            let is_same = |(place, other): &(PropertyId, Dispatch)| {
                *place == device.property_id && other.start == dispatch.start && other.kind == dispatch.kind
            };
            match all.iter_mut().find(|other| is_same(other)) {
                // One that was cut short for one of them went on for the other.
                Some((_, other)) if other.end < dispatch.end => *other = dispatch,
                Some(_) => {}
                None => all.push((device.property_id, dispatch)),
            }
        }
    }
    all.sort_by_key(|(place, dispatch)| (dispatch.start, *place));
    Ok(all.into_iter().map(|(_, dispatch)| dispatch).collect())
}

/// The car whose charging preferences an account has. Errors: 1111; 4339 for an account without one.
pub async fn car_of_account(ctx: &RequestContext, number: &str) -> Result<Device, Failure> {
    let devices = of_account(ctx, number).await?;
    let car = devices.into_iter().find(|device| device.kind == DeviceKind::ElectricVehicle);
    car.ok_or_else(|| codes::CHARGING_PREFERENCES_UNAVAILABLE.into())
}

/// Changes a device's settings; as it is afterwards it comes back. Errors: `unknown` whether it is unknown or somebody
/// else's, and those of `change`.
pub async fn change(
    ctx: &RequestContext,
    id: &str,
    unknown: Code,
    change: impl FnOnce(&mut Device, &Car<'_>) -> Result<(), KrakenError> + Send,
) -> Result<Device, Failure> {
    let scope = ctx.viewer()?.scope().ok_or(unknown)?;
    let id: DeviceId = id.parse().map_err(|_| unknown)?;
    let transaction = ctx.sandbox.store.begin().await?;
    let mut device = devices::visible_to(scope).to_change(&*transaction, &id).await?.ok_or(unknown)?;
    let home = home_in(ctx, &*transaction, &device).await?;
    change(&mut device, &Car::of(&home))?;
    devices::set_settings(&*transaction, &id, &device.settings).await?;
    transaction.commit().await?;
    Ok(device)
}

/// The home where a device charges; one that no meter knows has no car.
pub(super) async fn home_of(ctx: &RequestContext, device: &Device) -> Result<Home, Failure> {
    home_in(ctx, &ctx.sandbox.store.reader(), device).await
}

/// The same, asked of the transaction that is open: who holds a connection must not wait for another.
async fn home_in(
    ctx: &RequestContext,
    connection: &impl ConnectionTrait,
    device: &Device,
) -> Result<Home, Failure> {
    let found = super::homes::of_property(ctx, connection, device.property_id).await?;
    let none = || Home::new(HomeProfile::default(), ctx.sandbox.seed, &device.property_id.to_string());
    Ok(found.unwrap_or_else(none))
}
