//! Measurements: what was used, in intervals, and what it costs.

use std::collections::BTreeMap;

use insta::assert_json_snapshot;
use kemu_domain::AccountId;
use kemu_domain::bills::{Bill, LineKind};
use kemu_persistence::bills;
use kemu_tests::{Answer, Role, TestApp, story};
use serde_json::{Value as Json, json};

/// The query of the clients, with everything that a measurement says.
const MEASUREMENTS: &str = "query ($id: ID!, $startAt: DateTime, $endAt: DateTime, $startOn: Date, $endOn: Date,
    $timezone: String, $filters: [UtilityFiltersInput], $first: Int, $last: Int, $after: String) {
    property(id: $id) { measurements(startAt: $startAt, endAt: $endAt, startOn: $startOn, endOn: $endOn,
        timezone: $timezone, utilityFilters: $filters, first: $first, last: $last, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { __typename value unit source readAt
        ... on IntervalMeasurementType { startAt endAt durationInSeconds }
        metaData { extras { label } statistics { label value type description
            costInclTax { estimatedAmount costCurrency pricePerUnit { amount } } costExclTax { estimatedAmount } }
            utilityFilters { __typename ... on ElectricityFiltersOutput { deviceId marketSupplyPointId readingDirection
            readingFrequencyType readingQuality registerId } ... on GasFiltersOutput { gasPoint: marketSupplyPointId
            gasFrequency: readingFrequencyType } } } } } } } }";

/// One filter for electricity.
fn electricity(frequency: &str) -> Json {
    json!([{ "electricityFilters": { "readingFrequencyType": frequency } }])
}

/// The same for gas.
fn gas(frequency: &str) -> Json {
    json!([{ "gasFilters": { "readingFrequencyType": frequency } }])
}

/// Asks for a page; 1,000 items where nothing is said.
async fn ask(customer: &Role, place: &str, variables: Json) -> Answer {
    let mut variables = variables;
    variables["id"] = json!(place);
    if variables["first"].is_null() && variables["last"].is_null() {
        variables["first"] = json!(1000);
    }
    // What is null here is left out, so that the contract's defaults hold.
    variables.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
    customer.gql(MEASUREMENTS, variables).await
}

