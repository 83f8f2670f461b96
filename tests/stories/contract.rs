//! Walks over the whole contract. No lists by hand.

use insta::assert_json_snapshot;
use kemu_api::graphql::engine::contract::Requires;
use kemu_auth::viewer::{CUSTOMER_MUTATIONS, CUSTOMER_QUERIES, ViewerKind};
use kemu_domain::errors::Catalogue;
use kemu_graphql::schema::FieldIx;
use kemu_tests::documents::Documents;
use kemu_tests::{Role, TestApp, story};
use serde_json::Value as Json;

/// The fields that operations start from.
fn roots(app: &TestApp) -> Vec<FieldIx> {
    let roots: Vec<FieldIx> = app.site().contract.root_fields().collect();
    assert_eq!(roots.len(), 472, "163 queries and 309 mutations");
    roots
}

/// Asks for every root field, its answer two levels deep; the harness fails on faults and on undeclared errors.
async fn walk(app: &TestApp, role: &Role) -> Vec<(String, Vec<String>)> {
    let schema = &app.site().contract.schema;
    let documents = Documents { schema, account: "A-F1A7BA5E", property: "123001" };
    let mut refused = Vec::new();
    for field in roots(app) {
        let name = schema.field(field).name;
        // They end what this walk lives on; stories of their own are about them.
        if matches!(name, "forceReauthentication" | "regenerateSecretKey") {
            continue;
        }
        let document = documents.operation(field, 2);
        let answer = role.ask_for(&document).await;
        assert!(answer.body.get("data").is_some(), "{document}\n{}", answer.text());
        assert!(
            answer.errors().iter().all(|error| error["path"].is_array()),
            "{document}\n{}",
            answer.text()
        );
        let codes: Vec<String> = answer.codes().into_iter().map(Into::into).collect();
        if answer.body["data"][name].is_null() {
            // Nothing is null without a reason: what is not modelled is made up.
            assert!(!codes.is_empty(), "{document}\n{}", answer.text());
        }
        if !codes.is_empty() {
            refused.push((name.to_string(), codes));
        }
    }
    refused
}

