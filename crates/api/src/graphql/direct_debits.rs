//! Direct debit mandates of an account, and setting one up.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::accounts::Account;
use kemu_domain::direct_debits::{DirectDebitInstruction, Iban, InstructionStatus};
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::Ledger;
use kemu_domain::users::User;
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use crate::app::direct_debits::{NewMandate, NewOwner};
use crate::{app, enums, inputs, objects};

objects! {
    DirectDebitInstruction: "DirectDebitInstructionType" by |mandate| mandate.id.0;
    Owner: "PaymentInstructionOwnerType" by |own| own.0.id.get();
    NoBusiness: "BusinessType" by |_| 0;
    SetUp: "SetUpDirectDebitInstruction" by |own| own.0.id.0;
    Validation: "BankDetailsValidationResult" by |_| 0;
}
enums!(InstructionStatus);

/// Who gave a mandate.
pub(super) struct Owner(User);

/// The payload of `setUpDirectDebitInstruction`.
struct SetUp(DirectDebitInstruction);

/// Whether an IBAN is a good one.
struct Validation(bool);

/// A business that gave a mandate: none did.
enum NoBusiness {}

inputs! {
    struct InstructionsArguments {
        statuses: Option<Vec<Option<InstructionStatus>>>,
    }
    struct SetUpArguments {
        input: SetUpInput,
    }
    struct SetUpInput {
        account_number: String,
        ledger_number: Option<String>,
        bank_details: BankDetailsInput,
        owners: Option<Vec<Option<OwnerInput>>>,
        use_for_automated_payments: Option<bool>,
        valid_from: DateTime<Utc>,
    }
    struct BankDetailsInput {
        account_holder: Option<String>,
        iban: Option<String>,
    }
    struct OwnerInput {
        owner_id: Option<String>,
        owner_type: Option<EnumName>,
    }
    struct ValidationArguments {
        iban: String,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Account>().connection("directDebitInstructions", of_account);
    all.mutation("setUpDirectDebitInstruction", set_up);
    all.query("bankDetailsValidation", |_: Ctx, arguments: ValidationArguments| async move {
        Ok(Some(Validation(Iban::try_new(&arguments.iban).is_some())))
    });
    all.object::<SetUp>().field("paymentInstruction", |own| own.0.clone());
    all.object::<Validation>()
        .field("areValid", |own| own.0)
        .field("message", |own| (!own.0).then_some("The IBAN is not valid."));
    all.object::<Ledger>().field_async("currentDirectDebitInstructionInvalidatedWithVendor", is_invalidated);
    all.object::<DirectDebitInstruction>()
        .field("id", |mandate| mandate.id.0.to_string())
        .field("accountHolder", |mandate| mandate.account_holder.clone())
        // Masked in both places: whether Kraken shows all of it is not known.
        .field("iban", |mandate| mandate.iban.masked())
        .field("maskedIban", |mandate| mandate.iban.masked())
        .field("maskedAccountIdentifier", |mandate| mandate.iban.masked())
        .field("instructionType", |_| DirectDebitInstruction::TYPE)
        .field("status", |mandate| mandate.status.to_string())
        .field("sortCode", |_| "")
        .field("cardExpiryMonth", |_| None::<i64>)
        .field("cardExpiryYear", |_| None::<i64>)
        .field("cardPaymentNetwork", |_| None::<String>)
        .field_async("owners", owners);
    all.object::<Owner>().field("accountUser", |own| own.0.clone()).field("business", |_| None::<NoBusiness>);
}

async fn of_account(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: InstructionsArguments,
    request: PageRequest,
) -> Result<Page<DirectDebitInstruction>, Failure> {
    let found = app::direct_debits::of_account(&ctx, account.id, arguments.statuses.as_deref()).await?;
    Ok(Page::of(found, &request))
}

async fn set_up(ctx: Ctx, arguments: SetUpArguments) -> Result<Option<SetUp>, Failure> {
    let SetUpInput {
        account_number,
        ledger_number,
        bank_details,
        owners,
        use_for_automated_payments,
        valid_from,
    } = arguments.input;
    let owner =
        |owner: OwnerInput| NewOwner { id: owner.owner_id, kind: owner.owner_type.map(|kind| kind.0) };
    let new = NewMandate {
        account_number,
        ledger_number,
        holder: bank_details.account_holder,
        iban: bank_details.iban,
        owners: owners.into_iter().flatten().flatten().map(owner).collect(),
        // Left out, it is yes: assumed.
        automated: use_for_automated_payments.unwrap_or(true),
        valid_from,
    };
    app::direct_debits::set_up(&ctx, &new).await.map(SetUp).map(Some)
}

async fn owners(mandate: Arc<DirectDebitInstruction>, ctx: Ctx, (): ()) -> Result<Vec<Owner>, Failure> {
    owners_of(&ctx, &mandate).await
}

/// The account's first user, as nobody keeps who of several signed.
pub(super) async fn owners_of(ctx: &Ctx, mandate: &DirectDebitInstruction) -> Result<Vec<Owner>, Failure> {
    let users = app::users::of_account(ctx, mandate.account_id).await?;
    Ok(users.into_iter().take(1).map(Owner).collect())
}

async fn is_invalidated(ledger: Arc<Ledger>, ctx: Ctx, (): ()) -> Result<bool, Failure> {
    app::direct_debits::is_invalidated(&ctx, &ledger).await
}
