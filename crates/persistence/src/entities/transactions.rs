//! Bookings with their places in the books.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "transactions")]
#[expect(clippy::struct_excessive_bools, reason = "a row has the columns it has")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) account_number: String,
    pub(crate) ledger_id: i64,
    pub(crate) ledger_position: i64,
    pub(crate) account_position: Option<i64>,
    pub(crate) complete_position: i64,
    pub(crate) kind: String,
    pub(crate) net: i64,
    pub(crate) tax: i64,
    pub(crate) gross: i64,
    pub(crate) balance_carried_forward: i64,
    pub(crate) posted_date: i64,
    pub(crate) created_at: i64,
    pub(crate) title: String,
    pub(crate) note: Option<String>,
    pub(crate) reason_code: Option<String>,
    pub(crate) is_reversed: bool,
    pub(crate) is_held: bool,
    pub(crate) is_issued: bool,
    pub(crate) has_statement: bool,
    pub(crate) is_imported: bool,
    pub(crate) billing_document: Option<i64>,
    pub(crate) charge_subject: Option<String>,
    pub(crate) consumption_start: Option<i64>,
    pub(crate) consumption_end: Option<i64>,
    pub(crate) consumption_wh: Option<i64>,
    pub(crate) usage_cost: Option<i64>,
    pub(crate) supply_charge: Option<i64>,
    pub(crate) payment_method: Option<String>,
    pub(crate) is_late_failed: bool,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
