//! What is found in a project's documents.

use std::collections::BTreeSet;

use kemu_domain::errors::Code;
use kemu_graphql::language::{Document, Location};
use kemu_graphql::validation::{deprecated, validate};

use super::costs::{Costs, costs};
use super::paging;
use super::project::{File, Place, Project, Request};
use crate::deprecations::Notice;
use crate::graphql::Site;
use crate::graphql::analysis::{Analysis, Question, analyse};
use crate::graphql::site::parse_request;
use crate::limits::{MOST_COMPLEX, MOST_NODES};

/// What a finding means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Severity {
    /// Kraken refuses it, or will.
    Error,
    /// It will be refused, and that is known.
    Warning,
    /// It may be refused.
    Note,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Finding {
    pub(super) place: Place,
    pub(super) severity: Severity,
    /// `syntax`, `schema`, `validation`, `fragment`, `paging`, `complexity`, `nodes` or `deprecated`.
    pub(super) rule: &'static str,
    pub(super) message: String,
}

/// An operation that Kraken would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) place: Place,
    pub(super) name: Option<String>,
    pub(super) kind: &'static str,
    pub(super) costs: Costs,
    /// Who may ask for it: of each root field that is not for everybody.
    pub(super) needs: Vec<Need>,
}

/// Who may select a root field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) field: String,
    pub(super) viewers: Vec<&'static str>,
    /// One of these is enough; none is needed where there are none.
    pub(super) permissions: Vec<String>,
}

/// What is found.
#[derive(Debug, Default)]
pub(super) struct Examined {
    /// By place.
    pub(super) findings: BTreeSet<Finding>,
    /// How many operations were looked at.
    pub(super) asked: usize,
    /// Those that Kraken would take.
    pub(super) operations: Vec<Operation>,
}

/// Looks at all documents.
pub(super) fn examine(site: &Site, project: &Project, allow_deprecated: bool) -> Examined {
    let deprecated = if allow_deprecated { Severity::Warning } else { Severity::Error };
    let mut look = Look { site, deprecated, examined: Examined::default() };
    project.files.iter().for_each(|file| look.file(project, file));
    look.examined
}

struct Look<'s> {
    site: &'s Site,
    deprecated: Severity,
    examined: Examined,
}

