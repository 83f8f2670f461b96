//! Supply points.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "supply_points")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) account_id: i64,
    pub(crate) property_id: i64,
    pub(crate) market: String,
    pub(crate) identifier: String,
    pub(crate) direction: String,
    pub(crate) home: String,
    pub(crate) meter_point: Option<String>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
