//! Pages that would be refused: fields that answer pages without `first` or `last`, or with too large a one. Validation
//! knows nothing of it; Kraken refuses it when it executes.

use kemu_domain::errors::{Code, codes};
use kemu_graphql::language::Document;
use kemu_graphql::language::ast::{
    Definition, Field, Selection, SelectionSet, ValueKind, ValueNode, VariableDefinition,
};
use kemu_graphql::schema::{FieldIx, TypeIx};

use crate::graphql::engine::connection::{PAGE_LIMIT, is_connection, page_size};
use crate::graphql::engine::contract::Contract;

/// A page that would be refused.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// Byte offset.
    pub(super) at: usize,
    /// The field that answers pages.
    pub(super) coordinate: String,
    /// What it would be refused with.
    pub(super) code: Code,
    /// Its largest page.
    pub(super) limit: i64,
}

/// The largest page of a field that answers pages.
pub(super) fn page_limit(contract: &Contract, ix: FieldIx) -> i64 {
    contract.facts(ix).and_then(|facts| facts.page_limit).unwrap_or(PAGE_LIMIT)
}

/// All of a document, whatever of it is valid. What variables hold is not known and passes, unless their default would
/// be refused.
pub(super) fn refused(contract: &Contract, document: &Document) -> Vec<Refused> {
    let mut walk = Walk { contract, document, variables: &[], spread: Vec::new(), found: Vec::new() };
    let schema = &contract.schema;
    for definition in &document.definitions {
        walk.variables = &[];
        walk.spread.clear();
        match definition {
            Definition::Operation(operation) => {
                walk.variables = &operation.variables;
                if let Some(root) = schema.root(operation.kind) {
                    walk.set(root, &operation.selection_set);
                }
            }
            Definition::Fragment(fragment) => {
                if let Some(on) = schema.find_type(&fragment.on.text) {
                    walk.set(on, &fragment.selection_set);
                }
            }
            Definition::TypeSystem(_) => {}
        }
    }
    walk.found
}

struct Walk<'c> {
    contract: &'c Contract,
    document: &'c Document,
    /// Those of the operation.
    variables: &'c [VariableDefinition],
    /// The fragments it was in.
    spread: Vec<&'c str>,
    found: Vec<Refused>,
}

impl<'c> Walk<'c> {
    fn set(&mut self, parent: TypeIx, set: &'c SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(node) => self.field(parent, node),
                Selection::Inline(node) => {
                    let on = node.on.as_ref().and_then(|on| self.contract.schema.find_type(&on.text));
                    self.set(on.unwrap_or(parent), &node.selection_set);
                }
                // Fragments are walked where they stand, as operations of other files may use them; and here, where
                // the defaults of their variables are known.
                Selection::Spread(node) => {
                    let name = &*node.name.text;
                    if let Some(fragment) = self.document.fragment(name)
                        && let Some(on) = self.contract.schema.find_type(&fragment.on.text)
                        && !self.spread.contains(&name)
                    {
                        self.spread.push(name);
                        self.set(on, &fragment.selection_set);
                    }
                }
            }
        }
    }

    fn field(&mut self, parent: TypeIx, node: &'c Field) {
        let schema = &self.contract.schema;
        let Some(ix) = schema.find_field(parent, &node.name.text) else { return };
        let def = schema.field(ix);
        if is_connection(schema, def) {
            let limit = page_limit(self.contract, ix);
            if let Some(code) = refusal(node, limit, self.variables) {
                let (at, coordinate) = (node.at as usize, schema.coordinate(ix));
                let refused = Refused { at, coordinate, code, limit };
                if !self.found.contains(&refused) {
                    self.found.push(refused);
                }
            }
        }
        if let Some(set) = &node.selection_set {
            self.set(def.ty.named(), set);
        }
    }
}

fn refusal(node: &Field, limit: i64, variables: &[VariableDefinition]) -> Option<Code> {
    let mut is_asked = false;
    for (name, code) in [("first", codes::PAGINATION_FIRST_INVALID), ("last", codes::PAGINATION_LAST_INVALID)]
    {
        let given = node.arguments.iter().find(|argument| &*argument.name.text == name);
        match given.map(|argument| known(&argument.value, variables)) {
            None | Some(ValueKind::Null) => {}
            Some(ValueKind::Int(text)) => {
                is_asked = true;
                if page_size(text.parse().ok(), Some(limit), code).is_err() {
                    return Some(code);
                }
            }
            Some(_) => is_asked = true,
        }
    }
    (!is_asked).then_some(codes::PAGINATION_MISSING)
}

/// What a value is where nobody says what variables hold: of a variable with a default, that. The default null says no
/// more than none.
fn known<'v>(value: &'v ValueNode, variables: &'v [VariableDefinition]) -> &'v ValueKind {
    let ValueKind::Variable(name) = &value.kind else { return &value.kind };
    let defined = variables.iter().find(|variable| *variable.name.text == **name);
    let default = defined.and_then(|variable| variable.default.as_ref()).map(|default| &default.kind);
    default.filter(|default| !matches!(default, ValueKind::Null)).unwrap_or(&value.kind)
}

#[cfg(test)]
mod tests {
    use kemu_graphql::language::parse;

    use super::*;

    #[test]
    fn pages_without_a_size_or_with_too_large_a_one_are_found_wherever_they_stand() {
        let contract = Contract::load();
        let with_variable = |variable: &str, arguments: &str| {
            let text = format!(
                "query Q({variable}) {{ account(accountNumber: \"A-F1A7BA5E\") {{ ... on AccountType {{ ...F }} }} }}
                 fragment F on AccountType {{ payments{arguments} {{ totalCount }} }}"
            );
            let refused = refused(&contract, &parse(&text).unwrap());
            refused.into_iter().map(|page| (page.coordinate, page.code)).collect::<Vec<_>>()
        };
        let found = |arguments| with_variable("$n: Int", arguments);
        let with = |code| vec![("AccountType.payments".to_string(), code)];
        assert_eq!(found(""), with(codes::PAGINATION_MISSING));
        assert_eq!(found("(first: null)"), with(codes::PAGINATION_MISSING));
        assert_eq!(found("(first: 101)"), with(codes::PAGINATION_FIRST_INVALID));
        assert_eq!(found("(last: -1)"), with(codes::PAGINATION_LAST_INVALID));
        assert_eq!(found("(first: 100)"), []);
        assert_eq!(found("(last: $n)"), []);
        let too_large = with_variable("$n: Int = 500", "(last: $n)");
        assert_eq!(too_large, with(codes::PAGINATION_LAST_INVALID), "where the variable is left out");
        assert_eq!(with_variable("$n: Int = 100", "(first: $n)"), []);
        assert_eq!(with_variable("$n: Int = null", "(first: $n)"), []);
    }
}
