//! The emulator's own addresses, through the real router.

use axum::body::{Body, to_bytes};
use axum::http::Method;
use kemu_domain::BillId;
use serde_json::{Value as Json, json};
use tower::ServiceExt as _;

use super::*;
use crate::documents::Signer;
use crate::documents::signed_url::LIFETIME;

async fn app() -> Arc<App> {
    let options = HttpOptions {
        base_url: "http://kemu.test".into(),
        follows_host: false,
        issuer_metadata: true,
        refuse_with_400: false,
        deprecations: Deprecations::default(),
    };
    Arc::new(App::open(Settings { journal_size: 3, ..Settings::default() }, options).await.unwrap())
}

async fn ask(app: &Arc<App>, request: Request) -> (StatusCode, String) {
    let response = router(Arc::clone(app)).oneshot(request).await.unwrap();
    let status = response.status();
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

fn request(method: Method, path: &str) -> Request {
    Request::builder().method(method).uri(path).body(Body::empty()).unwrap()
}

async fn get_json(app: &Arc<App>, path: &str) -> (u16, Json) {
    let (status, body) = ask(app, request(Method::GET, path)).await;
    (status.as_u16(), serde_json::from_str(&body).unwrap())
}

async fn gql(app: &Arc<App>, body: &Json) -> Json {
    let request = Request::post("/v1/graphql/")
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::USER_AGENT, "story/1")
        .body(Body::from(body.to_string()))
        .unwrap();
    let (status, body) = ask(app, request).await;
    assert_eq!(status, StatusCode::OK);
    serde_json::from_str(&body).unwrap()
}

#[tokio::test]
async fn each_address_that_is_listed_is_served_and_nothing_else_is() {
    let app = app().await;
    let (status, index) = get_json(&app, "/_emulator/").await;
    assert_eq!(status, 200);
    for address in index["emulator"].as_array().unwrap() {
        for method in address["methods"].as_array().unwrap() {
            let method = method.as_str().unwrap().parse().unwrap();
            let path = address["path"].as_str().unwrap();
            let (status, body) = ask(&app, request(method, path)).await;
            // What takes a body may refuse an empty one. A part in braces stands for what the test does not know.
            let is_refusal = status == StatusCode::BAD_REQUEST || path.contains('{');
            let is_served = status.is_success() || is_refusal && !body.contains("kemu serves nothing");
            assert!(is_served, "{address}: {status}");
        }
    }
    let (status, nothing) = get_json(&app, "/v1/grapql").await;
    assert_eq!((status, &nothing["error"]), (404, &"kemu serves nothing at /v1/grapql.".into()));
    assert_eq!(nothing["emulator"].as_array().unwrap().len(), index["emulator"].as_array().unwrap().len());
}

#[tokio::test]
async fn ready_until_the_store_is_gone() {
    let app = app().await;
    let all = json!({ "schema": "ok", "store": "ok", "seed": "ok" });
    assert_eq!(get_json(&app, "/readyz").await, (200, json!({ "status": "ready", "checks": all })));
    app.sandbox.store.clone().close().await.unwrap();
    let some = json!({ "schema": "ok", "store": "failing", "seed": "failing" });
    assert_eq!(get_json(&app, "/readyz").await, (503, json!({ "status": "not ready", "checks": some })));
    assert_eq!(get_json(&app, "/healthz").await, (200, json!({ "status": "ok" })));
}

