//! The table of Kraken's error codes.
//!
//! `catalogue.tsv` is the one source: a header, then a line a code with the columns `code`, `type`, `message`,
//! `description`, `note` (where the texts come from; never sent), sorted by code: letters first, then the number. It
//! is searched where it lies: a look-up is a binary search in the text, so that nothing is built at start.

use std::fmt;

use serde::{Serialize, Serializer};

/// The table as it lies in the binary.
const TABLE: &str = include_str!("catalogue.tsv");

/// A Kraken error code such as `KT-CT-4177`, known to be in the catalogue: one gets it from [`Catalogue::get`] or
/// from the constants in [`codes`](super::codes), which a test holds against the table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(&'static str);

impl Code {
    /// For the constants in [`codes`](super::codes) only, so that every `Code` is in the catalogue.
    pub(super) const fn constant(code: &'static str) -> Self {
        Self(code)
    }

    /// The code as it goes over the wire.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// What the catalogue says about this code.
    pub fn entry(self) -> CatalogueEntry {
        Catalogue::get(self.0).expect("a Code comes from the catalogue, or is a constant tested against it")
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

/// The five values of `extensions.errorType` (kraken-facts section 3, GB-ERR).
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, strum::Display, strum::EnumString, strum::IntoStaticStr,
)]
#[strum(serialize_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorType {
    /// The input is at fault; the only type that carries `validationErrors`.
    Validation,
    /// The request was understood and cannot be done.
    Application,
    /// The thing named does not exist.
    NotFound,
    /// The caller may not do this, or did it too often.
    Authorization,
    /// Switched off in this tenant.
    ServiceAvailability,
}

impl ErrorType {
    /// The value as it goes over the wire.
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

/// One line of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogueEntry {
    /// The code itself.
    pub code: Code,
    /// `extensions.errorType`.
    pub error_type: ErrorType,
    /// The error's `message`.
    pub message: &'static str,
    /// `extensions.errorDescription`; empty for some codes (measured for KT-CT-1124).
    pub description: &'static str,
    /// Where the texts come from. For the reference pages; never sent.
    pub note: &'static str,
}

/// The table of all codes.
#[derive(Clone, Copy, Debug)]
pub struct Catalogue;

impl Catalogue {
    /// The entry of `code`, or `None` for a code nobody has documented. Costs some ten comparisons, no allocation.
    pub fn get(code: &str) -> Option<CatalogueEntry> {
        find(body(TABLE), code)
    }

    /// All entries in the order of their codes.
    pub fn entries() -> impl Iterator<Item = CatalogueEntry> {
        body(TABLE).lines().filter_map(parse)
    }
}

/// The table without its header line.
fn body(table: &'static str) -> &'static str {
    table.split_once('\n').map_or("", |(_header, rest)| rest)
}

/// The code at the start of a line.
fn key(line: &str) -> &str {
    line.split_once('\t').map_or(line, |(code, _)| code)
}

/// What the table is sorted by: `KT-CT`, then the number, which has no leading zeros, so that the longer one is the
/// larger one.
fn rank(code: &str) -> (&str, usize, &str) {
    let (letters, number) = code.rsplit_once('-').unwrap_or((code, ""));
    (letters, number.len(), number)
}

/// Binary search over the lines of `table`, which are sorted by [`rank`]. `low` and `high` always lie at the start of
/// a line (or at the end of the text).
fn find(table: &'static str, code: &str) -> Option<CatalogueEntry> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, table.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|b| *b == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[start..high].iter().position(|b| *b == b'\n').map_or(high, |at| start + at + 1);
        // Both ends stand behind a line feed or at an end of the text, so neither splits a character.
        let line = table.get(start..end)?.trim_end_matches(['\n', '\r']);
        match rank(code).cmp(&rank(key(line))) {
            std::cmp::Ordering::Less => high = start,
            std::cmp::Ordering::Greater => low = end,
            std::cmp::Ordering::Equal => return parse(line),
        }
    }
    None
}

/// A line as an entry; `None` when it is not one (a test keeps such lines out of the table).
fn parse(line: &'static str) -> Option<CatalogueEntry> {
    let mut columns = line.split('\t');
    let code = Code(columns.next()?);
    let error_type = columns.next()?.parse().ok()?;
    let message = columns.next()?;
    let description = columns.next().unwrap_or_default();
    let note = columns.next().unwrap_or_default();
    Some(CatalogueEntry { code, error_type, message, description, note })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "KT-CT-1111\tAUTHORIZATION\tUnauthorized.\tYou may not.\tD\n\
                         KT-CT-1124\tAPPLICATION\tSignature of the JWT has expired.\t\tM\n\
                         KT-CT-10001\tVALIDATION\tA.\t\t\n\
                         KT-FR-3814\tVALIDATION\tInvalid payment day.\tÀ revoir.\tD\n";

    #[test]
    fn finds_first_middle_and_last_line_of_a_table() {
        assert_eq!(find(SMALL, "KT-CT-10001").unwrap().message, "A.");
        let entry = find(SMALL, "KT-CT-1111").unwrap();
        assert_eq!((entry.error_type, entry.description), (ErrorType::Authorization, "You may not."));
        assert_eq!(find(SMALL, "KT-CT-1124").unwrap().description, "");
        assert_eq!(find(SMALL, "KT-FR-3814").unwrap().description, "À revoir.");
    }

    #[test]
    fn finds_nothing_for_unknown_codes() {
        for code in [
            "",
            "KT",
            "KT-CT-",
            "KT-CT-1",
            "KT-CT-111",
            "KT-CT-01111",
            "KT-CT-11111",
            "KT-FR-9999",
            "ZZ",
            "code",
        ] {
            assert_eq!(find(SMALL, code), None, "{code}");
        }
        assert_eq!(find("", "KT-CT-1111"), None);
    }

    #[test]
    fn the_table_is_sorted_complete_and_well_formed() {
        let lines: Vec<&str> = body(TABLE).lines().collect();
        for line in &lines {
            assert_eq!(line.split('\t').count(), 5, "five columns: {line}");
            let entry = parse(line).unwrap_or_else(|| panic!("not an entry: {line}"));
            assert!(!entry.message.is_empty(), "no message: {line}");
        }
        for pair in lines.windows(2) {
            assert!(
                rank(key(pair[0])) < rank(key(pair[1])),
                "not sorted, or twice: {} {}",
                key(pair[0]),
                key(pair[1])
            );
        }
        assert!(lines.len() >= 1380, "1,370 core codes and ten French ones are known (kraken-facts)");
        assert_eq!(Catalogue::entries().count(), lines.len());
        for line in &lines {
            assert_eq!(Catalogue::get(key(line)), parse(line));
        }
    }

    #[test]
    fn the_texts_that_were_measured_are_kept() {
        let expired = Catalogue::get("KT-CT-1124").unwrap();
        assert_eq!(expired.error_type, ErrorType::Application);
        assert_eq!(expired.message, "Signature of the JWT has expired.");
        assert_eq!(expired.description, "");
        let api_key = Catalogue::get("KT-CT-1139").unwrap();
        assert_eq!(api_key.error_type, ErrorType::Validation);
        assert_eq!(api_key.message, "Invalid data.");
        assert_eq!(api_key.description, "Authentication failed.");
    }

    #[test]
    fn types_are_spelt_as_on_the_wire() {
        assert_eq!(ErrorType::NotFound.as_str(), "NOT_FOUND");
        assert_eq!(ErrorType::ServiceAvailability.as_str(), "SERVICE_AVAILABILITY");
        assert_eq!("AUTHORIZATION".parse(), Ok(ErrorType::Authorization));
    }
}
