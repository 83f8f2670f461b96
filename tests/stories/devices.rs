//! Smart devices: what they are, what they charge, and what may be set.

use chrono::{DateTime, TimeDelta, Utc};
use insta::assert_json_snapshot;
use kemu_domain::devices::DeviceId;
use kemu_domain::energy::{Home, ParisDay};
use kemu_domain::{Scope, Seed};
use kemu_persistence::devices;
use kemu_tests::{Answer, TestApp, story};
use serde_json::{Value as Json, json};

const ACCOUNT: &str = "A-E1EC7001";

/// Somebody whose token never grows old: nights pass here, and each question signs in anew.
struct Person {
    app: TestApp,
    name: &'static str,
}

impl Person {
    fn new(app: &TestApp, name: &'static str) -> Self {
        Self { app: app.clone(), name }
    }

    async fn gql(&self, query: &str, variables: Json) -> Answer {
        self.app.customer(self.name).await.gql(query, variables).await
    }

    async fn ask_for(&self, query: &str) -> Answer {
        self.gql(query, json!({})).await
    }
}

/// The car and the charge point of the account, as ids.
async fn ids(role: &Person) -> (String, String) {
    let answer = role.ask_for(r#"{ devices(accountNumber: "A-E1EC7001") { __typename id } }"#).await;
    let id = |at: usize, ty: &str| {
        assert_eq!(answer.text_at(&format!("/devices/{at}/__typename")), ty);
        answer.text_at(&format!("/devices/{at}/id")).to_string()
    };
    (id(0, "SmartFlexVehicle"), id(1, "SmartFlexChargePoint"))
}

/// What the car tells of itself.
async fn status(role: &Person) -> Json {
    let query = r#"{ devices(accountNumber: "A-E1EC7001") { status { current currentState isSuspended
        ... on SmartFlexVehicleStatus { stateOfCharge { value } activePower { value } } } } }"#;
    role.ask_for(query).await.at("/devices/0/status").clone()
}

async fn state(role: &Person) -> String {
    status(role).await["currentState"].as_str().expect("a state").to_string()
}

async fn planned(role: &Person, id: &str) -> Answer {
    let query =
        "query ($id: String!) { flexPlannedDispatches(deviceId: $id) { start end type energyAddedKwh } }";
    role.gql(query, json!({ "id": id })).await
}

/// Moves the clock by half-hours until the device does this.
async fn until(app: &TestApp, role: &Person, wanted: &str) {
    for _ in 0..1_000 {
        if state(role).await == wanted {
            return;
        }
        app.clock().advance(TimeDelta::minutes(30));
    }
    panic!("in three weeks the car was never {wanted}");
}

fn instant(value: &Json) -> DateTime<Utc> {
    value.as_str().expect("a time").parse().expect("RFC 3339")
}

fn decimal(value: &Json) -> f64 {
    value.as_str().expect("a decimal").parse().expect("a number")
}

