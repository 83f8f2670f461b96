//! Values and types back to text, as messages quote them.

use super::ast::{TypeNode, ValueKind, ValueNode};

/// A value as GraphQL text on one line, strings quoted.
pub fn value(node: &ValueNode) -> String {
    match &node.kind {
        ValueKind::Variable(name) => format!("${name}"),
        ValueKind::Int(text) | ValueKind::Float(text) | ValueKind::Enum(text) => text.to_string(),
        ValueKind::String(text, true) => block_string(text),
        ValueKind::String(text, false) => string(text),
        ValueKind::Boolean(value) => value.to_string(),
        ValueKind::Null => "null".into(),
        ValueKind::List(items) => format!("[{}]", join(items.iter().map(value))),
        ValueKind::Object(fields) => {
            let fields = fields.iter().map(|field| format!("{}: {}", field.name.text, value(&field.value)));
            format!("{{{}}}", join(fields))
        }
    }
}

/// A block string; one of several lines gets lines of its own for its quotes.
fn block_string(text: &str) -> String {
    let escaped = text.replace("\"\"\"", "\\\"\"\"");
    let is_short = !text.contains('\n') && text.len() < 70;
    let ends_badly = text.ends_with('"') && !text.ends_with("\"\"\"") || text.ends_with('\\');
    let before = if is_short && !text.starts_with([' ', '\t']) { "" } else { "\n" };
    let after = if is_short && !ends_badly { "" } else { "\n" };
    format!("\"\"\"{before}{escaped}{after}\"\"\"")
}

/// A type as GraphQL text.
pub fn type_node(node: &TypeNode) -> String {
    match node {
        TypeNode::Named(name) => name.text.to_string(),
        TypeNode::List(_, inner) => format!("[{}]", type_node(inner)),
        TypeNode::NonNull(inner) => format!("{}!", type_node(inner)),
    }
}

/// A string in double quotes, with GraphQL's escapes.
pub fn string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if u32::from(control) < 0x20 || (0x7F..0xA0).contains(&u32::from(control)) => {
                out.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
