//! Cutting secrets out of variables. A value is cut for what it is called, in the variables or in the document, or
//! for what it looks like. Better one value too many than a password in a log of CI.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

/// What stands in a secret's place.
const CUT: &str = "…";

/// The words that names of secrets hold: `APIKey`, `organizationSecretKey`, `refreshToken`, `password` …
const WORDS: [&str; 5] = ["secret", "password", "token", "key", "iban"];

/// The variables without their secrets; those that [`given_to_secrets`] names are cut whatever they are called.
#[must_use]
pub fn cut(variables: Map<String, Json>, secret: &BTreeSet<String>) -> Map<String, Json> {
    let cut = variables.into_iter().map(|(name, value)| {
        let value = if secret.contains(name.as_str()) { cut_whole(value) } else { cut_value(&name, value) };
        (name, value)
    });
    cut.collect()
}

fn cut_value(name: &str, value: Json) -> Json {
    match value {
        value if is_secret_name(name) => cut_whole(value),
        Json::Object(members) => Json::Object(
            members.into_iter().map(|(name, value)| (name.clone(), cut_value(&name, value))).collect(),
        ),
        Json::Array(items) => Json::Array(items.into_iter().map(|item| cut_value(name, item)).collect()),
        Json::String(text) if looks_secret(&text) => CUT.into(),
        other => other,
    }
}

/// That something was not given is no secret.
fn cut_whole(value: Json) -> Json {
    if value.is_null() { value } else { CUT.into() }
}

fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

/// An API key, a JSON web token, or long hexadecimal text as refresh tokens and pre-signed keys are.
fn looks_secret(text: &str) -> bool {
    let is_hex = || text.len() >= 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.contains("sk_live_") || text.contains("sk_test_") || text.contains("eyJ") || is_hex()
}

/// The variables that a document gives to arguments or input fields with a secret's name. It reads words only, so
/// that it also works on documents that are not valid.
#[must_use]
pub fn given_to_secrets(query: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut is_secret = false;
    let mut last_name = "";
    let mut rest = query;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '#' => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '"' => string_length(rest),
            '$' => {
                let name = word(&rest[1..]);
                if is_secret {
                    found.insert(name.to_string());
                }
                1 + name.len()
            }
            ':' => {
                is_secret = is_secret_name(last_name);
                1
            }
            // Within a list, each variable is given to the same field.
            '[' | ']' | ',' => 1,
            _ if is_word(first) => {
                last_name = word(rest);
                is_secret = false;
                last_name.len()
            }
            _ if first.is_whitespace() => first.len_utf8(),
            _ => {
                (is_secret, last_name) = (false, "");
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    found
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

fn word(text: &str) -> &str {
    &text[..text.find(|character| !is_word(character)).unwrap_or(text.len())]
}

/// How long the string is that `text` begins with; one without an end takes the rest.
fn string_length(text: &str) -> usize {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        let mut from = 0;
        while let Some(end) = block[from..].find("\"\"\"") {
            let end = from + end;
            if !block[..end].ends_with('\\') {
                return 3 + end + 3;
            }
            from = end + 3;
        }
        return text.len();
    }
    let mut is_escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '"' | '\n' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn after(variables: &Json, query: &str) -> Json {
        Json::Object(cut(variables.as_object().unwrap().clone(), &given_to_secrets(query)))
    }

    #[test]
    fn what_is_called_a_secret_is_cut_at_any_depth() {
        let names = [
            "password",
            "APIKey",
            "organizationSecretKey",
            "preSignedKey",
            "refreshToken",
            "krakenToken",
            "masqueradeToken",
            "token",
        ];
        for name in names {
            let given = json!({ "input": { "list": [{ name: "x", "first": 10 }] }, name: 7 });
            let told = json!({ "input": { "list": [{ name: "…", "first": 10 }] }, name: "…" });
            assert_eq!(after(&given, "{ viewer { id } }"), told, "{name}");
        }
        assert_eq!(after(&json!({ "accessTokens": ["a", "b"] }), ""), json!({ "accessTokens": "…" }));
    }

    #[test]
    fn the_rest_stays_and_so_does_what_was_not_given() {
        let given =
            json!({ "number": "A-1234", "first": 2, "input": { "refreshToken": null, "active": true } });
        assert_eq!(after(&given, "query { account(accountNumber: $number) { number } }"), given);
    }

    #[test]
    fn what_looks_like_a_secret_is_cut() {
        let hex = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        for secret in ["sk_live_abc", "JWT eyJhbGciOi.eyJzdWIi.c2ln", hex] {
            assert_eq!(after(&json!({ "a": [secret], "b": secret }), ""), json!({ "a": ["…"], "b": "…" }));
        }
    }

    #[test]
    fn variables_given_to_secrets_are_cut() {
        let query = r#"
            mutation ($p: String!, $e: String!) { # password: $e
                obtainKrakenToken(input: { email: $e, note: "password: $e", password : $p }) { token }
                other(a: """ token: $e \""" """, keys: [$x, $y], z: $z) { key }
            }"#;
        let given = json!({ "p": "a", "e": "b", "x": "c", "y": "d", "z": "e" });
        let told = json!({ "p": "…", "e": "b", "x": "…", "y": "…", "z": "e" });
        assert_eq!(after(&given, query), told);
        for odd in ["{ token: $", "$", "\"", "\"\"\"", "{ key: \"é$p", "é: $p", "key: \u{feff}$p"] {
            let _ = after(&given, odd);
        }
    }
}
