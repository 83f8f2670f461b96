//! People at the auth site: who is signed in, and what they allow.

use chrono::{DateTime, Utc};
use kemu_auth::jwt::IdHint;
use kemu_auth::oauth::codes::{self, Allowed};
use kemu_auth::oauth::id_hints;
use kemu_auth::oauth::sessions::{self, SignedIn};
use kemu_domain::ClientId;
use kemu_domain::errors::Failure;
use kemu_domain::oauth::{Client, ErrorCode, Refusal};
use kemu_domain::users::User;
use kemu_persistence::oauth::clients;
use kemu_persistence::users;

use super::AuthSite;

/// What somebody signs in with at the auth site.
#[derive(Clone, Copy)]
pub enum Credentials<'a> {
    /// The name of a demo person, offered with one click.
    Person(&'a str),
    /// An address and a password.
    Password(&'a str, &'a str),
}

impl AuthSite<'_> {
    /// The application with this id.
    pub async fn client(&self, id: &str) -> Result<Option<Client>, kemu_persistence::Error> {
        let Ok(id) = ClientId::try_new(id) else { return Ok(None) };
        clients::by_id(self.sandbox.store.connection(), &id).await
    }

    /// Who the browser with this cookie is, if anybody.
    pub async fn signed_in(&self, cookie: &str) -> Result<Option<SignedIn>, kemu_persistence::Error> {
        sessions::of_cookie(&self.sandbox.store.reader(), self.now, cookie).await
    }

    /// Whom an `id_token_hint` names, or why it names nobody.
    pub async fn id_hint(&self, hint: &str) -> Result<Result<IdHint, Refusal>, kemu_persistence::Error> {
        let verdict = id_hints::verify(&self.sandbox.store.reader(), self.signer(), hint).await?;
        Ok(verdict.map_err(|rejection| {
            let (check, expected) = ("id_token_hint", "an id_token that this auth site issued, however old");
            Refusal::new(ErrorCode::InvalidRequest, check, expected, format!("{rejection:?}"))
        }))
    }

    /// Signs somebody in under a new cookie; the old one is good for nothing afterwards. `Err` with a refusal where the
    /// credentials do not fit (1138, 1146, 1148).
    pub async fn sign_in(
        &self,
        credentials: Credentials<'_>,
        (old, new): (&str, &str),
    ) -> Result<User, Failure> {
        let transaction = self.sandbox.store.begin().await?;
        let user = match credentials {
            Credentials::Password(email, password) => {
                sessions::person(&*transaction, email, password).await?
            }
            Credentials::Person(name) => {
                let refused = || Failure::from(kemu_domain::errors::codes::EMAIL_AND_PASSWORD_REFUSED);
                let person = self.sandbox.fixture.person(name).ok_or_else(refused)?;
                let found = users::by_email(&*transaction, &person.email).await?;
                found.filter(|user| user.is_active).ok_or_else(refused)?
            }
        };
        sessions::end(&*transaction, old).await?;
        sessions::begin(&*transaction, self.now, &user, new).await?;
        transaction.commit().await?;
        Ok(user)
    }

    /// Signs the browser with this cookie out.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), kemu_persistence::Error> {
        let transaction = self.sandbox.store.begin().await?;
        sessions::end(&*transaction, cookie).await?;
        Ok(transaction.commit().await?)
    }

    /// Makes the code for what a person allowed.
    pub async fn allow(&self, allowed: Allowed<'_>) -> Result<String, kemu_persistence::Error> {
        let mut rng = self.sandbox.fork_rng();
        let transaction = self.sandbox.store.begin().await?;
        let code = codes::make(&*transaction, self.now, &mut rng, allowed).await?;
        transaction.commit().await?;
        Ok(code)
    }

    /// Is a sign-in older than a request wants it at most (`max_age`, seconds)?
    pub fn is_too_old(&self, signed_in_at: DateTime<Utc>, max_age: Option<i64>) -> bool {
        max_age.is_some_and(|seconds| self.now.timestamp() - signed_in_at.timestamp() > seconds)
    }
}
