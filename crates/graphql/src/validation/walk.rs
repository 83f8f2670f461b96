//! The walk over a document, and the rules that look at one node. The order of the calls in each function is the
//! order of the rules in `graphql-core`.

use std::collections::HashSet;

use super::cycles::Cycles;
use super::overlap::Overlap;
use super::{Check, usages, values};
use crate::language::ast::{
    Argument, Definition, Directive, Field, Fragment, Ident, Inline, Operation, OperationKind, Selection,
    SelectionSet, Spread, TypeSystem, TypeSystemBody, ValueKind,
};
use crate::schema::{FieldDef, FieldIx, InputDef, Schema, TypeDef, TypeIx, TypeKind, coerce};
use crate::suggestions::{did_you_mean, natural_order, suggestions};

/// What rules remember across nodes.
#[derive(Default)]
struct Memory<'a> {
    cycles: Cycles<'a>,
    overlap: Overlap<'a>,
    nesting: Nesting<'a>,
}

/// What is known of fragments that questions about the schema spread.
#[derive(Default)]
struct Nesting<'a> {
    /// Those that nest no lists of types too deeply when they are spread inside so many of them.
    shallow: HashSet<(&'a str, usize)>,
    /// Those that are being looked into.
    open: HashSet<&'a str>,
}

pub(super) fn document(check: &mut Check<'_>) {
    let document = check.document;
    for definition in &document.definitions {
        if let Definition::TypeSystem(part) = definition {
            not_executable(check, part);
        }
    }
    let mut memory = Memory::default();
    for (at, definition) in document.definitions.iter().enumerate() {
        if check.is_full() {
            return;
        }
        let earlier = &document.definitions[..at];
        match definition {
            Definition::Operation(node) => operation(check, &mut memory, node, earlier),
            Definition::Fragment(node) => fragment(check, &mut memory, node, earlier),
            Definition::TypeSystem(_) => {}
        }
    }
    unused_fragments(check);
}

fn not_executable(check: &mut Check<'_>, part: &TypeSystem) {
    let name = match part.body {
        TypeSystemBody::Schema(_) => "schema".to_string(),
        _ => format!("'{}'", part.name.text),
    };
    check.report(format!("The {name} definition is not executable."), &[part.at]);
}

fn unused_fragments(check: &mut Check<'_>) {
    let document = check.document;
    let used: HashSet<&str> = document
        .operations()
        .flat_map(|operation| usages::reached(check, &operation.selection_set))
        .map(|fragment| &*fragment.name.text)
        .collect();
    for definition in &document.definitions {
        if let Definition::Fragment(fragment) = definition
            && !used.contains(&*fragment.name.text)
        {
            check.report(format!("Fragment '{}' is never used.", fragment.name.text), &[fragment.at]);
        }
    }
}

fn operation<'a>(
    check: &mut Check<'a>,
    memory: &mut Memory<'a>,
    node: &'a Operation,
    earlier: &'a [Definition],
) {
    if let Some(name) = &node.name {
        let first = earlier.iter().find_map(|definition| match definition {
            Definition::Operation(other) => other.name.as_ref().filter(|other| other.text == name.text),
            _ => None,
        });
        if let Some(first) = first {
            let message = format!("There can be only one operation named '{}'.", name.text);
            check.report(message, &[first.at, name.at]);
        }
    } else if check.document.operations().count() > 1 {
        check.report("This anonymous operation must be the only defined operation.", &[node.at]);
    }
    duplicates(check, node.variables.iter().map(|variable| &variable.name), |name| {
        format!("There can be only one variable named '${name}'.")
    });
    unique_directives(check, &node.directives);
    for variable in &node.variables {
        if check.is_full() {
            return;
        }
        let ty = coerce::type_of(check.schema, &variable.ty);
        if let Some(ty) = ty.as_ref().filter(|ty| !check.schema.ty(ty.named()).is_input()) {
            let (name, shown) = (&variable.name.text, check.schema.show(ty));
            let message = format!("Variable '${name}' cannot be non-input type '{shown}'.");
            check.report(message, &[variable.ty.at()]);
        }
        unique_directives(check, &variable.directives);
        known_type(check, variable.ty.named());
        if let Some(default) = &variable.default {
            values::check(check, ty.as_ref(), default);
        }
        directives(check, &variable.directives, "VARIABLE_DEFINITION");
    }
    let location = match node.kind {
        OperationKind::Query => "QUERY",
        OperationKind::Mutation => "MUTATION",
        OperationKind::Subscription => "SUBSCRIPTION",
    };
    directives(check, &node.directives, location);
    selections(check, memory, check.schema.root(node.kind), &node.selection_set);
    variables(check, node);
}

