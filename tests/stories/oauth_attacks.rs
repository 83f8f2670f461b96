//! Attacks on the auth site that take more than one request to tell: other issuers, forged keys, persons and applications
//! that are taken for each other. `docs/reference/oauth-checks.md` says where each known attack is tried.

use std::net::TcpListener;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use kemu_domain::ClientId;
use kemu_tests::oauth::{basic, claims, query};
use kemu_tests::{Answer, BASE_URL, Options, TestApp, story, story_of_stores};
use reqwest::Method;
use sea_orm::{ConnectionTrait as _, DbBackend};
use serde_json::{Value as Json, json};

const ELSEWHERE: &str = "http://other.test";
const WHO: &str = "{ viewer { id } thirdPartyViewer { name } }";

async fn register(app: &TestApp, body: Json) -> Answer {
    let json_body = [("content-type", "application/json")];
    let added = app.post_raw("/_emulator/oauth/clients", &json_body, body.to_string()).await;
    assert_eq!(added.status, 201, "{}", added.text());
    added
}

/// The statuses of `/resource/` and `/userinfo/`, and whether the API answered who it is.
async fn good_for(app: &TestApp, token: &str) -> (u16, u16, bool) {
    let bearer = format!("Bearer {token}");
    let header = [("authorization", bearer.as_str())];
    let [resource, userinfo] =
        [app.get_with("/resource/", &header).await, app.get_with("/userinfo/", &header).await];
    let api = app.anonymous().with_header(token).ask_for(WHO).await;
    let is_somebody =
        api.body["data"]["viewer"].is_object() || api.body["data"]["thirdPartyViewer"].is_object();
    (resource.status.as_u16(), userinfo.status.as_u16(), is_somebody)
}

story_of_stores!(a_token_of_another_issuer_with_the_same_key_and_store_is_refused, |stores| async move {
    let store = stores.fresh().await;
    let named = |base: &'static str| {
        let store = store.clone();
        Options::default().with(move |settings, http| {
            settings.store = store.parse().expect("the address of a store");
            http.base_url = base.into();
        })
    };
    // One after the other: an SQLite file has one process.
    let ours = TestApp::open(&stores, named(BASE_URL)).await;
    let token = ours.tokens("demo-public").await.member("access_token").to_owned();
    assert_eq!(good_for(&ours, &token).await, (200, 200, true));
    drop(ours);
    let other = TestApp::open(&stores, named(ELSEWHERE)).await;
    assert_eq!(good_for(&other, &token).await, (401, 401, false));
    drop(other);
    let again = TestApp::open(&stores, named(BASE_URL)).await;
    assert_eq!(good_for(&again, &token).await, (200, 200, true), "the store still has it");
});

story!(two_instances_name_themselves_and_know_nothing_of_each_other, |app| async move {
    let changed = Options::default().seed(7).with(|_, http| http.base_url = ELSEWHERE.into());
    let other = app.another(changed).await;
    for (instance, base) in [(&app, BASE_URL), (&other, ELSEWHERE)] {
        let metadata = instance.get("/token/.well-known/openid-configuration").await.body;
        assert_eq!(metadata["authorization_response_iss_parameter_supported"], true);
        assert_eq!(metadata["issuer"], format!("{base}/token/"));
        // Whatever the caller calls us, and also when we refuse.
        for changes in [&[("prompt", "none")][..], &[("scope", "nonsense")]] {
            let request = instance.authorization("demo-public", changes);
            let answer = instance.get_with(&request, &[("host", "evil.example")]).await;
            assert_eq!(query(answer.header("location"))["iss"], format!("{base}/token/"));
        }
    }
    assert_eq!(app.oauth_client("demo-public").id, other.oauth_client("demo-public").id, "one client id");
    let code = app.code("demo-public", &[]).await;
    assert_eq!(other.redeem("demo-public", &code).await.refusal(), (400, "invalid_grant"));
    let tokens = app.redeem("demo-public", &code).await;
    assert_eq!(good_for(&other, tokens.member("access_token")).await, (401, 401, false));
    let renewed = other.renew("demo-public", tokens.member("refresh_token"), &[]).await;
    assert_eq!(renewed.refusal(), (400, "invalid_grant"));
});

