//! `createQuoteForAccount`: where a customer learns which products they may switch to.
//!
//! A quote is made anew each time and not kept. Its products can be switched to by their ids while they are sold.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::errors::Failure;
use kemu_domain::quotes::QuotedProductId;
use kemu_domain::supply_points::SupplyPointId;
use kemu_domain::tariffs::Product;
use kemu_domain::{Page, PageRequest};

use super::Ctx;
use super::engine::resolvers::Resolvers;
use super::products::Sold;
use crate::app::quotes::QuotedPoint;
use crate::{app, inputs, objects};

objects! {
    Created: "CreateQuoteForAccount" by |_| 0;
    Quote: "MarketSupplyQuoteRequestType" by |_| 0;
    QuotedPoint: "MarketSupplyQuotedSupplyPointType" by |point| point.installation.point.id.get();
    QuotedProduct: "MarketSupplyQuotedProductType" by |quoted| quoted.product.id;
}

/// The payload of `createQuoteForAccount`.
struct Created(Quote);

/// A quote.
#[derive(Clone)]
struct Quote {
    code: String,
    requested_at: DateTime<Utc>,
    points: Vec<QuotedPoint>,
}

/// A product in a quote.
struct QuotedProduct {
    point: SupplyPointId,
    product: Arc<Product>,
}

inputs! {
    struct CreateArguments {
        input: CreateInput,
    }
    struct CreateInput {
        account_number: String,
        identifiers: Vec<Option<String>>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.mutation("createQuoteForAccount", create);
    all.object::<Created>().field("quoteRequest", |created| created.0.clone());
    all.object::<Quote>()
        .field("code", |quote| quote.code.clone())
        .field("requestedAt", |quote| quote.requested_at)
        .field("acceptedAt", |_| None::<DateTime<Utc>>)
        .connection("quotedSupplyPoints", points);
    all.object::<QuotedPoint>()
        .field("id", |point| point.installation.point.id.to_string())
        .field("identifier", |point| point.installation.point.external_identifier.as_str().to_owned())
        .field("marketName", |point| point.installation.point.market().to_string())
        .field("supplyPoint", |point| point.installation.clone())
        .connection("quotedProducts", products);
    all.object::<QuotedProduct>()
        .field("id", |quoted| {
            QuotedProductId { supply_point: quoted.point, product: quoted.product.id }.to_string()
        })
        .field("product", |quoted| Sold(Arc::clone(&quoted.product)))
        .field("wasSelected", |_| false);
}

async fn create(ctx: Ctx, arguments: CreateArguments) -> Result<Option<Created>, Failure> {
    let CreateInput { account_number, identifiers } = arguments.input;
    let identifiers: Vec<String> = identifiers.into_iter().flatten().collect();
    let points = app::quotes::for_account(&ctx, &account_number, &identifiers).await?;
    let code = ctx.sandbox.uuid().to_string();
    Ok(Some(Created(Quote { code, requested_at: ctx.now, points })))
}

async fn points(
    quote: Arc<Quote>,
    _: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<QuotedPoint>, Failure> {
    Ok(Page::of(quote.points.clone(), &request))
}

async fn products(
    quoted: Arc<QuotedPoint>,
    _: Ctx,
    (): (),
    request: PageRequest,
) -> Result<Page<QuotedProduct>, Failure> {
    let point = quoted.installation.point.id;
    let products = quoted.products.iter().cloned().map(|product| QuotedProduct { point, product });
    Ok(Page::of(products.collect(), &request))
}