#[tokio::test]
async fn requests_are_journalled_without_their_secrets_and_counted() {
    let app = app().await;
    let query = "mutation SignIn($p: String!) {
        obtainKrakenToken(input: { email: \"nobody@example.com\", password: $p }) { token }
    }";
    gql(&app, &json!({ "query": query, "variables": { "p": "hunter2" } })).await;
    gql(&app, &json!({ "query": "{ nothing }" })).await;
    let (status, journal) = get_json(&app, "/_emulator/journal").await;
    assert_eq!((status, &journal["seen"]), (200, &2.into()));
    let [refused, sign_in] = journal["entries"].as_array().unwrap().as_slice() else { panic!("{journal}") };
    assert_eq!(
        (&refused["outcome"], &refused["viewer"]),
        (&"refused".into(), &json!({ "kind": "anonymous" }))
    );
    assert_eq!(sign_in["operation"], "SignIn");
    assert_eq!(
        (&sign_in["kind"], &sign_in["rootFields"]),
        (&"mutation".into(), &json!(["obtainKrakenToken"]))
    );
    assert_eq!((&sign_in["variables"], &sign_in["client"]), (&json!({ "p": "…" }), &"story/1".into()));
    assert_eq!((&sign_in["codes"], &sign_in["outcome"]), (&json!(["KT-CT-1138"]), &"errors".into()));
    assert!(!journal.to_string().contains("hunter2") && !journal.to_string().contains("nobody@"));

    let (_, found) = get_json(&app, "/_emulator/journal?operation=obtainKrakenToken&limit=1").await;
    assert_eq!(found["entries"].as_array().unwrap().len(), 1);
    assert_eq!(get_json(&app, "/_emulator/journal?opperation=x").await.0, 400);

    let (_, text) = ask(&app, request(Method::GET, "/metrics")).await;
    for line in [
        "kemu_requests_total{site=\"api\",outcome=\"refused\"} 1",
        "kemu_requests_total{site=\"api\",outcome=\"errors\"} 1",
        "kemu_errors_total{code=\"KT-CT-1138\"} 1",
        "kemu_request_duration_seconds_count{site=\"api\"} 2",
        "kemu_journal_entries 2",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} is not in\n{text}");
    }

    assert_eq!(ask(&app, request(Method::DELETE, "/_emulator/journal")).await.0, StatusCode::NO_CONTENT);
    let empty = json!({ "size": 3, "seen": 0, "entries": [] });
    assert_eq!(get_json(&app, "/_emulator/journal").await.1, empty);
}

#[tokio::test]
async fn documents_open_by_signed_addresses_only() {
    let app = app().await;
    let (sandbox, unknown) = (&app.sandbox, BillId(1 << 40));
    sandbox.clock.freeze();
    let url = Signer::new(sandbox.seed).bill_url("", unknown, sandbox.now());
    let (unsigned, _) = url.split_once('?').unwrap();
    let file = unsigned.rsplit('/').next().unwrap();
    let none = json!({ "error": format!("There is no document {file}.") });
    assert_eq!(get_json(&app, &url).await, (404, none));
    let other = url.replace("expires=", "expires=9");
    for wrong in [unsigned, &other, &format!("{unsigned}?expires=soon&signature=00")] {
        let (status, body) = get_json(&app, wrong).await;
        assert_eq!((status, &body["reason"]), (403, &"TAMPERED".into()), "{wrong}");
    }
    sandbox.clock.advance(LIFETIME);
    let expired = json!({
        "error": "The address has expired.",
        "reason": "EXPIRED",
        "fresh": "Ask for the bill's temporaryUrl again; each is good for 60 minutes of the sandbox's clock.",
    });
    assert_eq!(get_json(&app, &url).await, (403, expired));
    assert_eq!(get_json(&app, "/_emulator/documents/bills/1").await.0, 404);
}

#[tokio::test]
async fn a_panic_is_answered_and_its_connection_lives_on() {
    async fn faulty() -> StatusCode {
        panic!("a fault")
    }
    let known = Extension(CorrelationId("an-id".into()));
    let router = Router::new().route("/", get(faulty)).layer(middleware::from_fn(catch_panics)).layer(known);
    let response = router.oneshot(request(Method::GET, "/")).await.unwrap();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json");
    let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let body: Json = serde_json::from_slice(&body).unwrap();
    let error = "kemu failed through a fault of its own; the log says where";
    assert_eq!(body, json!({ "error": error, "correlationId": "an-id" }));
}
