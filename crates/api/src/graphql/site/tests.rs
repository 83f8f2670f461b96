//! What a site remembers of documents.

use super::*;

fn held(site: &Site) -> (u64, u64) {
    site.documents.run_pending_tasks();
    (site.documents.entry_count(), site.documents.weighted_size())
}

#[test]
fn documents_are_remembered_by_what_they_take() {
    let site = Site::api();
    for at in 0..300 {
        site.prepare(&format!("query Small{at} {{ viewer {{ id }} }}"), None).unwrap();
    }
    assert_eq!(held(&site).0, 300, "ordinary ones have room");
    let padding = "#".repeat(1_000_000);
    for at in 0..20 {
        site.prepare(&format!("query Long{at} {{ viewer {{ id }} }} {padding}"), None).unwrap();
        let many: String = (0..2_000).map(|at| format!("a{at}: __typename ")).collect();
        site.prepare(&format!("query Many{at} {{ {many} }}"), None).unwrap();
    }
    let (count, bytes) = held(&site);
    assert!(count < 340 && bytes <= REMEMBERED_BYTES, "{count} documents, {bytes} bytes");
}

#[test]
fn each_operation_of_a_document_adds_to_what_it_takes() {
    let site = Site::api();
    let text = "query A { viewer { id } } query B { viewer { id givenName } } mutation C { __typename }";
    let mut before = 0;
    for name in ["A", "B", "C"] {
        site.prepare(text, Some(name)).unwrap();
        let (count, bytes) = held(&site);
        assert!(count == 1 && bytes > before, "{name}: {bytes}");
        before = bytes;
        site.prepare(text, Some(name)).unwrap();
        assert_eq!(held(&site).1, before, "once for each");
    }
    assert!(site.prepare(text, Some("D")).is_err());
    assert_eq!(held(&site), (1, before));
}

#[test]
fn a_plan_takes_its_place_even_where_it_is_refused() {
    let site = Site::api();
    let mut text = String::from("{ viewer { ...F0 } } fragment F40 on AccountUserType { id }");
    for at in 0..40 {
        let next = format!("accounts {{ ... on AccountType {{ users {{ ...F{} }} }} }}", at + 1);
        text.push_str(&format!(" fragment F{at} on AccountUserType {{ a: {next} b: {next} }}"));
    }
    let prepared = site.prepare(&text, None).unwrap();
    assert_eq!(prepared.fixed_cost(), Some(Cost::BOUNDLESS));
    assert!(prepared.work > MOST_WORK && prepared.work < 2 * MOST_WORK, "{}", prepared.work);
    assert!(held(&site).1 > (MOST_WORK * BYTES_A_SELECTION) as u64);
}
