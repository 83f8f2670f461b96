//! Values: what arguments are after coercion, and what leaf fields answer.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A value without variables.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub enum Value {
    /// `null`.
    #[default]
    Null,
    /// `true`, `false`.
    Boolean(bool),
    /// A whole number.
    Int(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text.
    String(Box<str>),
    /// The name of an enum value.
    Enum(Box<str>),
    /// A list.
    List(Vec<Value>),
    /// Names and values, in order.
    Object(Vec<(Box<str>, Value)>),
}

impl Value {
    /// The member of this name, of an object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members.iter().find(|(key, _)| &**key == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string or an enum value.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) | Self::Enum(text) => Some(text),
            _ => None,
        }
    }

    /// True for `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The value as JSON; a number that JSON cannot hold becomes `null`.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Boolean(value) => Json::Bool(*value),
            Self::Int(value) => Json::from(*value),
            Self::Float(value) => serde_json::Number::from_f64(*value).map_or(Json::Null, Json::Number),
            Self::String(text) | Self::Enum(text) => Json::String(text.to_string()),
            Self::List(items) => Json::Array(items.iter().map(Self::to_json).collect()),
            Self::Object(members) => {
                Json::Object(members.iter().map(|(key, value)| (key.to_string(), value.to_json())).collect())
            }
        }
    }

    /// Writes the value as JSON text.
    pub fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Boolean(true) => out.extend_from_slice(b"true"),
            Self::Boolean(false) => out.extend_from_slice(b"false"),
            Self::String(text) | Self::Enum(text) => write_json_string(text, out),
            Self::Int(value) => {
                serde_json::to_writer(out, value).expect("writing to memory does not fail");
            }
            Self::Float(value) => {
                serde_json::to_writer(out, value).expect("writing to memory does not fail");
            }
            Self::List(items) => {
                out.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    item.write_json(out);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (index, (key, value)) in members.iter().enumerate() {
                    if index > 0 {
                        out.push(b',');
                    }
                    write_json_string(key, out);
                    out.push(b':');
                    value.write_json(out);
                }
                out.push(b'}');
            }
        }
    }
}

/// Writes a JSON string, quotes and escapes included.
pub fn write_json_string(text: &str, out: &mut Vec<u8>) {
    serde_json::to_writer(out, text).expect("writing to memory does not fail");
}

impl From<&Json> for Value {
    fn from(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Boolean(*value),
            Json::Number(number) => match number.as_i64() {
                Some(whole) => Self::Int(whole),
                None => Self::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Json::String(text) => Self::String(text.as_str().into()),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(members) => {
                Self::Object(members.iter().map(|(key, value)| (key.as_str().into(), value.into())).collect())
            }
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::String(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::String(text.into())
    }
}

/// A JSON value as Python would show it, which is how `graphql-core` quotes variables in its messages.
pub fn inspect(json: &Json) -> String {
    inspect_at(json, 0)
}

const DEEPEST: usize = 2;
const LONGEST_TEXT: usize = 240;
const LONGEST_LIST: usize = 10;

fn inspect_at(json: &Json, depth: usize) -> String {
    match json {
        Json::Null => "None".into(),
        Json::Bool(true) => "True".into(),
        Json::Bool(false) => "False".into(),
        Json::Number(number) => shorten(python_number(number)),
        Json::String(text) => shorten(python_repr(text)),
        Json::Array(items) if items.is_empty() => "[]".into(),
        Json::Array(_) if depth >= DEEPEST => "[...]".into(),
        Json::Array(items) => {
            format!("[{}]", elide(items.iter().map(|item| inspect_at(item, depth + 1)).collect()))
        }
        Json::Object(members) if members.is_empty() => "{}".into(),
        Json::Object(_) if depth >= DEEPEST => "{...}".into(),
        Json::Object(members) => {
            let members = members
                .iter()
                .map(|(key, value)| format!("{}: {}", python_repr(key), inspect_at(value, depth + 1)));
            format!("{{{}}}", elide(members.collect()))
        }
    }
}

fn elide(mut items: Vec<String>) -> String {
    if items.len() > LONGEST_LIST {
        let tail = items.split_off(items.len() - (LONGEST_LIST / 2 - 1));
        items.truncate(LONGEST_LIST / 2);
        items.push("...".into());
        items.extend(tail);
    }
    items.join(", ")
}

fn shorten(text: String) -> String {
    let length = text.chars().count();
    if length <= LONGEST_TEXT {
        return text;
    }
    let head = (LONGEST_TEXT - 3) / 2;
    let tail = LONGEST_TEXT - 3 - head;
    let start: String = text.chars().take(head).collect();
    let end: String = text.chars().skip(length - tail).collect();
    format!("{start}...{end}")
}

/// Characters that Python's `repr` escapes: controls, formats, separators, private use.
fn is_unprintable(character: char) -> bool {
    matches!(
        u32::from(character),
        0..0x20 | 0x7F..=0xA0 | 0xAD | 0x600..=0x605 | 0x1680 | 0x180E | 0x2000..=0x200F | 0x2028..=0x202F
            | 0x205F..=0x206F | 0x3000 | 0xE000..=0xF8FF | 0xFEFF | 0xFFF0..=0xFFFB | 0xF0000..
    )
}

/// A number as Python shows it: exponents have a sign and two digits.
fn python_number(number: &serde_json::Number) -> String {
    let text = number.to_string();
    let Some((mantissa, exponent)) = text.split_once('e') else { return text };
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent.trim_start_matches('+')),
    };
    format!("{}e{sign}{digits:0>2}", mantissa.trim_end_matches(".0"))
}

/// A string as Python's `repr` shows it.
pub fn python_repr(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            same if same == quote => {
                out.push('\\');
                out.push(same);
            }
            odd if is_unprintable(odd) => out.push_str(&match u32::from(odd) {
                code @ ..0x100 => format!("\\x{code:02x}"),
                code @ ..0x10000 => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            }),
            plain => out.push(plain),
        }
    }
    out.push(quote);
    out
}
