//! Agreements. The contract shows one in three ways: as clients in France read it (`SupplyAgreementInterface`), as the
//! core's mutations answer it (`CommonAgreementType`), and in short (`Agreement`).

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::accounts::Account;
use kemu_domain::agreements::{Agreement, AgreementError, AgreementId};
use kemu_domain::billing::Forecast;
use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::ledgers::Ledger;
use kemu_domain::metering::Installation;
use kemu_domain::supply_points::Market;
use kemu_domain::tariffs::Product;
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::accounts::IdArguments;
use super::engine::resolvers::Resolvers;
use super::product_rates::EnergySupplyRate;
use super::products::{Agreed, Sold};
use crate::{app, inputs, objects};

objects!(
    Supplied: ["ElectricitySpecificAgreementType", "GasSpecificAgreementType"] is |own| match own.0.product.market {
        Market::FraElectricity => "ElectricitySpecificAgreementType",
        Market::FraGas => "GasSpecificAgreementType",
    },
    by |own| own.0.agreement.id.get()
);
objects! {
    Common: "CommonAgreementType" by |own| own.0.agreement.id.get();
    InShort: "Agreement" by |own| own.0.id.get();
    NextPayment: "NextPaymentForecastType" by |payment| i64::from(payment.0.number);
    Terminated: "TerminateAgreement" by |own| own.0.0.agreement.id.get();
}

/// An agreement with what it sells.
#[derive(Clone)]
struct Shown {
    agreement: Agreement,
    product: Arc<Product>,
    is_active: bool,
}

/// As clients in France read it.
struct Supplied(Shown);

/// As the core shows it.
#[derive(Clone)]
struct Common(Shown);

/// In short.
struct InShort(Agreement);

/// The next payment for what an agreement charges to its ledger.
struct NextPayment(Forecast);

/// The payload of `terminateAgreement`.
struct Terminated(Common);

