//! The landing page of the auth site, at `/` of the host: what it is, the applications that are there, and Kraken's
//! three examples, filled in so that they work when pasted.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use minijinja::{Value, context};

use super::super::App;
use super::answers::Asked;
use super::browser::Browser;
use super::pages::page;
use crate::app::oauth::clients::Listed;

pub(super) async fn landing(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, "/", &parts);
    let browser = match Browser::of(&asked, &parts.headers).await {
        Ok(browser) => browser,
        Err(cause) => return asked.fault(&cause),
    };
    let clients = match asked.site().clients().await {
        Ok(clients) => clients,
        Err(cause) => return asked.fault(&cause),
    };
    let found = |name: &str| clients.iter().find(|client| client.name == name);
    let id = |name: &str| found(name).map(|client| client.id.clone());
    let context = context! {
        public_id => id("demo-public"),
        machine_id => id("demo-machine"),
        machine_secret => found("demo-machine").and_then(|client| client.secret.clone()),
        device_id => id("demo-device"),
        clients => clients.iter().map(shown).collect::<Vec<_>>(),
    };
    page(&asked, &browser, StatusCode::OK, "landing.html", context)
}

fn shown(client: &Listed) -> Value {
    context! {
        name => &client.name,
        id => &client.id,
        secret => client.secret.clone(),
        client_type => client.client_type.to_string(),
        grant => client.grant.to_string(),
        redirect_uris => client.redirect_uris.clone(),
    }
}
