//! The scalars that graphene adds to the specification's five, and those that Kraken derives from them: how they
//! read literals and variables, in graphene's words.
//!
//! Dates, times, decimals and UUIDs stay text after the check; who uses them parses them. Those that have several forms
//! become one: a `Date` has dashes, a `DateTime` is as [`isoparse`] writes it.

use serde_json::Value as Json;

use super::isoparse;
use super::scalars::{Refusal, constant};
use crate::Value;
use crate::language::ast::{ValueKind, ValueNode};
use crate::language::print;
use crate::value::python_repr;

/// Reads a literal.
pub(super) fn from_literal(scalar: &str, node: &ValueNode) -> Result<Value, Refusal> {
    match (scalar, &node.kind) {
        ("Date" | "DateTime" | "Time", ValueKind::String(text, _)) => temporal(scalar, text),
        ("Date" | "DateTime" | "Time", _) => {
            let shown = print::value(node);
            Err(Refusal::Unplaced(format!("{scalar} cannot represent non-string value: {shown}")))
        }
        ("Decimal", ValueKind::String(text, _) | ValueKind::Int(text)) => decimal(text),
        ("UUID", ValueKind::String(text, _)) if is_uuid(text) => Ok(Value::String(text.clone())),
        ("UUID", ValueKind::String(..)) => {
            Err(Refusal::Because("badly formed hexadecimal UUID string".into()))
        }
        ("JSONString", ValueKind::String(text, _)) => {
            json(text).map_err(|why| Refusal::Because(format!("Badly formed JSONString: {why}")))
        }
        ("BigInt", ValueKind::Int(text)) => text.parse().map(Value::Int).map_err(|_| Refusal::Undefined),
        ("GenericScalar", ValueKind::Int(text)) if text.parse::<i32>().is_err() => Err(Refusal::Undefined),
        ("GenericScalar", _) => Ok(constant(node).unwrap_or_default()),
        ("NonEmptyString" | "NonEmptyID", ValueKind::String(text, _)) if text.is_empty() => {
            Err(Refusal::Message("Value cannot be empty.".into()))
        }
        ("NonEmptyID", ValueKind::Int(text)) => Ok(Value::String(text.clone())),
        ("Decimal" | "UUID" | "JSONString" | "BigInt", _) => Err(Refusal::Undefined),
        (_, ValueKind::String(text, _)) => Ok(Value::String(text.clone())),
        _ => Err(Refusal::Undefined),
    }
}

/// Reads a variable's value.
pub(super) fn from_variable(scalar: &str, given: &Json) -> Result<Value, Refusal> {
    match (scalar, given) {
        ("Date" | "DateTime" | "Time", Json::String(text)) => temporal(scalar, text),
        ("Date" | "DateTime" | "Time", _) => {
            let shown = crate::value::inspect(given);
            Err(Refusal::Message(format!("{scalar} cannot represent non-string value: {shown}")))
        }
        ("Decimal", Json::String(text)) => decimal(text),
        ("Decimal", Json::Bool(value)) => decimal(if *value { "1" } else { "0" }),
        ("BigInt", Json::Bool(value)) => Ok(Value::Int(i64::from(*value))),
        ("Decimal", Json::Number(number)) => Ok(Value::String(number.to_string().into())),
        ("UUID", Json::String(text)) if is_uuid(text) => Ok(Value::from(text.as_str())),
        ("UUID", _) => {
            let shown = crate::value::inspect(given);
            Err(Refusal::Message(format!("UUID cannot represent value: {shown}")))
        }
        ("JSONString", Json::String(text)) => json(text).map_err(Refusal::Because),
        ("JSONString", _) => Err(Refusal::Because(format!(
            "the JSON object must be str, bytes or bytearray, not {}",
            python_type(given)
        ))),
        ("BigInt", Json::String(text)) => match text.trim().parse::<i64>() {
            Ok(whole) => Ok(Value::Int(whole)),
            Err(_) => truncated(text.trim().parse().ok()),
        },
        ("BigInt", Json::Number(number)) => {
            number.as_i64().map_or_else(|| truncated(number.as_f64()), |whole| Ok(Value::Int(whole)))
        }
        ("GenericScalar", _) => Ok(Value::from(given)),
        ("NonEmptyString" | "NonEmptyID", Json::String(text)) if text.is_empty() => {
            Err(Refusal::Message("Value cannot be empty.".into()))
        }
        ("NonEmptyID", Json::Number(number)) => Ok(Value::from(number.to_string())),
        ("Decimal" | "BigInt", _) => Err(Refusal::Undefined),
        (_, Json::String(text)) => Ok(Value::from(text.as_str())),
        _ => Err(Refusal::Undefined),
    }
}