story!(a_device_tells_what_it_is, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let query = r#"{ devices(accountNumber: "A-E1EC7001") {
        __typename id name deviceType provider propertyId integrationDeviceId
        alerts { message } reAuthenticationState { isEligible }
        preferences { targetType unit mode gridExport schedules { dayOfWeek time min max upperLimit } }
        status { current currentState isSuspended
            ... on SmartFlexVehicleStatus { stateOfCharge { value timestamp } activePower { value } stateOfChargeLimit { upperSocLimit isLimitViolated } }
            ... on SmartFlexChargePointStatus { stateOfCharge { value } activePower { value } } }
        ... on SmartFlexVehicle { make model vehicleBatterySize chargePointPowerOutput }
        ... on SmartFlexChargePoint { make model }
    } }"#;
    let answer = role.ask_for(query).await;
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    for device in answer.list_at("/devices") {
        let days: Vec<_> = device["preferences"]["schedules"].as_array().expect("a list").iter().collect();
        assert_eq!(days.len(), 7);
        assert_eq!(days[6]["dayOfWeek"], "SUNDAY");
        assert!(device["id"].as_str().expect("an id").starts_with("00000000-0002-4"), "{device}");
    }
    let mut car = answer.at("/devices/0").clone();
    car["preferences"]["schedules"].as_array_mut().expect("a list").truncate(1);
    assert_json_snapshot!(car, @r#"
    {
      "__typename": "SmartFlexVehicle",
      "id": "00000000-0002-4db9-8888-000000adea8d",
      "name": "Voiture",
      "deviceType": "ELECTRIC_VEHICLES",
      "provider": "ENODE",
      "propertyId": "123008",
      "integrationDeviceId": "0c571937192e1a35",
      "alerts": [],
      "reAuthenticationState": {
        "isEligible": false
      },
      "preferences": {
        "targetType": "ABSOLUTE_STATE_OF_CHARGE",
        "unit": "PERCENTAGE",
        "mode": "CHARGE",
        "gridExport": "NOT_APPLICABLE",
        "schedules": [
          {
            "dayOfWeek": "MONDAY",
            "time": "07:00:00",
            "min": null,
            "max": 80.0,
            "upperLimit": 80.0
          }
        ]
      },
      "status": {
        "current": "LIVE",
        "currentState": "SMART_CONTROL_NOT_AVAILABLE",
        "isSuspended": false,
        "stateOfCharge": {
          "value": "73.77",
          "timestamp": "2026-01-15T12:00:00+00:00"
        },
        "activePower": {
          "value": "0.000"
        },
        "stateOfChargeLimit": {
          "upperSocLimit": 80,
          "isLimitViolated": false
        }
      },
      "make": "Exemple",
      "model": "E-100",
      "vehicleBatterySize": "60.000",
      "chargePointPowerOutput": "7.400"
    }
    "#);
    assert_eq!(answer.at("/devices/1/status/stateOfCharge"), &Json::Null, "a charge point does not know");
    assert_eq!(answer.at("/devices/1/preferences/targetType"), "RELATIVE_STATE_OF_CHARGE");
});

story!(devices_are_found_by_what_is_asked, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, borne) = ids(&role).await;
    let query = "query ($number: String!, $property: ID, $id: String, $other: String) {
        devices(accountNumber: $number, propertyId: $property, deviceId: $id, integrationDeviceId: $other)
        { id integrationDeviceId } }";
    let ask = async |variables: Json| role.gql(query, variables).await;
    let one = ask(json!({ "number": ACCOUNT, "id": borne })).await;
    assert_eq!(one.list_at("/devices").len(), 1);
    assert_eq!(one.text_at("/devices/0/id"), borne);
    let other = one.text_at("/devices/0/integrationDeviceId").to_string();
    let by_other = ask(json!({ "number": ACCOUNT, "other": other })).await;
    assert_eq!(by_other.text_at("/devices/0/id"), borne);
    let at_home = ask(json!({ "number": ACCOUNT, "property": "123008" })).await;
    assert_eq!(at_home.list_at("/devices").len(), 2);
    assert_eq!(at_home.text_at("/devices/0/id"), car);
    for nothing in [
        json!({ "number": ACCOUNT, "property": "123001" }),
        json!({ "number": ACCOUNT, "id": "00000000-0000-4000-8000-000000000000" }),
        json!({ "number": ACCOUNT, "other": "x" }),
    ] {
        assert_eq!(ask(nothing).await.codes(), ["KT-CT-4301"]);
    }
    // Somebody else's account and one that nobody has are the same.
    for number in ["A-F1A7BA5E", "A-00000000", "rubbish"] {
        assert_eq!(ask(json!({ "number": number })).await.codes(), ["KT-CT-1111"], "{number}");
    }
    let without = Person::new(&app, "flat-base");
    let answer = without
        .ask_for(
            r#"{ devices(accountNumber: "A-F1A7BA5E") { id }
                completedDispatches(accountNumber: "A-F1A7BA5E") { start }
                vehicleChargingPreferences(accountNumber: "A-F1A7BA5E") { weekdayTargetSoc } }"#,
        )
        .await;
    assert_eq!(answer.codes(), ["KT-CT-4301", "KT-CT-4341", "KT-CT-4339"]);
});

