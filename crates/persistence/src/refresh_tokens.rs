//! Refresh tokens. Found by digest alone; what one is good for is [`RefreshToken::state`].

use chrono::{DateTime, Utc};
use kemu_domain::secrets::KeyDigest;
use kemu_domain::tokens::{Owner, RefreshToken};
use kemu_domain::{OrganisationId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::columns::{instant, micros};
use crate::entities::refresh_tokens::{ActiveModel, Column, Entity, Model};
use crate::error::{Error, Result};

/// Keeps a new token.
pub async fn insert(conn: &impl ConnectionTrait, token: &RefreshToken) -> Result<()> {
    let (user_id, organisation_id) = match token.owner {
        Owner::User(id) => (Some(id.get()), None),
        Owner::Organisation(id) => (None, Some(id.get())),
    };
    let row = ActiveModel {
        digest: Set(token.digest.to_vec()),
        user_id: Set(user_id),
        organisation_id: Set(organisation_id),
        third_party_id: Set(token.third_party.map(OrganisationId::get)),
        signed_in_at: Set(micros(token.signed_in_at)),
        expires_at: Set(micros(token.expires_at)),
        invalidated_at: Set(token.invalidated_at.map(micros)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// The token with that digest, whatever its state.
pub async fn by_digest(conn: &impl ConnectionTrait, digest: &KeyDigest) -> Result<Option<RefreshToken>> {
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

/// Ends all tokens that sign this user in, long-lived ones only if asked to, and gives back those that it ended, the
/// oldest first. Some of them may have expired before.
pub async fn invalidate_of_user(
    conn: &impl ConnectionTrait,
    user: UserId,
    long_lived_too: bool,
    now: DateTime<Utc>,
) -> Result<Vec<RefreshToken>> {
    let mut open = Condition::all().add(Column::UserId.eq(user.get())).add(Column::InvalidatedAt.is_null());
    if !long_lived_too {
        open = open.add(Column::ThirdPartyId.is_null());
    }
    let rows = Entity::find()
        .filter(open.clone())
        .order_by_asc(Column::SignedInAt)
        .order_by_asc(Column::Digest)
        .all(conn)
        .await?;
    // By the condition once more and not by digest: a database takes some thousands of arguments only, and a load
    // test that signs in all day has more tokens.
    Entity::update_many()
        .col_expr(Column::InvalidatedAt, Expr::value(micros(now)))
        .filter(open)
        .exec(conn)
        .await?;
    rows.into_iter().map(|row| token(Model { invalidated_at: Some(micros(now)), ..row })).collect()
}

fn token(row: Model) -> Result<RefreshToken> {
    let owner = match (row.user_id, row.organisation_id) {
        (Some(id), None) => Owner::User(UserId(id)),
        (None, Some(id)) => Owner::Organisation(OrganisationId(id)),
        neither_or_both => {
            let value = format!("{neither_or_both:?}");
            return Err(Error::Corrupt { column: "refresh_tokens.user_id, organisation_id", value });
        }
    };
    Ok(RefreshToken {
        digest: digest("refresh_tokens.digest", row.digest)?,
        owner,
        third_party: row.third_party_id.map(OrganisationId),
        signed_in_at: instant("refresh_tokens.signed_in_at", row.signed_in_at)?,
        expires_at: instant("refresh_tokens.expires_at", row.expires_at)?,
        invalidated_at: row
            .invalidated_at
            .map(|micros| instant("refresh_tokens.invalidated_at", micros))
            .transpose()?,
    })
}

/// A column of bytes as the digest that it is.
pub(crate) fn digest(column: &'static str, bytes: Vec<u8>) -> Result<KeyDigest> {
    bytes
        .try_into()
        .map_err(|bytes: Vec<u8>| Error::Corrupt { column, value: format!("{} bytes", bytes.len()) })
}
