//! `kemu schema diff OLD NEW`: what changed between two schemas, and what it means for clients.

use std::collections::BTreeSet;
use std::io::Read as _;

use clap::{Args, ValueEnum};
use kemu_graphql::schema::changes::{Change, Severity, changes, deprecated_inputs};
use kemu_graphql::schema::{Schema, build, introspected};
use serde_json::{Value as Json, json};

use super::{CHECK_FAILED, Failed, usage};
use crate::graphql::engine::contract::Contract;

/// What kemu's own contract is called where a file could stand.
const CONTRACT: &str = "contract";

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The schema as it was: a file with SDL or the answer of an introspection (asked with includeDeprecated: true for
    /// fields, args, inputFields and enumValues), - for standard input, or contract for what kemu serves.
    old: String,
    /// The schema as it is now, in one of the same forms.
    new: String,
    /// How it is told.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// From what on the exit code is 3.
    #[arg(long, value_enum, default_value_t)]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FailOn {
    #[default]
    Breaking,
    Dangerous,
    Any,
    Never,
}

pub(super) fn run(options: &Options) -> Result<(), Failed> {
    if options.old == "-" && options.new == "-" {
        return Err(usage("only one of the schemas can come from standard input"));
    }
    let (old, new) = (schema(&options.old)?, schema(&options.new)?);
    let mut changes = changes(&old.schema, &new.schema);
    for (given, other) in [(&old, &new), (&new, &old)] {
        let kept = changes.len();
        changes.retain(|change| !given.was_not_asked_for(other, change));
        if changes.len() < kept {
            super::tell(&format!(
                "note: the introspection in {} has no deprecated arguments and input fields, perhaps because it was not \
                 asked for them; {} that would tell of such are left out. Right would be args(includeDeprecated: true) \
                 and inputFields(includeDeprecated: true).",
                given.name,
                super::counted(kept - changes.len(), "change")
            ));
        }
    }
    super::print(match options.format {
        Format::Text => text(&changes),
        Format::Json => json(&changes).to_string(),
    })?;
    let fails = changes.iter().filter(|change| match options.fail_on {
        FailOn::Breaking => change.severity == Severity::Breaking,
        FailOn::Dangerous => change.severity <= Severity::Dangerous,
        FailOn::Any => true,
        FailOn::Never => false,
    });
    match fails.count() {
        0 => Ok(()),
        number => Err(Failed {
            message: super::counted(number, "change") + " that should not be",
            code: CHECK_FAILED,
        }),
    }
}

/// One of the schemas.
struct Given {
    /// What it was called.
    name: String,
    schema: Schema,
    /// Its deprecated arguments and input fields.
    deprecated_inputs: BTreeSet<String>,
    is_introspection: bool,
}

impl Given {
    fn new(name: &str, schema: Schema, is_introspection: bool) -> Self {
        Self { name: name.into(), deprecated_inputs: deprecated_inputs(&schema), schema, is_introspection }
    }

    /// Does a change say no more than that deprecated inputs are not here? The usual introspection does not ask for them.
    fn was_not_asked_for(&self, other: &Self, change: &Change) -> bool {
        let lacks_all = self.is_introspection && self.deprecated_inputs.is_empty();
        let is_about_presence = change.kind.ends_with("_REMOVED") || change.kind.ends_with("_ADDED");
        lacks_all && is_about_presence && other.deprecated_inputs.contains(&change.coordinate)
    }
}

fn schema(given: &str) -> Result<Given, Failed> {
    let read = match given {
        CONTRACT => return Ok(Given::new(given, Contract::load().schema, false)),
        "-" => {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        }
        path => std::fs::read_to_string(path),
    };
    let text = read.map_err(|error| usage(format!("{given}: {error}")))?;
    let (sdl, is_introspection) = match serde_json::from_str(&text) {
        Ok(json) => (introspected::sdl(&json).map_err(|what| usage(format!("{given}: {what}")))?, true),
        Err(_) => (text, false),
    };
    let schema = build::schema(&[(given, &sdl)]).map_err(|mistakes| usage(mistakes.join("\n")))?;
    Ok(Given::new(given, schema, is_introspection))
}

fn counts(changes: &[Change]) -> [(Severity, usize); 3] {
    let count = |severity| changes.iter().filter(|change| change.severity == severity).count();
    [Severity::Breaking, Severity::Dangerous, Severity::Safe].map(|severity| (severity, count(severity)))
}

fn text(changes: &[Change]) -> String {
    let line = |change: &Change| {
        let Change { severity, kind, coordinate, message } = change;
        format!("{:<10} {coordinate}: {message} ({kind})", severity.word())
    };
    let sums = counts(changes).map(|(severity, count)| format!("{count} {}", severity.word()));
    changes.iter().map(line).chain([sums.join(", ")]).collect::<Vec<_>>().join("\n")
}

fn json(changes: &[Change]) -> Json {
    let one = |change: &Change| {
        json!({
            "severity": change.severity.word(),
            "kind": change.kind,
            "coordinate": change.coordinate,
            "message": change.message,
        })
    };
    let mut told = json!({ "changes": changes.iter().map(one).collect::<Vec<_>>() });
    for (severity, count) in counts(changes) {
        told[severity.word()] = count.into();
    }
    told
}
