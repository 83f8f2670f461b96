//! The contract at run time: the schema that the build baked in, and what its internal directives say of each
//! field.

use kemu_auth::viewer::{Viewer, ViewerKind};
use kemu_domain::errors::{Catalogue, Code, codes};
use kemu_graphql::Value;
use kemu_graphql::schema::{DirectiveUse, FieldDef, FieldIx, Schema, directive};

use crate::switches::Rate;

/// The contract as `build.rs` stored it.
static BAKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contract.bin"));

/// A schema and the facts about its fields.
#[derive(Debug)]
pub struct Contract {
    /// The schema.
    pub schema: Schema,
    facts: Vec<Option<Box<Facts>>>,
}

/// What the contract says of a field beyond its type.
#[derive(Debug, Default, Clone)]
pub struct Facts {
    /// Who may select it; `None` means everybody.
    pub requires: Option<Requires>,
    /// The codes that it declares.
    pub possible_errors: Vec<Code>,
    /// What it costs in points.
    pub complexity: Option<i64>,
    /// How often one caller may select it.
    pub rate_limit: Option<RateLimit>,
    /// Its largest page, where that is not 100.
    pub page_limit: Option<i64>,
    /// How we know that France has it.
    pub evidence: Option<Evidence>,
    /// Does the auth site serve it too?
    pub on_auth_site: bool,
}

/// How often one caller may select a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The rate.
    pub rate: Rate,
    /// Does each breach make it stricter?
    pub is_dynamic: bool,
    /// Does Kraken publish the number? If not, it is ours.
    pub is_published: bool,
}

/// How we know that France has a member; without one of these it is inferred from other territories.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A French page says so.
    Documented,
    /// A third party saw it on the live French server.
    Measured,
}

/// Who may select a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requires {
    /// The kinds of viewer.
    pub viewers: Vec<ViewerKind>,
    /// One of these is enough; empty means that none is needed.
    pub permissions: Vec<Box<str>>,
}

impl Requires {
    /// Lets the viewer pass, or says with which code not.
    pub fn check(&self, viewer: &Viewer) -> Result<(), Code> {
        if viewer.kind() == ViewerKind::Anonymous {
            return Err(codes::HEADER_MISSING);
        }
        let may = match self.permissions.as_slice() {
            [] => viewer.has_full_access(),
            permissions => permissions.iter().any(|permission| viewer.may(permission)),
        };
        if may && self.viewers.contains(&viewer.kind()) { Ok(()) } else { Err(codes::UNAUTHORIZED) }
    }
}

impl Contract {
    /// The contract of the API site: everything.
    pub fn load() -> Self {
        Self::new(Schema::from_bytes(BAKED).expect("the build stored a schema of this very version"))
    }

    /// The contract of the auth site: tokens, sign-in, multi-factor, authorised applications, the viewer.
    #[must_use]
    pub fn auth_site(&self) -> Self {
        Self::new(self.schema.subset(|field| directive(&field.directives, "authSite").is_some()))
    }

    /// The contract on the day after all that is deprecated has been removed.
    #[must_use]
    pub fn without_deprecated(&self) -> Self {
        Self::new(self.schema.without_deprecated())
    }

    fn new(schema: Schema) -> Self {
        let facts = schema.fields.iter().map(|field| facts(field).map(Box::new)).collect();
        Self { schema, facts }
    }

    /// What the contract says of a field; `None` where it says nothing beyond the type.
    pub fn facts(&self, field: FieldIx) -> Option<&Facts> {
        self.facts[field.0 as usize].as_deref()
    }

    /// The fields that operations start from, queries first.
    pub fn root_fields(&self) -> impl Iterator<Item = FieldIx> {
        let mutations = self.schema.mutation.into_iter().flat_map(|ix| self.schema.fields_of(ix));
        self.schema.fields_of(self.schema.query).chain(mutations)
    }
}

fn facts(field: &FieldDef) -> Option<Facts> {
    let applied = &field.directives;
    if applied.is_empty() {
        return None;
    }
    let words = |value: Option<&Value>| match value {
        Some(Value::List(items)) => items.iter().filter_map(Value::as_str).map(Box::from).collect(),
        _ => Vec::new(),
    };
    let requires = directive(applied, "requires").map(|arguments| Requires {
        viewers: words(arguments.get("viewers")).iter().filter_map(|word| viewer_kind(word)).collect(),
        permissions: words(arguments.get("permissions")),
    });
    let codes = directive(applied, "possibleErrors").map(|arguments| words(arguments.get("codes")));
    Some(Facts {
        requires,
        possible_errors: codes
            .unwrap_or_default()
            .iter()
            .map(|code| Catalogue::get(code).expect("the build checked every code").code)
            .collect(),
        complexity: number(applied, "complexity", "value"),
        rate_limit: directive(applied, "rateLimit").and_then(|arguments| {
            Some(RateLimit {
                rate: arguments.get("rate")?.as_str()?.parse().expect("the contract's rates are well formed"),
                is_dynamic: arguments.get("mode")?.as_str()? == "DYNAMIC",
                is_published: *arguments.get("published")? == Value::Boolean(true),
            })
        }),
        page_limit: number(applied, "pageLimit", "max"),
        evidence: directive(applied, "evidence").and_then(|arguments| {
            match arguments.get("is")?.as_str()? {
                "DOCUMENTED" => Some(Evidence::Documented),
                _ => Some(Evidence::Measured),
            }
        }),
        on_auth_site: directive(applied, "authSite").is_some(),
    })
}

fn number(applied: &[DirectiveUse], name: &str, argument: &str) -> Option<i64> {
    match directive(applied, name)?.get(argument)? {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn viewer_kind(word: &str) -> Option<ViewerKind> {
    match word {
        "CUSTOMER" => Some(ViewerKind::Customer),
        "ORGANISATION" => Some(ViewerKind::Organisation),
        _ => None,
    }
}
