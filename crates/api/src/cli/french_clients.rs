//! What the public clients of the French platform select, and how much of it is modelled: `french_clients.txt`.

use kemu_graphql::schema::{FieldIx, Schema};

use crate::graphql::coverage::{Answered, Coverage};

/// What clients select, by how it is answered.
#[derive(Debug, Default)]
pub struct Selected {
    /// Answered from state, or by the paging of lists.
    pub modelled: Vec<&'static str>,
    /// Made up.
    pub plausible: Vec<&'static str>,
    /// Not in the contract, so refused.
    pub unknown: Vec<&'static str>,
}

/// Sorts all of them.
pub(super) fn selected(coverage: &Coverage<'_>) -> Selected {
    let mut selected = Selected::default();
    for line in include_str!("french_clients.txt").lines() {
        let Some((coordinate, _)) = line.split_once(' ').filter(|_| !line.starts_with('#')) else { continue };
        let sort = match field(coverage.schema, coordinate) {
            None => &mut selected.unknown,
            Some(field) if coverage.of_selected(field) == Answered::Plausible => &mut selected.plausible,
            Some(_) => &mut selected.modelled,
        };
        sort.push(coordinate);
    }
    selected
}

fn field(schema: &Schema, coordinate: &str) -> Option<FieldIx> {
    let (ty, field) = coordinate.split_once('.')?;
    schema.find_field(schema.find_type(ty)?, field)
}
