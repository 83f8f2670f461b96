//! What a product costs on a day: the prices that clients call rates.

use chrono::NaiveDate;

use super::{Priced, Product, Rate, Tariffs};

/// A price in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    /// What it is the price of.
    pub what: Priced,
    /// Without taxes: cents a year for the standing charge, cents a kWh for energy.
    pub price: Rate,
    /// With the taxes of the day that was asked for. They may change while the price holds.
    pub with_taxes: Rate,
    /// The first day of the price.
    pub valid_from: NaiveDate,
    /// The day from which on another price holds, where that is known.
    pub valid_to: Option<NaiveDate>,
}

impl Tariffs {
    /// The prices of a product on a day: the standing charge, then energy in the order of its calendar.
    pub fn in_force(&self, product: &Product, date: NaiveDate) -> Vec<InForce> {
        let (valid_from, valid_to) = product.validity_on(date);
        let energy = product.classes_on(date).map(Priced::Energy);
        let priced = std::iter::once(Priced::Standing).chain(energy);
        priced
            .filter_map(|what| {
                let price = self.price(product, what, date)?;
                let with_taxes = self.price_with_taxes(product, what, date)?;
                Some(InForce { what, price, with_taxes, valid_from, valid_to })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendars::ClassCode;

    #[test]
    fn the_standing_charge_comes_first_and_energy_in_its_order() {
        let tariffs = Tariffs::france();
        let product = tariffs.product("OCTO_FIXE_HPHC_2_V2").unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let rates = tariffs.in_force(product, day("2026-01-15"));
        let what: Vec<_> = rates.iter().map(|rate| rate.what).collect();
        let energy = [ClassCode::Hp, ClassCode::Hc].map(Priced::Energy);
        assert_eq!(what, [Priced::Standing, energy[0], energy[1]]);
        assert!(rates.iter().all(|rate| rate.price < rate.with_taxes));
        assert!(rates.iter().all(|rate| rate.valid_from == day("2025-02-01")));
        assert!(rates.iter().all(|rate| rate.valid_to == Some(day("2026-02-01"))));
        // What is fed in bears no taxes, and nobody pays to be connected.
        let solar = tariffs.product("OCTO_SOLAIRE_RACHAT_1_V1").unwrap();
        let rates = tariffs.in_force(solar, day("2026-01-15"));
        assert_eq!((rates[0].price, rates[0].with_taxes), (Rate(0), Rate(0)));
        assert_eq!((rates[1].price, rates[1].with_taxes), (Rate(60_000), Rate(60_000)));
    }
}
