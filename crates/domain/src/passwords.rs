//! What a password must be. The rules that Kraken names are those of the codes below (kraken-facts 2.2); how many
//! characters each asks for is a guess.

use crate::errors::{KrakenError, ValidationError, codes};

/// The least number of characters.
const SHORTEST: usize = 8;

/// Passwords that everybody tries first.
const COMMON: [&str; 6] = ["password", "motdepasse", "azertyuiop", "qwertyuiop", "12345678", "octopus"];

/// The rules in words, for whoever is about to choose one.
pub const HELP_TEXTS: [&str; 5] = [
    "Your password must contain at least 8 characters.",
    "Your password must contain at least one digit, one lower-case letter, one upper-case letter and one special character.",
    "Your password can't be a commonly used password.",
    "Your password can't contain your account number.",
    "Your password can't contain a part of your e-mail address.",
];

/// What a new password is held against.
#[derive(Clone, Copy, Debug)]
pub struct Owner<'a> {
    /// The address that its owner signs in with.
    pub email: &'a str,
    /// The numbers of the owner's accounts.
    pub accounts: &'a [String],
    /// Whether it is the one that is valid now.
    pub is_current: bool,
}

/// Errors: 5450 with each rule that is broken.
pub fn check(password: &str, owner: Owner<'_>) -> Result<(), KrakenError> {
    let lower = password.to_lowercase();
    let has = |wanted: fn(char) -> bool| password.chars().any(wanted);
    let mailbox = owner.email.split('@').next().unwrap_or_default().to_lowercase();
    let broken = [
        (password.chars().count() < SHORTEST, "password_too_short", "This password is too short."),
        (COMMON.contains(&lower.as_str()), "password_too_common", "This password is too common."),
        (owner.is_current, "password_matches_current", "This password is the current one."),
        (
            !has(|c| c.is_ascii_digit()),
            "password_has_too_few_numeric_characters",
            "This password contains too few digits.",
        ),
        (
            !has(|c| !c.is_alphanumeric()),
            "password_has_too_few_special_characters",
            "This password contains too few special characters.",
        ),
        (
            !has(char::is_lowercase),
            "password_has_too_few_lowercase_characters",
            "This password contains too few lower-case letters.",
        ),
        (
            !has(char::is_uppercase),
            "password_has_too_few_uppercase_characters",
            "This password contains too few upper-case letters.",
        ),
        (
            owner.accounts.iter().any(|number| lower.contains(&number.to_lowercase())),
            "password_contains_account_number",
            "This password contains an account number.",
        ),
        (
            mailbox.chars().count() > 3 && lower.contains(&mailbox),
            "password_contains_part_of_email_address",
            "This password contains a part of the e-mail address.",
        ),
    ];
    let mut broken = broken.into_iter().filter(|(is_broken, _, _)| *is_broken).peekable();
    if broken.peek().is_none() {
        return Ok(());
    }
    Err(broken.fold(KrakenError::from(codes::PASSWORD_INVALID), |error, (_, code, words)| {
        error.with_validation(ValidationError::new(words, &["input", "newPassword"]).with_code(code))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(password: &str) -> Vec<String> {
        let accounts = ["A-F1A7BA5E".to_owned()];
        let owner = Owner { email: "flat-base@example.com", accounts: &accounts, is_current: false };
        let rules = |error: KrakenError| {
            error.validation().iter().filter_map(|error| error.code.clone()).collect::<Vec<_>>()
        };
        check(password, owner).err().map(rules).unwrap_or_default()
    }

    #[test]
    fn each_rule_is_told() {
        assert!(broken("Demo-Octopus-2").is_empty());
        for (password, rule) in [
            ("Aa1-bcd", "password_too_short"),
            ("Password", "password_too_common"),
            ("Demo-Octopus", "password_has_too_few_numeric_characters"),
            ("DemoOctopus2", "password_has_too_few_special_characters"),
            ("DEMO-OCTOPUS-2", "password_has_too_few_lowercase_characters"),
            ("demo-octopus-2", "password_has_too_few_uppercase_characters"),
            ("Xx-a-f1a7ba5e", "password_contains_account_number"),
            ("Flat-Base-2026", "password_contains_part_of_email_address"),
        ] {
            assert!(
                broken(password).iter().any(|broken| broken == rule),
                "{password}: {:?}",
                broken(password)
            );
        }
        let owner = Owner { email: "", accounts: &[], is_current: true };
        assert!(check("Demo-Octopus-2", owner).is_err());
    }
}
