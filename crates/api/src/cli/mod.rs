//! The command line. A command is a file; results go to stdout, everything else to stderr.

mod authorize;
pub mod banner;
mod browser;
mod certs;
mod check;
mod clients;
mod clock;
mod completions;
mod doctor;
mod exec;
pub mod french_clients;
mod health;
mod hosts;
mod man;
mod query;
mod reference;
pub mod schema;
mod schema_diff;
pub mod serve;
mod server;
mod token;
mod trust;

use std::fmt::Display;
use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::config::{self, Environment};

/// Something failed at run time.
const FAILED: u8 = 1;
/// What the command line or the configuration asks for makes no sense. clap's own.
const USAGE: u8 = 2;
/// What was checked does not hold.
const CHECK_FAILED: u8 = 3;
/// The server that a command talks to cannot be reached.
const UNREACHABLE: u8 = 4;
/// The address is taken.
const ADDRESS_IN_USE: u8 = 5;
/// What was waited for did not come in time. As `timeout(1)` has it.
const TIMED_OUT: u8 = 124;

const EXIT_CODES: &str = "\
Exit codes:
  0    done
  1    failed at run time; for healthcheck: unhealthy
  2    the command line or the configuration makes no sense
  3    a check did not hold: errors in an answer or in documents, breaking changes, a blocker
  4    the kemu to talk to cannot be reached
  5    the address to listen on is taken
  124  what was waited for did not come in time
exec passes on the exit code of its command.

Every option of serve is also a KEMU_… variable and a key of kemu.toml; `kemu config` prints them all.";

/// A Kraken on your laptop: an emulator of the customer platform as Octopus Energy France runs it.
#[derive(Debug, Parser)]
#[command(name = "kemu", version, args_conflicts_with_subcommands = true, after_help = EXIT_CODES)]
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
    /// Wait until a kemu is ready; exit with 124 if it is not in time.
    Wait(health::Wait),
    /// Ask a running kemu once whether it is alive: what containers are checked with.
    Healthcheck(health::Healthcheck),
    /// Sign in to a running kemu and print the bare token.
    Token(token::Options),
    /// Let a demo person allow an OAuth application of a running kemu, and print its tokens as JSON.
    Authorize(authorize::Options),
    /// Run an operation on a running kemu and print the answer; exit with 3 if it has errors.
    Query(query::Options),
    /// Run a command beside a kemu of its own, which it finds in its environment, and exit as the command did.
    Exec(exec::Exec),
    /// Tell or move the clock of a running kemu, and print its time.
    #[command(subcommand)]
    Clock(clock::Command),
    /// Tell, register or take out OAuth applications of a running kemu.
    #[command(subcommand)]
    Clients(clients::Command),
    /// Make the certificates of --tls, and tell how to trust them.
    #[command(subcommand)]
    Certs(certs::Command),
    /// Tell how clients that insist on the real hosts find kemu there: the lines for /etc/hosts, and what else it takes.
    Hosts(hosts::Options),
    /// Show the contract.
    #[command(subcommand)]
    Schema(schema::Command),
    /// Check a project's GraphQL documents against the contract; exit with 3 if Kraken refuses one, or will: what is
    /// deprecated is an error too, unless --allow-deprecated is given.
    Check(check::Options),
    /// Print a kemu.toml with all options, their defaults and their help.
    Config,
    /// Look whether kemu can run and be reached here; exit with 3 if something is in the way.
    Doctor(doctor::Options),
    /// Print a script that completes kemu's commands and options.
    Completions(completions::Options),
    /// Print kemu's page for man(1).
    Man(man::Options),
}

/// A failure with what to say and how to exit.
#[derive(Debug)]
struct Failed {
    message: String,
    code: u8,
}

impl Failed {
    fn new(message: impl Display) -> Self {
        Self { message: message.to_string(), code: FAILED }
    }
}

/// A failure of those who called kemu, not of kemu.
fn usage(message: impl Display) -> Failed {
    Failed { message: message.to_string(), code: USAGE }
}

/// The command line as clap knows it, with the defaults and variables of all options.
pub fn command() -> clap::Command {
    let starts_a_server = |command: &clap::Command| ["serve", "exec"].contains(&command.get_name());
    config::describe(Cli::command()).mut_subcommands(|command| {
        if starts_a_server(&command) { config::describe(command) } else { command }
    })
}

