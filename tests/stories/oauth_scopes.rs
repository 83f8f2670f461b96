//! What a customer's token is good for at the API: what its scopes name.

use kemu_tests::story;
use serde_json::json;

story!(a_customers_scope_opens_what_it_names_and_nothing_else, |app| async move {
    let through = async |scope: &str| {
        let code = app.code("demo-public", &[("scope", scope), ("nonce", "")]).await;
        let answer = app.redeem("demo-public", &code).await;
        app.anonymous().with_header(answer.member("access_token"))
    };
    let account = "{ account(accountNumber: \"A-F1A7BA5E\") { number properties { id } users { liveSecretKey \
                   permissions { permission } } } }";
    let full = through("full-customer-access").await;
    let answer = full.ask_for(account).await;
    assert!(answer.text_at("/account/users/0/liveSecretKey").starts_with("sk_live_"));
    let property = format!("{{ property(id: \"{}\") {{ id }} }}", answer.text_at("/account/properties/0/id"));
    let own = [
        "{ viewer { liveSecretKey } }",
        "{ mfaDevices { deviceType } }",
        "{ authorizedApplications { name } }",
        "mutation { regenerateSecretKey { key } }",
        "mutation { forceReauthentication(input: { includeThirdParties: true }) { effectiveAt } }",
        "mutation { deleteMfaDevice(input: { mfaMethod: SMS }) { deviceDeleted } }",
    ];
    let cases = [("query:property", vec![]), ("query:property-meters", vec!["KT-CT-1111"])];
    for (scope, of_property) in cases {
        let narrow = through(scope).await;
        assert_eq!(narrow.ask_for(&property).await.codes(), of_property, "{scope}");
        for wants_all in own {
            assert_eq!(narrow.ask_for(wants_all).await.codes(), ["KT-CT-1111"], "{scope}: {wants_all}");
        }
    }
    // The way round `viewer`: an account leads to its users.
    let answer = through("query:property-meters").await.ask_for(account).await;
    assert_eq!(answer.data()["account"]["users"][0], json!({ "liveSecretKey": null, "permissions": [] }));
    assert_eq!(through("query:property").await.ask_for(account).await.codes(), ["KT-CT-1111"]);
    full.ask_for("{ viewer { id } }").await.data();
});
