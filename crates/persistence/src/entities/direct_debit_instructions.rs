//! Mandates for direct debits.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "direct_debit_instructions")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) ledger_id: Option<i64>,
    pub(crate) account_holder: String,
    pub(crate) iban: String,
    pub(crate) status: String,
    pub(crate) valid_from: i64,
    pub(crate) valid_to: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
