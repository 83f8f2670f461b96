//! `regenerateSecretKey`.

use kemu_domain::UserId;
use kemu_domain::errors::Failure;
use kemu_domain::secrets::SecretKey;
use kemu_persistence::reads::Reads;
use kemu_persistence::users;
use rand::CryptoRng;

use crate::secrets;

/// Gives a user a new API key; the old one stops working at once. Refresh tokens live on (measured, UK-PQ).
pub async fn regenerate_secret_key<C: Reads>(
    conn: &C,
    rng: &mut (impl CryptoRng + ?Sized),
    user_id: UserId,
) -> Result<SecretKey, Failure> {
    let key = secrets::secret_key(rng);
    users::set_api_key(conn, user_id, Some(&key)).await?;
    Ok(key)
}
