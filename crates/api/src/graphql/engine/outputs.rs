//! Answers: what resolvers return, and how it becomes what the executor writes. What a Rust type answers is checked
//! against the contract when resolvers are bound.

use std::any::Any;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Utc};
use kemu_domain::Minor;
use kemu_domain::errors::Failure;
use kemu_graphql::Value;
use kemu_graphql::execution::Output;
use kemu_graphql::schema::{Schema, TypeIx};

use super::connection::Connection;
use super::inputs::{Input, InputShape};
use super::plausible::Plausible;

/// What stands for an object until its fields are asked.
#[derive(Clone)]
pub enum Node {
    /// A value of the domain.
    Modelled(Modelled),
    /// A page of a list.
    Connection(Arc<Connection>),
    /// An item of a page, by its place on it.
    Edge(Arc<Connection>, usize),
    /// What a page says of itself.
    PageInfo(Arc<Connection>),
    /// An object that nobody has modelled.
    Plausible(Plausible),
}

/// A value of the domain, its type known to the resolvers that are bound to it.
#[derive(Clone)]
pub struct Modelled {
    /// The value.
    pub value: Arc<dyn Any + Send + Sync>,
    /// Tells it from others of its type; seeds the plausible values of its fields that nobody has modelled.
    pub key: i64,
}

/// What a Rust type answers.
#[derive(Debug, Clone)]
pub enum OutputShape {
    /// One of these scalars.
    Scalar(&'static [&'static str]),
    /// An enum, with only these values.
    Enum(&'static [&'static str]),
    /// An enum, any of its values.
    AnyEnum,
    /// One of these object types.
    Object(&'static [&'static str]),
    /// A list.
    List(Box<OutputShape>),
    /// Perhaps null.
    Optional(Box<OutputShape>),
    /// A page of a list of these.
    Connection(Box<OutputShape>),
}

/// The place that an answer is for.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The schema.
    pub schema: &'a Schema,
    /// The field's type inside all wrappers.
    pub ty: TypeIx,
}

/// A type that resolvers can return.
pub trait Answer: Sized + Send {
    /// What it answers.
    fn shape() -> OutputShape;
    /// The answer.
    fn answer(self, place: Place<'_>) -> Output<Node>;
}

/// A type of the domain that stands for an object of the contract; see [`objects!`](crate::objects).
pub trait Object: Sized + Send + Sync + 'static {
    /// The object types that its values may have.
    const TYPES: &'static [&'static str];
    /// The object type of this one.
    fn type_name(&self) -> &'static str;
    /// Tells it from others of its type.
    fn key(&self) -> i64;

    /// The object as an answer.
    fn into_output(self, place: Place<'_>) -> Output<Node> {
        let Place { schema, ty } = place;
        let ty = if schema.ty(ty).is_abstract() {
            schema.find_type(self.type_name()).expect("the binding check knows every type of an object")
        } else {
            ty
        };
        let key = self.key();
        Output::Object(ty, Node::Modelled(Modelled { value: Arc::new(self), key }))
    }
}

/// Says which types of the domain stand for which objects of the contract:
/// `objects! { Account: "AccountType" by |account| account.id.get(); }`. A type that stands for several, the members
/// of an interface or union, lists them and says which one a value is.
#[macro_export]
macro_rules! objects {
    ($($rust:ty: $name:literal by $key:expr;)*) => {$(
        $crate::objects!(@one $rust, [$name], |_: &$rust| $name, $key);
    )*};
    ($rust:ty: [$($name:literal),+] is $which:expr, by $key:expr) => {
        $crate::objects!(@one $rust, [$($name),+], $which, $key);
    };
    (@one $rust:ty, [$($name:literal),+], $which:expr, $key:expr) => {
        impl $crate::graphql::engine::outputs::Object for $rust {
            const TYPES: &'static [&'static str] = &[$($name),+];

            fn type_name(&self) -> &'static str {
                let which: fn(&$rust) -> &'static str = $which;
                which(self)
            }

            fn key(&self) -> i64 {
                let key: fn(&$rust) -> i64 = $key;
                key(self)
            }
        }

        impl $crate::graphql::engine::outputs::Answer for $rust {
            fn shape() -> $crate::graphql::engine::outputs::OutputShape {
                use $crate::graphql::engine::outputs::{Object as _, OutputShape};
                OutputShape::Object(<$rust>::TYPES)
            }

            fn answer(
                self,
                place: $crate::graphql::engine::outputs::Place<'_>,
            ) -> kemu_graphql::execution::Output<$crate::graphql::engine::outputs::Node> {
                $crate::graphql::engine::outputs::Object::into_output(self, place)
            }
        }
    };
}

