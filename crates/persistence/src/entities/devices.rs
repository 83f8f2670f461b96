//! Smart devices.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "devices")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: String,
    pub(crate) account_id: i64,
    pub(crate) position: i64,
    pub(crate) property_id: i64,
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    pub(crate) provider: String,
    pub(crate) make: Option<String>,
    pub(crate) model: Option<String>,
    pub(crate) integration_device_id: Option<String>,
    pub(crate) battery_wh: i64,
    pub(crate) charged_to: i64,
    pub(crate) lifecycle: String,
    pub(crate) registered_at: i64,
    pub(crate) settings: String,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
