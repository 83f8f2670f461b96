//! `account`, `accounts`' identity, users, addresses, billing fields, balances and properties. Its ledgers,
//! transactions and payments stand in the files of those nouns.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::Minor;
use kemu_domain::accounts::{Account, AccountStatus, AccountType};
use kemu_domain::addresses::Address;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::properties::Property;
use kemu_domain::users::User;

use super::engine::resolvers::Resolvers;
use super::{Ctx, addresses};
use crate::{app, enums, inputs, objects};

objects! {
    Account: "AccountType" by |account| account.id.get();
    BillingAddress: "RichAddressType" by |address| address.key;
    Moved: "UpdateAccountBillingAddress" by |own| own.0.id.get();
    Mailed: "UpdateAccountBillingEmail" by |own| own.0.id.get();
}
enums!(AccountStatus, AccountType);

/// The payload of `updateAccountBillingAddress`.
struct Moved(Account);

/// The payload of `updateAccountBillingEmail`.
struct Mailed(Account);

/// An address with what tells it from others.
pub(super) struct BillingAddress {
    pub(super) key: i64,
    pub(super) address: Address,
}

inputs! {
    pub(super) struct AccountArguments {
        account_number: String,
    }
    struct MoveArguments {
        input: MoveInput,
    }
    struct MoveInput {
        account_number: Option<String>,
        billing_address: Option<AddressInput>,
    }
    struct AddressInput {
        administrative_area: Option<String>,
        country: Option<String>,
        delivery_point_identifier: Option<String>,
        dependent_locality: Option<String>,
        locality: Option<String>,
        postal_code: Option<String>,
        sorting_code: Option<String>,
        street_address: Option<String>,
    }
    struct MailArguments {
        input: MailInput,
    }
    struct MailInput {
        account_number: String,
        billing_email: Option<String>,
    }
    struct BalanceArguments {
        include_all_ledgers: Option<bool>,
    }
    struct PropertiesArguments {
        active_from: Option<DateTime<Utc>>,
    }
    pub(super) struct IdArguments {
        id: String,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("account", account);
    all.mutation("updateAccountBillingAddress", move_bills);
    all.mutation("updateAccountBillingEmail", |ctx: Ctx, arguments: MailArguments| async move {
        let MailInput { account_number, billing_email } = arguments.input;
        // Without one it is refused as an empty one is.
        let email = billing_email.unwrap_or_default();
        app::accounts::mail_bills(&ctx, &account_number, &email).await.map(Mailed).map(Some)
    });
    all.object::<Moved>().field("account", |own| own.0.clone());
    all.object::<Mailed>().field("account", |own| own.0.clone());
    all.object::<Account>()
        .field("id", |account| account.id.to_string())
        .field("number", |account| account.number.to_string())
        .field("accountType", |account| account.account_type)
        .field("status", |account| account.status)
        .field("brand", |account| account.brand.clone())
        .field("urn", |account| account.urn.clone())
        .field("createdAt", |account| account.created_at)
        .field("billingName", |account| account.billing.name.clone())
        .field("billingSubName", |account| account.billing.sub_name.clone())
        .field("billingEmail", |account| account.billing.email.clone())
        .field("billingAddress", |account| account.billing.one_line())
        .field("billingAddressLine1", |account| account.billing.lines[0].clone())
        .field("billingAddressLine2", |account| account.billing.lines[1].clone())
        .field("billingAddressLine3", |account| account.billing.lines[2].clone())
        .field("billingAddressLine4", |account| account.billing.lines[3].clone())
        .field("billingAddressLine5", |account| account.billing.lines[4].clone())
        .field("billingAddressPostcode", |account| account.billing.postcode.clone())
        .field("billingCountryCode", |account| account.billing.country_code.clone())
        .field("billingDeliveryPointIdentifier", |account| account.billing.delivery_point_identifier.clone())
        .field("splitBillingAddress", |account| account.billing.split_address())
        .field("address", |account| BillingAddress {
            key: account.id.get(),
            address: account.billing.rich_address(),
        })
        .field_async("balance", balance)
        .field_async("overdueBalance", overdue_balance)
        .field_async("users", users_of)
        .field_async("properties", properties)
        .field_async("property", property);
    addresses::fields(&mut all.object::<BillingAddress>(), |own| &own.address);
}

async fn account(ctx: Ctx, arguments: AccountArguments) -> Result<Option<Account>, Failure> {
    app::accounts::find(&ctx, &arguments.account_number).await.map(Some)
}

/// A structured street address is not read.
async fn move_bills(ctx: Ctx, arguments: MoveArguments) -> Result<Option<Moved>, Failure> {
    let MoveInput { account_number, billing_address } = arguments.input;
    let number = account_number.unwrap_or_default();
    let address = billing_address.map(|given| Address {
        name: None,
        organization: None,
        street_address: given.street_address,
        dependent_locality: given.dependent_locality,
        locality: given.locality,
        administrative_area: given.administrative_area,
        postal_code: given.postal_code,
        sorting_code: given.sorting_code,
        country: given.country,
        delivery_point_identifier: given.delivery_point_identifier,
    });
    app::accounts::move_bills(&ctx, &number, &address.unwrap_or_default()).await.map(Moved).map(Some)
}

async fn balance(account: Arc<Account>, ctx: Ctx, arguments: BalanceArguments) -> Result<Minor, Failure> {
    app::accounts::balance_of(&ctx, &account, arguments.include_all_ledgers.unwrap_or(false)).await
}

async fn overdue_balance(account: Arc<Account>, ctx: Ctx, (): ()) -> Result<Option<Minor>, Failure> {
    app::accounts::overdue_of(&ctx, &account).await.map(Some)
}

async fn users_of(account: Arc<Account>, ctx: Ctx, (): ()) -> Result<Vec<User>, Failure> {
    app::users::of_account(&ctx, account.id).await
}

async fn properties(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: PropertiesArguments,
) -> Result<Vec<Property>, Failure> {
    app::accounts::properties_of(&ctx, &account, arguments.active_from).await
}

async fn property(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: IdArguments,
) -> Result<Option<Property>, Failure> {
    let property = app::accounts::property(&ctx, &arguments.id).await?;
    if property.account_id == account.id {
        Ok(Some(property))
    } else {
        Err(codes::PROPERTY_UNAUTHORIZED.into())
    }
}
