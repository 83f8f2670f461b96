//! What a browser sees: where things are, who can sign in, a line that works when pasted.

use axum::http::header;
use axum::response::{Html, IntoResponse, Response};

use super::App;
use super::emulator::DemoCredentials;

/// No script, nothing from elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

/// The page at a GraphQL address.
pub(super) fn graphql(app: &App, address: &str) -> Response {
    let credentials = DemoCredentials::of(&app.sandbox.fixture);
    let rows: String = credentials
        .people
        .iter()
        .map(|person| {
            let cells =
                [&person.name, &person.email, &person.password, &person.api_key, &person.accounts.join(" ")];
            let cells: String = cells.iter().map(|cell| format!("<td>{}</td>", escape(cell))).collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    let key = credentials.people.first().map(|person| person.api_key.as_str()).unwrap_or_default();
    let query = format!(
        r#"{{"query":"mutation {{ obtainKrakenToken(input: {{ APIKey: \"{key}\" }}) {{ token }} }}"}}"#
    );
    let curl = format!("curl -s {address} -H 'Content-Type: application/json' -d '{query}'");
    let html = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>kemu</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style>body{{font:16px/1.5 system-ui;margin:2rem;max-width:72rem}}pre,table{{overflow-x:auto;display:block}}\
         td,th{{padding:.2rem .8rem .2rem 0;text-align:left}}pre{{background:#8881;padding:1rem}}</style>\
         <h1>kemu, a Kraken on your laptop</h1>\
         <p>This is an emulator. Its data are invented, and nothing leaves this machine.</p>\
         <p>GraphQL is served here: <code>{address}</code> (POST). A customer signs in with:</p>\
         <pre>{curl}</pre>\
         <p>Send the token as <code>Authorization</code> header. Who can sign in:</p>\
         <table><tr><th>Name</th><th>E-mail</th><th>Password</th><th>API key</th><th>Accounts</th></tr>{rows}</table>\
         <p>The same as JSON: <a href=\"/_emulator/demo-credentials\">/_emulator/demo-credentials</a></p>",
        address = escape(address),
        curl = escape(&curl),
    );
    ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(html)).into_response()
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
