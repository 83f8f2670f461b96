//! Bills.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "bills")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) identifier: String,
    pub(crate) account_id: i64,
    pub(crate) ledger_id: i64,
    pub(crate) agreement_id: i64,
    pub(crate) kind: String,
    pub(crate) is_final: bool,
    pub(crate) from_day: i64,
    pub(crate) to_day: i64,
    pub(crate) issued_at: i64,
    pub(crate) issued_day: i64,
    pub(crate) due_day: i64,
    pub(crate) net: i64,
    pub(crate) tax: i64,
    pub(crate) gross: i64,
    pub(crate) opening_balance: i64,
    pub(crate) closing_balance: i64,
    pub(crate) lines: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
