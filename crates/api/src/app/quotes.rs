//! Quotes: what a customer's supply points may be switched to.

use std::sync::Arc;

use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::metering::Installation;
use kemu_domain::quotes::offered;
use kemu_domain::tariffs::Product;

use super::accounts;
use super::supplies::Supplies;
use crate::graphql::RequestContext;

/// What a supply point may be switched to.
#[derive(Debug, Clone)]
pub struct QuotedPoint {
    /// The supply point.
    pub installation: Installation,
    /// The products; none where nothing supplies it.
    pub products: Vec<Arc<Product>>,
}

/// Quotes for supply points of the account, in the order in which they were named. Errors: 4924 for an account that is
/// not the viewer's, 4645 for an identifier that is none of its supply points'.
pub async fn for_account(
    ctx: &RequestContext,
    account_number: &str,
    identifiers: &[String],
) -> Result<Vec<QuotedPoint>, Failure> {
    let account = accounts::find_or(ctx, account_number, codes::PRODUCT_SWITCH_UNAUTHORIZED).await?;
    let supplies = Supplies::of(&ctx.sandbox.store.reader(), account.id).await?;
    let today = paris_date(ctx.now);
    let tariffs = &ctx.sandbox.tariffs;
    let mut quoted = Vec::new();
    for identifier in identifiers {
        let before = quoted.len();
        let called_so = |at: &&Installation| at.point.external_identifier.as_str() == identifier;
        for installation in supplies.installations.iter().filter(called_so) {
            let point = installation.point.id;
            let mut agreements = supplies.agreements.iter().rev();
            let current = agreements
                .find(|agreement| agreement.supply_point_id == point && agreement.covers(today))
                .and_then(|agreement| tariffs.product(&agreement.product_code));
            let products = current.into_iter().flat_map(|current| offered(tariffs, current, today));
            quoted.push(QuotedPoint {
                installation: installation.clone(),
                products: products.cloned().collect(),
            });
        }
        if quoted.len() == before {
            return Err(codes::SUPPLY_POINT_NOT_ON_ACCOUNT.into());
        }
    }
    Ok(quoted)
}
