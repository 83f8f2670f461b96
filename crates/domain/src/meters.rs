//! Meter points: what the distributor (Enedis, GRDF) knows of a supply point and its meter.
//!
//! The fields are those of kraken-facts 7.2. Codes are the distributor's own, so those are enums here that
//! have a rule or a fixed set of measured values; the others stay text.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::Deserialize;
use strum::{Display, EnumString};

use crate::calendars::Calendar;
use crate::energy::OffPeakHours;
use crate::supply_points::{Pce, Prm};

/// A meter point's own id, a numeric string on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MeterPointId(pub i64);

impl MeterPointId {
    /// The number itself.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl fmt::Display for MeterPointId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for MeterPointId {
    type Err = std::num::ParseIntError;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// The state of the grid-access contract. It stays `RESIL` after a change of supplier while the power is on
/// (measured, kraken-facts 7.2), so it says nothing about whether energy flows: [`PoweredStatus`] does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, Deserialize)]
#[strum(serialize_all = "UPPERCASE")]
#[serde(rename_all = "UPPERCASE")]
pub enum DistributorStatus {
    /// In service.
    #[default]
    Servc,
    /// Contract ended (*résilié*).
    Resil,
}

/// Whether energy flows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, Deserialize)]
#[strum(serialize_all = "UPPERCASE")]
#[serde(rename_all = "UPPERCASE")]
pub enum PoweredStatus {
    /// Supplied (*alimenté*).
    #[default]
    Alim,
    /// Limited in power (*limité*).
    Limi,
    /// Cut (*coupé*). Not seen; needed for a place that was moved out of.
    Coup,
}

/// The kind of an electricity meter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, Deserialize)]
#[strum(serialize_all = "UPPERCASE")]
#[serde(rename_all = "UPPERCASE")]
pub enum MeterKind {
    /// The smart meter.
    #[default]
    Linky,
    /// An electronic meter before it. The code is a guess.
    Cbe,
}

/// A part of the year in which off-peak hours are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Season {
    /// The distributor's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// First day of the month …
    pub start_day: u32,
    /// … of this month, 1 to 12.
    pub start_month: u32,
    /// Last day of the month …
    pub end_day: u32,
    /// … of this month, 1 to 12.
    pub end_month: u32,
}

impl Season {
    /// April to October: *saison basse*. The codes `B` and `H` are guesses after the registers' HPB and HPH.
    pub fn low() -> Self {
        Self::of("B", "Saison basse", (1, 4), (31, 10))
    }

    /// November to March: *saison haute*.
    pub fn high() -> Self {
        Self::of("H", "Saison haute", (1, 11), (31, 3))
    }

    fn of(code: &str, name: &str, start: (u32, u32), end: (u32, u32)) -> Self {
        let (start_day, start_month) = start;
        let (end_day, end_month) = end;
        Self { code: code.to_owned(), name: name.to_owned(), start_day, start_month, end_day, end_month }
    }
}

/// Off-peak hours within a season.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffPeakValue {
    /// The hours: `HC (22H00-6H00)`.
    pub label: String,
    /// The season's code.
    pub season_code: Option<String>,
    /// The season.
    pub season: Option<Season>,
}

/// The delivery point of electricity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElectricityMeterPoint {
    /// Its id.
    pub id: MeterPointId,
    /// Its number.
    pub prm: Prm,
    /// The state of the grid-access contract.
    pub distributor_status: DistributorStatus,
    /// Whether energy flows.
    pub powered_status: PoweredStatus,
    /// The kind of the meter.
    pub meter_kind: MeterKind,
    /// The power subscribed to, in kVA: 3 to 36 for households.
    pub subscribed_max_power_kva: u32,
    /// Whether the distributor can act on the meter from afar.
    pub is_teleoperable: bool,
    /// Whether the meter sends its readings.
    pub is_smart_meter: bool,
    /// Three phases instead of one.
    pub is_three_phase: bool,
    /// The setting of the main circuit breaker, in amperes.
    pub circuit_breaker_intensity: Option<i32>,
    /// The off-peak hours; none where the distributor has set none.
    pub off_peak: Option<OffPeakHours>,
    /// The supplier's calendar. Null is seen in the wild and crashes clients (kraken-facts 10).
    pub provider_calendar: Option<Calendar>,
}

impl ElectricityMeterPoint {
    /// A Linky in service, single-phase, with the breaker that fits the subscribed power.
    pub fn linky(id: MeterPointId, prm: Prm, subscribed_max_power_kva: u32, calendar: Calendar) -> Self {
        Self {
            id,
            prm,
            distributor_status: DistributorStatus::Servc,
            powered_status: PoweredStatus::Alim,
            meter_kind: MeterKind::Linky,
            subscribed_max_power_kva,
            is_teleoperable: true,
            is_smart_meter: true,
            is_three_phase: false,
            circuit_breaker_intensity: Some(breaker_amperes(subscribed_max_power_kva, false)),
            off_peak: calendar.off_peak().cloned(),
            provider_calendar: Some(calendar),
        }
    }

