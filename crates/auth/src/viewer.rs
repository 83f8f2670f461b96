//! Who a request comes from.
//!
//! Kraken knows three classes of caller on this API: account users, third-party organisations, and nobody
//! (kraken-facts section 2.2). A header that is there and does not identify anybody is an error even where no viewer
//! is needed: an expired token breaks sign-in itself (measured in Germany, kraken-facts 2.9a).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::Scope;
use kemu_domain::errors::{Code, Failure, codes};
use kemu_domain::oauth::Scope as OAuthScope;
use kemu_domain::organisations::Organisation;
use kemu_domain::users::User;
use kemu_persistence::reads::Reads;
use kemu_persistence::{organisations, users};

use crate::claims::{Claims, Subject};
use crate::kraken_tokens::{Issuer, revocation};
use crate::oauth::access::Application;
use crate::{header, jwt, oauth};

/// The permission that opens the customers' queries ("Can access customer queries", kraken-facts 2.4).
pub const CUSTOMER_QUERIES: &str = "CAN_ACCESS_CUSTOMER_QUERIES";

/// The permission that opens the customers' mutations.
pub const CUSTOMER_MUTATIONS: &str = "CAN_ACCESS_CUSTOMER_MUTATIONS";

/// What an organisation needs to make and end other people's tokens; the contract's name for it, a guess.
pub const MANAGE_TOKENS: &str = "CAN_MANAGE_TOKENS";

/// The permissions of every customer.
const OF_CUSTOMERS: [&str; 2] = [CUSTOMER_QUERIES, CUSTOMER_MUTATIONS];

/// The three classes of caller, as the reference pages list them under "Allowed Viewers".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ViewerKind {
    /// No `Authorization` header.
    Anonymous,
    /// An account user.
    Customer,
    /// A third-party organisation.
    Organisation,
}

/// Who a request comes from. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Viewer {
    /// Nobody in particular.
    Anonymous,
    /// An account user.
    Customer(Arc<Customer>),
    /// A third-party organisation.
    Organisation(Arc<ThirdParty>),
}

/// An account user and the token they came with.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The user, as of the start of the request.
    pub user: User,
    /// What their token says.
    pub claims: Claims,
    /// The OAuth application they came through, if they did.
    pub through: Option<Application>,
}

/// An organisation and the token it came with.
#[derive(Clone, Debug)]
pub struct ThirdParty {
    /// The organisation, as of the start of the request.
    pub organisation: Organisation,
    /// What its token says.
    pub claims: Claims,
    /// Its OAuth application, if it came through one.
    pub through: Option<Application>,
}

impl Viewer {
    /// Which class of caller.
    pub fn kind(&self) -> ViewerKind {
        match self {
            Self::Anonymous => ViewerKind::Anonymous,
            Self::Customer(_) => ViewerKind::Customer,
            Self::Organisation(_) => ViewerKind::Organisation,
        }
    }

    /// The account user, if it is one.
    pub fn user(&self) -> Option<&User> {
        match self {
            Self::Customer(customer) => Some(&customer.user),
            Self::Anonymous | Self::Organisation(_) => None,
        }
    }

    /// The organisation, if it is one.
    pub fn organisation(&self) -> Option<&Organisation> {
        match self {
            Self::Organisation(third_party) => Some(&third_party.organisation),
            Self::Anonymous | Self::Customer(_) => None,
        }
    }

    /// What the token says, if there was one.
    pub fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Anonymous => None,
            Self::Customer(customer) => Some(&customer.claims),
            Self::Organisation(third_party) => Some(&third_party.claims),
        }
    }

    /// The OAuth application they came through, if they did.
    pub fn through(&self) -> Option<&Application> {
        match self {
            Self::Anonymous => None,
            Self::Customer(customer) => customer.through.as_ref(),
            Self::Organisation(third_party) => third_party.through.as_ref(),
        }
    }

    /// The names of the permissions held, for display (`thirdPartyViewer { permissions { permission } }`).
    pub fn permissions(&self) -> Vec<&str> {
        let mut own = match self {
            Self::Anonymous => Vec::new(),
            Self::Customer(_) => OF_CUSTOMERS.to_vec(),
            Self::Organisation(third_party) => {
                third_party.organisation.permissions.iter().map(String::as_str).collect()
            }
        };
        own.retain(|permission| self.may(permission));
        own
    }

    /// Whether the viewer holds a permission. An organisation with `*` holds each of them. Who came through an OAuth
    /// application holds what its scopes open and no more; a customer whose token has a `verb:resource` scope may do
    /// what that scope names, as the customer's own permissions cover it.
    pub fn may(&self, permission: &str) -> bool {
        let is_open = self.through().is_none_or(|application| application.scopes.open(permission));
        match self {
            Self::Anonymous => false,
            Self::Customer(_) if !self.has_full_access() => is_open,
            Self::Customer(_) => OF_CUSTOMERS.contains(&permission),
            Self::Organisation(third_party) => is_open && third_party.organisation.may(permission),
        }
    }

    /// Whether they may all that is theirs to do, also what needs no permission: who they are, their keys and their
    /// sign-ins. Who came through an OAuth application does with `full-customer-access` alone (a guess): any other scope
    /// names what it opens, and this is never among it.
    pub fn has_full_access(&self) -> bool {
        let scopes = self.through().map(|application| &application.scopes);
        scopes.is_none_or(|scopes| scopes.contains(OAuthScope::FullCustomerAccess))
    }

    /// The part of the world they may see; `None` for nobody.
    pub fn scope(&self) -> Option<Scope> {
        match self {
            Self::Anonymous => None,
            Self::Customer(customer) => Some(Scope::User(customer.user.id)),
            Self::Organisation(third_party) => Some(third_party.organisation.scope()),
        }
    }

    /// The organisation behind this viewer if it holds `permission`; otherwise KT-CT-1112 for nobody and `refusal`
    /// for everybody else.
    pub(crate) fn organisation_with(&self, permission: &str, refusal: Code) -> Result<&Organisation, Code> {
        match self {
            Self::Anonymous => Err(codes::HEADER_MISSING),
            Self::Organisation(third_party) if self.may(permission) => Ok(&third_party.organisation),
            Self::Customer(_) | Self::Organisation(_) => Err(refusal),
        }
    }
}

