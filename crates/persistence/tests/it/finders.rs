//! Who finds what, and who does not.

use chrono::TimeDelta;
use kemu_domain::secrets::{PasswordHash, SecretKey, digest};
use kemu_domain::users::Role;
use kemu_domain::{AccountNumber, LedgerNumber, OrganisationId, PropertyId, Scope, UserId};
use kemu_persistence::{accounts, devices, ledgers, organisations, properties, users};

use crate::support::{noon, on_each_store, planted};

const FLAT_BASE: UserId = UserId(3_200_001);
const IN_DEBT: UserId = UserId(3_200_003);

#[tokio::test]
async fn each_sees_their_own_and_nothing_else() {
    on_each_store("scopes", async |store| {
        let world = planted(&store).await;
        let connection = store.connection();
        let theirs = AccountNumber::try_new("A-F1A7BA5E").expect("well formed");
        let ledger = LedgerNumber::try_new("L-100000001A").expect("well formed");
        let booked = world.transactions.iter().find(|booked| booked.transaction.account_number == theirs);
        let booked = &booked.expect("flat-base has transactions").transaction;
        let scopes = [
            (Scope::User(FLAT_BASE), true),
            (Scope::User(UserId(3_200_005)), true),
            (Scope::User(IN_DEBT), false),
            (Scope::User(UserId(404)), false),
            (Scope::Organisation(OrganisationId(9001)), true),
            (Scope::Organisation(OrganisationId(404)), false),
            (Scope::All, true),
        ];
        for (scope, sees) in scopes {
            let found = accounts::visible_to(scope).by_number(connection, &theirs).await.expect("a query");
            assert_eq!(found.is_some(), sees, "account, {scope:?}");
            let found =
                accounts::visible_to(scope).by_id(connection, booked.account_id).await.expect("a query");
            assert_eq!(found.is_some(), sees, "account by id, {scope:?}");
            let found = ledgers::visible_to(scope).by_number(connection, &ledger).await.expect("a query");
            assert_eq!(found.is_some(), sees, "ledger, {scope:?}");
            let found =
                properties::visible_to(scope).by_id(connection, PropertyId(123_001)).await.expect("a query");
            assert_eq!(found.is_some(), sees, "property, {scope:?}");
        }
        let all =
            accounts::visible_to(Scope::User(UserId(3_200_002))).all(connection).await.expect("a query");
        let numbers: Vec<_> = all.iter().map(|account| account.number.as_str()).collect();
        assert_eq!(numbers, ["A-2ACC0001", "A-2ACC0002"]);
    })
    .await;
}

#[tokio::test]
async fn rows_come_back_as_they_went_in() {
    on_each_store("round_trip", async |store| {
        let world = planted(&store).await;
        let connection = store.connection();
        for person in &world.people {
            let found = users::by_id(connection, person.user.id).await.expect("a query").expect("the person");
            let hash = Some(PasswordHash(format!("hash of {}", person.password)));
            assert_eq!(found, kemu_domain::users::User { password_hash: hash, ..person.user.clone() });
        }
        for account in &world.accounts {
            let found = ledgers::of_account(connection, account.id).await.expect("a query");
            let wanted: Vec<_> =
                world.ledgers.iter().filter(|l| l.account_id == account.id).cloned().collect();
            assert_eq!(found, wanted);
            let found = properties::of_account(connection, account.id).await.expect("a query");
            let wanted: Vec<_> =
                world.properties.iter().filter(|p| p.account_id == account.id).cloned().collect();
            assert_eq!(found, wanted);
            let found = devices::of_account(connection, account.id).await.expect("a query");
            let wanted: Vec<_> =
                world.devices.iter().filter(|d| d.account_id == account.id).cloned().collect();
            assert_eq!(found, wanted);
        }
        for organisation in &world.organisations {
            let found = organisations::by_name(connection, &organisation.name).await.expect("a query");
            assert_eq!(found.as_ref(), Some(organisation));
        }
    })
    .await;
}

