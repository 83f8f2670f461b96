//! Sign-ins at the auth site.

use chrono::{DateTime, Utc};
use kemu_domain::UserId;
use kemu_domain::secrets::KeyDigest;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::columns::{instant, micros};
use crate::entities::oauth_sessions::{ActiveModel, Column, Entity};
use crate::error::Result;

/// A sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Who signed in.
    pub user_id: UserId,
    /// When, whole seconds: `auth_time`.
    pub signed_in_at: DateTime<Utc>,
    /// From when on it is over.
    pub expires_at: DateTime<Utc>,
}

/// Keeps a sign-in under the digest of its cookie.
pub async fn insert(conn: &impl ConnectionTrait, digest: &KeyDigest, session: &Session) -> Result<()> {
    let row = ActiveModel {
        digest: Set(digest.to_vec()),
        user_id: Set(session.user_id.get()),
        signed_in_at: Set(micros(session.signed_in_at)),
        expires_at: Set(micros(session.expires_at)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Deletes the sign-ins that had expired by `then`.
pub async fn forget(conn: &impl ConnectionTrait, then: DateTime<Utc>) -> Result<()> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(micros(then))).exec(conn).await?;
    Ok(())
}

/// The sign-in with this digest that is not over at `now`.
pub async fn by_digest(
    conn: &impl ConnectionTrait,
    digest: &KeyDigest,
    now: DateTime<Utc>,
) -> Result<Option<Session>> {
    let open = Entity::find_by_id(digest.to_vec()).filter(Column::ExpiresAt.gt(micros(now)));
    let Some(row) = open.one(conn).await? else { return Ok(None) };
    Ok(Some(Session {
        user_id: UserId(row.user_id),
        signed_in_at: instant("oauth_sessions.signed_in_at", row.signed_in_at)?,
        expires_at: instant("oauth_sessions.expires_at", row.expires_at)?,
    }))
}

/// Ends a sign-in, if there is one.
pub async fn remove(conn: &impl ConnectionTrait, digest: &KeyDigest) -> Result<()> {
    Entity::delete_by_id(digest.to_vec()).exec(conn).await?;
    Ok(())
}
