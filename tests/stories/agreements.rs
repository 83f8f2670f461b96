//! Agreements: what they say, what they cost, and how they end.

use insta::assert_json_snapshot;
use kemu_tests::{Role, story};
use serde_json::{Value as Json, json};

/// All that clients in France read of an agreement.
const AGREEMENT: &str = "fragment Rate on SupplyProductRateInterface {
    __typename currency pricePerUnit pricePerUnitWithTaxes unitType validFrom validTo
    ... on ElectricitySupplyConsumptionRateType { temporalClass { code } timeSlots { startAt endAt } }
    ... on SupplyConsumptionRateType { timeSlots { startAt endAt } }
    ... on ElectricityConsumptionRateType { providerCalendar temporalClass { code label description registerId } }
    ... on GasConsumptionRateType { priceLevel }
}
fragment Agreement on SupplyAgreementInterface {
    __typename id validFrom validTo isActive supplyContractNumber billingFrequency
    supplyPoint { id externalIdentifier marketName }
    chargingLedger { number ledgerType }
    product {
        __typename code fullName displayName
        ... on ElectricityProductType { consumptionRates(first: 1) { edges { node { ...Rate } } } }
        ... on GasProductType { consumptionRates(first: 1) { edges { node { ...Rate } } } }
    }
    nextPaymentForecast { amount date }
    energySupplyRate {
        standingRate { currency pricePerUnit pricePerUnitWithTaxes unitType validFrom validTo }
        consumptionRates(first: 10) { totalCount edges { node { ...Rate } } }
        rates(first: 10) { totalCount edges { node { ...Rate } } }
    }
}";

/// What a customer's account says of its agreements, with these arguments.
async fn of_account(customer: &Role, number: &str, arguments: &str) -> Vec<Json> {
    let query = format!(
        r#"{AGREEMENT} {{ account(accountNumber: "{number}") {{ agreements({arguments}) {{ edges {{ node {{
        ...Agreement }} }} }} }} }}"#
    );
    let answer = customer.ask_for(&query).await;
    answer.data();
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    let edges = answer.list_at("/account/agreements/edges");
    edges.iter().map(|edge| edge["node"].clone()).collect()
}

/// A rate in a line: its type, prices, class, and hours.
fn line(rate: &Json) -> String {
    assert_eq!((&rate["currency"], &rate["unitType"]), (&json!("EURO_CENTS"), &json!("KWH_CONSUMPION")));
    let part = |value: &Json| value.as_str().unwrap_or("-").to_string();
    let slot = |slot: &Json| format!("{}/{}", part(&slot["startAt"]), part(&slot["endAt"]));
    let slots: Vec<String> = rate["timeSlots"].as_array().into_iter().flatten().map(slot).collect();
    let parts = [
        part(&rate["__typename"]),
        part(&rate["pricePerUnit"]),
        part(&rate["pricePerUnitWithTaxes"]),
        part(&rate["temporalClass"]["code"]),
        slots.join(" "),
    ];
    parts.join(" ").trim_end().into()
}

/// A page of rates, each in a line.
fn lines(page: &Json) -> Vec<String> {
    page["edges"].as_array().expect("rates").iter().map(|edge| line(&edge["node"])).collect()
}

