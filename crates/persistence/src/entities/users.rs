//! People.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
#[expect(clippy::struct_excessive_bools, reason = "a row has the columns it has")]
pub(crate) struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub(crate) id: i64,
    pub(crate) email: String,
    pub(crate) given_name: String,
    pub(crate) family_name: String,
    pub(crate) preferred_name: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) pronouns: Option<String>,
    pub(crate) date_of_birth: Option<i64>,
    pub(crate) mobile: String,
    pub(crate) landline: String,
    pub(crate) is_active: bool,
    pub(crate) is_deceased: bool,
    pub(crate) created_at: i64,
    pub(crate) api_key: Option<String>,
    pub(crate) api_key_digest: Option<Vec<u8>>,
    pub(crate) password_hash: Option<String>,
    pub(crate) password_expired: bool,
    pub(crate) mfa_enforced: bool,
    pub(crate) tokens_valid_from: Option<i64>,
}

#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub(crate) enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
