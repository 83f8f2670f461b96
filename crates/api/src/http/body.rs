//! From what HTTP brings to a GraphQL request. Whatever is wrong becomes a GraphQL error with graphene-django's
//! message where it has one.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use serde_json::{Map, Value as Json};

use crate::graphql::GraphQLRequest;

/// The largest body that is read: 1 MiB. Ours; Kraken's limit is not known.
pub(super) const LARGEST_BODY: usize = 1024 * 1024;

/// How long a body may take to come. Ours, too.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// Why a body was not read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unread {
    /// It is too large, or ended early.
    #[error("The request body could not be read or is larger than {0} bytes.")]
    TooLarge(usize),
    /// It did not come to its end in time.
    #[error("The request body did not end within {} seconds.", PATIENCE.as_secs())]
    TooSlow,
}

/// Reads a body of no more than so many bytes. Nobody is waited for who never sends the rest.
pub(super) async fn read(body: Body, most: usize) -> Result<Bytes, Unread> {
    read_within(PATIENCE, body, most).await
}

async fn read_within(patience: Duration, body: Body, most: usize) -> Result<Bytes, Unread> {
    let read = tokio::time::timeout(patience, to_bytes(body, most)).await;
    read.map_err(|_| Unread::TooSlow)?.map_err(|_| Unread::TooLarge(most))
}

const NO_QUERY: &str = "Must provide query string.";

/// Reads a POST: `application/json`, or `application/graphql` with the bare document.
pub(super) async fn from_post(headers: &HeaderMap, body: Body) -> Result<GraphQLRequest, String> {
    let bytes = read(body, LARGEST_BODY).await.map_err(|unread| unread.to_string())?;
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media_type.as_str() {
        "application/json" => {
            let json =
                serde_json::from_slice(&bytes).map_err(|_| "POST body sent invalid JSON.".to_string())?;
            from_json(json)
        }
        "application/graphql" => {
            let query = String::from_utf8(bytes.into()).map_err(|_| "POST body is not UTF-8.".to_string())?;
            request(query, None, Map::new())
        }
        other => {
            tracing::warn!(
                http.content_type = other,
                "A POST was refused: its content type must be application/json or application/graphql."
            );
            Err(NO_QUERY.into())
        }
    }
}

/// Reads a GET: `?query=…&variables=…&operationName=…`. It may not write.
pub(super) fn from_get(query: &[(String, String)]) -> Result<GraphQLRequest, String> {
    let find = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let variables = variables(find("variables").map(Json::String))?;
    let request = request(find("query").unwrap_or_default(), find("operationName"), variables)?;
    Ok(GraphQLRequest { read_only: true, ..request })
}

fn from_json(json: Json) -> Result<GraphQLRequest, String> {
    let mut members = match json {
        Json::Object(members) => members,
        Json::Array(_) => return Err("Batch GraphQL requests are not enabled.".into()),
        _ => return Err("The received data is not a valid JSON query.".into()),
    };
    let query = match members.remove("query") {
        Some(Json::String(query)) => query,
        _ => return Err(NO_QUERY.into()),
    };
    let operation_name = match members.remove("operationName") {
        None | Some(Json::Null) => None,
        Some(Json::String(name)) => Some(name),
        Some(_) => return Err("The operation name must be a string.".into()),
    };
    request(query, operation_name, variables(members.remove("variables"))?)
}

fn variables(given: Option<Json>) -> Result<Map<String, Json>, String> {
    match given {
        None | Some(Json::Null) => Ok(Map::new()),
        Some(Json::Object(members)) => Ok(members),
        Some(Json::String(text)) if text.is_empty() => Ok(Map::new()),
        Some(Json::String(text)) => match serde_json::from_str(&text) {
            Ok(Json::Object(members)) => Ok(members),
            Ok(Json::Null) => Ok(Map::new()),
            _ => Err("Variables are invalid JSON.".into()),
        },
        Some(_) => Err("Variables are invalid JSON.".into()),
    }
}

fn request(
    query: String,
    operation_name: Option<String>,
    variables: Map<String, Json>,
) -> Result<GraphQLRequest, String> {
    if query.is_empty() {
        return Err(NO_QUERY.into());
    }
    // graphene-django takes the word for the thing.
    let operation_name = operation_name.filter(|name| name != "null");
    Ok(GraphQLRequest { query, operation_name, variables, ..GraphQLRequest::default() })
}

#[cfg(test)]
mod tests {
    use futures_util::stream::{self, StreamExt as _};

    use super::*;

    #[tokio::test]
    async fn a_body_that_never_ends_is_given_up() {
        // What is there is read before time is looked at, so that nobody waits here.
        let read = |body| read_within(Duration::ZERO, body, 2);
        let parts = ["{", "}"].map(Ok::<_, std::io::Error>);
        let endless =
            Body::from_stream(stream::once(async { Ok::<_, std::io::Error>("{") }).chain(stream::pending()));
        let unread = read(endless).await.unwrap_err();
        assert_eq!(unread.to_string(), "The request body did not end within 30 seconds.");
        let whole = Body::from_stream(stream::iter(parts));
        assert_eq!(read(whole).await, Ok(Bytes::from_static(b"{}")));
        assert_eq!(read(Body::from("{ }")).await, Err(Unread::TooLarge(2)));
    }
}
