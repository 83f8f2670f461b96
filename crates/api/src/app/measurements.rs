//! What was used at a place, in intervals, and what it costs.

use std::sync::Arc;

use kemu_domain::errors::{Failure, codes};
use kemu_domain::measurements::{
    Filter, Measurement, MeasurementQuery, Measurements, Part, Price, Pricing, Series, Window,
};
use kemu_domain::metering::{Installation, SupplyMeters};
use kemu_domain::properties::Property;
use kemu_domain::{Page, PageRequest};

use super::supplies::{Supplies, of_account};
use crate::graphql::RequestContext;
use crate::sandbox::Sandbox;

/// A measurement, and what was asked for.
#[derive(Debug, Clone)]
pub struct Measured {
    /// The measurement.
    pub measurement: Measurement,
    /// By which filter it was found.
    pub filter: Arc<Filter>,
    /// Where it was measured.
    pub installation: Arc<Installation>,
}

/// A filter at one supply point.
struct Source {
    filter: Arc<Filter>,
    installation: Arc<Installation>,
    meters: Arc<SupplyMeters>,
}

/// A page of what was measured at a place, in the order of the filters, each oldest first (a guess). No filter stands
/// for one for each supply point (a guess).
///
/// Errors: 4719, 4716, 4710 and 4715 as [`Filter`] says, 4711 where nothing was measured.
pub async fn of_property(
    ctx: &RequestContext,
    place: &Property,
    filters: Vec<Filter>,
    window: &Window,
    request: &PageRequest,
) -> Result<Page<Measured>, Failure> {
    let supplies = of_account(ctx, place.account_id).await?;
    let sources = sources(&ctx.sandbox, &supplies, place, filters)?;
    let mut read = Vec::with_capacity(sources.len());
    for source in &sources {
        let Some(series) = source.filter.read(&source.installation, &source.meters, ctx.now)? else {
            continue;
        };
        let query = MeasurementQuery {
            frequency: series.frequency,
            timezone: window.timezone,
            window: window.span.clone(),
            known: series.known.clone(),
        };
        read.push((source, series, query));
    }
    let count =
        |(_, series, query): &(_, Series<'_>, _)| Measurements::new(&series.meter, query, &unpriced).len();
    let total = read.iter().map(count).sum();
    if total == 0 {
        return Err(codes::NO_READINGS.into());
    }
    let page = request.window(total);
    let (mut items, mut before) = (Vec::with_capacity(page.range.len()), 0);
    for (source, series, query) in &read {
        let point = source.installation.point.id;
        let pricing = Pricing::new(&ctx.sandbox.tariffs, &series.meter, point, &supplies.agreements);
        let price = |part: &Part| pricing.price(part);
        let list =
            Measurements::new(&series.meter, query, &price).counting(source.installation.point.direction);
        let range = page.range.start.max(before)..page.range.end.min(before + list.len());
        items.extend(range.filter_map(|index| {
            Some(Measured {
                measurement: list.get(index - before)?,
                filter: Arc::clone(&source.filter),
                installation: Arc::clone(&source.installation),
            })
        }));
        before += list.len();
    }
    Ok(Page::new(items, &page, total))
}

fn unpriced(_: &Part) -> Option<Price> {
    None
}

fn sources(
    sandbox: &Sandbox,
    supplies: &Supplies,
    place: &Property,
    filters: Vec<Filter>,
) -> Result<Vec<Source>, Failure> {
    let at_place: Vec<&Installation> = supplies.at(place.id).collect();
    let source = |filter: &Arc<Filter>, installation: &Installation| Source {
        filter: Arc::clone(filter),
        installation: Arc::new(installation.clone()),
        meters: supplies.meters_at(sandbox, installation),
    };
    if filters.is_empty() {
        let all =
            at_place.iter().map(|installation| source(&Arc::new(Filter::of(installation)), installation));
        return Ok(all.collect());
    }
    let mut found = Vec::new();
    for filter in filters.into_iter().map(Arc::new) {
        let points = filter.points(at_place.iter().copied())?;
        found.extend(points.into_iter().map(|installation| source(&filter, installation)));
    }
    Ok(found)
}
