//! Each trap of `jsonwebtoken`, and the exact life of a token.

use chrono::TimeDelta;
use jsonwebtoken::{DecodingKey, EncodingKey};
use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "http://127.0.0.1:8080/v1/graphql/";

fn issued_by(keys: &SigningKeys) -> Issuer<'_> {
    Issuer { keys, url: ISSUER, aliases: &[] }
}

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_225_600, 999_000_000).unwrap()
}

fn claims() -> Value {
    let iat = now().timestamp();
    json!({
        "sub": "kraken|account-user:7", "gty": "API-KEY", "email": "a@example.org", "tokenUse": "access",
        "iss": ISSUER, "iat": iat, "exp": iat + 3600, "origIat": iat,
    })
}

/// The claims with one of them replaced, or removed by `None`.
fn with(name: &str, value: impl Into<Option<Value>>) -> Value {
    let mut claims = claims();
    let members = claims.as_object_mut().unwrap();
    match value.into() {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.shift_remove(name),
    };
    claims
}

/// A token with any header, signed whatever the header says.
fn signed_by(keys: &SigningKeys, header: &Value, claims: &Value) -> String {
    let message = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let signature = URL_SAFE_NO_PAD.encode(keys.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn signed_with_header(header: &Value, claims: &Value) -> String {
    signed_by(&SigningKeys::development(), header, claims)
}

/// Keys of somebody else, and the PEM of the public half.
fn fresh_keys() -> (SigningKeys, String) {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};
    use aws_lc_rs::signature::KeyPair as _;
    use base64::engine::general_purpose::STANDARD;

    let pem = |label: &str, der: &[u8]| {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
    };
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let private: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let public: PublicKeyX509Der<'_> = pair.public_key().as_der().unwrap();
    let keys = SigningKeys::try_new(&pem("PRIVATE KEY", private.as_ref()), &[]).unwrap();
    (keys, pem("PUBLIC KEY", public.as_ref()))
}

fn verdict_at(now: DateTime<Utc>, token: &str) -> Result<Claims, Rejection> {
    verify(issued_by(&SigningKeys::development()), now, token)
}

/// The verdict on these claims, properly signed.
fn verdict(claims: &Value) -> Result<Claims, Rejection> {
    verdict_at(now(), &sign(&SigningKeys::development(), claims))
}

#[test]
fn a_token_of_ours_is_accepted_as_it_was_written() {
    let accepted = verdict(&claims()).unwrap();
    assert_eq!(serde_json::to_string(&accepted).unwrap(), claims().to_string());
}

#[test]
fn the_header_has_the_measured_members() {
    let token = sign(&SigningKeys::development(), &claims());
    let header: Value = json_part(token.split('.').next().unwrap()).unwrap();
    assert_eq!(header, json!({ "alg": "RS256", "kid": SigningKeys::development().kid(), "typ": "JWT" }));
}

#[test]
fn jsonwebtoken_itself_accepts_what_we_sign() {
    let set: jsonwebtoken::jwk::JwkSet = serde_json::from_value(SigningKeys::development().jwks()).unwrap();
    let token = sign(&SigningKeys::development(), &claims());
    let kid = jsonwebtoken::decode_header(&token).unwrap().kid.unwrap();
    let key = DecodingKey::from_jwk(set.find(&kid).unwrap()).unwrap();
    let decoded =
        jsonwebtoken::decode::<Value>(&token, &key, &validation(issued_by(&SigningKeys::development())))
            .unwrap();
    assert_eq!(decoded.claims["gty"], "API-KEY");
}

#[test]
fn a_token_lives_exactly_sixty_minutes() {
    let token = sign(&SigningKeys::development(), &claims());
    let issued = DateTime::from_timestamp(now().timestamp(), 0).unwrap();
    let last = issued + TimeDelta::seconds(3600) - TimeDelta::nanoseconds(1);
    assert!(verdict_at(last, &token).is_ok());
    assert_eq!(verdict_at(last + TimeDelta::nanoseconds(1), &token), Err(Rejection::Expired));
    // No leeway: `jsonwebtoken` alone lets a token pass that expired 30 s ago.
    assert_eq!(verdict_at(issued + TimeDelta::seconds(3630), &token), Err(Rejection::Expired));
}

#[test]
fn the_wall_clock_is_not_asked() {
    let long_ago = DateTime::from_timestamp(1_000_000_000, 0).unwrap();
    let iat = long_ago.timestamp();
    let mut old = with("iat", json!(iat));
    old["exp"] = json!(iat + 3600);
    assert!(verdict_at(long_ago, &sign(&SigningKeys::development(), &old)).is_ok());
    let in_the_future = DateTime::from_timestamp(9_000_000_000, 0).unwrap();
    assert_eq!(
        verdict_at(in_the_future, &sign(&SigningKeys::development(), &claims())),
        Err(Rejection::Expired)
    );
}

#[test]
fn the_issuer_is_required_and_must_be_ours() {
    assert_eq!(verdict(&with("iss", None)), Err(Rejection::Unacceptable));
    assert_eq!(verdict(&with("iss", Value::Null)), Err(Rejection::Unacceptable));
    assert_eq!(verdict(&with("iss", json!("https://evil.example/"))), Err(Rejection::WrongIssuer));
    assert_eq!(verdict(&with("iss", json!(ISSUER.trim_end_matches('/')))), Err(Rejection::WrongIssuer));
    // `jsonwebtoken` accepts a list with our issuer among others.
    assert_eq!(verdict(&with("iss", json!([ISSUER, "https://evil.example/"]))), Err(Rejection::Unacceptable));
}

#[test]
fn what_the_issuer_is_called_elsewhere_is_ours_and_nothing_like_it() {
    let keys = SigningKeys::development();
    let aliases = ["https://api.example/v1/graphql/".to_owned()];
    let issuer = Issuer { aliases: &aliases, ..issued_by(&keys) };
    let verdict = |iss: &str| verify(issuer, now(), &sign(&keys, &with("iss", json!(iss)))).map(|_| ());
    // Twice, since what was good once is remembered.
    for _ in 0..2 {
        assert_eq!((verdict(ISSUER), verdict(&aliases[0])), (Ok(()), Ok(())));
        assert_eq!(verdict("http://api.example/v1/graphql/"), Err(Rejection::WrongIssuer));
    }
    let elsewhere = sign(&keys, &with("iss", json!(aliases[0])));
    assert!(verify(issuer, now(), &elsewhere).is_ok());
    assert_eq!(verify(issued_by(&keys), now(), &elsewhere), Err(Rejection::WrongIssuer));
}

#[test]
fn every_claim_we_issue_is_required() {
    for name in ["sub", "gty", "tokenUse", "iat", "exp", "origIat"] {
        assert_eq!(verdict(&with(name, None)), Err(Rejection::Unacceptable), "{name}");
        assert_eq!(verdict(&with(name, json!({}))), Err(Rejection::Unacceptable), "{name}");
    }
    // An organisation has no e-mail address.
    assert!(verdict(&with("email", None)).is_ok());
}

#[test]
fn not_before_is_honoured() {
    let second = now().timestamp();
    assert!(verdict(&with("nbf", json!(second))).is_ok());
    assert_eq!(verdict(&with("nbf", json!(second + 1))), Err(Rejection::Unacceptable));
    assert_eq!(verdict(&with("nbf", json!("soon"))), Err(Rejection::Unacceptable));
}

#[test]
fn only_access_tokens_give_access() {
    for other in ["refresh", "id", "", "ACCESS"] {
        assert_eq!(verdict(&with("tokenUse", json!(other))), Err(Rejection::Unacceptable), "{other:?}");
    }
}

#[test]
fn a_token_for_an_audience_is_not_for_us() {
    for audience in
        [json!("client"), json!(["client"]), json!([]), json!(5), json!({ "a": 1 }), json!(ISSUER)]
    {
        assert_eq!(verdict(&with("aud", audience.clone())), Err(Rejection::Unacceptable), "{audience}");
    }
}

#[test]
fn other_types_of_token_are_refused() {
    let kid = SigningKeys::development().kid().to_owned();
    for typ in ["at+jwt", "id_token", "secevent+jwt"] {
        let token = signed_with_header(&json!({ "alg": "RS256", "kid": kid, "typ": typ }), &claims());
        assert_eq!(verdict_at(now(), &token), Err(Rejection::Unacceptable), "{typ}");
    }
    let without = signed_with_header(&json!({ "alg": "RS256", "kid": kid }), &claims());
    assert!(verdict_at(now(), &without).is_ok());
}

#[test]
fn no_algorithm_but_ours() {
    let kid = SigningKeys::development().kid().to_owned();
    for algorithm in ["none", "None", "NONE", "HS256", "RS384", "PS256", "ES256", "rs256", ""] {
        let header = json!({ "alg": algorithm, "kid": kid, "typ": "JWT" });
        let signed = signed_with_header(&header, &claims());
        assert_eq!(verdict_at(now(), &signed), Err(Rejection::Unacceptable), "{algorithm:?}");
        let (message, _) = signed.rsplit_once('.').unwrap();
        assert_eq!(
            verdict_at(now(), &format!("{message}.")),
            Err(Rejection::Unacceptable),
            "{algorithm:?} unsigned"
        );
    }
}

#[test]
fn a_mac_made_with_the_public_key_is_refused() {
    let set = SigningKeys::development().jwks();
    let key = &set["keys"][0];
    let secrets = [set.to_string(), key.to_string(), key["n"].as_str().unwrap().to_owned()];
    for secret in secrets {
        let mut header = jsonwebtoken::Header::new(Algorithm::HS256);
        header.kid = key["kid"].as_str().map(str::to_owned);
        let token =
            jsonwebtoken::encode(&header, &claims(), &EncodingKey::from_secret(secret.as_bytes())).unwrap();
        assert_eq!(verdict_at(now(), &token), Err(Rejection::Unacceptable));
        // The second line of defence, should our own check of `alg` ever go: the library refuses as well.
        let raw = URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
        let decoding = DecodingKey::from_rsa_raw_components(&raw, &[1, 0, 1]);
        let error = jsonwebtoken::decode::<Value>(
            &token,
            &decoding,
            &validation(issued_by(&SigningKeys::development())),
        )
        .unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::InvalidAlgorithm);
    }
}

