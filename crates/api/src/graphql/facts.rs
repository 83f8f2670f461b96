//! Facts about operations, all from the contract: `possibleErrors`, `queryComplexity`, `rateLimitInfo`,
//! `apiBrownouts`. What they tell is what is enforced: the same functions compute it.

use std::sync::Arc;

use kemu_domain::errors::{CatalogueEntry, ErrorType, Failure, codes};
use kemu_domain::{Page, PageRequest};
use kemu_graphql::schema::FieldIx;
use kemu_graphql::schema::coerce;
use serde_json::{Map, Value as Json, json};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::engine::resolvers::Resolvers;
use super::{Ctx, Site};
use crate::limits::Standing;
use crate::switches::{Brownout, Rate};
use crate::{enums, inputs, objects};

objects! {
    PossibleError: "PossibleErrorType" by |_| 0;
    PossibleErrors: "PossibleErrorsOutputType" by |_| 0;
    Complexity: "QueryComplexityOutputType" by |_| 0;
    RateLimits: "CombinedRateLimitInformation" by |_| 0;
    PointsAllowance: "PointsAllowanceRateLimitInformation" by |_| 0;
    FieldRate: "FieldSpecificRateLimitInformation" by |_| 0;
    AnnouncedBrownout: "APIBrownout" by |_| 0;
}
enums!(OperationType, BrownoutStatus);

/// An error that a field may raise.
#[derive(Clone, Copy)]
pub(super) struct PossibleError(CatalogueEntry);

/// What `possibleErrors` answers.
struct PossibleErrors {
    asked: PossibleErrorsInput,
    errors: Vec<PossibleError>,
}

/// What `queryComplexity` answers.
struct Complexity(i64);

/// What `rateLimitInfo` answers.
struct RateLimits;
struct PointsAllowance(Standing);
struct FieldRate {
    field: String,
    rate: Rate,
    standing: Standing,
}

/// A brownout and how it stands now.
struct AnnouncedBrownout {
    brownout: Brownout,
    status: BrownoutStatus,
}

