//! How applications prove who they are, what the token endpoint takes and refuses, and client credentials.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use kemu_domain::ClientId;
use kemu_domain::oauth::{Client, ClientGrant, ClientSecret, ClientSettings, ClientType};
use kemu_persistence::oauth::clients;
use kemu_tests::oauth::{basic, claims, form};
use kemu_tests::{Answer, BASE_URL, TestApp, story};
use reqwest::Method;
use serde_json::{Value as Json, json};

const MACHINE: [(&str, &str); 1] = [("grant_type", "client_credentials")];

async fn with_basic(app: &TestApp, header: &str) -> Answer {
    app.post_form("/token/", &[("authorization", header)], &MACHINE).await
}

story!(client_credentials_make_a_third_party_caller, |app| async move {
    let answer = with_basic(&app, &app.basic_of("demo-machine")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(answer.body["scope"], "full-customer-access query:property query:property-meters");
    assert!(answer.body.get("refresh_token").is_none() && answer.body.get("id_token").is_none());
    let token = answer.member("access_token");
    let claims = claims(token);
    assert_eq!(claims["sub"], "kraken|third-party-organization:9001");
    assert_eq!((&claims["tokenUse"], &claims["gty"]), (&json!("access"), &json!("CLIENT-CREDENTIALS")));
    assert_eq!(claims["iss"], format!("{BASE_URL}/token/"));
    for header in [token.to_owned(), format!("Bearer {token}"), format!("JWT {token}")] {
        let who = app.anonymous().with_header(&header).ask_for("{ thirdPartyViewer { name } }").await;
        assert_eq!(who.data(), &json!({ "thirdPartyViewer": { "name": "usage-reader" } }), "{header}");
        let resource = app.get_with("/resource/", &[("authorization", &header)]).await;
        assert_eq!(resource.member("clientName"), "demo-machine");
    }
    let customer = app.anonymous().with_header(token).ask_for("{ viewer { id } }").await;
    assert_eq!(customer.codes(), ["KT-CT-1111"]);
});

story!(an_application_has_300_000_points, kemu_tests::Options::default().rate_limits(), |app| async move {
    let token = app.machine_token().await;
    let query = "{ rateLimitInfo { pointsAllowanceRateLimit { limit } } }";
    let answer = app.anonymous().with_header(&token).ask_for(query).await;
    assert_eq!(answer.number_at("/rateLimitInfo/pointsAllowanceRateLimit/limit"), 300_000);
});

story!(a_scope_narrows_what_the_organisation_may, |app| async move {
    let basic = app.basic_of("demo-machine");
    let ask = "{ account(accountNumber: \"A-F1A7BA5E\") { number } }";
    for (scope, expected) in [("full-customer-access", vec![]), ("query:property", vec!["KT-CT-1111"])] {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let answer = app.post_form("/token/", &[("authorization", &basic)], &form).await;
        assert_eq!(answer.body["scope"], scope);
        let role = app.anonymous().with_header(answer.member("access_token"));
        assert_eq!(role.ask_for(ask).await.codes(), expected, "{scope}");
    }
    for scope in ["openid", "join:campaigns", "full-customer-access nonsense", "\"><script>"] {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        let answer = app.post_form("/token/", &[("authorization", &basic)], &form).await;
        assert_eq!(answer.refusal(), (400, "invalid_scope"), "{scope}");
    }
});

story!(a_client_authenticates_in_one_way_before_anything_else, |app| async move {
    let (id, good) = (app.oauth_client("demo-machine").id.to_string(), app.basic_of("demo-machine"));
    let secret = app.oauth_client("demo-machine").secret.as_ref().expect("a secret").reveal().to_owned();
    let public = app.oauth_client("demo-public").id.to_string();
    let almost = format!("{}1", &secret[..secret.len() - 1]);
    for header in [
        basic(&id, &almost),
        basic(&id, ""),
        basic(&"0".repeat(64), &secret),
        basic("nobody", &secret),
        basic(&public, &secret),
        "Basic".to_owned(),
        "Basic !!!".to_owned(),
        "Bearer x".to_owned(),
    ] {
        let answer = with_basic(&app, &header).await;
        assert_eq!(answer.refusal(), (401, "invalid_client"), "{header}");
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"kemu\"");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    let in_body = |secret: &str| {
        form(&[("grant_type", "client_credentials"), ("client_id", &id), ("client_secret", secret)])
    };
    let post = async |headers: &[(&str, &str)], body: String| {
        let mut all = vec![("content-type", "application/x-www-form-urlencoded")];
        all.extend_from_slice(headers);
        app.post_raw("/token/", &all, body).await
    };
    assert_eq!(post(&[], in_body(&secret)).await.status, 200);
    for wrong in [almost.as_str(), "", "x"] {
        let answer = post(&[], in_body(wrong)).await;
        assert_eq!(answer.refusal(), (401, "invalid_client"));
        assert_eq!(answer.header("www-authenticate"), "Basic realm=\"kemu\"");
    }
    assert_eq!(post(&[], form(&MACHINE)).await.refusal(), (401, "invalid_client"));
    let both = post(&[("authorization", &good)], in_body(&secret)).await;
    assert_eq!(both.refusal(), (400, "invalid_request"));
    let other = form(&[("grant_type", "client_credentials"), ("client_id", &public)]);
    assert_eq!(post(&[("authorization", &good)], other).await.refusal(), (400, "invalid_request"));
    let same = form(&[("grant_type", "client_credentials"), ("client_id", &id)]);
    assert_eq!(post(&[("authorization", &good)], same).await.status, 200);
    // A public client may send an empty secret: it is one, and is refused this grant.
    let header = basic(&public, "");
    assert_eq!(with_basic(&app, &header).await.refusal(), (400, "unauthorized_client"));
});

story!(a_secret_of_any_characters_authenticates, |app| async move {
    let secret = ClientSecret::try_new(format!("ü/%+ :&={}", "x".repeat(24))).expect("long enough");
    let settings = ClientSettings {
        organisation: Some(9001),
        ..ClientSettings::new(ClientType::Confidential, ClientGrant::ClientCredentials)
    };
    let client = Client {
        id: ClientId::try_new("ab".repeat(32)).expect("well formed"),
        name: "odd".into(),
        secret_digest: Some(secret.digest()),
        signing_secret: None,
        settings,
    };
    clients::insert(app.sandbox().store.connection(), &client).await.expect("kept");
    assert_eq!(with_basic(&app, &basic(client.id.as_str(), secret.reveal())).await.status, 200);
    assert!(clients::remove(app.sandbox().store.connection(), &client.id).await.expect("removed"));
    assert_eq!(with_basic(&app, &basic(client.id.as_str(), secret.reveal())).await.status, 401);
});

story!(the_token_endpoint_takes_forms_by_post_only, |app| async move {
    let basic = app.basic_of("demo-machine");
    let headers = [("authorization", basic.as_str())];
    let get = app.get_with("/token/", &headers).await;
    assert_eq!((get.status.as_u16(), get.header("allow")), (405, "POST"));
    let ask = async |path: &str, body: &str, content_type: &str| {
        let headers = [("authorization", basic.as_str()), ("content-type", content_type)];
        app.post_raw(path, &headers, body).await
    };
    let form = "application/x-www-form-urlencoded";
    let good = "grant_type=client_credentials";
    for (path, body, content_type, expected) in [
        ("/token/", good, form, (200, "")),
        ("/token/", good, "application/x-www-form-urlencoded;charset=UTF-8", (200, "")),
        ("/token", good, form, (200, "")),
        ("/token/", "{\"grant_type\":\"client_credentials\"}", "application/json", (400, "invalid_request")),
        ("/token/?grant_type=client_credentials", "", form, (400, "invalid_request")),
        ("/token/?x=1", good, form, (400, "invalid_request")),
        ("/token/", "", form, (400, "invalid_request")),
        ("/token/", "grant_type=", form, (400, "invalid_request")),
        (
            "/token/",
            "grant_type=client_credentials&grant_type=client_credentials",
            form,
            (400, "invalid_request"),
        ),
        ("/token/", "grant_type=client_credentials&scope=&scope=", form, (400, "invalid_request")),
        ("/token/", "grant_type=password&username=a&password=b", form, (400, "unsupported_grant_type")),
        ("/token/", "grant_type=implicit", form, (400, "unsupported_grant_type")),
        ("/token/", "grant_type=%00", form, (400, "invalid_request")),
        ("/token/", "grant_type=%ff", form, (400, "invalid_request")),
        ("/token/", "grant_type=client_credentials&resource=https%3A%2F%2Fx&unknown=1", form, (200, "")),
        (
            "/token/",
            "grant_type=authorization_code&code=x&redirect_uri=x",
            form,
            (400, "unauthorized_client"),
        ),
        ("/token/", "grant_type=refresh_token&refresh_token=x", form, (400, "unauthorized_client")),
    ] {
        let answer = ask(path, body, content_type).await;
        assert_eq!(answer.refusal(), expected, "{path} {body} {content_type}");
    }
    let large = format!("{good}&x={}", "y".repeat(70_000));
    assert_eq!(ask("/token/", &large, form).await.status, 413);
    let many = format!("{good}{}", "&x=1".repeat(10_000));
    assert_eq!(ask("/token/", &many, form).await.status, 400);
    let preflight = [("origin", "https://spa.example"), ("access-control-request-method", "POST")];
    let preflight = app.send(Method::OPTIONS, "/token/", &preflight, Vec::new()).await;
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(preflight.header("access-control-allow-credentials"), "");
});

story!(access_tokens_live_an_hour_and_end_when_revoked, |app| async move {
    let basic = app.basic_of("demo-machine");
    let who = "{ thirdPartyViewer { name } }";
    let token = app.machine_token().await;
    let role = app.anonymous().with_header(&token);
    app.clock().advance(TimeDelta::seconds(3_599));
    role.ask_for(who).await.data();
    for _ in [3_600, 3_601] {
        app.clock().advance(TimeDelta::seconds(1));
        assert_eq!(role.ask_for(who).await.codes(), ["KT-CT-1124"]);
    }
    let resource = app.get_with("/resource/", &[("authorization", &token)]).await;
    assert_eq!(resource.status, 401);
    assert_eq!(resource.header("www-authenticate"), "Bearer realm=\"kemu\", error=\"invalid_token\"");

    let token = app.machine_token().await;
    let revoke = async |header: &str, form: &[(&str, &str)]| {
        app.post_form("/revoke-token/", &[("authorization", header)], form).await
    };
    let other = app.basic_of("demo-confidential");
    let hint = [("token", token.as_str()), ("token_type_hint", "nonsense")];
    // Another client's token stays, and nobody is told.
    for header in [&other, &basic] {
        app.anonymous().with_header(&token).ask_for(who).await.data();
        let answer = revoke(header, &hint).await;
        assert_eq!((answer.status.as_u16(), answer.text()), (200, ""));
        assert_eq!(answer.header("content-type"), "application/json");
    }
    assert_eq!(app.anonymous().with_header(&token).ask_for(who).await.codes(), ["KT-CT-1162"]);
    assert_eq!(app.get_with("/resource/", &[("authorization", &token)]).await.status, 401);
    assert_eq!(revoke(&basic, &[("token", "unknown")]).await.status, 200);
    assert_eq!(revoke(&basic, &[]).await.refusal(), (400, "invalid_request"));
    assert_eq!(revoke("Basic eDp5", &hint).await.refusal(), (401, "invalid_client"));
});

story!(resource_and_userinfo_refuse_as_rfc_6750_says, |app| async move {
    let kraken = app.customer("flat-base").await.token().to_owned();
    let machine = app.machine_token().await;
    for path in ["/resource/", "/userinfo/"] {
        let nobody = app.get(path).await;
        assert_eq!(nobody.status, 401);
        assert_eq!(
            nobody.header("www-authenticate"),
            "Bearer realm=\"kemu\"",
            "no error without credentials"
        );
        for other_scheme in ["Basic eDp5", "Digest realm=x", ""] {
            let answer = app.get_with(path, &[("authorization", other_scheme)]).await;
            let challenge = answer.header("www-authenticate");
            assert_eq!((answer.status.as_u16(), challenge), (401, "Bearer realm=\"kemu\""), "{other_scheme}");
        }
        let in_query = app.get(&format!("{path}?access_token={machine}")).await;
        assert_eq!(in_query.status, 400);
        assert!(in_query.header("www-authenticate").contains("invalid_request"));
        // A token of the GraphQL API is none of the auth site's, though the same key signed it.
        for bad in ["x", "a.b.c", "", kraken.as_str()] {
            let answer = app.get_with(path, &[("authorization", &format!("Bearer {bad}"))]).await;
            assert_eq!(answer.status, 401, "{path} {bad}");
        }
    }
    let bearer = format!("Bearer {machine}");
    let userinfo = app.get_with("/userinfo/", &[("authorization", &bearer)]).await;
    assert_eq!(userinfo.status, 403);
    let expected = "Bearer realm=\"kemu\", error=\"insufficient_scope\", scope=\"openid\"";
    assert_eq!(userinfo.header("www-authenticate"), expected);
    assert_eq!(app.get_with("/userinfo/", &[("authorization", &machine)]).await.status, 401, "strict");
    let twice =
        app.post_form("/userinfo/", &[("authorization", &bearer)], &[("access_token", &machine)]).await;
    assert_eq!(twice.status, 400);
    let in_body = app.post_form("/userinfo/", &[], &[("access_token", &machine)]).await;
    assert_eq!(in_body.status, 403);
});

story!(forged_access_tokens_are_refused_everywhere, |app| async move {
    let token = app.machine_token().await;
    let parts: Vec<&str> = token.split('.').collect();
    let header = |json: Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let payload = |change: (&str, Json)| {
        let mut claims = claims(&token);
        claims[change.0] = change.1;
        URL_SAFE_NO_PAD.encode(claims.to_string())
    };
    let jwks = app.get("/.well-known/jwks.json").await;
    let kid = jwks.body["keys"][0]["kid"].as_str().expect("a kid").to_owned();
    let hs256 = |secret: &[u8]| {
        let header = jsonwebtoken::Header { kid: Some(kid.clone()), ..Default::default() };
        let key = jsonwebtoken::EncodingKey::from_secret(secret);
        jsonwebtoken::encode(&header, &claims(&token), &key).expect("signed")
    };
    let modulus = jwks.body["keys"][0]["n"].as_str().expect("a modulus");
    for forged in [
        format!("{}.{}.", header(json!({ "alg": "none" })), parts[1]),
        format!("{}.{}.", header(json!({ "alg": "None", "kid": kid })), parts[1]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", parts[0], payload(("scope", json!("openid"))), parts[2]),
        format!("{}.{}.{}", parts[0], payload(("sub", json!("kraken|account-user:3200001"))), parts[2]),
        format!("{}.{}.{}", header(json!({ "alg": "RS256", "kid": "../../x" })), parts[1], parts[2]),
        format!(
            "{}.{}.{}",
            header(json!({ "alg": "RS256", "jku": "http://127.0.0.1:1/" })),
            parts[1],
            parts[2]
        ),
        hs256(&jwks.bytes),
        hs256(modulus.as_bytes()),
        hs256(b""),
    ] {
        for path in ["/resource/", "/userinfo/"] {
            let answer = app.get_with(path, &[("authorization", &format!("Bearer {forged}"))]).await;
            assert_eq!(answer.status, 401, "{path} {forged}");
        }
        let api = app.anonymous().with_header(&forged).ask_for("{ thirdPartyViewer { name } }").await;
        assert!(!api.codes().is_empty(), "{forged}");
    }
});

story!(userinfo_reads_a_body_only_where_it_is_a_form, |app| async move {
    let token = app.tokens("demo-public").await.member("access_token").to_owned();
    let bearer = format!("Bearer {token}");
    let with_header = [("authorization", bearer.as_str())];
    for (media_type, body) in
        [("application/json", "{}"), ("application/json", ""), ("text/plain", "access_token=x")]
    {
        let headers = [with_header[0], ("content-type", media_type)];
        let answer = app.post_raw("/userinfo/", &headers, body).await;
        assert_eq!(answer.member("sub"), "kraken|account-user:3200001", "{media_type}");
        let nobody = app.post_raw("/userinfo/", &headers[1..], body).await;
        assert_eq!(
            (nobody.status.as_u16(), nobody.header("www-authenticate")),
            (401, "Bearer realm=\"kemu\"")
        );
    }
    assert_eq!(app.post_raw("/userinfo/", &with_header, "").await.status, 200);
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let long = format!("access_token={}", "x".repeat(100_000));
    for (body, status) in [("access_token=x&access_token=y", 400), ("access_token=%ff", 400), (&long, 413)] {
        let answer = app.post_raw("/userinfo/", &form, body).await;
        let expected = "Bearer realm=\"kemu\", error=\"invalid_request\"";
        assert_eq!((answer.status.as_u16(), answer.header("www-authenticate")), (status, expected));
    }
});
