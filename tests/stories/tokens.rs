//! What happens to tokens later: renewal, revocation, tokens for and of others.

use chrono::TimeDelta;
use insta::assert_json_snapshot;
use kemu_domain::secrets::digest;
use kemu_persistence::refresh_tokens;
use kemu_tests::{Role, TestApp, story};
use serde_json::{Value as Json, json};

const WHO: &str = "{ viewer { id } }";

story!(a_refresh_token_is_neither_rotated_nor_extended, |app| async move {
    let customer = app.customer("flat-base").await;
    for _ in 0..3 {
        app.clock().advance(TimeDelta::days(2));
        let answer = customer.refresh().await;
        assert_eq!(answer.text_at("/obtainKrakenToken/refreshToken"), customer.refresh_token());
        assert_eq!(answer.number_at("/obtainKrakenToken/refreshExpiresIn"), customer.refresh_expires_in());
        let renewed = app.anonymous().with_header(answer.text_at("/obtainKrakenToken/token"));
        renewed.ask_for(WHO).await.data();
    }
});

story!(refresh_token_dies_after_seven_days, |app| async move {
    let customer = app.customer("flat-base").await;
    app.clock().advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    customer.refresh().await.data();
    app.clock().advance(TimeDelta::seconds(1));
    assert_json_snapshot!(customer.refresh().await.body, @r#"
    {
      "errors": [
        {
          "message": "Invalid data.",
          "locations": [
            {
              "line": 1,
              "column": 47
            }
          ],
          "path": [
            "obtainKrakenToken"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-1134",
            "errorDescription": "The refresh token has expired.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "The refresh token has expired.",
                "inputPath": [
                  "input",
                  "refreshToken"
                ]
              }
            ]
          }
        }
      ],
      "data": {
        "obtainKrakenToken": null
      }
    }
    "#);
    app.clock().advance(TimeDelta::days(300));
    assert_eq!(customer.refresh().await.codes(), ["KT-CT-1134"]);
});

story!(a_renewed_token_remembers_the_sign_in, |app| async move {
    let customer = app.customer("flat-base").await;
    app.clock().advance(TimeDelta::hours(5));
    let answer = customer.refresh().await;
    let payload = answer.at("/obtainKrakenToken/payload");
    assert_eq!(payload["iat"].as_i64().map(|iat| iat - 18_000), payload["origIat"].as_i64());
    assert_eq!(payload["exp"].as_i64().map(|exp| exp - 3_600), payload["iat"].as_i64());
});

story!(refresh_tokens_are_kept_as_hashes_only, |app| async move {
    let customer = app.customer("flat-base").await;
    let text = customer.refresh_token();
    let kept = refresh_tokens::by_digest(app.sandbox().store.connection(), &digest(text)).await;
    let kept = format!("{:?}", kept.expect("a query").expect("it is kept"));
    assert!(!kept.contains(text), "the text of a refresh token is kept");
});

/// What a document comes to, as one who may find out: the codes, or the data.
async fn outcome(role: &Role, document: &str) -> Json {
    let answer = role.ask_for(document).await;
    if answer.errors().is_empty() { json!("fine") } else { json!(answer.codes()) }
}

