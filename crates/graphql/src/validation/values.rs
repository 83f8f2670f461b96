//! Literals against the types they stand for.

use super::Check;
use crate::language::ast::{Argument, ValueKind, ValueNode};
use crate::language::print;
use crate::schema::scalars::{self, Refusal};
use crate::schema::{TypeKind, TypeRef};
use crate::suggestions::{did_you_mean, suggestions};

/// Checks a value where `expected` is wanted; without an expected type only duplicate field names are found.
pub(super) fn check(check: &mut Check<'_>, expected: Option<&TypeRef>, node: &ValueNode) {
    walk(check, expected, node, true);
}

/// `judge` is false inside a value that was refused as a whole.
fn walk(check: &mut Check<'_>, expected: Option<&TypeRef>, node: &ValueNode, judge: bool) {
    if check.is_full() {
        return;
    }
    match &node.kind {
        ValueKind::Variable(_) => {}
        ValueKind::Null => {
            if let Some(ty) = expected.filter(|ty| judge && ty.is_non_null()) {
                let shown = check.schema.show(ty);
                check.report(format!("Expected value of type '{shown}', found null."), &[node.at]);
            }
        }
        ValueKind::List(items) => {
            let inner = expected.map(|ty| ty.item().unwrap_or(ty.nullable()));
            let is_list = expected.is_some_and(|ty| ty.item().is_some());
            if judge && !is_list {
                leaf(check, inner, node);
            }
            items.iter().for_each(|item| walk(check, inner, item, judge && is_list));
        }
        ValueKind::Object(given) => object(check, expected, node, given, judge),
        _ if judge => leaf(check, expected, node),
        _ => {}
    }
}

fn object(
    check: &mut Check<'_>,
    expected: Option<&TypeRef>,
    node: &ValueNode,
    given: &[Argument],
    judge: bool,
) {
    let schema = check.schema;
    let def = expected.map(|ty| schema.ty(ty.named()));
    let fields = match def {
        Some(def) if matches!(def.kind, TypeKind::InputObject { .. }) => Some((def.name, def.input_fields())),
        _ => None,
    };
    if judge {
        match fields {
            None => leaf(check, expected, node),
            Some((name, fields)) => {
                for field in fields.iter().filter(|field| field.is_required()) {
                    if given.iter().all(|argument| &*argument.name.text != field.name) {
                        let (field, ty) = (field.name, schema.show(&field.ty));
                        let message =
                            format!("Field '{name}.{field}' of required type '{ty}' was not provided.");
                        check.report(message, &[node.at]);
                    }
                }
            }
        }
    }
    for (at, argument) in given.iter().enumerate() {
        let name = &*argument.name.text;
        let field = fields.and_then(|(_, fields)| fields.iter().find(|field| field.name == name));
        if let (true, Some((ty, fields)), None) = (judge, fields, field) {
            let hint = did_you_mean("", &suggestions(name, fields.iter().map(|field| field.name)));
            check.report(format!("Field '{name}' is not defined by type '{ty}'.{hint}"), &[argument.at]);
        }
        if let Some(first) = given[..at].iter().find(|other| *other.name.text == *name) {
            let places = [first.name.at, argument.name.at];
            check.report(format!("There can be only one input field named '{name}'."), &places);
        }
        walk(check, field.map(|field| &field.ty), &argument.value, judge && fields.is_some());
    }
}

fn leaf(check: &mut Check<'_>, expected: Option<&TypeRef>, node: &ValueNode) {
    let Some(ty) = expected else { return };
    let schema = check.schema;
    let expected = || format!("Expected value of type '{}', found {}", schema.show(ty), print::value(node));
    if !schema.ty(ty.named()).is_leaf() {
        check.report(format!("{}.", expected()), &[node.at]);
        return;
    }
    match scalars::from_literal(schema, ty.named(), node) {
        Ok(_) => {}
        Err(Refusal::Undefined) => check.report(format!("{}.", expected()), &[node.at]),
        Err(Refusal::Because(why)) => check.report(format!("{}; {why}", expected()), &[node.at]),
        Err(Refusal::Unplaced(message)) => check.report(message, &[]),
        Err(Refusal::Message(message)) => check.report(message, &[node.at]),
    }
}
