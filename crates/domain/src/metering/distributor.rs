//! The distributor's own registers: the same energy as on the supplier's, told apart by Enedis's calendar.

use crate::calendars::Calendar;
use crate::energy::{ElectricityMeter, EnergyMeter, Home};
use crate::supply_points::{Direction, Market};

use super::{MeterSetup, Stretch, first_index};

/// The distributor's registers beside these meters. There are none for gas, and none for what is fed in (assumed).
pub(super) fn registers(setup: &MeterSetup, home: &Home, stretches: &[Stretch]) -> Option<ElectricityMeter> {
    let point = &setup.supply_point;
    if point.market() != Market::FraElectricity || point.direction != Direction::Consumption {
        return None;
    }
    let (first, last) = (&stretches.first()?.meter, &stretches.last()?.meter);
    let calendar = Calendar::distributor(setup.off_peak.clone());
    let mut meter = ElectricityMeter::new(home.clone(), calendar, first.installed_at());
    for class in meter.calendar().classes().to_vec() {
        meter = meter.starting_at(class.code, first_index(setup, home.world(), &class.code.to_string()));
    }
    if let Some(removed_at) = last.removed_at() {
        meter = meter.removed_at(removed_at);
    }
    Some(meter)
}
