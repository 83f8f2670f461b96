//! Until when a device shall be charged, and how far.

use chrono::NaiveTime;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::errors::{KrakenError, ValidationError, codes};

/// A percentage from 0 to 100, to the hundredth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(u16);

impl Percent {
    /// All of it.
    pub const FULL: Self = Self(10_000);

    /// A whole percentage; above 100 it is 100.
    pub fn whole(percent: u8) -> Self {
        Self(u16::from(percent.min(100)) * 100)
    }

    /// Reads a decimal number; nothing where it is not within 0 and 100.
    pub fn parse(text: &str) -> Option<Self> {
        let number: f64 = text.parse().ok().filter(|number| (0.0..=100.0).contains(number))?;
        // Two places, then their digits alone: no cast from a float.
        format!("{number:.2}").replace('.', "").parse().ok().map(Self)
    }

    /// So many hundredths of a percent; nothing where that is no percentage.
    pub fn from_hundredths(hundredths: i64) -> Option<Self> {
        u16::try_from(hundredths).ok().filter(|hundredths| *hundredths <= 10_000).map(Self)
    }

    /// In hundredths of a percent.
    pub const fn hundredths(self) -> i64 {
        self.0 as i64
    }

    /// As a number with a fraction.
    pub fn as_float(self) -> f64 {
        f64::from(self.0) / 100.0
    }
}

/// A day of the week: the contract's `DayOfWeek`, in the order of the calendar.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(missing_docs, reason = "the days of the week")]
pub enum Day {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Day {
    /// All of them, from Monday on.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];
}

/// What a device shall do: the contract's `PreferencesModeChoices`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// Charge.
    Charge,
    /// Cool.
    Cool,
    /// Heat.
    Heat,
}

/// What a target is counted in: the contract's `PreferencesUnitChoices`.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Display,
    EnumString,
    IntoStaticStr,
    VariantNames,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Unit {
    /// Degrees.
    Celsius,
    /// Percent of the battery.
    Percentage,
}

/// How a target is meant: the contract's `PreferencesTargetType`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumString, IntoStaticStr, VariantNames)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum TargetType {
    /// So full.
    AbsoluteStateOfCharge,
    /// So warm.
    AbsoluteTemperature,
    /// So much fuller.
    RelativeStateOfCharge,
}

/// The target of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The day.
    pub day: Day,
    /// When the car shall be ready, on the clock on the wall.
    pub time: NaiveTime,
    /// How full it shall be at least.
    pub min: Option<Percent>,
    /// How full it shall be.
    pub max: Percent,
}

/// The preferences of a device that charges: one target for each day, from Monday on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// What it shall do.
    pub mode: Mode,
    /// What targets are counted in.
    pub unit: Unit,
    /// The targets, one a day.
    pub schedules: Vec<Schedule>,
}

/// Preferences as somebody sends them.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it shall do.
    pub mode: Mode,
    /// What targets are counted in.
    pub unit: Unit,
    /// The targets.
    pub schedules: Vec<WantedSchedule>,
}

/// A target as somebody sends it: percentages are decimal numbers, not looked at yet.
#[derive(Clone, Debug)]
pub struct WantedSchedule {
    /// The day.
    pub day: Day,
    /// When the car shall be ready.
    pub time: NaiveTime,
    /// How full it shall be.
    pub max: String,
    /// How full it shall be at least.
    pub min: Option<String>,
}

impl Preferences {
    /// The same target each day.
    pub fn each_day(time: NaiveTime, max: Percent) -> Self {
        let schedules = Day::ALL.map(|day| Schedule { day, time, min: None, max });
        Self { mode: Mode::Charge, unit: Unit::Percentage, schedules: schedules.into() }
    }

    /// The target of a day.
    pub fn on(&self, day: Day) -> Option<&Schedule> {
        self.schedules.iter().find(|schedule| schedule.day == day)
    }

    /// Checks what somebody sends. All seven days must be there, each once (measured), or the answer is 4321;
    /// that it is this code, and the bounds of the percentages, are guesses.
    pub fn check(wanted: &Wanted) -> Result<Self, KrakenError> {
        if wanted.mode != Mode::Charge {
            return Err(blamed("A device that charges has the mode CHARGE.", "mode"));
        }
        if wanted.unit != Unit::Percentage {
            return Err(blamed("The targets of a device that charges are a PERCENTAGE.", "unit"));
        }
        let mut schedules = wanted.schedules.iter().map(schedule).collect::<Result<Vec<_>, _>>()?;
        schedules.sort_by_key(|schedule| schedule.day);
        if !schedules.iter().map(|schedule| schedule.day).eq(Day::ALL) {
            return Err(blamed("Give one schedule for each of the seven days.", "schedules"));
        }
        Ok(Self { mode: wanted.mode, unit: wanted.unit, schedules })
    }
}

fn schedule(wanted: &WantedSchedule) -> Result<Schedule, KrakenError> {
    let percent = |text: &str| {
        Percent::parse(text)
            .ok_or_else(|| blamed(format!("{}: a percentage is between 0 and 100.", wanted.day), "schedules"))
    };
    let (max, min) = (percent(&wanted.max)?, wanted.min.as_deref().map(percent).transpose()?);
    if min.is_some_and(|min| min > max) {
        return Err(blamed(format!("{}: min is above max.", wanted.day), "schedules"));
    }
    Ok(Schedule { day: wanted.day, time: wanted.time, min, max })
}

fn blamed(message: impl Into<String>, member: &str) -> KrakenError {
    KrakenError::from(codes::DEVICE_INPUT_INVALID)
        .with_validation(ValidationError::new(message, &["input", member]))
}
