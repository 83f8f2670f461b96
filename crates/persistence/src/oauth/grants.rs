//! What applications were granted.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::Client;
use kemu_domain::oauth::grants::Grant;
use kemu_domain::tokens::Owner;
use kemu_domain::{OrganisationId, UserId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};

use crate::columns::{instant, micros, parsed};
use crate::entities::oauth_grants::{ActiveModel, Column, Entity, Model};
use crate::entities::oauth_tokens;
use crate::error::{Error, Result};
use crate::oauth::clients;

/// Keeps a grant.
pub async fn insert(conn: &impl ConnectionTrait, grant: &Grant) -> Result<()> {
    let row = ActiveModel {
        id: Set(grant.id.clone()),
        client_id: Set(grant.client_id.to_string()),
        user_id: Set(grant.user().map(UserId::get)),
        organisation_id: Set(grant.organisation().map(OrganisationId::get)),
        scopes: Set(grant.scopes.to_string()),
        auth_time: Set(micros(grant.auth_time)),
        nonce: Set(grant.nonce.clone()),
        created_at: Set(micros(grant.created_at)),
        revoked_at: Set(grant.revoked_at.map(micros)),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// The grant with this id, whatever became of it.
pub async fn by_id(conn: &impl ConnectionTrait, id: &str) -> Result<Option<Grant>> {
    Entity::find_by_id(id.to_owned()).one(conn).await?.map(grant).transpose()
}

/// The applications that hold a token of a user's which is good for something at this time.
pub async fn clients_with_tokens_of(
    conn: &impl ConnectionTrait,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<Client>> {
    let alive = oauth_tokens::Entity::find()
        .select_only()
        .column(oauth_tokens::Column::GrantId)
        .filter(oauth_tokens::Column::ExpiresAt.gt(micros(now)))
        .filter(oauth_tokens::Column::EndedAt.is_null())
        .into_query();
    let granted = Entity::find()
        .select_only()
        .column(Column::ClientId)
        .filter(Column::UserId.eq(user.get()))
        .filter(Column::RevokedAt.is_null())
        .filter(Column::Id.in_subquery(alive))
        .into_query();
    clients::among(conn, granted).await
}

/// Ends a grant that has not been ended yet, and with it everything issued from it.
pub async fn revoke(conn: &impl ConnectionTrait, id: &str, now: DateTime<Utc>) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::RevokedAt, Expr::value(micros(now)))
        .filter(Column::Id.eq(id))
        .filter(Column::RevokedAt.is_null())
        .exec(conn)
        .await?;
    Ok(())
}

fn grant(row: Model) -> Result<Grant> {
    let owner = match (row.user_id, row.organisation_id) {
        (Some(id), None) => Owner::User(UserId(id)),
        (None, Some(id)) => Owner::Organisation(OrganisationId(id)),
        neither_or_both => {
            let value = format!("{neither_or_both:?}");
            return Err(Error::Corrupt { column: "oauth_grants.user_id, organisation_id", value });
        }
    };
    Ok(Grant {
        id: row.id,
        client_id: parsed("oauth_grants.client_id", row.client_id)?,
        owner,
        scopes: parsed("oauth_grants.scopes", row.scopes)?,
        auth_time: instant("oauth_grants.auth_time", row.auth_time)?,
        nonce: row.nonce,
        created_at: instant("oauth_grants.created_at", row.created_at)?,
        revoked_at: row.revoked_at.map(|at| instant("oauth_grants.revoked_at", at)).transpose()?,
    })
}
