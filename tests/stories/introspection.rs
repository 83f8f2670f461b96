//! What clients learn of the schema.

use std::sync::Arc;

use insta::assert_json_snapshot;
use kemu_api::cli::schema::published;
use kemu_graphql::execution::{Call, Plan, Resolution, Runtime, execute};
use kemu_graphql::language::parse;
use kemu_graphql::schema::{Schema, build, coerce};
use kemu_tests::{TestApp, story};
use serde_json::{Value as Json, json};

/// What client tools send, with everything that is deprecated (graphql-js, `getIntrospectionQuery` with all options).
const FULL: &str = "query IntrospectionQuery { __schema { description queryType { name } mutationType { name } \
    subscriptionType { name } types { ...FullType } directives { name description isRepeatable locations \
    args(includeDeprecated: true) { ...InputValue } } } } \
    fragment FullType on __Type { kind name description specifiedByURL \
    fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason } \
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef } \
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } possibleTypes { ...TypeRef } } \
    fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated deprecationReason } \
    fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name \
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";

async fn introspect(app: &TestApp) -> Json {
    app.anonymous().ask_for(FULL).await.data()["__schema"].clone()
}

fn list<'a>(json: &'a Json, key: &str) -> &'a [Json] {
    json[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn named<'a>(items: &'a [Json], name: &str) -> &'a Json {
    items.iter().find(|item| item["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

story!(client_tools_read_the_whole_schema, |app| async move {
    let schema = introspect(&app).await;
    let types = list(&schema, "types");
    let (query, mutation) = (named(types, "Query"), named(types, "Mutation"));
    assert_eq!((list(query, "fields").len(), list(mutation, "fields").len()), (163, 309));
    assert_eq!(schema["subscriptionType"], Json::Null);
    // Every reference leads to a type that is there.
    let known: std::collections::BTreeSet<&str> = types.iter().filter_map(|ty| ty["name"].as_str()).collect();
    assert_eq!(known.len(), types.len());
    let mut open = vec![&schema];
    while let Some(json) = open.pop() {
        match json {
            Json::Array(items) => open.extend(items),
            Json::Object(members) => {
                if members.contains_key("ofType")
                    && members["kind"] != "NON_NULL"
                    && members["kind"] != "LIST"
                {
                    let name = members["name"].as_str().expect("a named type");
                    assert!(known.contains(name), "{name}");
                }
                open.extend(members.values());
            }
            _ => {}
        }
    }
});

story!(nothing_of_the_servers_own_is_published, |app| async move {
    let schema = introspect(&app).await;
    let directives: Vec<&Json> =
        list(&schema, "directives").iter().map(|directive| &directive["name"]).collect();
    assert_json_snapshot!(directives, @r#"
    [
      "deprecated",
      "include",
      "oneOf",
      "skip",
      "specifiedBy"
    ]
    "#);
    let names: Vec<&str> = list(&schema, "types").iter().filter_map(|ty| ty["name"].as_str()).collect();
    for own in ["Evidence", "ViewerKind", "RateLimitMode", "Permission"] {
        assert!(!names.contains(&own), "{own} is published");
    }
    let sdl = published(app.site());
    for own in
        ["@requires", "@possibleErrors", "@complexity", "@evidence", "@rateLimit", "@authSite", "@pageLimit"]
    {
        assert!(!sdl.contains(own), "{own} is published");
    }
});

story!(deprecations_have_krakens_form_everywhere, |app| async move {
    let schema = introspect(&app).await;
    let (mut found, mut undated) = ([0; 4], Vec::new());
    for ty in list(&schema, "types") {
        let arguments = list(ty, "fields").iter().flat_map(|field| list(field, "args"));
        let arguments: Vec<&Json> = arguments.collect();
        let members = [
            list(ty, "fields").iter().collect(),
            arguments,
            list(ty, "inputFields").iter().collect(),
            list(ty, "enumValues").iter().collect::<Vec<_>>(),
        ];
        for (kind, members) in members.into_iter().enumerate() {
            for member in members {
                let reason = member["deprecationReason"].as_str();
                assert_eq!(member["isDeprecated"].as_bool(), Some(reason.is_some()));
                let Some(reason) = reason else { continue };
                found[kind] += 1;
                let place = format!("{}.{}: {reason}", ty["name"], member["name"]);
                assert!(reason.contains("is deprecated.") || reason.contains("are deprecated"), "{place}");
                let marked = reason.contains("\n\n- Marked as deprecated on 20");
                assert_eq!(marked, reason.contains("\n- Scheduled for removal on or after 20"), "{place}");
                if !marked {
                    undated.push(format!("{}.{}", ty["name"], member["name"]).replace('"', ""));
                }
            }
        }
    }
    // Fields, arguments, input fields, enum values: of the second and last no deprecated one is known of France.
    assert!(found[0] > 0 && found[2] > 0, "{found:?}");
    // Seen in France without dates (the reference contract).
    assert_json_snapshot!(undated, @r#"
    [
      "Query.vehicleChargingPreferences",
      "VehicleChargingPreferencesType.weekdayTargetSoc",
      "VehicleChargingPreferencesType.weekdayTargetTime",
      "VehicleChargingPreferencesType.weekendTargetSoc",
      "VehicleChargingPreferencesType.weekendTargetTime"
    ]
    "#);
});

story!(what_is_deprecated_shows_only_on_request, |app| async move {
    let all = introspect(&app).await;
    let sparing = FULL.replace("(includeDeprecated: true)", "");
    let current = app.anonymous().ask_for(&sparing).await.data()["__schema"].clone();
    let keep = |members: &[Json]| -> Vec<String> {
        let kept = members.iter().filter(|member| member["isDeprecated"] == false);
        kept.filter_map(|member| member["name"].as_str().map(Into::into)).collect()
    };
    let names = |members: &[Json]| -> Vec<String> {
        members.iter().filter_map(|member| member["name"].as_str().map(Into::into)).collect()
    };
    for (all, current) in list(&all, "types").iter().zip(list(&current, "types")) {
        for key in ["fields", "inputFields", "enumValues"] {
            assert_eq!(keep(list(all, key)), names(list(current, key)), "{} {key}", all["name"]);
        }
        for field in list(current, "fields") {
            let whole = named(list(all, "fields"), field["name"].as_str().expect("a name"));
            assert_eq!(keep(list(whole, "args")), names(list(field, "args")), "{}", field["name"]);
        }
    }
});

/// Answers nothing but introspection.
struct Nobody;

impl Runtime for Nobody {
    type Object = ();

    fn resolve<'a>(&'a self, _: Call<'a, ()>) -> Resolution<'a, ()> {
        unreachable!("only the schema is asked for")
    }
}

/// Asks the engine about a schema.
async fn directly(schema: &Schema, query: &str) -> Json {
    let document = Arc::new(parse(query).expect("it parses"));
    let plan = Plan::new(document, None).expect("one operation");
    let variables = coerce::variables(schema, plan.document(), plan.operation(), &serde_json::Map::new());
    let done = execute(schema, &plan, &variables.expect("there are none"), &Nobody).await;
    serde_json::from_slice(&done.data).expect("JSON")
}

story!(the_printed_schema_says_what_introspection_says, |app| async move {
    let sdl = published(app.site());
    let schema =
        build::schema(&[("schema.graphql", &sdl)]).unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    let printed = directly(&schema, FULL).await;
    let served = introspect(&app).await;
    for key in ["types", "directives"] {
        let (printed, served) = (list(&printed["__schema"], key), list(&served, key));
        assert_eq!(printed.len(), served.len(), "{key}");
        for served in served {
            assert_eq!(named(printed, served["name"].as_str().expect("a name")), served);
        }
    }
});

story!(aliases_fragments_and_conditions_are_understood, |app| async move {
    let customer = app.customer("two-accounts").await;
    let query = r"query Both($one: String!, $two: String!, $less: Boolean!, $more: Boolean!) {
        first: account(accountNumber: $one) { ...Numbers }
        second: account(accountNumber: $two) { ...Numbers balance @skip(if: $less) }
        viewer { accounts { __typename ... on AccountType { id } ... on AccountInterface { number } } }
        viewer { id @include(if: $more) }
    }
    fragment Numbers on AccountType { n: number ledgers { ...Ledger } }
    fragment Ledger on LedgerType { number kind: ledgerType }";
    let variables = json!({ "one": "A-2ACC0001", "two": "A-2ACC0002", "less": true, "more": true });
    assert_json_snapshot!(customer.gql(query, variables).await.body, @r#"
    {
      "data": {
        "first": {
          "n": "A-2ACC0001",
          "ledgers": [
            {
              "number": "L-100000002A",
              "kind": "FRA_ELECTRICITY_LEDGER"
            },
            {
              "number": "L-100000002B",
              "kind": "FRA_GAS_LEDGER"
            }
          ]
        },
        "second": {
          "n": "A-2ACC0002",
          "ledgers": [
            {
              "number": "L-100000003A",
              "kind": "FRA_ELECTRICITY_LEDGER"
            },
            {
              "number": "L-100000003P",
              "kind": "POT_LEDGER"
            }
          ]
        },
        "viewer": {
          "accounts": [
            {
              "__typename": "AccountType",
              "id": "3400002",
              "number": "A-2ACC0001"
            },
            {
              "__typename": "AccountType",
              "id": "3400003",
              "number": "A-2ACC0002"
            }
          ],
          "id": "3200002"
        }
      }
    }
    "#);
});

/// The contract has no deprecated arguments and enum values, so the engine is asked with a schema that has.
#[tokio::test]
async fn deprecated_arguments_and_enum_values_show_on_request() {
    let sdl = r#"
        "Q" type Query { light(colour: Colour, color: Colour @deprecated(reason: "Use 'colour'.")): Colour }
        "C" enum Colour { GREEN GREY GRAY @deprecated(reason: "Use 'GREY'.") }
        schema { query: Query }
    "#;
    let schema =
        build::schema(&[("schema.graphql", sdl)]).unwrap_or_else(|errors| panic!("{}", errors.join("\n")));
    let members =
        "fields { args { name } all: args(includeDeprecated: true) { name isDeprecated deprecationReason } }
        enumValues { name } all: enumValues(includeDeprecated: true) { name isDeprecated deprecationReason }";
    let query = format!(
        "{{ query: __type(name: \"Query\") {{ {members} }} colour: __type(name: \"Colour\") {{ {members} }} }}"
    );
    assert_json_snapshot!(directly(&schema, &query).await, @r#"
    {
      "query": {
        "fields": [
          {
            "args": [
              {
                "name": "colour"
              }
            ],
            "all": [
              {
                "name": "colour",
                "isDeprecated": false,
                "deprecationReason": null
              },
              {
                "name": "color",
                "isDeprecated": true,
                "deprecationReason": "Use 'colour'."
              }
            ]
          }
        ],
        "enumValues": null,
        "all": null
      },
      "colour": {
        "fields": null,
        "enumValues": [
          {
            "name": "GREEN"
          },
          {
            "name": "GREY"
          }
        ],
        "all": [
          {
            "name": "GREEN",
            "isDeprecated": false,
            "deprecationReason": null
          },
          {
            "name": "GREY",
            "isDeprecated": false,
            "deprecationReason": null
          },
          {
            "name": "GRAY",
            "isDeprecated": true,
            "deprecationReason": "Use 'GREY'."
          }
        ]
      }
    }
    "#);
}