/// The three rules about the variables of an operation and their uses.
fn variables(check: &mut Check<'_>, node: &Operation) {
    let schema = check.schema;
    let used = usages::of_operation(check, node);
    let definition = |name: &str| node.variables.iter().rfind(|variable| &*variable.name.text == name);
    let operation = node.name.as_ref().map(|name| &*name.text);
    for usage in used.iter().filter(|usage| definition(usage.name).is_none()) {
        let by = operation.map(|name| format!(" by operation '{name}'")).unwrap_or_default();
        check.report(format!("Variable '${}' is not defined{by}.", usage.name), &[usage.at, node.at]);
    }
    for variable in &node.variables {
        let name = &*variable.name.text;
        if used.iter().all(|usage| usage.name != name) {
            let within = operation.map(|name| format!(" in operation '{name}'")).unwrap_or_default();
            check.report(format!("Variable '${name}' is never used{within}."), &[variable.at]);
        }
    }
    for usage in &used {
        let (Some(variable), Some(expected)) = (definition(usage.name), &usage.expected) else { continue };
        let Some(ty) = coerce::type_of(schema, &variable.ty) else { continue };
        let has_default = variable.default.as_ref().is_some_and(|node| !matches!(node.kind, ValueKind::Null));
        let fits = if expected.is_non_null() && !ty.is_non_null() {
            (has_default || usage.has_default) && schema.is_subtype(&ty, expected.nullable())
        } else {
            schema.is_subtype(&ty, expected)
        };
        if !fits {
            let (ty, expected) = (schema.show(&ty), schema.show(expected));
            let message = format!(
                "Variable '${}' of type '{ty}' used in position expecting type '{expected}'.",
                usage.name
            );
            check.report(message, &[variable.at, usage.at]);
        }
    }
}

fn fragment<'a>(
    check: &mut Check<'a>,
    memory: &mut Memory<'a>,
    node: &'a Fragment,
    earlier: &'a [Definition],
) {
    let on = check.schema.find_type(&node.on.text);
    if on.is_some_and(|on| !check.schema.ty(on).is_composite()) {
        let (name, ty) = (&node.name.text, &node.on.text);
        check.report(
            format!("Fragment '{name}' cannot condition on non composite type '{ty}'."),
            &[node.on.at],
        );
    }
    let first = earlier.iter().find_map(|definition| match definition {
        Definition::Fragment(other) if other.name.text == node.name.text => Some(other),
        _ => None,
    });
    if let Some(first) = first {
        let message = format!("There can be only one fragment named '{}'.", node.name.text);
        check.report(message, &[first.name.at, node.name.at]);
    }
    memory.cycles.check(check, node);
    unique_directives(check, &node.directives);
    known_type(check, &node.on);
    directives(check, &node.directives, "FRAGMENT_DEFINITION");
    selections(check, memory, on, &node.selection_set);
}

fn selections<'a>(
    check: &mut Check<'a>,
    memory: &mut Memory<'a>,
    parent: Option<TypeIx>,
    set: &'a SelectionSet,
) {
    let parent = parent.filter(|parent| check.schema.ty(*parent).is_composite());
    memory.overlap.check(check, parent, set);
    for selection in &set.selections {
        if check.is_full() {
            return;
        }
        match selection {
            Selection::Field(node) => field(check, memory, parent, node),
            Selection::Spread(node) => spread(check, parent, node),
            Selection::Inline(node) => inline(check, memory, parent, node),
        }
    }
}

