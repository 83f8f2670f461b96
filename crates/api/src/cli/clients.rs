//! `kemu clients list|add|remove`: the OAuth applications of a running kemu.

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

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
    /// Register an application, and print it as JSON; its secret is told this once.
    Add(Add),
    /// Take out an application; its tokens are dead from then on.
    Remove {
        /// Its name or client id.
        client: String,
        #[command(flatten)]
        server: Server,
    },
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// What people are shown.
    name: String,
    /// public or confidential.
    #[arg(long = "type", value_name = "TYPE")]
    client_type: String,
    /// authorization-code, client-credentials or device.
    #[arg(long)]
    grant: String,
    /// Where people may be sent back to (repeatable).
    #[arg(long, value_name = "URI")]
    redirect_uri: Vec<String>,
    /// Where people may be sent after they signed out (repeatable).
    #[arg(long, value_name = "URI")]
    post_logout_redirect_uri: Vec<String>,
    /// What it may ask for (repeatable); without it, full-customer-access.
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// For which organisation it acts with client credentials.
    #[arg(long, value_name = "NAME")]
    organisation: Option<String>,
    /// Spare people the question whether they allow it.
    #[arg(long)]
    skip_authorization: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(command: &Command, environment: &Environment) -> Result<(), Failed> {
    match command {
        Command::List { json, server } => {
            let url = address(server, environment)?;
            let body = block_on(async { ask(client()?.get(&url), &url).await })?;
            if *json {
                super::print(&body.to_string());
            } else {
                lines(&body).iter().for_each(|line| super::print(line));
            }
        }
        Command::Add(add) => {
            let url = address(&add.server, environment)?;
            let body = block_on(async { ask(client()?.post(&url).json(&wanted(add)), &url).await })?;
            super::print(&body.to_string());
        }
        Command::Remove { client: which, server } => {
            let mut address = address(server, environment)?;
            address.push('/');
            address.push_str(
                &percent_encoding::utf8_percent_encode(which, percent_encoding::NON_ALPHANUMERIC).to_string(),
            );
            block_on(async { ask(client()?.delete(&address), &address).await })?;
        }
    }
    Ok(())
}

fn address(server: &Server, environment: &Environment) -> Result<String, Failed> {
    Ok(format!("{}/_emulator/oauth/clients", server.url(environment)?))
}

fn wanted(add: &Add) -> Json {
    let mut body = json!({
        "name": add.name,
        "type": add.client_type,
        "grant": add.grant,
        "redirectUris": add.redirect_uri,
        "postLogoutRedirectUris": add.post_logout_redirect_uri,
        "skipsAuthorization": add.skip_authorization,
    });
    if !add.scope.is_empty() {
        body["scope"] = add.scope.join(" ").into();
    }
    if let Some(organisation) = &add.organisation {
        body["organisation"] = organisation.as_str().into();
    }
    body
}

fn lines(body: &Json) -> Vec<String> {
    let line = |one: &Json| {
        let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
        let (name, id, secret) = (text("name"), text("id"), text("secret"));
        let line = format!("{name:<18} {:<13} {:<19} {id} {secret}", text("type"), text("grant"));
        line.trim_end().to_owned()
    };
    body["clients"].as_array().into_iter().flatten().map(line).collect()
}

async fn ask(request: reqwest::RequestBuilder, url: &str) -> Result<Json, Failed> {
    let answer = request.send().await.map_err(|error| unreachable(url, &error))?;
    let is_fine = answer.status().is_success();
    let body: Json = answer.json().await.map_err(|error| unreachable(url, &error))?;
    match body["error"].as_str() {
        Some(right) if !is_fine => Err(Failed::new(right)),
        _ => Ok(body),
    }
}
