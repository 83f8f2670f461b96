//! Metering: which meters count at a supply point, and when.
//!
//! What a meter counts follows from the home, what its registers are called from the product: when an agreement
//! with another calendar begins, one meter ends and the next begins where the registers of the same class stood.
//! Agreements that follow each other on one calendar share a meter.

mod distributor;
mod joined;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::agreements::{Agreement, AgreementId};
use crate::billing::{Metered, Meters};
use crate::calendars::{Calendar, ClassCode, TemporalClass};
use crate::dates;
use crate::energy::{ElectricityMeter, EnergyMeter, GasMeter, Home, HomeProfile, OffPeakHours};
use crate::ids::AccountId;
use crate::meters::MeterPoint;
use crate::seed::Seed;
use crate::supply_points::{Direction, Market, SupplyPoint, SupplyPointId};
use crate::tariffs::Tariffs;

pub use joined::JoinedMeters;

/// A supply point with all that is known of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installation {
    /// The account it belongs to.
    pub account_id: AccountId,
    /// The supply point.
    pub point: SupplyPoint,
    /// What the household uses.
    pub home: HomeProfile,
    /// What the distributor knows of it; may be nothing.
    pub meter_point: Option<MeterPoint>,
}

impl Installation {
    /// What its meters hang on.
    pub fn setup(&self, agreements: &[Agreement], tariffs: &Tariffs) -> MeterSetup {
        MeterSetup::new(&self.point, &self.home, self.off_peak(), agreements, tariffs)
    }

    /// The off-peak hours that the distributor has set.
    pub fn off_peak(&self) -> Option<&OffPeakHours> {
        match &self.meter_point {
            Some(MeterPoint::Electricity(point)) => point.off_peak.as_ref(),
            Some(MeterPoint::Gas(_)) | None => None,
        }
    }

    /// The supplier's calendar by which its energy is told apart on a day: that of the agreement in force, or of the
    /// last one (a guess). Nothing for gas, where nobody ever agreed to anything, or where it is not known.
    pub fn calendar(&self, agreements: &[Agreement], tariffs: &Tariffs, date: NaiveDate) -> Option<Calendar> {
        let Some(MeterPoint::Electricity(point)) = &self.meter_point else { return None };
        let of_point = || agreements.iter().filter(|agreement| agreement.supply_point_id == self.point.id);
        let in_force = of_point().find(|agreement| agreement.covers(date));
        let agreement = in_force.or_else(|| of_point().max_by_key(|agreement| agreement.valid_from))?;
        let product = tariffs.product(&agreement.product_code).filter(|_| point.shows_calendar)?;
        Calendar::named(&product.calendar, &point.off_peak.clone().unwrap_or_default())
    }

    /// The home, as its meters know it.
    pub fn home_in(&self, world: Seed) -> Home {
        Home::new(self.home.clone(), world, &self.point.property_id.to_string())
    }
}

/// An agreement as a meter sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    agreement: AgreementId,
    calendar: String,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
}

/// All that the meters of a supply point hang on: the same setup gives the same meters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeterSetup {
    supply_point: SupplyPoint,
    home: HomeProfile,
    off_peak: OffPeakHours,
    terms: Vec<Term>,
}

impl MeterSetup {
    /// The setup of a supply point. Of the agreements those on other points are left out.
    pub fn new(
        supply_point: &SupplyPoint,
        home: &HomeProfile,
        off_peak: Option<&OffPeakHours>,
        agreements: &[Agreement],
        tariffs: &Tariffs,
    ) -> Self {
        let midnight = |date| dates::paris_instant(date, NaiveTime::MIN);
        let mut terms: Vec<Term> = agreements
            .iter()
            .filter(|agreement| agreement.supply_point_id == supply_point.id)
            .map(|agreement| Term {
                agreement: agreement.id,
                calendar: tariffs
                    .product(&agreement.product_code)
                    .map_or_else(String::new, |product| product.calendar.clone()),
                from: midnight(agreement.first_day()),
                to: agreement.end_day().map(midnight),
            })
            .collect();
        terms.sort_by_key(|term| (term.from, term.agreement));
        Self {
            supply_point: supply_point.clone(),
            home: home.clone(),
            off_peak: off_peak.cloned().unwrap_or_default(),
            terms,
        }
    }
}

/// A meter of either market.
#[derive(Clone, Debug)]
pub enum Meter {
    /// Of electricity.
    Electricity(ElectricityMeter),
    /// Of gas.
    Gas(GasMeter),
}

impl Meter {
    fn as_energy(&self) -> &dyn EnergyMeter {
        match self {
            Self::Electricity(meter) => meter,
            Self::Gas(meter) => meter,
        }
    }
}

impl EnergyMeter for Meter {
    fn classes(&self) -> &[TemporalClass] {
        self.as_energy().classes()
    }

    fn index_wh(&self, class: Option<ClassCode>, at: DateTime<Utc>) -> i64 {
        self.as_energy().index_wh(class, at)
    }

    fn installed_at(&self) -> DateTime<Utc> {
        self.as_energy().installed_at()
    }

