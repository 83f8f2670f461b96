//! RP-initiated logout.

use chrono::TimeDelta;
use kemu_tests::oauth::{Browser, claims, form, hidden, query};
use kemu_tests::{TestApp, story};
use serde_json::{Value as Json, json};

const BACK: &str = "http://127.0.0.1:9/signed-out";

async fn signed_in(app: &TestApp) -> Browser {
    let browser = app.browser();
    browser.sign_in("flat-base", &app.authorization("demo-public", &[])).await;
    browser
}

async fn is_signed_in(app: &TestApp, browser: &Browser) -> bool {
    let answer = browser.open(&app.authorization("demo-public", &[("prompt", "none")])).await;
    query(answer.header("location"))["error"] == "consent_required"
}

story!(an_application_signs_a_person_out_with_its_id_token_however_old, |app| async move {
    let hint = app.tokens("demo-public").await.member("id_token").to_owned();
    app.clock().advance(TimeDelta::days(3));
    let browser = signed_in(&app).await;
    let parameters =
        [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", BACK), ("state", "a b&c")];
    let answer = browser.open(&format!("/logout/?{}", form(&parameters))).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (302, "http://127.0.0.1:9/signed-out?state=a%20b%26c")
    );
    assert!(!is_signed_in(&app, &browser).await);
    let browser = signed_in(&app).await;
    let answer = browser.post("/logout/", &[], &parameters).await;
    assert_eq!(answer.status, 303, "the same in the address");
    let answer = browser.open(answer.header("location")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (302, "http://127.0.0.1:9/signed-out?state=a%20b%26c")
    );
    assert!(!is_signed_in(&app, &browser).await);
});

story!(without_a_hint_a_page_asks_first, |app| async move {
    let id = app.oauth_client("demo-public").id.to_string();
    for (parameters, location) in [
        (vec![], ""),
        (
            vec![("client_id", id.as_str()), ("post_logout_redirect_uri", BACK), ("state", "x")],
            "http://127.0.0.1:9/signed-out?state=x",
        ),
    ] {
        let browser = signed_in(&app).await;
        let page = browser.open(&format!("/logout/?{}", form(&parameters))).await;
        assert!(page.text().contains("Sign out?") && page.header("x-frame-options") == "DENY");
        assert!(is_signed_in(&app, &browser).await, "a link alone signs nobody out");
        let fields = [("query", "")];
        assert_eq!(browser.post("/logout/confirm/", &[], &fields).await.status, 403);
        assert!(!hidden(&page).is_empty());
        let answer = browser.submit(&page, "/logout/confirm/", &[]).await;
        assert_eq!(answer.header("location"), location);
        assert!(!is_signed_in(&app, &browser).await);
    }
    assert!(app.get("/logout/").await.text().contains("You are signed out"));
});

story!(nobody_is_sent_to_an_address_that_is_not_registered, |app| async move {
    let id = app.oauth_client("demo-public").id.to_string();
    let other = app.oauth_client("demo-hs256").id.to_string();
    let tokens = app.tokens("demo-public").await;
    let hint = tokens.member("id_token");
    let (start, signature) = hint.rsplit_once('.').expect("three parts");
    let turned: String = signature.chars().rev().collect();
    let tampered = format!("{start}.{turned}");
    let browser = signed_in(&app).await;
    for parameters in [
        vec![("client_id", id.as_str()), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("client_id", id.as_str()), ("post_logout_redirect_uri", "http://127.0.0.1/signed-out?a=b")],
        vec![("id_token_hint", hint), ("post_logout_redirect_uri", "https://evil.example/")],
        vec![("post_logout_redirect_uri", BACK)],
        vec![("client_id", other.as_str()), ("post_logout_redirect_uri", BACK)],
        vec![("client_id", other.as_str()), ("id_token_hint", hint), ("post_logout_redirect_uri", BACK)],
        vec![("client_id", "nobody"), ("post_logout_redirect_uri", BACK)],
        vec![("id_token_hint", tampered.as_str()), ("post_logout_redirect_uri", BACK)],
        vec![("id_token_hint", tokens.member("access_token"))],
        vec![("id_token_hint", "x")],
    ] {
        let answer = browser.open(&format!("/logout/?{}", form(&parameters))).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{parameters:?}");
    }
    assert!(is_signed_in(&app, &browser).await);
});

story!(the_id_token_of_somebody_else_signs_nobody_out_at_once, |app| async move {
    for client in ["demo-public", "demo-hs256"] {
        // Of another person, however good it is.
        let other = app.browser();
        other.sign_in("in-debt", &app.authorization(client, &[])).await;
        let code = other.allow(&app.authorization(client, &[])).await;
        let hint = app.redeem(client, &code).await.member("id_token").to_owned();
        let browser = signed_in(&app).await;
        let page = browser.open(&format!("/logout/?{}", form(&[("id_token_hint", &hint)]))).await;
        assert!(page.status == 200 && page.text().contains("Sign out?"), "{client}");
        assert!(is_signed_in(&app, &browser).await, "{client}");
        browser.submit(&page, "/logout/confirm/", &[]).await;
        assert!(!is_signed_in(&app, &browser).await, "{client}: the person may still say yes");
    }
});

story!(a_hint_is_an_id_token_of_this_issuer_whoever_signed_it, |app| async move {
    let own = app.tokens("demo-hs256").await.member("id_token").to_owned();
    let client = app.oauth_client("demo-hs256");
    let signed = |name: &str, value: Json| {
        let mut claims = claims(&own);
        claims[name] = value;
        let key =
            jsonwebtoken::EncodingKey::from_secret(client.secret.as_ref().expect("one").reveal().as_bytes());
        jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).expect("signed")
    };
    let browser = signed_in(&app).await;
    for (name, value) in [
        ("iss", json!("http://other.test/token/")),
        ("iss", Json::Null),
        ("tokenUse", json!("access")),
        ("tokenUse", Json::Null),
        ("sub", Json::Null),
        ("aud", json!(app.oauth_client("demo-public").id.as_str())),
    ] {
        let hint = signed(name, value.clone());
        let answer = browser.open(&format!("/logout/?{}", form(&[("id_token_hint", &hint)]))).await;
        assert_eq!(answer.status, 400, "{name}: {value}");
    }
    assert!(is_signed_in(&app, &browser).await);
    let hint = signed("exp", json!(1));
    let answer = browser.open(&format!("/logout/?{}", form(&[("id_token_hint", &hint)]))).await;
    assert_eq!(answer.status, 200, "its age does not matter: {}", answer.text());
    assert!(!is_signed_in(&app, &browser).await);
});

story!(a_hint_that_the_applications_secret_signed_is_good_too, |app| async move {
    let hint = app.tokens("demo-hs256").await.member("id_token").to_owned();
    let browser = signed_in(&app).await;
    let answer = browser.open(&format!("/logout/?{}", form(&[("id_token_hint", &hint)]))).await;
    assert!(answer.text().contains("You are signed out"));
    assert!(!is_signed_in(&app, &browser).await);
});
