//! A running kemu.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, Utc};
use kemu_api::graphql::Site;
use kemu_api::graphql::engine::resolvers::Resolvers;
use kemu_api::http::{App, HttpOptions, service};
use kemu_api::sandbox::{Sandbox, Settings};
use kemu_api::switches::{Deprecations, RateLimits, Unmodelled};
use kemu_domain::fixture::Organisation;
use kemu_domain::{Clock, Seed};
use reqwest::Method;
use serde_json::{Value as Json, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{API, Answer, Role, Stores, rules};

/// What every story's kemu calls itself, wherever it listens: tokens name it, so that they are the same each time.
pub const BASE_URL: &str = "http://kemu.test";

/// When stories begin: Thursday, 15 January 2026, 12:00 UTC.
pub fn start_of_time() -> DateTime<Utc> {
    DateTime::from_timestamp(1_768_478_400, 0).expect("in range")
}

type Change = Arc<dyn Fn(&mut Settings, &mut HttpOptions)>;

/// How a story's kemu is started. Without more: a fresh store, seed 42, the clock at [`start_of_time`], no limits.
#[derive(Default, Clone)]
pub struct Options {
    changes: Vec<Change>,
    resolvers: Option<fn() -> Resolvers>,
}

impl Options {
    /// Anything that kemu can be told.
    #[must_use]
    pub fn with(mut self, change: impl Fn(&mut Settings, &mut HttpOptions) + 'static) -> Self {
        self.changes.push(Arc::new(change));
        self
    }

    /// What fields answer that nobody has modelled.
    #[must_use]
    pub fn unmodelled(self, unmodelled: Unmodelled) -> Self {
        self.with(move |settings, _| settings.unmodelled = unmodelled)
    }

    /// Answers 400 to what is refused before execution.
    #[must_use]
    pub fn strict_status(self) -> Self {
        self.with(|_, http| http.refuse_with_400 = true)
    }

    /// Another seed than 42.
    #[must_use]
    pub fn seed(self, seed: u64) -> Self {
        self.with(move |settings, _| settings.seed = Seed(seed))
    }

    /// With the limits that kemu has unless told otherwise.
    #[must_use]
    pub fn rate_limits(self) -> Self {
        self.with(|settings, _| settings.rate_limits = RateLimits::On)
    }

    /// Other resolvers than kemu's, on the same contract.
    #[must_use]
    pub fn resolvers(self, resolvers: fn() -> Resolvers) -> Self {
        Self { resolvers: Some(resolvers), ..self }
    }
}

/// A running kemu. Clones are the same one.
#[derive(Clone)]
pub struct TestApp {
    inner: Arc<Inner>,
}

struct Inner {
    stores: Stores,
    app: Arc<App>,
    address: SocketAddr,
    client: reqwest::Client,
    may_fault: AtomicBool,
    server: JoinHandle<()>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl TestApp {
    /// Starts a kemu on a fresh store.
    pub async fn open(stores: &Stores, options: Options) -> Self {
        let mut settings = Settings {
            store: stores.fresh_url().await,
            clock: Clock::frozen_at(start_of_time()),
            seed: Seed(42),
            // Time stands still, so that nothing that was used up would ever come back.
            rate_limits: RateLimits::Off,
            ..Settings::default()
        };
        let mut http = HttpOptions {
            base_url: BASE_URL.into(),
            follows_host: false,
            issuer_metadata: true,
            refuse_with_400: false,
            deprecations: Deprecations::default(),
        };
        for change in &options.changes {
            change(&mut settings, &mut http);
        }
        let mut app = App::open(settings, http).await.unwrap_or_else(|error| panic!("{error}"));
        if let Some(resolvers) = options.resolvers {
            let mut site = Site::api();
            let bound = resolvers().bind(&site.contract);
            site.bindings = bound.unwrap_or_else(|mismatches| panic!("{}", mismatches.join("\n")));
            app.api = Arc::new(site);
        }
        let app = Arc::new(app);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("a bound listener has an address");
        let service = service(Arc::clone(&app));
        let server = tokio::spawn(async move { axum::serve(listener, service).await.expect("served") });
        let client = reqwest::Client::builder()
            .no_gzip()
            .no_brotli()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        let may_fault = AtomicBool::new(false);
        Self { inner: Arc::new(Inner { stores: stores.clone(), app, address, client, may_fault, server }) }
    }

    /// Another world of the same kind of store.
    pub async fn another(&self, options: Options) -> Self {
        Self::open(&self.inner.stores, options).await
    }

    /// Where this story's stores are made.
    pub fn stores(&self) -> &Stores {
        &self.inner.stores
    }

    /// The time in this world.
    pub fn clock(&self) -> &Clock {
        &self.inner.app.sandbox.clock
    }

    /// The world itself, for what no client could do.
    pub fn sandbox(&self) -> &Sandbox {
        &self.inner.app.sandbox
    }

    /// The API site: what the answers are held against.
    pub fn site(&self) -> &Site {
        &self.inner.app.api
    }

    /// From now on this story sees KT-CT-7899 and means to.
    pub fn expect_faults(&self) {
        self.inner.may_fault.store(true, Ordering::Relaxed);
    }

    /// The address of a path of this kemu.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.inner.address)
    }

    /// Somebody without any credential.
    pub fn anonymous(&self) -> Role {
        Role::new(self, "anonymous")
    }

    /// A person of the demo world, signed in with their API key.
    pub async fn customer(&self, name: &str) -> Role {
        let people = &self.sandbox().fixture.people;
        let person = people.iter().find(|person| person.name == name);
        let key =
            person.unwrap_or_else(|| panic!("nobody in the demo world is called {name}")).api_key.reveal();
        self.anonymous().sign_in(name, json!({ "APIKey": key })).await
    }

    /// An organisation of the demo world, signed in with its secret key.
    pub async fn organisation(&self, name: &str) -> Role {
        let key = self.organisation_of_fixture(name).secret_key.reveal();
        self.anonymous().sign_in(name, json!({ "organizationSecretKey": key })).await
    }

    /// What the fixture says of an organisation.
    pub fn organisation_of_fixture(&self, name: &str) -> &Organisation {
        let organisations = &self.sandbox().fixture.organisations;
        let found = organisations.iter().find(|organisation| organisation.name == name);
        found.unwrap_or_else(|| panic!("no organisation of the demo world is called {name}"))
    }

    /// A POST of anything to anywhere.
    pub async fn post_raw(&self, path: &str, headers: &[(&str, &str)], body: impl Into<Vec<u8>>) -> Answer {
        self.send(Method::POST, path, headers, body.into()).await
    }

    /// A POST of this GraphQL request to the API site, as clients send it.
    pub async fn post_json(&self, body: &Json) -> Answer {
        self.post_raw(API, &[("content-type", "application/json")], body.to_string()).await
    }

    /// A GET of a path.
    pub async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    /// A GET of a path with these headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::GET, path, headers, Vec::new()).await
    }

    /// A request of any method. What comes back is not unpacked, and has been held against the rules.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Answer {
        let mut request = self.inner.client.request(method, self.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let asked = rules::Asked::read(headers, &body);
        let answer = Answer::read(request.body(body).send().await.expect("kemu answers")).await;
        rules::check(
            &self.site().contract,
            asked.as_ref(),
            &answer,
            self.inner.may_fault.load(Ordering::Relaxed),
        );
        answer
    }
}
