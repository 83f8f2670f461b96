//! Small documents that would take all time or memory if somebody followed them to the end. Without what bounds them
//! these tests would not end.

use std::fmt::Write as _;
use std::sync::Arc;

use kemu_graphql::execution::{Call, MOST_BYTES, Output, Plan, Resolution, Runtime, execute};
use kemu_graphql::language::{Location, parse, parse_at_most};
use kemu_graphql::schema::coerce::Variables;
use kemu_graphql::schema::{Schema, build};
use kemu_graphql::{GraphQLError, Value, language::Document, validation::validate};

/// As many as the server takes.
const MOST_TOKENS: usize = 15_000;

fn schema() -> Schema {
    let text = r#""Q" type Query { thing: Thing name: String things: [Thing] }
                  "T" type Thing { thing: Thing name: String things: [Thing] echo(text: String, more: String): String }
                  schema { query: Query }"#;
    build::schema(&[("schema.graphql", text)]).expect("the schema builds")
}

fn document(text: &str) -> Arc<Document> {
    Arc::new(parse_at_most(text, MOST_TOKENS).expect("it parses"))
}

fn errors(text: &str) -> Vec<GraphQLError> {
    validate(&schema(), &document(text))
}

/// `first`, and fragments `F0` … each of which spreads the next one as `step` says; the last one selects its `name`.
fn chain(first: &str, on: &str, length: usize, step: impl Fn(&str) -> String) -> String {
    let mut text = first.to_owned();
    for at in 0..length {
        write!(text, " fragment F{at} on {on} {{ {} }}", step(&format!("F{}", at + 1)))
            .expect("a string takes all text");
    }
    write!(text, " fragment F{length} on {on} {{ name }}").expect("a string takes all text");
    text
}

#[test]
fn a_document_has_so_many_tokens_at_most() {
    let error = parse_at_most("{ a { b } }", 5).unwrap_err();
    // graphql-core 3.2.11 says so.
    assert_eq!(
        (&*error.message, error.at),
        ("Document contains more than 5 tokens. Parsing aborted.", 10),
        "the token that is one too many is named"
    );
    assert_eq!(parse_at_most("{ a { b } } # { a { b } }", 6).unwrap().tokens, 6);
    assert_eq!(parse_at_most("", 0).unwrap_err().message, "Unexpected <EOF>.");
    assert!(parse(&format!("{{ {} }}", "a ".repeat(2 * MOST_TOKENS))).is_ok());
}

#[test]
fn fragments_that_double_in_a_question_about_the_schema_are_looked_into_once() {
    let step = |next: &str| format!("a: ofType {{ ...{next} }} b: ofType {{ ...{next} }}");
    let text = chain("{ __type(name: \"Thing\") { ...F0 } }", "__Type", 60, step);
    assert_eq!(errors(&text), []);
    let deep = text.replace("{ name }", "{ fields { type { fields { type { fields { name } } } } } }");
    let words: Vec<String> = errors(&deep).into_iter().map(|error| error.message).collect();
    assert_eq!(words, ["Maximum introspection depth exceeded"]);
}

#[test]
fn fragments_spread_so_deep_that_they_do_not_exhaust_the_stack() {
    let plain = chain("{ thing { ...F0 } }", "Thing", 1_800, |next| format!("...{next}"));
    assert_eq!(errors(&plain), []);
    let nested = chain("{ thing { ...F0 } }", "Thing", 1_100, |next| format!("thing {{ ...{next} }}"));
    assert_eq!(errors(&nested), []);
    let other = chain("", "Thing", 500, |next| format!("thing {{ ...{next} }}")).replace('F', "G");
    let both = chain("{ thing { ...F0 ...G0 } }", "Thing", 500, |next| format!("thing {{ ...{next} }}"));
    assert_eq!(errors(&format!("{both} {other}")), [], "compared level by level");
}

