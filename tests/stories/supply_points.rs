//! Supply points and meter points.

use insta::assert_json_snapshot;
use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

const OF_ACCOUNT: &str = "query ($number: String!) { supplyPoints(accountNumber: $number, first: 10) {
    totalCount edges { node { id externalIdentifier marketName property { id } } } } }";

/// All that clients select of a meter point (kraken-facts 7.2).
const METER_POINT: &str = "meterPoint { __typename id propertyId address { fullAddress }
    ... on ElectricityMeterPoint { distributorStatus meterKind subscribedMaxPower isTeleoperable offPeakLabel
        offPeakValues { label seasonCode season { code name startDay startMonth endDay endMonth } }
        poweredStatus isSmartMeter isThreePhase circuitBreakerIntensity
        providerCalendar { id name temporalClasses { code label description registerId } } }
    ... on GasMeterPoint { gasNature annualConsumption gasIsSmart: isSmartMeter gasPower: poweredStatus serial
        contractualStatus cutDate priceLevel tariffOption } }";

/// The supply points of the places of an account, with their meter points.
async fn at_places(customer: &Role, number: &str) -> Answer {
    let query = format!(
        "query ($number: String!) {{ account(accountNumber: $number) {{ properties {{ id address
         supplyPoints(first: 10) {{ edges {{ node {{ id externalIdentifier marketName {METER_POINT} }} }} }} }} }} }}"
    );
    let answer = customer.gql(&query, json!({ "number": number })).await;
    answer.data();
    assert_eq!(answer.plausible(), [""; 0], "nothing of it is made up");
    answer
}

/// The nodes of a page.
fn nodes(page: &Json) -> Vec<&Json> {
    page["edges"].as_array().expect("edges").iter().map(|edge| &edge["node"]).collect()
}

async fn one(role: &Role, identifier: &str, market: &str) -> Answer {
    let query = "query ($identifier: String!, $market: String!) {
        supplyPoint(externalIdentifier: $identifier, marketName: $market) { id marketName } }";
    role.gql(query, json!({ "identifier": identifier, "market": market })).await
}

story!(a_supply_point_is_the_same_from_wherever_it_is_reached, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let listed = customer.gql(OF_ACCOUNT, json!({ "number": "A-40E5E001" })).await;
    assert_json_snapshot!(listed.at("/supplyPoints"), @r#"
    {
      "totalCount": 2,
      "edges": [
        {
          "node": {
            "id": "61009",
            "externalIdentifier": "00000000000010",
            "marketName": "FRA_ELECTRICITY",
            "property": {
              "id": "123009"
            }
          }
        },
        {
          "node": {
            "id": "61010",
            "externalIdentifier": "00000000000011",
            "marketName": "FRA_GAS",
            "property": {
              "id": "123009"
            }
          }
        }
      ]
    }
    "#);
    assert_eq!(listed.plausible(), [""; 0]);
    let places = at_places(&customer, "A-40E5E001").await;
    let at_place = nodes(places.at("/account/properties/0/supplyPoints"));
    let ids: Vec<&Json> = at_place.iter().map(|node| &node["id"]).collect();
    assert_eq!(ids, ["61009", "61010"]);
    assert_eq!(one(&customer, "00000000000011", "FRA_GAS").await.at("/supplyPoint/id"), "61010");
    let portfolio = r#"{ supplyPoints(portfolioNumber: "P-40E5E001", first: 10) { edges { node { id } } } }"#;
    assert_eq!(nodes(customer.ask_for(portfolio).await.at("/supplyPoints")).len(), 2);
    let all = customer.ask_for("{ supplyPoints(first: 10) { totalCount } }").await;
    assert_eq!(all.number_at("/supplyPoints/totalCount"), 2, "without a number all that the viewer sees");
});

