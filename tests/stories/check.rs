//! `kemu check`: what it finds in a project's documents.

use kemu_tests::process::command;
use serde_json::{Value as Json, json};
use tempfile::TempDir;

/// A directory with these documents.
fn project(files: &[(&str, &str)]) -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    for (path, text) in files {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }
    directory
}

/// Runs `kemu check …` there: the exit code and what was written.
fn check(directory: &TempDir, arguments: &[&str]) -> (Option<i32>, String, String) {
    let arguments = [&["check"], arguments].concat();
    let output = command(&arguments).current_dir(directory.path()).output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A finding: rule, severity, line, column, message.
type Finding = (String, String, u64, u64, String);

/// The findings about a single document.
fn findings(text: &str) -> (Option<i32>, Vec<Finding>) {
    let (code, stdout, stderr) = check(&project(&[("a.graphql", text)]), &["a.graphql", "--format", "json"]);
    let report: Json = serde_json::from_str(&stdout).unwrap_or_else(|_| panic!("{stdout}{stderr}"));
    let found = report["findings"].as_array().expect("a list").iter().map(|finding| {
        let text = |name: &str| finding[name].as_str().expect("text").to_string();
        let number = |name: &str| finding[name].as_u64().expect("a number");
        assert_eq!(finding["file"], "a.graphql");
        (text("rule"), text("severity"), number("line"), number("column"), text("message"))
    });
    (code, found.collect())
}

/// The only finding, which is an error.
fn error(text: &str) -> (String, u64, u64, String) {
    let (code, found) = findings(text);
    assert_eq!(code, Some(3), "{found:?}");
    let [(rule, severity, line, column, message)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(severity, "error");
    (rule.clone(), *line, *column, message.clone())
}

fn found(rule: &str, line: u64, column: u64, message: &str) -> (String, u64, u64, String) {
    (rule.into(), line, column, message.into())
}

#[test]
fn unknown_fields_are_found() {
    assert_eq!(
        error("query A {\n  viewer {\n    idd\n  }\n}"),
        found("validation", 3, 5, "Cannot query field 'idd' on type 'AccountUserType'. Did you mean 'id'?")
    );
    let at_the_start_of_a_line = "query A {\nviewr { id }\n}";
    let (_, line, column, _) = error(at_the_start_of_a_line);
    assert_eq!((line, column), (2, 1), "where editors show it");
}

#[test]
fn deprecated_fields_are_found_with_dates_and_what_would_be_right() {
    let text = "query A { account(accountNumber: \"A-F1A7BA5E\") {\n  ledgers { id } } }";
    assert_eq!(
        error(text),
        found(
            "deprecated",
            2,
            13,
            "'LedgerType.id' is deprecated since 2024-10-22 and may be removed from 2025-06-25 on. Right would be \
             'ledgerNumber'."
        )
    );
    let directory = project(&[("a.graphql", text)]);
    let (code, stdout, _) = check(&directory, &["a.graphql", "--allow-deprecated"]);
    assert_eq!(code, Some(0));
    assert!(stdout.starts_with("a.graphql:2:13: warning: 'LedgerType.id' is deprecated since"), "{stdout}");
}

#[test]
fn pages_without_first_are_found() {
    let (rule, line, column, message) =
        error("{ account(accountNumber: \"A-F1A7BA5E\") {\n  payments { totalCount } } }");
    assert_eq!((rule.as_str(), line, column), ("paging", 2, 3));
    assert!(message.contains("KT-CT-1201") && message.contains("AccountType.payments"), "{message}");
    assert!(message.contains("right would be first: 100 or less"), "{message}");
}

#[test]
fn defaults_of_variables_that_are_too_large_pages_are_found_once() {
    let text = "query A($n: Int = 500) { account(accountNumber: \"A-F1A7BA5E\") { ...P } }
                query B($n: Int = 500) { account(accountNumber: \"A-F1A7BA5E\") { ...P } }\n\
                fragment P on AccountType { payments(first: $n) { totalCount } }";
    let (rule, line, column, message) = error(text);
    assert_eq!((rule.as_str(), line, column), ("paging", 3, 29));
    assert!(message.contains("KT-CT-1202") && message.contains("AccountType.payments"), "{message}");
}

#[test]
fn what_costs_too_much_is_found() {
    let fields: Vec<String> = (0..201).map(|at| format!("a{at}: krakenVersion {{ number }}")).collect();
    let (rule, line, column, message) = error(&format!("\nquery Big {{ {} }}", fields.join(" ")));
    assert_eq!((rule.as_str(), line, column), ("complexity", 2, 1));
    assert!(
        message.contains("KT-CT-1188") && message.contains("It costs 201 points, and 200 is the most"),
        "{message}"
    );

    let pages = |size: &str, variables: &str| {
        format!(
            "query Pages{variables} {{ account(accountNumber: \"A-F1A7BA5E\") {{ bills(first: {size}) {{ edges {{ node {{
             ... on StatementType {{ transactions(first: {size}) {{ totalCount }} }} }} }} }} }} }}"
        )
    };
    let (rule, _, _, message) = error(&pages("100", ""));
    assert!(
        rule == "nodes" && message.contains("KT-CT-1189") && message.contains("10100 nodes"),
        "{message}"
    );
    let (code, found) = findings(&pages("$size", "($size: Int!)"));
    assert_eq!(code, Some(0), "what variables may do is no error: {found:?}");
    assert!(found[0].1 == "note" && found[0].4.contains("10100 nodes"), "{found:?}");
}

