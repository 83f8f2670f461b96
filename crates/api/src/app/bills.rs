//! Bills, issued and to come.

use kemu_domain::accounts::Account;
use kemu_domain::billing::BillingRhythm;
use kemu_domain::bills::{Bill, BillFilter, BillKind, BillOrder, BillStatus};
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::Ledger;
use kemu_domain::transactions::Transaction;
use kemu_domain::{AccountId, BillId};
use kemu_persistence::{bills, transactions};

use super::billing::Outlook;
use super::ledgers;
use crate::graphql::RequestContext;

/// Which bills of an account are wanted.
#[derive(Debug, Clone, Default)]
pub struct Choice {
    /// One ledger's.
    pub ledger_number: Option<String>,
    /// What else narrows the list.
    pub filter: BillFilter,
    /// Open statements as well.
    pub include_open: bool,
    /// Neither invoices nor credit notes.
    pub excludes_invoices: bool,
    /// Only what was sent to the present e-mail address.
    pub only_current_email: bool,
    /// In which order.
    pub order: BillOrder,
}

/// How a bill is named.
#[derive(Debug, Clone)]
pub enum Named {
    /// By its id.
    Id(BillId),
    /// By the number on the paper.
    Identifier(String),
}

/// An account's bills. Errors: 3837 a ledger that is none of the account's.
///
/// Each issued bill has a PDF, none is held back, none comes from an earlier platform, so that the contract's arguments
/// about those change nothing. Nobody keeps to which address a bill went: all of them are taken to have gone to the
/// present one, and none where there is none (a guess).
pub async fn of_account(
    ctx: &RequestContext,
    account: &Account,
    choice: &Choice,
) -> Result<Vec<Bill>, Failure> {
    let mut filter = choice.filter;
    if let Some(number) = &choice.ledger_number {
        filter.ledger = Some(ledgers::one_of_account(ctx, account, number).await?.id);
    }
    if choice.only_current_email && account.billing.email.is_none() {
        return Ok(Vec::new());
    }
    let mut found = bills::of_account(&ctx.sandbox.store.reader(), account.id).await?;
    if choice.include_open {
        found.extend(open_of_account(ctx, account.id).await?);
    }
    let wanted = |bill: &Bill| !choice.excludes_invoices || bill.kind == BillKind::Statement;
    found.retain(|bill| filter.matches(bill) && wanted(bill));
    choice.order.sort(&mut found);
    Ok(found)
}

/// One bill of an account, open ones included; `None` where there is no such one. Errors: 3837 a ledger that is none of
/// the account's.
pub async fn one_of_account(
    ctx: &RequestContext,
    account: &Account,
    named: &Named,
    ledger_number: Option<String>,
) -> Result<Option<Bill>, Failure> {
    let is_it = |bill: &Bill| match named {
        Named::Id(id) => bill.id == *id,
        Named::Identifier(identifier) => bill.identifier == *identifier,
    };
    let issued = Choice { ledger_number, ..Choice::default() };
    let with_open = Choice { include_open: true, ..issued.clone() };
    // Looking at open statements means reckoning them.
    for choice in [issued, with_open] {
        let found = of_account(ctx, account, &choice).await?.into_iter().find(is_it);
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The issued bills of a ledger that was found for the viewer, latest first.
pub async fn of_ledger(ctx: &RequestContext, ledger: &Ledger) -> Result<Vec<Bill>, Failure> {
    let mut found = bills::of_account(&ctx.sandbox.store.reader(), ledger.account_id).await?;
    found.retain(|bill| bill.ledger_id == ledger.id);
    BillOrder::IssuedDateDesc.sort(&mut found);
    Ok(found)
}

/// What stands on a bill, oldest first; on an open statement, what is booked on its ledger and on no bill yet.
pub async fn entries(ctx: &RequestContext, bill: &Bill) -> Result<Vec<Transaction>, Failure> {
    let id = (bill.status == BillStatus::Closed).then_some(bill.id);
    Ok(transactions::on_bill(&ctx.sandbox.store.reader(), bill.ledger_id, id).await?)
}

/// When an account is billed; `None` where nothing is supplied to it.
pub async fn rhythm(ctx: &RequestContext, account: &Account) -> Result<Option<BillingRhythm>, Failure> {
    let outlook = Outlook::of(&ctx.sandbox, account.id).await?;
    Ok(outlook.engine(&ctx.sandbox).rhythm(&outlook.state, ctx.now))
}

/// The statements of an account that are not closed yet: what it used up to now.
pub async fn open_of_account(ctx: &RequestContext, account: AccountId) -> Result<Vec<Bill>, Failure> {
    let outlook = Outlook::of(&ctx.sandbox, account).await?;
    Ok(outlook.engine(&ctx.sandbox).open_bills(&outlook.state, ctx.now))
}
