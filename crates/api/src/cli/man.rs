//! `kemu man`: the command line as pages, for man(1) and for this project's documentation.

use std::path::PathBuf;

use clap::Args;
use clap_mangen::{Man, generate_to};

use super::{Failed, reference};

#[derive(Debug, Args)]
pub(super) struct Options {
    /// Write a page for each command into this directory, which is made if it is not there, instead of printing kemu's own.
    #[arg(long, value_name = "PATH", conflicts_with = "markdown")]
    dir: Option<PathBuf>,
    /// Print one Markdown page with all commands.
    #[arg(long)]
    markdown: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failed> {
    if options.markdown {
        return super::print(reference::page(super::command()).trim_end());
    }
    if let Some(dir) = &options.dir {
        let failed = |error: std::io::Error| Failed::new(format!("{}: {error}", dir.display()));
        std::fs::create_dir_all(dir).map_err(failed)?;
        return generate_to(super::command(), dir).map_err(failed);
    }
    let mut page = Vec::new();
    Man::new(super::command()).render(&mut page).map_err(Failed::new)?;
    super::print(String::from_utf8(page).map_err(Failed::new)?.trim_end())
}
