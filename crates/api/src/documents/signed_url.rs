//! Addresses of documents that need no token, as whoever has one may follow it, but only for a while: Kraken's
//! `temporaryUrl` expires in about an hour (kraken-facts 7.2). How Kraken signs its own is not known.

use std::fmt;

use aws_lc_rs::hmac;
use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::{BillId, Seed};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;

/// Where the papers of bills are.
pub const BILLS: &str = "/_emulator/documents/bills";

/// How long an address is good for, by the sandbox's clock.
pub const LIFETIME: TimeDelta = TimeDelta::hours(1);

/// Signs the addresses of documents, and knows them again.
///
/// The key is HMAC-SHA256's and comes from the sandbox's seed: an address stays good when kemu starts again, and whoever
/// knows the seed can make one. For an emulator that is right.
pub struct Signer {
    key: hmac::Key,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

/// Why an address opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, strum::IntoStaticStr)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum Refusal {
    /// It is not as it was signed.
    #[error("The address was changed, or was never signed here.")]
    Tampered,
    /// It was good once.
    #[error("The address has expired.")]
    Expired,
}

impl Signer {
    /// The signer of a sandbox.
    pub fn new(seed: Seed) -> Self {
        let mut key = [0; 32];
        ChaCha20Rng::seed_from_u64(seed.derive("documents").0).fill_bytes(&mut key);
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key) }
    }

    /// The address of a bill's paper, good for [`LIFETIME`] from `now`. `base_url` has no slash at its end.
    pub fn bill_url(&self, base_url: &str, bill: BillId, now: DateTime<Utc>) -> String {
        let expires = now.checked_add_signed(LIFETIME).unwrap_or(DateTime::<Utc>::MAX_UTC).timestamp();
        let signed = signed_part(bill, expires);
        let signature = hmac::sign(&self.key, signed.as_bytes());
        format!("{base_url}{signed}&signature={}", hex::encode(signature))
    }

    /// Whether an address is good at `now`: what it says of its end (in Unix seconds), and its signature (in hex).
    pub fn check(
        &self,
        bill: BillId,
        expires: i64,
        signature: &str,
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        let signature = hex::decode(signature).map_err(|_| Refusal::Tampered)?;
        hmac::verify(&self.key, signed_part(bill, expires).as_bytes(), &signature)
            .map_err(|_| Refusal::Tampered)?;
        if now.timestamp() < expires { Ok(()) } else { Err(Refusal::Expired) }
    }
}

/// Everything but where the server is: that may change behind a proxy.
fn signed_part(bill: BillId, expires: i64) -> String {
    format!("{BILLS}/{bill}.pdf?expires={expires}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const BILL: BillId = BillId(48_003);

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_767_268_800, 0).unwrap()
    }

    /// The parts of an address: expires and signature.
    fn parts(url: &str) -> (i64, String) {
        let query =
            url.strip_prefix("http://kemu.test/_emulator/documents/bills/48003.pdf?expires=").unwrap();
        let (expires, signature) = query.split_once("&signature=").unwrap();
        (expires.parse().unwrap(), signature.to_owned())
    }

    #[test]
    fn an_address_is_good_for_an_hour() {
        let signer = Signer::new(Seed(42));
        let (expires, signature) = parts(&signer.bill_url("http://kemu.test", BILL, noon()));
        assert_eq!((expires, signature.len()), (noon().timestamp() + 3600, 64));
        let again = Signer::new(Seed(42));
        let after = |seconds| again.check(BILL, expires, &signature, noon() + TimeDelta::seconds(seconds));
        assert_eq!((after(0), after(3599)), (Ok(()), Ok(())));
        assert_eq!((after(3600), after(86_400)), (Err(Refusal::Expired), Err(Refusal::Expired)));
    }

    #[test]
    fn whoever_changes_it_is_told_so_even_when_it_has_expired() {
        let signer = Signer::new(Seed(42));
        let (expires, signature) = parts(&signer.bill_url("http://kemu.test", BILL, noon()));
        let late = noon() + TimeDelta::days(1);
        let refused = |signer: &Signer, bill, expires, signature: &str| {
            [noon(), late].map(|now| signer.check(bill, expires, signature, now))
        };
        let other = format!("{}0", &signature[..63]);
        let other = if other == signature { format!("{}1", &signature[..63]) } else { other };
        let tampered = [Err(Refusal::Tampered); 2];
        assert_eq!(refused(&signer, BillId(48_004), expires, &signature), tampered);
        assert_eq!(refused(&signer, BILL, expires + 86_400, &signature), tampered);
        assert_eq!(refused(&signer, BILL, i64::MAX, &signature), tampered);
        for signature in ["", "00", "no hex", &signature[..62], &other] {
            assert_eq!(refused(&signer, BILL, expires, signature), tampered, "{signature}");
        }
        assert_eq!(refused(&Signer::new(Seed(43)), BILL, expires, &signature), tampered);
    }

    #[test]
    fn no_clock_is_too_far() {
        let url = Signer::new(Seed(42)).bill_url("", BILL, DateTime::<Utc>::MAX_UTC);
        assert!(url.starts_with("/_emulator/documents/bills/48003.pdf?expires="), "{url}");
    }
}
