//! SDL to a [`Schema`]. Runs when the server is built, and in tests; the running server loads the result.
//!
//! All mistakes in the SDL are reported together, each with its file and place. Directives that may stand only on
//! definitions and are not the specification's own are *internal*: they can be read from the schema's
//! definitions, but neither they nor the types that only they use are part of what the schema shows.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Composite, DirectiveDef, DirectiveUse, EnumValueDef, FieldDef, InputDef, Schema, TypeDef, TypeIx,
    TypeKind, TypeRef, coerce, scalars,
};
use crate::language::ast::{
    Definition, Directive, FieldNode, Ident, InputValueNode, OperationKind, TypeNode, TypeSystem,
    TypeSystemBody,
};
use crate::language::{Document, parse};
use crate::{Value, value};

const BUILTIN: &str = include_str!("builtin.graphql");
const PUBLIC_DIRECTIVES: [&str; 5] = ["include", "skip", "deprecated", "specifiedBy", "oneOf"];

/// Reads a schema from files, each a name (for messages) and its text.
pub fn schema(files: &[(&str, &str)]) -> Result<Schema, Vec<String>> {
    let mut builder = Builder::default();
    let mut documents = Vec::new();
    for (file, text) in std::iter::once(&("builtin.graphql", BUILTIN)).chain(files) {
        match parse(text) {
            Ok(document) => documents.push((*file, document)),
            Err(error) => {
                let place = crate::language::Location::of(text, error.at);
                builder
                    .errors
                    .push(format!("{file}:{}:{}: Syntax Error: {}", place.line, place.column, error.message));
            }
        }
    }
    if !builder.errors.is_empty() {
        // What cannot be read is missing elsewhere, which would be told of every place that needs it.
        return Err(builder.errors);
    }
    for (file, document) in &documents {
        for definition in &document.definitions {
            builder.gather(file, document, definition);
        }
    }
    let schema = builder.build();
    match schema {
        Some(schema) if builder.errors.is_empty() => Ok(schema),
        _ => Err(builder.errors),
    }
}

/// A definition with the extensions of the same name, in the order they were read.
struct Gathered<'d> {
    place: String,
    parts: Vec<&'d TypeSystem>,
}

#[derive(Default)]
struct Builder<'d> {
    types: BTreeMap<&'d str, Gathered<'d>>,
    directives: BTreeMap<&'d str, Gathered<'d>>,
    roots: Vec<(OperationKind, &'d str)>,
    errors: Vec<String>,
}

impl<'d> Builder<'d> {
    fn gather(&mut self, file: &str, document: &'d Document, definition: &'d Definition) {
        let Definition::TypeSystem(part) = definition else {
            self.errors
                .push(format!("{file}: holds an operation or fragment, but only definitions belong here"));
            return;
        };
        let location = document.location(part.at);
        let place = format!("{file}:{}:{}", location.line, location.column);
        let known = match &part.body {
            TypeSystemBody::Schema(roots) => {
                self.roots.extend(roots.iter().map(|(kind, name)| (*kind, &*name.text)));
                return;
            }
            TypeSystemBody::Directive { .. } => &mut self.directives,
            _ => &mut self.types,
        };
        let gathered = known
            .entry(&*part.name.text)
            .or_insert_with(|| Gathered { place: place.clone(), parts: Vec::new() });
        if !part.extends && gathered.parts.iter().any(|other| !other.extends) {
            self.errors.push(format!("{place}: '{}' is defined twice", part.name.text));
        }
        gathered.parts.push(part);
    }

    fn build(&mut self) -> Option<Schema> {
        let names: Vec<&'static str> = self.types.keys().map(|name| leak(name)).collect();
        if self.roots.is_empty() {
            // The specification's names, where no `schema` says others.
            self.roots = vec![(OperationKind::Query, "Query"), (OperationKind::Mutation, "Mutation")];
        }
        let root = |kind| {
            let name = self.roots.iter().find(|(known, _)| *known == kind)?.1;
            names.binary_search(&name).ok().and_then(|at| u32::try_from(at).ok()).map(TypeIx)
        };
        let Some(query) = root(OperationKind::Query) else {
            self.errors.push(
                "there is no type Query, nor a `schema { query: … }` that names a type that exists".into(),
            );
            return None;
        };
        let mut schema = Schema {
            types: names
                .iter()
                .map(|name| TypeDef {
                    name,
                    description: None,
                    kind: TypeKind::Scalar,
                    directives: Vec::new(),
                })
                .collect(),
            fields: Vec::new(),
            meta: 0,
            directives: Vec::new(),
            query,
            mutation: root(OperationKind::Mutation),
        };
        // Defaults and applied directives are coerced against what stands already, hence this order.
        self.kinds(&mut schema);
        self.directive_definitions(&mut schema);
        self.input_objects(&mut schema);
        self.composites(&mut schema);
        self.interfaces(&mut schema);
        add_meta_fields(&mut schema);
        hide_internal_directives(&mut schema);
        Some(schema)
    }

