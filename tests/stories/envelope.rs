//! The form of errors, to the byte (kraken-facts section 3).

use insta::assert_json_snapshot;
use kemu_tests::{TestApp, story};
use serde_json::{Value as Json, json};

/// The whole body of a sign-in with this input.
async fn refused(app: &TestApp, input: Json) -> Json {
    let query = "mutation ($input: ObtainJSONWebTokenInput!) { obtainKrakenToken(input: $input) { token } }";
    app.anonymous().gql(query, json!({ "input": input })).await.body
}

story!(a_wrong_api_key_is_refused_as_measured, |app| async move {
    let body = refused(&app, json!({ "APIKey": "sk_live_nobodys" })).await;
    let extensions = &body["errors"][0]["extensions"];
    // MINMAX 172, byte for byte.
    assert_eq!(
        extensions.to_string(),
        r#"{"errorType":"VALIDATION","errorCode":"KT-CT-1139","errorDescription":"Authentication failed.","errorClass":"VALIDATION","validationErrors":[{"message":"Authentication failed.","inputPath":["input","apiKey"]}]}"#
    );
    assert_json_snapshot!(body, @r#"
    {
      "errors": [
        {
          "message": "Invalid data.",
          "locations": [
            {
              "line": 1,
              "column": 47
            }
          ],
          "path": [
            "obtainKrakenToken"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-1139",
            "errorDescription": "Authentication failed.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "Authentication failed.",
                "inputPath": [
                  "input",
                  "apiKey"
                ]
              }
            ]
          }
        }
      ],
      "data": {
        "obtainKrakenToken": null
      }
    }
    "#);
});

story!(each_credential_is_refused_with_its_own_code, |app| async move {
    let mut seen = serde_json::Map::new();
    for (what, input) in [
        ("nothing", json!({})),
        ("empty text", json!({ "APIKey": "" })),
        ("two kinds", json!({ "APIKey": "sk_live_demoFlatBase000000000001", "refreshToken": "0" })),
        (
            "a person's address and a key",
            json!({ "email": "flat-base@example.com", "password": "Demo-Octopus-1", "preSignedKey": "0" }),
        ),
        ("an address alone", json!({ "email": "flat-base@example.com" })),
        ("a password alone", json!({ "password": "Demo-Octopus-1" })),
        ("a wrong password", json!({ "email": "flat-base@example.com", "password": "demo-octopus-1" })),
        ("an unknown address", json!({ "email": "nobody@example.com", "password": "Demo-Octopus-1" })),
        ("an expired password", json!({ "email": "locked-out@example.com", "password": "Demo-Octopus-1" })),
        (
            "an enforced second factor",
            json!({ "email": "second-factor@example.com", "password": "Demo-Octopus-1" }),
        ),
        ("an organisation's key as API key", json!({ "APIKey": "sk_live_demoUsageReader000000001" })),
        (
            "an API key as organisation's key",
            json!({ "organizationSecretKey": "sk_live_demoFlatBase000000000001" }),
        ),
        ("an unknown pre-signed key", json!({ "preSignedKey": "0" })),
        ("an unknown refresh token", json!({ "refreshToken": "0" })),
    ] {
        let body = refused(&app, input).await;
        assert_eq!(body["data"], json!({ "obtainKrakenToken": null }), "{what}");
        assert_eq!(body["errors"][0]["path"], json!(["obtainKrakenToken"]), "{what}");
        let error = &body["errors"][0];
        seen.insert(what.into(), json!({ "message": error["message"], "extensions": error["extensions"] }));
    }
    assert_json_snapshot!(seen, @r#"
    {
      "nothing": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1137",
          "errorDescription": "Give exactly one kind of credential.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "Give exactly one kind of credential.",
              "inputPath": [
                "input"
              ]
            }
          ]
        }
      },
      "empty text": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1137",
          "errorDescription": "Give exactly one kind of credential.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "Give exactly one kind of credential.",
              "inputPath": [
                "input"
              ]
            }
          ]
        }
      },
      "two kinds": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1137",
          "errorDescription": "Give exactly one kind of credential.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "Give exactly one kind of credential.",
              "inputPath": [
                "input",
                "apiKey"
              ]
            },
            {
              "message": "Give exactly one kind of credential.",
              "inputPath": [
                "input",
                "refreshToken"
              ]
            }
          ]
        }
      },
      "a person's address and a key": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1137",
          "errorDescription": "Give exactly one kind of credential.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "Give exactly one kind of credential.",
              "inputPath": [
                "input",
                "email"
              ]
            },
            {
              "message": "Give exactly one kind of credential.",
              "inputPath": [
                "input",
                "password"
              ]
            },
            {
              "message": "Give exactly one kind of credential.",
              "inputPath": [
                "input",
                "preSignedKey"
              ]
            }
          ]
        }
      },
      "an address alone": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1136",
          "errorDescription": "Give both the e-mail address and the password.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "Give both the e-mail address and the password.",
              "inputPath": [
                "input",
                "password"
              ]
            }
          ]
        }
      },
      "a password alone": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1136",
          "errorDescription": "Give both the e-mail address and the password.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "Give both the e-mail address and the password.",
              "inputPath": [
                "input",
                "email"
              ]
            }
          ]
        }
      },
      "a wrong password": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1138",
          "errorDescription": "The e-mail address and the password do not fit together.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "The e-mail address and the password do not fit together.",
              "inputPath": [
                "input",
                "email"
              ]
            }
          ]
        }
      },
      "an unknown address": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1138",
          "errorDescription": "The e-mail address and the password do not fit together.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "The e-mail address and the password do not fit together.",
              "inputPath": [
                "input",
                "email"
              ]
            }
          ]
        }
      },
      "an expired password": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1146",
          "errorDescription": "The password has expired and must be changed.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "The password has expired and must be changed.",
              "inputPath": [
                "input",
                "password"
              ]
            }
          ]
        }
      },
      "an enforced second factor": {
        "message": "MFA required.",
        "extensions": {
          "errorType": "AUTHORIZATION",
          "errorCode": "KT-CT-1148",
          "errorDescription": "A second factor is compulsory, so this way of signing in is blocked."
        }
      },
      "an organisation's key as API key": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1139",
          "errorDescription": "Authentication failed.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "Authentication failed.",
              "inputPath": [
                "input",
                "apiKey"
              ]
            }
          ]
        }
      },
      "an API key as organisation's key": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1140",
          "errorDescription": "The secret key of the organisation was not accepted.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "The secret key of the organisation was not accepted.",
              "inputPath": [
                "input",
                "organizationSecretKey"
              ]
            }
          ]
        }
      },
      "an unknown pre-signed key": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1141",
          "errorDescription": "The credential was not accepted.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "The credential was not accepted.",
              "inputPath": [
                "input",
                "preSignedKey"
              ]
            }
          ]
        }
      },
      "an unknown refresh token": {
        "message": "Invalid data.",
        "extensions": {
          "errorType": "VALIDATION",
          "errorCode": "KT-CT-1135",
          "errorDescription": "The refresh token is not known.",
          "errorClass": "VALIDATION",
          "validationErrors": [
            {
              "message": "The refresh token is not known.",
              "inputPath": [
                "input",
                "refreshToken"
              ]
            }
          ]
        }
      }
    }
    "#);
});

