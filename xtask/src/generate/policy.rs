//! `docs/reference/policy.md`: who may select which root field, and what it costs.

use kemu_graphql::schema::{Schema, TypeIx, directive};

use super::facts::{Evidence, complexity, permissions, rate_limit, viewers};

const HEAD: &str = "<!-- Written by `cargo xtask generate` from contract/. -->

# Who may ask what

Every root field, as the contract's directives have it. *Viewers* are the kinds of caller that may select the field;
*permissions* are alternatives, one is enough. *Points* is the complexity of the field alone. A *rate limit* is per
caller; \"dynamic\" ones get stricter with each breach, those marked \"published\" are Kraken's own numbers. *Evidence*
says how we know that France has the field (see [differences](../differences.md)). Fields marked † are served by the
auth site as well.
";

pub(super) fn page(schema: &Schema) -> String {
    let mut page = HEAD.to_owned();
    let mut table = |heading: &str, root: TypeIx| {
        page.push_str(&format!("\n## {heading}\n\n"));
        page.push_str("| field | viewers | permissions | points | rate limit | evidence |\n");
        page.push_str("|---|---|---|---|---|---|\n");
        let mut fields: Vec<_> = schema.fields_of(root).map(|field| schema.field(field)).collect();
        fields.sort_by_key(|field| field.name);
        for field in fields {
            let applied = &field.directives;
            let mark = if directive(applied, "authSite").is_some() { " †" } else { "" };
            page.push_str(&format!(
                "| `{}`{mark} | {} | {} | {} | {} | {} |\n",
                field.name,
                viewers(applied),
                permissions(applied),
                complexity(applied),
                rate_limit(applied),
                Evidence::of(applied).word(),
            ));
        }
    };
    table("Queries", schema.query);
    if let Some(mutation) = schema.mutation {
        table("Mutations", mutation);
    }
    page
}

#[cfg(test)]
mod tests {
    use kemu_graphql::schema::build;

    #[test]
    fn a_row_says_what_the_directives_say() {
        let text = r#"
            directive @requires(viewers: [Kind!]! = [CUSTOMER, ORGANISATION], permissions: [Kind!]! = []) on FIELD_DEFINITION
            directive @complexity(value: Int!) on FIELD_DEFINITION
            directive @rateLimit(rate: String!, mode: Kind! = STATIC, published: Boolean! = false) on FIELD_DEFINITION
            directive @evidence(is: Kind!) on FIELD_DEFINITION
            enum Kind { CUSTOMER ORGANISATION READ STATIC DYNAMIC DOCUMENTED }
            schema { query: Query }
            type Query {
              open: Int
              closed: Int
                @requires(permissions: [READ]) @complexity(value: 2) @rateLimit(rate: "9/h", mode: DYNAMIC)
                @evidence(is: DOCUMENTED)
            }
        "#;
        let schema = build::schema(&[("test.graphql", text)]).expect("a sound contract");
        let page = super::page(&schema);
        assert!(page.contains(
            "| `closed` | customer, organisation | `READ` | 2 | 9/h dynamic | documented |\n\
             | `open` | everyone |  |  |  | inferred |\n"
        ));
    }
}