    fn kinds(&self, schema: &mut Schema) {
        for (at, gathered) in self.types.values().enumerate() {
            schema.types[at].description = description(gathered);
            let values: Vec<_> = gathered.parts.iter().flat_map(|part| enum_values(&part.body)).collect();
            schema.types[at].kind = match gathered.parts[0].body {
                TypeSystemBody::Enum(_) => TypeKind::Enum { values },
                TypeSystemBody::InputObject(_) => TypeKind::InputObject { fields: Vec::new() },
                TypeSystemBody::Object(..) => TypeKind::Object(Composite::default()),
                TypeSystemBody::Interface(..) => TypeKind::Interface(Composite::default()),
                TypeSystemBody::Union(_) => TypeKind::Union { members: Vec::new() },
                TypeSystemBody::Scalar | TypeSystemBody::Schema(_) | TypeSystemBody::Directive { .. } => {
                    TypeKind::Scalar
                }
            };
        }
    }

    fn input_objects(&mut self, schema: &mut Schema) {
        let types = std::mem::take(&mut self.types);
        for (at, gathered) in types.values().enumerate() {
            let nodes = gathered.parts.iter().filter_map(|part| match &part.body {
                TypeSystemBody::InputObject(nodes) => Some(nodes),
                _ => None,
            });
            let fields: Vec<_> =
                nodes.flatten().filter_map(|node| self.input(schema, &gathered.place, node)).collect();
            if let TypeKind::InputObject { fields: slot } = &mut schema.types[at].kind {
                *slot = fields;
            }
        }
        self.types = types;
    }

    fn directive_definitions(&mut self, schema: &mut Schema) {
        let directives = std::mem::take(&mut self.directives);
        for (name, gathered) in &directives {
            let TypeSystemBody::Directive { arguments, repeatable, locations } = &gathered.parts[0].body
            else {
                continue;
            };
            let arguments =
                arguments.iter().filter_map(|node| self.input(schema, &gathered.place, node)).collect();
            schema.directives.push(DirectiveDef {
                name: leak(name),
                description: description(gathered),
                arguments,
                locations: locations.iter().map(|location| leak(&location.text)).collect(),
                repeatable: *repeatable,
            });
        }
        self.directives = directives;
    }

    fn composites(&mut self, schema: &mut Schema) {
        let types = std::mem::take(&mut self.types);
        for (at, (name, gathered)) in types.iter().enumerate() {
            let ix = TypeIx(u32::try_from(at).expect("fewer than 2^32 types"));
            let place = &gathered.place;
            let applied = gathered.parts.iter().flat_map(|part| &part.directives);
            schema.types[at].directives =
                applied.filter_map(|node| self.applied(schema, place, node)).collect();
            let mut interfaces = Vec::new();
            let mut members = Vec::new();
            let mut nodes: Vec<&FieldNode> = Vec::new();
            for part in &gathered.parts {
                match &part.body {
                    TypeSystemBody::Object(names, fields) | TypeSystemBody::Interface(names, fields) => {
                        interfaces.extend(names.iter().filter_map(|name| self.named(schema, place, name)));
                        nodes.extend(fields);
                    }
                    TypeSystemBody::Union(names) => {
                        members.extend(names.iter().filter_map(|name| self.named(schema, place, name)));
                    }
                    _ => {}
                }
            }
            let first = u32::try_from(schema.fields.len()).expect("fewer than 2^32 fields");
            let mut seen = BTreeSet::new();
            for node in nodes {
                if !seen.insert(&*node.name.text) {
                    self.errors.push(format!("{place}: '{name}.{}' is defined twice", node.name.text));
                }
                if let Some(field) = self.field(schema, place, ix, node) {
                    schema.fields.push(field);
                }
            }
            let count = u32::try_from(schema.fields.len()).expect("fewer than 2^32 fields") - first;
            match &mut schema.types[at].kind {
                TypeKind::Object(slot) | TypeKind::Interface(slot) => {
                    *slot = Composite { first, count, interfaces, implementors: Vec::new() };
                }
                TypeKind::Union { members: slot } => *slot = members,
                _ => {}
            }
        }
        self.types = types;
    }

