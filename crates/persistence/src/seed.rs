//! Planting a world into an empty store.

use std::collections::HashMap;

use kemu_domain::secrets::PasswordHash;
use kemu_domain::users::User;
use kemu_domain::world::{NewUser, World};
use kemu_domain::{AccountId, Seed};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, Iterable};

use crate::entities::meta;
use crate::error::Result;
use crate::{
    Store, StoreKind, accounts, agreements, billing, bills, devices, direct_debits, ledgers, oauth,
    organisations, payment_schedules, payments, properties, supply_points, transactions, users,
};

/// SQLite takes 32,766 values in one statement, PostgreSQL 65,535. Measured: with 32,000 the demo world is
/// planted no faster, and the process peaks at 35 MB instead of 19.
const VALUES_A_STATEMENT: usize = 1_000;

const SEED: &str = "seed";
const FIXTURE_DIGEST: &str = "fixture_digest";

/// What a world was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The seed.
    pub seed: Seed,
    /// [`crate::demo::digest`] of the fixture.
    pub fixture_digest: String,
}

/// What became of the wish to plant a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planted {
    /// The store was empty and holds the world now.
    Fresh,
    /// The store held a world of the same origin already.
    AlreadyThere,
    /// The store held a world of another origin, which was left alone.
    AnotherWorld,
}

/// What makes a hash of a password: `kemu-auth`'s business.
pub type Hash<'a> = dyn Fn(&str) -> String + Sync + 'a;

/// What the world in the store was made from; nothing while it is empty.
pub async fn origin(connection: &impl ConnectionTrait) -> Result<Option<Origin>> {
    let rows = meta::Entity::find().all(connection).await?;
    let value = |name| rows.iter().find(|row| row.name == name).map(|row| row.value.clone());
    let (Some(seed), Some(fixture_digest)) = (value(SEED), value(FIXTURE_DIGEST)) else {
        return Ok(None);
    };
    Ok(Some(Origin { seed: Seed(crate::columns::parsed("meta.value", seed)?), fixture_digest }))
}

/// Plants a world in one transaction, unless the store holds one. The world is made by `build` only when it
/// is needed, and so are the hashes of passwords: `hash` is slow by design, and is asked once a password,
/// so people of a fixture who share one also share its hash.
pub async fn plant<E: From<crate::Error>>(
    store: &Store,
    wanted: &Origin,
    build: impl FnOnce() -> std::result::Result<World, E>,
    hash: &Hash<'_>,
) -> std::result::Result<Planted, E> {
    let transaction = store.begin().await.map_err(crate::Error::from)?;
    if store.kind() == StoreKind::Postgres {
        // Two processes that start together on an empty database: the second waits and finds a world.
        // SQLite's transaction excludes other writers by itself.
        let lock = transaction.execute_unprepared("LOCK TABLE meta IN EXCLUSIVE MODE").await;
        lock.map_err(crate::Error::from)?;
    }
    if let Some(found) = origin(&*transaction).await? {
        if found == *wanted {
            return Ok(Planted::AlreadyThere);
        }
        tracing::warn!(
            store.seed = found.seed.0,
            wanted.seed = wanted.seed.0,
            fixture.changed = found.fixture_digest != wanted.fixture_digest,
            "The store holds a world made from another fixture or seed. It is left as it is: published demo \
             credentials may not fit. Name another database to have a fresh world."
        );
        return Ok(Planted::AnotherWorld);
    }
    write(&*transaction, &build()?, wanted, hash).await?;
    transaction.commit().await.map_err(crate::Error::from)?;
    Ok(Planted::Fresh)
}

