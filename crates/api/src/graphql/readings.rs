//! Readings of both markets.

use chrono::NaiveDate;
use kemu_domain::calendars::CalendarType;
use kemu_domain::dates::{paris_instant, paris_local};
use kemu_domain::errors::Failure;
use kemu_domain::measurements::kwh;
use kemu_domain::readings::{
    ElectricityReading, ElectricityReadingFilter, GasReading, GasReadingFilter, ReadingQualification,
    ReadingStatus,
};
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::calendars::ClassOf;
use super::engine::resolvers::Resolvers;
use crate::{app, enums, inputs, objects};

objects! {
    ElectricityReading: "ElectricityReadingType" by |_| 0;
    GasReading: "GasReadingType" by |_| 0;
}
enums!(ReadingStatus, ReadingQualification);

inputs! {
    struct ElectricityArguments {
        account_number: String,
        prm_id: String,
        calendar_type: Option<CalendarType>,
        status_processed: Option<ReadingStatus>,
        period_start_at: Option<NaiveDate>,
        period_end_at: Option<NaiveDate>,
    }
    struct GasArguments {
        account_number: String,
        pce_ref: String,
        period_start_at: Option<NaiveDate>,
        period_end_at: Option<NaiveDate>,
        energy_qualification: Option<ReadingQualification>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query_connection("electricityReading", electricity);
    all.query_connection("gasReading", gas);
    // Energy and indexes are kWh. Times carry the offset of the clock in France, as those of measurements do (a guess
    // here), so that their first ten letters are the day.
    all.object::<ElectricityReading>()
        .field("consumption", |reading| kwh(reading.consumption_wh))
        .field("readingDate", ElectricityReading::reading_date)
        .field("periodStartAt", |reading| reading.period_start_at.map(paris_local))
        .field("periodEndAt", |reading| paris_local(reading.period_end_at))
        .field("indexStartValue", |reading| kwh(reading.index_start_wh))
        .field("indexEndValue", |reading| kwh(reading.index_end_wh))
        .field("statusProcessed", |reading| reading.status_processed)
        .field("calendarType", |reading| reading.calendar_type)
        .field("calendarTempClass", |reading| reading.temporal_class.code.to_string())
        .field("consumptionReliability", |reading| reading.consumption_reliability.to_string())
        .field("indexReliability", |reading| reading.index_reliability.to_string())
        .field("temporalClass", |reading| ClassOf::new(reading.calendar_type, reading.temporal_class));
    // Energy is kWh, indexes are cubic metres.
    let midnight = |date| paris_local(paris_instant(date, chrono::NaiveTime::MIN));
    all.object::<GasReading>()
        .field("consumption", |reading| kwh(reading.consumption_wh))
        .field("readingDate", |reading| reading.period_end)
        .field("periodStartAt", move |reading| midnight(reading.period_start))
        .field("periodEndAt", move |reading| midnight(reading.period_end))
        .field("indexStartValue", |reading| cubic_metres(reading.index_start_litres))
        .field("indexEndValue", |reading| cubic_metres(reading.index_end_litres))
        .field("statusProcessed", |reading| reading.status_processed)
        .field("readingType", |_| GasReading::READING_TYPE)
        .field("energyQualification", |reading| reading.energy_qualification);
}

/// Litres as cubic metres with three decimals: the same form as Wh as kWh.
fn cubic_metres(litres: i64) -> String {
    kwh(litres)
}

async fn electricity(
    ctx: Ctx,
    arguments: ElectricityArguments,
    request: PageRequest,
) -> Result<Page<ElectricityReading>, Failure> {
    let filter = ElectricityReadingFilter {
        calendar_type: arguments.calendar_type,
        status_processed: arguments.status_processed,
        from: arguments.period_start_at,
        to: arguments.period_end_at,
    };
    app::readings::electricity(&ctx, &arguments.account_number, &arguments.prm_id, &filter, &request).await
}

async fn gas(ctx: Ctx, arguments: GasArguments, request: PageRequest) -> Result<Page<GasReading>, Failure> {
    let filter = GasReadingFilter {
        from: arguments.period_start_at,
        to: arguments.period_end_at,
        energy_qualification: arguments.energy_qualification,
    };
    app::readings::gas(&ctx, &arguments.account_number, &arguments.pce_ref, &filter, &request).await
}
