//! The demo world: read, planted, and what `fixtures/README.md` promises of it.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use kemu_domain::oauth::ClientSecret;
use kemu_domain::payments::PaymentStatus;
use kemu_domain::transactions::TransactionKind;
use kemu_domain::{Minor, PageRequest, Scope, accounts::overdue_balance};
use kemu_persistence::seed::{Origin, Planted, origin, plant};
use kemu_persistence::transactions::{self, Book, Reading};
use kemu_persistence::{Error, accounts, demo, ledgers, payments};

use crate::support::{account, demo_fixture, demo_origin, demo_world, noon, on_each_store, planted, whole};

#[test]
fn an_unknown_key_is_refused_with_its_place() {
    let text = demo::DEMO_YAML.replace("    password_expired: true", "    pasword_expired: true");
    let error = demo::parse(&text, "mine.yaml").expect_err("a misspelt key");
    let line = text.lines().position(|line| line.contains("pasword_expired")).expect("it is there") + 1;
    assert_eq!((error.line, error.column), (line as u64, 5), "{error}");
    let message = error.to_string();
    assert!(message.starts_with(&format!("mine.yaml:{line}:5: ")), "{message}");
    assert!(message.contains("pasword_expired") && message.contains("password_expired"), "{message}");
}

#[test]
fn a_malformed_value_is_refused_with_its_place() {
    let text = demo::DEMO_YAML.replace("number: L-100000001A", "number: 100000001A");
    let error = demo::parse(&text, "mine.yaml").expect_err("no ledger number").to_string();
    assert!(error.contains("is no ledger number") && !error.starts_with("mine.yaml:0"), "{error}");
}

#[test]
fn the_readme_names_each_person_and_key() {
    let readme = include_str!("../../../../fixtures/README.md");
    let fixture = demo_fixture();
    for person in &fixture.people {
        let accounts: Vec<_> = fixture.accounts_of(&person.name).map(ToString::to_string).collect();
        let (name, email, key, accounts) =
            (&person.name, &person.email, person.api_key.reveal(), accounts.join(", "));
        assert!(readme.contains(&format!("| `{name}` | {email} | `{key}` | {accounts} |")), "{name}");
        assert!(readme.contains(&format!("`{}`", person.password)), "{name}");
    }
    for organisation in &fixture.organisations {
        let row = format!("| `{}` | `{}` |", organisation.name, organisation.secret_key.reveal());
        assert!(readme.contains(&row), "{row}");
    }
}

#[test]
fn the_readmes_name_each_oauth_application_with_id_and_secret() {
    let (readme, of_fixtures) =
        (include_str!("../../../../README.md"), include_str!("../../../../fixtures/README.md"));
    for client in &demo_fixture().clients {
        let secret = client.secret.as_ref().map(ClientSecret::reveal);
        let told = secret.map_or("none".to_owned(), |secret| format!("`{secret}`"));
        let row = format!("| `{}` | `{}` | {told} |", client.name, client.id);
        assert!(readme.contains(&row), "{row}");
        let greeting = secret.map(|secret| format!(" / {secret}")).unwrap_or_default();
        let greeting = format!("  {:<17}  {}{greeting}\n", client.name, client.id);
        assert!(readme.contains(&greeting), "the banner: {greeting}");
        let both = secret.map(|secret| format!(" `{secret}`")).unwrap_or_default();
        let row = format!("| `{}` | `{}`{both} |", client.name, client.id);
        assert!(of_fixtures.contains(&row), "{row}");
    }
}

#[tokio::test]
async fn a_store_is_planted_once() {
    on_each_store("planted_once", async |store| {
        let world = planted(&store).await;
        assert_eq!(origin(store.connection()).await.expect("a query"), Some(demo_origin()));
        let must_not_build = || -> Result<_, Error> { panic!("a store with a world needs no other") };
        let same = plant(&store, &demo_origin(), must_not_build, &|_| panic!("no hash needed")).await;
        assert_eq!(same.expect("a query"), Planted::AlreadyThere);
        let other = Origin { fixture_digest: "other".into(), ..demo_origin() };
        let other = plant(&store, &other, must_not_build, &|_| panic!("no hash needed")).await;
        assert_eq!(other.expect("a query"), Planted::AnotherWorld);
        let everyone = accounts::visible_to(Scope::All).all(store.connection()).await.expect("accounts");
        assert_eq!(everyone, world.accounts);
    })
    .await;
}

