//! `kemu authorize`: tokens of an application for tests without a browser.

use kemu_tests::process::{Serving, run};
use serde_json::{Value as Json, json};

/// Exit code, standard output as JSON, standard error.
fn authorize(serving: &Serving, arguments: &[&str]) -> (Option<i32>, Json, String) {
    let output = run(&[&["authorize"], arguments, &["--url", &serving.url]].concat());
    let complaint = String::from_utf8(output.stderr).expect("text");
    (output.status.code(), serde_json::from_slice(&output.stdout).unwrap_or_default(), complaint)
}

fn allowed(serving: &Serving, arguments: &[&str]) -> Json {
    match authorize(serving, arguments) {
        (Some(0), printed, complaint) if complaint.is_empty() => printed,
        other => panic!("kemu authorize {arguments:?}: {other:?}"),
    }
}

/// Who `viewer` is for this token.
async fn viewer(serving: &Serving, tokens: &Json) -> Json {
    let token = tokens["access_token"].as_str().unwrap_or_else(|| panic!("no token in {tokens}"));
    serving.gql(Some(token), "{ viewer { id } }").await["data"]["viewer"]["id"].clone()
}

#[tokio::test]
async fn tokens_of_each_kind_of_application_are_printed_and_work() {
    let serving = Serving::start(&["--listen", ":0"]);
    for client in ["demo-public", "demo-confidential", "demo-device", "demo-trusted", "demo-hs256"] {
        let tokens = allowed(&serving, &["--client", client, "--as", "flat-base"]);
        assert_eq!(viewer(&serving, &tokens).await, "3200001", "{client}");
        assert!(
            tokens["refresh_token"].is_string() && tokens.get("id_token").is_none(),
            "{client}: {tokens}"
        );
    }
    let id = "5ee50a2603d42005b274bfe34e86b46b4cc037d736b2c3d5706eff8c6cdd9fb8";
    let by_id = ["--client", id, "--as", "two-accounts", "--scope", "openid", "--scope", "query:property"];
    let tokens = allowed(&serving, &by_id);
    assert_eq!(tokens["scope"], "openid query:property");
    assert!(tokens["id_token"].is_string(), "{tokens}");
}

#[tokio::test]
async fn a_device_with_a_secret_gets_tokens_too() {
    let serving = Serving::start(&["--listen", ":0"]);
    let body = json!({ "name": "meter display", "type": "confidential", "grant": "device" });
    let request = reqwest::Client::new().post(format!("{}/_emulator/oauth/clients", serving.url));
    let added: Json = request.json(&body).send().await.expect("kemu answers").json().await.expect("JSON");
    let device = ["--client", "meter display", "--as", "flat-base"];
    let (status, _, complaint) = authorize(&serving, &device);
    assert_eq!(status, Some(1));
    assert!(complaint.contains("the client's secret"), "{complaint}");
    let secret = added["secret"].as_str().unwrap_or_else(|| panic!("no secret in {added}"));
    let tokens = allowed(&serving, &[&device[..], &["--client-secret", secret]].concat());
    assert_eq!(viewer(&serving, &tokens).await, "3200001");
}

/// A file of applications, with this in place of the scope of the only one.
fn file_of_clients(directory: &tempfile::TempDir, scopes: &str) -> String {
    let path = directory.path().join("clients.yaml");
    let id = "ab".repeat(32);
    let text = format!(
        "clients:\n  - name: mine\n    id: {id}\n    type: confidential\n    grant: authorization-code\n    \
         secret: a-secret-of-mine-0000000000000000\n    redirect_uris: [\"http://127.0.0.1/mine\"]\n    scopes: {scopes}\n"
    );
    std::fs::write(&path, text).expect("written");
    path.to_str().expect("text").to_owned()
}

#[tokio::test]
async fn applications_of_a_file_are_registered_at_each_start() {
    let directory = tempfile::tempdir().expect("a directory");
    let store = format!("sqlite:{}", directory.path().join("world.db").display());
    // The store keeps the first round's; the second one has other scopes.
    for scopes in ["full-customer-access", "openid full-customer-access"] {
        let file = file_of_clients(&directory, scopes);
        let serving = Serving::start(&["--listen", ":0", "--database-url", &store, "--clients", &file]);
        let tokens = allowed(&serving, &["--client", "mine", "--as", "flat-base", "--scope", scopes]);
        assert_eq!(tokens["scope"], scopes);
        assert_eq!(viewer(&serving, &tokens).await, "3200001");
        let listed = run(&["clients", "list", "--url", &serving.url]);
        let listed = String::from_utf8(listed.stdout).expect("text");
        assert!(listed.contains("a-secret-of-mine-0000000000000000"), "{listed}");
    }
}

