//! `kemu clients list|add|remove`: the OAuth applications of a running kemu.

use clap::{Args, Subcommand};
use serde_json::{Value as Json, json};

use super::Failed;
use super::server::{Server, answer, block_on, client};
use crate::config::Environment;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// List the OAuth applications with all that they are registered as, and the secrets that are published.
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
    /// Let a confidential one do without PKCE.
    #[arg(long)]
    pkce_optional: bool,
    /// How its id_tokens are signed: RS256, or HS256 with its secret; without it, RS256.
    #[arg(long, value_name = "ALGORITHM")]
    id_token_algorithm: Option<String>,
    /// How long its access tokens live; without it, an hour.
    #[arg(long, value_name = "SECONDS")]
    access_token_seconds: Option<u32>,
    /// How long its refresh tokens live, from the sign-in on; without it, 365 days.
    #[arg(long, value_name = "SECONDS")]
    refresh_token_seconds: Option<u32>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(command: &Command, environment: &Environment) -> Result<(), Failed> {
    match command {
        Command::List { json, server } => {
            let url = address(server, environment)?;
            let body = block_on(async { ask(client()?.get(&url), &url).await })?;
            super::print(if *json { body.to_string() } else { lines(&body).join("\n") })?;
        }
        Command::Add(add) => {
            let url = address(&add.server, environment)?;
            let body = block_on(async { ask(client()?.post(&url).json(&wanted(add)), &url).await })?;
            super::print(body.to_string())?;
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
        "requiresPkce": !add.pkce_optional,
    });
    let mut say = |name: &str, value: Option<Json>| {
        if let Some(value) = value {
            body[name] = value;
        }
    };
    say("scope", (!add.scope.is_empty()).then(|| add.scope.join(" ").into()));
    say("organisation", add.organisation.as_deref().map(Into::into));
    say("idTokenAlgorithm", add.id_token_algorithm.as_deref().map(Into::into));
    say("accessTokenSeconds", add.access_token_seconds.map(Into::into));
    say("refreshTokenSeconds", add.refresh_token_seconds.map(Into::into));
    body
}

/// An application as a few lines: what it is, then one line a setting that it has.
fn lines(body: &Json) -> Vec<String> {
    body["clients"].as_array().into_iter().flatten().flat_map(described).collect()
}

fn described(one: &Json) -> Vec<String> {
    let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
    let is = |name: &str| one[name] == true;
    let mut lines = vec![format!("{}: {}, {}", text("name"), text("type"), text("grant"))];
    let mut say = |what: &str, value: String| lines.push(format!("  {what:<16} {value}"));
    let mut say_if_any = |what: &str, value: String| {
        if !value.is_empty() {
            say(what, value);
        }
    };
    say_if_any("client id", text("id"));
    say_if_any("secret", text("secret"));
    for (what, list) in [("redirect URI", "redirectUris"), ("after sign-out", "postLogoutRedirectUris")] {
        for uri in one[list].as_array().into_iter().flatten().filter_map(Json::as_str) {
            say_if_any(what, uri.to_owned());
        }
    }
    say_if_any("scope", text("scope"));
    say_if_any("acts for", text("organisation"));
    let seconds = |name: &str| format!("{} s", one[name]);
    say("access token", seconds("accessTokenSeconds"));
    if text("grant") != "client-credentials" {
        say("refresh token", seconds("refreshTokenSeconds"));
        say("id_token", text("idTokenAlgorithm"));
    }
    if text("grant") == "authorization-code" {
        say("PKCE", if is("requiresPkce") { "required" } else { "optional" }.to_owned());
        say("consent", if is("skipsAuthorization") { "not asked for" } else { "asked for" }.to_owned());
    }
    lines
}

async fn ask(request: reqwest::RequestBuilder, url: &str) -> Result<Json, Failed> {
    Ok(answer(request, url).await?.accepted()?.json)
}