story!(by_day_it_is_out_and_by_night_it_charges, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, borne) = ids(&role).await;
    assert_eq!(state(&role).await, "SMART_CONTROL_NOT_AVAILABLE", "Thursday at noon");
    assert_eq!(planned(&role, &car).await.list_at("/flexPlannedDispatches"), &[] as &[Json]);

    // In the evening it is plugged in, and what is planned is known before it begins.
    while planned(&role, &car).await.list_at("/flexPlannedDispatches").is_empty() {
        app.clock().advance(TimeDelta::minutes(30));
    }
    assert_eq!(state(&role).await, "SMART_CONTROL_CAPABLE");
    let plan = planned(&role, &car).await;
    let dispatch = plan.at("/flexPlannedDispatches/0").clone();
    assert_eq!(dispatch["type"], "SMART");
    assert!(decimal(&dispatch["energyAddedKwh"]) < 0.0, "{dispatch}");
    assert!(dispatch["start"].as_str().is_some_and(|start| start.ends_with('Z')), "{dispatch}");
    assert_eq!(planned(&role, &borne).await.at("/flexPlannedDispatches/0"), &dispatch);
    let (start, end) = (instant(&dispatch["start"]), instant(&dispatch["end"]));
    assert!(app.clock().now() < start && start < end);

    app.clock().set(start + TimeDelta::minutes(10));
    let (early, energy) = (status(&role).await, decimal(&dispatch["energyAddedKwh"]));
    assert_eq!(early["currentState"], "SMART_CONTROL_IN_PROGRESS");
    assert_eq!(early["activePower"]["value"], "7.400");
    app.clock().set(start + TimeDelta::minutes(50));
    let late = status(&role).await;
    let gained = decimal(&late["stateOfCharge"]["value"]) - decimal(&early["stateOfCharge"]["value"]);
    assert!((gained - 7.4 * 40.0 / 60.0 / 60.0 * 100.0).abs() < 0.1, "40 minutes at 7.4 kW: {gained}");

    app.clock().set(end);
    assert_eq!(status(&role).await["stateOfCharge"]["value"], "80.0");
    assert_eq!(status(&role).await["activePower"]["value"], "0.000");
    assert_eq!(planned(&role, &car).await.list_at("/flexPlannedDispatches"), &[] as &[Json]);
    let query = r#"{ completedDispatches(accountNumber: "A-E1EC7001") { start end delta meta { source location } }
        devices(accountNumber: "A-E1EC7001") {
            ... on SmartFlexVehicle { chargingSessions(last: 1) { edges { node {
                start end energyAdded { value unit } stateOfChargeChange stateOfChargeFinal cost { amount currency }
                ... on SmartFlexChargingSession { type targetType problems { __typename } dispatches { start end type energyAddedKwh } } } } } } } }"#;
    let answer = role.ask_for(query).await;
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    // Two devices, one charge.
    let done = answer.list_at("/completedDispatches");
    assert!(done.windows(2).all(|pair| instant(&pair[0]["start"]) < instant(&pair[1]["start"])));
    let last = done.last().expect("the one that has just ended");
    assert_eq!((instant(&last["start"]), instant(&last["end"])), (start, end));
    assert_eq!(last["delta"], dispatch["energyAddedKwh"]);
    assert_eq!(last["meta"], json!({ "source": "smart-charge", "location": "AT_HOME" }));
    let session = answer.at("/devices/0/chargingSessions/edges/0/node");
    assert_eq!(instant(&session["start"]), start);
    assert!((decimal(&session["energyAdded"]["value"]) + energy).abs() < 1e-9);
    assert!((decimal(&session["stateOfChargeChange"]) + energy / 60.0 * 100.0).abs() < 0.02);
    assert_eq!(session["stateOfChargeFinal"], "80.0");
    assert_eq!(session["dispatches"], json!([dispatch]));
    // Off-peak hours of a blue or white winter's night, with taxes.
    let per_kwh = decimal(&session["cost"]["amount"]) / -energy;
    assert!((13.0..19.0).contains(&per_kwh), "{per_kwh} cents a kWh");
    assert_eq!(session["cost"]["currency"], "EUR");
    assert_eq!((&session["type"], &session["problems"]), (&json!("SMART"), &json!([])));
});

