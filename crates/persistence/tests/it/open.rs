//! Opening a store.

use kemu_persistence::{Store, StoreKind, StoreUrl};

use crate::support::{account, on_each_store, planted};

#[tokio::test]
async fn a_temporary_store_is_gone_with_its_last_clone() {
    let store = Store::open(&StoreUrl::Temporary).await.expect("opens");
    assert_eq!(store.kind(), StoreKind::Sqlite);
    let clone = store.clone();
    drop(store);
    planted(&clone).await;
}

#[tokio::test]
async fn a_named_file_keeps_its_world() {
    let directory = tempfile::tempdir().expect("a directory");
    let url = StoreUrl::Sqlite(directory.path().join("kemu.db"));
    let store = Store::open(&url).await.expect("makes the file");
    planted(&store).await;
    store.close().await.expect("closes");
    let store = Store::open(&url).await.expect("opens it again");
    assert_eq!(account(&store, "A-F1A7BA5E").await.billing.name.as_deref(), Some("Flat Base"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("letter.txt");
    std::fs::write(&path, "Cher client, votre facture est disponible. ".repeat(100)).expect("written");
    let error = Store::open(&StoreUrl::Sqlite(path.clone())).await.expect_err("no database").to_string();
    assert!(error.starts_with(&format!("{} is not an SQLite database", path.display())), "{error}");
}

#[tokio::test]
async fn a_missing_directory_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("missing").join("kemu.db");
    let error = Store::open(&StoreUrl::Sqlite(path)).await.expect_err("no directory").to_string();
    assert!(error.contains("missing/kemu.db") && error.contains("directory must exist"), "{error}");
}

#[tokio::test]
async fn a_server_that_is_not_there_is_named_without_its_password() {
    let url = "postgres://kemu:hunter2@127.0.0.1:1/demo".parse().expect("a URL");
    let error = Store::open(&url).await.expect_err("nobody listens").to_string();
    assert!(error.starts_with("cannot reach PostgreSQL at 127.0.0.1:1/demo"), "{error}");
    assert!(!error.contains("hunter2"), "{error}");
}

#[tokio::test]
async fn what_is_not_committed_leaves_no_trace() {
    on_each_store("not_committed", async |store| {
        planted(&store).await;
        let id = account(&store, "A-F1A7BA5E").await.id;
        let people = kemu_persistence::users::of_account(store.connection(), id).await.expect("people");
        let transaction = store.begin().await.expect("begins");
        kemu_persistence::users::set_api_key(&*transaction, people[0].0.id, None).await.expect("changed");
        drop(transaction);
        let again = kemu_persistence::users::of_account(store.connection(), id).await.expect("people");
        assert_eq!(people, again);
    })
    .await;
}
