//! Where the auth site says that things are, and whether that is true.

use kemu_domain::oauth::Scope;
use kemu_tests::oauth::{REDIRECT, VERIFIER, claims, query};
use kemu_tests::{BASE_URL, Options, TestApp, story};
use serde_json::{Value as Json, json};

/// Where strict clients look, and Authlib, which keeps the slash that RFC 8414 removes.
const OF_ISSUER: [&str; 3] = [
    "/token/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/token",
    "/.well-known/oauth-authorization-server/token/",
];

story!(the_metadata_is_krakens_at_the_root_and_true_at_the_issuer, |app| async move {
    let root = app.get("/.well-known/openid-configuration").await;
    assert_eq!(root.member("issuer"), format!("{BASE_URL}/token/"));
    assert_eq!(root.body["response_types_supported"].as_array().map(Vec::len), Some(7));
    for missing in
        ["device_authorization_endpoint", "code_challenge_methods_supported", "grant_types_supported"]
    {
        assert!(root.body.get(missing).is_none(), "{missing}");
    }
    for path in OF_ISSUER {
        let document = app.get(path).await;
        assert_eq!(document.member("issuer"), format!("{BASE_URL}/token/"));
        assert_eq!(document.body["response_types_supported"], serde_json::json!(["code"]));
        assert_eq!(document.body["code_challenge_methods_supported"], serde_json::json!(["S256"]));
        for (name, value) in document.body.as_object().expect("an object") {
            assert!(value.as_array().is_none_or(|list| !list.is_empty()), "{name}");
            // Whatever is named as an address is served.
            if let Some(path) = value.as_str().and_then(|url| url.strip_prefix(BASE_URL)) {
                assert_ne!(app.get(path).await.status, 404, "{name}");
            }
        }
    }
    assert_eq!(app.get("/.well-known/oauth-authorization-server").await.status, 404, "as at Kraken");
    let without = app.another(Options::default().with(|_, http| http.issuer_metadata = false)).await;
    for path in OF_ISSUER {
        assert_eq!(without.get(path).await.status, 404, "{path}, as at Kraken");
    }
    assert_eq!(without.get("/.well-known/openid-configuration").await.status, 200);
});

story!(the_issuer_follows_the_host_unless_a_base_is_set, |app| async move {
    let app = app.another(Options::default().with(|_, http| http.follows_host = true)).await;
    let issuer = app.get("/.well-known/openid-configuration").await.member("issuer").to_owned();
    assert_eq!(issuer, app.url("/token/"));
    let token = app.machine_token().await;
    assert_eq!(claims(&token)["iss"], issuer);
    app.anonymous().with_header(&token).ask_for("{ thirdPartyViewer { name } }").await.data();
    // Under another name it is another site, and says so.
    let elsewhere = [("host", "localhost:1"), ("authorization", token.as_str())];
    assert_eq!(app.get_with("/resource/", &elsewhere).await.status, 401);
});

fn words(document: &Json, name: &str) -> Vec<String> {
    let all = document[name].as_array().unwrap_or_else(|| panic!("no {name}"));
    all.iter().map(|one| one.as_str().expect("text").to_owned()).collect()
}

/// An application that may ask for everything, registered at once: its id.
async fn with_all_scopes(app: &TestApp) -> String {
    let scope: Vec<String> = Scope::all().map(|scope| scope.to_string()).collect();
    let body = json!({
        "name": "everything", "type": "public", "grant": "authorization-code", "redirectUris": [REDIRECT],
        "scope": scope.join(" "),
    });
    let json_body = [("content-type", "application/json")];
    let added = app.post_raw("/_emulator/oauth/clients", &json_body, body.to_string()).await;
    added.member("id").to_owned()
}