story!(a_session_is_part_of_the_load_curve, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let query = r#"{ devices(accountNumber: "A-E1EC7001") { ... on SmartFlexVehicle { chargingSessions(last: 40) {
        edges { node { start end energyAdded { value } } } } } } }"#;
    let answer = role.ask_for(query).await;
    let places = app.sandbox().fixture.accounts.iter().flat_map(|account| &account.properties);
    let place = places.into_iter().find(|place| place.id == 123_008).expect("its home");
    let profile = place.home.clone();
    let home = Home::new(profile.clone(), Seed(42), "123008");
    let without =
        Home::new(kemu_domain::energy::HomeProfile { vehicle: None, ..profile }, Seed(42), "123008");
    let taken = |home: &Home, from: DateTime<Utc>, to: DateTime<Utc>| -> i64 {
        let days = std::iter::successors(Some(ParisDay::containing(from)), |day| Some(day.next()));
        let days = days.take_while(|day| day.start() < to);
        let half_hours = days.flat_map(|day| {
            let wh = home.day(&day).import_wh;
            (0..day.half_hours()).map(move |position| (day.instant(position), wh[position as usize]))
        });
        half_hours.filter(|(at, _)| from <= *at && *at < to).map(|(_, wh)| wh).sum()
    };
    let sessions = answer.list_at("/devices/0/chargingSessions/edges");
    assert_eq!(sessions.len(), 40);
    for edge in sessions {
        let (start, end) = (instant(&edge["node"]["start"]), instant(&edge["node"]["end"]));
        let energy = (decimal(&edge["node"]["energyAdded"]["value"]) * 1_000.0).round();
        let car = taken(&home, start, end) - taken(&without, start, end);
        // Each half-hour is rounded to a Wh, with the car and without.
        assert!((f64::from(i32::try_from(car).expect("a night's")) - energy).abs() <= 16.0, "{car} {energy}");
    }
});

story!(sessions_are_paged_by_time, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let page = async |arguments: &str| {
        let query = format!(
            r#"{{ devices(accountNumber: "A-E1EC7001") {{ ... on SmartFlexVehicle {{ chargingSessions({arguments}) {{
                edges {{ cursor node {{ start }} }} pageInfo {{ startCursor endCursor hasNextPage hasPreviousPage }} }} }} }} }}"#
        );
        role.ask_for(&query).await
    };
    let starts = |answer: &Answer| -> Vec<DateTime<Utc>> {
        let edges = answer.list_at("/devices/0/chargingSessions/edges");
        edges.iter().map(|edge| instant(&edge["node"]["start"])).collect()
    };
    // Forward from the beginning, the end of a page being the cursor of the next.
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let answer = page(&format!("first: 50{after}")).await;
        let info = answer.at("/devices/0/chargingSessions/pageInfo");
        all.extend(starts(&answer));
        assert_eq!(instant(&info["endCursor"]), *all.last().expect("some"));
        assert_eq!(info["hasPreviousPage"], false);
        if info["hasNextPage"] == false {
            break;
        }
        after = format!(", after: {}", info["endCursor"]);
    }
    assert!((180..270).contains(&all.len()), "400 nights, four of seven: {}", all.len());
    assert!(all.windows(2).all(|pair| pair[0] < pair[1]), "oldest first");
    assert!(*all.last().expect("some") < app.clock().now());

    let last = page("last: 3").await;
    assert_eq!(starts(&last), all[all.len() - 3..]);
    let info = last.at("/devices/0/chargingSessions/pageInfo");
    assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(true), &json!(false)));
    let bounds =
        format!("first: 100, after: \"{}\", before: \"{}\"", all[10].to_rfc3339(), all[20].to_rfc3339());
    assert_eq!(starts(&page(&bounds).await), all[11..20]);
    let before = format!("last: 2, before: \"{}\"", all[20].to_rfc3339());
    assert_eq!(starts(&page(&before).await), all[18..20]);
    assert_eq!(starts(&page("first: 5, sessionTypes: [SMART, BOOST]").await), all[..5]);
    assert!(starts(&page("first: 5, sessionTypes: [BOOST]").await).is_empty());
    for (arguments, code) in [
        ("sessionTypes: [SMART]", "KT-CT-1201"),
        ("first: 101", "KT-CT-1202"),
        ("last: -1", "KT-CT-1203"),
        (r#"first: 1, after: "2026-01-01T00:00:00""#, "KT-CT-1609"),
    ] {
        assert_eq!(page(arguments).await.codes().first(), Some(&code), "{arguments}");
    }
    // The charge point tells of the same charges.
    let query = r#"{ devices(accountNumber: "A-E1EC7001") { ... on SmartFlexChargePoint { chargingSessions(last: 1) {
        edges { node { start stateOfChargeFinal ... on SmartFlexChargingSession { targetType } } } } } } }"#;
    let node = role.ask_for(query).await.at("/devices/1/chargingSessions/edges/0/node").clone();
    assert_eq!(Some(&instant(&node["start"])), all.last());
    assert_eq!(
        (&node["stateOfChargeFinal"], &node["targetType"]),
        (&Json::Null, &json!("RELATIVE_STATE_OF_CHARGE"))
    );
});

const DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];

fn schedules(days: &[&str]) -> Vec<Json> {
    let max = |day: &str| if day.starts_with('S') { "100" } else { "65.5" };
    days.iter()
        .map(|day| json!({ "dayOfWeek": day, "time": "06:30", "max": max(day), "min": "20" }))
        .collect()
}

async fn set_preferences(role: &Person, id: &str, mode: &str, unit: &str, schedules: Vec<Json>) -> Answer {
    let mutation =
        "mutation ($input: SmartFlexDevicePreferencesInput!) { setDevicePreferences(input: $input) {
        id preferences { mode unit targetType schedules { dayOfWeek time min max upperLimit } } } }";
    let input = json!({ "deviceId": id, "mode": mode, "unit": unit, "schedules": schedules });
    role.gql(mutation, json!({ "input": input })).await
}

story!(preferences_stick, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, _) = ids(&role).await;
    // In any order; they come back in that of the week.
    let mut wanted = schedules(&DAYS);
    wanted.rotate_left(3);
    let answer = set_preferences(&role, &car, "CHARGE", "PERCENTAGE", wanted).await;
    let echo = answer.at("/setDevicePreferences/preferences").clone();
    assert_eq!(answer.text_at("/setDevicePreferences/id"), car);
    assert_eq!(
        echo["schedules"][0],
        json!({ "dayOfWeek": "MONDAY", "time": "06:30:00", "min": 20.0, "max": 65.5, "upperLimit": 80.0 })
    );
    assert_eq!(echo["schedules"][6]["max"], json!(100.0));
    app.clock().advance(TimeDelta::days(1));
    let query = r#"{ devices(accountNumber: "A-E1EC7001") {
            preferences { mode unit targetType schedules { dayOfWeek time min max upperLimit } }
            status { ... on SmartFlexVehicleStatus { stateOfChargeLimit { isLimitViolated } } }
            ... on SmartFlexVehicle { chargingPreferences { weekdayTargetSoc weekdayTargetTime weekendTargetSoc } } }
        vehicleChargingPreferences(accountNumber: "A-E1EC7001") {
            weekdayTargetSoc weekdayTargetTime weekendTargetSoc weekendTargetTime maximumSocPercentage minimumSocPercentage } }"#;
    let later = role.ask_for(query).await;
    assert_eq!(later.plausible(), Vec::<&str>::new());
    assert_eq!(later.at("/devices/0/preferences"), &echo);
    assert_eq!(later.at("/devices/0/status/stateOfChargeLimit/isLimitViolated"), true, "100 lies above 80");
    assert_ne!(
        later.at("/devices/1/preferences/schedules"),
        &echo["schedules"],
        "the charge point has its own"
    );
    assert_eq!(
        later.at("/vehicleChargingPreferences"),
        &json!({ "weekdayTargetSoc": 65, "weekdayTargetTime": "06:30", "weekendTargetSoc": 100,
            "weekendTargetTime": "06:30", "maximumSocPercentage": 80, "minimumSocPercentage": 20 })
    );
    assert_eq!(
        later.at("/devices/0/chargingPreferences"),
        &json!({ "weekdayTargetSoc": 65, "weekdayTargetTime": "06:30:00", "weekendTargetSoc": 100 })
    );
});

