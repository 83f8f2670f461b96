//! Where the car of a home is, and what it takes: a function of seed and time.
//!
//! The charging is the home's ([`Home::charging_session`]), half-hour by half-hour as in its load curve. When
//! the car is out is drawn here. At home it is plugged in. Each charge fills it to its own limit; what the next
//! one takes was driven in between, evenly over the hours in which it was out.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

use super::Device;
use crate::dates::{paris_date, paris_instant};
use crate::energy::{ChargingSession, HALF_HOUR_SECONDS, Home, is_public_holiday};
use crate::seed::{Seed, Stream};

/// Two charges are never further apart: people are away for two weeks, and no run of nights without is longer.
const NIGHTS: u64 = 60;

/// The car of a home.
#[derive(Clone, Debug)]
pub struct Car<'a> {
    home: &'a Home,
    outings: Seed,
}

impl<'a> Car<'a> {
    /// The car of this home. A home without one has none that ever charges.
    pub fn of(home: &'a Home) -> Self {
        Self { home, outings: home.outings() }
    }

    /// The power at which it charges, in W; 0 where nothing charges.
    pub fn watts(&self) -> i64 {
        self.home.profile().vehicle.map_or(0, |vehicle| i64::from(vehicle.charger_watts))
    }

    /// Whether it is plugged in: at home, or charging.
    pub fn is_plugged_in(&self, at: DateTime<Utc>) -> bool {
        let (leaves, back) = self.outing(paris_date(at));
        !(leaves <= at && at < back) || self.charge_at(at).is_some()
    }

    /// When it next leaves home after `at`.
    pub fn leaves_after(&self, at: DateTime<Utc>) -> DateTime<Utc> {
        let today = paris_date(at);
        let leaves = |date: NaiveDate| Some(self.outing(date).0).filter(|leaves| *leaves > at);
        leaves(today).or_else(|| leaves(today.succ_opt()?)).unwrap_or(at)
    }

    /// The charge of the night that begins on `night`.
    pub(super) fn charge(&self, night: NaiveDate) -> Option<ChargingSession> {
        self.home.charging_session(night)
    }

    /// The charge that runs.
    pub(super) fn charge_at(&self, at: DateTime<Utc>) -> Option<ChargingSession> {
        self.last_begun(at).filter(|charge| at < charge.end_at)
    }

    /// The first charge that ends after `at`.
    pub(super) fn next_to_end(&self, at: DateTime<Utc>) -> Option<ChargingSession> {
        self.first(at, |charge| charge.end_at > at)
    }

    /// What a charge has given up to `at`, in Wh.
    pub(super) fn taken(&self, charge: &ChargingSession, at: DateTime<Utc>) -> i64 {
        let seconds = (at - charge.start_at).num_seconds().max(0);
        let (done, rest) = self.half_hour(charge, seconds / HALF_HOUR_SECONDS);
        (done + rest * (seconds % HALF_HOUR_SECONDS) / HALF_HOUR_SECONDS) / 1_000
    }

    /// The power that the charge draws at `at`, in W, as the mean of its half-hour.
    pub(super) fn drawn(&self, charge: &ChargingSession, at: DateTime<Utc>) -> i64 {
        if at < charge.start_at {
            return 0;
        }
        self.half_hour(charge, (at - charge.start_at).num_seconds() / HALF_HOUR_SECONDS).1 * 2 / 1_000
    }

    /// How full the car is, in hundredths of a percent.
    pub fn level(&self, device: &Device, at: DateTime<Utc>) -> i64 {
        let full = device.charged_to.hundredths();
        let before = |charge: &ChargingSession| full - device.share(charge.energy_wh);
        let last = self.last_begun(at);
        if let Some(charge) = last.filter(|charge| at < charge.end_at) {
            return (before(&charge) + device.share(self.taken(&charge, at))).max(0);
        }
        let (Some(last), Some(next)) = (last, self.first(at, |charge| charge.start_at > at)) else {
            return full;
        };
        let (gone, all) =
            (self.seconds_out(last.end_at, at), self.seconds_out(last.end_at, next.start_at).max(1));
        (full - (full - before(&next)) * gone / all).max(0)
    }

    /// What a charge has taken before its half-hour of that number, and what it takes in it, in mWh.
    fn half_hour(&self, charge: &ChargingSession, number: i64) -> (i64, i64) {
        let (need, most) = (charge.energy_wh * 1_000, self.watts() * 500);
        let done = number.saturating_mul(most).min(need);
        (done, (need - done).min(most))
    }

    fn last_begun(&self, at: DateTime<Utc>) -> Option<ChargingSession> {
        self.home.profile().vehicle?;
        let nights = (0..NIGHTS).map_while(|back| paris_date(at).checked_sub_days(Days::new(back)));
        nights.filter_map(|night| self.charge(night)).find(|charge| charge.start_at <= at)
    }

    fn first(&self, at: DateTime<Utc>, wanted: impl Fn(&ChargingSession) -> bool) -> Option<ChargingSession> {
        self.home.profile().vehicle?;
        let yesterday = paris_date(at).pred_opt()?;
        let nights = (0..NIGHTS).map_while(|ahead| yesterday.checked_add_days(Days::new(ahead)));
        nights.filter_map(|night| self.charge(night)).find(wanted)
    }

    /// When the car leaves on a date and when it is back.
    fn outing(&self, date: NaiveDate) -> (DateTime<Utc>, DateTime<Utc>) {
        if self.home.is_away(date) {
            let midnight = |date| paris_instant(date, NaiveTime::MIN);
            return (midnight(date), midnight(date.succ_opt().unwrap_or(date)));
        }
        let stream = &mut self.outings.derive(&date.to_string()).stream();
        let at_work = !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !is_public_holiday(date);
        let (leaves, back) = if at_work {
            (quarter(stream, (7, 30), 4), quarter(stream, (17, 0), 6))
        } else {
            (quarter(stream, (10, 0), 4), quarter(stream, (14, 0), 12))
        };
        (paris_instant(date, leaves), paris_instant(date, back))
    }

    fn seconds_out(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let last = paris_date(to);
        let days = paris_date(from).iter_days().take_while(|date| *date <= last);
        days.map(|date| {
            let (leaves, back) = self.outing(date);
            (back.min(to) - leaves.max(from)).num_seconds().max(0)
        })
        .sum()
    }
}

/// A time of day, and up to so many quarters of an hour later.
fn quarter(stream: &mut Stream, (hour, minute): (u32, u32), most: i64) -> NaiveTime {
    let time = NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default();
    time + TimeDelta::minutes(15 * stream.between(0, most))
}
