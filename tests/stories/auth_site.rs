//! The auth site: a part of the contract, under `/graphql/`.

use insta::assert_json_snapshot;
use kemu_tests::story;
use serde_json::{Value as Json, json};

story!(the_auth_site_serves_tokens_and_the_viewer_and_no_accounts, |app| async move {
    let customer = app.customer("two-accounts").await;
    let viewer = customer.gql_auth("{ viewer { id email accounts { number } } }", json!({})).await;
    assert_eq!(
        viewer.at("/viewer/accounts"),
        &json!([{ "number": "A-2ACC0001" }, { "number": "A-2ACC0002" }])
    );
    let account =
        customer.gql_auth(r#"{ account(accountNumber: "A-2ACC0001") { number } }"#, json!({})).await;
    assert_json_snapshot!(account.body, @r#"
    {
      "errors": [
        {
          "message": "Cannot query field 'account' on type 'Query'.",
          "locations": [
            {
              "line": 1,
              "column": 3
            }
          ]
        }
      ]
    }
    "#);
});

story!(the_auth_site_publishes_its_part_of_the_schema, |app| async move {
    let query = "{ __schema { queryType { fields(includeDeprecated: true) { name } } mutationType { fields(includeDeprecated: true) { name } } } }";
    let names = |body: &Json, root: &str| -> Vec<String> {
        let fields = body["data"]["__schema"][root]["fields"].as_array().expect("fields").iter();
        fields.map(|field| field["name"].as_str().expect("a name").to_string()).collect()
    };
    let auth = app.anonymous().gql_auth(query, json!({})).await;
    let api = app.anonymous().ask_for(query).await;
    for root in ["queryType", "mutationType"] {
        let (part, whole) = (names(&auth.body, root), names(&api.body, root));
        assert!(
            part.iter().all(|name| whole.contains(name)) && part.len() < whole.len() / 4,
            "{root}: {part:?}"
        );
    }
    assert_json_snapshot!([names(&auth.body, "queryType"), names(&auth.body, "mutationType")], @r#"
    [
      [
        "authorizedApplications",
        "isPasswordResetTokenValid",
        "krakenVersion",
        "mfaDevices",
        "partnerViewer",
        "passwordValidatorHelpTexts",
        "possibleErrors",
        "queryComplexity",
        "rateLimitInfo",
        "thirdPartyViewer",
        "viewer"
      ],
      [
        "createMfaDevice",
        "deleteMfaDevice",
        "forceReauthentication",
        "generatePreSignedToken",
        "invalidatePreSignedToken",
        "invalidatePreSignedTokensForUser",
        "invalidateRefreshToken",
        "invalidateRefreshTokensForUser",
        "masqueradeAuthentication",
        "obtainKrakenToken",
        "obtainLongLivedRefreshToken",
        "regenerateSecretKey",
        "requestPasswordReset",
        "resetPassword",
        "resetUserPassword",
        "updatePassword",
        "validateMfaDevice",
        "verifyIdentity"
      ]
    ]
    "#);
});
