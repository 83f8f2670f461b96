//! `kemu token --as NAME`: signs in to a running kemu as one of its demo people and prints the bare token.

use clap::Args;
use serde_json::json;

use super::Failed;
use super::server::{Server, answer, block_on, client};
use crate::config::Environment;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Which demo person or organisation: flat-base, two-accounts, …
    #[arg(long = "as", value_name = "NAME")]
    name: String,
    /// Print a whole header line, as `curl --header` takes it.
    #[arg(long)]
    header: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(options: &Options, environment: &Environment) -> Result<(), Failed> {
    let url = options.server.url(environment)?;
    let token = block_on(token(&url, &options.name))?;
    super::print(if options.header { format!("Authorization: JWT {token}") } else { token })
}

/// A token of a demo person or organisation, from an address that has no limit: clients under test shall have those of the
/// API to themselves.
pub(super) async fn token(url: &str, name: &str) -> Result<String, Failed> {
    let address = format!("{url}/_emulator/token");
    let request = client()?.post(&address).json(&json!({ "as": name }));
    let answer = answer(request, &address).await?.accepted()?;
    let token = answer.json["token"].as_str().map(ToOwned::to_owned);
    token.ok_or_else(|| answer.unexpected("a token"))
}
