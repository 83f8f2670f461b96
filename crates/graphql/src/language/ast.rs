//! The tree of a document. Every node knows the byte offset at which it starts, for messages.

use std::collections::HashMap;
use std::sync::Arc;

use super::Location;
use super::places::Places;

/// A document: its text and its definitions.
#[derive(Debug)]
pub struct Document {
    /// The text it was read from.
    pub source: Arc<str>,
    /// What it defines.
    pub definitions: Vec<Definition>,
    /// How many tokens it has.
    pub tokens: usize,
    /// Where its fragments stand; the first one, where two have a name.
    fragments: HashMap<Arc<str>, usize>,
    places: Places,
}

impl Document {
    pub(super) fn new(source: &str, definitions: Vec<Definition>, tokens: usize) -> Self {
        let mut fragments = HashMap::new();
        for (at, definition) in definitions.iter().enumerate() {
            if let Definition::Fragment(fragment) = definition {
                fragments.entry(Arc::clone(&fragment.name.text)).or_insert(at);
            }
        }
        Self { source: source.into(), definitions, tokens, fragments, places: Places::default() }
    }

    /// The line and column of a byte offset, as errors have them.
    pub fn location(&self, at: u32) -> Location {
        self.places.core(&self.source, at)
    }

    /// The line and column where an editor shows a byte offset.
    pub fn location_in_editor(&self, at: u32) -> Location {
        self.places.editor(&self.source, at)
    }

    /// Its operations, in the order they stand in.
    pub fn operations(&self) -> impl Iterator<Item = &Arc<Operation>> {
        self.definitions.iter().filter_map(|definition| match definition {
            Definition::Operation(operation) => Some(operation),
            _ => None,
        })
    }

    /// The fragment of this name.
    pub fn fragment(&self, name: &str) -> Option<&Arc<Fragment>> {
        match self.definitions.get(*self.fragments.get(name)?) {
            Some(Definition::Fragment(fragment)) => Some(fragment),
            _ => None,
        }
    }
}

/// A name and where it stands.
#[derive(Debug, Clone)]
pub struct Ident {
    /// Byte offset.
    pub at: u32,
    /// The name.
    pub text: Arc<str>,
}

/// One definition of a document.
#[derive(Debug)]
pub enum Definition {
    /// A query, mutation or subscription.
    Operation(Arc<Operation>),
    /// A fragment.
    Fragment(Arc<Fragment>),
    /// A definition of a schema.
    TypeSystem(TypeSystem),
}

/// The kind of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationKind {
    /// Reads.
    Query,
    /// Writes.
    Mutation,
    /// Streams.
    Subscription,
}

impl OperationKind {
    /// The keyword.
    pub fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

/// A query, mutation or subscription.
#[derive(Debug)]
pub struct Operation {
    /// Byte offset.
    pub at: u32,
    /// What it does.
    pub kind: OperationKind,
    /// Its name.
    pub name: Option<Ident>,
    /// Its variables.
    pub variables: Vec<VariableDefinition>,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// What it selects.
    pub selection_set: Arc<SelectionSet>,
}

/// `$name: Type = default`.
#[derive(Debug)]
pub struct VariableDefinition {
    /// Byte offset of the dollar sign.
    pub at: u32,
    /// The name, without the dollar sign.
    pub name: Ident,
    /// The type.
    pub ty: TypeNode,
    /// The default.
    pub default: Option<ValueNode>,
    /// Its directives.
    pub directives: Vec<Directive>,
}

/// `fragment name on Type { … }`.
#[derive(Debug)]
pub struct Fragment {
    /// Byte offset.
    pub at: u32,
    /// The name.
    pub name: Ident,
    /// The type it applies to.
    pub on: Ident,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// What it selects.
    pub selection_set: Arc<SelectionSet>,
}

/// `{ … }`.
#[derive(Debug)]
pub struct SelectionSet {
    /// Byte offset of the brace.
    pub at: u32,
    /// What stands in it.
    pub selections: Vec<Selection>,
}

/// One member of a selection set.
#[derive(Debug)]
pub enum Selection {
    /// A field.
    Field(Arc<Field>),
    /// `...name`.
    Spread(Spread),
    /// `... on Type { … }`.
    Inline(Inline),
}

/// `alias: name(arguments) @directives { … }`.
#[derive(Debug)]
pub struct Field {
    /// Byte offset.
    pub at: u32,
    /// The name it is answered under, where it differs.
    pub alias: Option<Ident>,
    /// The field's name.
    pub name: Ident,
    /// Its arguments.
    pub arguments: Vec<Argument>,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// What it selects of its answer.
    pub selection_set: Option<Arc<SelectionSet>>,
}

impl Field {
    /// The key it is answered under.
    pub fn key(&self) -> &Arc<str> {
        &self.alias.as_ref().unwrap_or(&self.name).text
    }
}

/// `...name @directives`.
#[derive(Debug)]
pub struct Spread {
    /// Byte offset of the dots.
    pub at: u32,
    /// The fragment's name.
    pub name: Ident,
    /// Its directives.
    pub directives: Vec<Directive>,
}

/// `... on Type @directives { … }`.
#[derive(Debug)]
pub struct Inline {
    /// Byte offset of the dots.
    pub at: u32,
    /// The type it applies to; none means the type around it.
    pub on: Option<Ident>,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// What it selects.
    pub selection_set: Arc<SelectionSet>,
}

/// `name: value`, of a field, a directive or an input object.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Byte offset.
    pub at: u32,
    /// The name.
    pub name: Ident,
    /// The value.
    pub value: ValueNode,
}

