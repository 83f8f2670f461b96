//! npm packages, exactly as their lock file pins them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;

/// Fills `folder/node_modules` with what `folder/package-lock.json` pins, unless it holds that already. `group` is what
/// a user may skip instead.
pub(crate) fn packages(folder: &Path, group: &str) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
    // What was installed last, in our words: npm's own note of it is written anew with other details.
    let note = folder.join("node_modules/.kemu-installed.json");
    if fs::read(&note).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !shell::works(Command::new("npm").arg("--version")) {
        shell::install("Node.js with npm", &["nodejs", "npm"], group)?;
    }
    shell::run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    fs::write(note, wanted).context("cannot note what npm installed")
}
