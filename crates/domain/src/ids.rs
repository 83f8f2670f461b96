//! Identifiers and the numbers people read on their letters (kraken-facts 8).
//!
//! Ids are numbers in the store and numeric strings on the wire. Numbers such as `A-FF15AE70` are checked
//! once, where they enter; from there the type says that they are well formed.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};

/// Declares a newtype for a numeric id: `Display` and `FromStr` are its wire form.
macro_rules! numeric_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl $name {
            /// The number itself.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

numeric_id!(
    /// A person who signs in; "3235447" in a British capture.
    UserId
);
numeric_id!(
    /// An account; "3403670" in a British capture.
    AccountId
);
numeric_id!(
    /// A place that is supplied.
    PropertyId
);
numeric_id!(
    /// A ledger of an account.
    LedgerId
);
numeric_id!(
    /// A booking on a ledger. May be negative: "-1871040199" was captured.
    TransactionId
);
numeric_id!(
    /// A payment of an account, whether or not it reached a ledger.
    PaymentId
);
numeric_id!(
    /// A bill or statement; "236646425" in a British capture.
    BillId
);
numeric_id!(
    /// A third-party organisation.
    OrganisationId
);

/// What a number looks like and what was found instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no {what}: expected {form}")]
pub struct MalformedNumber {
    what: &'static str,
    form: &'static str,
    found: String,
}

/// Declares a newtype for a number that people read, with the check of its form.
macro_rules! readable_number {
    ($(#[$doc:meta])* $name:ident, $what:literal, $form:literal, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Checks the form.
            pub fn try_new(text: impl Into<String>) -> Result<Self, MalformedNumber> {
                let text = text.into();
                let check: fn(&str) -> bool = $check;
                if check(&text) {
                    Ok(Self(text))
                } else {
                    Err(MalformedNumber { what: $what, form: $form, found: text })
                }
            }

            /// The number as it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = MalformedNumber;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_new(text)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::try_new(String::deserialize(deserializer)?).map_err(de::Error::custom)
            }
        }
    };
}

readable_number!(
    /// The number of an account: `A-FF15AE70`.
    AccountNumber,
    "account number",
    "A- and 8 upper-case letters or digits, such as A-FF15AE70",
    |text| prefixed_code(text, "A-")
);
readable_number!(
    /// The number of a portfolio: `P-A123B456`.
    PortfolioNumber,
    "portfolio number",
    "P- and 8 upper-case letters or digits, such as P-A123B456",
    |text| prefixed_code(text, "P-")
);
readable_number!(
    /// The number of a ledger: `L-123456789A`.
    LedgerNumber,
    "ledger number",
    "L-, 9 digits and an upper-case letter, such as L-123456789A",
    |text| text.strip_prefix("L-").is_some_and(|rest| {
        rest.len() == 10
            && rest.bytes().take(9).all(|byte| byte.is_ascii_digit())
            && rest.bytes().skip(9).all(|byte| byte.is_ascii_uppercase())
    })
);

readable_number!(
    /// The id of an OAuth application: 64 hexadecimal digits (a Kraken client id that was seen in public code).
    ClientId,
    "client id",
    "64 hexadecimal digits in lower case",
    |text| text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
);

fn prefixed_code(text: &str, prefix: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| {
        rest.len() == 8 && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        for good in ["A-FF15AE70", "A-78F490A5", "A-B1C2D34E"] {
            assert_eq!(AccountNumber::try_new(good).expect("well formed").as_str(), good);
        }
        for bad in
            ["", "A-", "A-FF15AE7", "A-FF15AE700", "a-FF15AE70", "A-ff15ae70", "B-FF15AE70", "A-FF15AEé"]
        {
            assert!(AccountNumber::try_new(bad).is_err(), "{bad}");
        }
        assert!(LedgerNumber::try_new("L-123456789A").is_ok());
        for bad in ["L-123456789", "L-12345678AA", "L-1234567890", "123456789A"] {
            assert!(LedgerNumber::try_new(bad).is_err(), "{bad}");
        }
        assert!(PortfolioNumber::try_new("P-A123B456").is_ok());
    }

    #[test]
    fn the_error_says_what_would_be_right() {
        let error = LedgerNumber::try_new("123").expect_err("malformed");
        assert_eq!(
            error.to_string(),
            "\"123\" is no ledger number: expected L-, 9 digits and an upper-case letter, such as L-123456789A"
        );
    }

    #[test]
    fn ids_are_numeric_strings_and_may_be_negative() {
        assert_eq!("-1871040199".parse(), Ok(TransactionId(-1_871_040_199)));
        assert_eq!(UserId(3_235_447).to_string(), "3235447");
        assert!("A-1".parse::<UserId>().is_err());
    }
}
