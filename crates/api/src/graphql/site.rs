//! A GraphQL address and the way of a request through it: parse and validate (or find what was learned of this text
//! before), coerce the variables, weigh, execute.

use std::collections::BTreeSet;
use std::sync::{Arc, RwLock};

use kemu_domain::errors::codes;
use kemu_graphql::GraphQLError;
use kemu_graphql::execution::{MOST_BYTES, Plan, PlanError, execute};
use kemu_graphql::language::ast::{OperationKind, Selection};
use kemu_graphql::language::{Document, Location, SyntaxError, parse_at_most};
use kemu_graphql::schema::coerce::{self, Variables};
use kemu_graphql::validation::deprecated::{self, Uses};
use kemu_graphql::validation::validate;
use moka::sync::Cache;
use serde_json::{Map, Value as Json, json};

use super::engine::contract::Contract;
use super::engine::cost::{Cost, MOST_LEVELS, MOST_WORK, cost, hangs_on_variables, weigh};
use super::engine::resolvers::Bindings;
use super::engine::runtime::Answering;
use super::facts::possible_errors_of;
use super::request::codes;
use super::{Ctx, Described, GraphQLRequest, GraphQLResponse, Summary, resolvers};
use crate::journal::secrets::given_to_secrets;
use crate::limits::{MOST_COMPLEX, MOST_NODES};

/// The most tokens of a document. Ours; graphql-core has the option, and others who set it choose a similar number.
pub const MOST_TOKENS: usize = 15_000;

/// What remembered documents may take: some two thousand ordinary ones.
const REMEMBERED_BYTES: u64 = 64 * 1024 * 1024;
/// Roughly what they take, rather more than less: each one, each token as a part of the tree, each operation, and each
/// selection in its plan.
const BYTES_A_DOCUMENT: usize = 1_024;
const BYTES_A_TOKEN: usize = 256;
const BYTES_AN_OPERATION: usize = 1_024;
const BYTES_A_SELECTION: usize = 400;

/// Reads a request's document.
pub fn parse_request(query: &str) -> Result<Document, SyntaxError> {
    parse_at_most(query, MOST_TOKENS)
}

/// A GraphQL address: a contract, its resolvers, and what was learned about documents. It holds nothing of a world.
pub struct Site {
    /// What it serves.
    pub contract: Contract,
    /// Who answers.
    pub bindings: Bindings,
    documents: Cache<Arc<str>, Arc<Remembered>>,
}

/// A valid document and its operations.
struct Remembered {
    document: Arc<Document>,
    deprecated: Arc<Uses>,
    operations: RwLock<Vec<Named>>,
}

/// An operation under the name that a request asks for it by; a document's only operation needs none.
type Named = (Option<Box<str>>, Arc<Prepared>);

/// An operation and what can be said of it without its variables.
pub struct Prepared {
    /// The plan.
    pub plan: Plan,
    /// What its document says of it.
    pub described: Arc<Described>,
    /// The deprecated members that its document uses.
    pub deprecated: Arc<Uses>,
    /// What it costs, where that does not hang on variables.
    fixed_cost: Option<Cost>,
    /// How much of it there is, counted as in [`Weighed::work`](super::engine::cost::Weighed).
    work: usize,
    /// Its answer, once given, where it only asks about the schema.
    introspection: RwLock<Option<Arc<[u8]>>>,
}

impl Site {
    /// The API site. Panics on a mismatch between resolvers and contract, which a test finds first.
    pub fn api() -> Self {
        let contract = Contract::load();
        let bindings = resolvers().bind(&contract);
        let bindings = bindings.unwrap_or_else(|mismatches| panic!("{}", mismatches.join("\n")));
        Self::new(contract, bindings)
    }

    /// The same site on the day after all that is deprecated has been removed.
    #[must_use]
    pub fn without_deprecated(&self) -> Self {
        Self::part(self.contract.without_deprecated())
    }

