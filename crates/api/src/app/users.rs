//! What people change about themselves.

use kemu_auth::kraken_tokens::force_reauthentication;
use kemu_auth::passwords;
use kemu_domain::accounts::Account;
use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Failure, KrakenError, ValidationError, codes};
use kemu_domain::passwords as rules;
use kemu_domain::users::{Role, User, UserChange};
use kemu_domain::{AccountId, Scope, UserId};
use kemu_persistence::{accounts, users};

use crate::graphql::RequestContext;

/// Changes a user: the viewer, or the one of this id. Another e-mail address ends all of the user's tokens (documented,
/// ANN-79).
///
/// Errors: 5413 for details that cannot be, an address that is another user's among them; 5414 for a user whom the viewer
/// may not change: customers change themselves, organisations those whose accounts they see.
pub async fn change(ctx: &RequestContext, id: Option<&str>, change: UserChange) -> Result<User, Failure> {
    let id = changeable(ctx, id).await?;
    let transaction = ctx.sandbox.store.begin().await?;
    let before = users::by_id(&*transaction, id).await?.ok_or(codes::USER_CHANGE_REFUSED)?;
    let after = change.apply(&before, paris_date(ctx.now))?;
    if after.email != before.email {
        if users::by_email(&*transaction, &after.email).await?.is_some() {
            return Err(KrakenError::at(codes::USER_DETAILS_INVALID, &["input", "email"]).into());
        }
        force_reauthentication(&*transaction, ctx.now, id, true).await?;
    }
    users::set_details(&*transaction, &after).await?;
    transaction.commit().await?;
    Ok(after)
}

/// The people of an account that the viewer sees, by id.
pub async fn of_account(ctx: &RequestContext, account: AccountId) -> Result<Vec<User>, Failure> {
    let found = users::of_account(&ctx.sandbox.store.reader(), account).await?;
    Ok(found.into_iter().map(|(user, _)| user).collect())
}

/// What a user is on each of their accounts.
pub async fn roles_of(ctx: &RequestContext, user: UserId) -> Result<Vec<(Account, Role)>, Failure> {
    let connection = &ctx.sandbox.store.reader();
    let accounts = accounts::visible_to(Scope::User(user)).all(connection).await?;
    let roles = users::roles_of(connection, user).await?;
    let on =
        |account: &Account| roles.iter().find(|role| role.account_id == account.id).map(|role| role.role);
    Ok(accounts.into_iter().filter_map(|account| on(&account).map(|role| (account, role))).collect())
}

async fn changeable(ctx: &RequestContext, id: Option<&str>) -> Result<UserId, Failure> {
    let refused = || Failure::from(KrakenError::at(codes::USER_CHANGE_REFUSED, &["input", "userId"]));
    let viewer = ctx.viewer()?;
    let wanted: Option<UserId> = id.map(str::parse).transpose().map_err(|_| refused())?;
    if let Some(user) = viewer.user() {
        return if wanted.is_none_or(|wanted| wanted == user.id) { Ok(user.id) } else { Err(refused()) };
    }
    let (wanted, scope) = wanted.zip(viewer.scope()).ok_or_else(refused)?;
    let connection = &ctx.sandbox.store.reader();
    let seen = accounts::visible_to(scope).all(connection).await?;
    let theirs = accounts::visible_to(Scope::User(wanted)).all(connection).await?;
    let is_seen = theirs.iter().any(|account| seen.iter().any(|other| other.id == account.id));
    if is_seen { Ok(wanted) } else { Err(refused()) }
}

/// Gives the viewer another password, and ends all of their tokens (documented, ANN-79). Errors: 5460 the old one is
/// wrong, 5450 the new one breaks a rule or is not the same twice.
pub async fn change_password(
    ctx: &RequestContext,
    old: &str,
    (new, again): (&str, &str),
) -> Result<User, Failure> {
    let viewer = ctx.viewer()?.user().ok_or(codes::UNAUTHORIZED)?;
    let mut rng = ctx.sandbox.fork_rng();
    let transaction = ctx.sandbox.store.begin().await?;
    let user = users::by_id(&*transaction, viewer.id).await?.ok_or(codes::TOKEN_REVOKED)?;
    let is_known = user.password_hash.as_ref().is_some_and(|hash| passwords::verify(old, hash));
    if !is_known {
        return Err(KrakenError::at(codes::OLD_PASSWORD_INVALID, &["input", "oldPassword"]).into());
    }
    let of_user = accounts::visible_to(Scope::User(user.id)).all(&*transaction).await?;
    let numbers: Vec<String> = of_user.iter().map(|account| account.number.to_string()).collect();
    rules::check(new, rules::Owner { email: &user.email, accounts: &numbers, is_current: new == old })?;
    if new != again {
        let error =
            ValidationError::new("The two passwords are not the same.", &["input", "newPasswordConfirmed"]);
        return Err(KrakenError::from(codes::PASSWORD_INVALID).with_validation(error).into());
    }
    users::set_password_hash(&*transaction, user.id, &passwords::hash(&mut rng, new)).await?;
    force_reauthentication(&*transaction, ctx.now, user.id, true).await?;
    transaction.commit().await?;
    Ok(User { password_expired: false, ..user })
}
