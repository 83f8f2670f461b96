//! What an operation costs where its pages hang on variables that nobody knows yet: at least, and at most.

use std::collections::{BTreeMap, BTreeSet};

use kemu_graphql::Value;
use kemu_graphql::execution::Plan;
use kemu_graphql::language::ast::{Field, Selection, SelectionSet, ValueKind};
use kemu_graphql::schema::coerce::Variables;
use kemu_graphql::schema::{FieldIx, TypeIx, scalars};

use super::paging::page_limit;
use crate::graphql::engine::contract::Contract;
use crate::graphql::engine::cost::{Cost, cost};

/// What an operation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Costs {
    /// With the defaults of its variables, and one item a page where there is none.
    pub(super) least: Cost,
    /// With the largest page everywhere that a variable says how large.
    pub(super) most: Cost,
}

/// Both costs. What variables may leave out is counted in: a condition that nobody knows leaves out nothing.
pub(super) fn costs(contract: &Contract, plan: &Plan) -> Costs {
    let limits = Sizes::of(contract, plan);
    let with = |size: &dyn Fn(&str, i64) -> Value| {
        let variables: Variables =
            limits.iter().map(|(name, limit)| (Box::from(*name), size(name, *limit))).collect();
        cost(contract, plan, &variables)
    };
    let least = with(&|name, _| {
        let defined = plan.operation().variables.iter().find(|variable| &*variable.name.text == name);
        let default = defined.and_then(|variable| scalars::constant(variable.default.as_ref()?));
        default.unwrap_or(Value::Int(1))
    });
    let most = with(&|_, limit| Value::Int(limit));
    // A default above the largest page is dearer than that.
    Costs {
        least,
        most: Cost { complexity: most.complexity.max(least.complexity), nodes: most.nodes.max(least.nodes) },
    }
}

/// The variables that say how large pages are.
struct Sizes<'p> {
    contract: &'p Contract,
    plan: &'p Plan,
    spread: BTreeSet<&'p str>,
    /// With the largest page that none of their fields refuses.
    limits: BTreeMap<&'p str, i64>,
}

impl<'p> Sizes<'p> {
    fn of(contract: &'p Contract, plan: &'p Plan) -> BTreeMap<&'p str, i64> {
        let mut sizes = Self { contract, plan, spread: BTreeSet::new(), limits: BTreeMap::new() };
        let operation = plan.operation();
        if let Some(root) = contract.schema.root(operation.kind) {
            sizes.set(root, &operation.selection_set);
        }
        sizes.limits
    }

    fn set(&mut self, parent: TypeIx, set: &'p SelectionSet) {
        let schema = &self.contract.schema;
        for selection in &set.selections {
            match selection {
                Selection::Field(node) => {
                    let Some(ix) = schema.find_field(parent, &node.name.text) else { continue };
                    self.field(ix, node);
                    if let Some(set) = &node.selection_set {
                        self.set(schema.field(ix).ty.named(), set);
                    }
                }
                Selection::Inline(node) => {
                    let on = node.on.as_ref().and_then(|on| schema.find_type(&on.text));
                    self.set(on.unwrap_or(parent), &node.selection_set);
                }
                Selection::Spread(node) => {
                    let fragment = self.plan.document().fragment(&node.name.text);
                    if let Some(fragment) = fragment
                        && let Some(on) = schema.find_type(&fragment.on.text)
                        && self.spread.insert(&node.name.text)
                    {
                        self.set(on, &fragment.selection_set);
                    }
                }
            }
        }
    }

    fn field(&mut self, ix: FieldIx, node: &'p Field) {
        let limit = page_limit(self.contract, ix);
        for argument in node.arguments.iter().filter(|one| matches!(&*one.name.text, "first" | "last")) {
            if let ValueKind::Variable(name) = &argument.value.kind {
                let known = self.limits.entry(name).or_insert(limit);
                *known = limit.min(*known);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kemu_graphql::language::parse;

    use super::*;

    #[test]
    fn pages_in_variables_cost_from_least_to_most() {
        let contract = Contract::load();
        let nodes = |variables: &str| {
            let text = format!(
                "query {variables} {{ account(accountNumber: $number) {{
                   payments(first: $first) @skip(if: $brief) {{ totalCount }} }} }}"
            );
            let plan = Plan::new(Arc::new(parse(&text).unwrap()), None).unwrap();
            let Costs { least, most } = costs(&contract, &plan);
            assert!(least.complexity > 0 && least.complexity <= most.complexity);
            (least.nodes, most.nodes)
        };
        assert_eq!(nodes("($number: String!, $first: Int!, $brief: Boolean!)"), (1, 100));
        assert_eq!(nodes("($number: String!, $first: Int = 20, $brief: Boolean = true)"), (20, 100));
    }

    fn most_nodes(text: &str) -> i64 {
        let plan = Plan::new(Arc::new(parse(text).unwrap()), None).unwrap();
        costs(&Contract::load(), &plan).most.nodes
    }

    #[test]
    fn what_a_variable_leaves_out_or_lets_in_is_all_counted() {
        let text = "query ($n: String!, $brief: Boolean!) { account(accountNumber: $n) {
            long: payments(first: 50) @skip(if: $brief) { totalCount }
            short: payments(first: 5) @include(if: $brief) { totalCount } } }";
        assert_eq!(most_nodes(text), 55);
    }

    #[test]
    fn a_variable_is_at_most_what_each_of_its_fields_allows() {
        let nodes = |payments: &str| {
            most_nodes(&format!(
                "query ($n: String!, $id: ID!, $many: Int!, $some: Int!) {{
                   property(id: $id) {{ ...M }} account(accountNumber: $n) {{ payments(first: {payments}) {{ totalCount }} }} }}
                 fragment M on PropertyType {{ measurements(first: $many) {{ edges {{ cursor }} }} }}"
            ))
        };
        assert_eq!(nodes("$some"), 1000 + 100);
        assert_eq!(nodes("$many"), 100 + 100, "payments would refuse more");
    }
}
