//! Papers of bills, by their signed addresses.

use chrono::TimeDelta;
use kemu_api::documents::Signer;
use kemu_domain::Scope;
use kemu_domain::bills::Bill;
use kemu_persistence::{accounts, bills};
use kemu_tests::{BASE_URL, TestApp, story};
use reqwest::StatusCode;

/// All bills of the world.
async fn all_bills(app: &TestApp) -> Vec<Bill> {
    let reader = app.sandbox().store.reader();
    let mut found = Vec::new();
    for account in accounts::visible_to(Scope::All).all(&reader).await.expect("the store answers") {
        found.extend(bills::of_account(&reader, account.id).await.expect("the store answers"));
    }
    found
}

/// Where a bill's paper is now: its path, with what signs it.
fn signed_path(app: &TestApp, bill: &Bill) -> String {
    let url = Signer::new(app.sandbox().seed).bill_url(BASE_URL, bill.id, app.clock().now());
    url.strip_prefix(BASE_URL).expect("it begins with the base").to_owned()
}

story!(every_bill_has_a_paper_that_is_the_same_each_time, |app| async move {
    let bills = all_bills(&app).await;
    assert!(!bills.is_empty());
    for bill in bills {
        let path = signed_path(&app, &bill);
        let paper = app.get(&path).await;
        assert_eq!(paper.status, StatusCode::OK, "{}", bill.identifier);
        assert_eq!(paper.header("content-type"), "application/pdf");
        assert_eq!(paper.header("cache-control"), "private, no-store");
        let disposition = format!("inline; filename=\"{}.pdf\"", bill.identifier);
        assert_eq!(paper.header("content-disposition"), disposition);
        assert!(paper.bytes.starts_with(b"%PDF-"));
        // Texts are not compressed.
        let shows = |text: &str| paper.bytes.windows(text.len()).any(|found| found == text.as_bytes());
        assert!(shows(&bill.identifier) && shows(&bill.issued_date.format("%d/%m/%Y").to_string()));
        assert_eq!(app.get(&path).await.bytes, paper.bytes);
    }
});

story!(the_address_of_a_paper_expires_after_an_hour_and_cannot_be_changed, |app| async move {
    let bills = all_bills(&app).await;
    let [bill, other, ..] = bills.as_slice() else { panic!("the world has bills") };
    let path = signed_path(&app, bill);
    let of_other = path.replace(&format!("/{}.pdf", bill.id), &format!("/{}.pdf", other.id));
    app.clock().advance(TimeDelta::minutes(59));
    assert_eq!(app.get(&path).await.status, StatusCode::OK);
    let tampered = app.get(&of_other).await;
    assert_eq!((tampered.status, &tampered.body["reason"]), (StatusCode::FORBIDDEN, &"TAMPERED".into()));
    app.clock().advance(TimeDelta::minutes(1));
    let expired = app.get(&path).await;
    assert_eq!((expired.status, &expired.body["reason"]), (StatusCode::FORBIDDEN, &"EXPIRED".into()));
    assert_eq!(app.get(&signed_path(&app, bill)).await.status, StatusCode::OK);
});