story!(preferences_that_make_no_sense_are_refused, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, _) = ids(&role).await;
    let before = status(&role).await;
    let six = schedules(&DAYS[..6]);
    let mut twice = schedules(&DAYS);
    twice[6]["dayOfWeek"] = "MONDAY".into();
    let mut more = schedules(&DAYS);
    more.push(more[0].clone());
    let changed = |member: &str, value: &str| {
        let mut all = schedules(&DAYS);
        all[3][member] = value.into();
        all
    };
    for (mode, unit, wanted, blamed) in [
        ("CHARGE", "PERCENTAGE", six, "schedules"),
        ("CHARGE", "PERCENTAGE", twice, "schedules"),
        ("CHARGE", "PERCENTAGE", more, "schedules"),
        ("CHARGE", "PERCENTAGE", changed("max", "100.01"), "schedules"),
        ("CHARGE", "PERCENTAGE", changed("max", "-1"), "schedules"),
        ("CHARGE", "PERCENTAGE", changed("max", "NaN"), "schedules"),
        ("CHARGE", "PERCENTAGE", changed("min", "90"), "schedules"),
        ("HEAT", "PERCENTAGE", schedules(&DAYS), "mode"),
        ("CHARGE", "CELSIUS", schedules(&DAYS), "unit"),
    ] {
        let answer = set_preferences(&role, &car, mode, unit, wanted).await;
        assert_eq!(answer.codes(), ["KT-CT-4321"]);
        let path = &answer.errors()[0]["extensions"]["validationErrors"][0]["inputPath"];
        assert_eq!(path, &json!(["input", blamed]), "{}", answer.text());
    }
    // Somebody else's device, one that is not there and no id at all: the same answer.
    let other = Person::new(&app, "flat-base");
    let foreign = set_preferences(&other, &car, "CHARGE", "PERCENTAGE", schedules(&DAYS)).await;
    assert_eq!(foreign.codes(), ["KT-CT-4314"]);
    for id in ["00000000-0002-4300-8085-000000000f88", "1"] {
        let unknown = set_preferences(&role, id, "CHARGE", "PERCENTAGE", schedules(&DAYS)).await;
        assert_eq!(unknown.body, foreign.body);
    }
    assert_eq!(status(&role).await, before);
    let query = r#"{ vehicleChargingPreferences(accountNumber: "A-E1EC7001") { weekdayTargetSoc weekdayTargetTime } }"#;
    let kept = role.ask_for(query).await.at("/vehicleChargingPreferences").clone();
    assert_eq!(kept, json!({ "weekdayTargetSoc": 80, "weekdayTargetTime": "07:00" }));
});

async fn boost(role: &Person, id: &str, action: &str) -> Answer {
    let mutation = "mutation ($input: UpdateBoostChargeInput) { updateBoostCharge(input: $input) {
        id status { currentState isSuspended } } }";
    role.gql(mutation, json!({ "input": { "deviceId": id, "action": action } })).await
}

fn reasons(answer: &Answer) -> &Json {
    assert_eq!(answer.codes(), ["KT-CT-4357"], "{}", answer.text());
    &answer.errors()[0]["extensions"]["boostChargeRefusalReasons"]
}

