//! Third-party organisations.

use kemu_domain::organisations::Organisation;
use kemu_domain::secrets::{KeyDigest, SecretKey};
use kemu_domain::{AccountId, OrganisationId};
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::entities::{organisation_accounts, organisation_permissions, organisations};
use crate::error::{Error, Result};

/// The organisation with this id.
pub async fn by_id(connection: &impl ConnectionTrait, id: OrganisationId) -> Result<Option<Organisation>> {
    one(connection, organisations::Column::Id.eq(id.get())).await
}

/// The organisation with this name.
pub async fn by_name(connection: &impl ConnectionTrait, name: &str) -> Result<Option<Organisation>> {
    one(connection, organisations::Column::Name.eq(name)).await
}

/// The organisation whose secret key has this digest.
pub async fn by_secret_key_digest(
    connection: &impl ConnectionTrait,
    digest: &KeyDigest,
) -> Result<Option<Organisation>> {
    one(connection, organisations::Column::SecretKeyDigest.eq(digest.to_vec())).await
}

async fn one(connection: &impl ConnectionTrait, wanted: SimpleExpr) -> Result<Option<Organisation>> {
    let Some(row) = organisations::Entity::find().filter(wanted).one(connection).await? else {
        return Ok(None);
    };
    let permissions = organisation_permissions::Entity::find()
        .filter(organisation_permissions::Column::OrganisationId.eq(row.id))
        .all(connection)
        .await?;
    // The value stays out of the error: it is nearly a key.
    let corrupt = |_| Error::Corrupt { column: "organisations.secret_key", value: "…".into() };
    Ok(Some(Organisation {
        id: OrganisationId(row.id),
        name: row.name,
        secret_key: SecretKey::try_new(row.secret_key).map_err(corrupt)?,
        permissions: permissions.into_iter().map(|row| row.permission).collect(),
        sees_all_accounts: row.sees_all_accounts,
    }))
}

pub(crate) fn row(organisation: &Organisation) -> organisations::ActiveModel {
    organisations::ActiveModel {
        id: Set(organisation.id.get()),
        name: Set(organisation.name.clone()),
        secret_key: Set(organisation.secret_key.reveal().to_owned()),
        secret_key_digest: Set(organisation.secret_key.digest().to_vec()),
        sees_all_accounts: Set(organisation.sees_all_accounts),
    }
}

pub(crate) fn permission_rows(
    organisation: &Organisation,
) -> impl Iterator<Item = organisation_permissions::ActiveModel> {
    organisation.permissions.iter().map(|permission| organisation_permissions::ActiveModel {
        organisation_id: Set(organisation.id.get()),
        permission: Set(permission.clone()),
    })
}

pub(crate) fn grant_row(
    (organisation, account): (OrganisationId, AccountId),
) -> organisation_accounts::ActiveModel {
    organisation_accounts::ActiveModel {
        organisation_id: Set(organisation.get()),
        account_id: Set(account.get()),
    }
}
