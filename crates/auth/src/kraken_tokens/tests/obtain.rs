//! Signing in.

use kemu_domain::errors::{Failure, codes};
use kemu_domain::secrets::digest;
use kemu_persistence::refresh_tokens;

use crate::claims::Grant;
use crate::kraken_tokens::{Credentials, CredentialsInput};
use crate::testing::*;

#[tokio::test]
async fn a_customer_signs_in_with_either_credential() {
    let mut world = TestWorld::new().await;
    let key = api_key(PLAIN).reveal().to_owned();
    for (credentials, grant) in [
        (with_password(&email(PLAIN), PASSWORD), Grant::EmailAndPassword),
        (with_password(" USER1@Example.org ", PASSWORD), Grant::EmailAndPassword),
        (Credentials::ApiKey(key), Grant::ApiKey),
    ] {
        let issued = world.obtain(credentials).await.unwrap();
        let second = start().timestamp();
        assert_eq!(issued.claims.sub, "kraken|account-user:1");
        assert_eq!(issued.claims.gty, grant);
        assert_eq!(issued.claims.email.as_deref(), Some("user1@example.org"));
        assert_eq!((issued.claims.iat, issued.claims.orig_iat), (second, second));
        assert_eq!(issued.claims.exp, second + 3600);
        assert_eq!(issued.claims.iss, ISSUER);
        // Absolute Unix seconds, exactly seven days from now.
        assert_eq!(issued.refresh_expires_in, Some(second + 7 * 86_400));
        let refresh_token = issued.refresh_token.unwrap();
        assert_eq!(refresh_token.len(), 64);
        assert!(refresh_token.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(world.authenticate(&issued.token).await.unwrap().user().unwrap().id, PLAIN);
    }
}

#[tokio::test]
async fn an_organisation_signs_in_with_its_key() {
    let mut world = TestWorld::new().await;
    let key = organisation_key(MEEK).reveal().to_owned();
    let issued = world.obtain(Credentials::OrganisationSecretKey(key)).await.unwrap();
    assert_eq!(issued.claims.sub, "kraken|third-party-organization:2");
    assert_eq!(issued.claims.gty, Grant::OrganizationSecretKey);
    assert_eq!(issued.claims.email, None);
    assert!(issued.refresh_token.is_some());
    assert_eq!(world.authenticate(&issued.token).await.unwrap().organisation().unwrap().id, MEEK);
}

#[tokio::test]
async fn the_store_holds_the_digest_and_not_the_refresh_token() {
    let mut world = TestWorld::new().await;
    let text = world.sign_in(PLAIN).await.refresh_token.unwrap();
    let kept = refresh_tokens::by_digest(world.conn(), &digest(&text)).await.unwrap().unwrap();
    assert_eq!(kept.digest, digest(&text));
    assert_ne!(hex::encode(kept.digest), text);
    assert!(!format!("{kept:?}").contains(&hex::encode(kept.digest)));
}

#[tokio::test]
async fn every_wrong_credential_has_its_code_and_blames_its_field() {
    let mut world = TestWorld::new().await;
    let users_key = api_key(PLAIN).reveal().to_owned();
    let organisations_key = organisation_key(MIGHTY).reveal().to_owned();
    let cases = [
        (with_password(&email(PLAIN), "wrong"), "KT-CT-1138", "email"),
        (with_password("nobody@example.org", PASSWORD), "KT-CT-1138", "email"),
        (with_password(&email(INACTIVE), PASSWORD), "KT-CT-1138", "email"),
        (with_password(&email(EXPIRED), "wrong"), "KT-CT-1138", "email"),
        (with_password(&email(MFA), "wrong"), "KT-CT-1138", "email"),
        (with_password(&email(EXPIRED), PASSWORD), "KT-CT-1146", "password"),
        (Credentials::ApiKey("sk_live_wrong".to_owned()), "KT-CT-1139", "apiKey"),
        (Credentials::ApiKey(organisations_key.clone()), "KT-CT-1139", "apiKey"),
        (Credentials::ApiKey(api_key(INACTIVE).reveal().to_owned()), "KT-CT-1139", "apiKey"),
        (Credentials::OrganisationSecretKey(users_key.clone()), "KT-CT-1140", "organizationSecretKey"),
        (Credentials::PreSignedKey("wrong".to_owned()), "KT-CT-1141", "preSignedKey"),
        (Credentials::RefreshToken("wrong".to_owned()), "KT-CT-1135", "refreshToken"),
        (Credentials::RefreshToken(users_key), "KT-CT-1135", "refreshToken"),
    ];
    for (credentials, code, field) in cases {
        let outcome = world.obtain(credentials).await;
        let Err(Failure::Refused(error)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(error.code().as_str(), code);
        assert_eq!(error.message(), "Invalid data.");
        assert_eq!(error.validation().len(), 1);
        assert_eq!(error.validation()[0].input_path, ["input", field]);
    }
}

#[tokio::test]
async fn an_enforced_second_factor_closes_the_password_and_not_the_key() {
    let mut world = TestWorld::new().await;
    assert_eq!(code(world.obtain(with_password(&email(MFA), PASSWORD)).await), codes::MFA_REQUIRED);
    world.sign_in(MFA).await;
    world.sign_in(EXPIRED).await;
}

#[tokio::test]
async fn a_wrong_address_and_a_wrong_password_are_one_answer() {
    let mut world = TestWorld::new().await;
    let Err(Failure::Refused(known)) = world.obtain(with_password(&email(PLAIN), "wrong")).await else {
        panic!()
    };
    let Err(Failure::Refused(unknown)) = world.obtain(with_password("x@example.org", "wrong")).await else {
        panic!()
    };
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn from_the_input_to_the_token() {
    let mut world = TestWorld::new().await;
    let input =
        CredentialsInput { api_key: Some(api_key(PLAIN).reveal().to_owned()), ..CredentialsInput::default() };
    let issued = world.obtain(Credentials::try_from_input(input).unwrap()).await.unwrap();
    // `payload` is what is in the token.
    let middle = issued.token.split('.').nth(1).unwrap();
    let decoded = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, middle).unwrap();
    assert_eq!(serde_json::to_vec(&issued.claims).unwrap(), decoded);
    assert!(!format!("{issued:?}").contains(&issued.token));
}

#[tokio::test]
async fn same_seed_same_tokens() {
    let (mut one, mut other) = (TestWorld::new().await, TestWorld::new().await);
    assert_eq!(one.sign_in(PLAIN).await, other.sign_in(PLAIN).await);
}
