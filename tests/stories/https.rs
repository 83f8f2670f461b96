//! HTTPS, the certificates for it, and what is told of them. Everything here is the process.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::Stdio;

use kemu_tests::process::{Serving, command, run};
use reqwest::{Certificate, Client};
use serde_json::{Value as Json, json};
use tempfile::TempDir;

const API: &str = "api.oefr-kraken.energy";
const AUTH: &str = "auth.oefr-kraken.energy";

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A kemu that serves HTTPS with certificates in a directory of its own.
struct Secure {
    folder: TempDir,
    serving: Serving,
    address: SocketAddr,
}

impl Secure {
    fn start() -> Self {
        let folder = tempfile::tempdir().expect("a directory");
        let path = folder.path().to_str().expect("a path in Unicode");
        let mut serving =
            Serving::start(&["--listen", ":0", "--tls", "--tls-listen", ":0", "--tls-dir", path]);
        let url = serving.next_line();
        let address = url.strip_prefix("https://").and_then(|address| address.parse().ok());
        Self { folder, serving, address: address.unwrap_or_else(|| panic!("no address: {url}")) }
    }

    /// A client for which the real hosts are here.
    fn client(&self) -> reqwest::ClientBuilder {
        Client::builder().no_proxy().resolve(API, self.address).resolve(AUTH, self.address)
    }

    /// The same, with kemu's CA and no other.
    fn trusting(&self) -> Client {
        let ca = fs::read(self.folder.path().join("ca.pem")).expect("a CA");
        let ca = Certificate::from_pem(&ca).expect("a certificate");
        self.client().tls_certs_only([ca]).build().expect("a client")
    }
}

async fn gql(client: &Client, url: &str, token: Option<&str>, query: &str) -> Json {
    let mut request = client.post(url).json(&json!({ "query": query }));
    if let Some(token) = token {
        request = request.header("authorization", token);
    }
    request.send().await.expect("kemu answers").json().await.expect("JSON")
}

const SIGN_IN: &str = "mutation { obtainKrakenToken(input: { APIKey: \"sk_live_demoFlatBase000000000001\" }) \
                       { token payload } }";

#[tokio::test]
async fn a_client_of_the_real_hosts_signs_in_and_reads_an_account() {
    let kemu = Secure::start();
    let (client, port) = (kemu.trusting(), kemu.address.port());
    let api = format!("https://{API}:{port}/v1/graphql/");
    let issued = gql(&client, &api, None, SIGN_IN).await["data"]["obtainKrakenToken"].take();
    assert_eq!(issued["payload"]["iss"], api);
    let query = "{ viewer { accounts { number } } }";
    let accounts = gql(&client, &api, issued["token"].as_str(), query).await;
    assert_eq!(accounts["data"]["viewer"]["accounts"][0]["number"], "A-F1A7BA5E", "{accounts}");

    let auth = format!("https://{AUTH}:{port}");
    let discovery = client.get(format!("{auth}/.well-known/openid-configuration")).send().await;
    let discovery: Json = discovery.expect("kemu answers").json().await.expect("JSON");
    assert_eq!(discovery["issuer"], format!("{auth}/token/"));
    let page = client.get(&auth).send().await.expect("kemu answers");
    let cookie = page.headers()["set-cookie"].to_str().expect("text").to_owned();
    assert!(page.status().is_success() && cookie.contains("Secure"), "{cookie}");
    assert_eq!(kemu.serving.terminate().0.code(), Some(0));
}

#[tokio::test]
async fn a_token_of_the_real_api_is_good_without_tls_and_the_other_way_round() {
    let kemu = Secure::start();
    let (secure, plain) = (kemu.trusting(), Client::new());
    // As from port 443, where clients name no port.
    let request = secure.post(format!("https://{API}:{}/v1/graphql/", kemu.address.port()));
    let issued: Json = request
        .header("host", API)
        .json(&json!({ "query": SIGN_IN }))
        .send()
        .await
        .expect("kemu answers")
        .json()
        .await
        .expect("JSON");
    let issued = &issued["data"]["obtainKrakenToken"];
    assert_eq!(issued["payload"]["iss"], "https://api.oefr-kraken.energy/v1/graphql/");
    let there = format!("{}/v1/graphql/", kemu.serving.url);
    let answer = gql(&plain, &there, issued["token"].as_str(), "{ viewer { id } }").await;
    assert_eq!(answer, json!({ "data": { "viewer": { "id": "3200001" } } }));

    let printed = run(&["token", "--as", "flat-base", "--url", &kemu.serving.url]);
    let here = format!("https://{API}:{}/v1/graphql/", kemu.address.port());
    let answer = gql(&secure, &here, Some(text(&printed.stdout).trim()), "{ viewer { id } }").await;
    assert_eq!(answer, json!({ "data": { "viewer": { "id": "3200001" } } }));
}

