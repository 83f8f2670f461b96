//! Arguments as typed structs. [`inputs!`](crate::inputs) makes one; what it expects is checked against the
//! contract when resolvers are bound, so that reading it cannot meet a surprise.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kemu_domain::errors::{Failure, codes};
use kemu_graphql::Value;
use kemu_graphql::schema::coerce::Arguments;

/// What a Rust type expects of the contract.
#[derive(Debug, Clone)]
pub enum InputShape {
    /// One of these scalars.
    Scalar(&'static [&'static str]),
    /// An enum with only these values.
    Enum(&'static [&'static str]),
    /// An enum, any of its values.
    AnyEnum,
    /// A list.
    List(Box<InputShape>),
    /// May be null or left out.
    Optional(Box<InputShape>),
    /// An input object, or a field's arguments, with at least these members.
    Object(Vec<(&'static str, InputShape)>),
}

/// A type that arguments can be read as.
pub trait Input: Sized {
    /// What it expects.
    fn shape() -> InputShape;
    /// Reads a coerced value; `null` stands for one that was left out.
    fn read(value: &Value) -> Result<Self, Failure>;
}

/// Named members: a field's arguments or an input object's fields.
#[derive(Clone, Copy)]
pub enum Members<'a> {
    /// A field's arguments.
    Arguments(&'a Arguments),
    /// An input object.
    Object(&'a Value),
}

impl Members<'_> {
    /// Reads the member that the contract names `wire`; with a Rust name (`from_date`) in camel case.
    pub fn read<T: Input>(self, name: &str) -> Result<T, Failure> {
        let found = match self {
            Self::Arguments(arguments) => {
                arguments.iter().find(|(key, _)| same_name(key, name)).map(|(_, value)| value)
            }
            Self::Object(Value::Object(members)) => {
                members.iter().find(|(key, _)| same_name(key, name)).map(|(_, value)| value)
            }
            Self::Object(_) => None,
        };
        T::read(found.unwrap_or(&Value::Null))
    }
}

/// A struct of named members.
pub trait InputObject: Sized + Send + 'static {
    /// Its members and what they expect.
    fn members() -> Vec<(&'static str, InputShape)>;
    /// Reads them.
    fn from_members(members: Members<'_>) -> Result<Self, Failure>;
}

/// No arguments.
impl InputObject for () {
    fn members() -> Vec<(&'static str, InputShape)> {
        Vec::new()
    }

    fn from_members(_: Members<'_>) -> Result<Self, Failure> {
        Ok(())
    }
}

/// Is `wire` the camel case of `name`, or the same?
pub fn same_name(wire: &str, name: &str) -> bool {
    let (mut wire, mut upper) = (wire.chars(), false);
    for character in name.chars() {
        if character == '_' {
            upper = true;
            continue;
        }
        let expected = if upper { character.to_ascii_uppercase() } else { character };
        upper = false;
        if wire.next() != Some(expected) {
            return false;
        }
    }
    wire.next().is_none()
}

/// Makes structs that arguments and input objects are read into. A member's contract name is its Rust name in camel
/// case, or the one given with `as`.
#[macro_export]
macro_rules! inputs {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$note:meta])* $field:ident $(as $wire:literal)?: $ty:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone)]
        $vis struct $name {
            $($(#[$note])* pub(crate) $field: $ty),*
        }

        impl $crate::graphql::engine::inputs::InputObject for $name {
            fn members() -> Vec<(&'static str, $crate::graphql::engine::inputs::InputShape)> {
                vec![$((
                    $crate::inputs!(@name $field $($wire)?),
                    <$ty as $crate::graphql::engine::inputs::Input>::shape(),
                )),*]
            }

            fn from_members(
                members: $crate::graphql::engine::inputs::Members<'_>,
            ) -> Result<Self, kemu_domain::errors::Failure> {
                Ok(Self { $($field: members.read($crate::inputs!(@name $field $($wire)?))?),* })
            }
        }

        impl $crate::graphql::engine::inputs::Input for $name {
            fn shape() -> $crate::graphql::engine::inputs::InputShape {
                $crate::graphql::engine::inputs::InputShape::Object(
                    <Self as $crate::graphql::engine::inputs::InputObject>::members(),
                )
            }

            fn read(value: &kemu_graphql::Value) -> Result<Self, kemu_domain::errors::Failure> {
                use $crate::graphql::engine::inputs::{InputObject as _, Members};
                Self::from_members(Members::Object(value))
            }
        }
    )*};
    (@name $field:ident) => { stringify!($field) };
    (@name $field:ident $wire:literal) => { $wire };
}

