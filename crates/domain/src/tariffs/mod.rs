//! Products, their prices, and the taxes on top.
//!
//! **Prices are invented.** They look like French retail prices of 2024 to 2026 and are nobody's offer; each
//! product says so in its description. Taxes are real where `taxes.rs` names a source.
//!
//! Everything here is data with validity dates: `products.rs` and `taxes.rs` are tables. To add a product or
//! a new price, add a row there; the billing engine splits its lines wherever a row begins to hold.

mod in_force;
mod products;
mod rate;
mod taxes;

use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendars::ClassCode;
use crate::supply_points::{Direction, Market};

pub use in_force::InForce;
pub use rate::{Rate, rounded};
pub use taxes::{Tax, TaxRow, Taxes};

/// The prices of a product from a day on, until its next prices hold. All without taxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// The first day.
    pub valid_from: NaiveDate,
    /// The standing charge, in cents a year (kraken-facts 7.2: 18096 was seen).
    pub standing: Rate,
    /// The part of the standing charge that goes to the network, in cents a year: what the CTA is a
    /// percentage of.
    pub network_fixed_part: Rate,
    /// Cents a kWh for each temporal class, in the order of the calendar.
    pub energy: Vec<(ClassCode, Rate)>,
}

impl Prices {
    /// Cents a kWh in a temporal class.
    pub fn energy(&self, class: ClassCode) -> Option<Rate> {
        self.energy.iter().find(|&&(code, _)| code == class).map(|&(_, rate)| rate)
    }
}

/// A product: what an agreement sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its id: the contract's `SupplyProductType.id`.
    pub id: i64,
    /// Its code, such as `OCTOFLEX_4_V4`.
    pub code: String,
    /// The long name.
    pub full_name: String,
    /// The name on the bill.
    pub display_name: String,
    /// What it is, and that it is invented.
    pub description: String,
    /// Where it is sold.
    pub market: Market,
    /// Which way the energy flows.
    pub direction: Direction,
    /// The code of the provider calendar by which its energy is told apart, such as `EFFACEMENT_HPHC_2`.
    pub calendar: String,
    /// The first day on which it was sold.
    pub available_from: NaiveDate,
    /// The day from which on it is no longer sold. Agreements on it go on.
    pub available_to: Option<NaiveDate>,
    /// Its prices, oldest first; never empty.
    pub prices: Vec<Prices>,
}

impl Product {
    /// The prices on a day. Before the first known prices the first hold, so that no day is without.
    pub fn prices_on(&self, date: NaiveDate) -> &Prices {
        let later = self.prices.partition_point(|prices| prices.valid_from <= date);
        &self.prices[later.saturating_sub(1)]
    }

    /// From when and until when the prices of a day hold.
    pub fn validity_on(&self, date: NaiveDate) -> (NaiveDate, Option<NaiveDate>) {
        let later = self.prices.partition_point(|prices| prices.valid_from <= date).max(1);
        (self.prices[later - 1].valid_from, self.prices.get(later).map(|next| next.valid_from))
    }

    /// The temporal classes that it prices on a day, in the order of its calendar.
    pub fn classes_on(&self, date: NaiveDate) -> impl Iterator<Item = ClassCode> {
        self.prices_on(date).energy.iter().map(|&(code, _)| code)
    }

    /// Whether new customers may have it on a day.
    pub fn is_available_on(&self, date: NaiveDate) -> bool {
        self.available_from <= date && self.available_to.is_none_or(|end| date < end)
    }
}

/// Something a product has a price for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Priced {
    /// Being supplied at all, a year.
    Standing,
    /// A kWh of a temporal class.
    Energy(ClassCode),
}

/// All products and taxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tariffs {
    products: Vec<Arc<Product>>,
    /// The taxes.
    pub taxes: Taxes,
}

impl Tariffs {
    /// The invented catalogue and the French taxes.
    pub fn france() -> Self {
        Self::new(products::catalogue(), Taxes::france())
    }

    /// Other products or taxes.
    pub fn new(products: Vec<Product>, taxes: Taxes) -> Self {
        Self { products: products.into_iter().map(Arc::new).collect(), taxes }
    }

    /// The product with a code.
    pub fn product(&self, code: &str) -> Option<&Arc<Product>> {
        self.products.iter().find(|product| product.code == code)
    }

    /// All products, in the order of their ids.
    pub fn products(&self) -> &[Arc<Product>] {
        &self.products
    }

    /// What a market sells on a day: `availableProducts`.
    pub fn available(&self, market: Market, date: NaiveDate) -> impl Iterator<Item = &Arc<Product>> {
        self.products.iter().filter(move |product| product.market == market && product.is_available_on(date))
    }

    /// `pricePerUnit`: without taxes. `None` for a temporal class that the product does not have.
    pub fn price(&self, product: &Product, what: Priced, date: NaiveDate) -> Option<Rate> {
        let prices = product.prices_on(date);
        match what {
            Priced::Standing => Some(prices.standing),
            Priced::Energy(class) => prices.energy(class),
        }
    }

