//! Holds the pages of `docs/` together: each is in the index, no link leads nowhere, no guess is without its ground.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::shell;

#[test]
fn every_page_is_in_the_index() {
    let docs = shell::root().join("docs");
    let index = docs.join("README.md");
    let listed: BTreeSet<PathBuf> = links(&index).into_iter().map(|link| docs.join(link)).collect();
    let missing: Vec<PathBuf> =
        pages(&docs).into_iter().filter(|page| *page != index && !listed.contains(page)).collect();
    assert_eq!(missing, Vec::<PathBuf>::new(), "add them to docs/README.md");
}

#[test]
fn no_link_leads_nowhere() {
    let root = shell::root();
    let mut all = pages(&root.join("docs"));
    assert!(all.len() > 10, "these are all pages: {all:?}");
    all.extend([root.join("README.md"), root.join("CONTRIBUTING.md")]);
    for page in all {
        for link in links(&page) {
            let target = page.parent().unwrap().join(&link);
            assert!(target.exists(), "{}: {link} leads nowhere", page.display());
        }
    }
}

#[test]
fn every_guess_says_what_is_known() {
    let page = fs::read_to_string(shell::root().join("docs/differences.md")).unwrap();
    let (_, guesses) = page.split_once("## Guesses").unwrap();
    let rows: Vec<&str> = guesses.lines().filter(|line| line.starts_with("| ")).collect();
    assert!(rows.len() > 100, "these are all rows: {rows:?}");
    for row in rows {
        let cells = row.replace("\\|", "").split('|').filter(|cell| !cell.trim().is_empty()).count();
        assert_eq!(cells, 3, "what, kemu's choice, what is known: {row}");
    }
}

fn pages(folder: &Path) -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            pages.extend(self::pages(&path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            pages.push(path);
        }
    }
    pages
}

/// The files that a page links to, without the places in them.
fn links(page: &Path) -> Vec<String> {
    let text = fs::read_to_string(page).unwrap();
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let files =
        targets.filter(|target| !target.contains("://")).filter_map(|target| target.split('#').next());
    files.filter(|file| !file.is_empty()).map(ToOwned::to_owned).collect()
}