/// Runs what the command line asks for.
pub fn run() -> ExitCode {
    let parsed = command().try_get_matches().and_then(|matches| Cli::from_arg_matches(&matches));
    let result = match parsed {
        Ok(cli) => obey(cli, &Environment::of_process()),
        Err(error) => match bad_option(&error) {
            Some(message) => Err(usage(message)),
            // Help and version are errors too, to clap.
            None => error.exit(),
        },
    };
    match result {
        Ok(code) => code,
        Err(Failed { message, code }) => {
            complain(&message);
            ExitCode::from(code)
        }
    }
}

fn obey(cli: Cli, environment: &Environment) -> Result<ExitCode, Failed> {
    let Some(command) = cli.command else {
        serve::run(cli.serve, environment)?;
        return Ok(ExitCode::SUCCESS);
    };
    match command {
        Command::Serve(options) => serve::run(options, environment)?,
        Command::Wait(options) => health::wait(&options, environment)?,
        Command::Healthcheck(options) => health::check(&options, environment)?,
        Command::Token(options) => token::run(&options, environment)?,
        Command::Query(options) => query::run(&options, environment)?,
        Command::Exec(options) => return exec::run(options, environment),
        Command::Authorize(options) => authorize::run(&options, environment)?,
        Command::Clients(command) => clients::run(&command, environment)?,
        Command::Clock(command) => clock::run(&command, environment)?,
        Command::Certs(command) => certs::run(&command, environment)?,
        Command::Hosts(options) => hosts::run(&options, environment)?,
        Command::Schema(command) => schema::run(&command)?,
        Command::Check(options) => check::run(&options)?,
        Command::Config => print(config::example().trim_end())?,
        Command::Doctor(options) => doctor::run(&options, environment)?,
        Command::Completions(options) => completions::run(&options)?,
        Command::Man(options) => man::run(&options)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// An option with a value that it cannot have: `--seed: 'many' is no whole number; right would be 42`.
fn bad_option(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::String(argument)) = error.get(ContextKind::InvalidArg) else { return None };
    let option = argument.split([' ', '=', '[']).next().unwrap_or(argument);
    config::bad_value(error).map(|what| format!("{option}: {what}"))
}

/// `1 error`, `2 errors`.
fn counted<N: Copy + Display + PartialEq + From<u8>>(number: N, what: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Writes a result. Who stops reading, as in `kemu man | head`, has enough.
fn print(text: impl AsRef<str>) -> Result<(), Failed> {
    match writeln!(std::io::stdout().lock(), "{}", text.as_ref()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failed::new(format!("the result cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}

fn complain(message: &str) {
    tell(&format!("kemu: {message}"));
}

/// Everything that is no result.
fn tell(text: &str) {
    // Where nobody hears it, it cannot be told either that nobody does.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(arguments: &[&str]) -> Option<String> {
        bad_option(&command().try_get_matches_from(arguments).unwrap_err())
    }

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn bad_options_are_named_with_what_would_be_right() {
        let told = |arguments: &[&str]| refusal(arguments).unwrap();
        assert_eq!(told(&["kemu", "--seed", "many"]), "--seed: 'many' is no whole number; right would be 42");
        assert_eq!(
            told(&["kemu", "serve", "--quiet=perhaps"]),
            "--quiet: 'perhaps' is neither yes nor no; right would be true or false"
        );
        assert_eq!(
            told(&["kemu", "--deprecations", "x"]),
            "--deprecations: 'x' is none of its values; right would be warn or error"
        );
        assert!(!told(&["kemu", "--database-url", "postgre://kemu:hunter2@db"]).contains("hunter2"));
        assert_eq!(
            told(&["kemu", "clock", "set", "noon"]),
            "<TIME>: 'noon' is no time; right would be 2026-04-15T12:00:00Z"
        );
        assert!(told(&["kemu", "clock", "advance", "-1h"]).starts_with("<DURATION>: '-1h' goes back"));
        assert_eq!(refusal(&["kemu", "--sed"]), None);
    }

    #[test]
    fn help_tells_defaults_variables_and_exit_codes() {
        for help in [command().render_help(), command().find_subcommand_mut("serve").unwrap().render_help()] {
            let help = help.to_string();
            assert!(help.contains("[default: 1000] [env: KEMU_JOURNAL_SIZE]"), "{help}");
        }
        assert!(command().render_help().to_string().contains("124  what was waited for"));
    }
}
