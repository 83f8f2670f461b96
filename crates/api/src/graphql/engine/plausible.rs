//! Fields that nobody has modelled still answer: something of the right type, the same each time, in keeping with
//! what was asked. Nothing of it is remembered, and every such answer is named in `extensions.emulator.plausible`.
//!
//! A value hangs on the sandbox's seed and on the way to it: the object's own identity and the field's arguments, so
//! that one object answers one value wherever it is met. What a mutation was given it gives back under the same
//! names.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::Seed;
use kemu_domain::errors::Failure;
use kemu_domain::paging::Page;
use kemu_domain::seed::Stream;
use kemu_graphql::Value;
use kemu_graphql::execution::Output;
use kemu_graphql::schema::coerce::Arguments;
use kemu_graphql::schema::{FieldDef, FieldIx, Schema, TypeIx, TypeKind, TypeRef};
use uuid::Uuid;

use super::connection::{self, Connection};
use super::outputs::Node;

/// An object that nobody has modelled.
#[derive(Clone)]
pub struct Plausible {
    seed: Seed,
    /// What was given to make it, for payloads of mutations.
    echo: Option<Arc<Value>>,
}

/// What a plausible answer hangs on.
pub struct Grounds<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The field.
    pub field: FieldIx,
    /// Its arguments.
    pub arguments: &'a Arguments,
    /// The field's largest page.
    pub page_limit: Option<i64>,
    /// The sandbox's time, so that dates are near it.
    pub now: DateTime<Utc>,
}

impl Plausible {
    /// The object that the fields of an operation, or of a modelled object, hang on.
    pub fn root(seed: Seed, identity: &str) -> Self {
        Self { seed: seed.derive(identity), echo: None }
    }

    /// Answers a field of this object.
    pub fn answer(&self, asked: &Grounds<'_>) -> Result<Output<Node>, Failure> {
        let def = asked.schema.field(asked.field);
        let seed = self.seed.derive(def.name).derive(&format!("{:?}", identity(asked.arguments)));
        if let Some(given) = self.echo.as_deref().and_then(|echo| echoed(asked.schema, def, echo)) {
            return Ok(given);
        }
        let echo = match asked.schema.mutation {
            Some(mutation) if def.parent == mutation => Some(Arc::new(given(asked.arguments))),
            _ => self.echo.clone(),
        };
        let made = Made { asked, def, echo };
        if connection::is_connection(asked.schema, def) {
            return made.page(seed);
        }
        Ok(made.of(&def.ty, seed))
    }
}

/// The arguments that say which thing is asked for; those that say how it is shown do not change it.
fn identity(arguments: &Arguments) -> Vec<&(&'static str, Value)> {
    let shows = |name: &str| matches!(name, "first" | "last" | "after" | "before" | "offset" | "orderBy");
    arguments.iter().filter(|(name, value)| !shows(name) && !value.is_null()).collect()
}

/// What a mutation was given: the members of its input object, or its arguments.
fn given(arguments: &Arguments) -> Value {
    match arguments.as_slice() {
        [(_, Value::Object(members))] => Value::Object(members.clone()),
        all => Value::Object(all.iter().map(|(name, value)| (Box::from(*name), value.clone())).collect()),
    }
}

/// The input member of the field's name, if it is a leaf of the same type.
fn echoed(schema: &Schema, def: &FieldDef, echo: &Value) -> Option<Output<Node>> {
    let value = echo.get(def.name)?;
    let fits = match (schema.ty(def.ty.named()), value) {
        _ if def.ty.item().is_some() => false,
        (ty, Value::Enum(name)) => ty.enum_values().iter().any(|known| known.name == &**name),
        (ty, Value::String(_)) => !matches!(ty.name, "Int" | "BigInt" | "Float" | "Boolean") && scalar(ty),
        (ty, Value::Int(_)) => matches!(ty.name, "Int" | "BigInt"),
        (ty, Value::Float(_)) => ty.name == "Float",
        (ty, Value::Boolean(_)) => ty.name == "Boolean",
        _ => false,
    };
    fits.then(|| Output::Leaf(value.clone()))
}

fn scalar(ty: &kemu_graphql::schema::TypeDef) -> bool {
    matches!(ty.kind, TypeKind::Scalar)
}

/// A list that is not asked for by page has this many items at most.
const LONGEST_LIST: i64 = 2;
/// A list that is asked for by page has this many items at most.
const LONGEST_BOOK: i64 = 5;

struct Made<'a> {
    asked: &'a Grounds<'a>,
    def: &'a FieldDef,
    echo: Option<Arc<Value>>,
}

