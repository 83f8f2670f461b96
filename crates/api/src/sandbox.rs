//! A sandbox holds one world: everything that has state, and nothing of it is anywhere else. A request first finds
//! its sandbox, then runs in it.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use kemu_auth::keys::SigningKeys;
use kemu_auth::passwords;
use kemu_domain::Seed;
use kemu_domain::clock::{Clock, Move, Reading, Refused};
use kemu_domain::fixture::{Fixture, OAuthClient};
use kemu_domain::tariffs::Tariffs;
use kemu_domain::world::{World, WorldError};
use kemu_persistence::demo::{DEMO_SOURCE, DEMO_YAML};
use kemu_persistence::seed::{Origin, Planted, plant};
use kemu_persistence::store::{OpenError, Store, StoreKind, StoreUrl};
use kemu_persistence::{billing, demo, oauth, replicas, seed};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;

use crate::app::billing::BillingClock;
use crate::app::oauth::devices::Guesses;
use crate::app::oauth::refusals::RefusalLog;
use crate::deprecations::DeprecationLog;
use crate::graphql::engine::contract::Contract;
use crate::journal::Journal;
use crate::limits::{Limits, UnknownField};
use crate::meters::InstalledMeters;
use crate::shared_clock::SharedClock;
use crate::switches::active::{BadSwitch, Switches};
use crate::switches::{ApiKeys, Brownout, Coordinate, Provoked, RateLimits, RateOverride, Unmodelled};

/// What a sandbox is made from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where the world is kept.
    pub store: StoreUrl,
    /// The time in it.
    pub clock: Clock,
    /// What everything random in it hangs on.
    pub seed: Seed,
    /// What fields do that nobody has modelled.
    pub unmodelled: Unmodelled,
    /// Are rates and points limited?
    pub rate_limits: RateLimits,
    /// Limits of single fields, in place of the contract's.
    pub rate_overrides: Vec<RateOverride>,
    /// Fields and input fields that are switched off.
    pub disabled: Vec<Coordinate>,
    /// Times in which fields are switched off.
    pub brownouts: Vec<Brownout>,
    /// Fields that are made to fail.
    pub provoked: Vec<Provoked>,
    /// Can people sign in with API keys?
    pub api_keys: ApiKeys,
    /// How many requests its journal keeps.
    pub journal_size: usize,
    /// OAuth applications besides those of the demo world, registered whenever it is opened.
    pub clients: Vec<OAuthClient>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            store: StoreUrl::Temporary,
            clock: Clock::real(),
            seed: Seed(42),
            unmodelled: Unmodelled::default(),
            rate_limits: RateLimits::default(),
            rate_overrides: Vec::new(),
            disabled: Vec::new(),
            brownouts: Vec::new(),
            provoked: Vec::new(),
            api_keys: ApiKeys::default(),
            journal_size: Journal::default().size(),
            clients: Vec::new(),
        }
    }
}

/// One world.
pub struct Sandbox {
    /// Where it is kept.
    pub store: Store,
    /// The time in it.
    pub clock: Clock,
    /// What everything random in it hangs on.
    pub seed: Seed,
    /// The products that are sold in it, and the taxes on them.
    pub tariffs: Tariffs,
    /// Its meters.
    pub meters: InstalledMeters,
    /// When bills are due.
    pub billing: BillingClock,
    /// The keys that sign its tokens.
    pub keys: SigningKeys,
    /// What fields do that nobody has modelled.
    pub unmodelled: Unmodelled,
    /// What its callers may use up, and what they have used.
    pub limits: Limits,
    /// What is switched off in it.
    pub switches: Switches,
    /// Can its people sign in with API keys?
    pub api_keys: ApiKeys,
    /// The latest requests to it.
    pub journal: Journal,
    /// Which deprecated members its callers use.
    pub deprecations: DeprecationLog,
    /// How often people entered user codes that no device shows.
    pub device_guesses: Guesses,
    /// What its auth site refused lately.
    pub oauth_refusals: RefusalLog,
    /// The people and organisations that it began with, and their credentials.
    pub fixture: Fixture,
    shared_clock: SharedClock,
    rng: Mutex<ChaCha20Rng>,
}

