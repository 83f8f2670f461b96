//! Execution: a [`Plan`] says what is selected, a [`Runtime`] answers single fields, [`execute`] does the rest.
//!
//! Answers are written as JSON text while fields resolve, one after the other, which is how `graphql-core`
//! executes synchronous resolvers. A field that fails takes back what was written since the nearest place that
//! may be null. No tree of values is built, and nothing recurses.

pub mod meta;
mod plan;
mod run;

use std::sync::Arc;

use futures_util::future::BoxFuture;

pub use plan::{Fields, Plan, PlanError, PlanField};
pub use run::{Execution, MOST_BYTES, Path, execute};

use crate::Value;
use crate::schema::coerce::Arguments;
use crate::schema::{FieldDef, FieldIx, Schema, TypeIx};

/// A step of a response path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(untagged)]
pub enum PathSegment {
    /// The place in a list.
    Index(usize),
    /// The key in an object.
    Key(Arc<str>),
}

/// Why a field has no answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FieldError {
    /// The message.
    pub message: String,
    /// Facts for machines.
    pub extensions: Option<serde_json::Map<String, serde_json::Value>>,
}

impl From<String> for FieldError {
    fn from(message: String) -> Self {
        Self { message, extensions: None }
    }
}

/// What a field answers; `O` is what stands for an object until its own fields are asked.
#[derive(Debug, Clone)]
pub enum Output<O> {
    /// `null`.
    Null,
    /// A scalar or enum value, or a list of them.
    Leaf(Value),
    /// An object and its type.
    Object(TypeIx, O),
    /// A list.
    List(Vec<Output<O>>),
    /// An item of a list that has no answer.
    Failed(FieldError),
}

/// A field's answer, now or later.
pub enum Resolution<'a, O> {
    /// Now.
    Ready(Result<Output<O>, FieldError>),
    /// Once this future is done.
    Later(BoxFuture<'a, Result<Output<O>, FieldError>>),
}

/// A field that wants an answer.
pub struct Call<'a, O> {
    /// The schema that is executed.
    pub schema: &'a Schema,
    /// Which field.
    pub field: FieldIx,
    /// The object it is a field of; `None` for the fields that an operation starts from.
    pub object: Option<&'a O>,
    /// Its coerced arguments.
    pub arguments: &'a Arguments,
    /// Where in the response its answer will stand.
    pub path: Path<'a, O>,
}

impl<'a, O> Call<'a, O> {
    /// The field's definition.
    pub fn def(&self) -> &'a FieldDef {
        self.schema.field(self.field)
    }
}

/// Answers single fields; made anew for each request.
pub trait Runtime: Sync {
    /// What stands for an object until its fields are asked.
    type Object: Send + Sync;

    /// Answers a field.
    fn resolve<'a>(&'a self, call: Call<'a, Self::Object>) -> Resolution<'a, Self::Object>;

    /// May this request look at the schema (`__schema`, `__type`)?
    fn introspect(&self) -> Result<(), FieldError> {
        Ok(())
    }

    /// The error that a field answers whose resolver panicked with these words.
    fn panicked(&self, words: &str) -> FieldError {
        FieldError::from(words.to_string())
    }
}