    /// The auth site: a part of the API site's contract, answered by the same resolvers.
    #[must_use]
    pub fn auth(&self) -> Self {
        Self::part(self.contract.auth_site())
    }

    fn part(contract: Contract) -> Self {
        let bindings = resolvers().bind_known(&contract);
        Self::new(contract, bindings)
    }

    fn new(contract: Contract, bindings: Bindings) -> Self {
        let documents = Cache::builder()
            .max_capacity(REMEMBERED_BYTES)
            .weigher(|_: &Arc<str>, remembered: &Arc<Remembered>| remembered.bytes())
            .build();
        Self { contract, bindings, documents }
    }

    /// Answers a request.
    pub async fn answer(&self, ctx: Ctx, request: &GraphQLRequest) -> GraphQLResponse {
        let schema = &self.contract.schema;
        let prepared = match self.prepare(&request.query, request.operation_name.as_deref()) {
            Ok(prepared) => prepared,
            Err(errors) => return GraphQLResponse::refused(&errors),
        };
        let operation = prepared.plan.operation();
        let mut summary = Summary { operation: Some(Arc::clone(&prepared.described)), ..Summary::default() };
        if request.read_only && operation.kind != OperationKind::Query {
            let message =
                format!("Can only perform a {} operation from a POST request.", operation.kind.word());
            return GraphQLResponse { summary, ..GraphQLResponse::refused(&[GraphQLError::new(message)]) };
        }
        let variables =
            match coerce::variables(schema, prepared.plan.document(), operation, &request.variables) {
                Ok(variables) => variables,
                Err(errors) => return GraphQLResponse { summary, ..GraphQLResponse::refused(&errors) },
            };
        self.note_deprecated(&ctx, &prepared, request);
        let cost = prepared.cost(&self.contract, &variables);
        summary.cost = Some(cost);
        let ceiling = [
            (cost.complexity > MOST_COMPLEX, codes::TOO_COMPLEX),
            (cost.nodes > MOST_NODES, codes::TOO_MANY_NODES),
        ];
        if let Some((_, code)) = ceiling.into_iter().find(|(is_above, _)| *is_above) {
            if cost == Cost::BOUNDLESS {
                tracing::warn!(
                    correlation_id = ctx.correlation_id,
                    "An operation was refused as too complex: with its fragments opened it selects more than {MOST_WORK} \
                     fields, or more than {MOST_LEVELS} levels of them. Right would be fewer spreads of its fragments."
                );
            }
            let refused = GraphQLResponse::forbidden(code);
            summary.codes.clone_from(&refused.summary.codes);
            return GraphQLResponse { summary, ..refused };
        }
        if request.wants_possible_errors {
            return GraphQLResponse {
                body: self.possible_errors(&prepared.plan, &variables),
                executed: true,
                summary,
            };
        }
        ctx.spend(cost).await;
        let known = prepared.introspection.read().expect("no holder of this lock panics").clone();
        if let Some(body) = known.filter(|_| ctx.viewer().is_ok()) {
            return GraphQLResponse { body: body.to_vec(), executed: true, summary };
        }
        let done = execute(schema, &prepared.plan, &variables, &Answering(Arc::clone(&ctx))).await;
        if done.is_too_large {
            tracing::warn!(
                correlation_id = ctx.correlation_id,
                "An operation was refused as too complex: its answer is larger than {MOST_BYTES} bytes."
            );
            let refused = GraphQLResponse::forbidden(codes::TOO_COMPLEX);
            summary.codes.clone_from(&refused.summary.codes);
            return GraphQLResponse { summary, ..refused };
        }
        if let [error] = done.errors.as_slice()
            && error.path.is_none()
        {
            return GraphQLResponse { summary, ..GraphQLResponse::refused(&done.errors) };
        }
        summary.codes = codes(&done.errors);
        let told = request.wants_complexity.then_some(cost);
        let body = body(&done.data, &done.errors, &ctx.plausible(), told);
        if done.errors.is_empty() && told.is_none() && prepared.is_introspection(&self.contract) {
            *prepared.introspection.write().expect("no holder of this lock panics") =
                Some(body.as_slice().into());
            if let Some(heavier) = self.documents.get(&*request.query) {
                self.remember(&heavier);
            }
        }
        GraphQLResponse { body, executed: true, summary }
    }

