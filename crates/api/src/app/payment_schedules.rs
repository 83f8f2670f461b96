//! Payment schedules, and the payments to be expected.

use chrono::{Days, Months, NaiveDate, NaiveTime, TimeDelta};
use kemu_domain::accounts::Account;
use kemu_domain::billing::Forecast;
use kemu_domain::dates::{paris_date, paris_instant};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::payment_schedules::{PaymentSchedule, ScheduleError, ScheduleWish};
use kemu_persistence::{billing, direct_debits, payment_schedules};

use super::billing::{Opened, foresee};
use super::{accounts, ledgers};
use crate::graphql::RequestContext;

/// How far a forecast goes of which nobody says how far: assumed.
const MONTHS_AHEAD: u32 = 12;
/// How far it goes at most: each month ahead has to be billed. Ours.
const MOST_MONTHS_AHEAD: u32 = 60;

/// The ledger that a schedule pays.
pub async fn ledger_of(ctx: &RequestContext, schedule: &PaymentSchedule) -> Result<Option<Ledger>, Failure> {
    let all = kemu_persistence::ledgers::of_account(&ctx.sandbox.store.reader(), schedule.account_id).await?;
    Ok(all.into_iter().find(|ledger| ledger.id == schedule.ledger_id))
}

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

/// Puts a new schedule in the place of a ledger's old one, from today on. Without a mandate nothing is taken until there
/// is one. Errors: 3923 for an account that is unknown or somebody else's, 3822 for a ledger that is none of its, 3947
/// for one that takes no payments, and those of [`ScheduleWish::schedule`].
pub async fn create(
    ctx: &RequestContext,
    (account, ledger): (&str, &str),
    wish: ScheduleWish<'_>,
) -> Result<PaymentSchedule, Failure> {
    let account = accounts::find_or(ctx, account, codes::SCHEDULE_UNAUTHORIZED).await?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let ledger = ledgers::named(opened.ledgers(), ledger, codes::MONEY_UNAUTHORIZED)?;
    if !ledger.accepts_payments {
        return Err(codes::SCHEDULE_NOT_CREATED.into());
    }
    let today = paris_date(ctx.now);
    let of_ledger = opened.schedules.iter().filter(|schedule| schedule.ledger_id == ledger.id);
    let open: Vec<PaymentSchedule> =
        of_ledger.filter(|schedule| schedule.valid_to.is_none_or(|end| today < end)).cloned().collect();
    let active = open.iter().rfind(|schedule| schedule.is_active_on(today));
    let connection = &*opened.transaction;
    let id = payment_schedules::next_id(connection).await?;
    let new = wish.schedule(id, (account.id, ledger.id), active, today).map_err(ScheduleError::code)?;
    for old in open {
        payment_schedules::save(connection, &PaymentSchedule { valid_to: Some(today), ..old }).await?;
    }
    payment_schedules::save(connection, &new).await?;
    let mut habits =
        billing::habits(connection, account.id).await?.get(&ledger.id).cloned().unwrap_or_default();
    let mandates = direct_debits::of_account(connection, account.id).await?;
    if mandates.iter().any(|mandate| mandate.serves(ledger.id) && mandate.is_usable_at(ctx.now)) {
        habits = habits.with_mandate(false, false);
    }
    billing::save_habits(connection, account.id, ledger.id, &habits.with_schedule(new.trigger)).await?;
    opened.state.note(ctx.now);
    opened.commit(&ctx.sandbox).await?;
    Ok(new)
}
