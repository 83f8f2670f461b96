//! What can be said of an operation without executing it: who may ask it, what it costs, which errors it may answer, what
//! of it is deprecated, and what is modelled. It takes the same functions that execution takes, so what is told is what
//! is enforced, and it takes no points.
//!
//! A contract is enough: `analyse(&Site::api(), &Question { query, ..Question::default() })` needs no store and no
//! server. Who asks, and a world's own limits, are told where they are known.

mod fields;

use kemu_auth::viewer::Viewer;
use kemu_domain::errors::{Code, codes};
use kemu_graphql::GraphQLError;
use kemu_graphql::language::Location;
use kemu_graphql::schema::coerce;
use kemu_graphql::validation::deprecated::{self, Uses};
use serde::Serialize;
use serde_json::{Map, Value as Json};

pub use self::fields::{FieldFacts, Permission, PossibleError, RateLimit, Requirement, viewer_word};
use super::Site;
use super::engine::cost::{Cost, cost_by_path};
use super::site::Prepared;
use crate::deprecations::Notice;
use crate::limits::{MOST_COMPLEX, MOST_NODES, Standing};
use crate::switches::Rate;

/// What to analyse.
#[derive(Default)]
pub struct Question<'a> {
    /// The document.
    pub query: &'a str,
    /// Which of its operations.
    pub operation_name: Option<&'a str>,
    /// The variables; `None` where they are not known, which is no error.
    pub variables: Option<&'a Map<String, Json>>,
    /// Who asks.
    pub asking: Asking<'a>,
    /// The limits of a running world and how the caller stands with them, as [`crate::limits::Limits::fields`] tells.
    pub limits: Option<&'a [(&'a str, Rate, Standing)]>,
}

/// Who asks.
#[derive(Default, Clone, Copy)]
pub enum Asking<'a> {
    /// Nobody said.
    #[default]
    Unknown,
    /// This viewer.
    Viewer(&'a Viewer),
    /// Somebody whose `Authorization` header is refused with this code; every root field will be, too.
    Refused(Code),
}

/// What is known of an operation.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Analysis {
    /// Errors of the document. Where there are any, nothing else is known.
    pub errors: Vec<GraphQLError>,
    /// Errors of the variables.
    pub variable_errors: Vec<GraphQLError>,
    /// The operation.
    pub operation: Option<Operation>,
    /// Who asks.
    pub viewer: Option<ViewerFacts>,
    /// Points, against what one operation may cost.
    pub complexity: Ceiling,
    /// Items that its pages may hold, against what one operation may ask for.
    pub nodes: Ceiling,
    /// The fields it selects, in the order of the document, fragments opened.
    pub fields: Vec<FieldFacts>,
    /// Does it select more fields than are told?
    pub has_more_fields: bool,
    /// The deprecated members that it uses: fields, arguments, input fields, enum values.
    pub deprecated: Vec<DeprecatedMember>,
}

/// An operation.
#[derive(Debug, Serialize)]
pub struct Operation {
    /// Its name.
    pub name: Option<String>,
    /// `query` or `mutation`.
    pub kind: &'static str,
}

/// Who asks.
#[derive(Debug, Serialize)]
pub struct ViewerFacts {
    /// `anonymous`, `customer`, `organisation`, or `refused`.
    pub kind: &'static str,
    /// The code that the `Authorization` header is refused with.
    pub code: Option<Code>,
    /// What went wrong then.
    pub message: Option<&'static str>,
    /// The permissions held.
    pub permissions: Vec<String>,
}

/// An amount and the ceiling above it.
#[derive(Debug, Serialize)]
pub struct Ceiling {
    /// `None` where it hangs on variables that are not known or wrong.
    pub value: Option<i64>,
    /// What is above this is refused.
    pub most: i64,
    /// The code that it is refused with.
    pub refusal: Code,
}

/// A deprecated member that an operation uses.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeprecatedMember {
    /// Which: `Type.field`, `Type.field(argument:)`, `Enum.VALUE`.
    pub member: String,
    /// Where the document first uses it; `None` where only the variables do.
    pub position: Option<Location>,
    /// Kraken's words.
    pub reason: &'static str,
    /// The dates and the replacement in them.
    #[serde(flatten)]
    pub notice: Notice,
}

