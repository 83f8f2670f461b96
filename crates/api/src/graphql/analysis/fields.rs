//! What is known of each field that an operation selects.

use std::collections::{BTreeMap, BTreeSet};

use kemu_auth::viewer::ViewerKind;
use kemu_domain::errors::{CatalogueEntry, Code};
use kemu_graphql::execution::{Plan, meta};
use kemu_graphql::language::Document;
use kemu_graphql::language::ast::{Field, Selection, SelectionSet};
use kemu_graphql::schema::{FieldIx, TypeIx};
use serde::Serialize;

use super::{Asking, Position, Question};
use crate::deprecations::Notice;
use crate::graphql::Site;
use crate::graphql::coverage::{Answered, Coverage};
use crate::graphql::engine::connection::{PAGE_LIMIT, is_connection};
use crate::graphql::engine::contract::{Evidence, Requires};
use crate::graphql::engine::cost::Cost;
use crate::graphql::facts::possible_errors_of;

/// A field that an operation selects.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldFacts {
    /// Its path in the answer: `account.transactions`.
    pub path: String,
    /// `Type.field`, with the type that it is selected of.
    pub coordinate: String,
    /// Where it stands first.
    pub position: Position,
    /// Is it one that the operation starts from? Only these are guarded and limited.
    pub is_root: bool,
    /// What it costs with all that is selected of it, asked once. `None` where variables leave it out, or are needed to
    /// tell.
    pub complexity: Option<i64>,
    /// Who may select it; `None` means everybody.
    pub requires: Option<Requirement>,
    /// The errors that it declares.
    pub possible_errors: Vec<PossibleError>,
    /// How often one caller may select it.
    pub rate_limit: Option<RateLimit>,
    /// The largest page, where it answers pages.
    pub page_limit: Option<i64>,
    /// Why it is deprecated, if it is.
    pub deprecated: Option<Notice>,
    /// How it is answered.
    pub answered: Answered,
    /// How we know that France has it: `documented`, `measured` or `inferred`.
    pub evidence: &'static str,
}

/// Who may select a field.
#[derive(Debug, Serialize)]
pub struct Requirement {
    /// The kinds of viewer.
    pub viewers: Vec<&'static str>,
    /// One of these is enough; empty where none is needed.
    pub permissions: Vec<Permission>,
    /// May the viewer select it? `None` where nobody said who asks.
    pub allowed: Option<bool>,
    /// The code that the viewer is refused with.
    pub refusal: Option<Code>,
}

/// A permission.
#[derive(Debug, Serialize)]
pub struct Permission {
    /// Its name.
    pub name: String,
    /// Does the viewer hold it? `None` where nobody said who asks.
    pub held: Option<bool>,
}

/// An error that a field declares.
#[derive(Debug, Serialize)]
pub struct PossibleError {
    /// The code.
    pub code: Code,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The message.
    pub message: &'static str,
    /// The description.
    pub description: &'static str,
}

/// How often one caller may select a field.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RateLimit {
    /// `10/m`.
    pub rate: String,
    /// Does each breach make it stricter?
    pub is_dynamic: bool,
    /// Does Kraken publish the number?
    pub is_published: bool,
    /// How many calls are left; `None` without a running world.
    pub remaining: Option<i64>,
    /// When all are there again, in seconds since the epoch; likewise.
    pub ttl: Option<i64>,
    /// Would the next call be refused? Likewise.
    pub is_blocked: Option<bool>,
}

/// The fields of a plan's operation, fragments opened; what is selected twice in one place is told once.
pub(super) fn selected(
    site: &Site,
    plan: &Plan,
    costs: &BTreeMap<String, Cost>,
    question: &Question<'_>,
) -> Vec<FieldFacts> {
    let document = plan.document();
    let coverage = Coverage::new(site);
    let seen = BTreeSet::new();
    let opened = BTreeSet::new();
    let mut walk = Walk { site, document, coverage, costs, question, seen, opened, found: Vec::new() };
    if let Some(root) = site.contract.schema.root(plan.operation().kind) {
        walk.set("", root, Answered::Modelled, &plan.operation().selection_set);
    }
    walk.found
}

/// The word for a kind of viewer.
pub fn viewer_word(kind: ViewerKind) -> &'static str {
    match kind {
        ViewerKind::Anonymous => "anonymous",
        ViewerKind::Customer => "customer",
        ViewerKind::Organisation => "organisation",
    }
}

struct Walk<'a> {
    site: &'a Site,
    document: &'a Document,
    coverage: Coverage<'a>,
    costs: &'a BTreeMap<String, Cost>,
    question: &'a Question<'a>,
    /// Paths and coordinates of fields that were looked at.
    seen: BTreeSet<(String, String)>,
    /// Paths and names of fragments that were looked into.
    opened: BTreeSet<(String, String)>,
    found: Vec<FieldFacts>,
}

