//! `kemu exec -- COMMAND`: runs a command beside a kemu of its own, which ends with it.

use std::ffi::OsString;
use std::fs::File;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{ExitCode, ExitStatus};

use clap::Args;
use kemu_domain::fixture::Fixture;
use kemu_domain::oauth::ClientGrant;
use rustix::process::{Pid, Signal, getpgrp, kill_process};
use rustix::termios::tcgetpgrp;
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::certs::given;
use super::{Failed, serve, usage};
use crate::config::{Config, Environment, TLS_CA, TLS_URL};
use crate::tls::Folder;

/// The command is there, but cannot be run; as shells have it.
const CANNOT_RUN: u8 = 126;
/// There is no such command; as shells have it.
const NO_COMMAND: u8 = 127;
/// What shells add to the number of the signal that ended a command.
const ENDED_BY_SIGNAL: i32 = 128;

const VARIABLES: &str = "\
The command finds in its environment:
  KRAKEN_API_URL         the GraphQL API, http://127.0.0.1:PORT/v1/graphql/
  KRAKEN_AUTH_URL        the auth site, http://127.0.0.1:PORT
  KRAKEN_API_KEY         the API key of the person that --as names
  KRAKEN_EMAIL           their e-mail address
  KRAKEN_PASSWORD        their password
  KRAKEN_ACCOUNT_NUMBER  their first account
  KRAKEN_CLIENT_ID       an OAuth application for client credentials
  KRAKEN_CLIENT_SECRET   its secret
  KEMU_URL               where the commands of kemu find it
  KEMU_TLS_URL           with --tls: the same over HTTPS, https://127.0.0.1:PORT
  KEMU_TLS_CA            with --tls: the CA to trust, unless --tls-cert names a certificate of your own

Where this kemu listens, its store and its public URL are its own, whatever variables and kemu.toml say, unless an
option of the command line names them.

The exit code is the command's own; 128 and the signal's number if a signal ended it, 126 and 127 if it could not be
run. SIGINT, SIGTERM, SIGHUP and SIGQUIT are passed on.";

#[derive(Debug, Args)]
#[command(after_help = VARIABLES)]
pub(super) struct Exec {
    /// Whose credentials the command is given.
    #[arg(long = "as", value_name = "NAME", default_value = "flat-base")]
    person: String,
    /// The command and its arguments.
    #[arg(last = true, required = true, value_name = "COMMAND")]
    command: Vec<OsString>,
    #[command(flatten, next_help_heading = serve::HEADING)]
    serve: serve::Options,
}

pub(super) fn run(options: Exec, environment: &Environment) -> Result<ExitCode, Failed> {
    let Exec { person, command, serve } = options;
    let (config, _) = serve::prepare(serve.apart_from_others(), environment)?;
    serve::runtime()?.block_on(async {
        let opened = serve::Opened::open(&config).await?;
        let mut variables = variables(&opened.app.sandbox.fixture, &person, opened.address()?)?;
        variables.extend(variables_of_tls(&config, opened.secure_url())?);
        let (_stop, stopped) = watch::channel(());
        // Ends with the runtime; what was answered is in the store.
        tokio::spawn(opened.answer(stopped));
        let status = run_to_its_end(&command, variables).await?;
        Ok(exit_code(status))
    })
}

/// What the command finds in its environment. `None` takes a variable away: better none than one of production.
fn variables(
    fixture: &Fixture,
    name: &str,
    address: SocketAddr,
) -> Result<Vec<(&'static str, Option<String>)>, Failed> {
    let Some(person) = fixture.person(name) else {
        let names: Vec<&str> = fixture.people.iter().map(|person| person.name.as_str()).collect();
        return Err(usage(format!("--as: there is no demo person '{name}'; there are {}", names.join(", "))));
    };
    let base = format!("http://{}", super::server::reachable(address));
    let account = fixture.accounts_of(name).next().map(ToString::to_string);
    let machine = fixture.clients.iter().find(|client| client.grant == ClientGrant::ClientCredentials);
    let secret = machine.and_then(|client| client.secret.as_ref());
    Ok(vec![
        ("KRAKEN_API_URL", Some(format!("{base}/v1/graphql/"))),
        ("KRAKEN_AUTH_URL", Some(base.clone())),
        ("KRAKEN_API_KEY", Some(person.api_key.reveal().to_string())),
        ("KRAKEN_EMAIL", Some(person.email.clone())),
        ("KRAKEN_PASSWORD", Some(person.password.clone())),
        ("KRAKEN_ACCOUNT_NUMBER", account),
        ("KRAKEN_CLIENT_ID", machine.map(|client| client.id.to_string())),
        ("KRAKEN_CLIENT_SECRET", secret.map(|secret| secret.reveal().to_string())),
        ("KEMU_URL", Some(base)),
    ])
}

