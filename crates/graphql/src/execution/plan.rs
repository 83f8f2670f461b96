//! What a request selects, worked out once per document: for each object type the fields in order, fragments
//! opened and duplicates merged, arguments coerced where they hold no variables.
//!
//! Each place in the answer has fields of its own, so that fragments which spread each other twice double them at each
//! step. Nothing is worked out before it is asked for; whoever asks for all of it adds up [`Fields::work`] and stops.

use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::sync::{Arc, RwLock};

use crate::language::Document;
use crate::language::ast::{
    Argument, Directive, Field, Operation, Selection, SelectionSet, ValueKind, ValueNode,
};
use crate::schema::coerce::{self, ArgumentError, Arguments, Variables};
use crate::schema::{FieldIx, Schema, TypeIx};
use crate::value::write_json_string;
use crate::{GraphQLError, Value};

/// An operation of a valid document, ready to be executed any number of times.
#[derive(Debug)]
pub struct Plan {
    pub(crate) document: Arc<Document>,
    pub(crate) operation: Arc<Operation>,
    /// What the operation selects. Absent where `@skip` or `@include` hangs on a variable: then each execution
    /// works it out for itself.
    root: Option<Arc<Selected>>,
}

/// Bytes of a key that count as a unit of work.
const BYTES_A_UNIT: usize = 100;

/// Why there is no plan for a request.
pub type PlanError = Box<GraphQLError>;

impl Plan {
    /// The plan of the operation of this name, or of the only operation.
    pub fn new(document: Arc<Document>, operation_name: Option<&str>) -> Result<Self, PlanError> {
        let mut operations = document.operations();
        let operation = match operation_name {
            Some(name) => operations
                .find(|operation| operation.name.as_ref().is_some_and(|known| &*known.text == name))
                .ok_or_else(|| GraphQLError::new(format!("Unknown operation named '{name}'.")))?,
            None => match (operations.next(), operations.next()) {
                (Some(only), None) => only,
                (None, _) => return Err(GraphQLError::new("Must provide an operation.").into()),
                _ => {
                    let message = "Must provide operation name if query contains multiple operations.";
                    return Err(GraphQLError::new(message).into());
                }
            },
        };
        let operation = Arc::clone(operation);
        drop(operations);
        let root = Selected::new(vec![Arc::clone(&operation.selection_set)]);
        let root = (!is_conditional(&document)).then(|| Arc::new(root));
        Ok(Self { document, operation, root })
    }

    /// The operation.
    pub fn operation(&self) -> &Operation {
        &self.operation
    }

    /// The document.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    pub(crate) fn root(&self) -> Arc<Selected> {
        let fresh = || Arc::new(Selected::new(vec![Arc::clone(&self.operation.selection_set)]));
        self.root.as_ref().map_or_else(fresh, Arc::clone)
    }

    /// The fields that the operation starts from.
    pub fn root_fields(&self, schema: &Schema, variables: &Variables) -> Option<Arc<Fields>> {
        let ty = schema.root(self.operation.kind)?;
        Some(self.root().fields(schema, self, ty, variables))
    }
}

/// One or more selection sets on the same object, merged on demand for each type that the object may have.
#[derive(Debug)]
pub(crate) struct Selected {
    sets: Vec<Arc<SelectionSet>>,
    fields: RwLock<Vec<(TypeIx, Arc<Fields>)>>,
}

/// The fields selected of an object, in order.
#[derive(Debug, Default)]
pub struct Fields {
    fields: Vec<PlanField>,
    work: usize,
}

impl Fields {
    /// What it took to find them: one for each selection that was looked at, and one more for each hundred bytes of a
    /// field's key, of which each place keeps a copy.
    pub fn work(&self) -> usize {
        self.work
    }
}

impl Deref for Fields {
    type Target = [PlanField];

    fn deref(&self) -> &[PlanField] {
        &self.fields
    }
}

impl Selected {
    fn new(sets: Vec<Arc<SelectionSet>>) -> Self {
        Self { sets, fields: RwLock::default() }
    }

