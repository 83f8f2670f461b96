//! Fields that would be answered under one key must be one field. The algorithm is the one of `graphql-core`
//! (which took it from GraphQL.js): it finds the same conflicts and reports each of them once.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Check;
use super::walk::field_def;
use crate::language::ast::{Argument, Field, Selection, SelectionSet, ValueKind, ValueNode};
use crate::language::print;
use crate::schema::{FieldDef, Schema, TypeIx, TypeKind, TypeRef};

/// Why two fields conflict.
enum Reason {
    Text(String),
    Below(Vec<(String, Reason)>),
}

struct Conflict<'a> {
    key: String,
    reason: Reason,
    left: Vec<&'a Field>,
    right: Vec<&'a Field>,
}

#[derive(Clone, Copy)]
struct Entry<'a> {
    parent: Option<TypeIx>,
    node: &'a Field,
    def: Option<&'a FieldDef>,
}

impl Entry<'_> {
    /// Is it a known field without arguments and selections? Comparing one leaves nothing to remember.
    fn is_plain(&self) -> bool {
        self.node.selection_set.is_none() && self.node.arguments.is_empty() && self.def.is_some()
    }

    /// Is it the same plain field? Two of them have nothing to differ in.
    fn is_plainly(&self, other: &Self) -> bool {
        self.is_plain()
            && other.is_plain()
            && self.parent == other.parent
            && self.node.name.text == other.node.name.text
    }
}

/// Conflicts of one document that are found, those inside others included; only a hundred errors are told.
const MOST_CONFLICTS: usize = 10_000;

/// The fields of a selection set by key, in order, and the fragments it spreads.
#[derive(Default)]
struct Collected<'a> {
    fields: Vec<(&'a str, Group<'a>)>,
    fragments: Vec<&'a str>,
    /// Where in `fields` each key stands.
    keys: HashMap<&'a str, usize>,
    spread: HashSet<&'a str>,
}

impl<'a> Collected<'a> {
    fn get(&self, key: &str) -> Option<&Group<'a>> {
        self.keys.get(key).map(|at| &self.fields[*at].1)
    }
}

/// The fields of a selection set that are answered under one key.
#[derive(Default)]
struct Group<'a> {
    all: Vec<Entry<'a>>,
    /// The same without repetitions of plain fields: thousands of them are compared as one, unless there are conflicts to
    /// tell of each.
    kinds: Vec<Entry<'a>>,
}

impl<'a> Group<'a> {
    fn repeats(&self) -> bool {
        self.kinds.len() < self.all.len()
    }

    fn push(&mut self, entry: Entry<'a>) {
        self.all.push(entry);
        if !entry.is_plain() || !self.kinds.iter().any(|known| known.is_plainly(&entry)) {
            self.kinds.push(entry);
        }
    }
}

/// What the rule remembers across selection sets, so that shared fragments are compared once.
#[derive(Default)]
pub(super) struct Overlap<'a> {
    collected: HashMap<*const SelectionSet, Rc<Collected<'a>>>,
    compared: HashMap<(&'a str, &'a str), bool>,
    compared_fields: HashMap<(*const Collected<'a>, &'a str), bool>,
    found: usize,
}

impl<'a> Overlap<'a> {
    /// Reports the conflicts inside one selection set.
    pub(super) fn check(&mut self, check: &mut Check<'a>, parent: Option<TypeIx>, set: &'a SelectionSet) {
        let mut conflicts = Vec::new();
        let own = self.collect(check.schema, parent, set);
        for (key, group) in &own.fields {
            let tells_all = group.repeats() && self.differ(check, false, key, group, group);
            let entries = if tells_all { &group.all } else { &group.kinds };
            for (at, left) in entries.iter().enumerate() {
                for right in &entries[at + 1..] {
                    conflicts.extend(self.conflict(check, false, key, *left, *right));
                    if self.found > MOST_CONFLICTS {
                        break;
                    }
                }
            }
        }
        for (at, fragment) in own.fragments.iter().enumerate() {
            self.fields_and_fragment(check, &mut conflicts, false, &own, fragment);
            for other in &own.fragments[at + 1..] {
                self.fragments(check, &mut conflicts, false, fragment, other);
            }
        }
        for conflict in conflicts {
            let (key, reason) = (conflict.key, explain(&conflict.reason));
            let advice = "Use different aliases on the fields to fetch both if this was intentional.";
            let places: Vec<u32> =
                conflict.left.iter().chain(&conflict.right).map(|field| field.at).collect();
            check.report(format!("Fields '{key}' conflict because {reason}. {advice}"), &places);
        }
    }

