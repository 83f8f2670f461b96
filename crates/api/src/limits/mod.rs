//! Limits: points per caller and hour, and rates of single fields. All are counted by `governor` on the sandbox's
//! clock, and one object answers both "may I?" and `rateLimitInfo`, so that they cannot differ. Several processes on
//! one PostgreSQL count together, by the same algorithm in the store.
//!
//! Which fields are limited, and how, the contract says (`@rateLimit`); users override it with `--rate-limit`.

mod meter;
mod shared;

use std::collections::HashMap;
use std::fmt;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Mutex;

use kemu_auth::viewer::Viewer;
use kemu_domain::Clock;
use kemu_graphql::suggestions::{did_you_mean, suggestions};
use kemu_persistence::{Error, Store, StoreKind};

use self::meter::Meter;
pub use self::meter::Standing;
use self::shared::Shared;
use crate::graphql::engine::contract::Contract;
use crate::switches::{Period, Rate, RateLimits, RateOverride};

/// No operation may cost more points (kraken-facts 5.2).
pub const MOST_COMPLEX: i64 = 200;
/// No operation may ask for more nodes (kraken-facts 5.3).
pub const MOST_NODES: i64 = 10_000;

/// Points in an hour of an account user (kraken-facts 5.4).
const CUSTOMER_POINTS: u32 = 50_000;
/// Points in an hour of an organisation (kraken-facts 5.4).
const ORGANISATION_POINTS: u32 = 100_000;
/// Points in an hour of an OAuth application (kraken-facts 5.4), for all whom it acts for.
const APPLICATION_POINTS: u32 = 300_000;
/// Points in an hour of somebody who has not signed in: ours, Kraken's number is not known.
const ANONYMOUS_POINTS: u32 = 50_000;

/// Who is limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// An account user.
    User(i64),
    /// An organisation.
    Organisation(i64),
    /// An OAuth application, by the first 64 bits of its id.
    Application(u64),
    /// Somebody who has not signed in, by where they call from.
    Address(IpAddr),
}

impl Caller {
    /// The caller that this viewer is.
    pub fn of(viewer: &Viewer, peer: IpAddr) -> Self {
        if let Some(application) = viewer.through() {
            let start = application.client_id.as_str().get(..16).unwrap_or_default();
            return Self::Application(u64::from_str_radix(start, 16).unwrap_or_default());
        }
        match (viewer.user(), viewer.organisation()) {
            (Some(user), _) => Self::User(user.id.get()),
            (_, Some(organisation)) => Self::Organisation(organisation.id.get()),
            _ => Self::Address(peer),
        }
    }
}

impl fmt::Display for Caller {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(formatter, "user {id}"),
            Self::Organisation(id) => write!(formatter, "organisation {id}"),
            Self::Application(id) => write!(formatter, "application {id:016x}"),
            Self::Address(address) => write!(formatter, "address {address}"),
        }
    }
}

/// The limits of a world and how much of them is used.
pub struct Limits {
    are_on: bool,
    customers: Limit,
    organisations: Limit,
    applications: Limit,
    anonymous: Limit,
    fields: Vec<Limit>,
    by_name: HashMap<(&'static str, &'static str), usize>,
    clock: Clock,
    /// Where it is counted what is used, if not here.
    store: Option<Store>,
}

/// One limit.
struct Limit {
    /// The field's, or what the points are for.
    name: String,
    /// One rate for a static limit; for a dynamic one, each is stricter than the one before.
    levels: Vec<Meter>,
    /// How strict a dynamic limit has become for a caller. Only [`Limits::lift`] makes it milder again.
    level_of: Mutex<HashMap<Caller, usize>>,
}

/// A limit was set on a field that the contract does not have.
#[derive(Debug, thiserror::Error)]
#[error("--rate-limit {field}: the contract has no root field of this name.{hint}")]
pub struct UnknownField {
    field: String,
    hint: String,
}

