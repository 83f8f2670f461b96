//! Pre-signed keys. Found by digest alone; what one is good for is [`PreSignedToken::state`].

use chrono::{DateTime, Utc};
use kemu_domain::UserId;
use kemu_domain::secrets::KeyDigest;
use kemu_domain::tokens::PreSignedToken;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::columns::{instant, micros};
use crate::entities::pre_signed_tokens::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::refresh_tokens::digest;

/// Keeps a new token.
pub async fn insert(conn: &impl ConnectionTrait, token: &PreSignedToken) -> Result<()> {
    let row = ActiveModel {
        digest: Set(token.digest.to_vec()),
        user_id: Set(token.user_id.get()),
        scope: Set(token.scope.clone()),
        created_at: Set(micros(token.created_at)),
        expires_at: Set(micros(token.expires_at)),
        invalidated_at: Set(token.invalidated_at.map(micros)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// The token with that digest, whatever its state.
pub async fn by_digest(conn: &impl ConnectionTrait, digest: &KeyDigest) -> Result<Option<PreSignedToken>> {
    Entity::find_by_id(digest.to_vec()).one(conn).await?.map(token).transpose()
}

/// Ends a token that has not been ended yet.
pub async fn invalidate(conn: &impl ConnectionTrait, digest: &KeyDigest, now: DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::InvalidatedAt, Expr::value(micros(now)))
        .filter(Column::Digest.eq(digest.to_vec()))
        .filter(Column::InvalidatedAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

/// Ends all tokens that sign this user in, or those of one scope, and gives back those that it ended, the oldest
/// first. Some of them may have expired before.
pub async fn invalidate_of_user(
    conn: &impl ConnectionTrait,
    user: UserId,
    scope: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Vec<PreSignedToken>> {
    let mut open = Condition::all().add(Column::UserId.eq(user.get())).add(Column::InvalidatedAt.is_null());
    if let Some(scope) = scope {
        open = open.add(Column::Scope.eq(scope));
    }
    let rows = Entity::find()
        .filter(open.clone())
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Digest)
        .all(conn)
        .await?;
    Entity::update_many()
        .col_expr(Column::InvalidatedAt, Expr::value(micros(now)))
        .filter(open)
        .exec(conn)
        .await?;
    rows.into_iter().map(|row| token(Model { invalidated_at: Some(micros(now)), ..row })).collect()
}

fn token(row: Model) -> Result<PreSignedToken> {
    Ok(PreSignedToken {
        digest: digest("pre_signed_tokens.digest", row.digest)?,
        user_id: UserId(row.user_id),
        scope: row.scope,
        created_at: instant("pre_signed_tokens.created_at", row.created_at)?,
        expires_at: instant("pre_signed_tokens.expires_at", row.expires_at)?,
        invalidated_at: row
            .invalidated_at
            .map(|micros| instant("pre_signed_tokens.invalidated_at", micros))
            .transpose()?,
    })
}