fn nodes(answer: &Answer) -> Vec<Json> {
    assert_eq!(answer.plausible(), [""; 0], "nothing of it is made up");
    answer.data();
    let edges = answer.list_at("/property/measurements/edges");
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

/// All of a list, page by page.
async fn all(customer: &Role, place: &str, variables: Json) -> Vec<Json> {
    let (mut list, mut variables) = (Vec::new(), variables);
    loop {
        let answer = ask(customer, place, variables.clone()).await;
        list.extend(nodes(&answer));
        let info = answer.at("/property/measurements/pageInfo");
        if info["hasNextPage"] == false {
            return list;
        }
        variables["after"] = info["endCursor"].clone();
    }
}

/// A measurement's energy in Wh.
fn wh(node: &Json) -> i64 {
    let value = node["value"].as_str().expect("a decimal");
    assert!(value.ends_with("00000000000000"), "as captured: {value}");
    digits(&json!(value[..value.len() - 14]), 3)
}

/// A decimal without its point.
fn digits(text: &Json, decimals: usize) -> i64 {
    let (whole, rest) = text.as_str().and_then(|text| text.split_once('.')).expect("a decimal");
    assert_eq!(rest.len(), decimals, "{text}");
    format!("{whole}{rest}").parse().expect("digits")
}

/// A cost in hundred-thousandths of a cent.
fn fine(cost: &Json) -> i64 {
    digits(&cost["estimatedAmount"], 5)
}

/// A cent in hundred-thousandths.
const CENT: i64 = 100_000;

/// What a list costs without taxes, by label.
fn net(list: &[Json]) -> BTreeMap<String, i64> {
    let mut sums = BTreeMap::new();
    for line in list.iter().flat_map(|node| node["metaData"]["statistics"].as_array().expect("statistics")) {
        let label = line["label"].as_str().expect("a label").to_string();
        *sums.entry(label).or_default() += fine(&line["costExclTax"]);
    }
    sums
}

fn sum(list: &[Json]) -> i64 {
    list.iter().map(wh).sum()
}

/// The bills of an account, oldest first, as they are in the store.
async fn bills_of(app: &TestApp, account: i64) -> Vec<Bill> {
    bills::of_account(&app.sandbox().store.reader(), AccountId(account)).await.expect("readable")
}

story!(a_day_reads_as_captured, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let day = json!({ "startOn": "2025-12-16", "endOn": "2025-12-16" });
    let of = async |filters: Json| {
        let mut day = day.clone();
        day["filters"] = filters;
        nodes(&ask(&customer, "123009", day).await)
    };
    assert_json_snapshot!(of(electricity("DAY_INTERVAL")).await, @r#"
    [
      {
        "__typename": "IntervalMeasurementType",
        "value": "12.17000000000000000",
        "unit": "kWh",
        "source": "ENEDIS",
        "readAt": "2025-12-17T00:00:00+01:00",
        "startAt": "2025-12-16T00:00:00+01:00",
        "endAt": "2025-12-17T00:00:00+01:00",
        "durationInSeconds": 86400,
        "metaData": {
          "extras": [],
          "statistics": [
            {
              "label": "HEURES_PLEINES",
              "value": "5.467",
              "type": "TOU_BUCKET_COST",
              "description": null,
              "costInclTax": {
                "estimatedAmount": "116.69640",
                "costCurrency": "EUR",
                "pricePerUnit": null
              },
              "costExclTax": {
                "estimatedAmount": "80.85693"
              }
            },
            {
              "label": "HEURES_CREUSES",
              "value": "6.703",
              "type": "TOU_BUCKET_COST",
              "description": null,
              "costInclTax": {
                "estimatedAmount": "110.34210",
                "costCurrency": "EUR",
                "pricePerUnit": null
              },
              "costExclTax": {
                "estimatedAmount": "71.85616"
              }
            },
            {
              "label": "ABONNEMENT",
              "value": null,
              "type": "STANDING_CHARGE_COST",
              "description": null,
              "costInclTax": {
                "estimatedAmount": "61.93313",
                "costCurrency": "EUR",
                "pricePerUnit": null
              },
              "costExclTax": {
                "estimatedAmount": "48.00000"
              }
            }
          ],
          "utilityFilters": {
            "__typename": "ElectricityFiltersOutput",
            "deviceId": null,
            "marketSupplyPointId": "00000000000010",
            "readingDirection": "CONSUMPTION",
            "readingFrequencyType": "DAY_INTERVAL",
            "readingQuality": "COMBINED",
            "registerId": null
          }
        }
      }
    ]
    "#);
    assert_json_snapshot!(of(gas("DAY_INTERVAL")).await, @r#"
    [
      {
        "__typename": "IntervalMeasurementType",
        "value": "52.95700000000000000",
        "unit": "kWh",
        "source": "GRDF",
        "readAt": "2025-12-17T00:00:00+01:00",
        "startAt": "2025-12-16T00:00:00+01:00",
        "endAt": "2025-12-17T00:00:00+01:00",
        "durationInSeconds": 86400,
        "metaData": {
          "extras": [],
          "statistics": [
            {
              "label": "CONSOMMATION",
              "value": "52.957",
              "type": "CONSUMPTION_COST",
              "description": null,
              "costInclTax": {
                "estimatedAmount": "525.73591",
                "costCurrency": "EUR",
                "pricePerUnit": null
              },
              "costExclTax": {
                "estimatedAmount": "356.40061"
              }
            },
            {
              "label": "ABONNEMENT",
              "value": null,
              "type": "STANDING_CHARGE_COST",
              "description": null,
              "costInclTax": {
                "estimatedAmount": "90.38361",
                "costCurrency": "EUR",
                "pricePerUnit": null
              },
              "costExclTax": {
                "estimatedAmount": "66.08219"
              }
            }
          ],
          "utilityFilters": {
            "__typename": "GasFiltersOutput",
            "gasPoint": "00000000000011",
            "gasFrequency": "DAY_INTERVAL"
          }
        }
      }
    ]
    "#);
});

/// What the registers of a PRM counted from a day to another, included, by their indexes.
async fn counted(customer: &Role, account: &str, prm: &str, (from, to): (&str, &str)) -> i64 {
    let query = "query ($account: String!, $prm: String!, $from: Date, $to: Date, $after: String) {
        electricityReading(accountNumber: $account, prmId: $prm, periodStartAt: $from, periodEndAt: $to, first: 100,
        after: $after) { pageInfo { hasNextPage endCursor } edges { node { indexStartValue indexEndValue } } } }";
    let (mut used, mut after) = (0, Json::Null);
    loop {
        let variables = json!({ "account": account, "prm": prm, "from": from, "to": to, "after": after });
        let answer = customer.gql(query, variables).await;
        for edge in answer.list_at("/electricityReading/edges") {
            let index = |end: &str| digits(&edge["node"][end], 3);
            used += index("indexEndValue") - index("indexStartValue");
        }
        if answer.at("/electricityReading/pageInfo/hasNextPage") == false {
            return used;
        }
        after = answer.at("/electricityReading/pageInfo/endCursor").clone();
    }
}

/// The energy of the charge for a period, as the ledger's transactions tell it.
async fn charged(customer: &Role, account: &str, from: &str) -> i64 {
    let query = "query ($account: String!) { account(accountNumber: $account) { transactions(first: 30) { edges { node {
        ... on Charge { consumption { startDate quantity } } } } } } }";
    let answer = customer.gql(query, json!({ "account": account })).await;
    let charges = answer.list_at("/account/transactions/edges").iter();
    let mut charges = charges.map(|edge| &edge["node"]["consumption"]);
    digits(&charges.find(|charge| charge["startDate"] == from).expect("a charge")["quantity"], 3)
}