fn field<'a>(check: &mut Check<'a>, memory: &mut Memory<'a>, parent: Option<TypeIx>, node: &'a Field) {
    let schema = check.schema;
    let def = parent.and_then(|parent| field_def(schema, parent, &node.name.text));
    if let Some(def) = def {
        leaf_or_not(check, def, node);
    } else if let Some(parent) = parent {
        unknown_field(check, parent, node);
    }
    unique_directives(check, &node.directives);
    duplicate_arguments(check, &node.arguments);
    if let (Some(set), "__schema" | "__type") = (&node.selection_set, &*node.name.text)
        && nests_introspection(check, set, 0, &mut memory.nesting)
    {
        check.report("Maximum introspection depth exceeded", &[node.at]);
    }
    for argument in &node.arguments {
        let name = &*argument.name.text;
        let known = def.and_then(|def| def.arguments.iter().find(|known| known.name == name));
        if let (Some(def), Some(parent), None) = (def, parent, known) {
            let hint = did_you_mean("", &suggestions(name, def.arguments.iter().map(|known| known.name)));
            let (ty, field) = (schema.ty(parent).name, &node.name.text);
            check.report(format!("Unknown argument '{name}' on field '{ty}.{field}'.{hint}"), &[argument.at]);
        }
        values::check(check, known.map(|known| &known.ty), &argument.value);
    }
    directives(check, &node.directives, "FIELD");
    if let Some(set) = &node.selection_set {
        selections(check, memory, def.map(|def| def.ty.named()), set);
    }
    if let Some(def) = def {
        for (name, ty) in missing(schema, &def.arguments, &node.arguments) {
            let field = &node.name.text;
            let message = format!(
                "Field '{field}' argument '{name}' of type '{ty}' is required, but it was not provided."
            );
            check.report(message, &[node.at]);
        }
    }
}

/// Lists of types inside lists of types, three deep: such a question about a large schema never ends.
///
/// A fragment is looked into once for each depth at which it is spread: those that spread each other twice would double the
/// work with each of them. (One that spreads itself may so be found shallow too often; another rule refuses it.)
fn nests_introspection<'a>(
    check: &Check<'a>,
    set: &'a SelectionSet,
    depth: usize,
    known: &mut Nesting<'a>,
) -> bool {
    set.selections.iter().any(|selection| match selection {
        Selection::Field(node) => {
            let lists = matches!(&*node.name.text, "fields" | "interfaces" | "possibleTypes" | "inputFields");
            let depth = depth + usize::from(lists);
            let set = node.selection_set.as_ref();
            depth >= 3 || set.is_some_and(|set| nests_introspection(check, set, depth, known))
        }
        Selection::Inline(node) => nests_introspection(check, &node.selection_set, depth, known),
        Selection::Spread(node) => {
            let name = &*node.name.text;
            let Some(fragment) = check.fragments.get(name).copied() else { return false };
            if known.shallow.contains(&(name, depth)) || !known.open.insert(name) {
                return false;
            }
            let nests = nests_introspection(check, &fragment.selection_set, depth, known);
            known.open.remove(name);
            if !nests {
                known.shallow.insert((name, depth));
            }
            nests
        }
    })
}

fn leaf_or_not(check: &mut Check<'_>, def: &FieldDef, node: &Field) {
    let (name, ty) = (&node.name.text, check.schema.show(&def.ty));
    match (check.schema.ty(def.ty.named()).is_leaf(), &node.selection_set) {
        (true, Some(set)) => {
            let message =
                format!("Field '{name}' must not have a selection since type '{ty}' has no subfields.");
            check.report(message, &[set.at]);
        }
        (false, None) => {
            let hint = format!("Did you mean '{name} {{ ... }}'?");
            let message = format!("Field '{name}' of type '{ty}' must have a selection of subfields. {hint}");
            check.report(message, &[node.at]);
        }
        _ => {}
    }
}