async fn write(
    connection: &impl ConnectionTrait,
    world: &World,
    origin: &Origin,
    hash: &Hash<'_>,
) -> Result<()> {
    insert(connection, people(&world.people, hash)).await?;
    insert(connection, world.organisations.iter().map(organisations::row).collect()).await?;
    insert(connection, world.organisations.iter().flat_map(organisations::permission_rows).collect()).await?;
    insert(connection, world.accounts.iter().map(accounts::row).collect()).await?;
    insert(connection, world.account_users.iter().map(users::role_row).collect()).await?;
    insert(connection, world.grants.iter().copied().map(organisations::grant_row).collect()).await?;
    insert(connection, world.properties.iter().map(properties::row).collect()).await?;
    insert(connection, device_rows(world)).await?;
    insert(connection, world.ledgers.iter().map(ledgers::row).collect()).await?;
    insert(connection, world.transactions.iter().map(transactions::row).collect()).await?;
    insert(connection, payment_rows(world)).await?;
    insert(connection, world.installations.iter().map(supply_points::row).collect()).await?;
    insert(connection, world.agreements.iter().map(agreements::row).collect()).await?;
    insert(connection, world.bills.iter().map(bills::row).collect()).await?;
    insert(connection, world.schedules.iter().map(payment_schedules::row).collect()).await?;
    insert(connection, world.mandates.iter().map(direct_debits::row).collect()).await?;
    let habits = world.habits.iter();
    let habits = habits.map(|(account, ledger, habits)| billing::habits_row(*account, *ledger, habits));
    insert(connection, habits.collect()).await?;
    insert(connection, world.billing.iter().map(billing::billed_row).collect()).await?;
    let events = world
        .billing
        .iter()
        .flat_map(|billed| billed.events.iter().map(|event| billing::event_row(billed.account_id, event)));
    insert(connection, events.collect()).await?;
    insert(connection, world.clients.iter().map(oauth::clients::row).collect()).await?;
    let facts = [(SEED, origin.seed.0.to_string()), (FIXTURE_DIGEST, origin.fixture_digest.clone())];
    let facts = facts
        .into_iter()
        .map(|(name, value)| meta::ActiveModel { name: Set(name.to_owned()), value: Set(value) });
    insert(connection, facts.collect()).await
}

fn people(people: &[NewUser], hash: &Hash<'_>) -> Vec<crate::entities::users::ActiveModel> {
    let mut hashes: HashMap<&str, String> = HashMap::new();
    let mut rows = Vec::with_capacity(people.len());
    for NewUser { user, password } in people {
        let hash = hashes.entry(password).or_insert_with(|| hash(password)).clone();
        rows.push(users::row(&User { password_hash: Some(PasswordHash(hash)), ..user.clone() }));
    }
    rows
}

/// Positions count within an account, whose payments stand together and in order.
fn payment_rows(world: &World) -> Vec<crate::entities::payments::ActiveModel> {
    let mut next: HashMap<AccountId, i64> = HashMap::new();
    let mut rows = Vec::with_capacity(world.payments.len());
    for payment in &world.payments {
        let position = next.entry(payment.account_id).or_default();
        rows.push(payments::row(payment, *position));
        *position += 1;
    }
    rows
}

/// Positions count within an account, whose devices stand together and in order.
fn device_rows(world: &World) -> Vec<crate::entities::devices::ActiveModel> {
    let mut next: HashMap<AccountId, i64> = HashMap::new();
    let mut rows = Vec::with_capacity(world.devices.len());
    for device in &world.devices {
        let position = next.entry(device.account_id).or_default();
        rows.push(devices::row(device, *position));
        *position += 1;
    }
    rows
}

/// Inserts rows, many at once.
pub(crate) async fn insert<A>(connection: &impl ConnectionTrait, mut rows: Vec<A>) -> Result<()>
where
    A: ActiveModelTrait + Send,
{
    let columns = <<A::Entity as EntityTrait>::Column as Iterable>::iter().count();
    let at_once = VALUES_A_STATEMENT / columns.max(1);
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(at_once));
        A::Entity::insert_many(std::mem::replace(&mut rows, rest)).exec_without_returning(connection).await?;
    }
    Ok(())
}
