//! What can be switched off: fields, input fields, API keys, for good or for a time; what is made to fail; and what is
//! deprecated.

use chrono::TimeDelta;
use kemu_api::switches::{ApiKeys, Deprecations};
use kemu_tests::{Options, story};
use serde_json::json;

fn disabled(members: &'static [&'static str]) -> Options {
    Options::default().with(move |settings, _| {
        settings.disabled = members.iter().map(|member| member.parse().expect("well formed")).collect();
    })
}

story!(
    a_field_that_is_switched_off_answers_1113,
    disabled(&["Query.krakenVersion", "AccountType.brand"]),
    |app| async move {
        let customer = app.customer("flat-base").await;
        let query = r#"{ krakenVersion { number } account(accountNumber: "A-F1A7BA5E") { number brand } }"#;
        let answer = customer.ask_for(query).await;
        assert_eq!(answer.codes(), ["KT-CT-1113", "KT-CT-1113"]);
        assert_eq!(answer.message(), "Disabled GraphQL field requested.");
        assert_eq!(answer.at("/account"), &json!({ "number": "A-F1A7BA5E", "brand": null }));
    }
);

story!(
    an_input_field_that_is_switched_off_answers_1114,
    disabled(&["ObtainJSONWebTokenInput.email"]),
    |app| async move {
        let anonymous = app.anonymous();
        let answer = anonymous
            .try_sign_in(json!({ "email": "flat-base@example.com", "password": "Demo-Octopus-1" }))
            .await;
        assert_eq!(answer.codes(), ["KT-CT-1114"]);
        assert_eq!(answer.message(), "Disabled GraphQL input field provided.");
        let literal =
            r#"mutation { obtainKrakenToken(input: { email: "a@example.com", password: "b" }) { token } }"#;
        assert_eq!(anonymous.ask_for(literal).await.codes(), ["KT-CT-1114"]);
        let key = json!({ "APIKey": "sk_live_demoFlatBase000000000001" });
        assert!(anonymous.try_sign_in(key).await.codes().is_empty(), "other ways are open");
    }
);

fn failing(members: &'static [&'static str]) -> Options {
    Options::default().with(move |settings, _| {
        settings.provoked = members.iter().map(|member| member.parse().expect("well formed")).collect();
    })
}

story!(
    any_field_can_be_made_to_answer_an_error_or_null,
    failing(&[
        "Query.completedDispatches=KT-CT-4341",
        "SmartFlexVehicle.chargingSessions=KT-CT-4382",
        "SmartFlexDeviceInterface.propertyId=null",
        "SupplyPointType.marketName=KT-CT-7899",
        "AccountType.creditStorage=null",
    ]),
    |app| async move {
        app.expect_faults();
        let customer = app.customer("electric-vehicle").await;
        let query = r#"{ devices(accountNumber: "A-E1EC7001") { __typename propertyId
            ... on SmartFlexVehicle { chargingSessions(first: 1) { pageInfo { hasNextPage } } }
            ... on SmartFlexChargePoint { chargingSessions(first: 1) { pageInfo { hasNextPage } } } }
            completedDispatches(accountNumber: "A-E1EC7001") { start }
            account(accountNumber: "A-E1EC7001") { number creditStorage { ledger { number } }
                properties { supplyPoints(first: 1) { edges { node { id marketName } } } } } }"#;
        let answer = customer.ask_for(query).await;
        let mut codes = answer.codes();
        codes.sort_unstable();
        assert_eq!(codes, ["KT-CT-4341", "KT-CT-4382", "KT-CT-7899"]);
        assert_eq!(
            answer.at("/devices"),
            &json!([
                { "__typename": "SmartFlexVehicle", "propertyId": null, "chargingSessions": null },
                {
                    "__typename": "SmartFlexChargePoint",
                    "propertyId": null,
                    "chargingSessions": { "pageInfo": { "hasNextPage": true } },
                },
            ]),
            "the rest of the answer is fine"
        );
        assert_eq!(answer.at("/completedDispatches"), &json!(null));
        assert_eq!(answer.at("/account/creditStorage"), &json!(null));
        let dispatches = answer.errors().iter().find(|error| error["path"][0] == "completedDispatches");
        assert_eq!(
            dispatches.expect("an error")["extensions"],
            json!({
                "errorType": "APPLICATION",
                "errorCode": "KT-CT-4341",
                "errorDescription": "The completed dispatches are not available.",
            })
        );
    }
);

story!(
    who_may_not_ask_is_told_so_and_not_what_was_provoked,
    failing(&["Query.devices=KT-CT-4301", "Mutation.regenerateSecretKey=KT-CT-7899"]),
    |app| async move {
        app.expect_faults();
        let devices = r#"{ devices(accountNumber: "A-F1A7BA5E") { id } }"#;
        assert_eq!(app.anonymous().ask_for(devices).await.codes(), ["KT-CT-1112"]);
        let customer = app.customer("flat-base").await;
        assert_eq!(customer.ask_for(devices).await.codes(), ["KT-CT-4301"]);
        let regenerate = "mutation { regenerateSecretKey { key } }";
        assert_eq!(customer.ask_for(regenerate).await.codes(), ["KT-CT-7899"]);
        app.anonymous().try_sign_in(json!({ "APIKey": "sk_live_demoFlatBase000000000001" })).await.data();
    }
);

