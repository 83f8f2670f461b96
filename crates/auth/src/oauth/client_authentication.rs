//! Which application asks: by Basic, by the body, or by its id alone if it is public. One function for all endpoints,
//! and each calls it before it touches a code or token, so that a wrong secret never costs a code (Go's client sends the
//! same code again in another way after a 401).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kemu_domain::ClientId;
use kemu_domain::oauth::{Client, ClientType, ErrorCode, Refusal};
use kemu_domain::secrets::digest;
use kemu_persistence::oauth::clients;
use kemu_persistence::reads::Reads;
use percent_encoding::percent_decode_str;

use super::OAuthFailure;
use crate::secrets;

/// What a request says of its application.
#[derive(Clone, Copy, Default)]
pub struct Presented<'a> {
    /// The `Authorization` header.
    pub authorization: Option<&'a [u8]>,
    /// `client_id` of the body.
    pub client_id: Option<&'a str>,
    /// `client_secret` of the body.
    pub client_secret: Option<&'a str>,
}

const CHECK: &str = "client authentication";

/// The application that a request is from.
///
/// Refusals: `invalid_request` where two methods meet, `invalid_client` for everything else. An unknown client and a
/// wrong secret are one answer and the same amount of work.
pub async fn authenticate_client<C: Reads>(
    conn: &C,
    presented: Presented<'_>,
) -> Result<Client, OAuthFailure> {
    let basic = presented.authorization.map(basic).transpose()?;
    let two = |came: &str| {
        Refusal::new(ErrorCode::InvalidRequest, CHECK, "one way to name and prove the client", came)
    };
    if basic.is_some() && presented.client_secret.is_some() {
        return Err(two("an Authorization header and a client_secret in the body").into());
    }
    let (id, secret) = match (basic, presented.client_id) {
        (Some((id, _)), Some(other)) if id != other => {
            return Err(two("an Authorization header of one client and the client_id of another").into());
        }
        (Some((id, secret)), _) => (id, Some(secret).filter(|secret| !secret.is_empty())),
        (None, Some(id)) => (id.to_owned(), presented.client_secret.map(str::to_owned)),
        (None, None) => {
            return Err(Refusal::new(ErrorCode::InvalidClient, CHECK, "a client_id", "none").into());
        }
    };
    let found = match ClientId::try_new(id.as_str()) {
        Ok(id) => clients::by_id(conn, &id).await?,
        Err(_) => None,
    };
    prove(found, &id, secret.as_deref()).map_err(Into::into)
}

/// Holds the secret against the one that is registered.
fn prove(found: Option<Client>, id: &str, secret: Option<&str>) -> Result<Client, Refusal> {
    let refused =
        |expected: &str, came: String| Refusal::new(ErrorCode::InvalidClient, CHECK, expected, came);
    let own = found.as_ref().and_then(|client| client.secret_digest);
    let fits = secrets::equal(own.unwrap_or_default(), digest(secret.unwrap_or_default())) && own.is_some();
    let Some(client) = found else {
        return Err(refused("a registered client", format!("client_id {}", shown(id))));
    };
    match (client.settings.client_type, secret) {
        (ClientType::Confidential, Some(_)) if fits => Ok(client),
        (ClientType::Public, None) => Ok(client),
        (ClientType::Confidential, None) => {
            Err(refused("the client's secret", format!("none, from {}", client.name)))
        }
        (ClientType::Confidential, Some(secret)) => Err(refused(
            "the client's secret",
            format!("another one of {} bytes, from {}", secret.len(), client.name),
        )),
        (ClientType::Public, Some(_)) => {
            Err(refused("no secret, as the client is public", format!("one, from {}", client.name)))
        }
    }
}

/// An id as it may be shown: it may be anything, so only its beginning.
fn shown(id: &str) -> String {
    id.chars().take(64).collect()
}

/// Id and secret of a Basic header, each form-url-decoded (RFC 6749 section 2.3.1).
fn basic(value: &[u8]) -> Result<(String, String), Refusal> {
    let malformed = |came: &str| {
        Refusal::new(
            ErrorCode::InvalidClient,
            CHECK,
            "Basic, and base64 of client_id:client_secret, each form-url-encoded",
            came,
        )
    };
    let text = std::str::from_utf8(value).map_err(|_| malformed("a header that is no text"))?;
    let (scheme, credentials) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("Basic") {
        return Err(malformed("another scheme, or none"));
    }
    let decoded = STANDARD.decode(credentials.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or_else(|| malformed("something that is no base64 of text"))?;
    let (id, secret) = decoded.split_once(':').ok_or_else(|| malformed("no colon"))?;
    let decode = |part: &str| {
        let part = part.replace('+', " ");
        percent_decode_str(&part).decode_utf8().map(std::borrow::Cow::into_owned)
    };
    match (decode(id), decode(secret)) {
        (Ok(id), Ok(secret)) => Ok((id, secret)),
        _ => Err(malformed("bytes that are no text")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(credentials: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(credentials)).into_bytes()
    }

    #[test]
    fn both_halves_of_basic_are_form_url_encoded() {
        let decoded = basic(&header("a%3Ab+c:%C3%BC%2F%25%2B")).unwrap();
        assert_eq!(decoded, ("a:b c".to_owned(), "ü/%+".to_owned()));
        assert_eq!(basic(&header("id:")).unwrap(), ("id".to_owned(), String::new()));
        assert_eq!(basic(&header("id:a:b")).unwrap(), ("id".to_owned(), "a:b".to_owned()));
    }

    #[test]
    fn a_header_that_is_not_basic_is_no_client() {
        for bad in [&b"Bearer x"[..], b"Basic", b"Basic !!", b"Basic aWQ=", b"\xff", &header("%ff:x")] {
            assert_eq!(basic(bad).unwrap_err().error, ErrorCode::InvalidClient, "{bad:?}");
        }
    }
}
