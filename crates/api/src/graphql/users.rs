//! `viewer` and account users, and what they change about themselves.

use std::sync::Arc;

use chrono::NaiveDate;
use kemu_domain::Scope;
use kemu_domain::accounts::{Account, AccountType};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::passwords::HELP_TEXTS;
use kemu_domain::users::{Role, User, UserChange};

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::switches::ApiKeys;
use crate::{app, inputs, objects};

objects! {
    User: "AccountUserType" by |user| user.id.get();
    RoleOnAccount: "AccountUserRoleType" by |role| role.account.id.get();
    HeldPermission: "AccountUserPermission" by |_| 0;
    Updated: "UpdateUserMutation" by |own| own.0.id.get();
    NewPassword: "UpdatePassword" by |own| own.0.id.get();
}

/// What a user may do on an account.
struct RoleOnAccount {
    user: User,
    account: Account,
    role: Role,
}

/// The payload of `updateUser`.
struct Updated(User);

/// The payload of `updatePassword`.
struct NewPassword(User);

/// A permission of the viewer's.
struct HeldPermission(String);

inputs! {
    struct AccountsArguments {
        restrict_to_account_numbers: Option<Vec<Option<String>>>,
        exclude_account_types: Option<Vec<Option<AccountType>>>,
    }
    struct UpdateArguments {
        input: UpdateInput,
    }
    struct UpdateInput {
        date_of_birth: Option<NaiveDate>,
        email: Option<String>,
        family_name: Option<String>,
        given_name: Option<String>,
        landline: Option<String>,
        mobile: Option<String>,
        pronouns: Option<String>,
        title: Option<String>,
        user_id: Option<String>,
    }
    struct PasswordArguments {
        input: Option<PasswordInput>,
    }
    struct PasswordInput {
        new_password: String,
        new_password_confirmed: String,
        old_password: String,
    }
    struct RolesArguments {
        account_number: Option<String>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("viewer", viewer);
    all.query("passwordValidatorHelpTexts", |_: Ctx, (): ()| async move {
        Ok::<Vec<&'static str>, Failure>(HELP_TEXTS.to_vec())
    });
    all.mutation("updateUser", update);
    all.mutation("updatePassword", update_password);
    all.object::<Updated>().field("viewer", |own| own.0.clone());
    all.object::<NewPassword>().field("viewer", |own| own.0.clone());
    all.object::<User>()
        .field("id", |user| user.id.to_string())
        .field("number", |user| user.id.to_string())
        .field("email", |user| user.email.clone())
        .field("givenName", |user| user.given_name.clone())
        .field("familyName", |user| user.family_name.clone())
        .field("fullName", User::full_name)
        .field("preferredName", |user| user.preferred_name.clone())
        .field("title", |user| user.title.clone())
        .field("pronouns", |user| user.pronouns.clone())
        .field("dateOfBirth", |user| user.date_of_birth)
        .field("mobile", |user| user.mobile.clone())
        .field("landline", |user| user.landline.clone())
        .field("isActive", |user| user.is_active)
        .field("isDeceased", |user| user.is_deceased)
        .field("createdAt", |user| user.created_at)
        .field_async("liveSecretKey", live_secret_key)
        .field_async("permissions", permissions)
        .field_async("accounts", accounts_of)
        .field_async("accountUserRoles", roles);
    all.object::<RoleOnAccount>()
        .field("id", |own| format!("{}{}", own.account.id, own.user.id))
        .field("role", |own| -> &'static str { own.role.into() })
        .field("account", |own| own.account.clone())
        .field("user", |own| own.user.clone());
    all.object::<HeldPermission>().field("permission", |own| own.0.clone());
}

/// The label and the details that the input may give are kept nowhere.
async fn update(ctx: Ctx, arguments: UpdateArguments) -> Result<Option<Updated>, Failure> {
    let input = arguments.input;
    let change = UserChange {
        email: input.email,
        given_name: input.given_name,
        family_name: input.family_name,
        title: input.title,
        pronouns: input.pronouns,
        date_of_birth: input.date_of_birth,
        mobile: input.mobile,
        landline: input.landline,
    };
    app::users::change(&ctx, input.user_id.as_deref(), change).await.map(Updated).map(Some)
}

/// Without input nothing is changed, as the old password is not there (a guess).
async fn update_password(ctx: Ctx, arguments: PasswordArguments) -> Result<Option<NewPassword>, Failure> {
    let PasswordInput { new_password, new_password_confirmed, old_password } =
        arguments.input.ok_or(codes::OLD_PASSWORD_INVALID)?;
    let new = (new_password.as_str(), new_password_confirmed.as_str());
    app::users::change_password(&ctx, &old_password, new).await.map(NewPassword).map(Some)
}

async fn viewer(ctx: Ctx, (): ()) -> Result<Option<User>, Failure> {
    ctx.viewer()?.user().cloned().map(Some).ok_or_else(|| codes::UNAUTHORIZED.into())
}

/// One's own key only, and not through an application that may do less than the key: `account` leads here too. Where API
/// keys are switched off nobody has one (measured in Japan, kraken-facts 2.2).
async fn live_secret_key(user: Arc<User>, ctx: Ctx, (): ()) -> Result<Option<String>, Failure> {
    let viewer = ctx.viewer()?;
    let own = viewer.user().is_some_and(|own| own.id == user.id) && viewer.has_full_access();
    let key = user.api_key.as_ref().filter(|_| own && ctx.sandbox.api_keys == ApiKeys::On);
    Ok(key.map(|key| key.reveal().to_string()))
}

async fn permissions(user: Arc<User>, ctx: Ctx, (): ()) -> Result<Vec<HeldPermission>, Failure> {
    let viewer = ctx.viewer()?;
    let own = viewer.user().is_some_and(|viewer| viewer.id == user.id);
    let held = if own { viewer.permissions() } else { Vec::new() };
    Ok(held.into_iter().map(|permission| HeldPermission(permission.to_string())).collect())
}

/// The accounts of the user that the viewer may see as well.
async fn accounts_of(
    user: Arc<User>,
    ctx: Ctx,
    arguments: AccountsArguments,
) -> Result<Vec<Account>, Failure> {
    let mut found = app::accounts::all(&ctx, Scope::User(user.id)).await?;
    if let Some(numbers) = arguments.restrict_to_account_numbers {
        found.retain(|account| numbers.iter().flatten().any(|number| number == account.number.as_str()));
    }
    if let Some(excluded) = arguments.exclude_account_types {
        found.retain(|account| !excluded.contains(&Some(account.account_type)));
    }
    let Some(scope) = ctx.viewer()?.scope().filter(|scope| *scope != Scope::User(user.id)) else {
        return Ok(found);
    };
    let seen = app::accounts::all(&ctx, scope).await?;
    found.retain(|account| seen.iter().any(|other| other.id == account.id));
    Ok(found)
}

async fn roles(user: Arc<User>, ctx: Ctx, arguments: RolesArguments) -> Result<Vec<RoleOnAccount>, Failure> {
    let all = app::users::roles_of(&ctx, user.id).await?.into_iter();
    let wanted = |account: &Account| {
        arguments.account_number.as_ref().is_none_or(|number| number == account.number.as_str())
    };
    let on = |(account, role)| RoleOnAccount { user: (*user).clone(), account, role };
    Ok(all.filter(|(account, _)| wanted(account)).map(on).collect())
}
