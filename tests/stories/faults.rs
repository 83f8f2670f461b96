//! Faults of kemu's own: told as KT-CT-7899, logged once, survived.

use insta::assert_json_snapshot;
use kemu_api::graphql::engine::resolvers::Resolvers;
use kemu_api::inputs;
use kemu_domain::errors::Failure;
use kemu_tests::{Log, Options, story};
use reqwest::StatusCode;

inputs! {
    struct ResetToken {
        user_id: String,
        token: String,
    }
}

/// Kemu's resolvers, and two that break.
fn breaking() -> Resolvers {
    let mut all = kemu_api::graphql::resolvers();
    all.query("isPasswordResetTokenValid", |_, token: ResetToken| async move {
        assert_ne!(token.token, "panic", "the secret of {}", token.user_id);
        Ok(Some(true))
    });
    all.query("question", |_, (): ()| async {
        Err::<Option<String>, _>(Failure::from(std::io::Error::other("the secret of the store")))
    });
    all
}

const BROKEN: &str = r#"{ krakenVersion { isPinned } isPasswordResetTokenValid(userId: "1", token: "panic")
    fine: isPasswordResetTokenValid(userId: "1", token: "x") }"#;

story!(
    a_resolver_that_panics_fails_its_field_and_nothing_else,
    Options::default().resolvers(breaking),
    |app| async move {
        app.expect_faults();
        let answer = app.anonymous().ask_for(BROKEN).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_json_snapshot!(answer.body, @r#"
    {
      "errors": [
        {
          "message": "An internal error occurred.",
          "locations": [
            {
              "line": 1,
              "column": 30
            }
          ],
          "path": [
            "isPasswordResetTokenValid"
          ],
          "extensions": {
            "errorType": "APPLICATION",
            "errorCode": "KT-CT-7899",
            "errorDescription": "Something went wrong inside the server."
          }
        }
      ],
      "data": {
        "krakenVersion": {
          "isPinned": false
        },
        "isPasswordResetTokenValid": null,
        "fine": true
      }
    }
    "#);
        for _ in 0..20 {
            app.anonymous().ask_for(BROKEN).await;
        }
        app.customer("flat-base").await.ask_for("{ viewer { accounts { number } } }").await.data();
    }
);

story!(a_fault_is_told_without_its_cause, Options::default().resolvers(breaking), |app| async move {
    app.expect_faults();
    let answer = app.anonymous().ask_for("{ question(formId: 1) krakenVersion { isPinned } }").await;
    assert_eq!((answer.status, answer.codes()), (StatusCode::OK, vec!["KT-CT-7899"]));
    assert!(!answer.text().contains("secret"), "{}", answer.text());
    app.anonymous().ask_for("{ krakenVersion { isPinned } }").await.data();
});

story!(
    a_fault_is_logged_with_the_id_of_its_request,
    Options::default().resolvers(breaking),
    |app| async move {
        app.expect_faults();
        let log = Log::default();
        let subscriber = tracing_subscriber::fmt().with_writer(log.clone()).with_ansi(false).finish();
        // A story is one thread, the server's tasks included.
        let guard = tracing::subscriber::set_default(subscriber);
        let panicked = app.anonymous().ask_for(BROKEN).await;
        let failed = app.anonymous().ask_for("{ question(formId: 1) }").await;
        drop(guard);
        let log = log.text();
        for (answer, cause) in [(panicked, "panicked"), (failed, "the secret of the store")] {
            let id = answer.header("x-kraken-correlation-id");
            let of_request = |line: &&str| line.contains(id) && line.contains("ERROR");
            let lines: Vec<&str> = log.lines().filter(of_request).collect();
            let [line] = lines[..] else { panic!("one error was expected for {id}: {log}") };
            assert!(line.contains(cause), "{line}");
        }
    }
);
