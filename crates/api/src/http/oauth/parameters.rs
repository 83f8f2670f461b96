//! Parameters, from a form or a query. A parameter without a value counts as absent (RFC 6749 section 3.1), one that
//! comes twice is an error of the request, and what is no text is none.

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use kemu_domain::oauth::{ErrorCode, Refusal};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::super::body;

/// The largest form that is read; ours.
pub(super) const LARGEST_FORM: usize = 64 * 1024;
/// The most parameters; ours.
const MOST: usize = 100;

/// What need not be escaped in a query (RFC 3986 section 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The parameters of a request.
#[derive(Debug, Default)]
pub(super) struct Parameters {
    all: Vec<(String, String)>,
}

/// A form that was not read.
#[derive(Debug)]
pub(super) struct Unread {
    /// 413 where it is larger than [`LARGEST_FORM`] or ended early, else 400.
    pub(super) status: StatusCode,
    /// Why.
    pub(super) refusal: Box<Refusal>,
}

impl From<Refusal> for Unread {
    fn from(refusal: Refusal) -> Self {
        Self { status: StatusCode::BAD_REQUEST, refusal: Box::new(refusal) }
    }
}

/// The media type of a form.
const FORM: &str = "application/x-www-form-urlencoded";

fn media_type(headers: &HeaderMap) -> String {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn malformed(expected: &str, came: impl Into<String>) -> Refusal {
    Refusal::new(ErrorCode::InvalidRequest, "parameters", expected, came)
}

impl Parameters {
    /// Reads `a=1&b=2`.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut all = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if all.len() == MOST {
                return Err(malformed("100 parameters at most", "more"));
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            all.push((decode(name)?, decode(value)?));
        }
        Ok(Self { all })
    }

    /// Reads a form whose parameters come once each.
    pub(super) async fn of_form(headers: &HeaderMap, body: Body) -> Result<Self, Unread> {
        let parameters = Self::of_any_form(headers, body).await?;
        parameters.check_once()?;
        Ok(parameters)
    }

    /// Reads a form where the body is one; any other body says nothing.
    pub(super) async fn of_form_if_any(headers: &HeaderMap, body: Body) -> Result<Self, Unread> {
        if media_type(headers) == FORM { Self::of_form(headers, body).await } else { Ok(Self::default()) }
    }

    /// Reads a form.
    pub(super) async fn of_any_form(headers: &HeaderMap, body: Body) -> Result<Self, Unread> {
        let bytes = body::read(body, LARGEST_FORM).await.map_err(|unread| match unread {
            body::Unread::TooLarge(most) => Unread {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..malformed(&format!("a form of at most {most} bytes"), "a larger one").into()
            },
            body::Unread::TooSlow => malformed("a form that ends within 30 seconds", "one that did not end")
                .saying("The body did not end in time.")
                .into(),
        })?;
        let media_type = media_type(headers);
        if media_type != FORM && !(bytes.is_empty() && media_type.is_empty()) {
            return Err(malformed("Content-Type: application/x-www-form-urlencoded", media_type)
                .saying("The body must be form-encoded: application/x-www-form-urlencoded.")
                .into());
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| malformed("text", "bytes that are no UTF-8"))?;
        Ok(Self::parse(text)?)
    }

    /// The value of a parameter, if it has one.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let found = self.all.iter().find(|(own, value)| own == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter that comes more than once.
    fn repeated(&self) -> Option<&str> {
        let mut seen = std::collections::HashSet::new();
        self.all.iter().map(|(name, _)| name.as_str()).find(|name| !seen.insert(*name))
    }

    /// Each parameter may come once. The sentence is oauthlib's; a name that anybody may have made up stays out of it.
    pub(super) fn check_once(&self) -> Result<(), Refusal> {
        let Some(name) = self.repeated() else { return Ok(()) };
        let shown: String = name.chars().take(40).collect();
        let refusal = malformed("each parameter once", format!("{shown} twice"));
        let is_plain = shown == name && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
        Err(if is_plain { refusal.saying(format!("Duplicate {name} parameter.")) } else { refusal })
    }

    /// How often a parameter comes, with or without a value.
    pub(super) fn count(&self, name: &str) -> usize {
        self.all.iter().filter(|(own, _)| own == name).count()
    }

    /// All of them as a query, whatever way they came in.
    pub(super) fn to_query(&self) -> String {
        let pairs = self.all.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
        pairs.collect::<Vec<_>>().join("&")
    }

    /// The same with these words taken out of the parameters of this name.
    pub(super) fn without_word(mut self, name: &str, words: &[&str]) -> Self {
        for (_, value) in self.all.iter_mut().filter(|(own, _)| own == name) {
            let rest = value.split_ascii_whitespace().filter(|word| !words.contains(word));
            *value = rest.collect::<Vec<_>>().join(" ");
        }
        self
    }
}

fn decode(part: &str) -> Result<String, Refusal> {
    let part = part.replace('+', " ");
    let text = percent_decode_str(&part).decode_utf8();
    let text = text.map_err(|_| malformed("text", "bytes that are no UTF-8"))?;
    if text.contains('\0') {
        return Err(malformed("text", "a NUL"));
    }
    Ok(text.into_owned())
}

/// A value as it stands in a query.
pub(super) fn escaped(value: &str) -> String {
    utf8_percent_encode(value, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_strictly() {
        let read = Parameters::parse("a=1&b=x+y%2Bz&empty=&flag&%C3%BC=%26").unwrap();
        assert_eq!((read.get("a"), read.get("b"), read.get("ü")), (Some("1"), Some("x y+z"), Some("&")));
        assert_eq!((read.get("empty"), read.get("flag"), read.get("other")), (None, None, None));
        assert_eq!(read.repeated(), None);
        assert_eq!(Parameters::parse("a=1&b=2&a=3").unwrap().repeated(), Some("a"));
        assert_eq!(Parameters::parse("a=&a=1").unwrap().repeated(), Some("a"));
        for bad in ["a=%ff", "a=%00", "%00=a", &"a=1&".repeat(101)] {
            assert!(Parameters::parse(bad).is_err(), "{bad}");
        }
        let read = read.without_word("b", &["x"]);
        assert_eq!(read.to_query(), "a=1&b=y%2Bz&empty=&flag=&%C3%BC=%26");
        assert_eq!(escaped("a b&c=d\r\n\"é~"), "a%20b%26c%3Dd%0D%0A%22%C3%A9~");
    }
}