story!(an_agreement_shows_all_that_clients_read, |app| async move {
    let customer = app.customer("house-hp-hc").await;
    let agreements = of_account(&customer, "A-40E5E001", "first: 10").await;
    let [electricity, gas] = &agreements[..] else { panic!("two agreements: {agreements:?}") };
    let mut shown = electricity.clone();
    shown.as_object_mut().expect("an agreement").remove("energySupplyRate");
    assert_json_snapshot!(shown, @r#"
    {
      "__typename": "ElectricitySpecificAgreementType",
      "id": 409,
      "validFrom": "2023-11-16T23:00:00+00:00",
      "validTo": null,
      "isActive": true,
      "supplyContractNumber": "C000061009",
      "billingFrequency": 12,
      "supplyPoint": {
        "id": "61009",
        "externalIdentifier": "00000000000010",
        "marketName": "FRA_ELECTRICITY"
      },
      "chargingLedger": {
        "number": "L-100000009A",
        "ledgerType": "FRA_ELECTRICITY_LEDGER"
      },
      "product": {
        "__typename": "ElectricityProductType",
        "code": "OCTO_FIXE_HPHC_2_V2",
        "fullName": "Octo Fixe Heures Creuses, option HP/HC",
        "displayName": "Octo Fixe Heures Creuses",
        "consumptionRates": {
          "edges": [
            {
              "node": {
                "__typename": "ElectricityConsumptionRateType",
                "currency": "EURO_CENTS",
                "pricePerUnit": "14.79",
                "pricePerUnitWithTaxes": "21.3456",
                "unitType": "KWH_CONSUMPION",
                "validFrom": "2025-01-31T23:00:00+00:00",
                "validTo": "2026-01-31T23:00:00+00:00",
                "providerCalendar": "HPHC",
                "temporalClass": {
                  "code": "HP",
                  "label": "Heures pleines",
                  "description": "Heures pleines",
                  "registerId": 1
                }
              }
            }
          ]
        }
      },
      "nextPaymentForecast": {
        "amount": 8500,
        "date": "2026-02-05"
      }
    }
    "#);
    assert_eq!(gas["__typename"], "GasSpecificAgreementType");
    assert_json_snapshot!(gas["product"], @r#"
    {
      "__typename": "GasProductType",
      "code": "OCTO_GAZ_1_V2",
      "fullName": "Octo Gaz Fixe",
      "displayName": "Octo Gaz",
      "consumptionRates": {
        "edges": [
          {
            "node": {
              "__typename": "GasConsumptionRateType",
              "currency": "EURO_CENTS",
              "pricePerUnit": "6.73",
              "pricePerUnitWithTaxes": "9.9276",
              "unitType": "KWH_CONSUMPION",
              "validFrom": "2025-06-30T22:00:00+00:00",
              "validTo": null,
              "priceLevel": "1"
            }
          }
        ]
      }
    }
    "#);
    let of_both = [electricity, gas].map(|agreement| {
        let rate = &agreement["energySupplyRate"];
        assert_eq!(rate["standingRate"]["validTo"], rate["rates"]["edges"][0]["node"]["validTo"]);
        (lines(&rate["consumptionRates"]), lines(&rate["rates"]))
    });
    assert_json_snapshot!(of_both, @r#"
    [
      [
        [
          "SupplyConsumptionRateType 14.79 21.3456 - 06:00:00/22:00:00",
          "SupplyConsumptionRateType 10.72 16.4616 - 22:00:00/06:00:00"
        ],
        [
          "ElectricityStandingRateType 17520 22605.5916 -",
          "ElectricitySupplyConsumptionRateType 14.79 21.3456 HP 06:00:00/22:00:00",
          "ElectricitySupplyConsumptionRateType 10.72 16.4616 HC 22:00:00/06:00:00"
        ]
      ],
      [
        [
          "SupplyConsumptionRateType 6.73 9.9276 -"
        ],
        [
          "ElectricityStandingRateType 24120 32990.016 -",
          "SupplyConsumptionRateType 6.73 9.9276 -"
        ]
      ]
    ]
    "#);
    // The older root field shows the same.
    let query = format!(
        r#"{AGREEMENT} {{ agreements(accountNumber: "A-40E5E001", active: true, first: 10) {{ totalCount edges {{
        node {{ ...Agreement }} }} }} }}"#
    );
    let answer = customer.ask_for(&query).await;
    assert_eq!(answer.number_at("/agreements/totalCount"), 2);
    assert_eq!(*answer.at("/agreements/edges/0/node"), *electricity);
    assert_eq!(*answer.at("/agreements/edges/1/node"), *gas);
    let none = customer.ask_for(&query.replace("active: true", "active: false")).await;
    assert_eq!(none.number_at("/agreements/totalCount"), 0);
    let one = format!("agreementId: {}", gas["id"]);
    let one = customer.ask_for(&query.replace("active: true", &one)).await;
    assert_eq!(one.number_at("/agreements/totalCount"), 1);
    assert_eq!(*one.at("/agreements/edges/0/node"), *gas);
    let unknown = customer.ask_for(&query.replace("active: true", r#"agreementId: "gas""#)).await;
    assert_eq!(unknown.number_at("/agreements/totalCount"), 0);
});