    /// `pricePerUnitWithTaxes`: with CTA or accise, and VAT on both; rounded once. What a customer feeds in is
    /// sold without taxes.
    pub fn price_with_taxes(&self, product: &Product, what: Priced, date: NaiveDate) -> Option<Rate> {
        let price = self.price(product, what, date)?;
        if product.direction == Direction::Generation {
            return Some(price);
        }
        let (before_vat, vat) = match what {
            Priced::Standing => {
                let cta = self.cta(product, date);
                (Rate(price.0 + cta.0), self.taxes.value(Tax::VatOnStanding, date))
            }
            Priced::Energy(_) => {
                let accise = self.accise(product.market, date);
                (Rate(price.0 + accise.0), self.taxes.value(Tax::VatOnEnergy, date))
            }
        };
        Some(Rate(rounded(i128::from(before_vat.0) * i128::from(1000 + vat), 1000)))
    }

    /// The accise, in cents a kWh.
    pub fn accise(&self, market: Market, date: NaiveDate) -> Rate {
        let tax = match market {
            Market::FraElectricity => Tax::AcciseOnElectricity,
            Market::FraGas => Tax::AcciseOnGas,
        };
        Rate(self.taxes.value(tax, date))
    }

    /// The CTA, in cents a year.
    pub fn cta(&self, product: &Product, date: NaiveDate) -> Rate {
        let tax = match product.market {
            Market::FraElectricity => Tax::CtaOnElectricity,
            Market::FraGas => Tax::CtaOnGas,
        };
        let fixed_part = product.prices_on(date).network_fixed_part;
        Rate(rounded(i128::from(fixed_part.0) * i128::from(self.taxes.value(tax, date)), 10_000))
    }

    /// The days strictly between two at which a price or a tax of a product changes, ascending.
    pub fn changes(&self, product: &Product, from: NaiveDate, to: NaiveDate) -> Vec<NaiveDate> {
        let of_prices = product.prices.iter().skip(1).map(|prices| prices.valid_from);
        let taxes = if product.direction == Direction::Generation { &[] } else { Tax::of(product.market) };
        let mut days: Vec<_> = of_prices
            .chain(taxes.iter().flat_map(|&tax| self.taxes.changes(tax)))
            .filter(|&day| from < day && day < to)
            .collect();
        days.sort_unstable();
        days.dedup();
        days
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::calendars::Calendar;
    use crate::energy::OffPeakHours;

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    #[test]
    fn the_catalogue_is_sound() {
        let tariffs = Tariffs::france();
        let mut codes = HashSet::new();
        let mut ids = HashSet::new();
        for product in tariffs.products() {
            assert!(codes.insert(&product.code) && ids.insert(product.id), "{}", product.code);
            assert!(product.description.contains("inventés"), "{} says that it is invented", product.code);
            assert!(product.prices.is_sorted_by(|a, b| a.valid_from < b.valid_from), "{}", product.code);
            assert!(product.prices[0].valid_from <= product.available_from, "{}", product.code);
            for prices in &product.prices {
                let classes: Vec<_> = prices.energy.iter().map(|&(class, _)| class).collect();
                let calendar = Calendar::named(&product.calendar, &OffPeakHours::default()).unwrap();
                let all: Vec<_> = calendar.classes().iter().map(|class| class.code).collect();
                assert_eq!(classes, all, "{} prices all hours", product.code);
                assert!(prices.energy.iter().all(|&(_, rate)| rate.0 > 0), "{}", product.code);
                assert!(prices.network_fixed_part <= prices.standing, "{}", product.code);
            }
        }
        assert!(tariffs.product("OCTOFLEX_4_V4").is_some());
    }

    #[test]
    fn taxes_go_on_top() {
        let tariffs = Tariffs::france();
        let product = tariffs.product("OCTO_FIXE_BASE_1_V2").unwrap();
        let with = |what, date| tariffs.price_with_taxes(product, what, date).unwrap();
        let without = |what, date| tariffs.price(product, what, date).unwrap();
        // 2026-03: accise 3.085 cents a kWh, VAT 20 % on everything.
        let (energy, date) = (Priced::Energy(ClassCode::Base), day(2026, 3, 1));
        assert_eq!(with(energy, date).0, (without(energy, date).0 + 30_850) * 12 / 10);
        // 2025-07: VAT 5.5 % on the standing charge and the CTA.
        let date = day(2025, 7, 1);
        let before_vat = without(Priced::Standing, date).0 + tariffs.cta(product, date).0;
        assert_eq!(with(Priced::Standing, date).0, rounded(i128::from(before_vat) * 1055, 1000));
        assert_eq!(tariffs.price_with_taxes(product, Priced::Energy(ClassCode::Hp), date), None);
    }

    #[test]
    fn the_earliest_prices_hold_before_them() {
        let tariffs = Tariffs::france();
        let product = tariffs.product("OCTO_FIXE_BASE_1_V2").unwrap();
        assert_eq!(product.prices_on(day(1999, 1, 1)), &product.prices[0]);
        let last = product.prices.last().unwrap();
        assert_eq!(product.prices_on(day(2099, 1, 1)), last);
        assert_eq!(product.validity_on(day(2099, 1, 1)), (last.valid_from, None));
        assert_eq!(product.prices_on(last.valid_from), last);
    }

    #[test]
    fn changes_lie_strictly_inside() {
        let tariffs = Tariffs::france();
        let gas = tariffs.product("OCTO_GAZ_1_V2").unwrap();
        let changes = tariffs.changes(gas, day(2025, 8, 1), day(2026, 2, 1));
        assert!(!changes.contains(&day(2025, 8, 1)) && !changes.contains(&day(2026, 2, 1)), "{changes:?}");
        assert!(tariffs.changes(gas, day(2025, 7, 1), day(2026, 3, 1)).contains(&day(2025, 8, 1)));
    }
}
