//! The binary, as people and programs start it.

use std::net::TcpListener;
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use kemu_api::cli::schema::{coverage, published};
use kemu_api::graphql::Site;
use kemu_graphql::schema::TypeKind;
use kemu_tests::process::{NOBODY, Serving, command, run};
use kemu_tests::story_of_stores;
use serde_json::{Value as Json, json};

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[tokio::test]
async fn the_first_line_says_where_it_is_and_sigterm_ends_it_well() {
    let serving = Serving::start(&["--listen", ":0"]);
    let port = serving.url.strip_prefix("http://127.0.0.1:").expect("an address");
    assert_ne!(port.parse::<u16>().expect("a port"), 0);
    let answer = serving.gql(None, "{ krakenVersion { number } }").await;
    assert!(answer["data"]["krakenVersion"]["number"].is_string(), "{answer}");
    let (status, rest) = serving.terminate();
    assert_eq!((status.code(), rest.as_str()), (Some(0), ""), "results alone are on standard output");
}

#[test]
fn a_taken_port_says_so_and_how_to_choose_another() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address");
    let output = run(&["serve", "--listen", &address.to_string()]);
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{complaint}");
    assert!(complaint.contains(&address.port().to_string()) && complaint.contains("--listen"), "{complaint}");
    assert_eq!(text(&output.stdout), "");
}

story_of_stores!(a_world_that_is_opened_again_goes_on_with_its_own_clock, |stores| async move {
    let store = stores.fresh().await;
    let client = reqwest::Client::new();
    let start = |clock| Serving::start(&["--listen", ":0", "--database-url", &store, "--clock", clock]);
    let serving = start("2026-01-15T12:00:00Z");
    for body in [json!({ "action": "freeze" }), json!({ "action": "advance", "by": "3d" })] {
        let url = format!("{}/_emulator/clock", serving.url);
        assert!(client.post(url).json(&body).send().await.expect("kemu answers").status().is_success());
    }
    let shown = async |serving: &Serving| {
        let answer = client.get(format!("{}/_emulator/clock", serving.url)).send().await;
        answer.expect("kemu answers").json::<Json>().await.expect("JSON")
    };
    let before = shown(&serving).await;
    assert_eq!((before["mode"].as_str(), before["today"].as_str()), (Some("frozen"), Some("2026-01-18")));
    serving.kill();
    let serving = start("2027-01-01T00:00:00Z");
    assert_eq!(shown(&serving).await, before);
    let limit = "{ rateLimitInfo { pointsAllowanceRateLimit { usedPoints isBlocked } } }";
    let answer = serving.gql(None, limit).await;
    let told = &answer["data"]["rateLimitInfo"]["pointsAllowanceRateLimit"];
    assert_eq!(told, &json!({ "usedPoints": 5, "isBlocked": false }), "limits go by it as well");
});

story_of_stores!(kill_9_loses_nothing_that_was_answered, |stores| async move {
    let store = stores.fresh().await;
    let start = || Serving::start(&["--listen", ":0", "--database-url", &store]);
    let sign_in =
        |key: &str| format!("mutation {{ obtainKrakenToken(input: {{ APIKey: \"{key}\" }}) {{ token }} }}");
    let token_of = |answer: &Json| answer["data"]["obtainKrakenToken"]["token"].as_str().map(String::from);
    let mut key = "sk_live_demoFlatBase000000000001".to_string();
    let mut dead: Vec<String> = Vec::new();
    for _ in 0..3 {
        let serving = start();
        let token = token_of(&serving.gql(None, &sign_in(&key)).await).expect("the last key signs in");
        for old in &dead {
            assert_eq!(token_of(&serving.gql(None, &sign_in(old)).await), None, "an old key came back");
        }
        let answer = serving.gql(Some(&token), "mutation { regenerateSecretKey { key } }").await;
        serving.kill();
        let new = answer["data"]["regenerateSecretKey"]["key"].as_str().expect("a key").to_string();
        assert!(!dead.contains(&new) && new != key, "a store that is opened again hands out other secrets");
        dead.push(std::mem::replace(&mut key, new));
    }
});

#[tokio::test]
async fn a_token_is_printed_bare_and_works() {
    let serving = Serving::start(&["--listen", ":0"]);
    let token = run(&["token", "--as", "flat-base", "--url", &serving.url]);
    assert_eq!(text(&token.stderr), "");
    let token = text(&token.stdout);
    let token = token.strip_suffix('\n').expect("one line");
    assert!(token.starts_with("eyJ") && !token.contains(char::is_whitespace), "{token}");
    let answer = serving.gql(Some(token), "{ viewer { id } }").await;
    assert_eq!(answer, json!({ "data": { "viewer": { "id": "3200001" } } }));
    let organisation = run(&["token", "--as", "usage-reader", "--url", &format!("{}/", serving.url)]);
    let answer = serving.gql(Some(text(&organisation.stdout).trim()), "{ thirdPartyViewer { name } }").await;
    assert_eq!(answer["data"]["thirdPartyViewer"]["name"], "usage-reader");
    let nobody = run(&["token", "--as", "nobody", "--url", &serving.url]);
    assert_eq!(nobody.status.code(), Some(1));
    assert!(text(&nobody.stderr).contains("flat-base") && text(&nobody.stdout).is_empty());
}

