//! What a valid request uses that is deprecated: fields, arguments, input fields and enum values, those included that
//! only its variables use.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::walk::field_def;
use crate::language::Document;
use crate::language::ast::{
    Argument, Definition, Directive, Operation, Selection, SelectionSet, ValueKind, ValueNode,
};
use crate::schema::{InputDef, Schema, TypeIx, TypeKind, TypeRef, coerce};

/// Deprecated members by their coordinates (`Type.field`, `Type.field(argument:)`, `Enum.VALUE`).
pub type Uses = BTreeMap<String, Use>;

/// The use of a deprecated member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// Why the member is deprecated.
    pub reason: &'static str,
    /// The byte offsets at which the document uses it; none where only variables do.
    pub places: Vec<u32>,
}

/// What the operations of a document use.
pub fn in_document(schema: &Schema, document: &Document) -> Uses {
    let mut found = Found { schema, uses: Uses::new() };
    for definition in &document.definitions {
        match definition {
            Definition::Operation(operation) => {
                found.directives(&operation.directives);
                for variable in &operation.variables {
                    let ty = coerce::type_of(schema, &variable.ty);
                    if let (Some(ty), Some(default)) = (ty, &variable.default) {
                        found.literal(&ty, default);
                    }
                }
                if let Some(root) = schema.root(operation.kind) {
                    found.selections(root, &operation.selection_set);
                }
            }
            Definition::Fragment(fragment) => {
                if let Some(on) = schema.find_type(&fragment.on.text) {
                    found.selections(on, &fragment.selection_set);
                }
            }
            Definition::TypeSystem(_) => {}
        }
    }
    found.uses
}

/// What the variables of a request use.
pub fn in_variables(schema: &Schema, operation: &Operation, given: &Map<String, Json>) -> Uses {
    let mut found = Found { schema, uses: Uses::new() };
    for variable in &operation.variables {
        let ty = coerce::type_of(schema, &variable.ty);
        if let (Some(ty), Some(json)) = (ty, given.get(&*variable.name.text)) {
            found.json(&ty, json);
        }
    }
    found.uses
}

struct Found<'s> {
    schema: &'s Schema,
    uses: Uses,
}

impl Found<'_> {
    fn note(
        &mut self,
        deprecated: Option<&'static str>,
        at: Option<u32>,
        coordinate: impl FnOnce() -> String,
    ) {
        if let Some(reason) = deprecated {
            let known = self.uses.entry(coordinate());
            known.or_insert_with(|| Use { reason, places: Vec::new() }).places.extend(at);
        }
    }

    fn selections(&mut self, parent: TypeIx, set: &SelectionSet) {
        let schema = self.schema;
        for selection in &set.selections {
            match selection {
                Selection::Field(node) => {
                    let Some(def) = field_def(schema, parent, &node.name.text) else { continue };
                    let coordinate = || format!("{}.{}", schema.ty(def.parent).name, def.name);
                    self.note(def.deprecated, Some(node.at), coordinate);
                    self.arguments(&def.arguments, &node.arguments, &|argument| {
                        format!("{}({argument}:)", coordinate())
                    });
                    self.directives(&node.directives);
                    if let Some(set) = &node.selection_set {
                        self.selections(def.ty.named(), set);
                    }
                }
                Selection::Inline(node) => {
                    let on = node.on.as_ref().and_then(|on| schema.find_type(&on.text));
                    self.selections(on.unwrap_or(parent), &node.selection_set);
                }
                Selection::Spread(node) => self.directives(&node.directives),
            }
        }
    }

    fn directives(&mut self, nodes: &[Directive]) {
        for node in nodes {
            let Some(def) = self.schema.find_directive(&node.name.text) else { continue };
            self.arguments(&def.arguments, &node.arguments, &|argument| {
                format!("@{}({argument}:)", def.name)
            });
        }
    }

    fn arguments(&mut self, known: &[InputDef], given: &[Argument], coordinate: &dyn Fn(&str) -> String) {
        for argument in given {
            let name = &*argument.name.text;
            if let Some(def) = known.iter().find(|def| def.name == name) {
                self.note(def.deprecated, Some(argument.at), || coordinate(name));
                self.literal(&def.ty, &argument.value);
            }
        }
    }

    fn literal(&mut self, ty: &TypeRef, node: &ValueNode) {
        let schema = self.schema;
        let def = schema.ty(ty.named());
        match (&def.kind, &node.kind) {
            (_, ValueKind::List(items)) => {
                items.iter().for_each(|item| self.literal(ty.item().unwrap_or(ty), item));
            }
            (TypeKind::InputObject { fields }, ValueKind::Object(given)) => {
                self.arguments(fields, given, &|field| format!("{}.{field}", def.name));
            }
            (TypeKind::Enum { .. }, ValueKind::Enum(name)) => {
                self.enum_value(ty.named(), name, Some(node.at));
            }
            _ => {}
        }
    }

    fn json(&mut self, ty: &TypeRef, json: &Json) {
        let schema = self.schema;
        let def = schema.ty(ty.named());
        match (&def.kind, json) {
            (_, Json::Array(items)) => {
                items.iter().for_each(|item| self.json(ty.item().unwrap_or(ty), item));
            }
            (TypeKind::InputObject { fields }, Json::Object(given)) => {
                for field in fields {
                    if let Some(json) = given.get(field.name) {
                        self.note(field.deprecated, None, || format!("{}.{}", def.name, field.name));
                        self.json(&field.ty, json);
                    }
                }
            }
            (TypeKind::Enum { .. }, Json::String(name)) => self.enum_value(ty.named(), name, None),
            _ => {}
        }
    }

    fn enum_value(&mut self, ty: TypeIx, name: &str, at: Option<u32>) {
        let def = self.schema.ty(ty);
        if let Some(value) = def.enum_values().iter().find(|value| value.name == name) {
            self.note(value.deprecated, at, || format!("{}.{name}", def.name));
        }
    }
}
