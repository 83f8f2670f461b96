//! The landing page of the auth site, and the list of applications.

use chrono::TimeDelta;
use kemu_domain::ClientId;
use kemu_domain::oauth::{Client, ClientGrant, ClientSettings, ClientType};
use kemu_persistence::oauth::clients;
use kemu_tests::oauth::basic;
use kemu_tests::process::{Serving, run};
use kemu_tests::{BASE_URL, story};
use serde_json::json;

/// The lines of the examples.
fn examples(page: &str) -> Vec<String> {
    let plain = |text: &str| text.replace("&#x2f;", "/").replace("&quot;", "\"").replace("&amp;", "&");
    page.split("<pre>").skip(1).filter_map(|rest| rest.split("</pre>").next()).map(plain).collect()
}

story!(the_examples_of_the_landing_page_work_when_pasted, |app| async move {
    let page = app.get("/").await;
    assert_eq!((page.status.as_u16(), page.header("x-frame-options")), (200, "DENY"));
    assert!(page.text().contains("Welcome to the OAuth server") && page.text().contains("/v1/graphql/"));
    let examples = examples(page.text());
    let [authorize, redeem, resource, machine, second_resource, device, poll, third_resource] =
        examples.as_slice()
    else {
        panic!("{examples:?}")
    };
    assert!(second_resource == resource && third_resource == resource);
    // The first one, in a browser.
    let path = authorize.strip_prefix(BASE_URL).expect("an address of ours");
    let browser = app.browser();
    browser.sign_in("flat-base", path).await;
    let code = browser.allow(path).await;
    // curl's -d are a form, its -u is a Basic header.
    let form = |line: &str| {
        let words = line.split(" -d ").skip(1).map(|word| word.split(' ').next().unwrap_or_default());
        words.collect::<Vec<_>>().join("&")
    };
    let content = ("content-type", "application/x-www-form-urlencoded");
    let token = app.post_raw("/token/", &[content], form(redeem).replace("AUTH_CODE", &code)).await;
    assert!(resource.contains("/resource/ -H \"Authorization: YOUR_ACCESS_TOKEN\""));
    let bare = [("authorization", token.member("access_token"))];
    assert_eq!(app.get_with("/resource/", &bare).await.status, 200);
    let user = machine.split(" -u ").nth(1).and_then(|rest| rest.split(' ').next()).expect("a user");
    let (id, secret) = user.split_once(':').expect("id and secret");
    let header = basic(id, secret);
    let token = app.post_raw("/token/", &[content, ("authorization", &header)], form(machine)).await;
    assert_eq!(token.status, 200, "{}", token.text());
    let started = app.post_raw("/device-authorization/", &[content], form(device)).await;
    let body = form(poll).replace("DEVICE_CODE", started.member("device_code"));
    assert_eq!(app.post_raw("/token/", &[content], body).await.refusal(), (400, "authorization_pending"));
});

story!(an_example_whose_application_is_gone_is_left_out, |app| async move {
    for (at, name) in ["demo-machine", "demo-device", "demo-public"].into_iter().enumerate() {
        app.send(reqwest::Method::DELETE, &format!("/_emulator/oauth/clients/{name}"), &[], Vec::new()).await;
        let page = app.get("/").await;
        let gone = format!("<code>{name}</code>, which is not registered here any more");
        assert!(page.text().contains(&gone), "{}", page.text());
        assert_eq!(examples(page.text()).len(), [6, 3, 0][at], "{name}");
    }
});

story!(applications_are_listed_with_published_secrets_alone, |app| async move {
    let settings = ClientSettings {
        redirect_uris: vec!["https://app.example/cb".into()],
        ..ClientSettings::new(ClientType::Confidential, ClientGrant::AuthorizationCode)
    };
    let id = ClientId::try_new("cd".repeat(32)).expect("well formed");
    let name = "\"><script>alert(1)</script>".to_owned();
    let client = Client { id, name, secret_digest: Some([1; 32]), signing_secret: None, settings };
    clients::insert(app.sandbox().store.connection(), &client).await.expect("kept");
    let listed = app.get("/_emulator/oauth/clients").await;
    let all = listed.body["clients"].as_array().expect("a list");
    assert_eq!(all.len(), app.sandbox().fixture.clients.len() + 1);
    let find = |id: &str| all.iter().find(|client| client["id"] == id).expect("listed");
    assert!(find(client.id.as_str()).get("secret").is_none());
    let machine = app.oauth_client("demo-machine");
    assert_eq!(find(machine.id.as_str())["secret"], machine.secret.as_ref().expect("a secret").reveal());
    let page = app.get("/").await;
    assert!(!page.text().contains("<script"), "a name is escaped");
    let browser = app.browser();
    let request = app.authorization(
        "demo-public",
        &[("client_id", client.id.as_str()), ("redirect_uri", "https://app.example/cb"), ("scope", "")],
    );
    browser.sign_in("flat-base", &request).await;
    assert!(!browser.open(&request).await.text().contains("<script"));
});

