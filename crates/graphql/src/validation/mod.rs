//! Is a document one that this schema can execute? All rules of the specification, in `graphql-core`'s order and
//! words: one walk over the document (`walk`) calls the rules at the nodes they watch, so that errors come out
//! in the order in which that library reports them. Rules that need more than a node are in files of their own.

mod cycles;
pub mod deprecated;
mod overlap;
mod usages;
mod values;
mod walk;

use std::collections::HashMap;

use crate::GraphQLError;
use crate::language::Document;
use crate::language::ast::{Definition, Fragment};
use crate::schema::Schema;

/// No document gets more errors than this.
const MOST_ERRORS: usize = 100;

/// Checks a document; an empty list means that it may be executed.
pub fn validate(schema: &Schema, document: &Document) -> Vec<GraphQLError> {
    let mut check = Check { schema, document, fragments: HashMap::new(), errors: Vec::new() };
    for definition in &document.definitions {
        if let Definition::Fragment(fragment) = definition {
            // With two of a name the last one counts, as in a dictionary.
            check.fragments.insert(&fragment.name.text, fragment);
        }
    }
    walk::document(&mut check);
    if check.errors.len() > MOST_ERRORS {
        check.errors.truncate(MOST_ERRORS);
        let message = "Too many validation errors, error limit reached. Validation aborted.";
        check.errors.push(GraphQLError::new(message));
    }
    check.errors
}

/// What every rule sees, and where it reports.
struct Check<'a> {
    schema: &'a Schema,
    document: &'a Document,
    fragments: HashMap<&'a str, &'a Fragment>,
    errors: Vec<GraphQLError>,
}

impl Check<'_> {
    /// Are there so many errors that more would be cut? graphql-core stops there, too.
    fn is_full(&self) -> bool {
        self.errors.len() > MOST_ERRORS
    }

    /// Reports an error about the nodes that start at these byte offsets.
    fn report(&mut self, message: impl Into<String>, at: &[u32]) {
        if !self.is_full() {
            let locations = at.iter().map(|at| self.document.location(*at)).collect();
            self.errors.push(GraphQLError::at(message, locations));
        }
    }
}