    /// Fills in who implements what, and checks that implementors keep to their interfaces.
    fn interfaces(&mut self, schema: &mut Schema) {
        for at in 0..schema.types.len() {
            let ix = TypeIx(u32::try_from(at).expect("fewer than 2^32 types"));
            let is_object = matches!(schema.types[at].kind, TypeKind::Object(_));
            for interface in schema.types[at].interfaces().to_vec() {
                self.check_implements(schema, ix, interface);
                if let (true, TypeKind::Interface(composite)) =
                    (is_object, &mut schema.types[interface.0 as usize].kind)
                {
                    composite.implementors.push(ix);
                }
            }
        }
    }

    fn check_implements(&mut self, schema: &Schema, ix: TypeIx, interface: TypeIx) {
        for expected in schema.fields_of(interface) {
            let expected = schema.field(expected);
            let (name, wanted) = (schema.ty(ix).name, schema.ty(interface).name);
            let Some(found) = schema.find_field(ix, expected.name) else {
                self.errors
                    .push(format!("'{name}' lacks '{}', which its interface '{wanted}' has", expected.name));
                continue;
            };
            if !schema.is_subtype(&schema.field(found).ty, &expected.ty) {
                let (is, should) = (schema.show(&schema.field(found).ty), schema.show(&expected.ty));
                self.errors
                    .push(format!("'{name}.{}' is '{is}', but '{wanted}' says '{should}'", expected.name));
            }
        }
    }

    fn field(&mut self, schema: &Schema, place: &str, parent: TypeIx, node: &FieldNode) -> Option<FieldDef> {
        let arguments = node.arguments.iter().filter_map(|node| self.input(schema, place, node)).collect();
        let (deprecated, directives) = self.deprecation(schema, place, &node.directives);
        Some(FieldDef {
            parent,
            name: leak(&node.name.text),
            description: node.description.as_deref().map(leak),
            arguments,
            ty: self.type_ref(schema, place, &node.ty)?,
            deprecated,
            directives,
        })
    }

    fn input(&mut self, schema: &Schema, place: &str, node: &InputValueNode) -> Option<InputDef> {
        let ty = self.type_ref(schema, place, &node.ty)?;
        let default = match &node.default {
            None => None,
            Some(default) => {
                let coerced = coerce::literal(schema, &ty, default, None);
                if coerced.is_none() {
                    let shown = crate::language::print::value(default);
                    self.errors.push(format!(
                        "{place}: the default {shown} of '{}' does not fit its type",
                        node.name.text
                    ));
                }
                coerced
            }
        };
        let (deprecated, directives) = self.deprecation(schema, place, &node.directives);
        Some(InputDef {
            name: leak(&node.name.text),
            description: node.description.as_deref().map(leak),
            ty,
            default,
            deprecated,
            directives,
        })
    }

    fn deprecation(
        &mut self,
        schema: &Schema,
        place: &str,
        nodes: &[Directive],
    ) -> (Option<&'static str>, Vec<DirectiveUse>) {
        let others = nodes.iter().filter(|node| &*node.name.text != "deprecated");
        (reason(nodes), others.filter_map(|node| self.applied(schema, place, node)).collect())
    }

    fn applied(&mut self, schema: &Schema, place: &str, node: &Directive) -> Option<DirectiveUse> {
        let name = &*node.name.text;
        let Some(definition) = schema.find_directive(name) else {
            self.errors.push(format!("{place}: unknown directive '@{name}'"));
            return None;
        };
        let known = |argument: &&_| definition.arguments.iter().any(|known| known.name == *argument);
        for argument in node.arguments.iter().map(|argument| &*argument.name.text) {
            if !known(&argument) {
                self.errors.push(format!("{place}: '@{name}' has no argument '{argument}'"));
            }
        }
        match coerce::arguments(
            schema,
            &definition.arguments,
            &node.arguments,
            node.at,
            &coerce::Variables::default(),
        ) {
            Ok(arguments) => Some(DirectiveUse {
                name: definition.name,
                arguments: Value::Object(
                    arguments.into_iter().map(|(name, value)| (name.into(), value)).collect(),
                ),
            }),
            Err((message, _)) => {
                self.errors.push(format!("{place}: '@{name}': {message}"));
                None
            }
        }
    }

