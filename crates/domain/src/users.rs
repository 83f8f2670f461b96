//! People who sign in, and what they may do on accounts.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::ids::{AccountId, UserId};
use crate::secrets::{PasswordHash, SecretKey};

/// A person with a sign-in: the contract's `AccountUserType`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the person")]
pub struct User {
    /// Their id; the `sub` of their tokens ends in it.
    pub id: UserId,
    /// The address they sign in with, in lower case.
    pub email: String,
    /// First name.
    pub given_name: String,
    /// Last name.
    pub family_name: String,
    /// What they like to be called.
    pub preferred_name: Option<String>,
    /// Mr, Mrs, ….
    pub title: Option<String>,
    /// Pronouns.
    pub pronouns: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Mobile number; empty where none is known, as the contract wants text.
    pub mobile: String,
    /// Landline; empty where none is known.
    pub landline: String,
    /// Whether the person may sign in at all.
    pub is_active: bool,
    /// Whether the person has died.
    pub is_deceased: bool,
    /// When the person was entered.
    pub created_at: DateTime<Utc>,
    /// The live API key, shown to its owner as `liveSecretKey`.
    pub api_key: Option<SecretKey>,
    /// What `kemu-auth` made of the password.
    pub password_hash: Option<PasswordHash>,
    /// Signing in with the password answers KT-CT-1146.
    pub password_expired: bool,
    /// Signing in with the password alone answers KT-CT-1148.
    pub mfa_enforced: bool,
    /// Tokens issued before this instant are void (`forceReauthentication`).
    pub tokens_valid_from: Option<DateTime<Utc>>,
}

impl User {
    /// Given and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }
}

/// What a person may do on an account: a value of the scalar `RoleString`. Its values are not documented;
/// these are guessed.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames, Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    /// Holds the account.
    AccountAdmin,
    /// May look.
    AccountViewer,
}

/// A person's role on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountUser {
    /// On which account.
    pub account_id: AccountId,
    /// Who.
    pub user_id: UserId,
    /// As what.
    pub role: Role,
}

/// The form in which e-mail addresses are stored and looked up.
pub fn normalised_email(email: &str) -> String {
    email.trim().to_lowercase()
}
