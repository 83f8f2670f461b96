//! Licences, sources and banned crates, by cargo-deny and `deny.toml`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::shell::{self, cargo};

const VERSION: &str = "0.20.2";

pub(crate) fn run() -> Result<()> {
    let mut deny = Command::new(program()?);
    deny.current_dir(shell::root());
    shell::run(deny.args(["--workspace", "--all-features", "check", "bans", "licenses", "sources"]))
}

/// Our own copy of the pinned version; without one, an installed copy of that version; without that, a new one of
/// our own. It is built without optimisation: the check takes a second either way, the build far less.
fn program() -> Result<PathBuf> {
    let home = shell::target()?.join("tools");
    let own = home.join("bin/cargo-deny");
    for candidate in [own.clone(), PathBuf::from("cargo-deny")] {
        let version = Command::new(&candidate).arg("--version").output();
        if version.is_ok_and(|done| String::from_utf8_lossy(&done.stdout).trim().ends_with(VERSION)) {
            return Ok(candidate);
        }
    }
    let wanted = format!("cargo-deny@{VERSION}");
    shell::run(cargo(&["install", "--locked", "--debug", "--quiet", "--root"]).arg(&home).arg(wanted))?;
    Ok(own)
}
