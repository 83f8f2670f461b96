//! What is switched off in a world, for good or for a time.

use chrono::{DateTime, Utc};
use kemu_domain::errors::{Code, codes};
use kemu_graphql::Value;
use kemu_graphql::schema::coerce::Arguments;
use kemu_graphql::schema::{FieldIx, Schema, TypeIx, TypeKind, TypeRef};
use kemu_graphql::suggestions::{did_you_mean, suggestions};

use super::{Brownout, Coordinate};

/// The switches of a world.
#[derive(Debug, Default)]
pub struct Switches {
    fields: Vec<Coordinate>,
    inputs: Vec<Coordinate>,
    brownouts: Vec<Brownout>,
}

/// A switch was set for a member that the contract does not have.
#[derive(Debug, thiserror::Error)]
#[error("{member}: the contract has no such field or input field.{hint}")]
pub struct UnknownMember {
    member: String,
    hint: String,
}

impl Switches {
    /// Switches for members that the schema has.
    pub fn new(
        schema: &Schema,
        disabled: Vec<Coordinate>,
        brownouts: Vec<Brownout>,
    ) -> Result<Self, UnknownMember> {
        let mut switches = Self::default();
        for member in disabled {
            if is_input(schema, &member)? {
                switches.inputs.push(member);
            } else {
                switches.fields.push(member);
            }
        }
        for brownout in &brownouts {
            is_input(schema, &brownout.field)?;
        }
        switches.brownouts = brownouts;
        Ok(switches)
    }

    /// Brownouts, whether over, going on or to come.
    pub fn brownouts(&self) -> &[Brownout] {
        &self.brownouts
    }

    /// May a field be selected now, with these arguments? Errors: 1113 for a field that is switched off or in a
    /// brownout (that a brownout answers 1113 is inferred, kraken-facts 5), 1114 for an input field that is.
    pub fn check(
        &self,
        now: DateTime<Utc>,
        schema: &Schema,
        field: FieldIx,
        arguments: &Arguments,
    ) -> Result<(), Code> {
        if self.fields.is_empty() && self.inputs.is_empty() && self.brownouts.is_empty() {
            return Ok(());
        }
        let def = schema.field(field);
        let is_this =
            |member: &Coordinate| member.field == def.name && member.ty == schema.ty(def.parent).name;
        let in_brownout = |brownout: &Brownout| {
            is_this(&brownout.field) && (brownout.starts_at..brownout.ends_at).contains(&now)
        };
        if self.fields.iter().any(is_this) || self.brownouts.iter().any(in_brownout) {
            return Err(codes::FIELD_DISABLED);
        }
        let given = def.arguments.iter().filter_map(|argument| {
            let value = arguments.iter().find(|(name, _)| *name == argument.name);
            value.map(|(_, value)| (&argument.ty, value))
        });
        if self.inputs.is_empty()
            || !given.into_iter().any(|(ty, value)| self.uses_disabled(schema, ty, value))
        {
            return Ok(());
        }
        Err(codes::INPUT_FIELD_DISABLED)
    }

    fn uses_disabled(&self, schema: &Schema, ty: &TypeRef, value: &Value) -> bool {
        match value {
            Value::List(items) => {
                items.iter().any(|item| self.uses_disabled(schema, ty.item().unwrap_or(ty), item))
            }
            Value::Object(members) => {
                let def = schema.ty(ty.named());
                members.iter().any(|(name, value)| {
                    let is_this = |member: &Coordinate| member.ty == def.name && *member.field == **name;
                    let field = def.input_fields().iter().find(|field| field.name == &**name);
                    self.inputs.iter().any(is_this)
                        || field.is_some_and(|field| self.uses_disabled(schema, &field.ty, value))
                })
            }
            _ => false,
        }
    }
}

/// Does the coordinate name an input field? If it names nothing at all, the nearest names are told.
fn is_input(schema: &Schema, member: &Coordinate) -> Result<bool, UnknownMember> {
    let unknown = |known: Vec<String>| {
        let member = member.to_string();
        let hint = did_you_mean("", &suggestions(&member, known.iter().map(String::as_str)));
        UnknownMember { member, hint }
    };
    let Some(ty) = schema.find_type(&member.ty) else {
        let near = |ty: &kemu_graphql::schema::TypeDef| format!("{}.{}", ty.name, member.field);
        return Err(unknown(schema.types.iter().map(near).collect()));
    };
    if schema.find_field(ty, &member.field).is_some() {
        return Ok(false);
    }
    let inputs = schema.ty(ty).input_fields();
    if inputs.iter().any(|field| field.name == member.field) {
        return Ok(true);
    }
    Err(unknown(members(schema, ty)))
}

fn members(schema: &Schema, ty: TypeIx) -> Vec<String> {
    let name = schema.ty(ty).name;
    let fields = schema.fields_of(ty).map(|field| schema.field(field).name);
    let inputs = match &schema.ty(ty).kind {
        TypeKind::InputObject { fields } => fields.as_slice(),
        _ => &[],
    };
    fields.chain(inputs.iter().map(|input| input.name)).map(|member| format!("{name}.{member}")).collect()
}
