//! The requests that are measured. The first of them is the yardstick.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value as Json, json};

use crate::server::{Request, Server, sign_in};

/// Which store a server keeps its world in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Store {
    Sqlite,
    Postgres,
}

/// A request that is measured.
pub(super) struct Route {
    pub(super) name: &'static str,
    pub(super) store: Store,
    pub(super) request: Request,
    /// It is sent this many times less often than the others.
    pub(super) weight: usize,
}

/// The person with the longest history.
const API_KEY: &str = "sk_live_demoLongHistory000000004";

/// The query of the French guide, as it is printed there, with a real cursor.
const GET_TRANSACTIONS: &str = "query getTransactions($accountNumber: String!) { account(accountNumber: $accountNumber) \
    { transactions(first: 10, after: \"YXJyYXljb25uZWN0aW9uOjA=\") { pageInfo { hasNextPage hasPreviousPage startCursor \
    endCursor } edges { cursor node { id } } } } }";

/// A page of the same shape that needs no store.
const FROM_MEMORY: &str = "{ rateLimitInfo { fieldSpecificRateLimits(first: 10) { pageInfo { hasNextPage \
    hasPreviousPage startCursor endCursor } edges { cursor node { field } } } } }";

const INTROSPECTION: &str = "{ __schema { queryType { name } types { kind name description fields(includeDeprecated: \
    true) { name description args(includeDeprecated: true) { name type { kind name ofType { kind name ofType { kind name } } } } type { kind name \
    ofType { kind name ofType { kind name } } } isDeprecated deprecationReason } } } }";

/// One item behind the item at this place.
fn page_after(index: usize) -> String {
    use std::fmt::Write as _;
    let mut cursor = String::new();
    let _ = write!(cursor, "arrayconnection:{index}");
    format!(
        "query page($accountNumber: String!) {{ account(accountNumber: $accountNumber) {{ transactions(first: 1, after: \
         \"{}\") {{ edges {{ cursor node {{ id }} }} }} }} }}",
        base64(cursor.as_bytes())
    )
}

/// The routes of a server; those that need no store only of the one that has SQLite.
pub(super) fn all(server: &Server, store: Store) -> Result<Vec<Route>> {
    let token = server.token(API_KEY)?;
    let accounts = server.query(&token, &json!({ "query": "{ viewer { accounts { number } } }" }))?;
    let account = accounts["data"]["viewer"]["accounts"][0]["number"].as_str().context("no account")?;
    let body = |query: &str| json!({ "query": query, "variables": { "accountNumber": account } });
    let anonymous = |query: &str| json!({ "query": query });
    let post = |body: &Json| Request::post(&server.host, "/v1/graphql/", &token, &body.to_string());
    let route = |name, body: &Json, weight| Route { name, store, request: post(body), weight };

    let answer = server.query(&token, &body(GET_TRANSACTIONS))?;
    ensure!(answer["errors"].is_null(), "getTransactions failed: {answer}");
    if store == Store::Postgres {
        return Ok(vec![route("getTransactions, PostgreSQL", &body(GET_TRANSACTIONS), 1)]);
    }
    let bare = "/_emulator/bench/bare";
    let put = Request::new("PUT", &server.host, bare, "", answer.to_string().as_bytes());
    server.connect()?.send(&put)?;
    let yardstick = Request::post(&server.host, bare, &token, &body(GET_TRANSACTIONS).to_string());
    Ok(vec![
        Route { name: "bare endpoint", store, request: yardstick, weight: 1 },
        route("getTransactions, SQLite", &body(GET_TRANSACTIONS), 1),
        route("a page from memory", &anonymous(FROM_MEMORY), 1),
        route("page 1, of one transaction", &body(&page_after(0)), 1),
        route("page 1,000, of one transaction", &body(&page_after(999)), 1),
        Route {
            name: "sign-in by API key",
            store,
            request: Request::post(&server.host, "/v1/graphql/", "", &sign_in(API_KEY).to_string()),
            weight: 10,
        },
        route("introspection", &anonymous(INTROSPECTION), 20),
    ])
}

/// Standard base64; the one place here that needs it is not worth a dependency.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| (bits << 8) | u32::from(*byte)) << (8 * (3 - three.len()));
        for at in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * at)) as usize & 63];
            text.push(if at <= three.len() { char::from(letter) } else { '=' });
        }
    }
    text
}
