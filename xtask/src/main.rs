//! What the repository does to itself: `cargo xtask COMMAND`.
//!
//! A command is a file. This program stays small and does not link the server, so that it is built in seconds; what
//! it has to know of the running server it asks the binary `kemu`.

#[cfg(test)]
mod arrows;
mod bench;
mod ci;
mod deny;
mod generate;
mod measure;
#[cfg(test)]
mod pages;
mod server;
mod shell;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The repository's own chores.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every test; a group is left out only by its name.
    Test(test::Options),
    /// Write the files that are made from others.
    Generate(generate::Options),
    /// Write `schema.graphql` alone.
    Schema,
    /// Build the files of GraphiQL that the server embeds.
    Graphiql,
    /// Do all that a change must pass: format, lints, licences, generated files, tests.
    Ci,
    /// Time the start of a release build and take its memory.
    Measure(measure::Options),
    /// Build the container image, run it, and check it and its files.
    ImageCheck,
    /// Measure what requests cost, against a bare endpoint of the same binary.
    Bench(bench::Options),
}

fn main() -> ExitCode {
    let done = match Cli::parse().command {
        Command::Test(options) => test::run(&options),
        Command::Generate(options) => generate::run(&options),
        Command::Schema => generate::schema(),
        Command::Graphiql => test::graphiql::build(),
        Command::Ci => ci::run(),
        Command::Measure(options) => measure::run(&options),
        Command::ImageCheck => test::image::run(),
        Command::Bench(options) => bench::run(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            shell::tell(&format!("xtask: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
