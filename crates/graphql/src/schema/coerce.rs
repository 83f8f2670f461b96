//! Input coercion: variables and arguments to values of their types.

use serde_json::Value as Json;

use super::scalars::{self, Refusal};
use super::{InputDef, Schema, TypeKind, TypeRef};
use crate::language::Document;
use crate::language::ast::{Argument, Operation, TypeNode, ValueKind, ValueNode};
use crate::language::print;
use crate::suggestions::{did_you_mean, suggestions};
use crate::value::inspect;
use crate::{GraphQLError, Value};

/// Coerced variables. A variable that was neither given nor has a default is absent.
#[derive(Debug, Clone, Default)]
pub struct Variables(Vec<(Box<str>, Value)>);

impl Variables {
    /// The value of a variable.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| &**key == name).map(|(_, value)| value)
    }

    /// All of them, in the order of their definitions.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }
}

impl FromIterator<(Box<str>, Value)> for Variables {
    fn from_iter<I: IntoIterator<Item = (Box<str>, Value)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

/// Coerced arguments by name, in the order of their definitions.
pub type Arguments = Vec<(&'static str, Value)>;

/// `graphql-core` stops after this many errors about variables.
const MOST_ERRORS: usize = 50;

/// Coerces the variables of a request, or tells all that is wrong with them.
pub fn variables(
    schema: &Schema,
    document: &Document,
    operation: &Operation,
    given: &serde_json::Map<String, Json>,
) -> Result<Variables, Vec<GraphQLError>> {
    let mut coerced = Variables::default();
    let mut errors: Vec<GraphQLError> = Vec::new();
    for definition in &operation.variables {
        let name = &*definition.name.text;
        let fail = |message: String| GraphQLError::at(message, vec![document.location(definition.at)]);
        let Some(ty) = type_of(schema, &definition.ty) else { continue };
        match (given.get(name), &definition.default) {
            (None, Some(default)) => {
                if let Some(value) = literal(schema, &ty, default, None) {
                    coerced.0.push((name.into(), value));
                }
            }
            (None, None) if ty.is_non_null() => {
                let shown = schema.show(&ty);
                errors.push(fail(format!("Variable '${name}' of required type '{shown}' was not provided.")));
            }
            (None, None) => {}
            (Some(Json::Null), _) if ty.is_non_null() => {
                let shown = schema.show(&ty);
                errors.push(fail(format!("Variable '${name}' of non-null type '{shown}' must not be null.")));
            }
            (Some(json), _) => {
                let mut problems = Vec::new();
                let value = input(schema, &ty, json, &mut Vec::new(), &mut problems);
                errors.extend(problems.into_iter().map(|problem| fail(problem.describe(name))));
                coerced.0.push((name.into(), value));
            }
        }
        if errors.len() > MOST_ERRORS {
            errors.truncate(MOST_ERRORS);
            let message = "Too many errors processing variables, error limit reached. Execution aborted.";
            errors.push(GraphQLError::new(message));
            break;
        }
    }
    if errors.is_empty() { Ok(coerced) } else { Err(errors) }
}

/// The schema's type that a document writes; `None` when the name is unknown.
pub fn type_of(schema: &Schema, node: &TypeNode) -> Option<TypeRef> {
    Some(match node {
        TypeNode::Named(name) => TypeRef::Named(schema.find_type(&name.text)?),
        TypeNode::List(_, inner) => TypeRef::List(Box::new(type_of(schema, inner)?)),
        TypeNode::NonNull(inner) => TypeRef::NonNull(Box::new(type_of(schema, inner)?)),
    })
}

/// A step on the way into a variable's value.
#[derive(Clone)]
enum Step {
    Member(String),
    Item(usize),
}

struct Problem {
    steps: Vec<Step>,
    shown: String,
    message: String,
}

impl Problem {
    fn describe(&self, variable: &str) -> String {
        let mut text = format!("Variable '${variable}' got invalid value {}", self.shown);
        if !self.steps.is_empty() {
            text.push_str(&format!(" at '{variable}"));
            for step in &self.steps {
                match step {
                    Step::Member(name) => text.push_str(&format!(".{name}")),
                    Step::Item(index) => text.push_str(&format!("[{index}]")),
                }
            }
            text.push('\'');
        }
        format!("{text}; {}", self.message)
    }
}

fn input(
    schema: &Schema,
    ty: &TypeRef,
    json: &Json,
    path: &mut Vec<Step>,
    problems: &mut Vec<Problem>,
) -> Value {
    let mut refuse = |path: &[Step], message: String| {
        problems.push(Problem { steps: path.to_vec(), shown: inspect(json), message });
        Value::Null
    };
    let named = match (ty, json) {
        (TypeRef::NonNull(inner), Json::Null) => {
            let shown = schema.show(inner);
            return refuse(path, format!("Expected non-nullable type '{shown}!' not to be None."));
        }
        (TypeRef::NonNull(inner), _) => return input(schema, inner, json, path, problems),
        (_, Json::Null) => return Value::Null,
        (TypeRef::List(item), Json::Array(items)) => {
            let coerced = items.iter().enumerate().map(|(index, json)| {
                path.push(Step::Item(index));
                let value = input(schema, item, json, path, problems);
                path.pop();
                value
            });
            return Value::List(coerced.collect());
        }
        (TypeRef::List(item), _) => return Value::List(vec![input(schema, item, json, path, problems)]),
        (TypeRef::Named(ix), _) => *ix,
    };
    let def = schema.ty(named);
    let TypeKind::InputObject { fields } = &def.kind else {
        return match scalars::from_variable(schema, named, json) {
            Ok(value) => value,
            Err(Refusal::Undefined) => refuse(path, format!("Expected type '{}'.", def.name)),
            Err(Refusal::Because(why)) => refuse(path, format!("Expected type '{}'. {why}", def.name)),
            Err(Refusal::Message(message) | Refusal::Unplaced(message)) => refuse(path, message),
        };
    };
    let Json::Object(members) = json else {
        return refuse(path, format!("Expected type '{}' to be a mapping.", def.name));
    };
    let mut coerced = Vec::with_capacity(members.len());
    for field in fields {
        match (members.get(field.name), &field.default) {
            (Some(json), _) => {
                path.push(Step::Member(field.name.into()));
                coerced.push((field.name.into(), input(schema, &field.ty, json, path, problems)));
                path.pop();
            }
            (None, Some(default)) => coerced.push((field.name.into(), default.clone())),
            (None, None) if field.ty.is_non_null() => {
                let (name, shown) = (field.name, schema.show(&field.ty));
                let message = format!("Field '{name}' of required type '{shown}' was not provided.");
                problems.push(Problem { steps: path.clone(), shown: inspect(json), message });
            }
            (None, None) => {}
        }
    }
    for name in members.keys().filter(|name| fields.iter().all(|field| field.name != name.as_str())) {
        let hint = did_you_mean("", &suggestions(name, fields.iter().map(|field| field.name)));
        let message = format!("Field '{name}' is not defined by type '{}'.{hint}", def.name);
        problems.push(Problem { steps: path.clone(), shown: inspect(json), message });
    }
    Value::Object(coerced)
}

/// Coerces a literal. `None` where it does not fit the type, or where a variable in it has no value.
pub fn literal(
    schema: &Schema,
    ty: &TypeRef,
    node: &ValueNode,
    variables: Option<&Variables>,
) -> Option<Value> {
    if let ValueKind::Variable(name) = &node.kind {
        let value = variables?.get(name)?;
        return (!(value.is_null() && ty.is_non_null())).then(|| value.clone());
    }
    match ty {
        TypeRef::NonNull(inner) => {
            if matches!(node.kind, ValueKind::Null) {
                None
            } else {
                literal(schema, inner, node, variables)
            }
        }
        _ if matches!(node.kind, ValueKind::Null) => Some(Value::Null),
        TypeRef::List(item) => match &node.kind {
            ValueKind::List(nodes) => {
                let items = nodes.iter().map(|node| match literal(schema, item, node, variables) {
                    None if is_missing(node, variables) && !item.is_non_null() => Some(Value::Null),
                    value => value,
                });
                Some(Value::List(items.collect::<Option<_>>()?))
            }
            _ => Some(Value::List(vec![literal(schema, item, node, variables)?])),
        },
        TypeRef::Named(ix) => match (&schema.ty(*ix).kind, &node.kind) {
            (TypeKind::InputObject { fields }, ValueKind::Object(given)) => {
                input_object(schema, fields, given, variables)
            }
            (TypeKind::InputObject { .. }, _) => None,
            _ => scalars::from_literal(schema, *ix, node).ok(),
        },
    }
}

fn input_object(
    schema: &Schema,
    fields: &[InputDef],
    given: &[Argument],
    variables: Option<&Variables>,
) -> Option<Value> {
    let mut members = Vec::with_capacity(given.len());
    for field in fields {
        let node =
            given.iter().find(|argument| &*argument.name.text == field.name).map(|argument| &argument.value);
        match node {
            Some(node) if !is_missing(node, variables) => {
                members.push((field.name.into(), literal(schema, &field.ty, node, variables)?));
            }
            _ => match &field.default {
                Some(default) => members.push((field.name.into(), default.clone())),
                None if field.ty.is_non_null() => return None,
                None => {}
            },
        }
    }
    Some(Value::Object(members))
}

/// True for a variable without a value.
fn is_missing(node: &ValueNode, variables: Option<&Variables>) -> bool {
    match &node.kind {
        ValueKind::Variable(name) => variables.is_none_or(|variables| variables.get(name).is_none()),
        _ => false,
    }
}

/// An argument that cannot be coerced: the message and the byte offset it is about.
pub type ArgumentError = (String, u32);

/// Coerces the arguments of a field or directive that stands at byte offset `at`.
pub fn arguments(
    schema: &Schema,
    definitions: &[InputDef],
    given: &[Argument],
    at: u32,
    variables: &Variables,
) -> Result<Arguments, ArgumentError> {
    let mut coerced = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let (name, shown) = (definition.name, || schema.show(&definition.ty));
        let node = given.iter().find(|argument| &*argument.name.text == name).map(|argument| &argument.value);
        let node = match node {
            Some(node) if !is_missing(node, Some(variables)) => node,
            absent => {
                if let Some(default) = &definition.default {
                    coerced.push((name, default.clone()));
                } else if definition.ty.is_non_null() {
                    return Err(match absent {
                        Some(node) => {
                            let variable = print::value(node);
                            let what = format!(
                                "was provided the variable '{variable}' which was not provided a runtime value"
                            );
                            (format!("Argument '{name}' of required type '{}' {what}.", shown()), node.at)
                        }
                        None => (
                            format!("Argument '{name}' of required type '{}' was not provided.", shown()),
                            at,
                        ),
                    });
                }
                continue;
            }
        };
        let is_null = match &node.kind {
            ValueKind::Null => true,
            ValueKind::Variable(variable) => variables.get(variable).is_some_and(Value::is_null),
            _ => false,
        };
        if is_null && definition.ty.is_non_null() {
            return Err((
                format!("Argument '{name}' of non-null type '{}' must not be null.", shown()),
                node.at,
            ));
        }
        let Some(value) = literal(schema, &definition.ty, node, Some(variables)) else {
            return Err((format!("Argument '{name}' has invalid value {}.", print::value(node)), node.at));
        };
        coerced.push((name, value));
    }
    Ok(coerced)
}
