//! A small world for the tests of this crate: a real store, a clock that is moved by hand, a seeded rng.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::errors::{Code, Failure};
use kemu_domain::organisations::Organisation;
use kemu_domain::secrets::SecretKey;
use kemu_domain::users::User;
use kemu_domain::world::{NewUser, World};
use kemu_domain::{Clock, OrganisationId, Seed, UserId};
use kemu_persistence::{Store, StoreUrl, seed};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use sea_orm::DatabaseConnection;

use crate::kraken_tokens::{Credentials, Issued, Issuer, obtain};
use crate::{SigningKeys, Viewer, authenticate, passwords};

pub(crate) const ISSUER: &str = "http://127.0.0.1:8080/v1/graphql/";
pub(crate) const OAUTH_ISSUER: &str = "http://127.0.0.1:8080/token/";
pub(crate) const PASSWORD: &str = "correct horse";

/// An ordinary customer.
pub(crate) const PLAIN: UserId = UserId(1);
/// Their password has expired.
pub(crate) const EXPIRED: UserId = UserId(2);
/// They must use a second factor.
pub(crate) const MFA: UserId = UserId(3);
/// They may not sign in.
pub(crate) const INACTIVE: UserId = UserId(4);
/// Holds every permission.
pub(crate) const MIGHTY: OrganisationId = OrganisationId(1);
/// Holds one that does not matter here.
pub(crate) const MEEK: OrganisationId = OrganisationId(2);

pub(crate) struct TestWorld {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    pub(crate) rng: ChaCha20Rng,
    pub(crate) keys: SigningKeys,
}

/// Half past a second, so that the rounding of instants to seconds shows.
pub(crate) fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 500_000_000).unwrap()
}

pub(crate) fn email(user: UserId) -> String {
    format!("user{user}@example.org")
}

pub(crate) fn api_key(user: UserId) -> SecretKey {
    SecretKey::try_new(format!("sk_live_{:0>24}", format!("user{user}"))).unwrap()
}

pub(crate) fn organisation_key(organisation: OrganisationId) -> SecretKey {
    SecretKey::try_new(format!("sk_live_{:0>24}", format!("organisation{organisation}"))).unwrap()
}

pub(crate) fn with_password(email: &str, password: &str) -> Credentials {
    Credentials::EmailAndPassword { email: email.to_owned(), password: password.to_owned() }
}

/// The code of a refusal; a fault is the test's.
pub(crate) fn code<T>(outcome: Result<T, Failure>) -> Code {
    match outcome {
        Ok(_) => panic!("accepted"),
        Err(Failure::Refused(error)) => error.code(),
        Err(Failure::Internal(fault)) => panic!("{fault:?}"),
    }
}

impl TestWorld {
    pub(crate) async fn new() -> Self {
        let store = Store::open(&StoreUrl::Temporary).await.unwrap();
        let origin = seed::Origin { seed: Seed(1), fixture_digest: "tests of kemu-auth".to_owned() };
        let hash = |password: &str| passwords::hash(&mut ChaCha20Rng::seed_from_u64(1), password).0;
        let build = || Ok::<_, kemu_persistence::Error>(world());
        seed::plant(&store, &origin, build, &hash).await.unwrap();
        Self {
            store,
            clock: Clock::frozen_at(start()),
            rng: ChaCha20Rng::seed_from_u64(2),
            keys: SigningKeys::development(),
        }
    }

    pub(crate) fn conn(&self) -> &DatabaseConnection {
        self.store.connection()
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn advance(&self, delta: TimeDelta) {
        self.clock.advance(delta);
    }

    pub(crate) fn issuer(&self) -> Issuer<'_> {
        Issuer { keys: &self.keys, url: ISSUER, aliases: &[] }
    }

    pub(crate) fn oauth_issuer(&self) -> Issuer<'_> {
        Issuer { url: OAUTH_ISSUER, ..self.issuer() }
    }

    pub(crate) async fn obtain(&mut self, credentials: Credentials) -> Result<Issued, Failure> {
        let issuer = Issuer { keys: &self.keys, url: ISSUER, aliases: &[] };
        obtain(self.store.connection(), issuer, self.clock.now(), &mut self.rng, credentials).await
    }

    /// A sign-in that works.
    pub(crate) async fn sign_in(&mut self, user: UserId) -> Issued {
        self.obtain(Credentials::ApiKey(api_key(user).reveal().to_owned())).await.unwrap()
    }

    pub(crate) async fn renew(&mut self, refresh_token: &str) -> Result<Issued, Failure> {
        self.obtain(Credentials::RefreshToken(refresh_token.to_owned())).await
    }

    pub(crate) async fn authenticate(&self, authorization: &str) -> Result<Viewer, Failure> {
        let credential = Some(authorization.as_bytes());
        authenticate(self.conn(), self.issuer(), self.oauth_issuer(), self.now(), credential).await
    }

    /// The customer as the viewer of a request.
    pub(crate) async fn customer(&mut self, user: UserId) -> Viewer {
        let issued = self.sign_in(user).await;
        self.authenticate(&issued.token).await.unwrap()
    }

    /// The organisation as the viewer of a request.
    pub(crate) async fn organisation(&mut self, organisation: OrganisationId) -> Viewer {
        let key = organisation_key(organisation).reveal().to_owned();
        let issued = self.obtain(Credentials::OrganisationSecretKey(key)).await.unwrap();
        self.authenticate(&issued.token).await.unwrap()
    }
}

fn world() -> World {
    let people = [
        user(PLAIN),
        User { password_expired: true, ..user(EXPIRED) },
        User { mfa_enforced: true, ..user(MFA) },
        User { is_active: false, ..user(INACTIVE) },
    ];
    World {
        people: people.into_iter().map(|user| NewUser { user, password: PASSWORD.to_owned() }).collect(),
        organisations: vec![organisation(MIGHTY, "*"), organisation(MEEK, "CAN_QUERY_PROPERTY")],
        ..World::default()
    }
}

fn user(id: UserId) -> User {
    User {
        id,
        email: email(id),
        given_name: "Given".to_owned(),
        family_name: "Family".to_owned(),
        preferred_name: None,
        title: None,
        pronouns: None,
        date_of_birth: None,
        mobile: String::new(),
        landline: String::new(),
        is_active: true,
        is_deceased: false,
        created_at: start(),
        api_key: Some(api_key(id)),
        password_hash: None,
        password_expired: false,
        mfa_enforced: false,
        tokens_valid_from: None,
    }
}

fn organisation(id: OrganisationId, permission: &str) -> Organisation {
    Organisation {
        id,
        name: format!("Organisation {id}"),
        secret_key: organisation_key(id),
        permissions: [permission.to_owned()].into(),
        sees_all_accounts: false,
    }
}
