//! Changing an agreement to another product.

use chrono::NaiveDate;
use kemu_domain::agreements::{Agreement, AgreementId};
use kemu_domain::errors::Failure;

use super::Ctx;
use super::engine::resolvers::Resolvers;
use crate::{app, inputs, objects};

objects! {
    Switched: "InitiateProductSwitch" by |switched| switched.0.id.get();
}

/// The payload of `initiateProductSwitch`: the new agreement.
struct Switched(Agreement);

inputs! {
    struct DatesArguments {
        agreement_id: i64,
        max_range: Option<i64>,
    }
    struct SwitchArguments {
        input: SwitchInput,
    }
    struct SwitchInput {
        account_number: String,
        quoted_product_id: String,
        switch_date: NaiveDate,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("availableProductSwitchDates", dates);
    all.mutation("initiateProductSwitch", switch);
    all.object::<Switched>()
        .field("productCode", |switched| switched.0.product_code.clone())
        .field("switchDate", |switched| switched.0.first_day());
}

async fn dates(ctx: Ctx, arguments: DatesArguments) -> Result<Vec<NaiveDate>, Failure> {
    let range = arguments.max_range.unwrap_or(i64::MAX);
    app::product_switches::days(&ctx, AgreementId(arguments.agreement_id), range).await
}

async fn switch(ctx: Ctx, arguments: SwitchArguments) -> Result<Option<Switched>, Failure> {
    let SwitchInput { account_number, quoted_product_id, switch_date } = arguments.input;
    let new = app::product_switches::start(&ctx, &account_number, &quoted_product_id, switch_date).await?;
    Ok(Some(Switched(new)))
}