story!(nothing_that_is_advertised_is_refused, |app| async move {
    let document = app.get(OF_ISSUER[0]).await;
    for path in OF_ISSUER {
        assert_eq!(app.get(path).await.body, document.body, "{path}");
    }
    let document = &document.body;
    for grant in words(document, "grant_types_supported") {
        let id = app.oauth_client("demo-public").id.to_string();
        let answer = app.post_form("/token/", &[], &[("grant_type", &grant), ("client_id", &id)]).await;
        assert!(!["unsupported_grant_type", "invalid_client"].contains(&answer.refusal().1), "{grant}");
    }
    for prompt in words(document, "prompt_values_supported") {
        let answer = app.get(&app.authorization("demo-public", &[("prompt", &prompt)])).await;
        let error = query(answer.header("location")).remove("error");
        assert_eq!(error, (prompt == "none").then(|| "login_required".to_owned()), "{prompt}");
    }
    for (name, parameter) in [
        ("response_types_supported", "response_type"),
        ("response_modes_supported", "response_mode"),
        ("code_challenge_methods_supported", "code_challenge_method"),
    ] {
        for value in words(document, name) {
            let answer = app.get(&app.authorization("demo-public", &[(parameter, &value)])).await;
            assert_eq!(answer.status, 200, "{name}: {value}");
        }
    }
    let id = with_all_scopes(&app).await;
    for scope in words(document, "scopes_supported") {
        let answer =
            app.get(&app.authorization("demo-public", &[("client_id", &id), ("scope", &scope)])).await;
        assert_eq!(answer.status, 200, "{scope}");
    }
    let said = claims(app.tokens("demo-public").await.member("id_token"));
    for claim in words(document, "claims_supported") {
        assert!(said.get(&claim).is_some(), "{claim}");
    }
    let mut signed = Vec::new();
    for client in ["demo-hs256", "demo-public"] {
        let header = jsonwebtoken::decode_header(app.tokens(client).await.member("id_token"));
        signed.push(format!("{:?}", header.expect("a header").alg));
    }
    assert_eq!(words(document, "id_token_signing_alg_values_supported"), signed);
});

story!(each_advertised_way_of_authentication_works_where_it_is_advertised, |app| async move {
    let document = app.get(OF_ISSUER[0]).await.body;
    let ways = ["client_secret_post", "client_secret_basic", "none"];
    for name in ["token_endpoint_auth_methods_supported", "revocation_endpoint_auth_methods_supported"] {
        assert_eq!(words(&document, name), ways, "{name}");
    }
    let post = app.tokens("demo-confidential").await;
    assert_eq!(post.status, 200);
    let code = app.code("demo-confidential", &[]).await;
    let basic = app.basic_of("demo-confidential");
    let redemption = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_verifier", VERIFIER),
    ];
    let by_basic = app.post_form("/token/", &[("authorization", &basic)], &redemption).await;
    assert_eq!(by_basic.status, 200, "{}", by_basic.text());
    let none = app.tokens("demo-public").await;
    let revoke = async |headers: &[(&str, &str)], more: &[(&str, &str)], token: &str| {
        let form = [&[("token", token)], more].concat();
        let revoked = app.post_form("/revoke-token/", headers, &form).await;
        let dead = app.get_with("/resource/", &[("authorization", token)]).await;
        assert_eq!((revoked.status.as_u16(), dead.status.as_u16()), (200, 401));
    };
    let public = app.oauth_client("demo-public").id.to_string();
    let confidential = app.oauth_client("demo-confidential");
    let secret = confidential.secret.as_ref().expect("a secret").reveal().to_owned();
    let in_body = [("client_id", confidential.id.as_str()), ("client_secret", secret.as_str())];
    revoke(&[], &[("client_id", &public)], none.member("access_token")).await;
    revoke(&[("authorization", &basic)], &[], by_basic.member("access_token")).await;
    revoke(&[], &in_body, post.member("access_token")).await;
});

story!(an_id_token_is_verified_with_the_published_key, |app| async move {
    let document = app.get(OF_ISSUER[0]).await.body;
    let address = document["jwks_uri"].as_str().expect("an address").strip_prefix(BASE_URL).expect("ours");
    let set = app.get(address).await;
    let token = app.tokens("demo-public").await.member("id_token").to_owned();
    let header = jsonwebtoken::decode_header(&token).expect("a header");
    let keys = set.body["keys"].as_array().expect("keys");
    let key = keys.iter().find(|key| key["kid"].as_str() == header.kid.as_deref()).expect("its key");
    for private in ["d", "p", "q", "dp", "dq", "qi"] {
        assert!(keys.iter().all(|key| key.get(private).is_none()), "{private}");
    }
    let (n, e) = (key["n"].as_str().expect("n"), key["e"].as_str().expect("e"));
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    // It knows no clock but the wall's.
    validation.validate_exp = false;
    validation.set_audience(&[app.oauth_client("demo-public").id.as_str()]);
    validation.set_issuer(&[document["issuer"].as_str().expect("an issuer")]);
    let key = jsonwebtoken::DecodingKey::from_rsa_components(n, e).expect("a key");
    let said = jsonwebtoken::decode::<Json>(&token, &key, &validation).expect("signed with it").claims;
    let now = app.clock().now().timestamp();
    assert_eq!(said["iat"], now);
    assert!(said["exp"].as_i64().is_some_and(|exp| exp > now), "{said}");
    let preflight = [("origin", "https://spa.example"), ("access-control-request-method", "GET")];
    for path in [address, OF_ISSUER[0], "/.well-known/openid-configuration", "/userinfo/"] {
        let answer = app.get_with(path, &preflight).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
    }
});
