//! The landing page of the auth site, at `/` of the host: what it is, the applications that are there, a form that
//! registers another one at once, and Kraken's three examples, filled in so that they work when pasted.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use kemu_domain::oauth::{Scope, Scopes, Senseless};
use minijinja::{Value, context};

use super::super::App;
use super::answers::Asked;
use super::browser::Browser;
use super::pages::page;
use super::parameters::Parameters;
use super::sign_in;
use crate::app::oauth::clients::{Listed, NotRegistered, Wanted};

/// The fields of the form, and what each setting is called there. Problems of a setting stand beside its field.
const FIELDS: [(&str, &str); 6] = [
    ("name", "name"),
    ("type", "type"),
    ("grant", "grant"),
    ("redirect_uris", "redirectUris"),
    ("scope", "scope"),
    ("organisation", "organisation"),
];
/// A scope is a box of its own, called by this and the scope.
const SCOPE: &str = "scope:";

pub(super) async fn landing(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let asked = Asked::new(&app, "/", &parts);
    match Browser::of(&asked, &parts).await {
        Ok(browser) => show(&asked, &browser, StatusCode::OK, &Form::default()).await,
        Err(cause) => asked.fault(&cause),
    }
}

/// The form was sent: shows what was registered, with its secret this once, or the form again with what is wrong.
pub(super) async fn register(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Asked::new(&app, "/applications/", &parts);
    let (browser, given) = match sign_in::form_of_ours(&asked, &parts, body).await {
        Ok(both) => both,
        Err(response) => return *response,
    };
    let mut form = Form::of(&given);
    let wanted = match form.wanted() {
        Ok(wanted) => wanted,
        Err(problems) => {
            form.problems = problems;
            return show(&asked, &browser, StatusCode::BAD_REQUEST, &form).await;
        }
    };
    match asked.site().register(wanted).await {
        Ok(client) => page(
            &asked,
            &browser,
            StatusCode::CREATED,
            "registered.html",
            context! { client => shown(&client) },
        ),
        Err(NotRegistered::Senseless(problems)) => {
            form.problems = problems;
            show(&asked, &browser, StatusCode::BAD_REQUEST, &form).await
        }
        Err(NotRegistered::Fault(cause)) => asked.fault(&cause),
    }
}

/// What stands in the form, and what is wrong with it.
#[derive(Default)]
struct Form {
    name: String,
    client_type: String,
    grant: String,
    redirect_uris: String,
    scopes: Vec<String>,
    organisation: String,
    problems: Vec<Senseless>,
}

impl Form {
    fn of(given: &Parameters) -> Self {
        let text = |name: &str| given.get(name).unwrap_or_default().to_owned();
        let ticked = |scope: &Scope| given.get(&format!("{SCOPE}{scope}")).is_some();
        Self {
            name: text("name"),
            client_type: text("type"),
            grant: text("grant"),
            redirect_uris: text("redirect_uris"),
            scopes: Scope::all().filter(ticked).map(|scope| scope.to_string()).collect(),
            organisation: text("organisation"),
            problems: Vec::new(),
        }
    }

    /// The application that it describes. Everything but the two choices is looked at when it is registered.
    fn wanted(&self) -> Result<Wanted, Vec<Senseless>> {
        let (client_type, grant) = (self.client_type.parse(), self.grant.parse());
        let unchosen = [
            (client_type.is_err(), "type", "choose public or confidential"),
            (grant.is_err(), "grant", "choose authorization-code, client-credentials or device"),
        ];
        let (Ok(client_type), Ok(grant)) = (client_type, grant) else {
            let unchosen = unchosen.into_iter().filter(|(is_wrong, ..)| *is_wrong);
            return Err(unchosen.map(|(_, setting, right)| Senseless { setting, right }).collect());
        };
        let scopes = self.scopes.iter().filter_map(|scope| scope.parse().ok());
        let organisation = Some(self.organisation.trim()).filter(|name| !name.is_empty());
        Ok(Wanted {
            redirect_uris: self.redirect_uris.split_whitespace().map(str::to_owned).collect(),
            scope: Some(Scopes::of(scopes)),
            organisation: organisation.map(str::to_owned),
            ..Wanted::new(&self.name, client_type, grant)
        })
    }

    /// As the template needs it. An empty form comes with the usual scope.
    fn shown(&self, organisations: &[String]) -> Value {
        let is_new = self.problems.is_empty();
        let scopes = Scope::all().map(|scope| {
            let name = scope.to_string();
            let is_ticked = self.scopes.contains(&name) || (is_new && scope == Scope::FullCustomerAccess);
            context! { field => format!("{SCOPE}{name}"), name, words => scope.in_words(), is_ticked }
        });
        let wrong = FIELDS.map(|(field, setting)| {
            let own = self.problems.iter().filter(|problem| problem.setting == setting);
            let mut rights: Vec<&str> = own.map(|problem| problem.right).collect();
            rights.dedup();
            (field, rights.join("; "))
        });
        let all = wrong.iter().filter(|(_, right)| !right.is_empty());
        let all: Vec<Value> =
            all.map(|(field, right)| context! { field => *field, right => right.as_str() }).collect();
        context! {
            name => &self.name,
            client_type => &self.client_type,
            grant => &self.grant,
            redirect_uris => &self.redirect_uris,
            scopes => scopes.collect::<Vec<_>>(),
            organisation => &self.organisation,
            organisations => organisations.to_vec(),
            problems => all,
            wrong => wrong.into_iter().collect::<std::collections::BTreeMap<_, _>>(),
        }
    }
}

async fn show(asked: &Asked, browser: &Browser, status: StatusCode, form: &Form) -> Response {
    let clients = match asked.site().clients().await {
        Ok(clients) => clients,
        Err(cause) => return asked.fault(&cause),
    };
    let organisations = &asked.app.sandbox.fixture.organisations;
    let organisations: Vec<String> = organisations.iter().map(|one| one.name.clone()).collect();
    let found = |name: &str| clients.iter().find(|client| client.name == name);
    let id = |name: &str| found(name).map(|client| client.id.clone());
    let context = context! {
        public_id => id("demo-public"),
        machine_id => id("demo-machine"),
        machine_secret => found("demo-machine").and_then(|client| client.secret.clone()),
        device_id => id("demo-device"),
        clients => clients.iter().map(shown).collect::<Vec<_>>(),
        form => form.shown(&organisations),
    };
    page(asked, browser, status, "landing.html", context)
}

fn shown(client: &Listed) -> Value {
    context! {
        name => &client.name,
        id => &client.id,
        secret => client.secret.clone(),
        client_type => client.client_type.to_string(),
        grant => client.grant.to_string(),
        redirect_uris => client.redirect_uris.clone(),
        scope => client.scope.to_string(),
    }
}
