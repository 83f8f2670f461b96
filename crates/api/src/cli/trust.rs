//! What `kemu certs trust-help` prints.

use std::path::Path;

use crate::tls::NAMES;

/// How clients and systems are made to trust this CA.
pub(super) fn help(ca: &Path) -> String {
    let state = if ca.exists() { "it is there" } else { "not there yet: `kemu certs init` makes it" };
    include_str!("trust.txt")
        .replace("CA_FILE", &ca.display().to_string())
        .replace("CA_STATE", state)
        .replace("CA_NAMES", &NAMES.join(", "))
}
