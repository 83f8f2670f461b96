//! Transactions of an account and of a ledger: charges, payments, refunds and credits.

use std::sync::Arc;

use chrono::NaiveDate;
use kemu_domain::accounts::Account;
use kemu_domain::bills::{Bill, BillKind};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::payments::PaymentMethod;
use kemu_domain::transactions::{Amounts, Consumption, Detail, Transaction, TransactionKind, TypeFilter};
use kemu_domain::{Page, PageRequest};
use kemu_persistence::transactions::{Book, Filter, Reading};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use crate::app::transactions::BookChoice;
use crate::{app, enums, inputs, objects};

objects! {
    Amounts: "TransactionAmountType" by |_| 0;
    Provisional: "ProvisionalTransactionType" by |own| own.0.id.get();
    Consumption: "Consumption" by |_| 0;
}
objects!(
    Transaction: ["Charge", "Payment", "Refund", "Credit"] is |transaction| match transaction.kind() {
        TransactionKind::Charge => "Charge",
        TransactionKind::Payment => "Payment",
        TransactionKind::Refund => "Refund",
        TransactionKind::Credit => "Credit",
    },
    by |transaction| transaction.id.get()
);
enums!(TypeFilter, OrderBy);

/// What an open statement comes to so far.
struct Provisional(Bill);

/// The contract's orders.
#[derive(Debug, Clone, Copy, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum OrderBy {
    PostedDateAsc,
    PostedDateDesc,
}

