//! Refresh tokens: renewed with, and ended.

use chrono::TimeDelta;
use kemu_domain::errors::codes;

use crate::Viewer;
use crate::claims::Grant;
use crate::kraken_tokens::{Credentials, refresh};
use crate::testing::*;

#[tokio::test]
async fn renewal_neither_rotates_nor_extends() {
    let mut world = TestWorld::new().await;
    let first = world.sign_in(PLAIN).await;
    let refresh_token = first.refresh_token.clone().unwrap();
    world.advance(TimeDelta::days(3));
    for _ in 0..2 {
        let renewed = world.renew(&refresh_token).await.unwrap();
        assert_eq!(renewed.refresh_token.as_deref(), Some(refresh_token.as_str()));
        assert_eq!(renewed.refresh_expires_in, first.refresh_expires_in);
        assert_ne!(renewed.token, first.token);
        assert_eq!(renewed.claims.gty, Grant::RefreshToken);
        assert_eq!(renewed.claims.iat, world.now().timestamp());
        assert_eq!(renewed.claims.exp, renewed.claims.iat + 3600);
        assert_eq!(renewed.claims.orig_iat, first.claims.iat);
        world.authenticate(&renewed.token).await.unwrap();
    }
}

#[tokio::test]
async fn a_refresh_token_lives_exactly_seven_days() {
    let mut world = TestWorld::new().await;
    let issued = world.sign_in(PLAIN).await;
    let refresh_token = issued.refresh_token.unwrap();
    let dies = chrono::DateTime::from_timestamp(issued.refresh_expires_in.unwrap(), 0).unwrap();
    world.clock.set(dies - TimeDelta::microseconds(1));
    world.renew(&refresh_token).await.unwrap();
    world.clock.set(dies);
    assert_eq!(code(world.renew(&refresh_token).await), codes::REFRESH_TOKEN_EXPIRED);
}

#[tokio::test]
async fn an_organisation_renews_too() {
    let mut world = TestWorld::new().await;
    let key = organisation_key(MEEK).reveal().to_owned();
    let first = world.obtain(Credentials::OrganisationSecretKey(key)).await.unwrap();
    let renewed = world.renew(&first.refresh_token.unwrap()).await.unwrap();
    assert_eq!(renewed.claims.sub, "kraken|third-party-organization:2");
}

#[tokio::test]
async fn a_long_lived_token_is_for_organisations() {
    let mut world = TestWorld::new().await;
    let customers = world.sign_in(PLAIN).await;
    let viewer = world.organisation(MEEK).await;
    let now = world.now();
    let long_lived = refresh::obtain_long_lived(
        world.store.connection(),
        crate::Issuer { keys: &world.keys, url: ISSUER, aliases: &[] },
        now,
        &mut world.rng,
        &viewer,
        &customers.token,
    )
    .await
    .unwrap();
    assert_eq!(long_lived.refresh_expires_in, now.timestamp() + 365 * 86_400);
    world.advance(TimeDelta::days(300));
    let renewed = world.renew(&long_lived.refresh_token).await.unwrap();
    assert_eq!(renewed.claims.sub, "kraken|account-user:1");
    assert_eq!(renewed.refresh_expires_in, Some(long_lived.refresh_expires_in));
}

#[tokio::test]
async fn a_long_lived_token_is_refused_with_these_codes() {
    let mut world = TestWorld::new().await;
    let good = world.sign_in(PLAIN).await.token;
    let organisations = world
        .obtain(Credentials::OrganisationSecretKey(organisation_key(MIGHTY).reveal().to_owned()))
        .await
        .unwrap()
        .token;
    let customer = world.customer(PLAIN).await;
    let viewer = world.organisation(MEEK).await;
    let (before, after) = (TimeDelta::zero(), TimeDelta::hours(1));
    let cases = [
        (before, &Viewer::Anonymous, good.as_str(), codes::HEADER_MISSING),
        (before, &customer, good.as_str(), codes::LONG_LIVED_REFUSED),
        (before, &viewer, "rubbish", codes::NOT_A_KRAKEN_TOKEN),
        (before, &viewer, organisations.as_str(), codes::NOT_AN_ACCOUNT_USERS_TOKEN),
        (after, &viewer, good.as_str(), codes::KRAKEN_TOKEN_EXPIRED),
    ];
    for (later, viewer, token, expected) in cases {
        let issuer = crate::Issuer { keys: &world.keys, url: ISSUER, aliases: &[] };
        let now = start() + later;
        let outcome =
            refresh::obtain_long_lived(world.store.connection(), issuer, now, &mut world.rng, viewer, token)
                .await;
        assert_eq!(code(outcome.map(|_| ())), expected);
    }
}

