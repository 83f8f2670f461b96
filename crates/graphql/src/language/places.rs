//! Byte offsets to lines and columns, as graphql-core counts them and as editors do.

use std::sync::OnceLock;

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
        Reader::new(Count::Core).read(&source[..(at as usize).min(source.len())]).place
    }

    /// The place of the byte offset `at` in `source` where an editor shows it.
    pub fn in_editor(source: &str, at: u32) -> Self {
        Reader::new(Count::Editor).read(source.get(..at as usize).unwrap_or(source)).place
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

/// Who counts.
#[derive(Debug, Clone, Copy)]
enum Count {
    Core,
    Editor,
}

/// Reads a text and knows where it is.
#[derive(Debug, Clone, Copy)]
struct Reader {
    count: Count,
    place: Location,
    /// The end of a line that was read: for graphql-core the next line begins with the next character.
    ended: Option<char>,
}

impl Reader {
    fn new(count: Count) -> Self {
        Self { count, place: Location { line: 1, column: 1 }, ended: None }
    }

    fn read(mut self, text: &str) -> Self {
        text.chars().for_each(|character| self.step(character));
        self
    }

    fn step(&mut self, character: char) {
        if let (Count::Editor, '\n') = (self.count, character) {
            return self.next_line();
        }
        if let Some(end) = self.ended.take() {
            if (end, character) == ('\r', '\n') {
                self.ended = Some(character);
                return;
            }
            self.next_line();
        }
        let is_end = matches!(
            character,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        match self.count {
            Count::Core if is_end => self.ended = Some(character),
            _ => self.place.column += 1,
        }
    }

    fn next_line(&mut self) {
        self.place = Location { line: self.place.line + 1, column: 1 };
    }
}

/// Bytes between places that are remembered.
const STRIDE: usize = 512;

/// The places of one text. Thousands of them may be asked for, of a text of a megabyte, so that some are remembered and
/// the others counted from there.
#[derive(Debug, Default)]
pub(super) struct Places {
    core: OnceLock<Vec<(usize, Reader)>>,
    editor: OnceLock<Vec<(usize, Reader)>>,
}

impl Places {
    /// What [`Location::of`] tells.
    pub(super) fn core(&self, source: &str, at: u32) -> Location {
        find(self.core.get_or_init(|| marks(source, Count::Core)), source, at)
    }

    /// What [`Location::in_editor`] tells.
    pub(super) fn editor(&self, source: &str, at: u32) -> Location {
        find(self.editor.get_or_init(|| marks(source, Count::Editor)), source, at)
    }
}

fn marks(source: &str, count: Count) -> Vec<(usize, Reader)> {
    let (mut marks, mut reader) = (Vec::with_capacity(source.len() / STRIDE + 1), Reader::new(count));
    for (at, character) in source.char_indices() {
        if at >= marks.len() * STRIDE {
            marks.push((at, reader));
        }
        reader.step(character);
    }
    if marks.is_empty() {
        marks.push((0, reader));
    }
    marks
}

fn find(marks: &[(usize, Reader)], source: &str, at: u32) -> Location {
    let at = (at as usize).min(source.len());
    let (from, reader) = marks[(at / STRIDE).min(marks.len() - 1)];
    reader.read(&source[from..at]).place
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_found_where_it_is_reported() {
        let source = "{ é a\n\n\nb\r\n  c # d\re\n}\n";
        for (at, _) in source.char_indices().filter(|(_, character)| !character.is_whitespace()) {
            let at = u32::try_from(at).unwrap();
            assert_eq!(Location::of(source, at).token_in(source), at, "{}", &source[at as usize..]);
        }
        assert_eq!(Location { line: 99, column: 1 }.token_in(source) as usize, source.len());
    }

    #[test]
    fn places_are_the_same_wherever_counting_begins() {
        let source = "é\r\n\r\r\n\n\u{2028}a\u{c}\u{85}bc\n".repeat(100);
        assert!(source.len() > 3 * STRIDE);
        let places = Places::default();
        for at in source.char_indices().map(|(at, _)| at).chain([source.len()]) {
            let at = u32::try_from(at).unwrap();
            assert_eq!(places.core(&source, at), Location::of(&source, at), "{at}");
            assert_eq!(places.editor(&source, at), Location::in_editor(&source, at), "{at}");
        }
        assert_eq!(Places::default().core("", 0), Location { line: 1, column: 1 });
    }

    #[test]
    fn editors_count_otherwise() {
        let (source, at) = ("{ é\n\nb }", 6);
        assert_eq!(Location::in_editor(source, at), Location { line: 3, column: 1 });
        assert_eq!(Location::of(source, at), Location { line: 2, column: 1 });
    }
}
