//! Which files are a project's documents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::project::File;
use crate::cli::{Failed, usage};

/// How the files of a directory end that are documents.
const DOCUMENTS: [&str; 2] = ["graphql", "gql"];
/// A directory with what others wrote.
const PACKAGES: &str = "node_modules";

/// The files that are named, each of them once, by the name that it was found by first.
pub(super) fn read(named: &[String]) -> Result<Vec<File>, Failed> {
    let mut paths = BTreeMap::new();
    for given in named {
        for path in found(given)? {
            let path = path.strip_prefix(".").map(Path::to_owned).unwrap_or(path);
            let itself = path.canonicalize().unwrap_or_else(|_| path.clone());
            paths.entry(itself).or_insert(path);
        }
    }
    let file = |path: &PathBuf| match std::fs::read_to_string(path) {
        Ok(text) => Ok(File::new(path.display().to_string(), text)),
        Err(error) => Err(Failed::new(format!("{}: {error}", path.display()))),
    };
    paths.values().map(file).collect()
}

/// What a file, a directory or a pattern names, in this order: `[id]` may be a directory and is a pattern as well.
fn found(given: &str) -> Result<Vec<PathBuf>, Failed> {
    let path = Path::new(given);
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    if path.is_dir() {
        let mut found = Vec::new();
        in_directory(path, &mut found)?;
        return some(found, || format!("{given}: there is no .graphql or .gql file in this directory"));
    }
    if !given.contains(['*', '?', '[', '{']) {
        return Err(usage(format!(
            "{given}: there is no such file or directory; a pattern would be 'src/**/*.graphql'"
        )));
    }
    let mut found = Vec::new();
    for pattern in alternatives(given) {
        let paths = glob::glob(&pattern).map_err(|error| usage(format!("{given}: {error}")))?;
        found.extend(paths.collect::<Result<Vec<_>, _>>().map_err(Failed::new)?);
    }
    found.retain(|path| path.is_file());
    some(found, || format!("{given}: no file matches this pattern, seen from the working directory"))
}

fn some(found: Vec<PathBuf>, otherwise: impl Fn() -> String) -> Result<Vec<PathBuf>, Failed> {
    if found.is_empty() { Err(usage(otherwise())) } else { Ok(found) }
}

/// The documents in a directory and below, but for packages, and for what is hidden: tools keep copies there.
fn in_directory(directory: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failed> {
    let failed = |error: std::io::Error| Failed::new(format!("{}: {error}", directory.display()));
    for entry in directory.read_dir().map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let (path, name) = (entry.path(), entry.file_name());
        // A link to a directory is not followed: it may lead back here.
        if entry.file_type().map_err(failed)?.is_dir() {
            if name != PACKAGES && !name.as_encoded_bytes().starts_with(b".") {
                in_directory(&path, found)?;
            }
        } else if path.is_file()
            && path.extension().is_some_and(|end| DOCUMENTS.iter().any(|one| end == *one))
        {
            found.push(path);
        }
    }
    Ok(())
}

/// `a.{b,c}` is `a.b` and `a.c`, as in shells; patterns of the crate `glob` have no braces.
fn alternatives(pattern: &str) -> Vec<String> {
    let Some((before, choices, after)) = braces(pattern) else { return vec![pattern.to_owned()] };
    choices.iter().flat_map(|choice| alternatives(&format!("{before}{choice}{after}"))).collect()
}

/// The first braces that hold a choice: what stands before, the choices, what stands behind.
fn braces(pattern: &str) -> Option<(&str, Vec<&str>, &str)> {
    for (open, _) in pattern.match_indices('{') {
        let (mut depth, mut from, mut choices) = (0, open + 1, Vec::new());
        for (at, character) in pattern.char_indices().skip_while(|(at, _)| *at < open) {
            match character {
                '{' => depth += 1,
                ',' if depth == 1 => {
                    choices.push(&pattern[from..at]);
                    from = at + 1;
                }
                '}' if depth == 1 => {
                    choices.push(&pattern[from..at]);
                    if choices.len() > 1 {
                        return Some((&pattern[..open], choices, &pattern[at + 1..]));
                    }
                    break;
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_are_choices() {
        let all = |pattern: &str| alternatives(pattern).join(" ");
        assert_eq!(all("src/**/*.{graphql,gql}"), "src/**/*.graphql src/**/*.gql");
        assert_eq!(all("{a,b{c,d}}/{e,f}"), "a/e a/f bc/e bc/f bd/e bd/f");
        for literal in ["a.graphql", "{a}", "a{b", "a}b,c", "{a,b"] {
            assert_eq!(all(literal), literal);
        }
        assert_eq!(all("{a}{é,}"), "{a}é {a}");
    }
}
