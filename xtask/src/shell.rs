//! Running programs, finding them, and talking to whoever watches.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the repository")
}

/// Where cargo builds, wherever that was moved to: this program lies in `target/debug`.
pub(crate) fn target() -> Result<PathBuf> {
    let own = env::current_exe().context("this program has no path")?;
    Ok(own.ancestors().nth(2).context("this program lies outside of a target directory")?.to_owned())
}

/// The `cargo` that runs us, at the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo")));
    command.current_dir(root()).args(arguments);
    command
}

/// The same program without what whoever runs us has set for kemu. A `kemu.toml` is read where it is started: that is
/// yours.
pub(crate) fn apart(mut command: Command) -> Command {
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("KEMU_")) {
        command.env_remove(name);
    }
    command
}

/// Runs a program to its end; what it prints passes through.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    tell(&format!("$ {}", shown(command)));
    let status =
        command.stdin(Stdio::null()).status().with_context(|| format!("cannot run {}", shown(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", shown(command));
    }
    Ok(())
}

/// Runs a program to its end and takes its output.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let done = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", shown(command)))?;
    if !done.status.success() {
        bail!("{} failed ({})", shown(command), done.status);
    }
    String::from_utf8(done.stdout).with_context(|| format!("{} printed no text", shown(command)))
}

/// Does the program run at all?
pub(crate) fn works(command: &mut Command) -> bool {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    status.is_ok_and(|status| status.success())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

/// Are we root?
pub(crate) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// Installs Debian packages where that is ours to do: as root, on Debian. `missing` says what is not there.
pub(crate) fn install(missing: &str, packages: &[&str], group: &str) -> Result<()> {
    let names = packages.join(" ");
    if !is_root() || !Path::new("/etc/debian_version").exists() {
        bail!(
            "{missing} is missing. Install it (Debian: apt-get install {names}), or leave it out with --skip {group}."
        );
    }
    tell(&format!("{missing} is missing and will be installed: {names}"));
    run(Command::new("apt-get").args(["update", "--quiet"]))?;
    run(Command::new("apt-get")
        .env("DEBIAN_FRONTEND", "noninteractive")
        .args(["install", "--quiet", "--yes", "--no-install-recommends"])
        .args(packages))
}

/// A piece of work, named, timed, and told how it went.
pub(crate) fn timed<T>(name: &str, work: impl FnOnce() -> Result<T>) -> (Result<T>, Duration) {
    tell(&format!("\n== {name}"));
    let started = now();
    let done = work();
    let took = started.elapsed();
    if let Err(error) = &done {
        tell(&format!("{name}: {error:#}"));
    }
    (done, took)
}

#[expect(clippy::disallowed_methods, reason = "measures how long our own work takes")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Results.
#[expect(clippy::print_stdout, reason = "results go to stdout")]
pub(crate) fn print(text: &str) {
    println!("{text}");
}

/// Everything that is no result.
#[expect(clippy::print_stderr, reason = "what is no result goes to stderr")]
pub(crate) fn tell(text: &str) {
    eprintln!("{text}");
}
