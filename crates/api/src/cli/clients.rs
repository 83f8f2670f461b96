//! `kemu clients list`: the OAuth applications of a running kemu.

use clap::Subcommand;
use serde_json::Value as Json;

use super::Failed;
use super::server::{Server, block_on, client, unreachable};
use crate::config::Environment;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the OAuth applications: name, type, grant, client id, and the secret where it is a published one.
    List {
        /// Print JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        server: Server,
    },
}

pub(super) fn run(command: &Command, environment: &Environment) -> Result<(), Failed> {
    let Command::List { json, server } = command;
    let url = server.url(environment)?;
    let body = block_on(list(&url))?;
    if *json {
        super::print(&body.to_string());
        return Ok(());
    }
    for one in body["clients"].as_array().into_iter().flatten() {
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let (name, id, secret) = (text("name"), text("id"), text("secret"));
        let line = format!("{name:<18} {:<13} {:<19} {id} {secret}", text("type"), text("grant"));
        super::print(line.trim_end());
    }
    Ok(())
}

async fn list(url: &str) -> Result<Json, Failed> {
    let answer = client()?.get(format!("{url}/_emulator/oauth/clients")).send().await;
    let answer = answer.map_err(|error| unreachable(url, &error))?;
    answer.json().await.map_err(|error| unreachable(url, &error))
}
