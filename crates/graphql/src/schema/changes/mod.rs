//! What changed between two schemas, and what that means for clients. Classes and kinds are those of graphql-js
//! (`findBreakingChanges`, `findDangerousChanges`; what is safe as in its version 17). What happened to deprecations and to
//! the defaults of input fields is told besides.

mod directives;
mod inputs;

#[cfg(test)]
mod tests;

pub use self::inputs::deprecated_inputs;
use super::{EnumValueDef, InputDef, Schema, TypeDef, TypeIx, TypeKind, TypeRef};

/// What a change means for the clients of the old schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Requests that were valid may be refused, or answers may lack what they had.
    Breaking,
    /// Requests stay valid, but clients may meet what they do not expect.
    Dangerous,
    /// Clients notice nothing.
    Safe,
}

impl Severity {
    /// In lower case.
    pub fn word(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Dangerous => "dangerous",
            Self::Safe => "safe",
        }
    }
}

/// A change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it means.
    pub severity: Severity,
    /// Which it is, as graphql-js calls it.
    pub kind: &'static str,
    /// Of what: `Type`, `Type.field`, `Type.field(argument:)`, `@directive`.
    pub coordinate: String,
    /// What happened to it.
    pub message: String,
}

/// All changes, the worst ones first, those of a kind by coordinate.
pub fn changes(old: &Schema, new: &Schema) -> Vec<Change> {
    let mut comparison = Comparison { old, new, changes: Vec::new() };
    comparison.types();
    comparison.directives();
    comparison.changes.sort_by(|a, b| (a.severity, &a.coordinate).cmp(&(b.severity, &b.coordinate)));
    comparison.changes
}

struct Comparison<'s> {
    old: &'s Schema,
    new: &'s Schema,
    changes: Vec<Change>,
}

/// What stands in both lists, what only in the old and what only in the new one, by name.
fn pairs<'d, T>(
    old: &'d [T],
    new: &'d [T],
    name: impl Fn(&T) -> &str,
) -> Vec<(Option<&'d T>, Option<&'d T>)> {
    let find = |list: &'d [T], wanted: &T| list.iter().find(|one| name(one) == name(wanted));
    let kept = old.iter().map(|one| (Some(one), find(new, one)));
    let added = new.iter().filter(|one| find(old, one).is_none()).map(|one| (None, Some(one)));
    kept.chain(added).collect()
}

