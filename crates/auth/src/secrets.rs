//! Random secrets: how they are made and compared. How they are stored is
//! [`kemu_domain::secrets::digest`], a SHA-256.
//!
//! Every one of them (refresh tokens, pre-signed keys, API keys …) carries at least 128 random bits, so a plain
//! SHA-256 is enough to store it: there is nothing to guess. Slow hashing is for [passwords](crate::passwords);
//! here it would only cost time (Django OAuth Toolkit does so, and takes seconds a call).

use kemu_domain::secrets::SecretKey;
use rand::CryptoRng;
use subtle::ConstantTimeEq;

/// Whether two secrets or digests are equal, in a time that depends on their lengths only.
pub fn equal(left: impl AsRef<[u8]>, right: impl AsRef<[u8]>) -> bool {
    left.as_ref().ct_eq(right.as_ref()).into()
}

/// A token of 64 hex characters, 256 random bits: the form of refresh tokens (kraken-facts section 8, FR-APP).
pub fn hex_token(rng: &mut (impl CryptoRng + ?Sized)) -> String {
    let mut bytes = [0; 32];
    rng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// A fresh API key or organisation key.
pub fn secret_key(rng: &mut (impl CryptoRng + ?Sized)) -> SecretKey {
    let mut bytes = [0; 24];
    rng.fill_bytes(&mut bytes);
    SecretKey::from_random(bytes)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    #[test]
    fn equality_needs_every_byte() {
        assert!(equal("secret", "secret"));
        for other in ["", "secre", "secret ", "secreT", "Secret"] {
            assert!(!equal("secret", other), "{other:?}");
        }
    }

    #[test]
    fn tokens_have_the_measured_forms_and_never_repeat() {
        let mut rng = ChaCha20Rng::seed_from_u64(7);
        let mut seen = std::collections::HashSet::new();
        for _ in 0..1_000 {
            let token = hex_token(&mut rng);
            assert_eq!(token.len(), 64);
            assert!(token.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), "{token}");
            let key = secret_key(&mut rng).reveal().to_owned();
            assert!(SecretKey::try_new(key.clone()).is_ok(), "{key}");
            assert!(seen.insert(token) && seen.insert(key));
        }
    }

    #[test]
    fn same_seed_same_secrets() {
        let make = || {
            let mut rng = ChaCha20Rng::seed_from_u64(1);
            (hex_token(&mut rng), secret_key(&mut rng).reveal().to_owned())
        };
        assert_eq!(make(), make());
    }
}
