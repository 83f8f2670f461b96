//! Places.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "properties")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) label: Option<String>,
    pub(crate) address_name: Option<String>,
    pub(crate) organization: Option<String>,
    pub(crate) street_address: Option<String>,
    pub(crate) dependent_locality: Option<String>,
    pub(crate) locality: Option<String>,
    pub(crate) administrative_area: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) sorting_code: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) delivery_point_identifier: Option<String>,
    pub(crate) occupied_from: i64,
    pub(crate) occupied_to: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
