//! Requests that would use up what the server has, and how long it takes to refuse somebody.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use futures_util::future::join_all;
use kemu_tests::oauth::{basic, form};
use kemu_tests::{Answer, TestApp, story};
use sea_orm::{ConnectionTrait as _, Statement};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");
/// Whatever takes a form.
const FORMS: [&str; 10] = [
    "/token/",
    "/revoke-token/",
    "/device-authorization/",
    "/userinfo/",
    "/authorize/",
    "/authorize/decide/",
    "/sign-in/",
    "/device/",
    "/logout/",
    "/applications/",
];

async fn start_device(app: &TestApp) -> Answer {
    let id = app.oauth_client("demo-device").id.to_string();
    app.post_form("/device-authorization/", &[], &[("client_id", &id)]).await
}

fn address(app: &TestApp) -> String {
    app.url("").trim_start_matches("http://").to_owned()
}

story!(a_megabyte_and_ten_thousand_parameters_are_refused, |app| async move {
    let large = format!("state={}", "x".repeat(1024 * 1024));
    let many = "a=1&".repeat(10_000);
    for path in FORMS {
        let answer = app.post_raw(path, &[FORM], large.as_str()).await;
        assert_eq!(answer.status, 413, "{path}");
        let answer = app.post_raw(path, &[FORM], many.as_str()).await;
        assert_eq!(answer.status, 400, "{path}");
    }
    let request = app.authorization("demo-public", &[]);
    // Too long for the client of these stories as well.
    let mut stream = TcpStream::connect(address(&app)).await.expect("connected");
    let head = format!("GET {request}&x={} HTTP/1.1\r\nhost: x\r\n\r\n", "y".repeat(66_000));
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 414");
    let many = app.get(&format!("{request}&{}", "a=1&".repeat(1_000))).await;
    assert_eq!((many.status.as_u16(), many.header("location")), (400, ""));
});

story!(deep_json_is_refused, |app| async move {
    let deep = "[".repeat(30_000);
    let deeper = format!("{{\"name\":{}", "{\"a\":".repeat(5_000));
    for path in
        ["/_emulator/oauth/clients", "/_emulator/oauth/device/approve", "/_emulator/oauth/device/deny"]
    {
        for body in [&deep, &deeper] {
            assert_eq!(app.post_raw(path, &[JSON], body.as_str()).await.status, 400, "{path}");
        }
        let large = format!("\"{}\"", "x".repeat(1024 * 1024));
        assert_eq!(app.post_raw(path, &[JSON], large).await.status, 400, "{path}");
    }
});

story!(five_thousand_devices_may_wait_at_once, |app| async move {
    let mut codes = HashSet::new();
    let mut last = None;
    for _ in 0..100 {
        for started in join_all((0..50).map(|_| start_device(&app))).await {
            assert_eq!(started.status, 200, "{}", started.text());
            codes.insert(started.member("user_code").to_owned());
            last = Some(started);
        }
    }
    assert_eq!(codes.len(), 5_000, "no user code twice");
    let last = last.expect("one of them");
    let approve = json!({ "userCode": last.member("user_code"), "as": "flat-base" }).to_string();
    app.post_raw("/_emulator/oauth/device/approve", &[JSON], approve).await;
    let id = app.oauth_client("demo-device").id.to_string();
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let poll = [("grant_type", grant), ("client_id", &id), ("device_code", last.member("device_code"))];
    assert_eq!(app.post_form("/token/", &[], &poll).await.status, 200);
});

story!(what_has_expired_is_not_kept_for_ever, |app| async move {
    let rows = async |table: &str| {
        let connection = app.sandbox().store.connection();
        let statement = format!("SELECT 1 FROM {table}");
        let statement = Statement::from_string(connection.get_database_backend(), statement);
        connection.query_all_raw(statement).await.expect("rows").len()
    };
    for round in [1, 1, 2] {
        if round == 1 {
            app.clock().advance(TimeDelta::weeks(3));
        }
        app.code("demo-public", &[]).await;
        assert_eq!(start_device(&app).await.status, 200);
        for table in ["oauth_codes", "oauth_sessions", "oauth_device_requests"] {
            assert_eq!(rows(table).await, round, "{table}");
        }
    }
});

story!(bodies_that_never_end_hold_nobody_up, |app| async move {
    let address = address(&app);
    let mut open = Vec::new();
    for path in FORMS.iter().cycle().take(60) {
        let mut stream = TcpStream::connect(&address).await.expect("connected");
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\n{}: {}\r\ncontent-length: 60000\r\n\r\na=1",
            FORM.0, FORM.1
        );
        stream.write_all(head.as_bytes()).await.expect("written");
        open.push(stream);
    }
    app.machine_token().await;
    for stream in &mut open {
        stream.write_all(b"&b=2").await.expect("still open");
    }
    app.tokens("demo-public").await;
    drop(open);
    app.machine_token().await;
});

story!(every_other_endpoint_takes_rubbish_too, |app| async move {
    let long = "x".repeat(65_000);
    let names = [
        "client_id",
        "client_secret",
        "scope",
        "device_code",
        "user_code",
        "decision",
        "csrf",
        "id_token_hint",
        "post_logout_redirect_uri",
        "state",
        "query",
        "name",
        "type",
        "grant",
        "redirect_uris",
        "scope:openid",
        "organisation",
        "refresh_token",
        "code",
        "token",
    ];
    for path in FORMS.into_iter().chain([
        "/logout/confirm/",
        "/_emulator/oauth/clients",
        "/_emulator/oauth/device/deny",
    ]) {
        for name in names {
            for value in ["", "%00", "%ff", "%0d%0a", &format!("a&{name}=b"), &long] {
                let answer = app.post_raw(path, &[FORM], format!("{name}={value}")).await;
                assert!(answer.status.as_u16() < 500, "{path} {name}: {}", answer.status);
            }
        }
    }
});

/// Shown with `--no-capture`. Never asserted: machines differ.
#[expect(clippy::print_stdout, reason = "times are reported, not asserted")]
fn report(name: &str, time: Duration) {
    println!("{name}: {time:?} in the middle of 100 calls");
}

/// The middle one.
fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

story!(an_unknown_client_and_a_wrong_secret_are_one_answer, |app| async move {
    let client = app.oauth_client("demo-machine");
    let secret = client.secret.as_ref().expect("a secret").reveal();
    let almost = format!("{}1", &secret[..secret.len() - 1]);
    let cases = [
        ("unknown client", basic(&"0".repeat(64), secret)),
        ("wrong secret", basic(client.id.as_str(), &"x".repeat(secret.len()))),
        ("almost right secret", basic(client.id.as_str(), &almost)),
    ];
    let body = form(&[("grant_type", "client_credentials")]);
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..100 {
        let mut answers = Vec::new();
        for ((_, header), times) in cases.iter().zip(&mut times) {
            #[expect(clippy::disallowed_methods, reason = "how long it takes is printed, not asserted")]
            let start = Instant::now();
            let answer = app.post_raw("/token/", &[FORM, ("authorization", header)], body.as_str()).await;
            times.push(start.elapsed());
            let challenge = answer.header("www-authenticate").to_owned();
            answers.push((answer.status, challenge, answer.bytes));
        }
        assert_eq!(answers[0].0, 401);
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    }
    for ((name, _), times) in cases.iter().zip(times) {
        report(name, median(times));
    }
});
