//! Reading customers, organisations, accounts and their properties.

use insta::assert_json_snapshot;
use kemu_tests::story;
use serde_json::{Value as Json, json};

/// All accounts of the demo world with somebody who sees them.
const ACCOUNTS: [(&str, &str); 8] = [
    ("flat-base", "A-F1A7BA5E"),
    ("two-accounts", "A-2ACC0001"),
    ("two-accounts", "A-2ACC0002"),
    ("in-debt", "A-1DEB7001"),
    ("long-history", "A-10A60001"),
    ("locked-out", "A-10CCED01"),
    ("second-factor", "A-2FAC7001"),
    ("electric-vehicle", "A-E1EC7001"),
];

story!(an_account_tells_who_and_where_it_is, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = "query ($number: String!) { account(accountNumber: $number) {
        id number accountType status brand urn createdAt
        users { id fullName }
        address { name streetAddress locality postalCode country asString }
        billingName billingSubName billingEmail billingAddress billingAddressLine1 billingAddressLine2
        billingAddressLine4 billingAddressPostcode billingCountryCode splitBillingAddress
        balance overdueBalance
        ledgers { id number name ledgerType balance amountOwedByCustomer acceptsPayments affectsAccountBalance }
        properties { id label address postcode splitAddress richAddress { streetAddress postalCode locality }
            occupancyPeriods { effectiveFrom effectiveTo isOccupier } }
    } }";
    let answer = customer.gql(query, json!({ "number": "A-F1A7BA5E" })).await;
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    assert_json_snapshot!(answer.body, @r#"
    {
      "data": {
        "account": {
          "id": "3400001",
          "number": "A-F1A7BA5E",
          "accountType": "DOMESTIC",
          "status": "ACTIVE",
          "brand": "OCTOPUS_ENERGY",
          "urn": null,
          "createdAt": "2025-07-01T07:00:00+00:00",
          "users": [
            {
              "id": "3200001",
              "fullName": "Flat Base"
            },
            {
              "id": "3200005",
              "fullName": "Shared Account"
            }
          ],
          "address": {
            "name": "Flat Base",
            "streetAddress": "1 rue de l'Exemple\nBâtiment B",
            "locality": "Paris",
            "postalCode": "75001",
            "country": "FR",
            "asString": "Flat Base, 1 rue de l'Exemple, Bâtiment B, 75001 Paris, FR"
          },
          "billingName": "Flat Base",
          "billingSubName": null,
          "billingEmail": "flat-base@example.com",
          "billingAddress": "1 rue de l'Exemple, Bâtiment B, Paris, 75001",
          "billingAddressLine1": "1 rue de l'Exemple",
          "billingAddressLine2": "Bâtiment B",
          "billingAddressLine4": "Paris",
          "billingAddressPostcode": "75001",
          "billingCountryCode": "FR",
          "splitBillingAddress": [
            "1 rue de l'Exemple",
            "Bâtiment B",
            "Paris",
            "75001"
          ],
          "balance": -1500,
          "overdueBalance": 1500,
          "ledgers": [
            {
              "id": "51001",
              "number": "L-100000001A",
              "name": "Électricité (00000000000001)",
              "ledgerType": "FRA_ELECTRICITY_LEDGER",
              "balance": -1500,
              "amountOwedByCustomer": 1500,
              "acceptsPayments": true,
              "affectsAccountBalance": true
            }
          ],
          "properties": [
            {
              "id": "123001",
              "label": "Appartement",
              "address": "1 rue de l'Exemple, 75001 Paris",
              "postcode": "75001",
              "splitAddress": [
                "1 rue de l'Exemple",
                "75001 Paris"
              ],
              "richAddress": {
                "streetAddress": "1 rue de l'Exemple",
                "postalCode": "75001",
                "locality": "Paris"
              },
              "occupancyPeriods": [
                {
                  "effectiveFrom": "2025-07-01T07:00:00+00:00",
                  "effectiveTo": null,
                  "isOccupier": true
                }
              ]
            }
          ]
        }
      }
    }
    "#);
});

