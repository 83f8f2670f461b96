//! An electricity meter: the half-hours of a home, counted on the registers of a calendar.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, NaiveDate, Utc};

use super::EnergyMeter;
use super::day_cache::DayCache;
use super::half_hours::{MOST_HALF_HOURS, ParisDay};
use super::home::Home;
use super::lifetime::Lifetime;
use super::tempo::{TempoColour, TempoSeason};
use crate::calendars::{Calendar, ClassCode, TemporalClass};
use crate::seed::Seed;
use crate::supply_points::Direction;

/// A meter at a home. It counts one direction on the registers of one calendar, from its installation on;
/// when the calendar changes, one meter ends and another begins.
///
/// Clones share what they have worked out.
#[derive(Clone, Debug)]
pub struct ElectricityMeter {
    home: Home,
    direction: Direction,
    calendar: Calendar,
    lifetime: Lifetime,
    start: Vec<i64>,
    worked_out: Arc<WorkedOut>,
}

/// What need not be worked out twice.
#[derive(Debug)]
struct WorkedOut {
    sums: DayCache,
    seasons: RwLock<BTreeMap<i32, Arc<TempoSeason>>>,
    /// The day that was asked for last: a curve asks for its half-hours one by one.
    last_day: RwLock<Option<MeteredDay>>,
}

/// The half-hours of a day as a meter counts them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeteredDay {
    /// The day.
    pub day: ParisDay,
    wh: [i64; MOST_HALF_HOURS],
    class: [u8; MOST_HALF_HOURS],
}

impl MeteredDay {
    /// The Wh of each half-hour: 46, 48 or 50 of them.
    pub fn wh(&self) -> &[i64] {
        self.wh.get(..self.day.half_hours() as usize).unwrap_or(&self.wh)
    }

    /// Which of the calendar's classes each half-hour counts on, by its place among them.
    pub fn classes(&self) -> impl Iterator<Item = usize> {
        self.class.iter().take(self.wh().len()).map(|class| usize::from(*class))
    }

    /// The sum of the first `half_hours`; of those alone that count on `class`, if one is given.
    fn sum(&self, class: Option<usize>, half_hours: usize) -> i64 {
        let counted = self.wh.iter().zip(&self.class).take(half_hours);
        counted.filter(|(_, of)| class.is_none_or(|class| class == usize::from(**of))).map(|(wh, _)| wh).sum()
    }
}

impl ElectricityMeter {
    /// A meter that counts what `home` takes from the grid, from `installed_at` on and from zero.
    pub fn new(home: Home, calendar: Calendar, installed_at: DateTime<Utc>) -> Self {
        let start = vec![0; calendar.classes().len()];
        Self {
            home,
            direction: Direction::Consumption,
            calendar,
            lifetime: Lifetime::since(installed_at),
            worked_out: Arc::new(WorkedOut::new(&start)),
            start,
        }
    }

    /// The same for another direction. What goes to the grid is sensibly counted with [`Calendar::base`].
    #[must_use]
    pub fn counting(self, direction: Direction) -> Self {
        Self { direction, ..self }.afresh()
    }

    /// The same, removed at `removed_at`. From then on it stands still.
    #[must_use]
    pub fn removed_at(self, removed_at: DateTime<Utc>) -> Self {
        Self { lifetime: self.lifetime.until(removed_at), ..self }.afresh()
    }

    /// The same with a register that does not begin at zero.
    #[must_use]
    pub fn starting_at(mut self, class: ClassCode, index_wh: i64) -> Self {
        if let Some(start) = self.calendar.position(class).and_then(|position| self.start.get_mut(position)) {
            *start = index_wh;
        }
        self.afresh()
    }

    /// The home it counts for.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The calendar it counts by.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// Which way it counts.
    pub fn direction(&self) -> Direction {
        self.direction
    }

    /// The dates of its first and its last day; none where it never counted.
    pub fn dates(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.lifetime.last_date().map(|last| (self.lifetime.first_date(), last))
    }

    /// The half-hours of a day.
    pub fn day(&self, date: NaiveDate) -> MeteredDay {
        self.half_hours(ParisDay::of(date))
    }

    /// The colour of the Tempo day that begins on `date`.
    pub fn tempo_colour(&self, date: NaiveDate) -> TempoColour {
        let year = TempoSeason::year_of(date);
        let seasons = &self.worked_out.seasons;
        let known = seasons.read().unwrap_or_else(PoisonError::into_inner).get(&year).cloned();
        let season = known.unwrap_or_else(|| {
            let season = Arc::new(TempoSeason::draw(self.home.world(), self.home.weather(), year));
            seasons.write().unwrap_or_else(PoisonError::into_inner).insert(year, Arc::clone(&season));
            season
        });
        season.colour(date)
    }

