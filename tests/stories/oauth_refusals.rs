//! What the auth site writes down of what it refuses, and what it logs.

use chrono::TimeDelta;
use kemu_tests::oauth::{basic, form};
use kemu_tests::{Log, TestApp, story};
use reqwest::Method;
use serde_json::json;

/// A request (method, path, `Authorization`, body) and what comes of it: status, and `error` and `check` as written down.
type Case<'a> = (&'a Method, &'a str, Option<&'a str>, &'a str, u16, &'a str, &'a str);

/// What must be told nowhere.
const SECRET: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";

/// `error` and `check` of the latest refusal that is written down.
async fn latest(app: &TestApp) -> (String, String) {
    let noted = app.get("/_emulator/oauth/last-errors").await;
    assert!(!noted.text().contains("hunter2"), "{}", noted.text());
    let latest = &noted.body["errors"][0];
    for member in ["expected", "came", "correlationId", "time"] {
        assert!(latest[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {latest}");
    }
    let text = |name: &str| latest[name].as_str().expect("text").to_owned();
    (text("error"), text("check"))
}

story!(every_refusal_explains_itself_and_tells_no_secret, |app| async move {
    let id = app.oauth_client("demo-machine").id.to_string();
    let machine = app.basic_of("demo-machine");
    let wrong = [("grant_type", "client_credentials")];
    app.post_form("/token/", &[("authorization", &basic(&id, SECRET))], &wrong).await;
    app.post_form("/token/", &[], &[("grant_type", "password"), ("password", "hunter2")]).await;
    let noted = app.get("/_emulator/oauth/last-errors").await;
    let errors = noted.body["errors"].as_array().expect("a list");
    assert_eq!(errors.len(), 2);
    assert_eq!(errors[0]["error"], "unsupported_grant_type");
    assert_eq!(
        (&errors[1]["error"], &errors[1]["check"]),
        (&json!("invalid_client"), &json!("client authentication"))
    );
    assert_eq!(errors[1]["came"], "another one of 39 bytes, from demo-machine");
    assert!(!noted.text().contains("hunter2"));

    let token = app.machine_token().await;
    let device = app.oauth_client("demo-device").id.to_string();
    let (bearer, bad) = (format!("Bearer {token}"), format!("Bearer {SECRET}"));
    let other = app.basic_of("demo-confidential");
    let no_session = app.authorization("demo-public", &[("prompt", "none"), ("state", SECRET)]);
    let no_client = app.authorization("demo-public", &[("client_id", ""), ("state", SECRET)]);
    let hint = format!("/logout/?id_token_hint={SECRET}");
    let in_query = format!("/token/?client_secret={SECRET}");
    let (get, post) = (Method::GET, Method::POST);
    let twice = form(&[("access_token", SECRET), ("access_token", "x")]);
    let secret = form(&[("token", SECRET), ("password", SECRET), ("csrf", SECRET), ("code", SECRET)]);
    let foreign = form(&[("token", &token)]);
    let unknown = form(&[("client_id", "nobody"), ("client_secret", SECRET)]);
    let polled = form(&[
        ("client_id", &device),
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", SECRET),
    ]);
    let cases: [Case<'_>; 29] = [
        (&get, "/resource/", None, "", 401, "", "access token"),
        (&get, "/resource/", Some(&machine), "", 401, "", "access token"),
        (&get, "/resource/", Some(&bad), "", 401, "invalid_token", "access token"),
        (&post, "/resource/", Some(&bad), "", 405, "", "method"),
        (&get, "/userinfo/", None, "", 401, "", "access token"),
        (&get, "/userinfo/", Some(SECRET), "", 401, "", "access token"),
        (&get, "/userinfo/", Some(&bad), "", 401, "invalid_token", "access token"),
        (&get, "/userinfo/", Some(&bearer), "", 403, "insufficient_scope", "scope"),
        (&post, "/userinfo/", None, &twice, 400, "invalid_request", "parameters"),
        (&Method::PUT, "/userinfo/", Some(&bad), "", 405, "", "method"),
        (&get, &in_query, None, "", 405, "", "method"),
        (&post, &in_query, None, "", 400, "invalid_request", "parameters"),
        (&post, "/token/", None, &polled, 400, "invalid_grant", "device code"),
        (&get, "/revoke-token/", None, "", 405, "", "method"),
        (&post, "/revoke-token/", None, &secret, 401, "invalid_client", "client authentication"),
        (&post, "/revoke-token/", Some(&machine), &secret, 200, "", "token"),
        (&post, "/revoke-token/", Some(&other), &foreign, 200, "", "token"),
        (&get, "/device-authorization/", None, "", 405, "", "method"),
        (&post, "/device-authorization/", None, &unknown, 400, "invalid_request", "client_id"),
        (&get, &no_client, None, "", 400, "invalid_request", "client_id"),
        (&get, &no_session, None, "", 302, "login_required", "prompt=none"),
        (&get, "/authorize/decide/", None, "", 405, "", "method"),
        (&post, "/authorize/decide/", None, &secret, 403, "invalid_request", "form (CSRF)"),
        (&post, "/sign-in/", None, &secret, 403, "invalid_request", "form (CSRF)"),
        (&post, "/device/", None, &secret, 403, "invalid_request", "form (CSRF)"),
        (&post, "/applications/", None, &secret, 403, "invalid_request", "form (CSRF)"),
        (&post, "/logout/confirm/", None, &secret, 403, "invalid_request", "form (CSRF)"),
        (&get, &hint, None, "", 400, "invalid_request", "id_token_hint"),
        (&post, "/logout/", None, "%ff", 400, "invalid_request", "parameters"),
    ];
    for (method, path, authorization, body, status, error, check) in cases {
        let mut headers = vec![("content-type", "application/x-www-form-urlencoded")];
        headers.extend(authorization.map(|value| ("authorization", value)));
        let answer = app.send(method.clone(), path, &headers, body.into()).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        assert_eq!(
            latest(&app).await,
            (error.to_owned(), check.to_owned()),
            "{method} {path} {authorization:?}"
        );
    }
});

story!(what_the_api_refuses_to_an_application_is_explained_too, |app| async move {
    let code = app.code("demo-public", &[("scope", "query:property"), ("nonce", "")]).await;
    let token = app.redeem("demo-public", &code).await.member("access_token").to_owned();
    let role = app.anonymous().with_header(&token);
    assert_eq!(role.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1111"]);
    assert_eq!(latest(&app).await, ("KT-CT-1111".to_owned(), "scope".to_owned()));
    let noted = app.get("/_emulator/oauth/last-errors").await;
    assert_eq!(noted.body["errors"][0]["expected"], "full-customer-access");
    assert_eq!(noted.body["errors"][0]["came"], "query:property");
    app.clock().advance(TimeDelta::hours(1));
    assert_eq!(role.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1124"]);
    assert_eq!(latest(&app).await, ("KT-CT-1124".to_owned(), "access token".to_owned()));
    // A token of the API is none of the auth site's.
    let count =
        async || app.get("/_emulator/oauth/last-errors").await.body["errors"].as_array().map(Vec::len);
    let before = count().await;
    let customer = app.customer("flat-base").await;
    customer.ask_for("{ thirdPartyViewer { name } }").await.codes();
    app.clock().advance(TimeDelta::hours(1));
    assert_eq!(customer.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1124"]);
    assert_eq!(count().await, before);
});

story!(the_log_tells_programs_that_addresses_end_in_a_slash, |app| async move {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false);
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let hints =
        || log.text().lines().filter(|line| line.contains("end in a slash")).map(str::to_owned).collect();
    // What people open, and what is the emulator's own.
    let device = json!({ "userCode": "ETE39050", "as": "flat-base" }).to_string();
    app.post_raw("/_emulator/oauth/device/approve", &[("content-type", "application/json")], device).await;
    app.send(Method::DELETE, "/_emulator/oauth/clients/nobody", &[], Vec::new()).await;
    app.post_form("/token/", &[], &[]).await;
    app.get("/device").await;
    app.get("/authorize").await;
    let none: Vec<String> = hints();
    assert!(none.is_empty(), "{none:?}");
    app.post_form("/token", &[], &[]).await;
    let one: Vec<String> = hints();
    drop(guard);
    assert!(one.len() == 1 && one[0].contains("published=\"/token/\""), "{one:?}");
});
