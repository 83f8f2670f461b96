//! Arrows between the crates run one way (docs/ARCHITECTURE.md).

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value as Json;

/// What each crate may use of ours, tests and build scripts included. Who is not named here may use nothing.
const MAY_USE: &[(&str, &[&str])] = &[
    ("kemu-graphql", &[]),
    ("kemu-domain", &[]),
    ("kemu-migrations", &[]),
    ("kemu-persistence", &["kemu-domain", "kemu-migrations"]),
    ("kemu-auth", &["kemu-domain", "kemu-persistence"]),
    ("kemu-api", &["kemu-domain", "kemu-persistence", "kemu-auth", "kemu-graphql"]),
    ("kemu-tests", &["kemu-domain", "kemu-persistence", "kemu-auth", "kemu-graphql", "kemu-api"]),
    ("xtask", &["kemu-domain", "kemu-graphql"]),
];

#[test]
fn crates_use_only_those_below_them() {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let asked = ["metadata", "--no-deps", "--offline", "--format-version", "1", "--manifest-path", manifest];
    let output = Command::new(cargo).args(asked).output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let may_use: BTreeMap<&str, &[&str]> = MAY_USE.iter().copied().collect();
    let packages = metadata["packages"].as_array().expect("packages");
    let mut wrong = Vec::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let used = dependency["name"].as_str().expect("a name");
            let is_ours = packages.iter().any(|package| package["name"] == used);
            if is_ours && !may_use.get(name).is_some_and(|may| may.contains(&used)) {
                wrong.push(format!("{name} must not use {used}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for (name, _) in MAY_USE.iter().filter(|(name, _)| name.starts_with("kemu-")) {
        assert!(packages.iter().any(|package| package["name"] == *name), "{name} is gone: mend MAY_USE");
    }
}
