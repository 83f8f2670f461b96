//! The tutorials (`docs/tutorials/`) do what they say: their files are written out, their commands run, and what those
//! print is compared with what the page shows.
//!
//! A block under a line that is nothing but a file's name is that file; of a `console` block the commands are run. To
//! add a page: a file there, and a line in [`PAGES`].

mod hosted;
mod markdown;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use self::markdown::{Page, Shown};
use super::{node, python};
use crate::shell::{self, cargo};

const GROUP: &str = "tutorials";
/// What the Python tutorial asks for beside requests, which check-jsonschema brings along, with all that it needs.
const PYTEST: [&str; 5] =
    ["iniconfig==2.3.1", "packaging==26.3", "pluggy==1.7.0", "Pygments==2.21.0", "pytest==9.2.0"];
/// The pages, each with the page in whose project it stands, if that is not its own.
const PAGES: [(&str, Option<&str>); 5] = [
    ("pytest", None),
    ("vitest", None),
    ("cargo-test", None),
    ("github-actions", Some("pytest")),
    ("docker-compose", Some("pytest")),
];

pub(super) fn run() -> Result<()> {
    every_page_is_known()?;
    shell::run(&mut cargo(&["build", "--package", "kemu-api"]))?;
    let tools = Tools::install()?;
    for (name, project) in PAGES {
        let page = Page::read(&folder().join(name).with_extension("md"))?;
        let written = tempfile::tempdir()?;
        if let Some(project) = project {
            Page::read(&folder().join(project).with_extension("md"))?.write_files(written.path())?;
        }
        page.write_files(written.path())?;
        tools.provide(written.path())?;
        let project = Project { tools: &tools, folder: written.path() };
        let ran = project.run_consoles(&page)? + hosted::run(&project)?;
        ensure!(ran > 0, "{name}: nothing of this page was run");
        project.clean()?;
        shell::print(&format!("tutorials: {name}, commands run: {ran}"));
    }
    Ok(())
}

fn folder() -> PathBuf {
    shell::root().join("docs/tutorials")
}

fn every_page_is_known() -> Result<()> {
    for entry in fs::read_dir(folder())? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let is_known = name == "README" || PAGES.iter().any(|(page, _)| *page == name);
        ensure!(is_known, "{}: this page has no line in PAGES", path.display());
    }
    Ok(())
}

/// What the pages tell their readers to install.
struct Tools {
    python: PathBuf,
    node_modules: PathBuf,
}

impl Tools {
    fn install() -> Result<Self> {
        let python =
            python::environment("tutorials", &[&python::CHECK_JSONSCHEMA[..], &PYTEST].concat(), GROUP)?;
        let vitest = shell::root().join("tests/tutorials/vitest");
        node::packages(&vitest, GROUP)?;
        Ok(Self { python, node_modules: vitest.join("node_modules") })
    }

    /// Puts into a project what its own package manager would have put there.
    fn provide(&self, project: &Path) -> Result<()> {
        symlink(&self.node_modules, project.join("node_modules"))?;
        if project.join("Cargo.toml").exists() {
            // The same versions as ours, which are there already.
            fs::copy(shell::root().join("Cargo.lock"), project.join("Cargo.lock"))?;
        }
        Ok(())
    }
}

/// A tutorial's project, written out.
struct Project<'a> {
    tools: &'a Tools,
    folder: &'a Path,
}

impl Project<'_> {
    /// A tool of the Python environment.
    fn tool(&self, name: &str) -> Command {
        let mut command = Command::new(self.tools.python.with_file_name(name));
        command.current_dir(self.folder);
        command
    }

    /// A shell in the project, with what the page asks for on its `PATH`.
    fn shell(&self, script: &str) -> Result<Command> {
        let folders = [self.tools.python.with_file_name(""), shell::target()?.join("debug")];
        let inherited = env::var_os("PATH").unwrap_or_default();
        let path: OsString = env::join_paths(folders.into_iter().chain(env::split_paths(&inherited)))?;
        let mut command = shell::apart(Command::new("bash"));
        command.args(["-c", script]).current_dir(self.folder).env("PATH", path);
        command.env("CARGO_TARGET_DIR", shell::target()?);
        // As wide as the page, in one colour.
        command.envs([("COLUMNS", "80"), ("NO_COLOR", "1"), ("CI", "1")]);
        Ok(command)
    }

    /// Runs the commands of the page, each to its end, and compares what they print. Tells how many there were.
    fn run_consoles(&self, page: &Page) -> Result<usize> {
        let consoles = page.consoles()?;
        for Shown { command, output } in &consoles {
            shell::tell(&format!("$ {command}"));
            let done = self.shell(command)?.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
            let printed = String::from_utf8_lossy(&done.stdout);
            if !markdown::is_as_shown(&printed, output) {
                bail!("{}: `{command}` printed\n{printed}\nwhere the page shows\n{output}", page.name());
            }
            ensure!(done.status.success(), "{}: `{command}` failed ({})", page.name(), done.status);
        }
        Ok(consoles.len())
    }

    /// Takes away what cargo built of the project: the next run has another folder, and builds its own.
    fn clean(&self) -> Result<()> {
        if !self.folder.join("Cargo.toml").exists() {
            return Ok(());
        }
        shell::run(&mut self.shell("cargo clean --quiet --workspace")?)
    }

    /// A file of the project, if it has it.
    fn read(&self, name: &str) -> Result<Option<String>> {
        let path = self.folder.join(name);
        if !path.exists() {
            return Ok(None);
        }
        fs::read_to_string(&path).map(Some).with_context(|| format!("cannot read {}", path.display()))
    }
}
