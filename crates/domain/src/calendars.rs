//! Calendars: which hours count on which register.
//!
//! A *provider* calendar is the supplier's, a *distributor* calendar is Enedis's own; Kraken shows readings
//! of both (kraken-facts 7.2). To add one: its classes in [`ClassCode`] if they are new, a constructor, an
//! arm in [`Calendar::class_at`] and a name in [`Calendar::named`].
//!
//! Which codes belong to which calendar is partly guessed. Seen are the codes, `EFFACEMENT_HPHC_2` with
//! `HP`, and `OCTOFLEX_4_V4` with `HPE`. Tempo takes the six codes that the facts call Tempo-like, read by
//! colour: `HPE`/`HCE` blue, `HPHI`/`HCHI` white, `HPP`/`HCP` red. Register numbers are guesses.

mod slots;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use strum::{Display, EnumString, IntoStaticStr, VariantNames};

use crate::energy::{HalfHour, OffPeakHours, TempoColour};

pub use slots::TimeSlot;

/// The code of a temporal class, as it is written on readings and rates.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString, Serialize, Deserialize,
)]
#[strum(serialize_all = "UPPERCASE")]
#[serde(rename_all = "UPPERCASE")]
pub enum ClassCode {
    /// All hours.
    Base,
    /// Peak hours.
    Hp,
    /// Off-peak hours.
    Hc,
    /// Peak hours in summer; on blue days.
    Hpe,
    /// Off-peak hours in summer; on blue days.
    Hce,
    /// Peak hours in winter; on white days.
    Hphi,
    /// Off-peak hours in winter; on white days.
    Hchi,
    /// Peak hours on days of high demand; on red days.
    Hpp,
    /// Off-peak hours on days of high demand; on red days.
    Hcp,
    /// The distributor's peak hours, low season.
    Hpb,
    /// The distributor's off-peak hours, low season.
    Hcb,
    /// The distributor's peak hours, high season.
    Hph,
    /// The distributor's off-peak hours, high season.
    Hch,
}

/// Whose calendar it is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Display, EnumString, IntoStaticStr, VariantNames,
)]
#[strum(serialize_all = "UPPERCASE")]
pub enum CalendarType {
    /// The supplier's.
    Provider,
    /// The distributor's.
    Distributor,
}

/// A class of hours and the register that counts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TemporalClass {
    /// Its code.
    pub code: ClassCode,
    /// What people call it.
    pub label: &'static str,
    /// What it means.
    pub description: &'static str,
    /// The meter's register that counts these hours.
    pub register_id: i32,
}

/// How a calendar sorts the hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Base,
    PeakOffPeak,
    Tempo,
    /// Summer, winter, and days of high demand: the red days of Tempo stand in for these.
    SummerWinterPeakDays,
    LowHighSeason,
}

/// The classes of a meter's hours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    /// Its id; the same as the name, as only the name was seen.
    pub id: String,
    /// Its name, such as `EFFACEMENT_HPHC_2`.
    pub name: String,
    /// Whose it is.
    pub calendar_type: CalendarType,
    classes: Vec<TemporalClass>,
    rule: Rule,
    off_peak: Option<OffPeakHours>,
}

const BASE_NAME: &str = "BASE";
const HP_HC_NAME: &str = "HPHC";
const TEMPO_NAME: &str = "TEMPO";
const EFFACEMENT_NAME: &str = "EFFACEMENT_HPHC_2";
const OCTOFLEX_NAME: &str = "EFFACEMENT_OCTOFLEX_6";
const DISTRIBUTOR_NAME: &str = "DISTRIBUTEUR_4";

const BASE: &[(ClassCode, &str, &str)] = &[(ClassCode::Base, "Base", "Toutes les heures")];

const PEAK_OFF_PEAK: &[(ClassCode, &str, &str)] = &[
    (ClassCode::Hp, "Heures pleines", "Heures pleines"),
    (ClassCode::Hc, "Heures creuses", "Heures creuses"),
];

const TEMPO: &[(ClassCode, &str, &str)] = &[
    (ClassCode::Hce, "HC bleu", "Heures creuses des jours bleus"),
    (ClassCode::Hpe, "HP bleu", "Heures pleines des jours bleus"),
    (ClassCode::Hchi, "HC blanc", "Heures creuses des jours blancs"),
    (ClassCode::Hphi, "HP blanc", "Heures pleines des jours blancs"),
    (ClassCode::Hcp, "HC rouge", "Heures creuses des jours rouges"),
    (ClassCode::Hpp, "HP rouge", "Heures pleines des jours rouges"),
];

