//! The type system: types, fields, arguments and directives, as plain data with indexes for references.
//!
//! A schema is read from SDL ([`build`]) when the server is built, stored as bytes, and loaded at start without
//! parsing anything: that is why names are `&'static str`. [`mod@print`] turns it back into SDL.

pub mod build;
pub mod changes;
pub mod coerce;
mod graphene;
pub mod introspected;
mod isoparse;
mod parts;
pub mod print;
pub mod scalars;

use serde::{Deserialize, Serialize};

use crate::Value;
use crate::language::ast::OperationKind;

/// The place of a type in [`Schema::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TypeIx(pub u32);

/// The place of a field in [`Schema::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FieldIx(pub u32);

/// A schema.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub struct Schema {
    /// All types, by name.
    pub types: Vec<TypeDef>,
    /// The fields of all object and interface types; those of one type lie together.
    pub fields: Vec<FieldDef>,
    /// Where in `fields` the meta fields (`__typename`, `__schema`, `__type`) begin; they belong to no type.
    pub meta: u32,
    /// All directives, by name.
    pub directives: Vec<DirectiveDef>,
    /// The type of queries.
    pub query: TypeIx,
    /// The type of mutations.
    pub mutation: Option<TypeIx>,
}

/// A type.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TypeDef {
    /// Its name.
    pub name: &'static str,
    /// What it stands for.
    pub description: Option<&'static str>,
    /// Its kind and what belongs to that.
    pub kind: TypeKind,
    /// The directives applied to it.
    pub directives: Vec<DirectiveUse>,
}

/// The kinds of types.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub enum TypeKind {
    /// A leaf.
    Scalar,
    /// Has fields.
    Object(Composite),
    /// Has fields and is implemented by objects.
    Interface(Composite),
    /// One of several objects.
    Union {
        /// Which.
        members: Vec<TypeIx>,
    },
    /// A leaf with named values.
    Enum {
        /// Which.
        values: Vec<EnumValueDef>,
    },
    /// Takes fields.
    InputObject {
        /// Which.
        fields: Vec<InputDef>,
    },
}

/// What objects and interfaces have.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Composite {
    /// First field in [`Schema::fields`].
    pub first: u32,
    /// How many fields.
    pub count: u32,
    /// The interfaces it implements.
    pub interfaces: Vec<TypeIx>,
    /// For an interface: the objects that implement it.
    pub implementors: Vec<TypeIx>,
}

/// A field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FieldDef {
    /// The type it belongs to.
    pub parent: TypeIx,
    /// Its name.
    pub name: &'static str,
    /// What it answers.
    pub description: Option<&'static str>,
    /// Its arguments.
    pub arguments: Vec<InputDef>,
    /// Its type.
    pub ty: TypeRef,
    /// Why it is deprecated, if it is.
    pub deprecated: Option<&'static str>,
    /// The directives applied to it, `@deprecated` excepted.
    pub directives: Vec<DirectiveUse>,
}

/// An argument or an input field.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct InputDef {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: Option<&'static str>,
    /// Its type.
    pub ty: TypeRef,
    /// Its default, coerced.
    pub default: Option<Value>,
    /// Why it is deprecated, if it is.
    pub deprecated: Option<&'static str>,
    /// The directives applied to it, `@deprecated` excepted.
    pub directives: Vec<DirectiveUse>,
}

impl InputDef {
    /// True where a value must be given.
    pub fn is_required(&self) -> bool {
        self.default.is_none() && self.ty.is_non_null()
    }
}

/// An enum value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EnumValueDef {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub description: Option<&'static str>,
    /// Why it is deprecated, if it is.
    pub deprecated: Option<&'static str>,
}

/// A directive.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DirectiveDef {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub description: Option<&'static str>,
    /// Its arguments.
    pub arguments: Vec<InputDef>,
    /// Where it may stand, as the specification names it (`FIELD_DEFINITION`).
    pub locations: Vec<&'static str>,
    /// True where it may stand more than once in a place.
    pub repeatable: bool,
}

/// A directive applied to a definition, defaults filled in.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DirectiveUse {
    /// Its name.
    pub name: &'static str,
    /// Its arguments.
    pub arguments: Value,
}

/// A type with its wrappers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum TypeRef {
    /// `Name`.
    Named(TypeIx),
    /// `[Type]`.
    List(Box<TypeRef>),
    /// `Type!`.
    NonNull(Box<TypeRef>),
}

impl TypeRef {
    /// The type inside all wrappers.
    pub fn named(&self) -> TypeIx {
        match self {
            Self::Named(ix) => *ix,
            Self::List(inner) | Self::NonNull(inner) => inner.named(),
        }
    }

    /// True for `Type!`.
    pub fn is_non_null(&self) -> bool {
        matches!(self, Self::NonNull(_))
    }

    /// The type without its exclamation mark.
    pub fn nullable(&self) -> &TypeRef {
        match self {
            Self::NonNull(inner) => inner,
            other => other,
        }
    }

    /// The type of the items, for `[Type]` and `[Type]!`.
    pub fn item(&self) -> Option<&TypeRef> {
        match self.nullable() {
            Self::List(inner) => Some(inner),
            _ => None,
        }
    }
}