story!(every_root_field_answers_the_back_office, |app| async move {
    let office = app.organisation("back-office").await;
    let refused = walk(&app, &office).await;
    // Whoever may do everything is refused only where the thing itself is wrong.
    assert_json_snapshot!(refused, @r#"
    [
      [
        "account",
        [
          "KT-CT-4149",
          "KT-CT-3949"
        ]
      ],
      [
        "authorizedApplications",
        [
          "KT-CT-1111"
        ]
      ],
      [
        "completedDispatches",
        [
          "KT-CT-4341"
        ]
      ],
      [
        "devices",
        [
          "KT-CT-4301"
        ]
      ],
      [
        "flexPlannedDispatches",
        [
          "KT-CT-4340"
        ]
      ],
      [
        "gasReading",
        [
          "KT-CT-4719"
        ]
      ],
      [
        "mfaDevices",
        [
          "KT-CT-1111"
        ]
      ],
      [
        "node",
        [
          "KT-CT-7810"
        ]
      ],
      [
        "plannedDispatches",
        [
          "KT-CT-4340"
        ]
      ],
      [
        "possibleErrors",
        [
          "KT-CT-1606"
        ]
      ],
      [
        "queryComplexity",
        [
          "KT-CT-1603"
        ]
      ],
      [
        "vehicleChargingPreferences",
        [
          "KT-CT-4339"
        ]
      ],
      [
        "viewer",
        [
          "KT-CT-1111"
        ]
      ],
      [
        "amendPayment",
        [
          "KT-CT-3924"
        ]
      ],
      [
        "cancelPayment",
        [
          "KT-CT-3924"
        ]
      ],
      [
        "cancelRepaymentRequest",
        [
          "KT-CT-3930"
        ]
      ],
      [
        "collectPayment",
        [
          "KT-CT-3932"
        ]
      ],
      [
        "createAccountPaymentSchedule",
        [
          "KT-CT-3962"
        ]
      ],
      [
        "createMfaDevice",
        [
          "KT-CT-1111"
        ]
      ],
      [
        "createQuoteForAccount",
        [
          "KT-CT-4645"
        ]
      ],
      [
        "createSourceFundRequest",
        [
          "KT-CT-3837"
        ]
      ],
      [
        "deleteMfaDevice",
        [
          "KT-CT-1111"
        ]
      ],
      [
        "generatePreSignedToken",
        [
          "KT-CT-1131"
        ]
      ],
      [
        "initiateProductSwitch",
        [
          "KT-CT-4619"
        ]
      ],
      [
        "invalidatePreSignedToken",
        [
          "KT-CT-1129"
        ]
      ],
      [
        "invalidatePreSignedTokensForUser",
        [
          "KT-CT-1129"
        ]
      ],
      [
        "invalidateRefreshToken",
        [
          "KT-CT-1130"
        ]
      ],
      [
        "invalidateRefreshTokensForUser",
        [
          "KT-CT-1128"
        ]
      ],
      [
        "obtainKrakenToken",
        [
          "KT-CT-1137"
        ]
      ],
      [
        "obtainLongLivedRefreshToken",
        [
          "KT-CT-1121"
        ]
      ],
      [
        "setDevicePreferences",
        [
          "KT-CT-4314"
        ]
      ],
      [
        "setUpDirectDebitInstruction",
        [
          "KT-CT-3940"
        ]
      ],
      [
        "submitRepaymentRequest",
        [
          "KT-CT-3927"
        ]
      ],
      [
        "transferLedgerBalance",
        [
          "KT-CT-9701"
        ]
      ],
      [
        "updateAccountBillingAddress",
        [
          "KT-CT-7123"
        ]
      ],
      [
        "updateAccountBillingEmail",
        [
          "KT-CT-4122"
        ]
      ],
      [
        "updateBoostCharge",
        [
          "KT-CT-4301"
        ]
      ],
      [
        "updateDeviceSmartControl",
        [
          "KT-CT-4313"
        ]
      ],
      [
        "updatePassword",
        [
          "KT-CT-1111"
        ]
      ],
      [
        "updateUser",
        [
          "KT-CT-5414"
        ]
      ],
      [
        "validateMfaDevice",
        [
          "KT-CT-1111"
        ]
      ]
    ]
    "#);
});

/// Is this a field for customers?
fn lets_customers_in(requires: &Requires) -> bool {
    let of_customers = [CUSTOMER_QUERIES, CUSTOMER_MUTATIONS];
    let held = |permission: &str| of_customers.contains(&permission);
    requires.viewers.contains(&ViewerKind::Customer)
        && (requires.permissions.is_empty() || requires.permissions.iter().any(|permission| held(permission)))
}

story!(every_root_field_answers_a_customer, |app| async move {
    let customer = app.customer("flat-base").await;
    let refused = walk(&app, &customer).await;
    // What is for others is refused as such; the rest, only where the thing itself is wrong.
    let (others, own): (Vec<_>, Vec<_>) =
        refused.into_iter().partition(|(_, codes)| codes[..] == ["KT-CT-1111"]);
    let contract = &app.site().contract;
    for (name, _) in &others {
        let field = roots(&app).into_iter().find(|field| contract.schema.field(*field).name == name);
        let requires =
            field.and_then(|field| contract.facts(field)).and_then(|facts| facts.requires.as_ref());
        assert!(requires.is_some_and(|requires| !lets_customers_in(requires)), "{name}");
    }
    assert_json_snapshot!(own, @r#"
    [
      [
        "account",
        [
          "KT-CT-4149",
          "KT-CT-3949"
        ]
      ],
      [
        "completedDispatches",
        [
          "KT-CT-4341"
        ]
      ],
      [
        "devices",
        [
          "KT-CT-4301"
        ]
      ],
      [
        "flexPlannedDispatches",
        [
          "KT-CT-4340"
        ]
      ],
      [
        "gasReading",
        [
          "KT-CT-4719"
        ]
      ],
      [
        "node",
        [
          "KT-CT-7810"
        ]
      ],
      [
        "plannedDispatches",
        [
          "KT-CT-4340"
        ]
      ],
      [
        "possibleErrors",
        [
          "KT-CT-1606"
        ]
      ],
      [
        "queryComplexity",
        [
          "KT-CT-1603"
        ]
      ],
      [
        "vehicleChargingPreferences",
        [
          "KT-CT-4339"
        ]
      ],
      [
        "amendPayment",
        [
          "KT-CT-3924"
        ]
      ],
      [
        "cancelPayment",
        [
          "KT-CT-3924"
        ]
      ],
      [
        "cancelRepaymentRequest",
        [
          "KT-CT-3930"
        ]
      ],
      [
        "collectPayment",
        [
          "KT-CT-3932"
        ]
      ],
      [
        "createAccountPaymentSchedule",
        [
          "KT-CT-3962"
        ]
      ],
      [
        "createQuoteForAccount",
        [
          "KT-CT-4645"
        ]
      ],
      [
        "createSourceFundRequest",
        [
          "KT-CT-3837"
        ]
      ],
      [
        "initiateProductSwitch",
        [
          "KT-CT-4619"
        ]
      ],
      [
        "obtainKrakenToken",
        [
          "KT-CT-1137"
        ]
      ],
      [
        "obtainLongLivedRefreshToken",
        [
          "KT-CT-1132"
        ]
      ],
      [
        "setDevicePreferences",
        [
          "KT-CT-4314"
        ]
      ],
      [
        "setUpDirectDebitInstruction",
        [
          "KT-CT-3940"
        ]
      ],
      [
        "submitRepaymentRequest",
        [
          "KT-CT-3927"
        ]
      ],
      [
        "transferLedgerBalance",
        [
          "KT-CT-9701"
        ]
      ],
      [
        "updateAccountBillingAddress",
        [
          "KT-CT-7123"
        ]
      ],
      [
        "updateAccountBillingEmail",
        [
          "KT-CT-4122"
        ]
      ],
      [
        "updateBoostCharge",
        [
          "KT-CT-4301"
        ]
      ],
      [
        "updateDeviceSmartControl",
        [
          "KT-CT-4313"
        ]
      ],
      [
        "updatePassword",
        [
          "KT-CT-5460"
        ]
      ]
    ]
    "#);
});

story!(every_protected_field_refuses_an_anonymous_caller, |app| async move {
    let contract = &app.site().contract;
    let documents = Documents { schema: &contract.schema, account: "A-F1A7BA5E", property: "123001" };
    let mut protected = Vec::new();
    for field in roots(&app) {
        let def = contract.schema.field(field);
        let requires = contract.facts(field).is_some_and(|facts| facts.requires.is_some());
        let answer = app.anonymous().ask_for(&documents.operation(field, 1)).await;
        if requires {
            protected.push(def.name);
            assert_eq!(answer.codes(), ["KT-CT-1112"], "{}", def.name);
            let nulled = if def.ty.is_non_null() {
                &answer.body["data"]
            } else {
                answer.at(&format!("/{}", def.name))
            };
            assert_eq!(nulled, &Json::Null, "{}", def.name);
        } else {
            assert!(!answer.codes().contains(&"KT-CT-1112"), "{}: {}", def.name, answer.text());
        }
    }
    assert!(protected.len() > 300, "{}", protected.len());
});

story!(every_declared_code_is_in_the_catalogue_and_every_root_field_is_described, |app| async move {
    let contract = &app.site().contract;
    for field in roots(&app) {
        let def = contract.schema.field(field);
        let codes = contract.facts(field).map(|facts| facts.possible_errors.as_slice()).unwrap_or_default();
        let described = def.description.unwrap_or_default();
        let own = described.split("\n\nThe possible errors").next().unwrap_or_default();
        assert!(own.ends_with('.') && own.len() > 10, "{} has no sentence: {own:?}", def.name);
        for code in codes {
            let entry = Catalogue::get(code.as_str()).unwrap_or_else(|| panic!("{}: {code}", def.name));
            let line = format!("- {code}: {}", entry.message);
            assert!(described.contains(&line), "{} does not tell {line}", def.name);
        }
    }
});

story!(every_field_about_an_account_refuses_somebody_elses, |app| async move {
    let customer = app.customer("flat-base").await;
    let schema = &app.site().contract.schema;
    let documents = Documents { schema, account: "A-2ACC0001", property: "123002" };
    let (mut refused, mut answered) = (0, Vec::new());
    for field in roots(&app) {
        let document = documents.operation(field, 1);
        if !document.contains("A-2ACC0001") {
            continue;
        }
        let answer = customer.ask_for(&document).await;
        let name = schema.field(field).name;
        match answer.codes()[..] {
            [code] if answer.body["data"][name].is_null() && !matches!(code, "KT-CT-1201" | "KT-CT-1202") => {
                refused += 1;
            }
            _ => answered.push(name),
        }
    }
    assert!(refused > 50, "{refused}");
    assert_eq!(answered, Vec::<&str>::new(), "these answer about somebody else's account");
});
