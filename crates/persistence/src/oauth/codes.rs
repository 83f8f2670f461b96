//! Authorization codes.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::grants::Code;
use kemu_domain::secrets::KeyDigest;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::columns::{instant, micros};
use crate::entities::oauth_codes::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::refresh_tokens::digest;

/// Keeps a code.
pub async fn insert(conn: &impl ConnectionTrait, code: &Code) -> Result<()> {
    let row = ActiveModel {
        digest: Set(code.digest.to_vec()),
        grant_id: Set(code.grant_id.clone()),
        redirect_uri: Set(code.redirect_uri.clone()),
        challenge: Set(code.challenge.clone()),
        expires_at: Set(micros(code.expires_at)),
        used_at: Set(code.used_at.map(micros)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Deletes the codes that had expired by `then`.
pub async fn forget(conn: &impl ConnectionTrait, then: DateTime<Utc>) -> Result<()> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(micros(then))).exec(conn).await?;
    Ok(())
}

/// The code with this digest, whatever became of it.
pub async fn by_digest(conn: &impl ConnectionTrait, wanted: &KeyDigest) -> Result<Option<Code>> {
    let Some(row) = Entity::find_by_id(wanted.to_vec()).one(conn).await? else { return Ok(None) };
    let Model { digest: bytes, grant_id, redirect_uri, challenge, expires_at, used_at } = row;
    Ok(Some(Code {
        digest: digest("oauth_codes.digest", bytes)?,
        grant_id,
        redirect_uri,
        challenge,
        expires_at: instant("oauth_codes.expires_at", expires_at)?,
        used_at: used_at.map(|at| instant("oauth_codes.used_at", at)).transpose()?,
    }))
}

/// Uses a code up. True for one caller only, however many ask at once.
pub async fn consume(conn: &impl ConnectionTrait, wanted: &KeyDigest, now: DateTime<Utc>) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(micros(now)))
        .filter(Column::Digest.eq(wanted.to_vec()))
        .filter(Column::UsedAt.is_null())
        .exec(conn)
        .await?;
    Ok(done.rows_affected == 1)
}