story!(an_application_is_registered_works_and_is_taken_out, |app| async move {
    let add = async |body: serde_json::Value| {
        app.post_raw("/_emulator/oauth/clients", &[("content-type", "application/json")], body.to_string())
            .await
    };
    let machine = json!({ "name": "mine", "type": "confidential", "grant": "client-credentials", "organisation": "usage-reader" });
    let added = add(machine.clone()).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let header = basic(added.member("id"), added.member("secret"));
    let token = async || {
        app.post_form("/token/", &[("authorization", &header)], &[("grant_type", "client_credentials")]).await
    };
    let issued = token().await;
    let bare = [("authorization", issued.member("access_token"))];
    assert_eq!(app.get_with("/resource/", &bare).await.member("clientName"), "mine");
    assert!(!app.get("/_emulator/oauth/clients").await.text().contains(added.member("secret")), "told once");
    for wrong in [
        machine,
        json!({ "name": "", "type": "public", "grant": "device" }),
        json!({ "name": "a", "type": "public", "grant": "client-credentials", "organisation": "usage-reader" }),
        json!({ "name": "a", "type": "confidential", "grant": "client-credentials", "organisation": "nobody" }),
        json!({ "name": "a", "type": "public", "grant": "authorization-code" }),
        json!({ "name": "a", "type": "public", "grant": "authorization-code", "redirectUris": ["javascript:alert(1)"] }),
        json!({ "name": "a", "type": "public", "grant": "implicit" }),
        json!({ "name": "a", "type": "public", "grant": "device", "scope": "nonsense" }),
        json!({ "name": "a", "type": "public", "grant": "device", "secret": "x" }),
        json!("rubbish"),
    ] {
        let answer = add(wrong.clone()).await;
        assert_eq!(answer.status, 400, "{wrong}");
        assert!(!answer.member("error").is_empty());
    }
    let remove =
        async || app.send(reqwest::Method::DELETE, "/_emulator/oauth/clients/mine", &[], Vec::new()).await;
    assert_eq!((remove().await.status.as_u16(), remove().await.status.as_u16()), (200, 404));
    assert_eq!(token().await.refusal(), (401, "invalid_client"));
    assert_eq!(app.get_with("/resource/", &bare).await.status, 401);
});

story!(an_application_may_have_lifetimes_of_its_own, |app| async move {
    let body = json!({
        "name": "short", "type": "public", "grant": "device", "accessTokenSeconds": 60, "refreshTokenSeconds": 120,
    });
    let json_body = [("content-type", "application/json")];
    let added = app.post_raw("/_emulator/oauth/clients", &json_body, body.to_string()).await;
    let id = added.member("id");
    let started = app.post_form("/device-authorization/", &[], &[("client_id", id)]).await;
    let approve = json!({ "userCode": started.member("user_code"), "as": "flat-base" }).to_string();
    app.post_raw("/_emulator/oauth/device/approve", &json_body, approve).await;
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let form = [("grant_type", grant), ("client_id", id), ("device_code", started.member("device_code"))];
    let tokens = app.post_form("/token/", &[], &form).await;
    assert_eq!(tokens.body["expires_in"], 60);
    let header = tokens.member("access_token").to_owned();
    let status = async || app.get_with("/resource/", &[("authorization", &header)]).await.status.as_u16();
    let renew = async |token: &str| {
        let form = [("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", token)];
        app.post_form("/token/", &[], &form).await
    };
    app.clock().advance(TimeDelta::seconds(59));
    assert_eq!(status().await, 200);
    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(status().await, 401);
    app.clock().advance(TimeDelta::seconds(59));
    let renewed = renew(tokens.member("refresh_token")).await;
    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(renew(renewed.member("refresh_token")).await.refusal(), (400, "invalid_grant"));
});

story!(all_that_is_wrong_with_a_registration_is_told_at_once, |app| async move {
    let body = json!({
        "name": "demo-public", "type": "public", "grant": "authorization-code", "idTokenAlgorithm": "HS256",
        "requiresPkce": false, "accessTokenSeconds": 0, "organisation": "nobody",
    });
    let answer = app
        .post_raw("/_emulator/oauth/clients", &[("content-type", "application/json")], body.to_string())
        .await;
    assert_eq!(answer.status, 400);
    let problems = answer.body["problems"].as_array().expect("a list");
    let settings: Vec<&str> = problems.iter().filter_map(|one| one["setting"].as_str()).collect();
    let expected =
        ["organisation", "name", "requiresPkce", "idTokenAlgorithm", "redirectUris", "accessTokenSeconds"];
    assert_eq!(settings, expected);
    for problem in problems {
        assert!(answer.member("error").contains(problem["right"].as_str().expect("text")), "{problem}");
    }
});

