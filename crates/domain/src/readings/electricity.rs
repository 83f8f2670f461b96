//! Electricity readings: a row for each register and day.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::{Known, ReadingStatus, Reliability};
use crate::calendars::{CalendarType, TemporalClass};
use crate::energy::{ElectricityMeter, EnergyMeter, ParisDay};
use crate::paging::{Page, PageRequest};

/// What one register counted on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectricityReading {
    /// The day that was counted.
    pub date: NaiveDate,
    /// Its energy in Wh.
    pub consumption_wh: i64,
    /// When the count began: midnight, or when the meter was installed. `None` on provisional rows.
    pub period_start_at: Option<DateTime<Utc>>,
    /// When it ended: the next midnight, or when the meter was removed.
    pub period_end_at: DateTime<Utc>,
    /// What the register showed before, in Wh.
    pub index_start_wh: i64,
    /// What it showed after, in Wh.
    pub index_end_wh: i64,
    /// Whether it could be processed.
    pub status_processed: ReadingStatus,
    /// Whose calendar the class belongs to.
    pub calendar_type: CalendarType,
    /// The class of hours that the register counts.
    pub temporal_class: TemporalClass,
    /// Of the energy.
    pub consumption_reliability: Reliability,
    /// Of the indexes.
    pub index_reliability: Reliability,
}

impl ElectricityReading {
    /// The date on which the index was read: the one at whose beginning, or in which, the period ended. That
    /// it is this end of the period is a guess.
    pub fn reading_date(&self) -> NaiveDate {
        crate::dates::paris_date(self.period_end_at)
    }
}

/// Which readings are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ElectricityReadingFilter {
    /// Only with this kind of calendar.
    pub calendar_type: Option<CalendarType>,
    /// Only in this state.
    pub status_processed: Option<ReadingStatus>,
    /// Only of days from this one on.
    pub from: Option<NaiveDate>,
    /// Only of days up to this one.
    pub to: Option<NaiveDate>,
}

/// The readings of a delivery point at some instant, newest first.
#[derive(Clone, Debug)]
pub struct ElectricityReadings<'a> {
    stretches: Vec<Stretch<'a>>,
    known: Vec<(&'a ElectricityMeter, Known)>,
}

/// Days on which the same meters count. Newest stretch first.
#[derive(Clone, Debug)]
struct Stretch<'a> {
    first: NaiveDate,
    last: NaiveDate,
    meters: Vec<&'a ElectricityMeter>,
}

impl Stretch<'_> {
    fn rows_a_day(&self) -> usize {
        self.meters.iter().map(|meter| meter.classes().len()).sum()
    }

    fn rows(&self) -> usize {
        usize::try_from((self.last - self.first).num_days() + 1).unwrap_or(0) * self.rows_a_day()
    }
}

impl<'a> ElectricityReadings<'a> {
    /// The readings of these meters that are known at `now`. The meters may follow one another (a calendar
    /// changed, a meter was replaced) or count side by side (the supplier's and the distributor's calendar).
    pub fn new(
        meters: impl IntoIterator<Item = &'a ElectricityMeter>,
        now: DateTime<Utc>,
        filter: &ElectricityReadingFilter,
    ) -> Self {
        let mut known = Vec::new();
        let mut days: Vec<(NaiveDate, NaiveDate, &ElectricityMeter)> = Vec::new();
        for meter in meters {
            let other_calendar =
                filter.calendar_type.is_some_and(|kind| kind != meter.calendar().calendar_type);
            if other_calendar || filter.status_processed == Some(ReadingStatus::Ko) {
                continue;
            }
            let until = Known::at(meter.lag(), now);
            known.push((meter, until));
            let Some((first, last)) = meter.dates() else { continue };
            let last = last.min(until.known_until - TimeDelta::days(1));
            let (first, last) = (
                filter.from.map_or(first, |from| first.max(from)),
                filter.to.map_or(last, |to| last.min(to)),
            );
            if first <= last {
                days.push((first, last, meter));
            }
        }
        Self { stretches: stretches(&days), known }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.stretches.iter().map(Stretch::rows).sum()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.stretches.is_empty()
    }

    /// The reading at that index, counted from 0, the newest.
    pub fn get(&self, index: usize) -> Option<ElectricityReading> {
        let mut index = index;
        for stretch in &self.stretches {
            if index < stretch.rows() {
                return self.row(stretch, index);
            }
            index -= stretch.rows();
        }
        None
    }

    /// A page of them.
    pub fn page(&self, request: &PageRequest) -> Page<ElectricityReading> {
        let total = self.len();
        let window = request.window(total);
        let items = window.range.clone().filter_map(|index| self.get(index)).collect();
        Page::new(items, &window, total)
    }

    fn row(&self, stretch: &Stretch<'a>, index: usize) -> Option<ElectricityReading> {
        let rows = stretch.rows_a_day();
        let days = i64::try_from(index / rows).ok()?;
        let date = stretch.last.checked_sub_signed(TimeDelta::days(days))?;
        // Another order each day, and never the calendar's for long.
        let turn = usize::try_from(date.num_days_from_ce()).unwrap_or(0);
        let mut place = (turn + rows - index % rows) % rows;
        for meter in &stretch.meters {
            match meter.classes().get(place) {
                Some(class) => return Some(self.reading(meter, *class, date)),
                None => place -= meter.classes().len(),
            }
        }
        None
    }

    fn reading(&self, meter: &ElectricityMeter, class: TemporalClass, date: NaiveDate) -> ElectricityReading {
        let known = self.known.iter().find(|(of, _)| std::ptr::eq(*of, meter));
        let is_final = known.is_some_and(|(_, known)| date < known.final_until);
        let reliability = if is_final { Reliability::Real } else { Reliability::Estimated };
        let day = ParisDay::of(date);
        let start = day.start().max(meter.installed_at());
        let end = meter.removed_at().map_or(day.end(), |removed| day.end().min(removed));
        let (index_start_wh, index_end_wh) =
            (meter.index_wh(Some(class.code), start), meter.index_wh(Some(class.code), end));
        ElectricityReading {
            date,
            consumption_wh: index_end_wh - index_start_wh,
            period_start_at: is_final.then_some(start),
            period_end_at: end,
            index_start_wh,
            index_end_wh,
            status_processed: ReadingStatus::Ok,
            calendar_type: meter.calendar().calendar_type,
            temporal_class: class,
            consumption_reliability: reliability,
            index_reliability: reliability,
        }
    }
}

/// Cuts the days where a meter begins or ends.
fn stretches<'a>(days: &[(NaiveDate, NaiveDate, &'a ElectricityMeter)]) -> Vec<Stretch<'a>> {
    let begins = days.iter().map(|(first, _, _)| *first);
    let ends = days.iter().filter_map(|(_, last, _)| last.succ_opt());
    let mut cuts: Vec<NaiveDate> = begins.chain(ends).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let stretch = |cut: &[NaiveDate]| {
        let [first, end] = *cut else { return None };
        let covers =
            |(from, to, _): &&(NaiveDate, NaiveDate, &ElectricityMeter)| *from <= first && first <= *to;
        let meters: Vec<_> = days.iter().filter(covers).map(|(_, _, meter)| *meter).collect();
        let last = end.pred_opt()?;
        (!meters.is_empty()).then_some(Stretch { first, last, meters })
    };
    let mut stretches: Vec<_> = cuts.windows(2).filter_map(stretch).collect();
    stretches.reverse();
    stretches
}
