//! Codes, tokens, secrets and passwords are told to whom they belong, and to nobody else: not in the log, not on pages for
//! errors, not in the record of refusals, not in the store.

use kemu_tests::oauth::{VERIFIER, basic, form};
use kemu_tests::{Log, TestApp, story};
use sea_orm::{ConnectionTrait as _, QueryResult, Statement};
use serde_json::json;

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const PASSWORD: &str = "hunter2-hunter2-hunter2-hunter2-hunter2";

/// Attacks with things that must stay secret: those things, and all that was answered to whoever tried.
async fn attacked(app: &TestApp) -> (Vec<String>, Vec<String>) {
    let mut answers = Vec::new();
    let (browser, request) = (app.browser(), app.authorization("demo-public", &[]));
    let page = browser.open(&request).await;
    let wrong = [("email", "flat-base@example.com"), ("password", PASSWORD)];
    answers.push(browser.submit(&page, "/sign-in/", &wrong).await);
    let right = [("email", "flat-base@example.com"), ("password", "Demo-Octopus-1")];
    browser.submit(&page, "/sign-in/", &right).await;
    let code = browser.allow(&request).await;
    let cookie = browser.cookie();
    let forged = [("csrf", code.as_str()), ("query", "x=1"), ("decision", "allow")];
    answers.push(browser.post("/authorize/decide/", &[], &forged).await);

    let public = app.oauth_client("demo-public").id.to_string();
    let machine = app.oauth_client("demo-machine").id.to_string();
    for changes in [
        [("code_verifier", "w".repeat(43))],
        [("code_verifier", PASSWORD.repeat(4))],
        [("redirect_uri", "http://127.0.0.1:1/callback".to_owned())],
        [("client_secret", PASSWORD.to_owned())],
        [("client_id", machine.clone())],
        [("code", PASSWORD.to_owned())],
    ] {
        let changes: Vec<(&str, &str)> =
            changes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        answers.push(app.redeem_with("demo-public", &code, &changes).await);
    }
    let tokens = app.redeem("demo-public", &code).await;
    let (access, id) = (tokens.member("access_token"), tokens.member("id_token"));
    let renewed = app.renew("demo-public", tokens.member("refresh_token"), &[("scope", "openid")]).await;
    let refresh = renewed.member("refresh_token");
    answers.push(app.renew("demo-confidential", refresh, &[]).await);
    answers.push(app.renew("demo-public", refresh, &[("scope", "openid query:property")]).await);
    answers.push(app.redeem("demo-public", &code).await);
    answers.push(app.renew("demo-public", refresh, &[]).await);
    for token in [access, id, refresh] {
        let bearer = format!("Bearer {token}");
        for path in ["/resource/", "/userinfo/"] {
            answers.push(app.get_with(path, &[("authorization", &bearer)]).await);
            answers.push(app.get(&format!("{path}?access_token={token}")).await);
        }
        let foreign = app.basic_of("demo-machine");
        app.post_form("/revoke-token/", &[("authorization", &foreign)], &[("token", token)]).await;
        answers.push(app.get(&format!("/logout/?id_token_hint={token}x")).await);
        answers.push(app.anonymous().with_header(token).ask_for("{ viewer { id } }").await);
    }
    let in_query = [("grant_type", "refresh_token"), ("refresh_token", refresh), ("client_secret", PASSWORD)];
    answers.push(app.post_raw(&format!("/token/?{}", form(&in_query)), &[FORM], "").await);
    let password =
        [("grant_type", "password"), ("username", "x"), ("password", PASSWORD), ("client_id", &public)];
    answers.push(app.post_form("/token/", &[], &password).await);
    answers.push(app.post_form("/token/", &[("authorization", &basic(&machine, PASSWORD))], &in_query).await);
    answers.push(app.get("/nowhere").await);

    let device = app.oauth_client("demo-device").id.to_string();
    let started = app.post_form("/device-authorization/", &[], &[("client_id", &device)]).await;
    let device_code = started.member("device_code");
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    for client in [&device, &public] {
        let poll = [("grant_type", grant), ("client_id", client), ("device_code", device_code)];
        answers.push(app.post_form("/token/", &[], &poll).await);
    }
    let machine_secret = app.oauth_client("demo-machine").secret.as_ref().expect("a secret").reveal();
    let json_body = [("content-type", "application/json")];
    let own = json!({ "name": "mine", "type": "confidential", "grant": "device" }).to_string();
    let own = app.post_raw("/_emulator/oauth/clients", &json_body, own).await;
    let mut secrets: Vec<String> = [
        code.as_str(),
        access,
        id,
        tokens.member("refresh_token"),
        refresh,
        renewed.member("access_token"),
        device_code,
        own.member("secret"),
        machine_secret,
        PASSWORD,
        "Demo-Octopus-1",
        VERIFIER,
    ]
    .map(str::to_owned)
    .to_vec();
    secrets.extend(cookie.split(['=', '.']).skip(1).map(str::to_owned));
    // Half of a token is as good as the signature alone: its last part must not be there either.
    secrets.extend([access, id].map(|token| token.rsplit('.').next().expect("a signature").to_owned()));
    assert!(secrets.iter().all(|secret| secret.len() >= 14), "nothing that is found by chance");
    for answer in &answers {
        assert!(answer.status.is_client_error() || answer.status == 200, "{}", answer.status);
    }
    (secrets, answers.iter().map(|answer| format!("{:?} {}", answer.headers, answer.text())).collect())
}

