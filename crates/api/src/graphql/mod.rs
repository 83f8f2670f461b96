//! GraphQL: the sites, and the way of a request through them.
//!
//! [`Site::answer`] is that way: parse and validate (or find the plan that was made of this text before), coerce the
//! variables, execute. The resolvers stand in a file a noun; [`resolvers`] lists them.

pub mod engine;

mod accounts;
mod authentication;
mod ledgers;
mod organisations;
mod payments;
mod platform;
mod properties;
mod transactions;
mod users;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, RwLock};

use chrono::{DateTime, Utc};
use kemu_auth::viewer::Viewer;
use kemu_domain::errors::{Failure, KrakenError};
use kemu_graphql::execution::{Plan, execute};
use kemu_graphql::language::ast::OperationKind;
use kemu_graphql::language::{Document, Location, parse};
use kemu_graphql::schema::coerce;
use kemu_graphql::{GraphQLError, validation};
use moka::sync::Cache;
use serde_json::{Map, Value as Json};

use self::engine::contract::Contract;
use self::engine::resolvers::{Bindings, Resolvers};
use self::engine::runtime::Answering;
use crate::sandbox::Sandbox;

/// How many documents are remembered with their plans.
const REMEMBERED_DOCUMENTS: u64 = 1_000;

/// All resolvers. A noun's file is named here once.
pub fn resolvers() -> Resolvers {
    let mut all = Resolvers::default();
    accounts::register(&mut all);
    authentication::register(&mut all);
    ledgers::register(&mut all);
    organisations::register(&mut all);
    payments::register(&mut all);
    platform::register(&mut all);
    properties::register(&mut all);
    transactions::register(&mut all);
    users::register(&mut all);
    all
}

/// A GraphQL address: a contract, its resolvers, and what was learned about documents. It holds nothing of a world.
pub struct Site {
    /// What it serves.
    pub contract: Contract,
    /// Who answers.
    pub bindings: Bindings,
    documents: Cache<Arc<str>, Arc<Remembered>>,
}

/// A valid document and the plans of its operations.
struct Remembered {
    document: Arc<Document>,
    plans: RwLock<Vec<(Option<Box<str>>, Arc<Plan>)>>,
}

/// The context of a request, as resolvers get it.
pub type Ctx = Arc<RequestContext>;

/// What is known of a request.
pub struct RequestContext {
    /// The world it runs in.
    pub sandbox: Arc<Sandbox>,
    /// The site it came to.
    pub site: Arc<Site>,
    /// The time at which it came.
    pub now: DateTime<Utc>,
    /// `iss` of tokens: the address of the GraphQL API.
    pub issuer: String,
    /// Finds the request in the log.
    pub correlation_id: String,
    viewer: Result<Viewer, Refusal>,
    plausible: Mutex<BTreeSet<String>>,
}

/// Why there is no viewer: told by every root field of the request.
enum Refusal {
    Kraken(KrakenError),
    Fault(String),
}

impl RequestContext {
    /// Finds out who asks.
    pub async fn new(
        sandbox: Arc<Sandbox>,
        site: Arc<Site>,
        issuer: String,
        correlation_id: String,
        authorization: Option<&[u8]>,
    ) -> Ctx {
        let now = sandbox.now();
        let by = kemu_auth::kraken_tokens::Issuer { keys: &sandbox.keys, url: &issuer };
        let found = kemu_auth::viewer::authenticate(sandbox.store.connection(), by, now, authorization).await;
        let viewer = found.map_err(|failure| match failure {
            Failure::Refused(error) => Refusal::Kraken(error),
            Failure::Internal(fault) => Refusal::Fault(fault.cause().to_string()),
        });
        Arc::new(Self { sandbox, site, now, issuer, correlation_id, viewer, plausible: Mutex::default() })
    }

    /// Who asks. Errors: the header's (1124, 1126, 1143, …).
    pub fn viewer(&self) -> Result<&Viewer, Failure> {
        self.viewer.as_ref().map_err(|refusal| match refusal {
            Refusal::Kraken(error) => Failure::Refused(error.clone()),
            Refusal::Fault(cause) => std::io::Error::other(cause.clone()).into(),
        })
    }

    /// Who issues tokens here.
    pub fn issuer(&self) -> kemu_auth::kraken_tokens::Issuer<'_> {
        kemu_auth::kraken_tokens::Issuer { keys: &self.sandbox.keys, url: &self.issuer }
    }

    fn note_plausible(&self, path: String) {
        self.plausible.lock().expect("no holder of this lock panics").insert(path);
    }
}

/// A GraphQL request, whatever it came in.
#[derive(Debug, Default, Clone)]
pub struct GraphQLRequest {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The variables.
    pub variables: Map<String, Json>,
    /// May it write? A GET may not.
    pub read_only: bool,
}

