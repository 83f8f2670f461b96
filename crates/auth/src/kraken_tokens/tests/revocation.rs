//! `forceReauthentication`, to the second.

use chrono::TimeDelta;
use kemu_domain::UserId;
use kemu_domain::errors::codes;

use crate::kraken_tokens::{Credentials, force_reauthentication, refresh, regenerate_secret_key};
use crate::testing::*;

async fn force(world: &TestWorld, user: UserId, third_parties: bool) -> chrono::DateTime<chrono::Utc> {
    force_reauthentication(world.conn(), world.now(), user, third_parties).await.unwrap()
}

#[tokio::test]
async fn earlier_tokens_die_and_later_ones_live_even_within_one_second() {
    let mut world = TestWorld::new().await;
    let before = world.sign_in(PLAIN).await;
    let others = world.sign_in(MFA).await;
    // The clock stands: everything below happens in one and the same instant.
    assert_eq!(force(&world, PLAIN, true).await, start());
    assert_eq!(code(world.authenticate(&before.token).await), codes::TOKEN_REVOKED);
    assert_eq!(code(world.renew(&before.refresh_token.unwrap()).await), codes::REFRESH_TOKEN_UNKNOWN);

    let between = world.sign_in(PLAIN).await;
    world.authenticate(&between.token).await.unwrap();
    let between_refresh = between.refresh_token.unwrap();
    let between_renewed = world.renew(&between_refresh).await.unwrap();
    world.authenticate(&between_renewed.token).await.unwrap();
    // It claims to be issued in the next second, and lives an hour from there.
    assert_eq!(between.claims.iat, start().timestamp() + 1);
    assert_eq!(between.claims.exp, between.claims.iat + 3600);

    force(&world, PLAIN, true).await;
    for token in [&before.token, &between.token, &between_renewed.token] {
        assert_eq!(code(world.authenticate(token).await), codes::TOKEN_REVOKED);
    }
    assert_eq!(code(world.renew(&between_refresh).await), codes::REFRESH_TOKEN_UNKNOWN);
    let after = world.sign_in(PLAIN).await;
    world.authenticate(&after.token).await.unwrap();

    // Nobody else is concerned.
    world.authenticate(&others.token).await.unwrap();
    world.renew(&others.refresh_token.unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_second_later_everything_is_as_always() {
    let mut world = TestWorld::new().await;
    let before = world.sign_in(PLAIN).await;
    world.advance(TimeDelta::minutes(5));
    force(&world, PLAIN, true).await;
    world.advance(TimeDelta::seconds(1));
    let after = world.sign_in(PLAIN).await;
    assert_eq!(after.claims.iat, world.now().timestamp());
    world.authenticate(&after.token).await.unwrap();
    assert_eq!(code(world.authenticate(&before.token).await), codes::TOKEN_REVOKED);
    // Revoked stays revoked while the token has not expired; then it is expired.
    world.advance(TimeDelta::minutes(54));
    assert_eq!(code(world.authenticate(&before.token).await), codes::TOKEN_REVOKED);
    world.advance(TimeDelta::minutes(2));
    assert_eq!(code(world.authenticate(&before.token).await), codes::TOKEN_EXPIRED);
}

#[tokio::test]
async fn third_parties_are_spared_on_request() {
    let mut world = TestWorld::new().await;
    let customers = world.sign_in(PLAIN).await;
    let viewer = world.organisation(MEEK).await;
    let mut long_lived = Vec::new();
    for _ in 0..2 {
        let issuer = crate::Issuer { keys: &world.keys, url: ISSUER, aliases: &[] };
        let conn = world.store.connection();
        let token =
            refresh::obtain_long_lived(conn, issuer, start(), &mut world.rng, &viewer, &customers.token)
                .await;
        long_lived.push(token.unwrap().refresh_token);
    }
    let held = world.renew(&long_lived[0]).await.unwrap();
    world.advance(TimeDelta::minutes(1));
    force(&world, PLAIN, false).await;
    // What the third party holds for now dies; it may renew.
    assert_eq!(code(world.authenticate(&held.token).await), codes::TOKEN_REVOKED);
    let renewed = world.renew(&long_lived[0]).await.unwrap();
    world.authenticate(&renewed.token).await.unwrap();
    assert_eq!(code(world.renew(&customers.refresh_token.unwrap()).await), codes::REFRESH_TOKEN_UNKNOWN);

    force(&world, PLAIN, true).await;
    for text in &long_lived {
        assert_eq!(code(world.renew(text).await), codes::REFRESH_TOKEN_UNKNOWN);
    }
}

#[tokio::test]
async fn a_new_api_key_ends_the_old_one_and_no_token() {
    let mut world = TestWorld::new().await;
    let before = world.sign_in(PLAIN).await;
    let new = regenerate_secret_key(world.store.connection(), &mut world.rng, PLAIN).await.unwrap();
    let old = api_key(PLAIN).reveal().to_owned();
    assert_eq!(code(world.obtain(Credentials::ApiKey(old)).await), codes::API_KEY_REFUSED);
    world.obtain(Credentials::ApiKey(new.reveal().to_owned())).await.unwrap();
    world.authenticate(&before.token).await.unwrap();
    world.renew(&before.refresh_token.unwrap()).await.unwrap();
}
