//! Leaf values: how scalars and enums read literals and variables, with `graphql-core`'s messages.

use serde_json::Value as Json;

use super::{EnumValueDef, Schema, TypeIx, TypeKind};
use crate::Value;
use crate::language::ast::{ValueKind, ValueNode};
use crate::language::print;
use crate::suggestions::{did_you_mean, suggestions};
use crate::value::inspect;

/// Why a scalar refuses a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// No reason given: the message names the expected type.
    Undefined,
    /// A reason that stands behind the expected type.
    Because(String),
    /// A whole message.
    Message(String),
    /// A whole message, which for a literal is reported without its place in the document.
    Unplaced(String),
}

/// A literal without variables as it stands, no type consulted; `None` when a variable is in it.
pub fn constant(node: &ValueNode) -> Option<Value> {
    Some(match &node.kind {
        ValueKind::Variable(_) => return None,
        ValueKind::Null => Value::Null,
        ValueKind::Boolean(value) => Value::Boolean(*value),
        ValueKind::Int(text) => match text.parse() {
            Ok(whole) => Value::Int(whole),
            Err(_) => Value::Float(text.parse().ok()?),
        },
        ValueKind::Float(text) => Value::Float(text.parse().ok()?),
        ValueKind::String(text, _) => Value::String(text.clone()),
        ValueKind::Enum(text) => Value::Enum(text.clone()),
        ValueKind::List(items) => Value::List(items.iter().map(constant).collect::<Option<_>>()?),
        ValueKind::Object(fields) => Value::Object(
            fields
                .iter()
                .map(|field| Some((Box::from(&*field.name.text), constant(&field.value)?)))
                .collect::<Option<_>>()?,
        ),
    })
}

/// Reads a literal as a scalar or enum.
pub fn from_literal(schema: &Schema, ty: TypeIx, node: &ValueNode) -> Result<Value, Refusal> {
    let def = schema.ty(ty);
    if let TypeKind::Enum { values } = &def.kind {
        let shown = print::value(node);
        return match &node.kind {
            ValueKind::Enum(name) => known_value(def.name, values, name),
            _ => Err(no_enum(def.name, values, "non-enum", &shown)),
        };
    }
    let refuse = |what: &str| Err(Refusal::Message(format!("{what}{}", print::value(node))));
    match (def.name, &node.kind) {
        ("Int", ValueKind::Int(text)) => match text.parse::<i32>() {
            Ok(value) => Ok(Value::Int(value.into())),
            Err(_) => refuse("Int cannot represent non 32-bit signed integer value: "),
        },
        ("Int", _) => refuse("Int cannot represent non-integer value: "),
        ("Float", ValueKind::Int(text) | ValueKind::Float(text)) => {
            Ok(Value::Float(text.parse().unwrap_or(f64::INFINITY)))
        }
        ("Float", _) => refuse("Float cannot represent non numeric value: "),
        ("String", ValueKind::String(text, _)) => Ok(Value::String(text.clone())),
        ("String", _) => refuse("String cannot represent a non string value: "),
        ("Boolean", ValueKind::Boolean(value)) => Ok(Value::Boolean(*value)),
        ("Boolean", _) => refuse("Boolean cannot represent a non boolean value: "),
        ("ID", ValueKind::String(text, _) | ValueKind::Int(text)) => Ok(Value::String(text.clone())),
        ("ID", _) => refuse("ID cannot represent a non-string and non-integer value: "),
        (name, _) => super::graphene::from_literal(name, node),
    }
}

/// Reads a variable's value as a scalar or enum.
pub fn from_variable(schema: &Schema, ty: TypeIx, json: &Json) -> Result<Value, Refusal> {
    let def = schema.ty(ty);
    if let TypeKind::Enum { values } = &def.kind {
        return match json {
            Json::String(name) => known_value(def.name, values, name),
            other => Err(no_enum(def.name, values, "non-string", &inspect(other))),
        };
    }
    let refuse = |what: &str| Err(Refusal::Message(format!("{what}{}", inspect(json))));
    match (def.name, json) {
        ("Int", Json::Number(number)) => match (whole(number), number.as_f64()) {
            (Some(value), _) if i32::try_from(value).is_ok() => Ok(Value::Int(value)),
            (None, Some(value)) if value.fract() != 0.0 => refuse("Int cannot represent non-integer value: "),
            _ => refuse("Int cannot represent non 32-bit signed integer value: "),
        },
        ("Int", _) => refuse("Int cannot represent non-integer value: "),
        ("Float", Json::Number(number)) => Ok(Value::Float(number.as_f64().unwrap_or(f64::INFINITY))),
        ("Float", _) => refuse("Float cannot represent non numeric value: "),
        ("String", Json::String(text)) => Ok(Value::from(text.as_str())),
        ("String", _) => refuse("String cannot represent a non string value: "),
        ("Boolean", Json::Bool(value)) => Ok(Value::Boolean(*value)),
        ("Boolean", _) => refuse("Boolean cannot represent a non boolean value: "),
        ("ID", Json::String(text)) => Ok(Value::from(text.as_str())),
        ("ID", Json::Number(number)) if whole(number).is_some() => {
            Ok(Value::from(whole(number).unwrap_or_default().to_string()))
        }
        ("ID", _) => refuse("ID cannot represent value: "),
        (name, json) => super::graphene::from_variable(name, json),
    }
}

/// The number as a whole one; `1.0` counts as whole.
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| {
        let value = number.as_f64()?;
        // Beyond 2^53 a float does not say which whole number is meant.
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked in the same condition")]
        (value.fract() == 0.0 && value.abs() < 9_007_199_254_740_992.0).then_some(value as i64)
    })
}

fn known_value(ty: &str, values: &[EnumValueDef], name: &str) -> Result<Value, Refusal> {
    if values.iter().any(|value| value.name == name) {
        return Ok(Value::Enum(name.into()));
    }
    let hint = enum_hint(values, name);
    Err(Refusal::Message(format!("Value '{name}' does not exist in '{ty}' enum.{hint}")))
}

fn no_enum(ty: &str, values: &[EnumValueDef], what: &str, shown: &str) -> Refusal {
    let hint = enum_hint(values, shown);
    Refusal::Message(format!("Enum '{ty}' cannot represent {what} value: {shown}.{hint}"))
}

fn enum_hint(values: &[EnumValueDef], name: &str) -> String {
    did_you_mean("the enum value", &suggestions(name, values.iter().map(|value| value.name)))
}