const OCTOFLEX: &[(ClassCode, &str, &str)] = &[
    (ClassCode::Hpe, "HP été", "Heures pleines, avril à octobre"),
    (ClassCode::Hce, "HC été", "Heures creuses, avril à octobre"),
    (ClassCode::Hphi, "HP hiver", "Heures pleines, novembre à mars"),
    (ClassCode::Hchi, "HC hiver", "Heures creuses, novembre à mars"),
    (ClassCode::Hpp, "HP pointe", "Heures pleines des jours de pointe"),
    (ClassCode::Hcp, "HC pointe", "Heures creuses des jours de pointe"),
];

const DISTRIBUTOR: &[(ClassCode, &str, &str)] = &[
    (ClassCode::Hph, "HP haute", "Heures pleines, saison haute"),
    (ClassCode::Hch, "HC haute", "Heures creuses, saison haute"),
    (ClassCode::Hpb, "HP basse", "Heures pleines, saison basse"),
    (ClassCode::Hcb, "HC basse", "Heures creuses, saison basse"),
];

impl Calendar {
    /// One class for all hours.
    pub fn base() -> Self {
        Self::new(BASE_NAME, CalendarType::Provider, BASE, Rule::Base, None)
    }

    /// Peak and off-peak hours.
    pub fn hp_hc(off_peak: OffPeakHours) -> Self {
        Self::new(HP_HC_NAME, CalendarType::Provider, PEAK_OFF_PEAK, Rule::PeakOffPeak, Some(off_peak))
    }

    /// Blue, white and red days, each with off-peak hours from 22:00 to 06:00, when the next day begins.
    pub fn tempo() -> Self {
        Self::new(TEMPO_NAME, CalendarType::Provider, TEMPO, Rule::Tempo, Some(OffPeakHours::default()))
    }

    /// Peak and off-peak hours of a customer who lets the supplier shift their load.
    pub fn effacement_hp_hc(off_peak: OffPeakHours) -> Self {
        let rule = Rule::PeakOffPeak;
        Self::new(EFFACEMENT_NAME, CalendarType::Provider, PEAK_OFF_PEAK, rule, Some(off_peak))
    }

    /// The six classes of an OctoFlex product. The calendar's name is a guess.
    pub fn octoflex(off_peak: OffPeakHours) -> Self {
        let rule = Rule::SummerWinterPeakDays;
        Self::new(OCTOFLEX_NAME, CalendarType::Provider, OCTOFLEX, rule, Some(off_peak))
    }

    /// Enedis's own four classes.
    pub fn distributor(off_peak: OffPeakHours) -> Self {
        let rule = Rule::LowHighSeason;
        Self::new(DISTRIBUTOR_NAME, CalendarType::Distributor, DISTRIBUTOR, rule, Some(off_peak))
    }

    /// The calendar called `name`, for a meter with these off-peak hours.
    pub fn named(name: &str, off_peak: &OffPeakHours) -> Option<Self> {
        match name {
            BASE_NAME => Some(Self::base()),
            HP_HC_NAME => Some(Self::hp_hc(off_peak.clone())),
            TEMPO_NAME => Some(Self::tempo()),
            EFFACEMENT_NAME => Some(Self::effacement_hp_hc(off_peak.clone())),
            OCTOFLEX_NAME => Some(Self::octoflex(off_peak.clone())),
            DISTRIBUTOR_NAME => Some(Self::distributor(off_peak.clone())),
            _ => None,
        }
    }

    fn new(
        name: &str,
        calendar_type: CalendarType,
        classes: &[(ClassCode, &'static str, &'static str)],
        rule: Rule,
        off_peak: Option<OffPeakHours>,
    ) -> Self {
        let classes = (1..).zip(classes).map(|(register_id, (code, label, description))| TemporalClass {
            code: *code,
            label,
            description,
            register_id,
        });
        let classes = classes.collect();
        Self { id: name.to_owned(), name: name.to_owned(), calendar_type, classes, rule, off_peak }
    }

