//! The form of the landing page that registers an application.

use kemu_tests::oauth::{Browser, basic, hidden};
use kemu_tests::{Answer, TestApp, story};

const NASTY: &str = "\"><script>alert(1)</script>";

async fn send(browser: &Browser, fields: &[(&str, &str)]) -> Answer {
    let page = browser.open("/").await;
    browser.submit(&page, "/applications/", fields).await
}

async fn names(app: &TestApp) -> Vec<String> {
    let all = app.get("/_emulator/oauth/clients").await;
    let all = all.body["clients"].as_array().expect("a list").iter();
    all.map(|one| one["name"].as_str().expect("text").to_owned()).collect()
}

/// What stands after a `<dt>` of a page.
fn told(page: &Answer, what: &str) -> String {
    let start = format!("<dt>{what}</dt><dd><code>");
    let rest = page.text().split(&start).nth(1).unwrap_or_else(|| panic!("no {what} on {}", page.text()));
    rest.split('<').next().unwrap_or_default().to_owned()
}

story!(an_application_that_was_registered_with_the_form_works, |app| async move {
    let browser = app.browser();
    let fields = [
        ("name", " my robot "),
        ("type", "confidential"),
        ("grant", "client-credentials"),
        ("scope:query:property", "on"),
        ("organisation", "usage-reader"),
    ];
    let page = send(&browser, &fields).await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (201, "no-store"));
    assert!(page.text().contains("my robot is registered"));
    let (id, secret) = (told(&page, "Client id"), told(&page, "Secret"));
    let form = [("grant_type", "client_credentials")];
    let token = app.post_form("/token/", &[("authorization", &basic(&id, &secret))], &form).await;
    assert_eq!(token.body["scope"], "query:property");
    let landing = browser.open("/").await;
    assert!(landing.text().contains(&id) && !landing.text().contains(&secret), "told once");

    let fields = [
        ("name", "my app"),
        ("type", "public"),
        ("grant", "authorization-code"),
        ("redirect_uris", "http://127.0.0.1/callback\r\ncom.example.mine:/cb\r\n"),
        ("scope:openid", "on"),
        ("scope:full-customer-access", "on"),
    ];
    let page = send(&browser, &fields).await;
    assert!(!page.text().contains("Secret"), "a public one has none");
    let id = told(&page, "Client id");
    let request = app.authorization("demo-public", &[("client_id", &id)]);
    browser.sign_in("flat-base", &request).await;
    browser.allow(&request).await;
});

story!(what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost, |app| async move {
    let browser = app.browser();
    let before = names(&app).await;
    let typed = [
        ("name", "demo-public"),
        ("type", "public"),
        ("grant", "client-credentials"),
        ("redirect_uris", "javascript:alert(1) https://app.example/cb"),
        ("scope:openid", "on"),
    ];
    let page = send(&browser, &typed).await;
    assert_eq!(page.status, 400);
    let text = page.text();
    for (field, right) in [
        ("name", "there is an application of this name already"),
        ("type", "client credentials are for confidential clients"),
        ("redirect_uris", "only the authorization code grant has redirect URIs"),
        ("scope", "client credentials sign nobody in"),
        ("organisation", "client credentials, and nothing else, need an organisation to act for"),
    ] {
        assert!(text.contains(&format!("<a href=\"#{field}-field\">{right}")), "{field} in the list: {text}");
        assert!(text.contains(&format!("id=\"{field}-wrong\">{right}")), "{field} beside it: {text}");
        let field =
            text.split(&format!("id=\"{field}-field\"")).nth(1).and_then(|rest| rest.split('>').next());
        let tied = field.expect("the field");
        assert!(tied.contains("aria-invalid=\"true\" aria-describedby="), "{tied}");
    }
    assert!(text.contains("role=\"alert\""));
    assert!(text.contains("name=\"name\" autocomplete=\"off\" value=\"demo-public\""), "{text}");
    assert!(
        text.contains("value=\"public\" checked") && text.contains("value=\"client-credentials\" checked")
    );
    assert!(text.contains("name=\"scope:openid\" value=\"on\" checked"));
    assert!(!text.contains("name=\"scope:full-customer-access\" value=\"on\" checked"), "as it was left");
    assert!(text.contains("javascript:alert(1) https:&#x2f;&#x2f;app.example&#x2f;cb</textarea>"), "{text}");

    let page = send(&browser, &[("name", "undecided")]).await;
    assert_eq!(page.status, 400);
    for right in ["choose public or confidential", "choose authorization-code, client-credentials or device"]
    {
        assert!(page.text().contains(right), "{right}");
    }
    assert_eq!(names(&app).await, before, "nothing was registered");
});

story!(a_form_without_mistakes_has_a_label_for_each_field_and_no_script, |app| async move {
    let page = app.browser().open("/").await;
    let text = page.text();
    for field in ["name", "redirect_uris", "organisation"] {
        assert!(text.contains(&format!("<label for=\"{field}-field\">")), "{field}");
    }
    assert_eq!(text.matches("<fieldset").count(), text.matches("<legend>").count());
    let choices = text.matches("type=\"radio\"").count() + text.matches("type=\"checkbox\"").count();
    assert_eq!((choices, text.matches("<label><input").count()), (12, 12), "each in its label");
    assert!(!text.contains("<script") && !text.contains("aria-invalid"));
    assert!(text.contains("name=\"scope:full-customer-access\" value=\"on\" checked"));
});

story!(what_is_typed_into_the_registration_is_escaped, |app| async move {
    let browser = app.browser();
    let fields = |name: &'static str, grant: &'static str| {
        [
            ("name", name),
            ("type", "public"),
            ("grant", grant),
            ("redirect_uris", "https://app.example/\"><script>alert(1)</script>"),
            ("organisation", NASTY),
            ("scope:openid", NASTY),
        ]
    };
    let page = send(&browser, &fields(NASTY, NASTY)).await;
    assert!(page.status == 400 && !page.text().contains("<script"), "{}", page.text());
    assert!(page.text().contains("&lt;script&gt;"), "it is shown all the same");
    let page =
        send(&browser, &[("name", NASTY), ("type", "public"), ("grant", "device"), ("scope:openid", "on")])
            .await;
    assert!(page.status == 201 && !page.text().contains("<script"), "{}", page.text());
    assert!(!browser.open("/").await.text().contains("<script"));
});

story!(only_our_form_in_this_browser_registers_an_application, |app| async move {
    let (browser, other) = (app.browser(), app.browser());
    let before = names(&app).await;
    let own = hidden(&browser.open("/").await).remove(0).1;
    let foreign = hidden(&other.open("/").await).remove(0).1;
    let evil = [("origin", "https://evil.example")];
    for (headers, token) in [(&[][..], ""), (&[], "0"), (&[], foreign.as_str()), (&evil[..], own.as_str())] {
        let form = [("name", "evil"), ("type", "public"), ("grant", "device"), ("csrf", token)];
        assert_eq!(browser.post("/applications/", headers, &form).await.status, 403, "{token}");
    }
    let form = [("name", "evil"), ("type", "public"), ("grant", "device"), ("csrf", own.as_str())];
    assert_eq!(app.browser().post("/applications/", &[], &form).await.status, 403, "without the cookie");
    assert_eq!(app.get("/applications/").await.status, 405);
    assert_eq!(names(&app).await, before);
    let good =
        [("name", "good"), ("type", "public"), ("grant", "device"), ("scope:openid", "on"), ("csrf", &own)];
    assert_eq!(browser.post("/applications/", &[], &good).await.status, 201);
});