#[tokio::test]
async fn a_shared_password_is_hashed_once() {
    let store = kemu_persistence::Store::open(&kemu_persistence::StoreUrl::Temporary).await.expect("opens");
    let hashed = AtomicUsize::new(0);
    let hash = |password: &str| {
        hashed.fetch_add(1, Ordering::Relaxed);
        password.to_uppercase()
    };
    plant::<Error>(&store, &demo_origin(), || Ok(demo_world()), &hash).await.expect("planted");
    assert_eq!(hashed.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn ledgers_hold_the_sum_of_their_transactions() {
    on_each_store("sums", async |store| {
        let world = planted(&store).await;
        let connection = store.connection();
        for account in &world.accounts {
            for ledger in ledgers::of_account(connection, account.id).await.expect("ledgers") {
                let mut balance = Minor::ZERO;
                for transaction in whole(&store, Book::Ledger(ledger.id), Reading::OldestFirst).await {
                    balance += transaction.effect();
                    assert_eq!(transaction.balance_carried_forward, balance, "{}", ledger.number);
                    assert_eq!(transaction.account_number, account.number);
                }
                assert_eq!(ledger.balance, balance, "{}", ledger.number);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn everyone_is_what_they_are_for() {
    on_each_store("everyone", async |store| {
        planted(&store).await;
        let connection = store.connection();
        let newest = |book| whole(&store, book, Reading::NewestFirst);
        let flat_base = account(&store, "A-F1A7BA5E").await;
        let mut kinds: HashMap<TransactionKind, usize> = HashMap::new();
        for transaction in newest(Book::Account(flat_base.id)).await {
            *kinds.entry(transaction.kind()).or_default() += 1;
        }
        assert_eq!(kinds.len(), 4, "{kinds:?}");

        let long = account(&store, "A-10A60001").await;
        assert!(newest(Book::Account(long.id)).await.len() > 1_000);

        let business = account(&store, "A-2ACC0002").await;
        let (main, complete) =
            (newest(Book::Account(business.id)).await, newest(Book::Complete(business.id)).await);
        assert_eq!(complete.len(), main.len() + 3, "the pot's three bookings");

        let in_debt = account(&store, "A-1DEB7001").await;
        let balance = kemu_domain::accounts::balance(
            &ledgers::of_account(connection, in_debt.id).await.expect("ledgers"),
            false,
        );
        let recent = noon().date_naive() - chrono::TimeDelta::days(14);
        let recent = transactions::charged_since(connection, in_debt.id, recent).await.expect("a sum");
        assert_eq!((balance, recent), (Minor(-45_266), Minor::ZERO));
        assert_eq!(overdue_balance(balance, recent), Minor(45_266));
        let failed = payments::Filter { status: Some(PaymentStatus::Failed), ..payments::Filter::default() };
        let failed =
            payments::page(connection, in_debt.id, &failed, &PageRequest::first(10)).await.expect("a page");
        assert_eq!(failed.total, 9);
    })
    .await;
}

#[tokio::test]
async fn two_who_start_together_make_one_world() {
    on_each_store("together", async |store| {
        let (first, second) = tokio::join!(
            async { plant::<Error>(&store, &demo_origin(), || Ok(demo_world()), &str::to_owned).await },
            async { plant::<Error>(&store, &demo_origin(), || Ok(demo_world()), &str::to_owned).await },
        );
        let mut results = [first.expect("planted"), second.expect("planted")];
        results.sort_by_key(|planted| *planted == Planted::AlreadyThere);
        assert_eq!(results, [Planted::Fresh, Planted::AlreadyThere]);
    })
    .await;
}
