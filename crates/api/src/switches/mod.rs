//! What a user may switch, in the forms in which flags, variables and the configuration file write it.

pub mod active;

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};
use kemu_domain::clock::Span;
use kemu_domain::errors::{Catalogue, Code};
use serde::Deserialize;

/// A field or input field of the contract: `Query.account`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Coordinate {
    /// The type.
    pub ty: String,
    /// Its field.
    pub field: String,
}

/// So many in so long: `10/m`, `125/h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many.
    pub count: NonZeroU32,
    /// In how long.
    pub period: Period,
}

/// The periods that rates are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Period {
    /// `s`
    Second,
    /// `m`
    Minute,
    /// `h`
    Hour,
    /// `d`
    Day,
}

/// A field's limit, set by the user: `Query.account=10/m`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateOverride {
    /// Which field.
    pub field: Coordinate,
    /// How often one caller may select it.
    pub rate: Rate,
}

/// A time in which a field is switched off: `Query.account=2026-12-01T10:00Z/PT1H`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brownout {
    /// Which field.
    pub field: Coordinate,
    /// From when on.
    pub starts_at: DateTime<Utc>,
    /// Until when.
    pub ends_at: DateTime<Utc>,
}

/// What a field does in place of answering: `Query.devices=KT-CT-4340`, `AccountType.creditStorage=null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provoked {
    /// Which field.
    pub field: Coordinate,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What comes of a field that is provoked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// This error.
    Error(Code),
    /// No error and no value.
    Null,
}

/// Are limits enforced?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RateLimits {
    /// Points and fields are limited.
    #[default]
    On,
    /// Nothing is limited, and `rateLimitInfo` says so.
    Off,
}

/// Can people sign in with API keys?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApiKeys {
    /// They can.
    #[default]
    On,
    /// They cannot, nobody has a key, and nobody gets one: KT-CT-11100.
    Off,
}

/// What becomes of deprecated members that a document uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deprecations {
    /// They work, are counted and logged.
    #[default]
    Warn,
    /// They are refused as if they had been removed already.
    Error,
}

/// What fields do that nobody has modelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unmodelled {
    /// Answer a plausible value, named in `extensions.emulator.plausible`.
    #[default]
    Plausible,
    /// Answer `null`.
    Null,
    /// Answer KT-CT-1113.
    Error,
}

/// Text that is not what it should be; says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{text}' is no {what}; right would be {example}")]
pub struct Malformed {
    text: String,
    what: &'static str,
    example: &'static str,
}

impl Malformed {
    fn new(text: &str, what: &'static str, example: &'static str) -> Self {
        Self { text: text.into(), what, example }
    }
}

impl FromStr for Coordinate {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        match text.split_once('.') {
            Some((ty, field)) if !ty.is_empty() && !field.is_empty() => {
                Ok(Self { ty: ty.into(), field: field.into() })
            }
            _ => Err(Malformed::new(text, "field of the contract", "Query.account")),
        }
    }
}

impl fmt::Display for Coordinate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.ty, self.field)
    }
}

impl Period {
    /// How long it is.
    pub fn seconds(self) -> u32 {
        match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3_600,
            Self::Day => 86_400,
        }
    }

    fn letter(self) -> char {
        match self {
            Self::Second => 's',
            Self::Minute => 'm',
            Self::Hour => 'h',
            Self::Day => 'd',
        }
    }
}

impl Rate {
    /// How long one call takes up; never zero.
    pub fn step(self) -> Duration {
        Duration::from_secs(self.period.seconds().into()) / self.count.get()
    }
}

impl FromStr for Rate {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let periods = [Period::Second, Period::Minute, Period::Hour, Period::Day];
        let read = || {
            let (count, letter) = text.split_once('/')?;
            let period = periods.into_iter().find(|period| letter == period.letter().to_string())?;
            let rate = Self { count: count.parse().ok()?, period };
            // What is counted are whole nanoseconds between calls.
            (!rate.step().is_zero()).then_some(rate)
        };
        read().ok_or_else(|| Malformed::new(text, "rate", "10/m or 125/h"))
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.count, self.period.letter())
    }
}

