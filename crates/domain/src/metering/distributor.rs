//! The distributor's own registers: the same energy as on the supplier's, told apart by Enedis's calendar.

use crate::calendars::Calendar;
use crate::energy::{ElectricityMeter, EnergyMeter, Home, RecordedDay};
use crate::supply_points::{Direction, Market};

use super::{Meter, MeterSetup, Stretch, first_index};

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
    let recorded = recorded(setup, &meter, stretches);
    // Each amount is what the supplier's registers counted in these very hours.
    Some(meter.clone().with_recorded(&recorded).unwrap_or(meter))
}

/// The days that were recorded on the supplier's registers, sorted by the distributor's classes.
fn recorded(setup: &MeterSetup, meter: &ElectricityMeter, stretches: &[Stretch]) -> Vec<RecordedDay> {
    let Some((first, last)) = meter.dates() else { return Vec::new() };
    let mut dates: Vec<_> = setup.recorded.iter().map(|recorded| recorded.date).collect();
    dates.retain(|date| (first..=last).contains(date));
    dates.dedup();
    let mut days = Vec::new();
    for date in dates {
        let classes: Vec<usize> = meter.day(date).classes().collect();
        let mut wh = vec![None; meter.classes().len()];
        for stretch in stretches {
            let Meter::Electricity(counted) = &stretch.meter else { continue };
            let of_day = counted.day(date);
            for (place, amount) in classes.iter().zip(of_day.wh()) {
                if let Some(sum) = wh.get_mut(*place) {
                    *sum = Some(sum.unwrap_or(0) + amount);
                }
            }
        }
        let sums = meter.classes().iter().zip(wh);
        days.extend(sums.filter_map(|(class, wh)| Some(RecordedDay { date, class: class.code, wh: wh? })));
    }
    days
}