story!(six_prices_have_their_hours, |app| async move {
    let customer = app.customer("tempo").await;
    let agreements = of_account(&customer, "A-7E3B0001", "first: 1").await;
    assert_json_snapshot!(lines(&agreements[0]["energySupplyRate"]["rates"]), @r#"
    [
      "ElectricityStandingRateType 17160 22173.5916 -",
      "ElectricitySupplyConsumptionRateType 7.72 12.8616 HCE 22:00:00/06:00:00",
      "ElectricitySupplyConsumptionRateType 10.14 15.7656 HPE 06:00:00/22:00:00",
      "ElectricitySupplyConsumptionRateType 9.18 14.6136 HCHI 22:00:00/06:00:00",
      "ElectricitySupplyConsumptionRateType 12.39 18.4656 HPHI 06:00:00/22:00:00",
      "ElectricitySupplyConsumptionRateType 9.96 15.5496 HCP 22:00:00/06:00:00",
      "ElectricitySupplyConsumptionRateType 52.13 66.1536 HPP 06:00:00/22:00:00"
    ]
    "#);
});

story!(agreements_are_chosen_by_time, |app| async move {
    let customer = app.customer("moved-out").await;
    let all = of_account(&customer, "A-0070F001", "first: 10").await;
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["isActive"], json!(false));
    assert_eq!(all[0]["nextPaymentForecast"], json!(null));
    let active = async |at: &str| {
        of_account(&customer, "A-0070F001", &format!(r#"first: 10, activeAt: "{at}""#)).await.len()
    };
    let end = all[0]["validTo"].as_str().expect("it has ended");
    assert_eq!(active(end).await, 0);
    assert_eq!(active(all[0]["validFrom"].as_str().expect("it began")).await, 1);
    assert_eq!(active("2026-01-15T12:00:00Z").await, 0);
});

story!(somebody_elses_agreements_are_refused, |app| async move {
    let customer = app.customer("flat-base").await;
    let of_others = r#"{ agreements(accountNumber: "A-2ACC0001", first: 1) { totalCount } }"#;
    assert_eq!(customer.ask_for(of_others).await.codes(), ["KT-CT-1111"]);
    let query = "{ agreement(id: 402) { id } canRescindAgreement(agreementId: 402) \
                 availableProductSwitchDates(agreementId: 402) }";
    assert_eq!(customer.ask_for(query).await.codes(), ["KT-CT-1111", "KT-CT-1501", "KT-CT-1501"]);
    let terminate = r#"mutation { terminateAgreement(input: { agreementId: "402",
        terminateAt: "2026-02-01T00:00:00+01:00" }) { agreement { id } } }"#;
    assert_eq!(customer.ask_for(terminate).await.codes(), ["KT-CT-1501"]);
    let own = customer.ask_for(&query.replace("402", "401")).await;
    assert_eq!(own.number_at("/agreement/id"), 401);
});

story!(who_has_just_moved_in_may_withdraw, |app| async move {
    let query = "query ($id: Int!) { canRescindAgreement(agreementId: $id) }";
    let newcomer = app.customer("moved-in").await;
    assert_eq!(newcomer.gql(query, json!({ "id": 416 })).await.data()["canRescindAgreement"], json!(true));
    app.clock().advance(chrono::TimeDelta::days(6));
    let newcomer = app.customer("moved-in").await;
    assert_eq!(newcomer.gql(query, json!({ "id": 416 })).await.data()["canRescindAgreement"], json!(false));
});

