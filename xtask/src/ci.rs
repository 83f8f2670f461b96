//! `cargo xtask ci`: all that a change must pass, the quick checks first. Every check runs, whatever became of those
//! before it, so that one run tells everything.

use anyhow::{Result, bail};

use crate::shell::{self, cargo};
use crate::{deny, generate, test};

type Check = (&'static str, fn() -> Result<()>);

const CHECKS: [Check; 5] = [
    ("format", || shell::run(&mut cargo(&["fmt", "--all", "--check"]))),
    ("generated files", || generate::run(&generate::Options { check: true })),
    ("clippy", || {
        shell::run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))
    }),
    ("licences and sources", deny::run),
    ("tests", || test::run(&test::Options::default())),
];

pub(crate) fn run() -> Result<()> {
    let mut lines = Vec::new();
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        let (done, took) = shell::timed(name, check);
        lines.push(format!(
            "{:>5.0} s  {name}{}",
            took.as_secs_f64(),
            if done.is_ok() { "" } else { ": FAILED" }
        ));
        if done.is_err() {
            failed.push(name);
        }
    }
    // To stderr, so that the closing lines of the tests end the results.
    shell::tell(&format!("\n{}", lines.join("\n")));
    if !failed.is_empty() {
        bail!("failed: {}", failed.join(", "));
    }
    Ok(())
}
