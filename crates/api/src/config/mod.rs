//! How kemu is set up. Every option is a flag, a `KEMU_…` variable and a key of `kemu.toml`; a flag wins over the
//! variable, the variable over the file, the file over the default.
//!
//! To add an option, write one entry in `options.rs`: its help, its type and its default. The flag, the variable, the
//! key, the line in `kemu help`, in `docs/reference/kemu.toml` and the field of [`Config`] follow from it. A type of
//! its own reads from text in `values`.

mod environment;
mod example;
mod file;
mod options;
mod values;

#[cfg(test)]
mod tests;

use std::path::Path;

use clap::builder::{Arg, Command};
use clap::error::{ContextKind, ContextValue, ErrorKind};

pub use environment::{Environment, TLS_CA, TLS_URL};
pub use example::example;
pub use options::{Config, Layer};
pub use values::{ClockStart, Database, Listen, LogFilter, LogFormat, PublicUrl};

/// Something in the configuration is wrong; says where, what, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(String);

impl Config {
    /// Puts the flags over the variables, those over the file, that over the defaults. Without a path, the file is
    /// `kemu.toml` in `directory`, which need not be there.
    pub fn load(
        flags: Layer,
        environment: &Environment,
        path: Option<&Path>,
        directory: &Path,
    ) -> Result<Self, ConfigError> {
        let file = file::find(path.or_else(|| environment.config_path()), directory)?;
        let mut layer = flags.or(environment.layer()?).or(file);
        // Platforms that choose a port say so in PORT. Who named one elsewhere knows better.
        let listen = layer.listen.unwrap_or_default();
        layer.listen = Some(match listen.port {
            Some(_) => listen,
            None => Listen { port: Some(environment.port()?.unwrap_or(values::PORT)), ..listen },
        });
        layer.tls_listen =
            layer.tls_listen.map(|it| Listen { port: it.port.or(Some(values::TLS_PORT)), ..it });
        Ok(layer.complete())
    }
}

impl Default for Config {
    fn default() -> Self {
        Layer::default().complete()
    }
}

/// The variable that an option is read from: `KEMU_JOURNAL_SIZE` for `journal-size`.
pub fn variable(option: &str) -> String {
    format!("KEMU_{}", option.replace('-', "_").to_ascii_uppercase())
}

/// The options as clap knows them.
fn arguments() -> Vec<Arg> {
    let command = <Layer as clap::Args>::augment_args(Command::new("kemu"));
    command.get_arguments().cloned().collect()
}

/// The name of an option: its flag without dashes, which is its key in the file.
fn name(argument: &Arg) -> &str {
    argument.get_long().expect("each option is a flag")
}

/// What stands behind the help of each option: its default and its variable. clap's own `env` would read the
/// variables of the process for every command and could not be handed others in a test.
pub fn describe(command: Command) -> Command {
    command.mut_args(|argument| {
        let Some(option) = options::DEFAULTS.iter().find(|option| *argument.get_id() == option.id) else {
            return argument;
        };
        let mut help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        if let Some(default) = option.default {
            help.push_str(&format!(" [default: {default}]"));
        }
        help.push_str(&format!(" [env: {}]", variable(name(&argument))));
        argument.help(help)
    })
}

/// What is wrong with the value of an option, whatever brought it. The value itself is told by the option's type,
/// which knows whether it may hold a secret; clap would always repeat it. `None` if it is something else.
pub fn bad_value(error: &clap::Error) -> Option<String> {
    let text = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.as_str(),
        _ => "",
    };
    match error.kind() {
        ErrorKind::ValueValidation => std::error::Error::source(error).map(ToString::to_string),
        ErrorKind::InvalidValue => match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(right)) => {
                let given = text(ContextKind::InvalidValue);
                Some(match given {
                    "" => format!("it needs a value; right would be {}", right.join(" or ")),
                    _ => format!("'{given}' is none of its values; right would be {}", right.join(" or ")),
                })
            }
            _ => None,
        },
        _ => None,
    }
}

/// The option whose name is nearest to a misspelt one, if one is near.
fn nearest(given: &str) -> Option<String> {
    // `journal_size` is how variables and other tools spell it.
    let given = given.replace('_', "-").to_ascii_lowercase();
    let arguments = arguments();
    let near = kemu_graphql::suggestions::suggestions(&given, arguments.iter().map(name));
    near.first().map(ToString::to_string)
}