story!(a_customer_sees_themselves, |app| async move {
    let customer = app.customer("two-accounts").await;
    let query = "{ viewer { __typename id email givenName familyName fullName preferredName mobile landline dateOfBirth
        isActive liveSecretKey permissions { permission } accounts { __typename number }
        accountUserRoles { role account { number } user { id } } } }";
    let answer = customer.ask_for(query).await;
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    assert_json_snapshot!(answer.body, @r#"
    {
      "data": {
        "viewer": {
          "__typename": "AccountUserType",
          "id": "3200002",
          "email": "two-accounts@example.com",
          "givenName": "Two",
          "familyName": "Accounts",
          "fullName": "Two Accounts",
          "preferredName": null,
          "mobile": "+33639980002",
          "landline": "",
          "dateOfBirth": null,
          "isActive": true,
          "liveSecretKey": "sk_live_demoTwoAccounts000000002",
          "permissions": [
            {
              "permission": "CAN_ACCESS_CUSTOMER_QUERIES"
            },
            {
              "permission": "CAN_ACCESS_CUSTOMER_MUTATIONS"
            }
          ],
          "accounts": [
            {
              "__typename": "AccountType",
              "number": "A-2ACC0001"
            },
            {
              "__typename": "AccountType",
              "number": "A-2ACC0002"
            }
          ],
          "accountUserRoles": [
            {
              "role": "ACCOUNT_ADMIN",
              "account": {
                "number": "A-2ACC0001"
              },
              "user": {
                "id": "3200002"
              }
            },
            {
              "role": "ACCOUNT_ADMIN",
              "account": {
                "number": "A-2ACC0002"
              },
              "user": {
                "id": "3200002"
              }
            }
          ]
        }
      }
    }
    "#);
});

story!(an_organisation_sees_itself_and_its_accounts, |app| async move {
    let organisation = app.organisation("usage-reader").await;
    let answer =
        organisation.ask_for("{ thirdPartyViewer { name permissions { permission } } viewer { id } }").await;
    assert_json_snapshot!(answer.body, @r#"
    {
      "errors": [
        {
          "message": "Unauthorized.",
          "locations": [
            {
              "line": 1,
              "column": 56
            }
          ],
          "path": [
            "viewer"
          ],
          "extensions": {
            "errorType": "AUTHORIZATION",
            "errorCode": "KT-CT-1111",
            "errorDescription": "The viewer is known but lacks the role or permission for this."
          }
        }
      ],
      "data": {
        "thirdPartyViewer": {
          "name": "usage-reader",
          "permissions": [
            {
              "permission": "CAN_QUERY_ACCOUNTS_WITH_ACCOUNT_NUMBER"
            },
            {
              "permission": "CAN_QUERY_PROPERTY"
            },
            {
              "permission": "CAN_VIEW_DETAILED_USAGE"
            }
          ]
        },
        "viewer": null
      }
    }
    "#);
    let query = "query ($number: String!) { account(accountNumber: $number) { number users { id liveSecretKey permissions { permission } } } }";
    for number in ["A-F1A7BA5E", "A-2ACC0001"] {
        let answer = organisation.gql(query, json!({ "number": number })).await;
        assert_eq!(answer.text_at("/account/number"), number);
        // Keys and permissions of others are none of its business.
        for user in answer.list_at("/account/users") {
            assert_eq!((&user["liveSecretKey"], &user["permissions"]), (&Json::Null, &json!([])));
        }
    }
    assert_eq!(organisation.gql(query, json!({ "number": "A-2ACC0002" })).await.codes(), ["KT-CT-4177"]);
    let customer = app.customer("flat-base").await;
    assert_eq!(customer.ask_for("{ thirdPartyViewer { name } }").await.codes(), ["KT-CT-1111"]);
});

story!(two_people_share_an_account_and_see_the_same, |app| async move {
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { id balance users { id } ledgers { number balance }
        transactions(first: 100) { edges { node { id amount } } } } }"#;
    let one = app.customer("flat-base").await.ask_for(query).await;
    let other = app.customer("shared-account").await.ask_for(query).await;
    assert_eq!(one.data(), other.data());
    assert_eq!(one.at("/account/users"), &json!([{ "id": "3200001" }, { "id": "3200005" }]));
});

