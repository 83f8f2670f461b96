//! Devices: what they ask for, and what people decide.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};
use kemu_auth::oauth::OAuthFailure;
use kemu_auth::oauth::client_authentication::{Presented, authenticate_client};
use kemu_auth::oauth::devices::{self, Started};
use kemu_auth::oauth::sessions::{SignedIn, sign_in_instant};
use kemu_domain::UserId;
use kemu_domain::oauth::devices::{DeviceRequest, UserCode};
use kemu_domain::oauth::{Client, ErrorCode, Refusal};

use super::AuthSite;

/// After this the count begins anew.
const WINDOW: TimeDelta = TimeDelta::minutes(5);

/// Counts wrong user codes (RFC 8628 section 5.1): those of a person, and those from an address, where one may be many
/// persons.
#[derive(Debug, Default)]
pub struct Guesses(Mutex<HashMap<Guesser, Guessed>>);

/// Whose guesses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Guesser {
    Person(UserId),
    Address(IpAddr),
}

impl Guesser {
    /// How many wrong codes in [`WINDOW`]; ours.
    const fn most(self) -> u32 {
        match self {
            Self::Person(_) => 10,
            Self::Address(_) => 30,
        }
    }
}

/// How often, and since when.
type Guessed = (u32, DateTime<Utc>);

impl Guesses {
    /// Counts a code before anybody knows whether it is right, so that many at once are counted like one after the
    /// other. `Err` with the seconds that they must wait who guessed too often.
    pub fn take(&self, person: UserId, address: IpAddr, now: DateTime<Utc>) -> Result<(), i64> {
        let mut all = self.0.lock().expect("no holder of this lock panics");
        all.retain(|_, (_, since)| *since + WINDOW > now);
        let both = [Guesser::Person(person), Guesser::Address(address)];
        let used_up = both.iter().filter_map(|who| all.get(who).filter(|(count, _)| *count >= who.most()));
        let left = used_up.map(|(_, since)| (*since + WINDOW - now).num_seconds().max(1)).max();
        if let Some(seconds) = left {
            return Err(seconds);
        }
        for who in both {
            all.entry(who).or_insert((0, now)).0 += 1;
        }
        Ok(())
    }

    /// Takes a code out of the count: it was right.
    pub fn give_back(&self, person: UserId, address: IpAddr) {
        let mut all = self.0.lock().expect("no holder of this lock panics");
        for who in [Guesser::Person(person), Guesser::Address(address)] {
            if let Some((count, _)) = all.get_mut(&who) {
                *count = count.saturating_sub(1);
            }
        }
    }
}

impl AuthSite<'_> {
    /// A device begins. A client that is not registered is `invalid_request` here, in Kraken's words (measured, JP).
    pub async fn start_device(
        &self,
        presented: Presented<'_>,
        scope: Option<&str>,
    ) -> Result<Started, OAuthFailure> {
        let bad = |came: &str, sentence: &'static str| {
            Refusal::new(ErrorCode::InvalidRequest, "client_id", "the id of a registered client", came)
                .saying(sentence)
        };
        match (presented.client_id, presented.authorization) {
            (Some(id), _) if self.client(id).await?.is_none() => {
                let shown: String = id.chars().take(80).collect();
                return Err(bad(&shown, "Invalid client_id parameter value.").into());
            }
            (None, None) => return Err(bad("none", "Missing client_id parameter.").into()),
            _ => {}
        }
        let client = authenticate_client(&self.sandbox.store.reader(), presented).await?;
        let mut rng = self.sandbox.fork_rng();
        keeping_refusals!(self.sandbox, |connection| devices::start(
            connection, self.now, &mut rng, &client, scope
        ))
    }

    /// The request of a user code that waits for somebody to decide, and whose it is.
    pub async fn waiting_device(
        &self,
        code: &UserCode,
    ) -> Result<Option<(Client, DeviceRequest)>, kemu_persistence::Error> {
        let found = devices::waiting(&self.sandbox.store.reader(), self.now, code).await?;
        let Some(request) = found else { return Ok(None) };
        Ok(self.client(request.client_id.as_str()).await?.map(|client| (client, request)))
    }

    /// A person allows or denies a device; false if somebody was faster.
    pub async fn decide_device(
        &self,
        (client, request): (&Client, &DeviceRequest),
        person: &SignedIn,
        is_allowed: bool,
    ) -> Result<bool, kemu_persistence::Error> {
        let mut rng = self.sandbox.fork_rng();
        let transaction = self.sandbox.store.begin().await?;
        let who = (&person.user, person.signed_in_at);
        let both = (client, request);
        let is_done = devices::decide(&*transaction, self.now, &mut rng, both, who, is_allowed).await?;
        if is_done {
            transaction.commit().await?;
        }
        Ok(is_done)
    }

    /// A demo person as if they had signed in just now: for tests without a browser.
    pub async fn demo_person(&self, name: &str) -> Result<Option<SignedIn>, kemu_persistence::Error> {
        let Some(person) = self.sandbox.fixture.person(name) else { return Ok(None) };
        let found = kemu_persistence::users::by_email(self.sandbox.store.connection(), &person.email).await?;
        Ok(found.map(|user| SignedIn { signed_in_at: sign_in_instant(&user, self.now), user }))
    }
}
