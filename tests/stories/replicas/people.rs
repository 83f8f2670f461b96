//! A person who signs in at one replica and goes on at the other.

use kemu_tests::Answer;
use serde_json::json;

use super::{Replicas, oauth, on_stores};

/// The published id and secret of demo-trusted, which asks nobody for consent.
const TRUSTED: &str = "915cc4861fb173b02d197882d7cb9cddf681993353d9d97a5a9dae7888cb186d";
const TRUSTED_SECRET: &str = "demo-secret-trusted-00000000000000000000000000000000000000000000";

/// The address of an authorization request of demo-trusted.
fn authorization(more: &[(&str, &str)]) -> String {
    let mut all = vec![
        ("response_type", "code"),
        ("client_id", TRUSTED),
        ("redirect_uri", oauth::REDIRECT),
        ("code_challenge", oauth::CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    all.extend_from_slice(more);
    format!("/authorize/?{}", oauth::form(&all))
}

/// A browser between two replicas.
struct Browser<'a> {
    replicas: &'a Replicas,
    client: reqwest::Client,
    cookie: String,
}

impl<'a> Browser<'a> {
    fn new(replicas: &'a Replicas) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build();
        Self { replicas, client: client.expect("a client"), cookie: String::new() }
    }

    /// Opens a page at one of them.
    async fn open(&mut self, turn: usize, path: &str) -> Answer {
        let request = self.client.get(format!("{}{path}", self.replicas.url(turn)));
        self.send(request).await
    }

    /// Sends one of them the first form of a page.
    async fn submit(&mut self, turn: usize, page: &Answer, path: &str, field: (&str, &str)) -> Answer {
        let fields = oauth::hidden(page);
        let mut all: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.push(field);
        let request = self.client.post(format!("{}{path}", self.replicas.url(turn)));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        self.send(request.body(oauth::form(&all))).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder) -> Answer {
        let answer = request.header("cookie", &self.cookie).send().await.expect("kemu answers");
        let answer = Answer::read(answer).await;
        if let Some((cookie, _)) = answer.header("set-cookie").split_once(';') {
            cookie.clone_into(&mut self.cookie);
        }
        answer
    }

    /// What an application is told that may not show a page.
    async fn silently(&mut self, turn: usize) -> String {
        let answer = self.open(turn, &authorization(&[("prompt", "none")])).await;
        let told = oauth::query(answer.header("location"));
        told.get("error").cloned().unwrap_or_else(|| format!("{} characters", told["code"].len()))
    }
}

story_of_replicas!(
    a_person_signs_in_at_one_and_authorizes_at_the_other,
    &[],
    |replicas: Replicas| async move {
        let mut browser = Browser::new(&replicas);
        // The page of one, its form to the other, and from there back.
        let page = browser.open(0, &authorization(&[])).await;
        let signed_in = browser.submit(1, &page, "/sign-in/", ("person", "flat-base")).await;
        let allowed = browser.open(0, signed_in.header("location")).await;
        let code = oauth::query(allowed.header("location"))["code"].clone();
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", oauth::REDIRECT),
            ("client_id", TRUSTED),
            ("client_secret", TRUSTED_SECRET),
            ("code_verifier", oauth::VERIFIER),
        ];
        let (status, tokens) = replicas.form(1, "/token/", &form).await;
        assert_eq!(status, 200, "{tokens}");
        let access = tokens["access_token"].as_str().expect("a token");
        let viewer = replicas.gql(0, Some(access), "{ viewer { id } }").await;
        assert_eq!(viewer["data"]["viewer"]["id"], "3200001");
        // Used at one is used at the other, and ends what it issued at both.
        let (status, again) = replicas.form(0, "/token/", &form).await;
        assert_eq!((status, &again["error"]), (400, &json!("invalid_grant")));
        for turn in [0, 1] {
            let viewer = replicas.gql(turn, Some(access), "{ viewer { id } }").await;
            assert_eq!(viewer["errors"][0]["extensions"]["errorCode"], "KT-CT-1162", "{viewer}");
        }
        // Signed out at one is signed out at the other, also with the cookie of before.
        assert_eq!(browser.silently(1).await, "64 characters");
        let (page, before) = (browser.open(0, "/logout/").await, browser.cookie.clone());
        browser.submit(0, &page, "/logout/confirm/", ("x", "")).await;
        browser.cookie = before;
        assert_eq!(browser.silently(1).await, "login_required");
    }
);
