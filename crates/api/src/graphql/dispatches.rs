//! What smart devices have charged and will charge: charging sessions, dispatches planned and completed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::devices::{
    ChargingType, Device, Dispatch, Session, SessionPage, SessionRequest, Truncation,
};
use kemu_domain::errors::{Failure, codes};
use kemu_domain::tariffs::Rate;
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::Ctx;
use super::devices::percent;
use super::engine::connection::page_size;
use super::engine::outputs::{EnumName, Zulu};
use super::engine::resolvers::Resolvers;
use super::krakenflex_devices::AccountNumberArguments;
use super::transactions::kilowatt_hours;
use crate::app::charging_costs::Prices;
use crate::{app, enums, inputs, objects};

objects! {
    Dispatch: "SmartFlexDispatch" by |dispatch| dispatch.start.timestamp();
    OlderDispatch: "UpsideDispatchType" by |older| older.0.start.timestamp();
    Meta: "UpsideDispatchMetaType" by |_| 0;
    Page: "DeviceChargingSessionConnection" by |_| 0;
    Edge: "DeviceChargingSessionEdge" by |edge| edge.0.session.start.timestamp();
    Charged: "SmartFlexChargingSession" by |charged| charged.session.start.timestamp();
    Energy: "Energy" by |_| 0;
    Truncation: "SmartFlexChargingTruncation" by |_| 0;
    PageInfo: "DateTimePageInfo" by |_| 0;
    Cost: "Money" by |_| 0;
}
enums!(ChargingType, SessionType);

/// The contract's kinds of session. All that happen here are smart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
enum SessionType {
    Boost,
    Public,
    Smart,
}

/// A dispatch in its older form.
struct OlderDispatch(Dispatch);

/// How a dispatch came about: the words are those of British captures.
struct Meta(ChargingType);

/// A page of sessions of a device.
struct Page {
    device: Arc<Device>,
    prices: Arc<Prices>,
    page: SessionPage,
}

/// An entry of a page of sessions; its cursor is the time at which the session began.
struct Edge(Charged);

/// A session, and what its cost hangs on.
#[derive(Clone)]
struct Charged {
    device: Arc<Device>,
    prices: Arc<Prices>,
    session: Session,
}

/// What a page of sessions says of itself.
struct PageInfo {
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    has_next: bool,
    has_previous: bool,
}

/// Watt-hours.
struct Energy(i64);

/// A price in cents.
struct Cost(Rate);

inputs! {
    struct PlannedArguments {
        device_id: String,
    }
    struct SessionsArguments {
        before: Option<DateTime<Utc>>,
        after: Option<DateTime<Utc>>,
        session_types: Option<Vec<Option<SessionType>>>,
        first: Option<i64>,
        last: Option<i64>,
    }
}

