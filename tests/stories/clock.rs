//! The clock that users move: what it shows, what moving it brings about, and what it refuses.

use chrono::{DateTime, Utc};
use kemu_api::switches::RateOverride;
use kemu_domain::Clock;
use kemu_tests::{Answer, Options, TestApp, story};
use reqwest::StatusCode;
use serde_json::{Value as Json, json};

const CLOCK: &str = "/_emulator/clock";
const WHO: &str = "{ viewer { id } }";

async fn ask(app: &TestApp, body: Json) -> Answer {
    app.post_raw(CLOCK, &[("content-type", "application/json")], body.to_string()).await
}

async fn advance(app: &TestApp, by: &str) -> Answer {
    ask(app, json!({ "action": "advance", "by": by })).await
}

/// The clock runs, as it does for users, and begins at a known time.
fn running() -> Options {
    Options::default().with(|settings, _| {
        settings.clock = Clock::real();
        settings.clock.set("2026-01-15T12:00:00Z".parse().expect("a time"));
    })
}

story!(the_clock_is_told_and_moved_as_documented, |app| async move {
    let start = json!({
        "now": "2026-01-15T12:00:00Z", "mode": "frozen", "offsetSeconds": null, "today": "2026-01-15",
    });
    assert_eq!(app.get(CLOCK).await.body, start);
    let moved = advance(&app, "3h").await;
    assert_eq!(moved.status, StatusCode::OK);
    assert_eq!(
        moved.body,
        json!({
            "now": "2026-01-15T15:00:00Z", "mode": "frozen", "offsetSeconds": null, "today": "2026-01-15",
            "before": start,
            "accountsBilled": 0,
        })
    );
    assert_eq!(app.clock().now().to_rfc3339(), "2026-01-15T15:00:00+00:00");
    // It is the next day in France an hour before it is in Greenwich.
    let set = ask(&app, json!({ "action": "set", "to": "2026-01-16T00:30:00+01:00" })).await;
    assert_eq!(
        (&set.body["now"], &set.body["today"]),
        (&"2026-01-15T23:30:00Z".into(), &"2026-01-16".into())
    );
    assert_eq!(advance(&app, "P3M").await.body["now"], "2026-04-15T22:30:00Z", "the same time in France");
    // Whatever the content type is: `curl --data` sends one of its own.
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let moved = app.post_raw(CLOCK, &form, r#"{"action":"advance","by":"1y"}"#).await;
    assert_eq!(moved.body["now"], "2027-04-15T22:30:00Z");
});

story!(a_token_expires_when_the_clock_is_moved, |app| async move {
    let customer = app.customer("flat-base").await;
    advance(&app, "59m").await;
    customer.ask_for(WHO).await.data();
    advance(&app, "2m").await;
    assert_eq!(customer.ask_for(WHO).await.codes(), ["KT-CT-1124"]);
    let renewed = customer.refresh().await;
    app.anonymous().with_header(renewed.text_at("/obtainKrakenToken/token")).ask_for(WHO).await.data();
    advance(&app, "7d").await;
    assert_eq!(customer.refresh().await.codes(), ["KT-CT-1134"]);
});

story!(
    a_rate_limit_is_whole_again_when_the_clock_is_moved,
    Options::default().rate_limits().with(|settings, _| {
        settings.rate_overrides =
            vec!["Query.krakenVersion=1/h".parse::<RateOverride>().expect("well formed")];
    }),
    |app| async move {
        let query = "{ krakenVersion { number } }";
        app.anonymous().ask_for(query).await.data();
        advance(&app, "59m").await;
        assert_eq!(app.anonymous().ask_for(query).await.codes(), ["KT-CT-1199"]);
        advance(&app, "1m").await;
        app.anonymous().ask_for(query).await.data();
    }
);

story!(a_clock_that_runs_can_be_stopped_and_runs_on, running(), |app| async move {
    let first = app.get(CLOCK).await;
    assert_eq!((&first.body["mode"], &first.body["today"]), (&"offset".into(), &"2026-01-15".into()));
    let offset = first.body["offsetSeconds"].as_i64().expect("a number");
    let moved = advance(&app, "2w").await;
    assert_eq!(moved.body["offsetSeconds"].as_i64(), Some(offset + 14 * 86_400));
    assert_eq!(moved.body["before"]["offsetSeconds"], offset);

    let frozen = ask(&app, json!({ "action": "freeze" })).await;
    assert_eq!((&frozen.body["mode"], &frozen.body["offsetSeconds"]), (&"frozen".into(), &Json::Null));
    assert_eq!(frozen.body["before"]["mode"], "offset");
    assert_eq!(app.get(CLOCK).await.body["now"], frozen.body["now"], "it stands still");
    let again = ask(&app, json!({ "action": "freeze" })).await;
    assert_eq!(again.body["before"]["now"], again.body["now"], "and is left as it is");
    advance(&app, "1d").await;
    assert_eq!(app.get(CLOCK).await.body["mode"], "frozen", "moved by hand, it still stands still");

    let resumed = ask(&app, json!({ "action": "resume" })).await;
    assert_eq!(
        (&resumed.body["mode"], &resumed.body["before"]["mode"]),
        (&"offset".into(), &"frozen".into())
    );
    let stood: DateTime<Utc> =
        resumed.body["before"]["now"].as_str().and_then(|it| it.parse().ok()).expect("a time");
    assert!(app.clock().now() >= stood, "it runs on from where it stood");
});

story!(what_cannot_be_is_refused_and_moves_nothing, |app| async move {
    let told = |answer: &Answer| {
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
        assert_eq!(answer.header("content-type"), "application/json");
        answer.body["error"].as_str().expect("an error").to_string()
    };
    let earlier = ask(&app, json!({ "action": "set", "to": "2026-01-15T11:59:59Z" })).await;
    assert_eq!(
        told(&earlier),
        "2026-01-15T11:59:59Z is before 2026-01-15T12:00:00Z, and a world only goes forward; \
         an earlier time takes a fresh kemu, started with --clock"
    );
    assert!(told(&advance(&app, "-1h").await).starts_with("by: '-1h' goes back"));
    for too_far in [
        json!({ "action": "advance", "by": "74y" }),
        json!({ "action": "advance", "by": "4000000000y" }),
        json!({ "action": "set", "to": "2100-01-01T00:00:00+01:00" }),
    ] {
        assert_eq!(told(&ask(&app, too_far).await), "the clock goes no further than the year 2099");
    }
    assert!(told(&advance(&app, "a while").await).contains("right would be 90s"));
    assert!(told(&ask(&app, json!({ "action": "rewind" })).await).contains("advance, set, freeze or resume"));
    assert!(told(&app.post_raw(CLOCK, &[], "advance by 3h").await).contains("no JSON object"));
    assert_eq!(app.get(CLOCK).await.body["now"], "2026-01-15T12:00:00Z");
});

story!(a_world_can_begin_at_either_end_of_time, |app| async move {
    for start in ["2000-01-01T00:00:00+01:00", "2099-12-31T22:59:59Z"] {
        let options = Options::default().with(|settings, _| {
            settings.clock = Clock::frozen_at(start.parse().expect("a time"));
        });
        let app = app.another(options).await;
        // Not `refreshExpiresIn`: seconds since the epoch are an Int to Kraken, which ends in 2038.
        let sign_in =
            "mutation ($input: ObtainJSONWebTokenInput!) { obtainKrakenToken(input: $input) { token } }";
        let input = json!({ "input": { "APIKey": "sk_live_demoFlatBase000000000001" } });
        let signed_in = app.anonymous().gql(sign_in, input).await;
        let customer = app.anonymous().with_header(signed_in.text_at("/obtainKrakenToken/token"));
        let answer =
            customer.ask_for("{ viewer { accounts { number ... on AccountType { balance } } } }").await;
        assert_eq!(answer.data()["viewer"]["accounts"][0]["number"], "A-F1A7BA5E", "{start}");
    }
});
