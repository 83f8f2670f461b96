//! `kemu.toml`.

use std::io::ErrorKind;
use std::path::Path;

use toml::de::DeTable;

use super::options::DEFAULTS;
use super::{ConfigError, Layer, arguments, name, nearest};

/// The file that is looked for where none is named.
const NAME: &str = "kemu.toml";

/// What the file says. One that was named must be there.
pub(super) fn find(named: Option<&Path>, directory: &Path) -> Result<Layer, ConfigError> {
    let path = named.map_or_else(|| directory.join(NAME), |path| directory.join(path));
    let shown = named.unwrap_or(Path::new(NAME)).display().to_string();
    match std::fs::read_to_string(&path) {
        Ok(text) => read(&text, &shown),
        Err(error) if named.is_none() && error.kind() == ErrorKind::NotFound => Ok(Layer::default()),
        Err(error) => Err(ConfigError(format!("{shown}: the configuration cannot be read: {error}"))),
    }
}

/// Reads a file's text; `shown` is what messages call it.
pub(super) fn read(text: &str, shown: &str) -> Result<Layer, ConfigError> {
    let line = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
    let wrong = |at, message: &str| ConfigError(format!("{shown}:{}: {message}", line(at)));
    let no_toml = |error: toml::de::Error| {
        wrong(error.span().map_or(0, |span| span.start), &format!("this is no TOML: {}", error.message()))
    };
    let table = DeTable::parse(text).map_err(no_toml)?;
    let known = arguments();
    let known = || known.iter().map(name);
    let mut entries: Vec<_> = table.get_ref().iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    let unknown = entries.iter().filter(|(key, _)| !known().any(|name| name == key.get_ref().as_ref()));
    let unknown: Vec<String> = unknown
        .map(|(key, _)| {
            let given: &str = key.get_ref();
            let near = nearest(given).map(|option| format!(" Did you mean '{option}'?"));
            wrong(key.span().start, &format!("there is no option '{given}'.{}", near.unwrap_or_default())).0
        })
        .collect();
    if !unknown.is_empty() {
        return Err(ConfigError(unknown.join("\n")));
    }
    toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        // The message only: toml would print the line, which may hold a database's password.
        let message = error.message();
        let entry = entries.iter().find(|(_, value)| value.span().contains(&at));
        match entry.map(|(key, _)| -> &str { key.get_ref() }) {
            Some(key) => wrong(at, &format!("{key}: {message}{}", hint(key, message))),
            None => wrong(at, message),
        }
    })
}

/// What would be right, where the message does not say it.
fn hint(key: &str, message: &str) -> String {
    let described = DEFAULTS.iter().find(|option| option.id.replace('_', "-") == key);
    match described.and_then(|option| option.default) {
        Some(default) if !message.contains("right would be") && !message.contains("expected `") => {
            format!("; right would be {}", super::example::value(default))
        }
        _ => String::new(),
    }
}
