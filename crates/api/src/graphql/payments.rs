//! An account's payments, made and tried.

use std::sync::Arc;

use kemu_domain::accounts::Account;
use kemu_domain::errors::Failure;
use kemu_domain::payments::{Payment, PaymentReason, PaymentStatus};
use kemu_domain::{Page, PageRequest};
use kemu_persistence::payments::{Filter, page};

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use crate::{app, enums, inputs, objects};

objects! {
    Payment: "AccountPaymentType" by |payment| payment.id.get();
}
enums!(PaymentReason, PaymentStatus);

inputs! {
    struct PaymentsArguments {
        ledger_number: Option<String>,
        status: Option<PaymentStatus>,
        reason: Option<PaymentReason>,
        include_promises: Option<bool>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Account>().connection("payments", payments);
    all.object::<Payment>()
        .field("amount", |payment| payment.amount)
        .field("paymentDate", |payment| payment.payment_date)
        .field("reference", |payment| payment.reference.clone())
        .field("status", |payment| payment.status)
        .field("surchargeAmount", |payment| payment.surcharge)
        .field("transactionType", |payment| EnumName(payment.method.to_string()));
}

async fn payments(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: PaymentsArguments,
    request: PageRequest,
) -> Result<Page<Payment>, Failure> {
    let ledger = match &arguments.ledger_number {
        Some(number) => Some(app::ledgers::one_of_account(&ctx, &account, number).await?.id),
        None => None,
    };
    let filter = Filter {
        ledger,
        status: arguments.status,
        reason: arguments.reason,
        include_promises: arguments.include_promises.unwrap_or(true),
    };
    Ok(page(&ctx.sandbox.store.reader(), account.id, &filter, &request).await?)
}
