use super::*;
use crate::schema::build;

fn told(old: &str, new: &str) -> Vec<String> {
    let schema = |text: &str| build::schema(&[("test.graphql", text)]).unwrap();
    let changes = changes(&schema(old), &schema(new));
    changes
        .iter()
        .map(|change| format!("{} {} {}", change.severity.word(), change.kind, change.coordinate))
        .collect()
}

/// A schema of a query type with these fields, and more.
fn query(fields: &str, more: &str) -> String {
    format!("type Query {{ {fields} }} {more}")
}

#[test]
fn nothing_changes_between_a_schema_and_itself() {
    let text = query("a(b: Int = 1): [Int!]", "union U = Query enum E { X } directive @d(a: Int) on FIELD");
    assert_eq!(told(&text, &text), [""; 0]);
}

#[test]
fn what_is_removed_breaks_and_what_is_added_does_not() {
    let (old, new) = (query("a: Int b: Int", "scalar Old"), query("a: Int c: Int", "scalar New"));
    assert_eq!(
        told(&old, &new),
        [
            "breaking TYPE_REMOVED Old",
            "breaking FIELD_REMOVED Query.b",
            "safe TYPE_ADDED New",
            "safe FIELD_ADDED Query.c"
        ]
    );
    assert_eq!(
        told("type Query { a: T } type T { a: Int }", "type Query { a: T } scalar T"),
        ["breaking TYPE_CHANGED_KIND T"]
    );
}

#[test]
fn fields_may_promise_more_and_arguments_ask_for_less() {
    let of_field =
        |old: &str, new: &str| told(&query(&format!("a: {old}"), ""), &query(&format!("a: {new}"), ""));
    let safe = ["safe FIELD_CHANGED_KIND_SAFE Query.a"];
    let breaking = ["breaking FIELD_CHANGED_KIND Query.a"];
    for (old, new) in [("Int", "Int!"), ("[Int]", "[Int!]"), ("[Int]", "[Int]!"), ("[Int]", "[Int!]!")] {
        assert_eq!(of_field(old, new), safe, "{old} to {new}");
        assert_eq!(of_field(new, old), breaking, "{new} to {old}");
    }
    for (old, new) in [("Int", "[Int]"), ("[Int]", "Int"), ("Int", "String"), ("Int!", "[Int!]!")] {
        assert_eq!(of_field(old, new), breaking, "{old} to {new}");
    }
    let of_argument = |old: &str, new: &str| {
        told(&query(&format!("a(b: {old}): Int"), ""), &query(&format!("a(b: {new}): Int"), ""))
    };
    for (old, new) in [("Int!", "Int"), ("[Int!]", "[Int]"), ("[Int!]!", "[Int]")] {
        assert_eq!(of_argument(old, new), ["safe ARG_CHANGED_KIND_SAFE Query.a(b:)"], "{old} to {new}");
        assert_eq!(of_argument(new, old), ["breaking ARG_CHANGED_KIND Query.a(b:)"], "{new} to {old}");
    }
}

#[test]
fn arguments_and_their_defaults() {
    let (old, new) = (
        query("a(gone: Int, b: Int = 1, c: Int): Int", ""),
        query("a(b: Int = 2, c: Int = 1, d: Int!, e: Int): Int", ""),
    );
    assert_eq!(
        told(&old, &new),
        [
            "breaking REQUIRED_ARG_ADDED Query.a(d:)",
            "breaking ARG_REMOVED Query.a(gone:)",
            "dangerous ARG_DEFAULT_VALUE_CHANGE Query.a(b:)",
            "dangerous OPTIONAL_ARG_ADDED Query.a(e:)",
            "safe ARG_DEFAULT_VALUE_ADDED Query.a(c:)"
        ]
    );
}

