//! `cargo xtask test`: every test there is.
//!
//! To add a group: a variant of [`Group`] with its line of help, an arm in [`run_group`], and a file here if it is
//! more than a command. What it needs it installs with [`shell::install`], [`python`] or [`node`], or names.

mod browser;
pub(crate) mod graphiql;
mod graphql_core;
mod https;
pub(crate) mod image;
pub(crate) mod node;
mod oauth_clients;
pub(crate) mod postgres;
mod python;
mod tutorials;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};

use self::postgres::Cluster;
use crate::shell::{self, cargo};

#[derive(Debug, Default, Args)]
pub(crate) struct Options {
    /// A group to leave out; may be given more than once.
    #[arg(long, value_name = "GROUP", value_enum)]
    skip: Vec<Group>,
}

/// The groups, in the order in which they run. The Rust tests come last, so that their count ends the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Group {
    /// What graphql-core itself answers to the documents of our conformance test (needs Python).
    GraphqlCore,
    /// The tutorials' projects, made of the pages and run as they say (needs Python and Node.js).
    Tutorials,
    /// The documentation builds without a warning, and its examples run.
    Doc,
    /// GraphiQL's committed files are what its source builds to (needs Node.js).
    Graphiql,
    /// Our pages in Chromium (needs Node.js).
    Browser,
    /// OAuth client libraries against the auth site (needs Node.js and Python).
    OauthClients,
    /// Clients that have the real hosts built in (needs root, Node and Python).
    Https,
    /// The container image: built by buildah, run, and its Dockerfile and compose file checked.
    Image,
    /// A PostgreSQL server for the Rust tests; without it they run on SQLite alone.
    Postgres,
    /// The Rust tests of all crates.
    Rust,
}

impl Group {
    fn name(self) -> String {
        self.to_possible_value().expect("no group is hidden").get_name().to_owned()
    }
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let mut server = None;
    let (mut passed, mut failed, mut skipped) = (Vec::new(), Vec::new(), Vec::new());
    let mut told = Vec::new();
    for group in Group::value_variants() {
        let name = group.name();
        if options.skip.contains(group) {
            skipped.push(name);
            continue;
        }
        let (done, took) = shell::timed(&format!("test group {name}"), || run_group(*group, &mut server));
        let line = format!("{name} {:.0} s", took.as_secs_f64());
        match done {
            Ok(()) => passed.push(line),
            Err(error) => {
                failed.push(line);
                told.push(format!("{name}: {error:#}"));
            }
        }
    }
    drop(server);
    for (word, groups) in [("passed", &passed), ("skipped", &skipped), ("failed", &failed)] {
        if !groups.is_empty() {
            shell::print(&format!("{word}: {}", groups.join(", ")));
        }
    }
    // Once more: where only the last lines are kept, they tell why.
    told.iter().for_each(|failure| shell::print(failure));
    shell::print(&format!(
        "groups: {} passed, {} failed, {} skipped",
        passed.len(),
        failed.len(),
        skipped.len()
    ));
    if !failed.is_empty() {
        bail!("tests failed: {}", failed.join(", "));
    }
    Ok(())
}

fn run_group(group: Group, server: &mut Option<Cluster>) -> Result<()> {
    match group {
        Group::GraphqlCore => graphql_core::run(),
        Group::Tutorials => tutorials::run(),
        Group::Doc => doc(),
        Group::Graphiql => graphiql::run(),
        Group::Image => image::run(),
        Group::Browser => browser::run(),
        Group::OauthClients => oauth_clients::run(),
        Group::Https => https::run(),
        Group::Postgres => {
            *server = Some(Cluster::start(&group.name())?);
            Ok(())
        }
        Group::Rust => rust(server.as_ref()),
    }
}

fn doc() -> Result<()> {
    // The help of an option is its comment, and on a terminal a bare URL is the right one.
    let flags = "-D warnings -A rustdoc::bare_urls";
    shell::run(cargo(&["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", flags))?;
    shell::run(&mut cargo(&["test", "--workspace", "--doc", "--quiet"]))
}

fn rust(server: Option<&Cluster>) -> Result<()> {
    // Some stories are about the process: they start the binary.
    shell::run(&mut cargo(&["build", "--workspace", "--all-targets"]))?;
    let (mut tests, without_postgres) = if shell::works(&mut cargo(&["nextest", "--version"])) {
        let without_postgres = ["-E", "not test(/::postgres$/)"].as_slice();
        (cargo(&["nextest", "run", "--workspace", "--all-targets"]), without_postgres)
    } else {
        (cargo(&["test", "--workspace", "--all-targets"]), ["--", "--skip", "::postgres"].as_slice())
    };
    if let Some(server) = server {
        tests.env(postgres::VARIABLE, server.url());
    } else {
        shell::print("There is no PostgreSQL server: tests whose name ends in ::postgres are left out.");
        tests.env_remove(postgres::VARIABLE).args(without_postgres);
    }
    shell::run(&mut tests)
}