story!(a_foreign_account_and_an_unknown_one_are_the_same_answer, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = "query ($number: String!) { account(accountNumber: $number) { number balance } krakenVersion { isPinned } }";
    let foreign = customer.gql(query, json!({ "number": "A-2ACC0001" })).await;
    assert_json_snapshot!(foreign.body, @r#"
    {
      "errors": [
        {
          "message": "Unauthorized.",
          "locations": [
            {
              "line": 1,
              "column": 28
            }
          ],
          "path": [
            "account"
          ],
          "extensions": {
            "errorType": "AUTHORIZATION",
            "errorCode": "KT-CT-4177",
            "errorDescription": "The account does not exist or the viewer may not see it."
          }
        }
      ],
      "data": {
        "account": null,
        "krakenVersion": {
          "isPinned": false
        }
      }
    }
    "#);
    for number in ["A-00000000", "a-f1a7ba5e", " A-F1A7BA5E", "A-F1A7BA5E'--", "", "🐙", &"A".repeat(10_000)]
    {
        let unknown = customer.gql(query, json!({ "number": number })).await;
        assert_eq!(unknown.bytes, foreign.bytes, "{number}");
    }
    let anonymous = app.anonymous().gql(query, json!({ "number": "A-F1A7BA5E" })).await;
    assert_eq!(anonymous.codes(), ["KT-CT-1112"]);
});

story!(a_foreign_property_and_an_unknown_one_are_the_same_answer, |app| async move {
    let customer = app.customer("flat-base").await;
    let query = "query ($id: ID!) { property(id: $id) { id address } }";
    assert_json_snapshot!(customer.gql(query, json!({ "id": "123001" })).await.body, @r#"
    {
      "data": {
        "property": {
          "id": "123001",
          "address": "1 rue de l'Exemple, 75001 Paris"
        }
      }
    }
    "#);
    let foreign = customer.gql(query, json!({ "id": "123002" })).await;
    assert_json_snapshot!(foreign.body, @r#"
    {
      "errors": [
        {
          "message": "Unauthorized.",
          "locations": [
            {
              "line": 1,
              "column": 20
            }
          ],
          "path": [
            "property"
          ],
          "extensions": {
            "errorType": "AUTHORIZATION",
            "errorCode": "KT-CT-6622",
            "errorDescription": "The property does not exist or the viewer may not see it."
          }
        }
      ],
      "data": {
        "property": null
      }
    }
    "#);
    for id in ["999999", "", "x", "-1", "99999999999999999999"] {
        let unknown = customer.gql(query, json!({ "id": id })).await;
        assert_eq!(unknown.bytes, foreign.bytes, "{id}");
    }
});

story!(a_property_is_the_same_wherever_it_is_met, |app| async move {
    let query = "query ($number: String!) { account(accountNumber: $number) {
        properties { id label address postcode richAddress { streetAddress } } } }";
    for (name, number) in ACCOUNTS {
        let customer = app.customer(name).await;
        let answer = customer.gql(query, json!({ "number": number })).await;
        for property in answer.list_at("/account/properties") {
            let by_id = "query ($id: ID!, $number: String!) {
                property(id: $id) { id label address postcode richAddress { streetAddress } }
                account(accountNumber: $number) { property(id: $id) { id label address postcode richAddress { streetAddress } } } }";
            let found = customer.gql(by_id, json!({ "id": property["id"], "number": number })).await;
            assert_eq!(found.at("/property"), property);
            assert_eq!(found.at("/account/property"), property);
        }
    }
    let others = "query { account(accountNumber: \"A-2ACC0001\") { property(id: \"123003\") { id } } }";
    let answer = app.customer("two-accounts").await.ask_for(others).await;
    assert_eq!(answer.codes(), ["KT-CT-6622"], "one's own, but of another account");
    assert!(answer.at("/account/property").is_null());
});

