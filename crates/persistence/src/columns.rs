//! How values are stored: dates, instants and enums. Used by each noun's conversions.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The day from which dates are counted.
const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("the epoch is a date");

/// An instant as microseconds since the epoch.
pub(crate) const fn micros(instant: DateTime<Utc>) -> i64 {
    instant.timestamp_micros()
}

/// The instant that many microseconds after the epoch.
pub(crate) fn instant(column: &'static str, micros: i64) -> Result<DateTime<Utc>> {
    DateTime::from_timestamp_micros(micros)
        .ok_or_else(|| Error::Corrupt { column, value: micros.to_string() })
}

/// A date as days since the epoch.
pub(crate) fn days(date: NaiveDate) -> i64 {
    (date - EPOCH).num_days()
}

/// The date that many days after the epoch.
pub(crate) fn date(column: &'static str, days: i64) -> Result<NaiveDate> {
    TimeDelta::try_days(days)
        .and_then(|delta| EPOCH.checked_add_signed(delta))
        .ok_or_else(|| Error::Corrupt { column, value: days.to_string() })
}

/// A text column as the newtype or enum it stands for.
pub(crate) fn parsed<T: FromStr>(column: &'static str, text: String) -> Result<T> {
    text.parse().map_err(|_| Error::Corrupt { column, value: text })
}

/// A position or count as an index. Positions are dense from 0, so a negative one is a broken store.
pub(crate) fn index(column: &'static str, position: i64) -> Result<usize> {
    usize::try_from(position).map_err(|_| Error::Corrupt { column, value: position.to_string() })
}

/// An index as a position. An index is at most the length of a list in the store.
pub(crate) fn position(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// A description that is kept whole, as JSON.
pub(crate) fn json<T: DeserializeOwned>(column: &'static str, text: String) -> Result<T> {
    serde_json::from_str(&text).map_err(|_| Error::Corrupt { column, value: text })
}

/// The JSON of such a description.
pub(crate) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("descriptions are plain data with text keys")
}

/// A column that holds a small number that is never negative.
pub(crate) fn small(column: &'static str, number: i64) -> Result<u32> {
    u32::try_from(number).map_err(|_| Error::Corrupt { column, value: number.to_string() })
}
