//! `kemu completions SHELL`: a script that completes kemu's commands and options.

use clap::Args;
use clap_complete::{Shell, generate};

use super::Failed;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// For which shell.
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(options: &Options) -> Result<(), Failed> {
    let mut script = Vec::new();
    generate(options.shell, &mut super::command(), "kemu", &mut script);
    super::print(String::from_utf8(script).map_err(Failed::new)?.trim_end())
}
