//! People and their credentials.

use chrono::{DateTime, Utc};
use kemu_domain::secrets::{KeyDigest, PasswordHash, SecretKey};
use kemu_domain::users::{AccountUser, Role, User, normalised_email};
use kemu_domain::{AccountId, UserId};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::columns::{date, days, instant, micros, parsed};
use crate::entities::{account_users, users};
use crate::error::{Error, Result};
use crate::reads::{InPlaceRow as _, Reads, in_place_row};

in_place_row!(users::Model {
    id,
    email,
    given_name,
    family_name,
    preferred_name,
    title,
    pronouns,
    date_of_birth,
    mobile,
    landline,
    is_active,
    is_deceased,
    created_at,
    api_key,
    password_hash,
    password_expired,
    mfa_enforced,
    tokens_valid_from,
} without { api_key_digest: None });

/// The person with this id.
pub async fn by_id(connection: &impl Reads, id: UserId) -> Result<Option<User>> {
    if let Some(in_place) = connection.in_place() {
        let sql = format!("SELECT {} FROM users WHERE id = ?1", users::Model::COLUMNS);
        return in_place.one::<users::Model>(&sql, (id.get(),))?.map(user).transpose();
    }
    users::Entity::find_by_id(id.get()).one(connection).await?.map(user).transpose()
}

/// The person with this e-mail address, in any spelling.
pub async fn by_email(connection: &impl ConnectionTrait, email: &str) -> Result<Option<User>> {
    let wanted = users::Column::Email.eq(normalised_email(email));
    users::Entity::find().filter(wanted).one(connection).await?.map(user).transpose()
}

/// The person whose API key has this digest.
pub async fn by_api_key_digest(
    connection: &impl ConnectionTrait,
    digest: &KeyDigest,
) -> Result<Option<User>> {
    let wanted = users::Column::ApiKeyDigest.eq(digest.to_vec());
    users::Entity::find().filter(wanted).one(connection).await?.map(user).transpose()
}

/// The people with a role on an account, by their ids.
pub async fn of_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<(User, Role)>> {
    let roles = account_users::Entity::find()
        .filter(account_users::Column::AccountId.eq(account.get()))
        .order_by_asc(account_users::Column::UserId)
        .all(connection)
        .await?;
    let ids = roles.iter().map(|role| role.user_id);
    let people = users::Entity::find()
        .filter(users::Column::Id.is_in(ids))
        .order_by_asc(users::Column::Id)
        .all(connection)
        .await?;
    // Both are in the order of the same ids, and each role has its person by foreign key.
    people.into_iter().zip(roles).map(|(person, role)| Ok((user(person)?, role_of(role.role)?))).collect()
}

/// The roles of a person, by account.
pub async fn roles_of(connection: &impl ConnectionTrait, user: UserId) -> Result<Vec<AccountUser>> {
    let rows = account_users::Entity::find()
        .filter(account_users::Column::UserId.eq(user.get()))
        .order_by_asc(account_users::Column::AccountId)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(AccountUser {
                account_id: AccountId(row.account_id),
                user_id: UserId(row.user_id),
                role: role_of(row.role)?,
            })
        })
        .collect()
}

/// Gives a person a new API key; the old one is void from then on. `None` takes it away.
pub async fn set_api_key(
    connection: &impl ConnectionTrait,
    id: UserId,
    key: Option<&SecretKey>,
) -> Result<()> {
    let change = users::Entity::update_many()
        .col_expr(users::Column::ApiKey, Expr::value(key.map(|key| key.reveal().to_owned())))
        .col_expr(users::Column::ApiKeyDigest, Expr::value(key.map(|key| key.digest().to_vec())));
    change.filter(users::Column::Id.eq(id.get())).exec(connection).await?;
    Ok(())
}

/// Voids each token that was issued to a person before `instant`.
pub async fn set_tokens_valid_from(
    connection: &impl ConnectionTrait,
    id: UserId,
    instant: DateTime<Utc>,
) -> Result<()> {
    let change = users::Entity::update_many()
        .col_expr(users::Column::TokensValidFrom, Expr::value(Some(micros(instant))));
    change.filter(users::Column::Id.eq(id.get())).exec(connection).await?;
    Ok(())
}