fn unknown_field(check: &mut Check<'_>, parent: TypeIx, node: &Field) {
    let schema = check.schema;
    let name = &*node.name.text;
    let mut hint = did_you_mean("to use an inline fragment on", &types_with_field(schema, parent, name));
    if hint.is_empty() {
        let names = schema.fields_of(parent).map(|field| schema.field(field).name);
        hint = did_you_mean("", &suggestions(name, names));
    }
    check.report(
        format!("Cannot query field '{name}' on type '{}'.{hint}", schema.ty(parent).name),
        &[node.at],
    );
}

/// Types that a value of an abstract type may have and that do have the field; the most used come first.
fn types_with_field<'a>(schema: &'a Schema, parent: TypeIx, name: &str) -> Vec<&'a str> {
    if !schema.ty(parent).is_abstract() {
        return Vec::new();
    }
    let mut found: Vec<(TypeIx, usize)> = Vec::new();
    for object in schema.possible_types(parent) {
        if schema.find_field(*object, name).is_none() {
            continue;
        }
        found.push((*object, 1));
        for interface in schema.ty(*object).interfaces() {
            if schema.find_field(*interface, name).is_some() {
                match found.iter_mut().find(|(known, _)| known == interface) {
                    Some((_, count)) => *count += 1,
                    None => found.push((*interface, 1)),
                }
            }
        }
    }
    let is_super = |one: TypeIx, other: TypeIx| {
        matches!(schema.ty(one).kind, TypeKind::Interface(_))
            && one != other
            && schema.is_possible(one, other)
    };
    found.sort_by(|(one, count_one), (other, count_other)| {
        count_other
            .cmp(count_one)
            .then_with(|| is_super(*other, *one).cmp(&is_super(*one, *other)))
            .then_with(|| natural_order(schema.ty(*one).name, schema.ty(*other).name))
    });
    found.into_iter().map(|(ix, _)| schema.ty(ix).name).collect()
}

fn spread(check: &mut Check<'_>, parent: Option<TypeIx>, node: &Spread) {
    let schema = check.schema;
    let name = &*node.name.text;
    match check.fragments.get(name) {
        None => check.report(format!("Unknown fragment '{name}'."), &[node.name.at]),
        Some(fragment) => {
            let on = schema.find_type(&fragment.on.text);
            impossible_spread(check, parent, on, &format!("Fragment '{name}'"), node.at);
        }
    }
    unique_directives(check, &node.directives);
    directives(check, &node.directives, "FRAGMENT_SPREAD");
}

fn inline<'a>(check: &mut Check<'a>, memory: &mut Memory<'a>, parent: Option<TypeIx>, node: &'a Inline) {
    let schema = check.schema;
    let on = match &node.on {
        Some(on) => schema.find_type(&on.text),
        None => parent,
    };
    if let (Some(name), Some(ty)) = (&node.on, on)
        && !schema.ty(ty).is_composite()
    {
        check.report(format!("Fragment cannot condition on non composite type '{}'.", name.text), &[name.at]);
    }
    impossible_spread(check, parent, on, "Fragment", node.at);
    unique_directives(check, &node.directives);
    if let Some(on) = &node.on {
        known_type(check, on);
    }
    directives(check, &node.directives, "INLINE_FRAGMENT");
    selections(check, memory, on, &node.selection_set);
}

fn impossible_spread(check: &mut Check<'_>, parent: Option<TypeIx>, on: Option<TypeIx>, what: &str, at: u32) {
    let schema = check.schema;
    let composite = |ty: Option<TypeIx>| ty.filter(|ty| schema.ty(*ty).is_composite());
    let (Some(parent), Some(on)) = (composite(parent), composite(on)) else { return };
    let objects = |ty: TypeIx| match schema.possible_types(ty) {
        [] if !schema.ty(ty).is_abstract() => vec![ty],
        possible => possible.to_vec(),
    };
    let others = objects(on);
    if parent != on && objects(parent).iter().all(|object| !others.contains(object)) {
        let (parent, on) = (schema.ty(parent).name, schema.ty(on).name);
        let message = format!(
            "{what} cannot be spread here as objects of type '{parent}' can never be of type '{on}'."
        );
        check.report(message, &[at]);
    }
}

