//! Asks graphql-core itself for the answers that our conformance test expects, and holds the committed ones
//! against them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::shell;

/// What the answers were made with; `generate.py` refuses any other graphql-core.
const PINNED: [&str; 2] = ["graphql-core==3.2.10", "graphene==3.4.3"];
const ANSWERS: [&str; 2] = ["expected.json", "expected_contract.json"];

pub(super) fn run() -> Result<()> {
    let home = shell::target()?.join("graphql-core");
    let python = home.join("bin/python");
    if !installed(&python) {
        environment(&home)?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        shell::run(Command::new(&python).args(pip).args(PINNED))?;
    }
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

/// Does the environment hold what is pinned?
fn installed(python: &Path) -> bool {
    let listed = Command::new(python).args(["-m", "pip", "freeze", "--disable-pip-version-check"]).output();
    let listed = listed.map(|done| String::from_utf8_lossy(&done.stdout).into_owned()).unwrap_or_default();
    PINNED.iter().all(|wanted| listed.lines().any(|line| line == *wanted))
}

fn environment(home: &Path) -> Result<()> {
    let make = || {
        let mut command = Command::new("python3");
        command.args(["-m", "venv", "--clear"]).arg(home);
        command
    };
    // Debian splits venv off: python3 may be there and this may still fail.
    if !shell::works(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        shell::install("python3 with venv", &["python3", "python3-venv"], "graphql-core")?;
    }
    shell::run(&mut make())
}
