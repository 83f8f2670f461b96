//! Time slots: the hours of a day in which a class can hold, as rates show them.

use chrono::{Days, NaiveDate, NaiveTime};

use super::{Calendar, ClassCode};
use crate::energy::{HalfHour, TempoColour};

/// Half-hours on a clock.
const HALF_HOURS: u32 = 48;

/// From a time of day to another, over midnight where the end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeSlot {
    /// When it begins.
    pub start: NaiveTime,
    /// When it ends; excluded.
    pub end: NaiveTime,
}

impl Calendar {
    /// The slots of a class on the days on which it holds. None for a class that holds around the clock, and
    /// for one that the calendar has not: a slot of 24 hours would begin and end at the same time (a guess).
    pub fn slots(&self, code: ClassCode) -> Vec<TimeSlot> {
        let holds: Vec<bool> = (0..HALF_HOURS).map(|local| self.may_hold(code, local)).collect();
        let at = |local: u32| holds[(local % HALF_HOURS) as usize];
        let starts = (0..HALF_HOURS).filter(|&local| at(local) && !at(local + HALF_HOURS - 1));
        starts
            .map(|start| {
                let length = (0..HALF_HOURS).take_while(|ahead| at(start + ahead)).count();
                let end = start + u32::try_from(length).unwrap_or_default();
                TimeSlot { start: time(start), end: time(end) }
            })
            .collect()
    }

    /// Whether the class holds at this half-hour of the clock on any kind of day: summer or winter, of any
    /// colour.
    fn may_hold(&self, code: ClassCode, local: u32) -> bool {
        let winter = NaiveDate::default();
        let summer = winter.checked_add_days(Days::new(181)).unwrap_or(winter);
        [winter, summer].into_iter().any(|date| {
            let colours = [TempoColour::Blue, TempoColour::White, TempoColour::Red];
            colours.into_iter().any(|colour| self.class_at(HalfHour { date, local }, colour) == code)
        })
    }
}

fn time(local: u32) -> NaiveTime {
    let seconds = local % HALF_HOURS * 1_800;
    NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::energy::OffPeakHours;

    fn slots(calendar: &Calendar, code: ClassCode) -> Vec<String> {
        let text = |slot: &TimeSlot| format!("{}-{}", slot.start.format("%H:%M"), slot.end.format("%H:%M"));
        calendar.slots(code).iter().map(text).collect()
    }

    #[test]
    fn slots_follow_the_off_peak_hours() {
        let usual = Calendar::hp_hc(OffPeakHours::default());
        assert_eq!(slots(&usual, ClassCode::Hc), ["22:00-06:00"]);
        assert_eq!(slots(&usual, ClassCode::Hp), ["06:00-22:00"]);
        let split = Calendar::hp_hc("HC (1H30-7H30;12H30-14H30)".parse().expect("well formed"));
        assert_eq!(slots(&split, ClassCode::Hc), ["01:30-07:30", "12:30-14:30"]);
        assert_eq!(slots(&split, ClassCode::Hp), ["07:30-12:30", "14:30-01:30"]);
        let until_midnight = Calendar::hp_hc("HC (20H00-24H00)".parse().expect("well formed"));
        assert_eq!(slots(&until_midnight, ClassCode::Hc), ["20:00-00:00"]);
    }

    #[test]
    fn each_class_of_days_of_one_kind_has_the_hours_of_its_days() {
        for calendar in [Calendar::tempo(), Calendar::octoflex(OffPeakHours::default())] {
            for class in calendar.classes() {
                let cheap = class.code.to_string().starts_with("HC");
                let expected = if cheap { "22:00-06:00" } else { "06:00-22:00" };
                assert_eq!(slots(&calendar, class.code), [expected], "{} {}", calendar.name, class.code);
            }
        }
    }

    #[test]
    fn all_hours_have_no_slots() {
        assert!(Calendar::base().slots(ClassCode::Base).is_empty());
        assert!(Calendar::base().slots(ClassCode::Hp).is_empty());
    }
}
