//! What a Kraken token says.
//!
//! The members and their order are those of a captured British token (UK-PQ, kraken-facts section 2.1):
//!
//! ```json
//! {"sub":"kraken|account-user:3235447","gty":"API-KEY","email":"…","tokenUse":"access",
//!  "iss":"https://api.octopus.energy/v1/graphql/","iat":1724155372,"exp":1724158972,"origIat":1724155372}
//! ```

use std::fmt;
use std::str::FromStr;

use kemu_domain::{OrganisationId, UserId};
use serde::{Deserialize, Serialize};

/// The value of `tokenUse` of an access token; the only one measured.
pub const ACCESS: &str = "access";

/// The claims of a Kraken token, also what `obtainKrakenToken` shows as `payload`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// Whose token it is, see [`Subject`].
    pub sub: String,
    /// How it was obtained.
    pub gty: Grant,
    /// The user's e-mail address. Guess: left out for an organisation, which has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What it is for: [`ACCESS`].
    pub token_use: String,
    /// The GraphQL address of the tenant.
    pub iss: String,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Expires at, Unix seconds; dead from this second on.
    pub exp: i64,
    /// Unix seconds of the sign-in this token goes back to. Equal to `iat` in the captures, which are of fresh
    /// sign-ins; guess: a renewed token keeps the value of its sign-in, as the name says.
    pub orig_iat: i64,
}

/// `gty`: how a token was obtained. The first two were measured, the others are guesses in the same style.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING-KEBAB-CASE")]
pub enum Grant {
    /// `API-KEY` (measured, UK-PQ).
    ApiKey,
    /// `EMAIL-AND-PASSWORD` (measured).
    EmailAndPassword,
    /// `ORGANIZATION-SECRET-KEY` (guess).
    OrganizationSecretKey,
    /// `PRE-SIGNED-KEY` (guess).
    PreSignedKey,
    /// `REFRESH-TOKEN` (guess: a renewed token says so, as Auth0's do, whose `sub` and `gty` these resemble).
    RefreshToken,
    /// `MASQUERADE` (guess).
    Masquerade,
    /// `AUTHORIZATION-CODE`: an OAuth application on a person's behalf (guess).
    AuthorizationCode,
    /// `DEVICE-CODE`: a device on a person's behalf (guess).
    DeviceCode,
    /// `CLIENT-CREDENTIALS`: an OAuth application for its organisation (guess).
    ClientCredentials,
}

/// Whose token it is; the text form is `sub`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// `kraken|account-user:<id>` (measured).
    AccountUser(UserId),
    /// `kraken|third-party-organization:<id>` (guess by analogy).
    Organisation(OrganisationId),
}

const ACCOUNT_USER: &str = "kraken|account-user:";
const ORGANISATION: &str = "kraken|third-party-organization:";

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AccountUser(id) => write!(f, "{ACCOUNT_USER}{id}"),
            Self::Organisation(id) => write!(f, "{ORGANISATION}{id}"),
        }
    }
}

/// The text names nobody we know of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the subject names neither an account user nor an organisation")]
pub struct UnknownSubject;

impl FromStr for Subject {
    type Err = UnknownSubject;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let subject = if let Some(id) = text.strip_prefix(ACCOUNT_USER) {
            id.parse().map(Self::AccountUser)
        } else if let Some(id) = text.strip_prefix(ORGANISATION) {
            id.parse().map(Self::Organisation)
        } else {
            return Err(UnknownSubject);
        };
        subject.map_err(|_| UnknownSubject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_order_are_the_measured_ones() {
        let claims = Claims {
            sub: Subject::AccountUser(UserId(3_235_447)).to_string(),
            gty: Grant::ApiKey,
            email: Some("someone@example.org".to_owned()),
            token_use: ACCESS.to_owned(),
            iss: "https://api.octopus.energy/v1/graphql/".to_owned(),
            iat: 1_724_155_372,
            exp: 1_724_158_972,
            orig_iat: 1_724_155_372,
        };
        assert_eq!(
            serde_json::to_string(&claims).unwrap(),
            r#"{"sub":"kraken|account-user:3235447","gty":"API-KEY","email":"someone@example.org","tokenUse":"access","iss":"https://api.octopus.energy/v1/graphql/","iat":1724155372,"exp":1724158972,"origIat":1724155372}"#
        );
    }

    #[test]
    fn grants_are_spelt_in_one_style() {
        let spelt = |grant| serde_json::to_value(grant).unwrap();
        assert_eq!(spelt(Grant::EmailAndPassword), "EMAIL-AND-PASSWORD");
        assert_eq!(spelt(Grant::OrganizationSecretKey), "ORGANIZATION-SECRET-KEY");
        assert_eq!(spelt(Grant::PreSignedKey), "PRE-SIGNED-KEY");
    }

    #[test]
    fn subjects_go_there_and_back_and_nothing_else_is_one() {
        for subject in [Subject::AccountUser(UserId(7)), Subject::Organisation(OrganisationId(7))] {
            assert_eq!(subject.to_string().parse(), Ok(subject));
        }
        for other in [
            "",
            "7",
            "kraken|account-user:",
            "kraken|account-user:x",
            "auth0|account-user:7",
            "account-user:7",
        ] {
            assert_eq!(other.parse::<Subject>(), Err(UnknownSubject), "{other:?}");
        }
    }
}