/// The viewer of a request with this `Authorization` header, at the time `now`: of a token of the GraphQL API, or of
/// the auth site.
///
/// Errors: 1143 no credential, 1124 expired, 1125 to 1127 and 1163 not a token of ours (see [`jwt::Rejection`]),
/// 1162 revoked. Guess: 1162 also for a token whose user or organisation no longer exists or may not sign in.
pub async fn authenticate<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    oauth_issuer: Issuer<'_>,
    now: DateTime<Utc>,
    authorization: Option<&[u8]>,
) -> Result<Viewer, Failure> {
    let Some(token) = header::token(authorization)? else { return Ok(Viewer::Anonymous) };
    let claims = match jwt::verify(issuer, now, token) {
        Err(jwt::Rejection::WrongIssuer) => {
            return match oauth::access::access(conn, oauth_issuer, now, token).await {
                Ok(access) => Ok(access.into_viewer()),
                Err(failure) => Err(failure.code()?.into()),
            };
        }
        verdict => verdict.map_err(jwt::Rejection::code)?,
    };
    match claims.sub.parse().map_err(|_| codes::TOKEN_INVALID)? {
        Subject::AccountUser(id) => {
            let user = users::by_id(conn, id).await?.ok_or(codes::TOKEN_REVOKED)?;
            if !user.is_active || revocation::is_revoked(&user, claims.iat) {
                return Err(codes::TOKEN_REVOKED.into());
            }
            Ok(Viewer::Customer(Arc::new(Customer { user, claims, through: None })))
        }
        Subject::Organisation(id) => {
            let organisation = organisations::by_id(conn, id).await?.ok_or(codes::TOKEN_REVOKED)?;
            Ok(Viewer::Organisation(Arc::new(ThirdParty { organisation, claims, through: None })))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::claims::Grant;
    use crate::kraken_tokens::access_token_for;
    use crate::testing::*;

    #[tokio::test]
    async fn three_classes_of_caller() {
        let mut world = TestWorld::new().await;
        let nobody = authenticate(world.conn(), world.issuer(), world.oauth_issuer(), world.now(), None)
            .await
            .unwrap();
        assert_eq!(
            (nobody.kind(), nobody.scope(), nobody.may(CUSTOMER_QUERIES)),
            (ViewerKind::Anonymous, None, false)
        );
        assert!(nobody.permissions().is_empty() && nobody.claims().is_none());

        let customer = world.customer(PLAIN).await;
        assert_eq!((customer.kind(), customer.scope()), (ViewerKind::Customer, Some(Scope::User(PLAIN))));
        assert_eq!(customer.permissions(), [CUSTOMER_QUERIES, CUSTOMER_MUTATIONS]);
        assert!(customer.may(CUSTOMER_MUTATIONS) && !customer.may("CAN_QUERY_PROPERTY"));

        let meek = world.organisation(MEEK).await;
        assert_eq!((meek.kind(), meek.scope()), (ViewerKind::Organisation, Some(Scope::Organisation(MEEK))));
        assert!(meek.may("CAN_QUERY_PROPERTY") && !meek.may(CUSTOMER_QUERIES));

        let mighty = world.organisation(MIGHTY).await;
        assert!(mighty.may(CUSTOMER_QUERIES) && mighty.may("ANYTHING"));
        assert_eq!(mighty.permissions(), ["*"]);
    }

    #[tokio::test]
    async fn three_forms_of_header_and_each_failure_with_its_code() {
        let mut world = TestWorld::new().await;
        let token = world.sign_in(PLAIN).await.token;
        for form in [token.clone(), format!("JWT {token}"), format!("Bearer {token}")] {
            assert_eq!(world.authenticate(&form).await.unwrap().user().unwrap().id, PLAIN);
        }
        let user = world.customer(MFA).await.user().unwrap().clone();
        let token_of = |user: &User, url| {
            access_token_for(Issuer { url, ..world.issuer() }, world.now(), user, Grant::ApiKey).token
        };
        let elsewhere = token_of(&user, "https://api.oefr-kraken.energy/v1/graphql/");
        let gone = token_of(&User { id: kemu_domain::UserId(99), ..user.clone() }, ISSUER);
        let inactive = token_of(&User { id: INACTIVE, ..user }, ISSUER);
        for (value, expected) in [
            ("rubbish", codes::HEADER_NOT_A_CREDENTIAL),
            ("Basic eDp5", codes::HEADER_NOT_A_CREDENTIAL),
            (&format!("{}AAAA", &token[..token.len() - 4]), codes::TOKEN_SIGNATURE_WRONG),
            (&elsewhere, codes::TOKEN_ISSUER_WRONG),
            (&gone, codes::TOKEN_REVOKED),
            (&inactive, codes::TOKEN_REVOKED),
        ] {
            assert_eq!(code(world.authenticate(value).await), expected, "{expected}");
        }
        world.advance(TimeDelta::hours(1));
        assert_eq!(code(world.authenticate(&token).await), codes::TOKEN_EXPIRED);
    }
}
