//! What the contract's directives say of a field, as words for a page.

use kemu_graphql::Value;
use kemu_graphql::schema::{DirectiveUse, directive};

/// How we know that France has a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Evidence {
    Documented,
    Measured,
    Inferred,
}

impl Evidence {
    pub(super) fn of(applied: &[DirectiveUse]) -> Self {
        match word(applied, "evidence", "is") {
            Some("DOCUMENTED") => Self::Documented,
            Some("MEASURED") => Self::Measured,
            _ => Self::Inferred,
        }
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Measured => "measured",
            Self::Inferred => "inferred",
        }
    }
}

/// Who may select the field.
pub(super) fn viewers(applied: &[DirectiveUse]) -> String {
    match directive(applied, "requires") {
        None => "everyone".into(),
        Some(arguments) => words(arguments.get("viewers")).join(", ").to_lowercase(),
    }
}

/// The permissions, of which one is enough.
pub(super) fn permissions(applied: &[DirectiveUse]) -> String {
    let permissions = directive(applied, "requires").map(|arguments| words(arguments.get("permissions")));
    permissions.unwrap_or_default().iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or ")
}

pub(super) fn complexity(applied: &[DirectiveUse]) -> String {
    match directive(applied, "complexity").and_then(|arguments| arguments.get("value")) {
        Some(Value::Int(points)) => points.to_string(),
        _ => String::new(),
    }
}

/// The rate, with a mark where it gets stricter, and one where Kraken itself publishes it.
pub(super) fn rate_limit(applied: &[DirectiveUse]) -> String {
    let Some(rate) = word(applied, "rateLimit", "rate") else { return String::new() };
    let dynamic = word(applied, "rateLimit", "mode") == Some("DYNAMIC");
    let arguments = directive(applied, "rateLimit");
    let published = matches!(arguments.and_then(|all| all.get("published")), Some(Value::Boolean(true)));
    format!("{rate}{}{}", if dynamic { " dynamic" } else { "" }, if published { " (published)" } else { "" })
}

fn word<'a>(applied: &'a [DirectiveUse], name: &str, argument: &str) -> Option<&'a str> {
    directive(applied, name)?.get(argument)?.as_str()
}

fn words(value: Option<&Value>) -> Vec<&str> {
    match value {
        Some(Value::List(items)) => items.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}
