//! User-space instructions of a request, counted by callgrind: the figure that repeats.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use super::routes::{self, Store};
use crate::server::Server;
use crate::shell;

/// Requests before counting begins, so that caches are filled and pages are touched.
const WARM_UP: usize = 30;
/// Requests that are counted.
const COUNTED: u64 = 100;

/// The instructions of one request of each route, the yardstick first. `None` where there is no valgrind.
pub(super) fn count(binary: &Path) -> Result<Option<Vec<(&'static str, u64)>>> {
    if !shell::works(Command::new("callgrind_control").arg("--version")) {
        return Ok(None);
    }
    let folder = TempDir::with_prefix("kemu-callgrind-")?;
    let out = folder.path().join("out");
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--instr-atstart=no", "--quiet"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(binary)
        .args(["serve", "--listen", ":0", "--rate-limits", "off"]);
    let server = Server::start(&mut command)?;
    let control = |arguments: &[&str]| {
        let mut command = Command::new("callgrind_control");
        let done = command.args(arguments).arg(server.process().to_string()).output()?;
        // It tells on stderr what it sends: of interest only where that fails.
        ensure!(done.status.success(), "callgrind_control: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    };
    let mut counted = Vec::new();
    for (at, route) in routes::all(&server, Store::Sqlite)?.into_iter().enumerate() {
        let mut connection = server.connect()?;
        let requests = (COUNTED / route.weight as u64).max(5);
        for _ in 0..WARM_UP.min(usize::try_from(requests)?) {
            connection.send(&route.request)?;
        }
        control(&["--instr=on"])?;
        // Switching on is noticed at the next event; one request more makes sure of it, and is not counted.
        connection.send(&route.request)?;
        control(&["--zero"])?;
        for _ in 0..requests {
            connection.send(&route.request)?;
        }
        control(&["--dump"])?;
        control(&["--instr=off"])?;
        connection.send(&route.request)?;
        let dump = fs::read_to_string(format!("{}.{}", out.display(), at + 1))?;
        let total =
            dump.lines().find_map(|line| line.strip_prefix("totals:").or(line.strip_prefix("summary:")));
        let total: u64 = total.context("callgrind wrote no totals")?.trim().parse()?;
        counted.push((route.name, total / requests));
    }
    Ok(Some(counted))
}

/// Prints what was counted.
#[expect(clippy::cast_precision_loss, reason = "instructions of a request are far below 2^52")]
pub(super) fn show(counted: &[(&str, u64)]) {
    let bare = counted.first().map_or(1, |(_, bare)| *bare).max(1);
    shell::print(&format!("\n{:<34} {:>14} {:>9}", "instructions of a request", "thousands", "÷ bare"));
    for (name, count) in counted {
        shell::print(&format!(
            "{name:<34} {:>14.1} {:>9.2}",
            *count as f64 / 1e3,
            *count as f64 / bare as f64
        ));
    }
}
