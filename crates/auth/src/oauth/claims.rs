//! What OAuth's tokens say. An access token has the claims of a [Kraken token](crate::claims) and, our guess, which
//! application it was issued to and for what. `tokenUse` keeps access token and id_token apart.

use serde::{Deserialize, Serialize};

use crate::claims::Claims;

/// `tokenUse` of an id_token; a guess in the style of the measured `access`.
pub const ID: &str = "id";

/// The claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AccessClaims {
    /// Those of every Kraken token; `iss` is the auth site's.
    #[serde(flatten)]
    pub kraken: Claims,
    /// The application.
    pub client_id: String,
    /// For what, with blanks in between.
    pub scope: String,
    /// Makes each token one of its own.
    pub jti: String,
}

/// The claims of an id_token (OpenID Connect Core section 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct IdClaims {
    /// The auth site's issuer.
    pub iss: String,
    /// Who signed in, as in the access token.
    pub sub: String,
    /// The application.
    pub aud: String,
    /// Expires at, Unix seconds.
    pub exp: i64,
    /// Issued at, Unix seconds.
    pub iat: i64,
    /// Signed in at, Unix seconds.
    pub auth_time: i64,
    /// What the request had, byte for byte; absent if it had none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// [`ID`].
    #[serde(rename = "tokenUse")]
    pub token_use: &'static str,
}