story!(no_application_is_ever_taken_for_a_person, |app| async move {
    let person = claims(app.tokens("demo-public").await.member("access_token"))["sub"].clone();
    let sub = person.as_str().expect("text");
    assert!(ClientId::try_new(sub).is_err(), "no client id has the form of a person's sub");
    // An organisation with the very number of a person, and an application with the person's sub for a name.
    let number = sub.rsplit(':').next().expect("a number");
    let connection = app.sandbox().store.connection();
    let digest = match connection.get_database_backend() {
        DbBackend::Postgres => format!("'\\x{}'", "07".repeat(32)),
        _ => format!("x'{}'", "07".repeat(32)),
    };
    let double = format!(
        "INSERT INTO organisations (id, name, secret_key, secret_key_digest, sees_all_accounts) \
         VALUES ({number}, 'double', 'sk_live_double000000000000000000', {digest}, FALSE)"
    );
    connection.execute_unprepared(&double).await.expect("inserted");
    let added = register(
        &app,
        json!({ "name": sub, "type": "confidential", "grant": "client-credentials", "organisation": "double" }),
    )
    .await;
    let header = basic(added.member("id"), added.member("secret"));
    let form = [("grant_type", "client_credentials")];
    let token = app.post_form("/token/", &[("authorization", &header)], &form).await;
    let token = token.member("access_token");
    assert_eq!(claims(token)["sub"], format!("kraken|third-party-organization:{number}"));
    let bearer = format!("Bearer {token}");
    let userinfo = app.get_with("/userinfo/", &[("authorization", &bearer)]).await;
    assert_eq!((userinfo.status.as_u16(), userinfo.text()), (403, ""));
    let viewer = app.anonymous().with_header(token).ask_for("{ viewer { id } }").await;
    assert_eq!(viewer.codes(), ["KT-CT-1111"]);
});

/// An RSA key as PEM, made of what JWKS publishes (RFC 8017 A.1.1, RFC 5280 4.1).
fn pem(n: &str, e: &str) -> String {
    let der = |tag: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        let length = u16::try_from(content.len()).expect("short").to_be_bytes();
        let length = match length {
            [0, short @ 0..0x80] => vec![short],
            [0, long] => vec![0x81, long],
            [high, low] => vec![0x82, high, low],
        };
        [&[tag][..], &length, &content].concat()
    };
    let integer = |text: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(text).expect("base64url");
        let sign: &[u8] = if bytes[0] < 0x80 { &[] } else { &[0] };
        der(0x02, &[sign, &bytes])
    };
    let key = der(0x30, &[&integer(n), &integer(e)]);
    let rsa = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
    let text = STANDARD.encode(der(0x30, &[&rsa, &der(0x03, &[&[0], &key])]));
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).expect("ASCII")).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

story!(a_public_key_is_no_shared_secret, |app| async move {
    let token = app.tokens("demo-public").await.member("access_token").to_owned();
    let set = app.get("/.well-known/jwks.json").await;
    let key = &set.body["keys"][0];
    let pem = pem(key["n"].as_str().expect("n"), key["e"].as_str().expect("e"));
    let kid = key["kid"].as_str().map(str::to_owned);
    for secret in [pem.as_bytes(), pem.trim_end().as_bytes(), &set.bytes, key.to_string().as_bytes(), b""] {
        let header = jsonwebtoken::Header { kid: kid.clone(), ..Default::default() };
        let forged =
            jsonwebtoken::encode(&header, &claims(&token), &jsonwebtoken::EncodingKey::from_secret(secret));
        assert_eq!(good_for(&app, &forged.expect("signed")).await, (401, 401, false));
    }
    assert_eq!(good_for(&app, &token).await, (200, 200, true));
});

