//! The answer of an introspection as SDL, from which [`super::build`] makes a schema.

use std::fmt::Write as _;

use serde_json::Value as Json;

use crate::language::print::string;

/// What [`super::build`] brings along.
const BUILTIN_TYPES: [&str; 5] = ["Int", "Float", "String", "Boolean", "ID"];
const BUILTIN_DIRECTIVES: [&str; 5] = ["include", "skip", "deprecated", "specifiedBy", "oneOf"];

/// Writes the schema that an answer describes: the whole answer, its `data`, or what is in `__schema`.
pub fn sdl(answer: &Json) -> Result<String, String> {
    let places = [&answer["data"]["__schema"], &answer["__schema"], answer];
    let Some(schema) = places.into_iter().find(|place| place["types"].is_array()) else {
        return Err("this is no answer of an introspection: it has no __schema with types".into());
    };
    let mut out = String::new();
    let roots = [("query", "queryType"), ("mutation", "mutationType")];
    let root = |(word, key): (&str, &str)| Some(format!("{word}: {} ", schema[key]["name"].as_str()?));
    let roots: String = roots.into_iter().filter_map(root).collect();
    let _ = writeln!(out, "schema {{ {roots}}}");
    for directive in list(&schema["directives"]) {
        let name = text(directive, "name")?;
        if !BUILTIN_DIRECTIVES.contains(&name) {
            let repeatable = if directive["isRepeatable"] == true { " repeatable" } else { "" };
            let locations: Vec<&str> = list(&directive["locations"]).filter_map(Json::as_str).collect();
            let arguments = arguments(directive)?;
            let _ = writeln!(out, "directive @{name}{arguments}{repeatable} on {}", locations.join(" | "));
        }
    }
    for ty in list(&schema["types"]) {
        let name = text(ty, "name")?;
        if !name.starts_with("__") && !BUILTIN_TYPES.contains(&name) {
            write_type(ty, name, &mut out)?;
        }
    }
    Ok(out)
}

fn write_type(ty: &Json, name: &str, out: &mut String) -> Result<(), String> {
    out.push_str(&described(ty));
    let names = |key: &str| list(&ty[key]).filter_map(|one| one["name"].as_str()).collect::<Vec<_>>();
    let kind = text(ty, "kind")?;
    match kind {
        "SCALAR" => {
            let _ = writeln!(out, "scalar {name}");
        }
        "OBJECT" | "INTERFACE" => {
            let word = if kind == "OBJECT" { "type" } else { "interface" };
            let interfaces = names("interfaces").join(" & ");
            let implements =
                if interfaces.is_empty() { String::new() } else { format!(" implements {interfaces}") };
            let _ = writeln!(out, "{word} {name}{implements} {{");
            for field in list(&ty["fields"]) {
                let (name, arguments) = (text(field, "name")?, arguments(field)?);
                let _ = writeln!(
                    out,
                    "{}{name}{arguments}: {}{}",
                    described(field),
                    type_of(&field["type"])?,
                    deprecated(field)
                );
            }
            out.push_str("}\n");
        }
        "UNION" => {
            let _ = writeln!(out, "union {name} = {}", names("possibleTypes").join(" | "));
        }
        "ENUM" => {
            let _ = writeln!(out, "enum {name} {{");
            for value in list(&ty["enumValues"]) {
                let _ = writeln!(out, "{}{}{}", described(value), text(value, "name")?, deprecated(value));
            }
            out.push_str("}\n");
        }
        "INPUT_OBJECT" => {
            let one_of = if ty["isOneOf"] == true { " @oneOf" } else { "" };
            let _ = writeln!(out, "input {name}{one_of} {{");
            for field in list(&ty["inputFields"]) {
                let _ = writeln!(out, "{}", input(field)?);
            }
            out.push_str("}\n");
        }
        other => return Err(format!("the type '{name}' is of an unknown kind, {other}")),
    }
    Ok(())
}

fn arguments(of: &Json) -> Result<String, String> {
    let arguments = list(&of["args"]).map(input).collect::<Result<Vec<_>, _>>()?;
    Ok(if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(" ")) })
}

fn input(of: &Json) -> Result<String, String> {
    let (name, ty) = (text(of, "name")?, type_of(&of["type"])?);
    let default = of["defaultValue"].as_str().map(|default| format!(" = {default}")).unwrap_or_default();
    Ok(format!("{}{name}: {ty}{default}{}", described(of), deprecated(of)))
}

