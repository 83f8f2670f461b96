//! Tokens that are kept.

use chrono::{DateTime, TimeDelta, Utc};
use kemu_domain::secrets::{KeyDigest, digest};
use kemu_domain::tokens::{MasqueradeToken, Owner, PreSignedToken, RefreshToken};
use kemu_domain::{OrganisationId, UserId};
use kemu_persistence::{masquerade_tokens, pre_signed_tokens, refresh_tokens};

use crate::support::{noon, on_each_store, planted};

const FLAT_BASE: UserId = UserId(3_200_001);
const IN_DEBT: UserId = UserId(3_200_003);
const THIRD_PARTY: OrganisationId = OrganisationId(9001);

fn refresh(name: &str, owner: Owner, third_party: Option<OrganisationId>, minutes: i64) -> RefreshToken {
    let signed_in_at = noon() + TimeDelta::minutes(minutes);
    RefreshToken {
        digest: digest(name),
        owner,
        third_party,
        signed_in_at,
        expires_at: signed_in_at + TimeDelta::days(7),
        invalidated_at: None,
    }
}

fn pre_signed(name: &str, scope: &str, minutes: i64) -> PreSignedToken {
    PreSignedToken {
        digest: digest(name),
        user_id: FLAT_BASE,
        scope: scope.into(),
        created_at: noon() + TimeDelta::minutes(minutes),
        expires_at: noon() + TimeDelta::days(1),
        invalidated_at: None,
    }
}

fn later() -> DateTime<Utc> {
    noon() + TimeDelta::microseconds(3_600_000_001)
}

fn digests(tokens: &[RefreshToken]) -> Vec<KeyDigest> {
    tokens.iter().map(|token| token.digest).collect()
}

#[tokio::test]
async fn refresh_tokens_are_kept_found_and_ended() {
    on_each_store("refresh_tokens", async |store| {
        planted(&store).await;
        let connection = store.connection();
        let user = Owner::User(FLAT_BASE);
        let tokens = [
            refresh("second", user, None, 2),
            refresh("first", user, None, 1),
            refresh("long-lived", user, Some(THIRD_PARTY), 3),
            refresh("another's", Owner::User(IN_DEBT), None, 1),
            refresh("organisation's", Owner::Organisation(THIRD_PARTY), None, 1),
        ];
        for token in &tokens {
            refresh_tokens::insert(connection, token).await.expect("kept");
            let found = refresh_tokens::by_digest(connection, &token.digest).await.expect("a query");
            assert_eq!(found.as_ref(), Some(token));
        }
        assert_eq!(refresh_tokens::by_digest(connection, &digest("none")).await.expect("a query"), None);
        assert!(refresh_tokens::insert(connection, &tokens[0]).await.is_err(), "a digest is kept once");
        let [second, first, long_lived, others, organisations] = tokens;

        let end = |long_lived_too| {
            refresh_tokens::invalidate_of_user(connection, FLAT_BASE, long_lived_too, later())
        };
        let ended = end(false).await.expect("ended");
        assert_eq!(digests(&ended), [first.digest, second.digest], "the oldest first");
        assert!(ended.iter().all(|token| token.invalidated_at == Some(later())));
        assert_eq!(digests(&end(true).await.expect("ended")), [long_lived.digest], "none of them twice");

        for _ in 0..2 {
            // The first end counts.
            let when = later();
            refresh_tokens::invalidate(connection, &organisations.digest, when).await.expect("ended");
            refresh_tokens::invalidate(connection, &organisations.digest, noon()).await.expect("a query");
        }
        let found = refresh_tokens::by_digest(connection, &organisations.digest).await.expect("a query");
        assert_eq!(found, Some(RefreshToken { invalidated_at: Some(later()), ..organisations }));
        let found = refresh_tokens::by_digest(connection, &others.digest).await.expect("a query");
        assert_eq!(found, Some(others));
    })
    .await;
}

#[tokio::test]
async fn a_refresh_token_signs_in_somebody_there_is() {
    on_each_store("refresh_owner", async |store| {
        planted(&store).await;
        for owner in [Owner::User(UserId(404)), Owner::Organisation(OrganisationId(404))] {
            let token = refresh("nobody's", owner, None, 0);
            assert!(refresh_tokens::insert(store.connection(), &token).await.is_err(), "{owner:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn pre_signed_keys_are_kept_found_and_ended_by_scope() {
    on_each_store("pre_signed_tokens", async |store| {
        planted(&store).await;
        let connection = store.connection();
        let tokens = [
            pre_signed("b", "ACCEPT_QUOTE", 2),
            pre_signed("a", "SUBMIT_METER_READINGS", 1),
            pre_signed("c", "ACCEPT_QUOTE", 3),
            pre_signed("d", "ACCEPT_QUOTE", 4),
        ];
        for token in &tokens {
            pre_signed_tokens::insert(connection, token).await.expect("kept");
            let found = pre_signed_tokens::by_digest(connection, &token.digest).await.expect("a query");
            assert_eq!(found.as_ref(), Some(token));
        }
        pre_signed_tokens::invalidate(connection, &tokens[3].digest, later()).await.expect("ended");
        let end = async |scope| {
            let ended = pre_signed_tokens::invalidate_of_user(connection, FLAT_BASE, scope, later()).await;
            ended.expect("ended").into_iter().map(|token| token.digest).collect::<Vec<_>>()
        };
        assert_eq!(end(Some("VIEW_DETAILED_USAGE")).await, [] as [KeyDigest; 0]);
        assert_eq!(end(Some("ACCEPT_QUOTE")).await, [tokens[0].digest, tokens[2].digest]);
        assert_eq!(end(None).await, [tokens[1].digest]);
        for token in &tokens {
            let found = pre_signed_tokens::by_digest(connection, &token.digest).await.expect("a query");
            assert_eq!(found, Some(PreSignedToken { invalidated_at: Some(later()), ..token.clone() }));
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_use_a_masquerade_token_one_succeeds() {
    on_each_store("masquerade", async |store| {
        planted(&store).await;
        let token = MasqueradeToken {
            digest: digest("token"),
            user_id: FLAT_BASE,
            expires_at: noon() + TimeDelta::seconds(10),
            used_at: None,
        };
        masquerade_tokens::insert(store.connection(), &token).await.expect("kept");
        let mut users = tokio::task::JoinSet::new();
        for _ in 0..8 {
            let store = store.clone();
            users.spawn(async move {
                let transaction = store.begin().await.expect("begins");
                let used =
                    masquerade_tokens::use_up(&*transaction, &token.digest, later()).await.expect("a query");
                transaction.commit().await.expect("commits");
                used
            });
        }
        assert_eq!(users.join_all().await.into_iter().filter(|used| *used).count(), 1);
        let found =
            masquerade_tokens::by_digest(store.connection(), &digest("token")).await.expect("a query");
        assert_eq!(found.expect("it").used_at, Some(later()));
    })
    .await;
}
