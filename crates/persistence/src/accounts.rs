//! Accounts, as far as a caller may see them.

use kemu_domain::accounts::{Account, Billing};
use kemu_domain::{AccountId, AccountNumber, Scope};
use sea_orm::sea_query::{Expr, Query, SelectStatement};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, Select};

use crate::columns::{instant, micros, parsed};
use crate::entities::{account_users, accounts, organisation_accounts};
use crate::error::Result;
use crate::reads::{InPlaceRow as _, Reads, in_place_row};

in_place_row!(accounts::Model {
    id,
    number,
    account_type,
    status,
    brand,
    portfolio_number,
    urn,
    billing_name,
    billing_sub_name,
    billing_email,
    billing_line1,
    billing_line2,
    billing_line3,
    billing_line4,
    billing_line5,
    billing_postcode,
    billing_country_code,
    billing_delivery_point,
    created_at,
});

/// The accounts that `scope` may see.
pub fn visible_to(scope: Scope) -> Visible {
    Visible { scope }
}

/// A choice of accounts, to be narrowed down.
#[derive(Clone, Copy, Debug)]
pub struct Visible {
    scope: Scope,
}

impl Visible {
    fn select(self) -> Select<accounts::Entity> {
        in_scope(accounts::Entity::find(), accounts::Column::Id, self.scope)
    }

    /// The one with this number.
    pub async fn by_number(self, connection: &impl Reads, number: &AccountNumber) -> Result<Option<Account>> {
        let Some(in_place) = connection.in_place() else {
            return self.one(connection, accounts::Column::Number.eq(number.as_str())).await;
        };
        // EXISTS, not IN: for the latter SQLite builds a table of the account's ids each time.
        let sql = |of_scope: &str| {
            format!("SELECT {} FROM accounts WHERE number = ?1{of_scope}", accounts::Model::COLUMNS)
        };
        let found: Option<accounts::Model> = match self.scope {
            Scope::All => in_place.one(&sql(""), (number.as_str(),)),
            Scope::User(user) => {
                let theirs = " AND EXISTS (SELECT 1 FROM account_users WHERE user_id = ?2 AND account_id = accounts.id)";
                in_place.one(&sql(theirs), (number.as_str(), user.get()))
            }
            Scope::Organisation(organisation) => {
                let granted = " AND EXISTS (SELECT 1 FROM organisation_accounts WHERE organisation_id = ?2 AND account_id = accounts.id)";
                in_place.one(&sql(granted), (number.as_str(), organisation.get()))
            }
        }?;
        found.map(account).transpose()
    }

    /// The one with this id.
    pub async fn by_id(self, connection: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>> {
        self.one(connection, accounts::Column::Id.eq(id.get())).await
    }

    /// All of them, by id.
    pub async fn all(self, connection: &impl ConnectionTrait) -> Result<Vec<Account>> {
        let rows = self.select().order_by_asc(accounts::Column::Id).all(connection).await?;
        rows.into_iter().map(account).collect()
    }

    async fn one(
        self,
        connection: &impl ConnectionTrait,
        wanted: sea_orm::sea_query::SimpleExpr,
    ) -> Result<Option<Account>> {
        self.select().filter(wanted).one(connection).await?.map(account).transpose()
    }
}

/// Those of the rows whose account is in a scope; `account` is the column that says whose they are. Each noun that
/// belongs to accounts begins with it.
pub(crate) fn in_scope<E: EntityTrait>(select: Select<E>, account: E::Column, scope: Scope) -> Select<E> {
    match ids_in(scope) {
        Some(ids) => select.filter(account.in_subquery(ids)),
        None => select,
    }
}

/// The ids of the accounts in a scope, or nothing where the scope is everything.
fn ids_in(scope: Scope) -> Option<SelectStatement> {
    let mut ids = Query::select();
    match scope {
        Scope::All => return None,
        Scope::User(user) => ids
            .column(account_users::Column::AccountId)
            .from(account_users::Entity)
            .and_where(account_users::Column::UserId.eq(user.get())),
        Scope::Organisation(organisation) => ids
            .column(organisation_accounts::Column::AccountId)
            .from(organisation_accounts::Entity)
            .and_where(organisation_accounts::Column::OrganisationId.eq(organisation.get())),
    };
    Some(ids)
}

/// Writes where an account's bills go.
pub async fn set_billing(connection: &impl ConnectionTrait, id: AccountId, billing: &Billing) -> Result<()> {
    use accounts::Column;
    let [line1, line2, line3, line4, line5] = billing.lines.clone();
    accounts::Entity::update_many()
        .col_expr(Column::BillingName, Expr::value(billing.name.clone()))
        .col_expr(Column::BillingSubName, Expr::value(billing.sub_name.clone()))
        .col_expr(Column::BillingEmail, Expr::value(billing.email.clone()))
        .col_expr(Column::BillingLine1, Expr::value(line1))
        .col_expr(Column::BillingLine2, Expr::value(line2))
        .col_expr(Column::BillingLine3, Expr::value(line3))
        .col_expr(Column::BillingLine4, Expr::value(line4))
        .col_expr(Column::BillingLine5, Expr::value(line5))
        .col_expr(Column::BillingPostcode, Expr::value(billing.postcode.clone()))
        .col_expr(Column::BillingCountryCode, Expr::value(billing.country_code.clone()))
        .col_expr(Column::BillingDeliveryPoint, Expr::value(billing.delivery_point_identifier.clone()))
        .filter(Column::Id.eq(id.get()))
        .exec(connection)
        .await?;
    Ok(())
}

fn account(row: accounts::Model) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.id),
        number: parsed("accounts.number", row.number)?,
        account_type: parsed("accounts.account_type", row.account_type)?,
        status: parsed("accounts.status", row.status)?,
        brand: row.brand,
        portfolio_number: parsed("accounts.portfolio_number", row.portfolio_number)?,
        urn: row.urn,
        billing: Billing {
            name: row.billing_name,
            sub_name: row.billing_sub_name,
            email: row.billing_email,
            lines: [
                row.billing_line1,
                row.billing_line2,
                row.billing_line3,
                row.billing_line4,
                row.billing_line5,
            ],
            postcode: row.billing_postcode,
            country_code: row.billing_country_code,
            delivery_point_identifier: row.billing_delivery_point,
        },
        created_at: instant("accounts.created_at", row.created_at)?,
    })
}

pub(crate) fn row(account: &Account) -> accounts::ActiveModel {
    let [line1, line2, line3, line4, line5] = account.billing.lines.clone();
    accounts::ActiveModel {
        id: Set(account.id.get()),
        number: Set(account.number.to_string()),
        account_type: Set(account.account_type.to_string()),
        status: Set(account.status.to_string()),
        brand: Set(account.brand.clone()),
        portfolio_number: Set(account.portfolio_number.to_string()),
        urn: Set(account.urn.clone()),
        billing_name: Set(account.billing.name.clone()),
        billing_sub_name: Set(account.billing.sub_name.clone()),
        billing_email: Set(account.billing.email.clone()),
        billing_line1: Set(line1),
        billing_line2: Set(line2),
        billing_line3: Set(line3),
        billing_line4: Set(line4),
        billing_line5: Set(line5),
        billing_postcode: Set(account.billing.postcode.clone()),
        billing_country_code: Set(account.billing.country_code.clone()),
        billing_delivery_point: Set(account.billing.delivery_point_identifier.clone()),
        created_at: Set(micros(account.created_at)),
    }
}
