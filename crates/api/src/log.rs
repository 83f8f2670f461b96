//! Logs go to stderr: as text for people, as JSON for machines. They hold no tokens, secrets or e-mail addresses;
//! whoever logs sees to it.

use tracing::Subscriber;
use tracing_subscriber::fmt::MakeWriter;

use crate::config::{LogFilter, LogFormat};

/// How logs look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Lines for people.
    Text {
        /// Coloured?
        coloured: bool,
    },
    /// An object a line.
    Json,
}

impl Look {
    /// What was asked for on what stderr is.
    pub fn of(format: LogFormat, is_terminal: bool, allows_colour: bool) -> Self {
        match format {
            LogFormat::Json => Self::Json,
            LogFormat::Auto if !is_terminal => Self::Json,
            LogFormat::Auto | LogFormat::Text => Self::Text { coloured: is_terminal && allows_colour },
        }
    }
}

/// What writes the logs that pass the filter.
pub fn subscriber<W>(look: Look, filter: &LogFilter, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let logs = tracing_subscriber::fmt().with_env_filter(filter.filter()).with_writer(writer);
    match look {
        Look::Text { coloured } => Box::new(logs.with_ansi(coloured).finish()),
        Look::Json => Box::new(logs.json().flatten_event(true).with_ansi(false).finish()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use serde_json::Value as Json;

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    fn written(look: Look, filter: &str) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = subscriber(look, &filter.parse().unwrap(), move || writer.clone());
        tracing::subscriber::with_default(subscriber, || {
            tracing::warn!(account.number = "A-1", "An account is odd.");
            tracing::debug!("Nobody asked.");
        });
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn text_for_terminals_and_json_otherwise() {
        let coloured = |coloured| Look::Text { coloured };
        assert_eq!(Look::of(LogFormat::Auto, true, true), coloured(true));
        assert_eq!(Look::of(LogFormat::Auto, true, false), coloured(false));
        assert_eq!(Look::of(LogFormat::Auto, false, true), Look::Json);
        assert_eq!(Look::of(LogFormat::Text, false, true), coloured(false));
        assert_eq!(Look::of(LogFormat::Json, true, true), Look::Json);
    }

    #[test]
    fn a_line_is_an_object_or_a_sentence() {
        let json: Json = serde_json::from_str(written(Look::Json, "info").trim()).unwrap();
        assert_eq!((&json["message"], &json["level"]), (&"An account is odd.".into(), &"WARN".into()));
        assert_eq!(json["account.number"], "A-1");
        let text = written(Look::Text { coloured: false }, "info");
        assert!(text.contains("An account is odd.") && !text.contains('\u{1b}'), "{text}");
        assert!(written(Look::Text { coloured: true }, "info").contains('\u{1b}'));
        assert_eq!(written(Look::Json, "error"), "");
    }
}
