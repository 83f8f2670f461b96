//! Passwords of account users: argon2id, with parameters far below what a real service needs.
//!
//! The passwords of this emulator are published (README, `GET /_emulator/demo-credentials`): what a stolen store
//! would give away is known anyway. The start hashes some ten of them and has milliseconds for it, and each sign-in
//! of a test suite pays once more. So: the form of a real store, at the price of a test double.

use argon2::{Algorithm, Argon2, Params, PasswordHash as Phc, PasswordHasher, PasswordVerifier, Version};
use kemu_domain::secrets::PasswordHash;
use rand::CryptoRng;

/// 64 KiB of memory, one pass, one lane: some 50 µs a password, where OWASP recommends 19 MiB and two passes.
const MEMORY_KIB: u32 = 64;
const PASSES: u32 = 1;
const LANES: u32 = 1;

/// A hash nobody's password has, for [`verify_nobody`]; the same parameters as [`hash`], so that it costs the same.
const NOBODY: &str = "$argon2id$v=19$m=64,t=1,p=1$bm9ib2R5bm9ib2R5bm9ibw$\
                      AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn argon2() -> Argon2<'static> {
    let params =
        Params::new(MEMORY_KIB, PASSES, LANES, None).expect("the constants above are within the limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// The hash of a password as a PHC string (`$argon2id$v=19$…`), with a salt from `rng`.
pub fn hash(rng: &mut (impl CryptoRng + ?Sized), password: &str) -> PasswordHash {
    let mut salt = [0; 16];
    rng.fill_bytes(&mut salt);
    let hash: Phc = argon2()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .expect("16 bytes are a valid salt, and no password that fits in memory is too long");
    PasswordHash(hash.to_string())
}

/// Whether `password` belongs to `hash`. The parameters are read from the hash; text that is no hash fits nothing.
pub fn verify(password: &str, hash: &PasswordHash) -> bool {
    fits(password, &hash.0)
}

/// Does the work of [`verify`] when there is no user to verify against, so that an unknown e-mail address cannot be
/// told from a wrong password by the time of the answer. Always false.
pub fn verify_nobody(password: &str) -> bool {
    let _equal_work = fits(password, NOBODY);
    false
}

fn fits(password: &str, phc: &str) -> bool {
    // This form of `verify_password` takes the parameters from the hash and compares in constant time.
    Phc::new(phc).is_ok_and(|hash| argon2().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;

    use super::*;

    #[test]
    fn a_password_fits_its_own_hash_only() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let stored = hash(&mut rng, "correct horse");
        assert!(stored.0.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{}", stored.0);
        assert!(verify("correct horse", &stored));
        for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
            assert!(!verify(wrong, &stored), "{wrong:?}");
        }
    }

    #[test]
    fn salts_differ_within_a_world_and_repeat_with_its_seed() {
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let (first, second) = (hash(&mut rng, "x"), hash(&mut rng, "x"));
        assert_ne!(first, second);
        assert_eq!(first, hash(&mut ChaCha20Rng::seed_from_u64(1), "x"));
    }

    #[test]
    fn hashes_made_with_other_parameters_still_verify() {
        let params = Params::new(256, 2, 1, None).unwrap();
        let strong = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let phc: Phc = strong.hash_password_with_salt(b"x", b"sixteen bytes...").unwrap();
        let stored = PasswordHash(phc.to_string());
        assert!(verify("x", &stored));
        assert!(!verify("y", &stored));
    }

    #[test]
    fn nonsense_is_no_hash() {
        for nonsense in ["", "x", "$argon2id$", "$2b$12$abcdefghijklmnopqrstuv"] {
            assert!(!verify("x", &PasswordHash(nonsense.to_owned())), "{nonsense:?}");
        }
    }

    #[test]
    fn nobody_has_a_well_formed_hash_and_never_fits() {
        // If it did not parse, `verify` would return at once and the work would not be equal.
        let nobody = Phc::new(NOBODY).unwrap();
        let real = hash(&mut ChaCha20Rng::seed_from_u64(1), "x");
        let real = Phc::new(&real.0).unwrap();
        assert_eq!(nobody.params, real.params);
        assert_eq!(nobody.algorithm, real.algorithm);
        assert_eq!(nobody.salt.unwrap().len(), real.salt.unwrap().len());
        assert!(!verify_nobody("x"));
    }
}
