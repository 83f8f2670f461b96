//! `/authorize/`: what it asks people, what it tells applications, and what it refuses.

use kemu_tests::oauth::{CHALLENGE, REDIRECT, query};
use kemu_tests::{BASE_URL, story};

/// A refusal that is a page: nobody is sent anywhere.
macro_rules! assert_page {
    ($answer:expr, $error:expr, $what:expr) => {{
        let answer = $answer;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (400, ""), "{}", $what);
        assert!(answer.text().contains($error), "{}: {}", $what, answer.text());
        answer
    }};
}

story!(a_person_signs_in_allows_and_is_sent_back_with_code_state_and_issuer, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    let page = browser.open(&request).await;
    assert!(page.text().contains("flat-base") && page.text().contains("demo-public"));
    let location = browser.sign_in("flat-base", &request).await;
    assert!(location.starts_with("/authorize/?"), "{location}");
    let consent = browser.open(&location).await;
    assert!(consent.text().contains("Allow demo-public to access your account?"));
    assert!(consent.text().contains("See and change everything in your account"));
    let answer = browser.submit(&consent, "/authorize/decide/", &[("decision", "allow")]).await;
    assert_eq!(answer.status, 303);
    let location = answer.header("location");
    assert!(location.starts_with(&format!("{REDIRECT}?code=")), "{location}");
    let parameters = query(location);
    assert_eq!(parameters["state"], "a b&c=\"é");
    assert_eq!(parameters["iss"], format!("{BASE_URL}/token/"));
    assert_eq!(parameters.len(), 3);
});

story!(a_person_with_a_password_signs_in_and_a_wrong_one_is_told, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    let page = browser.open(&request).await;
    let fields = [("email", "\"><script>alert(1)</script>"), ("password", "wrong-password")];
    let wrong = browser.submit(&page, "/sign-in/", &fields).await;
    assert_eq!(wrong.status, 400);
    assert!(wrong.text().contains("role=\"alert\"") && !wrong.text().contains("<script>"));
    assert!(!wrong.text().contains("wrong-password"));
    assert!(page.text().contains("<strong>demo-public</strong>"));
    assert!(wrong.text().contains("<strong>demo-public</strong>"), "still for the same application");
    let fields = [("email", "flat-base@example.com"), ("password", "Demo-Octopus-1")];
    assert_eq!(browser.submit(&wrong, "/sign-in/", &fields).await.status, 303);
    browser.allow(&request).await;
    let errors = app.get("/_emulator/oauth/last-errors").await;
    assert!(!errors.text().contains("wrong-password"));
});

story!(a_person_who_denies_is_sent_back_with_access_denied, |app| async move {
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    browser.sign_in("flat-base", &request).await;
    let consent = browser.open(&request).await;
    let answer = browser.submit(&consent, "/authorize/decide/", &[("decision", "deny")]).await;
    let parameters = query(answer.header("location"));
    assert_eq!((answer.status.as_u16(), parameters["error"].as_str()), (303, "access_denied"));
    assert_eq!(parameters["state"], "a b&c=\"é");
    let consent = browser.open(&request).await;
    let answer = browser.submit(&consent, "/authorize/decide/", &[("decision", "leave")]).await;
    assert!(answer.header("location").starts_with("/authorize/?"));
    assert!(browser.open(&request).await.text().contains("Sign in"), "logged out");
});

story!(an_unknown_client_is_a_page_before_anybody_signs_in, |app| async move {
    let zeros = "0".repeat(64);
    for (id, sentence) in [
        ("", "Missing client_id parameter."),
        ("nobody", "Invalid client_id parameter value."),
        (zeros.as_str(), "Invalid client_id parameter value."),
        ("\"><script>", "Invalid client_id parameter value."),
    ] {
        let answer = app.get(&app.authorization("demo-public", &[("client_id", id)])).await;
        let answer = assert_page!(answer, sentence, id);
        assert!(!answer.text().contains("<script>"));
    }
});

