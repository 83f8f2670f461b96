//! Readings of electricity and gas.

use chrono::TimeDelta;
use insta::assert_json_snapshot;
use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

/// All that clients select.
const ELECTRICITY: &str = "query ($account: String!, $prm: String!, $calendar: CalendarTypeChoices,
    $status: ReadingStatusChoices, $from: Date, $to: Date, $first: Int, $last: Int, $after: String) {
    electricityReading(accountNumber: $account, prmId: $prm, calendarType: $calendar, statusProcessed: $status,
        periodStartAt: $from, periodEndAt: $to, first: $first, last: $last, after: $after) {
        totalCount pageInfo { hasNextPage endCursor } edges { node { consumption readingDate periodStartAt periodEndAt
        indexStartValue indexEndValue statusProcessed calendarType calendarTempClass consumptionReliability
        indexReliability temporalClass { __typename ... on ProviderTemporalClassType { code label description
        registerId } ... on DistributorTemporalClassType { distributorCode: code } } } } } }";

const GAS: &str = "query ($account: String!, $pce: String!, $from: Date, $to: Date, $kind: ReadingQualification) {
    gasReading(accountNumber: $account, pceRef: $pce, periodStartAt: $from, periodEndAt: $to,
        energyQualification: $kind, first: 100) { totalCount edges { node { consumption readingDate periodStartAt
        periodEndAt indexStartValue indexEndValue statusProcessed readingType energyQualification } } } }";

/// A page of electricity readings; `more` are further variables.
async fn electricity(customer: &Role, account: &str, prm: &str, more: Json) -> Answer {
    let mut variables = json!({ "account": account, "prm": prm });
    let more = more.as_object().expect("variables").clone();
    variables.as_object_mut().expect("an object").extend(more);
    if variables.get("first").is_none() && variables.get("last").is_none() {
        variables["first"] = json!(100);
    }
    let answer = customer.gql(ELECTRICITY, variables).await;
    answer.data();
    assert_eq!(answer.plausible(), [""; 0], "nothing of it is made up");
    answer
}

fn rows<'a>(answer: &'a Answer, field: &str) -> Vec<&'a Json> {
    answer.list_at(&format!("/{field}/edges")).iter().map(|edge| &edge["node"]).collect()
}

/// A decimal with three digits as a whole number of thousandths.
fn thousandths(value: &Json) -> i64 {
    let text = value.as_str().unwrap_or_else(|| panic!("{value} is no decimal"));
    let (whole, rest) = text.split_once('.').expect("a point");
    assert_eq!(rest.len(), 3, "{text}");
    format!("{whole}{rest}").parse().expect("digits")
}

fn sum(rows: &[&Json], field: &str) -> i64 {
    rows.iter().map(|row| thousandths(&row[field])).sum()
}

