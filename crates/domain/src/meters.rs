//! Meter points: what the distributor (Enedis, GRDF) knows of a supply point and its meter.
//!
//! The fields are those of kraken-facts 7.2. Codes are the distributor's own, so those are enums here that
//! have a rule or a fixed set of measured values; the others stay text.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString};

use crate::energy::OffPeakHours;
use crate::supply_points::Market;

/// The state of the grid-access contract. It stays `RESIL` after a change of supplier while the power is on
/// (measured, kraken-facts 7.2), so it says nothing about whether energy flows: [`PoweredStatus`] does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, Serialize, Deserialize)]
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Display, EnumString, Serialize, Deserialize)]
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

/// What the distributor knows of a delivery point, in the form in which fixtures say it and the store keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeterPoint {
    /// Of electricity.
    Electricity(ElectricityMeterPoint),
    /// Of gas.
    Gas(GasMeterPoint),
}

impl MeterPoint {
    /// The market it belongs to.
    pub const fn market(&self) -> Market {
        match self {
            Self::Electricity(_) => Market::FraElectricity,
            Self::Gas(_) => Market::FraGas,
        }
    }
}

/// The delivery point of electricity. Its number is its supply point's. What is left out is that of a Linky in
/// service with one phase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the distributor's own flags")]
pub struct ElectricityMeterPoint {
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
    /// The off-peak hours; none where the distributor has set none.
    pub off_peak: Option<OffPeakHours>,
    /// Whether the supplier's calendar is known. Null is seen in the wild and crashes clients (kraken-facts 10).
    pub shows_calendar: bool,
}

impl Default for ElectricityMeterPoint {
    fn default() -> Self {
        Self {
            distributor_status: DistributorStatus::Servc,
            powered_status: PoweredStatus::Alim,
            meter_kind: MeterKind::Linky,
            subscribed_max_power_kva: 6,
            is_teleoperable: true,
            is_smart_meter: true,
            is_three_phase: false,
            off_peak: None,
            shows_calendar: true,
        }
    }
}

impl ElectricityMeterPoint {
    /// The setting of the main circuit breaker, in amperes: the one that fits the subscribed power.
    pub fn circuit_breaker_intensity(&self) -> i32 {
        breaker_amperes(self.subscribed_max_power_kva, self.is_three_phase)
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

/// The delivery point of gas. Its number is its supply point's. The values of the text fields are guesses in
/// GRDF's manner: only their names were seen (kraken-facts 7.2). What is left out is that of a Gazpar in service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GasMeterPoint {
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
}

impl Default for GasMeterPoint {
    fn default() -> Self {
        Self {
            gas_nature: "NATUREL_H".to_owned(),
            annual_consumption_kwh: None,
            is_smart_meter: true,
            powered_status: PoweredStatus::Alim,
            serial: None,
            contractual_status: "EN_SERVICE".to_owned(),
            cut_date: None,
            price_level: Some("1".to_owned()),
        }
    }
}

impl GasMeterPoint {
    /// The distribution tariff, which follows from the annual consumption by GRDF's steps: T1 up to 6 MWh, T2 up
    /// to 300 MWh, T3 beyond.
    pub fn tariff_option(&self) -> &'static str {
        match self.annual_consumption_kwh.unwrap_or(0) {
            0..=6_000 => "T1",
            6_001..=300_000 => "T2",
            _ => "T3",
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
        let flat = ElectricityMeterPoint::default();
        assert_eq!((flat.off_peak_label(), flat.off_peak_values()), (None, Vec::new()));
        let off_peak = Some(OffPeakHours::default());
        let point = ElectricityMeterPoint { subscribed_max_power_kva: 9, off_peak, ..flat };
        assert_eq!(point.off_peak_label().as_deref(), Some("HC (22H00-6H00)"));
        assert_eq!(point.circuit_breaker_intensity(), 45);
        assert_eq!(point.off_peak_values().len(), 2);
        let point = ElectricityMeterPoint { is_three_phase: true, ..point };
        assert_eq!(point.circuit_breaker_intensity(), 15);
    }

    #[test]
    fn the_gas_tariff_follows_the_consumption() {
        let option = |kwh| {
            GasMeterPoint { annual_consumption_kwh: Some(kwh), ..GasMeterPoint::default() }.tariff_option()
        };
        assert_eq!([option(900), option(14_000)], ["T1", "T2"]);
    }
}
