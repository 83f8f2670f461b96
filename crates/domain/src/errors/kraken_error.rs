//! One refusal on its way to the client.

use serde_json::{Map, Value, json};

use super::{CatalogueEntry, Code, ErrorType};

/// An error with a Kraken code, and what the envelope of kraken-facts section 3 needs besides it.
///
/// Deliberately not `Display` and not `std::error::Error`: texts come from the catalogue alone, and a generic
/// "any error to text" conversion cannot swallow the code.
#[derive(Clone, Debug, PartialEq)]
pub struct KrakenError {
    code: Code,
    validation: Vec<ValidationError>,
    extra: Map<String, Value>,
}

/// One member of `extensions.validationErrors`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValidationError {
    /// What is wrong with this input.
    pub message: String,
    /// Where it is: camelCase names from the argument down, such as `["input", "apiKey"]` for `input.APIKey`
    /// (measured, MINMAX 172).
    pub input_path: Vec<String>,
    /// The rule that was broken, such as `password_too_short`; only some fields send one (GB-SDL).
    pub code: Option<String>,
}

impl ValidationError {
    /// A complaint without a rule code.
    pub fn new(message: impl Into<String>, input_path: &[&str]) -> Self {
        let input_path = input_path.iter().map(|&member| member.to_owned()).collect();
        Self { message: message.into(), input_path, code: None }
    }

    /// The same with the code of the rule that was broken.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    fn to_value(&self) -> Value {
        match &self.code {
            Some(code) => json!({ "code": code, "message": self.message, "inputPath": self.input_path }),
            None => json!({ "message": self.message, "inputPath": self.input_path }),
        }
    }
}

impl From<Code> for KrakenError {
    fn from(code: Code) -> Self {
        Self { code, validation: Vec::new(), extra: Map::new() }
    }
}

impl KrakenError {
    /// A refusal that blames one input, with the code's own description as the complaint: the form measured for a
    /// wrong API key.
    pub fn at(code: Code, input_path: &[&str]) -> Self {
        Self::from(code).blaming(input_path)
    }

    /// Blames one more input, with the code's own description as the complaint.
    #[must_use]
    pub fn blaming(self, input_path: &[&str]) -> Self {
        let words = complaint(&self.code.entry());
        self.with_validation(ValidationError::new(words, input_path))
    }

    /// Adds a member to `validationErrors`. Shown for codes of type VALIDATION only, see [`Self::extensions`].
    #[must_use]
    pub fn with_validation(mut self, error: ValidationError) -> Self {
        self.validation.push(error);
        self
    }

    /// Adds an own key to `extensions`, as KT-CT-4357 does with `boostChargeRefusalReasons` (FR-HAX).
    #[must_use]
    pub fn with_extra(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.extra.insert(key.to_owned(), value.into());
        self
    }

    /// The code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// The GraphQL error's `message`.
    pub fn message(&self) -> &'static str {
        self.code.entry().message
    }

    /// The explicit members of `validationErrors`, if any.
    pub fn validation(&self) -> &[ValidationError] {
        &self.validation
    }

    /// The GraphQL error's `extensions`: `errorType`, `errorCode`, `errorDescription`, and for type VALIDATION also
    /// `errorClass` and `validationErrors`, in the measured order (MINMAX 172); then any own keys.
    ///
    /// The two extra keys were measured on KT-CT-1137 and 1139, and their absence on codes of other types (UK-HA,
    /// UK-PQ). Guess: every VALIDATION code has them, and one that blames no input in particular has a single
    /// member, the description (or else the message) with an empty path.
    pub fn extensions(&self) -> Map<String, Value> {
        let entry = self.code.entry();
        let mut map = Map::new();
        map.insert("errorType".to_owned(), entry.error_type.as_str().into());
        map.insert("errorCode".to_owned(), entry.code.as_str().into());
        map.insert("errorDescription".to_owned(), entry.description.into());
        if entry.error_type == ErrorType::Validation {
            map.insert("errorClass".to_owned(), entry.error_type.as_str().into());
            let errors = if self.validation.is_empty() {
                vec![ValidationError::new(complaint(&entry), &[]).to_value()]
            } else {
                self.validation.iter().map(ValidationError::to_value).collect()
            };
            map.insert("validationErrors".to_owned(), errors.into());
        }
        map.extend(self.extra.clone());
        map
    }
}

/// The words of a complaint that has none of its own.
fn complaint(entry: &CatalogueEntry) -> &'static str {
    if entry.description.is_empty() { entry.message } else { entry.description }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::codes;

    #[test]
    fn a_wrong_api_key_has_the_measured_envelope() {
        let error = KrakenError::at(codes::API_KEY_REFUSED, &["input", "apiKey"]);
        assert_eq!(error.message(), "Invalid data.");
        // Compared as text: the order of the keys is part of what was measured.
        assert_eq!(
            Value::Object(error.extensions()).to_string(),
            r#"{"errorType":"VALIDATION","errorCode":"KT-CT-1139","errorDescription":"Authentication failed.","errorClass":"VALIDATION","validationErrors":[{"message":"Authentication failed.","inputPath":["input","apiKey"]}]}"#
        );
    }

    #[test]
    fn an_expired_token_has_the_measured_envelope() {
        let error = KrakenError::from(codes::TOKEN_EXPIRED);
        assert_eq!(error.message(), "Signature of the JWT has expired.");
        assert_eq!(
            Value::Object(error.extensions()).to_string(),
            r#"{"errorType":"APPLICATION","errorCode":"KT-CT-1124","errorDescription":""}"#
        );
    }

    #[test]
    fn validation_without_a_culprit_has_one_member_with_an_empty_path() {
        let extensions = KrakenError::from(codes::REFRESH_TOKEN_EXPIRED).extensions();
        let errors = extensions["validationErrors"].as_array().unwrap();
        assert_eq!(errors.len(), 1);
        assert_eq!(errors[0]["inputPath"], json!([]));
        assert!(!errors[0]["message"].as_str().unwrap().is_empty());
    }

    #[test]
    fn rule_codes_and_own_keys_are_shown() {
        let error = KrakenError::from(codes::PASSWORD_INVALID)
            .with_validation(
                ValidationError::new("Too short.", &["input", "newPassword"]).with_code("password_too_short"),
            )
            .with_extra("hint", "x");
        let extensions = error.extensions();
        assert_eq!(
            extensions["validationErrors"].to_string(),
            r#"[{"code":"password_too_short","message":"Too short.","inputPath":["input","newPassword"]}]"#
        );
        assert_eq!(extensions["hint"], "x");
    }

    #[test]
    fn other_types_never_show_validation_errors() {
        let error = KrakenError::at(codes::UNAUTHORIZED, &["input"]);
        assert!(!error.extensions().contains_key("validationErrors"));
        assert!(!error.extensions().contains_key("errorClass"));
    }
}
