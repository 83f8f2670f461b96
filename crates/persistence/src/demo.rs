//! Reading a fixture: `fixtures/demo.yaml`, which is built in, or a file of the user's own.

use kemu_domain::fixture::{Fixture, OAuthClient};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

/// The demo world's description, as it stands in `fixtures/demo.yaml`.
pub const DEMO_YAML: &str = include_str!("../../../fixtures/demo.yaml");

/// Where [`DEMO_YAML`] comes from, for messages.
pub const DEMO_SOURCE: &str = "fixtures/demo.yaml";

/// What is wrong with a fixture's text, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{source_name}:{line}:{column}: {problem}")]
pub struct FixtureError {
    source_name: String,
    /// The line, counted from 1; 0 where it is not known.
    pub line: u64,
    /// The column, counted from 1; 0 where it is not known.
    pub column: u64,
    /// What is wrong; names the key that is unknown or missing.
    pub problem: String,
}

/// Reads a fixture. `source_name` is what messages call the text: a path.
pub fn parse(text: &str, source_name: &str) -> Result<Fixture, FixtureError> {
    read(text, source_name)
}

/// Reads a file of applications: `clients:` as in a fixture, and nothing else.
pub fn parse_clients(text: &str, source_name: &str) -> Result<Vec<OAuthClient>, FixtureError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        clients: Vec<OAuthClient>,
    }
    read(text, source_name).map(|file: File| file.clients)
}

fn read<T: DeserializeOwned>(text: &str, source_name: &str) -> Result<T, FixtureError> {
    serde_saphyr::from_str(text).map_err(|error| {
        let error = error.without_snippet();
        let location = error.location();
        FixtureError {
            source_name: source_name.to_owned(),
            line: location.as_ref().map_or(0, serde_saphyr::Location::line),
            column: location.as_ref().map_or(0, serde_saphyr::Location::column),
            problem: problem(error),
        }
    })
}

/// The error's own words, without the place, which [`FixtureError`] states in front.
fn problem(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let text = text.lines().next().unwrap_or_default();
    text.strip_prefix("error: ").unwrap_or(text).to_owned()
}

/// The digest by which a store knows the fixture its world was made from.
pub fn digest(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}