#[test]
fn input_fields_and_arguments_of_directives_have_defaults_and_types_too() {
    let old = query(
        "a(i: I): Int",
        "input I { a: Int = 1 b: Int c: Int = 1 } directive @d(a: Int, b: Int!, c: Int = 1) on FIELD",
    );
    let new = query(
        "a(i: I): Int",
        "input I { a: Int = 2 b: Int = 1 c: Int } directive @d(a: Int!, b: Int, c: Int = 2) on FIELD",
    );
    assert_eq!(
        told(&old, &new),
        [
            "breaking ARG_CHANGED_KIND @d(a:)",
            "dangerous ARG_DEFAULT_VALUE_CHANGE @d(c:)",
            "dangerous INPUT_FIELD_DEFAULT_VALUE_CHANGE I.a",
            "dangerous INPUT_FIELD_DEFAULT_VALUE_CHANGE I.c",
            "safe ARG_CHANGED_KIND_SAFE @d(b:)",
            "safe INPUT_FIELD_DEFAULT_VALUE_ADDED I.b"
        ]
    );
}

#[test]
fn deprecated_inputs_are_known_by_their_coordinates() {
    let text = query(
        "a(b: Int, old: Int @deprecated): Int",
        "input I { a: Int old: Int @deprecated } directive @d(old: Int @deprecated, a: Int) on FIELD",
    );
    let schema = build::schema(&[("test.graphql", &text)]).unwrap();
    let found: Vec<String> = deprecated_inputs(&schema).into_iter().collect();
    assert_eq!(found, ["@d(old:)", "I.old", "Query.a(old:)"]);
}

#[test]
fn inputs_enums_unions_and_interfaces() {
    let fields = "a(i: I, e: E): U";
    let old = query(
        fields,
        "input I { a: Int b: Int } enum E { X Y } union U = A | B interface N { n: Int } interface M { n: Int }
         type A implements N { n: Int } type B { n: Int } type C { n: Int }",
    );
    let new = query(
        fields,
        "input I { a: Int! c: Int! d: Int } enum E { X Z } union U = A | C interface N { n: Int } interface M { n: Int }
         type A implements M { n: Int } type B { n: Int } type C { n: Int }",
    );
    assert_eq!(
        told(&old, &new),
        [
            "breaking IMPLEMENTED_INTERFACE_REMOVED A",
            "breaking VALUE_REMOVED_FROM_ENUM E.Y",
            "breaking FIELD_CHANGED_KIND I.a",
            "breaking FIELD_REMOVED I.b",
            "breaking REQUIRED_INPUT_FIELD_ADDED I.c",
            "breaking TYPE_REMOVED_FROM_UNION U",
            "dangerous IMPLEMENTED_INTERFACE_ADDED A",
            "dangerous VALUE_ADDED_TO_ENUM E.Z",
            "dangerous OPTIONAL_INPUT_FIELD_ADDED I.d",
            "dangerous TYPE_ADDED_TO_UNION U"
        ]
    );
}

#[test]
fn directives_of_requests() {
    let old = query("a: Int", "directive @gone on FIELD directive @d(a: Int) repeatable on FIELD | QUERY");
    let new = query("a: Int", "directive @new on FIELD directive @d(b: Int!, c: Int) on FIELD | MUTATION");
    assert_eq!(
        told(&old, &new),
        [
            "breaking DIRECTIVE_REPEATABLE_REMOVED @d",
            "breaking DIRECTIVE_LOCATION_REMOVED @d",
            "breaking DIRECTIVE_ARG_REMOVED @d(a:)",
            "breaking REQUIRED_DIRECTIVE_ARG_ADDED @d(b:)",
            "breaking DIRECTIVE_REMOVED @gone",
            "safe DIRECTIVE_LOCATION_ADDED @d",
            "safe OPTIONAL_DIRECTIVE_ARG_ADDED @d(c:)",
            "safe DIRECTIVE_ADDED @new"
        ]
    );
}

#[test]
fn deprecations_come_change_and_go() {
    let old = query("a: Int b: Int @deprecated(reason: \"x\") c: Int @deprecated", "");
    let new = query("a: Int @deprecated b: Int @deprecated(reason: \"y\") c: Int", "");
    assert_eq!(
        told(&old, &new),
        [
            "safe DEPRECATION_ADDED Query.a",
            "safe DEPRECATION_CHANGED Query.b",
            "safe DEPRECATION_REMOVED Query.c"
        ]
    );
}
