//! Kraken tokens against a real store, by use case.

mod administration;
mod obtain;
mod renewal;
mod revocation;

use crate::kraken_tokens::{Credentials, force_reauthentication, masquerade, pre_signed, refresh};
use crate::testing::*;
use crate::{Viewer, authenticate};

/// The server may move a request between threads while it waits for the store.
#[tokio::test]
async fn every_use_case_can_be_sent_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let mut world = TestWorld::new().await;
    let (conn, now, viewer) = (world.conn().clone(), world.now(), Viewer::Anonymous);
    let issuer = crate::Issuer { keys: &world.keys, url: ISSUER, aliases: &[] };
    let rng = &mut world.rng;
    sendable(&authenticate(&conn, issuer, issuer, now, None));
    sendable(&crate::kraken_tokens::obtain(&conn, issuer, now, rng, Credentials::ApiKey(String::new())));
    sendable(&refresh::obtain_long_lived(&conn, issuer, now, rng, &viewer, ""));
    sendable(&refresh::invalidate(&conn, now, &viewer, ""));
    sendable(&refresh::invalidate_for_user(&conn, now, &viewer, ""));
    sendable(&pre_signed::generate(&conn, now, rng, &viewer, "", 1, ""));
    sendable(&pre_signed::invalidate(&conn, now, &viewer, ""));
    sendable(&pre_signed::invalidate_for_user(&conn, now, &viewer, "", None));
    sendable(&masquerade::create_token(&conn, now, rng, PLAIN));
    sendable(&masquerade::authenticate(&conn, issuer, now, "", ""));
    sendable(&force_reauthentication(&conn, now, PLAIN, true));
    sendable(&crate::kraken_tokens::regenerate_secret_key(&conn, rng, PLAIN));
    sendable(&world.keys);
}
