//! Proof key for code exchange (RFC 7636), S256 only: `plain` proves nothing to somebody who saw the request.
//!
//! The RFC wants verifiers of 43 characters and more. The French auth page makes one of 32 with
//! `crypto.randomUUID().replace(/-/g, '')` (SEED-O), so 32 are enough here: what Kraken prints must work.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kemu_domain::oauth::{ErrorCode, Refusal};
use sha2::{Digest, Sha256};

use crate::secrets;

/// The length of base64url of a SHA-256.
const CHALLENGE: usize = 43;
/// How long a verifier may be.
const VERIFIER: std::ops::RangeInclusive<usize> = 32..=128;

const CHECK: &str = "PKCE";

/// The challenge of an authorization request, if it has one. Refusals: `invalid_request`, in oauthlib's words.
pub fn challenge(
    challenge: Option<&str>,
    method: Option<&str>,
    is_required: bool,
) -> Result<Option<String>, Refusal> {
    let refused =
        |expected: &str, came: String| Refusal::new(ErrorCode::InvalidRequest, CHECK, expected, came);
    let Some(challenge) = challenge else {
        return match method {
            _ if is_required => {
                Err(refused("code_challenge", "none".into()).saying("Code challenge required."))
            }
            Some(_) => Err(refused("code_challenge", "code_challenge_method alone".into())
                .saying("Code challenge required.")),
            None => Ok(None),
        };
    };
    match method {
        Some("S256") => {}
        // An absent method means plain (section 4.3).
        None | Some("plain") => {
            return Err(refused(
                "code_challenge_method=S256",
                method.unwrap_or("none, which means plain").into(),
            )
            .saying("Transform algorithm not supported: only S256 is."));
        }
        Some(other) => {
            return Err(refused("code_challenge_method=S256", other.chars().take(20).collect())
                .saying("Transform algorithm not supported."));
        }
    }
    if challenge.len() != CHALLENGE || !is_base64url(challenge) {
        let came = format!("{} characters", challenge.len());
        return Err(refused("43 characters, the base64url of a SHA-256 without padding", came)
            .saying("Invalid code_challenge parameter value."));
    }
    Ok(Some(challenge.to_owned()))
}

/// Holds the verifier of a token request against the challenge of the authorization request.
pub fn verify(challenge: Option<&str>, verifier: Option<&str>) -> Result<(), Refusal> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        // Somebody took the challenge out of the authorization request (RFC 9700 section 2.1.1).
        (None, Some(_)) => Err(Refusal::new(
            ErrorCode::InvalidGrant,
            CHECK,
            "no code_verifier, as the authorization request had no code_challenge",
            "one",
        )),
        (Some(_), None) => Err(Refusal::new(ErrorCode::InvalidRequest, CHECK, "code_verifier", "none")
            .saying("Code verifier required.")),
        (Some(challenge), Some(verifier)) => {
            if !VERIFIER.contains(&verifier.len()) || !verifier.bytes().all(is_unreserved) {
                let came = format!("{} characters, or others", verifier.len());
                let expected = "32 to 128 characters of A-Z a-z 0-9 - . _ ~";
                return Err(Refusal::new(ErrorCode::InvalidRequest, CHECK, expected, came)
                    .saying("Invalid code_verifier parameter value."));
            }
            let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            if secrets::equal(&made, challenge) {
                return Ok(());
            }
            Err(Refusal::new(
                ErrorCode::InvalidGrant,
                CHECK,
                format!("a verifier whose base64url(SHA-256) is {challenge}"),
                format!("one that gives {made}"),
            ))
        }
    }
}

fn is_base64url(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636 appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const OF_IT: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn the_vector_of_the_rfc() {
        assert_eq!(challenge(Some(OF_IT), Some("S256"), true), Ok(Some(OF_IT.to_owned())));
        assert_eq!(verify(Some(OF_IT), Some(VERIFIER)), Ok(()));
    }

    #[test]
    fn only_s256() {
        let error = |challenged: Option<&str>, method: Option<&str>, is_required| {
            challenge(challenged, method, is_required).unwrap_err()
        };
        let said = |refusal: Refusal| (refusal.error, refusal.description.unwrap().into_owned());
        assert_eq!(
            said(error(None, None, true)),
            (ErrorCode::InvalidRequest, "Code challenge required.".to_owned())
        );
        assert_eq!(said(error(None, Some("S256"), false)).1, "Code challenge required.");
        for method in [None, Some("plain")] {
            assert!(said(error(Some(OF_IT), method, false)).1.contains("S256"), "{method:?}");
        }
        assert_eq!(said(error(Some(OF_IT), Some("S512"), false)).1, "Transform algorithm not supported.");
        for bad in [VERIFIER[1..].to_owned(), format!("{OF_IT}="), format!("{}+", &OF_IT[1..])] {
            assert_eq!(error(Some(&bad), Some("S256"), true).error, ErrorCode::InvalidRequest, "{bad}");
        }
        assert_eq!(challenge(None, None, false), Ok(None));
    }

    #[test]
    fn a_verifier_must_fit_and_be_asked_for() {
        let error = |challenged: Option<&str>, verifier: Option<&str>| {
            verify(challenged, verifier).unwrap_err().error
        };
        assert_eq!(error(Some(OF_IT), None), ErrorCode::InvalidRequest);
        assert_eq!(error(None, Some(VERIFIER)), ErrorCode::InvalidGrant);
        assert_eq!(error(Some(OF_IT), Some(&VERIFIER.replace('d', "e"))), ErrorCode::InvalidGrant);
        for bad in
            [&VERIFIER[..31], &VERIFIER.repeat(3), &VERIFIER.replace('d', "é"), &VERIFIER.replace('d', " ")]
        {
            assert_eq!(error(Some(OF_IT), Some(bad)), ErrorCode::InvalidRequest, "{bad}");
        }
        assert_eq!(error(Some(OF_IT), Some(OF_IT)), ErrorCode::InvalidGrant, "the challenge is no verifier");
    }

    #[test]
    fn the_verifier_of_krakens_own_example_is_long_enough() {
        let verifier = "3f2c8a51d0b94c6f9e1b7a2d5c8e0f31";
        let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
        assert_eq!(verify(Some(&made), Some(verifier)), Ok(()));
    }
}
