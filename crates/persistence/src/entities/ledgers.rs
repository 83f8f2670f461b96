//! Ledgers.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ledgers")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) number: String,
    pub(crate) account_id: i64,
    pub(crate) ledger_type: String,
    pub(crate) name: String,
    pub(crate) balance: i64,
    pub(crate) accepts_payments: bool,
    pub(crate) affects_account_balance: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