/// `@name(arguments)`.
#[derive(Debug, Clone)]
pub struct Directive {
    /// Byte offset of the sign.
    pub at: u32,
    /// The name.
    pub name: Ident,
    /// The arguments.
    pub arguments: Vec<Argument>,
}

/// A value as written.
#[derive(Debug, Clone)]
pub struct ValueNode {
    /// Byte offset.
    pub at: u32,
    /// What it is.
    pub kind: ValueKind,
}

/// The kinds of values.
#[derive(Debug, Clone)]
pub enum ValueKind {
    /// `$name`.
    Variable(Arc<str>),
    /// A whole number as written.
    Int(Box<str>),
    /// A number with a fraction or an exponent as written.
    Float(Box<str>),
    /// A string, escapes resolved; `true` when written as a block string.
    String(Box<str>, bool),
    /// `true`, `false`.
    Boolean(bool),
    /// `null`.
    Null,
    /// An enum value.
    Enum(Box<str>),
    /// `[…]`.
    List(Vec<ValueNode>),
    /// `{…}`.
    Object(Vec<Argument>),
}

/// A type as written.
#[derive(Debug, Clone)]
pub enum TypeNode {
    /// `Name`.
    Named(Ident),
    /// `[Type]`.
    List(u32, Box<TypeNode>),
    /// `Type!`.
    NonNull(Box<TypeNode>),
}

impl TypeNode {
    /// The named type inside all wrappers.
    pub fn named(&self) -> &Ident {
        match self {
            Self::Named(name) => name,
            Self::List(_, inner) | Self::NonNull(inner) => inner.named(),
        }
    }

    /// Byte offset.
    pub fn at(&self) -> u32 {
        match self {
            Self::Named(name) => name.at,
            Self::List(at, _) => *at,
            Self::NonNull(inner) => inner.at(),
        }
    }
}

/// A definition of a schema.
#[derive(Debug)]
pub struct TypeSystem {
    /// Byte offset.
    pub at: u32,
    /// Its description.
    pub description: Option<Box<str>>,
    /// True for `extend …`.
    pub extends: bool,
    /// The name; empty for `schema`.
    pub name: Ident,
    /// Its directives.
    pub directives: Vec<Directive>,
    /// What it defines.
    pub body: TypeSystemBody,
}

/// What a definition of a schema defines.
#[derive(Debug)]
pub enum TypeSystemBody {
    /// `schema { query: Query }`.
    Schema(Vec<(OperationKind, Ident)>),
    /// A scalar.
    Scalar,
    /// An object type: interfaces and fields.
    Object(Vec<Ident>, Vec<FieldNode>),
    /// An interface: interfaces and fields.
    Interface(Vec<Ident>, Vec<FieldNode>),
    /// A union: its members.
    Union(Vec<Ident>),
    /// An enum: its values.
    Enum(Vec<EnumValueNode>),
    /// An input object: its fields.
    InputObject(Vec<InputValueNode>),
    /// A directive.
    Directive {
        /// Its arguments.
        arguments: Vec<InputValueNode>,
        /// True where it may stand more than once in a place.
        repeatable: bool,
        /// Where it may stand.
        locations: Vec<Ident>,
    },
}

/// A field's definition.
#[derive(Debug)]
pub struct FieldNode {
    /// Its description.
    pub description: Option<Box<str>>,
    /// Its name.
    pub name: Ident,
    /// Its arguments.
    pub arguments: Vec<InputValueNode>,
    /// Its type.
    pub ty: TypeNode,
    /// Its directives.
    pub directives: Vec<Directive>,
}

/// An argument's or input field's definition.
#[derive(Debug)]
pub struct InputValueNode {
    /// Its description.
    pub description: Option<Box<str>>,
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: TypeNode,
    /// Its default.
    pub default: Option<ValueNode>,
    /// Its directives.
    pub directives: Vec<Directive>,
}

/// An enum value's definition.
#[derive(Debug)]
pub struct EnumValueNode {
    /// Its description.
    pub description: Option<Box<str>>,
    /// Its name.
    pub name: Ident,
    /// Its directives.
    pub directives: Vec<Directive>,
}
