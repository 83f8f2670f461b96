//! Documents made from the contract, so that no story lists fields by hand.

use kemu_graphql::schema::{FieldDef, FieldIx, InputDef, Schema, TypeIx, TypeKind, TypeRef};

/// The agreement that arguments name which ask for one: that of A-F1A7BA5E.
const AGREEMENT: &str = "401";
/// The ledger, likewise.
const LEDGER: &str = "L-100000001A";

/// The PRM that arguments name which ask for one: that of A-F1A7BA5E.
const PRM: &str = "00000000000001";

/// The PCE that arguments name which ask for one: that of A-2ACC0001, as A-F1A7BA5E has no gas.
const PCE: &str = "00000000000003";

/// Writes documents about one account and its property.
pub struct Documents<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The account that arguments name which ask for one.
    pub account: &'a str,
    /// The property, likewise.
    pub property: &'a str,
}

impl Documents<'_> {
    /// An operation that asks for one root field, its answer shown so many levels deep.
    pub fn operation(&self, field: FieldIx, depth: usize) -> String {
        let def = self.schema.field(field);
        let word = if def.parent == self.schema.query { "query" } else { "mutation" };
        format!("{word} {{ {} }}", self.field(def, "", depth))
    }

    /// A field with the arguments that it needs, its answer shown so many levels deep. `prefix` makes the key.
    pub fn field(&self, def: &FieldDef, prefix: &str, depth: usize) -> String {
        let alias = if prefix.is_empty() { String::new() } else { format!("{prefix}_{}: ", def.name) };
        let selection = self.selection(def.ty.named(), depth);
        format!("{alias}{}{}{selection}", def.name, self.arguments(def, &[("first", "1")]))
    }

    /// The arguments that a field needs, and of `extra` those that it has.
    pub fn arguments(&self, def: &FieldDef, extra: &[(&str, &str)]) -> String {
        let given = |argument: &InputDef| {
            let own =
                extra.iter().find(|(name, _)| *name == argument.name).map(|(_, value)| (*value).to_string());
            let property = (def.name, argument.name) == ("property", "id");
            let agreement = (def.name, argument.name) == ("agreement", "id");
            let name = match () {
                () if property => "propertyId",
                () if agreement => "agreementId",
                () => argument.name,
            };
            own.or_else(|| argument.is_required().then(|| self.literal(name, &argument.ty)))
                .map(|value| format!("{}: {value}", argument.name))
        };
        let all: Vec<String> = def.arguments.iter().filter_map(given).collect();
        if all.is_empty() { String::new() } else { format!("({})", all.join(", ")) }
    }

    /// A value of a type, for an input of this name.
    pub fn literal(&self, name: &str, ty: &TypeRef) -> String {
        if let Some(item) = ty.item() {
            return format!("[{}]", self.literal(name, item));
        }
        let def = self.schema.ty(ty.named());
        match &def.kind {
            TypeKind::Enum { values } => values[0].name.to_string(),
            TypeKind::InputObject { fields } => {
                let required = fields.iter().filter(|field| field.is_required());
                let members: Vec<String> = required
                    .map(|field| format!("{}: {}", field.name, self.literal(field.name, &field.ty)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
            _ => self.scalar(name, def.name),
        }
    }

    fn scalar(&self, name: &str, scalar: &str) -> String {
        match scalar {
            "Boolean" => "true".into(),
            "Int" if name == "agreementId" => AGREEMENT.into(),
            "Int" | "BigInt" => "1".into(),
            "Float" => "1.5".into(),
            "Decimal" => "\"1.50\"".into(),
            "Date" => "\"2026-01-01\"".into(),
            "DateTime" | "IndustryMidnightAlignedDateField" => "\"2026-01-01T00:00:00+01:00\"".into(),
            "Time" => "\"12:00:00\"".into(),
            "UUID" => "\"00000000-0000-4000-8000-000000000001\"".into(),
            "Email" => "\"someone@example.com\"".into(),
            "URI" => "\"https://example.com/\"".into(),
            "GenericScalar" => "{}".into(),
            "JSONString" => "\"{}\"".into(),
            _ if name == "pceRef" => format!("\"{PCE}\""),
            _ if matches!(name, "prmId" | "externalIdentifier") => format!("\"{PRM}\""),
            _ if name == "accountNumber" => format!("\"{}\"", self.account),
            _ if name == "agreementId" => format!("\"{AGREEMENT}\""),
            _ if name == "ledgerNumber" => format!("\"{LEDGER}\""),
            _ if name == "marketName" => "\"FRA_ELECTRICITY\"".into(),
            _ if name == "propertyId" => format!("\"{}\"", self.property),
            _ => "\"1\"".into(),
        }
    }

    /// What is selected of a type: all its leaves, and what it holds so many levels down.
    pub fn selection(&self, ty: TypeIx, depth: usize) -> String {
        let def = self.schema.ty(ty);
        if def.is_leaf() {
            return String::new();
        }
        if def.is_abstract() {
            let parts = self.schema.possible_types(ty).iter().map(|object| {
                let name = self.schema.ty(*object).name;
                format!(" ... on {name} {{ {} }}", self.fields(*object, name, depth))
            });
            return format!(" {{ __typename{} }}", parts.collect::<String>());
        }
        format!(" {{ {} }}", self.fields(ty, "", depth))
    }

    fn fields(&self, ty: TypeIx, prefix: &str, depth: usize) -> String {
        let mut parts = vec!["__typename".to_string()];
        for field in self.schema.fields_of(ty) {
            let def = self.schema.field(field);
            if depth > 1 || self.schema.ty(def.ty.named()).is_leaf() {
                parts.push(self.field(def, prefix, depth.saturating_sub(1)));
            }
        }
        parts.join(" ")
    }
}
