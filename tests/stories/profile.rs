//! What people change about themselves, and where their bills go.

use kemu_tests::{Answer, Role, story};
use serde_json::{Value as Json, json};

use crate::money::{mutate, with};

const DETAILS: &str =
    "viewer { id email givenName familyName fullName title pronouns dateOfBirth mobile landline }";

async fn update(role: &Role, input: Json) -> Answer {
    mutate(role, "updateUser", "UpdateUserInput!", DETAILS, input).await
}

story!(a_person_changes_and_stays_changed, |app| async move {
    let customer = app.customer("flat-base").await;
    let change = json!({
        "givenName": "Nouvelle", "familyName": "Personne", "title": "M.", "pronouns": "", "dateOfBirth": "1990-02-03",
        "mobile": "+33 6 39 98 00 99", "landline": "01 99 00 00 99",
    });
    let answer = update(&customer, change).await;
    let told = &answer.data()["updateUser"]["viewer"];
    assert_eq!(
        *told,
        json!({
            "id": "3200001", "email": "flat-base@example.com", "givenName": "Nouvelle", "familyName": "Personne",
            "fullName": "Nouvelle Personne", "title": "M.", "pronouns": null, "dateOfBirth": "1990-02-03",
            "mobile": "+33639980099", "landline": "0199000099",
        })
    );
    let viewer = customer.ask_for(&format!("{{ {DETAILS} }}")).await;
    assert_eq!(viewer.data()["viewer"], *told);
    let users = customer.ask_for(r#"{ account(accountNumber: "A-F1A7BA5E") { users { fullName } } }"#).await;
    assert_eq!(users.at("/account/users/0/fullName"), "Nouvelle Personne");
    assert_eq!(update(&customer, json!({})).await.data()["updateUser"]["viewer"], *told, "nothing new");
});

story!(another_address_ends_all_tokens, |app| async move {
    let customer = app.customer("flat-base").await;
    let answer = update(&customer, json!({ "email": "Somebody.Else@example.com" })).await;
    assert_eq!(answer.text_at("/updateUser/viewer/email"), "somebody.else@example.com");
    assert_eq!(customer.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1162"]);
    assert_eq!(customer.refresh().await.codes(), ["KT-CT-1135"]);
    let by = |email: &str| json!({ "email": email, "password": "Demo-Octopus-1" });
    let old = app.anonymous().try_sign_in(by("flat-base@example.com")).await;
    assert_eq!(old.codes(), ["KT-CT-1138"]);
    let customer = app.anonymous().sign_in("flat-base", by("somebody.else@example.com")).await;
    let viewer = customer.ask_for("{ viewer { email } }").await;
    assert_eq!(viewer.text_at("/viewer/email"), "somebody.else@example.com");
});

story!(what_a_person_cannot_be_is_refused, |app| async move {
    let customer = app.customer("flat-base").await;
    for (change, code) in [
        (json!({ "email": "nobody" }), "KT-CT-5413"),
        (json!({ "email": "two-accounts@example.com" }), "KT-CT-5413"),
        (json!({ "givenName": " " }), "KT-CT-5413"),
        (json!({ "mobile": "call me" }), "KT-CT-5413"),
        (json!({ "dateOfBirth": "2026-01-16" }), "KT-CT-5413"),
        (json!({ "userId": "3200002", "title": "M." }), "KT-CT-5414"),
        (json!({ "userId": "nonsense", "title": "M." }), "KT-CT-5414"),
    ] {
        assert_eq!(update(&customer, change.clone()).await.codes(), [code], "{change}");
    }
    assert_eq!(update(&app.anonymous(), json!({})).await.codes(), ["KT-CT-1112"]);
    let office = app.organisation("back-office").await;
    assert_eq!(update(&office, json!({ "title": "M." })).await.codes(), ["KT-CT-5414"]);
    let changed = update(&office, json!({ "userId": "3200001", "title": "M." })).await;
    assert_eq!(changed.text_at("/updateUser/viewer/title"), "M.");
});

story!(a_password_changes_and_ends_all_tokens, |app| async move {
    let change = async |role: &Role, old: &str, new: &str, again: &str| {
        let input = json!({ "oldPassword": old, "newPassword": new, "newPasswordConfirmed": again });
        mutate(role, "updatePassword", "UpdatePasswordInput", "viewer { id }", input).await
    };
    let customer = app.customer("flat-base").await;
    let old = "Demo-Octopus-1";
    assert_eq!(change(&customer, "wrong", "New-Secret-2", "New-Secret-2").await.codes(), ["KT-CT-5460"]);
    assert_eq!(change(&customer, old, "New-Secret-2", "New-Secret-3").await.codes(), ["KT-CT-5450"]);
    assert_eq!(change(&customer, old, old, old).await.codes(), ["KT-CT-5450"]);
    let short = change(&customer, old, "abc", "abc").await;
    assert_eq!(short.codes(), ["KT-CT-5450"]);
    let broken = short.errors()[0]["extensions"]["validationErrors"].as_array().expect("a list");
    assert!(broken.iter().any(|rule| rule["code"] == "password_too_short"), "{broken:?}");
    change(&customer, old, "New-Secret-2", "New-Secret-2").await.data();
    assert_eq!(customer.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1162"]);
    let by = |password: &str| json!({ "email": "flat-base@example.com", "password": password });
    assert_eq!(app.anonymous().try_sign_in(by(old)).await.codes(), ["KT-CT-1138"]);
    let customer = app.anonymous().sign_in("flat-base", by("New-Secret-2")).await;
    customer.ask_for("{ viewer { id } }").await.data();
    // A password that has expired is good for getting another.
    let locked = app.customer("locked-out").await;
    change(&locked, old, "New-Secret-2", "New-Secret-2").await.data();
    let by = json!({ "email": "locked-out@example.com", "password": "New-Secret-2" });
    app.anonymous().sign_in("locked-out", by).await;
    let texts = app.anonymous().ask_for("{ passwordValidatorHelpTexts }").await;
    assert!(!texts.list_at("/passwordValidatorHelpTexts").is_empty());
});

const BILLING: &str = "account { billingName billingEmail billingAddress billingAddressLine1 billingAddressLine2 \
                       billingAddressPostcode billingCountryCode address { streetAddress locality postalCode } }";

story!(bills_go_to_another_address, |app| async move {
    let customer = app.customer("flat-base").await;
    let address = json!({
        "streetAddress": "9 rue du Nouveau\nBât. C", "locality": "Lille", "postalCode": "59000", "country": "FR",
    });
    let input = json!({ "accountNumber": "A-F1A7BA5E", "billingAddress": address });
    let moved = async |role: &Role, input: Json| {
        mutate(role, "updateAccountBillingAddress", "AccountBillingAddressInput!", BILLING, input).await
    };
    let answer = moved(&customer, input.clone()).await;
    let told = &answer.data()["updateAccountBillingAddress"]["account"];
    assert_eq!(told["billingAddress"], "9 rue du Nouveau, Bât. C, Lille, 59000");
    assert_eq!(told["address"]["streetAddress"], address["streetAddress"]);
    assert_eq!((&told["billingName"], &told["billingCountryCode"]), (&"Flat Base".into(), &"FR".into()));
    let query =
        format!("{{ {} }}", BILLING.replacen("account", r#"account(accountNumber: "A-F1A7BA5E")"#, 1));
    assert_eq!(customer.ask_for(&query).await.data()["account"], *told);
    for (changes, code) in [
        (json!({ "accountNumber": "A-2ACC0001" }), "KT-CT-7123"),
        (json!({ "accountNumber": null }), "KT-CT-7123"),
        (json!({ "billingAddress": null }), "KT-CT-4145"),
        (json!({ "billingAddress": with(&address, json!({ "streetAddress": null })) }), "KT-CT-4145"),
        (json!({ "billingAddress": with(&address, json!({ "postalCode": "590" })) }), "KT-CT-4145"),
        (json!({ "billingAddress": with(&address, json!({ "locality": " " })) }), "KT-CT-4145"),
    ] {
        assert_eq!(moved(&customer, with(&input, changes.clone())).await.codes(), [code], "{changes}");
    }
    assert_eq!(customer.ask_for(&query).await.data()["account"], *told);
    assert_eq!(moved(&app.anonymous(), input).await.codes(), ["KT-CT-1112"]);
});

story!(bills_go_to_another_e_mail_address, |app| async move {
    let customer = app.customer("flat-base").await;
    let mailed = async |role: &Role, account: &str, email: Json| {
        let input = json!({ "accountNumber": account, "billingEmail": email });
        let selection = "account { number billingEmail }";
        mutate(role, "updateAccountBillingEmail", "UpdateAccountBillingEmailInput!", selection, input).await
    };
    let answer = mailed(&customer, "A-F1A7BA5E", json!("Bills@example.com")).await;
    assert_eq!(answer.text_at("/updateAccountBillingEmail/account/billingEmail"), "bills@example.com");
    let query = r#"{ account(accountNumber: "A-F1A7BA5E") { billingEmail } }"#;
    assert_eq!(customer.ask_for(query).await.text_at("/account/billingEmail"), "bills@example.com");
    assert_eq!(
        app.customer("flat-base").await.ask_for("{ viewer { email } }").await.text_at("/viewer/email"),
        "flat-base@example.com",
        "who signs in is another matter"
    );
    for (account, email, code) in [
        ("A-F1A7BA5E", json!("nobody"), "KT-CT-4122"),
        ("A-F1A7BA5E", json!("a b@example.com"), "KT-CT-4122"),
        ("A-F1A7BA5E", Json::Null, "KT-CT-4122"),
        ("A-2ACC0001", json!("x@example.com"), "KT-CT-4123"),
    ] {
        assert_eq!(mailed(&customer, account, email.clone()).await.codes(), [code], "{account} {email}");
    }
    mailed(&app.organisation("back-office").await, "A-2ACC0001", json!("x@example.com")).await.data();
});