    /// The fields selected of an object of this type.
    pub(crate) fn fields(
        &self,
        schema: &Schema,
        plan: &Plan,
        ty: TypeIx,
        variables: &Variables,
    ) -> Arc<Fields> {
        let known = self.fields.read().expect("no holder of this lock panics");
        if let Some((_, fields)) = known.iter().find(|(known, _)| *known == ty) {
            return Arc::clone(fields);
        }
        drop(known);
        let mut merge = Merge {
            schema,
            document: &plan.document,
            ty,
            variables,
            groups: Vec::new(),
            places: HashMap::new(),
            seen: HashSet::new(),
            work: 0,
        };
        self.sets.iter().for_each(|set| merge.set(set));
        let Merge { groups, work, .. } = merge;
        let fields: Vec<PlanField> =
            groups.into_iter().filter_map(|nodes| PlanField::new(schema, ty, nodes)).collect();
        let keys: usize = fields.iter().map(|field| field.key.len() / BYTES_A_UNIT).sum();
        let fields = Arc::new(Fields { fields, work: work + keys });
        self.fields.write().expect("no holder of this lock panics").push((ty, Arc::clone(&fields)));
        fields
    }
}

/// A field to be answered.
#[derive(Debug)]
pub struct PlanField {
    /// The key it is answered under.
    pub key: Arc<str>,
    /// The key as JSON with its colon.
    pub(crate) key_json: Box<[u8]>,
    /// Which field.
    pub field: FieldIx,
    /// Where it is selected; more than one where selections were merged.
    pub(crate) nodes: Vec<Arc<Field>>,
    arguments: Option<Result<Arguments, ArgumentError>>,
    selection: Option<Arc<Selected>>,
}

impl PlanField {
    fn new(schema: &Schema, ty: TypeIx, nodes: Vec<Arc<Field>>) -> Option<Self> {
        let first = &nodes[0];
        let name = &*first.name.text;
        let field = super::meta::field(schema, ty, name).or_else(|| schema.find_field(ty, name))?;
        let mut key_json = Vec::new();
        write_json_string(first.key(), &mut key_json);
        key_json.push(b':');
        let is_constant = first.arguments.iter().all(|argument| !has_variable(&argument.value));
        let arguments = is_constant.then(|| {
            let known = &schema.field(field).arguments;
            coerce::arguments(schema, known, &first.arguments, first.at, &Variables::default())
        });
        let sets: Vec<_> = nodes.iter().filter_map(|node| node.selection_set.clone()).collect();
        let selection = (!sets.is_empty()).then(|| Arc::new(Selected::new(sets)));
        Some(Self {
            key: Arc::clone(first.key()),
            key_json: key_json.into(),
            field,
            arguments,
            selection,
            nodes,
        })
    }

    /// The field's arguments for these variables; `scratch` holds them where they hang on variables.
    pub fn arguments<'a>(
        &'a self,
        schema: &Schema,
        variables: &Variables,
        scratch: &'a mut Arguments,
    ) -> Result<&'a Arguments, ArgumentError> {
        match &self.arguments {
            Some(Ok(arguments)) => Ok(arguments),
            Some(Err(error)) => Err(error.clone()),
            None => {
                let known = &schema.field(self.field).arguments;
                let node = &self.nodes[0];
                *scratch = coerce::arguments(schema, known, &node.arguments, node.at, variables)?;
                Ok(scratch)
            }
        }
    }

    /// One argument for these variables, whatever the others are; `None` where it is absent or cannot be read.
    pub fn argument(&self, schema: &Schema, variables: &Variables, name: &str) -> Option<Value> {
        let definition = schema.field(self.field).arguments.iter().find(|argument| argument.name == name)?;
        let given = self.nodes[0].arguments.iter().find(|argument| &*argument.name.text == name);
        let value = |node| coerce::literal(schema, &definition.ty, node, Some(variables));
        given.and_then(|argument| value(&argument.value)).or_else(|| definition.default.clone())
    }

    /// The fields selected of this field's answer, if that is an object of this type.
    pub fn fields(&self, schema: &Schema, plan: &Plan, ty: TypeIx, variables: &Variables) -> Arc<Fields> {
        self.selection
            .as_ref()
            .map_or_else(Arc::default, |selection| selection.fields(schema, plan, ty, variables))
    }
}