story!(the_next_payment_comes_as_it_was_foreseen, |app| async move {
    let customer = app.customer("flat-base").await;
    let agreement = of_account(&customer, "A-F1A7BA5E", "first: 1").await.remove(0);
    let foreseen = &agreement["nextPaymentForecast"];
    let date = foreseen["date"].as_str().expect("a day");
    assert!(date > "2026-01-14" && date < "2026-03-20", "{date}");
    app.clock().set(format!("{date}T20:00:00Z").parse().expect("an instant"));
    let customer = app.customer("flat-base").await;
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { payments(first: 5) { edges { node {
        amount paymentDate } } } } }"#;
    let payments = customer.ask_for(query).await;
    let made = json!({ "node": { "amount": foreseen["amount"], "paymentDate": date } });
    assert!(payments.list_at("/account/payments/edges").contains(&made), "{made} {}", payments.text());
});

const TERMINATE: &str = "mutation ($id: ID!, $at: DateTime!) { terminateAgreement(input: { agreementId: $id,
    terminateAt: $at }) { agreement { id isActive isRevoked validTo terminatedAt product { code }
    supplyPoint { externalIdentifier } account { number } } } }";

story!(an_agreement_ends_when_its_customer_says_so, |app| async move {
    let customer = app.customer("flat-base").await;
    let terminate = async |at: &str| customer.gql(TERMINATE, json!({ "id": "401", "at": at })).await;
    // Billed already, and before it began.
    for at in ["2025-12-01T00:00:00+01:00", "2024-01-01T00:00:00+01:00"] {
        assert_eq!(terminate(at).await.codes(), ["KT-CT-1513"], "{at}");
    }
    assert_json_snapshot!(terminate("2026-02-10T00:00:00+01:00").await.data(), @r#"
    {
      "terminateAgreement": {
        "agreement": {
          "id": "401",
          "isActive": true,
          "isRevoked": false,
          "validTo": "2026-02-09T23:00:00+00:00",
          "terminatedAt": "2026-02-09T23:00:00+00:00",
          "product": {
            "code": "OCTO_FIXE_BASE_1_V2"
          },
          "supplyPoint": {
            "externalIdentifier": "00000000000001"
          },
          "account": {
            "number": "A-F1A7BA5E"
          }
        }
      }
    }
    "#);
    let agreement = of_account(&customer, "A-F1A7BA5E", "first: 1").await.remove(0);
    assert_eq!(agreement["validTo"], json!("2026-02-09T23:00:00+00:00"));
    assert_eq!(agreement["isActive"], json!(true));
    let of_ledger = r#"{ account(accountNumber: "A-F1A7BA5E") { ledgers(ledgerNumber: "L-100000001A") {
        agreements(first: 5) { edges { node { id validTo isActive } } } } } }"#;
    let on_ledger = customer.ask_for(of_ledger).await;
    let node = json!({ "id": "401", "validTo": agreement["validTo"], "isActive": true });
    assert_eq!(*on_ledger.at("/account/ledgers/0/agreements/edges"), json!([{ "node": node }]));
    app.clock().set("2026-03-01T12:00:00Z".parse().expect("an instant"));
    let customer = app.customer("flat-base").await;
    let over = of_account(&customer, "A-F1A7BA5E", "first: 1").await.remove(0);
    assert_eq!(over["isActive"], json!(false));
    // The last bill is for the days up to the end, and what has ended cannot end again.
    let charges = r#"{ account(accountNumber: "A-F1A7BA5E") { transactions(first: 1, transactionTypes: [ENERGY_CHARGES]) {
        edges { node { ... on Charge { consumption { startDate endDate } } } } } } }"#;
    let last = customer.ask_for(charges).await;
    assert_eq!(last.text_at("/account/transactions/edges/0/node/consumption/endDate"), "2026-02-10");
    let again = customer.gql(TERMINATE, json!({ "id": "401", "at": "2026-04-01T00:00:00+02:00" })).await;
    assert_eq!(again.codes(), ["KT-CT-1513"]);
});
