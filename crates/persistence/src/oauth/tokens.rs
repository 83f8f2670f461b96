//! Access and refresh tokens of OAuth.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::grants::Token;
use kemu_domain::secrets::KeyDigest;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::columns::{instant, micros, parsed};
use crate::entities::oauth_tokens::{ActiveModel, Column, Entity};
use crate::error::Result;
use crate::refresh_tokens::digest;

/// Keeps a token.
pub async fn insert(conn: &impl ConnectionTrait, token: &Token) -> Result<()> {
    let row = ActiveModel {
        digest: Set(token.digest.to_vec()),
        grant_id: Set(token.grant_id.clone()),
        kind: Set(token.kind.to_string()),
        scopes: Set(token.scopes.to_string()),
        expires_at: Set(micros(token.expires_at)),
        ended_at: Set(token.ended_at.map(micros)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// The token with this digest, whatever became of it.
pub async fn by_digest(conn: &impl ConnectionTrait, wanted: &KeyDigest) -> Result<Option<Token>> {
    let Some(row) = Entity::find_by_id(wanted.to_vec()).one(conn).await? else { return Ok(None) };
    Ok(Some(Token {
        digest: digest("oauth_tokens.digest", row.digest)?,
        grant_id: row.grant_id,
        kind: parsed("oauth_tokens.kind", row.kind)?,
        scopes: parsed("oauth_tokens.scopes", row.scopes)?,
        expires_at: instant("oauth_tokens.expires_at", row.expires_at)?,
        ended_at: row.ended_at.map(|at| instant("oauth_tokens.ended_at", at)).transpose()?,
    }))
}

/// Ends a token. True for one caller only, however many ask at once.
pub async fn end(conn: &impl ConnectionTrait, wanted: &KeyDigest, now: DateTime<Utc>) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(micros(now)))
        .filter(Column::Digest.eq(wanted.to_vec()))
        .filter(Column::EndedAt.is_null())
        .exec(conn)
        .await?;
    Ok(done.rows_affected == 1)
}
