//! The errors of the OAuth standards. A refusal has two halves: what goes over the wire, which is as bare as
//! production's, and what the log is told: which check failed, what was expected, what came.

use std::borrow::Cow;

use strum::{Display, IntoStaticStr};

/// `error` of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum ErrorCode {
    /// RFC 6749 sections 4.1.2.1 and 5.2.
    InvalidRequest,
    /// Section 5.2: the client did not authenticate.
    InvalidClient,
    /// Section 5.2: a code or refresh token that is no good.
    InvalidGrant,
    /// Sections 4.1.2.1 and 5.2: registered for something else.
    UnauthorizedClient,
    /// Section 5.2.
    UnsupportedGrantType,
    /// Section 4.1.2.1.
    UnsupportedResponseType,
    /// Sections 4.1.2.1 and 5.2.
    InvalidScope,
    /// Section 4.1.2.1, and RFC 8628 section 3.5.
    AccessDenied,
    /// OpenID Connect Core section 3.1.2.6.
    LoginRequired,
    /// The same section.
    ConsentRequired,
    /// OpenID Connect Core section 6.
    RequestNotSupported,
    /// The same section.
    RequestUriNotSupported,
    /// RFC 8628 section 3.5: nobody has decided yet.
    AuthorizationPending,
    /// The same section: asked again too soon.
    SlowDown,
    /// The same section.
    ExpiredToken,
    /// RFC 6750 section 3.1.
    InvalidToken,
    /// RFC 6750 section 3.1.
    InsufficientScope,
}

/// Something was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `error`.
    pub error: ErrorCode,
    /// `error_description`, where Kraken or oauthlib has a sentence.
    pub description: Option<Cow<'static, str>>,
    /// Which check failed: a few words, the same for each refusal of its kind.
    pub check: &'static str,
    /// What would have been right.
    pub expected: String,
    /// What came, without anything secret.
    pub came: String,
}

impl Refusal {
    /// A refusal without a sentence. What came must not be secret.
    pub fn new(
        error: ErrorCode,
        check: &'static str,
        expected: impl Into<String>,
        came: impl Into<String>,
    ) -> Self {
        Self { error, description: None, check, expected: expected.into(), came: came.into() }
    }

    /// The same with a sentence for the wire.
    #[must_use]
    pub fn saying(self, description: impl Into<Cow<'static, str>>) -> Self {
        Self { description: Some(description.into()), ..self }
    }
}

/// A secret as a log may show it: its length, and its first characters where they give nothing away.
pub fn cut(secret: &str) -> String {
    let length = secret.chars().count();
    match length {
        0..24 => format!("{length} characters"),
        _ => format!("{}… ({length} characters)", secret.chars().take(4).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_spelt_as_in_the_standards() {
        assert_eq!(ErrorCode::InvalidGrant.to_string(), "invalid_grant");
        assert_eq!(ErrorCode::RequestUriNotSupported.to_string(), "request_uri_not_supported");
        assert_eq!(ErrorCode::SlowDown.to_string(), "slow_down");
    }

    #[test]
    fn a_secret_is_cut() {
        assert_eq!(cut("hunter2"), "7 characters");
        assert_eq!(cut(&"0123456789".repeat(6)), "0123… (60 characters)");
    }
}
