//! The journal: what was asked of kemu lately and what came of it, without the secrets that were sent. A test reads
//! it to see what its client really did.

pub mod secrets;

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use kemu_auth::viewer::Viewer;
use kemu_domain::errors::Failure;
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// How many requests are remembered where nobody says it.
pub const USUAL_SIZE: usize = 1_000;

/// The most bytes of JSON that are kept of a request's variables, and the most codes of its answer. A thousand requests of a
/// megabyte would fill the memory.
const MOST_VARIABLES: usize = 4 * 1024;
const MOST_CODES: usize = 100;

/// The most characters of a name that is kept.
const LONGEST_NAME: usize = 200;

/// A name that a client gave itself or its operation, as far as it is kept.
pub fn short(name: &str) -> &str {
    name.char_indices().nth(LONGEST_NAME).map_or(name, |(end, _)| &name[..end])
}

/// The variables as far as they are kept: in the place of what is too large stands how large it was.
#[must_use]
pub fn kept(variables: Map<String, Json>) -> Map<String, Json> {
    let (mut room, mut kept, count) = (MOST_VARIABLES, Map::new(), variables.len());
    for (at, (name, value)) in variables.into_iter().enumerate() {
        let size = size(&value);
        let is_small = size <= room;
        let value = if is_small { value } else { format!("… {size} bytes").into() };
        let taken = short(&name).len() + if is_small { size } else { LONGEST_NAME };
        kept.insert(short(&name).into(), value);
        let left = count - at - 1;
        if taken > room && left > 0 {
            kept.insert("…".into(), format!("… {left} variables").into());
            break;
        }
        room = room.saturating_sub(taken);
    }
    kept
}

/// How many bytes a value has as JSON text.
fn size(value: &Json) -> usize {
    struct Counted(usize);
    impl std::io::Write for Counted {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut counted = Counted(0);
    serde_json::to_writer(&mut counted, value).expect("a value is plain data");
    counted.0
}

/// A request.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When it came, by the world's clock.
    pub time: DateTime<Utc>,
    /// Where it came.
    pub site: &'static str,
    /// The operation's name, if it has one.
    pub operation: Option<String>,
    /// `query` or `mutation`; nothing where the document was refused.
    pub kind: Option<&'static str>,
    /// The fields that the operation starts from.
    pub root_fields: Vec<String>,
    /// The variables, their secrets cut.
    pub variables: Map<String, Json>,
    /// Who asked.
    pub viewer: Asker,
    /// How it went.
    pub outcome: Outcome,
    /// The Kraken codes of the answer's errors.
    pub codes: Vec<String>,
    /// What the operation costs, where that came to be known.
    pub complexity: Option<i64>,
    /// How long kemu took, in real milliseconds.
    pub duration_ms: f64,
    /// The `User-Agent`.
    pub client: String,
    /// Finds the request in the log.
    pub correlation_id: String,
    /// The HTTP status of the answer.
    pub status: u16,
}

/// Who asked, without any e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Asker {
    /// Nobody in particular.
    Anonymous,
    /// An account user.
    Customer {
        /// Their id.
        id: String,
    },
    /// A third-party organisation.
    Organisation {
        /// Its name.
        name: String,
    },
    /// Nobody looked: there was no GraphQL request in what came.
    Unknown,
    /// Somebody with a token that was refused.
    Refused {
        /// Why.
        code: Option<&'static str>,
    },
}

/// How a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, strum::IntoStaticStr)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Outcome {
    /// It was answered without errors.
    Ok,
    /// It was answered with errors.
    Errors,
    /// It was not executed: the body, the document or the variables were wrong.
    Refused,
}

impl Asker {
    /// The viewer of a request, or why there is none.
    pub fn of(viewer: Result<&Viewer, Failure>) -> Self {
        match viewer {
            Ok(Viewer::Anonymous) => Self::Anonymous,
            Ok(Viewer::Customer(customer)) => Self::Customer { id: customer.user.id.to_string() },
            Ok(Viewer::Organisation(it)) => Self::Organisation { name: it.organisation.name.clone() },
            Err(Failure::Refused(error)) => Self::Refused { code: Some(error.code().as_str()) },
            Err(Failure::Internal(_)) => Self::Refused { code: None },
        }
    }
}

/// The latest requests.
#[derive(Debug)]
pub struct Journal {
    size: usize,
    seen: AtomicU64,
    entries: Mutex<VecDeque<Arc<Entry>>>,
}

impl Default for Journal {
    fn default() -> Self {
        Self::new(USUAL_SIZE)
    }
}

impl Journal {
    /// A journal that remembers so many.
    pub fn new(size: usize) -> Self {
        Self { size, seen: AtomicU64::new(0), entries: Mutex::default() }
    }

    /// Writes a request down, of long parts the beginning; the oldest one gives way.
    pub fn note(&self, mut entry: Entry) {
        self.seen.fetch_add(1, Ordering::Relaxed);
        if self.size == 0 {
            return;
        }
        entry.variables = kept(entry.variables);
        entry.operation = entry.operation.map(|name| short(&name).into());
        entry.client = short(&entry.client).into();
        entry.codes.truncate(MOST_CODES);
        entry.codes.shrink_to_fit();
        let mut entries = self.entries.lock().expect("no holder of this lock panics");
        if entries.len() == self.size {
            entries.pop_front();
        }
        entries.push_back(Arc::new(entry));
    }

    /// Forgets all.
    pub fn clear(&self) {
        self.entries.lock().expect("no holder of this lock panics").clear();
        self.seen.store(0, Ordering::Relaxed);
    }

