//! Quotes: which products a supply point may be switched to.
//!
//! Nothing of a quote is kept (a choice of kemu's): the id of a quoted product says for which supply point and which
//! product it is, so that any such id is good for as long as the product is sold.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::agreements::may_follow;
use crate::supply_points::SupplyPointId;
use crate::tariffs::{Product, Tariffs};

/// A product offered for a supply point: `quotedProductId`. Its text is one number, as Kraken's ids are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct QuotedProductId {
    /// For which supply point.
    pub supply_point: SupplyPointId,
    /// The id of the product, below [`Self::PRODUCTS`].
    pub product: i64,
}

impl QuotedProductId {
    /// So many ids each supply point has.
    pub const PRODUCTS: i64 = 1_000;
}

impl fmt::Display for QuotedProductId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{:03}", self.supply_point, self.product)
    }
}

/// A text that is no id of a quoted product.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no id of a quoted product")]
pub struct UnknownQuotedProduct(String);

impl FromStr for QuotedProductId {
    type Err = UnknownQuotedProduct;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number: i64 = text.parse().map_err(|_| UnknownQuotedProduct(text.to_owned()))?;
        let (point, product) = (number / Self::PRODUCTS, number % Self::PRODUCTS);
        if point <= 0 || product <= 0 {
            return Err(UnknownQuotedProduct(text.to_owned()));
        }
        Ok(Self { supply_point: SupplyPointId(point), product })
    }
}

/// What somebody who has a product may switch to today, in the order of the catalogue.
pub fn offered<'a>(
    tariffs: &'a Tariffs,
    current: &'a Product,
    today: NaiveDate,
) -> impl Iterator<Item = &'a Arc<Product>> {
    tariffs.products().iter().filter(move |product| may_follow(current, product, today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_come_back() {
        let id = QuotedProductId { supply_point: SupplyPointId(41), product: 102 };
        assert_eq!(id.to_string(), "41102");
        assert_eq!("41102".parse(), Ok(id));
        for bad in ["", "x", "102", "41000", "-41102", "99999999999999999999"] {
            assert!(bad.parse::<QuotedProductId>().is_err(), "{bad}");
        }
        let fits = |product: &Arc<Product>| (1..QuotedProductId::PRODUCTS).contains(&product.id);
        assert!(Tariffs::france().products().iter().all(fits));
    }

    #[test]
    fn offers_are_of_the_same_kind_and_sold_today() {
        let tariffs = Tariffs::france();
        let today = "2026-01-15".parse().unwrap();
        let codes = |current| -> Vec<&str> {
            let current = tariffs.product(current).unwrap();
            offered(&tariffs, current, today).map(|product| product.code.as_str()).collect()
        };
        let electricity = codes("OCTO_FIXE_BASE_1_V1");
        assert!(electricity.contains(&"OCTO_FIXE_BASE_1_V2") && electricity.contains(&"OCTOFLEX_4_V4"));
        assert!(!electricity.contains(&"OCTO_GAZ_1_V2") && !electricity.contains(&"OCTO_FIXE_BASE_1_V1"));
        assert!(!electricity.contains(&"OCTO_SOLAIRE_RACHAT_1_V1"));
        assert!(codes("OCTO_GAZ_1_V2").is_empty());
    }
}
