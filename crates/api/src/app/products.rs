//! What is sold.

use std::sync::Arc;

use kemu_domain::dates::paris_date;
use kemu_domain::errors::{Failure, codes};
use kemu_domain::supply_points::Market;
use kemu_domain::tariffs::Product;

use crate::graphql::RequestContext;

/// The products that a market sells today, in the order of their ids. Errors: 4930 for a market that is none of
/// France's.
pub fn available(ctx: &RequestContext, market_name: &str) -> Result<Vec<Arc<Product>>, Failure> {
    let market: Market = market_name.parse().map_err(|_| codes::MARKET_UNSUPPORTED)?;
    let today = paris_date(ctx.now);
    let mut sold: Vec<_> = ctx.sandbox.tariffs.available(market, today).cloned().collect();
    sold.sort_by_key(|product| product.id);
    Ok(sold)
}
