//! Mandates for direct debits.

use chrono::{DateTime, Utc};
use kemu_domain::dates::paris_date;
use kemu_domain::direct_debits::{BankDetails, DirectDebitInstruction, InstructionStatus, replaced_by};
use kemu_domain::errors::{Failure, KrakenError, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::payment_schedules::ScheduleTrigger;
use kemu_domain::{AccountId, UserId};
use kemu_persistence::{billing, direct_debits, users};

use super::billing::Opened;
use super::{accounts, ledgers};
use crate::graphql::RequestContext;

/// The mandates of an account that the viewer sees, latest first; with statuses, those in one of them.
pub async fn of_account(
    ctx: &RequestContext,
    account: AccountId,
    statuses: Option<&[Option<InstructionStatus>]>,
) -> Result<Vec<DirectDebitInstruction>, Failure> {
    let mut found = direct_debits::of_account(&ctx.sandbox.store.reader(), account).await?;
    found.retain(|mandate| statuses.is_none_or(|statuses| statuses.contains(&Some(mandate.status))));
    found.reverse();
    Ok(found)
}

/// Whether the bank refused the latest mandate for a ledger.
pub async fn is_invalidated(ctx: &RequestContext, ledger: &Ledger) -> Result<bool, Failure> {
    let found = of_account(ctx, ledger.account_id, None).await?;
    let latest = found.iter().find(|mandate| mandate.ledger_id.is_none_or(|id| id == ledger.id));
    Ok(latest.is_some_and(|mandate| mandate.status == InstructionStatus::Failed))
}

/// What a mandate is asked for with.
#[derive(Debug, Clone)]
pub struct NewMandate {
    /// The account's number.
    pub account_number: String,
    /// The ledger's number.
    pub ledger_number: Option<String>,
    /// Whose the bank account is.
    pub holder: Option<String>,
    /// Which it is.
    pub iban: Option<String>,
    /// Who gives it.
    pub owners: Vec<NewOwner>,
    /// Are bills to be taken with it?
    pub automated: bool,
    /// From when on.
    pub valid_from: DateTime<Utc>,
}

/// One who gives a mandate.
#[derive(Debug, Clone)]
pub struct NewOwner {
    /// Their id.
    pub id: Option<String>,
    /// `ACCOUNT_USER` or `BUSINESS`.
    pub kind: Option<String>,
}

/// Sets up a mandate; it ends those whose place it takes. The bank knows it at once (assumed).
///
/// Errors: the general refusal for an account that is unknown or somebody else's (the reference lists none), 3821, 3979
/// for a ledger that is none of its or takes no payments, 3940, 3971, 5415, 11103.
pub async fn set_up(ctx: &RequestContext, new: &NewMandate) -> Result<DirectDebitInstruction, Failure> {
    let account = accounts::find_or(ctx, &new.account_number, codes::UNAUTHORIZED).await?;
    let mut opened = Opened::begin(&ctx.sandbox, account.id, ctx.now).await?;
    let all = opened.ledgers();
    let payable: Vec<_> =
        all.iter().filter(|ledger| ledger.accepts_payments).map(|ledger| ledger.id).collect();
    let ledger = ledgers::chosen(all, new.ledger_number.as_deref(), codes::MANDATE_LEDGER_INVALID)?;
    if !ledger.accepts_payments {
        return Err(codes::MANDATE_LEDGER_INVALID.into());
    }
    let bank = BankDetails::check(new.holder.as_deref(), new.iban.as_deref())?;
    let connection = &*opened.transaction;
    let people = users::of_account(connection, account.id).await?;
    check_owners(&new.owners, |id| people.iter().any(|(user, _)| user.id == id))?;
    let known = direct_debits::of_account(connection, account.id).await?;
    let mandate = DirectDebitInstruction {
        id: direct_debits::next_id(connection).await?,
        account_id: account.id,
        ledger_id: Some(ledger.id),
        account_holder: bank.holder,
        iban: bank.iban,
        status: InstructionStatus::Active,
        valid_from: new.valid_from.max(ctx.now),
        valid_to: None,
    };
    for ended in replaced_by(&mandate, &known, &payable) {
        direct_debits::save(connection, &ended).await?;
    }
    direct_debits::save(connection, &mandate).await?;
    if new.automated {
        let today = paris_date(ctx.now);
        let is_regular = opened.schedules.iter().any(|schedule| {
            schedule.ledger_id == ledger.id
                && schedule.trigger == ScheduleTrigger::Regular
                && schedule.is_active_on(today)
        });
        let last = known.iter().rfind(|mandate| mandate.serves(ledger.id));
        let other_bank = last.is_some_and(|last| last.iban != mandate.iban);
        let habits = billing::habits(connection, account.id).await?.get(&ledger.id).cloned();
        let habits = habits.unwrap_or_default().with_mandate(is_regular, other_bank);
        billing::save_habits(connection, account.id, ledger.id, &habits).await?;
    }
    opened.state.note(ctx.now);
    opened.commit(&ctx.sandbox).await?;
    Ok(mandate)
}

/// Errors: 3971 without id or kind, 5415 for a person without a role on the account, 11103 for a business: there is none.
fn check_owners(owners: &[NewOwner], is_known: impl Fn(UserId) -> bool) -> Result<(), Failure> {
    for owner in owners {
        match (owner.kind.as_deref(), owner.id.as_deref()) {
            (Some("ACCOUNT_USER"), Some(id)) => {
                id.parse().ok().filter(|id| is_known(*id)).ok_or(codes::USER_UNKNOWN)?;
            }
            (Some("BUSINESS"), Some(_)) => return Err(codes::BUSINESS_UNKNOWN.into()),
            _ => {
                return Err(KrakenError::at(codes::INSTRUCTION_OWNERS_INVALID, &["input", "owners"]).into());
            }
        }
    }
    Ok(())
}