inputs! {
    struct AccountTransactionsArguments {
        transaction_types: Option<Vec<Option<TypeFilter>>>,
        transaction_types_excluded: Option<Vec<Option<TypeFilter>>>,
        ledger_number: Option<String>,
        include_all_ledgers: Option<bool>,
        from_date: Option<NaiveDate>,
        to_date: Option<NaiveDate>,
        order_by: Option<OrderBy>,
        offset: Option<i64>,
    }
    struct LedgerTransactionsArguments {
        transaction_types: Option<Vec<Option<TypeFilter>>>,
        from_date: Option<NaiveDate>,
        to_date: Option<NaiveDate>,
        order_by: Option<OrderBy>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Account>()
        .connection("transactions", of_account)
        .connection("provisionalTransactions", provisional);
    all.object::<Ledger>().connection("transactions", of_ledger);
    all.object::<Transaction>()
        .field("id", |transaction| transaction.id.to_string())
        .field("accountNumber", |transaction| transaction.account_number.to_string())
        .field("amount", |transaction| transaction.entry.amounts.gross)
        .field("amounts", |transaction| transaction.entry.amounts)
        .field("balanceCarriedForward", |transaction| transaction.balance_carried_forward)
        .field("billingDocumentIdentifier", |transaction| {
            transaction.entry.billing_document.map(|document| document.to_string())
        })
        .field("createdAt", |transaction| transaction.entry.created_at)
        .field("hasStatement", |transaction| transaction.entry.has_statement)
        .field("isHeld", |transaction| transaction.entry.is_held)
        .field("isIssued", |transaction| transaction.entry.is_issued)
        .field("isReversed", |transaction| transaction.entry.is_reversed)
        .field("note", |transaction| transaction.entry.note.clone())
        .field("postedDate", |transaction| transaction.entry.posted_date)
        .field("reasonCode", |transaction| transaction.entry.reason_code.clone())
        .field("title", |transaction| transaction.entry.title.clone())
        .field_on(&["Charge"], "consumption", consumption)
        .field_on(&["Payment"], "isLateFailedPayment", |transaction| {
            matches!(transaction.entry.detail, Detail::Payment { is_late_failed: true, .. })
        })
        .field_on(&["Payment"], "paymentTransactionType", method);
    // Charges are negative here, other than among transactions (documented, kraken-facts 7.2).
    all.object::<Provisional>()
        .field("id", |own| own.0.id.to_string())
        .field("amount", |own| -own.0.amounts.gross)
        .field("date", |own| own.0.last_day())
        .field("title", |own| match own.0.kind {
            BillKind::Statement => "Consommation en cours",
            BillKind::Invoice | BillKind::CreditNote => "Rachat d'électricité solaire en cours",
        });
    all.object::<Amounts>()
        .field("net", |amounts| amounts.net)
        .field("tax", |amounts| amounts.tax)
        .field("gross", |amounts| amounts.gross);
    all.object::<Consumption>()
        .field("startDate", |consumption| consumption.start_date)
        .field("endDate", |consumption| consumption.end_date)
        .field("quantity", |consumption| kilowatt_hours(consumption.quantity_wh))
        .field("unit", |_| EnumName("kWh".into()))
        .field("usageCost", |consumption| consumption.usage_cost)
        .field("supplyCharge", |consumption| consumption.supply_charge);
}

async fn of_account(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: AccountTransactionsArguments,
    request: PageRequest,
) -> Result<Page<Transaction>, Failure> {
    let filter = Filter {
        types: given(arguments.transaction_types),
        types_excluded: given(arguments.transaction_types_excluded),
        from: arguments.from_date,
        to: arguments.to_date,
    };
    let choice = BookChoice {
        ledger_number: arguments.ledger_number,
        all_ledgers: arguments.include_all_ledgers.unwrap_or(false),
    };
    let request = with_offset(request, arguments.offset)?;
    app::transactions::of_account(&ctx, &account, &choice, &filter, reading(arguments.order_by), &request)
        .await
}

/// What was used and is on no bill yet, a row an open statement (a guess).
async fn provisional(
    account: Arc<Account>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Provisional>, Failure> {
    let open = app::bills::open_of_account(&ctx, account.id).await?;
    Ok(Page::of(open, &request).map(Provisional))
}

async fn of_ledger(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    arguments: LedgerTransactionsArguments,
    request: PageRequest,
) -> Result<Page<Transaction>, Failure> {
    let filter = Filter {
        types: given(arguments.transaction_types),
        types_excluded: Vec::new(),
        from: arguments.from_date,
        to: arguments.to_date,
    };
    let book = Book::Ledger(ledger.id);
    app::transactions::of_book(&ctx, book, &filter, reading(arguments.order_by), &request).await
}

pub(super) fn given(types: Option<Vec<Option<TypeFilter>>>) -> Vec<TypeFilter> {
    types.into_iter().flatten().flatten().collect()
}

fn reading(order: Option<OrderBy>) -> Reading {
    match order {
        Some(OrderBy::PostedDateAsc) => Reading::OldestFirst,
        Some(OrderBy::PostedDateDesc) | None => Reading::NewestFirst,
    }
}

/// `offset` counts items to leave out. Errors: 1204 together with a cursor or `last`, or when it is negative.
pub(super) fn with_offset(request: PageRequest, offset: Option<i64>) -> Result<PageRequest, Failure> {
    let Some(offset) = offset else { return Ok(request) };
    let is_mixed = request.after.is_some() || request.before.is_some() || request.last.is_some();
    let offset = usize::try_from(offset).ok().filter(|_| !is_mixed).ok_or(codes::PAGINATION_OFFSET_MIXED)?;
    Ok(PageRequest { after: offset.checked_sub(1), ..request })
}

pub(super) fn consumption(transaction: &Transaction) -> Option<Consumption> {
    match transaction.entry.detail {
        Detail::Charge { consumption, .. } => consumption,
        _ => None,
    }
}

fn method(transaction: &Transaction) -> Option<EnumName> {
    match transaction.entry.detail {
        Detail::Payment { method, .. } => method.map(|method: PaymentMethod| EnumName(method.to_string())),
        _ => None,
    }
}

/// Watt-hours as a decimal number of kilowatt-hours.
pub(super) fn kilowatt_hours(watt_hours: i64) -> String {
    let sign = if watt_hours < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", (watt_hours / 1000).abs(), (watt_hours % 1000).abs())
}
