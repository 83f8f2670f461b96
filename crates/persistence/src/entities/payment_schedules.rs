//! Payment schedules.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "payment_schedules")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) ledger_id: i64,
    pub(crate) trigger_kind: String,
    pub(crate) amount: i64,
    pub(crate) day_of_month: Option<i64>,
    pub(crate) valid_from: i64,
    pub(crate) valid_to: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
