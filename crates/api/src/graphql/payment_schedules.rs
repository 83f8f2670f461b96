//! Payment schedules of an account, new ones, and the payments to be expected.

use std::sync::Arc;

use chrono::NaiveDate;
use kemu_domain::accounts::Account;
use kemu_domain::billing::Forecast;
use kemu_domain::dates::paris_date;
use kemu_domain::errors::Failure;
use kemu_domain::payment_schedules::{PaymentSchedule, ScheduleTrigger, ScheduleWish};
use kemu_domain::{Minor, Page, PageRequest};

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use crate::{app, inputs, objects};

objects! {
    PaymentSchedule: "PaymentScheduleType" by |schedule| schedule.id.0;
    DayDetails: "PaymentSchedulePaymentDayDetailsType" by |own| i64::from(own.0);
    Delay: "PaymentScheduleDelayConfigurationType" by |_| 0;
    Supplementary: "SupplementaryLedgerType" by |_| 0;
    Expected: "PaymentForecastType" by |own| i64::from(own.0.number);
    Created: "CreateAccountPaymentSchedule" by |own| own.0.id.0;
}

/// On which day of the month a schedule takes its amount.
struct DayDetails(u32);

/// What puts a schedule's payments off: nothing does.
enum Delay {}

/// A ledger beside those for supply: there is none.
pub(super) enum Supplementary {}

/// A payment to be expected.
struct Expected(Forecast);

/// The payload of `createAccountPaymentSchedule`.
struct Created(PaymentSchedule);

/// Why there is a schedule: to pay the account, for all that are here. A debt is paid by plans.
const REASON: &str = "GENERAL_ACCOUNT_PAYMENT";

inputs! {
    struct SchedulesArguments {
        active_on_date: Option<NaiveDate>,
        active: Option<bool>,
        include_dormant: Option<bool>,
        ledger_number: Option<String>,
        reason: Option<EnumName>,
    }
    struct ForecastArguments {
        date_to: NaiveDate,
        ledger_number: Option<String>,
    }
    struct CreateArguments {
        input: CreateInput,
    }
    struct CreateInput {
        account_number: String,
        ledger_number: String,
        amount_strategy: Option<EnumName>,
        payment_amount: Option<i64>,
        payment_day: Option<i64>,
        trigger: Option<EnumName>,
    }
    struct PagedForecastArguments {
        date_to: Option<NaiveDate>,
        ledger_number: Option<String>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Account>()
        .connection("paymentSchedules", schedules)
        .field_async("paymentForecast", forecast)
        .connection("paginatedPaymentForecast", paged_forecast);
    all.mutation("createAccountPaymentSchedule", create);
    all.object::<Created>().field("schedule", |own| own.0.clone());
    all.object::<PaymentSchedule>()
        .field("id", |schedule| schedule.id.0.to_string())
        .field_async("ledgerNumber", ledger_number)
        .field("trigger", |schedule| EnumName(schedule.trigger.to_string()))
        .field("paymentAmount", |schedule| schedule.amount)
        .field("isVariablePaymentAmount", |schedule| schedule.trigger == ScheduleTrigger::Bill)
        .field("paymentDay", |schedule| schedule.day.map(i64::from))
        .field("paymentDayDetails", |schedule| schedule.day.map(DayDetails))
        // Null where bills say when: assumed.
        .field("paymentFrequency", |schedule| schedule.day.map(|_| EnumName("Monthly".into())))
        .field("paymentFrequencyMultiplier", |_| 1)
        .field("validFrom", |schedule| schedule.valid_from)
        .field("validTo", |schedule| schedule.valid_to)
        .field("reason", |_| EnumName(REASON.into()))
        .field("isPaymentHoliday", |_| false)
        .field("paymentHolidayReason", |_| "")
        .field("isExemptFromPaymentAdequacy", |schedule| schedule.trigger == ScheduleTrigger::Bill)
        .field("paymentAdequacyAdjustment", |_| None::<Minor>)
        .field("paymentAdequacyAdjustmentExpiryDate", |_| None::<NaiveDate>)
        .field("totalDebtAmount", |_| None::<Minor>)
        .field("delayConfiguration", |_| None::<Delay>)
        .field("supplementaryLedger", |_| None::<Supplementary>);
    all.object::<DayDetails>()
        .field("description", |own| format!("Le {} du mois", own.0))
        .field("direction", |_| EnumName("OF_MONTH".into()));
    all.object::<Expected>()
        .field("amount", |own| own.0.amount)
        .field("date", |own| own.0.date)
        .field("paymentNumber", |own| i64::from(own.0.number))
        // The contract's name for a bank transfer.
        .field("method", |own| {
            EnumName(if own.0.is_direct_debit { "DIRECT_DEBIT" } else { "BACS_TRANSFER" }.into())
        });
}

/// A schedule that is over is dormant (a guess). `ledgerType` is a number in the contract whose meaning nobody knows, and
/// narrows nothing.
async fn schedules(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: SchedulesArguments,
    request: PageRequest,
) -> Result<Page<PaymentSchedule>, Failure> {
    let mut found =
        app::payment_schedules::of_account(&ctx, &account, arguments.ledger_number.as_deref()).await?;
    let today = paris_date(ctx.now);
    found.retain(|schedule| {
        let is_over = schedule.valid_to.is_some_and(|end| end <= today);
        arguments.active_on_date.is_none_or(|date| schedule.is_active_on(date))
            && arguments.active.is_none_or(|active| schedule.is_active_on(today) == active)
            && (arguments.include_dormant != Some(false) || !is_over)
            && arguments.reason.as_ref().is_none_or(|EnumName(reason)| reason == REASON)
    });
    Ok(Page::of(found, &request))
}

async fn create(ctx: Ctx, arguments: CreateArguments) -> Result<Option<Created>, Failure> {
    let CreateInput { account_number, ledger_number, amount_strategy, payment_amount, payment_day, trigger } =
        arguments.input;
    let wish = ScheduleWish {
        trigger: trigger.as_ref().map(|trigger| trigger.0.as_str()),
        strategy: amount_strategy.as_ref().map(|strategy| strategy.0.as_str()),
        amount_cents: payment_amount,
        day: payment_day,
    };
    let created = app::payment_schedules::create(&ctx, (&account_number, &ledger_number), wish).await?;
    Ok(Some(Created(created)))
}

async fn ledger_number(schedule: Arc<PaymentSchedule>, ctx: Ctx, (): ()) -> Result<Option<String>, Failure> {
    let ledger = app::payment_schedules::ledger_of(&ctx, &schedule).await?;
    Ok(ledger.map(|ledger| ledger.number.to_string()))
}

async fn forecast(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: ForecastArguments,
) -> Result<Vec<Expected>, Failure> {
    let ForecastArguments { date_to, ledger_number } = arguments;
    let found =
        app::payment_schedules::forecast(&ctx, &account, Some(date_to), ledger_number.as_deref()).await?;
    Ok(found.into_iter().map(Expected).collect())
}

async fn paged_forecast(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: PagedForecastArguments,
    request: PageRequest,
) -> Result<Page<Expected>, Failure> {
    let PagedForecastArguments { date_to, ledger_number } = arguments;
    let found = app::payment_schedules::forecast(&ctx, &account, date_to, ledger_number.as_deref()).await?;
    Ok(Page::of(found, &request).map(Expected))
}
