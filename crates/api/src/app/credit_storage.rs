//! The pot of an account, and using it for an open amount.

use chrono::TimeDelta;
use kemu_domain::accounts::Account;
use kemu_domain::billing::{credit_used, forecast};
use kemu_domain::credit_storage::{Eligibility, RequestStatus, decide, eligibilities, pot};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::{LedgerId, Minor};
use kemu_persistence::ledgers;

use super::accounts;
use super::billing::{Opened, Outlook};
use crate::graphql::RequestContext;

/// How far ahead payments are looked for: two months hold an instalment and a monthly bill. Assumed.
const LOOKS_AHEAD: TimeDelta = TimeDelta::days(62);
/// What the balance to be expected looks ahead. Assumed.
const FORECASTS: TimeDelta = TimeDelta::days(31);

/// What a request to use the pot names.
#[derive(Debug, Clone)]
pub struct Request {
    /// The account's number.
    pub account_number: String,
    /// The number of the pot.
    pub source: String,
    /// The number of the ledger that it is used for.
    pub target: String,
    /// How much.
    pub amount: Minor,
}

/// The pot of an account; `None` where it has none.
pub async fn of_account(ctx: &RequestContext, account: &Account) -> Result<Option<Ledger>, Failure> {
    let found = ledgers::of_account(&ctx.sandbox.store.reader(), account.id).await?;
    Ok(pot(&found).cloned())
}

/// What will be on the pot in a month, after the bills that its credit pays.
pub async fn balance_forecast(ctx: &RequestContext, pot: &Ledger) -> Result<Minor, Failure> {
    let outlook = Outlook::of(&ctx.sandbox, pot.account_id).await?;
    if outlook.plan.credit_uses.iter().all(|used| used.from != pot.id) {
        return Ok(pot.balance);
    }
    let mut ahead = outlook.state.clone();
    outlook.engine(&ctx.sandbox).run(&mut ahead, ctx.now + FORECASTS);
    Ok(ahead.balance(pot.id))
}

/// For which ledgers of its account the pot may be used.
pub async fn eligibilities_of(ctx: &RequestContext, pot: &Ledger) -> Result<Vec<Eligibility>, Failure> {
    let all = ledgers::of_account(&ctx.sandbox.store.reader(), pot.account_id).await?;
    let outlook = Outlook::of(&ctx.sandbox, pot.account_id).await?;
    let engine = outlook.engine(&ctx.sandbox);
    Ok(eligibilities(pot, &all, &forecast(&engine, &outlook.state, ctx.now, ctx.now + LOOKS_AHEAD)))
}

/// Uses the pot for what is open on another ledger: what leaves it is a charge there, what comes is a credit here, as
/// when billing uses credit. Errors: the general refusal for an account that is unknown or somebody else's (the
/// reference lists none), 3837 a ledger that is none of the account's, 3827 a source that is no pot.
pub async fn request(ctx: &RequestContext, asked: &Request) -> Result<RequestStatus, Failure> {
    let account = accounts::find(ctx, &asked.account_number).await.map_err(|failure| match failure {
        Failure::Refused(_) => codes::UNAUTHORIZED.into(),
        fault @ Failure::Internal(_) => fault,
    })?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let all = opened.ledgers();
    let find = |number: &str| all.iter().find(|ledger| ledger.number.as_str() == number);
    let source = find(&asked.source).ok_or(codes::LEDGER_NOT_ON_ACCOUNT)?;
    let target = find(&asked.target).ok_or(codes::LEDGER_NOT_ON_ACCOUNT)?;
    if pot(&all).is_none_or(|pot| pot.id != source.id) {
        return Err(codes::LEDGER_INVALID.into());
    }
    let expected = opened.foresee(&ctx.sandbox, ctx.now, ctx.now + LOOKS_AHEAD);
    let eligible = eligibilities(source, &all, &expected);
    let status = eligible
        .iter()
        .find(|one| one.ledger.id == target.id)
        .map_or(RequestStatus::Rejected, |eligibility| decide(source, eligibility, asked.amount));
    if status == RequestStatus::Accepted {
        let between: (LedgerId, LedgerId) = (source.id, target.id);
        let (out, into) = credit_used(between, asked.amount, ctx.now);
        opened.book(out.ledger, out.draft)?;
        opened.book(into.ledger, into.draft)?;
        opened.commit(&ctx.sandbox).await?;
    }
    Ok(status)
}