/// Says for a field that it answers only some of the object types that a Rust type stands for:
/// `only! { struct StandingRate(ShownRate): "ElectricityStandingRateType"; }`. Where the field's type is an object, it
/// becomes that one, whichever it is elsewhere.
#[macro_export]
macro_rules! only {
    ($($(#[$meta:meta])* struct $name:ident($rust:ty): $($type:literal),+;)*) => {$(
        $(#[$meta])*
        struct $name($rust);

        impl $crate::graphql::engine::outputs::Answer for $name {
            fn shape() -> $crate::graphql::engine::outputs::OutputShape {
                $crate::graphql::engine::outputs::OutputShape::Object(&[$($type),+])
            }

            fn answer(
                self,
                place: $crate::graphql::engine::outputs::Place<'_>,
            ) -> kemu_graphql::execution::Output<$crate::graphql::engine::outputs::Node> {
                $crate::graphql::engine::outputs::Object::into_output(self.0, place)
            }
        }
    )*};
}

/// Makes enums of the domain (strum's `IntoStaticStr`, `EnumString`, `VariantNames`) readable and answerable.
#[macro_export]
macro_rules! enums {
    ($($rust:ty),+ $(,)?) => {$(
        impl $crate::graphql::engine::outputs::Answer for $rust {
            fn shape() -> $crate::graphql::engine::outputs::OutputShape {
                use strum::VariantNames as _;
                $crate::graphql::engine::outputs::OutputShape::Enum(<$rust>::VARIANTS)
            }

            fn answer(
                self,
                _: $crate::graphql::engine::outputs::Place<'_>,
            ) -> kemu_graphql::execution::Output<$crate::graphql::engine::outputs::Node> {
                let name: &'static str = self.into();
                kemu_graphql::execution::Output::Leaf(kemu_graphql::Value::Enum(name.into()))
            }
        }

        impl $crate::graphql::engine::inputs::Input for $rust {
            fn shape() -> $crate::graphql::engine::inputs::InputShape {
                use strum::VariantNames as _;
                $crate::graphql::engine::inputs::InputShape::Enum(<$rust>::VARIANTS)
            }

            fn read(value: &kemu_graphql::Value) -> Result<Self, kemu_domain::errors::Failure> {
                Ok(value.as_str().unwrap_or_default().parse()?)
            }
        }
    )+};
}

impl<T: Answer> Answer for Option<T> {
    fn shape() -> OutputShape {
        OutputShape::Optional(Box::new(T::shape()))
    }

    fn answer(self, place: Place<'_>) -> Output<Node> {
        self.map_or(Output::Null, |value| value.answer(place))
    }
}

impl<T: Answer> Answer for Vec<T> {
    fn shape() -> OutputShape {
        OutputShape::List(Box::new(T::shape()))
    }

    fn answer(self, place: Place<'_>) -> Output<Node> {
        Output::List(self.into_iter().map(|value| value.answer(place)).collect())
    }
}

macro_rules! leaves {
    ($($rust:ty as [$($scalar:literal),+]: $value:expr;)*) => {$(
        impl Answer for $rust {
            fn shape() -> OutputShape {
                OutputShape::Scalar(&[$($scalar),+])
            }

            fn answer(self, _: Place<'_>) -> Output<Node> {
                let value: fn($rust) -> Value = $value;
                Output::Leaf(value(self))
            }
        }
    )*};
}

leaves! {
    String as ["String", "ID", "NonEmptyString", "NonEmptyID", "Email", "URI", "UUID", "Decimal"]: Value::from;
    &'static str as ["String", "ID", "NonEmptyString", "Email", "URI", "Decimal", "RoleString"]: Value::from;
    bool as ["Boolean"]: Value::Boolean;
    i64 as ["Int", "BigInt"]: Value::Int;
    Minor as ["Int", "BigInt"]: |minor| Value::Int(minor.0);
    NaiveDate as ["Date"]: |date| Value::from(date.to_string());
    f64 as ["Float"]: Value::Float;
    NaiveTime as ["Time"]: |time| Value::from(time.format("%H:%M:%S").to_string());
    Zulu as ["DateTime"]: |Zulu(instant)| Value::from(instant.to_rfc3339_opts(SecondsFormat::AutoSi, true));
    DateTime<Utc> as ["DateTime"]: |instant| Value::from(instant.to_rfc3339_opts(SecondsFormat::AutoSi, false));
    DateTime<FixedOffset> as ["DateTime"]: |instant| Value::from(instant.to_rfc3339_opts(SecondsFormat::AutoSi, false));
    serde_json::Value as ["GenericScalar", "JSONString"]: |json| Value::from(&json);
}

/// An instant that is written with `Z`, as those of dispatches are (kraken-facts 7.2).
#[derive(Debug, Clone, Copy)]
pub struct Zulu(pub DateTime<Utc>);

/// The name of an enum value, for enums that the domain has no type for.
#[derive(Debug, Clone)]
pub struct EnumName(pub String);

impl Answer for EnumName {
    fn shape() -> OutputShape {
        OutputShape::AnyEnum
    }

    fn answer(self, _: Place<'_>) -> Output<Node> {
        Output::Leaf(Value::Enum(self.0.into()))
    }
}

impl Input for EnumName {
    fn shape() -> InputShape {
        InputShape::AnyEnum
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        Ok(Self(value.as_str().unwrap_or_default().into()))
    }
}