    pub(crate) fn lag(&self) -> Seed {
        self.home.lag()
    }

    /// Forgets what was worked out, as something that it depends on has changed.
    fn afresh(self) -> Self {
        Self { worked_out: Arc::new(WorkedOut::new(&self.start)), ..self }
    }

    fn half_hours(&self, day: ParisDay) -> MeteredDay {
        let curve = self.home.day(&day);
        let wh = match self.direction {
            Direction::Consumption => curve.import_wh,
            Direction::Generation => curve.export_wh,
        };
        let mut metered = MeteredDay { day, wh, class: self.class_positions(&day) };
        let counting = self.lifetime.half_hours_of(&day);
        for (place, wh) in metered.wh.iter_mut().enumerate() {
            if !counting.contains(&place) {
                *wh = 0;
            }
        }
        metered
    }

    fn class_positions(&self, day: &ParisDay) -> [u8; MOST_HALF_HOURS] {
        let mut classes = [0; MOST_HALF_HOURS];
        let (before, today) = if self.calendar.needs_colours() {
            let night = day.half_hour(0).tempo_day();
            (self.tempo_colour(night), self.tempo_colour(day.date()))
        } else {
            Default::default()
        };
        for (position, class) in (0..day.half_hours()).zip(&mut classes) {
            let half_hour = day.half_hour(position);
            let colour = if half_hour.is_before_six() { before } else { today };
            let code = self.calendar.class_at(half_hour, colour);
            *class = self.calendar.position(code).and_then(|place| u8::try_from(place).ok()).unwrap_or(0);
        }
        classes
    }

    /// The sums before the day of that number.
    fn sum_before(&self, number: usize, class: Option<usize>) -> i64 {
        let read = |row: &[i64]| match class {
            Some(class) => row.get(class).copied().unwrap_or(0),
            None => row.iter().sum(),
        };
        self.worked_out.sums.before(number, read, |first, count, push| {
            let skip = u64::try_from(first).unwrap_or(u64::MAX);
            let Some(date) = self.lifetime.first_date().checked_add_days(chrono::Days::new(skip)) else {
                return;
            };
            let mut day = ParisDay::of(date);
            for _ in 0..count {
                let metered = self.half_hours(day);
                let mut energy = vec![0; self.start.len()];
                for (wh, class) in metered.wh().iter().zip(metered.classes()) {
                    if let Some(sum) = energy.get_mut(class) {
                        *sum += wh;
                    }
                }
                push(&energy);
                day = day.next();
            }
        })
    }

    /// The sum of the first `half_hours` of a day.
    fn sum_within(&self, day: ParisDay, class: Option<usize>, half_hours: usize) -> i64 {
        let last_day = &self.worked_out.last_day;
        {
            let known = last_day.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = known.as_ref().filter(|known| known.day == day) {
                return known.sum(class, half_hours);
            }
        }
        let metered = self.half_hours(day);
        let sum = metered.sum(class, half_hours);
        *last_day.write().unwrap_or_else(PoisonError::into_inner) = Some(metered);
        sum
    }
}

impl WorkedOut {
    fn new(start: &[i64]) -> Self {
        let sums = DayCache::new(start.to_vec());
        Self { sums, seasons: RwLock::default(), last_day: RwLock::default() }
    }
}

impl EnergyMeter for ElectricityMeter {
    fn classes(&self) -> &[TemporalClass] {
        self.calendar.classes()
    }

    fn index_wh(&self, class: Option<ClassCode>, at: DateTime<Utc>) -> i64 {
        let class = match class.map(|code| self.calendar.position(code)) {
            Some(None) => return 0,
            Some(known) => known,
            None => None,
        };
        let at = self.lifetime.clamp(at);
        let day = ParisDay::containing(at);
        let before = self.sum_before(self.lifetime.number(day.date()), class);
        match day.ended_at(at) {
            0 => before,
            half_hours => before + self.sum_within(day, class, half_hours),
        }
    }

    fn installed_at(&self) -> DateTime<Utc> {
        self.lifetime.from
    }

    fn removed_at(&self) -> Option<DateTime<Utc>> {
        self.lifetime.is_ended().then_some(self.lifetime.until)
    }
}
