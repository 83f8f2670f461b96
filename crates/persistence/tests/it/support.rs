//! A store of its own for each test, on each database there is.

use chrono::{DateTime, Utc};
use kemu_domain::fixture::Fixture;
use kemu_domain::tariffs::Tariffs;
use kemu_domain::transactions::Transaction;
use kemu_domain::world::World;
use kemu_domain::{AccountNumber, Page, PageRequest, Scope, Seed, accounts::Account};
use kemu_persistence::seed::{Origin, Planted, plant};
use kemu_persistence::transactions::{self, Book, Filter, Reading};
use kemu_persistence::{Error, Store, StoreUrl, demo};
use sea_orm::{ConnectionTrait, Database};

/// Runs a story on a fresh store of each kind. `name` is the test's, and names its PostgreSQL database.
#[expect(clippy::print_stderr, reason = "says what a green test did not cover")]
pub(crate) async fn on_each_store(name: &str, run: impl AsyncFn(Store)) {
    run(Store::open(&StoreUrl::Temporary).await.expect("a temporary store")).await;
    let Ok(server) = std::env::var("KEMU_TEST_POSTGRES_URL") else {
        eprintln!("{name}: ran on SQLite only, as KEMU_TEST_POSTGRES_URL is not set");
        return;
    };
    let admin = Database::connect(&server).await.expect("the test server answers");
    let database = format!("kemu_{}_{name}", std::process::id());
    admin.execute_unprepared(&format!("CREATE DATABASE {database}")).await.expect("a fresh database");
    let store = Store::open(&in_database(&server, &database)).await.expect("a PostgreSQL store");
    run(store.clone()).await;
    store.close().await.expect("closed");
    admin.execute_unprepared(&format!("DROP DATABASE {database}")).await.expect("dropped");
}

/// The same server, another database: replaces the path of the URL and keeps its query.
fn in_database(server: &str, database: &str) -> StoreUrl {
    let (base, query) = server.split_once('?').map_or((server, None), |(base, query)| (base, Some(query)));
    let authority = base.find("://").map_or(0, |at| at + 3);
    let base = base[authority..].find('/').map_or(base, |slash| &base[..authority + slash]);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{base}/{database}{query}").parse().expect("a URL")
}

/// Thursday, 15 January 2026, noon in London.
pub(crate) fn noon() -> DateTime<Utc> {
    DateTime::from_timestamp(1_768_478_400, 0).expect("in range")
}

pub(crate) fn demo_fixture() -> Fixture {
    demo::parse(demo::DEMO_YAML, demo::DEMO_SOURCE).expect("the demo fixture is sound")
}

pub(crate) fn demo_world() -> World {
    World::build(&demo_fixture(), &Tariffs::france(), Seed(1), noon())
        .expect("the demo fixture makes a world")
}

pub(crate) fn demo_origin() -> Origin {
    Origin { seed: Seed(1), fixture_digest: demo::digest(demo::DEMO_YAML) }
}

/// Plants the demo world.
pub(crate) async fn planted(store: &Store) -> World {
    let world = demo_world();
    let result = plant::<Error>(store, &demo_origin(), || Ok(world.clone()), &|password| {
        format!("hash of {password}")
    })
    .await;
    assert_eq!(result.expect("planted"), Planted::Fresh);
    world
}

pub(crate) async fn account(store: &Store, number: &str) -> Account {
    let number = AccountNumber::try_new(number).expect("well formed");
    let found =
        kemu_persistence::accounts::visible_to(Scope::All).by_number(store.connection(), &number).await;
    found.expect("a query").expect("the account")
}

/// A page of a book.
pub(crate) async fn page(
    store: &Store,
    book: Book,
    filter: &Filter,
    reading: Reading,
    request: &PageRequest,
) -> Page<Transaction> {
    let found = transactions::page(store.connection(), book, filter, reading, request).await.expect("a page");
    let in_place = transactions::page(&store.reader(), book, filter, reading, request).await.expect("a page");
    assert_eq!(found, in_place, "both ways of reading give {book:?} {filter:?} {reading:?} {request:?}");
    found
}

/// A whole book, unfiltered.
pub(crate) async fn whole(store: &Store, book: Book, reading: Reading) -> Vec<Transaction> {
    page(store, book, &Filter::default(), reading, &PageRequest::default()).await.items
}