story!(a_guesser_cannot_tell_who_is_a_customer, |app| async move {
    let wrong = refused(&app, json!({ "email": "flat-base@example.com", "password": "wrong" })).await;
    let unknown = refused(&app, json!({ "email": "nobody@example.com", "password": "wrong" })).await;
    assert_eq!(wrong, unknown);
    // The state of an account is told to those alone who know its password.
    let locked = refused(&app, json!({ "email": "locked-out@example.com", "password": "wrong" })).await;
    let guarded = refused(&app, json!({ "email": "second-factor@example.com", "password": "wrong" })).await;
    assert_eq!((&locked, &guarded), (&wrong, &wrong));
});

story!(an_expired_token_is_refused_as_captured, |app| async move {
    let customer = app.customer("flat-base").await;
    app.clock().advance(chrono::TimeDelta::hours(1));
    let query = "query ($number: String!) {\n\n    account(accountNumber: $number) { number }\n}";
    let answer = customer.gql(query, json!({ "number": "A-F1A7BA5E" })).await;
    // UK-PQ, with the place of this document.
    assert_eq!(
        answer.text(),
        r#"{"errors":[{"message":"Signature of the JWT has expired.","locations":[{"line":3,"column":5}],"path":["account"],"extensions":{"errorType":"APPLICATION","errorCode":"KT-CT-1124","errorDescription":""}}],"data":{"account":null}}"#
    );
});