#[tokio::test]
async fn applications_are_listed_registered_and_taken_out_by_command() {
    let serving = Serving::start(&["--listen", ":0"]);
    let clients = |arguments: &[&str]| {
        let output = run(&[&["clients"], arguments, &["--url", &serving.url]].concat());
        (
            output.status.code(),
            String::from_utf8(output.stdout).expect("text"),
            String::from_utf8(output.stderr).expect("text"),
        )
    };
    let (code, listed, _) = clients(&["list"]);
    assert_eq!(code, Some(0));
    let heads: Vec<&str> = listed.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(
        heads,
        [
            "demo-confidential: confidential, authorization-code",
            "demo-device: public, device",
            "demo-hs256: confidential, authorization-code",
            "demo-machine: confidential, client-credentials",
            "demo-public: public, authorization-code",
            "demo-trusted: confidential, authorization-code",
        ]
    );
    for line in [
        "  client id        2ebb1cbf4a0278aeb1b6899e7f5d0a0a7af5fd1b949452ccf31cdc56e66b4588",
        "  secret           demo-secret-machine-00000000000000000000000000000000000000000000",
        "  acts for         usage-reader",
        "  redirect URI     com.example.demo:/callback",
        "  after sign-out   http://127.0.0.1/signed-out",
        "  scope            openid full-customer-access query:property query:property-meters",
        "  access token     3600 s",
        "  refresh token    31536000 s",
        "  id_token         HS256",
        "  PKCE             optional",
        "  consent          not asked for",
    ] {
        assert!(listed.lines().any(|own| own == line), "{line}\n{listed}");
    }
    let (code, added, complaint) = clients(&[
        "add",
        "mine",
        "--type",
        "public",
        "--grant",
        "authorization-code",
        "--redirect-uri",
        "http://127.0.0.1/cb",
    ]);
    let added: serde_json::Value = serde_json::from_str(&added).unwrap_or_default();
    assert!(code == Some(0) && added["id"].as_str().is_some_and(|id| id.len() == 64), "{added} {complaint}");
    assert!(clients(&["list"]).1.contains("mine"));
    let (code, _, complaint) = clients(&["add", "mine", "--type", "public", "--grant", "device"]);
    assert!(code == Some(1) && complaint.contains("of this name already"), "{complaint}");
    assert_eq!(clients(&["remove", "mine"]).0, Some(0));
    assert_eq!(clients(&["remove", "mine"]).0, Some(1));
    let (code, added, complaint) = clients(&[
        "add",
        "quick",
        "--type",
        "confidential",
        "--grant",
        "authorization-code",
        "--redirect-uri",
        "http://127.0.0.1/cb",
        "--post-logout-redirect-uri",
        "http://127.0.0.1/bye",
        "--scope",
        "openid",
        "--scope",
        "full-customer-access",
        "--pkce-optional",
        "--skip-authorization",
        "--id-token-algorithm",
        "HS256",
        "--access-token-seconds",
        "60",
        "--refresh-token-seconds",
        "120",
    ]);
    let mut added: serde_json::Value = serde_json::from_str(&added).unwrap_or_default();
    assert_eq!(code, Some(0), "{complaint}");
    let secret = added.as_object_mut().expect("an object").remove("secret").expect("told once");
    added.as_object_mut().expect("an object").remove("id");
    let registered = json!({
        "name": "quick", "type": "confidential", "grant": "authorization-code",
        "redirectUris": ["http://127.0.0.1/cb"], "postLogoutRedirectUris": ["http://127.0.0.1/bye"],
        "scope": "openid full-customer-access", "requiresPkce": false, "skipsAuthorization": true,
        "idTokenAlgorithm": "HS256", "accessTokenSeconds": 60, "refreshTokenSeconds": 120,
    });
    assert_eq!(added, registered);
    let arguments = ["--client-secret", secret.as_str().expect("text"), "--scope", "openid"];
    let arguments = [&["authorize", "--client", "quick", "--as", "flat-base"][..], &arguments].concat();
    let tokens = run(&[&arguments[..], &["--url", &serving.url]].concat());
    let tokens: serde_json::Value = serde_json::from_slice(&tokens.stdout).expect("tokens");
    assert_eq!(tokens["expires_in"], 60);
    let header =
        jsonwebtoken::decode_header(tokens["id_token"].as_str().expect("a token")).expect("a header");
    assert_eq!(header.alg, jsonwebtoken::Algorithm::HS256);
}
