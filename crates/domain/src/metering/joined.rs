//! The meters of a supply point, seen as one that counted all along.

use chrono::{DateTime, Utc};

use super::{Meter, SupplyMeters};
use crate::calendars::{ClassCode, TemporalClass};
use crate::energy::EnergyMeter;

/// Meters that follow each other, as one. Its indexes count from the first meter's installation: they are what was
/// used, not what a display shows.
#[derive(Clone, Debug)]
pub struct JoinedMeters<'a> {
    meters: Vec<&'a Meter>,
    classes: Vec<TemporalClass>,
    /// Only some of the registers are looked at.
    is_part: bool,
    installed_at: DateTime<Utc>,
}

impl<'a> JoinedMeters<'a> {
    /// The meters of a supply point; nothing where it never had one.
    pub fn of(meters: &'a SupplyMeters) -> Option<Self> {
        let meters: Vec<&Meter> = meters.stretches().iter().map(|stretch| &stretch.meter).collect();
        let installed_at = meters.first()?.installed_at();
        let mut classes: Vec<TemporalClass> = Vec::new();
        for class in meters.iter().flat_map(|meter| meter.classes()) {
            if classes.iter().all(|known| known.code != class.code) {
                classes.push(*class);
            }
        }
        Some(Self { meters, classes, is_part: false, installed_at })
    }

    /// The registers of this number alone; nothing where no meter has one.
    pub fn register(self, register_id: i32) -> Option<Self> {
        let of = self.classes.iter().filter(|class| class.register_id == register_id);
        let classes: Vec<TemporalClass> = of.copied().collect();
        (!classes.is_empty()).then_some(Self { classes, is_part: true, ..self })
    }

    /// The last of the meters.
    pub fn last(&self) -> Option<&'a Meter> {
        self.meters.last().copied()
    }

    fn counted(&self, class: Option<ClassCode>, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        let counts =
            |meter: &&&Meter| meter.installed_at() < to && meter.removed_at().is_none_or(|end| end > from);
        self.meters.iter().filter(counts).map(|meter| meter.energy_wh(class, from, to)).sum()
    }
}

impl EnergyMeter for JoinedMeters<'_> {
    fn classes(&self) -> &[TemporalClass] {
        &self.classes
    }

    fn index_wh(&self, class: Option<ClassCode>, at: DateTime<Utc>) -> i64 {
        self.energy_wh(class, self.installed_at, at)
    }

    fn installed_at(&self) -> DateTime<Utc> {
        self.installed_at
    }

    fn removed_at(&self) -> Option<DateTime<Utc>> {
        self.meters.last().and_then(|meter| meter.removed_at())
    }

    fn energy_wh(&self, class: Option<ClassCode>, from: DateTime<Utc>, to: DateTime<Utc>) -> i64 {
        match class {
            None if self.is_part => {
                self.classes.iter().map(|class| self.counted(Some(class.code), from, to)).sum()
            }
            Some(code) if self.classes.iter().all(|class| class.code != code) => 0,
            class => self.counted(class, from, to),
        }
    }
}