impl Look<'_> {
    fn find(&mut self, place: Place, severity: Severity, rule: &'static str, message: impl Into<String>) {
        self.examined.findings.insert(Finding { place, severity, rule, message: message.into() });
    }

    fn file(&mut self, project: &Project, file: &File) {
        let document = match &file.document {
            Ok(document) => document,
            Err((message, at)) => return self.find(file.place(*at), Severity::Error, "syntax", message),
        };
        if file.is_a_schema() {
            let what = "It defines types and asks for nothing, so there is nothing to check.";
            return self.find(file.place(0), Severity::Note, "schema", what);
        }
        let (request, ambiguous) = project.request(file);
        for fragment in ambiguous {
            let places: Vec<String> = fragment.places.iter().map(ToString::to_string).collect();
            let message = format!(
                "The fragment '{}' of this document is defined {} times: {}. Right would be one of them, or a name each.",
                fragment.name,
                places.len(),
                places.join(", ")
            );
            self.find(file.place(0), Severity::Error, "fragment", message);
        }
        // All parts of it could be read, but the whole may be more than a server reads.
        let joined = match parse_request(&request.text) {
            Ok(joined) => joined,
            Err(error) => {
                let place = request.place(error.at as usize);
                return self.find(
                    place,
                    Severity::Error,
                    "syntax",
                    format!("Syntax Error: {}", error.message),
                );
            }
        };
        self.pages(&request, &joined);
        self.deprecated_uses(&request, &joined);
        let operations: Vec<_> = document.operations().collect();
        self.examined.asked += operations.len();
        if operations.is_empty() {
            return self.fragments(&request, &joined);
        }
        for operation in &operations {
            let name = operation.name.as_ref().map(|name| &*name.text);
            // Who has one operation may send it without its name; unnamed ones among others are refused by validation.
            let asked = name.filter(|_| operations.len() > 1);
            let question = Question { query: &request.text, operation_name: asked, ..Question::default() };
            let analysis = analyse(self.site, &question);
            if !analysis.errors.is_empty() {
                // They are the document's, so that the next operation would have the same.
                return self.refused(&request, &analysis);
            }
            let place = file.place(operation.at as usize);
            if self.site.contract.schema.root(operation.kind).is_none() {
                // Validation lets it pass; this is what the server says when it is to execute it.
                let kind = operation.kind.word();
                let message = format!("Schema is not configured to execute {kind} operation.");
                self.find(place, Severity::Error, "validation", message);
                continue;
            }
            self.operation(&request, place, asked, analysis);
        }
    }

    fn pages(&mut self, request: &Request<'_>, document: &Document) {
        for page in paging::refused(&self.site.contract, document) {
            let what = page.code.entry().message;
            let message = format!(
                "{} ({}) {} answers pages; right would be first: {} or less, or last.",
                what, page.code, page.coordinate, page.limit
            );
            self.find(request.place(page.at), Severity::Error, "paging", message);
        }
    }

    fn deprecated_uses(&mut self, request: &Request<'_>, document: &Document) {
        for (member, used) in deprecated::in_document(&self.site.contract.schema, document) {
            let message = told(&member, used.reason);
            for at in used.places {
                self.find(request.place(at as usize), self.deprecated, "deprecated", message.clone());
            }
        }
    }

    /// A file of fragments is never sent alone, so that it matters to nobody whether they are used.
    fn fragments(&mut self, request: &Request<'_>, document: &Document) {
        let errors = validate(&self.site.contract.schema, document);
        let is_unused =
            |message: &str| message.starts_with("Fragment '") && message.ends_with("' is never used.");
        for error in errors.into_iter().filter(|error| !is_unused(&error.message)) {
            let place = request.place_of(first(&error.locations));
            self.find(place, Severity::Error, "validation", error.message);
        }
    }

    fn refused(&mut self, request: &Request<'_>, analysis: &Analysis) {
        for error in &analysis.errors {
            let place = request.place_of(first(&error.locations));
            self.find(place, Severity::Error, "validation", error.message.clone());
        }
    }

    fn operation(&mut self, request: &Request<'_>, place: Place, asked: Option<&str>, analysis: Analysis) {
        let Ok(prepared) = self.site.prepare(&request.text, asked) else { return };
        let costs = costs(&self.site.contract, &prepared.plan);
        let (least, most) = (costs.least, costs.most);
        self.ceiling(
            &place,
            "complexity",
            "points",
            [least.complexity, most.complexity],
            MOST_COMPLEX,
            analysis.complexity.refusal,
        );
        self.ceiling(&place, "nodes", "nodes", [least.nodes, most.nodes], MOST_NODES, analysis.nodes.refusal);
        let guarded = analysis.fields.into_iter().filter(|field| field.is_root);
        let needs = guarded.filter_map(|field| {
            let requires = field.requires?;
            let permissions = requires.permissions.into_iter().map(|permission| permission.name).collect();
            Some(Need { field: field.coordinate, viewers: requires.viewers, permissions })
        });
        let (name, kind) = analysis.operation.map_or((None, "query"), |own| (own.name, own.kind));
        self.examined.operations.push(Operation { place, name, kind, costs, needs: needs.collect() });
    }

    fn ceiling(
        &mut self,
        place: &Place,
        rule: &'static str,
        unit: &str,
        [least, most]: [i64; 2],
        ceiling: i64,
        code: Code,
    ) {
        if least > ceiling {
            let message = format!(
                "{} ({code}) It costs {least} {unit}, and {ceiling} is the most; right would be smaller pages or fewer \
                 fields at once.",
                code.entry().message
            );
            self.find(place.clone(), Severity::Error, rule, message);
        } else if most > ceiling {
            let message = format!(
                "It costs {most} {unit} where variables ask for the largest pages, and above {ceiling} it is refused with \
                 {code}."
            );
            self.find(place.clone(), Severity::Note, rule, message);
        }
    }
}

fn first(locations: &[Location]) -> Location {
    locations.first().copied().unwrap_or(Location { line: 1, column: 1 })
}

/// What to do about something deprecated, and until when.
fn told(member: &str, reason: &'static str) -> String {
    let Notice { instead, deprecated_on, removal_on_or_after } = Notice::of(reason);
    let since = deprecated_on.map(|day| format!(" since {day}")).unwrap_or_default();
    let until =
        removal_on_or_after.map(|day| format!(" and may be removed from {day} on")).unwrap_or_default();
    let right = instead.map_or_else(
        || format!(" {}", reason.split_whitespace().collect::<Vec<_>>().join(" ")),
        |instead| format!(" Right would be '{instead}'."),
    );
    format!("'{member}' is deprecated{since}{until}.{right}")
}
