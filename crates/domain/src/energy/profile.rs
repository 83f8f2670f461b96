//! What a home uses, described: the part of a household's energy that a fixture says.

use serde::{Deserialize, Serialize};

use super::off_peak::OffPeakHours;

/// What a home uses. Whatever is left out is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HomeProfile {
    /// Lights, cooking, machines, screens: kWh a year.
    pub base_kwh_a_year: u32,
    /// When people are there.
    pub schedule: Schedule,
    /// What warms the rooms with electricity.
    pub heating: Heating,
    /// The hot-water tank, in Wh a day; it heats in the off-peak hours.
    pub hot_water_wh_a_day: u32,
    /// A car that charges at home.
    pub vehicle: Option<Vehicle>,
    /// The peak power of the solar panels, in W.
    pub solar_peak_watts: u32,
    /// When tank and car draw their power. Homes without off-peak hours in their contract have a timer.
    pub off_peak: OffPeakHours,
    /// What is done with gas.
    pub gas: GasUse,
}

impl Default for HomeProfile {
    /// A flat of two: no electric heating, no tank, no gas.
    fn default() -> Self {
        Self {
            base_kwh_a_year: 1_900,
            schedule: Schedule::default(),
            heating: Heating::default(),
            hot_water_wh_a_day: 0,
            vehicle: None,
            solar_peak_watts: 0,
            off_peak: OffPeakHours::default(),
            gas: GasUse::default(),
        }
    }
}

/// When people are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// From Monday to Friday, without public holidays.
    pub weekday: Rhythm,
    /// On the other days.
    pub weekend: Rhythm,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { weekday: Rhythm::AtWork, weekend: Rhythm::AtHome }
    }
}

/// The course of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Out from breakfast to early evening.
    AtWork,
    /// In all day.
    AtHome,
    /// A business with office hours.
    Office,
    /// A business that is closed.
    Closed,
}

/// What warms the rooms with electricity. The sensitivity is the heat that the building loses: W of heat for
/// each degree that it is colder outside. 60 is a flat, 200 a house.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Heating {
    /// Nothing electric.
    #[default]
    None,
    /// Radiators.
    Direct {
        /// W of heat, and of power, for each degree.
        watts_per_kelvin: u32,
    },
    /// A heat pump, which draws less power the milder it is.
    HeatPump {
        /// W of heat for each degree.
        watts_per_kelvin: u32,
    },
}

/// A car that charges at home at night.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vehicle {
    /// What it needs, in kWh a week.
    pub kwh_a_week: u32,
    /// The power of the charge point, in W.
    pub charger_watts: u32,
}

/// What is done with gas, in kWh of an average year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GasUse {
    /// Heating; more in a cold year.
    pub heating_kwh_a_year: u32,
    /// Hot water.
    pub hot_water_kwh_a_year: u32,
    /// Cooking.
    pub cooking_kwh_a_year: u32,
}

impl Rhythm {
    /// The use in each hour, in thousandths of the day's mean.
    pub(super) fn hours(self) -> &'static [i64; 24] {
        match self {
            Self::AtWork => &AT_WORK,
            Self::AtHome => &AT_HOME,
            Self::Office => &OFFICE,
            Self::Closed => &CLOSED,
        }
    }

    /// Whether the rooms are kept warm in this hour, in thousandths of full comfort.
    pub(super) fn comfort(self, hour: usize) -> i64 {
        match (self, hour) {
            (Self::AtWork | Self::AtHome, 23 | 0..=4) => 800,
            (Self::AtWork | Self::AtHome, 5..=8) => 1_150,
            (Self::AtWork, 9..=16) => 850,
            (Self::Office, 6..=18) => 1_150,
            (Self::Office | Self::Closed, _) => 700,
            _ => 1_050,
        }
    }
}

const AT_WORK: [i64; 24] = [
    560, 470, 430, 420, 420, 480, 820, 1_280, 1_160, 780, 700, 720, 860, 800, 700, 690, 780, 1_060, 1_560,
    1_980, 2_020, 1_760, 1_300, 850,
];
const AT_HOME: [i64; 24] = [
    560, 470, 430, 420, 420, 450, 560, 800, 1_080, 1_200, 1_240, 1_340, 1_480, 1_300, 1_080, 980, 1_000,
    1_140, 1_460, 1_760, 1_760, 1_520, 1_200, 850,
];
const OFFICE: [i64; 24] = [
    400, 380, 380, 380, 390, 420, 700, 1_200, 1_700, 1_950, 2_000, 1_950, 1_650, 1_750, 1_950, 1_950, 1_850,
    1_500, 950, 620, 480, 440, 420, 400,
];
const CLOSED: [i64; 24] = [400; 24];