story!(half_hours_days_indexes_the_charge_and_the_bill_agree, |app| async move {
    for (person, id, account, place, prm) in [
        ("flat-base", 3_400_001, "A-F1A7BA5E", "123001", "00000000000001"),
        ("tempo", 3_400_010, "A-7E3B0001", "123010", "00000000000012"),
    ] {
        let customer = app.customer(person).await;
        let bill = bills_of(&app, id).await.pop().expect("bills");
        let (from, to) = (bill.from.to_string(), bill.last_day().to_string());
        let period = async |frequency: &str, first: i64| {
            let variables =
                json!({ "startOn": from, "endOn": to, "filters": electricity(frequency), "first": first });
            all(&customer, place, variables).await
        };
        let (half_hours, days) =
            (period("THIRTY_MIN_INTERVAL", 100).await, period("DAY_INTERVAL", 1000).await);
        assert_eq!(half_hours.len(), days.len() * 48, "{person}");
        assert!(half_hours.windows(2).all(|pair| pair[0]["endAt"] == pair[1]["startAt"]));
        let billed = bill.energy_wh();
        assert_eq!((sum(&half_hours), sum(&days)), (billed, billed), "{person}");
        assert_eq!(counted(&customer, account, prm, (&from, &to)).await, billed, "{person}");
        assert_eq!(charged(&customer, account, &from).await, billed, "{person}");
        let due = |wanted: fn(&LineKind) -> bool| -> (i64, i64) {
            let of = bill.lines.iter().filter(|line| wanted(&line.kind));
            of.fold((0, 0), |(sum, lines), line| (sum + line.amounts.net.cents() * CENT, lines + 1))
        };
        for list in [&half_hours, &days] {
            let mut net = net(list);
            let standing = net.remove("ABONNEMENT").expect("a standing charge");
            let energy: i64 = net.values().sum();
            // Each of the bill's lines is rounded to a cent.
            let (sum, lines) = due(|kind| matches!(kind, LineKind::Energy { .. }));
            assert!((energy - sum).abs() <= lines * CENT, "{person}: {energy} against {sum}");
            let (sum, lines) = due(|kind| matches!(kind, LineKind::Standing { .. }));
            assert!((standing - sum).abs() <= lines * CENT, "{person}: {standing} against {sum}");
        }
    }
});

