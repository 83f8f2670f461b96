//! Dates with times as `dateutil.parser.isoparse` reads them, which graphene's `DateTime` asks.
//!
//! What comes of it is the text that Python's `isoformat` writes, so that whoever reads a coerced `DateTime` has one
//! form to deal with: `2026-06-16T00:00:00+02:00`, with six digits of a fraction where there is one, and without an
//! offset where none was written.

use chrono::{Datelike as _, Days, FixedOffset, NaiveDate, NaiveTime, Timelike as _, Weekday};

/// The text in Python's form; `None` where `isoparse` would refuse it.
pub(super) fn datetime(text: &str) -> Option<String> {
    let text = text.as_bytes();
    let (date, used) = common_date(text).or_else(|| uncommon_date(text))?;
    let clock = match &text[used..] {
        [] => Clock::default(),
        // Any one character may stand between date and time.
        [separator, time @ ..] if separator.is_ascii() => Clock::read(time)?,
        _ => return None,
    };
    // 24:00 is the midnight at the end of the day, and nothing else may be of that hour.
    let (time, days) = match clock.parts {
        [24, 0, 0, 0] => (NaiveTime::MIN, 1),
        [hour, minute, second, micro] => (NaiveTime::from_hms_micro_opt(hour, minute, second, micro)?, 0),
    };
    let date = date.checked_add_days(Days::new(days)).filter(|date| (1..=9999).contains(&date.year()))?;
    let form = if time.nanosecond() == 0 { "%Y-%m-%dT%H:%M:%S" } else { "%Y-%m-%dT%H:%M:%S%.6f" };
    let offset = clock.offset.map(|offset| offset.to_string()).unwrap_or_default();
    Some(format!("{}{offset}", date.and_time(time).format(form)))
}

/// `2026`, `2026-06`, `2026-06-16`, `20260616`; and how many bytes it took.
fn common_date(text: &[u8]) -> Option<(NaiveDate, usize)> {
    let year = year(text)?;
    let part = |at: usize| number(text.get(at..at + 2)?);
    match text {
        [_, _, _, _] => Some((NaiveDate::from_ymd_opt(year, 1, 1)?, 4)),
        [_, _, _, _, b'-', _, _] => Some((NaiveDate::from_ymd_opt(year, part(5)?, 1)?, 7)),
        [_, _, _, _, b'-', _, _, b'-', ..] => Some((NaiveDate::from_ymd_opt(year, part(5)?, part(8)?)?, 10)),
        _ => Some((NaiveDate::from_ymd_opt(year, part(4)?, part(6)?)?, 8)),
    }
}

/// `2026-W25`, `2026W25`, `2026-W25-2`, `2026W252` by weeks, `2026-167`, `2026167` by days of the year.
fn uncommon_date(text: &[u8]) -> Option<(NaiveDate, usize)> {
    let year = year(text)?;
    let dash = usize::from(text.get(4) == Some(&b'-'));
    let at = 4 + dash;
    if text.get(at) != Some(&b'W') {
        return Some((NaiveDate::from_yo_opt(year, number(text.get(at..at + 3)?)?)?, at + 3));
    }
    let week = number(text.get(at + 1..at + 3)?)?;
    let (day, used) = match &text[at + 3..] {
        [] => (1, at + 3),
        [b'-', day, ..] if dash == 1 => (number(&[*day])?, at + 5),
        [day, ..] if dash == 0 => (number(&[*day])?, at + 4),
        _ => return None,
    };
    if !(1..=53).contains(&week) || !(1..=7).contains(&day) {
        return None;
    }
    // A 53rd week of a year that has none is the first of the next.
    let first = NaiveDate::from_isoywd_opt(year, 1, Weekday::Mon)?;
    Some((first.checked_add_days(Days::new(u64::from((week - 1) * 7 + day - 1)))?, used))
}

/// The time of a day.
#[derive(Default)]
struct Clock {
    /// Hours, minutes, seconds, microseconds.
    parts: [u32; 4],
    offset: Option<FixedOffset>,
}

impl Clock {
    /// `10`, `10:30`, `10:30:05`, `10:30:05.123456`, without colons too, each with or without an offset.
    fn read(text: &[u8]) -> Option<Self> {
        let offset_at = text.iter().position(|byte| b"+-Zz".contains(byte)).unwrap_or(text.len());
        let (clock, zone) = text.split_at(offset_at);
        if text.len() < 2 {
            return None;
        }
        let fraction_at = clock.iter().position(|byte| b".,".contains(byte)).unwrap_or(clock.len());
        let (clock, fraction) = clock.split_at(fraction_at);
        let pairs = pairs(clock)?;
        let mut parts = [0; 4];
        for (part, digits) in parts.iter_mut().zip(&pairs) {
            *part = number(digits)?;
        }
        if let [_, digits @ ..] = fraction {
            // Only a whole clock has a fraction, and six digits of it count.
            let is_fraction = pairs.len() == 3 && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
            let six: Vec<u8> = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6).collect();
            parts[3] = is_fraction.then(|| number(&six)).flatten()?;
        }
        let offset = if zone.is_empty() { None } else { Some(offset(zone)?) };
        Some(Self { parts, offset })
    }
}

