//! The device grant: a television asks, a person decides elsewhere.

use chrono::TimeDelta;
use futures_util::future::join_all;
use kemu_tests::oauth::{Browser, claims};
use kemu_tests::{Answer, TestApp, story};
use serde_json::json;

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn start(app: &TestApp) -> Answer {
    let id = app.oauth_client("demo-device").id.to_string();
    let answer = app.post_form("/device-authorization/", &[], &[("client_id", &id)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer
}

async fn poll_as(app: &TestApp, client: &str, code: &str) -> Answer {
    let id = app.oauth_client(client).id.to_string();
    let form = [("client_id", id.as_str()), ("device_code", code), ("grant_type", DEVICE_CODE)];
    app.post_form("/token/", &[], &form).await
}

async fn poll(app: &TestApp, started: &Answer) -> Answer {
    poll_as(app, "demo-device", started.member("device_code")).await
}

async fn decide(app: &TestApp, decision: &str, code: &str) -> Answer {
    let body = json!({ "userCode": code, "as": "flat-base" }).to_string();
    app.post_raw(
        &format!("/_emulator/oauth/device/{decision}"),
        &[("content-type", "application/json")],
        body,
    )
    .await
}

async fn signed_in(app: &TestApp, person: &str) -> Browser {
    let browser = app.browser();
    let location = browser.sign_in(person, "/device/").await;
    assert!(location.starts_with("/device/"), "{location}");
    browser
}

story!(a_device_gets_tokens_once_a_person_has_allowed_it, |app| async move {
    let started = start(&app).await;
    assert_eq!(started.header("cache-control"), "no-store");
    let code = started.member("user_code");
    assert!(
        code.len() == 8 && code.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'V').contains(&byte)),
        "{code}"
    );
    assert_eq!((&started.body["expires_in"], &started.body["interval"]), (&json!(1800), &json!(5)));
    assert_eq!(poll(&app, &started).await.refusal(), (400, "authorization_pending"));
    let complete = started.member("verification_uri_complete");
    let path = complete.strip_prefix(kemu_tests::BASE_URL).expect("ours");
    assert_eq!(path, format!("/device?user_code={code}"));
    let browser = app.browser();
    let location = browser.sign_in("flat-base", path).await;
    let page = browser.open(&location).await;
    assert!(page.text().contains(code), "the code is filled in");
    let confirm = browser.submit(&page, "/device/", &[("user_code", code)]).await;
    for shown in ["demo-device", code, "See and change everything in your account"] {
        assert!(confirm.text().contains(shown), "{shown}");
    }
    app.clock().advance(TimeDelta::seconds(5));
    assert_eq!(
        poll(&app, &started).await.refusal(),
        (400, "authorization_pending"),
        "opening and entering allow nothing"
    );
    let done = browser.submit(&confirm, "/device/", &[("decision", "allow")]).await;
    assert!(done.text().contains("demo-device is connected"));
    let tokens = poll(&app, &started).await;
    assert_eq!(tokens.status, 200, "even at once");
    assert_eq!(claims(tokens.member("access_token"))["gty"], "DEVICE-CODE");
    let resource = app.get_with("/resource/", &[("authorization", tokens.member("access_token"))]).await;
    assert_eq!(resource.member("sub"), "kraken|account-user:3200001");
    assert_eq!(poll(&app, &started).await.refusal(), (400, "invalid_grant"), "once");
    let renewed = app.renew("demo-device", tokens.member("refresh_token"), &[]).await;
    assert_eq!(renewed.status, 200);
});

story!(a_device_is_denied_and_a_code_ends, |app| async move {
    let started = start(&app).await;
    let browser = signed_in(&app, "flat-base").await;
    let page = browser.open("/device/").await;
    let confirm = browser.submit(&page, "/device/", &[("user_code", started.member("user_code"))]).await;
    let done = browser.submit(&confirm, "/device/", &[("decision", "deny")]).await;
    assert!(done.text().contains("not connected"));
    assert_eq!(poll(&app, &started).await.refusal(), (400, "access_denied"));
    let started = start(&app).await;
    app.clock().advance(TimeDelta::seconds(1_799));
    assert_eq!(poll(&app, &started).await.refusal(), (400, "authorization_pending"));
    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(poll(&app, &started).await.refusal(), (400, "expired_token"));
    let late = browser.submit(&page, "/device/", &[("user_code", started.member("user_code"))]).await;
    assert_eq!(late.status, 400);
});

