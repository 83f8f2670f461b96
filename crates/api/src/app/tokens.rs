//! Signing in and what follows from it. The rules are `kemu-auth`'s; here each of them becomes one transaction.

use chrono::{DateTime, Utc};
use kemu_auth::kraken_tokens::pre_signed::{EndedKey, PreSigned};
use kemu_auth::kraken_tokens::refresh::{EndedToken, LongLived};
use kemu_auth::kraken_tokens::{
    Credentials, CredentialsInput, Issued, force_reauthentication, masquerade, obtain, pre_signed, refresh,
    regenerate_secret_key,
};
use kemu_domain::UserId;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::users::User;
use kemu_persistence::users;

use crate::graphql::RequestContext;
use crate::sandbox::Sandbox;
use crate::switches::ApiKeys;

/// Runs one step in a transaction of its own, kept only where the step succeeds.
macro_rules! in_transaction {
    ($ctx:expr, |$connection:ident| $work:expr) => {{
        let transaction = $ctx.sandbox.store.begin().await?;
        let result: Result<_, Failure> = {
            let $connection = &*transaction;
            $work.await
        };
        let value = result?;
        transaction.commit().await?;
        Ok::<_, Failure>(value)
    }};
}

/// Credentials become tokens. Errors besides those of [`obtain`]: 11100 an API key, where they are switched off.
pub async fn sign_in(ctx: &RequestContext, input: CredentialsInput) -> Result<Issued, Failure> {
    let credentials = Credentials::try_from_input(input)?;
    if matches!(credentials, Credentials::ApiKey(_)) {
        need_api_keys(ctx)?;
    }
    issue(ctx, credentials).await
}

async fn issue(ctx: &RequestContext, credentials: Credentials) -> Result<Issued, Failure> {
    let mut rng = ctx.sandbox.fork_rng();
    in_transaction!(ctx, |connection| obtain(connection, ctx.issuer(), ctx.now, &mut rng, credentials))
}

/// A demo person or organisation signs in with the key that is published, whatever is switched off at the API; `None`
/// where nobody is called that.
pub async fn sign_in_demo(ctx: &RequestContext, name: &str) -> Result<Option<Issued>, Failure> {
    let fixture = &ctx.sandbox.fixture;
    let (person, organisation) = (fixture.person(name), fixture.organisation(name));
    let api_key = person.map(|person| person.api_key.reveal().to_string());
    let organization_secret_key = match &api_key {
        Some(_) => None,
        None => organisation.map(|organisation| organisation.secret_key.reveal().to_string()),
    };
    if api_key.is_none() && organization_secret_key.is_none() {
        return Ok(None);
    }
    let input = CredentialsInput { api_key, organization_secret_key, ..CredentialsInput::default() };
    issue(ctx, Credentials::try_from_input(input)?).await.map(Some)
}

/// A customer's token becomes a refresh token for a year, for an organisation.
pub async fn long_lived_refresh_token(
    ctx: &RequestContext,
    kraken_token: &str,
) -> Result<LongLived, Failure> {
    let mut rng = ctx.sandbox.fork_rng();
    let viewer = ctx.viewer()?;
    in_transaction!(ctx, |connection| refresh::obtain_long_lived(
        connection,
        ctx.issuer(),
        ctx.now,
        &mut rng,
        viewer,
        kraken_token
    ))
}

/// The viewer's API key is replaced. The user as they are afterwards comes back. Errors: 11100.
pub async fn new_secret_key(ctx: &RequestContext) -> Result<User, Failure> {
    need_api_keys(ctx)?;
    let user = customer(ctx)?.clone();
    let mut rng = ctx.sandbox.fork_rng();
    let key = in_transaction!(ctx, |connection| regenerate_secret_key(connection, &mut rng, user.id))?;
    Ok(User { api_key: Some(key), ..user })
}

/// Every token of the viewer's issued before ends now; the time of it comes back.
pub async fn end_all(ctx: &RequestContext, third_parties: bool) -> Result<DateTime<Utc>, Failure> {
    let user = customer(ctx)?;
    in_transaction!(ctx, |connection| force_reauthentication(connection, ctx.now, user.id, third_parties))
}

/// A refresh token ends.
pub async fn end_refresh_token(ctx: &RequestContext, text: &str) -> Result<EndedToken, Failure> {
    let viewer = ctx.viewer()?;
    in_transaction!(ctx, |connection| refresh::invalidate(connection, ctx.now, viewer, text))
}

/// All refresh tokens of a user end.
pub async fn end_refresh_tokens_of(ctx: &RequestContext, email: &str) -> Result<Vec<EndedToken>, Failure> {
    let viewer = ctx.viewer()?;
    in_transaction!(ctx, |connection| refresh::invalidate_for_user(connection, ctx.now, viewer, email))
}

/// A pre-signed key for a user.
pub async fn pre_signed_key(
    ctx: &RequestContext,
    email: &str,
    days: i64,
    scope: &str,
) -> Result<PreSigned, Failure> {
    let viewer = ctx.viewer()?;
    let mut rng = ctx.sandbox.fork_rng();
    let days = i32::try_from(days).map_err(|_| codes::PRE_SIGNED_CREATION_REFUSED)?;
    in_transaction!(ctx, |connection| pre_signed::generate(
        connection, ctx.now, &mut rng, viewer, email, days, scope
    ))
}

/// A pre-signed key ends.
pub async fn end_pre_signed_key(ctx: &RequestContext, text: &str) -> Result<EndedKey, Failure> {
    let viewer = ctx.viewer()?;
    in_transaction!(ctx, |connection| pre_signed::invalidate(connection, ctx.now, viewer, text))
}

/// All pre-signed keys of a user end, or those of a scope.
pub async fn end_pre_signed_keys_of(
    ctx: &RequestContext,
    email: &str,
    scope: Option<&str>,
) -> Result<Vec<EndedKey>, Failure> {
    let viewer = ctx.viewer()?;
    in_transaction!(ctx, |connection| pre_signed::invalidate_for_user(
        connection, ctx.now, viewer, email, scope
    ))
}

/// A masquerade token for somebody of the demo world, and whose id it needs; `None` where nobody has this name.
pub async fn masquerade_token(sandbox: &Sandbox, name: &str) -> Result<Option<(UserId, String)>, Failure> {
    let Some(person) = sandbox.fixture.person(name) else { return Ok(None) };
    let mut rng = sandbox.fork_rng();
    let transaction = sandbox.store.begin().await?;
    let Some(user) = users::by_email(&*transaction, &person.email).await? else { return Ok(None) };
    let token = masquerade::create_token(&*transaction, sandbox.now(), &mut rng, user.id).await?;
    transaction.commit().await?;
    Ok(Some((user.id, token)))
}

/// A masquerade token becomes a token of the user it was made for; `None` where it does not fit.
pub async fn masquerade_as(ctx: &RequestContext, text: &str, user: &str) -> Result<Option<Issued>, Failure> {
    in_transaction!(ctx, |connection| masquerade::authenticate(connection, ctx.issuer(), ctx.now, text, user))
}

/// Errors: 11100 where nobody has an API key.
fn need_api_keys(ctx: &RequestContext) -> Result<(), Failure> {
    match ctx.sandbox.api_keys {
        ApiKeys::On => Ok(()),
        ApiKeys::Off => Err(codes::API_KEYS_UNAVAILABLE.into()),
    }
}

fn customer(ctx: &RequestContext) -> Result<&User, Failure> {
    ctx.viewer()?.user().ok_or_else(|| codes::UNAUTHORIZED.into())
}
