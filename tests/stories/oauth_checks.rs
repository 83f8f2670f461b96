//! `docs/reference/oauth-checks.md`, held against the tests that there are.

use std::collections::BTreeSet;
use std::path::Path;

const TABLE: &str = include_str!("../../docs/reference/oauth-checks.md");

/// The names of tests on a line: what stands in backticks and has `::` in it.
fn named(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|name| name.contains("::"))
}

/// The rows of the table under this heading, without its head.
fn rows(heading: &str) -> Vec<&'static str> {
    let start = format!("\n## {heading}\n");
    let section = TABLE.split(&start).nth(1).unwrap_or_else(|| panic!("no section {heading}"));
    let section = section.split("\n## ").next().unwrap_or_default();
    section.lines().filter(|line| line.starts_with('|')).skip(2).collect()
}

#[test]
fn each_test_that_the_table_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let names: BTreeSet<&str> = TABLE.lines().flat_map(named).collect();
    assert!(names.len() > 60, "the table names tests");
    for name in names {
        let (file, test) = name.rsplit_once("::").expect("file::test");
        let path = match file.strip_prefix("crates/") {
            Some(_) => root.join(file),
            None => root.join("tests/stories").join(format!("{file}.rs")),
        };
        let source = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        // rustfmt breaks a long `story!(` after the bracket.
        let source: String = source.split_whitespace().collect::<Vec<_>>().join(" ").replace("( ", "(");
        let forms =
            ["story!(NAME,", "story_of_stores!(NAME,", "fn NAME()"].map(|form| form.replace("NAME", test));
        assert!(forms.iter().any(|form| source.contains(form)), "{name}: there is no such test");
    }
}

#[test]
fn the_table_is_whole() {
    let attacks = rows("Attacks");
    assert_eq!(attacks.len(), 38);
    for (at, row) in attacks.iter().enumerate() {
        assert!(row.starts_with(&format!("| {} |", at + 1)), "{row}");
    }
    let guards = rows("Guards");
    assert_eq!(guards.len(), 9);
    let (requirements, answers) = (rows("Requirements"), rows("Answers"));
    // Of the sections 2.2 and 3 of what the table was made from; more may come, none may go.
    assert_eq!((requirements.len(), answers.len()), (33, 22));
    for row in attacks.into_iter().chain(guards).chain(requirements).chain(answers) {
        assert!(named(row).next().is_some(), "no test: {row}");
    }
}