impl Comparison<'_> {
    fn note(&mut self, severity: Severity, kind: &'static str, coordinate: &str, message: impl Into<String>) {
        self.changes.push(Change { severity, kind, coordinate: coordinate.into(), message: message.into() });
    }

    fn breaking(&mut self, kind: &'static str, coordinate: &str, message: impl Into<String>) {
        self.note(Severity::Breaking, kind, coordinate, message);
    }

    fn dangerous(&mut self, kind: &'static str, coordinate: &str, message: impl Into<String>) {
        self.note(Severity::Dangerous, kind, coordinate, message);
    }

    fn safe(&mut self, kind: &'static str, coordinate: &str, message: impl Into<String>) {
        self.note(Severity::Safe, kind, coordinate, message);
    }

    fn types(&mut self) {
        let (old, new) = (self.old, self.new);
        for pair in pairs(&old.types, &new.types, |ty| ty.name) {
            match pair {
                (Some(old), None) => self.breaking("TYPE_REMOVED", old.name, "was removed"),
                (None, Some(new)) => self.safe("TYPE_ADDED", new.name, "was added"),
                (Some(old), Some(new)) => self.members(old, new),
                (None, None) => {}
            }
        }
    }

    fn members(&mut self, old: &TypeDef, new: &TypeDef) {
        match (&old.kind, &new.kind) {
            (TypeKind::Scalar, TypeKind::Scalar) => {}
            (TypeKind::Object(_), TypeKind::Object(_)) | (TypeKind::Interface(_), TypeKind::Interface(_)) => {
                self.interfaces(old, new);
                self.fields(old.name);
            }
            (TypeKind::Union { members: theirs }, TypeKind::Union { members: ours }) => {
                let (theirs, ours) = (names(self.old, theirs), names(self.new, ours));
                for pair in pairs(&theirs, &ours, |name| name) {
                    match pair {
                        (Some(member), None) => {
                            self.breaking(
                                "TYPE_REMOVED_FROM_UNION",
                                old.name,
                                format!("{member} was removed"),
                            );
                        }
                        (None, Some(member)) => {
                            self.dangerous("TYPE_ADDED_TO_UNION", old.name, format!("{member} was added"));
                        }
                        _ => {}
                    }
                }
            }
            (TypeKind::Enum { values: theirs }, TypeKind::Enum { values: ours }) => {
                self.enum_values(old.name, theirs, ours);
            }
            (TypeKind::InputObject { fields: theirs }, TypeKind::InputObject { fields: ours }) => {
                self.input_fields(old.name, theirs, ours);
            }
            (was, is) => {
                let message = format!("changed from {} to {}", word(was), word(is));
                self.breaking("TYPE_CHANGED_KIND", old.name, message);
            }
        }
    }

    fn interfaces(&mut self, old: &TypeDef, new: &TypeDef) {
        let (theirs, ours) = (names(self.old, old.interfaces()), names(self.new, new.interfaces()));
        for pair in pairs(&theirs, &ours, |name| name) {
            match pair {
                (Some(interface), None) => {
                    let message = format!("does not implement {interface} any more");
                    self.breaking("IMPLEMENTED_INTERFACE_REMOVED", old.name, message);
                }
                (None, Some(interface)) => {
                    self.dangerous(
                        "IMPLEMENTED_INTERFACE_ADDED",
                        old.name,
                        format!("implements {interface}"),
                    );
                }
                _ => {}
            }
        }
    }

    fn fields(&mut self, ty: &str) {
        let own = |schema: &Schema| -> Vec<_> {
            let fields = schema.find_type(ty).into_iter().flat_map(|ix| schema.fields_of(ix));
            fields.map(|field| schema.field(field).clone()).collect()
        };
        for pair in pairs(&own(self.old), &own(self.new), |field| field.name) {
            match pair {
                (Some(old), None) => {
                    self.breaking("FIELD_REMOVED", &format!("{ty}.{}", old.name), "was removed");
                }
                (None, Some(new)) => self.safe("FIELD_ADDED", &format!("{ty}.{}", new.name), "was added"),
                (Some(old), Some(new)) => {
                    let coordinate = format!("{ty}.{}", old.name);
                    let is_safe = self.gives_as_much(&old.ty, &new.ty);
                    self.type_change(&coordinate, FIELD_KINDS, is_safe, [&old.ty, &new.ty]);
                    self.deprecation(&coordinate, old.deprecated, new.deprecated);
                    self.arguments(&coordinate, &old.arguments, &new.arguments);
                }
                (None, None) => {}
            }
        }
    }

    fn arguments(&mut self, field: &str, old: &[InputDef], new: &[InputDef]) {
        let coordinate = |argument: &InputDef| format!("{field}({}:)", argument.name);
        for pair in pairs(old, new, |argument| argument.name) {
            match pair {
                (Some(old), None) => self.breaking("ARG_REMOVED", &coordinate(old), "was removed"),
                (None, Some(new)) if new.is_required() => {
                    self.breaking("REQUIRED_ARG_ADDED", &coordinate(new), "was added and is required");
                }
                (None, Some(new)) => self.dangerous("OPTIONAL_ARG_ADDED", &coordinate(new), "was added"),
                (Some(old), Some(new)) => {
                    self.input(&coordinate(old), &OF_ARGUMENTS, old, new);
                }
                (None, None) => {}
            }
        }
    }

    fn input_fields(&mut self, ty: &str, old: &[InputDef], new: &[InputDef]) {
        let coordinate = |field: &InputDef| format!("{ty}.{}", field.name);
        for pair in pairs(old, new, |field| field.name) {
            match pair {
                (Some(old), None) => self.breaking("FIELD_REMOVED", &coordinate(old), "was removed"),
                (None, Some(new)) if new.is_required() => {
                    self.breaking(
                        "REQUIRED_INPUT_FIELD_ADDED",
                        &coordinate(new),
                        "was added and is required",
                    );
                }
                (None, Some(new)) => {
                    self.dangerous("OPTIONAL_INPUT_FIELD_ADDED", &coordinate(new), "was added");
                }
                (Some(old), Some(new)) => {
                    self.input(&coordinate(old), &OF_INPUT_FIELDS, old, new);
                }
                (None, None) => {}
            }
        }
    }

    /// An argument or input field that stays.
    fn input(&mut self, coordinate: &str, kinds: &InputKinds, old: &InputDef, new: &InputDef) {
        let is_safe = self.takes_as_much(&old.ty, &new.ty);
        self.type_change(coordinate, kinds.of_type, is_safe, [&old.ty, &new.ty]);
        if is_safe {
            let [changed, added] = kinds.of_default;
            match (&old.default, &new.default) {
                (Some(_), None) => self.dangerous(changed, coordinate, "lost its default"),
                (Some(old), Some(new)) if old != new => {
                    self.dangerous(changed, coordinate, "has another default");
                }
                (None, Some(_)) => self.safe(added, coordinate, "got a default"),
                _ => {}
            }
        }
        self.deprecation(coordinate, old.deprecated, new.deprecated);
    }

    fn enum_values(&mut self, ty: &str, old: &[EnumValueDef], new: &[EnumValueDef]) {
        let coordinate = |value: &EnumValueDef| format!("{ty}.{}", value.name);
        for pair in pairs(old, new, |value| value.name) {
            match pair {
                (Some(old), None) => {
                    self.breaking("VALUE_REMOVED_FROM_ENUM", &coordinate(old), "was removed");
                }
                (None, Some(new)) => self.dangerous("VALUE_ADDED_TO_ENUM", &coordinate(new), "was added"),
                (Some(old), Some(new)) => self.deprecation(&coordinate(old), old.deprecated, new.deprecated),
                (None, None) => {}
            }
        }
    }

    /// Notes another type, by its name where it breaks clients and by that where it does not.
    fn type_change(
        &mut self,
        coordinate: &str,
        [breaking, safe]: [&'static str; 2],
        is_safe: bool,
        [old, new]: [&TypeRef; 2],
    ) {
        let (was, is) = (self.old.show(old), self.new.show(new));
        if was != is {
            let (severity, kind) =
                if is_safe { (Severity::Safe, safe) } else { (Severity::Breaking, breaking) };
            self.note(severity, kind, coordinate, format!("changed from {was} to {is}"));
        }
    }

    /// Not among graphql-js's changes: what clients should know in time.
    fn deprecation(&mut self, coordinate: &str, old: Option<&str>, new: Option<&str>) {
        let (kind, message) = match (old, new) {
            (None, Some(reason)) => ("DEPRECATION_ADDED", format!("is deprecated: {}", on_one_line(reason))),
            (Some(_), None) => ("DEPRECATION_REMOVED", "is not deprecated any more".into()),
            (Some(old), Some(new)) if old != new => {
                ("DEPRECATION_CHANGED", format!("is deprecated in other words: {}", on_one_line(new)))
            }
            _ => return,
        };
        self.safe(kind, coordinate, message);
    }

    /// May a field give the new type to clients that know the old one?
    fn gives_as_much(&self, old: &TypeRef, new: &TypeRef) -> bool {
        match (old, new) {
            (TypeRef::NonNull(old), TypeRef::NonNull(new)) | (TypeRef::List(old), TypeRef::List(new)) => {
                self.gives_as_much(old, new)
            }
            (TypeRef::NonNull(_), _) => false,
            (_, TypeRef::NonNull(new)) => self.gives_as_much(old, new),
            (TypeRef::Named(old), TypeRef::Named(new)) => self.is_of_the_same_name(*old, *new),
            _ => false,
        }
    }

    /// Does an argument or input field of the new type take what it took before?
    fn takes_as_much(&self, old: &TypeRef, new: &TypeRef) -> bool {
        match (old, new) {
            (TypeRef::NonNull(old), TypeRef::NonNull(new)) | (TypeRef::List(old), TypeRef::List(new)) => {
                self.takes_as_much(old, new)
            }
            (TypeRef::NonNull(old), _) => self.takes_as_much(old, new),
            (TypeRef::Named(old), TypeRef::Named(new)) => self.is_of_the_same_name(*old, *new),
            _ => false,
        }
    }

    fn is_of_the_same_name(&self, old: TypeIx, new: TypeIx) -> bool {
        self.old.ty(old).name == self.new.ty(new).name
    }
}

