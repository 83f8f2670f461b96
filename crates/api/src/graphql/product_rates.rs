//! Rates: what a product costs, as a part of the product and as a part of an agreement.
//!
//! The contract has five types of them, which differ in what they say besides the price (kraken-facts 7.2). Which one
//! comes where was seen in part: an agreement's `rates` are [`Form::Standing`], then [`Form::ElectricitySupply`] or,
//! for gas, [`Form::Supply`]; its `consumptionRates` are all `Supply`, as the contract lets nothing else through. The
//! standing charge of gas has no type of its own and is shown as electricity's (assumed).

use std::sync::Arc;

use chrono::NaiveDate;
use kemu_domain::calendars::{Calendar, TemporalClass, TimeSlot};
use kemu_domain::energy::OffPeakHours;
use kemu_domain::errors::Failure;
use kemu_domain::supply_points::Market;
use kemu_domain::tariffs::{InForce, Priced, Product, Tariffs};
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::engine::resolvers::Resolvers;
use super::products::midnight;
use crate::{objects, only};

/// A price in force, with what its form says besides.
#[derive(Clone)]
pub(super) struct ShownRate {
    form: Form,
    key: i64,
    rate: InForce,
    class: Option<TemporalClass>,
    slots: Vec<TimeSlot>,
    calendar: String,
}

/// Which type of the contract a rate has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Of a product for electricity: temporal class, no time slots.
    ElectricityProduct,
    /// Of a product for gas.
    GasProduct,
    /// The standing charge.
    Standing,
    /// Of an agreement for electricity: temporal class and time slots.
    ElectricitySupply,
    /// Of any agreement: time slots, no temporal class.
    Supply,
}

/// What an agreement costs.
pub(super) struct EnergySupplyRate {
    key: i64,
    market: Market,
    rates: Vec<ShownRate>,
}

objects!(
    ShownRate: [
        "ElectricityConsumptionRateType",
        "GasConsumptionRateType",
        "ElectricityStandingRateType",
        "ElectricitySupplyConsumptionRateType",
        "SupplyConsumptionRateType"
    ] is |rate| match rate.form {
        Form::ElectricityProduct => "ElectricityConsumptionRateType",
        Form::GasProduct => "GasConsumptionRateType",
        Form::Standing => "ElectricityStandingRateType",
        Form::ElectricitySupply => "ElectricitySupplyConsumptionRateType",
        Form::Supply => "SupplyConsumptionRateType",
    },
    by |rate| rate.key
);
objects! {
    EnergySupplyRate: "EnergySupplyRateType" by |own| own.key;
    TimeSlot: "RateTimeSlotType" by |_| 0;
}
only! {
    /// The rate of being supplied at all.
    struct StandingRate(ShownRate): "ElectricityStandingRateType";
    /// A rate of energy within an agreement.
    struct ConsumptionRate(ShownRate): "SupplyConsumptionRateType";
}

/// What every captured rate is in: kraken-facts 7.2.
const CURRENCY: &str = "EURO_CENTS";
/// Misspelt on the wire, and seen on every rate; whether on the standing charge as well is not told (assumed).
const UNIT: &str = "KWH_CONSUMPION";
/// Gas is dearer the farther it flows. Ours costs the same at all six levels, so that the first stands for all.
const PRICE_LEVEL: &str = "1";

pub(super) fn register(all: &mut Resolvers) {
    all.object::<ShownRate>()
        .field("currency", |_| CURRENCY)
        .field("pricePerUnit", |own| own.rate.price.to_string())
        .field("pricePerUnitWithTaxes", |own| own.rate.with_taxes.to_string())
        .field("unitType", |_| UNIT)
        .field("validFrom", |own| midnight(own.rate.valid_from))
        .field("validTo", |own| own.rate.valid_to.map(midnight))
        .field("temporalClass", |own| own.class)
        .field("timeSlots", |own| own.slots.clone())
        .field("providerCalendar", |own| own.calendar.clone())
        .field("priceLevel", |_| PRICE_LEVEL);
    all.object::<TimeSlot>().field("startAt", |slot| slot.start).field("endAt", |slot| slot.end);
    all.object::<EnergySupplyRate>()
        .field("standingRate", |own| own.standing().map(StandingRate))
        .connection("consumptionRates", consumption_rates)
        .connection("rates", rates);
}

async fn consumption_rates(
    own: Arc<EnergySupplyRate>,
    _: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<ConsumptionRate>, Failure> {
    let rates = own.energy(Form::Supply).map(ConsumptionRate).collect();
    Ok(Page::of(rates, &request))
}

async fn rates(
    own: Arc<EnergySupplyRate>,
    _: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<ShownRate>, Failure> {
    let form = match own.market {
        Market::FraElectricity => Form::ElectricitySupply,
        Market::FraGas => Form::Supply,
    };
    let rates = own.standing().into_iter().chain(own.energy(form)).collect();
    Ok(Page::of(rates, &request))
}

impl EnergySupplyRate {
    /// The prices of a product on a day, for somebody with these off-peak hours.
    pub(super) fn new(
        key: i64,
        tariffs: &Tariffs,
        product: &Product,
        off_peak: &OffPeakHours,
        date: NaiveDate,
    ) -> Self {
        Self { key, market: product.market, rates: shown(tariffs, product, off_peak, date) }
    }

    fn standing(&self) -> Option<ShownRate> {
        let standing = |rate: &&ShownRate| rate.rate.what == Priced::Standing;
        self.rates.iter().find(standing).map(|rate| ShownRate { form: Form::Standing, ..rate.clone() })
    }

    fn energy(&self, form: Form) -> impl Iterator<Item = ShownRate> {
        let energy = self.rates.iter().filter(|rate| rate.rate.what != Priced::Standing);
        energy.map(move |rate| ShownRate { form, ..rate.clone() })
    }
}

/// The energy prices of a product on a day.
pub(super) fn of_product(tariffs: &Tariffs, product: &Product, date: NaiveDate) -> Vec<ShownRate> {
    let rates = shown(tariffs, product, &OffPeakHours::default(), date);
    rates.into_iter().filter(|rate| rate.rate.what != Priced::Standing).collect()
}

fn shown(tariffs: &Tariffs, product: &Product, off_peak: &OffPeakHours, date: NaiveDate) -> Vec<ShownRate> {
    let calendar = Calendar::named(&product.calendar, off_peak);
    let form = match product.market {
        Market::FraElectricity => Form::ElectricityProduct,
        Market::FraGas => Form::GasProduct,
    };
    let shown = |(at, rate): (i64, InForce)| {
        let code = match rate.what {
            Priced::Energy(code) => Some(code),
            Priced::Standing => None,
        };
        let classes = calendar.iter().flat_map(Calendar::classes);
        let class = code.and_then(|code| classes.copied().find(|class| class.code == code));
        let slots = code.zip(calendar.as_ref()).map(|(code, calendar)| calendar.slots(code));
        ShownRate {
            form,
            key: product.id * 100 + at,
            rate,
            class,
            slots: slots.unwrap_or_default(),
            calendar: product.calendar.clone(),
        }
    };
    (0..).zip(tariffs.in_force(product, date)).map(shown).collect()
}