story!(no_log_page_or_record_tells_a_secret, |app| async move {
    let log = Log::default();
    // All that kemu and its store say; the HTTP library of this very test speaks of its own requests.
    let filter = "trace,hyper=off,hyper_util=off,reqwest=off";
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(log.clone()).with_ansi(false);
    let guard = tracing::subscriber::set_default(subscriber.finish());
    let (secrets, answers) = attacked(&app).await;
    drop(guard);
    let record = app.get("/_emulator/oauth/last-errors").await;
    let (log, record) = (log.text(), record.text());
    // Both have something to say.
    assert!(log.contains("The auth site refused a request."), "{log}");
    assert!(record.contains("one that gives") && record.contains("client authentication"), "{record}");
    for secret in &secrets {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} is in the log: {line:?}");
        assert!(!record.contains(secret), "{secret} is in the record: {record}");
        let page = answers.iter().find(|answer| answer.contains(secret));
        assert!(page.is_none(), "{secret} was answered: {page:?}");
    }
});

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A column of a row, whatever it is: text as it is, bytes as text and as hexadecimal digits.
fn value(row: &QueryResult, column: &str) -> String {
    if let Ok(text) = row.try_get::<String>("", column) {
        return text;
    }
    let bytes = row.try_get::<Vec<u8>>("", column).unwrap_or_default();
    format!("{} {}", String::from_utf8_lossy(&bytes), hex(&bytes))
}

story!(the_store_has_digests_where_others_would_look_for_secrets, |app| async move {
    let (secrets, _) = attacked(&app).await;
    let store = &app.sandbox().store;
    let backend = store.connection().get_database_backend();
    let mut shown = String::new();
    for table in [
        "oauth_clients",
        "oauth_grants",
        "oauth_codes",
        "oauth_tokens",
        "oauth_sessions",
        "oauth_device_requests",
    ] {
        let statement = Statement::from_string(backend, format!("SELECT * FROM {table}"));
        let rows = store.connection().query_all_raw(statement).await.expect("rows");
        assert!(!rows.is_empty(), "{table}");
        for row in &rows {
            shown.extend(row.column_names().iter().map(|column| value(row, column) + " "));
        }
    }
    // It would find what is there, as text and as bytes.
    let machine = app.oauth_client("demo-machine");
    let digest = hex(&machine.secret.as_ref().expect("a secret").digest());
    assert!(shown.contains(machine.id.as_str()) && shown.contains(&digest), "{shown}");
    for secret in secrets {
        assert!(!shown.contains(&secret), "{secret}");
    }
});