fn known_type(check: &mut Check<'_>, name: &Ident) {
    if check.schema.find_type(&name.text).is_none() {
        let hint =
            did_you_mean("", &suggestions(&name.text, check.schema.types.iter().map(|ty: &TypeDef| ty.name)));
        check.report(format!("Unknown type '{}'.{hint}", name.text), &[name.at]);
    }
}

fn unique_directives(check: &mut Check<'_>, nodes: &[Directive]) {
    for (at, node) in nodes.iter().enumerate() {
        let name = &node.name.text;
        let once = check.schema.find_directive(name).is_some_and(|def| !def.repeatable);
        if let (true, Some(first)) = (once, nodes[..at].iter().find(|other| other.name.text == *name)) {
            let message = format!("The directive '@{name}' can only be used once at this location.");
            check.report(message, &[first.at, node.at]);
        }
    }
}

fn directives(check: &mut Check<'_>, nodes: &[Directive], location: &str) {
    let schema = check.schema;
    for node in nodes {
        let name = &*node.name.text;
        let def = schema.find_directive(name);
        match def {
            None => check.report(format!("Unknown directive '@{name}'."), &[node.at]),
            Some(def) if !def.locations.contains(&location) => {
                let shown = location.to_lowercase().replace('_', " ");
                check.report(format!("Directive '@{name}' may not be used on {shown}."), &[node.at]);
            }
            Some(_) => {}
        }
        let known: &[InputDef] = def.map_or(&[], |def| &def.arguments);
        for argument in node.arguments.iter().filter(|_| def.is_some()) {
            let wanted = &*argument.name.text;
            if known.iter().all(|known| known.name != wanted) {
                let hint = did_you_mean("", &suggestions(wanted, known.iter().map(|known| known.name)));
                check.report(
                    format!("Unknown argument '{wanted}' on directive '@{name}'.{hint}"),
                    &[argument.at],
                );
            }
        }
        duplicate_arguments(check, &node.arguments);
        for argument in &node.arguments {
            let def = known.iter().find(|known| known.name == &*argument.name.text);
            values::check(check, def.map(|def| &def.ty), &argument.value);
        }
        for (argument, ty) in missing(schema, known, &node.arguments) {
            let what = format!("argument '{argument}' of type '{ty}' is required, but it was not provided");
            check.report(format!("Directive '@{name}' {what}."), &[node.at]);
        }
    }
}

/// Required arguments that were not given: their names and types.
fn missing(schema: &Schema, known: &[InputDef], given: &[Argument]) -> Vec<(&'static str, String)> {
    let is_given = |name: &str| given.iter().any(|argument| &*argument.name.text == name);
    let missing = known.iter().filter(|known| known.is_required() && !is_given(known.name));
    missing.map(|known| (known.name, schema.show(&known.ty))).collect()
}

fn duplicate_arguments(check: &mut Check<'_>, nodes: &[Argument]) {
    duplicates(check, nodes.iter().map(|node| &node.name), |name| {
        format!("There can be only one argument named '{name}'.")
    });
}

/// Reports each name that stands more than once, with all its places.
fn duplicates<'a>(
    check: &mut Check<'_>,
    names: impl Iterator<Item = &'a Ident>,
    message: impl Fn(&str) -> String,
) {
    let mut groups: Vec<(&str, Vec<u32>)> = Vec::new();
    for name in names {
        match groups.iter_mut().find(|(known, _)| *known == &*name.text) {
            Some((_, places)) => places.push(name.at),
            None => groups.push((&name.text, vec![name.at])),
        }
    }
    for (name, places) in groups.iter().filter(|(_, places)| places.len() > 1) {
        check.report(message(name), places);
    }
}

/// The field of this name, the meta fields included.
pub(super) fn field_def<'s>(schema: &'s Schema, parent: TypeIx, name: &str) -> Option<&'s FieldDef> {
    crate::execution::meta::field(schema, parent, name)
        .or_else(|| schema.find_field(parent, name))
        .map(|ix: FieldIx| schema.field(ix))
}
