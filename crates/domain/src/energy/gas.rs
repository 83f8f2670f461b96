//! A gas meter: the days of a home, counted in cubic metres.

use std::sync::Arc;

use chrono::{DateTime, Days, NaiveDate, Utc};

use super::EnergyMeter;
use super::day_cache::DayCache;
use super::half_hours::ParisDay;
use super::home::Home;
use super::lifetime::Lifetime;
use crate::calendars::{ClassCode, TemporalClass};
use crate::seed::Seed;

/// A gas meter at a home. It counts volume; the energy of a day is its volume times the coefficient of its
/// month, so the kWh of a period are the sum of its days and not the difference of the indexes times one
/// number.
///
/// Days are those of the calendar; that a gas day runs from 06:00 to 06:00 is left out. Clones share what
/// they have worked out.
#[derive(Clone, Debug)]
pub struct GasMeter {
    home: Home,
    lifetime: Lifetime,
    start_litres: i64,
    sums: Arc<DayCache>,
}

/// What a gas meter counts in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GasVolume {
    /// The volume in litres (dm³): three decimals of a cubic metre.
    pub litres: i64,
    /// The energy in Wh.
    pub wh: i64,
}

impl GasMeter {
    /// A meter that counts what `home` takes, from `installed_at` on and from zero.
    pub fn new(home: Home, installed_at: DateTime<Utc>) -> Self {
        let lifetime = Lifetime::since(installed_at);
        Self { home, lifetime, start_litres: 0, sums: Arc::new(DayCache::new(vec![0, 0])) }
    }

    /// The same, removed at `removed_at`.
    #[must_use]
    pub fn removed_at(self, removed_at: DateTime<Utc>) -> Self {
        Self { lifetime: self.lifetime.until(removed_at), ..self }.afresh()
    }

    /// The same, beginning at an index of so many litres.
    #[must_use]
    pub fn starting_at(self, litres: i64) -> Self {
        Self { start_litres: litres, ..self }.afresh()
    }

    /// The home it counts for.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// The dates of its first and its last day; none where it never counted.
    pub fn dates(&self) -> Option<(NaiveDate, NaiveDate)> {
        self.lifetime.last_date().map(|last| (self.lifetime.first_date(), last))
    }

    /// What it counts on a day.
    pub fn day(&self, date: NaiveDate) -> GasVolume {
        if !self.lifetime.covers(date) {
            return GasVolume::default();
        }
        let wh_per_m3 = self.home.weather().gas_wh_per_m3(date);
        let litres = self.share(date, self.home.gas_wh(date)) * 1_000 / wh_per_m3;
        let wh = i128::from(litres) * i128::from(wh_per_m3) / 1_000;
        GasVolume { litres, wh: i64::try_from(wh).unwrap_or(i64::MAX) }
    }

    /// What the meter shows at `instant`, with the energy since its installation. Within a day both grow
    /// steadily.
    pub fn index(&self, instant: DateTime<Utc>) -> GasVolume {
        let at = self.lifetime.clamp(instant);
        let day = ParisDay::containing(at);
        let read = |row: &[i64]| GasVolume {
            litres: row.first().copied().unwrap_or(0),
            wh: row.get(1).copied().unwrap_or(0),
        };
        let number = self.lifetime.number(day.date());
        let before = self.sums.before(number, read, |first, count, push| {
            let skip = u64::try_from(first).unwrap_or(u64::MAX);
            let Some(first) = self.lifetime.first_date().checked_add_days(Days::new(skip)) else { return };
            for date in first.iter_days().take(count) {
                let volume = self.day(date);
                push(&[volume.litres, volume.wh]);
            }
        });
        // The part of this day's metering that is over.
        let (from, until) = (day.start().max(self.lifetime.from), day.end().min(self.lifetime.until));
        let (over, whole) = ((at - from).num_seconds(), (until - from).num_seconds());
        let (litres, wh) = if over <= 0 || whole <= 0 {
            (0, 0)
        } else {
            let today = self.day(day.date());
            let part = |amount: i64| {
                i64::try_from(i128::from(amount) * i128::from(over) / i128::from(whole)).unwrap_or(amount)
            };
            (part(today.litres), part(today.wh))
        };
        GasVolume { litres: self.start_litres + before.litres + litres, wh: before.wh + wh }
    }

    pub(crate) fn lag(&self) -> Seed {
        self.home.lag()
    }

    /// Of a day's energy, what falls into the time in which the meter is there.
    fn share(&self, date: NaiveDate, wh: i64) -> i64 {
        let day = ParisDay::of(date);
        let (from, until) = (day.start().max(self.lifetime.from), day.end().min(self.lifetime.until));
        wh * (until - from).num_seconds().max(0) / (day.end() - day.start()).num_seconds()
    }

    fn afresh(self) -> Self {
        Self { sums: Arc::new(DayCache::new(vec![0, 0])), ..self }
    }
}

impl EnergyMeter for GasMeter {
    fn classes(&self) -> &[TemporalClass] {
        &[]
    }

    fn index_wh(&self, class: Option<ClassCode>, at: DateTime<Utc>) -> i64 {
        if class.is_some() { 0 } else { self.index(at).wh }
    }

    fn installed_at(&self) -> DateTime<Utc> {
        self.lifetime.from
    }

    fn removed_at(&self) -> Option<DateTime<Utc>> {
        self.lifetime.is_ended().then_some(self.lifetime.until)
    }
}
