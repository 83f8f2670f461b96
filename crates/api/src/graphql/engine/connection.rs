//! Pages of lists: the arguments `first`, `last`, `after`, `before` with Kraken's rules, its cursors, and the
//! objects that a page is answered as. One mechanism for every connection, modelled or plausible.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kemu_domain::errors::{Code, Failure, KrakenError, ValidationError, codes};
use kemu_domain::paging::{Page, PageRequest};
use kemu_graphql::Value;
use kemu_graphql::execution::Output;
use kemu_graphql::schema::coerce::Arguments;
use kemu_graphql::schema::{FieldDef, Schema, TypeIx, TypeKind};

use super::outputs::{Node, Place};

/// The largest page of a field whose `@pageLimit` says nothing else (kraken-facts 4.6).
pub const PAGE_LIMIT: i64 = 100;

/// What cursors hold, in base64 (kraken-facts 4.3).
const CURSOR_PREFIX: &str = "arrayconnection:";

/// A page, its items ready to be answered.
pub struct Connection {
    page: Page<Output<Node>>,
}

impl Connection {
    /// A page whose items are answered where edges have their nodes.
    pub fn new(page: Page<Output<Node>>) -> Self {
        Self { page }
    }
}

/// The page that a field's arguments ask for.
///
/// Errors: 1201 without `first` and `last`; 1202 and 1203 where one of them is negative or above the limit; 1202
/// for a cursor that is none of ours (a guess: graphene ignores such cursors, but a client that sends one is wrong).
pub fn page_request(arguments: &Arguments, limit: Option<i64>) -> Result<PageRequest, Failure> {
    let find = |name: &str| arguments.iter().find(|(key, value)| *key == name && !value.is_null());
    let number = |name: &str, code: Code| match find(name) {
        None => Ok(None),
        Some((_, Value::Int(number))) => page_size(Some(*number), limit, code),
        Some(_) => Err(KrakenError::from(code)),
    };
    let cursor = |name: &str| match find(name).and_then(|(_, value)| value.as_str()) {
        None => Ok(None),
        Some(text) => index_of(text).map(Some).ok_or_else(|| {
            let message = format!("'{text}' is no cursor that this list has handed out.");
            let blame = ValidationError::new(message, &[name]);
            KrakenError::from(codes::PAGINATION_FIRST_INVALID).with_validation(blame)
        }),
    };
    let request = PageRequest {
        first: number("first", codes::PAGINATION_FIRST_INVALID)?,
        last: number("last", codes::PAGINATION_LAST_INVALID)?,
        after: cursor("after")?,
        before: cursor("before")?,
    };
    if request.first.is_none() && request.last.is_none() {
        return Err(codes::PAGINATION_MISSING.into());
    }
    Ok(request)
}

/// How many items `first` or `last` asks for, if it is within the limit; else it is refused with this code.
pub fn page_size(number: Option<i64>, limit: Option<i64>, code: Code) -> Result<Option<usize>, KrakenError> {
    let Some(number) = number else { return Ok(None) };
    let size = usize::try_from(number).ok().filter(|_| number <= limit.unwrap_or(PAGE_LIMIT));
    size.map(Some).ok_or_else(|| code.into())
}

/// The cursor of the item at this index.
pub fn cursor(index: usize) -> String {
    STANDARD.encode(format!("{CURSOR_PREFIX}{index}"))
}

fn index_of(cursor: &str) -> Option<usize> {
    let text = String::from_utf8(STANDARD.decode(cursor).ok()?).ok()?;
    text.strip_prefix(CURSOR_PREFIX)?.parse().ok()
}

/// Is this a field that answers pages: one with `first` whose type has `pageInfo` and `edges`?
pub fn is_connection(schema: &Schema, field: &FieldDef) -> bool {
    field.arguments.iter().any(|argument| argument.name == "first")
        && is_connection_type(schema, field.ty.named())
}

/// Is this the type of pages?
pub fn is_connection_type(schema: &Schema, ty: TypeIx) -> bool {
    matches!(schema.ty(ty).kind, TypeKind::Object(_))
        && schema.find_field(ty, "pageInfo").is_some()
        && schema.find_field(ty, "edges").is_some()
}

/// The type of the items of a page; `None` for a contract whose edges have no `node` (there is one such type).
pub fn node_type(schema: &Schema, connection: TypeIx) -> Option<TypeIx> {
    let edge = schema.field(schema.find_field(connection, "edges")?).ty.named();
    Some(schema.field(schema.find_field(edge, "node")?).ty.named())
}

/// Answers a field of a page.
pub fn of_connection(connection: &Arc<Connection>, field: &str, place: Place<'_>) -> Option<Output<Node>> {
    let page = &connection.page;
    Some(match field {
        "pageInfo" => Output::Object(place.ty, Node::PageInfo(Arc::clone(connection))),
        "edges" => {
            let edges = 0..page.items.len();
            Output::List(
                edges.map(|at| Output::Object(place.ty, Node::Edge(Arc::clone(connection), at))).collect(),
            )
        }
        "totalCount" => count(page.total),
        "edgeCount" => count(page.items.len()),
        _ => return None,
    })
}

/// Answers a field of an item.
pub fn of_edge(connection: &Connection, at: usize, field: &str) -> Option<Output<Node>> {
    match field {
        "cursor" => Some(Output::Leaf(Value::from(cursor(connection.page.start + at)))),
        "node" => connection.page.items.get(at).cloned(),
        _ => None,
    }
}

/// Answers a field of what a page says of itself.
pub fn of_page_info(connection: &Connection, field: &str) -> Output<Node> {
    let page = &connection.page;
    let at =
        |index: Option<usize>| index.map_or(Output::Null, |index| Output::Leaf(Value::from(cursor(index))));
    match field {
        "hasNextPage" => Output::Leaf(Value::Boolean(page.has_next)),
        "hasPreviousPage" => Output::Leaf(Value::Boolean(page.has_previous)),
        "startCursor" => at((!page.items.is_empty()).then_some(page.start)),
        _ => at((page.start + page.items.len()).checked_sub(1).filter(|_| !page.items.is_empty())),
    }
}

fn count(number: usize) -> Output<Node> {
    Output::Leaf(Value::Int(i64::try_from(number).unwrap_or(i64::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(arguments: &[(&'static str, Value)]) -> Result<PageRequest, Option<Code>> {
        page_request(&arguments.to_vec(), None).map_err(|failure| failure.code())
    }

    #[test]
    fn cursors_are_base64_of_the_index() {
        assert_eq!(cursor(0), "YXJyYXljb25uZWN0aW9uOjA=");
        assert_eq!(index_of("YXJyYXljb25uZWN0aW9uOjA="), Some(0));
    }

    #[test]
    fn a_page_must_be_asked_for_and_has_a_limit() {
        assert_eq!(ask(&[]), Err(Some(codes::PAGINATION_MISSING)));
        assert_eq!(ask(&[("first", Value::Int(100))]), Ok(PageRequest::first(100)));
        assert_eq!(ask(&[("first", Value::Int(101))]), Err(Some(codes::PAGINATION_FIRST_INVALID)));
        assert_eq!(ask(&[("first", Value::Int(-1))]), Err(Some(codes::PAGINATION_FIRST_INVALID)));
        assert_eq!(ask(&[("last", Value::Int(101))]), Err(Some(codes::PAGINATION_LAST_INVALID)));
        let rubbish = [("first", Value::Int(1)), ("after", Value::from("<some-cursor>"))];
        assert_eq!(ask(&rubbish), Err(Some(codes::PAGINATION_FIRST_INVALID)));
    }
}
