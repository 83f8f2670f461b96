//! Python environments of our own, with exactly the packages that are pinned.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::shell;

/// check-jsonschema, which knows the schemas of compose files and workflows, with all that it needs.
pub(crate) const CHECK_JSONSCHEMA: [&str; 15] = [
    "attrs==26.1.0",
    "certifi==2026.10.18",
    "charset-normalizer==3.5.2",
    "check-jsonschema==0.39.0",
    "click==8.5.1",
    "idna==3.20",
    "jsonschema==4.26.0",
    "jsonschema-specifications==2025.9.1",
    "referencing==0.37.0",
    "regress==2026.9.1",
    "requests==2.34.2",
    "rpds-py==2026.9.1",
    "ruamel.yaml==0.19.1",
    "typing_extensions==4.16.0",
    "urllib3==2.8.0",
];

/// The interpreter of an environment under `target/NAME` that holds what is `pinned`, as `NAME==VERSION`; made where it
/// is not there yet. `group` is what a user may skip instead.
pub(super) fn environment(name: &str, pinned: &[&str], group: &str) -> Result<PathBuf> {
    let home = shell::target()?.join(name);
    let python = home.join("bin/python");
    if !holds(&python, pinned) {
        make(&home, group)?;
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
        shell::run(Command::new(&python).args(pip).args(pinned))?;
    }
    Ok(python)
}

fn holds(python: &Path, pinned: &[&str]) -> bool {
    let listed = Command::new(python).args(["-m", "pip", "freeze", "--disable-pip-version-check"]).output();
    let listed = listed.map(|done| String::from_utf8_lossy(&done.stdout).into_owned()).unwrap_or_default();
    pinned.iter().all(|wanted| listed.lines().any(|line| line.eq_ignore_ascii_case(wanted)))
}

fn make(home: &Path, group: &str) -> Result<()> {
    // Debian splits venv off: python3 may be there and this may still fail.
    if !shell::works(Command::new("python3").args(["-c", "import ensurepip, venv"])) {
        shell::install("python3 with venv", &["python3", "python3-venv"], group)?;
    }
    shell::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(home))
}
