//! What an authorization request wants of the sign-in: `prompt`, `max_age`, `id_token_hint`.

use chrono::TimeDelta;
use kemu_tests::oauth::{Browser, claims, query};
use kemu_tests::story;

story!(prompt_and_max_age_decide_who_is_asked_again, |app| async move {
    let browser = app.browser();
    let ask = |changes: &[(&str, &str)]| app.authorization("demo-trusted", changes);
    browser.sign_in("flat-base", &ask(&[])).await;
    let code = async |changes: &[(&str, &str)]| {
        let answer = browser.open(&ask(changes)).await;
        query(answer.header("location")).get("code").cloned()
    };
    // The application may skip the question, so a session is enough.
    let before = claims(
        app.redeem("demo-trusted", &code(&[("prompt", "none")]).await.expect("a code"))
            .await
            .member("id_token"),
    );
    app.clock().advance(TimeDelta::seconds(100));
    assert!(code(&[("max_age", "100")]).await.is_some());
    assert!(code(&[("max_age", "99")]).await.is_none());
    let none = browser.open(&ask(&[("max_age", "99"), ("prompt", "none")])).await;
    assert_eq!(query(none.header("location"))["error"], "login_required");
    assert!(browser.open(&ask(&[("prompt", "consent")])).await.text().contains("Allow demo-trusted"));
    let again = ask(&[("prompt", "login")]);
    assert!(browser.open(&again).await.text().contains("Sign in"));
    let location = browser.sign_in("flat-base", &again).await;
    let code = query(browser.open(&location).await.header("location"))["code"].clone();
    let after = claims(app.redeem("demo-trusted", &code).await.member("id_token"));
    assert_eq!(after["auth_time"].as_i64().map(|time| time - 100), before["auth_time"].as_i64());
    let public = browser.open(&app.authorization("demo-public", &[("prompt", "none")])).await;
    assert_eq!(query(public.header("location"))["error"], "consent_required", "never silently");
});

story!(a_max_age_of_nothing_asks_who_it_is_each_time, |app| async move {
    let browser = app.browser();
    let request = app.authorization("demo-trusted", &[("max_age", "0")]);
    browser.sign_in("flat-base", &app.authorization("demo-trusted", &[])).await;
    assert!(browser.open(&request).await.text().contains("Sign in"), "though it was this very second");
    let none = app.authorization("demo-trusted", &[("max_age", "0"), ("prompt", "none")]);
    assert_eq!(query(browser.open(&none).await.header("location"))["error"], "login_required");
    let location = browser.sign_in("flat-base", &request).await;
    app.clock().advance(TimeDelta::seconds(5));
    assert!(
        query(browser.open(&location).await.header("location")).contains_key("code"),
        "once, not for ever"
    );
    for text in ["00", "+0", "0.5", " "] {
        let answer = browser.open(&app.authorization("demo-trusted", &[("max_age", text)])).await;
        assert_eq!(query(answer.header("location"))["error"], "invalid_request", "{text}");
    }
});

story!(what_a_request_wants_of_the_sign_in_holds_at_the_decision, |app| async move {
    let browser = app.browser();
    let request = app.authorization("demo-public", &[("max_age", "60")]);
    browser.sign_in("flat-base", &request).await;
    let consent = browser.open(&request).await;
    app.clock().advance(TimeDelta::seconds(61));
    let answer = browser.submit(&consent, "/authorize/decide/", &[("decision", "allow")]).await;
    let location = answer.header("location");
    assert!(answer.status == 303 && location.starts_with("/authorize/?"), "{location}");
    assert!(browser.open(location).await.text().contains("Sign in"));
    let location = browser.sign_in("flat-base", location).await;
    browser.allow(&location).await;
});

story!(an_id_token_hint_says_who_is_meant, |app| async move {
    let browser = app.browser();
    browser.sign_in("flat-base", &app.authorization("demo-trusted", &[])).await;
    let id_token = async |browser: &Browser| {
        let answer = browser.open(&app.authorization("demo-trusted", &[])).await;
        let code = query(answer.header("location"))["code"].clone();
        app.redeem("demo-trusted", &code).await.member("id_token").to_owned()
    };
    let own = id_token(&browser).await;
    let other = app.browser();
    other.sign_in("in-debt", &app.authorization("demo-trusted", &[])).await;
    let another = id_token(&other).await;
    app.clock().advance(TimeDelta::days(3));
    let ask = |hint: &str, prompt: &str| {
        app.authorization("demo-trusted", &[("id_token_hint", hint), ("prompt", prompt)])
    };
    let answer = browser.open(&ask(&own, "none")).await;
    assert!(query(answer.header("location")).contains_key("code"), "however old the hint is");
    let answer = browser.open(&ask(&another, "none")).await;
    assert_eq!(query(answer.header("location"))["error"], "login_required");
    let page = browser.open(&ask(&another, "")).await;
    assert!(page.text().contains("The application means somebody else"), "{}", page.text());
    // Who is not meant stays so after signing in once more.
    let location = browser.sign_in("flat-base", &ask(&another, "")).await;
    assert!(browser.open(&location).await.text().contains("Sign in"));
    let location = browser.sign_in("in-debt", &location).await;
    assert!(query(browser.open(&location).await.header("location")).contains_key("code"));
    let access = app.tokens("demo-public").await.member("access_token").to_owned();
    for bad in ["x", &access, &format!("{own}x")] {
        let answer = browser.open(&ask(bad, "")).await;
        assert_eq!(query(answer.header("location"))["error"], "invalid_request");
    }
});
