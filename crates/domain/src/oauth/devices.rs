//! The device grant (RFC 8628): a device shows a short code, a person enters it elsewhere, and meanwhile the device asks
//! again and again.

use chrono::{DateTime, TimeDelta, Utc};
use strum::{Display, EnumString, IntoStaticStr};

use super::scopes::Scopes;
use crate::ids::ClientId;
use crate::secrets::{KeyDigest, digest};

/// `grant_type` of a device (RFC 8628 section 3.4).
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// How long a device may wait; clients fall back to it (kraken-facts 9.9).
pub const LIFETIME: TimeDelta = TimeDelta::seconds(1_800);
/// How often it may ask at first.
pub const INTERVAL: TimeDelta = TimeDelta::seconds(5);
/// How much longer it must wait each time that it asked too soon (RFC 8628 section 3.5).
const SLOWER: TimeDelta = TimeDelta::seconds(5);
/// It never has to wait longer than this; ours.
const SLOWEST: TimeDelta = TimeDelta::seconds(60);
/// How much too soon is forgiven: networks and clocks are not exact.
const TOLERANCE: TimeDelta = TimeDelta::milliseconds(500);

/// The characters of a user code: digits and letters up to V, as django-oauth-toolkit draws them, which fits the one
/// example, `ETE39050` (kraken-facts 9.10).
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHIJKLMNOPQRSTUV";
/// How many characters it has.
const LENGTH: usize = 8;

/// The code that a person enters. 40 random bits, so that guesses must be limited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A code of random bytes, one a character.
    pub fn from_random(bytes: [u8; LENGTH]) -> Self {
        Self(bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
    }

    /// What a person entered, without case and punctuation (RFC 8628 section 6.1); `None` if it cannot be a code.
    pub fn read(text: &str) -> Option<Self> {
        let plain: String = text.chars().filter(char::is_ascii_alphanumeric).take(LENGTH + 1).collect();
        let plain = plain.to_ascii_uppercase();
        let fits = plain.len() == LENGTH && plain.bytes().all(|byte| ALPHABET.contains(&byte));
        fits.then_some(Self(plain))
    }

    /// As it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// By which its request is found.
    pub fn digest(&self) -> KeyDigest {
        digest(&self.0)
    }
}

/// What became of a device's request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Display, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum DeviceState {
    /// Nobody has decided.
    Pending,
    /// Somebody allowed it.
    Approved,
    /// Somebody denied it.
    Denied,
    /// The device has its tokens.
    Used,
}

/// The request of a device.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceRequest {
    /// The digest of the code that the device keeps.
    pub digest: KeyDigest,
    /// The digest of the code that a person enters.
    pub user_code: KeyDigest,
    /// Whose device it is.
    pub client_id: ClientId,
    /// For what.
    pub scopes: Scopes,
    /// The instant from which on it is dead.
    pub expires_at: DateTime<Utc>,
    /// How long the device must wait before it asks again.
    pub interval: TimeDelta,
    /// When it asked last.
    pub polled_at: Option<DateTime<Utc>>,
    /// What became of it.
    pub state: DeviceState,
    /// The grant, once allowed.
    pub grant_id: Option<String>,
}

impl DeviceRequest {
    /// Notes that the device asks at `now`; false if that is too soon.
    ///
    /// Who asks too soon must wait 5 s longer from now on. The first time that it does wait long enough, 5 s are enough
    /// again: a device that obeys gets out of it, whatever held its requests up.
    pub fn poll(&mut self, now: DateTime<Utc>) -> bool {
        let is_too_soon = self.polled_at.is_some_and(|last| now - last < self.interval - TOLERANCE);
        self.polled_at = Some(now);
        self.interval = if is_too_soon { (self.interval + SLOWER).min(SLOWEST) } else { INTERVAL };
        !is_too_soon
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> DeviceRequest {
        DeviceRequest {
            digest: [0; 32],
            user_code: [0; 32],
            client_id: ClientId::try_new("0".repeat(64)).unwrap(),
            scopes: Scopes::default(),
            expires_at: DateTime::UNIX_EPOCH + LIFETIME,
            interval: INTERVAL,
            polled_at: None,
            state: DeviceState::Pending,
            grant_id: None,
        }
    }

    #[test]
    fn case_and_punctuation_do_not_matter() {
        for text in ["ETE39050", "ete39050", "ETE3-9050", " e t e.3_9-0 5/0 "] {
            assert_eq!(UserCode::read(text).as_ref().map(UserCode::as_str), Some("ETE39050"), "{text}");
        }
        for text in ["", "ETE3905", "ETE390500", "ETE3905Z", "<script>", "ÉTE39050"] {
            assert_eq!(UserCode::read(text), None, "{text}");
        }
        let code = UserCode::from_random([0, 9, 10, 31, 32, 255, 100, 7]);
        assert_eq!(UserCode::read(code.as_str()), Some(code));
    }

    #[test]
    fn a_device_that_asks_too_soon_waits_longer_and_recovers() {
        let mut request = request();
        let mut now = DateTime::UNIX_EPOCH;
        let mut after = |milliseconds: i64, is_fine: bool| {
            now += TimeDelta::milliseconds(milliseconds);
            assert_eq!(request.poll(now), is_fine, "{milliseconds}");
            request.interval.num_seconds()
        };
        assert_eq!(after(0, true), 5);
        assert_eq!(after(4_500, true), 5, "half a second is forgiven");
        assert_eq!(after(4_499, false), 10);
        assert_eq!(after(5_000, false), 15);
        assert_eq!(after(15_000, true), 5, "who obeys is back at once");
        assert_eq!(after(5_000, true), 5);
        for _ in 0..100 {
            after(100, false);
        }
        assert_eq!(after(60_000, true), 5);
    }
}
