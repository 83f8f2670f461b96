//! `availableProducts`, and the product of an agreement.
//!
//! The contract shows a product in two ways: as what is on sale (`SupplyProductType`), and as what an agreement sells
//! (`SupplyProductInterface`), which tells its prices.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kemu_domain::dates::{paris_date, paris_instant};
use kemu_domain::errors::Failure;
use kemu_domain::supply_points::Market;
use kemu_domain::tariffs::Product;
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use super::product_rates::{self, ShownRate};
use crate::{app, inputs, objects};

objects! {
    Sold: "SupplyProductType" by |product| product.0.id;
    ProductTag: "SupplyProductTagType" by |_| 0;
}
objects!(
    Agreed: ["ElectricityProductType", "GasProductType"] is |product| match product.0.market {
        Market::FraElectricity => "ElectricityProductType",
        Market::FraGas => "GasProductType",
    },
    by |product| product.0.id
);

/// A product on sale.
pub(super) struct Sold(pub(super) Arc<Product>);

/// The product of an agreement.
pub(super) struct Agreed(pub(super) Arc<Product>);

/// A product's tag. Ours have none.
enum ProductTag {}

/// The only brand, as on accounts.
const BRAND: &str = "OCTOPUS_ENERGY";

inputs! {
    struct AvailableArguments {
        market_name: String,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("availableProducts", available);
    // Terms are not modelled: `termsAndConditionsTypes` and `termsContractType` stay plausible, as does `params`.
    all.object::<Sold>()
        .field("id", |product| product.0.id.to_string())
        .field("code", |product| product.0.code.clone())
        .field("fullName", |product| product.0.full_name.clone())
        .field("displayName", |product| product.0.display_name.clone())
        .field("description", |product| product.0.description.clone())
        .field("marketName", |product| product.0.market.to_string())
        .field("brandCode", |_| BRAND)
        .field("availabilityStatus", |_| EnumName("EVERYONE".into()))
        .field("availableFrom", |product| midnight(product.0.available_from))
        .field("availableTo", |product| product.0.available_to.map(midnight))
        // Agreements have no fixed term (assumed).
        .field("endsAt", |_| None::<DateTime<Utc>>)
        .field("term", |_| None::<i64>)
        .field("isHidden", |_| false)
        .field("notes", |_| "")
        .field("tags", |_| Vec::<ProductTag>::new());
    all.object::<Agreed>()
        .field("code", |product| product.0.code.clone())
        .field("fullName", |product| product.0.full_name.clone())
        .field("displayName", |product| product.0.display_name.clone())
        .connection("consumptionRates", consumption_rates);
}

async fn available(ctx: Ctx, arguments: AvailableArguments) -> Result<Vec<Sold>, Failure> {
    let products = app::products::available(&ctx, &arguments.market_name)?;
    Ok(products.into_iter().map(Sold).collect())
}

async fn consumption_rates(
    product: Arc<Agreed>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<ShownRate>, Failure> {
    let rates = product_rates::of_product(&ctx.sandbox.tariffs, &product.0, paris_date(ctx.now));
    Ok(Page::of(rates, &request))
}

/// The beginning of a day in France.
pub(super) fn midnight(date: NaiveDate) -> DateTime<Utc> {
    paris_instant(date, NaiveTime::MIN)
}