impl Limits {
    /// The limits that the contract declares, with the user's own in their place.
    pub fn new(
        contract: &Contract,
        are_on: RateLimits,
        overrides: &[RateOverride],
        clock: &Clock,
    ) -> Result<Self, UnknownField> {
        let allowance = |points| {
            let count = NonZeroU32::new(points).expect("no allowance is zero");
            Limit::new("points".into(), &[Rate { count, period: Period::Hour }], clock)
        };
        let mut limits = Self {
            are_on: are_on == RateLimits::On,
            customers: allowance(CUSTOMER_POINTS),
            organisations: allowance(ORGANISATION_POINTS),
            applications: allowance(APPLICATION_POINTS),
            anonymous: allowance(ANONYMOUS_POINTS),
            fields: Vec::new(),
            by_name: HashMap::new(),
            clock: clock.clone(),
            store: None,
        };
        let mut unused: Vec<&RateOverride> = overrides.iter().collect();
        for ix in contract.root_fields() {
            let schema = &contract.schema;
            let (ty, field) = (schema.ty(schema.field(ix).parent).name, schema.field(ix).name);
            let is_this = |other: &&RateOverride| other.field.ty == ty && other.field.field == field;
            let own = overrides.iter().rfind(is_this).map(|other| other.rate);
            unused.retain(|other| !is_this(other));
            let declared = contract.facts(ix).and_then(|facts| facts.rate_limit);
            let Some(rate) = own.or(declared.map(|declared| declared.rate)) else { continue };
            let is_dynamic = declared.is_some_and(|declared| declared.is_dynamic);
            let rates = if is_dynamic { stricter_and_stricter(rate) } else { vec![rate] };
            limits.by_name.insert((ty, field), limits.fields.len());
            limits.fields.push(Limit::new(schema.coordinate(ix), &rates, clock));
        }
        match unused.first() {
            None => Ok(limits),
            Some(unknown) => {
                let field = unknown.field.to_string();
                let names: Vec<String> =
                    contract.root_fields().map(|ix| contract.schema.coordinate(ix)).collect();
                let hint = did_you_mean("", &suggestions(&field, names.iter().map(String::as_str)));
                Err(UnknownField { field, hint })
            }
        }
    }

    /// Counts what is used in the store, where several processes share it.
    #[must_use]
    pub fn counted_in(self, store: &Store) -> Self {
        Self { store: (store.kind() == StoreKind::Postgres).then(|| store.clone()), ..self }
    }

    /// Is it counted in the store? Otherwise no question here waits for anything.
    pub fn are_shared(&self) -> bool {
        self.store.is_some()
    }