/// Gives a person a new password, which is not expired.
pub async fn set_password_hash(
    connection: &impl ConnectionTrait,
    id: UserId,
    hash: &PasswordHash,
) -> Result<()> {
    let change = users::Entity::update_many()
        .col_expr(users::Column::PasswordHash, Expr::value(Some(hash.0.clone())))
        .col_expr(users::Column::PasswordExpired, Expr::value(false));
    change.filter(users::Column::Id.eq(id.get())).exec(connection).await?;
    Ok(())
}

/// Writes what a person is called and how they are reached.
pub async fn set_details(connection: &impl ConnectionTrait, user: &User) -> Result<()> {
    let change = users::Entity::update_many()
        .col_expr(users::Column::Email, Expr::value(user.email.clone()))
        .col_expr(users::Column::GivenName, Expr::value(user.given_name.clone()))
        .col_expr(users::Column::FamilyName, Expr::value(user.family_name.clone()))
        .col_expr(users::Column::Title, Expr::value(user.title.clone()))
        .col_expr(users::Column::Pronouns, Expr::value(user.pronouns.clone()))
        .col_expr(users::Column::DateOfBirth, Expr::value(user.date_of_birth.map(days)))
        .col_expr(users::Column::Mobile, Expr::value(user.mobile.clone()))
        .col_expr(users::Column::Landline, Expr::value(user.landline.clone()));
    change.filter(users::Column::Id.eq(user.id.get())).exec(connection).await?;
    Ok(())
}

fn role_of(text: String) -> Result<Role> {
    parsed("account_users.role", text)
}

fn user(row: users::Model) -> Result<User> {
    Ok(User {
        id: UserId(row.id),
        email: row.email,
        given_name: row.given_name,
        family_name: row.family_name,
        preferred_name: row.preferred_name,
        title: row.title,
        pronouns: row.pronouns,
        date_of_birth: row.date_of_birth.map(|days| date("users.date_of_birth", days)).transpose()?,
        mobile: row.mobile,
        landline: row.landline,
        is_active: row.is_active,
        is_deceased: row.is_deceased,
        created_at: instant("users.created_at", row.created_at)?,
        api_key: row.api_key.map(key).transpose()?,
        password_hash: row.password_hash.map(PasswordHash),
        password_expired: row.password_expired,
        mfa_enforced: row.mfa_enforced,
        tokens_valid_from: row
            .tokens_valid_from
            .map(|at| instant("users.tokens_valid_from", at))
            .transpose()?,
    })
}

/// The value stays out of the error: it is nearly a key.
fn key(text: String) -> Result<SecretKey> {
    SecretKey::try_new(text).map_err(|_| Error::Corrupt { column: "users.api_key", value: "…".into() })
}

pub(crate) fn row(user: &User) -> users::ActiveModel {
    users::ActiveModel {
        id: Set(user.id.get()),
        email: Set(user.email.clone()),
        given_name: Set(user.given_name.clone()),
        family_name: Set(user.family_name.clone()),
        preferred_name: Set(user.preferred_name.clone()),
        title: Set(user.title.clone()),
        pronouns: Set(user.pronouns.clone()),
        date_of_birth: Set(user.date_of_birth.map(days)),
        mobile: Set(user.mobile.clone()),
        landline: Set(user.landline.clone()),
        is_active: Set(user.is_active),
        is_deceased: Set(user.is_deceased),
        created_at: Set(micros(user.created_at)),
        api_key: Set(user.api_key.as_ref().map(|key| key.reveal().to_owned())),
        api_key_digest: Set(user.api_key.as_ref().map(|key| key.digest().to_vec())),
        password_hash: Set(user.password_hash.as_ref().map(|hash| hash.0.clone())),
        password_expired: Set(user.password_expired),
        mfa_enforced: Set(user.mfa_enforced),
        tokens_valid_from: Set(user.tokens_valid_from.map(micros)),
    }
}

pub(crate) fn role_row(role: &AccountUser) -> account_users::ActiveModel {
    account_users::ActiveModel {
        account_id: Set(role.account_id.get()),
        user_id: Set(role.user_id.get()),
        role: Set(role.role.to_string()),
    }
}
