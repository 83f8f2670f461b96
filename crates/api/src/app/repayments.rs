//! Repayments: asking for credit back, and changing one's mind.

use chrono::NaiveDate;
use kemu_domain::Minor;
use kemu_domain::accounts::Account;
use kemu_domain::errors::{Failure, KrakenError, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::repayments::{
    Repayment, RepaymentId, RepaymentMethod, RepaymentStatus, RepaymentWish, payment_date,
};
use kemu_persistence::{repayments, transactions};

use super::billing::Opened;
use super::{accounts, ledgers};
use crate::graphql::RequestContext;

/// What is asked for with `submitRepaymentRequest`.
#[derive(Debug, Clone)]
pub struct NewRepayment {
    /// The account's number.
    pub account_number: String,
    /// The ledger's number.
    pub ledger_number: Option<String>,
    /// How much.
    pub amount: Minor,
    /// How.
    pub method: Option<RepaymentMethod>,
    /// Why.
    pub reason: Option<String>,
    /// To which bank account, as the payment provider calls it.
    pub instruction: Option<String>,
    /// The same key twice is one request.
    pub idempotency_key: String,
}

/// Money that went back to the customer, or is about to.
#[derive(Debug, Clone)]
pub struct Repaid {
    /// Its id: the request's, or that of the booking that nobody asked for.
    pub id: i64,
    /// How much.
    pub amount: Minor,
    /// When it is, was or would have been paid.
    pub date: NaiveDate,
    /// A value of the contract's `AccountRepaymentStatusOptions`.
    pub status: &'static str,
}

/// Asks for credit back. The same key with the same request answers what it answered, as it stands now.
///
/// Errors: 3926 for an account that is unknown or somebody else's, 3823 for a ledger that is none of its, 3821, 3928,
/// 3927.
pub async fn submit(ctx: &RequestContext, asked: &NewRepayment) -> Result<Repayment, Failure> {
    let account = accounts::find_or(ctx, &asked.account_number, codes::REPAYMENT_UNAUTHORIZED).await?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let ledger =
        ledgers::chosen(opened.ledgers(), asked.ledger_number.as_deref(), codes::LEDGER_UNAUTHORIZED)?;
    let wish = RepaymentWish {
        ledger_id: ledger.id,
        amount: asked.amount,
        method: asked.method.unwrap_or_default(),
        reason: asked.reason.clone(),
        instruction: asked.instruction.clone(),
    };
    let connection = &*opened.transaction;
    if let Some(before) = repayments::by_key(connection, account.id, &asked.idempotency_key).await? {
        if before.wish != wish {
            let path = &["input", "idempotencyKey"];
            return Err(KrakenError::at(codes::IDEMPOTENCY_KEY_REUSED, path).into());
        }
        return Ok(before);
    }
    wish.check(ledger.balance, opened.state.to_repay(ledger.id))?;
    let repayment = Repayment {
        id: repayments::next_id(connection).await?,
        account_id: account.id,
        wish,
        idempotency_key: asked.idempotency_key.clone(),
        status: RepaymentStatus::Requested,
        requested_at: ctx.now,
    };
    repayments::insert(connection, &repayment).await?;
    opened.state.note(ctx.now);
    let whose = (repayment.id, repayment.wish.ledger_id);
    let date = payment_date(ctx.now);
    opened.state.schedule_repayment(&opened.plan, whose, repayment.wish.amount, date);
    opened.commit(&ctx.sandbox).await?;
    Ok(repayment)
}

/// Withdraws a request. Errors: 3930 whether it is unknown or somebody else's, 3931 where it waits no more.
pub async fn cancel(ctx: &RequestContext, id: &str) -> Result<Repayment, Failure> {
    let unknown = || KrakenError::at(codes::REPAYMENT_REQUEST_UNKNOWN, &["input", "requestId"]);
    let id = RepaymentId(id.parse().map_err(|_| unknown())?);
    let scope = ctx.viewer()?.scope().ok_or_else(unknown)?;
    let found = repayments::visible_to(scope).by_id(&ctx.sandbox.store.reader(), id).await?;
    let found = found.ok_or_else(unknown)?;
    let mut opened = Opened::begin(&ctx.sandbox, found.account_id, ctx.now).await?;
    if !opened.state.cancel_repayment(id) {
        return Err(KrakenError::at(codes::REPAYMENT_NOT_CANCELLABLE, &["input", "requestId"]).into());
    }
    repayments::settle(&*opened.transaction, id, RepaymentStatus::Cancelled).await?;
    opened.state.note(ctx.now);
    opened.commit(&ctx.sandbox).await?;
    Ok(Repayment { status: RepaymentStatus::Cancelled, ..found })
}

/// The requests for a ledger's credit, newest first.
pub async fn requests_of(ctx: &RequestContext, ledger: &Ledger) -> Result<Vec<Repayment>, Failure> {
    let mut found = repayments::of_account(&ctx.sandbox.store.reader(), ledger.account_id).await?;
    found.retain(|repayment| repayment.wish.ledger_id == ledger.id);
    Ok(found)
}

/// What went back to the customer or is about to, newest first: the requests that were not withdrawn, and each refund
/// in the books that none of them made.
pub async fn of_account(ctx: &RequestContext, account: &Account) -> Result<Vec<Repaid>, Failure> {
    let connection = &ctx.sandbox.store.reader();
    let requests = repayments::of_account(connection, account.id).await?;
    let mut found: Vec<Repaid> = requests
        .iter()
        .filter_map(|request| {
            let (amount, date) = (request.wish.amount, request.payment_date());
            request.status.of_repayment().map(|status| Repaid { id: request.id.0, amount, date, status })
        })
        .collect();
    for refund in transactions::unasked_refunds_of(connection, account.id).await? {
        let (amount, date) = (refund.entry.amounts.gross, refund.entry.posted_date);
        found.push(Repaid { id: refund.id.get(), amount, date, status: "PAID" });
    }
    found.sort_by_key(|repaid| std::cmp::Reverse((repaid.date, repaid.id)));
    Ok(found)
}
