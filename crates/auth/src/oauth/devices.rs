//! The device grant (RFC 8628): what a device asks for, what a person decides, and what the device gets.

use chrono::{DateTime, Utc};
use kemu_domain::oauth::devices::{DeviceRequest, DeviceState, INTERVAL, LIFETIME, UserCode};
use kemu_domain::oauth::grants::Grant;
use kemu_domain::oauth::refusals::cut;
use kemu_domain::oauth::{Client, ClientGrant, ErrorCode, Refusal};
use kemu_domain::secrets::digest;
use kemu_domain::tokens::Owner;
use kemu_domain::users::User;
use kemu_persistence::oauth::{devices, grants};
use kemu_persistence::reads::Reads;
use rand::CryptoRng;

use super::issue::{Order, Tokens, instant, issue, new_grant};
use super::{KEPT, OAuthFailure, not_registered, unknown_scope};
use crate::claims::Grant as How;
use crate::kraken_tokens::{Issuer, revocation};
use crate::secrets;

const CHECK: &str = "device code";

/// What a device is given: the code that it keeps, and the one that it shows.
pub struct Started {
    /// Kept by the device.
    pub device_code: String,
    /// Shown to a person.
    pub user_code: UserCode,
}

/// A device begins. Refusals: `unauthorized_client`, `invalid_scope`.
pub async fn start<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    client: &Client,
    scope: Option<&str>,
) -> Result<Started, OAuthFailure> {
    if client.settings.grant != ClientGrant::Device {
        return Err(not_registered(client, "device").into());
    }
    let scopes = client.settings.granted(scope).map_err(|word| unknown_scope(client, &word))?;
    devices::forget(conn, now - KEPT).await?;
    let user_code = loop {
        let mut bytes = [0; 8];
        rng.fill_bytes(&mut bytes);
        let code = UserCode::from_random(bytes);
        if devices::by_user_code(conn, &code.digest()).await?.is_none() {
            break code;
        }
    };
    let device_code = secrets::hex_token(rng);
    let request = DeviceRequest {
        digest: digest(&device_code),
        user_code: user_code.digest(),
        client_id: client.id.clone(),
        scopes,
        expires_at: now + LIFETIME,
        interval: INTERVAL,
        polled_at: None,
        state: DeviceState::Pending,
        grant_id: None,
    };
    devices::insert(conn, &request).await?;
    Ok(Started { device_code, user_code })
}

/// The request that a person may decide on: one with this code that lives and that nobody has decided on.
pub async fn waiting<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    code: &UserCode,
) -> kemu_persistence::Result<Option<DeviceRequest>> {
    let found = devices::by_user_code(conn, &code.digest()).await?;
    Ok(found.filter(|request| request.state == DeviceState::Pending && request.expires_at > now))
}

/// A person allows or denies it; false if somebody was faster.
pub async fn decide<C: Reads>(
    conn: &C,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    (client, request): (&Client, &DeviceRequest),
    (user, signed_in_at): (&User, DateTime<Utc>),
    is_allowed: bool,
) -> kemu_persistence::Result<bool> {
    if !is_allowed {
        return devices::change(conn, request, (DeviceState::Pending, DeviceState::Denied), None).await;
    }
    let grant = Grant {
        auth_time: signed_in_at,
        // After a revocation in this very second, the first second that is good again.
        created_at: instant(revocation::issue_second(user, now)),
        ..new_grant(now, rng, client, Owner::User(user.id), request.scopes.clone())
    };
    grants::insert(conn, &grant).await?;
    devices::change(conn, request, (DeviceState::Pending, DeviceState::Approved), Some(&grant.id)).await
}

/// A device asks for its tokens.
///
/// Refusals: `unauthorized_client`, `invalid_request`, `invalid_grant` (unknown, another client's, or used),
/// `expired_token`, `access_denied`, `authorization_pending`, `slow_down`.
pub async fn poll<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    now: DateTime<Utc>,
    rng: &mut (impl CryptoRng + ?Sized),
    client: &Client,
    text: Option<&str>,
) -> Result<Tokens, OAuthFailure> {
    if client.settings.grant != ClientGrant::Device {
        return Err(not_registered(client, "device").into());
    }
    let missing = || {
        Refusal::new(ErrorCode::InvalidRequest, CHECK, "device_code", "none")
            .saying("Missing device_code parameter.")
    };
    let text = text.ok_or_else(missing)?;
    let refused = |error, expected: &str, came: String| Refusal::new(error, CHECK, expected, came);
    let unknown = || refused(ErrorCode::InvalidGrant, "a device code that was issued here", cut(text));
    let wanted = digest(text);
    let found = devices::by_digest(conn, &wanted).await?;
    let mut request = found.filter(|request| secrets::equal(request.digest, wanted)).ok_or_else(unknown)?;
    if request.client_id != client.id {
        let came = format!("another client's, from {}", client.name);
        return Err(refused(ErrorCode::InvalidGrant, "a code of this client", came).into());
    }
    let used =
        || refused(ErrorCode::InvalidGrant, "a device code that is used once", "one that was used".into());
    if request.state == DeviceState::Used {
        return Err(used().into());
    }
    if request.expires_at <= now {
        let came = format!("one that ended at {}", request.expires_at);
        return Err(refused(ErrorCode::ExpiredToken, "a code of the last 30 minutes", came).into());
    }
    if request.state == DeviceState::Denied {
        return Err(refused(ErrorCode::AccessDenied, "a person who allows it", "a refusal".into()).into());
    }
    let Some(grant_id) = request.grant_id.clone().filter(|_| request.state == DeviceState::Approved) else {
        let interval = request.interval;
        let is_fine = request.poll(now);
        devices::note_poll(conn, &request).await?;
        let refusal = if is_fine {
            refused(ErrorCode::AuthorizationPending, "somebody who has decided", "nobody yet".into())
        } else {
            let expected = format!("{} s between two requests", interval.num_seconds());
            refused(
                ErrorCode::SlowDown,
                &expected,
                format!("fewer; now {} s", request.interval.num_seconds()),
            )
        };
        return Err(refusal.into());
    };
    let grant = grants::by_id(conn, &grant_id).await?.filter(|grant| grant.revoked_at.is_none());
    let grant = grant.ok_or_else(unknown)?;
    // Whoever asks at the same moment finds it used up.
    let states = (DeviceState::Approved, DeviceState::Used);
    if !devices::change(conn, &request, states, Some(&grant.id)).await? {
        return Err(used().into());
    }
    issue(conn, issuer, now, rng, Order::first(client, &grant, How::DeviceCode, now)).await
}