    /// What is known of a document's operation. Documents that were valid once are remembered.
    pub fn prepare(
        &self,
        query: &str,
        operation_name: Option<&str>,
    ) -> Result<Arc<Prepared>, Vec<GraphQLError>> {
        let known = self.documents.get(query);
        let is_known = known.is_some();
        let remembered = match known {
            Some(remembered) => remembered,
            None => {
                let document = parse_request(query).map_err(|error| {
                    let place = Location::of(query, error.at);
                    vec![GraphQLError::at(format!("Syntax Error: {}", error.message), vec![place])]
                })?;
                let schema = &self.contract.schema;
                let errors = validate(schema, &document);
                if !errors.is_empty() {
                    return Err(errors);
                }
                let deprecated = Arc::new(deprecated::in_document(schema, &document));
                let (document, operations) = (Arc::new(document), RwLock::default());
                Arc::new(Remembered { document, deprecated, operations })
            }
        };
        let operation = remembered.operation(&self.contract, operation_name);
        if !is_known || operation.as_ref().is_ok_and(|(_, is_new)| *is_new) {
            self.remember(&remembered);
        }
        operation.map(|(prepared, _)| prepared).map_err(|error| vec![*error])
    }

    /// Remembers a document, or that it weighs more than it did.
    fn remember(&self, remembered: &Arc<Remembered>) {
        self.documents.insert(Arc::clone(&remembered.document.source), Arc::clone(remembered));
    }

    fn note_deprecated(&self, ctx: &Ctx, prepared: &Prepared, request: &GraphQLRequest) {
        let schema = &self.contract.schema;
        let operation = prepared.plan.operation();
        let in_variables = if request.variables.is_empty() {
            Uses::new()
        } else {
            deprecated::in_variables(schema, operation, &request.variables)
        };
        let name = operation.name.as_ref().map(|name| &*name.text);
        let uses = prepared.deprecated.iter().chain(&in_variables);
        ctx.sandbox.deprecations.note(
            name,
            &request.client,
            uses.map(|(member, used)| (member.as_str(), used.reason)),
        );
    }

    /// The errors that each root field may raise, in its answer's place (kraken-facts 1.13).
    fn possible_errors(&self, plan: &Plan, variables: &Variables) -> Vec<u8> {
        let schema = &self.contract.schema;
        let fields = plan.root_fields(schema, variables);
        let mut data = Map::new();
        for field in fields.iter().flat_map(|fields| fields.iter()) {
            let errors: Vec<Json> =
                possible_errors_of(self, field.field).iter().map(|error| error.to_json()).collect();
            data.insert(field.key.to_string(), json!({ "possibleErrors": errors }));
        }
        json!({ "data": data }).to_string().into_bytes()
    }
}

impl Remembered {
    /// An operation, and whether nobody had asked for it before.
    fn operation(&self, contract: &Contract, name: Option<&str>) -> Result<(Arc<Prepared>, bool), PlanError> {
        let find = |known: &[Named]| {
            let found = known.iter().find(|(known, _)| known.as_deref() == name);
            found.map(|(_, prepared)| Arc::clone(prepared))
        };
        if let Some(known) = find(&self.operations.read().expect("no holder of this lock panics")) {
            return Ok((known, false));
        }
        let plan = Plan::new(Arc::clone(&self.document), name)?;
        // Also where it says nothing of the costs: then the plan is as large with any sizes of pages.
        let weighed = weigh(contract, &plan, &Variables::default());
        let prepared = Arc::new(Prepared {
            fixed_cost: (!hangs_on_variables(plan.document())).then_some(weighed.cost),
            work: weighed.work,
            described: Arc::new(described(&plan)),
            deprecated: Arc::clone(&self.deprecated),
            introspection: RwLock::default(),
            plan,
        });
        let mut known = self.operations.write().expect("no holder of this lock panics");
        if let Some(known) = find(&known) {
            return Ok((known, false));
        }
        known.push((name.map(Box::from), Arc::clone(&prepared)));
        Ok((prepared, true))
    }

