//! What Kraken tells of the car's charging: past sessions, and dispatches past and planned. Each is one charge of
//! the home, as long as Kraken controlled it.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use super::{Car, Device, DeviceKind, Lifecycle, TargetType};
use crate::dates::paris_date;
use crate::energy::{ChargingSession, HALF_HOUR_SECONDS};

/// How far back `completedDispatches` reaches (a guess).
const COMPLETED: TimeDelta = TimeDelta::days(30);

/// The length of a half-hour.
const HALF_HOUR: TimeDelta = TimeDelta::seconds(HALF_HOUR_SECONDS);

/// Why a device charges: those of the contract's `SmartFlexChargingType` that occur here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ChargingType {
    /// The customer wanted it at once.
    Boost,
    /// Kraken found the hours.
    Smart,
}

/// A period of charging.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dispatch {
    /// When it begins.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// Why.
    pub kind: ChargingType,
    /// What the car takes, in Wh. On the wire it is negative: it leaves the grid.
    pub energy_wh: i64,
}

/// A charge under smart control. Parts of the battery are in hundredths of a percent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// When it began.
    pub start: DateTime<Utc>,
    /// When it ended, or when smart control of it did.
    pub end: DateTime<Utc>,
    /// What the car took, in Wh.
    pub energy_wh: i64,
    /// What part of the battery that is.
    pub change: i64,
    /// How full the car was at its end; a charge point does not know.
    pub level: Option<i64>,
    /// How its target was meant.
    pub target_type: TargetType,
    /// Why it was cut short, if it was.
    pub truncation: Option<Truncation>,
}

/// A session that was cut short because smart control was switched off. Parts of the battery are in hundredths
/// of a percent: how full the car got, or how much fuller for a charge point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truncation {
    /// What was reached.
    pub achievable: i64,
    /// What would have been reached.
    pub original: i64,
}

/// Which sessions are asked for, by when they began.
#[derive(Clone, Copy, Debug, Default)]
pub struct SessionRequest {
    /// Only those that began later.
    pub after: Option<DateTime<Utc>>,
    /// Only those that began earlier.
    pub before: Option<DateTime<Utc>>,
    /// At most so many of the earliest.
    pub first: Option<usize>,
    /// At most so many of the latest.
    pub last: Option<usize>,
}

/// A page of sessions, oldest first (a guess: `after` is then what comes later).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionPage {
    /// The sessions.
    pub sessions: Vec<Session>,
    /// Whether `first` cut something off.
    pub has_next: bool,
    /// Whether `last` cut something off.
    pub has_previous: bool,
}

impl Session {
    /// The one dispatch of which it consists.
    pub fn dispatch(&self) -> Dispatch {
        let Self { start, end, energy_wh, .. } = *self;
        Dispatch { start, end, kind: ChargingType::Smart, energy_wh }
    }
}

impl Device {
    /// A page of the sessions that have ended by `now`.
    pub fn sessions(&self, car: &Car<'_>, request: &SessionRequest, now: DateTime<Utc>) -> SessionPage {
        let mut page = SessionPage::default();
        if car.watts() == 0 {
            return page;
        }
        let from = request.after.map_or(self.registered_at, |after| after.max(self.registered_at));
        let to = request.before.map_or(now, |before| before.min(now));
        // A night is named after the date on which it begins, and may charge on the next.
        let first = paris_date(from).pred_opt().unwrap_or(NaiveDate::MIN);
        let last = paris_date(to);
        let fits = |night: NaiveDate| {
            let session = self.session(car, &car.charge(night)?)?;
            let is_after = request.after.is_none_or(|after| session.start > after);
            let is_before = request.before.is_none_or(|before| session.start < before);
            (is_after && is_before && session.end <= now).then_some(session)
        };
        if let Some(count) = request.first {
            let nights = first.iter_days().take_while(|night| *night <= last);
            page.sessions = nights.filter_map(fits).take(count.saturating_add(1)).collect();
            page.has_next = page.sessions.len() > count;
            page.sessions.truncate(count);
        } else {
            let nights = (0..).map_while(|back| last.checked_sub_days(Days::new(back)));
            let nights = nights.take_while(|night| *night >= first);
            let most = request.last.unwrap_or(usize::MAX).saturating_add(1);
            page.sessions = nights.filter_map(fits).take(most).collect();
            page.sessions.reverse();
        }
        if let Some(count) = request.last {
            let above = page.sessions.len().saturating_sub(count);
            page.has_previous = above > 0;
            page.sessions.drain(..above);
        }
        page
    }

