//! A real browser at our pages: `tests/browser/*.test.mjs`, run by Node.js against a kemu of our own. They lie beside
//! the stories, which ask over HTTP; what only a browser does (scripts, policies, focus, layout) is asked here.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

use super::node;
use crate::server::Server;
use crate::shell::{self, cargo};

/// Where Debian puts it, unless the variable `CHROMIUM` names another; and what installs it, with a font to draw.
const CHROMIUM: &str = "/usr/bin/chromium";
const PACKAGES: [&str; 2] = ["chromium", "fonts-dejavu-core"];

const GROUP: &str = "browser";

pub(super) fn run() -> Result<()> {
    if env::var_os("CHROMIUM").is_none() && !Path::new(CHROMIUM).exists() {
        shell::install("Chromium", &PACKAGES, GROUP)?;
    }
    let folder = shell::root().join("tests/browser");
    node::packages(&folder, GROUP)?;
    shell::run(&mut cargo(&["build", "--package", "kemu-api", "--bin", "kemu"]))?;
    let binary = shell::target()?.join("debug/kemu");
    let kemu = Server::start(Command::new(binary).args(["serve", "--listen", "127.0.0.1:0"]))?;
    // One file after the other: some move the clock of the kemu that they share.
    let mut tests = Command::new("node");
    tests.args(["--test", "--test-concurrency=1", "--test-reporter=spec"]).args(files(&folder)?);
    tests.env("KEMU_URL", format!("http://{}", kemu.host));
    shell::run(tests.current_dir(&folder))
}

/// The test files, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let name = PathBuf::from(entry?.file_name());
        if name.to_str().is_some_and(|name| name.ends_with(".test.mjs")) {
            names.push(name);
        }
    }
    ensure!(!names.is_empty(), "there is no test in {}", folder.display());
    names.sort();
    Ok(names)
}
