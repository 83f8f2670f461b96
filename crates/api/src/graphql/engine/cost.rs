//! What an operation costs: points (complexity) and nodes. One computation serves the limits, `queryComplexity` and
//! the request header.
//!
//! Kraken publishes no formula; this one is ours. A field costs what the contract declares (`@complexity`), nothing
//! where it declares nothing, and one point where it is a root field. What is selected of a page's items costs as
//! often as the page has begun tens of items, so that `first: 100` weighs ten times what `first: 10` weighs. Nodes are the items
//! that pages may hold, multiplied through nested pages.

use std::collections::BTreeMap;

use kemu_graphql::Value;
use kemu_graphql::execution::{Plan, PlanField};
use kemu_graphql::language::Document;
use kemu_graphql::language::ast::{Argument, Definition, Directive, Selection, ValueKind};
use kemu_graphql::schema::coerce::Variables;
use kemu_graphql::schema::{FieldDef, Schema, TypeIx, TypeKind};

use super::connection::is_connection;
use super::contract::Contract;

/// Items of a page that cost as much as one.
const ITEMS_A_POINT: i64 = 10;

/// What an operation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Points.
    pub complexity: i64,
    /// Items that its pages may hold.
    pub nodes: i64,
}

impl Cost {
    fn dearer(self, other: Self) -> Self {
        Self { complexity: self.complexity.max(other.complexity), nodes: self.nodes.max(other.nodes) }
    }
}

/// What a plan costs with these variables.
pub fn cost(contract: &Contract, plan: &Plan, variables: &Variables) -> Cost {
    let weighing = Weighing { contract, plan, variables };
    let fields = plan.root_fields(&contract.schema, variables);
    fields.map(|fields| weighing.fields(&fields, 1)).unwrap_or_default()
}

/// What each field of a plan costs with all that is selected of it, asked once, by its path in the answer
/// (`account.bills`). Where an object may have several types, the dearest counts.
pub fn cost_by_path(contract: &Contract, plan: &Plan, variables: &Variables) -> BTreeMap<String, Cost> {
    let weighing = Weighing { contract, plan, variables };
    let mut found = BTreeMap::new();
    if let Some(fields) = plan.root_fields(&contract.schema, variables) {
        weighing.by_path("", &fields, 1, &mut found);
    }
    found
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
}

impl Weighing<'_> {
    fn fields(&self, fields: &[PlanField], undeclared: i64) -> Cost {
        fields.iter().fold(Cost::default(), |sum, field| {
            let cost = self.field(field, undeclared);
            Cost {
                complexity: sum.complexity.saturating_add(cost.complexity),
                nodes: sum.nodes.saturating_add(cost.nodes),
            }
        })
    }

    fn by_path(
        &self,
        above: &str,
        fields: &[PlanField],
        undeclared: i64,
        found: &mut BTreeMap<String, Cost>,
    ) {
        let schema = &self.contract.schema;
        for field in fields {
            let path = format!("{above}{}", field.key);
            let cost = self.field(field, undeclared);
            let known = found.entry(path.clone()).or_insert(cost);
            *known = known.dearer(cost);
            let ty = schema.field(field.field).ty.named();
            let own = [ty];
            let types = if schema.ty(ty).is_abstract() { schema.possible_types(ty) } else { own.as_slice() };
            for ty in types {
                let below = field.fields(schema, self.plan, *ty, self.variables);
                self.by_path(&format!("{path}."), &below, 0, found);
            }
        }
    }

    fn field(&self, field: &PlanField, undeclared: i64) -> Cost {
        let schema = &self.contract.schema;
        let def = schema.field(field.field);
        let own = self.contract.facts(field.field).and_then(|facts| facts.complexity).unwrap_or(undeclared);
        let below = self.below(schema, field, def.ty.named());
        let Some(page) = self.page(schema, field, def) else {
            return Cost { complexity: own.saturating_add(below.complexity), nodes: below.nodes };
        };
        let weight = page.saturating_add(ITEMS_A_POINT - 1) / ITEMS_A_POINT;
        Cost {
            complexity: own.saturating_add(weight.saturating_mul(below.complexity)),
            nodes: page.saturating_add(page.saturating_mul(below.nodes)),
        }
    }

    /// What is selected of a field's answer; of the types that it may have, the dearest counts.
    fn below(&self, schema: &Schema, field: &PlanField, ty: TypeIx) -> Cost {
        let of = |ty: TypeIx| self.fields(&field.fields(schema, self.plan, ty, self.variables), 0);
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