    fn collect(
        &mut self,
        schema: &'a Schema,
        parent: Option<TypeIx>,
        set: &'a SelectionSet,
    ) -> Rc<Collected<'a>> {
        if let Some(known) = self.collected.get(&std::ptr::from_ref(set)) {
            return Rc::clone(known);
        }
        let mut collected = Collected::default();
        gather(schema, parent, set, &mut collected);
        let collected = Rc::new(collected);
        self.collected.insert(std::ptr::from_ref(set), Rc::clone(&collected));
        collected
    }

    fn of_fragment(&mut self, check: &Check<'a>, name: &str) -> Option<Rc<Collected<'a>>> {
        let fragment = check.fragments.get(name).copied()?;
        let on = check.schema.find_type(&fragment.on.text);
        Some(self.collect(check.schema, on, &fragment.selection_set))
    }

    /// True when this pair was not compared before under conditions at least as strict; remembers it.
    fn is_new_pair(&mut self, one: &'a str, other: &'a str, exclusive: bool) -> bool {
        let pair = if one < other { (one, other) } else { (other, one) };
        if self.compared.get(&pair).is_some_and(|known| exclusive || !known) {
            return false;
        }
        self.compared.insert(pair, exclusive);
        true
    }

    fn fields_and_fragment(
        &mut self,
        check: &Check<'a>,
        conflicts: &mut Vec<Conflict<'a>>,
        exclusive: bool,
        own: &Rc<Collected<'a>>,
        fragment: &'a str,
    ) {
        let pair = (Rc::as_ptr(own), fragment);
        if self.compared_fields.get(&pair).is_some_and(|known| exclusive || !known) {
            return;
        }
        self.compared_fields.insert(pair, exclusive);
        if own.fields.is_empty() {
            return;
        }
        let Some(other) = self.of_fragment(check, fragment) else { return };
        if Rc::ptr_eq(own, &other) {
            return;
        }
        self.between(check, conflicts, exclusive, own, &other);
        for referenced in &other.fragments {
            self.fields_and_fragment(check, conflicts, exclusive, own, referenced);
        }
    }

    fn fragments(
        &mut self,
        check: &Check<'a>,
        conflicts: &mut Vec<Conflict<'a>>,
        exclusive: bool,
        one: &'a str,
        other: &'a str,
    ) {
        if one == other || !self.is_new_pair(one, other, exclusive) {
            return;
        }
        let (Some(left), Some(right)) = (self.of_fragment(check, one), self.of_fragment(check, other)) else {
            return;
        };
        self.between(check, conflicts, exclusive, &left, &right);
        for referenced in &right.fragments {
            self.fragments(check, conflicts, exclusive, one, referenced);
        }
        for referenced in &left.fragments {
            self.fragments(check, conflicts, exclusive, referenced, other);
        }
    }

    fn between(
        &mut self,
        check: &Check<'a>,
        conflicts: &mut Vec<Conflict<'a>>,
        exclusive: bool,
        left: &Collected<'a>,
        right: &Collected<'a>,
    ) {
        for (key, left) in &left.fields {
            let Some(right) = right.get(key) else { continue };
            let tells_all =
                (left.repeats() || right.repeats()) && self.differ(check, exclusive, key, left, right);
            let [lefts, rights] =
                [left, right].map(|group| if tells_all { &group.all } else { &group.kinds });
            for one in lefts {
                for other in rights {
                    conflicts.extend(self.conflict(check, exclusive, key, *one, *other));
                    if self.found > MOST_CONFLICTS {
                        return;
                    }
                }
            }
        }
    }

    /// Does a plain field conflict with one of the others? Then so do its repetitions.
    fn differ(
        &mut self,
        check: &Check<'a>,
        exclusive: bool,
        key: &str,
        left: &Group<'a>,
        right: &Group<'a>,
    ) -> bool {
        let before = self.found;
        let differ = left.kinds.iter().any(|one| {
            let mut compared = right.kinds.iter().filter(|other| one.is_plain() || other.is_plain());
            compared.any(|other| self.conflict(check, exclusive, key, *one, *other).is_some())
        });
        self.found = before;
        differ
    }

    fn conflict(
        &mut self,
        check: &Check<'a>,
        exclusive: bool,
        key: &str,
        left: Entry<'a>,
        right: Entry<'a>,
    ) -> Option<Conflict<'a>> {
        if left.is_plainly(&right) {
            return None;
        }
        let schema = check.schema;
        let is_object = |parent: Option<TypeIx>| {
            parent.is_some_and(|ix| matches!(schema.ty(ix).kind, TypeKind::Object(_)))
        };
        let exclusive =
            exclusive || (left.parent != right.parent && is_object(left.parent) && is_object(right.parent));
        let mut clash = |text: String| {
            self.found += 1;
            Some(Conflict {
                key: key.into(),
                reason: Reason::Text(text),
                left: vec![left.node],
                right: vec![right.node],
            })
        };
        if !exclusive {
            let (one, other) = (&left.node.name.text, &right.node.name.text);
            if one != other {
                return clash(format!("'{one}' and '{other}' are different fields"));
            }
            if !same_arguments(&left.node.arguments, &right.node.arguments) {
                return clash("they have differing arguments".into());
            }
        }
        let (one, other) = (left.def.map(|def| &def.ty), right.def.map(|def| &def.ty));
        if let (Some(one), Some(other)) = (one, other)
            && types_conflict(schema, one, other)
        {
            let (one, other) = (schema.show(one), schema.show(other));
            return clash(format!("they return conflicting types '{one}' and '{other}'"));
        }
        let (left_set, right_set) =
            (left.node.selection_set.as_deref()?, right.node.selection_set.as_deref()?);
        let left_fields = self.collect(schema, one.map(TypeRef::named), left_set);
        let right_fields = self.collect(schema, other.map(TypeRef::named), right_set);
        let below = self.between_sets(check, exclusive, &left_fields, &right_fields);
        if below.is_empty() {
            return None;
        }
        let mut conflict = Conflict {
            key: key.into(),
            reason: Reason::Below(Vec::new()),
            left: vec![left.node],
            right: vec![right.node],
        };
        let mut reasons = Vec::with_capacity(below.len());
        for inner in below {
            reasons.push((inner.key, inner.reason));
            conflict.left.extend(inner.left);
            conflict.right.extend(inner.right);
        }
        conflict.reason = Reason::Below(reasons);
        Some(conflict)
    }

    fn between_sets(
        &mut self,
        check: &Check<'a>,
        exclusive: bool,
        left: &Rc<Collected<'a>>,
        right: &Rc<Collected<'a>>,
    ) -> Vec<Conflict<'a>> {
        let mut conflicts = Vec::new();
        self.between(check, &mut conflicts, exclusive, left, right);
        for fragment in &right.fragments {
            self.fields_and_fragment(check, &mut conflicts, exclusive, left, fragment);
        }
        for fragment in &left.fragments {
            self.fields_and_fragment(check, &mut conflicts, exclusive, right, fragment);
        }
        for one in &left.fragments {
            for other in &right.fragments {
                self.fragments(check, &mut conflicts, exclusive, one, other);
            }
        }
        conflicts
    }
}

