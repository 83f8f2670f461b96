//! Repayments: what went back to the customer, the requests for it, and making and withdrawing them.

use std::sync::Arc;

use kemu_domain::accounts::Account;
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::Ledger;
use kemu_domain::repayments::{Repayment, RepaymentMethod, RepaymentStatus};
use kemu_domain::{Minor, Page, PageRequest};

use super::Ctx;
use super::engine::outputs::EnumName;
use super::engine::resolvers::Resolvers;
use crate::app::repayments::{NewRepayment, Repaid};
use crate::{app, enums, inputs, objects};

objects! {
    Eligibility: "RequestRefundEligibilityType" by |_| 0;
    Repaid: "AccountRepaymentType" by |repaid| repaid.id;
    Repayment: "RepaymentRequestType" by |repayment| repayment.id.0;
    Submitted: "SubmitRepaymentRequest" by |own| own.0.0.id.0;
    SubmittedRequest: "RequestRepaymentOutputType" by |own| own.0.id.0;
    Withdrawn: "CancelRepaymentRequest" by |own| own.0.0.id.0;
    WithdrawnRequest: "CancelRepaymentRequestOutputType" by |own| own.0.id.0;
}
/// Whether the customer may ask for credit back: while there is some.
struct Eligibility(bool);
enums!(RepaymentMethod, RepaymentStatus);

/// The payload of `submitRepaymentRequest`.
struct Submitted(SubmittedRequest);
/// A request that was made.
#[derive(Clone)]
struct SubmittedRequest(Repayment);
/// The payload of `cancelRepaymentRequest`.
struct Withdrawn(WithdrawnRequest);
/// A request that was withdrawn.
#[derive(Clone)]
struct WithdrawnRequest(Repayment);

inputs! {
    struct EligibilityArguments {
        ledger_number: Option<String>,
    }
    struct RepaymentsArguments {
        statuses: Option<Vec<Option<EnumName>>>,
    }
    struct SubmitArguments {
        input: SubmitInput,
    }
    struct SubmitInput {
        account_number: String,
        amount_in_minor_unit: i64,
        idempotency_key: String,
        instruction_reference: Option<String>,
        ledger_number: Option<String>,
        method: Option<RepaymentMethod>,
        reason: Option<String>,
    }
    struct WithdrawArguments {
        input: WithdrawInput,
    }
    struct WithdrawInput {
        request_id: String,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.mutation("submitRepaymentRequest", submit);
    all.mutation("cancelRepaymentRequest", |ctx: Ctx, arguments: WithdrawArguments| async move {
        let withdrawn = app::repayments::cancel(&ctx, &arguments.input.request_id).await?;
        Ok::<_, Failure>(Some(Withdrawn(WithdrawnRequest(withdrawn))))
    });
    all.object::<Submitted>().field("repaymentRequest", |own| own.0.clone());
    all.object::<SubmittedRequest>()
        .field("requestId", |own| own.0.id.0.to_string())
        .field("status", |own| own.0.status);
    all.object::<Withdrawn>().field("repaymentRequest", |own| own.0.clone());
    all.object::<WithdrawnRequest>()
        .field("requestId", |own| own.0.id.0.to_string())
        .field("status", |own| own.0.status);
    all.object::<Account>()
        .connection("repayments", of_account)
        .field_async("canRequestRefund", |account: Arc<Account>, ctx: Ctx, (): ()| async move {
            has_credit(&ctx, &account, None).await.map(Some)
        })
        .field_async("requestRefundEligibility", eligibility);
    all.object::<Eligibility>()
        .field("canRequestRefund", |own| own.0)
        // Words of ours.
        .field("reason", |own| (!own.0).then_some("There is no credit."));
    all.object::<Repaid>()
        .field("id", |repaid| repaid.id.to_string())
        .field("amount", |repaid| repaid.amount)
        .field("paymentDate", |repaid| repaid.date)
        .field("status", |repaid| EnumName(repaid.status.into()));
    all.object::<Ledger>().connection("repaymentRequests", requests);
    all.object::<Repayment>()
        .field("requestId", |repayment| repayment.id.0.to_string())
        .field("amount", |repayment| repayment.wish.amount)
        .field("method", |repayment| repayment.wish.method)
        .field("reasonCode", |repayment| repayment.wish.reason.clone())
        .field("status", |repayment| repayment.status);
}

async fn eligibility(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: EligibilityArguments,
) -> Result<Option<Eligibility>, Failure> {
    has_credit(&ctx, &account, arguments.ledger_number.as_deref()).await.map(Eligibility).map(Some)
}

/// Whether there is credit on the ledger of this number, or on any.
async fn has_credit(ctx: &Ctx, account: &Account, ledger: Option<&str>) -> Result<bool, Failure> {
    let ledgers = app::ledgers::of_account(ctx, account, ledger).await?;
    Ok(ledgers.iter().any(|ledger| ledger.balance > Minor::ZERO))
}

async fn submit(ctx: Ctx, arguments: SubmitArguments) -> Result<Option<Submitted>, Failure> {
    let input = arguments.input;
    let asked = NewRepayment {
        account_number: input.account_number,
        ledger_number: input.ledger_number,
        amount: Minor(input.amount_in_minor_unit),
        method: input.method,
        reason: input.reason,
        instruction: input.instruction_reference,
        idempotency_key: input.idempotency_key,
    };
    let submitted = app::repayments::submit(&ctx, &asked).await?;
    Ok(Some(Submitted(SubmittedRequest(submitted))))
}

async fn of_account(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: RepaymentsArguments,
    request: PageRequest,
) -> Result<Page<Repaid>, Failure> {
    let mut found = app::repayments::of_account(&ctx, &account).await?;
    if let Some(statuses) = arguments.statuses {
        found.retain(|repaid| statuses.iter().flatten().any(|status| status.0 == repaid.status));
    }
    Ok(Page::of(found, &request))
}

async fn requests(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Repayment>, Failure> {
    Ok(Page::of(app::repayments::requests_of(&ctx, &ledger).await?, &request))
}