/// Collects the fields of selection sets by key.
struct Merge<'a> {
    schema: &'a Schema,
    document: &'a Document,
    ty: TypeIx,
    variables: &'a Variables,
    groups: Vec<Vec<Arc<Field>>>,
    /// Where in `groups` each key stands.
    places: HashMap<&'a str, usize>,
    seen: HashSet<&'a str>,
    work: usize,
}

impl<'a> Merge<'a> {
    fn set(&mut self, set: &'a SelectionSet) {
        self.work += set.selections.len();
        for selection in &set.selections {
            match selection {
                Selection::Field(node) if self.is_included(&node.directives) => {
                    let next = self.groups.len();
                    let place = *self.places.entry(&**node.key()).or_insert(next);
                    if place == next {
                        self.groups.push(Vec::with_capacity(1));
                    }
                    self.groups[place].push(Arc::clone(node));
                }
                Selection::Inline(node)
                    if self.is_included(&node.directives)
                        && node.on.as_ref().is_none_or(|on| self.applies(&on.text)) =>
                {
                    self.set(&node.selection_set);
                }
                Selection::Spread(node) if self.is_included(&node.directives) => {
                    let name = &*node.name.text;
                    if !self.seen.insert(name) {
                        continue;
                    }
                    if let Some(fragment) = self.document.fragment(name)
                        && self.applies(&fragment.on.text)
                    {
                        self.set(&fragment.selection_set);
                    }
                }
                _ => {}
            }
        }
    }

    fn applies(&self, on: &str) -> bool {
        self.schema.find_type(on).is_some_and(|on| self.schema.is_possible(on, self.ty))
    }

    fn is_included(&self, directives: &[Directive]) -> bool {
        directives.iter().all(|directive| {
            let wanted = match &*directive.name.text {
                "skip" => false,
                "include" => true,
                _ => return true,
            };
            let condition = directive.arguments.first().map(|argument| &argument.value.kind);
            let holds = match condition {
                Some(ValueKind::Boolean(holds)) => Some(*holds),
                Some(ValueKind::Variable(name)) => match self.variables.get(name) {
                    Some(Value::Boolean(holds)) => Some(*holds),
                    _ => None,
                },
                _ => None,
            };
            holds.is_none_or(|holds| holds == wanted)
        })
    }
}

/// Does what is selected hang on variables?
fn is_conditional(document: &Document) -> bool {
    let hangs = |directives: &[Directive]| {
        let conditional = directives.iter().filter(|node| matches!(&*node.name.text, "skip" | "include"));
        conditional.flat_map(|node| &node.arguments).any(|argument| has_variable(&argument.value))
    };
    let fragments = document.definitions.iter().filter_map(|definition| match definition {
        crate::language::ast::Definition::Fragment(fragment) => Some(&fragment.selection_set),
        _ => None,
    });
    let mut queue: Vec<&Arc<SelectionSet>> =
        document.operations().map(|operation| &operation.selection_set).chain(fragments).collect();
    while let Some(set) = queue.pop() {
        for selection in &set.selections {
            let (directives, inner) = match selection {
                Selection::Field(node) => (&node.directives, node.selection_set.as_ref()),
                Selection::Spread(node) => (&node.directives, None),
                Selection::Inline(node) => (&node.directives, Some(&node.selection_set)),
            };
            if hangs(directives) {
                return true;
            }
            queue.extend(inner);
        }
    }
    false
}

fn has_variable(node: &ValueNode) -> bool {
    match &node.kind {
        ValueKind::Variable(_) => true,
        ValueKind::List(items) => items.iter().any(has_variable),
        ValueKind::Object(given) => given.iter().any(|argument: &Argument| has_variable(&argument.value)),
        _ => false,
    }
}
