//! How findings are told: to people, to programs, to GitHub.

use std::fmt;

use clap::ValueEnum;
use serde_json::{Value as Json, json};

use super::findings::{Examined, Finding, Need, Operation, Severity};
use super::project::Place;
use crate::cli::counted;

/// How findings are told.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub(super) enum Format {
    /// A line each, then a line for each operation.
    #[default]
    Text,
    /// One object.
    Json,
    /// Annotations of a GitHub workflow.
    Github,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

impl Severity {
    fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

impl Format {
    /// The whole report about so many files.
    pub(super) fn report(self, examined: &Examined, files: usize) -> String {
        match self {
            Self::Text => {
                let findings = examined.findings.iter().map(line);
                let operations = examined.operations.iter().map(facts);
                findings.chain(operations).chain([sums(examined, files)]).collect::<Vec<_>>().join("\n")
            }
            Self::Json => json!({
                "files": files,
                "findings": examined.findings.iter().map(finding).collect::<Vec<_>>(),
                "operations": examined.operations.iter().map(operation).collect::<Vec<_>>(),
            })
            .to_string(),
            Self::Github => {
                let annotations = examined.findings.iter().map(annotation);
                annotations.chain([sums(examined, files)]).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

fn line(finding: &Finding) -> String {
    format!("{}: {}: {}", finding.place, finding.severity.word(), finding.message)
}

fn sums(examined: &Examined, files: usize) -> String {
    let count = |severity: Severity| counted(examined.count(severity), severity.word());
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(count).join(", ");
    let operations = counted(examined.asked, "operation");
    format!("{}, {operations}: {counts}", counted(files, "file"))
}

fn facts(operation: &Operation) -> String {
    let (least, most) = (operation.costs.least, operation.costs.most);
    let name = operation.name.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    let needs: String = operation.needs.iter().map(|need| format!("; {}", needed(need))).collect();
    format!(
        "{}: {}{name}: {}, {}{needs}",
        operation.place,
        operation.kind,
        range(least.complexity, most.complexity, "point"),
        range(least.nodes, most.nodes, "node")
    )
}

/// `1 point`, or `1 to 10 points`.
fn range(least: i64, most: i64, what: &str) -> String {
    let most_of_them = counted(most, what);
    if least == most { most_of_them } else { format!("{least} to {most_of_them}") }
}

fn needed(need: &Need) -> String {
    let permissions = match need.permissions.as_slice() {
        [] => String::new(),
        permissions => format!(" with {}", permissions.join(" or ")),
    };
    format!("{} is for {}{permissions}", need.field, need.viewers.join(" or "))
}

fn finding(finding: &Finding) -> Json {
    json!({
        "file": finding.place.file,
        "line": finding.place.line,
        "column": finding.place.column,
        "severity": finding.severity.word(),
        "rule": finding.rule,
        "message": finding.message,
    })
}

fn operation(operation: &Operation) -> Json {
    let (least, most) = (operation.costs.least, operation.costs.most);
    let need = |need: &Need| json!({ "field": need.field, "viewers": need.viewers, "permissions": need.permissions });
    json!({
        "file": operation.place.file,
        "line": operation.place.line,
        "column": operation.place.column,
        "name": operation.name,
        "kind": operation.kind,
        "complexity": { "least": least.complexity, "most": most.complexity },
        "nodes": { "least": least.nodes, "most": most.nodes },
        "requires": operation.needs.iter().map(need).collect::<Vec<_>>(),
    })
}

/// A workflow command, escaped as GitHub's runner reads it.
fn annotation(finding: &Finding) -> String {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let Place { file, line, column } = &finding.place;
    format!(
        "::{word} file={},line={line},col={column},title=kemu check ({})::{}",
        property(file),
        finding.rule,
        data(&finding.message)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_escaped() {
        let finding = Finding {
            place: Place { file: "a,b:c.graphql".into(), line: 2, column: 3 },
            severity: Severity::Note,
            rule: "nodes",
            message: "100%\nof it: all".into(),
        };
        assert_eq!(
            annotation(&finding),
            "::notice file=a%2Cb%3Ac.graphql,line=2,col=3,title=kemu check (nodes)::100%25%0Aof it: all"
        );
    }
}
