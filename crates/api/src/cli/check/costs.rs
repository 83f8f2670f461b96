//! What an operation costs where its pages hang on variables that nobody knows yet: at least, and at most.

use std::collections::BTreeMap;

use kemu_graphql::Value;
use kemu_graphql::execution::Plan;
use kemu_graphql::language::ast::{Argument, Definition, Directive, Selection, SelectionSet, ValueKind};
use kemu_graphql::schema::coerce::Variables;
use kemu_graphql::schema::scalars;

use crate::graphql::engine::connection::PAGE_LIMIT;
use crate::graphql::engine::contract::Contract;
use crate::graphql::engine::cost::{Cost, cost};

/// What an operation costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Costs {
    /// With the defaults of its variables, and one item a page where there is none.
    pub(super) least: Cost,
    /// With the usual largest page everywhere that a variable says how large.
    pub(super) most: Cost,
}

/// Both costs. What variables may leave out is counted in.
pub(super) fn costs(contract: &Contract, plan: &Plan) -> Costs {
    let hanging = Hanging::of(plan);
    let with = |size: &dyn Fn(&str) -> Value| {
        let sizes = hanging.sizes.iter().map(|name| (name.clone(), size(name)));
        let conditions =
            hanging.conditions.iter().map(|(name, keeps)| (name.clone(), Value::Boolean(*keeps)));
        let variables: Variables = sizes.chain(conditions).collect();
        cost(contract, plan, &variables)
    };
    let default = |name: &str| {
        let defined = plan.operation().variables.iter().find(|variable| &*variable.name.text == name);
        let default = defined.and_then(|variable| scalars::constant(variable.default.as_ref()?));
        default.unwrap_or(Value::Int(1))
    };
    let least = with(&default);
    let most = with(&|_| Value::Int(PAGE_LIMIT));
    // A default above the usual largest page is dearer than that.
    Costs {
        least,
        most: Cost { complexity: most.complexity.max(least.complexity), nodes: most.nodes.max(least.nodes) },
    }
}

/// The variables on which the cost of a document hangs.
#[derive(Default)]
struct Hanging {
    sizes: Vec<Box<str>>,
    /// With the value that keeps what they decide on.
    conditions: BTreeMap<Box<str>, bool>,
}

impl Hanging {
    fn of(plan: &Plan) -> Self {
        let mut found = Self::default();
        for definition in &plan.document().definitions {
            match definition {
                Definition::Operation(operation) => found.set(&operation.selection_set),
                Definition::Fragment(fragment) => found.set(&fragment.selection_set),
                Definition::TypeSystem(_) => {}
            }
        }
        found
    }

    fn set(&mut self, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(node) => {
                    let sizes =
                        node.arguments.iter().filter(|one| matches!(&*one.name.text, "first" | "last"));
                    self.sizes.extend(sizes.filter_map(variable));
                    self.directives(&node.directives);
                    if let Some(set) = &node.selection_set {
                        self.set(set);
                    }
                }
                Selection::Inline(node) => {
                    self.directives(&node.directives);
                    self.set(&node.selection_set);
                }
                Selection::Spread(node) => self.directives(&node.directives),
            }
        }
    }

    fn directives(&mut self, directives: &[Directive]) {
        for directive in directives {
            let keeps = &*directive.name.text != "skip";
            self.conditions.extend(directive.arguments.iter().filter_map(variable).map(|name| (name, keeps)));
        }
    }
}

fn variable(argument: &Argument) -> Option<Box<str>> {
    match &argument.value.kind {
        ValueKind::Variable(name) => Some(Box::from(&**name)),
        _ => None,
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
}