story!(a_boost_starts_ends_and_is_refused, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, borne) = ids(&role).await;
    assert_eq!(reasons(&boost(&role, &car, "BOOST").await), &json!(["BC_DEVICE_NOT_AT_HOME"]), "at noon");
    assert_eq!(reasons(&boost(&role, &borne, "BOOST").await), &json!(["BC_DEVICE_DISCONNECTED"]));
    assert_eq!(boost(&role, &car, "CANCEL").await.codes(), ["KT-CT-4354"]);

    until(&app, &role, "SMART_CONTROL_CAPABLE").await;
    let begun = app.clock().now();
    let started = boost(&role, &car, "BOOST").await;
    assert_eq!(started.text_at("/updateBoostCharge/status/currentState"), "BOOSTING");
    assert_eq!(status(&role).await["activePower"]["value"], "7.400");
    let dispatch = planned(&role, &car).await.at("/flexPlannedDispatches/0").clone();
    assert_eq!((&dispatch["type"], instant(&dispatch["start"])), (&json!("BOOST"), begun));
    assert!(decimal(&dispatch["energyAddedKwh"]) < 0.0);
    let ends = instant(&dispatch["end"]);
    assert!(begun < ends && ends <= begun + TimeDelta::hours(1));
    assert_eq!(reasons(&boost(&role, &car, "BOOST").await), &json!(["BC_BOOST_CHARGE_IN_PROGRESS"]));

    // It ends when it is told to, and by itself.
    let ended = boost(&role, &car, "CANCEL").await;
    assert_eq!(ended.text_at("/updateBoostCharge/status/currentState"), "SMART_CONTROL_CAPABLE");
    assert_eq!(boost(&role, &car, "CANCEL").await.codes(), ["KT-CT-4354"]);
    boost(&role, &car, "BOOST").await.data();
    app.clock().set(ends);
    assert_ne!(state(&role).await, "BOOSTING");
    assert_eq!(boost(&role, &car, "CANCEL").await.codes(), ["KT-CT-4354"]);

    // A car that is full needs none.
    until(&app, &role, "SMART_CONTROL_IN_PROGRESS").await;
    until(&app, &role, "SMART_CONTROL_CAPABLE").await;
    assert_eq!(reasons(&boost(&role, &car, "BOOST").await), &json!(["BC_DEVICE_FULLY_CHARGED"]));
    assert_eq!(
        boost(&role, &borne, "BOOST").await.codes(),
        Vec::<&str>::new(),
        "the charge point does not know"
    );

    let other = Person::new(&app, "flat-base");
    let foreign = boost(&other, &car, "BOOST").await;
    assert_eq!(foreign.codes(), ["KT-CT-4301"]);
    assert_eq!(boost(&role, "00000000-0002-4300-8085-000000000f88", "BOOST").await.body, foreign.body);
    let nothing = role.ask_for("mutation { updateBoostCharge { id } }").await;
    assert_eq!(nothing.codes(), ["KT-CT-4301"]);
});

async fn control(role: &Person, id: &str, action: &str) -> Answer {
    let mutation = "mutation ($input: SmartControlInput!) { updateDeviceSmartControl(input: $input) {
        id status { currentState isSuspended } } }";
    role.gql(mutation, json!({ "input": { "deviceId": id, "action": action } })).await
}

story!(smart_control_is_switched_off_and_on, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, borne) = ids(&role).await;
    assert_eq!(control(&role, &car, "UNSUSPEND").await.codes(), ["KT-CT-4359"]);
    while planned(&role, &car).await.list_at("/flexPlannedDispatches").is_empty() {
        app.clock().advance(TimeDelta::minutes(30));
    }
    let off = control(&role, &car, "SUSPEND").await;
    let off = off.at("/updateDeviceSmartControl/status");
    assert_eq!(off, &json!({ "currentState": "SMART_CONTROL_OFF", "isSuspended": true }));
    assert_eq!(state(&role).await, "SMART_CONTROL_OFF");
    assert_eq!(planned(&role, &car).await.list_at("/flexPlannedDispatches"), &[] as &[Json]);
    assert_eq!(
        planned(&role, &borne).await.list_at("/flexPlannedDispatches").len(),
        1,
        "has its own control"
    );
    assert_eq!(control(&role, &car, "SUSPEND").await.codes(), ["KT-CT-4358"]);
    assert_eq!(reasons(&boost(&role, &car, "BOOST").await), &json!(["BC_DEVICE_SUSPENDED"]));
    let on = control(&role, &car, "UNSUSPEND").await;
    assert_eq!(on.at("/updateDeviceSmartControl/status/isSuspended"), false);
    assert_eq!(planned(&role, &car).await.list_at("/flexPlannedDispatches").len(), 1);
    assert_eq!(control(&role, &car, "UNSUSPEND").await.codes(), ["KT-CT-4359"]);

    let other = Person::new(&app, "flat-base");
    let foreign = control(&other, &car, "SUSPEND").await;
    assert_eq!(foreign.codes(), ["KT-CT-4313"]);
    assert_eq!(control(&role, "00000000-0002-4300-8085-000000000f88", "SUSPEND").await.body, foreign.body);
    let hidden = planned(&other, &car).await;
    assert_eq!(hidden.codes(), ["KT-CT-4340"]);
    assert_eq!(planned(&role, "1").await.body, hidden.body);
});

