//! `docs/reference/kemu.toml`: all options as a file, with their help.

use clap::ArgAction;

use super::options::DEFAULTS;
use super::{arguments, name, variable};

const HEAD: &str = "\
# All options of kemu with their defaults, written by `cargo xtask generate`.
# kemu reads this file as kemu.toml in its working directory, or from --config PATH or KEMU_CONFIG.
# A flag wins over the variable, the variable over the file, the file over the default.
";

/// How wide comments are.
const WIDTH: usize = 100;

/// A complete file in which every option stands with its default, its help, its flag and its variable.
pub fn example() -> String {
    let mut text = HEAD.to_string();
    for (argument, option) in arguments().iter().zip(DEFAULTS) {
        let key = name(argument);
        let help = wrapped(&argument.get_help().map(ToString::to_string).unwrap_or_default());
        let values = argument.get_possible_values();
        let words: Vec<&str> = values.iter().map(clap::builder::PossibleValue::get_name).collect();
        let words = if words.is_empty() { String::new() } else { format!("One of: {}.\n", words.join(", ")) };
        let default = match option.default {
            Some(default) => value(default),
            None if matches!(argument.get_action(), ArgAction::Append) => "[]".into(),
            None => "\"\"".into(),
        };
        let comment = format!("{help}.\n{words}--{key}, {}", variable(key));
        text.push('\n');
        comment.lines().for_each(|line| text.push_str(&format!("# {line}\n")));
        text.push_str(&format!("{key} = {default}\n"));
    }
    text
}

/// Lines of at most [`WIDTH`] characters, if the words allow it.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.into()),
        }
    }
    lines.join("\n")
}

/// A default as TOML writes it.
pub(super) fn value(default: &str) -> String {
    let bare = default.parse::<u64>().is_ok() || default.parse::<bool>().is_ok();
    if bare { default.into() } else { format!("\"{default}\"") }
}
