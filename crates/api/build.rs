//! Bakes the contract into the binary: reads `contract/*.graphql`, writes the published form of its descriptions,
//! and stores the result as bytes that load at start without parsing.

use std::path::Path;
use std::{env, fs};

use kemu_domain::errors::Catalogue;
use kemu_graphql::schema::{FieldDef, Schema, build, directive};

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contract");
    println!("cargo::rerun-if-changed={}", folder.display());
    // These are embedded by a macro, which Cargo does not ask whether files came or went.
    let graphiql = folder.join("../web/graphiql/built");
    println!("cargo::rerun-if-changed={}", graphiql.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(&folder).expect("the repository holds contract/") {
        let path = entry.expect("contract/ can be listed").path();
        let name = path.file_name().expect("files have names").to_string_lossy().into_owned();
        if name.ends_with(".graphql") {
            files.push((name, fs::read_to_string(&path).expect("contract files are text")));
        }
    }
    files.sort();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let mut schema =
        build::schema(&files).unwrap_or_else(|errors| panic!("contract/:\n{}", errors.join("\n")));
    publish(&mut schema);
    let bytes = schema.to_bytes().expect("a schema can be stored");
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("contract.bin"), bytes).expect("OUT_DIR can be written");
}

/// Kraken's reference lists root fields by name and ends each description with the errors that the field may raise.
fn publish(schema: &mut Schema) {
    schema.sort_roots();
    for field in &mut schema.fields {
        if let Some(errors) = possible_errors(field) {
            let text = match field.description {
                Some(own) => format!("{own}\n\n{errors}"),
                None => errors,
            };
            field.description = Some(Box::leak(text.into_boxed_str()));
        }
    }
}

fn possible_errors(field: &FieldDef) -> Option<String> {
    let codes = directive(&field.directives, "possibleErrors")?.get("codes")?.to_json();
    let mut text = String::from("The possible errors that can be raised are:\n");
    for code in codes.as_array()?.iter().filter_map(|code| code.as_str()) {
        let entry =
            Catalogue::get(code).unwrap_or_else(|| panic!("{}: {code} is not in the catalogue", field.name));
        text.push_str(&format!("\n- {code}: {}", entry.message));
    }
    Some(text)
}