    fn named(&mut self, schema: &Schema, place: &str, name: &Ident) -> Option<TypeIx> {
        let found = schema.find_type(&name.text);
        if found.is_none() {
            self.errors.push(format!("{place}: unknown type '{}'", name.text));
        }
        found
    }

    fn type_ref(&mut self, schema: &Schema, place: &str, node: &TypeNode) -> Option<TypeRef> {
        self.named(schema, place, node.named())?;
        coerce::type_of(schema, node)
    }
}

fn enum_values(body: &TypeSystemBody) -> Vec<EnumValueDef> {
    let TypeSystemBody::Enum(nodes) = body else { return Vec::new() };
    let value = |node: &crate::language::ast::EnumValueNode| EnumValueDef {
        name: leak(&node.name.text),
        description: node.description.as_deref().map(leak),
        deprecated: reason(&node.directives),
    };
    nodes.iter().map(value).collect()
}

/// The reason of a `@deprecated` among the directives.
fn reason(nodes: &[Directive]) -> Option<&'static str> {
    let node = nodes.iter().find(|node| &*node.name.text == "deprecated")?;
    let given = node.arguments.iter().find(|argument| &*argument.name.text == "reason");
    let given = given.and_then(|argument| scalars::constant(&argument.value));
    Some(given.as_ref().and_then(value::Value::as_str).map_or("No longer supported", leak))
}

fn description(gathered: &Gathered<'_>) -> Option<&'static str> {
    gathered.parts.iter().find_map(|part| part.description.as_deref()).map(leak)
}

/// Puts the meta fields behind all others.
fn add_meta_fields(schema: &mut Schema) {
    schema.meta = u32::try_from(schema.fields.len()).expect("fewer than 2^32 fields");
    let text = TypeRef::Named(schema.find_type("String").expect("builtin"));
    let of = |name| TypeRef::Named(schema.find_type(name).expect("builtin"));
    let types = [text.clone(), of("__Schema"), of("__Type")];
    let required = |ty| TypeRef::NonNull(Box::new(ty));
    for (name, ty) in crate::execution::meta::FIELDS.into_iter().zip(types) {
        let is_type = name == "__type";
        let argument = InputDef {
            name: "name",
            description: None,
            ty: required(text.clone()),
            default: None,
            deprecated: None,
            directives: Vec::new(),
        };
        schema.fields.push(FieldDef {
            parent: schema.query,
            name,
            description: None,
            arguments: if is_type { vec![argument] } else { Vec::new() },
            ty: if is_type { ty } else { required(ty) },
            deprecated: None,
            directives: Vec::new(),
        });
    }
}

/// Takes internal directives, and types that only they use, out of what the schema shows.
fn hide_internal_directives(schema: &mut Schema) {
    let is_public = |directive: &DirectiveDef| {
        let executable = |location: &&str| {
            matches!(*location, "FIELD" | "QUERY" | "MUTATION" | "FRAGMENT_SPREAD" | "VARIABLE_DEFINITION")
        };
        PUBLIC_DIRECTIVES.contains(&directive.name) || directive.locations.iter().any(executable)
    };
    let internal = schema.directives.iter().filter(|directive| !is_public(directive));
    let mut hidden: BTreeSet<TypeIx> = internal
        .flat_map(|directive| directive.arguments.iter().map(|argument| argument.ty.named()))
        .collect();
    schema.directives.retain(is_public);
    let fields = schema.fields.iter().flat_map(|field| {
        std::iter::once(field.ty.named()).chain(field.arguments.iter().map(|argument| argument.ty.named()))
    });
    let inputs = schema.types.iter().flat_map(|ty| ty.input_fields().iter().map(|field| field.ty.named()));
    let arguments = schema
        .directives
        .iter()
        .flat_map(|directive| directive.arguments.iter().map(|argument| argument.ty.named()));
    for used in fields.chain(inputs).chain(arguments) {
        hidden.remove(&used);
    }
    schema.remove_types(&hidden);
}

/// Schemas live as long as the process that builds them.
fn leak(text: &str) -> &'static str {
    Box::leak(Box::from(text))
}