#[test]
fn a_token_wants_a_kemu_that_runs() {
    let output = run(&["token", "--as", "flat-base", "--url", NOBODY]);
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{complaint}");
    assert!(complaint.contains("--url") && text(&output.stdout).is_empty(), "{complaint}");
}

#[tokio::test]
async fn the_clock_is_moved_from_outside() {
    let serving = Serving::start(&["--listen", ":0", "--clock", "2026-01-15T12:00:00Z"]);
    let clock = |arguments: &[&str]| {
        let output = run(&[&["clock"], arguments, &["--url", &serving.url]].concat());
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let time = |arguments: &[&str]| match clock(arguments) {
        (Some(0), time, complaint) if complaint.is_empty() => time,
        other => panic!("kemu clock {arguments:?}: {other:?}"),
    };
    assert!(time(&["now"]).starts_with("2026-01-15T12:0"), "it starts there");
    let frozen = time(&["freeze"]);
    assert!(frozen.ends_with("Z\n") && frozen == time(&["now"]), "{frozen}");
    assert_eq!(time(&["set", "2026-01-31T12:00Z"]), "2026-01-31T12:00:00Z\n");
    assert_eq!(time(&["advance", "1mo"]), "2026-02-28T12:00:00Z\n");
    let (code, stdout, complaint) = clock(&["set", "2026-01-15T12:00:00Z"]);
    assert!(code == Some(1) && stdout.is_empty() && complaint.contains("only goes forward"), "{complaint}");
    let (code, stdout, complaint) = clock(&["advance", "soon"]);
    assert!(code == Some(2) && stdout.is_empty() && complaint.contains("right would be 90s"), "{complaint}");

    let token = text(&run(&["token", "--as", "flat-base", "--url", &serving.url]).stdout);
    time(&["resume"]);
    time(&["advance", "61m"]);
    let answer = serving.gql(Some(token.trim()), "{ viewer { id } }").await;
    assert_eq!(answer["errors"][0]["extensions"]["errorCode"], "KT-CT-1124", "{answer}");
}

#[test]
fn a_clock_wants_a_time_to_start_at() {
    let output = run(&["serve", "--listen", ":0", "--clock", "yesterday"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        text(&output.stderr),
        "kemu: --clock: 'yesterday' is no time; right would be real, frozen or 2026-01-15T12:00:00Z\n"
    );
}

#[test]
fn the_clock_starts_at_a_time() {
    let time = |clock: &str| {
        let serving = Serving::start(&["--listen", ":0", "--clock", clock]);
        text(&run(&["clock", "now", "--url", &serving.url]).stdout)
    };
    let shown = time("2031-07-14T12:00:00Z").trim_end().parse::<DateTime<Utc>>().expect("a time");
    let start: DateTime<Utc> = "2031-07-14T12:00:00Z".parse().expect("a time");
    assert!(start <= shown && shown < start + TimeDelta::days(1), "it runs on from there: {shown}");
}

#[test]
fn sigterm_ends_it_well_while_its_world_is_still_being_opened() {
    // A store that takes the connection and says nothing.
    let store = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("postgres://kemu:kemu@{}/kemu", store.local_addr().expect("an address"));
    let mut kemu = command(&["--listen", ":0", "--database-url", &url]).spawn().expect("the binary starts");
    let (_connection, _) = store.accept().expect("kemu connects");
    let sent = Command::new("kill").args(["-TERM", &kemu.id().to_string()]).status();
    assert!(sent.expect("kill(1) runs").success());
    assert_eq!(kemu.wait().expect("it ends").code(), Some(0));
}

#[test]
fn the_schema_is_printed() {
    let printed = run(&["schema", "print"]);
    assert!(printed.status.success(), "{}", text(&printed.stderr));
    assert!(
        text(&printed.stdout).trim_end() == published(&Site::api()).trim_end(),
        "another schema was printed"
    );
}

#[test]
fn coverage_counts_every_field_once() {
    let printed = run(&["schema", "coverage"]);
    let printed = text(&printed.stdout);
    let site = Site::api();
    assert_eq!(printed.trim_end(), coverage(&site).trim_end());
    let total = printed.lines().last().expect("a last line");
    let counts: Vec<usize> = total.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [modelled, paging, plausible] = counts[..] else { panic!("no totals: {total}") };
    let schema = &site.contract.schema;
    let objects = schema.types.iter().filter(|ty| !ty.name.starts_with("__"));
    let fields = objects.map(|ty| match &ty.kind {
        TypeKind::Object(object) => object.count as usize,
        _ => 0,
    });
    assert_eq!(modelled + paging + plausible, fields.sum::<usize>());
    assert!(modelled > 100 && paging > 0 && plausible > modelled, "{total}");
}
