//! Requests of devices.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::oauth::devices::{DeviceRequest, DeviceState};
use kemu_domain::secrets::KeyDigest;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::columns::{instant, micros, parsed};
use crate::entities::oauth_device_requests::{ActiveModel, Column, Entity, Model};
use crate::error::Result;
use crate::refresh_tokens::digest;

/// Keeps a request.
pub async fn insert(conn: &impl ConnectionTrait, request: &DeviceRequest) -> Result<()> {
    let row = ActiveModel {
        digest: Set(request.digest.to_vec()),
        user_code: Set(request.user_code.to_vec()),
        client_id: Set(request.client_id.to_string()),
        scopes: Set(request.scopes.to_string()),
        expires_at: Set(micros(request.expires_at)),
        interval_ms: Set(request.interval.num_milliseconds()),
        polled_at: Set(request.polled_at.map(micros)),
        state: Set(request.state.to_string()),
        grant_id: Set(request.grant_id.clone()),
    };
    Entity::insert(row).exec_without_returning(conn).await?;
    Ok(())
}

/// Deletes the requests that had expired by `then`.
pub async fn forget(conn: &impl ConnectionTrait, then: DateTime<Utc>) -> Result<()> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(micros(then))).exec(conn).await?;
    Ok(())
}

/// The request with this device code, whatever became of it.
pub async fn by_digest(conn: &impl ConnectionTrait, wanted: &KeyDigest) -> Result<Option<DeviceRequest>> {
    Entity::find_by_id(wanted.to_vec()).one(conn).await?.map(request).transpose()
}

/// The request with this user code, whatever became of it.
pub async fn by_user_code(conn: &impl ConnectionTrait, wanted: &KeyDigest) -> Result<Option<DeviceRequest>> {
    Entity::find().filter(Column::UserCode.eq(wanted.to_vec())).one(conn).await?.map(request).transpose()
}

/// Writes down when the device asked, and how long it must wait now.
pub async fn note_poll(conn: &impl ConnectionTrait, request: &DeviceRequest) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::PolledAt, Expr::value(request.polled_at.map(micros)))
        .col_expr(Column::IntervalMs, Expr::value(request.interval.num_milliseconds()))
        .filter(Column::Digest.eq(request.digest.to_vec()))
        .exec(conn)
        .await?;
    Ok(())
}

/// Changes what became of a request from one state to another, with the grant if it is one. True for one caller only,
/// however many ask at once.
pub async fn change(
    conn: &impl ConnectionTrait,
    request: &DeviceRequest,
    (from, to): (DeviceState, DeviceState),
    grant_id: Option<&str>,
) -> Result<bool> {
    let done = Entity::update_many()
        .col_expr(Column::State, Expr::value(to.to_string()))
        .col_expr(Column::GrantId, Expr::value(grant_id.map(str::to_owned)))
        .filter(Column::Digest.eq(request.digest.to_vec()))
        .filter(Column::State.eq(from.to_string()))
        .exec(conn)
        .await?;
    Ok(done.rows_affected == 1)
}

fn request(row: Model) -> Result<DeviceRequest> {
    Ok(DeviceRequest {
        digest: digest("oauth_device_requests.digest", row.digest)?,
        user_code: digest("oauth_device_requests.user_code", row.user_code)?,
        client_id: parsed("oauth_device_requests.client_id", row.client_id)?,
        scopes: parsed("oauth_device_requests.scopes", row.scopes)?,
        expires_at: instant("oauth_device_requests.expires_at", row.expires_at)?,
        interval: TimeDelta::milliseconds(row.interval_ms),
        polled_at: row.polled_at.map(|at| instant("oauth_device_requests.polled_at", at)).transpose()?,
        state: parsed("oauth_device_requests.state", row.state)?,
        grant_id: row.grant_id,
    })
}