/// What it finds of HTTPS; nothing of another kemu's.
fn variables_of_tls(
    config: &Config,
    url: Option<&str>,
) -> Result<[(&'static str, Option<String>); 2], Failed> {
    let is_kemus_own = url.is_some() && given(&config.tls_cert).is_none();
    let folder = is_kemus_own.then(|| Folder::new(given(&config.tls_dir)).map_err(usage)).transpose()?;
    let ca = folder.map(|folder| folder.ca().display().to_string());
    Ok([(TLS_URL, url.map(ToOwned::to_owned)), (TLS_CA, ca)])
}

async fn run_to_its_end(
    command: &[OsString],
    variables: Vec<(&'static str, Option<String>)>,
) -> Result<ExitStatus, Failed> {
    // Before the command starts, so that no signal meets nobody.
    let caught = |kind| signal(kind).map_err(Failed::new);
    let (mut interrupt, mut quit) = (caught(SignalKind::interrupt())?, caught(SignalKind::quit())?);
    let (mut terminate, mut hang_up) = (caught(SignalKind::terminate())?, caught(SignalKind::hangup())?);
    let mut child = start(command, variables)?;
    loop {
        tokio::select! {
            ended = child.wait() => return ended.map_err(Failed::new),
            _ = terminate.recv() => pass_on(Signal::TERM, &child),
            _ = hang_up.recv() => pass_on(Signal::HUP, &child),
            // Ctrl-C and Ctrl-\ reach everybody at the terminal. A second one would mean "at once" to many programs.
            _ = interrupt.recv() => if !is_at_the_terminal() { pass_on(Signal::INT, &child) },
            _ = quit.recv() => if !is_at_the_terminal() { pass_on(Signal::QUIT, &child) },
        }
    }
}

fn start(command: &[OsString], variables: Vec<(&'static str, Option<String>)>) -> Result<Child, Failed> {
    let [program, arguments @ ..] = command else { return Err(usage("there is no command to run")) };
    let mut command = Command::new(program);
    command.args(arguments);
    for (name, value) in variables {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.spawn().map_err(|error| Failed {
        message: format!("cannot run '{}': {error}", program.display()),
        code: if error.kind() == ErrorKind::NotFound { NO_COMMAND } else { CANNOT_RUN },
    })
}

fn pass_on(signal: Signal, child: &Child) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    // It may have ended by itself meanwhile, which is as good.
    if let Some(Err(error)) = pid.map(|pid| kill_process(pid, signal)) {
        tracing::debug!(%error, "A signal could not be passed on.");
    }
}

/// Do keys such as Ctrl-C reach this process and its command?
fn is_at_the_terminal() -> bool {
    let foreground = File::open("/dev/tty").ok().and_then(|terminal| tcgetpgrp(terminal).ok());
    foreground == Some(getpgrp())
}

fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().or_else(|| status.signal().map(|signal| ENDED_BY_SIGNAL + signal));
    // Neither is above 255.
    code.and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use kemu_persistence::demo::{DEMO_SOURCE, DEMO_YAML};

    use super::*;

    #[test]
    fn exit_codes_are_those_of_shells() {
        let code = |raw: i32| exit_code(ExitStatus::from_raw(raw));
        assert_eq!(code(0), ExitCode::SUCCESS);
        assert_eq!(code(7 << 8), ExitCode::from(7));
        assert_eq!(code(15), ExitCode::from(143), "SIGTERM");
    }

    #[test]
    fn a_person_has_credentials_and_a_stranger_has_none() {
        let fixture = kemu_persistence::demo::parse(DEMO_YAML, DEMO_SOURCE).unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 9));
        let variables = |name: &str| variables(&fixture, name, address);
        let of = |name: &str, variable: &str| {
            let all = variables(name).unwrap();
            all.into_iter().find(|(name, _)| *name == variable).unwrap().1
        };
        assert_eq!(of("flat-base", "KRAKEN_API_URL").unwrap(), "http://127.0.0.1:9/v1/graphql/");
        assert_eq!(of("flat-base", "KRAKEN_ACCOUNT_NUMBER").unwrap(), "A-F1A7BA5E");
        assert_ne!(of("tempo", "KRAKEN_API_KEY"), of("flat-base", "KRAKEN_API_KEY"));
        assert!(of("tempo", "KRAKEN_CLIENT_SECRET").is_some());
        assert!(variables("nobody").unwrap_err().message.contains("flat-base, two-accounts"));
        let of_tls = variables_of_tls(&Config::default(), None).unwrap();
        for (name, _) in variables("flat-base").unwrap().into_iter().chain(of_tls) {
            assert!(VARIABLES.contains(&format!("  {name} ")), "{name} is not in the help");
        }
    }
}
