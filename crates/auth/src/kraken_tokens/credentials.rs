//! Which credential the input of `obtainKrakenToken` holds: exactly one.

use std::fmt;

use kemu_domain::errors::{KrakenError, codes};
use serde::Deserialize;

/// The input object `ObtainJSONWebTokenInput`, names as in the contract (`captchaResponse` is accepted and ignored).
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CredentialsInput {
    /// Together with `password`. Deprecated since 2026-03-18, honoured all the same (kraken-facts 2.3).
    pub email: Option<String>,
    /// Together with `email`.
    pub password: Option<String>,
    /// Alone.
    #[serde(rename = "APIKey")]
    pub api_key: Option<String>,
    /// Alone.
    pub organization_secret_key: Option<String>,
    /// Alone.
    pub pre_signed_key: Option<String>,
    /// Alone.
    pub refresh_token: Option<String>,
}

/// What somebody signs in with. Printing one shows no secret.
#[derive(Clone, PartialEq, Eq)]
pub enum Credentials {
    /// What a customer types.
    EmailAndPassword {
        /// As typed.
        email: String,
        /// As typed.
        password: String,
    },
    /// A customer's `sk_live_…`.
    ApiKey(String),
    /// An organisation's `sk_live_…`.
    OrganisationSecretKey(String),
    /// A pre-signed key.
    PreSignedKey(String),
    /// A refresh token.
    RefreshToken(String),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmailAndPassword { .. } => "EmailAndPassword(…)",
            Self::ApiKey(_) => "ApiKey(…)",
            Self::OrganisationSecretKey(_) => "OrganisationSecretKey(…)",
            Self::PreSignedKey(_) => "PreSignedKey(…)",
            Self::RefreshToken(_) => "RefreshToken(…)",
        })
    }
}

/// Paths of the input fields as errors show them: camelCase, `apiKey` for `APIKey` (measured, MINMAX 172).
pub(super) mod paths {
    pub(in super::super) const INPUT: &[&str] = &["input"];
    pub(in super::super) const EMAIL: &[&str] = &["input", "email"];
    pub(in super::super) const PASSWORD: &[&str] = &["input", "password"];
    pub(in super::super) const API_KEY: &[&str] = &["input", "apiKey"];
    pub(in super::super) const ORGANISATION_SECRET_KEY: &[&str] = &["input", "organizationSecretKey"];
    pub(in super::super) const PRE_SIGNED_KEY: &[&str] = &["input", "preSignedKey"];
    pub(in super::super) const REFRESH_TOKEN: &[&str] = &["input", "refreshToken"];
}

impl Credentials {
    /// The one credential of an input.
    ///
    /// None or several kinds: KT-CT-1137; e-mail without password or the reverse, and nothing else: 1136. Guesses:
    /// empty text counts as not given; 1137 blames each field that was given, or the input when none was; 1136 blames
    /// the field that is missing.
    pub fn try_from_input(input: CredentialsInput) -> Result<Self, KrakenError> {
        let CredentialsInput {
            email,
            password,
            api_key,
            organization_secret_key,
            pre_signed_key,
            refresh_token,
        } = input;
        match [email, password, api_key, organization_secret_key, pre_signed_key, refresh_token].map(given) {
            [Some(email), Some(password), None, None, None, None] => {
                Ok(Self::EmailAndPassword { email, password })
            }
            [None, None, Some(key), None, None, None] => Ok(Self::ApiKey(key)),
            [None, None, None, Some(key), None, None] => Ok(Self::OrganisationSecretKey(key)),
            [None, None, None, None, Some(key), None] => Ok(Self::PreSignedKey(key)),
            [None, None, None, None, None, Some(token)] => Ok(Self::RefreshToken(token)),
            [Some(_), None, None, None, None, None] => {
                Err(KrakenError::at(codes::EMAIL_AND_PASSWORD_INCOMPLETE, paths::PASSWORD))
            }
            [None, Some(_), None, None, None, None] => {
                Err(KrakenError::at(codes::EMAIL_AND_PASSWORD_INCOMPLETE, paths::EMAIL))
            }
            [None, None, None, None, None, None] => {
                Err(KrakenError::at(codes::CREDENTIALS_NOT_EXACTLY_ONE, paths::INPUT))
            }
            several => Err(several_kinds(&several)),
        }
    }
}

