//! The emulator's own addresses, under `/_emulator/`, and the keys of its tokens.

use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kemu_domain::errors::Failure;
use kemu_domain::fixture::Fixture;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::App;
use super::body::LARGEST_BODY;
use super::graphql::origin;
use crate::app;
use crate::graphql::RequestContext;

/// The keys that verify tokens.
pub(super) async fn jwks(State(app): State<Arc<App>>) -> Response {
    super::json(StatusCode::OK, app.sandbox.keys.jwks().to_string().into_bytes())
}

/// Who can sign in, and with what.
pub(super) async fn demo_credentials(State(app): State<Arc<App>>) -> Response {
    let credentials = DemoCredentials::of(&app.sandbox.fixture);
    super::json(StatusCode::OK, serde_json::to_vec(&credentials).expect("credentials are plain data"))
}

/// Who is to sign in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhoSignsIn {
    #[serde(rename = "as")]
    name: String,
}

/// Signs in one of those who can, with what is published of them: what `obtainKrakenToken` answers, without its limit, which
/// clients under test shall have to themselves.
pub(super) async fn token(State(app): State<Arc<App>>, request: Request) -> Response {
    let refused = |error: String| {
        super::json(StatusCode::BAD_REQUEST, json!({ "error": error }).to_string().into_bytes())
    };
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, LARGEST_BODY).await.unwrap_or_default();
    let Ok(WhoSignsIn { name }) = serde_json::from_slice(&bytes) else {
        return refused(r#"the body does not say who; right would be {"as":"flat-base"}"#.into());
    };
    let (sandbox, origin) = (Arc::clone(&app.sandbox), origin(&app, &parts));
    let ctx = RequestContext::new(sandbox, Arc::clone(&app.api), origin, None).await;
    match app::tokens::sign_in_demo(&ctx, &name).await {
        Ok(Some(issued)) => {
            let body = json!({
                "token": issued.token,
                "refreshToken": issued.refresh_token,
                "refreshExpiresIn": issued.refresh_expires_in,
            });
            super::json(StatusCode::OK, body.to_string().into_bytes())
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
            super::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string().into_bytes())
        }
    }
}

/// Which deprecated members clients use.
pub(super) async fn deprecations(State(app): State<Arc<App>>) -> Response {
    let body = json!({ "deprecations": app.sandbox.deprecations.uses() });
    super::json(StatusCode::OK, body.to_string().into_bytes())
}

/// Lifts all limits, those included that do not restore themselves.
pub(super) async fn lift_limits(State(app): State<Arc<App>>) -> Response {
    match app.sandbox.limits.lift().await {
        Ok(()) => super::json(StatusCode::OK, json!({ "limits": "lifted" }).to_string().into_bytes()),
        Err(cause) => {
            tracing::error!(%cause, "Limits could not be lifted.");
            let body = json!({ "error": "the store did not lift the limits; the log says why" });
            super::json(StatusCode::INTERNAL_SERVER_ERROR, body.to_string().into_bytes())
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
