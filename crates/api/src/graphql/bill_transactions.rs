//! What stands on a bill: its bookings as `BillTransactionType`, and what they come to.

use std::sync::Arc;

use kemu_domain::errors::Failure;
use kemu_domain::transactions::{Amounts, Detail, Transaction, TransactionKind, TypeFilter};
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::bills::Shown;
use super::engine::outputs::Object;
use super::engine::resolvers::Resolvers;
use super::transactions::{OrderBy, consumption, given};
use crate::{inputs, objects};

objects! {
    StatementTotal: "StatementTotalType" by |_| 0;
    InvoiceTotal: "InvoiceTotalType" by |_| 0;
    ChargeDetail: "SupplyOrServiceCharge" by |_| 0;
}
objects!(
    OnBill: ["BillCharge", "BillPayment", "BillRefund", "BillCredit"] is |own| match own.0.kind() {
        TransactionKind::Charge => "BillCharge",
        TransactionKind::Payment => "BillPayment",
        TransactionKind::Refund => "BillRefund",
        TransactionKind::Credit => "BillCredit",
    },
    by |own| own.0.id.get()
);

/// A booking, as bills show it.
struct OnBill(Transaction);

/// What bookings of a statement come to.
struct StatementTotal(Amounts);

/// What bookings of an invoice come to.
struct InvoiceTotal(Amounts);

/// More about a charge: null.
enum ChargeDetail {}

inputs! {
    struct OrderArguments {
        order_by: Option<OrderBy>,
    }
    struct ListArguments {
        ledger_number: Option<String>,
        transaction_types: Option<Vec<Option<TypeFilter>>>,
        order_by: Option<OrderBy>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<OnBill>()
        .field("id", |own| own.0.id.to_string())
        .field("amounts", |own| own.0.entry.amounts)
        .field("createdAt", |own| own.0.entry.created_at)
        .field("note", |own| own.0.entry.note.clone())
        .field("postedDate", |own| own.0.entry.posted_date)
        .field("reasonCode", |own| own.0.entry.reason_code.clone())
        .field("title", |own| own.0.entry.title.clone())
        .field_on(&["BillCharge"], "consumption", |own| consumption(&own.0))
        .field_on(&["BillCharge"], "detail", |_| None::<ChargeDetail>);
    all.object::<StatementTotal>()
        .field("netTotal", |own| own.0.net)
        .field("taxTotal", |own| own.0.tax)
        .field("grossTotal", |own| own.0.gross);
    all.object::<InvoiceTotal>()
        .field("netTotal", |own| own.0.net)
        .field("taxTotal", |own| own.0.tax)
        .field("grossTotal", |own| own.0.gross);
}

/// `totalCharges` and `totalCredits` of a kind of statement; credits are negative, as transactions are (assumed).
pub(super) fn totals<T: Object>(all: &mut Resolvers, shown: fn(&T) -> &Shown) {
    let total = move |kind| {
        move |own: Arc<T>, ctx: Ctx, (): ()| async move {
            Ok(StatementTotal(shown(&own).total(&ctx, kind).await?))
        }
    };
    all.object::<T>()
        .field_async("totalCharges", total(TransactionKind::Charge))
        .field_async("totalCredits", total(TransactionKind::Credit));
}

/// The same of a kind of invoice.
pub(super) fn invoice_totals<T: Object>(all: &mut Resolvers, shown: fn(&T) -> &Shown) {
    let total = move |kind| {
        move |own: Arc<T>, ctx: Ctx, (): ()| async move { Ok(InvoiceTotal(shown(&own).total(&ctx, kind).await?)) }
    };
    all.object::<T>()
        .field_async("totalCharges", total(TransactionKind::Charge))
        .field_async("totalCredits", total(TransactionKind::Credit));
}

/// `transactions` with filters. A bill is of one ledger: of another number it lists nothing.
pub(super) fn listed<T: Object>(all: &mut Resolvers, shown: fn(&T) -> &Shown) {
    all.object::<T>().connection(
        "transactions",
        move |own: Arc<T>, ctx: Ctx, arguments: ListArguments, request| async move {
            let shown = shown(&own);
            let ledger = match &arguments.ledger_number {
                Some(number) => crate::app::ledgers::find(&ctx, number).await.ok().map(|ledger| ledger.id),
                None => Some(shown.bill.ledger_id),
            };
            let types = given(arguments.transaction_types);
            let mut entries = shown.entries(&ctx).await?.to_vec();
            entries.retain(|own| {
                ledger == Some(own.ledger_id)
                    && (types.is_empty() || types.iter().any(|filter| filter.matches(&own.entry)))
            });
            Ok::<_, Failure>(page(entries, arguments.order_by, &request))
        },
    );
}

/// `transactions` that can be ordered.
pub(super) fn ordered<T: Object>(all: &mut Resolvers, shown: fn(&T) -> &Shown) {
    all.object::<T>().connection(
        "transactions",
        move |own: Arc<T>, ctx: Ctx, arguments: OrderArguments, request| async move {
            let entries = shown(&own).entries(&ctx).await?.to_vec();
            Ok::<_, Failure>(page(entries, arguments.order_by, &request))
        },
    );
}

fn page(mut entries: Vec<Transaction>, order: Option<OrderBy>, request: &PageRequest) -> Page<OnBill> {
    if !matches!(order, Some(OrderBy::PostedDateAsc)) {
        entries.reverse();
    }
    Page::of(entries, request).map(OnBill)
}

/// When the first and the last charge of a bill were entered.
pub(super) fn charged_between(
    entries: &[Transaction],
) -> Option<(chrono::DateTime<chrono::Utc>, chrono::DateTime<chrono::Utc>)> {
    let is_charge = |own: &&Transaction| matches!(own.entry.detail, Detail::Charge { .. });
    let charges = || entries.iter().filter(is_charge).map(|own| own.entry.created_at);
    charges().min().zip(charges().max())
}