story!(no_redirect_uri_but_a_registered_one_is_ever_redirected_to, |app| async move {
    let evil = [
        "https://evil.example/cb",
        "http://127.0.0.1/callback/x",
        "http://127.0.0.1/callback?a=b",
        "http://127.0.0.1/callback?code=attacker",
        "http://127.0.0.1/Callback",
        "http://127.0.0.1/x/../callback",
        "http://127.0.0.1/%2e%2e/callback",
        "http://127.0.0.1:9999@evil.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://127.0.0.1\\@evil.example/callback",
        "https://127.0.0.1/callback",
        "http://localhost/callback",
        "http://localhost:3001/callback",
        "javascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "com.example.demo:/callback/x",
        "//evil.example",
        "http://127.0.0.1/callback\r\nX-Evil: 1",
    ];
    for uri in evil {
        for more in [&[][..], &[("prompt", "none")], &[("response_type", "")]] {
            let mut changes = vec![("redirect_uri", uri)];
            changes.extend_from_slice(more);
            let answer = assert_page!(
                app.get(&app.authorization("demo-public", &changes)).await,
                "Mismatching redirect URI.",
                uri
            );
            assert!(!answer.text().contains("<script>"), "{uri}");
            assert!(
                answer.text().contains("http:&#x2f;&#x2f;127.0.0.1&#x2f;callback"),
                "what is registered is told"
            );
        }
    }
    let fragment =
        app.get(&app.authorization("demo-public", &[("redirect_uri", "http://127.0.0.1/callback#f")])).await;
    assert_page!(fragment, "Invalid redirect URI.", "fragment");
    let missing = app.get(&app.authorization("demo-public", &[("redirect_uri", "")])).await;
    assert_page!(missing, "Missing redirect URI.", "several are registered");
    let device = app.get(&app.authorization("demo-device", &[])).await;
    assert_page!(device, "unauthorized_client", "registered for another grant");
});

story!(a_client_with_one_redirect_uri_may_leave_it_out, |app| async move {
    let changes = [("redirect_uri", "")];
    let code = app.code("demo-confidential", &changes).await;
    let answer = app.redeem_with("demo-confidential", &code, &changes).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
});

story!(loopback_redirects_take_any_port_and_private_schemes_none, |app| async move {
    let browser = app.browser();
    browser.sign_in("flat-base", &app.authorization("demo-public", &[])).await;
    for uri in [
        "http://127.0.0.1/callback",
        "http://127.0.0.1:1/callback",
        "http://127.0.0.1:65535/callback",
        "http://[::1]:8080/callback",
        "http://localhost:3000/callback",
        "com.example.demo:/callback",
    ] {
        let answer = browser.open(&app.authorization("demo-public", &[("redirect_uri", uri)])).await;
        assert_eq!(answer.status, 200, "{uri}");
    }
    for uri in [
        "com.example.demo://x:1/callback",
        "com.example.demo:1/callback",
        "http://localhost:3001/callback",
        "http://localhost/callback",
    ] {
        let answer = browser.open(&app.authorization("demo-public", &[("redirect_uri", uri)])).await;
        assert_page!(answer, "Mismatching redirect URI.", uri);
    }
});

story!(repeated_parameters_are_refused, |app| async move {
    let request = app.authorization("demo-public", &[]);
    for (again, sentence) in [
        ("client_id=x", "Duplicate client_id parameter."),
        ("redirect_uri=https%3A%2F%2Fevil.example", "Duplicate redirect_uri parameter."),
    ] {
        assert_page!(app.get(&format!("{request}&{again}")).await, sentence, again);
    }
    for (again, sentence) in [
        ("scope=openid", Some("Duplicate scope parameter.")),
        ("prompt=none&prompt=login", Some("Duplicate prompt parameter.")),
        ("%22%3E%3Cb%3E=1&%22%3E%3Cb%3E=1", None),
    ] {
        let answer = app.get(&format!("{request}&{again}")).await;
        let parameters = query(answer.header("location"));
        assert_eq!((answer.status.as_u16(), parameters["error"].as_str()), (302, "invalid_request"));
        assert_eq!(parameters.get("error_description").map(String::as_str), sentence);
    }
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let answer = app.post_raw("/token/", &form, "scope=openid&scope=openid").await;
    assert_eq!(answer.refusal(), (400, "invalid_request"));
    assert_eq!(answer.member("error_description"), "Duplicate scope parameter.");
});