story!(nine_days_are_nine_rows_the_last_ones_provisional, |app| async move {
    let customer = app.customer("moved-in").await;
    let answer = electricity(&customer, "A-9DA75001", "00000000000016", json!({})).await;
    let found = rows(&answer, "electricityReading");
    assert_eq!((found.len(), answer.number_at("/electricityReading/totalCount")), (9, 9));
    assert_json_snapshot!(found[0], @r#"
    {
      "consumption": "6.145",
      "readingDate": "2026-01-15",
      "periodStartAt": null,
      "periodEndAt": "2026-01-15T00:00:00+01:00",
      "indexStartValue": "12175.470",
      "indexEndValue": "12181.615",
      "statusProcessed": "OK",
      "calendarType": "PROVIDER",
      "calendarTempClass": "BASE",
      "consumptionReliability": "ESTIMATED",
      "indexReliability": "ESTIMATED",
      "temporalClass": {
        "__typename": "ProviderTemporalClassType",
        "code": "BASE",
        "label": "Base",
        "description": "Toutes les heures",
        "registerId": 1
      }
    }
    "#);
    assert_json_snapshot!(found[8], @r#"
    {
      "consumption": "5.339",
      "readingDate": "2026-01-07",
      "periodStartAt": "2026-01-06T00:00:00+01:00",
      "periodEndAt": "2026-01-07T00:00:00+01:00",
      "indexStartValue": "12130.000",
      "indexEndValue": "12135.339",
      "statusProcessed": "OK",
      "calendarType": "PROVIDER",
      "calendarTempClass": "BASE",
      "consumptionReliability": "REAL",
      "indexReliability": "REAL",
      "temporalClass": {
        "__typename": "ProviderTemporalClassType",
        "code": "BASE",
        "label": "Base",
        "description": "Toutes les heures",
        "registerId": 1
      }
    }
    "#);
    // Newest first, each beginning where the one before ended.
    for pair in found.windows(2) {
        assert!(pair[0]["periodEndAt"].as_str() > pair[1]["periodEndAt"].as_str());
        assert_eq!(pair[0]["indexStartValue"], pair[1]["indexEndValue"]);
    }
    let provisional: Vec<bool> = found.iter().map(|row| row["periodStartAt"].is_null()).collect();
    let first_final = provisional.iter().position(|it| !it).expect("final rows");
    assert!((2..=3).contains(&first_final), "two to three days late: {provisional:?}");
    assert!(provisional[first_final..].iter().all(|it| !it));
    for (row, provisional) in found.iter().zip(&provisional) {
        let reliability = if *provisional { "ESTIMATED" } else { "REAL" };
        assert_eq!(
            (&row["consumptionReliability"], &row["indexReliability"]),
            (&json!(reliability), &json!(reliability))
        );
        let used = thousandths(&row["indexEndValue"]) - thousandths(&row["indexStartValue"]);
        assert_eq!(thousandths(&row["consumption"]), used);
    }
});

story!(what_was_provisional_becomes_final_and_stays_as_it_was, |app| async move {
    let before = {
        let customer = app.customer("moved-in").await;
        electricity(&customer, "A-9DA75001", "00000000000016", json!({})).await
    };
    app.clock().advance(TimeDelta::days(3));
    let customer = app.customer("moved-in").await;
    let after = electricity(&customer, "A-9DA75001", "00000000000016", json!({})).await;
    assert_eq!(after.number_at("/electricityReading/totalCount"), 12);
    let (before, after) = (rows(&before, "electricityReading"), rows(&after, "electricityReading"));
    for (old, new) in before.iter().zip(&after[3..]) {
        assert!(new["periodStartAt"].is_string());
        assert_eq!(
            (&old["consumption"], &old["indexEndValue"]),
            (&new["consumption"], &new["indexEndValue"])
        );
    }
});

story!(six_registers_are_six_rows_a_day, |app| async move {
    let customer = app.customer("tempo").await;
    let december = json!({ "from": "2025-12-01", "to": "2025-12-10" });
    let answer = electricity(&customer, "A-7E3B0001", "00000000000012", december).await;
    let found = rows(&answer, "electricityReading");
    assert_eq!(found.len(), 60);
    let mut orders = std::collections::BTreeSet::new();
    for day in found.chunks(6) {
        let mut codes: Vec<&str> =
            day.iter().filter_map(|row| row["temporalClass"]["code"].as_str()).collect();
        assert!(day.iter().all(|row| row["calendarTempClass"] == row["temporalClass"]["code"]));
        assert!(day.iter().all(|row| row["periodEndAt"] == day[0]["periodEndAt"]));
        orders.insert(codes.clone());
        codes.sort_unstable();
        assert_eq!(codes, ["HCE", "HCHI", "HCP", "HPE", "HPHI", "HPP"]);
    }
    assert!(orders.len() > 1, "no order that one could rely on");
});

story!(the_distributors_rows_are_there_for_those_who_ask, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let of = async |more: Json| electricity(&customer, "A-40E5E001", "00000000000010", more).await;
    let days = json!({ "from": "2025-10-20", "to": "2025-11-08" });
    let with = |more: Json| {
        let mut days = days.clone();
        days.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        days
    };
    let plain = of(days.clone()).await;
    let provider = of(with(json!({ "calendar": "PROVIDER" }))).await;
    let distributor = of(with(json!({ "calendar": "DISTRIBUTOR" }))).await;
    assert_eq!(plain.data(), provider.data(), "who adds everything up does not count twice");
    let (own, theirs) = (rows(&provider, "electricityReading"), rows(&distributor, "electricityReading"));
    assert_eq!((own.len(), theirs.len()), (40, 80));
    assert_eq!(sum(&own, "consumption"), sum(&theirs, "consumption"));
    let used = |code: &str| -> Vec<&Json> {
        let of = theirs.iter().filter(|row| row["temporalClass"]["distributorCode"] == code);
        of.copied().filter(|row| thousandths(&row["consumption"]) > 0).collect()
    };
    // Twelve days of October, eight of November.
    assert_eq!(["HPB", "HCB", "HPH", "HCH"].map(|code| used(code).len()), [12, 12, 8, 8]);
    assert_eq!(theirs[0]["temporalClass"]["__typename"], "DistributorTemporalClassType");
    assert_eq!(theirs[0]["calendarType"], "DISTRIBUTOR");
    assert_eq!(own[0]["temporalClass"]["__typename"], "ProviderTemporalClassType");
    let none = of(with(json!({ "status": "KO" }))).await;
    assert_eq!(none.number_at("/electricityReading/totalCount"), 0);
});

story!(pages_of_readings_join, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let of = async |more: Json| electricity(&customer, "A-40E5E001", "00000000000010", more).await;
    let first = of(json!({ "first": 100 })).await;
    let total = first.number_at("/electricityReading/totalCount");
    assert_eq!(total, 790 * 2, "since the agreement began, to yesterday");
    let cursor = first.text_at("/electricityReading/pageInfo/endCursor");
    let second = of(json!({ "first": 100, "after": cursor })).await;
    let (mut list, next) = (rows(&first, "electricityReading"), rows(&second, "electricityReading"));
    list.extend(next);
    for code in ["HP", "HC"] {
        let register: Vec<&&Json> = list.iter().filter(|row| row["temporalClass"]["code"] == code).collect();
        assert_eq!(register.len(), 100);
        assert!(register.windows(2).all(|pair| pair[0]["indexStartValue"] == pair[1]["indexEndValue"]));
    }
    let oldest = of(json!({ "last": 2 })).await;
    assert!(
        rows(&oldest, "electricityReading")[0]["periodStartAt"]
            .as_str()
            .is_some_and(|start| start.starts_with("2023-11-17T00:00:00+01:00"))
    );
});

