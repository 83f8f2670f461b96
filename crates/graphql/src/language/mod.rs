//! The GraphQL language: text to tokens ([`lexer`]), tokens to a tree ([`ast`], [`parser`]).
//!
//! One parser reads requests and schema definitions alike, as `graphql-core`'s does: a schema definition in a
//! request parses, and is then refused by validation.

pub mod ast;
pub mod lexer;
pub mod parser;
pub mod print;

pub use ast::Document;
pub use parser::parse;

/// A place in a document: both numbers count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Location {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

impl Location {
    /// The place of the byte offset `at` in `source`, as graphql-core 3.2.10 and earlier count it: by Python's
    /// `splitlines` of the text before. So a token at the start of a later line is reported at the end of the
    /// line before it, and form feeds and the like end lines too.
    pub fn of(source: &str, at: u32) -> Self {
        let before = &source[..(at as usize).min(source.len())];
        let is_end = |character: char| {
            matches!(
                character,
                '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
            )
        };
        let (mut line, mut column, mut characters) = (1, 1, before.chars().peekable());
        while let Some(character) = characters.next() {
            if !is_end(character) {
                column += 1;
                continue;
            }
            if character == '\r' {
                characters.next_if_eq(&'\n');
            }
            if characters.peek().is_some() {
                line += 1;
                column = 1;
            }
        }
        Self { line, column }
    }

    /// The byte offset of the token that [`Location::of`] reports here.
    pub fn token_in(self, source: &str) -> u32 {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let offsets: Vec<u32> =
            source.char_indices().map(|(at, _)| at).chain([source.len()]).map(offset).collect();
        let is_up_to_here = |at: &u32| {
            let Self { line, column } = Self::of(source, *at);
            (line, column) <= (self.line, self.column)
        };
        // The last one: a token at the start of a line is reported at the end of the line before it.
        let after = offsets.partition_point(is_up_to_here);
        offsets[after.saturating_sub(1)]
    }
}

#[cfg(test)]
mod tests {
    use super::Location;

    #[test]
    fn a_token_is_found_where_it_is_reported() {
        let source = "{ é a\n\n\nb\r\n  c # d\re\n}\n";
        for (at, _) in source.char_indices().filter(|(_, character)| !character.is_whitespace()) {
            let at = u32::try_from(at).unwrap();
            assert_eq!(Location::of(source, at).token_in(source), at, "{}", &source[at as usize..]);
        }
        assert_eq!(Location { line: 99, column: 1 }.token_in(source) as usize, source.len());
    }
}
