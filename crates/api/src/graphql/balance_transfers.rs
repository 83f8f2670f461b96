//! `transferLedgerBalance`.

use kemu_domain::errors::Failure;
use kemu_domain::transactions::Draft;
use kemu_domain::{Minor, TransactionId};

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::app::balance_transfers::{End, Transfer, transfer};
use crate::{inputs, objects};

objects! {
    Transferred: "TransferLedgerBalance" by |own| own.0.out.0.get();
    Transfer: "AccountBalanceTransferType" by |own| own.out.0.get();
    Charged: "AccountChargeType" by |own| own.0.get();
    Credited: "AccountCreditType" by |own| own.0.get();
}

/// The payload of `transferLedgerBalance`.
struct Transferred(Transfer);
/// What left the one ledger.
struct Charged(TransactionId, Draft);
/// What came to the other.
struct Credited(TransactionId, Draft);

inputs! {
    struct TransferArguments {
        input: TransferInput,
    }
    struct TransferInput {
        amount: i64,
        note: Option<String>,
        source_account_ledger: EndInput,
        target_account_ledger: EndInput,
    }
    struct EndInput {
        account_number: String,
        ledger_number: Option<String>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.mutation("transferLedgerBalance", transferred);
    all.object::<Transferred>().field("balanceTransfer", |own| own.0.clone());
    all.object::<Transfer>()
        .field("id", |own| own.out.0.to_string())
        .field("reason", |own| own.out.1.reason_code.clone())
        .field("accountCharge", |own| Charged(own.out.0, own.out.1.clone()))
        .field("accountCredit", |own| Credited(own.into.0, own.into.1.clone()));
    all.object::<Charged>()
        .field("id", |own| own.0.to_string())
        .field("netAmount", |own| own.1.amounts.net)
        .field("salesTaxAmount", |own| own.1.amounts.tax)
        .field("grossAmount", |own| own.1.amounts.gross)
        .field("displayNote", |own| own.1.title.clone())
        .field("note", |own| own.1.note.clone())
        .field("reason", |own| own.1.reason_code.clone());
    // A credit's amounts are what the customer gains, and so positive here (a guess).
    all.object::<Credited>()
        .field("id", |own| own.0.to_string())
        .field("netAmount", |own| -own.1.amounts.net)
        .field("salesTaxAmount", |own| -own.1.amounts.tax)
        .field("grossAmount", |own| -own.1.amounts.gross)
        .field("note", |own| own.1.note.clone().unwrap_or_default())
        .field("reason", |own| own.1.reason_code.clone().unwrap_or_default());
}

async fn transferred(ctx: Ctx, arguments: TransferArguments) -> Result<Option<Transferred>, Failure> {
    let TransferInput { amount, note, source_account_ledger, target_account_ledger } = arguments.input;
    let end = |end: EndInput| End { account_number: end.account_number, ledger_number: end.ledger_number };
    let (source, target) = (end(source_account_ledger), end(target_account_ledger));
    transfer(&ctx, (&source, &target), Minor(amount), note.as_deref()).await.map(Transferred).map(Some)
}
