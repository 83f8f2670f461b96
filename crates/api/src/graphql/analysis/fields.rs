//! What is known of each field that an operation selects.

use std::collections::HashSet;

use kemu_auth::viewer::ViewerKind;
use kemu_domain::errors::{CatalogueEntry, Code};
use kemu_graphql::execution::{Plan, meta};
use kemu_graphql::language::ast::{Field, Selection, SelectionSet};
use kemu_graphql::language::{Document, Location};
use kemu_graphql::schema::{FieldIx, TypeIx};
use serde::Serialize;

use super::{Asking, Question};
use crate::deprecations::Notice;
use crate::graphql::Site;
use crate::graphql::coverage::{Answered, Coverage};
use crate::graphql::engine::connection::{PAGE_LIMIT, is_connection};
use crate::graphql::engine::contract::{Evidence, Requires};
use crate::graphql::engine::cost::{Cost, MOST_LEVELS};
use crate::graphql::engine::paths::{Paths, TOP};
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
    pub position: Location,
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

/// The most fields that are told of, and the most bytes of their paths: a few lines may select millions, each of them by
/// a path as long as the document.
const MOST_TOLD: usize = 5_000;
const MOST_PATH_BYTES: usize = 1024 * 1024;

/// The fields of an operation, each with the number of its path.
pub(super) struct Selected {
    fields: Vec<(usize, FieldFacts)>,
    pub(super) paths: Paths,
    /// Are there more than are told of?
    pub(super) has_more: bool,
}

impl Selected {
    pub(super) fn without_costs(self) -> Vec<FieldFacts> {
        self.fields.into_iter().map(|(_, field)| field).collect()
    }

    /// With what the fields cost, by their paths.
    pub(super) fn with_costs(self, costs: &[Option<Cost>]) -> Vec<FieldFacts> {
        let cost = |path: usize| costs.get(path).copied().flatten().map(|cost| cost.complexity);
        self.fields.into_iter().map(|(path, field)| FieldFacts { complexity: cost(path), ..field }).collect()
    }
}

/// The fields of a plan's operation, fragments opened; what is selected twice in one place is told once.
pub(super) fn selected(site: &Site, plan: &Plan, question: &Question<'_>) -> Selected {
    let mut walk = Walk {
        site,
        document: plan.document(),
        coverage: Coverage::new(site),
        question,
        seen: HashSet::new(),
        opened: HashSet::new(),
        keys: Vec::new(),
        path_bytes: 0,
        told: Selected { fields: Vec::new(), paths: Paths::default(), has_more: false },
    };
    if let Some(root) = site.contract.schema.root(plan.operation().kind) {
        walk.set(TOP, root, Answered::Modelled, &plan.operation().selection_set);
    }
    walk.told
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
    question: &'a Question<'a>,
    /// Paths, and the fields there that were looked at, with the types that they were selected of.
    seen: HashSet<(usize, TypeIx, FieldIx)>,
    /// Paths and names of fragments that were looked into.
    opened: HashSet<(usize, &'a str)>,
    /// The keys of the path that is looked at.
    keys: Vec<&'a str>,
    path_bytes: usize,
    told: Selected,
}

impl<'a> Walk<'a> {
    /// The fields of a selection set on `parent`, which is itself answered like this.
    fn set(&mut self, above: usize, parent: TypeIx, around: Answered, set: &'a SelectionSet) {
        let schema = &self.site.contract.schema;
        for selection in &set.selections {
            if self.told.has_more {
                return;
            }
            match selection {
                Selection::Field(node) => self.field(above, parent, around, node),
                Selection::Inline(node) => {
                    let on = node.on.as_ref().and_then(|on| schema.find_type(&on.text));
                    self.set(above, on.unwrap_or(parent), around, &node.selection_set);
                }
                Selection::Spread(node) => {
                    let Some(fragment) = self.document.fragment(&node.name.text) else { continue };
                    // Once at each place: fragments that spread each other twice would double with each of them.
                    if !self.opened.insert((above, &node.name.text)) {
                        continue;
                    }
                    if let Some(on) = schema.find_type(&fragment.on.text) {
                        self.set(above, on, around, &fragment.selection_set);
                    }
                }
            }
        }
    }

    fn field(&mut self, above: usize, parent: TypeIx, around: Answered, node: &'a Field) {
        let schema = &self.site.contract.schema;
        let name = &*node.name.text;
        let Some(ix) = meta::field(schema, parent, name).or_else(|| schema.find_field(parent, name)) else {
            return;
        };
        let path = self.told.paths.enter(above, node.key());
        let answered = match around {
            // What is selected of something made up is made up.
            Answered::Plausible => Answered::Plausible,
            _ if ix.0 >= schema.meta || schema.ty(parent).name.starts_with("__") => Answered::Modelled,
            _ => self.coverage.of_selected(ix),
        };
        self.keys.push(node.key());
        if self.seen.insert((path, parent, ix)) {
            self.path_bytes += self.keys.iter().map(|key| key.len() + 1).sum::<usize>();
            let is_too_much = self.told.fields.len() == MOST_TOLD
                || self.path_bytes > MOST_PATH_BYTES
                || self.keys.len() > MOST_LEVELS;
            if is_too_much {
                self.told.has_more = true;
                return;
            }
            let coordinate = format!("{}.{name}", schema.ty(parent).name);
            let facts = self.facts(ix, self.keys.join("."), coordinate, answered, node);
            self.told.fields.push((path, facts));
        }
        if let Some(set) = &node.selection_set {
            self.set(path, schema.field(ix).ty.named(), answered, set);
        }
        self.keys.pop();
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
            complexity: None,
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
            position: self.document.location_in_editor(node.at),
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
