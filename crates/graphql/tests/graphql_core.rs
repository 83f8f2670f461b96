//! Our answers against those of `graphql-core` 3.2.10, document by document.
//!
//! `graphql_core/generate.py` wrote the expectations with that library itself; its header tells how resolvers
//! answer, which [`Mirror`] does again.

use std::path::Path;
use std::sync::Arc;

use kemu_graphql::execution::{Call, FieldError, Output, Plan, Resolution, Runtime, execute};
use kemu_graphql::schema::{Schema, TypeKind, TypeRef, build, coerce};
use kemu_graphql::{GraphQLError, Value, language, validation};
use serde_json::{Value as Json, json};

fn file(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graphql_core").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn cases(name: &str) -> Vec<Json> {
    serde_json::from_str(&file(name)).expect("a list of cases")
}

/// Answers as the resolvers of `generate.py` do.
struct Mirror {
    root: Json,
}

impl Runtime for Mirror {
    type Object = Json;

    fn resolve<'a>(&'a self, call: Call<'a, Json>) -> Resolution<'a, Json> {
        let def = call.def();
        let source = call.object.unwrap_or(&self.root);
        let result = match def.name {
            name if name.starts_with("fail") => Err(FieldError::from("boom".to_string())),
            name if name.starts_with("null") => Ok(Output::Null),
            name if name.starts_with("echo") => {
                let given =
                    call.arguments.iter().map(|(name, value)| ((*name).to_string(), sorted(&python(value))));
                let sorted: std::collections::BTreeMap<_, _> = given.collect();
                Ok(Output::Leaf(Value::from(serde_json::to_string(&sorted).expect("plain data"))))
            }
            name => output(call.schema, &def.ty, source.get(name).unwrap_or(&Json::Null)),
        };
        // Every second field answers later, so that both ways are walked.
        if call.field.0.is_multiple_of(2) {
            return Resolution::Ready(result);
        }
        Resolution::Later(Box::pin(async { result }))
    }
}

/// Floats that are whole show a fraction in Python.
fn python(value: &Value) -> Json {
    value.to_json()
}

fn sorted(json: &Json) -> Json {
    match json {
        Json::Object(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|one, other| one.0.cmp(&other.0));
            Json::Object(members.into_iter().collect())
        }
        Json::Array(items) => Json::Array(items.iter().map(sorted).collect()),
        plain => plain.clone(),
    }
}

fn output(schema: &Schema, ty: &TypeRef, data: &Json) -> Result<Output<Json>, FieldError> {
    if let Some(text) = data.get("__error") {
        return Err(FieldError::from(text.as_str().unwrap_or_default().to_string()));
    }
    match (ty.item(), data) {
        (_, Json::Null) => Ok(Output::Null),
        (Some(item), Json::Array(items)) => {
            let items = items.iter().map(|data| output(schema, item, data).unwrap_or_else(Output::Failed));
            Ok(Output::List(items.collect()))
        }
        _ => {
            let named = ty.named();
            match schema.ty(named).kind {
                TypeKind::Object(_) => Ok(Output::Object(named, data.clone())),
                TypeKind::Interface(_) | TypeKind::Union { .. } => {
                    let name = data["__typename"].as_str().expect("abstract data names its type");
                    Ok(Output::Object(schema.find_type(name).expect("a known type"), data.clone()))
                }
                _ if schema.ty(named).name == "ID" && data.is_number() => {
                    Ok(Output::Leaf(Value::from(data.to_string())))
                }
                _ if schema.ty(named).name == "Float" => {
                    Ok(Output::Leaf(Value::Float(data.as_f64().expect("a number"))))
                }
                _ => Ok(Output::Leaf(Value::from(data))),
            }
        }
    }
}

fn answer(schema: &Schema, case: &Json, data: Option<&Json>) -> (Option<Json>, Vec<GraphQLError>) {
    let query = case["query"].as_str().expect("a document");
    let document = match language::parse(query) {
        Ok(document) => Arc::new(document),
        Err(error) => {
            let place = language::Location::of(query, error.at);
            return (None, vec![GraphQLError::at(format!("Syntax Error: {}", error.message), vec![place])]);
        }
    };
    let errors = validation::validate(schema, &document);
    let (true, Some(data)) = (errors.is_empty(), data) else { return (None, errors) };
    let plan = match Plan::new(Arc::clone(&document), case["operationName"].as_str()) {
        Ok(plan) => plan,
        Err(error) => return (None, vec![*error]),
    };
    let empty = serde_json::Map::new();
    let given = case["variables"].as_object().unwrap_or(&empty);
    let variables = match coerce::variables(schema, &document, plan.operation(), given) {
        Ok(variables) => variables,
        Err(errors) => return (None, errors),
    };
    let root = if plan.operation().kind.word() == "mutation" { "Mutation" } else { "Query" };
    let runtime = Mirror { root: data[root].clone() };
    let done = futures_util::future::FutureExt::now_or_never(execute(schema, &plan, &variables, &runtime));
    let done = done.expect("nothing waits");
    let data = serde_json::from_slice(&done.data).expect("valid JSON");
    let pathless = done.errors.iter().any(|error| error.path.is_none());
    ((!pathless).then_some(data), done.errors)
}

fn compare(schema: &Schema, suffix: &str, data: Option<&Json>) {
    let cases = cases(&format!("cases{suffix}.json"));
    let expected: Vec<Json> = self::cases(&format!("expected{suffix}.json"));
    assert_eq!(cases.len(), expected.len());
    let mut wrong = Vec::new();
    for (case, expected) in cases.iter().zip(&expected) {
        let (answer_data, errors) = answer(schema, case, data);
        let mut ours = json!({});
        if let Some(data) = answer_data {
            ours["data"] = data;
        }
        if !errors.is_empty() {
            ours["errors"] = serde_json::to_value(errors).expect("errors are plain data");
        }
        let mut theirs = json!({});
        for key in ["data", "errors"] {
            if let Some(value) = expected.get(key) {
                theirs[key] = value.clone();
            }
        }
        // As text, for the order of keys counts.
        let (ours, theirs) = (ours.to_string(), theirs.to_string());
        if ours != theirs {
            wrong.push(format!("{}: {}\n  ours   {ours}\n  theirs {theirs}", case["name"], case["query"]));
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

#[test]
fn every_document_is_answered_as_graphql_core_answers_it() {
    let schema =
        build::schema(&[("schema.graphql", &file("schema.graphql"))]).expect("the test schema builds");
    let data: Json = serde_json::from_str(&file("data.json")).expect("data");
    compare(&schema, "", Some(&data));
}

#[test]
fn mistakes_against_the_contract_are_named_as_graphql_core_names_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contract");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the contract's folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        files.push((name, std::fs::read_to_string(&path).expect("a text file")));
    }
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let schema = build::schema(&files).unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    let bytes = schema.to_bytes().expect("a schema can be stored");
    let schema = Schema::from_bytes(Box::leak(bytes.into_boxed_slice())).expect("and loaded");
    compare(&schema, "_contract", None);
}