story!(who_may_do_what_with_tokens, |app| async move {
    let roles = [
        app.anonymous(),
        app.customer("flat-base").await,
        app.organisation("usage-reader").await,
        app.organisation("back-office").await,
    ];
    let spare = app.customer("shared-account").await;
    let (token, refresh) = (spare.token(), spare.refresh_token());
    let mut seen = serde_json::Map::new();
    for (name, document) in [
        ("viewer", WHO.to_string()),
        ("thirdPartyViewer", "{ thirdPartyViewer { name } }".into()),
        ("obtainLongLivedRefreshToken", format!("mutation {{ obtainLongLivedRefreshToken(input: {{ krakenToken: \"{token}\" }}) {{ refreshToken }} }}")),
        ("generatePreSignedToken", r#"mutation { generatePreSignedToken(email: "flat-base@example.com", numberOfDaysAllowed: 1, scope: ACCEPT_QUOTE) { token } }"#.into()),
        ("invalidatePreSignedToken", r#"mutation { invalidatePreSignedToken(input: { token: "0" }) { token { key } } }"#.into()),
        ("invalidatePreSignedTokensForUser", r#"mutation { invalidatePreSignedTokensForUser(input: { email: "flat-base@example.com" }) { tokens { key } } }"#.into()),
        ("invalidateRefreshToken", format!("mutation {{ invalidateRefreshToken(input: {{ refreshToken: \"{refresh}\" }}) {{ token {{ isValid }} }} }}")),
        ("invalidateRefreshTokensForUser", r#"mutation { invalidateRefreshTokensForUser(input: { email: "locked-out@example.com" }) { tokens { key } } }"#.into()),
        ("masqueradeAuthentication", r#"mutation { masqueradeAuthentication(masqueradeToken: "0", userId: "3200001") { token } }"#.into()),
        ("regenerateSecretKey", "mutation { regenerateSecretKey { key } }".into()),
        ("forceReauthentication", "mutation { forceReauthentication(input: { includeThirdParties: false }) { tokensInvalidated } }".into()),
    ] {
        let mut row = serde_json::Map::new();
        for role in &roles {
            row.insert(role.name().into(), outcome(role, &document).await);
        }
        seen.insert(name.into(), row.into());
    }
    assert_json_snapshot!(seen, @r#"
    {
      "viewer": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": "fine",
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": [
          "KT-CT-1111"
        ]
      },
      "thirdPartyViewer": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": [
          "KT-CT-1111"
        ],
        "usage-reader": "fine",
        "back-office": "fine"
      },
      "obtainLongLivedRefreshToken": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": [
          "KT-CT-1132"
        ],
        "usage-reader": "fine",
        "back-office": "fine"
      },
      "generatePreSignedToken": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": [
          "KT-CT-1111"
        ],
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": "fine"
      },
      "invalidatePreSignedToken": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": [
          "KT-CT-1111"
        ],
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": [
          "KT-CT-1129"
        ]
      },
      "invalidatePreSignedTokensForUser": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": [
          "KT-CT-1111"
        ],
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": "fine"
      },
      "invalidateRefreshToken": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": [
          "KT-CT-1111"
        ],
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": "fine"
      },
      "invalidateRefreshTokensForUser": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": [
          "KT-CT-1111"
        ],
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": "fine"
      },
      "masqueradeAuthentication": {
        "anonymous": "fine",
        "flat-base": "fine",
        "usage-reader": "fine",
        "back-office": "fine"
      },
      "regenerateSecretKey": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": "fine",
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": [
          "KT-CT-1111"
        ]
      },
      "forceReauthentication": {
        "anonymous": [
          "KT-CT-1112"
        ],
        "flat-base": "fine",
        "usage-reader": [
          "KT-CT-1111"
        ],
        "back-office": [
          "KT-CT-1111"
        ]
      }
    }
    "#);
});

