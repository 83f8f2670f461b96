//! The command line. A command is a file; results go to stdout, everything else to stderr.

pub mod banner;
pub mod schema;
pub mod serve;
mod token;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Something failed at run time.
const FAILED: u8 = 1;
/// The server that a command talks to cannot be reached.
const UNREACHABLE: u8 = 4;
/// The address is taken.
const ADDRESS_IN_USE: u8 = 5;

/// A Kraken on your laptop: an emulator of the customer platform as Octopus Energy France runs it.
#[derive(Debug, Parser)]
#[command(name = "kemu", version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: serve::Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the emulator (also what kemu does without a command).
    Serve(serve::Options),
    /// Sign in to a running kemu and print the bare token.
    Token(token::Options),
    /// Show the contract.
    #[command(subcommand)]
    Schema(schema::Command),
}

/// A failure with what to say and how to exit.
#[derive(Debug)]
struct Failed {
    message: String,
    code: u8,
}

impl Failed {
    fn new(message: impl std::fmt::Display) -> Self {
        Self { message: message.to_string(), code: FAILED }
    }
}

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command {
        None => serve::run(cli.serve),
        Some(Command::Serve(options)) => serve::run(options),
        Some(Command::Token(options)) => token::run(&options),
        Some(Command::Schema(command)) => schema::run(command),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failed { message, code }) => {
            complain(&message);
            ExitCode::from(code)
        }
    }
}

#[expect(clippy::print_stdout, reason = "results go to stdout")]
fn print(text: &str) {
    println!("{text}");
}

#[expect(clippy::print_stderr, reason = "everything that is no result goes to stderr")]
fn complain(message: &str) {
    eprintln!("kemu: {message}");
}
