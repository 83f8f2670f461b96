//! An account's bills. A bill for consumption is a `StatementType`; one for solar power is an `InvoiceType` whose kind is
//! `CREDIT_NOTE`, as the contract has no type of its own for it (a guess).

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use kemu_domain::accounts::Account;
use kemu_domain::billing::BillingRhythm;
use kemu_domain::bills::{Bill, BillFilter, BillKind, BillOrder, BillStatus, Reversals, total_of};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::transactions::{Amounts, Transaction, TransactionKind};
use kemu_domain::{BillId, Minor, Page, PageRequest};
use kemu_graphql::execution::Output;
use tokio::sync::OnceCell;

use super::engine::outputs::{Answer, EnumName, Node, Object as _, OutputShape, Place};
use super::engine::resolvers::{Fields, Resolvers};
use super::transactions::with_offset;
use super::{Ctx, bill_transactions};
use crate::app::bills::{Choice, Named};
use crate::documents::Signer;
use crate::documents::signed_url::LIFETIME;
use crate::{app, enums, inputs, objects};

objects! {
    Statement: "StatementType" by |own| own.0.bill.id.get();
    Invoice: "InvoiceType" by |own| own.0.bill.id.get();
    Held: "HeldStatus" by |_| 0;
    Attachment: "BillingAttachmentType" by |own| own.key;
    Representation: "BillRepresentationType" by |_| 0;
    Rhythm: "BillingOptionsType" by |_| 0;
}
enums!(BillKind, BillStatus, BillOrder, Reversals);

/// A bill, where it was sent, and what stands on it, once somebody has asked.
pub(super) struct Shown {
    pub(super) bill: Bill,
    sent_to: Option<String>,
    entries: OnceCell<Vec<Transaction>>,
}

/// A bill of what was consumed.
struct Statement(Shown);

/// A bill of solar power.
struct Invoice(Shown);

/// A bill of either kind: the contract's `BillInterface`.
enum AnyBill {
    Statement(Statement),
    Invoice(Invoice),
}

/// Whether a bill is held back. None is.
struct Held;

/// The paper of a bill.
struct Attachment {
    key: i64,
    filename: String,
    url: String,
    expires_at: DateTime<Utc>,
}

/// A form of a bill other than paper. Nobody makes any.
struct Representation;

/// When an account is billed.
struct Rhythm(BillingRhythm);