fn type_of(ty: &Json) -> Result<String, String> {
    Ok(match ty["kind"].as_str() {
        Some("LIST") => format!("[{}]", type_of(&ty["ofType"])?),
        Some("NON_NULL") => format!("{}!", type_of(&ty["ofType"])?),
        Some(_) => text(ty, "name")?.to_owned(),
        None => return Err("a type is cut off: the introspection did not ask deep enough (ofType)".into()),
    })
}

fn described(of: &Json) -> String {
    of["description"].as_str().map(|text| format!("{} ", string(text))).unwrap_or_default()
}

fn deprecated(of: &Json) -> String {
    match (of["isDeprecated"] == true, of["deprecationReason"].as_str()) {
        (true, Some(reason)) => format!(" @deprecated(reason: {})", string(reason)),
        (true, None) => " @deprecated".into(),
        (false, _) => String::new(),
    }
}

fn text<'j>(of: &'j Json, key: &str) -> Result<&'j str, String> {
    of[key].as_str().ok_or_else(|| format!("something in the schema has no {key}"))
}

fn list(json: &Json) -> impl Iterator<Item = &Json> {
    json.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::{build, print};
    use super::*;

    fn named(kind: &str, name: &str) -> Json {
        json!({ "kind": kind, "name": name, "ofType": null })
    }

    #[test]
    fn an_answer_becomes_the_schema_that_it_describes() {
        let list =
            json!({ "kind": "LIST", "ofType": { "kind": "NON_NULL", "ofType": named("SCALAR", "Int") } });
        let answer = json!({ "data": { "__schema": {
            "queryType": { "name": "Root" },
            "mutationType": null,
            "directives": [
                { "name": "skip", "locations": ["FIELD"], "args": [] },
                { "name": "mine", "locations": ["FIELD", "QUERY"], "args": [], "isRepeatable": true },
            ],
            "types": [
                { "kind": "SCALAR", "name": "Int" },
                { "kind": "SCALAR", "name": "Date", "description": "A \"day\"." },
                { "kind": "OBJECT", "name": "__Schema", "fields": [] },
                { "kind": "OBJECT", "name": "Root", "interfaces": [{ "name": "Node" }], "fields": [
                    { "name": "id", "args": [], "type": named("SCALAR", "Date"), "isDeprecated": true, "deprecationReason": "Old." },
                    { "name": "many", "type": list, "args": [
                        { "name": "of", "type": named("INPUT_OBJECT", "Filter"), "defaultValue": "{kind: A}" },
                    ] },
                ] },
                { "kind": "INTERFACE", "name": "Node", "interfaces": [], "fields": [
                    { "name": "id", "args": [], "type": named("SCALAR", "Date") },
                ] },
                { "kind": "UNION", "name": "Any", "possibleTypes": [{ "name": "Root" }] },
                { "kind": "ENUM", "name": "Kind", "enumValues": [{ "name": "A" }, { "name": "B", "isDeprecated": true }] },
                { "kind": "INPUT_OBJECT", "name": "Filter", "isOneOf": true, "inputFields": [
                    { "name": "kind", "type": named("ENUM", "Kind") },
                ] },
            ],
        } } });
        let schema = build::schema(&[("answer", &sdl(&answer).unwrap())]).unwrap();
        let shown = r#"schema {
  query: Root
}

union Any = Root

"""
A "day".
"""
scalar Date

input Filter @oneOf {
  kind: Kind
}

enum Kind {
  A
  B @deprecated(reason: "No longer supported")
}

interface Node {
  id: Date
}

type Root implements Node {
  id: Date @deprecated(reason: "Old.")
  many(of: Filter = {kind: A}): [Int!]
}
"#;
        assert_eq!(print::schema(&schema), shown);
        assert_eq!(schema.find_directive("mine").unwrap().locations, ["FIELD", "QUERY"]);
    }

    #[test]
    fn what_is_no_introspection_is_refused() {
        assert!(sdl(&json!({ "data": null })).unwrap_err().contains("__schema"));
        let cut = json!({ "types": [{ "kind": "OBJECT", "name": "Q", "fields": [{ "name": "a", "type": { "kind": "LIST" } }] }] });
        assert!(sdl(&cut).unwrap_err().contains("ofType"));
    }
}
