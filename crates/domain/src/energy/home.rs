//! A home: what it uses in each half-hour, as a function of its profile, the seed and the day.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};

use super::chance::{between, scale, smooth};
use super::half_hours::{HALF_HOUR_SECONDS, MOST_HALF_HOURS, ParisDay};
use super::holidays::is_public_holiday;
use super::night::{self, NightLoad};
use super::profile::{Heating, HomeProfile, Rhythm};
use super::solar;
use super::weather::{DayWeather, Weather, by_date, degree_day};
use crate::seed::Seed;

/// Lights burn longer in winter: thousandths of the mean use.
const SEASONS: [i64; 12] = [1_130, 1_100, 1_040, 990, 950, 920, 900, 900, 940, 990, 1_060, 1_120];
/// Below this mean temperature, in thousandths of a degree, a home is heated; sun and people do the rest.
const HEATING_LIMIT: i64 = 17_000;
/// The degree days of a mean year of [`Weather`], in thousandths: what the yearly gas of a profile refers to.
const NORMAL_DEGREE_DAYS: i64 = 2_250_000;
/// What stays on while nobody is there, in thousandths of the mean use.
const AWAY: i64 = 350;

/// A home in a world. Two homes in one world share the weather and nothing else.
#[derive(Clone, Debug)]
pub struct Home {
    profile: HomeProfile,
    world: Seed,
    weather: Weather,
    habits: Seed,
    machines: Seed,
    tank: Seed,
    vehicle: Seed,
    holidays: Seed,
    kitchen: Seed,
    lag: Seed,
}

/// The half-hours of one day in a home, in Wh.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayCurve {
    /// The day.
    pub day: ParisDay,
    /// What comes from the grid. Positions beyond the day's half-hours are zero, here and below.
    pub import_wh: [i64; MOST_HALF_HOURS],
    /// What goes to the grid.
    pub export_wh: [i64; MOST_HALF_HOURS],
}

/// A charge of the car: the same that is in the load curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChargingSession {
    /// When it begins.
    pub start_at: DateTime<Utc>,
    /// When it ends, to the half-hour.
    pub end_at: DateTime<Utc>,
    /// What the car takes, in Wh.
    pub energy_wh: i64,
}

impl Home {
    /// The home called `label` (its PRM, say) in the world of this seed.
    pub fn new(profile: HomeProfile, world: Seed, label: &str) -> Self {
        let own = world.derive("home").derive(label);
        Self {
            profile,
            world,
            weather: Weather::new(world),
            habits: own.derive("habits"),
            machines: own.derive("machines"),
            tank: own.derive("tank"),
            vehicle: own.derive("vehicle"),
            holidays: own.derive("holidays"),
            kitchen: own.derive("kitchen"),
            lag: own.derive("lag"),
        }
    }

    /// What it was described with.
    pub fn profile(&self) -> &HomeProfile {
        &self.profile
    }

    /// The weather around it.
    pub fn weather(&self) -> &Weather {
        &self.weather
    }

    /// The seed of its world.
    pub fn world(&self) -> Seed {
        self.world
    }

    /// The chance that delays its readings.
    pub(crate) fn lag(&self) -> Seed {
        self.lag
    }

    /// The chance that takes its car out.
    pub(crate) fn outings(&self) -> Seed {
        self.vehicle.derive("outings")
    }

    /// The half-hours of a day.
    pub fn day(&self, day: &ParisDay) -> DayCurve {
        let weather = self.weather.on(day);
        let mut mwh = [0; MOST_HALF_HOURS];
        self.add_base(day, &mut mwh);
        self.add_heating(day, &weather, &mut mwh);
        self.add_night(day, &mut mwh);
        let made = solar::generation(self.profile.solar_peak_watts, day, &weather);
        let mut curve = DayCurve { day: *day, import_wh: mwh, export_wh: made };
        for (used, made) in curve.import_wh.iter_mut().zip(&mut curve.export_wh) {
            let net = (*used + 500) / 1_000 - (*made + 500) / 1_000;
            (*used, *made) = (net.max(0), (-net).max(0));
        }
        curve
    }

    /// The Wh of gas that a day takes.
    pub fn gas_wh(&self, date: NaiveDate) -> i64 {
        let gas = self.profile.gas;
        let place = i64::from(date.num_days_from_ce()) * 4;
        let drawn = |offset, low, high| between(self.kitchen, place + offset, low, high);
        let (away, people) = if self.is_away(date) { (500, 0) } else { (1_000, 1_000) };
        let degrees = degree_day(self.weather.mean_temperature(date));
        let summer = (6..=8).contains(&date.month());
        let heating =
            if summer { 0 } else { i64::from(gas.heating_kwh_a_year) * 1_000 * degrees / NORMAL_DEGREE_DAYS };
        let each_day = |kwh: u32| i64::from(kwh) * 1_000 * 10 / 3_652;
        scale(scale(heating, drawn(0, 920, 1_080)), away)
            + scale(scale(each_day(gas.hot_water_kwh_a_year), drawn(1, 700, 1_300)), people)
            + scale(scale(each_day(gas.cooking_kwh_a_year), drawn(2, 300, 1_700)), people)
    }

