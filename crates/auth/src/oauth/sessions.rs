//! People who signed in at the auth site. A browser has a random value in a cookie; the store, its digest.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::errors::Failure;
use kemu_domain::secrets::digest;
use kemu_domain::tokens::Owner;
use kemu_domain::users::User;
use kemu_persistence::oauth::sessions::{self, Session};
use kemu_persistence::reads::Reads;
use kemu_persistence::users;

use super::issue::{instant, subject};
use crate::kraken_tokens::{by_password, revocation};

/// How long a sign-in lasts: Django's two weeks; a guess.
pub const SESSION_LIFETIME: TimeDelta = TimeDelta::weeks(2);

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub user: User,
    /// Since when: `auth_time`.
    pub signed_in_at: DateTime<Utc>,
}

impl SignedIn {
    /// Is it the person that tokens name so?
    pub fn is(&self, sub: &str) -> bool {
        subject(Owner::User(self.user.id)).to_string() == sub
    }
}

/// The person with this address and password. Errors: as of `obtainKrakenToken` (1138, 1146, 1148).
pub async fn person<C: Reads>(conn: &C, email: &str, password: &str) -> Result<User, Failure> {
    by_password(conn, email, password).await
}

/// Notes that the browser with this cookie is somebody's.
pub async fn begin<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    user: &User,
    cookie: &str,
) -> kemu_persistence::Result<()> {
    sessions::forget(conn, now).await?;
    let signed_in_at = sign_in_instant(user, now);
    let session = Session { user_id: user.id, signed_in_at, expires_at: signed_in_at + SESSION_LIFETIME };
    sessions::insert(conn, &digest(cookie), &session).await
}

/// The instant at which somebody signs in who does so at `now`: a whole second, and one that no revocation of before
/// ends.
pub fn sign_in_instant(user: &User, now: DateTime<Utc>) -> DateTime<Utc> {
    instant(revocation::issue_second(user, now))
}

/// Who the browser with this cookie is, if anybody.
pub async fn of_cookie<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    cookie: &str,
) -> kemu_persistence::Result<Option<SignedIn>> {
    let Some(session) = sessions::by_digest(conn, &digest(cookie), now).await? else { return Ok(None) };
    let user = users::by_id(conn, session.user_id).await?.filter(|user| user.is_active);
    let user = user.filter(|user| !revocation::is_revoked(user, session.signed_in_at.timestamp()));
    Ok(user.map(|user| SignedIn { user, signed_in_at: session.signed_in_at }))
}

/// Signs the browser with this cookie out.
pub async fn end<C: Reads>(conn: &C, cookie: &str) -> kemu_persistence::Result<()> {
    sessions::remove(conn, &digest(cookie)).await
}