/// Analyses an operation.
pub fn analyse(site: &Site, question: &Question<'_>) -> Analysis {
    let viewer = question.asking.facts();
    let prepared = match site.prepare(question.query, question.operation_name) {
        Ok(prepared) => prepared,
        Err(errors) => return Analysis::refused(errors, viewer),
    };
    let operation = prepared.plan.operation();
    let none = Map::new();
    let given = question.variables.unwrap_or(&none);
    let schema = &site.contract.schema;
    let coerced = coerce::variables(schema, prepared.plan.document(), operation, given);
    let (variables, variable_errors) = match coerced {
        Ok(variables) => (Some(variables), Vec::new()),
        Err(_) if question.variables.is_none() => (None, Vec::new()),
        Err(errors) => (None, errors),
    };
    let cost = match &variables {
        Some(variables) if question.variables.is_some() => Some(prepared.cost(&site.contract, variables)),
        _ => prepared.fixed_cost(),
    };
    let selected = fields::selected(site, &prepared.plan, question);
    let has_more_fields = selected.has_more;
    let fields = match cost {
        // Nobody has counted all of it, so that the parts are not known either.
        None | Some(Cost::BOUNDLESS) => selected.without_costs(),
        Some(_) => {
            let variables = variables.unwrap_or_default();
            let costs = cost_by_path(&site.contract, &prepared.plan, &variables, &selected.paths);
            selected.with_costs(&costs)
        }
    };
    Analysis {
        errors: Vec::new(),
        variable_errors,
        operation: Some(Operation {
            name: operation.name.as_ref().map(|name| name.text.to_string()),
            kind: operation.kind.word(),
        }),
        viewer,
        complexity: Ceiling::complexity(cost.map(|cost| cost.complexity)),
        nodes: Ceiling::nodes(cost.map(|cost| cost.nodes)),
        fields,
        has_more_fields,
        deprecated: deprecated_members(site, &prepared, given),
    }
}

fn deprecated_members(site: &Site, prepared: &Prepared, given: &Map<String, Json>) -> Vec<DeprecatedMember> {
    let mut uses = Uses::clone(&prepared.deprecated);
    for (member, used) in deprecated::in_variables(&site.contract.schema, prepared.plan.operation(), given) {
        uses.entry(member).or_insert(used);
    }
    let document = prepared.plan.document();
    let told = uses.into_iter().map(|(member, used)| DeprecatedMember {
        member,
        position: used.places.first().map(|at| document.location_in_editor(*at)),
        reason: used.reason,
        notice: Notice::of(used.reason),
    });
    told.collect()
}

impl Analysis {
    fn refused(errors: Vec<GraphQLError>, viewer: Option<ViewerFacts>) -> Self {
        Self {
            errors,
            variable_errors: Vec::new(),
            operation: None,
            viewer,
            complexity: Ceiling::complexity(None),
            nodes: Ceiling::nodes(None),
            fields: Vec::new(),
            has_more_fields: false,
            deprecated: Vec::new(),
        }
    }
}

impl Ceiling {
    fn complexity(value: Option<i64>) -> Self {
        Self { value, most: MOST_COMPLEX, refusal: codes::TOO_COMPLEX }
    }

    fn nodes(value: Option<i64>) -> Self {
        Self { value, most: MOST_NODES, refusal: codes::TOO_MANY_NODES }
    }
}

impl Asking<'_> {
    fn facts(self) -> Option<ViewerFacts> {
        match self {
            Self::Unknown => None,
            Self::Refused(code) => {
                let message = Some(code.entry().message);
                Some(ViewerFacts { kind: "refused", code: Some(code), message, permissions: Vec::new() })
            }
            Self::Viewer(viewer) => Some(ViewerFacts {
                kind: viewer_word(viewer.kind()),
                code: None,
                message: None,
                permissions: viewer.permissions().into_iter().map(String::from).collect(),
            }),
        }
    }
}
