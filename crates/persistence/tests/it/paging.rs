//! Pages of books and payments, held against the same list cut in memory.

use chrono::{NaiveDate, TimeDelta};
use kemu_domain::payments::PaymentStatus;
use kemu_domain::transactions::{Transaction, TypeFilter};
use kemu_domain::{AccountId, Page, PageRequest};
use kemu_persistence::transactions::{Book, Filter, Reading};
use kemu_persistence::{Store, payments};

use crate::support::{account, noon, on_each_store, page, planted, whole};

fn requests() -> Vec<PageRequest> {
    vec![
        PageRequest::first(10),
        PageRequest::first(10).after(9),
        PageRequest::first(10).after(999),
        PageRequest::first(100).after(5_000),
        PageRequest::first(0),
        PageRequest::last(10),
        PageRequest::last(10).before(500),
        PageRequest::last(10).before(3),
        PageRequest { first: Some(20), last: Some(5), after: Some(1), before: Some(15) },
        PageRequest::first(7).before(4),
    ]
}

/// Each page of a book must be what cutting the whole list gives.
async fn compare(store: &Store, book: Book, filter: &Filter, keep: impl Fn(&Transaction) -> bool) -> usize {
    let mut total = 0;
    for reading in [Reading::OldestFirst, Reading::NewestFirst] {
        let list = whole(store, book, reading).await;
        let wanted: Vec<_> = list.into_iter().filter(&keep).collect();
        total = wanted.len();
        for request in requests() {
            let found = page(store, book, filter, reading, &request).await;
            assert_eq!(
                found,
                Page::of(wanted.clone(), &request),
                "{book:?} {filter:?} {reading:?} {request:?}"
            );
        }
    }
    total
}

#[tokio::test]
async fn pages_are_windows_of_the_book() {
    on_each_store("pages", async |store| {
        planted(&store).await;
        let long = account(&store, "A-10A60001").await.id;
        assert!(compare(&store, Book::Account(long), &Filter::default(), |_| true).await > 1_000);
        let business = account(&store, "A-2ACC0002").await.id;
        compare(&store, Book::Complete(business), &Filter::default(), |_| true).await;
        compare(&store, Book::Account(business), &Filter::default(), |_| true).await;
        assert_eq!(compare(&store, Book::Account(AccountId(404)), &Filter::default(), |_| true).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_newest_comes_first() {
    on_each_store("newest_first", async |store| {
        planted(&store).await;
        let long = account(&store, "A-10A60001").await.id;
        let (book, request) = (Book::Account(long), PageRequest::first(100));
        let items = page(&store, book, &Filter::default(), Reading::NewestFirst, &request).await.items;
        assert_eq!(items.len(), 100);
        assert!(items.is_sorted_by(|a, b| a.entry.posted_date >= b.entry.posted_date));
    })
    .await;
}

#[tokio::test]
async fn dates_cut_a_book_at_both_ends() {
    on_each_store("dates", async |store| {
        planted(&store).await;
        let long = account(&store, "A-10A60001").await.id;
        let day = |days: i64| noon().date_naive() - TimeDelta::days(days);
        let spans: [(Option<NaiveDate>, Option<NaiveDate>); 7] = [
            (Some(day(400)), None),
            (None, Some(day(400))),
            (Some(day(800)), Some(day(400))),
            (Some(day(10_000)), Some(day(-10))),
            (Some(day(-10)), None),
            (None, Some(day(10_000))),
            (Some(day(400)), Some(day(800))),
        ];
        for (from, to) in spans {
            let filter = Filter { from, to, ..Filter::default() };
            let keep = |transaction: &Transaction| {
                let posted = transaction.entry.posted_date;
                from.is_none_or(|from| posted >= from) && to.is_none_or(|to| posted <= to)
            };
            for book in
                [Book::Account(long), Book::Complete(long), Book::Ledger(kemu_domain::LedgerId(51_007))]
            {
                compare(&store, book, &filter, keep).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn types_filter_as_the_domain_says() {
    on_each_store("types", async |store| {
        planted(&store).await;
        let all = [
            TypeFilter::EnergyCharges,
            TypeFilter::ImportedCharges,
            TypeFilter::ImportedCredits,
            TypeFilter::ImportedPayments,
            TypeFilter::ImportedRepayments,
            TypeFilter::UnissuedTransactions,
            TypeFilter::WaterCharges,
        ];
        let from = Some(noon().date_naive() - TimeDelta::days(4_095));
        let mut choices: Vec<(Vec<TypeFilter>, Vec<TypeFilter>, Option<NaiveDate>)> = Vec::new();
        choices.extend(all.map(|one| (vec![one], vec![], None)));
        choices.extend(all.map(|one| (vec![], vec![one], None)));
        choices.push((vec![TypeFilter::ImportedCredits, TypeFilter::ImportedCharges], vec![], from));
        choices.push((vec![TypeFilter::EnergyCharges], vec![TypeFilter::UnissuedTransactions], None));
        let book = Book::Account(account(&store, "A-10A60001").await.id);
        for (types, types_excluded, from) in choices {
            let filter = Filter { types, types_excluded, from, to: None };
            let keep = |transaction: &Transaction| {
                let any =
                    |types: &[TypeFilter]| types.iter().any(|wanted| wanted.matches(&transaction.entry));
                (filter.types.is_empty() || any(&filter.types))
                    && !any(&filter.types_excluded)
                    && filter.from.is_none_or(|from| transaction.entry.posted_date >= from)
            };
            let found = compare(&store, book, &filter, keep).await;
            let expects_some = filter.types != [TypeFilter::WaterCharges];
            assert_eq!(found > 0, expects_some, "{filter:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn payments_page_newest_entry_first() {
    on_each_store("payments", async |store| {
        let world = planted(&store).await;
        let in_debt = account(&store, "A-1DEB7001").await.id;
        let mut list: Vec<_> = world.payments.iter().filter(|p| p.account_id == in_debt).cloned().collect();
        list.reverse();
        let filters = [
            payments::Filter::default(),
            payments::Filter { status: Some(PaymentStatus::Failed), ..payments::Filter::default() },
            payments::Filter { include_promises: false, ..payments::Filter::default() },
            payments::Filter { ledger: Some(kemu_domain::LedgerId(404)), ..payments::Filter::default() },
        ];
        for filter in filters {
            let keep = |payment: &kemu_domain::payments::Payment| {
                filter.status.is_none_or(|status| payment.status == status)
                    && filter.ledger.is_none_or(|ledger| payment.ledger_id == ledger)
            };
            let wanted: Vec<_> = list.iter().filter(|payment| keep(payment)).cloned().collect();
            for request in requests() {
                let found =
                    payments::page(store.connection(), in_debt, &filter, &request).await.expect("a page");
                assert_eq!(found, Page::of(wanted.clone(), &request), "{filter:?} {request:?}");
            }
        }
    })
    .await;
}
