//! The emulator's own addresses. To add one, write a line in [`own`]: the router, the index at `/_emulator/` and the
//! page for addresses that are served by nothing are made of it.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{MethodRouter, delete, get, post};
use serde::Serialize;
use serde_json::json;

use super::hosts::Reached;
use super::{App, analyse, clock, documents, emulator, graphiql, health, journal, oauth};

/// Where GraphQL is served.
const GRAPHQL: [&str; 2] = ["/v1/graphql/", "/graphql/"];

/// Does the address answer from the process alone, whatever becomes of the store?
pub(super) fn is_of_the_process(path: &str) -> bool {
    ["/healthz", "/metrics", "/_static/"].iter().any(|own| path.starts_with(own))
}

/// An address of the emulator's own.
#[derive(Serialize)]
pub(super) struct Address {
    /// The methods it takes.
    methods: &'static [&'static str],
    /// Where it is.
    pub(super) path: &'static str,
    /// What it is for.
    does: &'static str,
    /// Who answers.
    #[serde(skip)]
    pub(super) route: fn() -> MethodRouter<Arc<App>>,
}

/// All of them.
pub(super) fn own() -> Vec<Address> {
    vec![
        Address {
            methods: &["GET"],
            path: "/healthz",
            does: "200 while kemu serves.",
            route: || get(health::alive),
        },
        Address {
            methods: &["GET"],
            path: "/readyz",
            does: "200 when schema, store and seed are there, 503 before, with the state of each.",
            route: || get(health::ready),
        },
        Address {
            methods: &["GET"],
            path: "/metrics",
            does: "Counts and durations for Prometheus.",
            route: || get(health::metrics),
        },
        Address {
            methods: &["GET"],
            path: "/.well-known/jwks.json",
            does: "The keys that verify tokens.",
            route: || get(emulator::jwks),
        },
        Address {
            methods: &["GET"],
            path: "/_static/graphiql/{*file}",
            does: "The files of GraphiQL, which browsers get at the GraphQL addresses.",
            route: || get(graphiql::asset),
        },
        Address { methods: &["GET"], path: "/_emulator/", does: "This list.", route: || get(index) },
        Address {
            methods: &["POST"],
            path: "/_emulator/analyse",
            does: "What an operation needs, costs and may answer, without executing it; takes what a GraphQL address takes. \
                   ?site=auth for the auth site.",
            route: || post(analyse::post),
        },
        Address {
            methods: &["GET", "POST"],
            path: "/_emulator/clock",
            does: "The time in this world. POST {\"action\":\"advance\",\"by\":\"3h\"} moves it forward; others: set with \
                   to, freeze, resume.",
            route: || get(clock::read).post(clock::change),
        },
        Address {
            methods: &["GET"],
            path: "/_emulator/demo-credentials",
            does: "Who can sign in, and with what.",
            route: || get(emulator::demo_credentials),
        },
        Address {
            methods: &["GET"],
            path: "/_emulator/deprecations",
            does: "The deprecated members that clients used, with dates and replacements.",
            route: || get(emulator::deprecations),
        },
        Address {
            methods: &["GET"],
            path: "/_emulator/documents/bills/{file}",
            does: "A bill as PDF, by the signed address that its temporaryUrl has.",
            route: || get(documents::bill),
        },
        Address {
            methods: &["GET", "DELETE"],
            path: "/_emulator/journal",
            does: "The latest requests, newest first: ?operation=NAME&code=KT-CT-1199&limit=10. DELETE forgets them.",
            route: || get(journal::read).delete(journal::clear),
        },
        Address {
            methods: &["DELETE"],
            path: "/_emulator/limits",
            does: "Lifts all limits, those included that do not restore themselves.",
            route: || delete(emulator::lift_limits),
        },
        Address {
            methods: &["POST"],
            path: "/_emulator/masquerade",
            does: "A masquerade token, as the supplier's staff would get one: {\"as\":\"flat-base\"}. It is for \
                   masqueradeAuthentication, once, within ten seconds.",
            route: || post(emulator::masquerade),
        },
        Address {
            methods: &["GET", "POST"],
            path: "/_emulator/oauth/clients",
            does: "The OAuth applications, with the secrets that are published. POST registers one: \
                   {\"name\":\"mine\",\"type\":\"public\",\"grant\":\"authorization-code\",\"redirectUris\":[…]}.",
            route: || get(oauth::clients::list).post(oauth::clients::add),
        },
        Address {
            methods: &["DELETE"],
            path: "/_emulator/oauth/clients/{client}",
            does: "Takes out an OAuth application, by name or client id.",
            route: || delete(oauth::clients::remove),
        },
        Address {
            methods: &["POST"],
            path: "/_emulator/oauth/device/{decision}",
            does: "Decides for a device, without a page: approve or deny, \
                   {\"userCode\":\"ETE39050\",\"as\":\"flat-base\"}.",
            route: || post(oauth::decide_for),
        },
        Address {
            methods: &["GET"],
            path: "/_emulator/oauth/last-errors",
            does: "What the auth site refused lately: which check failed, what was expected, what came.",
            route: || get(oauth::last_errors),
        },
        Address {
            methods: &["POST"],
            path: "/_emulator/token",
            does: "Signs in a demo person or organisation, {\"as\":\"flat-base\"}, at no cost to the limit of \
                   obtainKrakenToken.",
            route: || post(emulator::token),
        },
    ]
}

async fn index() -> Response {
    super::json(
        StatusCode::OK,
        json!({ "version": env!("CARGO_PKG_VERSION"), "graphql": GRAPHQL, "emulator": own() })
            .to_string()
            .into_bytes(),
    )
}

/// An address that is served by nothing.
pub(super) async fn nothing_here(State(app): State<Arc<App>>, request: Request) -> Response {
    let reached = Reached::of(&app, request.headers(), request.extensions());
    let mut paths: Vec<&str> = own().iter().map(|address| address.path).collect();
    paths.sort_unstable();
    let body = json!({
        "error": format!("kemu serves nothing at {}.", request.uri().path()),
        "graphql": GRAPHQL,
        "emulator": paths,
        "more": format!("{}/_emulator/", reached.base),
    });
    super::json(StatusCode::NOT_FOUND, body.to_string().into_bytes())
}
