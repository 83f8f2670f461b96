//! Requests of devices, by the digests of their codes.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_device_requests")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) digest: Vec<u8>,
    pub(crate) user_code: Vec<u8>,
    pub(crate) client_id: String,
    pub(crate) scopes: String,
    pub(crate) expires_at: i64,
    pub(crate) interval_ms: i64,
    pub(crate) polled_at: Option<i64>,
    pub(crate) state: String,
    pub(crate) grant_id: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