    /// The requests that fit, newest first.
    pub fn read(&self, filter: &Filter) -> Vec<Arc<Entry>> {
        let entries = self.entries.lock().expect("no holder of this lock panics");
        let fitting = entries.iter().rev().filter(|entry| filter.fits(entry));
        fitting.take(filter.limit.unwrap_or(usize::MAX)).cloned().collect()
    }

    /// How many it remembers now.
    pub fn len(&self) -> usize {
        self.entries.lock().expect("no holder of this lock panics").len()
    }

    /// Does it remember none?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many it remembers at most.
    pub fn size(&self) -> usize {
        self.size
    }

    /// How many requests came since the start or since it was emptied, forgotten ones included.
    pub fn seen(&self) -> u64 {
        self.seen.load(Ordering::Relaxed)
    }
}

/// Which requests are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those of this operation: its name, or one of the fields that it starts from.
    pub operation: Option<String>,
    /// Those answered this code.
    pub code: Option<String>,
    /// The newest ones, at most so many.
    pub limit: Option<usize>,
}

impl Filter {
    fn fits(&self, entry: &Entry) -> bool {
        let is_of = |operation: &String| {
            entry.operation.as_ref() == Some(operation) || entry.root_fields.contains(operation)
        };
        self.operation.as_ref().is_none_or(is_of)
            && self.code.as_ref().is_none_or(|code| entry.codes.contains(code))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn entry(operation: &str, codes: &[&str]) -> Entry {
        Entry {
            time: DateTime::UNIX_EPOCH,
            site: "api",
            operation: Some(operation.into()),
            kind: Some("query"),
            root_fields: vec!["account".into()],
            variables: Map::new(),
            viewer: Asker::Customer { id: "7".into() },
            outcome: Outcome::Ok,
            codes: codes.iter().map(ToString::to_string).collect(),
            complexity: Some(3),
            duration_ms: 1.5,
            client: "test/1".into(),
            correlation_id: "id".into(),
            status: 200,
        }
    }

    fn names(journal: &Journal, filter: &Filter) -> Vec<String> {
        journal.read(filter).iter().filter_map(|entry| entry.operation.clone()).collect()
    }

    #[test]
    fn the_oldest_gives_way_and_the_newest_comes_first() {
        let journal = Journal::new(2);
        ["a", "b", "c"].into_iter().for_each(|name| journal.note(entry(name, &[])));
        assert_eq!((names(&journal, &Filter::default()), journal.seen()), (vec!["c".into(), "b".into()], 3));
        journal.clear();
        assert_eq!((names(&journal, &Filter::default()), journal.seen()), (vec![], 0));
    }

    #[test]
    fn of_what_is_long_the_beginning_is_kept() {
        let journal = Journal::default();
        let long = "é".repeat(1_000_000);
        let variables = json!({ "a": 1, "photo": long, "b": [2], &long: 3 });
        journal.note(Entry {
            variables: variables.as_object().unwrap().clone(),
            operation: Some(long.clone()),
            client: long,
            codes: vec!["KT-CT-1112".into(); 15_000],
            ..entry("", &[])
        });
        let many = (0..10_000).map(|at| (format!("v{at}"), json!(at)));
        journal.note(Entry { variables: many.collect(), ..entry("", &[]) });
        let read = journal.read(&Filter::default());
        let (many, long) = (&read[0], &read[1]);
        let short = "é".repeat(200);
        let told = json!({ "a": 1, "photo": "… 2000002 bytes", "b": [2], &short: 3 });
        assert_eq!(Json::Object(long.variables.clone()), told);
        assert_eq!((long.operation.as_ref(), &long.client), (Some(&short), &short));
        assert_eq!(long.codes.len(), 100);
        assert!(serde_json::to_string(&many.variables).unwrap().len() < 2 * MOST_VARIABLES);
        let (last, words) = many.variables.iter().next_back().unwrap();
        let left = 10_000 - (many.variables.len() - 1);
        assert_eq!((last.as_str(), words), ("…", &json!(format!("… {left} variables"))));
    }

    #[test]
    fn a_journal_of_none_remembers_nothing() {
        let journal = Journal::new(0);
        journal.note(entry("a", &[]));
        assert_eq!((journal.read(&Filter::default()).len(), journal.seen()), (0, 1));
    }

    #[test]
    fn filters_choose() {
        let journal = Journal::default();
        journal.note(entry("a", &["KT-CT-1199"]));
        journal.note(entry("b", &[]));
        journal.note(entry("a", &[]));
        let of = |operation: &str| Filter { operation: Some(operation.into()), ..Filter::default() };
        assert_eq!(names(&journal, &of("a")), ["a", "a"]);
        assert_eq!(names(&journal, &of("account")).len(), 3);
        assert_eq!(names(&journal, &Filter { limit: Some(1), ..of("account") }), ["a"]);
        let refused = Filter { code: Some("KT-CT-1199".into()), ..Filter::default() };
        assert_eq!(names(&journal, &refused), ["a"]);
    }

    #[test]
    fn an_entry_reads_like_this() {
        let text = serde_json::to_string(&entry("a", &["KT-CT-1199"])).unwrap();
        assert_eq!(
            text,
            r#"{"time":"1970-01-01T00:00:00Z","site":"api","operation":"a","kind":"query","rootFields":["account"],"variables":{},"viewer":{"kind":"customer","id":"7"},"outcome":"ok","codes":["KT-CT-1199"],"complexity":3,"durationMs":1.5,"client":"test/1","correlationId":"id","status":200}"#
        );
    }
}
