//! Requests for repayments.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "repayments")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) ledger_id: i64,
    pub(crate) amount: i64,
    pub(crate) method: String,
    pub(crate) reason: Option<String>,
    pub(crate) instruction: Option<String>,
    pub(crate) idempotency_key: String,
    pub(crate) status: String,
    pub(crate) requested_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
