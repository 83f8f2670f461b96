//! Where the worlds of a story are kept, and how they are cleared away.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;
use kemu_persistence::store::{StoreKind, StoreUrl};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection};
use tempfile::TempDir;

use crate::{Options, TestApp};

/// Where stories find their PostgreSQL server: a URL with a user who may create databases.
const SERVER: &str = "KEMU_TEST_POSTGRES_URL";

/// Numbers the databases of this process.
static DATABASES: AtomicUsize = AtomicUsize::new(0);

/// Makes stores of one kind, and removes them when the story is over.
#[derive(Clone)]
pub struct Stores {
    kind: StoreKind,
    directory: Arc<TempDir>,
    server: Option<Arc<Server>>,
}

struct Server {
    url: String,
    admin: DatabaseConnection,
    made: Mutex<Vec<String>>,
}

impl Stores {
    async fn of(kind: StoreKind) -> Self {
        let directory = tempfile::Builder::new().prefix("kemu-story-").tempdir();
        let directory = Arc::new(directory.expect("the temporary directory is writable"));
        let server = match kind {
            StoreKind::Sqlite => None,
            StoreKind::Postgres => {
                let url = std::env::var(SERVER).unwrap_or_else(|_| {
                    panic!("this story needs a PostgreSQL server: run `cargo xtask test`, or set {SERVER}")
                });
                let admin =
                    Database::connect(&url).await.expect("the server of KEMU_TEST_POSTGRES_URL answers");
                Some(Arc::new(Server { url, admin, made: Mutex::default() }))
            }
        };
        Self { kind, directory, server }
    }

    /// Which kind of store.
    pub fn kind(&self) -> StoreKind {
        self.kind
    }

    /// A directory for the story's files.
    pub fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }

    /// The address of a fresh, empty store that lasts as long as the story.
    pub async fn fresh(&self) -> String {
        let name = format!("kemu_{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
        let Some(server) = &self.server else {
            return format!("sqlite:{}", self.directory.path().join(name).display());
        };
        let made = server.admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await;
        made.expect("the user of KEMU_TEST_POSTGRES_URL may create databases");
        server.made.lock().expect("no holder of this lock panics").push(name.clone());
        in_database(&server.url, &name)
    }

    /// The address as the code reads it. A temporary SQLite file needs no address, and no disk that is waited for.
    pub(crate) async fn fresh_url(&self) -> StoreUrl {
        match self.kind {
            StoreKind::Sqlite => StoreUrl::Temporary,
            StoreKind::Postgres => self.fresh().await.parse().expect("a database URL"),
        }
    }

    async fn remove(self) {
        let Some(server) = self.server else { return };
        let made = std::mem::take(&mut *server.made.lock().expect("no holder of this lock panics"));
        for name in made {
            let gone = server.admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
            gone.expect("a database of one's own can be dropped");
        }
    }
}

/// The same server, another database: replaces the path of the URL and keeps its query.
fn in_database(server: &str, database: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, None), |(base, query)| (base, Some(query)));
    let authority = base.find("://").map_or(0, |at| at + 3);
    let base = base[authority..].find('/').map_or(base, |slash| &base[..authority + slash]);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{base}/{database}{query}")
}

/// Tells a story that begins with a running kemu.
pub fn run<F>(kind: StoreKind, options: Options, tell: impl FnOnce(TestApp) -> F)
where
    F: Future<Output = ()>,
{
    on_stores(kind, |stores| async move { tell(TestApp::open(&stores, options).await).await });
}

/// Tells a story that begins with nothing but a place for stores. What it made is removed, also when it fails.
pub fn on_stores<F>(kind: StoreKind, tell: impl FnOnce(Stores) -> F)
where
    F: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let story = async {
        let stores = Stores::of(kind).await;
        let told = AssertUnwindSafe(tell(stores.clone())).catch_unwind().await;
        stores.remove().await;
        if let Err(panic) = told {
            resume_unwind(panic);
        }
    };
    // A snapshot in a story is met once on each kind of store.
    insta::allow_duplicates! { runtime.block_on(story) }
}
