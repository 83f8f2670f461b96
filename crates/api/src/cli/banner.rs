//! What kemu says when it is ready: its address to stdout, for programs; a greeting to stderr, for people.

use std::io::Write as _;

use crate::http::App;
use crate::log::Look;

/// `secure` is where it is over TLS.
pub(super) fn show(app: &App, secure: Option<&str>, look: Look, is_quiet: bool) {
    let addresses = std::iter::once(app.options.base_url.as_str()).chain(secure);
    let lines: String = addresses.map(|address| format!("{address}\n")).collect();
    // A reader that wanted the first line alone may be gone.
    let _ = std::io::stdout().write_all(lines.as_bytes());
    match look {
        _ if is_quiet => {}
        Look::Text { .. } => super::tell(&greeting(app, secure)),
        // Who reads JSON reads nothing else, and no credentials belong into logs.
        Look::Json => tracing::info!(
            url = app.options.base_url,
            secure_url = secure,
            seed = app.sandbox.seed.0,
            version = env!("CARGO_PKG_VERSION"),
            "kemu is ready."
        ),
    }
}

fn greeting(app: &App, secure: Option<&str>) -> String {
    let base = &app.options.base_url;
    let fixture = &app.sandbox.fixture;
    let mut text = format!(
        "kemu {} · France · seed {}\n  GraphQL (API site)    {base}/v1/graphql/\n  GraphQL (auth site)   \
         {base}/graphql/\n  OAuth (auth site)     {base}/\n  Demo credentials      {base}/_emulator/demo-credentials\n  Journal               \
         {base}/_emulator/journal\n",
        env!("CARGO_PKG_VERSION"),
        app.sandbox.seed.0,
    );
    if let Some(secure) = secure {
        text.push_str(&format!("  HTTPS                 {secure}   real hosts: kemu hosts\n"));
    }
    if let Some(person) = fixture.people.first() {
        let account = fixture.accounts_of(&person.name).next().map(ToString::to_string).unwrap_or_default();
        text.push_str(&format!(
            "  Demo customer         {} / {}   account {account}\n  Demo API key          {}\n",
            person.email,
            person.password,
            person.api_key.reveal(),
        ));
    }
    if let Some(organisation) = fixture.organisations.first() {
        text.push_str(&format!(
            "  Demo organisation     {}   key {}\n",
            organisation.name,
            organisation.secret_key.reveal()
        ));
    }
    for (at, client) in fixture.clients.iter().enumerate() {
        let heading = if at == 0 { "Demo OAuth clients" } else { "" };
        let secret = client.secret.as_ref().map(|secret| format!(" / {}", secret.reveal()));
        let secret = secret.unwrap_or_default();
        text.push_str(&format!("  {heading:<20}  {:<17}  {}{secret}\n", client.name, client.id));
    }
    text.push_str("  Not a real Kraken: data are invented, nothing leaves this machine.");
    text
}
