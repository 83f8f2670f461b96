//! An account's payments, made and tried, and a ledger's requests for payment.

use std::sync::Arc;

use chrono::NaiveDate;
use kemu_domain::accounts::Account;
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::Ledger;
use kemu_domain::payments::{Payment, PaymentMethod, PaymentReason, PaymentStatus};
use kemu_domain::{Minor, Page, PageRequest, PaymentId};
use kemu_persistence::payments::Filter;

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use crate::{app, enums, inputs, objects};

objects! {
    Collected: "CollectPayment" by |own| own.0.id.get();
    Amended: "AmendPayment" by |own| own.0.id.get();
    Cancelled: "CancelPayment" by |own| own.0.id.get();
    Payment: "AccountPaymentType" by |payment| payment.id.get();
    Requests: "PaymentRequestsType" by |own| own.0.id.get();
    Requested: "PaymentRequestType" by |own| own.0.id.get();
    FundingSource: "FundingSourceAmountType" by |_| 0;
    Modifiable: "CanModifyPaymentsType" by |_| 0;
    Again: "PaymentWithNonConcludedRePresentationType" by |own| own.0.id.get();
}
enums!(PaymentReason, PaymentStatus);

/// The payload of `collectPayment`.
struct Collected(Payment);

/// The payload of `amendPayment`.
struct Amended(Payment);

/// The payload of `cancelPayment`.
struct Cancelled(Payment);

/// The requests for payment of a ledger.
struct Requests(Ledger);

/// A payment that was asked for.
struct Requested(Payment);

/// Another source from which a payment is made up: there is none, as the pot pays the ledger and not the payment.
enum FundingSource {}

/// Whether payments may be changed: those on their way may.
struct Modifiable;

/// A failed payment that is taken once more.
struct Again(Payment);

inputs! {
    struct CollectArguments {
        input: CollectInput,
    }
    struct CollectInput {
        account_number: String,
        ledger_number: Option<String>,
        amount: i64,
        collection_method: Option<EnumName>,
        description: String,
        idempotency_key: String,
        payment_date: NaiveDate,
    }
    struct AmendArguments {
        input: AmendInput,
    }
    struct AmendInput {
        account_number: String,
        amount: i64,
        payment_date: NaiveDate,
        payment_id: i64,
    }
    struct CancelArguments {
        input: CancelInput,
    }
    struct CancelInput {
        account_number: String,
        payment_id: String,
    }
    struct LedgerArguments {
        ledger_number: String,
    }
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
    all.object::<Account>().field("canModifyPayments", |_| Modifiable);
    all.object::<Modifiable>().field("canAmendPayments", |_| true).field("canCancelPayments", |_| true);
    all.mutation("collectPayment", collect);
    all.mutation("amendPayment", amend);
    all.mutation("cancelPayment", |ctx: Ctx, arguments: CancelArguments| async move {
        let CancelInput { account_number, payment_id } = arguments.input;
        app::payments::cancel(&ctx, &account_number, &payment_id).await.map(Cancelled).map(Some)
    });
    all.object::<Collected>().field("payment", |own| own.0.clone());
    all.object::<Amended>().field("payment", |own| own.0.clone());
    all.object::<Cancelled>().field("payment", |own| own.0.clone());
    all.query("paymentRequests", payment_requests);
    all.object::<Ledger>().connection("paymentsWithNonConcludedRePresentation", taken_again);
    all.object::<Requests>().connection("paymentRequest", requests);
    all.object::<Requested>()
        // Text in the contract; taken to be the payment's own status (a guess).
        .field("paymentStatus", |own| own.0.status.to_string())
        .field("totalAmount", |own| own.0.amount)
        .field("customerAmount", |own| own.0.amount)
        .field("expectedPaymentDate", |own| own.0.payment_date)
        .connection("fundingSourceAmounts", |_: Arc<Requested>, _, (): (), request| async move {
            Ok(Page::of(Vec::<FundingSource>::new(), &request))
        });
    all.object::<Again>()
        .field("amountPayable", |own| own.0.amount)
        .field("payableDate", |own| own.0.payment_date);
}

async fn collect(ctx: Ctx, arguments: CollectArguments) -> Result<Option<Collected>, Failure> {
    let input = arguments.input;
    let asked = app::payments::Collection {
        account_number: input.account_number,
        ledger_number: input.ledger_number,
        amount: Minor(input.amount),
        date: input.payment_date,
        description: input.description,
        method: input.collection_method.map(|method| method.0),
        idempotency_key: input.idempotency_key,
    };
    app::payments::collect(&ctx, &asked).await.map(Collected).map(Some)
}

/// The reason that the input may give is kept nowhere.
async fn amend(ctx: Ctx, arguments: AmendArguments) -> Result<Option<Amended>, Failure> {
    let AmendInput { account_number, amount, payment_date, payment_id } = arguments.input;
    let which = (account_number.as_str(), PaymentId(payment_id));
    app::payments::amend(&ctx, which, Minor(amount), payment_date).await.map(Amended).map(Some)
}

async fn payment_requests(ctx: Ctx, arguments: LedgerArguments) -> Result<Option<Requests>, Failure> {
    app::ledgers::find(&ctx, &arguments.ledger_number).await.map(|ledger| Some(Requests(ledger)))
}

/// What we asked for, newest first: the direct debits. What a customer sends by themselves is no request.
async fn requests(
    own: Arc<Requests>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Requested>, Failure> {
    let filter = Filter { ledger: Some(own.0.id), methods: PaymentMethod::COLLECTED, ..Filter::default() };
    Ok(app::payments::page(&ctx, own.0.account_id, &filter, &request).await?.map(Requested))
}

async fn taken_again(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Again>, Failure> {
    let filter = Filter {
        ledger: Some(ledger.id),
        status: Some(PaymentStatus::Scheduled),
        methods: &[PaymentMethod::DdRePresentation],
        ..Filter::default()
    };
    Ok(app::payments::page(&ctx, ledger.account_id, &filter, &request).await?.map(Again))
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
        ..Filter::default()
    };
    app::payments::page(&ctx, account.id, &filter, &request).await
}
