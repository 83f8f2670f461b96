//! What a GraphQL request brings, what resolvers know of it, and what it is answered.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use kemu_auth::viewer::{Viewer, authenticate};
use kemu_auth::{Issuer, IssuerNames};
use kemu_domain::errors::{Code, Failure, KrakenError};
use kemu_domain::properties::Property;
use kemu_graphql::GraphQLError;
use serde_json::{Map, Value as Json};

use super::Site;
use super::engine::cost::Cost;
use crate::app;
use crate::app::memo::Memo;
use crate::app::oauth::at_the_api;
use crate::app::supplies::Supplies;
use crate::limits::Caller;
use crate::sandbox::Sandbox;

/// A GraphQL request, whatever it came in.
#[derive(Debug, Default, Clone)]
pub struct GraphQLRequest {
    /// The document.
    pub query: String,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// The variables.
    pub variables: Map<String, Json>,
    /// May it only read? A GET may.
    pub read_only: bool,
    /// Does it want the errors that its fields may raise, instead of their answers? (`X-Kraken-Possible-Errors`)
    pub wants_possible_errors: bool,
    /// Does it want to be told what it costs? (`X-Kraken-Query-Complexity`)
    pub wants_complexity: bool,
    /// What calls itself what: the `User-Agent`.
    pub client: String,
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
    /// Where this kemu is for whoever asks, without a slash at its end.
    pub base_url: String,
    issuer: IssuerNames,
    /// Finds the request in the log.
    pub correlation_id: String,
    /// Who is limited.
    pub caller: Caller,
    /// What accounts are supplied with, as far as this request has read it.
    pub supplies: Memo<Supplies>,
    /// The places of accounts, likewise.
    pub places: Memo<Vec<Property>>,
    viewer: Result<Viewer, Refusal>,
    has_no_points: AtomicBool,
    plausible: Mutex<BTreeSet<String>>,
}

/// Why there is no viewer: told by every root field of the request.
enum Refusal {
    Kraken(KrakenError),
    Fault(String),
}

/// Where a request comes from.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The address of the caller.
    pub peer: IpAddr,
    /// Where they found this kemu, without a slash at its end.
    pub base_url: String,
    /// Who issues tokens here: `iss` is the address of the GraphQL API.
    pub issuer: IssuerNames,
    /// Who issues OAuth tokens here.
    pub oauth_issuer: IssuerNames,
    /// Finds the request in the log.
    pub correlation_id: String,
}

impl RequestContext {
    /// Finds out who asks.
    pub async fn new(
        sandbox: Arc<Sandbox>,
        site: Arc<Site>,
        origin: Origin,
        authorization: Option<&[u8]>,
    ) -> Ctx {
        let Origin { peer, base_url, issuer, oauth_issuer, correlation_id } = origin;
        let now = sandbox.now();
        if let Err(failure) = app::billing::catch_up(&sandbox, now).await {
            // What is there can still be read.
            tracing::error!(correlation_id, ?failure, "Billing could not catch up with the clock.");
        }
        let (kraken, oauth) = (issuer.with(&sandbox.keys), oauth_issuer.with(&sandbox.keys));
        let found = authenticate(&sandbox.store.reader(), kraken, oauth, now, authorization).await;
        let viewer = found.map_err(|failure| match failure {
            Failure::Refused(error) => {
                at_the_api::Asked { sandbox: &sandbox, now, correlation_id: &correlation_id }
                    .note_token(authorization, error.code());
                Refusal::Kraken(error)
            }
            Failure::Internal(fault) => Refusal::Fault(fault.cause().to_string()),
        });
        let caller = Caller::of(viewer.as_ref().unwrap_or(&Viewer::Anonymous), peer);
        let has_no_points = AtomicBool::new(false);
        let plausible = Mutex::default();
        Arc::new(Self {
            sandbox,
            site,
            now,
            base_url,
            issuer,
            correlation_id,
            caller,
            supplies: Memo::default(),
            places: Memo::default(),
            viewer,
            has_no_points,
            plausible,
        })
    }