story!(a_session_that_is_cut_short_says_so, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, _) = ids(&role).await;
    until(&app, &role, "SMART_CONTROL_IN_PROGRESS").await;
    let dispatch = planned(&role, &car).await.at("/flexPlannedDispatches/0").clone();
    let cut = instant(&dispatch["start"]) + TimeDelta::minutes(20);
    app.clock().set(cut);
    let level = status(&role).await["stateOfCharge"]["value"].clone();
    control(&role, &car, "SUSPEND").await.data();
    app.clock().set(instant(&dispatch["end"]));
    let query = r#"{ devices(accountNumber: "A-E1EC7001") { ... on SmartFlexVehicle { chargingSessions(last: 1) { edges { node {
        start end energyAdded { value } stateOfChargeFinal ... on SmartFlexChargingSession { problems {
            ... on SmartFlexChargingTruncation { truncationCause achievableStateOfCharge originalAchievableStateOfCharge }
            ... on SmartFlexChargingError { cause } } } } } } } } }"#;
    let answer = role.ask_for(query).await;
    let session = answer.at("/devices/0/chargingSessions/edges/0/node");
    assert_eq!((&session["stateOfChargeFinal"], instant(&session["end"])), (&level, cut));
    let energy = decimal(&session["energyAdded"]["value"]);
    assert!((energy - 7.4 / 3.0).abs() < 0.002, "twenty minutes at 7.4 kW: {energy}");
    let problem = json!([{ "truncationCause": "SUSPENDED", "achievableStateOfCharge": level, "originalAchievableStateOfCharge": "80.0" }]);
    assert_eq!(session["problems"], problem);
    // The charge point's control was never off: what the account has completed is the whole charge.
    let query = r#"{ completedDispatches(accountNumber: "A-E1EC7001") { end delta } }"#;
    let answer = role.ask_for(query).await;
    let last = answer.list_at("/completedDispatches").last().expect("one");
    assert_eq!(last["delta"], dispatch["energyAddedKwh"]);
});

story!(a_device_that_cannot_be_reached_says_so, |app| async move {
    let role = Person::new(&app, "electric-vehicle");
    let (car, _) = ids(&role).await;
    until(&app, &role, "SMART_CONTROL_IN_PROGRESS").await;
    let last = status(&role).await;
    // No client can take the connection away.
    let id: DeviceId = car.parse().expect("an id");
    let store = &app.sandbox().store;
    let found = devices::visible_to(Scope::All).by_id(store.connection(), &id).await.expect("a query");
    let mut settings = found.expect("the car").settings;
    settings.connection_lost_at = Some(app.clock().now());
    let transaction = store.begin().await.expect("begins");
    devices::set_settings(&*transaction, &id, &settings).await.expect("set");
    transaction.commit().await.expect("commits");

    app.clock().advance(TimeDelta::hours(5));
    let lost = status(&role).await;
    assert_eq!(lost["currentState"], "LOST_CONNECTION");
    assert_eq!(lost["stateOfCharge"], last["stateOfCharge"], "what it last told");
    assert_eq!(planned(&role, &car).await.list_at("/flexPlannedDispatches"), &[] as &[Json]);
    let refused = boost(&role, &car, "BOOST").await;
    let reasons = reasons(&refused).as_array().expect("a list").clone();
    assert!(reasons.contains(&json!("BC_DEVICE_NOT_READY")), "{reasons:?}");
    let query = r#"{ devices(accountNumber: "A-E1EC7001") { alerts { message publishedAt } reAuthenticationState { isEligible } } }"#;
    let answer = role.ask_for(query).await;
    assert_eq!(answer.list_at("/devices/0/alerts").len(), 1);
    assert_eq!(answer.at("/devices/0/reAuthenticationState/isEligible"), true);
});