/// Up to three pairs of digits, all or none of them behind colons.
fn pairs(clock: &[u8]) -> Option<Vec<&[u8]>> {
    let pairs: Vec<&[u8]> = if clock.contains(&b':') {
        clock.split(|byte| *byte == b':').collect()
    } else {
        clock.chunks(2).collect()
    };
    (pairs.len() <= 3 && pairs.iter().all(|pair| pair.len() == 2)).then_some(pairs)
}

/// `Z`, `+02`, `+0200`, `+02:00`. And `+00:09:21`, which `isoparse` would refuse: Python writes it so for times before
/// there were time zones, of which one is a default in the contract.
fn offset(zone: &[u8]) -> Option<FixedOffset> {
    let (sign, hours, minutes, seconds): (_, _, _, &[u8]) = match zone {
        [b'Z' | b'z'] => return FixedOffset::east_opt(0),
        [sign, h1, h2] => (*sign, [*h1, *h2], *b"00", b"00"),
        [sign, h1, h2, m1, m2] => (*sign, [*h1, *h2], [*m1, *m2], b"00"),
        [sign, h1, h2, b':', m1, m2] => (*sign, [*h1, *h2], [*m1, *m2], b"00"),
        [sign, h1, h2, b':', m1, m2, b':', seconds @ ..] if seconds.len() == 2 => {
            (*sign, [*h1, *h2], [*m1, *m2], seconds)
        }
        _ => return None,
    };
    let below_sixty = |digits| number(digits).filter(|number| *number < 60);
    let seconds = number(&hours)? * 3_600 + below_sixty(&minutes)? * 60 + below_sixty(seconds)?;
    let seconds = i32::try_from(seconds).ok()?;
    FixedOffset::east_opt(if sign == b'-' { -seconds } else { seconds })
}

fn year(text: &[u8]) -> Option<i32> {
    number(text.get(..4)?).filter(|year| *year > 0).and_then(|year| i32::try_from(year).ok())
}

/// What a few digits say; `None` for anything else.
fn number(digits: &[u8]) -> Option<u32> {
    let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    all.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The right column is what graphene 3.4.3 made of the left one, but for the last row.
    #[test]
    fn each_form_becomes_what_python_makes_of_it() {
        for (written, read) in [
            ("2026", "2026-01-01T00:00:00"),
            ("2026-06", "2026-06-01T00:00:00"),
            ("2026-06-16", "2026-06-16T00:00:00"),
            ("20260616", "2026-06-16T00:00:00"),
            ("2026-W25", "2026-06-15T00:00:00"),
            ("2026W252", "2026-06-16T00:00:00"),
            ("2026-W25-2", "2026-06-16T00:00:00"),
            ("2027-W53", "2028-01-03T00:00:00"),
            ("2020-W53-7", "2021-01-03T00:00:00"),
            ("2026-167", "2026-06-16T00:00:00"),
            ("2026167", "2026-06-16T00:00:00"),
            ("2024-366", "2024-12-31T00:00:00"),
            ("2026-167T10Z", "2026-06-16T10:00:00+00:00"),
            ("2026-06-16T00:00+02:00", "2026-06-16T00:00:00+02:00"),
            ("2026-06-16T00:00:00+0200", "2026-06-16T00:00:00+02:00"),
            ("2026-06-16T00Z", "2026-06-16T00:00:00+00:00"),
            ("2026-06-16t00z", "2026-06-16T00:00:00+00:00"),
            ("2026-06-16T+02:00", "2026-06-16T00:00:00+02:00"),
            ("2026-06-16 00:00:00", "2026-06-16T00:00:00"),
            ("2026-06-16T00:00:00.5", "2026-06-16T00:00:00.500000"),
            ("2026-06-16T00:00:00,5Z", "2026-06-16T00:00:00.500000+00:00"),
            ("2026-06-16T00:00:00.123456789Z", "2026-06-16T00:00:00.123456+00:00"),
            ("2026-06-16T24:00:00Z", "2026-06-17T00:00:00+00:00"),
            ("20260616T000000-0130", "2026-06-16T00:00:00-01:30"),
            ("2026-06-16T10:30:00-00:00", "2026-06-16T10:30:00+00:00"),
            ("0001-01-03T00:00:00+00:09:21", "0001-01-03T00:00:00+00:09:21"),
        ] {
            assert_eq!(datetime(written).as_deref(), Some(read), "{written}");
        }
    }

    #[test]
    fn what_python_refuses_is_refused_however_short_or_odd() {
        for text in [
            "",
            "a",
            "no",
            "abc",
            "é",
            "202606",
            "2026-W252",
            "2026-W25T10:00Z",
            "2026-W25-8",
            "2026-W54",
            "2026-W00-1",
            "2026-366",
            "2026-02-30",
            "0000-01-01",
            "2026-06-16T",
            "2026-06-16T0",
            "2026-06-16TZ",
            "2026-06-16T24:01Z",
            "2026-06-16T00:0000",
            "2026-06-16T0000:00",
            "2026-06-16T00:00:60Z",
            "2026-06-16T00:00:00.Z",
            "2026-06-16T00:00:00+2",
            "2026-06-16T00:00:00+24:00",
            "2026-06-16T00:00:00+02:60",
            "2026-06-16T10:30:00Z+02:00",
            "2026é06-16",
            "2026-06-16é00:00",
            "2026-06-16T1é:00",
            "9999-12-31T24:00Z",
        ] {
            assert_eq!(datetime(text), None, "{text}");
        }
    }
}