/// Why a world could not be made.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The store.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The fixture's text.
    #[error(transparent)]
    Fixture(#[from] demo::FixtureError),
    /// What the fixture asks for.
    #[error(transparent)]
    World(#[from] WorldError),
    /// Applications that make no sense, or not beside those that are there.
    #[error("--clients: {0}")]
    Clients(String),
    /// A limit on nothing.
    #[error(transparent)]
    Limit(#[from] UnknownField),
    /// A switch that makes no sense.
    #[error(transparent)]
    Switch(#[from] BadSwitch),
    /// Writing it down.
    #[error("the demo world could not be written: {0}")]
    Plant(#[from] kemu_persistence::Error),
}

impl Sandbox {
    /// Opens the store and, if it is empty, plants the demo world in it.
    pub async fn open(contract: &Contract, settings: Settings) -> Result<Self, SandboxError> {
        let Settings { store, clock, seed, unmodelled, .. } = settings;
        let limits = Limits::new(contract, settings.rate_limits, &settings.rate_overrides, &clock)?;
        let Settings { disabled, brownouts, provoked, .. } = settings;
        let switches = Switches::new(&contract.schema, disabled, brownouts, provoked)?;
        let store = Store::open(&store).await?;
        let mut fixture = demo::parse(DEMO_YAML, DEMO_SOURCE)?;
        let mut rng = ChaCha20Rng::seed_from_u64(seed.derive("secrets").0);
        let salts = Mutex::new(ChaCha20Rng::seed_from_u64(seed.derive("password salts").0));
        let hash = |password: &str| {
            let mut salts = salts.lock().expect("hashing does not panic");
            passwords::hash(&mut *salts, password).0
        };
        let origin = Origin { seed, fixture_digest: demo::digest(DEMO_YAML) };
        let (now, tariffs) = (clock.now(), Tariffs::france());
        let build = || World::build(&fixture, &tariffs, seed, now).map_err(SandboxError::from);
        let planted = plant::<SandboxError>(&store, &origin, build, &hash).await?;
        if planted != Planted::Fresh {
            // A store that is opened again, or by another process, must not hand out the same secrets again.
            let opening = replicas::count_opening(&store).await?;
            rng = ChaCha20Rng::seed_from_u64(seed.derive(&format!("secrets of opening {opening}")).0);
        }
        register(&store, &mut fixture, settings.clients).await?;
        let shared_clock = SharedClock::open(&store, &clock).await?;
        let next_due = billing::next_due(store.connection()).await?;
        Ok(Self {
            limits: limits.counted_in(&store),
            shared_clock,
            store,
            clock,
            seed,
            tariffs,
            meters: InstalledMeters::new(seed),
            billing: BillingClock::new(next_due),
            keys: SigningKeys::development(),
            unmodelled,
            switches,
            api_keys: settings.api_keys,
            journal: Journal::new(settings.journal_size),
            deprecations: DeprecationLog::default(),
            device_guesses: Guesses::default(),
            oauth_refusals: RefusalLog::default(),
            fixture,
            rng: Mutex::new(rng),
        })
    }

    /// Runs `work` with the sandbox's source of chance.
    pub fn with_rng<T>(&self, work: impl FnOnce(&mut ChaCha20Rng) -> T) -> T {
        work(&mut self.rng.lock().expect("no holder of this lock panics"))
    }

    /// A new UUID, of the random kind.
    pub fn uuid(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.with_rng(|rng| rng.fill_bytes(&mut bytes));
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }

    /// A source of chance of its own, for work that waits in between.
    pub fn fork_rng(&self) -> ChaCha20Rng {
        self.with_rng(ChaCha20Rng::from_rng)
    }

    /// Learns what other processes on the same store have done that this one keeps in memory: moved the clock, made
    /// something due. Costs nothing where no other process can be.
    pub async fn follow_others(&self) -> Result<(), kemu_persistence::Error> {
        if self.store.kind() == StoreKind::Postgres {
            let standing = replicas::standing(self.store.connection()).await?;
            self.shared_clock.follow(&self.clock, standing.clock);
            self.billing.follow(standing.next_due);
        }
        Ok(())
    }

    /// Moves the clock as a user asks, and keeps it with the world.
    pub async fn move_clock(
        &self,
        wanted: Move,
    ) -> Result<Result<(Reading, Reading), Refused>, kemu_persistence::Error> {
        self.shared_clock.obey(&self.store, &self.clock, wanted).await
    }

    /// The time in this world.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// What the world was made from, as the store remembers it.
    pub async fn origin(&self) -> Result<Option<Origin>, kemu_persistence::Error> {
        seed::origin(self.store.connection()).await
    }
}

/// Registers applications in a store that may have them from the last time, perhaps otherwise.
async fn register(store: &Store, fixture: &mut Fixture, more: Vec<OAuthClient>) -> Result<(), SandboxError> {
    if more.is_empty() {
        return Ok(());
    }
    let clients =
        World::more_clients(fixture, more).map_err(|error| SandboxError::Clients(error.to_string()))?;
    let transaction = store.begin().await.map_err(kemu_persistence::Error::from)?;
    for client in clients {
        let namesake = oauth::clients::by_name(&*transaction, &client.name).await?;
        if namesake.is_some_and(|namesake| namesake.id != client.id) {
            return Err(SandboxError::Clients(format!(
                "OAuth client {}: the store has an application of this name with another id; choose another name, or take \
                 that one out with `kemu clients remove`",
                client.name
            )));
        }
        oauth::clients::put(&*transaction, &client).await?;
    }
    transaction.commit().await.map_err(kemu_persistence::Error::from)?;
    Ok(())
}