    /// About how many bytes it takes.
    fn bytes(&self) -> u32 {
        let text = self.document.source.len();
        let operations = self.operations.read().expect("no holder of this lock panics");
        // What is kept of names is less than the text that they stand in.
        let of_operations =
            operations.iter().map(|(_, prepared)| BYTES_AN_OPERATION + text + prepared.bytes());
        let own = BYTES_A_DOCUMENT + text + self.document.tokens * BYTES_A_TOKEN;
        u32::try_from(own + of_operations.sum::<usize>()).unwrap_or(u32::MAX)
    }
}

impl Prepared {
    fn bytes(&self) -> usize {
        let introspection = self.introspection.read().expect("no holder of this lock panics");
        self.work * BYTES_A_SELECTION + introspection.as_ref().map_or(0, |body| body.len())
    }

    /// What the operation costs with these variables.
    pub fn cost(&self, contract: &Contract, variables: &Variables) -> Cost {
        self.fixed_cost.unwrap_or_else(|| cost(contract, &self.plan, variables))
    }

    /// What the operation costs with any variables, where that does not hang on them.
    pub fn fixed_cost(&self) -> Option<Cost> {
        self.fixed_cost
    }

    /// Does the operation only ask about the schema, and always the same? Then its answer never changes.
    fn is_introspection(&self, contract: &Contract) -> bool {
        let fields = self.plan.root_fields(&contract.schema, &Variables::default());
        self.plan.operation().variables.is_empty()
            && fields.is_some_and(|fields| fields.iter().all(|field| field.field.0 >= contract.schema.meta))
    }
}

fn described(plan: &Plan) -> Described {
    let operation = plan.operation();
    let fields = operation.selection_set.selections.iter().filter_map(|selection| match selection {
        Selection::Field(field) => Some(&*field.name.text),
        _ => None,
    });
    let mut known = BTreeSet::new();
    // Each once: a thousand aliases would take their place in every entry of the journal.
    let fields = fields.filter(|field| known.insert(*field)).map(String::from);
    Described {
        name: operation.name.as_ref().map(|name| name.text.to_string()),
        kind: operation.kind.word(),
        root_fields: fields.collect(),
        secret_variables: given_to_secrets(&plan.document().source),
    }
}

/// Errors first, as graphene writes them, then data, then what the emulator says of itself.
fn body(data: &[u8], errors: &[GraphQLError], plausible: &BTreeSet<String>, told: Option<Cost>) -> Vec<u8> {
    let mut body = Vec::with_capacity(data.len() + 256);
    body.push(b'{');
    if !errors.is_empty() {
        body.extend_from_slice(b"\"errors\":");
        serde_json::to_writer(&mut body, errors).expect("errors are plain data");
        body.push(b',');
    }
    body.extend_from_slice(b"\"data\":");
    body.extend_from_slice(data);
    let mut extensions = Map::new();
    if let Some(cost) = told {
        // The header is measured, the place of its answer is not: ours.
        extensions.insert("queryComplexity".into(), cost.complexity.into());
    }
    if !plausible.is_empty() {
        extensions.insert("emulator".into(), json!({ "plausible": plausible }));
    }
    if !extensions.is_empty() {
        body.extend_from_slice(b",\"extensions\":");
        serde_json::to_writer(&mut body, &extensions).expect("extensions are plain data");
    }
    body.push(b'}');
    body
}

#[cfg(test)]
mod tests;
