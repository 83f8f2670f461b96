//! The inputs of a schema that are deprecated. Introspection leaves them out unless it is asked for them.

use std::collections::BTreeSet;

use crate::schema::{InputDef, Schema, TypeKind};

/// Deprecated arguments and input fields, by the coordinates that changes have.
pub fn deprecated_inputs(schema: &Schema) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut note = |inputs: &[InputDef], coordinate: &dyn Fn(&str) -> String| {
        let deprecated = inputs.iter().filter(|input| input.deprecated.is_some());
        found.extend(deprecated.map(|input| coordinate(input.name)));
    };
    for field in &schema.fields[..schema.meta as usize] {
        let ty = schema.ty(field.parent).name;
        note(&field.arguments, &|argument| format!("{ty}.{}({argument}:)", field.name));
    }
    for ty in &schema.types {
        if let TypeKind::InputObject { fields } = &ty.kind {
            note(fields, &|field| format!("{}.{field}", ty.name));
        }
    }
    for directive in &schema.directives {
        note(&directive.arguments, &|argument| format!("@{}({argument}:)", directive.name));
    }
    found
}
