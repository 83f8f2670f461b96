//! Stored ways to pay and which of them a ledger uses. Direct debit mandates are the only ones.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::accounts::Account;
use kemu_domain::direct_debits::{DirectDebitInstruction, InstructionStatus};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::direct_debits::{Owner, owners_of};
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use super::payment_schedules::Supplementary;
use crate::app::payment_instructions::{self, Preference};
use crate::{app, inputs, objects};

objects! {
    Instruction: "PaymentInstructionType" by |own| own.0.id.0;
}
objects!(
    Preference: ["PreferredInstruction", "UserManagedPayment"] is |own| match own {
        Preference::Instruction(_) => "PreferredInstruction",
        Preference::ByHand => "UserManagedPayment",
    },
    by |own| match own {
        Preference::Instruction(mandate) => mandate.id.0,
        Preference::ByHand => 0,
    }
);

/// A mandate, as one of the ways to pay.
struct Instruction(DirectDebitInstruction);

inputs! {
    struct MethodsArguments {
        statuses: Option<Vec<Option<InstructionStatus>>>,
    }
    struct UsableArguments {
        usable_at: Option<DateTime<Utc>>,
    }
    struct AtTimeArguments {
        at_time: DateTime<Utc>,
    }
    struct DefaultArguments {
        account_number: String,
        instruction_type: Option<EnumName>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("defaultPaymentInstruction", default_instruction);
    all.object::<Account>().connection("paymentMethods", of_account);
    all.object::<Ledger>()
        .connection("usablePaymentInstructions", usable)
        .field_async("paymentPreferenceAtTime", at_time)
        .connection("paymentPreferences", preferences);
    all.object::<Instruction>()
        .field("id", |own| own.0.id.0.to_string())
        .field("accountHolder", |own| own.0.account_holder.clone())
        .field("accountType", |_| None::<String>)
        .field("bankCode", |_| None::<String>)
        .field("cardExpiryMonth", |_| None::<i64>)
        .field("cardExpiryYear", |_| None::<i64>)
        .field("cardNumber", |_| "")
        .field("cardPaymentNetwork", |_| None::<String>)
        .field("cardType", |_| None::<String>)
        .field("iban", |own| own.0.iban.masked())
        .field("instructionType", |_| DirectDebitInstruction::TYPE)
        .field("maskedAccountIdentifier", |own| own.0.iban.masked())
        .field_async("owners", owners)
        .field("sortCode", |_| "")
        .field("status", |own| own.0.status.to_string())
        .field("supplementaryLedger", |_| None::<Supplementary>)
        .field("validFrom", |own| own.0.valid_from)
        // One of the contract's vendors; nobody is asked.
        .field("vendor", |_| "DUMMY");
    all.object::<Preference>()
        .field("forPaymentsAfter", |own| match own {
            Preference::Instruction(mandate) => Some(mandate.valid_from.to_rfc3339()),
            Preference::ByHand => None,
        })
        .field_on(&["PreferredInstruction"], "paymentMethod", |own| match own {
            Preference::Instruction(mandate) => Some(Instruction(mandate.clone())),
            Preference::ByHand => None,
        })
        // Text of which nobody knows the values: the mandate's own state.
        .field_on(&["PreferredInstruction"], "status", |own| match own {
            Preference::Instruction(mandate) => Some(mandate.status.to_string()),
            Preference::ByHand => None,
        });
}

async fn owners(own: Arc<Instruction>, ctx: Ctx, (): ()) -> Result<Vec<Owner>, Failure> {
    owners_of(&ctx, &own.0).await
}

/// Errors: the general refusal for an account that is unknown or somebody else's, as the reference lists none.
async fn default_instruction(ctx: Ctx, arguments: DefaultArguments) -> Result<Option<Instruction>, Failure> {
    let account = app::accounts::find(&ctx, &arguments.account_number).await;
    let account = account.map_err(|failure| match failure {
        Failure::Refused(_) => codes::UNAUTHORIZED.into(),
        fault @ Failure::Internal(_) => fault,
    })?;
    if arguments.instruction_type.is_some_and(|EnumName(name)| name != DirectDebitInstruction::TYPE) {
        return Ok(None);
    }
    let usable = payment_instructions::usable(&ctx, account.id, None, ctx.now).await?;
    Ok(usable.into_iter().next().map(Instruction))
}

async fn of_account(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: MethodsArguments,
    request: PageRequest,
) -> Result<Page<Instruction>, Failure> {
    let found = app::direct_debits::of_account(&ctx, account.id, arguments.statuses.as_deref()).await?;
    Ok(Page::of(found, &request).map(Instruction))
}

async fn usable(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    arguments: UsableArguments,
    request: PageRequest,
) -> Result<Page<Instruction>, Failure> {
    let at = arguments.usable_at.unwrap_or(ctx.now);
    let found = payment_instructions::usable(&ctx, ledger.account_id, Some(ledger.id), at).await?;
    Ok(Page::of(found, &request).map(Instruction))
}

async fn at_time(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    arguments: AtTimeArguments,
) -> Result<Option<Preference>, Failure> {
    payment_instructions::preference(&ctx, &ledger, arguments.at_time).await
}

/// The present one: which there were before nobody keeps.
async fn preferences(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Preference>, Failure> {
    let found = payment_instructions::preference(&ctx, &ledger, ctx.now).await?;
    Ok(Page::of(found.into_iter().collect(), &request))
}