    fn removed_at(&self) -> Option<DateTime<Utc>> {
        self.as_energy().removed_at()
    }
}

/// A meter and the agreements that it serves.
#[derive(Clone, Debug)]
pub struct Stretch {
    /// The meter.
    pub meter: Meter,
    /// The agreements, oldest first.
    pub agreements: Vec<AgreementId>,
}

/// The meters of a supply point, one after the other.
#[derive(Clone, Debug, Default)]
pub struct SupplyMeters {
    stretches: Vec<Stretch>,
    distributor: Option<ElectricityMeter>,
}

impl SupplyMeters {
    /// The meters in the world of this seed. A point without an agreement has none: nobody reads it for Kraken.
    pub fn install(setup: &MeterSetup, world: Seed) -> Self {
        let label = setup.supply_point.property_id.to_string();
        let home = Home::new(setup.home.clone(), world, &label);
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut groups = setup.terms.chunk_by(|one, two| one.calendar == two.calendar).peekable();
        while let Some(terms) = groups.next() {
            let (Some(first), Some(last)) = (terms.first(), terms.last()) else { continue };
            let end = groups.peek().and_then(|next| next.first()).map(|next| next.from).or(last.to);
            let meter = match setup.supply_point.market() {
                Market::FraGas => Meter::Gas(gas(setup, &home, world, (first.from, end))),
                Market::FraElectricity => {
                    let before = stretches.last().map(|stretch| &stretch.meter);
                    let calendar = Calendar::named(&first.calendar, &setup.off_peak);
                    let calendar = calendar.unwrap_or_else(Calendar::base);
                    Meter::Electricity(electricity(setup, &home, calendar, before, (first.from, end)))
                }
            };
            stretches.push(Stretch { meter, agreements: terms.iter().map(|term| term.agreement).collect() });
        }
        let distributor = distributor::registers(setup, &home, &stretches);
        Self { stretches, distributor }
    }

    /// All of them, oldest first.
    pub fn stretches(&self) -> &[Stretch] {
        &self.stretches
    }

    /// The meter that serves an agreement.
    pub fn of(&self, agreement: AgreementId) -> Option<&Meter> {
        let serves = |stretch: &&Stretch| stretch.agreements.contains(&agreement);
        self.stretches.iter().find(serves).map(|stretch| &stretch.meter)
    }

    /// The electricity meters, oldest first.
    pub fn electricity(&self) -> impl Iterator<Item = &ElectricityMeter> {
        self.stretches.iter().filter_map(|stretch| match &stretch.meter {
            Meter::Electricity(meter) => Some(meter),
            Meter::Gas(_) => None,
        })
    }

    /// The distributor's registers, which count the same energy by its own calendar.
    pub fn distributor(&self) -> Option<&ElectricityMeter> {
        self.distributor.as_ref()
    }

    /// The gas meter: gas has no calendars, so there is one at most.
    pub fn gas(&self) -> Option<&GasMeter> {
        self.stretches.iter().rev().find_map(|stretch| match &stretch.meter {
            Meter::Gas(meter) => Some(meter),
            Meter::Electricity(_) => None,
        })
    }
}

/// The meters of an account, by supply point.
pub type AccountMeters = BTreeMap<SupplyPointId, Arc<SupplyMeters>>;

impl Meters for AccountMeters {
    fn of(&self, agreement: &Agreement) -> Option<&dyn Metered> {
        let meters = self.get(&agreement.supply_point_id)?;
        meters.of(agreement.id).map(|meter| meter as &dyn Metered)
    }
}

fn electricity(
    setup: &MeterSetup,
    home: &Home,
    calendar: Calendar,
    before: Option<&Meter>,
    (from, to): (DateTime<Utc>, Option<DateTime<Utc>>),
) -> ElectricityMeter {
    let mut meter =
        ElectricityMeter::new(home.clone(), calendar, from).counting(setup.supply_point.direction);
    for class in meter.calendar().classes().to_vec() {
        let stood = before
            .filter(|before| before.classes().iter().any(|old| old.code == class.code))
            .map(|before| before.index_wh(Some(class.code), from));
        let index = stood.unwrap_or_else(|| first_index(setup, home.world(), &class.code.to_string()));
        meter = meter.starting_at(class.code, index);
    }
    match to {
        Some(to) => meter.removed_at(to),
        None => meter,
    }
}

fn gas(
    setup: &MeterSetup,
    home: &Home,
    world: Seed,
    (from, to): (DateTime<Utc>, Option<DateTime<Utc>>),
) -> GasMeter {
    let meter = GasMeter::new(home.clone(), from).starting_at(first_index(setup, world, "gas") / 10);
    match to {
        Some(to) => meter.removed_at(to),
        None => meter,
    }
}

/// What a register shows when a customer moves in: whoever was there before has used it. What feeds in is new.
fn first_index(setup: &MeterSetup, world: Seed, register: &str) -> i64 {
    if setup.supply_point.direction == Direction::Generation {
        return 0;
    }
    let own = world.derive("first index").derive(setup.supply_point.external_identifier.as_str());
    own.derive(register).stream().between(2_000, 30_000) * 1_000
}