fn gather<'a>(
    schema: &'a Schema,
    parent: Option<TypeIx>,
    set: &'a SelectionSet,
    collected: &mut Collected<'a>,
) {
    for selection in &set.selections {
        match selection {
            Selection::Field(node) => {
                let def = parent.and_then(|parent| field_def(schema, parent, &node.name.text));
                let entry = Entry { parent, node, def };
                let key = &**node.key();
                let next = collected.fields.len();
                let at = *collected.keys.entry(key).or_insert(next);
                if at == next {
                    collected.fields.push((key, Group::default()));
                }
                collected.fields[at].1.push(entry);
            }
            Selection::Spread(spread) => {
                if collected.spread.insert(&spread.name.text) {
                    collected.fragments.push(&spread.name.text);
                }
            }
            Selection::Inline(inline) => {
                let on = match &inline.on {
                    Some(on) => schema.find_type(&on.text),
                    None => parent,
                };
                gather(schema, on, &inline.selection_set, collected);
            }
        }
    }
}

fn explain(reason: &Reason) -> String {
    match reason {
        Reason::Text(text) => text.clone(),
        Reason::Below(below) => {
            let parts = below
                .iter()
                .map(|(key, reason)| format!("subfields '{key}' conflict because {}", explain(reason)));
            parts.collect::<Vec<_>>().join(" and ")
        }
    }
}

fn same_arguments(left: &[Argument], right: &[Argument]) -> bool {
    let same = |argument: &Argument| {
        let other = right.iter().rfind(|other| other.name.text == argument.name.text);
        other.is_some_and(|other| canonical(&argument.value) == canonical(&other.value))
    };
    left.len() == right.len() && left.iter().all(same)
}

/// A value's text with the members of objects in order of their names.
fn canonical(node: &ValueNode) -> String {
    fn sorted(node: &ValueNode) -> ValueNode {
        let kind = match &node.kind {
            ValueKind::Object(given) => {
                let mut given: Vec<Argument> = given
                    .iter()
                    .map(|argument| Argument { value: sorted(&argument.value), ..argument.clone() })
                    .collect();
                given.sort_by(|one, other| one.name.text.cmp(&other.name.text));
                ValueKind::Object(given)
            }
            ValueKind::List(items) => ValueKind::List(items.iter().map(sorted).collect()),
            kind => kind.clone(),
        };
        ValueNode { at: node.at, kind }
    }
    print::value(&sorted(node))
}

fn types_conflict(schema: &Schema, one: &TypeRef, other: &TypeRef) -> bool {
    match (one, other) {
        (TypeRef::List(one), TypeRef::List(other)) | (TypeRef::NonNull(one), TypeRef::NonNull(other)) => {
            types_conflict(schema, one, other)
        }
        (TypeRef::Named(one), TypeRef::Named(other)) => {
            one != other && (schema.ty(*one).is_leaf() || schema.ty(*other).is_leaf())
        }
        _ => true,
    }
}
