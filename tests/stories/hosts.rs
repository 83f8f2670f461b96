//! The names by which kemu is reached.

use insta::assert_json_snapshot;
use kemu_tests::oauth::{claims, form};
use kemu_tests::{API, AUTH, Options, TestApp, story};
use reqwest::Method;
use serde_json::{Value as Json, json};

fn named() -> Options {
    Options::default().with(|_, http| http.follows_host = true)
}

/// The status of a POST of a query by a name.
async fn gql(app: &TestApp, host: &str, path: &str, authorization: Option<&str>, query: &str) -> Json {
    let mut headers = vec![("host", host), ("content-type", "application/json")];
    headers.extend(authorization.map(|token| ("authorization", token)));
    app.post_raw(path, &headers, json!({ "query": query }).to_string()).await.body
}

async fn status(app: &TestApp, host: &str, path: &str) -> u16 {
    app.get_with(path, &[("host", host), ("accept", "text/html")]).await.status.as_u16()
}

async fn sign_in(app: &TestApp, host: &str) -> String {
    let key = app.sandbox().fixture.people[0].api_key.reveal();
    let query = format!("mutation {{ obtainKrakenToken(input: {{ APIKey: \"{key}\" }}) {{ token }} }}");
    let answer = gql(app, host, API, None, &query).await;
    answer["data"]["obtainKrakenToken"]["token"].as_str().expect("a token").to_owned()
}

const OF_API: [&str; 2] = ["/v1/graphql/", "/external-client-healthcheck/"];
const OF_AUTH: [&str; 4] = ["/graphql/", "/", "/device/", "/.well-known/openid-configuration"];
const OF_BOTH: [&str; 3] = ["/_emulator/", "/healthz", "/.well-known/jwks.json"];

story!(a_name_of_a_site_has_that_site_alone_and_every_other_name_has_both, named(), |app| async move {
    for (host, own, others) in [
        ("api.kraken.example", &OF_API[..], &OF_AUTH[..]),
        ("API.kraken.example:8443", &OF_API, &OF_AUTH),
        ("auth.kraken.example", &OF_AUTH, &OF_API),
        ("localhost", &[OF_API.as_slice(), &OF_AUTH].concat(), &[]),
    ] {
        for path in own.iter().chain(&OF_BOTH) {
            assert_eq!(status(&app, host, path).await, 200, "{host}{path}");
        }
        for path in others {
            assert_eq!(status(&app, host, path).await, 404, "{host}{path}");
        }
    }
    let asked = app.send(Method::POST, "/token/", &[("host", "api.kraken.example:8443")], Vec::new()).await;
    assert_eq!(asked.status, 404);
    assert_json_snapshot!(asked.body, @r#"
    {
      "error": "kemu serves nothing at /token/ of http://api.kraken.example:8443.",
      "right": "http://auth.kraken.example:8443/token/"
    }
    "#);
});

story!(where_one_address_was_named_it_has_both_sites_whatever_it_is_called, |app| async move {
    for path in OF_API.iter().chain(&OF_AUTH) {
        assert_eq!(status(&app, "api.kraken.example", path).await, 200, "{path}");
    }
});

story!(issuers_are_those_of_the_site_that_was_asked, named(), |app| async move {
    let token = sign_in(&app, "api.kraken.example").await;
    assert_eq!(claims(&token)["iss"], "http://api.kraken.example/v1/graphql/");
    let local = sign_in(&app, "localhost:8080").await;
    assert_eq!(claims(&local)["iss"], format!("{}/v1/graphql/", kemu_tests::BASE_URL));
    let ask = async |host: &str, path: &str, token: &str| {
        let answer = gql(&app, host, path, Some(token), "{ viewer { id } }").await;
        answer["errors"][0]["extensions"]["errorCode"].as_str().unwrap_or("good").to_owned()
    };
    // A token is good at both sites of its name, one without a site's name everywhere.
    for (host, path, token, expected) in [
        ("api.kraken.example", API, &token, "good"),
        ("auth.kraken.example", AUTH, &token, "good"),
        ("api.kraken.example", API, &local, "good"),
        ("kemu:8080", API, &local, "good"),
        ("api.other.example", API, &token, "KT-CT-1127"),
        ("localhost:8080", API, &token, "KT-CT-1127"),
    ] {
        assert_eq!(ask(host, path, token).await, expected, "{host}{path}");
    }
});

story!(oauth_follows_the_auth_site_and_its_tokens_open_the_api, named(), |app| async move {
    let host = ("host", "auth.kraken.example");
    let discovery = app.get_with("/.well-known/openid-configuration", &[host]).await;
    assert_eq!(discovery.member("issuer"), "http://auth.kraken.example/token/");
    assert_eq!(discovery.member("authorization_endpoint"), "http://auth.kraken.example/authorize/");
    let basic = app.basic_of("demo-machine");
    let kind = ("content-type", "application/x-www-form-urlencoded");
    let body = form(&[("grant_type", "client_credentials")]);
    let tokens = app.post_raw("/token/", &[host, kind, ("authorization", basic.as_str())], body).await;
    let token = tokens.member("access_token");
    assert_eq!(claims(token)["iss"], "http://auth.kraken.example/token/");
    let answer = gql(&app, "api.kraken.example", API, Some(token), "{ thirdPartyViewer { name } }").await;
    assert_eq!(answer["errors"], Json::Null, "{answer}");
    let elsewhere = gql(&app, "api.other.example", API, Some(token), "{ thirdPartyViewer { name } }").await;
    assert_eq!(elsewhere["errors"][0]["extensions"]["errorCode"], "KT-CT-1127");

    let device = app.oauth_client("demo-device").id.clone();
    let started =
        app.post_raw("/device-authorization/", &[host, kind], form(&[("client_id", device.as_str())])).await;
    assert!(started.member("verification_uri").starts_with("http://auth.kraken.example/device"));
});
