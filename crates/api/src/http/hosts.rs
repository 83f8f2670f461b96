//! By which names kemu is reached, and what follows of them.
//!
//! Kraken has two sites, each with a name: `api.…` and `auth.…`. A request that comes by such a name finds that site and
//! nothing of the other; every other name (`localhost`, an address, a container's) has both. Links and issuers are those
//! of the name that was used. Where `--public-url` names the one address that counts, none of this holds.
//!
//! A token of the GraphQL API says which name it is from only where a site has a name of its own, as at Kraken. All
//! others share an issuer, so that a token from `localhost` is good in a container's network. `Aliases` are good
//! everywhere.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use kemu_auth::IssuerNames;
use serde_json::json;

use super::graphql::SiteKind;
use super::{App, HttpOptions};

/// What Octopus Energy France calls its sites (SEED-G).
pub const REAL_HOSTS: [&str; 2] = ["api.oefr-kraken.energy", "auth.oefr-kraken.energy"];

/// On requests that came over TLS.
#[derive(Debug, Clone, Copy)]
pub(super) struct OverTls;

/// Where a request found kemu.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    /// Scheme and name, without a slash at the end: `https://api.oefr-kraken.energy`.
    pub(super) base: String,
    /// The site that has this name, if only one has.
    site: Option<SiteKind>,
}

impl Reached {
    pub(super) fn of(app: &App, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let host = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let is_host = |host: &&str| {
            !host.is_empty()
                && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]_".contains(&byte))
        };
        match host.filter(is_host).filter(|_| app.options.follows_host) {
            Some(host) => {
                let scheme = if extensions.get::<OverTls>().is_some() { "https" } else { "http" };
                let host = host.to_ascii_lowercase();
                let site = SiteKind::ALL.into_iter().find(|site| host.starts_with(site.label()));
                Self { base: format!("{scheme}://{host}"), site }
            }
            None => Self { base: app.options.base_url.clone(), site: None },
        }
    }

    /// Where the same caller finds a site.
    pub(super) fn of_site(&self, wanted: SiteKind) -> String {
        match self.site {
            Some(site) if site != wanted => {
                let label = |site: SiteKind| format!("://{}", site.label());
                self.base.replacen(&label(site), &label(wanted), 1)
            }
            _ => self.base.clone(),
        }
    }

    /// `iss` of what `obtainKrakenToken` hands out here: the address of the GraphQL API (kraken-facts 2.1).
    pub(super) fn kraken_issuer(&self, app: &App) -> IssuerNames {
        let base = match self.site {
            Some(_) => self.of_site(SiteKind::Api),
            None => app.options.base_url.clone(),
        };
        IssuerNames { url: kraken_issuer(&base), aliases: Arc::clone(&app.aliases.kraken) }
    }

    /// `iss` of OAuth tokens here: the auth site's token endpoint (kraken-facts 9.3).
    pub(super) fn oauth_issuer(&self, app: &App) -> IssuerNames {
        let url = oauth_issuer(&self.of_site(SiteKind::Auth));
        IssuerNames { url, aliases: Arc::clone(&app.aliases.oauth) }
    }
}

fn kraken_issuer(base: &str) -> String {
    format!("{base}/v1/graphql/")
}

fn oauth_issuer(base: &str) -> String {
    format!("{base}/token/")
}

/// The issuers whose tokens are good by whatever name a request comes: where kemu says that it is, and the real hosts,
/// for which it stands in.
pub(super) struct Aliases {
    kraken: Arc<[String]>,
    oauth: Arc<[String]>,
}

impl Aliases {
    pub(super) fn of(options: &HttpOptions) -> Self {
        if !options.follows_host {
            return Self { kraken: Arc::default(), oauth: Arc::default() };
        }
        let real = REAL_HOSTS.map(|host| format!("https://{host}"));
        let [api, auth] = &real;
        Self {
            kraken: [&options.base_url, api].map(|base| kraken_issuer(base)).into(),
            oauth: [&options.base_url, auth].map(|base| oauth_issuer(base)).into(),
        }
    }
}

/// Lets a request for an address of `site` pass, unless it came by the name of the other site.
pub(super) async fn only_at(
    State((app, site)): State<(Arc<App>, SiteKind)>,
    request: Request,
    next: Next,
) -> Response {
    let reached = Reached::of(&app, request.headers(), request.extensions());
    if reached.site.is_none_or(|own| own == site) {
        return next.run(request).await;
    }
    let path = request.uri().path();
    let body = json!({
        "error": format!("kemu serves nothing at {path} of {}.", reached.base),
        "right": format!("{}{path}", reached.of_site(site)),
    });
    super::json(StatusCode::NOT_FOUND, body.to_string().into_bytes())
}
