//! `id_token_hint`: an id_token of ours that an application hands back to say whom it means (OpenID Connect Core section
//! 3.1.2.1, RP-Initiated Logout section 2). It may be old, and it proves nothing but what we once told.

use kemu_domain::ClientId;
use kemu_persistence::oauth::clients;
use kemu_persistence::reads::Reads;

use crate::jwt::{self, IdHint, Rejection};
use crate::kraken_tokens::Issuer;

/// Whom a hint names: signed with our key, or with the secret of the very application that it is for.
pub async fn verify<C: Reads>(
    conn: &C,
    issuer: Issuer<'_>,
    hint: &str,
) -> kemu_persistence::Result<Result<IdHint, Rejection>> {
    let by_our_key = jwt::verify_id_hint(issuer, None, hint);
    let claimed = jwt::claimed(hint, "aud").and_then(|audience| ClientId::try_new(audience).ok());
    let (Err(_), Some(claimed)) = (&by_our_key, claimed) else { return Ok(by_our_key) };
    let client = clients::by_id(conn, &claimed).await?;
    let Some(secret) = client.and_then(|client| client.signing_secret) else { return Ok(by_our_key) };
    Ok(jwt::verify_id_hint(issuer, Some(secret.reveal().as_bytes()), hint))
}
