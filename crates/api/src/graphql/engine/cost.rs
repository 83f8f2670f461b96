//! What an operation costs: points (complexity) and nodes. One computation serves the limits, `queryComplexity` and
//! the request header.
//!
//! Kraken publishes no formula; this one is ours. A field costs what the contract declares (`@complexity`), nothing
//! where it declares nothing, and one point where it is a root field. What is selected of a page's items costs as
//! often as the page has begun tens of items, so that `first: 100` weighs ten times what `first: 10` weighs. Nodes are the items
//! that pages may hold, multiplied through nested pages.

use std::cell::{Cell, RefCell};

use kemu_graphql::Value;
use kemu_graphql::execution::{Fields, Plan, PlanField};
use kemu_graphql::language::Document;
use kemu_graphql::language::ast::{Argument, Definition, Directive, Selection, ValueKind};
use kemu_graphql::schema::coerce::Variables;
use kemu_graphql::schema::{FieldDef, Schema, TypeIx, TypeKind};

use super::connection::is_connection;
use super::contract::Contract;
use super::paths::{Paths, TOP};

/// Items of a page that cost as much as one.
const ITEMS_A_POINT: i64 = 10;

/// Selections of one operation, fragments opened, that are looked at. Without fragments no document holds as many, and
/// with them a few lines may select millions.
pub const MOST_WORK: usize = 50_000;

/// Levels of an answer that are looked at: as many as a document without fragments may have.
pub const MOST_LEVELS: usize = 200;

/// What an operation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Points.
    pub complexity: i64,
    /// Items that its pages may hold.
    pub nodes: i64,
}

impl Cost {
    /// What costs more than is counted: as many points as an `Int` can tell, which is above every ceiling.
    pub const BOUNDLESS: Self = Self { complexity: i32::MAX as i64, nodes: 0 };

    fn dearer(self, other: Self) -> Self {
        Self { complexity: self.complexity.max(other.complexity), nodes: self.nodes.max(other.nodes) }
    }
}

/// What a plan costs with these variables.
pub fn cost(contract: &Contract, plan: &Plan, variables: &Variables) -> Cost {
    weigh(contract, plan, variables).cost
}

/// A plan's cost, and the work that it took to find everything that the plan selects. Whoever has asked for it may execute
/// the plan: nothing is in there that was not looked at.
pub fn weigh(contract: &Contract, plan: &Plan, variables: &Variables) -> Weighed {
    Weighing::new(contract, plan, variables, &Paths::default()).weigh()
}

/// What came of weighing.
#[derive(Debug, Clone, Copy)]
pub struct Weighed {
    /// What the operation costs.
    pub cost: Cost,
    /// How much of it there is: see [`Fields::work`].
    pub work: usize,
}

/// What the field at each of these places costs with all that is selected of it, asked once. Where an object may have several
/// types, the dearest counts.
pub fn cost_by_path(
    contract: &Contract,
    plan: &Plan,
    variables: &Variables,
    paths: &Paths,
) -> Vec<Option<Cost>> {
    let weighing = Weighing::new(contract, plan, variables, paths);
    weighing.weigh();
    weighing.told.into_inner()
}

/// Does the cost of a document's operations hang on variables: the size of a page, or whether something is selected?
pub fn hangs_on_variables(document: &Document) -> bool {
    let is_variable = |argument: &Argument| matches!(argument.value.kind, ValueKind::Variable(_));
    let is_size = |argument: &Argument| matches!(&*argument.name.text, "first" | "last");
    let conditional =
        |directives: &[Directive]| directives.iter().flat_map(|node| &node.arguments).any(is_variable);
    let fragments = document.definitions.iter().filter_map(|definition| match definition {
        Definition::Fragment(fragment) => Some(&fragment.selection_set),
        _ => None,
    });
    let mut sets: Vec<_> =
        document.operations().map(|operation| &operation.selection_set).chain(fragments).collect();
    while let Some(set) = sets.pop() {
        for selection in &set.selections {
            let (directives, below) = match selection {
                Selection::Field(node) => {
                    if node.arguments.iter().any(|argument| is_size(argument) && is_variable(argument)) {
                        return true;
                    }
                    (&node.directives, node.selection_set.as_ref())
                }
                Selection::Inline(node) => (&node.directives, Some(&node.selection_set)),
                Selection::Spread(node) => (&node.directives, None),
            };
            if conditional(directives) {
                return true;
            }
            sets.extend(below);
        }
    }
    false
}

struct Weighing<'a> {
    contract: &'a Contract,
    plan: &'a Plan,
    variables: &'a Variables,
    paths: &'a Paths,
    /// What the fields at these paths cost.
    told: RefCell<Vec<Option<Cost>>>,
    work: Cell<usize>,
}

