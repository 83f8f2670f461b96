//! The keys that sign and verify tokens.
//!
//! One key signs; the others are only published, so that a client which caches the key set by `kid` can be tried
//! against a rotation. The keys shipped in `keys/` are **published development keys**: everybody has the private
//! half, so a token of this emulator proves nothing to anybody else. `retired.pub.pem` has no private half left.
//!
//! A `kid` is the RFC 7638 thumbprint of its key, so it needs no configuration and follows the key.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::PublicKey;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use moka::sync::Cache;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::claims::Claims;

const DEVELOPMENT: &str = include_str!("../keys/development.pem");
const RETIRED: &str = include_str!("../keys/retired.pub.pem");

/// Why a key cannot be used. Says nothing of the key itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The text is not one PEM block.
    #[error("expected one PEM block")]
    NotPem,
    /// The block is no RSA key of 2048 to 8192 bits in the form named.
    #[error("expected an RSA key of at least 2048 bits: PKCS#8 to sign, SubjectPublicKeyInfo to publish")]
    NotRsa,
}

/// The key that signs, and all keys that verify.
pub struct SigningKeys {
    // Parsed once: `jsonwebtoken` keeps the DER text and parses it for each signature, which doubles the price
    // (1.31 ms against 0.67 ms measured).
    pair: RsaKeyPair,
    published: Vec<PublishedKey>,
    /// What tokens say whose signature was verified: verifying again would cost more than most queries, and so would
    /// a digest of the token, which is why the text itself is the key.
    pub(crate) verified: Cache<Box<str>, Claims>,
}

/// How many verified tokens are remembered.
const REMEMBERED_TOKENS: u64 = 10_000;

/// A public key as the key set shows it.
struct PublishedKey {
    kid: String,
    modulus: String,
    exponent: String,
    decoding: DecodingKey,
}

impl SigningKeys {
    /// The development keys that are part of this crate.
    pub fn development() -> Self {
        Self::try_new(DEVELOPMENT, &[RETIRED]).expect("the shipped keys are read by the unit tests")
    }

    /// Keys from PEM text: `active` a PKCS#8 private key, `retired` public keys (SubjectPublicKeyInfo) that still
    /// verify and are still published.
    pub fn try_new(active: &str, retired: &[&str]) -> Result<Self, KeyError> {
        let pair = RsaKeyPair::from_pkcs8(&der(active)?).map_err(|_| KeyError::NotRsa)?;
        let mut published = vec![PublishedKey::new(pair.public_key())];
        for pem in retired {
            let key = PublicKey::from_der(&der(pem)?).map_err(|_| KeyError::NotRsa)?;
            published.push(PublishedKey::new(&key));
        }
        Ok(Self { pair, published, verified: Cache::new(REMEMBERED_TOKENS) })
    }

    /// The `kid` of the key that signs.
    pub fn kid(&self) -> &str {
        &self.published[0].kid
    }

    /// The key set for `/.well-known/jwks.json` (RFC 7517 section 5), the signing key first.
    pub fn jwks(&self) -> Value {
        let keys = self.published.iter().map(|key| {
            json!({
                "alg": "RS256", "use": "sig", "kid": key.kid, "e": key.exponent, "kty": "RSA", "n": key.modulus,
            })
        });
        json!({ "keys": keys.collect::<Vec<_>>() })
    }

    /// Signs once for nothing. The first signature of a process seeds aws-lc's own generator, which takes tens of
    /// milliseconds; a server that does it while it opens its store does not let its first caller wait.
    pub fn warm_up() {
        Self::development().sign(&[]);
    }

    /// The RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256) of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        // aws-lc-rs ignores the random source: PKCS#1 v1.5 signatures are deterministic, so no rng is handed in.
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .expect("a key that was accepted signs");
        signature
    }

    /// The key of that name, if we published it.
    pub(crate) fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.published.iter().find(|key| key.kid == kid).map(|key| &key.decoding)
    }
}

impl PublishedKey {
    fn new(key: &PublicKey) -> Self {
        let modulus = key.modulus().big_endian_without_leading_zero();
        let exponent = key.exponent().big_endian_without_leading_zero();
        let decoding = DecodingKey::from_rsa_raw_components(modulus, exponent);
        let (modulus, exponent) = (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent));
        Self { kid: thumbprint(&modulus, &exponent), modulus, exponent, decoding }
    }
}

/// RFC 7638 section 3: SHA-256 over the required members in alphabetical order, without blanks.
fn thumbprint(modulus: &str, exponent: &str) -> String {
    let members = format!(r#"{{"e":"{exponent}","kty":"RSA","n":"{modulus}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members.as_bytes()))
}

/// The contents of a PEM block (RFC 7468).
fn der(pem: &str) -> Result<Vec<u8>, KeyError> {
    let mut lines = pem.trim().lines();
    let first = lines.next().ok_or(KeyError::NotPem)?;
    let last = lines.next_back().ok_or(KeyError::NotPem)?;
    if !first.starts_with("-----BEGIN ") || !last.starts_with("-----END ") {
        return Err(KeyError::NotPem);
    }
    let text: String = lines.map(str::trim).collect();
    STANDARD.decode(text).map_err(|_| KeyError::NotPem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_thumbprint_is_the_one_of_the_rfc() {
        // The example of RFC 7638 section 3.1.
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWK\
                       RXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic\
                       AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3\
                       XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        assert_eq!(thumbprint(modulus, "AQAB"), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    #[test]
    fn the_key_set_shows_both_keys_and_no_private_part() {
        let keys = SigningKeys::development();
        let set = keys.jwks();
        let shown = set["keys"].as_array().unwrap();
        assert_eq!(shown.len(), 2);
        assert_eq!(shown[0]["kid"], keys.kid());
        assert_ne!(shown[0]["kid"], shown[1]["kid"]);
        for key in shown {
            let members: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(members, ["alg", "use", "kid", "e", "kty", "n"]);
            assert_eq!(
                (&key["alg"], &key["use"], &key["kty"]),
                (&"RS256".into(), &"sig".into(), &"RSA".into())
            );
            assert_eq!(key["e"], "AQAB");
            // 2048 bits are 342 characters of unpadded base64url.
            assert_eq!(key["n"].as_str().unwrap().len(), 342);
        }
    }

    #[test]
    fn thumbprints_agree_with_jsonwebtoken() {
        let set: jsonwebtoken::jwk::JwkSet =
            serde_json::from_value(SigningKeys::development().jwks()).unwrap();
        for key in &set.keys {
            let expected = key.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
            assert_eq!(key.common.key_id.as_deref(), Some(expected.as_str()));
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let refused = |active: &str| SigningKeys::try_new(active, &[]).err();
        assert_eq!(refused(""), Some(KeyError::NotPem));
        assert_eq!(refused("MIIEvg=="), Some(KeyError::NotPem));
        assert_eq!(
            refused("-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----"),
            Some(KeyError::NotPem)
        );
        assert_eq!(
            refused("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"),
            Some(KeyError::NotRsa)
        );
        // A public key signs nothing.
        assert_eq!(refused(RETIRED), Some(KeyError::NotRsa));
    }
}