story!(force_reauthentication_ends_all_tokens_issued_before, |app| async move {
    let (here, there) = (app.customer("flat-base").await, app.customer("flat-base").await);
    let other = app.customer("shared-account").await;
    let document = "mutation { forceReauthentication(input: { includeThirdParties: true }) { tokensInvalidated effectiveAt } }";
    assert_json_snapshot!(here.ask_for(document).await.data(), @r#"
    {
      "forceReauthentication": {
        "tokensInvalidated": true,
        "effectiveAt": "2026-01-15T12:00:00+00:00"
      }
    }
    "#);
    for old in [&here, &there] {
        assert_eq!(old.ask_for(WHO).await.codes(), ["KT-CT-1162"]);
        assert_eq!(old.refresh().await.codes(), ["KT-CT-1135"]);
    }
    // In the same second as the revocation, and after it.
    app.customer("flat-base").await.ask_for(WHO).await.data();
    app.clock().advance(TimeDelta::seconds(1));
    app.customer("flat-base").await.ask_for(WHO).await.data();
    other.ask_for(WHO).await.data();
    assert_json_snapshot!(here.ask_for(WHO).await.body["errors"][0]["extensions"], @r#"
    {
      "errorType": "APPLICATION",
      "errorCode": "KT-CT-1162",
      "errorDescription": "The token was revoked before its time."
    }
    "#);
});

async fn long_lived(app: &TestApp, organisation: &Role, token: &str) -> (String, i64) {
    let document = "mutation ($token: String!) { obtainLongLivedRefreshToken(input: { krakenToken: $token })
        { refreshToken refreshExpiresIn } }";
    let answer = organisation.gql(document, json!({ "token": token })).await;
    let path = "/obtainLongLivedRefreshToken";
    let life = answer.number_at(&format!("{path}/refreshExpiresIn")) - app.clock().now().timestamp();
    (answer.text_at(&format!("{path}/refreshToken")).to_string(), life)
}

story!(an_organisation_gets_a_refresh_token_of_long_life, |app| async move {
    let organisation = app.organisation("usage-reader").await;
    let customer = app.customer("flat-base").await;
    let (text, life) = long_lived(&app, &organisation, customer.token()).await;
    assert_eq!(life, 365 * 86_400);
    app.clock().advance(TimeDelta::days(364));
    let renewed = app.anonymous().sign_in("for flat-base", json!({ "refreshToken": text })).await;
    assert_eq!(renewed.ask_for(WHO).await.text_at("/viewer/id"), "3200001");
    app.clock().advance(TimeDelta::days(1));
    assert_eq!(app.anonymous().try_sign_in(json!({ "refreshToken": text })).await.codes(), ["KT-CT-1134"]);
});

story!(third_parties_keep_their_refresh_tokens_unless_told_otherwise, |app| async move {
    let organisation = app.organisation("usage-reader").await;
    let customer = app.customer("flat-base").await;
    let (text, _) = long_lived(&app, &organisation, customer.token()).await;
    customer
        .ask_for("mutation { forceReauthentication(input: { includeThirdParties: false }) { effectiveAt } }")
        .await
        .data();
    let renewed = app.anonymous().sign_in("for flat-base", json!({ "refreshToken": text })).await;
    renewed
        .ask_for("mutation { forceReauthentication(input: { includeThirdParties: true }) { effectiveAt } }")
        .await
        .data();
    assert_eq!(app.anonymous().try_sign_in(json!({ "refreshToken": text })).await.codes(), ["KT-CT-1135"]);
});

story!(a_refresh_token_of_long_life_wants_a_good_token_of_a_customer, |app| async move {
    let customer = app.customer("flat-base").await;
    let document = "mutation ($token: String!) { obtainLongLivedRefreshToken(input: { krakenToken: $token }) { refreshToken } }";
    let organisation = app.organisation("usage-reader").await;
    let of_organisation = json!({ "token": organisation.token() });
    assert_eq!(organisation.gql(document, of_organisation).await.codes(), ["KT-CT-1122"]);
    assert_eq!(organisation.gql(document, json!({ "token": "rubbish" })).await.codes(), ["KT-CT-1121"]);
    // An ordinary customer (measured in France, FR-APP).
    assert_json_snapshot!(customer.gql(document, json!({ "token": customer.token() })).await.body["errors"], @r#"
    [
      {
        "message": "Unauthorized.",
        "locations": [
          {
            "line": 1,
            "column": 30
          }
        ],
        "path": [
          "obtainLongLivedRefreshToken"
        ],
        "extensions": {
          "errorType": "AUTHORIZATION",
          "errorCode": "KT-CT-1132",
          "errorDescription": "The viewer may not obtain this."
        }
      }
    ]
    "#);
    app.clock().advance(TimeDelta::hours(1));
    let organisation = app.organisation("usage-reader").await;
    assert_eq!(
        organisation.gql(document, json!({ "token": customer.token() })).await.codes(),
        ["KT-CT-1120"]
    );
});

story!(a_new_api_key_replaces_the_old_one_and_ends_no_token, |app| async move {
    let customer = app.customer("flat-base").await;
    let answer =
        customer.ask_for("mutation { regenerateSecretKey { key viewer { id liveSecretKey } } }").await;
    let key = answer.text_at("/regenerateSecretKey/key");
    assert_eq!(answer.text_at("/regenerateSecretKey/viewer/liveSecretKey"), key);
    let secret = key.strip_prefix("sk_live_").expect("the form of keys");
    assert!(secret.len() == 24 && secret.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{key}");
    let old = app.anonymous().try_sign_in(json!({ "APIKey": "sk_live_demoFlatBase000000000001" })).await;
    assert_eq!(old.codes(), ["KT-CT-1139"]);
    app.anonymous().try_sign_in(json!({ "APIKey": key })).await.data();
    // Measured: UK-PQ.
    customer.refresh().await.data();
    assert_eq!(customer.ask_for("{ viewer { liveSecretKey } }").await.text_at("/viewer/liveSecretKey"), key);
});

story!(staff_looks_at_the_api_as_a_customer_does_with_a_token_of_ten_seconds, |app| async move {
    let json = [("content-type", "application/json")];
    let masquerade =
        async || app.post_raw("/_emulator/masquerade", &json, r#"{"as":"flat-base"}"#).await.body;
    let document =
        "mutation ($token: String!, $user: String!) { masqueradeAuthentication(masqueradeToken: $token,
        userId: $user) { token errors { field messages } } }";
    let use_up = async |made: &Json| {
        let variables = json!({ "token": made["masqueradeToken"], "user": made["userId"] });
        app.anonymous().gql(document, variables).await
    };
    let made = masquerade().await;
    assert_eq!((&made["userId"], &made["expiresInSeconds"]), (&json!("3200001"), &json!(10)));
    let answer = use_up(&made).await;
    assert_eq!(answer.at("/masqueradeAuthentication/errors"), &json!([]));
    let staff = app.anonymous().with_header(answer.text_at("/masqueradeAuthentication/token"));
    assert_eq!(staff.ask_for("{ viewer { id } }").await.text_at("/viewer/id"), "3200001");
    let again = use_up(&made).await;
    assert_eq!(again.at("/masqueradeAuthentication/token"), &Json::Null, "it works once");
    let late = masquerade().await;
    app.clock().advance(TimeDelta::seconds(10));
    assert_eq!(use_up(&late).await.at("/masqueradeAuthentication/errors/0/field"), "masqueradeToken");
    for (body, part) in [
        ("rubbish", r#"right would be {"as":"flat-base"}"#),
        (r#"{"as":"nobody"}"#, "there is no demo person 'nobody'; there are flat-base, "),
    ] {
        let refused = app.post_raw("/_emulator/masquerade", &json, body).await;
        assert_eq!(refused.status, 400);
        let error = refused.body["error"].as_str().expect("a text");
        assert!(error.contains(part), "{error}");
    }
});

async fn pre_signed(role: &Role, email: &str, days: i32) -> kemu_tests::Answer {
    let document = "mutation ($email: String!, $days: Int!) { generatePreSignedToken(email: $email,
        numberOfDaysAllowed: $days, scope: VIEW_DETAILED_USAGE) { token tokenExpiryDatetime scope } }";
    role.gql(document, json!({ "email": email, "days": days })).await
}

story!(a_pre_signed_key_signs_its_customer_in_until_it_ends, |app| async move {
    let office = app.organisation("back-office").await;
    let answer = pre_signed(&office, "flat-base@example.com", 3).await;
    let key = answer.text_at("/generatePreSignedToken/token").to_string();
    assert_json_snapshot!(answer.data(), { ".generatePreSignedToken.token" => "[key]" }, @r#"
    {
      "generatePreSignedToken": {
        "token": "[key]",
        "tokenExpiryDatetime": "2026-01-18T12:00:00+00:00",
        "scope": "VIEW_DETAILED_USAGE"
      }
    }
    "#);
    let customer = app.anonymous().sign_in("flat-base", json!({ "preSignedKey": key })).await;
    assert_eq!(customer.ask_for(WHO).await.text_at("/viewer/id"), "3200001");
    app.clock().advance(TimeDelta::days(3) - TimeDelta::seconds(1));
    app.anonymous().try_sign_in(json!({ "preSignedKey": key })).await.data();
    app.clock().advance(TimeDelta::seconds(1));
    assert_eq!(app.anonymous().try_sign_in(json!({ "preSignedKey": key })).await.codes(), ["KT-CT-1142"]);
});

story!(pre_signed_keys_are_ended_one_by_one_or_all_of_a_user, |app| async move {
    let office = app.organisation("back-office").await;
    let mut keys = Vec::new();
    for _ in 0..3 {
        let answer = pre_signed(&office, "flat-base@example.com", 3).await;
        keys.push(answer.text_at("/generatePreSignedToken/token").to_string());
    }
    let one = "mutation ($token: String!) { invalidatePreSignedToken(input: { token: $token }) { token { key isValid scope } } }";
    let ended = office.gql(one, json!({ "token": keys[0] })).await;
    assert_eq!(ended.text_at("/invalidatePreSignedToken/token/key"), keys[0]);
    assert_json_snapshot!(ended.data(), { ".invalidatePreSignedToken.token.key" => "[key]" }, @r#"
    {
      "invalidatePreSignedToken": {
        "token": {
          "key": "[key]",
          "isValid": false,
          "scope": "VIEW_DETAILED_USAGE"
        }
      }
    }
    "#);
    let good = async |key: &str| {
        app.anonymous().try_sign_in(json!({ "preSignedKey": key })).await.errors().is_empty()
    };
    assert_eq!([good(&keys[0]).await, good(&keys[1]).await, good(&keys[2]).await], [false, true, true]);
    let all = "mutation ($email: String!) { invalidatePreSignedTokensForUser(input: { email: $email }) { tokens { isValid } } }";
    let ended = office.gql(all, json!({ "email": "flat-base@example.com" })).await;
    assert!(
        ended
            .list_at("/invalidatePreSignedTokensForUser/tokens")
            .iter()
            .all(|token| token["isValid"] == false)
    );
    assert_eq!([good(&keys[1]).await, good(&keys[2]).await], [false, false]);
    let gone = app.anonymous().try_sign_in(json!({ "preSignedKey": keys[2] })).await;
    assert_eq!(gone.codes(), ["KT-CT-1141"]);
});

story!(pre_signed_keys_want_a_customer_and_days, |app| async move {
    let office = app.organisation("back-office").await;
    for (email, days) in
        [("nobody@example.com", 1), ("flat-base@example.com", 0), ("flat-base@example.com", 100_000)]
    {
        assert_eq!(pre_signed(&office, email, days).await.codes(), ["KT-CT-1131"], "{email} {days}");
    }
});

story!(refresh_tokens_are_ended_one_by_one_or_all_of_a_user, |app| async move {
    let office = app.organisation("back-office").await;
    let one = "mutation ($token: String!) { invalidateRefreshToken(input: { refreshToken: $token }) { token { key expiryDt isValid } } }";
    let (first, second, third) =
        (app.customer("flat-base").await, app.customer("flat-base").await, app.customer("flat-base").await);
    let ended = office.gql(one, json!({ "token": first.refresh_token() })).await;
    assert_json_snapshot!(ended.data(), { ".invalidateRefreshToken.token.key" => "[key]" }, @r#"
    {
      "invalidateRefreshToken": {
        "token": {
          "key": "[key]",
          "expiryDt": "2026-01-22T12:00:00+00:00",
          "isValid": false
        }
      }
    }
    "#);
    assert_eq!(first.refresh().await.codes(), ["KT-CT-1135"]);
    second.refresh().await.data();
    assert_eq!(office.gql(one, json!({ "token": "unknown" })).await.codes(), ["KT-CT-1130"]);
    let all = "mutation ($email: String!) { invalidateRefreshTokensForUser(input: { email: $email }) { tokens { key isValid } } }";
    let ended = office.gql(all, json!({ "email": "flat-base@example.com" })).await;
    assert_eq!(ended.list_at("/invalidateRefreshTokensForUser/tokens").len(), 2);
    for customer in [&second, &third] {
        assert_eq!(customer.refresh().await.codes(), ["KT-CT-1135"]);
        // The access token is another matter, and lives on.
        customer.ask_for(WHO).await.data();
    }
    assert_eq!(office.gql(all, json!({ "email": "nobody@example.com" })).await.codes(), ["KT-CT-1128"]);
});

async fn masquerade(app: &TestApp, token: &str, user: &str) -> Json {
    let document = "mutation ($token: String!, $user: String!) { masqueradeAuthentication(masqueradeToken: $token, userId: $user)
        { token errors { field messages } } }";
    let answer = app.anonymous().gql(document, json!({ "token": token, "user": user })).await;
    answer.data()["masqueradeAuthentication"].clone()
}

/// What the supplier's staff has and no client can make.
async fn masquerade_token(app: &TestApp) -> String {
    let sandbox = app.sandbox();
    let transaction = sandbox.store.begin().await.expect("a transaction");
    let user = kemu_domain::UserId(3_200_001);
    let mut rng = sandbox.fork_rng();
    let made =
        kemu_auth::kraken_tokens::masquerade::create_token(&*transaction, sandbox.now(), &mut rng, user)
            .await;
    transaction.commit().await.expect("kept");
    made.unwrap_or_else(|failure| panic!("{failure:?}"))
}

story!(staff_masquerades_as_a_customer_once_and_within_ten_seconds, |app| async move {
    let token = masquerade_token(&app).await;
    let refused = masquerade(&app, &token, "3200002").await;
    assert_json_snapshot!(refused, @r#"
    {
      "token": null,
      "errors": [
        {
          "field": "masqueradeToken",
          "messages": [
            "The masquerade token does not fit this user, or has been used or has expired."
          ]
        }
      ]
    }
    "#);
    app.clock().advance(TimeDelta::seconds(9));
    let answer = masquerade(&app, &token, "3200001").await;
    assert_eq!(answer["errors"], json!([]));
    let staff = app.anonymous().with_header(answer["token"].as_str().expect("a token"));
    assert_eq!(staff.ask_for(WHO).await.text_at("/viewer/id"), "3200001");
    assert_eq!(masquerade(&app, &token, "3200001").await, refused);
    let late = masquerade_token(&app).await;
    app.clock().advance(TimeDelta::seconds(10));
    assert_eq!(masquerade(&app, &late, "3200001").await, refused);
});
