//! A ledger's bills, as the ledger lists them: statements where energy is consumed, invoices where it is sold.

use std::sync::Arc;

use chrono::{DateTime, NaiveTime, Utc};
use kemu_domain::bills::BillKind;
use kemu_domain::dates::paris_instant;
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::{Ledger, LedgerType};
use kemu_domain::{Page, PageRequest};

use super::bills::{Shown, paper};
use super::engine::resolvers::Resolvers;
use super::{Ctx, bill_transactions};
use crate::{app, objects};

objects! {
    StatementDocument: "StatementBillingDocumentType" by |own| own.0.bill.id.get();
    InvoiceDocument: "InvoiceBillingDocumentType" by |own| own.0.bill.id.get();
    Annulment: "AnnulmentBillingDocumentType" by |_| 0;
    DebtPosition: "BillingDocumentPositionType" by |_| 0;
}

/// A statement.
struct StatementDocument(Shown);

/// An invoice, or a credit note.
struct InvoiceDocument(Shown);

/// What annuls a document: nothing does.
enum Annulment {}

/// How far a document is paid. Nobody keeps which payment is for which bill: null.
enum DebtPosition {}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Ledger>()
        .connection("statements", statements)
        .connection("invoices", invoices)
        .field("supportsStatements", |ledger| ledger.accepts_payments)
        .field("supportsInvoices", |ledger| ledger.ledger_type == LedgerType::SolarWalletLedger);
    all.object::<StatementDocument>()
        .field("id", |own| own.0.bill.id.get())
        .field("identifier", |own| own.0.bill.identifier.clone())
        .field("startAt", |own| paris_instant(own.0.bill.from, NaiveTime::MIN))
        .field("endAt", |own| paris_instant(own.0.bill.to, NaiveTime::MIN))
        .field("firstIssuedAt", |own| own.0.bill.issued_at)
        .field("paymentDueDate", |own| own.0.due_date())
        .field_async("earliestChargeAt", |own: Arc<StatementDocument>, ctx: Ctx, (): ()| async move {
            Ok(charged(&own, &ctx).await?.map(|(first, _)| first))
        })
        .field_async("latestChargeAt", |own: Arc<StatementDocument>, ctx: Ctx, (): ()| async move {
            Ok(charged(&own, &ctx).await?.map(|(_, last)| last))
        })
        .field_async("pdfUrl", |own: Arc<StatementDocument>, ctx: Ctx, (): ()| async move {
            Ok(paper(&ctx, &own.0.bill).map(|(url, _)| url))
        })
        .field("annulledBy", |_| None::<Annulment>)
        .field("documentDebtPosition", |_| None::<DebtPosition>);
    all.object::<InvoiceDocument>()
        .field("id", |own| own.0.bill.id.get())
        .field("number", |own| own.0.bill.identifier.clone())
        .field("firstIssued", |own| own.0.bill.issued_at)
        .field("invoicedAmount", |own| own.0.bill.amounts.gross)
        // A credit note is paid by us.
        .field("paymentDueDate", |own| own.0.due_date().filter(|_| own.0.bill.kind == BillKind::Invoice))
        .field_async("pdfUrl", |own: Arc<InvoiceDocument>, ctx: Ctx, (): ()| async move {
            Ok(paper(&ctx, &own.0.bill).map(|(url, _)| url))
        })
        .field("annulledBy", |_| None::<Annulment>)
        .field("documentDebtPosition", |_| None::<DebtPosition>);
    bill_transactions::totals::<StatementDocument>(all, |own| &own.0);
    bill_transactions::ordered::<StatementDocument>(all, |own| &own.0);
    bill_transactions::invoice_totals::<InvoiceDocument>(all, |own| &own.0);
    bill_transactions::ordered::<InvoiceDocument>(all, |own| &own.0);
}

/// The order is `FINALIZED_AT_DESC` (kraken-facts 7.2).
async fn statements(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<StatementDocument>, Failure> {
    let mut found = app::bills::of_ledger(&ctx, &ledger).await?;
    found.retain(|bill| bill.kind == BillKind::Statement);
    Ok(Page::of(found, &request).map(|bill| StatementDocument(Shown::new(bill, None))))
}

async fn invoices(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<InvoiceDocument>, Failure> {
    let mut found = app::bills::of_ledger(&ctx, &ledger).await?;
    found.retain(|bill| bill.kind != BillKind::Statement);
    Ok(Page::of(found, &request).map(|bill| InvoiceDocument(Shown::new(bill, None))))
}

async fn charged(
    own: &StatementDocument,
    ctx: &Ctx,
) -> Result<Option<(DateTime<Utc>, DateTime<Utc>)>, Failure> {
    Ok(bill_transactions::charged_between(own.0.entries(ctx).await?))
}