#[test]
fn key_names_play_no_games() {
    for kid in ["", "x", "../../x", "https://evil.example/jwks.json"] {
        let token = signed_with_header(&json!({ "alg": "RS256", "kid": kid }), &claims());
        assert_eq!(verdict_at(now(), &token), Err(Rejection::UnknownKey), "{kid:?}");
    }
    let nameless = signed_with_header(&json!({ "alg": "RS256" }), &claims());
    assert_eq!(verdict_at(now(), &nameless), Err(Rejection::Unacceptable));
    let kid = SigningKeys::development().kid().to_owned();
    let critical =
        signed_with_header(&json!({ "alg": "RS256", "kid": kid, "crit": ["b64"], "b64": false }), &claims());
    assert_eq!(verdict_at(now(), &critical), Err(Rejection::Unacceptable));
}

#[test]
fn a_key_that_the_token_brings_along_is_not_looked_at() {
    let kid = SigningKeys::development().kid().to_owned();
    let (theirs, _) = fresh_keys();
    let own = &theirs.jwks()["keys"][0];
    for header in [
        json!({ "alg": "RS256", "kid": kid, "jku": "http://127.0.0.1:1/" }),
        json!({ "alg": "RS256", "kid": kid, "jwk": own }),
        json!({ "alg": "RS256", "kid": kid, "x5u": "http://127.0.0.1:1/", "x5c": ["AAAA"] }),
    ] {
        assert_eq!(
            verdict_at(now(), &signed_by(&theirs, &header, &claims())),
            Err(Rejection::BadSignature),
            "{header}"
        );
        assert!(verdict_at(now(), &signed_with_header(&header, &claims())).is_ok(), "{header}");
    }
    let header = json!({ "alg": "RS256", "kid": own["kid"], "jwk": own });
    assert_eq!(verdict_at(now(), &signed_by(&theirs, &header, &claims())), Err(Rejection::UnknownKey));
}

