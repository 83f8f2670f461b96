//! Pre-signed keys and masquerading.

use chrono::TimeDelta;
use kemu_domain::errors::codes;

use crate::Viewer;
use crate::claims::Grant;
use crate::kraken_tokens::pre_signed::{self, PreSigned};
use crate::kraken_tokens::{Credentials, masquerade};
use crate::testing::*;

const SCOPE: &str = "SUBMIT_METER_READINGS";

async fn generate(
    world: &mut TestWorld,
    viewer: &Viewer,
    email: &str,
    days: i32,
) -> Result<PreSigned, kemu_domain::errors::Failure> {
    let now = world.now();
    pre_signed::generate(world.store.connection(), now, &mut world.rng, viewer, email, days, SCOPE).await
}

#[tokio::test]
async fn a_pre_signed_key_signs_in_until_its_day() {
    let mut world = TestWorld::new().await;
    let viewer = world.organisation(MIGHTY).await;
    let key = generate(&mut world, &viewer, &email(PLAIN), 2).await.unwrap();
    assert_eq!(key.expires_at, start() + TimeDelta::days(2));
    assert_eq!(key.scope, SCOPE);
    let with_key = || Credentials::PreSignedKey(key.token.clone());
    for _ in 0..2 {
        let issued = world.obtain(with_key()).await.unwrap();
        assert_eq!(issued.claims.gty, Grant::PreSignedKey);
        assert_eq!(world.authenticate(&issued.token).await.unwrap().user().unwrap().id, PLAIN);
    }
    world.clock.set(key.expires_at - TimeDelta::microseconds(1));
    world.obtain(with_key()).await.unwrap();
    world.clock.set(key.expires_at);
    assert_eq!(code(world.obtain(with_key()).await), codes::PRE_SIGNED_KEY_EXPIRED);
}

#[tokio::test]
async fn pre_signed_keys_are_refused_with_these_codes() {
    let mut world = TestWorld::new().await;
    let customer = world.customer(PLAIN).await;
    let (mighty, meek) = (world.organisation(MIGHTY).await, world.organisation(MEEK).await);
    let known = email(PLAIN);
    let cases = [
        (&Viewer::Anonymous, known.as_str(), 1, codes::HEADER_MISSING),
        (&customer, known.as_str(), 1, codes::TOKEN_ADMINISTRATION_REFUSED),
        (&meek, known.as_str(), 1, codes::TOKEN_ADMINISTRATION_REFUSED),
        (&mighty, "nobody@example.org", 1, codes::PRE_SIGNED_CREATION_REFUSED),
        (&mighty, known.as_str(), 0, codes::PRE_SIGNED_CREATION_REFUSED),
        (&mighty, known.as_str(), -1, codes::PRE_SIGNED_CREATION_REFUSED),
        (&mighty, known.as_str(), i32::MAX, codes::PRE_SIGNED_CREATION_REFUSED),
    ];
    for (viewer, email, days, expected) in cases {
        assert_eq!(code(generate(&mut world, viewer, email, days).await), expected, "{days}");
    }
}

#[tokio::test]
async fn ended_pre_signed_keys_are_unknown() {
    let mut world = TestWorld::new().await;
    let (mighty, meek) = (world.organisation(MIGHTY).await, world.organisation(MEEK).await);
    let mut keys = Vec::new();
    for _ in 0..3 {
        keys.push(generate(&mut world, &mighty, &email(PLAIN), 1).await.unwrap().token);
        world.advance(TimeDelta::seconds(1));
    }
    let (conn, now) = (world.conn().clone(), world.now());
    let refused = codes::PRE_SIGNED_INVALIDATION_REFUSED;
    assert_eq!(code(pre_signed::invalidate(&conn, now, &meek, &keys[0]).await), refused);
    assert_eq!(code(pre_signed::invalidate(&conn, now, &mighty, "rubbish").await), refused);
    let ended = pre_signed::invalidate(&conn, now, &mighty, &keys[0]).await.unwrap();
    assert_eq!((&ended.key, ended.scope.as_str(), ended.is_valid), (&keys[0], SCOPE, false));

    let of_other =
        pre_signed::invalidate_for_user(&conn, now, &mighty, &email(PLAIN), Some("ACCEPT_QUOTE")).await;
    assert!(of_other.unwrap().is_empty());
    let of_all = pre_signed::invalidate_for_user(&conn, now, &mighty, &email(PLAIN), None).await.unwrap();
    assert_eq!(of_all.len(), 2);
    assert_eq!(code(pre_signed::invalidate_for_user(&conn, now, &meek, &email(PLAIN), None).await), refused);
    for key in keys {
        assert_eq!(code(world.obtain(Credentials::PreSignedKey(key)).await), codes::PRE_SIGNED_KEY_REFUSED);
    }
}

#[tokio::test]
async fn masquerading_works_once_within_ten_seconds() {
    let mut world = TestWorld::new().await;
    let conn = world.conn().clone();
    let mut tokens = Vec::new();
    for _ in 0..2 {
        tokens.push(masquerade::create_token(&conn, start(), &mut world.rng, PLAIN).await.unwrap());
    }
    let masquerade = |token: String, user: &'static str, seconds: i64| {
        let now = start() + TimeDelta::seconds(seconds);
        let (conn, issuer) = (&conn, world.issuer());
        async move { masquerade::authenticate(conn, issuer, now, &token, user).await.unwrap() }
    };
    assert_eq!(masquerade("rubbish".to_owned(), "1", 0).await, None);
    assert_eq!(masquerade(tokens[0].clone(), "3", 0).await, None, "another user");
    assert_eq!(masquerade(tokens[0].clone(), "one", 0).await, None);
    let issued = masquerade(tokens[0].clone(), "1", 9).await.unwrap();
    assert_eq!((issued.claims.gty, issued.refresh_token.as_deref()), (Grant::Masquerade, None));
    assert_eq!(masquerade(tokens[0].clone(), "1", 9).await, None, "used");
    assert_eq!(masquerade(tokens[1].clone(), "1", 10).await, None, "expired");
    assert_eq!(world.authenticate(&issued.token).await.unwrap().user().unwrap().id, PLAIN);
}