impl Walk<'_> {
    /// The fields of a selection set on `parent`, which is itself answered like this.
    fn set(&mut self, above: &str, parent: TypeIx, around: Answered, set: &SelectionSet) {
        let schema = &self.site.contract.schema;
        for selection in &set.selections {
            match selection {
                Selection::Field(node) => self.field(above, parent, around, node),
                Selection::Inline(node) => {
                    let on = node.on.as_ref().and_then(|on| schema.find_type(&on.text));
                    self.set(above, on.unwrap_or(parent), around, &node.selection_set);
                }
                Selection::Spread(node) => {
                    let document = self.document;
                    let Some(fragment) = document.fragment(&node.name.text) else { continue };
                    // Once at each place: fragments that spread each other twice would double with each of them.
                    if !self.opened.insert((above.to_owned(), node.name.text.to_string())) {
                        continue;
                    }
                    if let Some(on) = schema.find_type(&fragment.on.text) {
                        self.set(above, on, around, &fragment.selection_set);
                    }
                }
            }
        }
    }

    fn field(&mut self, above: &str, parent: TypeIx, around: Answered, node: &Field) {
        let schema = &self.site.contract.schema;
        let name = &*node.name.text;
        let Some(ix) = meta::field(schema, parent, name).or_else(|| schema.find_field(parent, name)) else {
            return;
        };
        let path = format!("{above}{}", node.key());
        let coordinate = format!("{}.{name}", schema.ty(parent).name);
        let answered = match around {
            // What is selected of something made up is made up.
            Answered::Plausible => Answered::Plausible,
            _ if ix.0 >= schema.meta || coordinate.starts_with("__") => Answered::Modelled,
            _ => self.coverage.of_selected(ix),
        };
        if self.seen.insert((path.clone(), coordinate.clone())) {
            let facts = self.facts(ix, path.clone(), coordinate, answered, node);
            self.found.push(facts);
        }
        if let Some(set) = &node.selection_set {
            self.set(&format!("{path}."), schema.field(ix).ty.named(), answered, set);
        }
    }

    fn facts(
        &self,
        ix: FieldIx,
        path: String,
        coordinate: String,
        answered: Answered,
        node: &Field,
    ) -> FieldFacts {
        let contract = &self.site.contract;
        let def = contract.schema.field(ix);
        let facts = contract.facts(ix);
        let errors = possible_errors_of(self.site, ix).into_iter();
        let is_page = is_connection(&contract.schema, def);
        FieldFacts {
            is_root: !path.contains('.'),
            complexity: self.costs.get(&path).map(|cost| cost.complexity),
            requires: facts.and_then(|facts| facts.requires.as_ref()).map(|it| self.requirement(it)),
            possible_errors: errors.map(|error| PossibleError::from(error.entry())).collect(),
            rate_limit: self.rate_limit(ix, &coordinate),
            page_limit: is_page.then(|| facts.and_then(|facts| facts.page_limit).unwrap_or(PAGE_LIMIT)),
            deprecated: def.deprecated.map(Notice::of),
            evidence: match facts.and_then(|facts| facts.evidence) {
                Some(Evidence::Documented) => "documented",
                Some(Evidence::Measured) => "measured",
                None => "inferred",
            },
            position: Position::of(self.document, node.at),
            path,
            coordinate,
            answered,
        }
    }

    fn requirement(&self, requires: &Requires) -> Requirement {
        let viewer = match self.question.asking {
            Asking::Viewer(viewer) => Some(viewer),
            Asking::Unknown | Asking::Refused(_) => None,
        };
        let verdict = match self.question.asking {
            Asking::Unknown => None,
            Asking::Refused(code) => Some(Err(code)),
            Asking::Viewer(viewer) => Some(requires.check(viewer)),
        };
        let permission = |name: &str| {
            let held = viewer.map(|viewer| viewer.may(name));
            Permission { name: name.into(), held }
        };
        Requirement {
            viewers: requires.viewers.iter().map(|kind| viewer_word(*kind)).collect(),
            permissions: requires.permissions.iter().map(|name| permission(name)).collect(),
            allowed: verdict.map(|verdict| verdict.is_ok()),
            refusal: verdict.and_then(Result::err),
        }
    }

    /// A world's own limits, which users may have changed, go before those of the contract.
    fn rate_limit(&self, ix: FieldIx, coordinate: &str) -> Option<RateLimit> {
        let declared = self.site.contract.facts(ix).and_then(|facts| facts.rate_limit);
        let is_dynamic = declared.is_some_and(|declared| declared.is_dynamic);
        let published = declared.filter(|declared| declared.is_published).map(|declared| declared.rate);
        let Some(limits) = self.question.limits else {
            let rate = declared?.rate;
            let is_published = published.is_some();
            let rate = rate.to_string();
            return Some(RateLimit {
                rate,
                is_dynamic,
                is_published,
                remaining: None,
                ttl: None,
                is_blocked: None,
            });
        };
        let (_, rate, standing) = limits.iter().copied().find(|(field, ..)| *field == coordinate)?;
        Some(RateLimit {
            rate: rate.to_string(),
            is_dynamic,
            is_published: published == Some(rate),
            remaining: Some(standing.remaining),
            ttl: Some(standing.whole_at),
            is_blocked: Some(standing.is_blocked),
        })
    }
}

impl From<CatalogueEntry> for PossibleError {
    fn from(entry: CatalogueEntry) -> Self {
        let CatalogueEntry { code, error_type, message, description, .. } = entry;
        Self { code, kind: error_type.as_str(), message, description }
    }
}