story!(a_device_that_asks_too_often_slows_down_and_recovers, |app| async move {
    let started = start(&app).await;
    let after = async |milliseconds: i64| {
        app.clock().advance(TimeDelta::milliseconds(milliseconds));
        poll(&app, &started).await.refusal().1.to_owned()
    };
    assert_eq!(after(0).await, "authorization_pending");
    assert_eq!(after(4_500).await, "authorization_pending", "half a second is forgiven");
    assert_eq!(after(100).await, "slow_down");
    assert_eq!(after(5_000).await, "slow_down", "10 s by now");
    assert_eq!(after(15_000).await, "authorization_pending");
    assert_eq!(after(5_000).await, "authorization_pending", "5 s again");
});

story!(device_requests_are_refused_by_the_book, |app| async move {
    let ask = async |form: &[(&str, &str)]| app.post_form("/device-authorization/", &[], form).await;
    let id = app.oauth_client("demo-device").id.to_string();
    let public = app.oauth_client("demo-public").id.to_string();
    let confidential = app.oauth_client("demo-confidential").id.to_string();
    let unknown = ask(&[("client_id", "nobody")]).await;
    assert_eq!(unknown.refusal(), (400, "invalid_request"));
    assert_eq!(unknown.body["error_description"], "Invalid client_id parameter value.");
    assert_eq!(ask(&[]).await.body["error_description"], "Missing client_id parameter.");
    assert_eq!(ask(&[("client_id", &public)]).await.refusal(), (400, "unauthorized_client"));
    assert_eq!(ask(&[("client_id", &confidential)]).await.refusal(), (401, "invalid_client"));
    assert_eq!(ask(&[("client_id", &id), ("scope", "nonsense")]).await.refusal(), (400, "invalid_scope"));
    let charset = [("content-type", "application/x-www-form-urlencoded;charset=UTF-8")];
    assert_eq!(app.post_raw("/device-authorization/", &charset, format!("client_id={id}")).await.status, 200);
    assert_eq!(app.get("/device-authorization/").await.status, 405);
    let started = start(&app).await;
    assert_eq!(poll_as(&app, "demo-device", "unknown").await.refusal(), (400, "invalid_grant"));
    assert_eq!(poll_as(&app, "demo-device", "").await.refusal(), (400, "invalid_request"));
    assert_eq!(
        poll_as(&app, "demo-public", started.member("device_code")).await.refusal(),
        (400, "unauthorized_client")
    );
    assert_eq!(poll(&app, &started).await.refusal(), (400, "authorization_pending"), "still there");
});

story!(a_user_code_is_read_without_case_and_punctuation, |app| async move {
    let started = start(&app).await;
    let code = started.member("user_code").to_ascii_lowercase();
    let odd = format!(" {}-{} ", &code[..4], &code[4..]);
    let approved = decide(&app, "approve", &odd).await;
    assert_eq!(approved.body, json!({ "client": "demo-device", "allowed": true }));
    assert_eq!(poll(&app, &started).await.status, 200);
});

story!(tests_decide_without_a_browser, |app| async move {
    let started = start(&app).await;
    let code = started.member("user_code");
    assert_eq!(decide(&app, "deny", code).await.body["allowed"], false);
    assert_eq!(poll(&app, &started).await.refusal(), (400, "access_denied"));
    assert_eq!(decide(&app, "approve", code).await.status, 404, "decided is decided");
    assert_eq!(decide(&app, "perhaps", code).await.status, 404);
    assert_eq!(decide(&app, "approve", "").await.status, 404);
});

story!(only_our_form_in_this_browser_allows_a_device, |app| async move {
    let started = start(&app).await;
    let code = started.member("user_code");
    let browser = signed_in(&app, "flat-base").await;
    browser.open(&format!("/device/?user_code={code}&decision=allow")).await;
    let form = [("user_code", code), ("decision", "allow")];
    assert_eq!(browser.post("/device/", &[], &form).await.status, 403);
    let foreign = app.browser().open("/device/").await;
    assert_eq!(browser.submit(&foreign, "/device/", &form).await.status, 403);
    let page = browser.open("/device/").await;
    let evil = kemu_tests::oauth::hidden(&page);
    let with_token = [("user_code", code), ("decision", "allow"), ("csrf", evil[0].1.as_str())];
    let answer = browser.post("/device/", &[("origin", "https://evil.example")], &with_token).await;
    assert_eq!(answer.status, 403);
    assert_eq!(poll(&app, &started).await.refusal(), (400, "authorization_pending"));
});

