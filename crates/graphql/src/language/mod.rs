//! The GraphQL language: text to tokens ([`lexer`]), tokens to a tree ([`ast`], [`parser`]).
//!
//! One parser reads requests and schema definitions alike, as `graphql-core`'s does: a schema definition in a
//! request parses, and is then refused by validation.

pub mod ast;
pub mod lexer;
pub mod parser;
mod places;
pub mod print;

pub use ast::Document;
pub use lexer::SyntaxError;
pub use parser::{parse, parse_at_most};
pub use places::Location;
