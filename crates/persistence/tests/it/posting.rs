//! Booking.

use chrono::{NaiveDate, TimeDelta};
use kemu_domain::bookkeeping::BookingError;
use kemu_domain::transactions::{Amounts, Detail, Draft, Transaction};
use kemu_domain::{LedgerId, Minor, Scope};
use kemu_persistence::transactions::{Book, Reading, post};
use kemu_persistence::{Error, ledgers};

use crate::support::{account, noon, on_each_store, planted, whole};

fn credit(cents: i64, posted_date: NaiveDate) -> Draft {
    Draft {
        detail: Detail::Credit,
        amounts: Amounts::untaxed(Minor(-cents)),
        posted_date,
        created_at: noon(),
        title: "Geste commercial".into(),
        note: None,
        reason_code: None,
        is_reversed: false,
        is_held: false,
        is_issued: false,
        has_statement: false,
        is_imported: false,
        billing_document: None,
    }
}

#[tokio::test]
async fn a_booking_moves_the_balance_and_leads_the_book() {
    on_each_store("booking", async |store| {
        planted(&store).await;
        let connection = store.connection();
        let account = account(&store, "A-2ACC0002").await;
        for id in [LedgerId(51_004), LedgerId(51_005), LedgerId(51_004)] {
            let before =
                ledgers::visible_to(Scope::All).by_id(connection, id).await.expect("a query").expect("it");
            let transaction = store.begin().await.expect("begins");
            let booked =
                post(&transaction, &account, id, credit(500, noon().date_naive())).await.expect("booked");
            transaction.commit().await.expect("commits");
            let after =
                ledgers::visible_to(Scope::All).by_id(connection, id).await.expect("a query").expect("it");
            assert_eq!(after.balance, before.balance + Minor(500));
            assert_eq!(booked.balance_carried_forward, after.balance);
            let book = Book::Complete(account.id);
            let newest = whole(&store, book, Reading::NewestFirst).await;
            assert_eq!(newest[0], booked);
        }
    })
    .await;
}

#[tokio::test]
async fn books_are_append_only() {
    on_each_store("append_only", async |store| {
        planted(&store).await;
        let account = account(&store, "A-F1A7BA5E").await;
        let transaction = store.begin().await.expect("begins");
        let old = credit(500, noon().date_naive() - TimeDelta::days(90));
        let error = post(&transaction, &account, LedgerId(51_001), old).await.expect_err("too late");
        assert!(matches!(error, Error::Booking(BookingError::BehindTheBooks { .. })), "{error}");
        for foreign in [LedgerId(51_002), LedgerId(404)] {
            let error = post(&transaction, &account, foreign, credit(500, noon().date_naive())).await;
            let error = error.expect_err("not this account's");
            assert!(matches!(error, Error::Booking(BookingError::ForeignLedger(_))), "{error}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_writers_book_side_by_side() {
    on_each_store("side_by_side", async |store| {
        planted(&store).await;
        let account = account(&store, "A-2ACC0002").await;
        let book = Book::Complete(account.id);
        let before = whole(&store, book, Reading::OldestFirst).await.len();
        let mut writers = tokio::task::JoinSet::new();
        for index in 0..24 {
            let (store, account) = (store.clone(), account.clone());
            writers.spawn(async move {
                let transaction = store.begin().await.expect("begins");
                let ledger = LedgerId(51_004 + index % 2);
                post(&transaction, &account, ledger, credit(1, noon().date_naive())).await.expect("booked");
                transaction.commit().await.expect("commits");
            });
        }
        writers.join_all().await;
        let after = whole(&store, book, Reading::OldestFirst).await;
        assert_eq!(after.len(), before + 24);
        for ledger in ledgers::of_account(store.connection(), account.id).await.expect("ledgers") {
            let effects = after.iter().filter(|t| t.ledger_id == ledger.id).map(Transaction::effect).sum();
            assert_eq!(ledger.balance, effects);
        }
    })
    .await;
}