    /// What a session took in each half-hour, and when that began.
    pub fn half_hours(&self, car: &Car<'_>, session: &Session) -> Vec<(DateTime<Utc>, i64)> {
        let Some(charge) = car.next_to_end(session.start) else { return Vec::new() };
        let starts = std::iter::successors(Some(session.start), |at| Some(*at + HALF_HOUR));
        let taken = |at: DateTime<Utc>| car.taken(&charge, at.min(session.end));
        let starts = starts.take_while(|at| *at < session.end);
        starts.map(|at| (at, taken(at + HALF_HOUR) - taken(at))).collect()
    }

    /// The dispatches of the last thirty days that have ended by `now`, oldest first.
    pub fn completed_dispatches(&self, car: &Car<'_>, now: DateTime<Utc>) -> Vec<Dispatch> {
        let request =
            SessionRequest { after: now.checked_sub_signed(COMPLETED), ..SessionRequest::default() };
        self.sessions(car, &request, now).sessions.iter().map(Session::dispatch).collect()
    }

    /// What is planned at `now`: the boost that runs, and the charge before the car next leaves. Nothing while it
    /// is not plugged in (measured) or not under smart control.
    pub fn planned_dispatches(&self, car: &Car<'_>, now: DateTime<Utc>) -> Vec<Dispatch> {
        let is_reached = self.settings.connection_lost_at.is_none_or(|lost| now < lost);
        let is_ready = self.lifecycle == Lifecycle::Live && is_reached && !self.settings.is_suspended();
        if !is_ready || !car.is_plugged_in(now) {
            return Vec::new();
        }
        let boost = self.settings.boost_at(now).map(|boost| Dispatch {
            start: boost.from,
            end: boost.until,
            kind: ChargingType::Boost,
            energy_wh: car.watts() * (boost.until - boost.from).num_seconds() / 3_600,
        });
        let leaves = car.leaves_after(now);
        let is_free = |start| boost.is_none_or(|boost| boost.end <= start);
        let smart = car
            .next_to_end(now)
            .filter(|charge| charge.start_at < leaves && is_free(charge.start_at))
            .and_then(|charge| self.session(car, &charge))
            .map(|session| session.dispatch());
        boost.into_iter().chain(smart).collect()
    }

    /// The session that runs.
    pub(super) fn running_session(&self, car: &Car<'_>, now: DateTime<Utc>) -> Option<Session> {
        self.session(car, &car.charge_at(now)?).filter(|session| now < session.end)
    }

    /// What of a charge was under Kraken's control; nothing where it began without.
    fn session(&self, car: &Car<'_>, charge: &ChargingSession) -> Option<Session> {
        let (start, whole) = (charge.start_at, charge.end_at);
        let is_lost = self.settings.connection_lost_at.is_some_and(|lost| lost <= start);
        if self.lifecycle != Lifecycle::Live || is_lost || start < self.registered_at {
            return None;
        }
        let suspensions = &self.settings.suspensions;
        if suspensions.iter().any(|off| off.from <= start && off.until.is_none_or(|until| start < until)) {
            return None;
        }
        let cut = suspensions.iter().map(|off| off.from).find(|from| start < *from && *from < whole);
        let end = cut.unwrap_or(whole);
        let energy_wh = if cut.is_some() { car.taken(charge, end) } else { charge.energy_wh };
        // What is not read off a battery is the change alone.
        let is_vehicle = self.kind == DeviceKind::ElectricVehicle;
        let before = if is_vehicle { self.charged_to.hundredths() - self.share(charge.energy_wh) } else { 0 };
        let reached = |wh: i64| (before + self.share(wh)).max(0);
        Some(Session {
            start,
            end,
            energy_wh,
            change: self.share(energy_wh),
            level: is_vehicle.then(|| reached(energy_wh)),
            target_type: self.target_type(),
            truncation: cut
                .map(|_| Truncation { achievable: reached(energy_wh), original: reached(charge.energy_wh) }),
        })
    }
}
