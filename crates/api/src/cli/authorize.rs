//! `kemu authorize --client NAME --as PERSON`: what an application and a person do together, without a browser. It goes
//! through the very pages and endpoints that they go through, so what works here works there.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::Args;
use kemu_domain::oauth::devices;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::browser::{Browser, Shown, post, query};
use super::server::{Server, answer, block_on, client};
use super::{Failed, usage};
use crate::config::Environment;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Which application, by name or client id: demo-public, demo-device, …
    #[arg(long, value_name = "NAME_OR_ID")]
    client: String,
    /// Which demo person allows it: flat-base, two-accounts, …
    #[arg(long = "as", value_name = "NAME")]
    person: String,
    /// The secret of a confidential application that is not of the demo world.
    #[arg(long, value_name = "SECRET")]
    client_secret: Option<String>,
    /// What to ask for (repeatable); without it the request has no scope.
    #[arg(long, value_name = "SCOPE")]
    scope: Vec<String>,
    /// Where the answer is to go, which is caught and not followed; without it, the first one that is registered.
    #[arg(long, value_name = "URI")]
    redirect_uri: Option<String>,
    /// The person refuses.
    #[arg(long)]
    deny: bool,
    /// Stop before the tokens: print the parameters of the request to /token/ that gets them.
    #[arg(long)]
    code: bool,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(options: &Options, environment: &Environment) -> Result<(), Failed> {
    let flow = Flow { options, url: options.server.url(environment)? };
    super::print(block_on(flow.run())?.to_string())
}

struct Flow<'a> {
    options: &'a Options,
    url: String,
}