fn misfit<T>(wanted: &str, value: &Value) -> Result<T, Failure> {
    Err(std::io::Error::other(format!("the binding check should have refused {value:?} as {wanted}")).into())
}

impl<T: Input> Input for Option<T> {
    fn shape() -> InputShape {
        InputShape::Optional(Box::new(T::shape()))
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        if value.is_null() { Ok(None) } else { T::read(value).map(Some) }
    }
}

impl<T: Input> Input for Vec<T> {
    fn shape() -> InputShape {
        InputShape::List(Box::new(T::shape()))
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        match value {
            Value::List(items) => items.iter().map(T::read).collect(),
            other => misfit("a list", other),
        }
    }
}

impl Input for String {
    fn shape() -> InputShape {
        InputShape::Scalar(&[
            "String",
            "ID",
            "NonEmptyString",
            "NonEmptyID",
            "Email",
            "URI",
            "UUID",
            "Decimal",
        ])
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        value.as_str().map(Self::from).map_or_else(|| misfit("text", value), Ok)
    }
}

impl Input for bool {
    fn shape() -> InputShape {
        InputShape::Scalar(&["Boolean"])
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        if let Value::Boolean(value) = value { Ok(*value) } else { misfit("a boolean", value) }
    }
}

impl Input for i64 {
    fn shape() -> InputShape {
        InputShape::Scalar(&["Int", "BigInt"])
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        if let Value::Int(value) = value { Ok(*value) } else { misfit("a whole number", value) }
    }
}

/// What was written as JSON in a string.
impl Input for serde_json::Value {
    fn shape() -> InputShape {
        InputShape::Scalar(&["JSONString", "GenericScalar"])
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        Ok(value.to_json())
    }
}

impl Input for NaiveDate {
    fn shape() -> InputShape {
        InputShape::Scalar(&["Date"])
    }

    fn read(value: &Value) -> Result<Self, Failure> {
        let parsed = value.as_str().and_then(|text| text.parse().ok());
        parsed.ok_or_else(|| Failure::from(codes::DATE_NOT_ISO))
    }
}

impl Input for NaiveTime {
    fn shape() -> InputShape {
        InputShape::Scalar(&["Time"])
    }

    /// `07`, `07:30` or `07:30:15`, with or without colons; a fraction and an offset say nothing here. Errors: 1608.
    fn read(value: &Value) -> Result<Self, Failure> {
        let text = value.as_str().unwrap_or_default();
        let clock = text.split(['.', ',', 'Z', '+', '-']).next().unwrap_or_default().replace(':', "");
        NaiveTime::parse_from_str(&format!("{clock:0<6}"), "%H%M%S")
            .map_err(|_| Failure::from(codes::DATE_NOT_ISO))
    }
}

impl Input for DateTime<Utc> {
    fn shape() -> InputShape {
        InputShape::Scalar(&["DateTime"])
    }

    /// Coercion has refused what is not ISO and made one form of the others. Errors: 1609 without an offset.
    fn read(value: &Value) -> Result<Self, Failure> {
        let instant = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        instant.map(|instant| instant.to_utc()).ok_or_else(|| codes::DATETIME_WITHOUT_TIMEZONE.into())
    }
}
