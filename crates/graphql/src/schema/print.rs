//! A schema as SDL: what clients generate code from. Types stand by name, fields in the schema's order; internal
//! directives do not appear.

use std::fmt::Write as _;

use super::{InputDef, Schema, TypeKind, directive};
use crate::Value;
use crate::language::print::string;

/// The whole schema as SDL, the specification's own types left out.
pub fn schema(schema: &Schema) -> String {
    let mut out = String::new();
    let query = schema.ty(schema.query).name;
    let _ = writeln!(out, "schema {{\n  query: {query}");
    if let Some(mutation) = schema.mutation {
        let _ = writeln!(out, "  mutation: {}", schema.ty(mutation).name);
    }
    out.push_str("}\n");
    for ty in &schema.types {
        if !ty.name.starts_with("__") && !matches!(ty.name, "Int" | "Float" | "String" | "Boolean" | "ID") {
            out.push('\n');
            print_type(schema, ty, &mut out);
        }
    }
    out
}

fn print_type(schema: &Schema, ty: &super::TypeDef, out: &mut String) {
    describe(ty.description, "", out);
    let name = ty.name;
    match &ty.kind {
        TypeKind::Scalar => {
            let _ = write!(out, "scalar {name}");
            if let Some(url) = specified_by(ty) {
                let _ = write!(out, " @specifiedBy(url: {})", string(url));
            }
            out.push('\n');
        }
        TypeKind::Object(composite) | TypeKind::Interface(composite) => {
            let word = if matches!(ty.kind, TypeKind::Object(_)) { "type" } else { "interface" };
            let _ = write!(out, "{word} {name}");
            let interfaces: Vec<&str> = composite.interfaces.iter().map(|ix| schema.ty(*ix).name).collect();
            if !interfaces.is_empty() {
                let _ = write!(out, " implements {}", interfaces.join(" & "));
            }
            out.push_str(" {\n");
            let ix = schema.find_type(name).expect("the type is the schema's own");
            for (at, field) in schema.fields_of(ix).enumerate() {
                let field = schema.field(field);
                if at > 0 && field.description.is_some() {
                    out.push('\n');
                }
                describe(field.description, "  ", out);
                let _ = write!(out, "  {}", field.name);
                arguments(schema, &field.arguments, "  ", out);
                let _ = writeln!(out, ": {}{}", schema.show(&field.ty), deprecated(field.deprecated));
            }
            out.push_str("}\n");
        }
        TypeKind::Union { members } => {
            let members: Vec<&str> = members.iter().map(|ix| schema.ty(*ix).name).collect();
            let _ = writeln!(out, "union {name} = {}", members.join(" | "));
        }
        TypeKind::Enum { values } => {
            let _ = writeln!(out, "enum {name} {{");
            for value in values {
                describe(value.description, "  ", out);
                let _ = writeln!(out, "  {}{}", value.name, deprecated(value.deprecated));
            }
            out.push_str("}\n");
        }
        TypeKind::InputObject { fields } => {
            let one_of = if directive(&ty.directives, "oneOf").is_some() { " @oneOf" } else { "" };
            let _ = writeln!(out, "input {name}{one_of} {{");
            for field in fields {
                describe(field.description, "  ", out);
                let _ = writeln!(out, "  {}", input(schema, field));
            }
            out.push_str("}\n");
        }
    }
}

/// The address of a scalar's specification.
pub fn specified_by(ty: &super::TypeDef) -> Option<&str> {
    directive(&ty.directives, "specifiedBy")?.get("url")?.as_str()
}

fn arguments(schema: &Schema, arguments: &[InputDef], indent: &str, out: &mut String) {
    if arguments.is_empty() {
        return;
    }
    if arguments.iter().all(|argument| argument.description.is_none()) {
        let all: Vec<String> = arguments.iter().map(|argument| input(schema, argument)).collect();
        let _ = write!(out, "({})", all.join(", "));
        return;
    }
    out.push_str("(\n");
    let inner = format!("{indent}  ");
    for argument in arguments {
        describe(argument.description, &inner, out);
        let _ = writeln!(out, "{inner}{}", input(schema, argument));
    }
    let _ = write!(out, "{indent})");
}

fn input(schema: &Schema, input: &InputDef) -> String {
    let default =
        input.default.as_ref().map(|default| format!(" = {}", literal(default))).unwrap_or_default();
    format!("{}: {}{default}{}", input.name, schema.show(&input.ty), deprecated(input.deprecated))
}

/// A value as GraphQL text.
pub fn literal(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Boolean(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::String(text) => string(text),
        Value::Enum(name) => name.to_string(),
        Value::List(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(members) => {
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}: {}", literal(value))).collect();
            format!("{{{}}}", members.join(", "))
        }
    }
}

fn deprecated(reason: Option<&str>) -> String {
    reason.map(|reason| format!(" @deprecated(reason: {})", string(reason))).unwrap_or_default()
}

fn describe(description: Option<&str>, indent: &str, out: &mut String) {
    let Some(text) = description else { return };
    if text.contains('\n') || text.len() > 100 || text.contains('"') || text.contains('\\') {
        let text = text.replace("\"\"\"", "\\\"\"\"");
        let _ = writeln!(out, "{indent}\"\"\"");
        for line in text.lines() {
            let _ = if line.is_empty() { writeln!(out) } else { writeln!(out, "{indent}{line}") };
        }
        let _ = writeln!(out, "{indent}\"\"\"");
    } else {
        let _ = writeln!(out, "{indent}\"{text}\"");
    }
}
