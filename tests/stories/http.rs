//! GraphQL over HTTP: what comes in, what goes out.

use insta::assert_json_snapshot;
use kemu_tests::{API, AUTH, Options, TestApp, story};
use reqwest::{Method, StatusCode};
use serde_json::{Value as Json, json};

type Header = (&'static str, &'static str);

const JSON: Header = ("content-type", "application/json");
const GRAPHQL: Header = ("content-type", "application/graphql");

/// Requests that are wrong in one way each: what is wrong, the headers, the body.
fn wrong_requests() -> Vec<(&'static str, Vec<Header>, String)> {
    let request = |query: &str| json!({ "query": query }).to_string();
    vec![
        ("malformed JSON", vec![JSON], r#"{"query": "{ krakenVersion"#.into()),
        ("not UTF-8 in JSON's place", vec![JSON], "\u{1}".into()),
        ("another content type", vec![("content-type", "text/plain")], request("{ __typename }")),
        ("a form", vec![("content-type", "application/x-www-form-urlencoded")], "query={__typename}".into()),
        ("no content type", vec![], request("{ __typename }")),
        ("an empty body", vec![JSON], String::new()),
        ("an empty document", vec![GRAPHQL], String::new()),
        ("nothing at all", vec![], String::new()),
        ("above 1 MiB", vec![JSON], request(&format!("{{ __typename }}{}", " ".repeat(1024 * 1024)))),
        ("a batch", vec![JSON], format!("[{0},{0}]", request("{ __typename }"))),
        ("no object", vec![JSON], r#""{ __typename }""#.into()),
        ("no query", vec![JSON], "{}".into()),
        ("a query that is null", vec![JSON], r#"{"query": null}"#.into()),
        ("a query that is empty", vec![JSON], request("")),
        ("a query that is no text", vec![JSON], r#"{"query": 1}"#.into()),
        ("variables that are a list", vec![JSON], r#"{"query": "{ __typename }", "variables": []}"#.into()),
        ("variables that are no JSON", vec![JSON], r#"{"query": "{ __typename }", "variables": "{"}"#.into()),
        ("a name that is no text", vec![JSON], r#"{"query": "{ __typename }", "operationName": 1}"#.into()),
        (
            "an unknown operation",
            vec![JSON],
            r#"{"query": "query a { __typename }", "operationName": "b"}"#.into(),
        ),
        (
            "several operations, none named",
            vec![JSON],
            request("query a { __typename } query b { __typename }"),
        ),
        ("fragments only", vec![JSON], request("fragment f on Query { __typename }")),
        ("a syntax error", vec![JSON], request("{ krakenVersion { number }")),
        ("an unknown field", vec![JSON], request("{ krakenVersoin { number } }")),
        ("an unknown argument", vec![JSON], request(r#"{ account(number: "A-F1A7BA5E") { number } }"#)),
        ("a missing argument", vec![JSON], request("{ account { number } }")),
        (
            "an unknown type",
            vec![JSON],
            request("query ($a: Strin!) { account(accountNumber: $a) { number } }"),
        ),
        (
            "a wrong variable type",
            vec![JSON],
            request("query ($a: Int!) { account(accountNumber: $a) { number } }"),
        ),
        (
            "a missing variable",
            vec![JSON],
            request("query ($a: String!) { account(accountNumber: $a) { number } }"),
        ),
        ("no sub-selection", vec![JSON], request(r#"{ account(accountNumber: "A-F1A7BA5E") }"#)),
        ("a sub-selection of a leaf", vec![JSON], request("{ krakenVersion { number { digits } } }")),
        ("a subscription", vec![JSON], request("subscription { account { number } }")),
    ]
}

story!(a_post_is_always_answered_200, |app| async move {
    let mut seen = serde_json::Map::new();
    for (what, headers, body) in wrong_requests() {
        let answer = app.post_raw(API, &headers, body).await;
        assert_eq!(answer.status, StatusCode::OK, "{what}");
        assert_eq!(answer.header("content-type"), "application/json", "{what}");
        seen.insert(what.into(), answer.body);
    }
    assert_json_snapshot!(seen, @r#"
    {
      "malformed JSON": {
        "errors": [
          {
            "message": "POST body sent invalid JSON."
          }
        ]
      },
      "not UTF-8 in JSON's place": {
        "errors": [
          {
            "message": "POST body sent invalid JSON."
          }
        ]
      },
      "another content type": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "a form": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "no content type": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "an empty body": {
        "errors": [
          {
            "message": "POST body sent invalid JSON."
          }
        ]
      },
      "an empty document": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "nothing at all": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "above 1 MiB": {
        "errors": [
          {
            "message": "The request body could not be read or is larger than 1048576 bytes."
          }
        ]
      },
      "a batch": {
        "errors": [
          {
            "message": "Batch GraphQL requests are not enabled."
          }
        ]
      },
      "no object": {
        "errors": [
          {
            "message": "The received data is not a valid JSON query."
          }
        ]
      },
      "no query": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "a query that is null": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "a query that is empty": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "a query that is no text": {
        "errors": [
          {
            "message": "Must provide query string."
          }
        ]
      },
      "variables that are a list": {
        "errors": [
          {
            "message": "Variables are invalid JSON."
          }
        ]
      },
      "variables that are no JSON": {
        "errors": [
          {
            "message": "Variables are invalid JSON."
          }
        ]
      },
      "a name that is no text": {
        "errors": [
          {
            "message": "The operation name must be a string."
          }
        ]
      },
      "an unknown operation": {
        "errors": [
          {
            "message": "Unknown operation named 'b'."
          }
        ]
      },
      "several operations, none named": {
        "errors": [
          {
            "message": "Must provide operation name if query contains multiple operations."
          }
        ]
      },
      "fragments only": {
        "errors": [
          {
            "message": "Fragment 'f' is never used.",
            "locations": [
              {
                "line": 1,
                "column": 1
              }
            ]
          }
        ]
      },
      "a syntax error": {
        "errors": [
          {
            "message": "Syntax Error: Expected Name, found <EOF>.",
            "locations": [
              {
                "line": 1,
                "column": 27
              }
            ]
          }
        ]
      },
      "an unknown field": {
        "errors": [
          {
            "message": "Cannot query field 'krakenVersoin' on type 'Query'. Did you mean 'krakenVersion'?",
            "locations": [
              {
                "line": 1,
                "column": 3
              }
            ]
          }
        ]
      },
      "an unknown argument": {
        "errors": [
          {
            "message": "Unknown argument 'number' on field 'Query.account'.",
            "locations": [
              {
                "line": 1,
                "column": 11
              }
            ]
          },
          {
            "message": "Field 'account' argument 'accountNumber' of type 'String!' is required, but it was not provided.",
            "locations": [
              {
                "line": 1,
                "column": 3
              }
            ]
          }
        ]
      },
      "a missing argument": {
        "errors": [
          {
            "message": "Field 'account' argument 'accountNumber' of type 'String!' is required, but it was not provided.",
            "locations": [
              {
                "line": 1,
                "column": 3
              }
            ]
          }
        ]
      },
      "an unknown type": {
        "errors": [
          {
            "message": "Unknown type 'Strin'. Did you mean 'String' or 'URI'?",
            "locations": [
              {
                "line": 1,
                "column": 12
              }
            ]
          }
        ]
      },
      "a wrong variable type": {
        "errors": [
          {
            "message": "Variable '$a' of type 'Int!' used in position expecting type 'String!'.",
            "locations": [
              {
                "line": 1,
                "column": 8
              },
              {
                "line": 1,
                "column": 43
              }
            ]
          }
        ]
      },
      "a missing variable": {
        "errors": [
          {
            "message": "Variable '$a' of required type 'String!' was not provided.",
            "locations": [
              {
                "line": 1,
                "column": 8
              }
            ]
          }
        ]
      },
      "no sub-selection": {
        "errors": [
          {
            "message": "Field 'account' of type 'AccountType' must have a selection of subfields. Did you mean 'account { ... }'?",
            "locations": [
              {
                "line": 1,
                "column": 3
              }
            ]
          }
        ]
      },
      "a sub-selection of a leaf": {
        "errors": [
          {
            "message": "Field 'number' must not have a selection since type 'String' has no subfields.",
            "locations": [
              {
                "line": 1,
                "column": 26
              }
            ]
          }
        ]
      },
      "a subscription": {
        "errors": [
          {
            "message": "Schema is not configured to execute subscription operation.",
            "locations": [
              {
                "line": 1,
                "column": 1
              }
            ]
          }
        ]
      }
    }
    "#);
});

story!(the_body_may_be_one_mebibyte_and_no_byte_more, |app| async move {
    let request = json!({ "query": "{ __typename }" }).to_string();
    let padded = |length: usize| format!("{request}{}", " ".repeat(length - request.len()));
    let fits = app.post_raw(API, &[JSON], padded(1024 * 1024)).await;
    assert_eq!(fits.body, json!({ "data": { "__typename": "Query" } }));
    let too_long = app.post_raw(API, &[JSON], padded(1024 * 1024 + 1)).await;
    assert_eq!((too_long.status, too_long.errors().len()), (StatusCode::OK, 1));
});

story!(
    a_switch_answers_400_as_the_live_service_was_measured_to_do,
    Options::default().strict_status(),
    |app| async move {
        for (what, headers, body) in wrong_requests() {
            let answer = app.post_raw(API, &headers, body).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{what}");
            assert!(!answer.errors().is_empty() && answer.body.get("data").is_none(), "{what}");
        }
        // What was executed is answered 200, whatever it came to (kraken-facts 1.7).
        let failed = app.anonymous().ask_for("{ viewer { id } }").await;
        assert_eq!((failed.status, failed.codes()), (StatusCode::OK, vec!["KT-CT-1112"]));
        let fine = app.anonymous().ask_for("{ __typename }").await;
        assert_eq!(fine.status, StatusCode::OK);
    }
);

story!(documents_come_as_json_or_bare, |app| async move {
    let document = "{ krakenVersion { isPinned } }";
    let expected = json!({ "data": { "krakenVersion": { "isPinned": false } } });
    for content_type in ["application/graphql", "application/graphql; charset=utf-8"] {
        let answer = app.post_raw(API, &[("content-type", content_type)], document).await;
        assert_eq!(answer.body, expected, "{content_type}");
    }
    for content_type in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        let body = json!({ "query": document }).to_string();
        let answer = app.post_raw(API, &[("content-type", content_type)], body).await;
        assert_eq!(answer.body, expected, "{content_type}");
    }
});

story!(what_other_clients_send_along_is_tolerated, |app| async move {
    // kraken-facts 1.11: the mobile application's headers; Apollo's `extensions`; null where nothing is meant.
    let headers = [
        JSON,
        ("accept", "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json"),
        ("x-apollo-operation-name", "version"),
        ("x-kraken-flapjack", "0000000000000000000000000000000000000000000000000000000000000000"),
    ];
    let body = json!({
        "query": "query version { krakenVersion { isPinned } }",
        "operationName": "version",
        "variables": null,
        "extensions": { "clientLibrary": { "name": "apollo-kotlin" } },
    });
    let answer = app.post_raw(API, &headers, body.to_string()).await;
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.data(), &json!({ "krakenVersion": { "isPinned": false } }));
    let unnamed = json!({ "query": "{ __typename }", "operationName": null });
    assert_eq!(app.post_json(&unnamed).await.data(), &json!({ "__typename": "Query" }));
});

story!(a_get_runs_queries_and_refuses_mutations, |app| async move {
    let query = app.get("/v1/graphql/?query=query%20a(%24n%3AString!)%7B__type(name%3A%24n)%7Bname%7D%7D&operationName=a&variables=%7B%22n%22%3A%22Query%22%7D").await;
    assert_eq!(query.body["data"], json!({ "__type": { "name": "Query" } }));
    let mutation = app.get("/v1/graphql/?query=mutation%7BregenerateSecretKey%7Bkey%7D%7D").await;
    assert_json_snapshot!(json!([mutation.status.as_u16(), mutation.body]), @r#"
    [
      200,
      {
        "errors": [
          {
            "message": "Can only perform a mutation operation from a POST request."
          }
        ]
      }
    ]
    "#);
});

/// GETs that ask for nothing, and what was measured to be the body of the answer (kraken-facts 1.3).
const NOTHING: [&str; 3] = ["/v1/graphql/", "/v1/graphql/?query=", "/graphql/?operationName=a"];
const NO_QUERY: &str = r#"{"errors":[{"message":"Must provide query string."}]}"#;

fn other_methods() -> [Method; 3] {
    [Method::PUT, Method::PATCH, Method::DELETE]
}

story!(the_200_of_the_guide_holds_for_every_method, |app| async move {
    for path in NOTHING {
        let nothing = app.get(path).await;
        assert_eq!((nothing.status, nothing.text()), (StatusCode::OK, NO_QUERY), "{path}");
        let head = app.send(Method::HEAD, path, &[], Vec::new()).await;
        assert_eq!((head.status, head.text()), (StatusCode::OK, ""), "{path}");
    }
    for method in other_methods() {
        for path in [API, AUTH] {
            let answer = app.send(method.clone(), path, &[JSON], b"{}".to_vec()).await;
            assert_eq!(answer.status, StatusCode::OK, "{method} {path}");
            assert_eq!(answer.codes(), ["GraphQL only supports GET and POST requests."], "{method} {path}");
        }
    }
});

story!(
    the_switch_answers_what_was_measured_of_a_get_and_405_to_other_methods,
    Options::default().strict_status(),
    |app| async move {
        for path in NOTHING {
            let nothing = app.get(path).await;
            assert_eq!((nothing.status, nothing.text()), (StatusCode::BAD_REQUEST, NO_QUERY), "{path}");
            let head = app.send(Method::HEAD, path, &[], Vec::new()).await;
            assert_eq!(head.status, StatusCode::BAD_REQUEST, "{path}");
        }
        for method in other_methods() {
            let answer = app.send(method.clone(), API, &[JSON], b"{}".to_vec()).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
            assert_eq!(answer.header("allow"), "GET, POST", "{method}");
            assert_eq!(answer.codes(), ["GraphQL only supports GET and POST requests."], "{method}");
        }
        let browser = app.get_with(API, &[("accept", "text/html")]).await;
        assert_eq!(browser.status, StatusCode::OK);
    }
);

story!(a_browser_gets_graphiql_at_both_sites, |app| async move {
    let browser = [("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")];
    for path in ["/v1/graphql/", "/v1/graphql", "/graphql/", "/v1/graphql/?query=%7B__typename%7D"] {
        let page = app.get_with(path, &browser).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert_eq!(page.header("cache-control"), "no-cache", "{path}");
        assert!(page.text().contains("<title>kemu · GraphiQL</title>"), "{path}");
        let policy = page.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; "), "{policy}");
        assert!(
            !policy.contains("http") && !policy.contains('*'),
            "nothing is let in from elsewhere: {policy}"
        );
    }
});

story!(the_files_of_graphiql_are_kept_by_browsers_and_come_packed_or_not, |app| async move {
    let page = app.get_with(API, &[("accept", "text/html")]).await;
    let mut files = 0;
    for path in page.text().split('"').filter(|text| text.starts_with("/_static/graphiql/")) {
        let plain = app.get(path).await;
        assert_eq!(plain.status, StatusCode::OK, "{path}");
        assert_eq!(plain.header("cache-control"), "public, max-age=31536000, immutable", "{path}");
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let packed = app.get_with(path, &[("accept-encoding", "gzip, br")]).await;
        assert_eq!(packed.header("content-encoding"), "br", "{path}");
        assert_eq!(packed.header("content-type"), plain.header("content-type"), "{path}");
        assert!(packed.bytes.len() < plain.bytes.len(), "{path}");
        let client = reqwest::Client::builder().brotli(true).build().expect("a client");
        let unpacked =
            client.get(app.url(path)).send().await.expect("kemu answers").bytes().await.expect("whole");
        assert_eq!(unpacked, plain.bytes, "{path}");
        files += 1;
    }
    assert!(files >= 3, "a script, a style sheet, an icon: {files}");
    let notices = app.get("/_static/graphiql/third-party-notices.md").await;
    assert!(notices.text().contains("graphiql - 5.4.0 (MIT)"));
    let nothing = app.get("/_static/graphiql/assets/nothing.js").await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    assert_eq!(nothing.text(), "GraphiQL has no file /_static/graphiql/assets/nothing.js.");
});

story!(paths_work_with_and_without_their_slash, |app| async move {
    for path in ["/v1/graphql/", "/v1/graphql", "/graphql/", "/graphql"] {
        let body = json!({ "query": "{ __typename }" }).to_string();
        let post = app.post_raw(path, &[JSON], body).await;
        assert_eq!(post.body, json!({ "data": { "__typename": "Query" } }), "{path}");
        let get = app.get(&format!("{path}?query=%7B__typename%7D")).await;
        assert_eq!(get.body, post.body, "{path}");
    }
});

story!(pages_of_every_origin_may_ask, |app| async move {
    let preflight = [
        ("origin", "https://somewhere.example"),
        ("access-control-request-method", "POST"),
        ("access-control-request-headers", "authorization,content-type,x-apollo-operation-name"),
    ];
    for path in [API, AUTH] {
        let answer = app.send(Method::OPTIONS, path, &preflight, Vec::new()).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-allow-methods"), "POST");
        assert_eq!(
            answer.header("access-control-allow-headers"),
            "authorization,content-type,x-apollo-operation-name"
        );
        let body = json!({ "query": "{ __typename }" }).to_string();
        let answer = app.post_raw(path, &[JSON, preflight[0]], body).await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("access-control-expose-headers"), "x-kraken-correlation-id");
    }
});

/// An answer long enough to be worth packing.
const LONG: &str = "{ __schema { types { name } } }";

story!(answers_are_packed_on_request, |app| async move {
    let plain = app.anonymous().ask_for(LONG).await;
    assert_eq!(plain.header("content-encoding"), "");
    for encoding in ["gzip", "br"] {
        let body = json!({ "query": LONG }).to_string();
        let packed = app.post_raw(API, &[JSON, ("accept-encoding", encoding)], body.clone()).await;
        assert_eq!(packed.header("content-encoding"), encoding);
        assert!(packed.bytes.len() < plain.bytes.len() / 2, "{encoding}");
        let client = reqwest::Client::builder().gzip(encoding == "gzip").brotli(encoding == "br");
        let request = client.build().expect("a client").post(app.url(API)).header(JSON.0, JSON.1).body(body);
        let unpacked = request.send().await.expect("kemu answers").bytes().await.expect("whole");
        assert_eq!(unpacked, plain.bytes, "{encoding}");
    }
});

async fn correlation_ids(app: &TestApp) -> Vec<String> {
    let mut ids = Vec::new();
    for path in [API, AUTH] {
        ids.push(app.post_raw(path, &[JSON], json!({ "query": "{ __typename }" }).to_string()).await);
        ids.push(app.post_raw(path, &[], "rubbish").await);
        ids.push(app.get(path).await);
    }
    for path in ["/", "/.well-known/jwks.json", "/_emulator/demo-credentials", "/nowhere"] {
        ids.push(app.get(path).await);
    }
    ids.iter().map(|answer| answer.header("x-kraken-correlation-id").to_string()).collect()
}

story!(every_answer_has_a_correlation_id_of_its_own, |app| async move {
    let ids = correlation_ids(&app).await;
    for id in &ids {
        assert!(id.len() == 36 && id.split('-').count() == 5, "no UUID: {id}");
    }
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len());
    assert_eq!(correlation_ids(&app.another(Options::default()).await).await, ids);
});

story!(an_unknown_path_says_what_there_is, |app| async move {
    let get = app.get("/graphiql").await;
    assert_eq!(get.status, StatusCode::NOT_FOUND);
    assert_eq!(get.body["error"], "kemu serves nothing at /graphiql.");
    assert_eq!(get.body["graphql"], json!([API, AUTH]));
    let own = get.body["emulator"].as_array().expect("the emulator's own addresses");
    assert!(
        own.contains(&json!("/_emulator/demo-credentials")) && own.contains(&json!("/.well-known/jwks.json"))
    );
    // A part in braces stands for something that is there or not.
    for path in own.iter().filter_map(Json::as_str).filter(|path| !path.contains('{')) {
        assert_ne!(app.get(path).await.status, StatusCode::NOT_FOUND, "{path} is named and not there");
    }
    let post = app.post_raw("/v2/graphql/", &[JSON], "{}").await;
    assert_eq!(post.status, StatusCode::NOT_FOUND);
    assert_eq!(app.get("/external-client-healthcheck/").await.status, StatusCode::OK);
});

story!(the_credentials_of_the_demo_world_are_published, |app| async move {
    let credentials = app.get("/_emulator/demo-credentials").await;
    let people = credentials.body["people"].as_array().expect("people");
    let organisations = credentials.body["organisations"].as_array().expect("organisations");
    assert_json_snapshot!(json!([people[1], organisations[0]]), @r#"
    [
      {
        "name": "two-accounts",
        "email": "two-accounts@example.com",
        "password": "Demo-Octopus-1",
        "apiKey": "sk_live_demoTwoAccounts000000002",
        "accounts": [
          "A-2ACC0001",
          "A-2ACC0002"
        ]
      },
      {
        "name": "usage-reader",
        "secretKey": "sk_live_demoUsageReader000000001"
      }
    ]
    "#);
    let mut names: Vec<&str> = Vec::new();
    for person in people {
        names.push(person["name"].as_str().expect("a name"));
        let role = app.anonymous().sign_in("a person", json!({ "APIKey": person["apiKey"] })).await;
        let answer = role.ask_for("{ viewer { email accounts { number } } }").await;
        assert_eq!(answer.at("/viewer/email"), &person["email"]);
        let numbers: Vec<&Json> =
            answer.list_at("/viewer/accounts").iter().map(|account| &account["number"]).collect();
        assert_eq!(json!(numbers), person["accounts"]);
    }
    assert_eq!(
        names,
        [
            "flat-base",
            "two-accounts",
            "in-debt",
            "long-history",
            "shared-account",
            "locked-out",
            "second-factor",
            "electric-vehicle",
            "house-hp-hc",
            "tempo",
            "solar",
            "two-homes",
            "moved-in",
            "moved-out",
            "partial-data",
            "business"
        ]
    );
    for organisation in organisations {
        let input = json!({ "organizationSecretKey": organisation["secretKey"] });
        let role = app.anonymous().sign_in("an organisation", input).await;
        assert_eq!(
            role.ask_for("{ thirdPartyViewer { name } }").await.at("/thirdPartyViewer/name"),
            &organisation["name"]
        );
    }
});
