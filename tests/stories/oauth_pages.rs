//! The pages of the auth site, against those who would misuse them.

use kemu_tests::oauth::{hidden, query};
use kemu_tests::story;
use reqwest::Method;

story!(pages_stand_in_no_frame_tell_no_referrer_and_are_not_kept, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    let sign_in = browser.open(&request).await;
    browser.sign_in("flat-base", &request).await;
    let consent = browser.open(&request).await;
    let refused = browser.open("/authorize/").await;
    let id = app.oauth_client("demo-device").id.to_string();
    let started = app.post_form("/device-authorization/", &[], &[("client_id", &id)]).await;
    let device = browser.open("/device/").await;
    let confirm = browser.submit(&device, "/device/", &[("user_code", started.member("user_code"))]).await;
    let connected = browser.submit(&confirm, "/device/", &[("decision", "allow")]).await;
    assert!(connected.text().contains("demo-device is connected"));
    let landing = browser.open("/").await;
    let application =
        [("name", "mine"), ("type", "public"), ("grant", "device"), ("scope:full-customer-access", "on")];
    let registered = browser.submit(&landing, "/applications/", &application).await;
    assert!(registered.text().contains("mine is registered"), "{}", registered.text());
    let sign_out = browser.open("/logout/").await;
    let signed_out = browser.submit(&sign_out, "/logout/confirm/", &[]).await;
    assert!(signed_out.text().contains("You are signed out"));
    let pages =
        [sign_in, consent, refused, device, confirm, connected, landing, registered, sign_out, signed_out];
    for page in pages {
        let policy = page.header("content-security-policy");
        assert!(
            policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"),
            "{policy}"
        );
        assert!(!policy.contains("script-src") && !page.text().contains("<script"));
        assert_eq!(page.header("x-frame-options"), "DENY");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("access-control-allow-origin"), "");
    }
});

story!(no_other_origin_may_ask_for_a_page, |app| async move {
    let origin = [("origin", "https://evil.example"), ("access-control-request-method", "GET")];
    let preflight = app.send(Method::OPTIONS, "/authorize/", &origin, Vec::new()).await;
    assert_eq!(preflight.header("access-control-allow-origin"), "");
    let token = app.send(Method::OPTIONS, "/token/", &origin, Vec::new()).await;
    assert_eq!(token.header("access-control-allow-origin"), "*");
});

story!(a_consent_that_is_not_from_our_page_in_this_browser_gives_no_code, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    browser.sign_in("flat-base", &request).await;
    let consent = browser.open(&request).await;
    let fields = hidden(&consent);
    let value = |name: &str| fields.iter().find(|(own, _)| own == name).expect("a field").1.clone();
    let (csrf, asked) = (value("csrf"), value("query"));
    let other = app.browser();
    let foreign = hidden(&other.open(&request).await);
    let foreign = foreign.iter().find(|(name, _)| name == "csrf").expect("a token").1.clone();
    let evil = [("origin", "https://evil.example")];
    for (headers, token) in [(&[][..], ""), (&[], "0"), (&[], foreign.as_str()), (&evil[..], csrf.as_str())] {
        let form = [("query", asked.as_str()), ("decision", "allow"), ("csrf", token)];
        let answer = browser.post("/authorize/decide/", headers, &form).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (403, ""), "{token}");
    }
    // Another browser with the right form.
    let form = [("query", asked.as_str()), ("decision", "allow"), ("csrf", csrf.as_str())];
    for stranger in [&other, &app.browser()] {
        assert_eq!(stranger.post("/authorize/decide/", &[], &form).await.status, 403);
    }
    // Our own pages send no referrer, for which browsers say "null".
    let answer = browser.post("/authorize/decide/", &[("origin", "null")], &form).await;
    assert!(query(answer.header("location")).contains_key("code"));
});

