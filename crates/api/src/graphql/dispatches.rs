//! What smart devices have charged and will charge: charging sessions, dispatches planned and completed.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use kemu_domain::devices::{
    ChargingType, Device, Dispatch, Session, SessionPage, SessionRequest, Truncation,
};
use kemu_domain::errors::{Failure, codes};
use strum::{EnumString, IntoStaticStr, VariantNames};

use super::Ctx;
use super::devices::{AccountNumberArguments, percent};
use super::engine::connection::page_size;
use super::engine::outputs::{EnumName, Zulu};
use super::engine::resolvers::Resolvers;
use super::transactions::kilowatt_hours;
use crate::{app, enums, inputs, objects};

objects! {
    Dispatch: "SmartFlexDispatch" by |dispatch| dispatch.start.timestamp();
    OlderDispatch: "UpsideDispatchType" by |older| older.0.start.timestamp();
    Meta: "UpsideDispatchMetaType" by |_| 0;
    SessionPage: "DeviceChargingSessionConnection" by |_| 0;
    Edge: "DeviceChargingSessionEdge" by |edge| edge.0.start.timestamp();
    Session: "SmartFlexChargingSession" by |session| session.start.timestamp();
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

/// An entry of a page of sessions; its cursor is the time at which the session began.
struct Edge(Session);

/// What a page of sessions says of itself.
struct PageInfo {
    start: Option<DateTime<Utc>>,
    end: Option<DateTime<Utc>>,
    has_next: bool,
    has_previous: bool,
}

/// Watt-hours.
struct Energy(i64);

/// Cents.
struct Cost(String);

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
    all.object::<SessionPage>()
        .field("edges", |page| page.sessions.iter().cloned().map(Edge).collect::<Vec<_>>())
        .field("pageInfo", |page| {
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
    all.object::<Edge>().field("cursor", |edge| edge.0.start).field("node", |edge| Some(edge.0.clone()));
    all.object::<Session>()
        .field("start", |session| session.start)
        .field("end", |session| session.end)
        // Every session here is a smart one.
        .field("type", |_| ChargingType::Smart)
        .field("targetType", |session| session.target_type)
        .field("energyAdded", |session| Some(Energy(session.energy_wh)))
        .field("stateOfChargeChange", |session| percent(session.change))
        .field("stateOfChargeFinal", |session| session.level.map(percent))
        .field("dispatches", |session| vec![session.dispatch()])
        .field("problems", |session| session.truncation.into_iter().collect::<Vec<_>>())
        .field("cost", |_| None::<Cost>);
    all.object::<Energy>()
        .field("unit", |_| EnumName("KILOWATT_HOUR".into()))
        .field("value", |energy| kilowatt_hours(energy.0));
    all.object::<Cost>().field("amount", |cost| cost.0.clone()).field("currency", |_| "EUR");
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
) -> Result<Option<SessionPage>, Failure> {
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
    if !wanted.is_empty() && !wanted.contains(&SessionType::Smart) {
        return Ok(Some(SessionPage::default()));
    }
    app::devices::sessions(&ctx, &device, &request).await.map(Some)
}

/// An instant as Python prints it: the form of the fields that `start` and `end` have replaced (a guess for France).
fn python(instant: DateTime<Utc>) -> String {
    instant.format("%Y-%m-%d %H:%M:%S+00:00").to_string()
}