/// Where a weighing is: how deep, and the number of the place, if it has one.
#[derive(Clone, Copy)]
struct Place {
    level: usize,
    path: Option<usize>,
}

impl<'a> Weighing<'a> {
    fn new(contract: &'a Contract, plan: &'a Plan, variables: &'a Variables, paths: &'a Paths) -> Self {
        let told = RefCell::new(vec![None; paths.count()]);
        Self { contract, plan, variables, paths, told, work: Cell::new(0) }
    }

    fn weigh(&self) -> Weighed {
        let fields = self.plan.root_fields(&self.contract.schema, self.variables);
        let cost = fields.map(|fields| self.fields(&fields, 1, Place { level: 1, path: Some(TOP) }));
        let cost = if self.is_too_much() { Cost::BOUNDLESS } else { cost.unwrap_or_default() };
        Weighed { cost, work: self.work.get() }
    }

    fn is_too_much(&self) -> bool {
        self.work.get() > MOST_WORK
    }

    fn fields(&self, fields: &Fields, undeclared: i64, place: Place) -> Cost {
        let is_too_deep = place.level > MOST_LEVELS && !fields.is_empty();
        let work = if is_too_deep { MOST_WORK + 1 } else { fields.work() };
        self.work.set(self.work.get().saturating_add(work));
        fields.iter().fold(Cost::default(), |sum, field| {
            let cost = self.field(field, undeclared, place);
            Cost {
                complexity: sum.complexity.saturating_add(cost.complexity),
                nodes: sum.nodes.saturating_add(cost.nodes),
            }
        })
    }

    fn field(&self, field: &PlanField, undeclared: i64, place: Place) -> Cost {
        if self.is_too_much() {
            return Cost::default();
        }
        let schema = &self.contract.schema;
        let def = schema.field(field.field);
        let own = self.contract.facts(field.field).and_then(|facts| facts.complexity).unwrap_or(undeclared);
        let path = place.path.and_then(|above| self.paths.find(above, &field.key));
        let below = self.below(schema, field, def.ty.named(), Place { level: place.level + 1, path });
        let cost = match self.page(schema, field, def) {
            None => Cost { complexity: own.saturating_add(below.complexity), nodes: below.nodes },
            Some(page) => {
                let weight = page.saturating_add(ITEMS_A_POINT - 1) / ITEMS_A_POINT;
                Cost {
                    complexity: own.saturating_add(weight.saturating_mul(below.complexity)),
                    nodes: page.saturating_add(page.saturating_mul(below.nodes)),
                }
            }
        };
        if let Some(path) = path {
            let told = &mut self.told.borrow_mut()[path];
            *told = Some(told.map_or(cost, |known| known.dearer(cost)));
        }
        cost
    }

    /// What is selected of a field's answer; of the types that it may have, the dearest counts.
    fn below(&self, schema: &Schema, field: &PlanField, ty: TypeIx, place: Place) -> Cost {
        let of = |ty: TypeIx| {
            if self.is_too_much() {
                return Cost::default();
            }
            self.fields(&field.fields(schema, self.plan, ty, self.variables), 0, place)
        };
        match &schema.ty(ty).kind {
            TypeKind::Object(_) => of(ty),
            TypeKind::Interface(_) | TypeKind::Union { .. } => {
                let possible = schema.possible_types(ty).iter();
                possible.fold(Cost::default(), |dearest, possible| dearest.dearer(of(*possible)))
            }
            _ => Cost::default(),
        }
    }

    /// The size of the page that is asked for; `None` where the field answers no pages.
    fn page(&self, schema: &Schema, field: &PlanField, def: &FieldDef) -> Option<i64> {
        if !is_connection(schema, def) {
            return None;
        }
        // Not all arguments: others may hang on variables, which are not there when a document's fixed cost is computed.
        let sizes =
            ["first", "last"].into_iter().filter_map(|name| field.argument(schema, self.variables, name));
        let size = |value| if let Value::Int(size) = value { size } else { 0 };
        Some(sizes.map(size).max().unwrap_or(0).max(0))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kemu_graphql::language::parse;

    use super::*;

    #[test]
    fn a_page_counts_whatever_variables_its_other_arguments_hang_on() {
        let text = "query ($account: String!, $prm: String!) {
            electricityReading(accountNumber: $account, prmId: $prm, first: 30) { totalCount } }";
        let document = parse(text).unwrap();
        assert!(!hangs_on_variables(&document));
        let plan = Plan::new(Arc::new(document), None).unwrap();
        assert_eq!(cost(&Contract::load(), &plan, &Variables::default()).nodes, 30);
    }
}
