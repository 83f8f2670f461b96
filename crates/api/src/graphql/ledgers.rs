//! An account's ledgers.

use std::sync::Arc;

use kemu_domain::accounts::Account;
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::{Ledger, LedgerType};

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::{app, inputs, objects};

objects! {
    Ledger: "LedgerType" by |ledger| ledger.id.get();
    Adequacy: "PaymentAdequacyDetailsType" by |_| 0;
    Permissions: "CreditTransferPermissionsDataType" by |_| 0;
    Incoming: "CreditTransferPermissionFromSourceLedgerType" by |_| 0;
    Outgoing: "CreditTransferPermissionToTargetLedgerType" by |_| 0;
}

/// Whether the regular payment is looked at: it always is.
struct Adequacy;

/// The permissions to move credit: none is kept.
struct Permissions;

/// A permission to move credit here.
enum Incoming {}

/// A permission to move credit away.
enum Outgoing {}

inputs! {
    struct LedgersArguments {
        ledger_number: Option<String>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Account>().field_async("ledgers", ledgers);
    all.object::<Ledger>()
        .field("id", |ledger| ledger.id.to_string())
        .field("number", |ledger| ledger.number.to_string())
        .field("name", |ledger| ledger.name.clone())
        .field("ledgerType", |ledger| type_name(ledger.ledger_type))
        .field("balance", |ledger| ledger.balance)
        .field("amountOwedByCustomer", Ledger::amount_owed)
        .field("acceptsPayments", |ledger| ledger.accepts_payments)
        .field("affectsAccountBalance", |ledger| ledger.affects_account_balance)
        // Debts stay on the ledger on which they were made.
        .field("debtLedger", |_| None::<Ledger>)
        .field("paymentAdequacy", |_| Adequacy)
        .field("creditTransferPermissionsData", |_| Permissions);
    all.object::<Adequacy>().field("isCurrentlyExempt", |_| false);
    all.object::<Permissions>()
        .field("fromSourceLedgers", |_| Vec::<Incoming>::new())
        .field("toTargetLedgers", |_| Vec::<Outgoing>::new());
}

async fn ledgers(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: LedgersArguments,
) -> Result<Vec<Ledger>, Failure> {
    app::ledgers::of_account(&ctx, &account, arguments.ledger_number.as_deref()).await
}

/// The contract has the ledger's type as text.
fn type_name(ledger_type: LedgerType) -> &'static str {
    ledger_type.into()
}
