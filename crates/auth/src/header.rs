//! The `Authorization` header of the GraphQL API.
//!
//! Kraken takes a token in three forms (measured, JP-C): bare, as the French guide prints it, with `JWT `
//! and with `Bearer `. Guesses: the two words in any case (RFC 9110 section 11.1 makes schemes case-insensitive), and
//! an empty value counts as no header.

use kemu_domain::errors::{Code, codes};

/// The token in a header's value; `None` without one. Anything that cannot be a token (another scheme, several
/// words, no text) is KT-CT-1143 already here; whether it *is* one is for [`jwt`](crate::jwt) to say.
pub fn token(value: Option<&[u8]>) -> Result<Option<&str>, Code> {
    let Some(value) = value else { return Ok(None) };
    let value = std::str::from_utf8(value).map_err(|_| codes::HEADER_NOT_A_CREDENTIAL)?.trim();
    if value.is_empty() {
        return Ok(None);
    }
    let token = match value.split_once(' ') {
        None => value,
        Some((scheme, rest)) if is_scheme(scheme) => rest.trim_start(),
        Some(_) => return Err(codes::HEADER_NOT_A_CREDENTIAL),
    };
    if token.is_empty() || is_scheme(token) || token.contains(char::is_whitespace) {
        return Err(codes::HEADER_NOT_A_CREDENTIAL);
    }
    Ok(Some(token))
}

fn is_scheme(word: &str) -> bool {
    word.eq_ignore_ascii_case("JWT") || word.eq_ignore_ascii_case("Bearer")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_forms_of_a_token() {
        for value in
            ["a.b.c", " a.b.c ", "JWT a.b.c", "jwt a.b.c", "Bearer a.b.c", "bearer a.b.c", "BEARER  a.b.c"]
        {
            assert_eq!(token(Some(value.as_bytes())), Ok(Some("a.b.c")), "{value:?}");
        }
    }

    #[test]
    fn nothing_is_nobody() {
        for value in [None, Some("".as_bytes()), Some("  ".as_bytes())] {
            assert_eq!(token(value), Ok(None), "{value:?}");
        }
    }

    #[test]
    fn rubbish_is_no_credential() {
        let cases: [&[u8]; 8] = [
            b"Basic c2tfbGl2ZTo=",
            b"Token a.b.c",
            b"Bearer",
            b"JWT ",
            b"Bearer a b",
            b"a b",
            b"\xff\xfe",
            b"Bearer\ta.b.c",
        ];
        for value in cases {
            assert_eq!(token(Some(value)), Err(codes::HEADER_NOT_A_CREDENTIAL), "{value:?}");
        }
    }
}
