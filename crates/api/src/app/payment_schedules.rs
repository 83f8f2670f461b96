//! Payment schedules, and the payments to be expected.

use chrono::{Days, Months, NaiveDate, NaiveTime, TimeDelta};
use kemu_domain::accounts::Account;
use kemu_domain::billing::Forecast;
use kemu_domain::dates::{paris_date, paris_instant};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::payment_schedules::PaymentSchedule;
use kemu_persistence::payment_schedules;

use super::billing::foresee;
use super::ledgers;
use crate::graphql::RequestContext;

/// How far a forecast goes of which nobody says how far: assumed.
const MONTHS_AHEAD: u32 = 12;
/// How far it goes at most: each month ahead has to be billed. Ours.
const MOST_MONTHS_AHEAD: u32 = 60;

/// The account's schedules, latest first, or one ledger's. Errors: 3837 a ledger that is none of the account's.
pub async fn of_account(
    ctx: &RequestContext,
    account: &Account,
    ledger_number: Option<&str>,
) -> Result<Vec<PaymentSchedule>, Failure> {
    let mut found = payment_schedules::of_account(&ctx.sandbox.store.reader(), account.id).await?;
    if let Some(number) = ledger_number {
        let ledger = ledgers::one_of_account(ctx, account, number).await?.id;
        found.retain(|schedule| schedule.ledger_id == ledger);
    }
    found.reverse();
    Ok(found)
}

/// The payments to be expected up to a day (included), by date. Errors: 3837 a ledger that is none of the account's,
/// 3949 where no payment is to be expected.
pub async fn forecast(
    ctx: &RequestContext,
    account: &Account,
    to: Option<NaiveDate>,
    ledger_number: Option<&str>,
) -> Result<Vec<Forecast>, Failure> {
    let ledger = match ledger_number {
        Some(number) => Some(ledgers::one_of_account(ctx, account, number).await?.id),
        None => None,
    };
    let today = paris_date(ctx.now);
    let ahead = |months| today.checked_add_months(Months::new(months)).unwrap_or(today);
    let last = to.unwrap_or_else(|| ahead(MONTHS_AHEAD)).min(ahead(MOST_MONTHS_AHEAD));
    let next = last.checked_add_days(Days::new(1)).unwrap_or(last);
    let until = paris_instant(next, NaiveTime::MIN) - TimeDelta::microseconds(1);
    let mut found = foresee(&ctx.sandbox, account.id, ctx.now, until).await?;
    found.retain(|payment| ledger.is_none_or(|ledger| payment.ledger == ledger));
    if found.is_empty() { Err(codes::PAYMENT_FORECAST_UNAVAILABLE.into()) } else { Ok(found) }
}
