//! Measurements of a place, their filters and statistics.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::measurements::{
    Filter, FineCents, Measurement, Quality, Statistic, StatisticType, Window, kwh,
};
use kemu_domain::properties::Property;
use kemu_domain::supply_points::{Direction, Market};
use kemu_domain::{Page, PageRequest};
use kemu_graphql::Value;

use super::Ctx;
use super::engine::inputs::{Input, InputShape};
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use crate::app::measurements::Measured;
use crate::{app, enums, inputs, objects};

objects! {
    Measured: "IntervalMeasurementType" by |own| own.measurement.start_at.timestamp();
    MetaData: "MeasurementsMetadataOutput" by |own| own.0.measurement.start_at.timestamp();
    Statistic: "StatisticOutput" by |_| 0;
    Extra: "ExtrasOutput" by |_| 0;
    EstimatedMoney: "EstimatedMoneyType" by |_| 0;
    UnitPrice: "PricePerUnit" by |_| 0;
}
objects!(
    AskedFor: ["ElectricityFiltersOutput", "GasFiltersOutput"] is |own| match own.0.filter.market {
        Market::FraElectricity => "ElectricityFiltersOutput",
        Market::FraGas => "GasFiltersOutput",
    },
    by |_| 0
);
enums!(Direction, Quality, StatisticType);

/// What is said about a measurement.
struct MetaData(Measured);
/// The filter that found a measurement.
struct AskedFor(Measured);
/// What it costs, in cents.
struct EstimatedMoney(FineCents);
/// Kraken may say more about a measurement; nobody has seen what.
struct Extra;
/// Kraken may say what a unit costs; nobody has seen how.
struct UnitPrice;

inputs! {
    struct MeasurementsArguments {
        start_at: Option<Bound>,
        end_at: Option<Bound>,
        start_on: Option<NaiveDate>,
        end_on: Option<NaiveDate>,
        timezone: Option<String>,
        utility_filters: Option<Vec<Option<UtilityFilters>>>,
    }
    struct UtilityFilters {
        electricity_filters: Option<ElectricityFilters>,
        gas_filters: Option<GasFilters>,
    }
    struct ElectricityFilters {
        reading_frequency_type: Option<EnumName>,
        market_supply_point_id: Option<String>,
        reading_quality: Option<Quality>,
        reading_direction: Option<Direction>,
        device_id: Option<String>,
        register_id: Option<String>,
    }
    struct GasFilters {
        reading_frequency_type: Option<EnumName>,
        market_supply_point_id: Option<String>,
        device_id: Option<String>,
        register_id: Option<String>,
    }
}

/// A time that may be the contract's default for `startAt`, whose offset has seconds: that of Paris in the year 1.
#[derive(Debug, Clone, Copy)]
struct Bound(DateTime<Utc>);

impl Input for Bound {
    fn shape() -> InputShape {
        DateTime::<Utc>::shape()
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        let text = value.as_str().unwrap_or_default();
        let offset = text.char_indices().rev().nth(8).and_then(|(at, _)| text.get(at..)).unwrap_or_default();
        let has_seconds = offset.starts_with(['+', '-']) && offset.matches(':').count() == 2;
        let text = if has_seconds { text.get(..text.len() - 3).unwrap_or(text) } else { text };
        DateTime::<Utc>::read(&Value::from(text)).map(Self)
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Property>().connection("measurements", of_property);
    all.object::<Measured>()
        .field("value", |own| own.measurement.value())
        .field("startAt", |own| own.measurement.start_at.fixed_offset())
        .field("endAt", |own| own.measurement.end_at.fixed_offset())
        .field("durationInSeconds", |own| own.measurement.duration_in_seconds())
        .field("unit", |_| Measurement::UNIT)
        // Neither of these two was seen: that they are the distributor and the end of the interval are guesses.
        .field("source", |own| match own.filter.market {
            Market::FraElectricity => "ENEDIS",
            Market::FraGas => "GRDF",
        })
        .field("readAt", |own| own.measurement.end_at.fixed_offset())
        .field("metaData", |own| MetaData(own.clone()));
    all.object::<MetaData>()
        .field("utilityFilters", |own| AskedFor(own.0.clone()))
        .field("statistics", |own| own.0.measurement.statistics.clone())
        .field("extras", |_| Vec::<Extra>::new());
    all.object::<Statistic>()
        .field("label", |line| line.label.clone())
        .field("value", |line| line.wh.map(kwh))
        .field("type", |line| line.statistic_type)
        .field("description", |_| None::<String>)
        .field("costInclTax", |line| line.price.as_ref().map(|price| EstimatedMoney(price.incl_tax)))
        .field("costExclTax", |line| line.price.as_ref().map(|price| EstimatedMoney(price.excl_tax)));
    all.object::<EstimatedMoney>()
        .field("estimatedAmount", |money| money.0.to_string())
        .field("costCurrency", |_| "EUR")
        .field("pricePerUnit", |_| None::<UnitPrice>);
    all.object::<AskedFor>()
        .field("readingFrequencyType", |own| {
            EnumName(own.0.filter.frequency.clone().unwrap_or_else(|| "RAW_INTERVAL".to_owned()))
        })
        .field("marketSupplyPointId", |own| own.0.installation.point.external_identifier.as_str().to_owned())
        .field("deviceId", |own| own.0.filter.device.clone())
        .field("registerId", |own| own.0.filter.register.clone())
        .field_on(&["ElectricityFiltersOutput"], "readingDirection", |own| own.0.installation.point.direction)
        .field_on(&["ElectricityFiltersOutput"], "readingQuality", |own| {
            own.0.filter.quality.unwrap_or_default()
        });
}

async fn of_property(
    property: Arc<Property>,
    ctx: Ctx,
    arguments: MeasurementsArguments,
    request: PageRequest,
) -> Result<Page<Measured>, Failure> {
    let zone = arguments.timezone.as_deref().unwrap_or("Europe/Paris");
    let instants = (arguments.start_at.map(|at| at.0), arguments.end_at.map(|at| at.0));
    let window = Window::new(zone, instants, (arguments.start_on, arguments.end_on))?;
    let filters = arguments.utility_filters.unwrap_or_default();
    let filters = filters.into_iter().map(filter).collect::<Result<_, Failure>>()?;
    app::measurements::of_property(&ctx, &property, filters, &window, &request).await
}

/// A member of the list. Errors: 4713 where it is not exactly one filter.
fn filter(item: Option<UtilityFilters>) -> Result<Filter, Failure> {
    let item = item.map(|item| (item.electricity_filters, item.gas_filters));
    match item {
        Some((Some(of), None)) => Ok(Filter {
            market: Market::FraElectricity,
            frequency: of.reading_frequency_type.map(|name| name.0),
            supply_point: of.market_supply_point_id,
            device: of.device_id,
            register: of.register_id,
            direction: of.reading_direction,
            quality: of.reading_quality,
        }),
        Some((None, Some(of))) => Ok(Filter {
            market: Market::FraGas,
            frequency: of.reading_frequency_type.map(|name| name.0),
            supply_point: of.market_supply_point_id,
            device: of.device_id,
            register: of.register_id,
            direction: None,
            quality: None,
        }),
        Some((Some(_), Some(_)) | (None, None)) | None => Err(codes::FILTER_NOT_EXACTLY_ONE.into()),
    }
}
