//! What is switched off in a world, for good or for a time, and what is made to fail.

use chrono::{DateTime, Utc};
use kemu_domain::errors::{Code, codes};
use kemu_graphql::Value;
use kemu_graphql::schema::coerce::Arguments;
use kemu_graphql::schema::{FieldIx, Schema, TypeIx, TypeKind, TypeRef};
use kemu_graphql::suggestions::{did_you_mean, suggestions};

use super::{Brownout, Coordinate, Outcome, Provoked};

/// The switches of a world.
#[derive(Debug, Default)]
pub struct Switches {
    fields: Vec<Coordinate>,
    inputs: Vec<Coordinate>,
    brownouts: Vec<Brownout>,
    provoked: Vec<Provoked>,
}

/// A switch that makes no sense with this contract.
#[derive(Debug, thiserror::Error)]
pub enum BadSwitch {
    /// It was set for a member that the contract does not have.
    #[error("{member}: the contract has no such field or input field.{hint}")]
    Unknown {
        /// The member.
        member: String,
        /// The nearest names, if any are near.
        hint: String,
    },
    /// Something that is given, and not answered, is to fail.
    #[error("{0} is an input field, which answers nothing; right would be a field such as Query.account")]
    Input(Coordinate),
    /// A field is to be null that never is.
    #[error("{member}=null: the contract says '{ty}'; right would be a code such as KT-CT-7899")]
    NeverNull {
        /// The field.
        member: Coordinate,
        /// Its type.
        ty: String,
    },
}

impl Switches {
    /// Switches for members that the schema has.
    pub fn new(
        schema: &Schema,
        disabled: Vec<Coordinate>,
        brownouts: Vec<Brownout>,
        provoked: Vec<Provoked>,
    ) -> Result<Self, BadSwitch> {
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
        for one in &provoked {
            may_be_provoked(schema, one)?;
        }
        Ok(Self { brownouts, provoked, ..switches })
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
        let is_this = |member: &Coordinate| is_field(schema, member, field);
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

    /// What is to come of a field in place of its answer.
    pub fn provoked(&self, schema: &Schema, field: FieldIx) -> Option<Outcome> {
        let found = self.provoked.iter().find(|one| is_field(schema, &one.field, field));
        found.map(|one| one.outcome)
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

/// Does the coordinate name this field? One of an interface names those of all its members.
fn is_field(schema: &Schema, member: &Coordinate, field: FieldIx) -> bool {
    let def = schema.field(field);
    member.field == def.name
        && schema.find_type(&member.ty).is_some_and(|ty| schema.is_possible(ty, def.parent))
}

/// A field can answer any error. It can be null if its type says so, and in an interface the types of its members too.
fn may_be_provoked(schema: &Schema, one: &Provoked) -> Result<(), BadSwitch> {
    if is_input(schema, &one.field)? {
        return Err(BadSwitch::Input(one.field.clone()));
    }
    let fields = (0..).map(FieldIx).zip(&schema.fields);
    let mut meant = fields.filter(|(ix, _)| is_field(schema, &one.field, *ix));
    match meant.find(|(_, def)| one.outcome == Outcome::Null && def.ty.is_non_null()) {
        Some((_, def)) => Err(BadSwitch::NeverNull { member: one.field.clone(), ty: schema.show(&def.ty) }),
        None => Ok(()),
    }
}

/// Does the coordinate name an input field? If it names nothing at all, the nearest names are told.
fn is_input(schema: &Schema, member: &Coordinate) -> Result<bool, BadSwitch> {
    let unknown = |known: Vec<String>| {
        let member = member.to_string();
        let hint = did_you_mean("", &suggestions(&member, known.iter().map(String::as_str)));
        BadSwitch::Unknown { member, hint }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graphql::engine::contract::Contract;

    #[test]
    fn a_failure_that_cannot_be_is_refused_with_what_would_be_right() {
        let schema = Contract::load().schema;
        let refusal = |text: &str| {
            let provoked = vec![text.parse().unwrap()];
            Switches::new(&schema, Vec::new(), Vec::new(), provoked).err().map(|error| error.to_string())
        };
        for (text, right) in [
            (
                "Query.acount=null",
                "Query.acount: the contract has no such field or input field. Did you mean 'Query.account', \
                 'Query.accounts', 'Query.accountUser', 'Query.call', or 'Query.node'?",
            ),
            (
                "AccountType.id=null",
                "AccountType.id=null: the contract says 'ID!'; right would be a code such as KT-CT-7899",
            ),
            (
                "ObtainJSONWebTokenInput.email=KT-CT-1113",
                "ObtainJSONWebTokenInput.email is an input field, which answers nothing; right would be a field such as \
                 Query.account",
            ),
        ] {
            assert_eq!(refusal(text).as_deref(), Some(right));
        }
        for text in ["AccountType.id=KT-CT-7899", "SmartFlexDeviceInterface.propertyId=null"] {
            assert_eq!(refusal(text), None, "{text}");
        }
    }
}
