//! GraphiQL's files in `web/graphiql/built` are what its source builds to. The server embeds them, so that cargo needs no
//! Node.js; whoever changes the source builds them anew with `cargo xtask graphiql`, and this group compares.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

use super::node;
use crate::shell;

const GROUP: &str = "graphiql";
/// The list of the files with the hashes of their contents.
const LIST: &str = "SHA256SUMS";

/// `cargo xtask graphiql`: builds the files that are committed.
pub(crate) fn build() -> Result<()> {
    build_into(&folder().join("built"))
}

/// Builds them once more, elsewhere, and compares.
pub(super) fn run() -> Result<()> {
    let elsewhere = shell::target()?.join("graphiql");
    build_into(&elsewhere)?;
    let (committed, rebuilt) = (list(&folder().join("built"))?, list(&elsewhere)?);
    let only = |these: &[String], others: &[String]| -> Vec<String> {
        these.iter().filter(|line| !others.contains(line)).cloned().collect()
    };
    let (stale, missing) = (only(&committed, &rebuilt), only(&rebuilt, &committed));
    if !stale.is_empty() || !missing.is_empty() {
        bail!(
            "web/graphiql/built is not what its source builds to; run `cargo xtask graphiql` and commit.\n\
             only committed:\n{}\nonly rebuilt:\n{}",
            stale.join("\n"),
            missing.join("\n")
        );
    }
    shell::print(&format!("graphiql: {} files built to the committed hashes", rebuilt.len()));
    Ok(())
}

/// Types checked, built, packed.
fn build_into(built: &Path) -> Result<()> {
    node::packages(&folder(), GROUP)?;
    shell::run(npx().args(["tsc", "--noEmit"]))?;
    shell::run(npx().args(["vite", "build", "--logLevel", "warn", "--emptyOutDir", "--outDir"]).arg(built))
}

/// Runs what is installed; `--no` keeps it from fetching anything else.
fn npx() -> Command {
    let mut command = Command::new("npx");
    command.args(["--no", "--"]).current_dir(folder());
    command
}

fn list(built: &Path) -> Result<Vec<String>> {
    let file = built.join(LIST);
    let text = fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(text.lines().map(String::from).collect())
}

fn folder() -> PathBuf {
    shell::root().join("web/graphiql")
}