story!(balances_are_the_sums_of_their_ledgers, |app| async move {
    let query = "query ($number: String!) { account(accountNumber: $number) {
        balance everything: balance(includeAllLedgers: true) overdueBalance
        ledgers { number ledgerType balance amountOwedByCustomer affectsAccountBalance } } }";
    let mut overdue = Vec::new();
    for (name, number) in ACCOUNTS {
        let answer = app.customer(name).await.gql(query, json!({ "number": number })).await;
        let ledgers = answer.list_at("/account/ledgers");
        assert!(!ledgers.is_empty(), "{number}");
        let sum = |of: &dyn Fn(&Json) -> bool| -> i64 {
            ledgers
                .iter()
                .filter(|ledger| of(ledger))
                .map(|ledger| ledger["balance"].as_i64().expect("cents"))
                .sum()
        };
        assert_eq!(
            answer.number_at("/account/balance"),
            sum(&|ledger| ledger["affectsAccountBalance"] == true),
            "{number}"
        );
        assert_eq!(answer.number_at("/account/everything"), sum(&|_| true), "{number}");
        for ledger in ledgers {
            let owed = -ledger["balance"].as_i64().expect("cents");
            assert_eq!(ledger["amountOwedByCustomer"].as_i64(), Some(owed.max(0)), "{ledger}");
        }
        let owed = (-answer.number_at("/account/balance")).max(0);
        assert!((0..=owed).contains(&answer.number_at("/account/overdueBalance")), "{number}");
        if answer.number_at("/account/overdueBalance") > 0 {
            overdue.push(name);
        }
    }
    assert!(overdue.contains(&"in-debt") && !overdue.contains(&"second-factor"), "{overdue:?}");
});

story!(viewer_and_account_agree, |app| async move {
    let fields = "id number balance overdueBalance status ledgers { number balance } properties { id } \
                  transactions(first: 3) { totalCount edges { node { id amount balanceCarriedForward } } } \
                  payments(first: 3) { totalCount edges { node { amount paymentDate status } } }";
    for (name, number) in ACCOUNTS {
        let query = format!(
            "query ($number: String!) {{ account(accountNumber: $number) {{ {fields} }}
             viewer {{ accounts(restrictToAccountNumbers: [$number]) {{ ... on AccountType {{ {fields} }} }} }} }}"
        );
        let answer = app.customer(name).await.gql(&query, json!({ "number": number })).await;
        assert_eq!(answer.at("/viewer/accounts/0"), answer.at("/account"), "{number}");
        assert_eq!(answer.list_at("/viewer/accounts").len(), 1);
    }
});

story!(the_emulator_says_that_it_is_one, |app| async move {
    let answer = app.anonymous().ask_for("{ krakenVersion { number SHA isPinned } }").await;
    assert!(answer.text_at("/krakenVersion/number").starts_with("kemu "));
    assert_eq!(answer.at("/krakenVersion/SHA"), &Json::Null);
});

story!(objects_are_found_by_their_global_id, |app| async move {
    let office = app.organisation("back-office").await;
    let query = "query ($id: ID!) { node(id: $id) { __typename id } }";
    // base64 of "InkNote:1".
    let note = office.gql(query, json!({ "id": "SW5rTm90ZTox" })).await;
    assert_eq!(note.at("/node"), &json!({ "__typename": "InkNote", "id": "SW5rTm90ZTox" }));
    // "AccountType:1" is no type with global ids; the others are no global ids at all.
    assert_eq!(
        office.gql(query, json!({ "id": "QWNjb3VudFR5cGU6MQ==" })).await.data(),
        &json!({ "node": null })
    );
    for id in ["", "1", "SW5rTm90ZQ==", "OjE=", "%%%"] {
        assert_eq!(office.gql(query, json!({ "id": id })).await.codes(), ["KT-CT-7810"], "{id}");
    }
});