    /// Who asks. Errors: the header's (1124, 1126, 1143, …).
    pub fn viewer(&self) -> Result<&Viewer, Failure> {
        self.viewer.as_ref().map_err(|refusal| match refusal {
            Refusal::Kraken(error) => Failure::Refused(error.clone()),
            Refusal::Fault(cause) => std::io::Error::other(cause.clone()).into(),
        })
    }

    /// Writes down what a field wants that was refused to the token of an OAuth application, where that is a scope.
    pub(super) fn note_scope(&self, permissions: &[Box<str>], code: Code) {
        let Ok(viewer) = &self.viewer else { return };
        if let Some(application) = viewer.through().filter(|_| !viewer.has_full_access()) {
            let (sandbox, correlation_id) = (&*self.sandbox, self.correlation_id.as_str());
            at_the_api::Asked { sandbox, now: self.now, correlation_id }.note_scope(
                application,
                permissions,
                code,
            );
        }
    }

    /// Who issues tokens here.
    pub fn issuer(&self) -> Issuer<'_> {
        self.issuer.with(&self.sandbox.keys)
    }

    /// Takes what the operation costs from the caller's allowance.
    pub(super) async fn spend(&self, cost: Cost) {
        let spent = self.sandbox.limits.spend(self.caller, cost.complexity).await;
        let is_enough = spent.unwrap_or_else(|cause| {
            // Better served for nothing than not at all: whatever needs the store will tell the fault.
            tracing::error!(correlation_id = self.correlation_id, %cause, "Points could not be counted.");
            true
        });
        self.has_no_points.store(!is_enough, Ordering::Relaxed);
    }

    /// Was the allowance too small for this request?
    pub(super) fn has_no_points(&self) -> bool {
        self.has_no_points.load(Ordering::Relaxed)
    }

    pub(super) fn note_plausible(&self, path: String) {
        self.plausible.lock().expect("no holder of this lock panics").insert(path);
    }

    pub(super) fn plausible(&self) -> BTreeSet<String> {
        self.plausible.lock().expect("no holder of this lock panics").clone()
    }
}

/// A GraphQL response.
#[derive(Debug)]
pub struct GraphQLResponse {
    /// The body as JSON text.
    pub body: Vec<u8>,
    /// False when nothing was executed: the document or the variables were refused.
    pub executed: bool,
    /// What the operation was, where that is known.
    pub summary: Summary,
}

/// What an operation was and came to, for the journal.
#[derive(Debug, Default, Clone)]
pub struct Summary {
    /// What its document says; nothing for a document that was refused.
    pub operation: Option<Arc<Described>>,
    /// What it costs.
    pub cost: Option<Cost>,
    /// The Kraken codes it was answered, in the order of the errors.
    pub codes: Vec<String>,
}

/// What a document says of an operation.
#[derive(Debug)]
pub struct Described {
    /// Its name.
    pub name: Option<String>,
    /// `query` or `mutation`.
    pub kind: &'static str,
    /// The fields it starts from.
    pub root_fields: Vec<String>,
    /// The variables that it gives to fields with the name of a secret.
    pub secret_variables: BTreeSet<String>,
}

impl GraphQLResponse {
    /// A response that is nothing but errors, for a request that is malformed.
    pub fn refused(errors: &[GraphQLError]) -> Self {
        let body = serde_json::json!({ "errors": errors }).to_string().into_bytes();
        Self { body, executed: false, summary: Summary { codes: codes(errors), ..Summary::default() } }
    }

    /// A response that is nothing but one of Kraken's errors, for a request that is well formed.
    pub fn forbidden(code: Code) -> Self {
        let error = KrakenError::from(code);
        let error =
            GraphQLError { extensions: Some(error.extensions()), ..GraphQLError::new(error.message()) };
        Self { executed: true, ..Self::refused(&[error]) }
    }
}

/// The Kraken codes among errors.
pub(super) fn codes(errors: &[GraphQLError]) -> Vec<String> {
    let code =
        |error: &GraphQLError| Some(error.extensions.as_ref()?.get("errorCode")?.as_str()?.to_string());
    errors.iter().filter_map(code).collect()
}
