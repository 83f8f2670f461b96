//! Which variables and fragments a definition uses: what the rules about unused, undefined and misplaced
//! variables look at once an operation has been walked.

use std::collections::HashSet;

use super::Check;
use crate::language::ast::{
    Argument, Directive, Fragment, Operation, Selection, SelectionSet, Spread, ValueKind, ValueNode,
};
use crate::schema::{FieldDef, InputDef, Schema, TypeIx, TypeKind, TypeRef};

/// A variable in a place that expects a type.
pub(super) struct Usage<'a> {
    pub(super) name: &'a str,
    pub(super) at: u32,
    pub(super) expected: Option<TypeRef>,
    pub(super) has_default: bool,
}

/// All uses of variables in an operation and in the fragments it reaches.
pub(super) fn of_operation<'a>(check: &Check<'a>, operation: &'a Operation) -> Vec<Usage<'a>> {
    let schema = check.schema;
    let mut found = Found { schema, usages: Vec::new() };
    found.directives(&operation.directives);
    found.selections(schema.root(operation.kind), &operation.selection_set);
    for fragment in reached(check, &operation.selection_set) {
        found.directives(&fragment.directives);
        found.selections(schema.find_type(&fragment.on.text), &fragment.selection_set);
    }
    found.usages
}

/// The fragments that a selection set reaches, directly or through others.
pub(super) fn reached<'a>(check: &Check<'a>, set: &'a SelectionSet) -> Vec<&'a Fragment> {
    let (mut fragments, mut seen, mut queue) = (Vec::new(), HashSet::new(), vec![set]);
    while let Some(set) = queue.pop() {
        for spread in spreads(set) {
            if seen.insert(&*spread.name.text)
                && let Some(fragment) = check.fragments.get(&*spread.name.text)
            {
                fragments.push(*fragment);
                queue.push(&fragment.selection_set);
            }
        }
    }
    fragments
}

/// The spreads in a selection set, at any depth.
pub(super) fn spreads(set: &SelectionSet) -> Vec<&Spread> {
    let (mut found, mut queue) = (Vec::new(), vec![set]);
    while let Some(set) = queue.pop() {
        for selection in &set.selections {
            match selection {
                Selection::Spread(spread) => found.push(spread),
                Selection::Inline(inline) => queue.push(&inline.selection_set),
                Selection::Field(field) => queue.extend(field.selection_set.as_deref()),
            }
        }
    }
    found
}

struct Found<'a> {
    schema: &'a Schema,
    usages: Vec<Usage<'a>>,
}

impl<'a> Found<'a> {
    fn selections(&mut self, parent: Option<TypeIx>, set: &'a SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let def = parent
                        .and_then(|parent| super::walk::field_def(self.schema, parent, &field.name.text));
                    self.arguments(def.map_or(&[], |def: &FieldDef| &def.arguments), &field.arguments);
                    self.directives(&field.directives);
                    if let Some(set) = &field.selection_set {
                        self.selections(def.map(|def| def.ty.named()), set);
                    }
                }
                Selection::Spread(spread) => self.directives(&spread.directives),
                Selection::Inline(inline) => {
                    self.directives(&inline.directives);
                    let on = match &inline.on {
                        Some(on) => self.schema.find_type(&on.text),
                        None => parent,
                    };
                    self.selections(on, &inline.selection_set);
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Directive]) {
        for directive in directives {
            let def = self.schema.find_directive(&directive.name.text);
            self.arguments(def.map_or(&[], |def| &def.arguments), &directive.arguments);
        }
    }

    fn arguments(&mut self, definitions: &[InputDef], given: &'a [Argument]) {
        for argument in given {
            let def = definitions.iter().find(|def| def.name == &*argument.name.text);
            let has_default = def.is_some_and(|def| def.default.is_some());
            self.value(def.map(|def| &def.ty), has_default, &argument.value);
        }
    }

    fn value(&mut self, expected: Option<&TypeRef>, has_default: bool, node: &'a ValueNode) {
        match &node.kind {
            ValueKind::Variable(name) => {
                self.usages.push(Usage { name, at: node.at, expected: expected.cloned(), has_default });
            }
            ValueKind::List(items) => {
                let item = expected.map(|ty| ty.item().unwrap_or(ty.nullable()));
                items.iter().for_each(|node| self.value(item, false, node));
            }
            ValueKind::Object(given) => {
                let def = expected.map(|ty| self.schema.ty(ty.named()));
                let fields = match def.map(|def| &def.kind) {
                    Some(TypeKind::InputObject { fields }) => fields.as_slice(),
                    _ => &[],
                };
                self.arguments(fields, given);
            }
            _ => {}
        }
    }
}
