//! Meter points: what the distributor knows of a supply point, and its off-peak hours.

use std::sync::Arc;

use kemu_domain::addresses::Show;
use kemu_domain::calendars::Calendar;
use kemu_domain::errors::Failure;
use kemu_domain::metering::Installation;
use kemu_domain::meters::{ElectricityMeterPoint, GasMeterPoint, MeterPoint, OffPeakValue, Season};

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::{app, objects};

objects!(
    PointOfMeter: ["ElectricityMeterPoint", "GasMeterPoint"] is |own| match own.known {
        MeterPoint::Electricity(_) => "ElectricityMeterPoint",
        MeterPoint::Gas(_) => "GasMeterPoint",
    },
    by |own| own.installation.point.id.get()
);
objects! {
    MeterPointAddress: "MeterPointAddressType" by |_| 0;
    OffPeakValue: "OffPeakValueType" by |_| 0;
    Season: "SeasonType" by |_| 0;
}

/// What is known of a supply point's meter.
#[derive(Clone)]
pub(super) struct PointOfMeter {
    installation: Installation,
    known: MeterPoint,
}

/// Where a meter is.
struct MeterPointAddress(String);

impl PointOfMeter {
    /// What is known of it; may be nothing.
    pub(super) fn of(installation: &Installation) -> Option<Self> {
        let known = installation.meter_point.clone()?;
        Some(Self { installation: installation.clone(), known })
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<PointOfMeter>()
        // A number of its own was not seen: it is the PRM or PCE (a guess).
        .field("id", |own| own.installation.point.external_identifier.as_str().to_owned())
        .field("propertyId", |own| own.installation.point.property_id.to_string())
        .field_async("address", address)
        .field("isSmartMeter", |own| match &own.known {
            MeterPoint::Electricity(point) => point.is_smart_meter,
            MeterPoint::Gas(point) => point.is_smart_meter,
        })
        .field("poweredStatus", |own| match &own.known {
            MeterPoint::Electricity(point) => point.powered_status.to_string(),
            MeterPoint::Gas(point) => point.powered_status.to_string(),
        });
    electricity(all);
    gas(all);
    all.object::<MeterPointAddress>().field("fullAddress", |address| address.0.clone());
    all.object::<OffPeakValue>()
        .field("label", |value| value.label.clone())
        .field("seasonCode", |value| value.season_code.clone())
        .field("season", |value| value.season.clone());
    all.object::<Season>()
        .field("code", |season| season.code.clone())
        .field("name", |season| season.name.clone())
        .field("startDay", |season| i64::from(season.start_day))
        .field("startMonth", |season| i64::from(season.start_month))
        .field("endDay", |season| i64::from(season.end_day))
        .field("endMonth", |season| i64::from(season.end_month));
}

fn electricity(all: &mut Resolvers) {
    const ON: &[&str] = &["ElectricityMeterPoint"];
    fn of<V>(part: fn(&ElectricityMeterPoint) -> V) -> impl Fn(&PointOfMeter) -> Option<V> {
        move |own| match &own.known {
            MeterPoint::Electricity(point) => Some(part(point)),
            MeterPoint::Gas(_) => None,
        }
    }
    all.object::<PointOfMeter>()
        .field_on(ON, "meterKind", of(|point| point.meter_kind.to_string()))
        .field_on(ON, "isTeleoperable", of(|point| point.is_teleoperable))
        .field_on(ON, "isThreePhase", of(|point| point.is_three_phase))
        .field_on(ON, "offPeakLabel", |own| match &own.known {
            MeterPoint::Electricity(point) => point.off_peak_label(),
            MeterPoint::Gas(_) => None,
        })
        .field_on(ON, "offPeakValues", of(ElectricityMeterPoint::off_peak_values))
        .field_on(ON, "distributorStatus", of(|point| point.distributor_status.to_string()))
        .field_on(ON, "subscribedMaxPower", of(|point| point.subscribed_max_power_kva.to_string()))
        .field_on(ON, "circuitBreakerIntensity", of(|point| i64::from(point.circuit_breaker_intensity())))
        .field_async("providerCalendar", calendar);
}

fn gas(all: &mut Resolvers) {
    const ON: &[&str] = &["GasMeterPoint"];
    fn of<V>(part: fn(&GasMeterPoint) -> Option<V>) -> impl Fn(&PointOfMeter) -> Option<V> {
        move |own| match &own.known {
            MeterPoint::Gas(point) => part(point),
            MeterPoint::Electricity(_) => None,
        }
    }
    all.object::<PointOfMeter>()
        .field_on(ON, "gasNature", of(|point| Some(point.gas_nature.clone())))
        .field_on(ON, "serial", of(|point| point.serial.clone()))
        .field_on(ON, "cutDate", of(|point| point.cut_date))
        .field_on(ON, "annualConsumption", of(|point| point.annual_consumption_kwh.map(i64::from)))
        .field_on(ON, "contractualStatus", of(|point| Some(point.contractual_status.clone())))
        .field_on(ON, "priceLevel", of(|point| point.price_level.clone()))
        .field_on(ON, "tariffOption", of(|point| Some(point.tariff_option())));
}

async fn address(own: Arc<PointOfMeter>, ctx: Ctx, (): ()) -> Result<Option<MeterPointAddress>, Failure> {
    let place = app::supply_points::place(&ctx, &own.installation).await?;
    Ok(place.map(|place| MeterPointAddress(place.address.one_line(Show::PLACE))))
}

async fn calendar(own: Arc<PointOfMeter>, ctx: Ctx, (): ()) -> Result<Option<Calendar>, Failure> {
    app::supply_points::calendar(&ctx, &own.installation).await
}