story!(calendar_months_are_the_sums_of_their_days, |app| async move {
    let customer = app.customer("tempo").await;
    let of = async |frequency: &str| {
        let window =
            json!({ "startOn": "2025-10-01", "endOn": "2025-12-31", "filters": electricity(frequency) });
        all(&customer, "123010", window).await
    };
    let months = of("MONTH_INTERVAL").await;
    let (days, quarter) = (of("DAY_INTERVAL").await, of("QUARTER_INTERVAL").await);
    assert_eq!((months.len(), days.len(), quarter.len()), (3, 92, 1));
    for month in &months {
        let prefix = &month["startAt"].as_str().expect("text")[..7];
        let own: Vec<Json> = days
            .iter()
            .filter(|day| day["startAt"].as_str().is_some_and(|at| at.starts_with(prefix)))
            .cloned()
            .collect();
        assert_eq!(sum(&own), wh(month), "{prefix}");
        let (by_day, whole) = (net(&own), net(std::slice::from_ref(month)));
        assert_eq!(by_day.keys().collect::<Vec<_>>(), whole.keys().collect::<Vec<_>>());
        // A hundred-thousandth of a cent a day at most.
        assert!(by_day.iter().all(|(label, cost)| (cost - whole[label]).abs() <= 31), "{prefix}");
    }
    assert_eq!(sum(&months), sum(&quarter));
    assert!(of("HOUR_INTERVAL").await.iter().all(|hour| hour["durationInSeconds"] == 3600));
    let weeks = of("WEEK_INTERVAL").await;
    assert_eq!(weeks[0]["startAt"], "2025-10-06T00:00:00+02:00", "the first Monday");
});

story!(days_of_the_clocks_change_are_short_and_long, |app| async move {
    let half_hours = async |day: &str| {
        let customer = app.customer("flat-base").await;
        let window = json!({ "startOn": day, "endOn": day, "filters": electricity("THIRTY_MIN_INTERVAL") });
        nodes(&ask(&customer, "123001", window).await)
    };
    let autumn = half_hours("2025-10-26").await;
    assert_eq!(autumn.len(), 50);
    let starts: Vec<&str> = autumn[3..8].iter().filter_map(|node| node["startAt"].as_str()).collect();
    assert_eq!(
        starts,
        [
            "2025-10-26T01:30:00+02:00",
            "2025-10-26T02:00:00+02:00",
            "2025-10-26T02:30:00+02:00",
            "2025-10-26T02:00:00+01:00",
            "2025-10-26T02:30:00+01:00"
        ]
    );
    app.clock().set("2026-04-02T12:00:00Z".parse().expect("a time"));
    let spring = half_hours("2026-03-29").await;
    assert_eq!(spring.len(), 46);
    assert_eq!(spring[3]["endAt"], "2026-03-29T03:00:00+02:00");
    let customer = app.customer("flat-base").await;
    let window =
        json!({ "startOn": "2026-03-29", "endOn": "2026-03-29", "filters": electricity("DAY_INTERVAL") });
    let day = nodes(&ask(&customer, "123001", window).await);
    assert_eq!(day[0]["durationInSeconds"], 23 * 3600);
    assert_eq!(sum(&spring), sum(&day));
    // The 745th hour of October, which clients lose that ask for 744.
    let window = json!({ "startOn": "2025-10-01", "endOn": "2025-10-31", "filters": electricity("HOUR_INTERVAL"),
        "first": 744 });
    let page = ask(&customer, "123001", window).await;
    assert_eq!(page.number_at("/property/measurements/totalCount"), 745);
    assert_eq!(page.at("/property/measurements/pageInfo/hasNextPage"), &json!(true));
});

