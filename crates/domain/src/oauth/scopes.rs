//! Scopes: `openid`, `full-customer-access`, and `verb:resource` names (kraken-facts 9.18). Sister tenants list over a
//! hundred of the last kind; here are those that the facts name.
//!
//! Which fields a scope opens is not published. Our guess: `full-customer-access` opens whatever the caller may do,
//! another scope the permissions that its name says and nothing else, and `openid` nothing of the API.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use strum::{Display, EnumIter, EnumString, IntoEnumIterator as _, IntoStaticStr};

/// A scope.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString, EnumIter, IntoStaticStr,
)]
pub enum Scope {
    /// Sign people in (OpenID Connect).
    #[strum(serialize = "openid")]
    Openid,
    /// All that the customer may do.
    #[strum(serialize = "full-customer-access")]
    FullCustomerAccess,
    /// See properties.
    #[strum(serialize = "query:property")]
    QueryProperty,
    /// See meters and what they measured.
    #[strum(serialize = "query:property-meters")]
    QueryPropertyMeters,
    /// Start to register a way to pay.
    #[strum(serialize = "create:payment-method-action-intents")]
    CreatePaymentMethodActionIntents,
    /// Change how finely readings are shared.
    #[strum(serialize = "update:reading-consent-granularity")]
    UpdateReadingConsentGranularity,
    /// Take part in campaigns.
    #[strum(serialize = "join:campaigns")]
    JoinCampaigns,
}

impl Scope {
    /// All of them.
    pub fn all() -> impl Iterator<Item = Self> {
        Self::iter()
    }

    /// What it means, for the person who is asked to allow it: "This application wants to …".
    pub const fn in_words(self) -> &'static str {
        match self {
            Self::Openid => "Know who you are",
            Self::FullCustomerAccess => "See and change everything in your account",
            Self::QueryProperty => "See your homes and other places",
            Self::QueryPropertyMeters => "See your meters and what they measured",
            Self::CreatePaymentMethodActionIntents => "Start to register a way to pay for you",
            Self::UpdateReadingConsentGranularity => "Change how finely your readings are shared",
            Self::JoinCampaigns => "Let you take part in campaigns",
        }
    }

    /// Does it open a field that wants this permission? No field of the French contract fits the last three scopes
    /// well enough to say so.
    fn opens(self, permission: &str) -> bool {
        match self {
            Self::FullCustomerAccess => true,
            Self::QueryProperty => permission == "CAN_QUERY_PROPERTY",
            Self::QueryPropertyMeters => permission == "CAN_VIEW_DETAILED_USAGE",
            Self::Openid
            | Self::CreatePaymentMethodActionIntents
            | Self::UpdateReadingConsentGranularity
            | Self::JoinCampaigns => false,
        }
    }
}

/// Several scopes; the text form has blanks between them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// These.
    pub fn of(scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self(scopes.into_iter().collect())
    }

    /// Is it one of them?
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Scope> + '_ {
        self.0.iter().copied()
    }

    /// Does one of them open a field that wants this permission?
    pub fn open(&self, permission: &str) -> bool {
        self.iter().any(|scope| scope.opens(permission))
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            write!(f, "{}{scope}", if at == 0 { "" } else { " " })?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Scopes {
    type Err = strum::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.split_ascii_whitespace().map(str::parse).collect::<Result<_, _>>().map(Self)
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| de::Error::custom(format!("{text:?} names a scope that does not exist")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_form_goes_there_and_back() {
        let all = Scopes::of(Scope::all());
        assert_eq!(all.to_string().parse(), Ok(all.clone()));
        assert!(all.to_string().starts_with("openid full-customer-access query:property "));
        assert!("openid nonsense".parse::<Scopes>().is_err());
        assert_eq!("".parse(), Ok(Scopes::default()));
    }

    #[test]
    fn what_scopes_open() {
        let opens = |text: &str, permission| text.parse::<Scopes>().unwrap().open(permission);
        assert!(opens("full-customer-access", "CAN_ACCESS_CUSTOMER_QUERIES"));
        assert!(opens("openid query:property", "CAN_QUERY_PROPERTY"));
        assert!(!opens("openid query:property", "CAN_ACCESS_CUSTOMER_QUERIES"));
        assert!(!opens("openid", "CAN_QUERY_PROPERTY"));
        assert!(!opens("join:campaigns", "CAN_ACCESS_CUSTOMER_MUTATIONS"));
    }
}
