//! Stored ways to pay, and which of them a ledger uses.

use chrono::{DateTime, Utc};
use kemu_domain::billing::Way;
use kemu_domain::direct_debits::DirectDebitInstruction;
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::Ledger;
use kemu_domain::{AccountId, LedgerId};
use kemu_persistence::{billing, direct_debits};

use crate::graphql::RequestContext;

/// How a ledger is paid.
#[derive(Debug, Clone)]
pub enum Preference {
    /// By direct debit, with this mandate.
    Instruction(DirectDebitInstruction),
    /// As the customer sees fit.
    ByHand,
}

/// The mandates of an account with which money may be taken at an instant, latest first; with a ledger, those for it.
pub async fn usable(
    ctx: &RequestContext,
    account: AccountId,
    ledger: Option<LedgerId>,
    at: DateTime<Utc>,
) -> Result<Vec<DirectDebitInstruction>, Failure> {
    let mut found = direct_debits::of_account(&ctx.sandbox.store.reader(), account).await?;
    found.retain(|mandate| {
        let is_for_it = match (mandate.ledger_id, ledger) {
            (Some(of), Some(ledger)) => of == ledger,
            _ => true,
        };
        is_for_it && mandate.is_usable_at(at)
    });
    found.reverse();
    Ok(found)
}

/// How a ledger is paid at an instant; `None` where it accepts no payments.
pub async fn preference(
    ctx: &RequestContext,
    ledger: &Ledger,
    at: DateTime<Utc>,
) -> Result<Option<Preference>, Failure> {
    if !ledger.accepts_payments {
        return Ok(None);
    }
    let habits = billing::habits(&ctx.sandbox.store.reader(), ledger.account_id).await?;
    let is_debited = habits
        .get(&ledger.id)
        .is_some_and(|habits| matches!(habits.way, Way::DirectDebit | Way::Instalments));
    let mandates = usable(ctx, ledger.account_id, Some(ledger.id), at).await?;
    let mandate = mandates.into_iter().next().filter(|_| is_debited);
    Ok(Some(mandate.map_or(Preference::ByHand, Preference::Instruction)))
}
