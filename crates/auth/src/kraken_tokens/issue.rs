//! What is in a token, and how long it lives.

use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::organisations::Organisation;
use kemu_domain::secrets::digest;
use kemu_domain::tokens::{Owner, RefreshToken};
use kemu_domain::users::User;
use kemu_persistence::reads::Reads;
use kemu_persistence::refresh_tokens;
use rand::CryptoRng;

use super::revocation;
use crate::claims::{ACCESS, Claims, Grant, Subject};
use crate::keys::SigningKeys;
use crate::{jwt, secrets};

/// An access token lives exactly an hour (SEED-G; measured in Japan, JP-C).
pub const ACCESS_TOKEN_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// A refresh token lives exactly seven days (SEED-G; measured in Japan, JP-C).
pub const REFRESH_TOKEN_LIFETIME: TimeDelta = TimeDelta::days(7);

/// Who issues: the keys of the sandbox, and `iss`, the address of its GraphQL API.
#[derive(Clone, Copy)]
pub struct Issuer<'a> {
    /// The keys that sign and verify.
    pub keys: &'a SigningKeys,
    /// `iss` of what is issued here, such as `http://127.0.0.1:8080/v1/graphql/`.
    pub url: &'a str,
    /// Its names elsewhere: what was issued under them is good here too.
    pub aliases: &'a [String],
}

impl<'a> Issuer<'a> {
    /// Is this one of its names?
    pub(crate) fn is(&self, iss: &str) -> bool {
        self.names().any(|name| name == iss)
    }

    /// All of its names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        std::iter::once(self.url).chain(self.aliases.iter().map(String::as_str))
    }
}

/// The names of an issuer.
#[derive(Debug, Clone)]
pub struct IssuerNames {
    /// `iss` of what it issues to whoever asks.
    pub url: String,
    /// Its names elsewhere.
    pub aliases: Arc<[String]>,
}

impl IssuerNames {
    /// The issuer of these names, with its keys.
    pub fn with<'a>(&'a self, keys: &'a SigningKeys) -> Issuer<'a> {
        Issuer { keys, url: &self.url, aliases: &self.aliases }
    }
}

/// What a sign-in hands out. Printing one shows none of the tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct Issued {
    /// The access token.
    pub token: String,
    /// What it says: `payload`.
    pub claims: Claims,
    /// The refresh token; on renewal the very one presented, as it is not rotated.
    pub refresh_token: Option<String>,
    /// When the refresh token expires, **absolute Unix seconds** despite the name (kraken-facts 2.5).
    pub refresh_expires_in: Option<i64>,
}

impl fmt::Debug for Issued {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issued")
            .field("gty", &self.claims.gty)
            .field("exp", &self.claims.exp)
            .finish_non_exhaustive()
    }
}

/// Whom a token is for.
#[derive(Clone, Copy)]
pub(super) enum Bearer<'a> {
    User(&'a User),
    Organisation(&'a Organisation),
}

impl Bearer<'_> {
    fn subject(self) -> Subject {
        match self {
            Self::User(user) => Subject::AccountUser(user.id),
            Self::Organisation(organisation) => Subject::Organisation(organisation.id),
        }
    }

    fn owner(self) -> Owner {
        match self {
            Self::User(user) => Owner::User(user.id),
            Self::Organisation(organisation) => Owner::Organisation(organisation.id),
        }
    }

    /// `iat` of a token issued at `now`, see [`revocation`].
    pub(super) fn issue_second(self, now: DateTime<Utc>) -> i64 {
        match self {
            Self::User(user) => revocation::issue_second(user, now),
            Self::Organisation(_) => now.timestamp(),
        }
    }
}

/// An access token for `user` without a sign-in and without a refresh token: `kemu token --as NAME`.
pub fn access_token_for(issuer: Issuer<'_>, now: DateTime<Utc>, user: &User, grant: Grant) -> Issued {
    access_only(issuer, now, Bearer::User(user), grant, None)
}

/// An access token alone. `signed_in_at` is the second of an earlier sign-in that it goes back to.
pub(super) fn access_only(
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    bearer: Bearer<'_>,
    grant: Grant,
    signed_in_at: Option<i64>,
) -> Issued {
    let iat = bearer.issue_second(now);
    let claims = Claims {
        sub: bearer.subject().to_string(),
        gty: grant,
        email: match bearer {
            Bearer::User(user) => Some(user.email.clone()),
            Bearer::Organisation(_) => None,
        },
        token_use: ACCESS.to_owned(),
        iss: issuer.url.to_owned(),
        iat,
        exp: iat + ACCESS_TOKEN_LIFETIME.num_seconds(),
        orig_iat: signed_in_at.unwrap_or(iat),
    };
    let token = jwt::sign(issuer.keys, &claims);
    Issued { token, claims, refresh_token: None, refresh_expires_in: None }
}

/// An access token and a fresh refresh token of seven days. Guess: organisations get one like everybody else, as the
/// French guide makes no difference.
pub(super) async fn access_and_refresh<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    bearer: Bearer<'_>,
    grant: Grant,
) -> kemu_persistence::Result<Issued> {
    let mut tokens = access_only(issuer, now, bearer, grant, None);
    let (text, kept) = new_refresh_token(now, rng, bearer, REFRESH_TOKEN_LIFETIME);
    refresh_tokens::insert(conn, &kept).await?;
    tokens.refresh_expires_in = Some(kept.expires_at.timestamp());
    tokens.refresh_token = Some(text);
    Ok(tokens)
}

/// A new refresh token: its text for the bearer, and what is kept of it.
pub(super) fn new_refresh_token(
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    bearer: Bearer<'_>,
    lifetime: TimeDelta,
) -> (String, RefreshToken) {
    let text = secrets::hex_token(rng);
    // Whole seconds, so that the token dies in the very second that the client is told.
    let signed_in_at =
        DateTime::from_timestamp(bearer.issue_second(now), 0).expect("the second of a representable instant");
    let kept = RefreshToken {
        digest: digest(&text),
        owner: bearer.owner(),
        third_party: None,
        signed_in_at,
        expires_at: signed_in_at + lifetime,
        invalidated_at: None,
    };
    (text, kept)
}
