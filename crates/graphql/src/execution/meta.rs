//! Introspection: the schema as data of its own types, and `__typename`.

use super::{FieldError, Output};
use crate::Value;
use crate::schema::coerce::Arguments;
use crate::schema::print::{literal, specified_by};
use crate::schema::{
    DirectiveDef, EnumValueDef, FieldIx, InputDef, Schema, TypeIx, TypeKind, TypeRef, directive,
};

/// The meta fields, in the order in which they stand behind a schema's own fields.
pub(crate) const FIELDS: [&str; 3] = ["__typename", "__schema", "__type"];

/// The meta field of this name, where it may be selected of this type.
pub fn field(schema: &Schema, parent: TypeIx, name: &str) -> Option<FieldIx> {
    let at = FIELDS.iter().position(|meta| *meta == name)?;
    (at == 0 || parent == schema.query).then(|| FieldIx(schema.meta + u32::try_from(at).unwrap_or_default()))
}

/// Answers a meta field; `None` for other fields.
pub(crate) fn resolve_field(
    schema: &Schema,
    parent: TypeIx,
    field: FieldIx,
    arguments: &Arguments,
    may_introspect: impl FnOnce() -> Result<(), FieldError>,
) -> Option<Result<Output<Meta>, FieldError>> {
    let at = field.0.checked_sub(schema.meta)?;
    if at == 0 {
        return Some(Ok(Output::Leaf(schema.ty(parent).name.into())));
    }
    Some(may_introspect().map(|()| {
        if at == 1 {
            return object(schema, "__Schema", Meta::Schema);
        }
        let name = arguments.first().and_then(|(_, name)| name.as_str()).unwrap_or_default();
        let found = schema.find_type(name);
        found.map_or(Output::Null, |ix| object(schema, "__Type", Meta::Type(TypeRef::Named(ix))))
    }))
}

/// A part of the schema, as introspection hands it out.
#[derive(Debug, Clone)]
pub(crate) enum Meta {
    Schema,
    Type(TypeRef),
    Field(FieldIx),
    Input(InputDef),
    EnumValue(EnumValueDef),
    Directive(DirectiveDef),
}

impl Meta {
    /// Answers a field of this part.
    pub(crate) fn resolve(&self, schema: &Schema, field: FieldIx, arguments: &Arguments) -> Output<Meta> {
        let name = schema.field(field).name;
        let all = arguments
            .iter()
            .any(|(name, value)| *name == "includeDeprecated" && *value == Value::Boolean(true));
        match self {
            Self::Schema => of_schema(schema, name),
            Self::Type(ty) => of_type(schema, ty, name, all),
            Self::Field(ix) => {
                let def = schema.field(*ix);
                match name {
                    "name" => text(def.name),
                    "description" => optional(def.description),
                    "args" => inputs(schema, &def.arguments, all),
                    "type" => type_ref(schema, &def.ty),
                    _ => deprecation(name, def.deprecated),
                }
            }
            Self::Input(def) => match name {
                "name" => text(def.name),
                "description" => optional(def.description),
                "type" => type_ref(schema, &def.ty),
                "defaultValue" => {
                    def.default.as_ref().map_or(Output::Null, |default| text(&literal(default)))
                }
                _ => deprecation(name, def.deprecated),
            },
            Self::EnumValue(def) => match name {
                "name" => text(def.name),
                "description" => optional(def.description),
                _ => deprecation(name, def.deprecated),
            },
            Self::Directive(def) => match name {
                "name" => text(def.name),
                "description" => optional(def.description),
                "isRepeatable" => Output::Leaf(Value::Boolean(def.repeatable)),
                "locations" => Output::List(def.locations.iter().map(|location| word(location)).collect()),
                _ => inputs(schema, &def.arguments, all),
            },
        }
    }
}