story!(who_has_left_is_read_no_more, |app| async move {
    let customer = app.customer("moved-out").await;
    let answer = electricity(&customer, "A-0070F001", "00000000000017", json!({ "first": 2 })).await;
    let found = rows(&answer, "electricityReading");
    // Sixty days ago.
    assert!(found.iter().all(|row| row["periodEndAt"] == "2025-11-16T00:00:00+01:00"), "{found:?}");
    assert!(found.iter().all(|row| row["periodStartAt"].is_string()), "and all of it is final");
});

story!(solar_readings_are_of_what_is_consumed, |app| async move {
    let customer = app.customer("solar").await;
    let answer = electricity(&customer, "A-501A2001", "00000000000013", json!({ "first": 10 })).await;
    let codes: std::collections::BTreeSet<&str> = rows(&answer, "electricityReading")
        .iter()
        .filter_map(|row| row["temporalClass"]["code"].as_str())
        .collect();
    assert_eq!(codes.into_iter().collect::<Vec<_>>(), ["HC", "HP"]);
});

story!(gas_is_read_each_day_in_cubic_metres_and_kilowatt_hours, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let of = async |more: Json| {
        let mut variables = json!({ "account": "A-40E5E001", "pce": "00000000000011" });
        variables.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        let answer = customer.gql(GAS, variables).await;
        answer.data();
        assert_eq!(answer.plausible(), [""; 0]);
        answer
    };
    let december = of(json!({ "from": "2025-12-01", "to": "2025-12-31" })).await;
    let found = rows(&december, "gasReading");
    assert_eq!(found.len(), 31);
    assert_json_snapshot!(found[0], @r#"
    {
      "consumption": "32.935",
      "readingDate": "2026-01-01",
      "periodStartAt": "2025-12-31T00:00:00+01:00",
      "periodEndAt": "2026-01-01T00:00:00+01:00",
      "indexStartValue": "3151.744",
      "indexEndValue": "3154.598",
      "statusProcessed": "OK",
      "readingType": "REAL",
      "energyQualification": "T"
    }
    "#);
    for pair in found.windows(2) {
        assert_eq!(pair[0]["indexStartValue"], pair[1]["indexEndValue"]);
        assert_eq!(pair[0]["periodStartAt"], pair[1]["periodEndAt"]);
    }
    let cubic = thousandths(&found[0]["indexEndValue"]) - thousandths(&found[30]["indexStartValue"]);
    let energy = sum(&found, "consumption");
    assert!((9 * cubic..13 * cubic).contains(&energy), "{energy} Wh of {cubic} litres");
    assert_eq!(of(json!({ "kind": "M" })).await.number_at("/gasReading/totalCount"), 0, "as on many meters");
    assert!(of(json!({ "kind": "T" })).await.number_at("/gasReading/totalCount") > 700);
});

story!(readings_of_what_one_does_not_have_are_refused, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let electricity = async |account: &str, prm: &str| {
        let variables = json!({ "account": account, "prm": prm, "first": 1 });
        customer.gql(ELECTRICITY, variables).await.codes().join(" ")
    };
    assert_eq!(electricity("A-40E5E001", "00000000000001").await, "KT-CT-4719");
    assert_eq!(electricity("A-40E5E001", "00000000000011").await, "KT-CT-4719", "that is a PCE");
    assert_eq!(electricity("A-40E5E001", "nonsense").await, "KT-CT-4719");
    assert_eq!(electricity("A-F1A7BA5E", "00000000000001").await, "KT-CT-1111");
    let gas = async |account: &str, pce: &str| {
        customer.gql(GAS, json!({ "account": account, "pce": pce })).await.codes().join(" ")
    };
    assert_eq!(gas("A-40E5E001", "00000000000010").await, "KT-CT-4719");
    assert_eq!(gas("A-2ACC0001", "00000000000003").await, "KT-CT-1111");
});