inputs! {
    struct BillsArguments {
        ledger_number: Option<String>,
        include_invoices: Option<bool>,
        include_open_statements: Option<bool>,
        only_current_email: Option<bool>,
        from_date: Option<NaiveDate>,
        to_date: Option<NaiveDate>,
        issued_from_date: Option<NaiveDate>,
        issued_to_date: Option<NaiveDate>,
        order_by: Option<BillOrder>,
        offset: Option<i64>,
    }
    struct BillArguments {
        id: Option<String>,
        identifier: Option<String>,
        bill_type: Option<EnumName>,
        ledger_number: Option<String>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Account>()
        .connection("bills", bills)
        .field_async("bill", bill)
        .field_async("billingOptions", billing_options);
    common(&mut all.object::<Statement>(), |own| &own.0);
    common(&mut all.object::<Invoice>(), |own| &own.0);
    all.object::<Statement>()
        .field("status", |own| own.0.bill.status)
        .field("openingBalance", |own| own.0.bill.opening_balance)
        .field("closingBalance", |own| own.0.bill.closing_balance)
        .field("consumptionStartDate", |own| own.0.bill.from)
        .field("consumptionEndDate", |own| own.0.bill.last_day())
        .field("paymentDueDate", |own| own.0.due_date())
        .field("heldStatus", |_| Held)
        .field("isExternalBill", |_| false)
        .field("toAddress", |own| own.0.sent_to.clone())
        // It goes to the account's address, and to nobody by name.
        .field("userId", |_| None::<i64>)
        .connection("transactions", transactions);
    all.object::<Invoice>()
        .field("identifier", |own| own.0.bill.identifier.clone())
        .field("grossAmount", |own| own.0.bill.amounts.gross)
        .field("isAnnulled", |_| false)
        .field_async("totalPayments", total_payments)
        .connection("representations", |_: Arc<Invoice>, _, (): (), request| async move {
            Ok(Page::of(Vec::<Representation>::new(), &request))
        });
    all.object::<Held>().field("isHeld", |_| false).field("reason", |_| None::<String>);
    all.object::<Attachment>()
        .field("filename", |own| own.filename.clone())
        .field("temporaryUrl", |own| own.url.clone())
        .field("temporaryUrlExpiresAt", |own| own.expires_at);
    all.object::<Rhythm>()
        .field("currentBillingPeriodStartDate", |own| own.0.period.from)
        .field("currentBillingPeriodEndDate", |own| own.0.period.last_day())
        .field("nextBillingDate", |own| own.0.next_bill)
        .field("isFixed", |_| true)
        .field("periodLength", |_| EnumName("MONTHLY".into()))
        .field("periodLengthMultiplier", |own| i64::from(own.0.months))
        .field("periodStartDay", |own| i64::from(own.0.start_day));
    bill_transactions::totals::<Statement>(all, |own| &own.0);
    bill_transactions::invoice_totals::<Invoice>(all, |own| &own.0);
    bill_transactions::listed::<Invoice>(all, |own| &own.0);
}

/// What all bills have.
fn common<T>(fields: &mut Fields<'_, T>, shown: fn(&T) -> &Shown)
where
    T: super::engine::outputs::Object,
{
    fields
        .field("id", move |own| shown(own).bill.id.to_string())
        .field("billType", move |own| shown(own).bill.kind)
        .field("fromDate", move |own| shown(own).bill.from)
        .field("toDate", move |own| shown(own).bill.last_day())
        .field("issuedDate", move |own| shown(own).bill.issued_on())
        .field_async("reversalsAfterClose", move |own: Arc<T>, ctx: Ctx, (): ()| async move {
            let shown = shown(&own);
            Ok(Reversals::of(&shown.bill, shown.entries(&ctx).await?))
        })
        .connection("attachments", move |own: Arc<T>, ctx: Ctx, (): (), request| async move {
            Ok(Page::of(attachment(&ctx, &shown(&own).bill).into_iter().collect(), &request))
        });
}

impl Shown {
    /// A bill, and where it was sent.
    pub(super) fn new(bill: Bill, sent_to: Option<String>) -> Self {
        Self { bill, sent_to, entries: OnceCell::new() }
    }

    /// What stands on it, oldest first.
    pub(super) async fn entries(&self, ctx: &Ctx) -> Result<&[Transaction], Failure> {
        let entries = self.entries.get_or_try_init(|| app::bills::entries(ctx, &self.bill)).await?;
        Ok(entries)
    }

    /// What its bookings of one kind come to.
    pub(super) async fn total(&self, ctx: &Ctx, kind: TransactionKind) -> Result<Amounts, Failure> {
        Ok(total_of(&self.bill, self.entries(ctx).await?, kind))
    }

    /// By when it is to be paid; none for what nobody has been sent.
    pub(super) fn due_date(&self) -> Option<NaiveDate> {
        self.bill.issued_on().map(|_| self.bill.due_date)
    }
}

impl AnyBill {
    fn of(account: &Account, bill: Bill) -> Self {
        let by_post = || Some(account.billing.one_line()).filter(|line| !line.is_empty());
        let shown = Shown::new(bill, account.billing.email.clone().or_else(by_post));
        match shown.bill.kind {
            BillKind::Statement => Self::Statement(Statement(shown)),
            BillKind::Invoice | BillKind::CreditNote => Self::Invoice(Invoice(shown)),
        }
    }
}

impl Answer for AnyBill {
    fn shape() -> OutputShape {
        OutputShape::Object(&["StatementType", "InvoiceType"])
    }

    fn answer(self, place: Place<'_>) -> Output<Node> {
        match self {
            Self::Statement(bill) => bill.into_output(place),
            Self::Invoice(bill) => bill.into_output(place),
        }
    }
}

/// The address of a bill's paper, and until when it is good; none before the bill is issued.
pub(super) fn paper(ctx: &Ctx, bill: &Bill) -> Option<(String, DateTime<Utc>)> {
    bill.issued_on()?;
    let url = Signer::new(ctx.sandbox.seed).bill_url(&ctx.base_url, bill.id, ctx.now);
    Some((url, ctx.now + LIFETIME))
}

fn attachment(ctx: &Ctx, bill: &Bill) -> Option<Attachment> {
    let (url, expires_at) = paper(ctx, bill)?;
    Some(Attachment { key: bill.id.get(), filename: format!("{}.pdf", bill.identifier), url, expires_at })
}

async fn bills(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: BillsArguments,
    request: PageRequest,
) -> Result<Page<AnyBill>, Failure> {
    let request = with_offset(request, arguments.offset)?;
    let choice = Choice {
        ledger_number: arguments.ledger_number,
        filter: BillFilter {
            ledger: None,
            from: arguments.from_date,
            to: arguments.to_date,
            issued_from: arguments.issued_from_date,
            issued_to: arguments.issued_to_date,
        },
        include_open: arguments.include_open_statements.unwrap_or(false),
        excludes_invoices: arguments.include_invoices == Some(false),
        only_current_email: arguments.only_current_email.unwrap_or(false),
        order: arguments.order_by.unwrap_or_default(),
    };
    let found = app::bills::of_account(&ctx, &account, &choice).await?;
    Ok(Page::of(found, &request).map(|bill| AnyBill::of(&account, bill)))
}

/// Null where there is no such bill (a guess: the contract has no code for it). Errors: 4149 for an id and an identifier,
/// or neither; 4148 for an id that is no number.
async fn bill(account: Arc<Account>, ctx: Ctx, arguments: BillArguments) -> Result<Option<AnyBill>, Failure> {
    let named = match (arguments.id, arguments.identifier) {
        (Some(id), None) => Named::Id(BillId(id.parse().map_err(|_| codes::BILL_ID_INVALID)?)),
        (None, Some(identifier)) => Named::Identifier(identifier),
        _ => return Err(codes::BILL_NOT_EXACTLY_ONE.into()),
    };
    let found = app::bills::one_of_account(&ctx, &account, &named, arguments.ledger_number).await?;
    let wanted = arguments.bill_type.map(|EnumName(name)| name);
    let is_wanted = |bill: &Bill| wanted.as_ref().is_none_or(|name| *name == bill.kind.to_string());
    Ok(found.filter(is_wanted).map(|bill| AnyBill::of(&account, bill)))
}

async fn billing_options(account: Arc<Account>, ctx: Ctx, (): ()) -> Result<Option<Rhythm>, Failure> {
    Ok(app::bills::rhythm(&ctx, &account).await?.map(Rhythm))
}

async fn transactions(
    own: Arc<Statement>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Transaction>, Failure> {
    let mut entries = own.0.entries(&ctx).await?.to_vec();
    entries.reverse();
    Ok(Page::of(entries, &request))
}

/// Payments and refunds, with the sign of transactions.
async fn total_payments(own: Arc<Invoice>, ctx: Ctx, (): ()) -> Result<Minor, Failure> {
    let paid = own.0.total(&ctx, TransactionKind::Payment).await?;
    Ok(paid.gross + own.0.total(&ctx, TransactionKind::Refund).await?.gross)
}