story!(
    api_keys_can_be_switched_off,
    Options::default().with(|settings, _| settings.api_keys = ApiKeys::Off),
    |app| async move {
        let key = json!({ "APIKey": "sk_live_demoFlatBase000000000001" });
        let refused = app.anonymous().try_sign_in(key).await;
        assert_eq!(refused.codes(), ["KT-CT-11100"]);
        assert_eq!(refused.message(), "API key authentication unavailable.");
        let password = json!({ "email": "flat-base@example.com", "password": "Demo-Octopus-1" });
        let customer = app.anonymous().sign_in("flat-base", password).await;
        let answer =
            customer.ask_for("mutation { regenerateSecretKey { key viewer { liveSecretKey } } }").await;
        assert_eq!(answer.codes(), ["KT-CT-11100"]);
        let viewer = customer.ask_for("{ viewer { id liveSecretKey } }").await;
        assert_eq!(viewer.at("/viewer"), &json!({ "id": "3200001", "liveSecretKey": null }));
        app.organisation("usage-reader").await;
        let json = [("content-type", "application/json")];
        let minted = app.post_raw("/_emulator/token", &json, r#"{"as":"flat-base"}"#.to_owned()).await;
        assert_eq!(minted.status, 200, "kemu's own commands sign in all the same");
    }
);

story!(
    a_brownout_is_announced_happens_and_ends,
    Options::default().with(|settings, _| {
        settings.brownouts = vec!["Query.krakenVersion=2026-01-15T13:00Z/PT1H".parse().expect("well formed")];
    }),
    |app| async move {
        let announced = async |statuses: &str| {
            let query = format!(
                "{{ apiBrownouts(input: {{ {statuses} }}, first: 5) {{ edges {{ node {{ disablesRequestsTo status apiType startsAt endsAt }} }} }} }}"
            );
            app.anonymous().ask_for(&query).await.at("/apiBrownouts/edges").clone()
        };
        let node = |status: &str| {
            json!([{ "node": {
                "disablesRequestsTo": "Query.krakenVersion",
                "status": status,
                "apiType": "GRAPHQL",
                "startsAt": "2026-01-15T13:00:00+00:00",
                "endsAt": "2026-01-15T14:00:00+00:00",
            } }])
        };
        let codes = async || {
            let answer = app.anonymous().ask_for("{ krakenVersion { number } }").await;
            answer.codes().into_iter().map(String::from).collect::<Vec<_>>()
        };
        assert_eq!(announced("").await, node("SCHEDULED"));
        assert!(codes().await.is_empty());
        app.clock().advance(TimeDelta::hours(1));
        assert_eq!(announced("").await, node("IN_PROGRESS"));
        assert_eq!(codes().await, ["KT-CT-1113"]);
        app.clock().advance(TimeDelta::hours(1));
        assert_eq!(announced("").await, json!([]), "what is over is not announced");
        assert_eq!(announced("statuses: [COMPLETED]").await, node("COMPLETED"));
        assert!(codes().await.is_empty());
    }
);

story!(deprecated_members_are_counted_by_operation_and_client, |app| async move {
    let customer = app.customer("flat-base").await;
    let body = json!({
        "query": "query Ledgers($number: String!) { account(accountNumber: $number) { ledgers { id number } } }",
        "variables": { "number": "A-F1A7BA5E" },
    });
    let headers = [
        ("content-type", "application/json"),
        ("authorization", customer.token()),
        ("user-agent", "story/1"),
    ];
    for _ in 0..2 {
        let answer = app.post_raw("/v1/graphql/", &headers, body.to_string()).await;
        assert!(answer.codes().is_empty());
    }
    let variables = json!({ "email": "flat-base@example.com", "password": "Demo-Octopus-1" });
    assert!(app.anonymous().try_sign_in(variables).await.codes().is_empty(), "deprecated, but honoured");
    let told = app.get("/_emulator/deprecations").await;
    let uses = told.body["deprecations"].as_array().expect("a list").clone();
    let ledger = uses.iter().find(|one| one["member"] == "LedgerType.id").expect("the field was used");
    assert_eq!(
        ledger,
        &json!({
            "member": "LedgerType.id",
            "operation": "Ledgers",
            "client": "story/1",
            "requests": 2,
            "instead": "ledgerNumber",
            "deprecatedOn": "2024-10-22",
            "removalOnOrAfter": "2025-06-25",
        })
    );
    for member in ["ObtainJSONWebTokenInput.email", "ObtainJSONWebTokenInput.password"] {
        assert!(uses.iter().any(|one| one["member"] == member), "{member} was used by a variable");
    }
});

story!(
    deprecated_members_can_be_refused_as_if_removed,
    Options::default().with(|_, http| http.deprecations = Deprecations::Error),
    |app| async move {
        let customer = app.customer("flat-base").await;
        let query = r#"{ account(accountNumber: "A-F1A7BA5E") { ledgers { id number } } }"#;
        let answer = customer.ask_for(query).await;
        assert_eq!(answer.message(), "Cannot query field 'id' on type 'LedgerType'.");
        let input = json!({ "email": "flat-base@example.com", "password": "Demo-Octopus-1" });
        let refused = app.anonymous().try_sign_in(input).await;
        assert!(
            refused.message().ends_with("Field 'email' is not defined by type 'ObtainJSONWebTokenInput'.")
        );
        let kept = r#"{ account(accountNumber: "A-F1A7BA5E") { ledgers { number } } }"#;
        assert!(customer.ask_for(kept).await.codes().is_empty());
        let hidden =
            "{ __type(name: \"LedgerType\") { fields(includeDeprecated: true) { name isDeprecated } } }";
        let fields = customer.ask_for(hidden).await.at("/__type/fields").clone();
        assert!(fields.as_array().expect("a list").iter().all(|field| field["isDeprecated"] == false));
    }
);
