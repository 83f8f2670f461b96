//! The numbers in the README: how we know what the contract says, and how much of it is modelled.

use anyhow::{Context as _, Result};
use kemu_graphql::schema::{DirectiveUse, Schema, TypeKind};

use super::facts::Evidence;

const BEGIN: &str = "<!-- numbers: written by `cargo xtask generate` -->\n";
const END: &str = "<!-- end of numbers -->";

/// Puts the text between the page's marks.
pub(super) fn into_page(page: &str, text: &str) -> Result<String> {
    let (head, rest) = page.split_once(BEGIN).context("the README has no place for its numbers")?;
    let (_, tail) = rest.split_once(END).context("the place for the README's numbers does not end")?;
    Ok(format!("{head}{BEGIN}{text}{END}{tail}"))
}

#[derive(Default)]
struct Count {
    documented: usize,
    measured: usize,
    inferred: usize,
}

impl Count {
    fn add(&mut self, applied: &[DirectiveUse]) {
        match Evidence::of(applied) {
            Evidence::Documented => self.documented += 1,
            Evidence::Measured => self.measured += 1,
            Evidence::Inferred => self.inferred += 1,
        }
    }

    fn row(&self, name: &str) -> String {
        let Self { documented, measured, inferred } = self;
        format!(
            "| {name} | {documented} | {measured} | {inferred} | {} |\n",
            documented + measured + inferred
        )
    }
}

/// The two tables. `coverage` is what `kemu schema coverage` prints; its last line has the sums, the one before what
/// French clients select.
pub(super) fn table(schema: &Schema, coverage: &str) -> Result<String> {
    let (mut roots, mut fields, mut inputs) = (Count::default(), Count::default(), Count::default());
    let is_root = |parent| parent == schema.query || Some(parent) == schema.mutation;
    for ty in schema.types.iter().filter(|ty| !ty.name.starts_with("__")) {
        match &ty.kind {
            TypeKind::Object(composite) | TypeKind::Interface(composite) => {
                let own = composite.first as usize..(composite.first + composite.count) as usize;
                for field in &schema.fields[own] {
                    let count = if is_root(field.parent) { &mut roots } else { &mut fields };
                    count.add(&field.directives);
                }
            }
            TypeKind::InputObject { fields } => {
                fields.iter().for_each(|field| inputs.add(&field.directives));
            }
            TypeKind::Scalar | TypeKind::Union { .. } | TypeKind::Enum { .. } => {}
        }
    }
    let mut text = String::from("| | documented | measured | inferred | all |\n|---|---|---|---|---|\n");
    text.push_str(&roots.row("queries and mutations"));
    text.push_str(&fields.row("fields of types"));
    text.push_str(&inputs.row("fields of inputs"));
    let sums: Vec<&str> = coverage.lines().last().unwrap_or_default().split_whitespace().collect();
    let [_, modelled, paging, plausible] = sums[..] else {
        anyhow::bail!("`kemu schema coverage` ends with no sums: {sums:?}");
    };
    text.push_str(&format!(
        "\nOf the fields that can be answered, {modelled} are modelled, {paging} belong to the paging of lists, and \
         {plausible} are plausible\n(`kemu schema coverage` has the count for each type).\n"
    ));
    let selected = coverage.lines().rev().nth(1).unwrap_or_default();
    let Some(counts) = selected.strip_prefix("selected by public French clients: ") else {
        anyhow::bail!("`kemu schema coverage` does not say what French clients select: {selected:?}");
    };
    text.push_str(&format!("Of those that public clients of the French platform select: {counts}.\n"));
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_lies_between_the_marks_changes() {
        let page = format!("a\n{BEGIN}old\n{END}\nz\n");
        let page = into_page(&page, "new\n").expect("both marks are there");
        assert_eq!(page, format!("a\n{BEGIN}new\n{END}\nz\n"));
        assert!(into_page("no marks", "new").is_err());
    }
}
