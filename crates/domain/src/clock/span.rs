//! A stretch of time as people write it: `90s`, `3mo`, `P3M`.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};

use crate::dates;

/// A stretch of time, never zero and never negative. Months and years are those of the French calendar, so how long
/// they are hangs on where they begin; all else is exact: a day is 24 hours, a week seven days.
///
/// Reads from `90s`, `15m`, `1h`, `7d`, `2w`, `3mo`, `1y`, from several of them (`1h30m`), and from ISO 8601 without
/// fractions (`P3M`, `PT1H`, `P1DT12H`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    months: u32,
    seconds: i64,
}

/// Text that is no [`Span`]; says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpanError {
    /// It is none at all, or one of nothing.
    #[error("'{0}' is no duration; right would be 90s, 15m, 1h, 7d, 2w, 3mo, 1y, or P3M or PT1H")]
    Malformed(String),
    /// It has a sign.
    #[error("'{0}' goes back, and a world only goes forward: the time that went by has left bills")]
    Negative(String),
}

impl Span {
    /// The instant that lies this much later. Months come first, as a French calendar and a French wall clock count
    /// them: three months later it is the same time of day, on the month's last day where it has no such day. `None`
    /// beyond the calendar.
    pub fn after(self, instant: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let shifted = dates::months_later(instant, self.months)?;
        shifted.checked_add_signed(TimeDelta::try_seconds(self.seconds)?)
    }

    fn plus(self, other: Self) -> Self {
        Self {
            months: self.months.saturating_add(other.months),
            seconds: self.seconds.saturating_add(other.seconds),
        }
    }
}

/// What a number counts. A month is one; all else is seconds.
#[derive(Clone, Copy)]
enum Unit {
    Seconds(i64),
    Months(u32),
}

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

const PLAIN: &[(&str, Unit)] = &[
    ("s", Unit::Seconds(1)),
    ("m", Unit::Seconds(MINUTE)),
    ("h", Unit::Seconds(HOUR)),
    ("d", Unit::Seconds(DAY)),
    ("w", Unit::Seconds(7 * DAY)),
    ("mo", Unit::Months(1)),
    ("y", Unit::Months(12)),
];
const ISO_DATE: &[(&str, Unit)] = &[
    ("D", Unit::Seconds(DAY)),
    ("W", Unit::Seconds(7 * DAY)),
    ("M", Unit::Months(1)),
    ("Y", Unit::Months(12)),
];
const ISO_TIME: &[(&str, Unit)] =
    &[("S", Unit::Seconds(1)), ("M", Unit::Seconds(MINUTE)), ("H", Unit::Seconds(HOUR))];

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Self, SpanError> {
        if text.strip_prefix('-').and_then(read).is_some() {
            return Err(SpanError::Negative(text.into()));
        }
        read(text).ok_or_else(|| SpanError::Malformed(text.into()))
    }
}

fn read(text: &str) -> Option<Span> {
    let span = match text.strip_prefix('P') {
        None => sum(text, PLAIN)?,
        Some(iso) => match iso.split_once('T') {
            None => sum(iso, ISO_DATE)?,
            Some(("", time)) => sum(time, ISO_TIME)?,
            Some((date, time)) => sum(date, ISO_DATE)?.plus(sum(time, ISO_TIME)?),
        },
    };
    (span.months > 0 || span.seconds > 0).then_some(span)
}

/// Numbers with units, at least one.
fn sum(text: &str, units: &[(&str, Unit)]) -> Option<Span> {
    let is_digit = |c: char| c.is_ascii_digit();
    let (number, rest) = text.split_at(text.find(|c| !is_digit(c))?);
    let (unit, rest) = rest.split_at(rest.find(is_digit).unwrap_or(rest.len()));
    let number: u32 = number.parse().ok()?;
    let (_, unit) = units.iter().find(|(name, _)| *name == unit)?;
    let first = match *unit {
        Unit::Seconds(length) => Span { months: 0, seconds: length.saturating_mul(number.into()) },
        Unit::Months(length) => Span { months: length.saturating_mul(number), seconds: 0 },
    };
    if rest.is_empty() { Some(first) } else { Some(first.plus(sum(rest, units)?)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn after(start: &str, span: &str) -> String {
        span.parse::<Span>().unwrap().after(instant(start)).unwrap().to_rfc3339()
    }

    #[test]
    fn plain_and_iso_forms_say_the_same() {
        for (plain, iso, seconds) in [
            ("90s", "PT90S", 90),
            ("15m", "PT15M", 900),
            ("1h", "PT1H", 3_600),
            ("1h30m", "PT1H30M", 5_400),
            ("7d", "P7D", 7 * 86_400),
            ("2w", "P2W", 14 * 86_400),
            ("1d12h", "P1DT12H", 36 * 3_600),
        ] {
            let span = Span { months: 0, seconds };
            assert_eq!((plain.parse(), iso.parse()), (Ok(span), Ok(span)), "{plain}");
        }
        let quarter = Span { months: 3, seconds: 0 };
        assert_eq!(("3mo".parse(), "P3M".parse()), (Ok(quarter), Ok(quarter)));
        assert_eq!("1y6mo".parse(), "P1Y6M".parse::<Span>());
    }

    #[test]
    fn months_keep_the_time_on_french_walls() {
        assert_eq!(after("2026-01-15T12:00:00Z", "3mo"), "2026-04-15T11:00:00+00:00");
        assert_eq!(after("2026-01-31T12:00:00Z", "P1M"), "2026-02-28T12:00:00+00:00");
        assert_eq!(after("2024-02-29T12:00:00.5Z", "1y"), "2025-02-28T12:00:00.500+00:00");
        assert_eq!(after("2026-01-15T12:00:00Z", "90d"), "2026-04-15T12:00:00+00:00");
        // 00:30 in France already: the month is counted from the 1st.
        assert_eq!(after("2026-01-31T23:30:00Z", "1mo"), "2026-02-28T23:30:00+00:00");
    }

    #[test]
    fn the_calendar_ends_somewhere() {
        let far = |text: &str| text.parse::<Span>().unwrap().after(instant("2026-01-15T12:00:00Z"));
        for text in ["4294967295y", "4294967295w", "P4294967295Y4294967295M", "300000y"] {
            assert_eq!(far(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_says_what_would_be_right() {
        for text in [
            "",
            "P",
            "PT",
            "P1H",
            "PT1D",
            "1",
            "h",
            "1 h",
            "1H",
            "1h ",
            "1.5h",
            "0s",
            "P0D",
            "PT1Hx",
            "P3M2",
            "1é",
            "4294967296s",
            "--1h",
            "+1h",
            "P1DT",
            "1M",
        ] {
            let told = text.parse::<Span>().unwrap_err().to_string();
            assert!(told.starts_with(&format!("'{text}' is no duration; right would be 90s")), "{told}");
        }
        for text in ["-1h", "-P3M"] {
            assert_eq!(text.parse::<Span>(), Err(SpanError::Negative(text.into())));
        }
    }
}
