//! `kemu check GLOB…`: would Kraken take a project's documents, what do they cost, and who may send them? What the server
//! would say of a document is asked of the functions that say it there ([`crate::graphql::analysis`]).

mod costs;
mod files;
mod findings;
mod paging;
mod project;
mod report;

use clap::Args;

use self::findings::{Examined, Severity, examine};
use self::project::Project;
use self::report::Format;
use super::{CHECK_FAILED, Failed};
use crate::graphql::Site;

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The documents: files, directories, or patterns such as 'src/**/*.{graphql,gql}'. Of a directory, all .graphql and
    /// .gql files in it, but for those in node_modules and in hidden directories. Fragments may stand in other files than
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
    let project = Project::new(files::read(&options.files)?);
    let examined = examine(&Site::api(), &project, options.allow_deprecated);
    super::print(options.format.report(&examined, project.files.len()))?;
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