/// The contract's `query_type`, whose values are in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "lowercase")]
enum OperationType {
    Query,
    Mutation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
enum BrownoutStatus {
    Aborted,
    Cancelled,
    Completed,
    InProgress,
    Scheduled,
}

inputs! {
    struct PossibleErrorsArguments {
        input: PossibleErrorsInput,
    }
    struct PossibleErrorsInput {
        name: String,
        kind as "type": OperationType,
        auth_errors: Option<bool>,
    }
    struct ComplexityArguments {
        input: ComplexityInput,
    }
    struct ComplexityInput {
        query: String,
        operation_name: Option<String>,
        variables: Option<Json>,
    }
    struct FieldRatesArguments {
        fields: Option<Vec<Option<String>>>,
    }
    struct BrownoutsArguments {
        input: Option<BrownoutsInput>,
    }
    struct BrownoutsInput {
        statuses: Option<Vec<Option<BrownoutStatus>>>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("possibleErrors", possible_errors);
    all.object::<PossibleErrors>()
        .field("name", |own| own.asked.name.clone())
        .field("type", |own| own.asked.kind)
        .field("authErrors", |own| own.asked.auth_errors)
        .field("possibleErrors", |own| own.errors.clone());
    all.object::<PossibleError>()
        .field("code", |own| own.0.code.to_string())
        .field("type", |own| own.0.error_type.to_string())
        .field("message", |own| own.0.message)
        .field("description", |own| own.0.description);
    all.query("queryComplexity", query_complexity);
    all.object::<Complexity>().field("complexityValue", |own| own.0);
    all.query("rateLimitInfo", |_, (): ()| async { Ok(Some(RateLimits)) });
    all.object::<RateLimits>()
        .field_async("pointsAllowanceRateLimit", |_: Arc<RateLimits>, ctx: Ctx, (): ()| async move {
            Ok(PointsAllowance(ctx.sandbox.limits.points(ctx.caller).await?))
        })
        .connection("fieldSpecificRateLimits", field_rates);
    all.object::<PointsAllowance>()
        .field("limit", |own| own.0.limit)
        .field("remainingPoints", |own| own.0.remaining)
        .field("usedPoints", |own| own.0.used())
        .field("ttl", |own| own.0.whole_at)
        .field("isBlocked", |own| own.0.is_blocked);
    all.object::<FieldRate>()
        .field("field", |own| own.field.clone())
        .field("rate", |own| own.rate.to_string())
        .field("ttl", |own| own.standing.whole_at)
        .field("isBlocked", |own| own.standing.is_blocked);
    all.query_connection("apiBrownouts", brownouts);
    all.object::<AnnouncedBrownout>()
        .field("disablesRequestsTo", |own| own.brownout.field.to_string())
        .field("apiType", |_| super::engine::outputs::EnumName("GRAPHQL".into()))
        .field("status", |own| own.status)
        .field("startsAt", |own| own.brownout.starts_at.to_rfc3339())
        .field("endsAt", |own| own.brownout.ends_at.to_rfc3339());
}

impl PossibleError {
    /// The line of the catalogue.
    pub(super) fn entry(self) -> CatalogueEntry {
        self.0
    }

    /// As the header `X-Kraken-Possible-Errors` has it.
    pub(super) fn to_json(self) -> Json {
        let Self(entry) = self;
        json!({
            "code": entry.code.as_str(),
            "message": entry.message,
            "description": entry.description,
            "type": entry.error_type.as_str(),
        })
    }
}

/// The errors that a field declares.
pub(super) fn possible_errors_of(site: &Site, field: FieldIx) -> Vec<PossibleError> {
    let facts = site.contract.facts(field);
    let codes = facts.map(|facts| facts.possible_errors.as_slice()).unwrap_or_default();
    codes.iter().map(|code| PossibleError(code.entry())).collect()
}

/// The errors that a mutation declares, as its payload tells them.
pub(super) fn possible_errors_of_mutation(site: &Site, name: &str) -> Vec<PossibleError> {
    let schema = &site.contract.schema;
    let field = schema.mutation.and_then(|mutation| schema.find_field(mutation, name));
    field.map(|field| possible_errors_of(site, field)).unwrap_or_default()
}

/// Errors: 1606 for a name that the contract does not have. Without `authErrors`, errors of authorization are told as
/// well; with `false` they are left out (a guess: the schema only names the argument).
async fn possible_errors(
    ctx: Ctx,
    arguments: PossibleErrorsArguments,
) -> Result<Option<PossibleErrors>, Failure> {
    let asked = arguments.input;
    let schema = &ctx.site.contract.schema;
    let root = match asked.kind {
        OperationType::Query => Some(schema.query),
        OperationType::Mutation => schema.mutation,
    };
    let field =
        root.and_then(|root| schema.find_field(root, &asked.name)).ok_or(codes::ROOT_FIELD_UNKNOWN)?;
    let mut errors = possible_errors_of(&ctx.site, field);
    if asked.auth_errors == Some(false) {
        errors.retain(|error| error.0.error_type != ErrorType::Authorization);
    }
    Ok(Some(PossibleErrors { asked, errors }))
}

/// Errors: 1603 for text that is no valid document or whose variables do not fit, 1604 for several operations and no
/// name.
async fn query_complexity(ctx: Ctx, arguments: ComplexityArguments) -> Result<Option<Complexity>, Failure> {
    let ComplexityInput { query, operation_name, variables } = arguments.input;
    let contract = &ctx.site.contract;
    let prepared = ctx.site.prepare(&query, operation_name.as_deref()).map_err(|errors| {
        let is_choice = errors.iter().any(|error| error.message.starts_with("Must provide operation name"));
        if is_choice { codes::QUERY_AMBIGUOUS } else { codes::QUERY_INVALID }
    })?;
    let given = match variables {
        Some(Json::Object(given)) => given,
        None | Some(Json::Null) => Map::new(),
        Some(_) => return Err(codes::QUERY_INVALID.into()),
    };
    let (document, operation) = (prepared.plan.document(), prepared.plan.operation());
    let variables = coerce::variables(&contract.schema, document, operation, &given);
    let variables = variables.map_err(|_| codes::QUERY_INVALID)?;
    Ok(Some(Complexity(prepared.cost(contract, &variables).complexity)))
}

async fn field_rates(
    _: Arc<RateLimits>,
    ctx: Ctx,
    arguments: FieldRatesArguments,
    request: PageRequest,
) -> Result<Page<FieldRate>, Failure> {
    let wanted: Option<Vec<String>> = arguments.fields.map(|fields| fields.into_iter().flatten().collect());
    let all = ctx.sandbox.limits.fields(ctx.caller).await?.into_iter();
    let all =
        all.filter(|(name, ..)| wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|one| one == name)));
    let rates = all.map(|(field, rate, standing)| FieldRate { field: field.into(), rate, standing });
    Ok(Page::of(rates.collect(), &request))
}

/// The brownouts asked for; those that are going on or will come if no status is named.
async fn brownouts(
    ctx: Ctx,
    arguments: BrownoutsArguments,
    request: PageRequest,
) -> Result<Page<AnnouncedBrownout>, Failure> {
    let statuses = arguments.input.and_then(|input| input.statuses);
    let wanted: Vec<BrownoutStatus> = match statuses {
        Some(statuses) => statuses.into_iter().flatten().collect(),
        None => vec![BrownoutStatus::InProgress, BrownoutStatus::Scheduled],
    };
    let announced = ctx.sandbox.switches.brownouts().iter().cloned().map(|brownout| {
        let status = match () {
            () if ctx.now < brownout.starts_at => BrownoutStatus::Scheduled,
            () if ctx.now < brownout.ends_at => BrownoutStatus::InProgress,
            () => BrownoutStatus::Completed,
        };
        AnnouncedBrownout { brownout, status }
    });
    let announced: Vec<_> = announced.filter(|announced| wanted.contains(&announced.status)).collect();
    Ok(Page::of(announced, &request))
}
