//! The emulator's own addresses, under `/_emulator/`, and the keys of its tokens.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kemu_auth::kraken_tokens::masquerade::MASQUERADE_TOKEN_LIFETIME;
use kemu_domain::errors::Failure;
use kemu_domain::fixture::Fixture;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::App;
use super::body::{self, LARGEST_BODY};
use super::graphql::origin;
use crate::app;
use crate::graphql::RequestContext;

/// The keys that verify tokens.
pub(super) async fn jwks(State(app): State<Arc<App>>) -> Response {
    told(StatusCode::OK, &app.sandbox.keys.jwks())
}

/// Who can sign in, and with what.
pub(super) async fn demo_credentials(State(app): State<Arc<App>>) -> Response {
    let credentials = DemoCredentials::of(&app.sandbox.fixture);
    super::json(StatusCode::OK, serde_json::to_vec(&credentials).expect("credentials are plain data"))
}

/// Who is meant.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Who {
    #[serde(rename = "as")]
    name: String,
}

impl Who {
    /// The name in a body such as `{"as":"flat-base"}`; otherwise what would be right.
    async fn of(body: Body) -> Result<String, Response> {
        let bytes = body::read(body, LARGEST_BODY).await.unwrap_or_default();
        let who = serde_json::from_slice(&bytes).map(|Self { name }| name);
        who.map_err(|_| refused(r#"the body does not say who; right would be {"as":"flat-base"}"#))
    }
}

fn told(status: StatusCode, body: &Json) -> Response {
    super::json(status, body.to_string().into_bytes())
}

fn refused(error: impl Into<String>) -> Response {
    told(StatusCode::BAD_REQUEST, &json!({ "error": error.into() }))
}

/// Signs in one of those who can, with what is published of them: what `obtainKrakenToken` answers, without its limit, which
/// clients under test shall have to themselves.
pub(super) async fn token(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let name = match Who::of(body).await {
        Ok(name) => name,
        Err(refusal) => return refusal,
    };
    let (sandbox, origin) = (Arc::clone(&app.sandbox), origin(&app, &parts));
    let ctx = RequestContext::new(sandbox, Arc::clone(&app.api), origin, None).await;
    match app::tokens::sign_in_demo(&ctx, &name).await {
        Ok(Some(issued)) => {
            let body = json!({
                "token": issued.token,
                "payload": issued.claims,
                "refreshToken": issued.refresh_token,
                "refreshExpiresIn": issued.refresh_expires_in,
            });
            told(StatusCode::OK, &body)
        }
        Ok(None) => {
            let DemoCredentials { people, organisations } = DemoCredentials::of(&app.sandbox.fixture);
            let people = people.into_iter().map(|person| person.name);
            let names = people.chain(organisations.into_iter().map(|organisation| organisation.name));
            let names = names.collect::<Vec<_>>().join(", ");
            refused(format!("there is no demo person or organisation '{name}'; there are {names}"))
        }
        Err(Failure::Refused(error)) => {
            let code = error.code();
            let message = code.entry().message;
            refused(format!("{name} cannot sign in with the published key any more: {message} ({code})"))
        }
        Err(Failure::Internal(fault)) => {
            tracing::error!(correlation_id = ctx.correlation_id, cause = %fault.cause(), "Nobody could sign in.");
            let body = json!({ "error": "the store let nobody sign in; the log says why" });
            told(StatusCode::INTERNAL_SERVER_ERROR, &body)
        }
    }
}

/// Which deprecated members clients use.
pub(super) async fn deprecations(State(app): State<Arc<App>>) -> Response {
    let body = json!({ "deprecations": app.sandbox.deprecations.uses() });
    told(StatusCode::OK, &body)
}

/// Lifts all limits, those included that do not restore themselves.
pub(super) async fn lift_limits(State(app): State<Arc<App>>) -> Response {
    match app.sandbox.limits.lift().await {
        Ok(()) => told(StatusCode::OK, &json!({ "limits": "lifted" })),
        Err(cause) => {
            tracing::error!(%cause, "Limits could not be lifted.");
            let body = json!({ "error": "the store did not lift the limits; the log says why" });
            told(StatusCode::INTERNAL_SERVER_ERROR, &body)
        }
    }
}

/// Makes a masquerade token for somebody of the demo world: `{"as":"flat-base"}`.
pub(super) async fn masquerade(State(app): State<Arc<App>>, body: Body) -> Response {
    let name = match Who::of(body).await {
        Ok(name) => name,
        Err(refusal) => return refusal,
    };
    match app::tokens::masquerade_token(&app.sandbox, &name).await {
        Ok(Some((user, token))) => {
            let seconds = MASQUERADE_TOKEN_LIFETIME.num_seconds();
            let body =
                json!({ "masqueradeToken": token, "userId": user.to_string(), "expiresInSeconds": seconds });
            told(StatusCode::OK, &body)
        }
        Ok(None) => {
            let names = app.sandbox.fixture.people.iter().map(|person| person.name.as_str());
            let names = names.collect::<Vec<_>>().join(", ");
            refused(format!("there is no demo person '{name}'; there are {names}"))
        }
        Err(failure) => {
            tracing::error!(?failure, "A masquerade token could not be made.");
            let body = json!({ "error": "the store did not keep the token; the log says why" });
            told(StatusCode::INTERNAL_SERVER_ERROR, &body)
        }
    }
}

/// The published credentials of the demo world. Everybody may know them.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DemoCredentials {
    /// The people.
    pub(super) people: Vec<DemoPerson>,
    /// The organisations.
    pub(super) organisations: Vec<DemoOrganisation>,
}

/// A person of the demo world.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DemoPerson {
    /// What they are called, after what they show.
    pub(super) name: String,
    /// What they sign in with.
    pub(super) email: String,
    /// And the password to it.
    pub(super) password: String,
    /// Or this alone.
    pub(super) api_key: String,
    /// The numbers of their accounts.
    pub(super) accounts: Vec<String>,
}

/// An organisation of the demo world.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DemoOrganisation {
    /// What it is called.
    pub(super) name: String,
    /// What it signs in with.
    pub(super) secret_key: String,
}

impl DemoCredentials {
    /// The credentials that a fixture publishes.
    pub(super) fn of(fixture: &Fixture) -> Self {
        let person = |person: &kemu_domain::fixture::Person| DemoPerson {
            name: person.name.clone(),
            email: person.email.clone(),
            password: person.password.clone(),
            api_key: person.api_key.reveal().to_string(),
            accounts: fixture.accounts_of(&person.name).map(ToString::to_string).collect(),
        };
        let organisation = |organisation: &kemu_domain::fixture::Organisation| DemoOrganisation {
            name: organisation.name.clone(),
            secret_key: organisation.secret_key.reveal().to_string(),
        };
        Self {
            people: fixture.people.iter().map(person).collect(),
            organisations: fixture.organisations.iter().map(organisation).collect(),
        }
    }
}
