//! A real browser at our pages: `tests/browser/*.test.mjs`, run by Node.js against a kemu of our own. They lie beside
//! the stories, which ask over HTTP; what only a browser does (scripts, policies, focus, layout) is asked here.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

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
    let artefacts = shell::root().join("test-artefacts/browser");
    fs::create_dir_all(&artefacts).with_context(|| format!("cannot make {}", artefacts.display()))?;
    let elsewhere = TempDir::with_prefix("kemu-browser-")?;
    let mut serve = shell::apart(Command::new(shell::target()?.join("debug/kemu")));
    serve.args(["serve", "--listen", "127.0.0.1:0"]).current_dir(elsewhere.path());
    let log = File::create(artefacts.join("kemu.log")).context("cannot make kemu.log")?;
    let kemu = Server::start_logged(&mut serve, log)?;
    // One file after the other: some move the clock of the kemu that they share.
    let mut tests = Command::new("node");
    tests.args(["--test", "--test-concurrency=1"]);
    let report = artefacts.join("junit.xml");
    for (reporter, destination) in [("spec", Path::new("stdout")), ("junit", &report)] {
        tests.arg(format!("--test-reporter={reporter}"));
        tests.arg(format!("--test-reporter-destination={}", destination.display()));
    }
    tests.args(files(&folder)?).env("KEMU_URL", format!("http://{}", kemu.host));
    if let Err(error) = shell::run(tests.current_dir(&folder)) {
        let failures = fs::read_to_string(&report).map(|report| failures(&report)).unwrap_or_default();
        bail!("{error:#}; see {}\n{}", artefacts.display(), failures.join("\n"));
    }
    Ok(())
}

/// The tests that failed and what they say, from Node's report in the form of JUnit.
fn failures(report: &str) -> Vec<String> {
    let between = |text: &str, start: &str, end: &str| -> Option<String> {
        let (_, rest) = text.split_once(start)?;
        Some(rest.split_once(end)?.0.to_owned())
    };
    let cases = report.split("<testcase ").skip(1);
    let failed = cases.filter_map(|case| {
        let name = between(case, "name=\"", "\"")?;
        let told = between(case, "<failure ", "</failure>")?;
        // The attributes repeat the message without its lines; after it come its parts once more.
        let (_, told) = told.split_once(">\n")?;
        let message = told.split_once("] {\n").map_or(told, |(message, _)| message);
        Some(unescaped(&format!("{name}: {}", message.trim_start_matches("[Error [ERR_TEST_FAILURE]: "))))
    });
    failed.collect()
}

fn unescaped(xml: &str) -> String {
    let characters = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    characters.iter().fold(xml.to_owned(), |text, (escaped, character)| text.replace(escaped, character))
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

#[cfg(test)]
mod tests {
    use super::failures;

    #[test]
    fn what_failed_is_read_from_the_report() {
        let report = r#"<?xml version="1.0" encoding="utf-8"?>
<testsuites>
	<testcase name="fine" time="0.1" classname="test"/>
	<testcase name="not &quot;fine&quot;" time="0.1" classname="test" failure="1 &lt; 23 &lt; 4">
		<failure type="testCodeFailure" message="1 &lt; 23 &lt; 4">
[Error [ERR_TEST_FAILURE]: 1 &lt; 2
3 &lt; 4] {
  code: 'ERR_TEST_FAILURE',
  failureType: 'testCodeFailure'
}
		</failure>
	</testcase>
</testsuites>
"#;
        assert_eq!(failures(report), ["not \"fine\": 1 < 2\n3 < 4"]);
        assert_eq!(failures("").len(), 0);
    }
}