story!(meter_points_tell_what_the_distributor_knows, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let places = at_places(&customer, "A-40E5E001").await;
    let found = nodes(places.at("/account/properties/0/supplyPoints"));
    assert_json_snapshot!(found[0]["meterPoint"], @r#"
    {
      "__typename": "ElectricityMeterPoint",
      "id": "00000000000010",
      "propertyId": "123009",
      "address": {
        "fullAddress": "9 allée du Canevas, 35000 Rennes"
      },
      "distributorStatus": "SERVC",
      "meterKind": "LINKY",
      "subscribedMaxPower": "9",
      "isTeleoperable": true,
      "offPeakLabel": "HC (22H00-6H00)",
      "offPeakValues": [
        {
          "label": "HC (22H00-6H00)",
          "seasonCode": "H",
          "season": {
            "code": "H",
            "name": "Saison haute",
            "startDay": 1,
            "startMonth": 11,
            "endDay": 31,
            "endMonth": 3
          }
        },
        {
          "label": "HC (22H00-6H00)",
          "seasonCode": "B",
          "season": {
            "code": "B",
            "name": "Saison basse",
            "startDay": 1,
            "startMonth": 4,
            "endDay": 31,
            "endMonth": 10
          }
        }
      ],
      "poweredStatus": "ALIM",
      "isSmartMeter": true,
      "isThreePhase": false,
      "circuitBreakerIntensity": 45,
      "providerCalendar": {
        "id": "HPHC",
        "name": "HPHC",
        "temporalClasses": [
          {
            "code": "HP",
            "label": "Heures pleines",
            "description": "Heures pleines",
            "registerId": 1
          },
          {
            "code": "HC",
            "label": "Heures creuses",
            "description": "Heures creuses",
            "registerId": 2
          }
        ]
      }
    }
    "#);
    assert_json_snapshot!(found[1]["meterPoint"], @r#"
    {
      "__typename": "GasMeterPoint",
      "id": "00000000000011",
      "propertyId": "123009",
      "address": {
        "fullAddress": "9 allée du Canevas, 35000 Rennes"
      },
      "gasNature": "NATUREL_H",
      "annualConsumption": 11000,
      "gasIsSmart": true,
      "gasPower": "ALIM",
      "serial": "GAZ0000011",
      "contractualStatus": "EN_SERVICE",
      "cutDate": null,
      "priceLevel": "1",
      "tariffOption": "T2"
    }
    "#);
});

story!(what_is_not_known_is_null, |app| async move {
    let customer = app.customer("partial-data").await;
    let places = at_places(&customer, "A-9A271A10").await;
    let found = nodes(places.at("/account/properties/0/supplyPoints"));
    let electricity = &found[0]["meterPoint"];
    assert_eq!(electricity["meterKind"], "LINKY");
    assert_eq!(electricity["providerCalendar"], Json::Null);
    assert_eq!((&electricity["offPeakLabel"], &electricity["offPeakValues"]), (&Json::Null, &json!([])));
    assert_eq!((&found[1]["marketName"], &found[1]["meterPoint"]), (&json!("FRA_GAS"), &Json::Null));
});

story!(the_calendar_is_that_of_the_agreement_in_force_or_of_the_last, |app| async move {
    for (person, account, calendar, classes) in [
        ("flat-base", "A-F1A7BA5E", "BASE", 1),
        ("tempo", "A-7E3B0001", "TEMPO", 6),
        // The agreement has ended, and with it the distributor's contract; the power is still on.
        ("moved-out", "A-0070F001", "HPHC", 2),
    ] {
        let places = at_places(&app.customer(person).await, account).await;
        let point = &nodes(places.at("/account/properties/0/supplyPoints"))[0]["meterPoint"];
        assert_eq!(point["providerCalendar"]["name"], calendar);
        assert_eq!(point["providerCalendar"]["temporalClasses"].as_array().map(Vec::len), Some(classes));
        let status = if person == "moved-out" { "RESIL" } else { "SERVC" };
        assert_eq!((&point["distributorStatus"], &point["poweredStatus"]), (&json!(status), &json!("ALIM")));
    }
});

story!(each_place_has_its_own_supply_points, |app| async move {
    let places = at_places(&app.customer("business").await, "A-B0515E55").await;
    let mut seen = Vec::new();
    for place in places.list_at("/account/properties") {
        let found = nodes(&place["supplyPoints"]);
        assert_eq!(found.len(), 1);
        let point = &found[0]["meterPoint"];
        assert_eq!(point["propertyId"], place["id"]);
        assert_eq!(point["address"]["fullAddress"], place["address"]);
        assert_eq!(point["id"], found[0]["externalIdentifier"]);
        seen.push(json!([
            point["subscribedMaxPower"],
            point["isThreePhase"],
            point["circuitBreakerIntensity"]
        ]));
    }
    assert_eq!(seen, [json!(["18", true, 30]), json!(["12", false, 60]), json!(["36", true, 60])]);
    let homes = at_places(&app.customer("two-homes").await, "A-270E5001").await;
    let ids: Vec<&Json> = homes
        .list_at("/account/properties")
        .iter()
        .map(|place| &nodes(&place["supplyPoints"])[0]["id"])
        .collect();
    assert_eq!(ids, ["61014", "61015"]);
});

story!(who_consumes_and_generates_has_two_supply_points_with_one_prm, |app| async move {
    let customer = app.customer("solar").await;
    let listed = customer.gql(OF_ACCOUNT, json!({ "number": "A-501A2001" })).await;
    let prms: Vec<&Json> =
        nodes(listed.at("/supplyPoints")).iter().map(|node| &node["externalIdentifier"]).collect();
    assert_eq!(prms, ["00000000000013", "00000000000013"]);
    let found = one(&customer, "00000000000013", "FRA_ELECTRICITY").await;
    assert_eq!(found.at("/supplyPoint/id"), "61012", "the one that consumes");
});

story!(what_is_not_there_and_what_is_somebody_elses_are_the_same, |app| async move {
    let customer = app.customer("flat-base").await;
    for (identifier, market, code) in [
        ("00000000000099", "FRA_ELECTRICITY", "KT-CT-4719"),
        ("00000000000010", "FRA_ELECTRICITY", "KT-CT-4719"),
        ("00000000000001", "FRA_GAS", "KT-CT-4719"),
        ("1", "FRA_ELECTRICITY", "KT-CT-4719"),
        ("00000000000001", "ELECTRICITY", "KT-CT-4723"),
        ("00000000000001", "", "KT-CT-4723"),
        ("00000000000001", "GBR_ELECTRICITY", "KT-CT-4722"),
        ("00000000000001", "SIMPLE_SERVICES", "KT-CT-4722"),
    ] {
        let answer = one(&customer, identifier, market).await;
        assert_eq!(answer.codes(), [code], "{identifier} {market}");
        assert_eq!(answer.body["data"], json!({ "supplyPoint": null }));
    }
    for number in ["A-40E5E001", "A-00000000", "nonsense"] {
        assert_eq!(customer.gql(OF_ACCOUNT, json!({ "number": number })).await.codes(), ["KT-CT-1111"]);
    }
    let portfolio = r#"{ supplyPoints(portfolioNumber: "P-40E5E001", first: 10) { totalCount } }"#;
    assert_eq!(customer.ask_for(portfolio).await.number_at("/supplyPoints/totalCount"), 0);
    assert_eq!(one(&app.anonymous(), "00000000000001", "FRA_ELECTRICITY").await.codes(), ["KT-CT-1112"]);
});

story!(an_organisation_sees_the_accounts_that_it_was_granted, |app| async move {
    let reader = app.organisation("usage-reader").await;
    let all = "{ supplyPoints(first: 100) { edges { node { id } } } }";
    let answer = reader.ask_for(all).await;
    let ids: Vec<&Json> = nodes(answer.at("/supplyPoints")).iter().map(|node| &node["id"]).collect();
    assert_eq!(ids, ["61001", "61002", "61003"]);
    assert_eq!(one(&reader, "00000000000010", "FRA_ELECTRICITY").await.codes(), ["KT-CT-4719"]);
    let office = app.organisation("back-office").await.ask_for(all).await;
    assert!(nodes(office.at("/supplyPoints")).len() > 15);
});

story!(a_new_product_shows_its_calendar_from_its_day_on, |app| async move {
    let customer = app.customer("flat-base").await;
    let quote = "mutation ($input: CreateQuoteForAccountInput!) { createQuoteForAccount(input: $input) { quoteRequest {
        quotedSupplyPoints(first: 1) { edges { node { quotedProducts(first: 20) { edges { node { id product { code } } }
        } } } } } } }";
    let input =
        json!({ "accountNumber": "A-F1A7BA5E", "asOf": "2026-01-15", "identifiers": ["00000000000001"] });
    let quoted = customer.gql(quote, json!({ "input": input })).await;
    let point = quoted.at("/createQuoteForAccount/quoteRequest/quotedSupplyPoints/edges/0/node");
    let product = nodes(&point["quotedProducts"])
        .into_iter()
        .find(|node| node["product"]["code"] == "OCTOFLEX_4_V4")
        .expect("it is on sale");
    let switch = "mutation ($input: InitiateProductSwitchInput!) { initiateProductSwitch(input: $input) { switchDate } }";
    let input = json!({ "accountNumber": "A-F1A7BA5E", "quotedProductId": product["id"], "switchDate": "2026-01-20" });
    customer.gql(switch, json!({ "input": input })).await.data();
    let calendar = async || {
        let customer = app.customer("flat-base").await;
        let places = at_places(&customer, "A-F1A7BA5E").await;
        nodes(places.at("/account/properties/0/supplyPoints"))[0]["meterPoint"]["providerCalendar"].clone()
    };
    assert_eq!(calendar().await["name"], "BASE");
    app.clock().advance(chrono::TimeDelta::days(5));
    assert_eq!(calendar().await["name"], "EFFACEMENT_OCTOFLEX_6");
});