story!(both_directions_of_a_solar_roof_are_measured, |app| async move {
    let customer = app.customer("solar").await;
    let month = async |direction: Json| {
        let filter = json!([{ "electricityFilters": { "readingFrequencyType": "MONTH_INTERVAL",
            "marketSupplyPointId": "00000000000013", "readingDirection": direction } }]);
        let window = json!({ "startOn": "2025-06-01", "endOn": "2025-06-30", "filters": filter });
        nodes(&ask(&customer, "123011", window).await)
    };
    let (used, sold) = (month(json!("CONSUMPTION")).await, month(json!("GENERATION")).await);
    assert_eq!((used.len(), sold.len()), (1, 1));
    assert_eq!(month(Json::Null).await, used, "who says nothing means consumption");
    assert!(wh(&sold[0]) > 0 && wh(&sold[0]) != wh(&used[0]));
    let filter = &sold[0]["metaData"]["utilityFilters"];
    assert_eq!(
        (&filter["readingDirection"], &filter["readingQuality"]),
        (&json!("GENERATION"), &json!("COMBINED"))
    );
    let lines = sold[0]["metaData"]["statistics"].as_array().expect("statistics");
    assert_eq!((lines.len(), &lines[0]["type"]), (1, &json!("GENERATION_VALUE")));
    // Six cents a kWh, and no taxes.
    assert_eq!(fine(&lines[0]["costExclTax"]), wh(&sold[0]) * 600);
    assert_eq!(lines[0]["costInclTax"]["estimatedAmount"], lines[0]["costExclTax"]["estimatedAmount"]);
    // What the wallet was paid for is what was measured.
    let credited = bills_of(&app, 3_400_011).await;
    let bill = credited.iter().rfind(|bill| matches!(bill.lines[0].kind, LineKind::FeedIn { .. }));
    let bill = bill.expect("a credit note");
    let filter = json!([{ "electricityFilters": { "readingFrequencyType": "DAY_INTERVAL", "readingDirection": "GENERATION" } }]);
    let window =
        json!({ "startOn": bill.from.to_string(), "endOn": bill.last_day().to_string(), "filters": filter });
    assert_eq!(sum(&all(&customer, "123011", window).await), bill.energy_wh());
});

story!(several_filters_are_answered_one_after_the_other, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let both = json!([{ "gasFilters": { "readingFrequencyType": "MONTH_INTERVAL" } },
        { "electricityFilters": { "readingFrequencyType": "DAY_INTERVAL" } }]);
    let window = json!({ "startOn": "2025-11-01", "endOn": "2025-11-30", "filters": both });
    let list = nodes(&ask(&customer, "123009", window.clone()).await);
    let sources: Vec<&str> = list.iter().filter_map(|node| node["source"].as_str()).collect();
    assert_eq!((sources.len(), sources[0]), (31, "GRDF"));
    assert!(sources[1..].iter().all(|source| *source == "ENEDIS"));
    // Pages cross from one to the next.
    let mut small = window;
    small["first"] = json!(7);
    assert_eq!(all(&customer, "123009", small).await, list);
    // Without a filter all that is supplied, as finely as it is known.
    let window = json!({ "startOn": "2025-11-03", "endOn": "2025-11-03" });
    let list = nodes(&ask(&customer, "123009", window).await);
    assert_eq!(list.len(), 48 + 1);
    let seconds: Vec<&Json> = [&list[0], &list[48]].map(|node| &node["durationInSeconds"]).to_vec();
    assert_eq!(seconds, [&json!(1800), &json!(86400)]);
});

story!(each_home_is_measured_by_itself, |app| async move {
    let customer = app.customer("two-homes").await;
    let december = async |place: &str| {
        let window = json!({ "startOn": "2025-12-01", "endOn": "2025-12-31", "filters": electricity("MONTH_INTERVAL") });
        nodes(&ask(&customer, place, window).await)
    };
    let (flat, cottage) = (december("123012").await, december("123013").await);
    assert!(wh(&flat[0]) > wh(&cottage[0]) && wh(&cottage[0]) > 0);
    let point = |node: &Json| node["metaData"]["utilityFilters"]["marketSupplyPointId"].clone();
    assert_eq!((point(&flat[0]), point(&cottage[0])), (json!("00000000000014"), json!("00000000000015")));
    let other = json!([{ "electricityFilters": { "marketSupplyPointId": "00000000000015" } }]);
    let answer = ask(&customer, "123012", json!({ "filters": other })).await;
    assert_eq!(answer.codes(), ["KT-CT-4719"], "the other home's");
    let business = app.customer("business").await;
    let window =
        json!({ "startOn": "2025-12-01", "endOn": "2025-12-31", "filters": electricity("MONTH_INTERVAL") });
    for place in ["123017", "123018", "123019"] {
        assert!(wh(&nodes(&ask(&business, place, window.clone()).await)[0]) > 500_000, "{place}");
    }
});