impl Schema {
    /// Loads a schema that [`Schema::to_bytes`] stored.
    pub fn from_bytes(bytes: &'static [u8]) -> Result<Self, postcard::Error> {
        postcard::from_bytes(bytes)
    }

    /// Stores the schema.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(self)
    }

    /// A type by its place.
    pub fn ty(&self, ix: TypeIx) -> &TypeDef {
        &self.types[ix.0 as usize]
    }

    /// A field by its place.
    pub fn field(&self, ix: FieldIx) -> &FieldDef {
        &self.fields[ix.0 as usize]
    }

    /// The type of this name.
    pub fn find_type(&self, name: &str) -> Option<TypeIx> {
        let at = self.types.binary_search_by(|ty| ty.name.cmp(name)).ok()?;
        Some(TypeIx(u32::try_from(at).ok()?))
    }

    /// The field of this name of an object or interface.
    pub fn find_field(&self, ty: TypeIx, name: &str) -> Option<FieldIx> {
        self.fields_of(ty).find(|ix| self.field(*ix).name == name)
    }

    /// The fields of an object or interface, in order; nothing for other types.
    pub fn fields_of(&self, ty: TypeIx) -> impl Iterator<Item = FieldIx> + use<> {
        let (first, count) = match &self.ty(ty).kind {
            TypeKind::Object(composite) | TypeKind::Interface(composite) => {
                (composite.first, composite.count)
            }
            _ => (0, 0),
        };
        (first..first + count).map(FieldIx)
    }

    /// The directive of this name.
    pub fn find_directive(&self, name: &str) -> Option<&DirectiveDef> {
        self.directives.iter().find(|directive| directive.name == name)
    }

    /// `Type.field`, as the documentation names fields.
    pub fn coordinate(&self, ix: FieldIx) -> String {
        let field = self.field(ix);
        format!("{}.{}", self.ty(field.parent).name, field.name)
    }

    /// The type of an operation's roots.
    pub fn root(&self, kind: OperationKind) -> Option<TypeIx> {
        match kind {
            OperationKind::Query => Some(self.query),
            OperationKind::Mutation => self.mutation,
            OperationKind::Subscription => None,
        }
    }

    /// A type as SDL writes it.
    pub fn show(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Named(ix) => self.ty(*ix).name.into(),
            TypeRef::List(inner) => format!("[{}]", self.show(inner)),
            TypeRef::NonNull(inner) => format!("{}!", self.show(inner)),
        }
    }

    /// The object types that a value of this type may have.
    pub fn possible_types(&self, ty: TypeIx) -> &[TypeIx] {
        match &self.ty(ty).kind {
            TypeKind::Interface(composite) => &composite.implementors,
            TypeKind::Union { members } => members,
            _ => &[],
        }
    }

    /// True when every value of type `sub` is one of type `whole`.
    pub fn is_possible(&self, whole: TypeIx, sub: TypeIx) -> bool {
        whole == sub
            || self.possible_types(whole).contains(&sub)
            || matches!(&self.ty(sub).kind, TypeKind::Interface(composite) if composite.interfaces.contains(&whole))
    }

    /// True when a value of type `sub` may stand where `whole` is expected.
    pub fn is_subtype(&self, sub: &TypeRef, whole: &TypeRef) -> bool {
        match (sub, whole) {
            (TypeRef::NonNull(sub), TypeRef::NonNull(whole)) | (TypeRef::List(sub), TypeRef::List(whole)) => {
                self.is_subtype(sub, whole)
            }
            (TypeRef::NonNull(sub), _) => self.is_subtype(sub, whole),
            (TypeRef::Named(sub), TypeRef::Named(whole)) => self.is_possible(*whole, *sub),
            _ => false,
        }
    }
}

impl TypeDef {
    /// True for scalars and enums.
    pub fn is_leaf(&self) -> bool {
        matches!(self.kind, TypeKind::Scalar | TypeKind::Enum { .. })
    }

    /// True for objects, interfaces and unions.
    pub fn is_composite(&self) -> bool {
        matches!(self.kind, TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union { .. })
    }

    /// True for interfaces and unions.
    pub fn is_abstract(&self) -> bool {
        matches!(self.kind, TypeKind::Interface(_) | TypeKind::Union { .. })
    }

    /// True for scalars, enums and input objects.
    pub fn is_input(&self) -> bool {
        self.is_leaf() || matches!(self.kind, TypeKind::InputObject { .. })
    }

    /// The fields of an input object; nothing for other types.
    pub fn input_fields(&self) -> &[InputDef] {
        match &self.kind {
            TypeKind::InputObject { fields } => fields,
            _ => &[],
        }
    }

    /// The values of an enum; nothing for other types.
    pub fn enum_values(&self) -> &[EnumValueDef] {
        match &self.kind {
            TypeKind::Enum { values } => values,
            _ => &[],
        }
    }

    /// The interfaces that an object or interface implements.
    pub fn interfaces(&self) -> &[TypeIx] {
        match &self.kind {
            TypeKind::Object(composite) | TypeKind::Interface(composite) => &composite.interfaces,
            _ => &[],
        }
    }
}

/// The arguments of the directive of this name among those applied.
pub fn directive<'a>(applied: &'a [DirectiveUse], name: &str) -> Option<&'a Value> {
    applied.iter().find(|directive| directive.name == name).map(|directive| &directive.arguments)
}
