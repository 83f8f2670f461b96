//! `kemu token --as NAME`: signs in to a running kemu as one of its demo people and prints the bare token.

use clap::Args;
use serde_json::{Value as Json, json};

use super::Failed;
use super::server::{Server, block_on, client, unreachable};
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

/// A token of a demo person or organisation.
pub(super) async fn token(url: &str, name: &str) -> Result<String, Failed> {
    let credentials = get(&format!("{url}/_emulator/demo-credentials")).await?;
    let input = input_for(&credentials, name)?;
    let query = "mutation ($input: ObtainJSONWebTokenInput!) { obtainKrakenToken(input: $input) { token } }";
    let body = json!({ "query": query, "variables": { "input": input } });
    let answer = post(&format!("{url}/v1/graphql/"), &body).await?;
    match answer["data"]["obtainKrakenToken"]["token"].as_str() {
        Some(token) => Ok(token.into()),
        None => Err(Failed::new(format!("{name} cannot sign in: {}", answer["errors"]))),
    }
}

fn input_for(credentials: &Json, name: &str) -> Result<Json, Failed> {
    let find =
        |list: &str| credentials[list].as_array().and_then(|all| all.iter().find(|one| one["name"] == name));
    if let Some(person) = find("people") {
        return Ok(json!({ "APIKey": person["apiKey"] }));
    }
    if let Some(organisation) = find("organisations") {
        return Ok(json!({ "organizationSecretKey": organisation["secretKey"] }));
    }
    let all = ["people", "organisations"].into_iter().filter_map(|list| credentials[list].as_array());
    let names: Vec<&str> = all.flatten().filter_map(|one| one["name"].as_str()).collect();
    Err(Failed::new(format!(
        "there is no demo person or organisation '{name}'; there are {}",
        names.join(", ")
    )))
}

async fn get(url: &str) -> Result<Json, Failed> {
    read(client()?.get(url), url).await
}

async fn post(url: &str, body: &Json) -> Result<Json, Failed> {
    read(client()?.post(url).json(body), url).await
}

async fn read(request: reqwest::RequestBuilder, url: &str) -> Result<Json, Failed> {
    let unreachable = |error: reqwest::Error| unreachable(url, &error);
    request.send().await.map_err(unreachable)?.json().await.map_err(unreachable)
}
