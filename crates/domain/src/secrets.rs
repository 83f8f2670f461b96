//! Keys that are passwords: never printed, looked up by their digest.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use sha2::{Digest, Sha256};

/// How a live key begins.
const PREFIX: &str = "sk_live_";
/// How many characters follow.
const LENGTH: usize = 24;
const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// An API key of a customer or the key of an organisation: `sk_live_` and 24 letters or digits.
///
/// Kraken shows the key again in `viewer.liveSecretKey`, so the store keeps it; it is *found* by its digest,
/// so that no comparison of secrets takes longer for a good guess.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(String);

/// The text is no secret key. It is not repeated: it may be somebody's real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret key is sk_live_ and 24 letters or digits")]
pub struct MalformedKey;

/// SHA-256 of a key, by which it is found.
pub type KeyDigest = [u8; 32];

impl SecretKey {
    /// Checks the form.
    pub fn try_new(text: impl Into<String>) -> Result<Self, MalformedKey> {
        let text = text.into();
        let fits = text.strip_prefix(PREFIX).is_some_and(|rest| {
            rest.len() == LENGTH && rest.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        if fits { Ok(Self(text)) } else { Err(MalformedKey) }
    }

    /// A fresh key from random bytes, one a character. (248 of 256 values are spread evenly over the 62
    /// characters; the rest makes eight of them a little likelier, which 142 bits of key can bear.)
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        let mut text = String::with_capacity(PREFIX.len() + LENGTH);
        text.push_str(PREFIX);
        text.extend(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()])));
        Self(text)
    }

    /// The key itself, for the one who owns it.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The digest by which the key is found.
    pub fn digest(&self) -> KeyDigest {
        digest(&self.0)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

impl<'de> Deserialize<'de> for SecretKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_new(String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The digest of whatever a caller presented as a key, well formed or not.
pub fn digest(text: &str) -> KeyDigest {
    Sha256::digest(text.as_bytes()).into()
}

/// What `kemu-auth` makes of a password. Opaque here; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(pub String);

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_one_form_and_is_never_printed() {
        let key = SecretKey::try_new("sk_live_demoFlatBase000000000001").expect("well formed");
        assert_eq!(format!("{key:?}"), "SecretKey(…)");
        for bad in [
            "sk_live_",
            "sk_live_short",
            "sk_test_demoFlatBase000000000001",
            "sk_live_demoFlatBase00000000000-",
        ] {
            assert_eq!(SecretKey::try_new(bad), Err(MalformedKey), "{bad}");
        }
    }

    #[test]
    fn a_random_key_is_well_formed() {
        let key = SecretKey::from_random([255; 24]);
        assert_eq!(SecretKey::try_new(key.reveal()), Ok(key));
    }
}
