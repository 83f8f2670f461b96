//! A PostgreSQL cluster of our own: made in a temporary directory, on a free port, gone with the tests.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::thread::sleep;
use std::time::Duration;
use std::{env, io};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::shell;

/// Tells the tests where the server is.
pub(super) const VARIABLE: &str = "KEMU_TEST_POSTGRES_URL";

/// How often and how long we look whether the server answers.
const LOOKS: u32 = 300;
const PAUSE: Duration = Duration::from_millis(100);

/// A running server. It ends when this is dropped.
pub(crate) struct Cluster {
    programs: PathBuf,
    folder: TempDir,
    user: Option<User>,
    port: u16,
    server: Child,
}

/// Whom the server runs as: it refuses to be root.
#[derive(Clone, Copy)]
struct User {
    id: u32,
    group: u32,
}

impl Cluster {
    /// Makes a cluster and starts it. Nothing on it is worth keeping, so it never waits for the disk. `group` is what a
    /// user may skip instead.
    pub(crate) fn start(group: &str) -> Result<Self> {
        let programs = programs(group)?;
        let folder = TempDir::with_prefix("kemu-postgres-")?;
        let user = if shell::is_root() { Some(unprivileged()?) } else { None };
        if let Some(user) = user {
            chown(folder.path(), Some(user.id), Some(user.group))?;
        }
        let data = folder.path().join("data");
        let log = folder.path().join("log");
        let mut make = program(&programs, "initdb", user);
        make.arg("--pgdata").arg(&data).args(["--username=kemu", "--auth=trust", "--encoding=UTF8"]);
        shell::output(make.args(["--locale=C", "--no-sync"]))?;
        let port = free_port()?;
        let mut serve = program(&programs, "postgres", user);
        serve.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        for setting in [
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
        ] {
            serve.arg("-c").arg(setting);
        }
        let file = File::create(&log)?;
        let server = serve.stdout(file.try_clone()?).stderr(file).spawn().context("cannot run postgres")?;
        let mut cluster = Self { programs, folder, user, port, server };
        cluster.wait(&log)?;
        shell::tell(&format!("PostgreSQL answers at {}", cluster.url()));
        Ok(cluster)
    }

    /// The address of the server; every test makes a database of its own there.
    pub(crate) fn url(&self) -> String {
        format!("postgres://kemu@127.0.0.1:{}/postgres", self.port)
    }

    fn wait(&mut self, log: &Path) -> Result<()> {
        let port = self.port.to_string();
        let mut ask = program(&self.programs, "pg_isready", None);
        ask.args(["--quiet", "--host=127.0.0.1", "--port", &port]);
        for _ in 0..LOOKS {
            if shell::works(&mut ask) {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() {
                break;
            }
            sleep(PAUSE);
        }
        bail!("PostgreSQL did not start:\n{}", fs::read_to_string(log).unwrap_or_default());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let mut stop = program(&self.programs, "pg_ctl", self.user);
        stop.args(["stop", "--mode=immediate", "--pgdata"]).arg(self.folder.path().join("data"));
        if !shell::works(&mut stop) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

fn program(folder: &Path, name: &str, user: Option<User>) -> Command {
    let mut command = Command::new(folder.join(name));
    command.current_dir("/");
    if let Some(user) = user {
        command.uid(user.id).gid(user.group);
    }
    command
}

/// Where PostgreSQL's programs lie. Debian keeps them out of the PATH.
fn programs(group: &str) -> Result<PathBuf> {
    if let Some(found) = find_programs() {
        return Ok(found);
    }
    shell::install("PostgreSQL (initdb, postgres, pg_ctl)", &["postgresql"], group)?;
    find_programs().context("the package postgresql brought no initdb")
}

fn find_programs() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    // Newest first, by number: 9.6, 15, 17.
    let mut installed: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())).collect())
        .unwrap_or_default();
    let version = |path: &PathBuf| path.file_name()?.to_str()?.split('.').next()?.parse::<u32>().ok();
    installed.sort_by_key(|path| std::cmp::Reverse(version(path)));
    folders.extend(installed.into_iter().map(|path| path.join("bin")));
    let all = ["initdb", "postgres", "pg_ctl", "pg_isready"];
    folders.into_iter().find(|folder| all.iter().all(|name| folder.join(name).is_file()))
}

/// The user `postgres`, or `nobody`.
fn unprivileged() -> Result<User> {
    let users = fs::read_to_string("/etc/passwd")?;
    let find = |name: &str| {
        let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
        let mut numbers = line.split(':').skip(2).map(str::parse);
        Some(User { id: numbers.next()?.ok()?, group: numbers.next()?.ok()? })
    };
    find("postgres").or_else(|| find("nobody")).context("there is neither a user postgres nor nobody")
}

/// A port that was free a moment ago.
fn free_port() -> io::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