    /// The same with three phases and the breaker that goes with them.
    #[must_use]
    pub fn three_phase(self) -> Self {
        let amperes = breaker_amperes(self.subscribed_max_power_kva, true);
        Self { is_three_phase: true, circuit_breaker_intensity: Some(amperes), ..self }
    }

    /// The off-peak hours as one text: `HC (22H00-6H00)`.
    pub fn off_peak_label(&self) -> Option<String> {
        self.off_peak.as_ref().map(OffPeakHours::label)
    }

    /// The off-peak hours by season: the same hours in both, as almost all French homes have them.
    pub fn off_peak_values(&self) -> Vec<OffPeakValue> {
        let Some(hours) = &self.off_peak else { return Vec::new() };
        let value = |season: Season| OffPeakValue {
            label: hours.label(),
            season_code: Some(season.code.clone()),
            season: Some(season),
        };
        vec![value(Season::high()), value(Season::low())]
    }
}

/// Amperes per phase at 200 V, the rule of thumb behind the French steps: 6 kVA have 30 A, 9 kVA 45 A.
fn breaker_amperes(kva: u32, three_phase: bool) -> i32 {
    let amperes = if three_phase { (kva * 5).div_ceil(3) } else { kva * 5 };
    i32::try_from(amperes).unwrap_or(i32::MAX)
}

/// The delivery point of gas. The values of the text fields are guesses in GRDF's manner: only their names
/// were seen (kraken-facts 7.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GasMeterPoint {
    /// Its id.
    pub id: MeterPointId,
    /// Its number.
    pub pce: Pce,
    /// The kind of gas: `NATUREL`, with high (H) or low (B) heating value.
    pub gas_nature: String,
    /// The *consommation annuelle de référence*, in kWh.
    pub annual_consumption_kwh: Option<u32>,
    /// A Gazpar that sends its readings each day.
    pub is_smart_meter: bool,
    /// Whether gas flows.
    pub powered_status: PoweredStatus,
    /// The meter's serial number.
    pub serial: Option<String>,
    /// The state of the contract with the distributor.
    pub contractual_status: String,
    /// When the gas was cut.
    pub cut_date: Option<NaiveDate>,
    /// The price level of the commune: 1 to 6.
    pub price_level: Option<String>,
    /// The distribution tariff.
    pub tariff_option: String,
}

impl GasMeterPoint {
    /// A Gazpar in service. The tariff option follows from the annual consumption, by GRDF's steps: T1 up to
    /// 6 MWh, T2 up to 300 MWh, T3 beyond.
    pub fn gazpar(id: MeterPointId, pce: Pce, serial: &str, annual_consumption_kwh: u32) -> Self {
        let tariff_option = match annual_consumption_kwh {
            0..=6_000 => "T1",
            6_001..=300_000 => "T2",
            _ => "T3",
        };
        Self {
            id,
            pce,
            gas_nature: "NATUREL_H".to_owned(),
            annual_consumption_kwh: Some(annual_consumption_kwh),
            is_smart_meter: true,
            powered_status: PoweredStatus::Alim,
            serial: Some(serial.to_owned()),
            contractual_status: "EN_SERVICE".to_owned(),
            cut_date: None,
            price_level: Some("1".to_owned()),
            tariff_option: tariff_option.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_distributors() {
        assert_eq!(DistributorStatus::Resil.to_string(), "RESIL");
        assert_eq!(PoweredStatus::Limi.to_string(), "LIMI");
        assert_eq!(MeterKind::Linky.to_string(), "LINKY");
    }

    #[test]
    fn a_linky_tells_its_off_peak_hours_and_its_breaker() {
        let prm = Prm::try_new("14295224261882").expect("14 digits");
        let calendar = Calendar::hp_hc(OffPeakHours::default());
        let point = ElectricityMeterPoint::linky(MeterPointId(1), prm.clone(), 9, calendar);
        assert_eq!(point.off_peak_label().as_deref(), Some("HC (22H00-6H00)"));
        assert_eq!(point.circuit_breaker_intensity, Some(45));
        assert_eq!(point.off_peak_values().len(), 2);
        assert_eq!(point.three_phase().circuit_breaker_intensity, Some(15));
        let flat = ElectricityMeterPoint::linky(MeterPointId(2), prm, 6, Calendar::base());
        assert_eq!((flat.off_peak_label(), flat.off_peak_values()), (None, Vec::new()));
    }

    #[test]
    fn the_gas_tariff_follows_the_consumption() {
        let pce = Pce::try_new("21412345678901").expect("14 digits");
        let option = |kwh| GasMeterPoint::gazpar(MeterPointId(1), pce.clone(), "123", kwh).tariff_option;
        assert_eq!([option(900), option(14_000)], ["T1", "T2"]);
    }
}
