//! What came back.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use serde_json::Value as Json;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body as it came.
    pub bytes: Vec<u8>,
    /// The body as JSON; null when it is something else.
    pub body: Json,
}

impl Answer {
    /// Reads a response to its end.
    pub async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.bytes().await.expect("the body comes to its end").to_vec();
        let body = serde_json::from_slice(&bytes).unwrap_or(Json::Null);
        Self { status, headers, bytes, body }
    }

    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.bytes).expect("the body is text")
    }

    /// The data of an answer without errors. Panics where there are some.
    pub fn data(&self) -> &Json {
        assert!(self.body.get("errors").is_none(), "an answer without errors was expected: {}", self.text());
        self.body.get("data").unwrap_or_else(|| panic!("no data in {}", self.text()))
    }

    /// What stands at a JSON pointer in `data`, whatever else failed: `/account/number`.
    pub fn at(&self, pointer: &str) -> &Json {
        let found = self.body["data"].pointer(pointer);
        found.unwrap_or_else(|| panic!("nothing at data{pointer} in {}", self.text()))
    }

    /// The same as text.
    pub fn text_at(&self, pointer: &str) -> &str {
        self.at(pointer).as_str().unwrap_or_else(|| panic!("no text at data{pointer} in {}", self.text()))
    }

    /// The same as a number.
    pub fn number_at(&self, pointer: &str) -> i64 {
        self.at(pointer).as_i64().unwrap_or_else(|| panic!("no number at data{pointer} in {}", self.text()))
    }

    /// The same as a list.
    pub fn list_at(&self, pointer: &str) -> &[Json] {
        self.at(pointer).as_array().unwrap_or_else(|| panic!("no list at data{pointer} in {}", self.text()))
    }

    /// The errors, if any.
    pub fn errors(&self) -> &[Json] {
        self.body.get("errors").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// The codes of the errors, in order; those that have none show their message.
    pub fn codes(&self) -> Vec<&str> {
        self.errors().iter().map(code_or_message).collect()
    }

    /// The first error's message. Panics where there is none.
    pub fn message(&self) -> &str {
        let error = self.errors().first().unwrap_or_else(|| panic!("an error was expected: {}", self.text()));
        error["message"].as_str().expect("errors have a message")
    }

    /// The paths that were made up.
    pub fn plausible(&self) -> Vec<&str> {
        let paths = self.body["extensions"]["emulator"]["plausible"].as_array();
        paths.into_iter().flatten().filter_map(Json::as_str).collect()
    }
}

fn code_or_message(error: &Json) -> &str {
    error["extensions"]["errorCode"].as_str().or(error["message"].as_str()).unwrap_or_default()
}
