//! What the public clients of the French platform select, and how much of it is modelled: `french_clients.txt`.

use kemu_graphql::schema::{FieldIx, Schema, TypeIx, TypeKind};

use super::schema::{Answered, Coverage};

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
        let sort = match fields(coverage.schema, coordinate) {
            None => &mut selected.unknown,
            Some(fields) if coverage.answers(&fields) => &mut selected.modelled,
            Some(_) => &mut selected.plausible,
        };
        sort.push(coordinate);
    }
    selected
}

/// The fields of objects that a coordinate stands for; several for one of an interface.
fn fields(schema: &Schema, coordinate: &str) -> Option<Vec<FieldIx>> {
    let (ty, field) = coordinate.split_once('.')?;
    let ty = schema.find_type(ty)?;
    schema.find_field(ty, field)?;
    let own = [ty];
    let types: &[TypeIx] = match schema.ty(ty).kind {
        TypeKind::Interface(_) => schema.possible_types(ty),
        _ => &own,
    };
    Some(types.iter().filter_map(|ty| schema.find_field(*ty, field)).collect())
}

impl Coverage<'_> {
    /// Whether each object that the world hands out answers its field from state. Types of an interface of which
    /// nothing is modelled are never handed out.
    fn answers(&self, fields: &[FieldIx]) -> bool {
        let handed_out = |field: &&FieldIx| {
            let own = self.schema.fields_of(self.schema.field(**field).parent);
            fields.len() == 1 || own.into_iter().any(|other| self.of(other) == Answered::Modelled)
        };
        let mut of_objects = fields.iter().filter(handed_out).peekable();
        of_objects.peek().is_some() && of_objects.all(|field| self.of(*field) != Answered::Plausible)
    }
}