story!(a_missing_header_is_told_by_each_field_and_siblings_survive, |app| async move {
    let query = r#"{ viewer { id } mine: account(accountNumber: "A-F1A7BA5E") { number } krakenVersion { isPinned } }"#;
    let answer = app.anonymous().ask_for(query).await;
    assert_json_snapshot!(answer.body, @r#"
    {
      "errors": [
        {
          "message": "'Authorization' header not provided.",
          "locations": [
            {
              "line": 1,
              "column": 3
            }
          ],
          "path": [
            "viewer"
          ],
          "extensions": {
            "errorType": "AUTHORIZATION",
            "errorCode": "KT-CT-1112",
            "errorDescription": "The request carries no 'Authorization' header, which this field needs."
          }
        },
        {
          "message": "'Authorization' header not provided.",
          "locations": [
            {
              "line": 1,
              "column": 17
            }
          ],
          "path": [
            "mine"
          ],
          "extensions": {
            "errorType": "AUTHORIZATION",
            "errorCode": "KT-CT-1112",
            "errorDescription": "The request carries no 'Authorization' header, which this field needs."
          }
        }
      ],
      "data": {
        "viewer": null,
        "mine": null,
        "krakenVersion": {
          "isPinned": false
        }
      }
    }
    "#);
});

story!(errors_below_an_account_have_their_path_and_leave_siblings_alone, |app| async move {
    let customer = app.customer("two-accounts").await;
    let query = r#"{
        account(accountNumber: "A-2ACC0001") {
            number
            unpaged: transactions { totalCount }
            tooMany: transactions(first: 101) { totalCount }
            ledgers { number transactions(last: 101) { totalCount } balance }
            elsewhere: transactions(first: 1, ledgerNumber: "L-100000001A") { totalCount }
            both: transactions(first: 1, ledgerNumber: "L-100000002A", includeAllLedgers: true) { totalCount }
            transactions(first: 1) { totalCount }
        }
    }"#;
    assert_json_snapshot!(customer.ask_for(query).await.body, @r#"
    {
      "errors": [
        {
          "message": "Pagination parameters not provided.",
          "locations": [
            {
              "line": 4,
              "column": 13
            }
          ],
          "path": [
            "account",
            "unpaged"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-1201",
            "errorDescription": "Give either first or last when asking for a connection.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "Give either first or last when asking for a connection.",
                "inputPath": []
              }
            ]
          }
        },
        {
          "message": "Invalid pagination parameters.",
          "locations": [
            {
              "line": 5,
              "column": 13
            }
          ],
          "path": [
            "account",
            "tooMany"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-1202",
            "errorDescription": "The value of first must be from 0 to the maximum of this field, and a cursor must be one that this list handed out.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "The value of first must be from 0 to the maximum of this field, and a cursor must be one that this list handed out.",
                "inputPath": []
              }
            ]
          }
        },
        {
          "message": "Invalid pagination parameters.",
          "locations": [
            {
              "line": 6,
              "column": 30
            }
          ],
          "path": [
            "account",
            "ledgers",
            0,
            "transactions"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-1203",
            "errorDescription": "The value of last must be from 0 to the maximum of this field.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "The value of last must be from 0 to the maximum of this field.",
                "inputPath": []
              }
            ]
          }
        },
        {
          "message": "Invalid pagination parameters.",
          "locations": [
            {
              "line": 6,
              "column": 30
            }
          ],
          "path": [
            "account",
            "ledgers",
            1,
            "transactions"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-1203",
            "errorDescription": "The value of last must be from 0 to the maximum of this field.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "The value of last must be from 0 to the maximum of this field.",
                "inputPath": []
              }
            ]
          }
        },
        {
          "message": "Ledger not found for the account.",
          "locations": [
            {
              "line": 7,
              "column": 13
            }
          ],
          "path": [
            "account",
            "elsewhere"
          ],
          "extensions": {
            "errorType": "NOT_FOUND",
            "errorCode": "KT-CT-3837",
            "errorDescription": "The ledger does not belong to the account."
          }
        },
        {
          "message": "Cannot have both includeAllLedgers and ledgerNumber in the input.",
          "locations": [
            {
              "line": 8,
              "column": 13
            }
          ],
          "path": [
            "account",
            "both"
          ],
          "extensions": {
            "errorType": "VALIDATION",
            "errorCode": "KT-CT-3818",
            "errorDescription": "Give either includeAllLedgers or ledgerNumber.",
            "errorClass": "VALIDATION",
            "validationErrors": [
              {
                "message": "Give either includeAllLedgers or ledgerNumber.",
                "inputPath": []
              }
            ]
          }
        }
      ],
      "data": {
        "account": {
          "number": "A-2ACC0001",
          "unpaged": null,
          "tooMany": null,
          "ledgers": [
            {
              "number": "L-100000002A",
              "transactions": null,
              "balance": 0
            },
            {
              "number": "L-100000002B",
              "transactions": null,
              "balance": 0
            }
          ],
          "elsewhere": null,
          "both": null,
          "transactions": {
            "totalCount": 96
          }
        }
      }
    }
    "#);
});

story!(errors_without_a_code_have_no_extensions, |app| async move {
    let answer = app.anonymous().ask_for("{ nothing }").await;
    assert_eq!(
        answer.text(),
        r#"{"errors":[{"message":"Cannot query field 'nothing' on type 'Query'.","locations":[{"line":1,"column":3}]}]}"#
    );
});

story!(a_payload_lists_the_errors_that_its_field_declares, |app| async move {
    let query = r#"mutation { obtainKrakenToken(input: { APIKey: "sk_live_demoFlatBase000000000001" })
        { possibleErrors { code type message description } } }"#;
    assert_json_snapshot!(app.anonymous().ask_for(query).await.data(), @r#"
    {
      "obtainKrakenToken": {
        "possibleErrors": [
          {
            "code": "KT-CT-1113",
            "type": "SERVICE_AVAILABILITY",
            "message": "Disabled GraphQL field requested.",
            "description": "This field is switched off at present."
          },
          {
            "code": "KT-CT-1134",
            "type": "VALIDATION",
            "message": "Invalid data.",
            "description": "The refresh token has expired."
          },
          {
            "code": "KT-CT-1135",
            "type": "VALIDATION",
            "message": "Invalid data.",
            "description": "The refresh token is not known."
          }
        ]
      }
    }
    "#);
});
