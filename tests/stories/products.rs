//! Products: what is on sale.

use insta::assert_json_snapshot;
use kemu_domain::Clock;
use kemu_tests::story;
use serde_json::json;

const ON_SALE: &str = "query ($market: String!) { availableProducts(marketName: $market) { code } }";

story!(everybody_may_see_what_is_on_sale_today, |app| async move {
    let nobody = app.anonymous();
    let query = r#"{ availableProducts(marketName: "FRA_GAS") {
        id code fullName displayName description marketName brandCode availabilityStatus availableFrom availableTo
        endsAt term isHidden notes tags { code }
    } }"#;
    let answer = nobody.ask_for(query).await;
    assert_eq!(answer.plausible(), Vec::<&str>::new());
    assert_json_snapshot!(answer.data(), @r#"
    {
      "availableProducts": [
        {
          "id": "201",
          "code": "OCTO_GAZ_1_V2",
          "fullName": "Octo Gaz Fixe",
          "displayName": "Octo Gaz",
          "description": "Octo Gaz Fixe. Nom et prix inventés pour kemu.",
          "marketName": "FRA_GAS",
          "brandCode": "OCTOPUS_ENERGY",
          "availabilityStatus": "EVERYONE",
          "availableFrom": "2022-12-31T23:00:00+00:00",
          "availableTo": null,
          "endsAt": null,
          "term": null,
          "isHidden": false,
          "notes": "",
          "tags": []
        }
      ]
    }
    "#);
    let electricity = nobody.gql(ON_SALE, json!({ "market": "FRA_ELECTRICITY" })).await;
    assert_json_snapshot!(electricity.data(), @r#"
    {
      "availableProducts": [
        {
          "code": "OCTO_FIXE_BASE_1_V2"
        },
        {
          "code": "OCTO_FIXE_HPHC_2_V2"
        },
        {
          "code": "OCTO_TEMPO_6_V1"
        },
        {
          "code": "OCTOFLEX_4_V4"
        },
        {
          "code": "OCTO_EFFACEMENT_HPHC_2_V1"
        },
        {
          "code": "OCTO_SOLAIRE_RACHAT_1_V1"
        }
      ]
    }
    "#);
});

/// The same world some years earlier.
fn in_2022() -> kemu_tests::Options {
    kemu_tests::Options::default().with(|settings, _| {
        let noon = "2022-06-15T12:00:00Z".parse().expect("an instant");
        settings.clock = Clock::frozen_at(noon);
    })
}

story!(what_is_on_sale_follows_the_clock, in_2022(), |app| async move {
    let market = json!({ "market": "FRA_ELECTRICITY" });
    let codes = app.anonymous().gql(ON_SALE, market.clone()).await;
    assert_eq!(*codes.at("/availableProducts"), json!([{ "code": "OCTO_FIXE_BASE_1_V1" }]));
    app.clock().set("2022-12-31T23:00:00Z".parse().expect("an instant"));
    let codes = app.anonymous().gql(ON_SALE, market).await;
    // Midnight in France is the beginning of 2023, when the first version goes and others come.
    assert!(codes.list_at("/availableProducts").contains(&json!({ "code": "OCTO_FIXE_BASE_1_V2" })));
    assert!(!codes.list_at("/availableProducts").contains(&json!({ "code": "OCTO_FIXE_BASE_1_V1" })));
});

story!(a_market_that_france_has_not_is_refused, |app| async move {
    for market in ["GBR_ELECTRICITY", "ELECTRICITY", "fra_electricity", ""] {
        let answer = app.anonymous().gql(ON_SALE, json!({ "market": market })).await;
        assert_eq!(answer.codes(), ["KT-CT-4930"], "{market}");
        assert_eq!(*answer.at("/availableProducts"), json!(null));
    }
});

story!(terms_of_a_product_are_made_up, |app| async move {
    let query = r#"{ termsAndConditionsForProduct(productCode: "OCTO_GAZ_1_V2") { name version } }"#;
    let answer = app.anonymous().ask_for(query).await;
    assert!(!answer.list_at("/termsAndConditionsForProduct").is_empty());
    assert_eq!(answer.plausible(), ["termsAndConditionsForProduct"]);
});