#[test]
fn as_many_fields_as_a_document_holds_are_compared_and_planned() {
    let many = MOST_TOKENS / 3 - 2;
    let aliases: String = (0..many).map(|at| format!("a{at}: name ")).collect();
    let same = "name ".repeat(MOST_TOKENS - 2);
    for (text, fields) in [(format!("{{ {aliases} }}"), many), (format!("{{ {same} }}"), 1)] {
        let (schema, document) = (schema(), document(&text));
        assert_eq!(validate(&schema, &document), []);
        let plan = Plan::new(document, None).unwrap();
        let found = plan.root_fields(&schema, &Variables::default()).unwrap();
        assert_eq!(found.len(), fields);
        assert!(found.work() >= fields && found.work() <= MOST_TOKENS);
    }
}

#[test]
fn a_key_counts_for_each_place_that_keeps_it() {
    let alias = "a".repeat(1_000_000);
    let plan = Plan::new(document(&format!("{{ {alias}: name }}")), None).unwrap();
    assert_eq!(plan.root_fields(&schema(), &Variables::default()).unwrap().work(), 10_001);
}

#[test]
fn validation_stops_where_its_errors_are_cut() {
    let wrong: String = (0..MOST_TOKENS - 2).map(|at| format!("nam{at} ")).collect();
    let errors = errors(&format!("{{ {wrong} }}"));
    assert_eq!(errors.len(), 101);
    let last = "Too many validation errors, error limit reached. Validation aborted.";
    assert_eq!(errors[100].message, last);
}

#[test]
fn conflicts_of_all_with_all_are_told_a_hundred_times() {
    let (names, echoes) = ("x: name ".repeat(1_500), "x: echo ".repeat(1_500));
    let side_by_side = errors(&format!("{{ thing {{ {names} {echoes} }} }}"));
    assert_eq!(side_by_side.len(), 101);
    let one_inside = errors(&format!("{{ thing {{ {names} }} thing {{ {echoes} }} }}"));
    assert_eq!(one_inside.len(), 1);
    let reasons = one_inside[0].message.matches("'name' and 'echo' are different fields").count();
    assert!((100..=10_001).contains(&reasons), "{reasons}");
}

#[test]
fn an_error_about_many_places_of_a_long_text_tells_them_all() {
    let given = "text: \"\" ".repeat(4_000);
    let text = format!("{}{{ thing {{ echo({given}) }} }}", "#\n".repeat(400_000));
    let errors = errors(&text);
    let [error] = errors.as_slice() else { panic!("{errors:?}") };
    assert_eq!(error.locations.len(), 4_000);
    let last = u32::try_from(text.rfind("text").unwrap()).unwrap();
    assert_eq!(error.locations[3_999], Location::of(&text, last));
}

/// Answers a list of a hundred things wherever one is wanted.
struct Plenty;

impl Runtime for Plenty {
    type Object = ();

    fn resolve<'a>(&'a self, call: Call<'a, ()>) -> Resolution<'a, ()> {
        let ty = call.def().ty.named();
        Resolution::Ready(Ok(match call.def().name {
            "things" => Output::List(vec![Output::Object(ty, ()); 100]),
            "thing" => Output::Object(ty, ()),
            _ => Output::Leaf(Value::from("a name".to_owned())),
        }))
    }
}

#[test]
fn an_answer_that_grows_without_end_is_given_up() {
    let schema = schema();
    let done = |text: &str| {
        let plan = Plan::new(document(text), None).unwrap();
        let (none, runtime) = (Variables::default(), Plenty);
        let executed = execute(&schema, &plan, &none, &runtime);
        futures_util::future::FutureExt::now_or_never(executed).expect("nothing waits")
    };
    let alias = "a".repeat(MOST_BYTES / 100);
    let deep = format!("{}{}: name{}", "{ things ".repeat(20) + "{ ", "a".repeat(10_000), "}".repeat(21));
    for text in [format!("{{ things {{ {alias}: name }} }}"), deep] {
        let done = done(&text);
        assert!(done.is_too_large && done.data == b"null");
    }
    let done = done("{ things { name } }");
    assert!(!done.is_too_large && done.errors.is_empty() && done.data.len() < 2_000);
}
