//! OAuth applications.

use kemu_domain::ClientId;
use kemu_domain::oauth::{Client, ClientSecret};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{OnConflict, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::columns::{json, parsed, to_json};
use crate::entities::oauth_clients::{ActiveModel, Column, Entity, Model};
use crate::error::{Error, Result};
use crate::refresh_tokens::digest;

/// The application with this id.
pub async fn by_id(connection: &impl ConnectionTrait, id: &ClientId) -> Result<Option<Client>> {
    Entity::find_by_id(id.to_string()).one(connection).await?.map(client).transpose()
}

/// The application with this name.
pub async fn by_name(connection: &impl ConnectionTrait, name: &str) -> Result<Option<Client>> {
    Entity::find().filter(Column::Name.eq(name)).one(connection).await?.map(client).transpose()
}

/// All of them, by name.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Client>> {
    Entity::find().order_by_asc(Column::Name).all(connection).await?.into_iter().map(client).collect()
}

/// Those whose ids a query finds, by name.
pub(super) async fn among(connection: &impl ConnectionTrait, ids: SelectStatement) -> Result<Vec<Client>> {
    let found = Entity::find().filter(Column::ClientId.in_subquery(ids)).order_by_asc(Column::Name);
    found.all(connection).await?.into_iter().map(client).collect()
}

/// Registers an application.
pub async fn insert(connection: &impl ConnectionTrait, client: &Client) -> Result<()> {
    Entity::insert(row(client)).exec_without_returning(connection).await?;
    Ok(())
}

/// Registers an application; one with its id becomes it.
pub async fn put(connection: &impl ConnectionTrait, client: &Client) -> Result<()> {
    let columns = [Column::Name, Column::SecretDigest, Column::SigningSecret, Column::Settings];
    let changed = OnConflict::column(Column::ClientId).update_columns(columns).to_owned();
    Entity::insert(row(client)).on_conflict(changed).exec_without_returning(connection).await?;
    Ok(())
}

/// Takes an application out; false where there was none. What it was granted stays, and is good for nothing.
pub async fn remove(connection: &impl ConnectionTrait, id: &ClientId) -> Result<bool> {
    Ok(Entity::delete_by_id(id.to_string()).exec(connection).await?.rows_affected > 0)
}

fn client(row: Model) -> Result<Client> {
    // The value stays out of the error: it is nearly a secret.
    let corrupt = |_| Error::Corrupt { column: "oauth_clients.signing_secret", value: "…".into() };
    Ok(Client {
        id: parsed("oauth_clients.client_id", row.client_id)?,
        name: row.name,
        secret_digest: row
            .secret_digest
            .map(|bytes| digest("oauth_clients.secret_digest", bytes))
            .transpose()?,
        signing_secret: row.signing_secret.map(ClientSecret::try_new).transpose().map_err(corrupt)?,
        settings: json("oauth_clients.settings", row.settings)?,
    })
}

pub(crate) fn row(client: &Client) -> ActiveModel {
    ActiveModel {
        client_id: Set(client.id.to_string()),
        name: Set(client.name.clone()),
        secret_digest: Set(client.secret_digest.map(|digest| digest.to_vec())),
        signing_secret: Set(client.signing_secret.as_ref().map(|secret| secret.reveal().to_owned())),
        settings: Set(to_json(&client.settings)),
    }
}