story!(what_is_final_and_what_is_provisional_are_all, |app| async move {
    let customer = app.customer("moved-in").await;
    let of = async |quality: &str| {
        let filter = json!([{ "electricityFilters": { "readingFrequencyType": "DAY_INTERVAL", "readingQuality": quality } }]);
        nodes(&ask(&customer, "123014", json!({ "filters": filter })).await)
    };
    let (actual, estimate) = (of("ACTUAL").await, of("ESTIMATE").await);
    let combined = of("COMBINED").await;
    assert_eq!(combined.len(), 9, "nine days since the customer moved in");
    assert!((2..=3).contains(&estimate.len()));
    assert_eq!(actual.len() + estimate.len(), 9);
    assert_eq!(sum(&actual) + sum(&estimate), sum(&combined));
    // A month that has begun shows what is known of it.
    let month = nodes(&ask(&customer, "123014", json!({ "filters": electricity("MONTH_INTERVAL") })).await);
    assert_eq!((month.len(), sum(&month)), (1, sum(&combined)));
    let newest = json!({ "filters": electricity("DAY_INTERVAL"), "last": 1 });
    assert_eq!(nodes(&ask(&customer, "123014", newest).await), &combined[8..]);
});

story!(a_meter_point_that_is_null_is_measured_all_the_same, |app| async move {
    let customer = app.customer("partial-data").await;
    let window = json!({ "startOn": "2025-12-01", "endOn": "2025-12-31", "filters": gas("RAW_INTERVAL") });
    let days = nodes(&ask(&customer, "123016", window).await);
    assert_eq!((days.len(), &days[0]["metaData"]["statistics"][0]["label"]), (31, &json!("CONSOMMATION")));
});

story!(who_has_left_is_measured_no_more, |app| async move {
    let customer = app.customer("moved-out").await;
    let newest = json!({ "filters": electricity("DAY_INTERVAL"), "last": 1 });
    let last = nodes(&ask(&customer, "123015", newest).await);
    assert_eq!(last[0]["endAt"], "2025-11-16T00:00:00+01:00");
    let since = json!({ "filters": electricity("DAY_INTERVAL"), "startOn": "2025-11-16" });
    assert_eq!(ask(&customer, "123015", since).await.codes(), ["KT-CT-4711"]);
    // The bills of the whole time, and all that was measured in it.
    let everything = all(&customer, "123015", json!({ "filters": electricity("DAY_INTERVAL") })).await;
    let billed: i64 = bills_of(&app, 3_400_014).await.iter().map(Bill::energy_wh).sum();
    assert_eq!((everything.len(), sum(&everything)), (640, billed));
});

story!(days_are_those_of_the_time_zone, |app| async move {
    let customer = app.customer("flat-base").await;
    let window = json!({ "startOn": "2025-12-01", "endOn": "2025-12-02", "timezone": "Asia/Tokyo",
        "filters": electricity("DAY_INTERVAL") });
    let days = nodes(&ask(&customer, "123001", window).await);
    assert_eq!(days.len(), 2);
    assert_eq!(days[0]["startAt"], "2025-12-01T00:00:00+09:00");
    // Instants mean the same everywhere, and an interval belongs to the window in which it begins.
    let window = json!({ "startAt": "2025-12-01T00:00:00+01:00", "endAt": "2025-12-01T01:00:00Z",
        "filters": electricity("HOUR_INTERVAL") });
    let hours = nodes(&ask(&customer, "123001", window).await);
    let starts: Vec<&str> = hours.iter().filter_map(|hour| hour["startAt"].as_str()).collect();
    assert_eq!(starts, ["2025-12-01T00:00:00+01:00", "2025-12-01T01:00:00+01:00"]);
});

