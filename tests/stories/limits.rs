//! Limits, each driven to its edge: the last allowed call passes, the next is refused, time restores it.

use chrono::TimeDelta;
use kemu_api::switches::RateOverride;
use kemu_tests::{Options, TestApp, story};
use serde_json::{Value as Json, json};

/// Limits as a user sets them.
fn limited(overrides: &'static [&'static str]) -> Options {
    Options::default().rate_limits().with(move |settings, _| {
        let parsed = overrides.iter().map(|text| text.parse::<RateOverride>().expect("well formed"));
        settings.rate_overrides = parsed.collect();
    })
}

/// What `rateLimitInfo` says of a field to this caller.
async fn told(role: &kemu_tests::Role, field: &str) -> Json {
    let query = r"query ($fields: [String]) { rateLimitInfo { fieldSpecificRateLimits(fields: $fields, first: 1) {
        edges { node { field rate ttl isBlocked } } } } }";
    let answer = role.gql(query, json!({ "fields": [field] })).await;
    answer.at("/rateLimitInfo/fieldSpecificRateLimits/edges/0/node").clone()
}

story!(a_field_over_its_limit_is_refused_alone, limited(&["Query.krakenVersion=3/m"]), |app| async move {
    let customer = app.customer("flat-base").await;
    for _ in 0..3 {
        assert!(customer.ask_for("{ krakenVersion { number } }").await.codes().is_empty());
    }
    let answer = customer.ask_for("{ krakenVersion { number } viewer { id } }").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.codes(), ["KT-CT-1199"]);
    assert_eq!(answer.message(), "Too many requests.");
    assert_eq!(answer.errors()[0]["path"], json!(["krakenVersion"]));
    assert!(answer.at("/krakenVersion").is_null());
    assert!(answer.at("/viewer/id").is_string(), "its sibling answers");
    let now = app.clock().now().timestamp();
    assert_eq!(
        told(&customer, "Query.krakenVersion").await,
        json!({ "field": "Query.krakenVersion", "rate": "3/m", "ttl": now + 60, "isBlocked": true })
    );
    app.clock().advance(TimeDelta::seconds(60));
    assert!(!told(&customer, "Query.krakenVersion").await["isBlocked"].as_bool().expect("a boolean"));
    assert!(customer.ask_for("{ krakenVersion { number } }").await.codes().is_empty());
});

story!(every_selection_counts_aliases_included, limited(&["Query.krakenVersion=2/h"]), |app| async move {
    let customer = app.customer("flat-base").await;
    let answer = customer
        .ask_for("{ a: krakenVersion { number } b: krakenVersion { number } c: krakenVersion { number } }")
        .await;
    assert_eq!(answer.codes(), ["KT-CT-1199"]);
    assert_eq!(answer.errors()[0]["path"], json!(["c"]));
});

story!(
    callers_are_limited_apart_the_anonymous_by_their_address,
    limited(&["Query.krakenVersion=1/h"]),
    |app| async move {
        let query = "{ krakenVersion { number } }";
        let customer = app.customer("flat-base").await;
        let other = app.customer("two-accounts").await;
        let anonymous = app.anonymous();
        for role in [&customer, &other, &anonymous] {
            assert!(role.ask_for(query).await.codes().is_empty(), "{}", role.name());
            assert_eq!(role.ask_for(query).await.codes(), ["KT-CT-1199"], "{}", role.name());
        }
    }
);

story!(
    sign_in_is_limited_ever_more_strictly,
    limited(&["Mutation.obtainKrakenToken=2/m"]),
    |app| async move {
        let anonymous = app.anonymous();
        let wrong = || anonymous.try_sign_in(json!({ "APIKey": "sk_live_wrongWrongWrongWrong0001" }));
        assert_eq!(wrong().await.codes(), ["KT-CT-1139"]);
        assert_eq!(wrong().await.codes(), ["KT-CT-1139"]);
        let refused = wrong().await;
        assert_eq!(refused.codes(), ["KT-CT-1199"]);
        assert_eq!(refused.errors()[0]["path"], json!(["obtainKrakenToken"]));
        assert_eq!(told(&anonymous, "Mutation.obtainKrakenToken").await["rate"], "1/m");
        app.clock().advance(TimeDelta::minutes(1));
        assert_eq!(wrong().await.codes(), ["KT-CT-1139"], "one a minute is left");
        assert_eq!(wrong().await.codes(), ["KT-CT-1199"]);
        assert_eq!(told(&anonymous, "Mutation.obtainKrakenToken").await["rate"], "1/h");
        app.clock().advance(TimeDelta::days(2));
        assert_eq!(
            told(&anonymous, "Mutation.obtainKrakenToken").await["rate"],
            "1/h",
            "it does not restore itself"
        );
        let lifted = app.send(reqwest::Method::DELETE, "/_emulator/limits", &[], Vec::new()).await;
        assert_eq!(lifted.status, 200);
        assert_eq!(told(&anonymous, "Mutation.obtainKrakenToken").await["rate"], "2/m");
    }
);

