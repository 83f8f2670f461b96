//! Off-peak hours: when electricity is cheap, the tank heats and the car charges.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The off-peak hours of a meter, in half-hours of the clock on the wall. Their text is the distributor's:
/// `HC (22H00-6H00)`, or with two windows `HC (1H30-7H30;12H30-14H30)` (the semicolon is a guess).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffPeakHours {
    windows: Vec<Window>,
}

/// From `start` up to but not including `end`, over midnight where the end comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) start: u32,
    end: u32,
}

impl Window {
    fn contains(self, local: u32) -> bool {
        if self.start < self.end {
            (self.start..self.end).contains(&local)
        } else {
            local >= self.start || local < self.end
        }
    }

    /// How many half-hours it has, from 1 to 47.
    pub(super) fn len(self) -> u32 {
        (self.end + 48 - self.start) % 48
    }
}

/// A text that tells no off-peak hours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} tells no off-peak hours: expected half-hours such as \"HC (22H00-6H00)\"")]
pub struct MalformedOffPeakHours(String);

impl Default for OffPeakHours {
    /// 22:00 to 06:00: the hours in the capture, and those of Tempo.
    fn default() -> Self {
        Self { windows: vec![Window { start: 44, end: 12 }] }
    }
}

impl OffPeakHours {
    /// Whether the half-hour of that number on the clock is off-peak.
    pub fn contains(&self, local: u32) -> bool {
        self.windows.iter().any(|window| window.contains(local))
    }

    /// The distributor's text.
    pub fn label(&self) -> String {
        let time = |half_hour: u32| format!("{}H{:02}", half_hour / 2, half_hour % 2 * 30);
        let windows: Vec<String> = self
            .windows
            .iter()
            .map(|window| format!("{}-{}", time(window.start), time(window.end)))
            .collect();
        format!("HC ({})", windows.join(";"))
    }

    /// The longest window: the one in which tanks heat and cars charge.
    pub(super) fn longest(&self) -> Window {
        // `max_by_key` takes the last of equals; which one it is must only not change.
        self.windows
            .iter()
            .copied()
            .max_by_key(|window| window.len())
            .unwrap_or(Window { start: 44, end: 12 })
    }
}

impl fmt::Display for OffPeakHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label())
    }
}

impl FromStr for OffPeakHours {
    type Err = MalformedOffPeakHours;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let windows = || {
            let inner = text.strip_prefix("HC (")?.strip_suffix(')')?;
            inner.split(';').map(window).collect::<Option<Vec<_>>>()
        };
        windows().map(|windows| Self { windows }).ok_or_else(|| MalformedOffPeakHours(text.to_owned()))
    }
}

impl Serialize for OffPeakHours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for OffPeakHours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

fn window(text: &str) -> Option<Window> {
    let (start, end) = text.split_once('-')?;
    let window = Window { start: half_hour(start)?, end: half_hour(end)? % 48 };
    (window.start < 48 && window.len() > 0).then_some(window)
}

fn half_hour(text: &str) -> Option<u32> {
    let (hours, minutes) = text.trim().split_once('H')?;
    let hours: u32 = hours.parse().ok().filter(|hours| *hours <= 24)?;
    let half = match minutes {
        "00" => 0,
        "30" => 1,
        _ => return None,
    };
    Some(hours * 2 + half).filter(|half_hour| *half_hour <= 48)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_comes_back() {
        for text in ["HC (22H00-6H00)", "HC (1H30-7H30;12H30-14H30)", "HC (23H30-7H30)"] {
            assert_eq!(text.parse::<OffPeakHours>().expect("well formed").label(), text);
        }
        assert_eq!(OffPeakHours::default().label(), "HC (22H00-6H00)");
        let until_midnight: OffPeakHours = "HC (20H00-24H00)".parse().expect("well formed");
        assert!(until_midnight.contains(47) && !until_midnight.contains(0));
        for bad in ["", "22H00-6H00", "HC ()", "HC (22H15-6H00)", "HC (22H00-22H00)", "HC (25H00-6H00)"] {
            assert!(bad.parse::<OffPeakHours>().is_err(), "{bad}");
        }
    }

    #[test]
    fn windows_run_over_midnight() {
        let hours = OffPeakHours::default();
        let off_peak: Vec<u32> = (0..48).filter(|local| hours.contains(*local)).collect();
        assert_eq!(off_peak, (0..12).chain(44..48).collect::<Vec<_>>());
        assert_eq!(hours.longest().len(), 16);
    }
}