/// The parameters of a request.
type Parameters = Vec<(&'static str, String)>;

impl Flow<'_> {
    async fn run(&self) -> Result<Json, Failed> {
        let application = self.application().await?;
        let mut credentials = vec![("client_id", text(&application, "id"))];
        let secret = self.options.client_secret.clone().or(application["secret"].as_str().map(str::to_owned));
        credentials.extend(secret.map(|secret| ("client_secret", secret)));
        let mut parameters = match application["grant"].as_str() {
            Some("device") => self.device(&credentials).await?,
            Some("client-credentials") => {
                return Err(usage(format!(
                    "{} is registered for client-credentials: it acts for itself and nobody signs in; ask /token/ with \
                     grant_type=client_credentials",
                    self.options.client
                )));
            }
            _ => self.code(&application).await?,
        };
        parameters.extend(credentials);
        if self.options.code {
            let named = parameters.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
            return Ok(Json::Object(named.collect::<Map<_, _>>()));
        }
        self.ask("/token/", &parameters).await
    }

    async fn application(&self) -> Result<Json, Failed> {
        let all = self.get("/_emulator/oauth/clients").await?;
        let all = all["clients"].as_array().map(Vec::as_slice).unwrap_or_default();
        let which = self.options.client.as_str();
        let found = all.iter().find(|one| one["name"] == which || one["id"] == which);
        found.cloned().ok_or_else(|| {
            let names: Vec<String> = all.iter().map(|one| text(one, "name")).collect();
            Failed::new(format!("there is no application '{which}'; there are {}", names.join(", ")))
        })
    }

    fn scope(&self) -> Option<String> {
        (!self.options.scope.is_empty()).then(|| self.options.scope.join(" "))
    }

    /// The authorization code flow: the parameters that redeem the code.
    async fn code(&self, application: &Json) -> Result<Parameters, Failed> {
        if self.options.deny && application["skipsAuthorization"] == true {
            let name = text(application, "name");
            return Err(usage(format!("{name} skips the question, so nobody can refuse; leave out --deny")));
        }
        let registered = application["redirectUris"][0].as_str().unwrap_or_default();
        let redirect_uri = self.options.redirect_uri.as_deref().unwrap_or(registered);
        let (verifier, state) = (random()?, random()?);
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(&verifier));
        let id = text(application, "id");
        let scope = self.scope();
        let mut request = vec![
            ("response_type", "code"),
            ("client_id", &id),
            ("redirect_uri", redirect_uri),
            ("state", &state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        request.extend(scope.as_deref().map(|scope| ("scope", scope)));
        let answer = self.decided(&format!("/authorize/?{}", query(&request))).await?;
        let location = answer.location.as_deref().unwrap_or_default();
        let parameter = |name: &str| parameter(location, name);
        if parameter("error").is_some() {
            return Err(self.explained(&answer.correlation_id).await);
        }
        let (Some(code), Some(returned)) = (parameter("code"), parameter("state")) else {
            return Err(Failed::new(format!("no code came back, but a redirect to {location}")));
        };
        if returned != state {
            return Err(Failed::new("the answer has another state than the request"));
        }
        Ok(vec![
            ("grant_type", "authorization_code".into()),
            ("code", code),
            ("redirect_uri", redirect_uri.into()),
            ("code_verifier", verifier),
        ])
    }

    /// Signs the person in and decides: the redirect to the application.
    async fn decided(&self, request: &str) -> Result<Shown, Failed> {
        let mut browser = Browser::new(&self.url)?;
        let page = browser.open(request).await?;
        if page.is_refused {
            return Err(self.explained(&page.correlation_id).await);
        }
        if page.location.is_some() {
            return Ok(page);
        }
        let signed_in = browser.submit(&page, "/sign-in/", ("person", &self.options.person)).await?;
        if signed_in.is_refused {
            return Err(self.cannot_sign_in().await?);
        }
        let page = browser.open(signed_in.location.as_deref().unwrap_or(request)).await?;
        // An application that may skip the question is answered by now.
        if page.location.is_some() {
            return Ok(page);
        }
        let decision = if self.options.deny { "deny" } else { "allow" };
        let decided = browser.submit(&page, "/authorize/decide/", ("decision", decision)).await?;
        if decided.is_refused {
            return Err(self.explained(&decided.correlation_id).await);
        }
        Ok(decided)
    }

    /// The device flow: the parameters that get the tokens.
    async fn device(&self, credentials: &[(&'static str, String)]) -> Result<Parameters, Failed> {
        if self.options.redirect_uri.is_some() {
            return Err(usage("the device grant sends nobody anywhere; leave out --redirect-uri"));
        }
        let mut request = credentials.to_vec();
        request.extend(self.scope().map(|scope| ("scope", scope)));
        let started = self.ask("/device-authorization/", &request).await?;
        let decision = if self.options.deny { "deny" } else { "approve" };
        let url = format!("{}/_emulator/oauth/device/{decision}", self.url);
        let body = json!({ "userCode": started["user_code"], "as": self.options.person });
        let decided = read(client()?.post(&url).json(&body), &self.url).await?.0;
        if decided["error"].is_string() {
            return Err(self.cannot_sign_in().await?);
        }
        Ok(vec![("grant_type", devices::GRANT_TYPE.into()), ("device_code", text(&started, "device_code"))])
    }

    /// A POST of a form; a refusal comes with its explanation.
    async fn ask(&self, path: &str, parameters: &[(&'static str, String)]) -> Result<Json, Failed> {
        let fields: Vec<(&str, &str)> =
            parameters.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (body, id) = read(post(&client()?, &format!("{}{path}", self.url), &fields), &self.url).await?;
        if body["error"].is_string() {
            return Err(self.explained(&id).await);
        }
        Ok(body)
    }

    async fn get(&self, path: &str) -> Result<Json, Failed> {
        let url = format!("{}{path}", self.url);
        Ok(answer(client()?.get(&url), &url).await?.accepted()?.json)
    }

    /// The person is nobody, or somebody who cannot sign in here.
    async fn cannot_sign_in(&self) -> Result<Failed, Failed> {
        let credentials = self.get("/_emulator/demo-credentials").await?;
        let people = credentials["people"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names: Vec<String> = people.iter().map(|one| text(one, "name")).collect();
        let person = &self.options.person;
        Ok(Failed::new(format!("'{person}' cannot sign in at the auth site; there are {}", names.join(", "))))
    }

    /// What `/_emulator/oauth/last-errors` says of the request with this correlation id.
    async fn explained(&self, correlation_id: &str) -> Failed {
        const ADDRESS: &str = "/_emulator/oauth/last-errors";
        let noted = match self.get(ADDRESS).await {
            Ok(noted) => noted,
            Err(failed) => return failed,
        };
        let all = noted["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let Some(one) = all.iter().find(|one| one["correlationId"] == correlation_id) else {
            return Failed::new(format!("the auth site failed; the log has more under {correlation_id}"));
        };
        let description = one["description"].as_str().map(|text| format!(" \"{text}\"")).unwrap_or_default();
        Failed::new(format!(
            "{} refused: {}{description}\n  check     {}\n  expected  {}\n  came      {}\n  from {}{ADDRESS}",
            text(one, "endpoint"),
            text(one, "error"),
            text(one, "check"),
            text(one, "expected"),
            text(one, "came"),
            self.url,
        ))
    }
}

/// An answer in JSON, and the correlation id that it came with.
async fn read(request: reqwest::RequestBuilder, url: &str) -> Result<(Json, String), Failed> {
    let answer = answer(request, url).await?;
    Ok((answer.json, answer.correlation_id))
}

fn text(object: &Json, member: &str) -> String {
    object[member].as_str().unwrap_or_default().to_owned()
}

/// A parameter in the query of an address.
fn parameter(address: &str, name: &str) -> Option<String> {
    let (_, query) = address.split_once('?')?;
    let (_, value) =
        query.split('&').filter_map(|pair| pair.split_once('=')).find(|(own, _)| *own == name)?;
    percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// 256 bits of the machine's own chance, as base64url: this is a client, and belongs to no world.
fn random() -> Result<String, Failed> {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).map_err(Failed::new)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}
