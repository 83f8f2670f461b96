//! People who sign in, and what they may do on accounts.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::errors::{KrakenError, codes};
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

/// What is to change of a person; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserChange {
    /// The address to sign in with.
    pub email: Option<String>,
    /// First name.
    pub given_name: Option<String>,
    /// Last name.
    pub family_name: Option<String>,
    /// Mr, Mrs, …; empty text takes it away.
    pub title: Option<String>,
    /// Pronouns; empty text takes them away.
    pub pronouns: Option<String>,
    /// Date of birth.
    pub date_of_birth: Option<NaiveDate>,
    /// Mobile number; empty text takes it away.
    pub mobile: Option<String>,
    /// Landline; empty text takes it away.
    pub landline: Option<String>,
}

impl UserChange {
    /// The person with the change. Errors: 5413 for what cannot be: an address or number of no good form, no name, a
    /// birth after `today`. Which of Kraken's two codes says which is a guess.
    pub fn apply(self, user: &User, today: NaiveDate) -> Result<User, KrakenError> {
        let refused = |member| KrakenError::at(codes::USER_DETAILS_INVALID, &["input", member]);
        let mut user = user.clone();
        if let Some(email) = self.email {
            let email = normalised_email(&email);
            if !is_email(&email) {
                return Err(refused("email"));
            }
            user.email = email;
        }
        let names = [
            ("givenName", self.given_name, &mut user.given_name),
            ("familyName", self.family_name, &mut user.family_name),
        ];
        for (member, given, name) in names {
            let Some(given) = given else { continue };
            let given = given.trim();
            if given.is_empty() {
                return Err(refused(member));
            }
            given.clone_into(name);
        }
        let numbers =
            [("mobile", self.mobile, &mut user.mobile), ("landline", self.landline, &mut user.landline)];
        for (member, given, number) in numbers {
            let Some(given) = given else { continue };
            let given: String = given.chars().filter(|c| !matches!(c, ' ' | '.' | '-' | '(' | ')')).collect();
            if !given.is_empty() && !is_phone_number(&given) {
                return Err(refused(member));
            }
            *number = given;
        }
        if let Some(birth) = self.date_of_birth {
            if birth > today {
                return Err(refused("dateOfBirth"));
            }
            user.date_of_birth = Some(birth);
        }
        let given = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        user.title = self.title.map_or(user.title, given);
        user.pronouns = self.pronouns.map_or(user.pronouns, given);
        Ok(user)
    }
}

/// Whether text has the form of an e-mail address (RFC 5321), with a domain that has a dot.
pub fn is_email(text: &str) -> bool {
    email_address::EmailAddress::parse_with_options(
        text,
        email_address::Options::default().with_required_tld().without_display_text(),
    )
    .is_ok()
}

/// Whether text is a phone number: digits, 6 to 15 of them as E.164 has it, after a plus sign or none.
pub fn is_phone_number(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or(text);
    (6..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The form in which e-mail addresses are stored and looked up.
pub fn normalised_email(email: &str) -> String {
    email.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user() -> User {
        User {
            id: UserId(1),
            email: "flat-base@example.com".to_owned(),
            given_name: "Flat".to_owned(),
            family_name: "Base".to_owned(),
            preferred_name: None,
            title: Some("Mme".to_owned()),
            pronouns: None,
            date_of_birth: None,
            mobile: String::new(),
            landline: String::new(),
            is_active: true,
            is_deceased: false,
            created_at: DateTime::UNIX_EPOCH,
            api_key: None,
            password_hash: None,
            password_expired: false,
            mfa_enforced: false,
            tokens_valid_from: None,
        }
    }

    #[test]
    fn a_change_changes_what_it_names() {
        let today = NaiveDate::MAX;
        assert_eq!(UserChange::default().apply(&user(), today), Ok(user()));
        let change = UserChange {
            email: Some(" New@Example.com ".to_owned()),
            mobile: Some("+33 6 39 98 00 01".to_owned()),
            title: Some(String::new()),
            ..UserChange::default()
        };
        let changed = change.apply(&user(), today).unwrap();
        assert_eq!((&*changed.email, &*changed.mobile), ("new@example.com", "+33639980001"));
        assert_eq!((changed.title, &*changed.family_name), (None, "Base"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let text = |text: &str| Some(text.to_owned());
        let cases = [
            UserChange { email: text("nobody"), ..UserChange::default() },
            UserChange { email: text(""), ..UserChange::default() },
            UserChange { email: text("a@localhost"), ..UserChange::default() },
            UserChange { given_name: text("  "), ..UserChange::default() },
            UserChange { family_name: text(""), ..UserChange::default() },
            UserChange { mobile: text("call me"), ..UserChange::default() },
            UserChange { landline: text("+1"), ..UserChange::default() },
            UserChange { date_of_birth: NaiveDate::MAX.into(), ..UserChange::default() },
        ];
        for change in cases {
            let error = change.clone().apply(&user(), NaiveDate::MIN).err().map(|error| error.code());
            assert_eq!(error, Some(codes::USER_DETAILS_INVALID), "{change:?}");
        }
    }
}