story!(keys_that_a_token_brings_along_are_not_used_and_not_asked_for, |app| async move {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.set_nonblocking(true).expect("possible");
    let url = format!("http://{}/keys", listener.local_addr().expect("an address"));
    let token = app.tokens("demo-public").await.member("access_token").to_owned();
    let mut parts = token.split('.');
    let (_, payload, signature) =
        (parts.next(), parts.next().expect("claims"), parts.next().expect("a signature"));
    let own = json!({ "kty": "oct", "k": URL_SAFE_NO_PAD.encode("mine"), "alg": "HS256", "kid": "mine" });
    for header in [
        json!({ "alg": "RS256", "kid": "../../x" }),
        json!({ "alg": "RS256", "kid": "nobody" }),
        json!({ "alg": "RS256", "kid": "' OR 1=1 --" }),
        json!({ "alg": "RS256", "jku": url, "kid": "mine" }),
        json!({ "alg": "RS256", "x5u": url, "kid": "mine" }),
        json!({ "alg": "HS256", "jwk": own, "kid": "mine" }),
        json!({ "alg": "none", "jku": url }),
        json!({ "alg": "None" }),
        json!({ "alg": "RS256", "crit": ["exp"], "jku": url }),
    ] {
        let start = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header.to_string()));
        for signature in [signature, "", "x"] {
            let forged = format!("{start}.{signature}");
            assert_eq!(good_for(&app, &forged).await, (401, 401, false), "{header}");
        }
    }
    let nobody = listener.accept().expect_err("nobody came for a key");
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
});

story!(a_device_code_of_another_application_gives_nothing, |app| async move {
    let body = json!({ "name": "other television", "type": "public", "grant": "device" });
    let other = register(&app, body).await.member("id").to_owned();
    let own = app.oauth_client("demo-device").id.to_string();
    let started = app.post_form("/device-authorization/", &[], &[("client_id", &own)]).await;
    let approve = json!({ "userCode": started.member("user_code"), "as": "flat-base" }).to_string();
    app.post_raw("/_emulator/oauth/device/approve", &[("content-type", "application/json")], approve).await;
    let poll = async |id: &str| {
        let grant = "urn:ietf:params:oauth:grant-type:device_code";
        let code = started.member("device_code");
        app.post_form("/token/", &[], &[("grant_type", grant), ("client_id", id), ("device_code", code)])
            .await
    };
    assert_eq!(poll(&other).await.refusal(), (400, "invalid_grant"));
    assert_eq!(poll(&own).await.status, 200, "and costs the owner nothing");
});

story!(an_empty_secret_in_basic_is_the_public_client, |app| async move {
    let id = app.oauth_client("demo-public").id.to_string();
    let code = app.code("demo-public", &[]).await;
    let redeem = async |header: &str| {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", kemu_tests::oauth::REDIRECT),
            ("code_verifier", kemu_tests::oauth::VERIFIER),
        ];
        app.post_form("/token/", &[("authorization", header)], &form).await
    };
    // As Go's client does it: first in one way, and after a 401 the same code in another.
    assert_eq!(redeem(&basic(&id, "wrong")).await.refusal(), (401, "invalid_client"));
    assert_eq!(redeem(&basic(&id, "")).await.status, 200);
});

story!(programs_of_any_origin_may_ask_endpoints_and_none_may_ask_pages, |app| async move {
    let origin = [("origin", "https://evil.example"), ("access-control-request-method", "POST")];
    let allowed = async |path: &str| {
        let answers = [
            app.send(Method::OPTIONS, path, &origin, Vec::new()).await,
            app.get_with(path, &origin[..1]).await,
            app.post_form(path, &origin[..1], &[]).await,
        ];
        let header = |name: &str| -> Vec<String> {
            let values = answers.iter().map(|answer| answer.header(name).to_owned());
            values.filter(|value| !value.is_empty()).collect()
        };
        assert!(header("access-control-allow-credentials").is_empty(), "{path}");
        header("access-control-allow-origin")
    };
    for path in ["/token/", "/revoke-token/", "/device-authorization/", "/resource/", "/userinfo/"] {
        assert_eq!(allowed(path).await, ["*", "*", "*"], "{path}");
    }
    let pages =
        ["/", "/authorize/", "/authorize/decide/", "/device/", "/sign-in/", "/logout/", "/logout/confirm/"];
    for path in pages.into_iter().chain(["/applications/"]) {
        assert_eq!(allowed(path).await, Vec::<String>::new(), "{path}");
    }
});
