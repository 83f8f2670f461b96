//! What OAuth's tokens are for: an id_token gives no access, and an access token says nobody's identity.

use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "http://127.0.0.1:8080/token/";
const SECRET: &[u8] = b"the secret of an application, long enough";

fn issued_by(keys: &SigningKeys) -> Issuer<'_> {
    Issuer { keys, url: ISSUER, aliases: &[] }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 999_000_000).unwrap()
}

/// Every claim that an access token has.
fn access(token_use: &Value) -> Value {
    let iat = now().timestamp();
    json!({
        "sub": "kraken|account-user:7", "gty": "AUTHORIZATION-CODE", "email": "a@example.org", "tokenUse": token_use,
        "iss": ISSUER, "iat": iat, "exp": iat + 3600, "origIat": iat, "clientId": "client", "scope": "openid",
        "jti": "0",
    })
}

/// The same with an audience, as an id_token has one.
fn id(token_use: &Value) -> Value {
    let mut claims = access(token_use);
    claims["aud"] = json!("client");
    claims
}

#[test]
fn only_an_access_token_gives_access() {
    let keys = SigningKeys::development();
    let verdict = |claims: &Value| verify_access(issued_by(&keys), now(), &sign(&keys, claims)).map(|_| ());
    assert_eq!(verdict(&access(&json!("access"))), Ok(()));
    for other in [json!("id"), json!("refresh"), json!("ACCESS"), json!(""), Value::Null] {
        assert_eq!(verdict(&access(&other)), Err(Rejection::Unacceptable), "{other}");
    }
    assert_eq!(verdict(&id(&json!("access"))), Err(Rejection::Unacceptable), "for an audience");
}

#[test]
fn only_an_id_token_is_a_hint() {
    let keys = SigningKeys::development();
    let verdict = |secret: Option<&[u8]>, claims: &Value| {
        let token = secret.map_or_else(|| sign(&keys, claims), |secret| sign_hs256(secret, claims));
        verify_id_hint(issued_by(&keys), secret, &token).map(|hint| (hint.sub, hint.aud))
    };
    for secret in [None, Some(SECRET)] {
        let good = ("kraken|account-user:7".to_owned(), "client".to_owned());
        assert_eq!(verdict(secret, &id(&json!("id"))), Ok(good));
        for other in [json!("access"), json!("refresh"), json!("ID"), json!(""), Value::Null] {
            assert_eq!(verdict(secret, &id(&other)), Err(Rejection::Unacceptable), "{other}");
        }
        let elsewhere = json!({ "iss": "http://other.test/token/", "sub": "x", "aud": "client", "exp": 1, "tokenUse": "id" });
        assert_eq!(verdict(secret, &elsewhere), Err(Rejection::WrongIssuer));
    }
    // Neither key stands for the other.
    let by_us = sign(&keys, &id(&json!("id")));
    assert_eq!(verify_id_hint(issued_by(&keys), Some(SECRET), &by_us), Err(Rejection::Unacceptable));
    let by_secret = sign_hs256(SECRET, &id(&json!("id")));
    assert_eq!(verify_id_hint(issued_by(&keys), None, &by_secret), Err(Rejection::Unacceptable));
    let wrong = verify_id_hint(issued_by(&keys), Some(b"another secret"), &by_secret);
    assert_eq!(wrong, Err(Rejection::BadSignature));
}
