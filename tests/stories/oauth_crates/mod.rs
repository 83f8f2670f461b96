//! The crates `oauth2` and `openidconnect`, unmodified, as applications use them.

#![expect(clippy::unwrap_used, reason = "what a crate refuses fails the story, in the words of its error")]

mod oauth2_crate;
mod openidconnect_crate;

use std::collections::BTreeMap;

use kemu_tests::oauth::query;
use kemu_tests::{Options, TestApp};
use oauth2::url::Url;
use oauth2::{HttpRequest, HttpResponse, http};
use serde_json::json;

/// Applications go by the addresses that they are told, so the auth site is where this kemu really listens.
fn where_it_listens() -> Options {
    Options::default().with(|_, http| http.follows_host = true)
}

/// The HTTP client that an application hands to the crates.
async fn http(request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let answer = client.execute(request.try_into()?).await?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    Ok(response.body(answer.bytes().await?.to_vec()).expect("what came over HTTP is a response"))
}

/// The same behind something that ends TLS, as kemu is where it has a certificate.
async fn http_behind_tls(mut request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
    let address = request.uri().to_string().replacen("https://", "http://", 1);
    *request.uri_mut() = address.parse().expect("it was an address before");
    http(request).await
}

/// Sends a person to an authorization request, lets them sign in and decide (`allow`, `deny`), and gives back the
/// parameters that they come back with.
async fn decided(app: &TestApp, address: &Url, decision: &str) -> BTreeMap<String, String> {
    let path = address.as_str().strip_prefix(&app.url("")).expect("an address of this kemu");
    let browser = app.browser();
    browser.sign_in("flat-base", path).await;
    let page = browser.open(path).await;
    let answer = browser.submit(&page, "/authorize/decide/", &[("decision", decision)]).await;
    let back = query(answer.header("location"));
    assert_eq!(back["iss"], app.url("/token/"));
    back
}

/// The token opens the account of the person who signed in.
async fn opens_the_account(app: &TestApp, token: &str) {
    let role = app.anonymous().with_header(&format!("Bearer {token}"));
    let answer = role.ask_for("{ viewer { accounts { number } } }").await;
    assert_eq!(answer.data(), &json!({ "viewer": { "accounts": [{ "number": "A-F1A7BA5E" }] } }));
}

/// Allows or denies the device that shows this code.
async fn decide_device(app: &TestApp, decision: &str, user_code: &str) {
    let body = json!({ "userCode": user_code, "as": "flat-base" }).to_string();
    let headers = [("content-type", "application/json")];
    let answer = app.post_raw(&format!("/_emulator/oauth/device/{decision}"), &headers, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}
