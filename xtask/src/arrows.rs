//! Holds the table of crates in `docs/ARCHITECTURE.md` against the manifests.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value as Json;

use crate::shell::{self, cargo};

type Arrows = BTreeMap<String, BTreeSet<String>>;

/// The rows whose first cell is a crate: its name, and the crates in the second cell.
fn drawn(page: &str) -> Arrows {
    let names =
        |cell: &str| -> BTreeSet<String> { cell.split('`').skip(1).step_by(2).map(str::to_owned).collect() };
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.splitn(3, '|');
        let name = cells.next()?.trim().strip_suffix('`')?;
        (name == "xtask" || name.starts_with("kemu-")).then_some((name.to_owned(), names(cells.next()?)))
    });
    rows.collect()
}

/// What each crate of the workspace uses of the others, tests aside.
fn built(metadata: &Json) -> Arrows {
    let packages = metadata["packages"].as_array().expect("a list of packages");
    let name = |package: &Json| package["name"].as_str().expect("a name").to_owned();
    let ours: BTreeSet<String> = packages.iter().map(name).collect();
    let uses = |package: &Json| {
        let all = package["dependencies"].as_array().expect("a list of dependencies");
        let used = all.iter().filter(|dependency| dependency["kind"] != "dev").map(name);
        used.filter(|used| ours.contains(used)).collect()
    };
    packages.iter().map(|package| (name(package), uses(package))).collect()
}

#[test]
fn crates_use_each_other_as_the_page_draws_it() {
    let page = fs::read_to_string(shell::root().join("docs/ARCHITECTURE.md")).expect("the page is there");
    let metadata = shell::output(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]));
    let metadata = serde_json::from_str(&metadata.expect("cargo tells")).expect("JSON");
    assert_eq!(drawn(&page), built(&metadata));
}