story!(what_cannot_be_measured_is_refused, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let one = |filter: Json| json!({ "filters": [{ "electricityFilters": filter }] });
    for (variables, code) in [
        (json!({ "filters": [{}] }), "KT-CT-4713"),
        (json!({ "filters": [{ "electricityFilters": {}, "gasFilters": {} }] }), "KT-CT-4713"),
        (json!({ "filters": [null] }), "KT-CT-4713"),
        (one(json!({ "readingFrequencyType": "FIVE_MIN_INTERVAL" })), "KT-CT-4710"),
        (one(json!({ "readingFrequencyType": "FIFTEEN_MIN_INTERVAL" })), "KT-CT-4710"),
        (one(json!({ "readingFrequencyType": "POINT_IN_TIME" })), "KT-CT-4710"),
        (json!({ "filters": gas("HOUR_INTERVAL") }), "KT-CT-4710"),
        (one(json!({ "marketSupplyPointId": "00000000000001" })), "KT-CT-4719"),
        (one(json!({ "deviceId": "unknown" })), "KT-CT-4716"),
        (one(json!({ "registerId": "7" })), "KT-CT-4715"),
        (one(json!({ "readingDirection": "GENERATION" })), "KT-CT-4711"),
        (json!({ "startOn": "2031-01-01" }), "KT-CT-4711"),
        (json!({ "startOn": "2025-12-02", "endOn": "2025-12-01" }), "KT-CT-4720"),
        (json!({ "startAt": "2025-12-02T00:00:00Z", "endAt": "2025-12-02T01:00:00+01:00" }), "KT-CT-4720"),
        (json!({ "timezone": "Europe/Nowhere" }), "KT-CT-6612"),
        (json!({ "startAt": "2025-12-02T00:00:00" }), "KT-CT-1609"),
        (json!({ "startAt": "2025-12-02 00:00:00" }), "KT-CT-1609"),
        (json!({ "startAt": "2025-12-02" }), "KT-CT-1609"),
        (json!({ "startAt": "yesterday" }), "KT-CT-1608"),
        (json!({ "startAt": "a" }), "KT-CT-1608"),
        (json!({ "first": 1001 }), "KT-CT-1202"),
    ] {
        let answer = ask(&customer, "123009", variables.clone()).await;
        let codes = answer.codes();
        // Some scalars are refused before the field is asked.
        assert!(codes == [code] || answer.body.get("data").is_none(), "{variables}: {}", answer.text());
        if answer.body.get("data").is_some() {
            assert_eq!(answer.at("/property/measurements"), &Json::Null, "the rest of the property stays");
        }
    }
    assert_eq!(ask(&customer, "123001", json!({})).await.codes(), ["KT-CT-6622"], "somebody else's place");
});

story!(a_register_and_a_device_narrow_it_down, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let of = async |filter: Json| {
        let window = json!({ "startOn": "2025-12-16", "endOn": "2025-12-16", "filters": [filter] });
        nodes(&ask(&customer, "123009", window).await)
    };
    let register =
        |id: Json| json!({ "electricityFilters": { "readingFrequencyType": "DAILY", "registerId": id } });
    let (peak, off_peak) = (of(register(json!("1"))).await, of(register(json!("2"))).await);
    assert_eq!(peak[0]["metaData"]["statistics"][0]["label"], "HEURES_PLEINES");
    assert_eq!(off_peak[0]["metaData"]["statistics"][0]["label"], "HEURES_CREUSES");
    assert_eq!(sum(&peak) + sum(&off_peak), sum(&of(register(Json::Null)).await));
    let serial = json!({ "gasFilters": { "deviceId": "GAZ0000011" } });
    assert_eq!(of(serial).await.len(), 1);
});