    fn shared(&self) -> Option<Shared<'_>> {
        let now = meter::nanoseconds(self.clock.now());
        self.store.as_ref().map(|store| Shared { store, now })
    }

    fn allowance(&self, caller: Caller) -> &Limit {
        match caller {
            Caller::User(_) => &self.customers,
            Caller::Organisation(_) => &self.organisations,
            Caller::Application(_) => &self.applications,
            Caller::Address(_) => &self.anonymous,
        }
    }

    async fn take(&self, limit: &Limit, caller: Caller, count: NonZeroU32) -> Result<bool, Error> {
        match self.shared() {
            Some(shared) => shared.take(limit, caller, count.get()).await,
            None => Ok(limit.take(caller, count)),
        }
    }

    /// Takes points from a caller's allowance; false where there are not enough left, and nothing is taken then.
    pub async fn spend(&self, caller: Caller, points: i64) -> Result<bool, Error> {
        match u32::try_from(points).ok().and_then(NonZeroU32::new).filter(|_| self.are_on) {
            Some(points) => self.take(self.allowance(caller), caller, points).await,
            None => Ok(true),
        }
    }

    /// How much of the allowance is left.
    pub async fn points(&self, caller: Caller) -> Result<Standing, Error> {
        let standings = self.standings(caller, std::slice::from_ref(self.allowance(caller))).await?;
        let [(_, _, standing)] = standings[..] else { unreachable!("one was asked for") };
        Ok(standing)
    }

    /// Counts a call of a root field; false where it is one too many.
    pub async fn call(&self, caller: Caller, ty: &'static str, field: &'static str) -> Result<bool, Error> {
        match self.by_name.get(&(ty, field)).filter(|_| self.are_on) {
            Some(at) => self.take(&self.fields[*at], caller, NonZeroU32::MIN).await,
            None => Ok(true),
        }
    }

    /// The limited fields with their rates and how much of them is left.
    pub async fn fields(&self, caller: Caller) -> Result<Vec<(&str, Rate, Standing)>, Error> {
        self.standings(caller, &self.fields).await
    }

    async fn standings<'l>(
        &self,
        caller: Caller,
        limits: &'l [Limit],
    ) -> Result<Vec<(&'l str, Rate, Standing)>, Error> {
        let all = match self.shared() {
            Some(shared) => shared.standings(caller, limits.iter()).await?,
            None => limits.iter().map(|limit| limit.standing(caller)).collect(),
        };
        let off = !self.are_on;
        Ok(all.into_iter().map(|(name, rate, standing)| (name, rate, standing.unless(off))).collect())
    }

    /// Forgets what was used, and makes dynamic limits as mild as they were: what Kraken's staff would do.
    pub async fn lift(&self) -> Result<(), Error> {
        if let Some(shared) = self.shared() {
            shared.forget().await?;
        }
        let points = [&self.customers, &self.organisations, &self.applications, &self.anonymous];
        points.into_iter().chain(&self.fields).for_each(Limit::forget);
        Ok(())
    }
}

impl Limit {
    fn new(name: String, rates: &[Rate], clock: &Clock) -> Self {
        let levels = rates.iter().map(|rate| Meter::new(*rate, clock)).collect();
        Self { name, levels, level_of: Mutex::default() }
    }

    /// Its rates, the mildest first.
    fn rates(&self) -> impl Iterator<Item = Rate> {
        self.levels.iter().map(|level| level.rate)
    }

    fn level(&self, caller: Caller) -> usize {
        self.level_of.lock().expect("no holder of this lock panics").get(&caller).copied().unwrap_or(0)
    }

    fn standing(&self, caller: Caller) -> (&str, Rate, Standing) {
        let meter = &self.levels[self.level(caller)];
        (&self.name, meter.rate, meter.standing(caller))
    }

    fn take(&self, caller: Caller, count: NonZeroU32) -> bool {
        let level = self.level(caller);
        if self.levels[level].take(caller, count) {
            return true;
        }
        if self.levels.len() > 1 {
            // A breach makes a dynamic limit stricter, and at the new rate one has to wait as well.
            let stricter = (level + 1).min(self.levels.len() - 1);
            self.levels[stricter].take_all(caller);
            self.level_of.lock().expect("no holder of this lock panics").insert(caller, stricter);
        }
        false
    }

    fn forget(&self) {
        self.levels.iter().for_each(Meter::forget);
        self.level_of.lock().expect("no holder of this lock panics").clear();
    }
}

/// The rates of a dynamic limit: half as often after each breach, in the end once an hour. The steps are ours; known
/// is that they go "from 100/minute down to 1/hour" for example (kraken-facts 5.7).
fn stricter_and_stricter(rate: Rate) -> Vec<Rate> {
    let mut rates = vec![rate];
    let mut count = rate.count.get() / 2;
    while let Some(fewer) = NonZeroU32::new(count) {
        rates.push(Rate { count: fewer, ..rate });
        count /= 2;
    }
    if rate.period < Period::Hour {
        rates.push(Rate { count: NonZeroU32::MIN, period: Period::Hour });
    }
    rates
}

#[cfg(test)]
mod tests;