pub(super) fn register(all: &mut Resolvers) {
    all.query("flexPlannedDispatches", flex_planned);
    all.query("plannedDispatches", planned);
    all.query("completedDispatches", completed);
    all.object::<Device>().field_async("chargingSessions", sessions);
    all.object::<Dispatch>()
        .field("start", |dispatch| Zulu(dispatch.start))
        .field("end", |dispatch| Zulu(dispatch.end))
        .field("type", |dispatch| dispatch.kind)
        .field("energyAddedKwh", |dispatch| kilowatt_hours(-dispatch.energy_wh));
    all.object::<OlderDispatch>()
        .field("start", |older| older.0.start)
        .field("end", |older| older.0.end)
        .field("startDt", |older| python(older.0.start))
        .field("endDt", |older| python(older.0.end))
        .field("delta", |older| kilowatt_hours(-older.0.energy_wh))
        .field("deltaKwh", |older| -older.0.energy_wh / 1_000)
        .field("meta", |older| Some(Meta(older.0.kind)));
    all.object::<Meta>().field("location", |_| "AT_HOME").field("source", |meta| match meta.0 {
        ChargingType::Boost => "bump-charge",
        ChargingType::Smart => "smart-charge",
    });
    all.object::<Page>()
        .field("edges", |own| {
            let charged = |session: &Session| Charged {
                device: Arc::clone(&own.device),
                prices: Arc::clone(&own.prices),
                session: session.clone(),
            };
            own.page.sessions.iter().map(charged).map(Edge).collect::<Vec<_>>()
        })
        .field("pageInfo", |own| {
            let page = &own.page;
            Some(PageInfo {
                start: page.sessions.first().map(|session| session.start),
                end: page.sessions.last().map(|session| session.start),
                has_next: page.has_next,
                has_previous: page.has_previous,
            })
        });
    all.object::<PageInfo>()
        .field("startCursor", |info| info.start)
        .field("endCursor", |info| info.end)
        .field("hasNextPage", |info| info.has_next)
        .field("hasPreviousPage", |info| info.has_previous);
    all.object::<Edge>()
        .field("cursor", |edge| edge.0.session.start)
        .field("node", |edge| Some(edge.0.clone()));
    all.object::<Charged>()
        .field("start", |own| own.session.start)
        .field("end", |own| own.session.end)
        // Every session here is a smart one.
        .field("type", |_| ChargingType::Smart)
        .field("targetType", |own| own.session.target_type)
        .field("energyAdded", |own| Some(Energy(own.session.energy_wh)))
        .field("stateOfChargeChange", |own| percent(own.session.change))
        .field("stateOfChargeFinal", |own| own.session.level.map(percent))
        .field("dispatches", |own| vec![own.session.dispatch()])
        .field("problems", |own| own.session.truncation.into_iter().collect::<Vec<_>>())
        .field_async("cost", cost);
    all.object::<Energy>()
        .field("unit", |_| EnumName("KILOWATT_HOUR".into()))
        .field("value", |energy| kilowatt_hours(energy.0));
    all.object::<Cost>().field("amount", |cost| cost.0.to_string()).field("currency", |_| "EUR");
    all.object::<Truncation>()
        .field("achievableStateOfCharge", |cut| percent(cut.achievable))
        .field("originalAchievableStateOfCharge", |cut| percent(cut.original))
        .field("truncationCause", |_| EnumName("SUSPENDED".into()));
}

async fn flex_planned(ctx: Ctx, arguments: PlannedArguments) -> Result<Option<Vec<Dispatch>>, Failure> {
    app::devices::planned(&ctx, &arguments.device_id).await.map(Some)
}

async fn planned(ctx: Ctx, arguments: AccountNumberArguments) -> Result<Option<Vec<OlderDispatch>>, Failure> {
    let found = app::devices::all_planned(&ctx, &arguments.account_number).await?;
    Ok(Some(found.into_iter().map(OlderDispatch).collect()))
}

async fn completed(
    ctx: Ctx,
    arguments: AccountNumberArguments,
) -> Result<Option<Vec<OlderDispatch>>, Failure> {
    let found = app::devices::completed(&ctx, &arguments.account_number).await?;
    Ok(Some(found.into_iter().map(OlderDispatch).collect()))
}

/// A page by time: `after` and `before` are datetimes and look at when sessions began. Errors: 1201 to 1203, as for
/// every page.
async fn sessions(
    device: Arc<Device>,
    ctx: Ctx,
    arguments: SessionsArguments,
) -> Result<Option<Page>, Failure> {
    let request = SessionRequest {
        after: arguments.after,
        before: arguments.before,
        first: page_size(arguments.first, None, codes::PAGINATION_FIRST_INVALID)?,
        last: page_size(arguments.last, None, codes::PAGINATION_LAST_INVALID)?,
    };
    if request.first.is_none() && request.last.is_none() {
        return Err(codes::PAGINATION_MISSING.into());
    }
    let wanted: Vec<SessionType> = arguments.session_types.into_iter().flatten().flatten().collect();
    let page = if wanted.is_empty() || wanted.contains(&SessionType::Smart) {
        app::devices::sessions(&ctx, &device, &request).await?
    } else {
        SessionPage::default()
    };
    Ok(Some(Page { device, prices: Arc::default(), page }))
}

async fn cost(own: Arc<Charged>, ctx: Ctx, (): ()) -> Result<Option<Cost>, Failure> {
    let cost = app::charging_costs::of_session(&ctx, &own.prices, &own.device, &own.session).await?;
    Ok(cost.map(Cost))
}

/// An instant as Python prints it: the form of the fields that `start` and `end` have replaced (a guess for France).
fn python(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M:%S+00:00").to_string()
}