#[tokio::test]
async fn a_devices_settings_are_written_as_a_whole() {
    on_each_store("devices", async |store| {
        let world = planted(&store).await;
        let connection = store.connection();
        let [car, other] = &world.devices[..2] else { panic!("electric-vehicle has two") };
        let scopes = [
            (Scope::User(UserId(3_200_008)), true),
            (Scope::User(FLAT_BASE), false),
            (Scope::Organisation(OrganisationId(9001)), false),
            (Scope::All, true),
        ];
        for (scope, sees) in scopes {
            let found = devices::visible_to(scope).by_id(connection, &car.id).await.expect("a query");
            assert_eq!(found.as_ref(), sees.then_some(car), "{scope:?}");
        }
        let transaction = store.begin().await.expect("begins");
        let found = devices::visible_to(Scope::All).to_change(&*transaction, &car.id).await.expect("a query");
        let mut settings = found.expect("the car").settings;
        settings.connection_lost_at = Some(noon());
        devices::set_settings(&*transaction, &car.id, &settings).await.expect("set");
        transaction.commit().await.expect("commits");
        let found = devices::of_account(connection, car.account_id).await.expect("a query");
        assert_eq!(found[0].settings, settings);
        assert_eq!(&found[1], other, "the other one is as it was");
    })
    .await;
}

#[tokio::test]
async fn people_are_found_by_their_credentials() {
    on_each_store("credentials", async |store| {
        planted(&store).await;
        let connection = store.connection();
        let found = users::by_email(connection, " Flat-Base@Example.com ").await.expect("a query");
        assert_eq!(found.map(|user| user.id), Some(FLAT_BASE));
        assert!(users::by_email(connection, "nobody@example.com").await.expect("a query").is_none());

        let old = digest("sk_live_demoFlatBase000000000001");
        let found = users::by_api_key_digest(connection, &old).await.expect("a query");
        assert_eq!(found.map(|user| user.id), Some(FLAT_BASE));
        let new = SecretKey::from_random([7; 24]);
        let transaction = store.begin().await.expect("begins");
        users::set_api_key(&*transaction, FLAT_BASE, Some(&new)).await.expect("set");
        users::set_tokens_valid_from(&*transaction, FLAT_BASE, noon() + TimeDelta::microseconds(1))
            .await
            .expect("set");
        users::set_password_hash(&*transaction, FLAT_BASE, &PasswordHash("new".into())).await.expect("set");
        transaction.commit().await.expect("commits");
        assert!(users::by_api_key_digest(connection, &old).await.expect("a query").is_none());
        let found =
            users::by_api_key_digest(connection, &new.digest()).await.expect("a query").expect("the person");
        assert_eq!(found.api_key, Some(new));
        assert_eq!(found.tokens_valid_from, Some(noon() + TimeDelta::microseconds(1)));
        assert_eq!(found.password_hash, Some(PasswordHash("new".into())));

        let key = digest("sk_live_demoUsageReader000000001");
        let found =
            organisations::by_secret_key_digest(connection, &key).await.expect("a query").expect("it");
        assert!(found.may("CAN_QUERY_PROPERTY") && !found.may("CAN_DO_ANYTHING"));
        assert_eq!(found.scope(), Scope::Organisation(found.id));
        // An organisation's key is not a person's.
        assert!(users::by_api_key_digest(connection, &key).await.expect("a query").is_none());
    })
    .await;
}

#[tokio::test]
async fn an_account_has_its_people_with_their_roles() {
    on_each_store("roles", async |store| {
        planted(&store).await;
        let connection = store.connection();
        let found = users::of_account(connection, kemu_domain::AccountId(3_400_001)).await.expect("a query");
        let found: Vec<_> = found.iter().map(|(user, role)| (user.given_name.as_str(), *role)).collect();
        assert_eq!(found, [("Flat", Role::AccountAdmin), ("Shared", Role::AccountViewer)]);
        let roles = users::roles_of(connection, UserId(3_200_002)).await.expect("a query");
        assert_eq!(roles.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn both_ways_of_reading_find_the_same() {
    on_each_store("both_ways", async |store| {
        let world = planted(&store).await;
        let (pool, reader) = (store.connection(), &store.reader());
        for person in &world.people {
            let id = person.user.id;
            let found = users::by_id(pool, id).await.expect("a query");
            assert!(found.is_some());
            assert_eq!(users::by_id(reader, id).await.expect("a query"), found);
        }
        assert_eq!(users::by_id(reader, UserId(404)).await.expect("a query"), None);
        let organisations = world.organisations.iter().map(kemu_domain::organisations::Organisation::scope);
        let people = world.people.iter().map(|person| Scope::User(person.user.id));
        for scope in people.chain(organisations).chain([Scope::All]) {
            for account in &world.accounts {
                let found =
                    accounts::visible_to(scope).by_number(pool, &account.number).await.expect("a query");
                let in_place = accounts::visible_to(scope).by_number(reader, &account.number).await;
                assert_eq!(in_place.expect("a query"), found, "{scope:?} {}", account.number);
            }
        }
    })
    .await;
}