story!(guessing_user_codes_is_limited, |app| async move {
    let started = start(&app).await;
    let browser = signed_in(&app, "in-debt").await;
    let page = browser.open("/device/").await;
    let mut statuses = Vec::new();
    for guess in 0..12 {
        let answer = browser.submit(&page, "/device/", &[("user_code", &format!("0000000{guess:X}"))]).await;
        statuses.push(answer.status.as_u16());
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<i64>().is_ok_and(|seconds| seconds > 0));
        }
    }
    assert_eq!(statuses, [400, 400, 400, 400, 400, 400, 400, 400, 400, 400, 429, 429]);
    let good = started.member("user_code");
    assert_eq!(browser.submit(&page, "/device/", &[("user_code", good)]).await.status, 429);
    let other = signed_in(&app, "flat-base").await;
    let page = other.open("/device/").await;
    assert_eq!(other.submit(&page, "/device/", &[("user_code", good)]).await.status, 200);
});

story!(guesses_at_once_are_counted_like_one_after_the_other, |app| async move {
    let started = start(&app).await;
    let statuses = async |browser: &Browser, guesses: std::ops::Range<u32>| {
        let page = browser.open("/device/").await;
        let codes: Vec<String> = guesses.map(|guess| format!("000{guess:05}")).collect();
        let all = codes.iter().map(async |code| {
            browser.submit(&page, "/device/", &[("user_code", code)]).await.status.as_u16()
        });
        let all = join_all(all).await;
        (
            all.iter().filter(|status| **status == 400).count(),
            all.iter().filter(|status| **status == 429).count(),
        )
    };
    let person = signed_in(&app, "in-debt").await;
    assert_eq!(statuses(&person, 0..50).await, (10, 40));
    // Right codes cost nothing.
    let other = signed_in(&app, "flat-base").await;
    for _ in 0..15 {
        let page = other.open("/device/").await;
        let right = [("user_code", started.member("user_code"))];
        assert_eq!(other.submit(&page, "/device/", &right).await.status, 200);
    }
    // Whoever signs in as one person after the other guesses no more than an address may.
    assert_eq!(statuses(&other, 0..10).await, (10, 0));
    assert_eq!(statuses(&signed_in(&app, "two-accounts").await, 0..10).await, (10, 0));
    assert_eq!(statuses(&signed_in(&app, "shared-account").await, 0..10).await, (0, 10));
    app.clock().advance(TimeDelta::minutes(5));
    assert_eq!(statuses(&person, 0..1).await, (1, 0));
});

story!(a_hundred_polls_at_once_of_an_approved_device_are_one_success, |app| async move {
    let started = start(&app).await;
    decide(&app, "approve", started.member("user_code")).await;
    let answers = join_all((0..100).map(|_| poll(&app, &started))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    let refused = answers.iter().filter(|answer| answer.status != 200);
    assert!(refused.map(Answer::refusal).all(|refusal| refusal == (400, "invalid_grant")));
});

story!(what_a_device_page_shows_is_escaped, |app| async move {
    let browser = signed_in(&app, "flat-base").await;
    let page = browser.open("/device/?user_code=%22%3E%3Cscript%3Ealert(1)").await;
    assert!(!page.text().contains("<script"));
    let answer = browser.submit(&page, "/device/", &[("user_code", "\"><script>alert(1)")]).await;
    assert!(!answer.text().contains("<script"));
    assert_eq!(answer.header("x-frame-options"), "DENY");
});

story!(the_device_example_of_the_auth_page_runs_as_printed, |app| async move {
    let id = app.oauth_client("demo-device").id.to_string();
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let started = app.post_raw("/device-authorization/", &form, format!("client_id={id}")).await;
    decide(&app, "approve", started.member("user_code")).await;
    let code = started.member("device_code");
    let body = format!("client_id={id}&device_code={code}&grant_type={DEVICE_CODE}");
    let token = app.post_raw("/token/", &form, body).await;
    let bare = [("authorization", token.member("access_token"))];
    assert_eq!(app.get_with("/resource/", &bare).await.status, 200);
});
