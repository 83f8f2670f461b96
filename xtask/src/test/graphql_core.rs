//! Asks graphql-core itself for the answers that our conformance test expects, and holds the committed ones
//! against them.

use std::fs;
use std::process::Command;

use anyhow::{Result, bail};

use super::python;
use crate::shell;

/// What the answers were made with, and what that needs; `generate.py` refuses any other graphql-core.
const PINNED: [&str; 6] = [
    "graphene==3.4.3",
    "graphql-core==3.2.10",
    "graphql-relay==3.2.0",
    "python-dateutil==2.9.0.post0",
    "six==1.17.0",
    "typing_extensions==4.16.0",
];
const ANSWERS: [&str; 2] = ["expected.json", "expected_contract.json"];

pub(super) fn run() -> Result<()> {
    let python = python::environment("graphql-core", &PINNED, "graphql-core")?;
    let folder = shell::root().join("crates/graphql/tests/graphql_core");
    let read = || ANSWERS.map(|name| fs::read(folder.join(name)).unwrap_or_default());
    let before = read();
    shell::run(Command::new(&python).arg(folder.join("generate.py")))?;
    if read() != before {
        bail!(
            "graphql-core answers differently from {}, which hold its answers now: look at the difference, and commit \
             it if it is wanted",
            ANSWERS.join(" and ")
        );
    }
    Ok(())
}