impl Made<'_> {
    fn of(&self, ty: &TypeRef, seed: Seed) -> Output<Node> {
        match ty.nullable() {
            TypeRef::List(item) => {
                let length = seed.derive("length").stream().between(1, LONGEST_LIST);
                Output::List((0..length).map(|at| self.of(item, seed.derive(&at.to_string()))).collect())
            }
            TypeRef::Named(ix) => self.named(*ix, seed),
            TypeRef::NonNull(_) => unreachable!("nullable() took the exclamation mark off"),
        }
    }

    fn page(&self, seed: Seed) -> Result<Output<Node>, Failure> {
        let request = connection::page_request(self.asked.arguments, self.asked.page_limit)?;
        let schema = self.asked.schema;
        let connection = self.def.ty.named();
        let length = seed.derive("length").stream().between(1, LONGEST_BOOK);
        let item = |at: i64| {
            let node = connection::node_type(schema, connection);
            node.map_or(Output::Null, |node| self.named(node, seed.derive(&at.to_string())))
        };
        let page = Page::of((0..length).map(item).collect(), &request);
        Ok(Output::Object(connection, Node::Connection(Arc::new(Connection::new(page)))))
    }

    fn named(&self, ix: TypeIx, seed: Seed) -> Output<Node> {
        let schema = self.asked.schema;
        let def = schema.ty(ix);
        let pick = |count: usize| {
            let most = i64::try_from(count).unwrap_or(i64::MAX) - 1;
            usize::try_from(seed.derive("pick").stream().between(0, most.max(0))).unwrap_or(0)
        };
        match &def.kind {
            TypeKind::Scalar => Output::Leaf(self.leaf(def.name, seed)),
            TypeKind::Enum { values } => {
                let current: Vec<_> = values.iter().filter(|value| value.deprecated.is_none()).collect();
                let value = current.get(pick(current.len())).copied().or(values.first());
                value.map_or(Output::Null, |value| Output::Leaf(Value::Enum(value.name.into())))
            }
            TypeKind::Interface(_) | TypeKind::Union { .. } => {
                let possible = schema.possible_types(ix);
                possible.get(pick(possible.len())).map_or(Output::Null, |object| self.object(*object, seed))
            }
            TypeKind::Object(_) => self.object(ix, seed),
            TypeKind::InputObject { .. } => unreachable!("input objects are never answered"),
        }
    }

    fn object(&self, ix: TypeIx, seed: Seed) -> Output<Node> {
        Output::Object(ix, Node::Plausible(Plausible { seed, echo: self.echo.clone() }))
    }

    fn leaf(&self, scalar: &str, seed: Seed) -> Value {
        let mut stream = seed.derive("leaf").stream();
        let day =
            || self.asked.now.date_naive() - TimeDelta::days(seed.derive("day").stream().between(0, 300));
        let name = self.def.name;
        match scalar {
            "Boolean" => Value::Boolean(stream.between(0, 1) == 1),
            "Int" | "BigInt" => Value::Int(number(name, &mut stream)),
            #[expect(clippy::cast_precision_loss, reason = "the number is below 10,000")]
            "Float" => Value::Float(stream.between(0, 10_000) as f64 / 100.0),
            "Decimal" => Value::from(format!("{}.{:02}", stream.between(0, 99), stream.between(0, 99))),
            "Date" => Value::from(day().to_string()),
            "IndustryMidnightAlignedDateField" | "DateTime" => {
                Value::from(format!("{}T{:02}:00:00+00:00", day(), stream.between(0, 23)))
            }
            "Time" => Value::from(format!("{:02}:30:00", stream.between(0, 23))),
            "UUID" => Value::from(uuid(&mut stream).to_string()),
            "ID" | "NonEmptyID" => Value::from(stream.between(100_000, 9_999_999).to_string()),
            "GenericScalar" => Value::Object(Vec::new()),
            "JSONString" => Value::from("{}"),
            "Email" => Value::from("customer@example.com"),
            "URI" => Value::from("https://example.com/"),
            _ => Value::from(text(name, &mut stream)),
        }
    }
}

/// A number that suits the field's name.
fn number(name: &str, stream: &mut Stream) -> i64 {
    let lower = name.to_ascii_lowercase();
    let is = |part: &str| lower.contains(part);
    if is("count") || is("total") && !is("amount") {
        stream.between(0, 5)
    } else if is("day") || is("month") {
        stream.between(1, 12)
    } else if is("percent") {
        stream.between(0, 100)
    } else {
        stream.between(1, 10_000)
    }
}

/// A text that suits the field's name, in the forms that Kraken uses.
fn text(name: &str, stream: &mut Stream) -> String {
    let lower = name.to_ascii_lowercase();
    let is = |part: &str| lower.contains(part);
    let mut hex = |digits: usize| {
        let bits = stream.next_u64();
        format!("{bits:016X}")[..digits].to_string()
    };
    if is("email") {
        "customer@example.com".into()
    } else if is("url") || is("link") {
        "https://example.com/".into()
    } else if is("phone") || is("mobile") || is("landline") {
        "+33100000000".into()
    } else if is("accountnumber") {
        format!("A-{}", hex(8))
    } else if is("currency") {
        "EUR".into()
    } else if is("country") {
        "FR".into()
    } else if is("language") {
        "fr".into()
    } else if is("postcode") {
        "75001".into()
    } else if is("timezone") {
        "Europe/Paris".into()
    } else if lower == "id" || lower.ends_with("id") || is("identifier") || is("number") || is("reference") {
        hex(8)
    } else if is("code") || is("token") || is("key") {
        hex(12)
    } else {
        format!("Plausible {}", spaced(name))
    }
}

/// `displayName` as words.
fn spaced(name: &str) -> String {
    let mut words = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.push(character.to_ascii_lowercase());
    }
    words
}

fn uuid(stream: &mut Stream) -> Uuid {
    let number = u128::from(stream.next_u64()) << 64 | u128::from(stream.next_u64());
    uuid::Builder::from_random_bytes(number.to_be_bytes()).into_uuid()
}