story!(points_are_an_allowance_by_the_hour, Options::default().rate_limits(), |app| async move {
    let customer = app.customer("flat-base").await;
    let allowance = |role: kemu_tests::Role| async move {
        let query = "{ rateLimitInfo { pointsAllowanceRateLimit { limit remainingPoints usedPoints isBlocked ttl } } }";
        role.ask_for(query).await.at("/rateLimitInfo/pointsAllowanceRateLimit").clone()
    };
    let first = allowance(customer.clone()).await;
    // The question itself has been paid for when it is answered.
    assert_eq!(
        (&first["limit"], &first["usedPoints"], &first["isBlocked"]),
        (&json!(50_000), &json!(5), &json!(false))
    );
    let organisation = app.organisation("usage-reader").await;
    assert_eq!(allowance(organisation).await["limit"], 100_000);

    use_up(&app, &customer).await;
    let refused = customer.ask_for("{ viewer { id } krakenVersion { number } }").await;
    assert_eq!(refused.codes(), ["KT-CT-1199", "KT-CT-1199"]);
    let now = allowance(customer.clone()).await;
    assert_eq!(now["isBlocked"], true, "rateLimitInfo still answers: {now}");
    app.clock().advance(TimeDelta::hours(1));
    let restored = app.customer("flat-base").await;
    assert!(restored.ask_for("{ viewer { id } }").await.codes().is_empty());
});

/// Spends a customer's points on an operation that costs as much as one may.
async fn use_up(app: &TestApp, customer: &kemu_tests::Role) {
    let caller = kemu_api::limits::Caller::User(3_200_001);
    for points in [200, 1] {
        while app.sandbox().limits.spend(caller, points).await.expect("counted") {}
    }
    assert_eq!(customer.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1199"]);
}

story!(without_limits_nothing_is_limited_and_rate_limit_info_says_so, |app| async move {
    let customer = app.customer("flat-base").await;
    for _ in 0..40 {
        assert!(
            app.anonymous()
                .try_sign_in(json!({ "APIKey": "sk_live_demoFlatBase000000000001" }))
                .await
                .codes()
                .is_empty()
        );
    }
    let answer =
        customer.ask_for("{ rateLimitInfo { pointsAllowanceRateLimit { usedPoints isBlocked } } }").await;
    assert_eq!(
        answer.at("/rateLimitInfo/pointsAllowanceRateLimit"),
        &json!({ "usedPoints": 0, "isBlocked": false })
    );
});

story!(too_complex_is_refused_before_anything_runs, |app| async move {
    let customer = app.customer("flat-base").await;
    // One point a selection: 200 pass, 201 do not.
    let document = |count: usize| {
        let fields: Vec<String> = (0..count).map(|at| format!("a{at}: krakenVersion {{ number }}")).collect();
        format!("{{ {} }}", fields.join(" "))
    };
    assert!(customer.ask_for(&document(200)).await.codes().is_empty());
    let refused = customer.ask_for(&document(201)).await;
    assert_eq!((refused.status.as_u16(), refused.codes()), (200, vec!["KT-CT-1188"]));
    assert_eq!(refused.message(), "Query is too complex.");
    assert!(refused.body.get("data").is_none(), "nothing ran");
});

story!(too_many_nodes_are_refused_and_page_sizes_in_variables_count, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = r#"query ($outer: Int, $inner: Int) { account(accountNumber: "A-F1A7BA5E") {
        bills(first: $outer) { edges { node { ... on StatementType { transactions(first: $inner) { edges { node { id } } } } } } } } }"#;
    // 99 + 99 × 100 = 9,999 nodes pass, 100 + 100 × 100 do not.
    let sized = |outer: i64, inner: i64| json!({ "outer": outer, "inner": inner });
    assert!(customer.gql(query, sized(99, 100)).await.codes().is_empty());
    assert_eq!(customer.gql(query, sized(100, 100)).await.codes(), ["KT-CT-1189"]);
});

story!(
    who_signs_in_at_the_emulators_own_address_leaves_the_limit_to_others,
    limited(&["Mutation.obtainKrakenToken=2/m"]),
    |app| async move {
        let json = [("content-type", "application/json")];
        let mint = async |body: &str| app.post_raw("/_emulator/token", &json, body.to_owned()).await;
        for name in ["flat-base", "flat-base", "usage-reader"] {
            let minted = mint(&json!({ "as": name }).to_string()).await;
            assert_eq!(minted.status, 200);
            assert!(minted.body["token"].is_string() && minted.body["refreshToken"].is_string());
            assert_eq!(minted.body["payload"]["exp"], app.clock().now().timestamp() + 3_600);
        }
        let sign_in = async || {
            app.anonymous().try_sign_in(json!({ "APIKey": "sk_live_demoFlatBase000000000001" })).await
        };
        for _ in 0..2 {
            assert_eq!(sign_in().await.codes(), [""; 0]);
        }
        assert_eq!(sign_in().await.codes(), ["KT-CT-1199"]);
        assert_eq!(mint(r#"{"as":"flat-base"}"#).await.status, 200, "even when the limit is reached");

        let refused = mint(r#"{"as":"nobody"}"#).await;
        let error = refused.body["error"].as_str().expect("an error");
        assert!(refused.status == 400 && error.contains("there are flat-base, two-accounts"), "{error}");
        assert!(error.contains("usage-reader"), "{error}");
        for body in ["", "flat-base", r#"{"as":7}"#, r#"{"as":"flat-base","scope":"all"}"#] {
            let refused = mint(body).await;
            assert_eq!(refused.status, 400, "{body}");
            assert_eq!(
                refused.body["error"],
                r#"the body does not say who; right would be {"as":"flat-base"}"#
            );
        }
        let minted = mint(r#"{"as":"flat-base"}"#).await;
        let customer = app.anonymous().with_header(minted.body["token"].as_str().expect("a token"));
        customer.ask_for("mutation { regenerateSecretKey { key } }").await;
        let refused = mint(r#"{"as":"flat-base"}"#).await;
        let error = refused.body["error"].as_str().expect("an error");
        assert!(
            refused.status == 400 && error.contains("any more") && error.contains("KT-CT-1139"),
            "{error}"
        );
    }
);
