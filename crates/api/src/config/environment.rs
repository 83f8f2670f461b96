//! The variables of the process, handed in so that tests can hand in others.

use std::ffi::OsString;
use std::path::Path;

use super::{ConfigError, Layer, arguments, bad_value, name, nearest, variable};

const PREFIX: &str = "KEMU_";
const CONFIG: &str = "KEMU_CONFIG";
/// Where the commands find the server that they talk to.
const URL: &str = "KEMU_URL";
/// What `kemu exec` tells besides. kemu itself does not look at them.
pub const TLS_URL: &str = "KEMU_TLS_URL";
/// The same.
pub const TLS_CA: &str = "KEMU_TLS_CA";
const PORT: &str = "PORT";
const NO_COLOR: &str = "NO_COLOR";

/// Those variables that kemu looks at.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: Vec<(String, String)>,
}

impl Environment {
    /// Picks them from all variables. An empty one counts as not set: files for compose write `KEMU_SEED: ${SEED:-}`.
    pub fn new(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let text = |it: OsString| it.to_string_lossy().into_owned();
        let variables = variables.into_iter().map(|(name, value)| (text(name), text(value)));
        let ours = |name: &str| name.starts_with(PREFIX) || [PORT, NO_COLOR].contains(&name);
        Self { variables: variables.filter(|(name, value)| ours(name) && !value.is_empty()).collect() }
    }

    /// The variables of this process.
    pub fn of_process() -> Self {
        Self::new(std::env::vars_os())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The address of the server that commands talk to.
    pub fn url(&self) -> Option<&str> {
        self.get(URL)
    }

    /// May output be coloured? <https://no-color.org>
    pub fn allows_colour(&self) -> bool {
        self.get(NO_COLOR).is_none()
    }

    pub(super) fn config_path(&self) -> Option<&Path> {
        self.get(CONFIG).map(Path::new)
    }

    pub(super) fn port(&self) -> Result<Option<u16>, ConfigError> {
        let Some(text) = self.get(PORT) else { return Ok(None) };
        let port = text
            .parse()
            .map_err(|_| ConfigError(format!("{PORT}: '{text}' is no port; right would be 8080")))?;
        Ok(Some(port))
    }

    /// What the variables say.
    pub(super) fn layer(&self) -> Result<Layer, ConfigError> {
        let mut layer = Layer::default();
        for argument in arguments() {
            let variable = variable(name(&argument));
            let Some(value) = self.get(&variable) else { continue };
            let said = Layer::of(name(&argument), value).map_err(|error| {
                let what = bad_value(&error).unwrap_or_else(|| "this cannot be its value".into());
                ConfigError(format!("{variable}: {what}"))
            })?;
            layer = layer.or(said);
        }
        Ok(layer)
    }

    /// A warning for each variable that looks like one of kemu's and is none.
    pub fn warnings(&self) -> Vec<String> {
        let known: Vec<String> = arguments().iter().map(|argument| variable(name(argument))).collect();
        let others = [CONFIG, URL, TLS_URL, TLS_CA];
        let is_known = |given: &str| others.contains(&given) || known.iter().any(|name| name == given);
        let given =
            self.variables.iter().filter_map(|(name, _)| name.strip_prefix(PREFIX).map(|rest| (name, rest)));
        let unknown = given.filter(|(name, _)| !is_known(name));
        unknown
            .map(|(name, rest)| {
                let near = nearest(rest).map(|option| format!(" Did you mean {}?", variable(&option)));
                format!("The variable {name} means nothing to kemu.{}", near.unwrap_or_default())
            })
            .collect()
    }
}
