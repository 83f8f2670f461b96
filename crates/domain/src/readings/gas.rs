//! Gas readings: a row for each day of a meter that sends them, for each month of one that does not.

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use super::{Known, ReadingQualification, ReadingStatus};
use crate::dates;
use crate::energy::{GasMeter, ParisDay};
use crate::paging::{Page, PageRequest};

/// What a gas meter counted in one period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GasReading {
    /// The first day of the period.
    pub period_start: NaiveDate,
    /// The day after its last: the date on which the meter was read.
    pub period_end: NaiveDate,
    /// The energy in Wh.
    pub consumption_wh: i64,
    /// What the meter showed before, in litres (thousandths of the cubic metres on its face).
    pub index_start_litres: i64,
    /// What it showed after, in litres.
    pub index_end_litres: i64,
    /// Whether it could be processed.
    pub status_processed: ReadingStatus,
    /// How it came.
    pub energy_qualification: ReadingQualification,
}

impl GasReading {
    /// What `readingType` says. Its values were not seen; this one is a guess.
    pub const READING_TYPE: &'static str = "REAL";
}

/// Which readings are asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GasReadingFilter {
    /// Only of periods from this day on.
    pub from: Option<NaiveDate>,
    /// Only of periods up to this day.
    pub to: Option<NaiveDate>,
    /// Only those that came this way.
    pub energy_qualification: Option<ReadingQualification>,
}

/// The readings of a gas meter at some instant, newest first.
#[derive(Clone, Debug)]
pub struct GasReadings<'a> {
    meter: &'a GasMeter,
    is_smart_meter: bool,
    /// First day of the first period and day after the last.
    span: Option<(NaiveDate, NaiveDate)>,
}

impl<'a> GasReadings<'a> {
    /// The readings of this meter that are known at `now`: two to three days late, and never provisional.
    pub fn new(
        meter: &'a GasMeter,
        is_smart_meter: bool,
        now: DateTime<Utc>,
        filter: &GasReadingFilter,
    ) -> Self {
        let readings = Self { meter, is_smart_meter, span: None };
        if filter.energy_qualification.is_some_and(|wanted| wanted != readings.qualification()) {
            return readings;
        }
        let Some((first, last)) = meter.dates() else { return readings };
        let known_until = Known::at(meter.lag(), now).final_until;
        let end = (last + TimeDelta::days(1)).min(known_until);
        // The last month of a removed meter ends with it; otherwise only whole months are read.
        let is_over = end > last;
        let end = if is_smart_meter || is_over { end } else { dates::month_start(end) };
        let first = filter.from.map_or(first, |from| readings.next_start(first, from));
        let end = filter.to.and_then(|to| to.succ_opt()).map_or(end, |to| readings.last_end(end, to));
        Self { span: (first < end).then_some((first, end)), ..readings }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let Some((first, end)) = self.span else { return 0 };
        let count = if self.is_smart_meter {
            (end - first).num_days()
        } else {
            let last = end - TimeDelta::days(1);
            month_number(last) - month_number(first) + 1
        };
        usize::try_from(count).unwrap_or(0)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// The reading at that index, counted from 0, the newest.
    pub fn get(&self, index: usize) -> Option<GasReading> {
        let (first, end) = self.span?;
        if index >= self.len() {
            return None;
        }
        let last = end - TimeDelta::days(1);
        let (period_start, period_end) = if self.is_smart_meter {
            let date = last - TimeDelta::days(i64::try_from(index).ok()?);
            (date, date + TimeDelta::days(1))
        } else {
            let month = dates::months_before(dates::month_start(last), u32::try_from(index).ok()?);
            (month.max(first), (month + Months::new(1)).min(end))
        };
        let (before, after) = (
            self.meter.index(ParisDay::of(period_start).start()),
            self.meter.index(ParisDay::of(period_end).start()),
        );
        Some(GasReading {
            period_start,
            period_end,
            consumption_wh: after.wh - before.wh,
            index_start_litres: before.litres,
            index_end_litres: after.litres,
            status_processed: ReadingStatus::Ok,
            energy_qualification: self.qualification(),
        })
    }

    /// A page of them.
    pub fn page(&self, request: &PageRequest) -> Page<GasReading> {
        let total = self.len();
        let window = request.window(total);
        let items = window.range.clone().filter_map(|index| self.get(index)).collect();
        Page::new(items, &window, total)
    }

    fn qualification(&self) -> ReadingQualification {
        if self.is_smart_meter { ReadingQualification::T } else { ReadingQualification::M }
    }

    /// The start of the first whole period from `from` on.
    fn next_start(&self, first: NaiveDate, from: NaiveDate) -> NaiveDate {
        if from <= first {
            return first;
        }
        let month = dates::month_start(from);
        if self.is_smart_meter || month == from {
            from
        } else {
            month.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
        }
    }

    /// The end of the last whole period up to `to`.
    fn last_end(&self, end: NaiveDate, to: NaiveDate) -> NaiveDate {
        if end <= to {
            end
        } else if self.is_smart_meter {
            to
        } else {
            dates::month_start(to)
        }
    }
}

fn month_number(date: NaiveDate) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month0())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy::{GasUse, Home, HomeProfile};
    use crate::seed::Seed;

    #[test]
    fn months_and_days_sum_to_the_same() {
        let gas = GasUse { heating_kwh_a_year: 9_000, hot_water_kwh_a_year: 2_000, cooking_kwh_a_year: 500 };
        let home = Home::new(HomeProfile { gas, ..HomeProfile::default() }, Seed(4), "gas");
        let date = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
        let meter = GasMeter::new(home, ParisDay::of(date(2025, 2, 14)).start());
        let now = ParisDay::of(date(2026, 5, 20)).start() + TimeDelta::hours(12);
        let none = GasReadingFilter::default();
        let months = GasReadings::new(&meter, false, now, &none);
        assert_eq!(months.len(), 15);
        let newest = months.get(0).unwrap();
        assert_eq!((newest.period_start, newest.period_end), (date(2026, 4, 1), date(2026, 5, 1)));
        assert_eq!(months.get(14).unwrap().period_start, date(2025, 2, 14));
        assert_eq!(months.get(15), None);
        let april = GasReadingFilter { from: Some(date(2026, 4, 1)), to: Some(date(2026, 4, 30)), ..none };
        let days = GasReadings::new(&meter, true, now, &april);
        assert_eq!(days.len(), 30);
        let sum: i64 = (0..30).map(|index| days.get(index).unwrap().consumption_wh).sum();
        assert_eq!(sum, newest.consumption_wh);
        assert_eq!(GasReadings::new(&meter, false, now, &april).len(), 1);
        let cut = GasReadingFilter { from: Some(date(2026, 4, 2)), ..none };
        assert!(GasReadings::new(&meter, false, now, &cut).is_empty());
        let by_hand = GasReadingFilter { energy_qualification: Some(ReadingQualification::M), ..none };
        assert!(GasReadings::new(&meter, true, now, &by_hand).is_empty(), "M gives nothing on smart meters");
        let late = GasReadings::new(&meter, true, now, &none).get(0).unwrap().period_end;
        assert!([date(2026, 5, 17), date(2026, 5, 18)].contains(&late), "{late}");
    }
}
