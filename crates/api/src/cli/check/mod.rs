//! `kemu check GLOB…`: would Kraken take a project's documents, what do they cost, and who may send them? What the server
//! would say of a document is asked of the functions that say it there ([`crate::graphql::analysis`]).

mod costs;
mod findings;
mod paging;
mod project;
mod report;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::Args;

use self::findings::{Examined, Severity, examine};
use self::project::{File, Project};
use self::report::Format;
use super::{CHECK_FAILED, Failed, usage};
use crate::graphql::Site;

/// The files of a directory that are documents.
const DOCUMENTS: [&str; 2] = ["**/*.graphql", "**/*.gql"];

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The documents: files, directories, or patterns such as 'src/**/*.graphql'. Fragments may stand in other files than
    /// the operations that use them.
    #[arg(required = true, value_name = "GLOB")]
    files: Vec<String>,
    /// How findings are told; github is annotations of a workflow.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Tell the use of what is deprecated as a warning, which does not change the exit code.
    #[arg(long)]
    allow_deprecated: bool,
}

pub(super) fn run(options: &Options) -> Result<(), Failed> {
    let project = Project::new(read(&options.files)?);
    let examined = examine(&Site::api(), &project, options.allow_deprecated);
    super::print(&options.format.report(&examined, project.files.len()));
    match examined.count(Severity::Error) {
        0 => Ok(()),
        number => Err(Failed { message: super::counted(number, "error"), code: CHECK_FAILED }),
    }
}

impl Examined {
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// The files that the patterns name, each of them once.
fn read(patterns: &[String]) -> Result<Vec<File>, Failed> {
    let mut paths = BTreeSet::new();
    for given in patterns {
        let found = matching(given)?;
        if found.is_empty() {
            let right = "right would be 'src/**/*.graphql'";
            return Err(usage(format!("{given}: there is no such document; {right}")));
        }
        paths.extend(found);
    }
    let file = |path: &PathBuf| match std::fs::read_to_string(path) {
        Ok(text) => Ok(File::new(path.display().to_string(), text)),
        Err(error) => Err(Failed::new(format!("{}: {error}", path.display()))),
    };
    paths.iter().map(file).collect()
}

/// The files that a pattern names; for a directory, the documents in it.
fn matching(given: &str) -> Result<Vec<PathBuf>, Failed> {
    let patterns = if Path::new(given).is_dir() {
        let directory = glob::Pattern::escape(given.trim_end_matches('/'));
        DOCUMENTS.map(|pattern| format!("{directory}/{pattern}")).to_vec()
    } else {
        vec![given.to_owned()]
    };
    let mut found = Vec::new();
    for pattern in patterns {
        let paths = glob::glob(&pattern).map_err(|error| usage(format!("{given}: {error}")))?;
        found.extend(paths.collect::<Result<Vec<_>, _>>().map_err(Failed::new)?);
    }
    found.retain(|path| path.is_file());
    Ok(found)
}
