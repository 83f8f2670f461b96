//! The `Authorization` header.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use insta::assert_json_snapshot;
use kemu_auth::claims::Grant;
use kemu_auth::kraken_tokens::{Issuer, access_token_for};
use kemu_persistence::users;
use kemu_tests::{API, AUTH, story};
use serde_json::{Value as Json, json};

const WHO: &str = "{ viewer { id } }";

story!(a_token_may_come_bare_or_with_one_of_two_words, |app| async move {
    let token = app.customer("flat-base").await.token().to_string();
    for header in
        [token.clone(), format!("JWT {token}"), format!("Bearer {token}"), format!("bearer {token}")]
    {
        let answer = app.anonymous().with_header(&header).ask_for(WHO).await;
        assert_eq!(answer.data(), &json!({ "viewer": { "id": "3200001" } }));
    }
});

story!(a_header_that_is_no_credential_has_its_code, |app| async move {
    for header in [
        "12345",
        "rubbish",
        "Bearer",
        "Basic c2tfbGl2ZV94Og==",
        "Token x",
        "a.b.c",
        "sk_live_demoFlatBase000000000001",
    ] {
        let answer = app.anonymous().with_header(header).ask_for(WHO).await;
        assert_eq!(answer.codes(), ["KT-CT-1143"], "{header}");
    }
    let empty = app.anonymous().with_header("").ask_for(WHO).await;
    assert_eq!(empty.codes(), ["KT-CT-1112"]);
    let rubbish = app.anonymous().with_header("rubbish").ask_for(WHO).await;
    assert_json_snapshot!(rubbish.body, @r#"
    {
      "errors": [
        {
          "message": "Value of 'Authorization' header is not a valid credential.",
          "locations": [
            {
              "line": 1,
              "column": 3
            }
          ],
          "path": [
            "viewer"
          ],
          "extensions": {
            "errorType": "AUTHORIZATION",
            "errorCode": "KT-CT-1143",
            "errorDescription": "Obtain a token with the obtainKrakenToken mutation and send it in the header."
          }
        }
      ],
      "data": {
        "viewer": null
      }
    }
    "#);
});

/// The token with a part replaced by this JSON.
fn forged(token: &str, part: usize, json: &Json) -> String {
    let mut parts: Vec<String> = token.split('.').map(Into::into).collect();
    parts[part] = URL_SAFE_NO_PAD.encode(json.to_string());
    parts.join(".")
}

story!(a_token_that_is_not_ours_has_the_code_of_what_is_wrong, |app| async move {
    let token = app.customer("flat-base").await.token().to_string();
    let sandbox = app.sandbox();
    let user = users::by_id(sandbox.store.connection(), kemu_domain::UserId(3_200_001)).await;
    let user = user.expect("a query").expect("flat-base");
    let issuer =
        Issuer { keys: &sandbox.keys, url: "https://api.oefr-kraken.energy/v1/graphql/", aliases: &[] };
    let elsewhere = access_token_for(issuer, sandbox.now(), &user, Grant::ApiKey).token;
    let (body, signature) = token.rsplit_once('.').expect("three parts");
    let turned: String = signature.chars().rev().collect();
    let somebody = json!({ "sub": "kraken|account-user:3200002", "iss": "http://kemu.test/v1/graphql/",
        "exp": 4_000_000_000_i64, "iat": 1, "origIat": 1, "tokenUse": "access", "gty": "API-KEY" });
    let kid = sandbox.keys.kid();
    for (what, header, code) in [
        ("its signature turned round", format!("{body}.{turned}"), "KT-CT-1126"),
        ("claims exchanged", forged(&token, 1, &somebody), "KT-CT-1126"),
        ("another issuer", elsewhere, "KT-CT-1127"),
        (
            "a key that is not published",
            forged(&token, 0, &json!({ "alg": "RS256", "kid": "rotated" })),
            "KT-CT-1125",
        ),
        ("no algorithm", forged(&token, 0, &json!({ "alg": "none", "kid": kid })), "KT-CT-1163"),
        (
            "a shared secret's algorithm",
            forged(&token, 0, &json!({ "alg": "HS256", "kid": kid })),
            "KT-CT-1163",
        ),
    ] {
        let answer = app.anonymous().with_header(&header).ask_for(WHO).await;
        assert_eq!(answer.codes(), [code], "{what}");
        assert_eq!(answer.body["data"], json!({ "viewer": null }), "{what}");
    }
});

story!(a_token_lives_an_hour_to_the_second, |app| async move {
    let customer = app.customer("flat-base").await;
    app.clock().advance(chrono::TimeDelta::seconds(3_599));
    customer.ask_for(WHO).await.data();
    app.clock().advance(chrono::TimeDelta::seconds(1));
    assert_eq!(customer.ask_for(WHO).await.codes(), ["KT-CT-1124"]);
    app.clock().advance(chrono::TimeDelta::seconds(1));
    assert_eq!(customer.ask_for(WHO).await.codes(), ["KT-CT-1124"]);
});

story!(an_expired_token_breaks_everything_and_signing_in_too, |app| async move {
    let customer = app.customer("flat-base").await;
    app.clock().advance(chrono::TimeDelta::seconds(3_600));
    let refreshing = format!(
        "mutation {{ obtainKrakenToken(input: {{ refreshToken: \"{}\" }}) {{ token }} }}",
        customer.refresh_token()
    );
    for document in [
        refreshing.as_str(),
        r#"mutation { obtainKrakenToken(input: { APIKey: "sk_live_demoFlatBase000000000001" }) { token } }"#,
        "{ __schema { queryType { name } } }",
        r#"{ __type(name: "Query") { name } }"#,
        "{ krakenVersion { isPinned } }",
        "{ passwordValidatorHelpTexts }",
    ] {
        let api = customer.ask_for(document).await;
        assert_eq!(api.codes(), ["KT-CT-1124"], "{document}");
    }
    for document in [WHO, &refreshing, "{ __schema { queryType { name } } }"] {
        let auth = customer.gql_auth(document, json!({})).await;
        assert_eq!(auth.codes(), ["KT-CT-1124"], "{document}");
    }
    // Without the header all is well again.
    app.anonymous().ask_for(&refreshing).await.data();
});

story!(nobody_may_look_at_the_schema, |app| async move {
    // Introspection is open to anonymous callers elsewhere (kraken-facts 1.17).
    let body = json!({ "query": "{ __schema { queryType { name } } }" }).to_string();
    for path in [API, AUTH] {
        let answer = app.post_raw(path, &[("content-type", "application/json")], body.clone()).await;
        assert_eq!(answer.data(), &json!({ "__schema": { "queryType": { "name": "Query" } } }));
    }
});