fn of_schema(schema: &Schema, name: &str) -> Output<Meta> {
    let named = |ix: TypeIx| type_ref(schema, &TypeRef::Named(ix));
    match name {
        "types" => Output::List((0..).map(TypeIx).take(schema.types.len()).map(named).collect()),
        "queryType" => named(schema.query),
        "mutationType" => schema.mutation.map_or(Output::Null, named),
        "directives" => {
            let directives = schema.directives.iter().cloned();
            Output::List(directives.map(|def| object(schema, "__Directive", Meta::Directive(def))).collect())
        }
        // `description` and `subscriptionType`: there are none.
        _ => Output::Null,
    }
}

fn of_type(schema: &Schema, ty: &TypeRef, name: &str, all: bool) -> Output<Meta> {
    let ix = match ty {
        TypeRef::Named(ix) => *ix,
        TypeRef::List(inner) | TypeRef::NonNull(inner) => {
            return match name {
                "kind" if ty.is_non_null() => word("NON_NULL"),
                "kind" => word("LIST"),
                "ofType" => type_ref(schema, inner),
                _ => Output::Null,
            };
        }
    };
    let def = schema.ty(ix);
    let types = |list: &[TypeIx]| {
        Output::List(list.iter().map(|ix| type_ref(schema, &TypeRef::Named(*ix))).collect())
    };
    match (name, &def.kind) {
        ("kind", kind) => word(match kind {
            TypeKind::Scalar => "SCALAR",
            TypeKind::Object(_) => "OBJECT",
            TypeKind::Interface(_) => "INTERFACE",
            TypeKind::Union { .. } => "UNION",
            TypeKind::Enum { .. } => "ENUM",
            TypeKind::InputObject { .. } => "INPUT_OBJECT",
        }),
        ("name", _) => text(def.name),
        ("description", _) => optional(def.description),
        ("specifiedByURL", TypeKind::Scalar) => optional(specified_by(def)),
        ("fields", TypeKind::Object(_) | TypeKind::Interface(_)) => {
            let shown = schema.fields_of(ix).filter(|field| all || schema.field(*field).deprecated.is_none());
            Output::List(shown.map(|field| object(schema, "__Field", Meta::Field(field))).collect())
        }
        ("interfaces", TypeKind::Object(_) | TypeKind::Interface(_)) => types(def.interfaces()),
        ("possibleTypes", TypeKind::Interface(_) | TypeKind::Union { .. }) => {
            types(schema.possible_types(ix))
        }
        ("enumValues", TypeKind::Enum { values }) => {
            let shown = values.iter().filter(|value| all || value.deprecated.is_none()).cloned();
            Output::List(shown.map(|value| object(schema, "__EnumValue", Meta::EnumValue(value))).collect())
        }
        ("inputFields", TypeKind::InputObject { fields }) => inputs(schema, fields, all),
        ("isOneOf", TypeKind::InputObject { .. }) => {
            Output::Leaf(Value::Boolean(directive(&def.directives, "oneOf").is_some()))
        }
        _ => Output::Null,
    }
}

fn object(schema: &Schema, ty: &str, meta: Meta) -> Output<Meta> {
    Output::Object(schema.find_type(ty).expect("every schema holds the introspection types"), meta)
}

fn type_ref(schema: &Schema, ty: &TypeRef) -> Output<Meta> {
    object(schema, "__Type", Meta::Type(ty.clone()))
}

fn inputs(schema: &Schema, defs: &[InputDef], all: bool) -> Output<Meta> {
    let shown = defs.iter().filter(|def| all || def.deprecated.is_none()).cloned();
    Output::List(shown.map(|def| object(schema, "__InputValue", Meta::Input(def))).collect())
}

fn deprecation(name: &str, reason: Option<&str>) -> Output<Meta> {
    if name == "isDeprecated" { Output::Leaf(Value::Boolean(reason.is_some())) } else { optional(reason) }
}

fn text(text: &str) -> Output<Meta> {
    Output::Leaf(text.into())
}

fn optional(value: Option<&str>) -> Output<Meta> {
    value.map_or(Output::Null, text)
}

fn word(word: &str) -> Output<Meta> {
    Output::Leaf(Value::Enum(word.into()))
}
