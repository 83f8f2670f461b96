//! Accounts.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "accounts")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) number: String,
    pub(crate) account_type: String,
    pub(crate) status: String,
    pub(crate) brand: String,
    pub(crate) portfolio_number: String,
    pub(crate) urn: Option<String>,
    pub(crate) billing_name: Option<String>,
    pub(crate) billing_sub_name: Option<String>,
    pub(crate) billing_email: Option<String>,
    pub(crate) billing_line1: String,
    pub(crate) billing_line2: String,
    pub(crate) billing_line3: String,
    pub(crate) billing_line4: String,
    pub(crate) billing_line5: String,
    pub(crate) billing_postcode: Option<String>,
    pub(crate) billing_country_code: Option<String>,
    pub(crate) billing_delivery_point: Option<String>,
    pub(crate) created_at: i64,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
