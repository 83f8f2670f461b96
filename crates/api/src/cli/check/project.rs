//! A project's documents. What is sent to the server is a file with an operation and whatever fragments of other files it
//! needs; both stand in one text here, which knows where each part came from.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use kemu_graphql::language::ast::{Definition, Selection, SelectionSet};
use kemu_graphql::language::{Document, Location, parse};

/// A file of the project.
pub(super) struct File {
    /// Its path, as it was found.
    pub(super) path: String,
    /// What it holds; what is wrong with it, and where, where that is no GraphQL.
    pub(super) document: Result<Document, (String, usize)>,
    text: String,
}

/// A place in a file: line and column count from 1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
}

/// All files, in the order of their paths.
pub(super) struct Project {
    pub(super) files: Vec<File>,
}

/// What would be sent of a file: its text, and behind it the fragments of other files.
pub(super) struct Request<'p> {
    pub(super) text: String,
    /// Where each part begins in the text, its file, and where it stands there.
    parts: Vec<(usize, &'p File, usize)>,
}

/// A fragment that stands in several other files, so that nobody knows which is meant.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Ambiguous {
    pub(super) name: String,
    pub(super) places: Vec<Place>,
}

impl File {
    pub(super) fn new(path: String, text: String) -> Self {
        let document =
            parse(&text).map_err(|error| (format!("Syntax Error: {}", error.message), error.at as usize));
        Self { path, document, text }
    }

    /// Where a byte of it is, as editors count.
    pub(super) fn place(&self, at: usize) -> Place {
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let Location { line, column } = Location::in_editor(&self.text, at);
        Place { file: self.path.clone(), line: line as usize, column: column as usize }
    }

    /// Does it define types, and nothing that could be sent?
    pub(super) fn is_a_schema(&self) -> bool {
        self.definitions().iter().all(|definition| matches!(definition, Definition::TypeSystem(_)))
    }

    fn definitions(&self) -> &[Definition] {
        self.document.as_ref().map_or(&[], |document| &document.definitions)
    }

    /// Its fragments: their names and where they stand.
    fn fragments(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let definitions = self.definitions();
        let start = |at: usize| {
            definitions.get(at).map_or(self.text.len(), |definition| match definition {
                Definition::Operation(operation) => operation.at as usize,
                Definition::Fragment(fragment) => fragment.at as usize,
                Definition::TypeSystem(other) => other.at as usize,
            })
        };
        definitions.iter().enumerate().filter_map(move |(at, definition)| match definition {
            Definition::Fragment(fragment) => Some((&*fragment.name.text, start(at)..start(at + 1))),
            _ => None,
        })
    }
}

impl Project {
    pub(super) fn new(mut files: Vec<File>) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// What would be sent of a file, and the fragments that it does not say clearly.
    pub(super) fn request<'p>(&'p self, file: &'p File) -> (Request<'p>, Vec<Ambiguous>) {
        let mut request = Request { text: file.text.clone(), parts: vec![(0, file, 0)] };
        let mut ambiguous = Vec::new();
        let mut known: BTreeSet<&str> = file.fragments().map(|(name, _)| name).collect();
        let mut wanted: Vec<&str> = file.definitions().iter().flat_map(spreads).collect();
        let elsewhere = self.fragments_beside(file);
        while let Some(name) = wanted.pop() {
            let Some(found) = elsewhere.get(name).filter(|_| known.insert(name)) else { continue };
            let (other, range) = &found[0];
            if found.len() > 1 {
                let places = found.iter().map(|(file, range)| file.place(range.start)).collect();
                ambiguous.push(Ambiguous { name: name.into(), places });
            }
            request.text.push('\n');
            request.parts.push((request.text.len(), other, range.start));
            request.text.push_str(&other.text[range.clone()]);
            let own = other.definitions().iter().filter(
                |definition| matches!(definition, Definition::Fragment(fragment) if &*fragment.name.text == name),
            );
            wanted.extend(own.flat_map(spreads));
        }
        (request, ambiguous)
    }

    fn fragments_beside<'p>(&'p self, file: &File) -> BTreeMap<&'p str, Vec<(&'p File, Range<usize>)>> {
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for other in self.files.iter().filter(|other| other.path != file.path) {
            for (name, range) in other.fragments() {
                found.entry(name).or_default().push((other, range));
            }
        }
        found
    }
}