story!(other_errors_travel_to_the_application_with_its_state, |app| async move {
    for (changes, error, sentence) in [
        (vec![("response_type", "")], "invalid_request", "Missing response_type parameter."),
        (vec![("response_type", "nonsense")], "unsupported_response_type", ""),
        (vec![("response_type", "token")], "unauthorized_client", ""),
        (vec![("response_type", "id_token")], "unauthorized_client", ""),
        (vec![("response_type", "code id_token token")], "unauthorized_client", ""),
        (vec![("response_type", "token id_token")], "unauthorized_client", ""),
        (vec![("response_type", "token code id_token")], "unauthorized_client", ""),
        (vec![("response_type", "code code")], "unsupported_response_type", ""),
        (vec![("response_type", "token nonsense")], "unsupported_response_type", ""),
        (vec![("scope", "openid nonsense")], "invalid_scope", ""),
        (vec![("scope", "join:campaigns")], "invalid_scope", ""),
        (
            vec![("code_challenge", ""), ("code_challenge_method", "")],
            "invalid_request",
            "Code challenge required.",
        ),
        (
            vec![("code_challenge_method", "plain")],
            "invalid_request",
            "Transform algorithm not supported: only S256 is.",
        ),
        (
            vec![("code_challenge_method", "")],
            "invalid_request",
            "Transform algorithm not supported: only S256 is.",
        ),
        (vec![("code_challenge_method", "S512")], "invalid_request", "Transform algorithm not supported."),
        (vec![("code_challenge", "short")], "invalid_request", "Invalid code_challenge parameter value."),
        (vec![("prompt", "none")], "login_required", ""),
        (vec![("prompt", "none login")], "invalid_request", ""),
        (vec![("prompt", "nonsense")], "invalid_request", ""),
        (vec![("max_age", "-1")], "invalid_request", ""),
        (vec![("request", "x")], "request_not_supported", ""),
        (vec![("request_uri", "https://x")], "request_uri_not_supported", ""),
        (vec![("response_mode", "form_post")], "invalid_request", ""),
    ] {
        let answer = app.get(&app.authorization("demo-public", &changes)).await;
        assert_eq!(answer.status, 302, "{changes:?}");
        let location = answer.header("location");
        assert!(location.starts_with(&format!("{REDIRECT}?")), "{location}");
        let parameters = query(location);
        assert_eq!(parameters["error"], error, "{changes:?}");
        assert_eq!(parameters.get("error_description").map_or("", String::as_str), sentence, "{changes:?}");
        assert_eq!(parameters["state"], "a b&c=\"é");
        assert_eq!(parameters["iss"], format!("{BASE_URL}/token/"));
        assert!(!parameters.contains_key("code"));
    }
});

story!(state_comes_back_byte_for_byte_and_makes_no_header, |app| async move {
    for state in ["\r\nX-Evil: 1", "\"><script>", "a%20b", "é\u{1F980}", "a+b"] {
        let answer =
            app.get(&app.authorization("demo-public", &[("state", state), ("prompt", "none")])).await;
        assert_eq!(query(answer.header("location"))["state"], state);
        assert_eq!(answer.header("x-evil"), "");
    }
});

story!(unknown_parameters_are_ignored_and_empty_ones_absent, |app| async move {
    let request = format!("{}&unknown=1&resource=x&max_age=&request=", app.authorization("demo-public", &[]));
    let browser = app.browser();
    browser.sign_in("flat-base", &request).await;
    browser.allow(&request).await;
});

story!(an_authorization_request_may_come_as_a_form, |app| async move {
    let id = app.oauth_client("demo-public").id.to_string();
    let form = [
        ("response_type", "code"),
        ("client_id", id.as_str()),
        ("redirect_uri", REDIRECT),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let answer = app.post_form("/authorize/", &[], &form).await;
    assert_eq!(answer.status, 303);
    let browser = app.browser();
    browser.sign_in("flat-base", answer.header("location")).await;
    browser.allow(answer.header("location")).await;
});