#[test]
fn wrong_types_of_variables_are_found() {
    let (rule, line, column, message) =
        error("query A($n: Int!) {\n  account(accountNumber: $n) { number } }");
    assert_eq!((rule.as_str(), line, column), ("validation", 1, 9));
    assert_eq!(message, "Variable '$n' of type 'Int!' used in position expecting type 'String!'.");
}

#[test]
fn text_that_is_no_graphql_does_not_hide_the_other_documents() {
    let directory = project(&[("src/a.graphql", "{ viewer {"), ("src/deep/b.gql", "{ viewer { nope } }")]);
    let (code, stdout, stderr) = check(&directory, &["src"]);
    assert_eq!((code, stderr.as_str()), (Some(3), "kemu: 2 errors\n"));
    assert_eq!(
        stdout,
        "src/a.graphql:1:11: error: Syntax Error: Expected Name, found <EOF>.\n\
         src/deep/b.gql:1:12: error: Cannot query field 'nope' on type 'AccountUserType'.\n\
         2 files, 1 operation: 2 errors, 0 warnings, 0 notes\n"
    );
}

#[test]
fn fragments_of_other_files_are_known_and_checked_where_they_stand() {
    let query = "query Me { viewer { ...Person } }";
    let good = project(&[
        ("q/me.graphql", query),
        ("f/person.graphql", "fragment Person on AccountUserType { id ...Name }"),
        (
            "f/name.graphql",
            "fragment Name on AccountUserType { givenName }\nfragment Unused on AccountUserType { id }",
        ),
    ]);
    let (code, stdout, stderr) = check(&good, &["**/*.graphql"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.ends_with("3 files, 1 operation: 0 errors, 0 warnings, 0 notes\n"), "{stdout}");
    let (code, stdout, _) = check(&good, &["q/me.graphql"]);
    assert_eq!(code, Some(3), "whoever leaves out a file, leaves out its fragments");
    assert!(stdout.contains("q/me.graphql:1:24: error: Unknown fragment 'Person'."), "{stdout}");

    let bad = project(&[
        ("me.graphql", query),
        ("person.graphql", "# of a person\nfragment Person on AccountUserType {\n  id nope }"),
    ]);
    let (code, stdout, _) = check(&bad, &["*.graphql"]);
    assert_eq!(code, Some(3));
    let told = "person.graphql:3:6: error: Cannot query field 'nope' on type 'AccountUserType'.\n";
    assert!(stdout.starts_with(told) && stdout.matches("nope").count() == 1, "once: {stdout}");

    let twice = "fragment Person on AccountUserType { id }";
    let ambiguous = project(&[("me.graphql", query), ("a.graphql", twice), ("b.graphql", twice)]);
    let (code, stdout, _) = check(&ambiguous, &["*.graphql"]);
    assert!(
        code == Some(3) && stdout.contains("is defined 2 times: a.graphql:1:1, b.graphql:1:1."),
        "{stdout}"
    );
}

#[test]
fn each_operation_is_told_with_its_cost_and_whom_it_is_for() {
    let text = "query Me { viewer { id } }\n\
                query Paid($n: String!, $first: Int!) { account(accountNumber: $n) { payments(first: $first) { totalCount } } }";
    let directory = project(&[("a.graphql", text)]);
    let (code, stdout, stderr) = check(&directory, &["a.graphql"]);
    assert_eq!(code, Some(0), "{stdout}{stderr}");
    assert!(stdout.contains("a.graphql:1:1: query Me: 1 point, 0 nodes; Query.viewer is for"), "{stdout}");
    assert!(stdout.contains("a.graphql:2:1: query Paid: "), "{stdout}");
    assert!(
        stdout.contains("1 to 100 nodes; Query.account is for customer or organisation with CAN_"),
        "{stdout}"
    );
    let (_, stdout, _) = check(&directory, &["a.graphql", "--format", "json"]);
    let report: Json = serde_json::from_str(&stdout).expect("JSON");
    let paid = &report["operations"][1];
    assert_eq!(
        (&paid["name"], &paid["line"], &paid["nodes"]),
        (&json!("Paid"), &json!(2), &json!({ "least": 1, "most": 100 }))
    );
    assert_eq!(paid["requires"][0]["field"], "Query.account");
}

#[test]
fn findings_become_annotations_on_github() {
    let directory = project(&[("a.graphql", "query A {\n  viewer { nope } }")]);
    let (code, stdout, _) = check(&directory, &["a.graphql", "--format", "github"]);
    assert_eq!(code, Some(3));
    let annotation = "::error file=a.graphql,line=2,col=12,title=kemu check (validation)::Cannot query field 'nope' on type \
                      'AccountUserType'.\n";
    assert!(stdout.starts_with(annotation), "{stdout}");
}

#[test]
fn subscriptions_are_refused_in_the_servers_words() {
    assert_eq!(
        error("\nsubscription S { viewer { id } }"),
        found("validation", 2, 1, "Schema is not configured to execute subscription operation.")
    );
}

#[test]
fn documents_that_no_server_reads_to_their_end_are_found() {
    let (rule, line, _, message) = error(&format!("{{ {} }}", "id ".repeat(15_000)));
    let told = "Syntax Error: Document contains more than 15000 tokens. Parsing aborted.";
    assert_eq!((rule.as_str(), line, message.as_str()), ("syntax", 1, told));
}

#[test]
fn every_use_of_what_is_deprecated_is_told_in_each_file() {
    let directory = project(&[
        (
            "a.graphql",
            "query A { viewer { accounts { ... on AccountType {\n  ledgers { id }\n  x: ledgers { id ...L } } } } }",
        ),
        ("b.graphql", "fragment L on LedgerType { id }"),
        ("c.graphql", "fragment Unused on LedgerType { id }"),
    ]);
    let (code, stdout, _) = check(&directory, &["."]);
    assert_eq!(code, Some(3));
    let told: Vec<&str> = stdout
        .lines()
        .filter_map(|line| line.split_once(": error: 'LedgerType.id'"))
        .map(|(place, _)| place)
        .collect();
    assert_eq!(told, ["a.graphql:2:13", "a.graphql:3:16", "b.graphql:1:28", "c.graphql:1:33"], "{stdout}");
}

#[test]
fn the_default_of_a_variable_is_known_where_a_fragment_of_another_file_pages_by_it() {
    let directory = project(&[
        ("a.graphql", "query A($n: Int = 500) { account(accountNumber: \"A-F1A7BA5E\") { ...P } }"),
        ("p.graphql", "fragment P on AccountType {\n  payments(first: $n) { totalCount } }"),
    ]);
    let (code, stdout, _) = check(&directory, &["*.graphql"]);
    assert!(code == Some(3) && stdout.starts_with("p.graphql:2:3: error: "), "{stdout}");
    assert_eq!(stdout.matches("KT-CT-1202").count(), 1, "{stdout}");
}

#[test]
fn files_that_define_types_are_left_out_and_told() {
    let directory = project(&[
        ("query.graphql", "{ viewer { id } }"),
        ("schema.graphql", "type Query { anything: Int }\nextend type Query { more: Int }"),
    ]);
    let (code, stdout, stderr) = check(&directory, &["."]);
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    assert!(
        stdout.starts_with("schema.graphql:1:1: note: It defines types and asks for nothing"),
        "{stdout}"
    );
    assert!(stdout.ends_with("2 files, 1 operation: 0 errors, 0 warnings, 1 note\n"), "{stdout}");
}

#[test]
fn a_file_is_read_once_whatever_it_is_named_by() {
    let good = "{ viewer { id } }";
    let directory = project(&[
        ("src/[id]/a.graphql", good),
        ("src/b.gql", good),
        ("src/c.txt", "no document"),
        ("src/node_modules/other/d.graphql", "{ nope }"),
        ("src/.cache/e.graphql", "{ nope }"),
    ]);
    let absolute = directory.path().join("src/b.gql").display().to_string();
    let files = |arguments: &[&str]| {
        let (code, stdout, stderr) = check(&directory, arguments);
        assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
        let files =
            stdout.lines().filter_map(|line| line.split_once(":1:1: query").map(|(file, _)| file.to_owned()));
        files.collect::<Vec<_>>()
    };
    assert_eq!(files(&["src/[id]/a.graphql"]), ["src/[id]/a.graphql"]);
    assert_eq!(files(&["src"]), ["src/[id]/a.graphql", "src/b.gql"]);
    assert_eq!(
        files(&["src/b.gql", &absolute, "./src/b.gql", "src", "src/*.{graphql,gql}"]),
        ["src/[id]/a.graphql", "src/b.gql"]
    );
    assert_eq!(files(&[&absolute, "src/b.gql"]), [absolute.as_str()], "by its first name");
}

#[test]
fn what_finds_nothing_is_a_mistake() {
    let directory = project(&[("empty/a.txt", "")]);
    for (given, told) in [
        ("src/**/*.graphql", "no file matches this pattern, seen from the working directory"),
        ("a.graphql", "there is no such file or directory; a pattern would be 'src/**/*.graphql'"),
        ("empty", "there is no .graphql or .gql file in this directory"),
    ] {
        let (code, stdout, stderr) = check(&directory, &[given]);
        assert_eq!((code, stdout.as_str()), (Some(2), ""));
        assert_eq!(stderr, format!("kemu: {given}: {told}\n"));
    }
}
