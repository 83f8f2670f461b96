//! Small documents that ask for more than anybody can answer: fragments that spread each other twice, so that the fields
//! double with each of them. Without what bounds them these stories would not end.

use std::fmt::Write as _;

use kemu_api::graphql::Site;
use kemu_api::graphql::analysis::{Question, analyse};
use kemu_api::limits::MOST_COMPLEX;
use kemu_tests::story;
use serde_json::{Map, Value as Json, json};

/// Selects an account's references' accounts' references …, at each step under all of these keys.
fn chain(head: &str, keys: &[&str], directive: &str, steps: usize) -> String {
    let mut text = format!("{head} {{ account(accountNumber: \"A-F1A7BA5E\") {{ ...F0 }} }}");
    for at in 0..steps {
        let next = format!("references {directive} {{ account {{ ...F{} }} }}", at + 1);
        let fields: String = keys.iter().map(|key| format!("{key}: {next} ")).collect();
        write!(text, " fragment F{at} on AccountType {{ {fields}}}").expect("a string takes all text");
    }
    text + &format!(" fragment F{steps} on AccountType {{ number }}")
}

fn doubling(head: &str, directive: &str, steps: usize) -> String {
    chain(head, &["a", "b"], directive, steps)
}

const CONDITION: &str = "query ($all: Boolean!)";

story!(fields_that_double_at_each_step_are_too_complex, |app| async move {
    let customer = app.customer("flat-base").await;
    let plain = doubling("query", "", 60);
    for role in [app.anonymous(), customer.clone()] {
        assert_eq!(role.ask_for(&plain).await.codes(), ["KT-CT-1188"], "{}", role.name());
    }
    let conditional = doubling(CONDITION, "@include(if: $all)", 60);
    assert_eq!(customer.gql(&conditional, json!({ "all": true })).await.codes(), ["KT-CT-1188"]);
    let nothing = customer.gql(&conditional, json!({ "all": false })).await;
    assert_eq!(nothing.data(), &json!({ "account": {} }), "what is left out costs nothing");
    let few = customer.ask_for(&doubling("query", "", 5)).await;
    assert_eq!(few.codes(), Vec::<&str>::new());

    let deep = customer.ask_for(&chain("query", &["a"], "", 120)).await;
    assert_eq!(deep.codes(), ["KT-CT-1188"], "so are more levels than a document may nest");

    let asked =
        "query ($input: QueryComplexityInputType!) { queryComplexity(input: $input) { complexityValue } }";
    let told = customer.gql(asked, json!({ "input": { "query": plain } })).await;
    assert!(told.number_at("/queryComplexity/complexityValue") > MOST_COMPLEX);
});

story!(an_answer_that_grows_without_end_is_too_complex, |app| async move {
    let alias = "a".repeat(200_000);
    let answer = app.anonymous().ask_for(&format!("{{ __schema {{ types {{ {alias}: name }} }} }}")).await;
    assert_eq!(answer.codes(), ["KT-CT-1188"]);
});

story!(documents_of_too_many_tokens_are_refused_in_graphql_cores_words, |app| async move {
    let many = |count: usize| format!("{{ {} }}", "__typename ".repeat(count));
    let nobody = app.anonymous();
    assert_eq!(nobody.ask_for(&many(14_998)).await.codes(), Vec::<&str>::new());
    let refused = nobody.ask_for(&many(14_999)).await;
    assert_eq!(refused.message(), "Syntax Error: Document contains more than 15000 tokens. Parsing aborted.");
});

#[test]
fn as_many_fields_are_told_as_anybody_reads() {
    let site = Site::api();
    let told = |query: &str, variables: Option<&Map<String, Json>>| {
        analyse(&site, &Question { query, variables, ..Question::default() })
    };
    let doubled = told(&doubling("query", "", 60), None);
    assert_eq!(doubled.complexity.value, Some(i64::from(i32::MAX)));
    assert!(doubled.has_more_fields && doubled.fields.len() <= 5_000);
    assert!(doubled.fields.iter().all(|field| field.complexity.is_none()), "nobody has counted them");

    let unknown = told(&doubling(CONDITION, "@include(if: $all)", 60), None);
    assert_eq!(unknown.complexity.value, None);
    assert!(unknown.has_more_fields && unknown.fields.len() <= 5_000);

    let fragment = format!("fragment F on AccountUserType {{ {}: id }}", "a".repeat(900_000));
    let (once, twice) = ("{ viewer { ...F } }", "{ viewer { ...F } other: viewer { ...F } }");
    let [once, twice] = [once, twice].map(|query| told(&format!("{query} {fragment}"), None));
    assert_eq!((once.has_more_fields, once.fields.len()), (false, 2));
    assert_eq!((twice.has_more_fields, twice.fields.len()), (true, 3), "paths are as long as the document");

    // Every path doubles twice: each field is weighed once for its path, not once for each level above it.
    let few = told(&doubling("query", "", 9), None);
    assert!(!few.has_more_fields);
    assert_eq!(few.fields.len(), 1 + (1 << 11) - 4 + (1 << 9), "two fields at each step, and the number");
    assert!(few.fields.iter().all(|field| field.complexity.is_some()));
}