#[test]
fn a_file_of_applications_that_is_wrong_says_where_and_what_would_be_right() {
    let directory = tempfile::tempdir().expect("a directory");
    let good = file_of_clients(&directory, "openid");
    let text = std::fs::read_to_string(&good).expect("there");
    let path = directory.path().join("wrong.yaml");
    let wrong = path.to_str().expect("text");
    for (from, to, expected) in [
        ("name: mine", "name: mine\n    colour: red", "colour"),
        ("scopes: openid", "scopes: nonsense", "names a scope that does not exist"),
        ("clients:", "people: []\nclients:", "people"),
        ("http://127.0.0.1/mine", "javascript:alert(1)", "OAuth client mine: a redirect URI is https, http"),
        ("name: mine", "name: demo-public", "two OAuth clients' names share \"demo-public\""),
        (
            "    scopes",
            "    organisation: nobody\n    scopes",
            "OAuth client mine names the organisation \"nobody\"",
        ),
        (
            "    secret: a-secret-of-mine-0000000000000000\n",
            "",
            "a confidential client, and no other, has a secret",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        std::fs::write(&path, text.replace(from, to)).expect("written");
        let output = run(&["serve", "--listen", ":0", "--clients", wrong]);
        let complaint = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(2), "{to}: {complaint}");
        assert!(complaint.contains("--clients: ") && complaint.contains(expected), "{to}: {complaint}");
    }
    let output = run(&["serve", "--listen", ":0", "--clients", "/nowhere.yaml"]);
    let complaint = String::from_utf8(output.stderr).expect("text");
    assert!(
        output.status.code() == Some(2) && complaint.contains("/nowhere.yaml cannot be read"),
        "{complaint}"
    );
}

#[tokio::test]
async fn a_code_is_printed_with_all_that_redeems_it_once() {
    let serving = Serving::start(&["--listen", ":0"]);
    let redeem = async |form: &Json| {
        let pairs: Vec<(String, String)> = form
            .as_object()
            .expect("parameters")
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()))
            .collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
        let request = reqwest::Client::new().post(format!("{}/token/", serving.url));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        let answer = request.body(kemu_tests::oauth::form(&pairs)).send().await.expect("kemu answers");
        (answer.status().as_u16(), answer.json::<Json>().await.expect("JSON"))
    };
    let redirect = "http://127.0.0.1:4711/callback";
    let arguments = ["--client", "demo-public", "--as", "flat-base", "--code", "--redirect-uri", redirect];
    let form = allowed(&serving, &arguments);
    assert_eq!(
        (&form["grant_type"], &form["redirect_uri"]),
        (&json!("authorization_code"), &json!(redirect))
    );
    let (status, tokens) = redeem(&form).await;
    assert_eq!((status, viewer(&serving, &tokens).await), (200, json!("3200001")));
    let (status, again) = redeem(&form).await;
    assert_eq!((status, &again["error"]), (400, &json!("invalid_grant")));
    for client in ["demo-confidential", "demo-device"] {
        let form = allowed(&serving, &["--client", client, "--as", "flat-base", "--code"]);
        assert_eq!(form["client_secret"].is_string(), client == "demo-confidential", "{form}");
        assert_eq!(redeem(&form).await.0, 200, "{client}");
    }
}

#[tokio::test]
async fn a_refusal_is_explained_as_last_errors_explains_it() {
    let serving = Serving::start(&["--listen", ":0"]);
    let public = ["--client", "demo-public", "--as", "flat-base"];
    let device = ["--client", "demo-device", "--as", "flat-base"];
    for (base, more, code, expected) in [
        (public, vec!["--redirect-uri", "https://evil.example/"], 1, "Mismatching redirect URI."),
        (public, vec!["--scope", "join:campaigns"], 1, "some of the scopes of demo-public"),
        (public, vec!["--deny"], 1, "access_denied"),
        (public, vec!["--client-secret", "x"], 1, "no secret, as the client is public"),
        (device, vec!["--deny"], 1, "a person who allows it"),
        (device, vec!["--scope", "query:property"], 1, "invalid_scope"),
        (device, vec!["--redirect-uri", "https://evil.example/"], 2, "leave out --redirect-uri"),
        (["--client", "demo-trusted", "--as", "flat-base"], vec!["--deny"], 2, "leave out --deny"),
        (["--client", "demo-machine", "--as", "flat-base"], vec![], 2, "grant_type=client_credentials"),
        (["--client", "nothing", "--as", "flat-base"], vec![], 1, "there are demo-confidential, demo-device"),
        (["--client", "demo-public", "--as", "nobody"], vec![], 1, "there are flat-base, two-accounts"),
        (["--client", "demo-device", "--as", "nobody"], vec![], 1, "there are flat-base, two-accounts"),
    ] {
        let arguments = [&base[..], &more].concat();
        let (status, printed, complaint) = authorize(&serving, &arguments);
        assert_eq!((status, printed), (Some(code), Json::Null), "{arguments:?}: {complaint}");
        assert!(complaint.contains(expected), "{arguments:?}: {complaint}");
    }
    let output = run(&["authorize", "--client", "demo-public", "--as", "x", "--url", "http://127.0.0.1:1"]);
    assert_eq!(output.status.code(), Some(4), "{}", String::from_utf8_lossy(&output.stderr));
}