impl FromStr for RateOverride {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new(text, "limit of a field", "Query.account=10/m");
        let (field, rate) = text.split_once('=').ok_or_else(malformed)?;
        Ok(Self {
            field: field.parse().map_err(|_| malformed())?,
            rate: rate.parse().map_err(|_| malformed())?,
        })
    }
}

impl FromStr for Brownout {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let read = || {
            let (field, span) = text.split_once('=')?;
            let (start, length) = span.split_once('/')?;
            let starts_at = instant(start)?;
            let length: Span = length.parse().ok()?;
            Some(Self { field: field.parse().ok()?, starts_at, ends_at: length.after(starts_at)? })
        };
        read().ok_or_else(|| Malformed::new(text, "brownout", "Query.account=2026-12-01T10:00Z/PT1H"))
    }
}

impl FromStr for Provoked {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let malformed = || Malformed::new(text, "failure of a field", "Query.devices=KT-CT-4340");
        let (field, outcome) = text.split_once('=').ok_or_else(malformed)?;
        Ok(Self { field: field.parse().map_err(|_| malformed())?, outcome: outcome.parse()? })
    }
}

impl FromStr for Outcome {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let error = || Catalogue::get(text).map(|entry| Self::Error(entry.code));
        let outcome = if text == "null" { Some(Self::Null) } else { error() };
        outcome.ok_or_else(|| Malformed::new(text, "code of the catalogue", "KT-CT-4340, or null"))
    }
}

/// `2026-12-01T10:00:00+01:00`, or without seconds and in UTC: `2026-12-01T10:00Z`.
pub(crate) fn instant(text: &str) -> Option<DateTime<Utc>> {
    let exact = DateTime::parse_from_rfc3339(text).ok().map(|instant| instant.to_utc());
    exact.or_else(|| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%MZ").ok().map(|local| local.and_utc()))
}

/// Configuration files write these as text.
macro_rules! from_text {
    ($($ty:ty),+) => {$(
        impl<'de> Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

from_text!(Coordinate, Rate, RateOverride, Brownout, Provoked);

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn each_form_is_read_and_each_mistake_says_what_would_be_right() {
        let rate: Rate = "125/h".parse().unwrap();
        assert_eq!((rate.count.get(), rate.period, rate.to_string().as_str()), (125, Period::Hour, "125/h"));
        let brownout: Brownout = "Query.account=2026-12-01T10:00Z/PT1H".parse().unwrap();
        assert_eq!(brownout.ends_at - brownout.starts_at, TimeDelta::hours(1));
        assert_eq!(brownout.starts_at.to_rfc3339(), "2026-12-01T10:00:00+00:00");
        for (wrong, right) in [
            ("10", "'10' is no rate; right would be 10/m or 125/h"),
            ("2000000000/s", "'2000000000/s' is no rate; right would be 10/m or 125/h"),
            ("0/m", "'0/m' is no rate; right would be 10/m or 125/h"),
        ] {
            assert_eq!(wrong.parse::<Rate>().unwrap_err().to_string(), right);
        }
        assert!("Query.account=10".parse::<RateOverride>().is_err());
        let provoked = |outcome| Provoked { field: "Query.devices".parse().unwrap(), outcome };
        assert_eq!("Query.devices=null".parse(), Ok(provoked(Outcome::Null)));
        let code = Catalogue::get("KT-CT-4340").unwrap().code;
        assert_eq!("Query.devices=KT-CT-4340".parse(), Ok(provoked(Outcome::Error(code))));
        for (wrong, right) in [
            (
                "devices=null",
                "'devices=null' is no failure of a field; right would be Query.devices=KT-CT-4340",
            ),
            (
                "Query.devices",
                "'Query.devices' is no failure of a field; right would be Query.devices=KT-CT-4340",
            ),
            ("Query.devices=4340", "'4340' is no code of the catalogue; right would be KT-CT-4340, or null"),
        ] {
            assert_eq!(wrong.parse::<Provoked>().unwrap_err().to_string(), right);
        }
        for length in ["1H", "PT1Hour", "P4294967295W", "-PT1H", "PT0S"] {
            assert!(format!("Query.account=2026-12-01T10:00Z/{length}").parse::<Brownout>().is_err());
        }
    }
}
