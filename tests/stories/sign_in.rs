//! Signing in, with each credential.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use insta::assert_json_snapshot;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use kemu_tests::{BASE_URL, story};
use serde_json::{Value as Json, json};

story!(a_customer_signs_in_with_address_and_password, |app| async move {
    let input = json!({ "email": "flat-base@example.com", "password": "Demo-Octopus-1" });
    let answer = app.anonymous().try_sign_in(input).await;
    assert_json_snapshot!(answer.at("/obtainKrakenToken/payload"), @r#"
    {
      "sub": "kraken|account-user:3200001",
      "gty": "EMAIL-AND-PASSWORD",
      "email": "flat-base@example.com",
      "tokenUse": "access",
      "iss": "http://kemu.test/v1/graphql/",
      "iat": 1768478400,
      "exp": 1768482000,
      "origIat": 1768478400
    }
    "#);
    let customer = app.anonymous().with_header(answer.text_at("/obtainKrakenToken/token"));
    assert_eq!(customer.ask_for("{ viewer { id } }").await.data(), &json!({ "viewer": { "id": "3200001" } }));
});

story!(a_customer_signs_in_with_an_api_key, |app| async move {
    let input = json!({ "APIKey": "sk_live_demoFlatBase000000000001" });
    let answer = app.anonymous().try_sign_in(input).await;
    assert_json_snapshot!(answer.at("/obtainKrakenToken/payload"), @r#"
    {
      "sub": "kraken|account-user:3200001",
      "gty": "API-KEY",
      "email": "flat-base@example.com",
      "tokenUse": "access",
      "iss": "http://kemu.test/v1/graphql/",
      "iat": 1768478400,
      "exp": 1768482000,
      "origIat": 1768478400
    }
    "#);
});

story!(an_organisation_signs_in_with_its_secret_key, |app| async move {
    let input = json!({ "organizationSecretKey": "sk_live_demoUsageReader000000001" });
    let answer = app.anonymous().try_sign_in(input).await;
    assert_json_snapshot!(answer.at("/obtainKrakenToken/payload"), @r#"
    {
      "sub": "kraken|third-party-organization:9001",
      "gty": "ORGANIZATION-SECRET-KEY",
      "tokenUse": "access",
      "iss": "http://kemu.test/v1/graphql/",
      "iat": 1768478400,
      "exp": 1768482000,
      "origIat": 1768478400
    }
    "#);
});

story!(an_api_key_works_where_the_password_does_not, |app| async move {
    for name in ["locked-out", "second-factor"] {
        let customer = app.customer(name).await;
        let email = format!("{name}@example.com");
        assert_eq!(customer.ask_for("{ viewer { email } }").await.at("/viewer/email"), &json!(email));
    }
});

story!(address_and_password_may_bring_a_captcha, |app| async move {
    let input =
        json!({ "email": "flat-base@example.com", "password": "Demo-Octopus-1", "captchaResponse": "x" });
    app.anonymous().try_sign_in(input).await.data();
});

story!(the_expiry_of_a_refresh_token_is_a_time_and_not_a_duration, |app| async move {
    let customer = app.customer("flat-base").await;
    // 1,768,478,400 is the start of this world; seven days are 604,800 seconds.
    assert_eq!(customer.refresh_expires_in(), 1_768_478_400 + 604_800);
    let token = customer.refresh_token();
    assert!(
        token.len() == 64 && token.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    );
});

story!(a_token_is_verified_by_whoever_reads_the_key_set, |app| async move {
    let customer = app.customer("flat-base").await;
    let set = app.get("/.well-known/jwks.json").await;
    let keys: JwkSet = serde_json::from_value(set.body.clone()).expect("a key set");
    let header = decode_header(customer.token()).expect("a header");
    assert_eq!(header.alg, Algorithm::RS256);
    let key = keys.find(header.kid.as_deref().expect("a kid")).expect("the set has the key that signed");
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[format!("{BASE_URL}/v1/graphql/")]);
    validation.set_required_spec_claims(&["sub", "iss", "exp"]);
    // Time stands still in this world, and not where the library looks.
    validation.validate_exp = false;
    let key = DecodingKey::from_jwk(key).expect("an RSA key");
    let claims = decode::<Json>(customer.token(), &key, &validation).expect("the signature fits").claims;
    let payload = customer.ask_for("{ viewer { id } }").await;
    assert_eq!(claims["sub"], json!(format!("kraken|account-user:{}", payload.text_at("/viewer/id"))));
    let life = claims["exp"].as_i64().expect("a time") - claims["iat"].as_i64().expect("a time");
    assert_eq!(life, 3_600);
    let private = ["d", "p", "q", "dp", "dq", "qi", "k"];
    for key in set.body["keys"].as_array().expect("keys") {
        assert_eq!(
            (&key["kty"], &key["alg"], &key["use"], &key["e"]),
            (&json!("RSA"), &json!("RS256"), &json!("sig"), &json!("AQAB"))
        );
        assert!(private.iter().all(|member| key.get(member).is_none()), "the set shows a private part");
    }
});

story!(the_payload_is_what_the_token_says, |app| async move {
    for input in [
        json!({ "APIKey": "sk_live_demoTwoAccounts000000002" }),
        json!({ "organizationSecretKey": "sk_live_demoBackOffice0000000002" }),
    ] {
        let answer = app.anonymous().try_sign_in(input).await;
        let claims = answer.text_at("/obtainKrakenToken/token").split('.').nth(1).expect("three parts");
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
        assert_eq!(answer.at("/obtainKrakenToken/payload").to_string().as_bytes(), claims);
    }
});

story!(both_sites_sign_in_and_each_takes_the_others_tokens, |app| async move {
    let query =
        r#"mutation { obtainKrakenToken(input: { APIKey: "sk_live_demoFlatBase000000000001" }) { token } }"#;
    let from_auth = app.anonymous().gql_auth(query, json!({})).await;
    let customer = app.anonymous().with_header(from_auth.text_at("/obtainKrakenToken/token"));
    customer.ask_for("{ viewer { id } }").await.data();
    let customer = app.customer("flat-base").await;
    customer.gql_auth("{ viewer { id } }", json!({})).await.data();
});

story!(deprecated_input_is_honoured_and_shown_only_on_request, |app| async move {
    let query = r#"query ($all: Boolean) { __type(name: "ObtainJSONWebTokenInput") {
        inputFields(includeDeprecated: $all) { name isDeprecated deprecationReason } } }"#;
    let names = |body: &Json| -> Vec<String> {
        let fields = body["data"]["__type"]["inputFields"].as_array().expect("fields").iter();
        fields.map(|field| field["name"].as_str().expect("a name").to_string()).collect()
    };
    let current = app.anonymous().gql(query, json!({})).await;
    assert_eq!(
        names(&current.body),
        ["APIKey", "organizationSecretKey", "preSignedKey", "refreshToken", "captchaResponse"]
    );
    let all = app.anonymous().gql(query, json!({ "all": true })).await;
    assert_json_snapshot!(all.body["data"]["__type"]["inputFields"].as_array().expect("fields")[..2], @r#"
    [
      {
        "name": "email",
        "isDeprecated": true,
        "deprecationReason": "The 'email' field is deprecated.\n\n- Marked as deprecated on 2026-03-18.\n- Scheduled for removal on or after 2026-09-21."
      },
      {
        "name": "password",
        "isDeprecated": true,
        "deprecationReason": "The 'password' field is deprecated.\n\n- Marked as deprecated on 2026-03-18.\n- Scheduled for removal on or after 2026-09-21."
      }
    ]
    "#);
});