fn several_kinds(fields: &[Option<String>; 6]) -> KrakenError {
    let paths = [
        paths::EMAIL,
        paths::PASSWORD,
        paths::API_KEY,
        paths::ORGANISATION_SECRET_KEY,
        paths::PRE_SIGNED_KEY,
        paths::REFRESH_TOKEN,
    ];
    let blamed = fields.iter().zip(paths).filter(|(field, _)| field.is_some()).map(|(_, path)| path);
    blamed.fold(KrakenError::from(codes::CREDENTIALS_NOT_EXACTLY_ONE), KrakenError::blaming)
}

fn given(field: Option<String>) -> Option<String> {
    field.filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 6] =
        ["email", "password", "apiKey", "organizationSecretKey", "preSignedKey", "refreshToken"];

    /// The input with the fields whose bit is set.
    fn input(bits: usize) -> CredentialsInput {
        let field = |at: usize| (bits & (1 << at) != 0).then(|| format!("value {at}"));
        CredentialsInput {
            email: field(0),
            password: field(1),
            api_key: field(2),
            organization_secret_key: field(3),
            pre_signed_key: field(4),
            refresh_token: field(5),
        }
    }

    fn blamed(error: &KrakenError) -> Vec<String> {
        error.validation().iter().map(|entry| entry.input_path.join(".")).collect()
    }

    #[test]
    fn exactly_one_kind_over_all_combinations() {
        for bits in 0..64 {
            let outcome = Credentials::try_from_input(input(bits));
            let kinds = usize::from(bits & 0b11 != 0) + (bits >> 2).count_ones() as usize;
            match (kinds, bits & 0b11) {
                (1, 0b01 | 0b10) => {
                    let error = outcome.unwrap_err();
                    assert_eq!(error.code(), codes::EMAIL_AND_PASSWORD_INCOMPLETE, "{bits:06b}");
                    let missing = if bits == 0b01 { "input.password" } else { "input.email" };
                    assert_eq!(blamed(&error), [missing]);
                }
                (1, _) => {
                    let expected = match bits {
                        0b11 => Credentials::EmailAndPassword {
                            email: "value 0".into(),
                            password: "value 1".into(),
                        },
                        0b100 => Credentials::ApiKey("value 2".into()),
                        0b1000 => Credentials::OrganisationSecretKey("value 3".into()),
                        0b1_0000 => Credentials::PreSignedKey("value 4".into()),
                        0b10_0000 => Credentials::RefreshToken("value 5".into()),
                        other => panic!("{other:06b} is not one kind"),
                    };
                    assert_eq!(outcome.unwrap(), expected);
                }
                (0, _) => {
                    let error = outcome.unwrap_err();
                    assert_eq!(error.code(), codes::CREDENTIALS_NOT_EXACTLY_ONE);
                    assert_eq!(blamed(&error), ["input"]);
                }
                _ => {
                    let error = outcome.unwrap_err();
                    assert_eq!(error.code(), codes::CREDENTIALS_NOT_EXACTLY_ONE, "{bits:06b}");
                    let named: Vec<String> = (0..6)
                        .filter(|at| bits & (1 << at) != 0)
                        .map(|at| format!("input.{}", NAMES[at]))
                        .collect();
                    assert_eq!(blamed(&error), named);
                }
            }
        }
    }

    #[test]
    fn empty_text_is_not_given() {
        let input = CredentialsInput { api_key: Some(String::new()), ..CredentialsInput::default() };
        let error = Credentials::try_from_input(input).unwrap_err();
        assert_eq!(error.code(), codes::CREDENTIALS_NOT_EXACTLY_ONE);
    }

    #[test]
    fn the_input_is_read_by_the_contracts_names() {
        let text = r#"{"APIKey":"sk_live_x","captchaResponse":"ignored","email":null}"#;
        let input: CredentialsInput = serde_json::from_str(text).unwrap();
        assert_eq!(Credentials::try_from_input(input).unwrap(), Credentials::ApiKey("sk_live_x".into()));
    }

    #[test]
    fn printing_shows_no_secret() {
        let credentials = Credentials::EmailAndPassword { email: "e-mail".into(), password: "secret".into() };
        assert_eq!(format!("{credentials:?}"), "EmailAndPassword(…)");
    }
}
