//! Masquerade tokens: found by digest, used once.

use chrono::{DateTime, Utc};
use kemu_domain::UserId;
use kemu_domain::secrets::KeyDigest;
use kemu_domain::tokens::MasqueradeToken;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::columns::{instant, micros};
use crate::entities::masquerade_tokens::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::refresh_tokens::digest;

/// Keeps a new token.
pub async fn insert(conn: &impl ConnectionTrait, token: &MasqueradeToken) -> Result<()> {
    let row = ActiveModel {
        digest: Set(token.digest.to_vec()),
        user_id: Set(token.user_id.get()),
        expires_at: Set(micros(token.expires_at)),
        used_at: Set(token.used_at.map(micros)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// The token with that digest, whatever its state.
pub async fn by_digest(conn: &impl ConnectionTrait, digest: &KeyDigest) -> Result<Option<MasqueradeToken>> {
    Entity::find_by_id(digest.to_vec()).one(conn).await?.map(token).transpose()
}

/// Uses a token up. False when somebody was faster: of two callers at once one alone gets true.
pub async fn use_up(conn: &impl ConnectionTrait, digest: &KeyDigest, now: DateTime<Utc>) -> Result<bool> {
    let used = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::value(micros(now)))
        .filter(Column::Digest.eq(digest.to_vec()))
        .filter(Column::UsedAt.is_null())
        .exec(conn)
        .await?;
    Ok(used.rows_affected == 1)
}

fn token(row: Model) -> Result<MasqueradeToken> {
    Ok(MasqueradeToken {
        digest: digest("masquerade_tokens.digest", row.digest)?,
        user_id: UserId(row.user_id),
        expires_at: instant("masquerade_tokens.expires_at", row.expires_at)?,
        used_at: row.used_at.map(|micros| instant("masquerade_tokens.used_at", micros)).transpose()?,
    })
}
