//! `kemu schema`: the contract as SDL, and how much of it is modelled.

use clap::Subcommand;
use kemu_graphql::schema::{TypeIx, TypeKind, print};

use super::french_clients::{self, Selected};
use super::{Failed, schema_diff};
use crate::graphql::Site;
use crate::graphql::coverage::Coverage;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Print the published schema as SDL.
    Print,
    /// Print how many fields of each type are modelled, and how many answer plausible values.
    Coverage,
    /// Tell what changed between two schemas and what it means for clients; exit with 3 if something breaks them.
    Diff(schema_diff::Options),
}

pub(super) fn run(command: &Command) -> Result<(), Failed> {
    match command {
        Command::Print => super::print(published(&Site::api()).trim_end()),
        Command::Coverage => super::print(coverage(&Site::api())),
        Command::Diff(options) => schema_diff::run(options),
    }
}

/// The published schema: what introspection shows, as SDL.
pub fn published(site: &Site) -> String {
    let head = "# The schema that kemu serves, written by `cargo xtask generate`. Clients may generate code from it.\n\n";
    format!("{head}{}", print::schema(&site.contract.schema))
}

/// What clients of the French platform select, by how it is answered.
pub fn french_clients(site: &Site) -> Selected {
    french_clients::selected(&Coverage::new(site))
}

/// A line a type that has modelled fields, what French clients select, then the sums.
pub fn coverage(site: &Site) -> String {
    let coverage = Coverage::new(site);
    let schema = coverage.schema;
    let mut lines = vec![format!("{:<42} {:>8} {:>8} {:>9}", "type", "modelled", "paging", "plausible")];
    let mut sums = [0; 3];
    for (at, ty) in schema.types.iter().enumerate() {
        if !matches!(ty.kind, TypeKind::Object(_)) || ty.name.starts_with("__") {
            continue;
        }
        let mut counts = [0; 3];
        for field in schema.fields_of(TypeIx(u32::try_from(at).unwrap_or_default())) {
            counts[coverage.of(field) as usize] += 1;
        }
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        let [modelled, paged, plausible] = counts;
        lines.push(format!("{:<42} {modelled:>8} {paged:>8} {plausible:>9}", ty.name));
    }
    let Selected { modelled, plausible, unknown } = french_clients::selected(&coverage);
    lines.push(format!(
        "selected by public French clients: {} modelled, {} plausible, {} not in the contract",
        modelled.len(),
        plausible.len(),
        unknown.len()
    ));
    let [modelled, paged, plausible] = sums;
    lines.push(format!("{:<42} {modelled:>8} {paged:>8} {plausible:>9}", "total"));
    lines.join("\n")
}