    /// The charge of the car in the night that begins on `date`, if there is one.
    pub fn charging_session(&self, date: NaiveDate) -> Option<ChargingSession> {
        let window = self.profile.off_peak.longest();
        let load = self.car_load(date, i64::from(window.len()))?;
        let day = ParisDay::of(date);
        let began = day.instant(day.position(window.start));
        let after = |half_hours: i64| began + TimeDelta::seconds(half_hours * HALF_HOUR_SECONDS);
        Some(ChargingSession {
            start_at: after(load.delay),
            end_at: after(load.delay + load.half_hours()),
            energy_wh: load.need_mwh / 1_000,
        })
    }

    /// Whether the people are away on holidays, or the business is closed: one to two weeks each summer.
    pub fn is_away(&self, date: NaiveDate) -> bool {
        if !(7..=8).contains(&date.month()) {
            return false;
        }
        let place = i64::from(date.year()) * 2;
        // Counted from 1 July, of which the last possible day is 31 August.
        let start = between(self.holidays, place, 5, 45);
        let length = between(self.holidays, place + 1, 7, 16);
        let day = i64::from(date.day0()) + if date.month() == 8 { 31 } else { 0 };
        (start..start + length).contains(&day)
    }

    fn rhythm(&self, date: NaiveDate) -> Rhythm {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun) || is_public_holiday(date);
        if weekend { self.profile.schedule.weekend } else { self.profile.schedule.weekday }
    }

    fn add_base(&self, day: &ParisDay, mwh: &mut [i64; MOST_HALF_HOURS]) {
        // A mean half-hour of the year: 365.25 days with 48 half-hours.
        let mean = i64::from(self.profile.base_kwh_a_year) * 1_000_000 / 17_532;
        let today = between(self.habits, i64::from(day.date().num_days_from_ce()), 850, 1_150);
        let mean = scale(scale(mean, by_date(&SEASONS, day.date())), today);
        let (hours, away) = (self.rhythm(day.date()).hours(), self.is_away(day.date()));
        for (position, sum) in (0..day.half_hours()).zip(mwh) {
            let second = day.second(position);
            let hour = day.half_hour(position).local as usize / 2;
            let course = if away { AWAY } else { hours[hour % 24] };
            // Machines come and go: mostly small steps, now and then a big one.
            let step = between(self.machines, second / HALF_HOUR_SECONDS, -400, 400);
            let big = if step > 360 && !away { 900 } else { 0 };
            let wander = smooth(self.habits, second, 5_400, 250);
            *sum += scale(scale(mean, course), 960 + step / 2 + wander + big);
        }
    }

    fn add_heating(&self, day: &ParisDay, weather: &DayWeather<'_>, mwh: &mut [i64; MOST_HALF_HOURS]) {
        let (watts, pump) = match self.profile.heating {
            Heating::None => return,
            Heating::Direct { watts_per_kelvin } => (i64::from(watts_per_kelvin), false),
            Heating::HeatPump { watts_per_kelvin } => (i64::from(watts_per_kelvin), true),
        };
        let mean = self.weather.mean_temperature(day.date());
        if (6..=8).contains(&day.date().month()) || mean >= HEATING_LIMIT {
            return;
        }
        let (rhythm, away) = (self.rhythm(day.date()), self.is_away(day.date()));
        for (position, sum) in (0..day.half_hours()).zip(mwh) {
            let outside = weather.temperature(position);
            // Walls remember: two thirds of the day's mean, one third of this moment.
            let felt = (2 * mean + outside) / 3;
            let hour = day.half_hour(position).local as usize / 2;
            let comfort = if away { 500 } else { rhythm.comfort(hour) };
            // W for thousandths of a degree make mW; half an hour of them half as many mWh.
            let heat = scale((HEATING_LIMIT - felt).max(0) * watts / 2, comfort);
            *sum += if pump { heat * 1_000 / performance(outside) } else { heat };
        }
    }

    /// Adds what tank and car take of this day, from the night that began the evening before and the one
    /// that begins today.
    fn add_night(&self, day: &ParisDay, mwh: &mut [i64; MOST_HALF_HOURS]) {
        if self.profile.hot_water_wh_a_day == 0 && self.profile.vehicle.is_none() {
            return;
        }
        let window = self.profile.off_peak.longest();
        let length = i64::from(window.len());
        let mut add = |night: NaiveDate, began: i64| {
            if let Some(load) = self.tank_load(night, length) {
                night::add(load, began, day, mwh);
            }
            if let Some(load) = self.car_load(night, length) {
                night::add(load, began, day, mwh);
            }
        };
        add(day.date(), i64::from(day.position(window.start)));
        let yesterday = ParisDay::of(day.date().pred_opt().unwrap_or(day.date()));
        let began = i64::from(yesterday.position(window.start)) - i64::from(yesterday.half_hours());
        // Only a window that runs over midnight has anything left, and at most its own length.
        if began + length > 0 {
            add(yesterday.date(), began);
        }
    }

    fn tank_load(&self, night: NaiveDate, length: i64) -> Option<NightLoad> {
        let wanted = self.profile.hot_water_wh_a_day > 0 && !self.is_away(night);
        wanted.then(|| night::tank(self.tank, self.profile.hot_water_wh_a_day, night, length))
    }

    fn car_load(&self, night: NaiveDate, length: i64) -> Option<NightLoad> {
        let vehicle = self.profile.vehicle.filter(|_| !self.is_away(night))?;
        night::car(self.vehicle, vehicle, night, length)
    }
}

/// Heat for each unit of power, in thousandths: 3 at 7 °C, less in the cold.
fn performance(outside: i64) -> i64 {
    (3_000 + (outside - 7_000) * 70 / 1_000).clamp(1_800, 4_500)
}
