//! `kemu query DOCUMENT`: runs an operation on a running kemu and prints the answer.

use std::io::{IsTerminal as _, Read as _};
use std::time::Duration;

use clap::Args;
use serde_json::{Value as Json, json};

use super::server::{Answer, Server, answer, block_on, client};
use super::{CHECK_FAILED, Failed, token, usage};
use crate::config::Environment;

/// How long an answer may take: operations are not probes.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug, Args)]
pub(super) struct Options {
    /// The operation: its text, @FILE, or - for standard input.
    document: String,
    /// The values of its variables: a JSON object, or @FILE with one.
    #[arg(long, value_name = "JSON")]
    variables: Option<String>,
    /// Which operation, where the document has several.
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// As which demo person or organisation: flat-base, two-accounts, …; without it nobody is signed in.
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    #[command(flatten)]
    server: Server,
}

pub(super) fn run(options: &Options, environment: &Environment) -> Result<(), Failed> {
    let mut request = json!({ "query": document(&options.document)? });
    if let Some(variables) = &options.variables {
        request["variables"] = variables_of(&text(variables)?)?;
    }
    if let Some(operation) = &options.operation {
        request["operationName"] = operation.as_str().into();
    }
    let url = options.server.url(environment)?;
    let answer = block_on(ask(&url, options.name.as_deref(), &request))?;
    let told = &answer.json;
    if told.get("data").is_none() && told.get("errors").is_none() {
        return Err(answer.unexpected("data or errors"));
    }
    // Programs get what the server wrote, people get it with line breaks.
    let is_read_by_people = std::io::stdout().is_terminal();
    super::print(if is_read_by_people { format!("{told:#}") } else { answer.text })?;
    let errors = answer.json["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
    match errors.first() {
        None => Ok(()),
        Some(first) => Err(Failed {
            message: format!(
                "the answer has {}: {}",
                super::counted(errors.len(), "error"),
                first["message"].as_str().unwrap_or("no message")
            ),
            code: CHECK_FAILED,
        }),
    }
}

async fn ask(url: &str, name: Option<&str>, request: &Json) -> Result<Answer, Failed> {
    let address = format!("{url}/v1/graphql/");
    let mut post = client()?.post(&address).json(request).timeout(PATIENCE);
    if let Some(name) = name {
        post = post.header("authorization", token::token(url, name).await?);
    }
    answer(post, &address).await
}

fn document(given: &str) -> Result<String, Failed> {
    if given != "-" {
        return text(given);
    }
    let mut read = String::new();
    std::io::stdin()
        .read_to_string(&mut read)
        .map_err(|error| usage(format!("standard input cannot be read: {error}")))?;
    Ok(read)
}

/// The text itself, or that of the file after an `@`.
fn text(given: &str) -> Result<String, Failed> {
    match given.strip_prefix('@') {
        None => Ok(given.into()),
        Some(path) => std::fs::read_to_string(path).map_err(|error| usage(format!("{path}: {error}"))),
    }
}

fn variables_of(text: &str) -> Result<Json, Failed> {
    let right = r#"right would be {"number":"A-F1A7BA5E"}"#;
    match serde_json::from_str(text) {
        Ok(Json::Object(variables)) => Ok(variables.into()),
        Ok(_) => Err(usage(format!("--variables: this is no JSON object; {right}"))),
        Err(error) => Err(usage(format!("--variables: this is no JSON: {error}; {right}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_a_json_object() {
        assert_eq!(variables_of(r#"{"first":1}"#).unwrap(), json!({ "first": 1 }));
        for wrong in ["[1]", "{first:1}", ""] {
            let failed = variables_of(wrong).unwrap_err();
            assert_eq!(failed.code, super::super::USAGE);
            assert!(failed.message.contains("right would be"), "{}", failed.message);
        }
    }

    #[test]
    fn a_file_stands_after_an_at_sign() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "{ viewer { id } }").unwrap();
        assert_eq!(document(&format!("@{}", file.path().display())).unwrap(), "{ viewer { id } }");
        assert_eq!(document("{ a }").unwrap(), "{ a }");
        assert!(document("@no/such/file").unwrap_err().message.starts_with("no/such/file: "));
    }
}