fn temporal(scalar: &str, text: &str) -> Result<Value, Refusal> {
    let read = match scalar {
        "Date" if is_date(text) && text.len() == 8 => {
            Some(format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
        }
        "Date" => is_date(text).then(|| text.into()),
        "Time" => is_time(text).then(|| text.into()),
        _ => isoparse::datetime(text),
    };
    let refused = || Refusal::Unplaced(format!("{scalar} cannot represent value: {}", python_repr(text)));
    read.map(Value::from).ok_or_else(refused)
}

fn decimal(text: &str) -> Result<Value, Refusal> {
    let trimmed = text.trim().replace('_', "");
    let is_number =
        trimmed.parse::<f64>().is_ok() && trimmed.bytes().any(|byte| byte.is_ascii_alphanumeric());
    if !is_number {
        return Err(Refusal::Undefined);
    }
    // Python's Decimal writes exponents so.
    let text = trimmed.replace('e', "E");
    Ok(Value::from(match text.split_once('E') {
        Some((mantissa, exponent)) if !exponent.starts_with(['-', '+']) => format!("{mantissa}E+{exponent}"),
        _ => text,
    }))
}

fn truncated(number: Option<f64>) -> Result<Value, Refusal> {
    // Beyond 2^63 the cast saturates, which no client of whole cents will meet.
    #[expect(clippy::cast_possible_truncation, reason = "Python's int() cuts the fraction off")]
    number
        .filter(|number| number.is_finite())
        .map(|number| Value::Int(number as i64))
        .ok_or(Refusal::Undefined)
}

fn json(text: &str) -> Result<Value, String> {
    let parsed: Result<Json, _> = serde_json::from_str(text);
    parsed.map(|json| Value::from(&json)).map_err(|error| {
        // Python's words for the commonest case; its others differ from serde's.
        let column = error.column().max(1);
        format!("Expecting value: line {} column {column} (char {})", error.line().max(1), column - 1)
    })
}

fn is_uuid(text: &str) -> bool {
    let bare = text.trim_start_matches("urn:").trim_start_matches("uuid:");
    let digits = bare.trim_matches(['{', '}']).replace('-', "");
    digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn python_type(json: &Json) -> &'static str {
    match json {
        Json::Null => "NoneType",
        Json::Bool(_) => "bool",
        Json::Number(number) if number.is_f64() => "float",
        Json::Number(_) => "int",
        Json::String(_) => "str",
        Json::Array(_) => "list",
        Json::Object(_) => "dict",
    }
}

/// `2026-11-21` or `20261121`, and a day that the calendar has.
fn is_date(text: &str) -> bool {
    let digits = match text.as_bytes() {
        [_, _, _, _, b'-', _, _, b'-', _, _] => text.replace('-', ""),
        [_, _, _, _, _, _, _, _] => text.to_string(),
        _ => return false,
    };
    let part = |range: std::ops::Range<usize>| number(digits.get(range)?);
    let (Some(year), Some(month), Some(day)) = (part(0..4), part(4..6), part(6..8)) else { return false };
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    year > 0 && (1..=days).contains(&day)
}

/// `12`, `12:30`, `12:30:05`, `12:30:05.123456`, each with or without an offset.
fn is_time(text: &str) -> bool {
    if !text.is_ascii() {
        return false;
    }
    let at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, offset) = text.split_at(at);
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let fits = |part: &str, most: u32| part.len() == 2 && number(part).is_some_and(|value| value <= most);
    let clock_fits = |clock: &str, hours: u32| {
        let compact = clock.replace(':', "");
        let separated = compact.len() == clock.len() || clock.split(':').all(|part| part.len() == 2);
        let part = |at: usize, most| compact.get(at..at + 2).is_none_or(|part| fits(part, most));
        separated && matches!(compact.len(), 2 | 4 | 6) && part(0, hours) && part(2, 59) && part(4, 59)
    };
    let offset_fits = match offset.strip_prefix(['+', '-']) {
        Some(offset) => clock_fits(offset, 23),
        None => matches!(offset, "" | "Z"),
    };
    clock_fits(clock, 23)
        && !fraction.is_empty()
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && offset_fits
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
