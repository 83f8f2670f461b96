//! Pages that would be refused: fields that answer pages without `first` or `last`, or with too large a one. Validation
//! knows nothing of it; Kraken refuses it when it executes.

use kemu_domain::errors::{Code, codes};
use kemu_graphql::language::Document;
use kemu_graphql::language::ast::{Definition, Field, Selection, SelectionSet, ValueKind};
use kemu_graphql::schema::TypeIx;

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

/// All of a document, whatever of it is valid. What variables hold is not known and passes.
pub(super) fn refused(contract: &Contract, document: &Document) -> Vec<Refused> {
    let mut walk = Walk { contract, found: Vec::new() };
    let schema = &contract.schema;
    for definition in &document.definitions {
        match definition {
            Definition::Operation(operation) => {
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
    found: Vec<Refused>,
}

impl Walk<'_> {
    fn set(&mut self, parent: TypeIx, set: &SelectionSet) {
        for selection in &set.selections {
            match selection {
                Selection::Field(node) => self.field(parent, node),
                Selection::Inline(node) => {
                    let on = node.on.as_ref().and_then(|on| self.contract.schema.find_type(&on.text));
                    self.set(on.unwrap_or(parent), &node.selection_set);
                }
                // Fragments are walked where they stand.
                Selection::Spread(_) => {}
            }
        }
    }

    fn field(&mut self, parent: TypeIx, node: &Field) {
        let schema = &self.contract.schema;
        let Some(ix) = schema.find_field(parent, &node.name.text) else { return };
        let def = schema.field(ix);
        if is_connection(schema, def) {
            let facts = self.contract.facts(ix);
            let limit = facts.and_then(|facts| facts.page_limit).unwrap_or(PAGE_LIMIT);
            if let Some(code) = refusal(node, limit) {
                let (at, coordinate) = (node.at as usize, schema.coordinate(ix));
                self.found.push(Refused { at, coordinate, code, limit });
            }
        }
        if let Some(set) = &node.selection_set {
            self.set(def.ty.named(), set);
        }
    }
}

fn refusal(node: &Field, limit: i64) -> Option<Code> {
    let mut is_asked = false;
    for (name, code) in [("first", codes::PAGINATION_FIRST_INVALID), ("last", codes::PAGINATION_LAST_INVALID)]
    {
        let given = node.arguments.iter().find(|argument| &*argument.name.text == name);
        match given.map(|argument| &argument.value.kind) {
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

#[cfg(test)]
mod tests {
    use kemu_graphql::language::parse;

    use super::*;

    #[test]
    fn pages_without_a_size_or_with_too_large_a_one_are_found_wherever_they_stand() {
        let contract = Contract::load();
        let found = |arguments: &str| {
            let text = format!(
                "query Q($n: Int) {{ account(accountNumber: \"A-F1A7BA5E\") {{ ... on AccountType {{ ...F }} }} }}
                 fragment F on AccountType {{ payments{arguments} {{ totalCount }} }}"
            );
            let refused = refused(&contract, &parse(&text).unwrap());
            refused.into_iter().map(|page| (page.coordinate, page.code)).collect::<Vec<_>>()
        };
        let with = |code| vec![("AccountType.payments".to_string(), code)];
        assert_eq!(found(""), with(codes::PAGINATION_MISSING));
        assert_eq!(found("(first: null)"), with(codes::PAGINATION_MISSING));
        assert_eq!(found("(first: 101)"), with(codes::PAGINATION_FIRST_INVALID));
        assert_eq!(found("(last: -1)"), with(codes::PAGINATION_LAST_INVALID));
        assert_eq!(found("(first: 100)"), []);
        assert_eq!(found("(last: $n)"), []);
    }
}