#[tokio::test]
async fn an_ended_refresh_token_is_unknown() {
    let mut world = TestWorld::new().await;
    let issued = world.sign_in(PLAIN).await;
    let text = issued.refresh_token.clone().unwrap();
    let customer = world.customer(PLAIN).await;
    let (mighty, meek) = (world.organisation(MIGHTY).await, world.organisation(MEEK).await);
    let now = world.now();
    let end = |viewer: Viewer, text: String| {
        let conn = world.conn().clone();
        async move { refresh::invalidate(&conn, now, &viewer, &text).await }
    };
    assert_eq!(code(end(Viewer::Anonymous, text.clone()).await), codes::HEADER_MISSING);
    assert_eq!(code(end(customer, text.clone()).await), codes::UNAUTHORIZED);
    assert_eq!(code(end(meek, text.clone()).await), codes::UNAUTHORIZED);
    assert_eq!(code(end(mighty.clone(), "rubbish".to_owned()).await), codes::REFRESH_INVALIDATION_REFUSED);
    for _ in 0..2 {
        let ended = end(mighty.clone(), text.clone()).await.unwrap();
        assert_eq!((ended.key.as_str(), ended.is_valid), (text.as_str(), false));
        assert_eq!(Some(ended.expiry.timestamp()), issued.refresh_expires_in);
    }
    assert_eq!(code(world.renew(&text).await), codes::REFRESH_TOKEN_UNKNOWN);
    // Ended stays ended, also after its time.
    world.advance(TimeDelta::days(8));
    assert_eq!(code(world.renew(&text).await), codes::REFRESH_TOKEN_UNKNOWN);
    // The access token is another matter.
    world.clock.set(start());
    world.authenticate(&issued.token).await.unwrap();
}

#[tokio::test]
async fn all_refresh_tokens_of_a_user_end_together() {
    let mut world = TestWorld::new().await;
    let expired = world.sign_in(PLAIN).await.refresh_token.unwrap();
    world.advance(TimeDelta::days(8));
    let mut texts = Vec::new();
    for _ in 0..3 {
        texts.push(world.sign_in(PLAIN).await.refresh_token.unwrap());
        world.advance(TimeDelta::seconds(1));
    }
    let others = world.sign_in(MFA).await.refresh_token.unwrap();
    let (mighty, meek) = (world.organisation(MIGHTY).await, world.organisation(MEEK).await);
    let (conn, now) = (world.conn().clone(), world.now());
    let refused = refresh::invalidate_for_user(&conn, now, &meek, &email(PLAIN)).await;
    assert_eq!(code(refused), codes::TOKEN_ADMINISTRATION_REFUSED);
    let unknown = refresh::invalidate_for_user(&conn, now, &mighty, "nobody@example.org").await;
    assert_eq!(code(unknown), codes::TOKEN_ADMINISTRATION_REFUSED);
    let ended = refresh::invalidate_for_user(&conn, now, &mighty, &email(PLAIN)).await.unwrap();
    let keys: Vec<String> = ended.into_iter().map(|token| token.key).collect();
    let digests: Vec<String> =
        texts.iter().map(|text| hex::encode(kemu_domain::secrets::digest(text))).collect();
    assert_eq!(keys, digests, "those that were still good, the oldest first");
    for text in texts.iter().chain([&expired]) {
        assert_eq!(code(world.renew(text).await), codes::REFRESH_TOKEN_UNKNOWN);
    }
    world.renew(&others).await.unwrap();
}