#[tokio::test]
async fn who_does_not_trust_the_ca_is_not_served_and_disturbs_nobody() {
    let kemu = Secure::start();
    let url = format!("https://{API}:{}/healthz", kemu.address.port());
    let stranger = kemu.client().build().expect("a client");
    assert!(stranger.get(&url).send().await.is_err_and(|error| error.is_connect()));
    // Somebody who connects and says nothing keeps nobody waiting.
    let _silent = std::net::TcpStream::connect(kemu.address).expect("a connection");
    let answer = kemu.trusting().get(&url).send().await.expect("kemu answers");
    assert_eq!(answer.status(), 200);
}

#[test]
fn a_port_that_is_taken_is_told_with_its_option() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().to_str().expect("Unicode");
    let output = run(&["--listen", ":0", "--tls", "--tls-listen", &address, "--tls-dir", path]);
    let complaint = text(&output.stderr);
    assert_eq!(output.status.code(), Some(5), "{complaint}");
    assert!(complaint.contains("--tls-listen") && text(&output.stdout).is_empty(), "{complaint}");
}

#[test]
fn a_certificate_without_its_key_is_refused() {
    let output = run(&["--listen", ":0", "--tls", "--tls-listen", ":0", "--tls-cert", "mine.pem"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--tls-key"));
    let both = ["--tls-cert", "mine.pem", "--tls-key", "mine.pem"];
    let output = run(&[&["--listen", ":0", "--tls", "--tls-listen", ":0"], &both[..]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("mine.pem: no certificate"), "{}", text(&output.stderr));
}

#[tokio::test]
async fn exec_tells_its_command_where_https_is_and_whom_to_trust() {
    let folder = tempfile::tempdir().expect("a directory");
    let path = folder.path().to_str().expect("Unicode");
    let script = r#"echo "$KEMU_TLS_URL $KEMU_TLS_CA"; cat; ! "$KEMU" doctor | grep "means nothing" >&2"#;
    let mut exec = command(&["exec", "--tls", "--tls-dir", path, "--log", "off", "--", "sh", "-c", script]);
    exec.env("KEMU", kemu_tests::process::binary()).env("KEMU_TLS_LISTEN", "127.0.0.1:1");
    let mut child =
        exec.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("piped")).read_line(&mut line).expect("text");
    let (url, ca) = line.trim_end().split_once(' ').expect("an address and a file");
    let ca = Certificate::from_pem(&fs::read(ca).expect("a CA")).expect("a certificate");
    let client = Client::builder().no_proxy().tls_certs_only([ca]).build().expect("a client");
    let answer = client.get(format!("{url}/healthz")).send().await.expect("kemu answers");
    assert_eq!(answer.status(), 200);
    drop(child.stdin.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), text(&output.stderr).as_str()),
        (Some(0), ""),
        "kemu knows its own variables"
    );

    let script = r#"test -z "$KEMU_TLS_URL$KEMU_TLS_CA""#;
    let mut without = command(&["exec", "--", "sh", "-c", script]);
    let without = without.env("KEMU_TLS_URL", "https://another").env("KEMU_TLS_CA", "another.pem");
    assert_eq!(without.output().expect("the binary runs").status.code(), Some(0), "nothing of another kemu");
}

#[test]
fn certificates_are_made_once_and_anew_by_force() {
    let folder = tempfile::tempdir().expect("a directory");
    let ca = folder.path().join("certs").join("ca.pem");
    let init = |arguments: &[&str]| {
        let mut init = command(&[&["certs", "init"], arguments].concat());
        let output = init.env("KEMU_TLS_DIR", ca.parent().expect("a directory")).output().expect("it runs");
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert_eq!(text(&output.stdout), format!("{}\n", ca.display()));
        (fs::read_to_string(&ca).expect("a CA"), text(&output.stderr))
    };
    let (first, told) = init(&[]);
    assert!(told.contains("were made") && told.contains(API), "{told}");
    let (second, told) = init(&[]);
    assert!(second == first && told.contains("nothing was done"), "{told}");
    assert_ne!(init(&["--force"]).0, first);
}

#[test]
fn what_to_do_is_told_with_the_places_of_this_machine() {
    let hosts = run(&["hosts", "--dir", "/somewhere"]);
    assert_eq!(text(&hosts.stdout), format!("127.0.0.1 {API} {AUTH}\n"), "the line alone can be piped");
    let told = text(&hosts.stderr);
    for part in [
        "/etc/hosts",
        "--tls-listen 127.0.0.1:443",
        "aliases: [api.",
        "KEMU_TLS_LISTEN: 0.0.0.0:443",
        "\"/somewhere/ca.pem\"",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    let trust = run(&["certs", "trust-help", "--dir", "/somewhere"]);
    let told = text(&trust.stdout);
    for part in [
        "NODE_EXTRA_CA_CERTS=\"/somewhere/ca.pem\"",
        "REQUESTS_CA_BUNDLE=",
        "SSL_CERT_FILE=",
        "CURL_CA_BUNDLE=",
        "keytool",
        "update-ca-certificates",
        "nssdb",
        "kemu certs init",
    ] {
        assert!(told.contains(part), "{part} is not in\n{told}");
    }
    for placeholder in ["CA_FILE", "CA_STATE", "CA_NAMES", "API_HOST", "AUTH_HOST"] {
        assert!(!format!("{told}{}", text(&hosts.stderr)).contains(placeholder), "{placeholder}");
    }
}