#[test]
fn the_retired_key_did_not_sign_this() {
    let set = SigningKeys::development().jwks();
    let token = signed_with_header(&json!({ "alg": "RS256", "kid": set["keys"][1]["kid"] }), &claims());
    assert_eq!(verdict_at(now(), &token), Err(Rejection::BadSignature));
}

#[test]
fn a_changed_token_has_a_bad_signature() {
    let token = sign(&SigningKeys::development(), &claims());
    let parts: Vec<&str> = token.split('.').collect();
    let other = URL_SAFE_NO_PAD.encode(with("sub", json!("kraken|account-user:8")).to_string());
    assert_eq!(
        verdict_at(now(), &format!("{}.{other}.{}", parts[0], parts[2])),
        Err(Rejection::BadSignature)
    );
    for signature in ["", "AAAA", "!!!!", &parts[2][..parts[2].len() - 4]] {
        let changed = format!("{}.{}.{signature}", parts[0], parts[1]);
        assert_eq!(verdict_at(now(), &changed), Err(Rejection::BadSignature), "{signature:?}");
    }
}

#[test]
fn what_is_no_token_is_no_credential() {
    let token = sign(&SigningKeys::development(), &claims());
    let parts: Vec<&str> = token.split('.').collect();
    let number = URL_SAFE_NO_PAD.encode("5");
    let cases = [
        String::new(),
        "12345".to_owned(),
        "sk_live_abcdefghijklmnopqrstuvwx".to_owned(),
        "..".to_owned(),
        "a.b.c".to_owned(),
        format!("{}.{}", parts[0], parts[1]),
        format!("{token}.x"),
        format!("{}.{number}.{}", parts[0], parts[2]),
        format!("{number}.{}.{}", parts[1], parts[2]),
        format!("{}=.{}.{}", parts[0], parts[1], parts[2]),
    ];
    for case in cases {
        assert_eq!(verdict_at(now(), &case), Err(Rejection::NotAToken), "{case:?}");
    }
}

#[test]
fn a_rotated_out_key_still_verifies_while_it_is_published() {
    let (before, old_public) = fresh_keys();
    let token = sign(&before, &claims());
    let after = SigningKeys::try_new(include_str!("../../keys/development.pem"), &[&old_public]).unwrap();
    assert_ne!(before.kid(), after.kid());
    assert!(verify(issued_by(&after), now(), &token).is_ok());
    assert_eq!(verify(issued_by(&SigningKeys::development()), now(), &token), Err(Rejection::UnknownKey));
}

#[test]
fn each_rejection_has_its_code() {
    let codes: Vec<&str> = [
        Rejection::NotAToken,
        Rejection::Unacceptable,
        Rejection::UnknownKey,
        Rejection::BadSignature,
        Rejection::WrongIssuer,
        Rejection::Expired,
    ]
    .iter()
    .map(|rejection| rejection.code().as_str())
    .collect();
    assert_eq!(codes, ["KT-CT-1143", "KT-CT-1163", "KT-CT-1125", "KT-CT-1126", "KT-CT-1127", "KT-CT-1124"]);
}
