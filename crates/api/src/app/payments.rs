//! Payments that customers ask for, change and take back.

use chrono::NaiveDate;
use kemu_domain::billing::PaymentChangeError;
use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::payments::{CollectionWish, Payment, PaymentStatus, uncollectable};
use kemu_domain::{AccountId, Minor, Page, PageRequest, PaymentId};
use kemu_persistence::payments::Filter;
use kemu_persistence::{direct_debits, payments};

use super::billing::Opened;
use super::{accounts, ledgers};
use crate::graphql::RequestContext;

/// A page of the payments of an account that the viewer sees, newest first.
pub async fn page(
    ctx: &RequestContext,
    account: AccountId,
    filter: &Filter,
    request: &PageRequest,
) -> Result<Page<Payment>, Failure> {
    Ok(payments::page(&ctx.sandbox.store.reader(), account, filter, request).await?)
}

/// What is asked for with `collectPayment`.
#[derive(Debug, Clone)]
pub struct Collection {
    /// The account's number.
    pub account_number: String,
    /// The ledger's number.
    pub ledger_number: Option<String>,
    /// How much.
    pub amount: Minor,
    /// On which day.
    pub date: NaiveDate,
    /// What for.
    pub description: String,
    /// How: a value of the contract's `PaymentType`.
    pub method: Option<String>,
    /// The same key twice is one payment.
    pub idempotency_key: String,
}

/// Plans a direct debit; it is taken in the morning of its day, or at once if that is past.
///
/// Errors: the general refusal for an account that is unknown or somebody else's, or a ledger that is none of its (the
/// reference lists none); 3821; 3932 for a day that is past, and (a guess) for all else that cannot be collected.
pub async fn collect(ctx: &RequestContext, asked: &Collection) -> Result<Payment, Failure> {
    let account = accounts::find_or(ctx, &asked.account_number, codes::UNAUTHORIZED).await?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let ledger = ledgers::chosen(opened.ledgers(), asked.ledger_number.as_deref(), codes::UNAUTHORIZED)?;
    let wish = CollectionWish {
        ledger: ledger.id.get(),
        cents: asked.amount.cents(),
        date: asked.date,
        description: asked.description.clone(),
    };
    let connection = &*opened.transaction;
    let key = &asked.idempotency_key;
    if let Some((before, id)) = payments::collected_with(connection, account.id, key).await? {
        if before != wish {
            let words = "The idempotency key was used for a different payment.";
            return Err(uncollectable(words, "idempotencyKey").into());
        }
        let payment = payments::one_of_account(connection, account.id, id).await?;
        return payment.ok_or_else(|| Failure::internal("a collected payment is gone"));
    }
    wish.check(paris_date(ctx.now))?;
    if !ledger.accepts_payments {
        return Err(uncollectable("The ledger takes no payments.", "ledgerNumber").into());
    }
    let mandates = direct_debits::of_account(connection, account.id).await?;
    let has_mandate =
        mandates.iter().any(|mandate| mandate.serves(ledger.id) && mandate.is_usable_at(ctx.now));
    if !has_mandate || asked.method.as_ref().is_some_and(|method| method != "DIRECT_DEBIT") {
        let words = "There is no active instruction with which the payment could be taken.";
        return Err(uncollectable(words, "collectionMethod").into());
    }
    let payment = wish.payment(payments::next_id(connection).await?, account.id);
    payments::remember_collection(connection, account.id, key, (&wish, payment.id)).await?;
    opened.state.note(ctx.now);
    let whose = (payment.id, payment.ledger_id);
    opened.state.schedule_payment(&opened.plan, whose, payment.amount, payment.payment_date);
    opened.posting.pay(payment.clone());
    opened.commit(&ctx.sandbox).await?;
    Ok(payment)
}

/// Changes amount and day of a payment that is on its way.
///
/// Errors: 4123 for an account that is unknown or somebody else's, 3924 for a payment that is none of its, 3970 for one
/// that is not on its way, and (a guess) for a day that is past or an amount that is not positive.
pub async fn amend(
    ctx: &RequestContext,
    (account, id): (&str, PaymentId),
    amount: Minor,
    date: NaiveDate,
) -> Result<Payment, Failure> {
    let account = accounts::find_or(ctx, account, codes::ACCOUNT_ACTION_UNAUTHORIZED).await?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let payment = payments::one_of_account(&*opened.transaction, account.id, id).await?;
    let payment = payment.ok_or(codes::PAYMENT_UNAUTHORIZED)?;
    if amount <= Minor::ZERO || date < paris_date(ctx.now) {
        return Err(codes::PAYMENT_NOT_AMENDABLE.into());
    }
    let amended = opened.state.amend_payment(&opened.plan, id, Some(amount), Some(date));
    amended.map_err(|_| codes::PAYMENT_NOT_AMENDABLE)?;
    let payment = Payment { amount, payment_date: date, ..payment };
    change(ctx, opened, payment).await
}

/// Takes back a payment that is on its way: it is `DELETED` then.
///
/// Errors: 3924 for an account that is unknown or somebody else's, or a payment that is none of its; 3955 for one that
/// is not on its way.
pub async fn cancel(ctx: &RequestContext, account: &str, id: &str) -> Result<Payment, Failure> {
    let account = accounts::find_or(ctx, account, codes::PAYMENT_UNAUTHORIZED).await?;
    let id: PaymentId = id.parse().map_err(|_| codes::PAYMENT_UNAUTHORIZED)?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let payment = payments::one_of_account(&*opened.transaction, account.id, id).await?;
    let payment = payment.ok_or(codes::PAYMENT_UNAUTHORIZED)?;
    opened.state.cancel_payment(id).map_err(PaymentChangeError::code)?;
    change(ctx, opened, Payment { status: PaymentStatus::Deleted, ..payment }).await
}

async fn change(ctx: &RequestContext, mut opened: Opened, payment: Payment) -> Result<Payment, Failure> {
    payments::change(&*opened.transaction, &payment).await?;
    opened.state.note(ctx.now);
    opened.commit(&ctx.sandbox).await?;
    Ok(payment)
}
