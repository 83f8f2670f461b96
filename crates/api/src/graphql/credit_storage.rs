//! The pot of an account, and asking for it to be used. Values of texts are guessed: see the domain.

use std::sync::Arc;

use kemu_domain::accounts::Account;
use kemu_domain::credit_storage::{self as rules, Eligibility, RequestStatus};
use kemu_domain::errors::Failure;
use kemu_domain::ledgers::Ledger;
use kemu_domain::{Minor, Page, PageRequest};
use kemu_graphql::execution::Output;

use super::Ctx;
use super::engine::connection::{self, Connection};
use super::engine::outputs::{Answer, Node, OutputShape, Place};
use super::engine::resolvers::Resolvers;
use super::facts::{PossibleError, possible_errors_of_mutation};
use crate::app::credit_storage::Request;
use crate::{app, inputs, objects};

objects! {
    Pot: "CreditStorageType" by |pot| pot.0.id.get();
    PotLedger: "CreditStorageLedgerType" by |pot| pot.0.id.get();
    Eligibilities: "SourceFundRequestEligibilityConnection" by |_| 0;
    Edge: "SourceFundRequestEligibilityEdge" by |edge| edge.eligibility.ledger.id.get();
    Eligibility: "SourceFundRequestEligibilityType" by |own| own.ledger.id.get();
    Created: "CreateSourceFundRequest" by |_| 0;
    SourceFundRequest: "SourceFundRequestType" by |_| 0;
}

/// The pot.
struct Pot(Ledger);

/// Its ledger.
struct PotLedger(Ledger);

/// For which ledgers it may be used: a page that takes no page's arguments, and so always the whole list.
struct Eligibilities(Vec<Eligibility>);

/// An item of it.
struct Edge {
    at: usize,
    eligibility: Eligibility,
}

/// What such a page says of itself, by how many items it has.
struct WholePage(usize);

/// What became of a request.
struct Created(RequestStatus);

/// The request.
struct SourceFundRequest(RequestStatus);

inputs! {
    struct CreateArguments {
        input: CreateInput,
    }
    struct CreateInput {
        account_number: String,
        source_ledger_number: String,
        target_ledger_number: String,
        requested_amount: i64,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.object::<Account>().field_async("creditStorage", credit_storage);
    all.object::<Pot>()
        .field("ledger", |pot| PotLedger(pot.0.clone()))
        .field_async("balanceForecast", balance_forecast)
        .field_async("sourceFundRequestEligibilities", eligibilities);
    all.object::<PotLedger>()
        .field("number", |pot| pot.0.number.to_string())
        .field("name", |pot| pot.0.name.clone())
        .field("ledgerType", |pot| pot.0.ledger_type.to_string())
        .field("currentBalance", |pot| pot.0.balance);
    all.object::<Eligibilities>()
        .field("globalEligibilityOutcome", |own| rules::overall(&own.0).to_string())
        .field("edges", |own| {
            let edge =
                |(at, eligibility): (usize, &Eligibility)| Edge { at, eligibility: eligibility.clone() };
            own.0.iter().enumerate().map(edge).collect::<Vec<_>>()
        })
        .field("pageInfo", |own| WholePage(own.0.len()));
    all.object::<Edge>()
        .field("node", |edge| edge.eligibility.clone())
        .field("cursor", |edge| connection::cursor(edge.at));
    all.object::<Eligibility>()
        .field("ledgerNumber", |own| own.ledger.number.to_string())
        .field("eligibilityOutcome", |own| own.outcome.to_string())
        .field("expectedPaymentDate", |own| own.expected_on);
    all.mutation("createSourceFundRequest", create);
    all.object::<Created>().field("sourceFundRequest", |own| SourceFundRequest(own.0)).field_async(
        "possibleErrors",
        |_: Arc<Created>, ctx: Ctx, (): ()| async move {
            Ok::<Vec<PossibleError>, Failure>(possible_errors_of_mutation(
                &ctx.site,
                "createSourceFundRequest",
            ))
        },
    );
    all.object::<SourceFundRequest>().field("status", |own| own.0.to_string());
}

impl Answer for WholePage {
    fn shape() -> OutputShape {
        OutputShape::Object(&["PageInfo"])
    }

    fn answer(self, place: Place<'_>) -> Output<Node> {
        let Self(items) = self;
        let page = Page::of(vec![Output::Null; items], &PageRequest::first(items));
        Output::Object(place.ty, Node::PageInfo(Arc::new(Connection::new(page))))
    }
}

async fn credit_storage(account: Arc<Account>, ctx: Ctx, (): ()) -> Result<Option<Pot>, Failure> {
    Ok(app::credit_storage::of_account(&ctx, &account).await?.map(Pot))
}

async fn balance_forecast(pot: Arc<Pot>, ctx: Ctx, (): ()) -> Result<Minor, Failure> {
    app::credit_storage::balance_forecast(&ctx, &pot.0).await
}

async fn eligibilities(pot: Arc<Pot>, ctx: Ctx, (): ()) -> Result<Eligibilities, Failure> {
    app::credit_storage::eligibilities_of(&ctx, &pot.0).await.map(Eligibilities)
}

async fn create(ctx: Ctx, arguments: CreateArguments) -> Result<Option<Created>, Failure> {
    let CreateInput { account_number, source_ledger_number, target_ledger_number, requested_amount } =
        arguments.input;
    let asked = Request {
        account_number,
        source: source_ledger_number,
        target: target_ledger_number,
        amount: Minor(requested_amount),
    };
    app::credit_storage::request(&ctx, &asked).await.map(|status| Some(Created(status)))
}