inputs! {
    struct AgreementsArguments {
        account_number: String,
        agreement_id: Option<String>,
        active: Option<bool>,
    }
    struct AccountAgreementsArguments {
        active_at: Option<DateTime<Utc>>,
    }
    struct AgreementIdArguments {
        agreement_id: i64,
    }
    struct TerminateArguments {
        input: TerminateInput,
    }
    struct TerminateInput {
        agreement_id: String,
        terminate_at: DateTime<Utc>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query_connection("agreements", agreements);
    all.query("agreement", agreement);
    all.query("canRescindAgreement", can_rescind);
    all.mutation("terminateAgreement", terminate);
    all.object::<Account>().connection("agreements", of_account);
    all.object::<Ledger>().connection("agreements", of_ledger);
    all.object::<Terminated>().field("agreement", |own| own.0.clone());
    all.object::<Supplied>()
        .field("id", |own| own.0.agreement.id.get())
        .field("validFrom", |own| own.0.agreement.valid_from)
        .field("validTo", |own| own.0.agreement.valid_to)
        .field("isActive", |own| own.0.is_active)
        .field("supplyContractNumber", |own| own.0.agreement.supply_contract_number.clone())
        .field("product", |own| Agreed(Arc::clone(&own.0.product)))
        .field("billingFrequency", |own| i64::from(own.0.agreement.billing_frequency_months))
        .field_async("supplyPoint", |own: Arc<Supplied>, ctx, (): ()| supply_point(own.0.clone(), ctx))
        .field_async("energySupplyRate", rate)
        .field_async("nextPaymentForecast", next_payment)
        .field_async("chargingLedger", charging_ledger);
    // In this world nobody withdraws, and what is agreed is agreed when it begins (assumed).
    all.object::<Common>()
        .field("id", |own| own.0.agreement.id.to_string())
        .field("agreedAt", |own| own.0.agreement.valid_from)
        .field("agreedFrom", |own| own.0.agreement.valid_from)
        .field("agreedTo", |own| own.0.agreement.valid_to)
        .field("isActive", |own| own.0.is_active)
        .field("isRevoked", |_| false)
        .field("product", |own| Sold(Arc::clone(&own.0.product)))
        .field("rescissionDeadlineAt", |own| own.0.agreement.rescission_deadline())
        .field("terminatedAt", |own| own.0.agreement.valid_to)
        .field("validFrom", |own| own.0.agreement.valid_from)
        .field("validTo", |own| own.0.agreement.valid_to)
        .field_async("account", account)
        .field_async("supplyPoint", |own: Arc<Common>, ctx, (): ()| supply_point(own.0.clone(), ctx));
    all.object::<InShort>()
        .field("id", |own| own.0.id.get())
        .field("agreedFrom", |own| own.0.valid_from)
        .field("agreedTo", |own| own.0.valid_to)
        .field("isRevoked", |_| false)
        .field("rescissionDeadlineAt", |own| own.0.rescission_deadline())
        .field("validFrom", |own| own.0.valid_from)
        .field("validTo", |own| own.0.valid_to);
    all.object::<NextPayment>()
        .field("amount", |payment| payment.0.amount)
        .field("date", |payment| payment.0.date);
}

/// Whose account it is, is checked as for every list of an account. The reference lists no error here, so that a
/// foreign account gets the general refusal.
async fn agreements(
    ctx: Ctx,
    arguments: AgreementsArguments,
    request: PageRequest,
) -> Result<Page<Supplied>, Failure> {
    let account = app::accounts::find_or(&ctx, &arguments.account_number, codes::UNAUTHORIZED).await?;
    let mut found = app::agreements::of_account(&ctx, account.id).await?;
    if let Some(id) = &arguments.agreement_id {
        found.retain(|agreement| agreement.id.to_string() == *id);
    }
    found.retain(|agreement| arguments.active.is_none_or(|active| agreement.active_at(ctx.now) == active));
    page(&ctx, found, &request, Supplied)
}

async fn of_account(
    account: Arc<Account>,
    ctx: Ctx,
    arguments: AccountAgreementsArguments,
    request: PageRequest,
) -> Result<Page<Supplied>, Failure> {
    let mut found = app::agreements::of_account(&ctx, account.id).await?;
    found.retain(|agreement| arguments.active_at.is_none_or(|instant| agreement.active_at(instant)));
    page(&ctx, found, &request, Supplied)
}

async fn of_ledger(
    ledger: Arc<Ledger>,
    ctx: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<Common>, Failure> {
    let mut found = app::agreements::of_account(&ctx, ledger.account_id).await?;
    found.retain(|agreement| agreement.charging_ledger == ledger.id);
    page(&ctx, found, &request, Common)
}

fn page<V>(
    ctx: &Ctx,
    found: Vec<Agreement>,
    request: &PageRequest,
    show: impl Fn(Shown) -> V,
) -> Result<Page<V>, Failure> {
    let found: Result<Vec<V>, Failure> =
        found.into_iter().map(|agreement| shown(ctx, agreement).map(&show)).collect();
    Ok(Page::of(found?, request))
}

fn shown(ctx: &Ctx, agreement: Agreement) -> Result<Shown, Failure> {
    let product = app::agreements::product(ctx, &agreement)?;
    let is_active = agreement.active_at(ctx.now);
    Ok(Shown { agreement, product, is_active })
}

/// Errors: the general refusal for an unknown agreement, as the reference lists no error of its own.
async fn agreement(ctx: Ctx, arguments: IdArguments) -> Result<Option<InShort>, Failure> {
    let unknown = || Failure::from(codes::UNAUTHORIZED);
    let id = arguments.id.parse().map_err(|_| unknown())?;
    match app::agreements::find(&ctx, id).await {
        Ok(agreement) => Ok(Some(InShort(agreement))),
        Err(Failure::Refused(_)) => Err(unknown()),
        Err(fault) => Err(fault),
    }
}

async fn can_rescind(ctx: Ctx, arguments: AgreementIdArguments) -> Result<Option<bool>, Failure> {
    let agreement = app::agreements::find(&ctx, AgreementId(arguments.agreement_id)).await?;
    Ok(Some(agreement.can_be_rescinded(ctx.now)))
}

async fn terminate(ctx: Ctx, arguments: TerminateArguments) -> Result<Option<Terminated>, Failure> {
    let id = arguments.input.agreement_id.parse().map_err(|_| AgreementError::NotFound.code())?;
    let ended = app::agreements::terminate(&ctx, id, arguments.input.terminate_at).await?;
    Ok(Some(Terminated(Common(shown(&ctx, ended)?))))
}

async fn supply_point(own: Shown, ctx: Ctx) -> Result<Installation, Failure> {
    let found = app::agreements::installation(&ctx, &own.agreement).await?;
    found.ok_or_else(|| Failure::internal("an agreement is on a supply point that is gone"))
}

/// The prices in force now; of an agreement that has not begun or is over, those of its first or its last day.
async fn rate(own: Arc<Supplied>, ctx: Ctx, (): ()) -> Result<EnergySupplyRate, Failure> {
    let Shown { agreement, product, .. } = &own.0;
    let found = app::agreements::installation(&ctx, agreement).await?;
    let off_peak = found.as_ref().and_then(Installation::off_peak).cloned().unwrap_or_default();
    let date = agreement.nearest_day(paris_date(ctx.now));
    Ok(EnergySupplyRate::new(agreement.id.get(), &ctx.sandbox.tariffs, product, &off_peak, date))
}

async fn charging_ledger(own: Arc<Supplied>, ctx: Ctx, (): ()) -> Result<Option<Ledger>, Failure> {
    app::agreements::ledger(&ctx, &own.0.agreement).await
}

async fn next_payment(own: Arc<Supplied>, ctx: Ctx, (): ()) -> Result<Option<NextPayment>, Failure> {
    Ok(app::agreements::next_payment(&ctx, &own.0.agreement).await?.map(NextPayment))
}

async fn account(own: Arc<Common>, ctx: Ctx, (): ()) -> Result<Account, Failure> {
    app::agreements::account(&ctx, &own.0.agreement).await
}
