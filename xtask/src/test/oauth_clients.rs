//! OAuth client libraries, unmodified, against the auth site: each signs in, renews, revokes and is refused in every way
//! that it knows. The scripts are in `tests/clients/`; `docs/oauth-clients.md` says what each library needs.
//!
//! To add a library: its version in `tests/clients/node/package.json` or `tests/clients/python/requirements.txt`, its
//! script there, a line in [`LIBRARIES`].

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};

use super::{node, python};
use crate::server::Server;
use crate::shell::{self, cargo};

const GROUP: &str = "oauth-clients";

/// A library, its script, and how many flows that tries: fewer are a failure.
struct Library {
    name: &'static str,
    language: Language,
    script: &'static str,
    flows: usize,
}

#[derive(Clone, Copy)]
enum Language {
    Node,
    Python,
}

const LIBRARIES: [Library; 4] = [
    Library { name: "openid-client", language: Language::Node, script: "openid-client.test.js", flows: 21 },
    Library { name: "oauth4webapi", language: Language::Node, script: "oauth4webapi.test.js", flows: 22 },
    Library { name: "Authlib", language: Language::Python, script: "test_authlib.py", flows: 19 },
    Library {
        name: "requests-oauthlib",
        language: Language::Python,
        script: "test_requests_oauthlib.py",
        flows: 20,
    },
];

pub(super) fn run() -> Result<()> {
    shell::run(&mut cargo(&["build", "--package", "kemu-api"]))?;
    let scripts = shell::root().join("tests/clients");
    node::packages(&scripts.join("node"), GROUP)?;
    let pinned = scripts.join("python/requirements.txt");
    let pinned = fs::read_to_string(&pinned).with_context(|| format!("cannot read {}", pinned.display()))?;
    let pinned: Vec<&str> = pinned.lines().filter(|line| line.contains("==")).collect();
    let python = python::environment(GROUP, &pinned, GROUP)?;
    let (mut all, mut failed) = (0, Vec::new());
    for library in &LIBRARIES {
        match library.run(&scripts, &python) {
            Ok(flows) => all += flows,
            Err(error) => {
                shell::tell(&format!("{}: {error:#}", library.name));
                failed.push(library.name);
            }
        }
    }
    ensure!(failed.is_empty(), "these libraries failed: {}", failed.join(", "));
    shell::print(&format!("{} OAuth client libraries passed {all} flows", LIBRARIES.len()));
    Ok(())
}

impl Library {
    /// Runs the script against a kemu of its own, whose clock it may move, and tells how many flows passed.
    fn run(&self, scripts: &Path, python: &Path) -> Result<usize> {
        let binary = shell::target()?.join("debug/kemu");
        let server = Server::start(Command::new(binary).args(["serve", "--listen", "127.0.0.1:0"]))?;
        let mut command = match self.language {
            Language::Node => {
                let mut node = Command::new("node");
                // So that a library that waits for an answer forever is a failure.
                node.args(["--test", "--test-reporter=spec", "--test-timeout=120000"]);
                node.current_dir(scripts.join("node"));
                node
            }
            Language::Python => {
                let mut pytest = Command::new(python);
                pytest.args(["-B", "-m", "pytest", "-v", "-p", "no:cacheprovider"]);
                pytest.current_dir(scripts.join("python"));
                pytest
            }
        };
        command.arg(self.script).env("KEMU_URL", format!("http://{}", server.host));
        let done = command.output().with_context(|| format!("cannot run {}", self.script))?;
        let printed = String::from_utf8_lossy(&done.stdout);
        shell::print(&format!("{}:\n{printed}", self.name));
        if !done.status.success() {
            bail!("{} failed ({}): {}", self.script, done.status, String::from_utf8_lossy(&done.stderr));
        }
        let passed = self.language.passed(&printed).context("the script printed no count of its tests")?;
        ensure!(passed >= self.flows, "{passed} flows passed, {} are there", self.flows);
        Ok(passed)
    }
}

impl Language {
    /// How many tests passed, from the last lines of their runner.
    fn passed(self, printed: &str) -> Option<usize> {
        printed.lines().rev().find_map(|line| match self {
            // ℹ pass 21
            Self::Node => line.strip_prefix("ℹ pass ")?.trim().parse().ok(),
            // ==== 20 passed in 1.00s ====
            Self::Python => line.trim_matches(['=', ' ']).split_once(" passed")?.0.parse().ok(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_from_what_the_runners_print() {
        assert_eq!(Language::Node.passed("ℹ tests 22\nℹ pass 21\nℹ fail 1\n"), Some(21));
        assert_eq!(Language::Python.passed("a PASSED\n\n===== 20 passed in 1.00s =====\n"), Some(20));
        assert_eq!(Language::Python.passed("===== no tests ran in 0.01s =====\n"), None);
    }
}