/// A GraphQL response.
#[derive(Debug)]
pub struct GraphQLResponse {
    /// The body as JSON text.
    pub body: Vec<u8>,
    /// False when nothing was executed: the document or the variables were refused.
    pub executed: bool,
}

impl GraphQLResponse {
    /// A response that is nothing but errors.
    pub fn refused(errors: &[GraphQLError]) -> Self {
        let body = serde_json::json!({ "errors": errors });
        Self { body: body.to_string().into_bytes(), executed: false }
    }
}

impl Site {
    /// The API site. Panics on a mismatch between resolvers and contract, which a test finds first.
    pub fn api() -> Self {
        let contract = Contract::load();
        let bindings = resolvers().bind(&contract);
        let bindings = bindings.unwrap_or_else(|mismatches| panic!("{}", mismatches.join("\n")));
        Self::new(contract, bindings)
    }

    /// The auth site: a part of the API site's contract, answered by the same resolvers.
    #[must_use]
    pub fn auth(&self) -> Self {
        let contract = self.contract.auth_site();
        let bindings = resolvers().bind_known(&contract);
        Self::new(contract, bindings)
    }

    fn new(contract: Contract, bindings: Bindings) -> Self {
        Self { contract, bindings, documents: Cache::new(REMEMBERED_DOCUMENTS) }
    }

    /// Answers a request.
    pub async fn answer(&self, ctx: Ctx, request: &GraphQLRequest) -> GraphQLResponse {
        let schema = &self.contract.schema;
        let plan = match self.plan(&request.query, request.operation_name.as_deref()) {
            Ok(plan) => plan,
            Err(errors) => return GraphQLResponse::refused(&errors),
        };
        if request.read_only && plan.operation().kind != OperationKind::Query {
            let word = plan.operation().kind.word();
            let message = format!("Can only perform a {word} operation from a POST request.");
            return GraphQLResponse::refused(&[GraphQLError::new(message)]);
        }
        let variables = match coerce::variables(schema, plan.document(), plan.operation(), &request.variables)
        {
            Ok(variables) => variables,
            Err(errors) => return GraphQLResponse::refused(&errors),
        };
        let done = execute(schema, &plan, &variables, &Answering(Arc::clone(&ctx))).await;
        if let [error] = done.errors.as_slice()
            && error.path.is_none()
        {
            return GraphQLResponse::refused(&done.errors);
        }
        let plausible = ctx.plausible.lock().expect("no holder of this lock panics");
        GraphQLResponse { body: body(&done.data, &done.errors, &plausible), executed: true }
    }

    /// The plan of a document's operation. Documents that were valid once are remembered.
    fn plan(&self, query: &str, operation_name: Option<&str>) -> Result<Arc<Plan>, Vec<GraphQLError>> {
        let remembered = match self.documents.get(query) {
            Some(remembered) => remembered,
            None => {
                let document = parse(query).map_err(|error| {
                    let place = Location::of(query, error.at);
                    vec![GraphQLError::at(format!("Syntax Error: {}", error.message), vec![place])]
                })?;
                let errors = validation::validate(&self.contract.schema, &document);
                if !errors.is_empty() {
                    return Err(errors);
                }
                let remembered = Remembered { document: Arc::new(document), plans: RwLock::default() };
                let remembered = Arc::new(remembered);
                self.documents.insert(query.into(), Arc::clone(&remembered));
                remembered
            }
        };
        remembered.plan(operation_name).map_err(|error| vec![error])
    }
}

impl Remembered {
    fn plan(&self, operation_name: Option<&str>) -> Result<Arc<Plan>, GraphQLError> {
        let plans = self.plans.read().expect("no holder of this lock panics");
        if let Some((_, plan)) = plans.iter().find(|(name, _)| name.as_deref() == operation_name) {
            return Ok(Arc::clone(plan));
        }
        drop(plans);
        let plan = Plan::new(Arc::clone(&self.document), operation_name).map_err(|error| *error)?;
        let plan = Arc::new(plan);
        self.plans
            .write()
            .expect("no holder of this lock panics")
            .push((operation_name.map(Box::from), Arc::clone(&plan)));
        Ok(plan)
    }
}

/// Errors first, as graphene writes them, then data, then what the emulator says of itself.
fn body(data: &[u8], errors: &[GraphQLError], plausible: &BTreeSet<String>) -> Vec<u8> {
    let mut body = Vec::with_capacity(data.len() + 256);
    body.push(b'{');
    if !errors.is_empty() {
        body.extend_from_slice(b"\"errors\":");
        serde_json::to_writer(&mut body, errors).expect("errors are plain data");
        body.push(b',');
    }
    body.extend_from_slice(b"\"data\":");
    body.extend_from_slice(data);
    if !plausible.is_empty() {
        let extensions = serde_json::json!({ "emulator": { "plausible": plausible } });
        body.extend_from_slice(b",\"extensions\":");
        serde_json::to_writer(&mut body, &extensions).expect("extensions are plain data");
    }
    body.push(b'}');
    body
}
