//! Which deprecated members clients use: counted for each operation and client, logged once for each.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde::Serialize;

use crate::journal::short;

/// A deprecated member in a client's operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Use {
    operation: Option<String>,
    client: String,
    member: String,
}

/// The uses that were seen, each with its reason and how often.
#[derive(Debug, Default)]
pub struct DeprecationLog(Mutex<BTreeMap<Use, (&'static str, u64)>>);

/// A use of a deprecated member, as `GET /_emulator/deprecations` tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeprecatedUse {
    /// Which: `Type.field`, `Type.field(argument:)`, `Enum.VALUE`.
    pub member: String,
    /// The operation's name, if it has one.
    pub operation: Option<String>,
    /// The client's `User-Agent`.
    pub client: String,
    /// How many requests used it.
    pub requests: u64,
    /// What Kraken says of it.
    #[serde(flatten)]
    pub notice: Notice,
}

/// What the reason of a deprecation says; Kraken's reasons have one form (kraken-facts 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// What to use instead, if it says so.
    pub instead: Option<&'static str>,
    /// The day on which it was deprecated.
    pub deprecated_on: Option<&'static str>,
    /// The first day on which it may be removed.
    pub removal_on_or_after: Option<&'static str>,
}

/// Uses beyond this many are not told apart any more, so that clients with ever new names cannot fill the memory.
const MOST_USES: usize = 10_000;

impl DeprecationLog {
    /// Counts what a request uses: members and the reasons of their deprecation.
    pub fn note<'a>(
        &self,
        operation: Option<&str>,
        client: &str,
        uses: impl IntoIterator<Item = (&'a str, &'static str)>,
    ) {
        let (operation, client) = (operation.map(short), short(client));
        for (member, reason) in uses {
            let key = Use {
                operation: operation.map(String::from),
                client: client.to_string(),
                member: member.to_string(),
            };
            let mut seen = self.0.lock().expect("no holder of this lock panics");
            if let Some((_, requests)) = seen.get_mut(&key) {
                *requests += 1;
            } else if seen.len() < MOST_USES {
                tracing::warn!(
                    graphql.operation = operation.unwrap_or_default(),
                    http.client = client,
                    graphql.member = member,
                    removal_on_or_after = Notice::of(reason).removal_on_or_after,
                    "A client uses a deprecated member of the contract."
                );
                seen.insert(key, (reason, 1));
            }
        }
    }

    /// All that was seen.
    pub fn uses(&self) -> Vec<DeprecatedUse> {
        let seen = self.0.lock().expect("no holder of this lock panics");
        let told = seen.iter().map(|(Use { operation, client, member }, (reason, requests))| DeprecatedUse {
            member: member.clone(),
            operation: operation.clone(),
            client: client.clone(),
            requests: *requests,
            notice: Notice::of(reason),
        });
        told.collect()
    }
}

impl Notice {
    /// Reads a reason.
    pub fn of(reason: &'static str) -> Self {
        Self {
            instead: between(reason, "Use '", "' instead"),
            deprecated_on: between(reason, "Marked as deprecated on ", "."),
            removal_on_or_after: between(reason, "Scheduled for removal on or after ", "."),
        }
    }
}

/// What stands between two texts.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(found, _)| found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_counted_and_told_with_dates_and_replacement() {
        let reason = "The 'id' field is deprecated.\n\nUse 'ledgerNumber' instead.\n\n- Marked as deprecated on \
                      2024-10-22.\n- Scheduled for removal on or after 2025-06-25.";
        let log = DeprecationLog::default();
        log.note(Some(&"L".repeat(100_000)), &"c".repeat(100_000), [("LedgerType.id", reason)]);
        let told = log.uses().remove(0);
        assert_eq!((told.operation, told.client), (Some("L".repeat(200)), "c".repeat(200)));

        let log = DeprecationLog::default();
        log.note(Some("Ledgers"), "client/1", [("LedgerType.id", reason)]);
        log.note(Some("Ledgers"), "client/1", [("LedgerType.id", reason)]);
        let uses = log.uses();
        assert_eq!(uses.len(), 1);
        let notice = &uses[0].notice;
        assert_eq!((uses[0].requests, notice.instead), (2, Some("ledgerNumber")));
        assert_eq!(notice.deprecated_on, Some("2024-10-22"));
        assert_eq!(notice.removal_on_or_after, Some("2025-06-25"));
    }
}
