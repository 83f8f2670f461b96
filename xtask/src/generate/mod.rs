//! `cargo xtask generate`: files that are made from others, so that nothing is written down twice.
//!
//! To add one: a line in [`files`]. `--check` fails when a file is not what would be written now.

mod facts;
mod numbers;
mod policy;

use std::fs;
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use kemu_graphql::schema::{Schema, build};

use crate::shell::{self, cargo};

#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// Write nothing; fail if a file is out of date.
    #[arg(long)]
    pub(crate) check: bool,
}

const SCHEMA: &str = "schema.graphql";

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut stale = Vec::new();
    for (path, text) in files()? {
        if fs::read_to_string(shell::root().join(path)).is_ok_and(|found| found == text) {
            continue;
        }
        stale.push(path);
        if !options.check {
            write(path, &text)?;
        }
    }
    match stale.as_slice() {
        [] => shell::tell("All generated files are up to date."),
        _ if options.check => bail!("out of date: {}. Run `cargo xtask generate`.", stale.join(", ")),
        _ => {}
    }
    Ok(())
}

/// `schema.graphql` alone.
pub(crate) fn schema() -> Result<()> {
    build_kemu()?;
    write(SCHEMA, &published()?)
}

/// Every generated file: its path and what it should hold.
fn files() -> Result<Vec<(&'static str, String)>> {
    build_kemu()?;
    let contract = contract()?;
    let readme = fs::read_to_string(shell::root().join("README.md"))?;
    let coverage = kemu(&["schema", "coverage"])?;
    Ok(vec![
        (SCHEMA, published()?),
        ("docs/reference/policy.md", policy::page(&contract)),
        ("docs/reference/kemu.toml", kemu(&["config"])?),
        ("docs/reference/cli.md", kemu(&["man", "--markdown"])?),
        ("README.md", numbers::into_page(&readme, &numbers::table(&contract, &coverage)?)?),
    ])
}

fn write(path: &str, text: &str) -> Result<()> {
    let full = shell::root().join(path);
    if let Some(folder) = full.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&full, text).with_context(|| format!("cannot write {path}"))?;
    shell::print(&format!("wrote {path}"));
    Ok(())
}

/// The schema as the server shows it.
fn published() -> Result<String> {
    kemu(&["schema", "print"])
}

fn build_kemu() -> Result<()> {
    shell::run(&mut cargo(&["build", "--quiet", "--package", "kemu-api", "--bin", "kemu"]))
}

/// Asks the server itself.
fn kemu(arguments: &[&str]) -> Result<String> {
    shell::output(Command::new(shell::target()?.join("debug/kemu")).args(arguments))
}

/// The contract as it is written, its internal directives included.
fn contract() -> Result<Schema> {
    let mut files = Vec::new();
    for entry in fs::read_dir(shell::root().join("contract"))? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "graphql") {
            let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
            files.push((name, fs::read_to_string(&path)?));
        }
    }
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    build::schema(&files).map_err(|mistakes| anyhow::anyhow!("contract/:\n{}", mistakes.join("\n")))
}