impl Request<'_> {
    /// Where a byte of its text comes from.
    pub(super) fn place(&self, at: usize) -> Place {
        let after = self.parts.partition_point(|(start, ..)| *start <= at);
        let (start, file, offset) = self.parts[after.saturating_sub(1)];
        file.place(offset + (at - start))
    }

    /// Where that comes from which the server reports here.
    pub(super) fn place_of(&self, location: Location) -> Place {
        self.place(location.token_in(&self.text) as usize)
    }
}

/// The fragments that a definition spreads.
fn spreads(definition: &Definition) -> Vec<&str> {
    let set = match definition {
        Definition::Operation(operation) => &operation.selection_set,
        Definition::Fragment(fragment) => &fragment.selection_set,
        Definition::TypeSystem(_) => return Vec::new(),
    };
    let mut found = Vec::new();
    let mut sets: Vec<&SelectionSet> = vec![set];
    while let Some(set) = sets.pop() {
        for selection in &set.selections {
            match selection {
                Selection::Field(node) => sets.extend(node.selection_set.as_deref()),
                Selection::Inline(node) => sets.push(&node.selection_set),
                Selection::Spread(node) => found.push(&*node.name.text),
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> Project {
        Project::new(files.iter().map(|(path, text)| File::new((*path).into(), (*text).into())).collect())
    }

    #[test]
    fn a_request_has_the_fragments_that_it_needs_and_knows_where_they_stand() {
        let project = project(&[
            ("a.graphql", "{ viewer { ...Name } }"),
            ("b.graphql", "# é\nfragment Unused on T { x }  fragment Name on T { a\n  ...More }\n"),
            ("c.graphql", "fragment More on T { b }"),
        ]);
        let (request, ambiguous) = project.request(&project.files[0]);
        assert_eq!(
            request.text,
            "{ viewer { ...Name } }\nfragment Name on T { a\n  ...More }\n\nfragment More on T { b }"
        );
        assert_eq!(ambiguous, []);
        let place = |wanted: &str| {
            let Place { file, line, column } = request.place(request.text.find(wanted).unwrap());
            (file, line, column)
        };
        assert_eq!(place("viewer"), ("a.graphql".into(), 1, 3));
        assert_eq!(place("Name on"), ("b.graphql".into(), 2, 38));
        assert_eq!(place("...More"), ("b.graphql".into(), 3, 3));
        assert_eq!(place("b }"), ("c.graphql".into(), 1, 22));
    }

    #[test]
    fn a_fragment_of_two_files_is_ambiguous_unless_it_is_ones_own() {
        let (query, fragment) = ("{ ...F }", "fragment F on Query { a }");
        let three = project(&[("a", query), ("b", fragment), ("c", fragment)]);
        let (_, ambiguous) = three.request(&three.files[0]);
        assert_eq!((ambiguous.len(), ambiguous[0].places.len()), (1, 2));
        let own = project(&[("a", &format!("{query} {fragment}")), ("b", fragment)]);
        let (request, ambiguous) = own.request(&own.files[0]);
        assert!(ambiguous.is_empty() && request.parts.len() == 1);
    }

    #[test]
    fn what_is_no_graphql_has_a_place() {
        let file = File::new("a".into(), "{\n  viewer {\n}".into());
        let (message, at) = file.document.as_ref().unwrap_err();
        assert_eq!(message, "Syntax Error: Expected Name, found '}'.");
        assert_eq!((file.place(*at).line, file.place(*at).column), (3, 1));
    }
}
