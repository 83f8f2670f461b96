//! GraphQL itself, as `graphql-core` 3.2 (the library under Kraken's API) understands it: the language, the type
//! system, validation and execution, with that library's wording in every message.
//!
//! This crate knows nothing of Kraken, HTTP or storage. A server gives it a [`schema::Schema`] and, for each
//! request, an implementation of [`execution::Runtime`] that answers single fields; the crate does the rest.
//!
//! The way of a request: [`language::parse`] → [`validation::validate`] → [`execution::Plan::new`] →
//! [`execution::execute`]. A plan holds no request data, so that it can be kept and used again.
//!
//! Why there is an engine of our own is told in `docs/decisions/0001-graphql-engine.md`.

pub mod execution;
pub mod language;
pub mod schema;
pub mod suggestions;
pub mod validation;
pub mod value;

pub use value::Value;

/// An error as it stands in the `errors` list of a response.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphQLError {
    /// What went wrong, in `graphql-core`'s words.
    pub message: String,
    /// The places in the document that the error is about; empty where none applies.
    pub locations: Vec<language::Location>,
    /// The response path of the field that failed; `None` for errors before execution.
    pub path: Option<Vec<execution::PathSegment>>,
    /// Facts for machines; the server decides what goes in here.
    pub extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl GraphQLError {
    /// An error about the whole request.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), locations: Vec::new(), path: None, extensions: None }
    }

    /// An error about places of a document.
    pub fn at(message: impl Into<String>, locations: Vec<language::Location>) -> Self {
        Self { locations, ..Self::new(message) }
    }
}

impl serde::Serialize for GraphQLError {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message", &self.message)?;
        if !self.locations.is_empty() {
            map.serialize_entry("locations", &self.locations)?;
        }
        if let Some(path) = &self.path {
            map.serialize_entry("path", path)?;
        }
        if let Some(extensions) = &self.extensions {
            map.serialize_entry("extensions", extensions)?;
        }
        map.end()
    }
}