story!(a_bad_form_of_a_browser_is_answered_with_a_page, |app| async move {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let json = [("content-type", "application/json")];
    let long = format!("state={}", "x".repeat(100_000));
    for path in [
        "/authorize/",
        "/authorize/decide/",
        "/sign-in/",
        "/device/",
        "/logout/",
        "/logout/confirm/",
        "/applications/",
    ] {
        for (headers, body, status) in [(form, "a=%ff", 400), (json, "{}", 400), (form, &long, 413)] {
            let answer = app.post_raw(path, &headers, body).await;
            assert_eq!(answer.status, status, "{path}");
            assert!(answer.text().contains("This request cannot be answered"), "{path}: {}", answer.text());
            assert_eq!(answer.header("x-frame-options"), "DENY", "{path}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        }
    }
});

story!(a_form_of_another_site_leaves_the_cookie_as_it_is, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    browser.sign_in("flat-base", &request).await;
    let asked = query(&request);
    let form: Vec<(&str, &str)> = asked.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    // Browsers send no SameSite=Lax cookie with a form of another site, but would keep one that comes back.
    let evil = [("origin", "https://evil.example")];
    for path in [
        "/authorize/",
        "/authorize/decide/",
        "/sign-in/",
        "/device/",
        "/logout/",
        "/logout/confirm/",
        "/applications/",
    ] {
        let answer = app.post_form(path, &evil, &form).await;
        assert_eq!(answer.header("set-cookie"), "", "{path}");
    }
    // Where such a form is a good request it goes on with the cookie that the browser has.
    let answer = app.post_form("/authorize/", &evil, &form).await;
    browser.allow(answer.header("location")).await;
});

story!(signing_in_needs_our_form_and_changes_the_cookie, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    let form = [("person", "flat-base"), ("then", "authorize"), ("query", "")];
    assert_eq!(browser.post("/sign-in/", &[], &form).await.status, 403);
    browser.open(&request).await;
    let planted = browser.cookie();
    browser.sign_in("flat-base", &request).await;
    assert_ne!(browser.cookie(), planted);
    let attacker = app.browser();
    attacker.set_cookie(&planted);
    assert!(attacker.open(&request).await.text().contains("Sign in"), "the planted cookie is nobody");
    attacker.set_cookie(&format!("{}0", browser.cookie()));
    assert!(
        attacker.open(&request).await.text().contains("Sign in"),
        "a cookie that we did not sign is nobody"
    );
});

story!(signing_in_leads_to_our_own_addresses_only, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    let page = browser.open(&request).await;
    let csrf = hidden(&page).into_iter().find(|(name, _)| name == "csrf").expect("a token").1;
    for (then, asked) in [
        ("authorize", "//evil.example"),
        ("authorize", "/\\evil"),
        ("authorize", "https://evil.example"),
        ("authorize", "x=1\r\nLocation: https://evil.example"),
        ("https://evil.example", ""),
    ] {
        let page = browser.open(&app.authorization("demo-public", &[("prompt", "login")])).await;
        let csrf = hidden(&page)
            .into_iter()
            .find(|(name, _)| name == "csrf")
            .map_or(csrf.clone(), |(_, value)| value);
        let form = [("csrf", csrf.as_str()), ("then", then), ("query", asked), ("person", "flat-base")];
        let answer = browser.post("/sign-in/", &[], &form).await;
        let location = answer.header("location");
        assert!(answer.status == 400 || location.starts_with("/authorize/?"), "{then} {asked}: {location}");
    }
});

story!(what_people_and_applications_send_is_escaped, |app| async move {
    let nasty = "\"><script>alert(1)</script>";
    let browser = app.browser();
    for name in
        ["state", "nonce", "scope", "client_id", "redirect_uri", "response_type", "prompt", "login_hint"]
    {
        let answer = browser.open(&app.authorization("demo-public", &[(name, nasty)])).await;
        assert!(!answer.text().contains("<script"), "{name}");
        assert!(!answer.header("location").contains('<'), "{name}");
    }
});

story!(every_parameter_may_be_rubbish_and_nothing_breaks, |app| async move {
    let long = "x".repeat(5_000);
    let names = [
        "client_id",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
        "nonce",
        "prompt",
        "max_age",
        "code_challenge",
        "code_challenge_method",
        "grant_type",
        "code",
        "code_verifier",
        "refresh_token",
        "token",
        "client_secret",
        "token_type_hint",
        "access_token",
        "csrf",
        "query",
        "then",
        "person",
        "decision",
    ];
    for name in names {
        for value in ["", "%00", "%ff", "%0d%0a", "a&b", long.as_str()] {
            let authorize =
                app.get(&format!("{}&{name}={value}", app.authorization("demo-public", &[]))).await;
            assert!(authorize.status.as_u16() < 500, "{name}={value}");
            for path in
                ["/token/", "/revoke-token/", "/userinfo/", "/authorize/", "/authorize/decide/", "/sign-in/"]
            {
                let form = [("content-type", "application/x-www-form-urlencoded")];
                let answer = app.post_raw(path, &form, format!("{name}={value}")).await;
                assert!(answer.status.as_u16() < 500, "{path} {name}={value}: {}", answer.status);
            }
        }
    }
});
