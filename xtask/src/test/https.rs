//! Clients that have the real hosts built in: Node's fetch and Python's requests, in a network of their own where
//! `/etc/hosts` says what `kemu hosts` prints. They are `https/client.mjs` and `https/client.py`; `https/namespace.sh`
//! runs them.

use std::process::Command;

use anyhow::{Result, bail};
use tempfile::TempDir;

use super::python;
use crate::shell::{self, cargo};

const PINNED: [&str; 5] =
    ["requests==2.32.5", "urllib3==2.5.0", "idna==3.10", "certifi==2025.8.3", "charset-normalizer==3.4.3"];

/// Of the demo world: a person's API key and account, and an application for itself.
const DEMO: [(&str, &str); 4] = [
    ("API_KEY", "sk_live_demoFlatBase000000000001"),
    ("ACCOUNT", "A-F1A7BA5E"),
    ("CLIENT_ID", "2ebb1cbf4a0278aeb1b6899e7f5d0a0a7af5fd1b949452ccf31cdc56e66b4588"),
    ("CLIENT_SECRET", "demo-secret-machine-00000000000000000000000000000000000000000000"),
];

const PROXIES: [&str; 6] =
    ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];

pub(super) fn run() -> Result<()> {
    if !shell::is_root() {
        bail!("a network of its own takes root: run this group as root, or leave it out with --skip https");
    }
    if !shell::works(Command::new("ip").arg("-V")) {
        shell::install("ip", &["iproute2"], "https")?;
    }
    if !shell::works(Command::new("node").args(["-e", "fetch"])) {
        shell::install("Node.js 18 or newer", &["nodejs"], "https")?;
    }
    let python = python::environment("https", &PINNED, "https")?;
    shell::run(&mut cargo(&["build", "--package", "kemu-api"]))?;
    let folder = TempDir::with_prefix("kemu-https-")?;
    // No settings of whoever runs this; what is asked is here.
    let mut command = shell::apart(Command::new("unshare"));
    command.args(["--net", "--mount", "sh"]).arg(shell::root().join("xtask/src/test/https/namespace.sh"));
    command.env("FOLDER", folder.path()).env("PYTHON", python).envs(DEMO);
    command.env("KEMU", shell::target()?.join("debug/kemu"));
    PROXIES.iter().for_each(|name| {
        command.env_remove(name);
    });
    shell::run(command.current_dir(folder.path()))
}
