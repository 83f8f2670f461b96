//! How the fields of the contract are answered: from state, by the paging of lists, or made up.

use kemu_graphql::schema::{FieldIx, Schema, TypeIx, TypeKind};
use serde::Serialize;

use super::Site;
use super::engine::connection::is_connection_type;

/// How a field is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Answered {
    /// From state, by a resolver.
    Modelled,
    /// By the mechanism that pages every list.
    Paging,
    /// By a made-up value of the right type.
    Plausible,
}

/// Says how fields are answered.
pub struct Coverage<'s> {
    site: &'s Site,
    /// The schema that the fields are of.
    pub schema: &'s Schema,
    /// The types that pages are made of.
    paging: Vec<TypeIx>,
}

impl<'s> Coverage<'s> {
    /// Of what a site serves.
    pub fn new(site: &'s Site) -> Self {
        let schema = &site.contract.schema;
        Self { site, schema, paging: paging_types(schema) }
    }

    /// How a field of an object is answered.
    pub fn of(&self, field: FieldIx) -> Answered {
        let def = self.schema.field(field);
        if self.site.bindings.get(field).is_some() {
            return Answered::Modelled;
        }
        let own = ["pageInfo", "edges", "totalCount", "edgeCount", "cursor", "node"];
        let is_paging = self.paging.contains(&def.parent)
            && (own.contains(&def.name) || self.schema.ty(def.parent).name == "PageInfo");
        if is_paging { Answered::Paging } else { Answered::Plausible }
    }

    /// How a field is answered that is selected of an object or of an interface. One of an interface is as good as each
    /// object that the world hands out; types of which nothing is modelled are never handed out.
    pub fn of_selected(&self, field: FieldIx) -> Answered {
        let def = self.schema.field(field);
        if !matches!(self.schema.ty(def.parent).kind, TypeKind::Interface(_)) {
            return self.of(field);
        }
        let possible = self.schema.possible_types(def.parent);
        let handed_out = |ty: &&TypeIx| {
            let mut own = self.schema.fields_of(**ty);
            possible.len() == 1 || own.any(|other| self.of(other) == Answered::Modelled)
        };
        let fields =
            possible.iter().filter(handed_out).filter_map(|ty| self.schema.find_field(*ty, def.name));
        let answers: Vec<Answered> = fields.map(|field| self.of(field)).collect();
        match answers.first() {
            Some(first) if !answers.contains(&Answered::Plausible) => *first,
            _ => Answered::Plausible,
        }
    }
}

/// The types that pages are made of: connections, their edges, `PageInfo`.
fn paging_types(schema: &Schema) -> Vec<TypeIx> {
    let mut found: Vec<TypeIx> = schema.find_type("PageInfo").into_iter().collect();
    for at in 0..schema.types.len() {
        let ty = TypeIx(u32::try_from(at).unwrap_or_default());
        if is_connection_type(schema, ty) {
            found.push(ty);
            found.extend(schema.find_field(ty, "edges").map(|edges| schema.field(edges).ty.named()));
        }
    }
    found
}
