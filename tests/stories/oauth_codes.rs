//! Authorization codes and refresh tokens: what they become, and what whoever stole one gets.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use futures_util::future::join_all;
use kemu_tests::oauth::{REDIRECT, VERIFIER, claims};
use kemu_tests::{Answer, BASE_URL, TestApp, story};
use serde_json::json;

const WHO: &str = "{ viewer { id } }";

async fn userinfo(app: &TestApp, token: &str) -> Answer {
    app.get_with("/userinfo/", &[("authorization", &format!("Bearer {token}"))]).await
}

story!(a_code_becomes_tokens_that_work, |app| async move {
    let answer = app.tokens("demo-public").await;
    assert_eq!((answer.header("cache-control"), answer.header("pragma")), ("no-store", "no-cache"));
    assert_eq!((&answer.body["token_type"], &answer.body["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert_eq!(answer.body["scope"], "openid full-customer-access");
    let access = answer.member("access_token");
    let said = claims(access);
    assert_eq!(
        (&said["sub"], &said["email"]),
        (&json!("kraken|account-user:3200001"), &json!("flat-base@example.com"))
    );
    assert_eq!((&said["tokenUse"], &said["gty"]), (&json!("access"), &json!("AUTHORIZATION-CODE")));
    app.anonymous().with_header(access).ask_for(WHO).await.data();
    let resource = app.get_with("/resource/", &[("authorization", access)]).await;
    assert_eq!(resource.body["scope"], "openid full-customer-access");
    let id = claims(answer.member("id_token"));
    assert_eq!(userinfo(&app, access).await.body, json!({ "sub": id["sub"] }));
    let post = app.post_form("/userinfo/", &[("authorization", &format!("Bearer {access}"))], &[]).await;
    assert_eq!(post.body, json!({ "sub": id["sub"] }));
    assert_eq!(
        (&id["iss"], &id["aud"], &id["nonce"], &id["tokenUse"]),
        (
            &json!(format!("{BASE_URL}/token/")),
            &json!(app.oauth_client("demo-public").id.as_str()),
            &json!("n-0S6_WzA2Mj"),
            &json!("id")
        )
    );
    assert_eq!(id["auth_time"], app.clock().now().timestamp());
});

story!(an_id_token_is_no_access_token_and_neither_is_a_refresh_token, |app| async move {
    let answer = app.tokens("demo-public").await;
    for token in [answer.member("id_token"), answer.member("refresh_token")] {
        assert_eq!(userinfo(&app, token).await.status, 401);
        assert_eq!(app.get_with("/resource/", &[("authorization", token)]).await.status, 401);
        assert!(!app.anonymous().with_header(token).ask_for(WHO).await.codes().is_empty());
    }
});

story!(without_openid_there_is_no_id_token_and_openid_alone_opens_nothing, |app| async move {
    let code = app.code("demo-public", &[("scope", "full-customer-access"), ("nonce", "")]).await;
    let answer = app.redeem("demo-public", &code).await;
    assert!(answer.body.get("id_token").is_none());
    assert_eq!(userinfo(&app, answer.member("access_token")).await.status, 403);
    let code = app.code("demo-public", &[("scope", "openid"), ("nonce", "")]).await;
    let answer = app.redeem("demo-public", &code).await;
    assert!(claims(answer.member("id_token")).get("nonce").is_none());
    let role = app.anonymous().with_header(answer.member("access_token"));
    assert_eq!(role.ask_for(WHO).await.codes(), ["KT-CT-1111"]);
});

story!(hs256_id_tokens_are_signed_with_the_secret, |app| async move {
    let answer = app.tokens("demo-hs256").await;
    let secret = app.oauth_client("demo-hs256").secret.as_ref().expect("a secret").reveal();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.validate_exp = false;
    validation.set_audience(&[app.oauth_client("demo-hs256").id.as_str()]);
    let key = jsonwebtoken::DecodingKey::from_secret(secret.as_bytes());
    let token = answer.member("id_token");
    jsonwebtoken::decode::<serde_json::Value>(token, &key, &validation).expect("signed with the secret");
    let header = jsonwebtoken::decode_header(answer.member("access_token")).expect("a header");
    assert_eq!(header.alg, jsonwebtoken::Algorithm::RS256);
});

story!(a_code_lives_sixty_seconds, |app| async move {
    let code = app.code("demo-public", &[]).await;
    app.clock().advance(TimeDelta::seconds(59));
    assert_eq!(app.redeem("demo-public", &code).await.status, 200);
    let code = app.code("demo-public", &[]).await;
    app.clock().advance(TimeDelta::seconds(60));
    assert_eq!(app.redeem("demo-public", &code).await.refusal(), (400, "invalid_grant"));
    let code = app.code("demo-public", &[]).await;
    app.clock().advance(TimeDelta::seconds(61));
    assert_eq!(app.redeem("demo-public", &code).await.refusal(), (400, "invalid_grant"));
});

story!(a_second_use_of_a_code_ends_what_the_first_one_got, |app| async move {
    let code = app.code("demo-public", &[]).await;
    let first = app.redeem("demo-public", &code).await;
    assert_eq!(first.status, 200);
    assert_eq!(app.redeem("demo-public", &code).await.refusal(), (400, "invalid_grant"));
    let access = first.member("access_token");
    assert_eq!(userinfo(&app, access).await.status, 401);
    assert_eq!(app.anonymous().with_header(access).ask_for(WHO).await.codes(), ["KT-CT-1162"]);
    let renewed = app.renew("demo-public", first.member("refresh_token"), &[]).await;
    assert_eq!(renewed.refusal(), (400, "invalid_grant"));
});

story!(a_code_is_bound_to_client_redirect_and_verifier_and_survives_failures, |app| async move {
    let code = app.code("demo-confidential", &[]).await;
    let wrong_verifier = VERIFIER.replace('d', "e");
    for (changes, expected) in [
        (vec![("client_secret", "x".repeat(40))], (401, "invalid_client")),
        (vec![("client_secret", String::new())], (401, "invalid_client")),
        (vec![("redirect_uri", "http://127.0.0.1:4712/callback".into())], (400, "invalid_grant")),
        (vec![("redirect_uri", String::new())], (400, "invalid_request")),
        (vec![("code_verifier", wrong_verifier)], (400, "invalid_grant")),
        (vec![("code_verifier", String::new())], (400, "invalid_request")),
        (vec![("code_verifier", "x".repeat(31))], (400, "invalid_request")),
        (vec![("code_verifier", "x".repeat(129))], (400, "invalid_request")),
        (vec![("code", "0".repeat(64))], (400, "invalid_grant")),
        (vec![("code", String::new())], (400, "invalid_request")),
    ] {
        let changes: Vec<(&str, &str)> =
            changes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let answer = app.redeem_with("demo-confidential", &code, &changes).await;
        assert_eq!(answer.refusal(), expected, "{changes:?}");
    }
    for other in ["demo-public", "demo-trusted", "demo-hs256"] {
        assert_eq!(app.redeem(other, &code).await.refusal(), (400, "invalid_grant"), "{other}");
    }
    assert_eq!(app.redeem("demo-device", &code).await.refusal(), (400, "unauthorized_client"));
    assert_eq!(app.redeem("demo-confidential", &code).await.status, 200, "nothing of that burnt the code");
});

story!(sentences_are_those_of_oauthlib, |app| async move {
    let code = app.code("demo-public", &[]).await;
    for (name, value, sentence) in [
        ("code", "", "Missing code parameter."),
        ("code_verifier", "", "Code verifier required."),
        ("redirect_uri", "", "Missing redirect URI."),
        ("redirect_uri", "http://127.0.0.1/callback", "Mismatching redirect URI."),
    ] {
        let answer = app.redeem_with("demo-public", &code, &[(name, value)]).await;
        assert_eq!(answer.body["error_description"], sentence);
    }
});

story!(a_verifier_for_a_code_without_challenge_is_refused, |app| async move {
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = app.code("demo-confidential", &without).await;
    assert_eq!(app.redeem("demo-confidential", &code).await.refusal(), (400, "invalid_grant"));
    let answer = app.redeem_with("demo-confidential", &code, &[("code_verifier", "")]).await;
    assert_eq!(answer.status, 200);
});

story!(codes_of_two_people_cannot_be_exchanged, |app| async move {
    // The attacker's verifier does not open the victim's code.
    let challenge = "JBbiqONGWPaAmwXk_8bT6UnlPfrn65D32eZlJS-zGG0";
    let code = app.code("demo-public", &[("code_challenge", challenge)]).await;
    assert_eq!(app.redeem("demo-public", &code).await.refusal(), (400, "invalid_grant"));
});

story!(a_public_refresh_token_rotates_and_a_second_use_ends_the_family, |app| async move {
    let first = app.tokens("demo-public").await;
    let old = first.member("refresh_token").to_owned();
    let second = app.renew("demo-public", &old, &[]).await;
    assert_eq!(second.status, 200);
    let new = second.member("refresh_token").to_owned();
    assert_ne!(old, new);
    let id = claims(second.member("id_token"));
    assert!(id.get("nonce").is_none() && id["auth_time"] == claims(first.member("id_token"))["auth_time"]);
    app.anonymous().with_header(second.member("access_token")).ask_for(WHO).await.data();
    assert_eq!(app.renew("demo-public", &old, &[]).await.refusal(), (400, "invalid_grant"));
    assert_eq!(app.renew("demo-public", &new, &[]).await.refusal(), (400, "invalid_grant"));
    for answer in [&first, &second] {
        assert_eq!(userinfo(&app, answer.member("access_token")).await.status, 401);
    }
});

story!(a_confidential_client_keeps_its_refresh_token, |app| async move {
    let first = app.tokens("demo-confidential").await;
    let token = first.member("refresh_token");
    for _ in 0..2 {
        let again = app.renew("demo-confidential", token, &[]).await;
        assert_eq!(again.body["refresh_token"], token);
    }
});

story!(refresh_tokens_are_bound_and_narrow_only, |app| async move {
    let first = app.tokens("demo-confidential").await;
    let token = first.member("refresh_token");
    for other in ["demo-public", "demo-trusted"] {
        assert_eq!(app.renew(other, token, &[]).await.refusal(), (400, "invalid_grant"), "{other}");
    }
    for wider in ["openid query:property", "nonsense"] {
        let answer = app.renew("demo-confidential", token, &[("scope", wider)]).await;
        assert_eq!(answer.refusal(), (400, "invalid_scope"), "{wider}");
    }
    let narrow = app.renew("demo-confidential", token, &[("scope", "openid")]).await;
    assert_eq!(narrow.body["scope"], "openid");
    let wide_again = app.renew("demo-confidential", token, &[]).await;
    assert_eq!(
        wide_again.body["scope"], "openid full-customer-access",
        "the refresh token keeps what was granted"
    );
    assert_eq!(app.renew("demo-confidential", "", &[]).await.refusal(), (400, "invalid_request"));
    let access = first.member("access_token");
    assert_eq!(app.renew("demo-confidential", access, &[]).await.refusal(), (400, "invalid_grant"));
});

story!(a_refresh_token_dies_a_year_after_the_sign_in_however_often_it_is_renewed, |app| async move {
    let mut token = app.tokens("demo-public").await.member("refresh_token").to_owned();
    for _ in 0..2 {
        app.clock().advance(TimeDelta::days(182));
        token = app.renew("demo-public", &token, &[]).await.member("refresh_token").into();
    }
    app.clock().advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    token = app.renew("demo-public", &token, &[]).await.member("refresh_token").into();
    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(app.renew("demo-public", &token, &[]).await.refusal(), (400, "invalid_grant"));
});

story!(revoking_a_refresh_token_ends_its_access_tokens, |app| async move {
    let first = app.tokens("demo-public").await;
    let id = app.oauth_client("demo-public").id.to_string();
    let form = [("token", first.member("refresh_token")), ("client_id", &id)];
    assert_eq!(app.post_form("/revoke-token/", &[], &form).await.status, 200);
    assert_eq!(userinfo(&app, first.member("access_token")).await.status, 401);
    let renewed = app.renew("demo-public", first.member("refresh_token"), &[]).await;
    assert_eq!(renewed.refusal(), (400, "invalid_grant"));
});

story!(forced_reauthentication_ends_oauth_too, |app| async move {
    let tokens = app.tokens("demo-public").await;
    let code = app.code("demo-public", &[]).await;
    let customer = app.customer("flat-base").await;
    let end =
        "mutation { forceReauthentication(input: { includeThirdParties: true }) { tokensInvalidated } }";
    customer.ask_for(end).await.data();
    assert_eq!(userinfo(&app, tokens.member("access_token")).await.status, 401);
    let renewed = app.renew("demo-public", tokens.member("refresh_token"), &[]).await;
    assert_eq!(renewed.refusal(), (400, "invalid_grant"));
    assert_eq!(app.redeem("demo-public", &code).await.refusal(), (400, "invalid_grant"));
    app.tokens("demo-public").await;
});

story!(a_hundred_uses_at_once_of_a_code_or_refresh_token_are_one_success, |app| async move {
    let successes = |answers: &[Answer]| answers.iter().filter(|answer| answer.status == 200).count();
    let code = app.code("demo-public", &[]).await;
    let answers = join_all((0..100).map(|_| app.redeem("demo-public", &code))).await;
    assert_eq!(successes(&answers), 1);
    assert!(answers.iter().all(|answer| [200, 400].contains(&answer.status.as_u16())));
    let token = app.tokens("demo-public").await.member("refresh_token").to_owned();
    let answers = join_all((0..100).map(|_| app.renew("demo-public", &token, &[]))).await;
    assert_eq!(successes(&answers), 1);
    assert!(answers.iter().all(|answer| [200, 400].contains(&answer.status.as_u16())));
});

story!(codes_and_tokens_never_repeat, |app| async move {
    // As each request does it: with a generator of its own.
    let made: std::collections::HashSet<String> =
        (0..10_000).map(|_| kemu_auth::secrets::hex_token(&mut app.sandbox().fork_rng())).collect();
    assert_eq!(made.len(), 10_000);
    let code = app.code("demo-public", &[]).await;
    assert_eq!((code.len(), made.contains(&code)), (64, false));
});

story!(the_authorization_example_of_the_auth_page_runs_as_printed, |app| async move {
    use sha2::{Digest as _, Sha256};

    // crypto.randomUUID().replace(/-/g, '') has 32 characters.
    let verifier = "3f2c8a51d0b94c6f9e1b7a2d5c8e0f31";
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    let changes = [("scope", ""), ("state", ""), ("nonce", ""), ("code_challenge", challenge.as_str())];
    let code = app.code("demo-public", &changes).await;
    let id = app.oauth_client("demo-public").id.to_string();
    let body = format!(
        "grant_type=authorization_code&code={code}&redirect_uri={REDIRECT}&client_id={id}&code_verifier={verifier}"
    );
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let token = app.post_raw("/token/", &form, body).await;
    let bare = [("authorization", token.member("access_token"))];
    let resource = app.get_with("/resource/", &bare).await;
    assert_eq!((resource.status.as_u16(), resource.member("sub")), (200, "kraken|account-user:3200001"));
});

story!(a_customer_sees_the_confidential_applications_that_hold_a_good_token, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = "{ authorizedApplications { name clientId } }";
    let allowed = async || customer.gql_auth(query, json!({})).await.at("/authorizedApplications").clone();
    assert_eq!(allowed().await, json!([]));
    app.tokens("demo-public").await;
    app.code("demo-confidential", &[]).await;
    assert_eq!(allowed().await, json!([]), "a code alone is good for nothing yet");
    app.tokens("demo-confidential").await;
    let tokens = app.tokens("demo-confidential").await;
    let shown = json!([{ "name": "demo-confidential", "clientId": app.oauth_client("demo-confidential").id.as_str() }]);
    assert_eq!(allowed().await, shown, "once, and no public one");
    assert_eq!(customer.ask_for(query).await.at("/authorizedApplications"), &shown);
    let other = app.customer("two-accounts").await;
    assert_eq!(other.ask_for(query).await.at("/authorizedApplications"), &json!([]));
    // Both grants end: one by its token, one with time.
    let basic = app.basic_of("demo-confidential");
    let token = [("token", tokens.member("refresh_token"))];
    app.post_form("/revoke-token/", &[("authorization", &basic)], &token).await;
    assert_eq!(allowed().await, shown, "the other grant is left");
    app.clock().advance(TimeDelta::days(366));
    let customer = app.customer("flat-base").await;
    assert_eq!(customer.ask_for(query).await.at("/authorizedApplications"), &json!([]));
});