    /// The classes in the calendar's order.
    pub fn classes(&self) -> &[TemporalClass] {
        &self.classes
    }

    /// Where `code` stands among the classes.
    pub fn position(&self, code: ClassCode) -> Option<usize> {
        self.classes.iter().position(|class| class.code == code)
    }

    /// The off-peak hours, where the calendar has any.
    pub fn off_peak(&self) -> Option<&OffPeakHours> {
        self.off_peak.as_ref()
    }

    /// Whether the class of an hour depends on the colour of its Tempo day.
    pub fn needs_colours(&self) -> bool {
        matches!(self.rule, Rule::Tempo | Rule::SummerWinterPeakDays)
    }

    /// The class of a half-hour. `tempo_day` is the colour of the Tempo day that the half-hour lies in, which
    /// before 06:00 is the day before's ([`HalfHour::tempo_day`]); other calendars ignore it.
    pub fn class_at(&self, half_hour: HalfHour, tempo_day: TempoColour) -> ClassCode {
        let off_peak = self.off_peak.as_ref().is_some_and(|hours| hours.contains(half_hour.local));
        let (peak, cheap) = match (self.rule, tempo_day) {
            (Rule::Base, _) => (ClassCode::Base, ClassCode::Base),
            (Rule::PeakOffPeak, _) => (ClassCode::Hp, ClassCode::Hc),
            (Rule::Tempo, TempoColour::Blue) => (ClassCode::Hpe, ClassCode::Hce),
            (Rule::Tempo, TempoColour::White) => (ClassCode::Hphi, ClassCode::Hchi),
            (Rule::Tempo | Rule::SummerWinterPeakDays, TempoColour::Red) => (ClassCode::Hpp, ClassCode::Hcp),
            (Rule::SummerWinterPeakDays, _) if winter(half_hour.date) => (ClassCode::Hphi, ClassCode::Hchi),
            (Rule::SummerWinterPeakDays, _) => (ClassCode::Hpe, ClassCode::Hce),
            (Rule::LowHighSeason, _) if winter(half_hour.date) => (ClassCode::Hph, ClassCode::Hch),
            (Rule::LowHighSeason, _) => (ClassCode::Hpb, ClassCode::Hcb),
        };
        if off_peak { cheap } else { peak }
    }
}

/// November to March: the distributor's high season.
fn winter(date: NaiveDate) -> bool {
    !(4..=10).contains(&date.month())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(month: u32, hour: u32) -> HalfHour {
        let date = NaiveDate::from_ymd_opt(2026, month, 14).expect("a date");
        HalfHour { date, local: hour * 2 }
    }

    #[test]
    fn each_half_hour_has_a_class_of_its_calendar() {
        let names = ["BASE", "HPHC", "TEMPO", "EFFACEMENT_HPHC_2", "EFFACEMENT_OCTOFLEX_6", "DISTRIBUTEUR_4"];
        for calendar in names.map(|name| Calendar::named(name, &OffPeakHours::default()).expect("known")) {
            let mut met = std::collections::BTreeSet::new();
            for month in 1..=12 {
                for hour in 0..24 {
                    for colour in [TempoColour::Blue, TempoColour::White, TempoColour::Red] {
                        met.insert(calendar.class_at(at(month, hour), colour));
                    }
                }
            }
            let codes: std::collections::BTreeSet<_> = calendar.classes().iter().map(|c| c.code).collect();
            assert_eq!(met, codes, "{}", calendar.name);
        }
        assert_eq!(Calendar::named("NONE", &OffPeakHours::default()), None);
    }

    #[test]
    fn the_hours_are_sorted_as_the_names_say() {
        let hours = OffPeakHours::default();
        let class =
            |calendar: &Calendar, half_hour| calendar.class_at(half_hour, TempoColour::White).to_string();
        assert_eq!(class(&Calendar::hp_hc(hours.clone()), at(1, 5)), "HC");
        assert_eq!(class(&Calendar::hp_hc(hours.clone()), at(1, 6)), "HP");
        assert_eq!(class(&Calendar::tempo(), at(1, 22)), "HCHI");
        assert_eq!(class(&Calendar::octoflex(hours.clone()), at(7, 12)), "HPE");
        assert_eq!(class(&Calendar::distributor(hours), at(11, 12)), "HPH");
    }
}
