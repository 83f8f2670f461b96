//! Supply points: where a market delivers energy to a place, or takes it from there.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, de};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::errors::{Code, codes};
use crate::ids::PropertyId;

/// A supply point's own id, a numeric string on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SupplyPointId(pub i64);

impl SupplyPointId {
    /// The number itself.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for SupplyPointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for SupplyPointId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A market of the French territory. Kraken refuses names without the territory (KT-CT-4723).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString, Deserialize)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Market {
    /// Electricity.
    FraElectricity,
    /// Gas.
    FraGas,
}

impl Market {
    /// The market of this name. Errors: 4722 for a market that there is and that nobody supplies here, of another
    /// territory or of services (a guess), 4723 for what is no market's name.
    pub fn named(name: &str) -> Result<Self, Code> {
        if let Ok(market) = name.parse() {
            return Ok(market);
        }
        let (territory, kind) = name.split_once('_').unwrap_or_default();
        let is_territory = territory.len() == 3 && territory.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_market = is_territory && ["ELECTRICITY", "GAS", "WATER"].contains(&kind);
        let is_known = is_market || name == "SIMPLE_SERVICES";
        Err(if is_known { codes::SUPPLY_POINTS_NOT_CONFIGURED } else { codes::MARKET_NAME_INVALID })
    }
}

/// Which way the energy goes.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Direction {
    /// From the grid to the place.
    #[default]
    Consumption,
    /// From the place to the grid: what solar panels make and nobody there uses.
    Generation,
}

/// An identifier that has not the form its market asks for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is no {what}: expected 14 digits")]
pub struct MalformedIdentifier {
    what: &'static str,
    found: String,
}

/// Declares an identifier of 14 digits.
macro_rules! fourteen_digits {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// Checks the form.
            pub fn try_new(text: impl Into<String>) -> Result<Self, MalformedIdentifier> {
                let text = text.into();
                if text.len() == 14 && text.bytes().all(|byte| byte.is_ascii_digit()) {
                    Ok(Self(text))
                } else {
                    Err(MalformedIdentifier { what: $what, found: text })
                }
            }

            /// The identifier as it is written.
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
            type Err = MalformedIdentifier;
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

fourteen_digits!(
    /// The number of an electricity delivery point: *point référence mesure* (measured, kraken-facts 8).
    Prm,
    "PRM"
);
fourteen_digits!(
    /// The number of a gas delivery point: *point de comptage et d'estimation*. That Kraken writes it with 14
    /// digits is inferred from GrDF's public form (kraken-facts 8); the old form `GI` + 6 digits is not known
    /// here.
    Pce,
    "PCE"
);

/// What a market calls a supply point.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExternalIdentifier {
    /// In the electricity market.
    Prm(Prm),
    /// In the gas market.
    Pce(Pce),
}

impl ExternalIdentifier {
    /// Checks the form that `market` asks for.
    pub fn try_new(market: Market, text: impl Into<String>) -> Result<Self, MalformedIdentifier> {
        match market {
            Market::FraElectricity => Prm::try_new(text).map(Self::Prm),
            Market::FraGas => Pce::try_new(text).map(Self::Pce),
        }
    }

    /// The market that calls it so.
    pub fn market(&self) -> Market {
        match self {
            Self::Prm(_) => Market::FraElectricity,
            Self::Pce(_) => Market::FraGas,
        }
    }

    /// The identifier as it is written.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Prm(prm) => prm.as_str(),
            Self::Pce(pce) => pce.as_str(),
        }
    }
}

/// Where a market delivers energy to a place, or takes it from there. The market is the identifier's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupplyPoint {
    /// Its id.
    pub id: SupplyPointId,
    /// The place.
    pub property_id: PropertyId,
    /// What the market calls it. A place that consumes and generates has two supply points with one PRM.
    pub external_identifier: ExternalIdentifier,
    /// Which way the energy goes.
    pub direction: Direction,
}

impl SupplyPoint {
    /// The market it belongs to.
    pub fn market(&self) -> Market {
        self.external_identifier.market()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_have_fourteen_digits() {
        assert!(Prm::try_new("14295224261882").is_ok());
        for bad in ["", "1429522426188", "142952242618820", "1429522426188x", "GI123456", "１４２９"] {
            assert!(Pce::try_new(bad).is_err(), "{bad}");
        }
        let error = Prm::try_new("12").expect_err("malformed");
        assert_eq!(error.to_string(), "\"12\" is no PRM: expected 14 digits");
    }

    #[test]
    fn markets_carry_their_territory() {
        assert_eq!(Market::FraElectricity.to_string(), "FRA_ELECTRICITY");
        assert_eq!("FRA_GAS".parse(), Ok(Market::FraGas));
        assert!("ELECTRICITY".parse::<Market>().is_err());
        assert_eq!(Market::named("FRA_GAS"), Ok(Market::FraGas));
        for elsewhere in ["GBR_ELECTRICITY", "FRA_WATER", "SIMPLE_SERVICES"] {
            assert_eq!(Market::named(elsewhere), Err(codes::SUPPLY_POINTS_NOT_CONFIGURED), "{elsewhere}");
        }
        for none in ["", "GAS", "ELECTRICITY", "fra_gas", "FR_GAS", "FRA_", "FRA_LIGHT"] {
            assert_eq!(Market::named(none), Err(codes::MARKET_NAME_INVALID), "{none}");
        }
    }
}