/// What another type of a field is called: one that breaks clients, and one that does not.
const FIELD_KINDS: [&str; 2] = ["FIELD_CHANGED_KIND", "FIELD_CHANGED_KIND_SAFE"];

/// What changes of arguments or of input fields are called.
struct InputKinds {
    /// Another type: one that breaks clients, and one that does not.
    of_type: [&'static str; 2],
    /// Another default or none any more; one where there was none.
    of_default: [&'static str; 2],
}

const OF_ARGUMENTS: InputKinds = InputKinds {
    of_type: ["ARG_CHANGED_KIND", "ARG_CHANGED_KIND_SAFE"],
    of_default: ["ARG_DEFAULT_VALUE_CHANGE", "ARG_DEFAULT_VALUE_ADDED"],
};

const OF_INPUT_FIELDS: InputKinds = InputKinds {
    of_type: FIELD_KINDS,
    of_default: ["INPUT_FIELD_DEFAULT_VALUE_CHANGE", "INPUT_FIELD_DEFAULT_VALUE_ADDED"],
};

fn names(schema: &Schema, types: &[TypeIx]) -> Vec<&'static str> {
    types.iter().map(|ix| schema.ty(*ix).name).collect()
}

fn word(kind: &TypeKind) -> &'static str {
    match kind {
        TypeKind::Scalar => "a scalar",
        TypeKind::Object(_) => "an object",
        TypeKind::Interface(_) => "an interface",
        TypeKind::Union { .. } => "a union",
        TypeKind::Enum { .. } => "an enum",
        TypeKind::InputObject { .. } => "an input object",
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
