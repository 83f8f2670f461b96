//! The crate `openidconnect`: it finds all addresses and keys by discovery, and checks id_tokens.

use std::time::Duration;

use chrono::TimeDelta;
use kemu_tests::oauth::{REDIRECT, query};
use kemu_tests::{TestApp, start_of_time, story};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthenticationFlow, CoreClaimName, CoreClaimType, CoreClient, CoreClientAuthMethod,
    CoreGrantType, CoreIdTokenClaims, CoreIdTokenVerifier, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType,
    CoreSubjectIdentifierType, CoreTokenResponse, CoreUserInfoClaims,
};
use openidconnect::{
    AdditionalProviderMetadata, AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret,
    CsrfToken, DeviceAuthorizationUrl, DiscoveryError, EndSessionUrl, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, IssuerUrl, LogoutRequest, Nonce, OAuth2TokenResponse as _, PkceCodeChallenge,
    PkceCodeVerifier, PostLogoutRedirectUrl, ProviderMetadata, RedirectUrl, RevocationUrl, Scope,
    TokenResponse as _,
};
use serde::{Deserialize, Serialize};

use super::{decide_device, decided, http, http_behind_tls, opens_the_account, where_it_listens};

/// What the crate's own metadata leaves out.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Endpoints {
    device_authorization_endpoint: DeviceAuthorizationUrl,
    revocation_endpoint: RevocationUrl,
    end_session_endpoint: EndSessionUrl,
}

impl AdditionalProviderMetadata for Endpoints {}

type Metadata = ProviderMetadata<
    Endpoints,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Known =
    CoreClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointSet, EndpointMaybeSet, EndpointMaybeSet>;

async fn discovered(app: &TestApp) -> Metadata {
    Metadata::discover_async(IssuerUrl::new(app.url("/token/")).unwrap(), &http).await.unwrap()
}

/// The crate, set up for a demo application.
async fn known(app: &TestApp, name: &str) -> Known {
    let metadata = discovered(app).await;
    let endpoints = metadata.additional_metadata().clone();
    let application = app.oauth_client(name);
    let secret = application.secret.as_ref().map(|secret| ClientSecret::new(secret.reveal().to_owned()));
    CoreClient::from_provider_metadata(metadata, ClientId::new(application.id.to_string()), secret)
        .set_device_authorization_url(endpoints.device_authorization_endpoint)
        .set_revocation_url(endpoints.revocation_endpoint)
        .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned()).unwrap())
}

/// A sign-in that a person allowed.
struct Allowed {
    code: AuthorizationCode,
    verifier: PkceCodeVerifier,
    nonce: Nonce,
}

async fn allowed(app: &TestApp, client: &Known) -> Allowed {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let flow = CoreAuthenticationFlow::AuthorizationCode;
    let request = client.authorize_url(flow, CsrfToken::new_random, Nonce::new_random);
    let request = request.set_pkce_challenge(challenge).set_max_age(Duration::from_mins(1));
    let (address, state, nonce) = request.add_scope(Scope::new("full-customer-access".to_owned())).url();
    let back = decided(app, &address, "allow").await;
    assert_eq!(&back["state"], state.secret());
    Allowed { code: AuthorizationCode::new(back["code"].clone()), verifier, nonce }
}

async fn signed_in(app: &TestApp, client: &Known) -> (CoreTokenResponse, Nonce) {
    let Allowed { code, verifier, nonce } = allowed(app, client).await;
    let request = client.exchange_code(code).unwrap().set_pkce_verifier(verifier);
    (request.request_async(&http).await.unwrap(), nonce)
}

/// The crate's check of id_tokens, at the time of this world.
fn checks<'a>(app: &TestApp, client: &'a Known) -> CoreIdTokenVerifier<'a> {
    let clock = app.clock().clone();
    client.id_token_verifier().set_time_fn(move || clock.now())
}

fn claims<'a>(
    tokens: &'a CoreTokenResponse,
    checks: &CoreIdTokenVerifier<'_>,
    nonce: &Nonce,
) -> Result<&'a CoreIdTokenClaims, ClaimsVerificationError> {
    tokens.id_token().expect("openid was asked for").claims(checks, nonce)
}

story!(discovery_takes_the_issuer_and_not_the_host, where_it_listens(), |app| async move {
    let found = discovered(&app).await;
    assert_eq!(found.issuer().as_str(), app.url("/token/"));
    assert!(!found.jwks().keys().is_empty());
    // The host's own document is Kraken's and names another issuer.
    let host = Metadata::discover_async(IssuerUrl::new(app.url("/")).unwrap(), &http).await;
    assert!(matches!(host, Err(DiscoveryError::Parse(_) | DiscoveryError::Validation(_))), "{host:?}");
});

story!(a_public_client_signs_in_and_asks_for_userinfo, where_it_listens(), |app| async move {
    let client = known(&app, "demo-public").await;
    let (tokens, nonce) = signed_in(&app, &client).await;
    let claims = claims(&tokens, &checks(&app, &client), &nonce).unwrap();
    assert_eq!(claims.auth_time(), Some(start_of_time()));
    let request = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())).unwrap();
    let userinfo: CoreUserInfoClaims = request.request_async(&http).await.unwrap();
    assert_eq!(userinfo.subject(), claims.subject());
    opens_the_account(&app, tokens.access_token().secret()).await;
});

story!(a_confidential_client_signs_in_by_basic_and_by_body, where_it_listens(), |app| async move {
    for by in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = known(&app, "demo-confidential").await.set_auth_type(by);
        let (tokens, nonce) = signed_in(&app, &client).await;
        claims(&tokens, &checks(&app, &client), &nonce).unwrap();
        opens_the_account(&app, tokens.access_token().secret()).await;
    }
});

story!(an_id_token_may_be_signed_with_the_secret, where_it_listens(), |app| async move {
    let client = known(&app, "demo-hs256").await;
    let (tokens, nonce) = signed_in(&app, &client).await;
    let only = |algorithm| checks(&app, &client).set_allowed_algs([algorithm]);
    claims(&tokens, &only(CoreJwsSigningAlgorithm::HmacSha256), &nonce).unwrap();
    let done = claims(&tokens, &only(CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256), &nonce);
    assert!(matches!(done, Err(ClaimsVerificationError::SignatureVerification(_))), "{done:?}");
});

story!(what_an_id_token_says_is_held_against_what_was_asked, where_it_listens(), |app| async move {
    let client = known(&app, "demo-public").await;
    let (tokens, nonce) = signed_in(&app, &client).await;
    let done = claims(&tokens, &checks(&app, &client), &Nonce::new_random());
    assert!(matches!(done, Err(ClaimsVerificationError::InvalidNonce(_))), "{done:?}");
    // It is good for its own application alone.
    let other = known(&app, "demo-confidential").await;
    let done = claims(&tokens, &checks(&app, &other), &nonce);
    assert!(matches!(done, Err(ClaimsVerificationError::InvalidAudience(_))), "{done:?}");
    claims(&tokens, &checks(&app, &client), &nonce).unwrap();
    app.clock().advance(TimeDelta::minutes(61));
    let done = claims(&tokens, &checks(&app, &client), &nonce);
    assert!(matches!(done, Err(ClaimsVerificationError::Expired(_))), "{done:?}");
});

story!(an_id_token_comes_with_refreshed_tokens, where_it_listens(), |app| async move {
    let client = known(&app, "demo-public").await;
    let (first, nonce) = signed_in(&app, &client).await;
    app.clock().advance(TimeDelta::hours(2));
    let refresh = first.refresh_token().unwrap();
    let second = client.exchange_refresh_token(refresh).unwrap().request_async(&http).await.unwrap();
    let any = |_: Option<&Nonce>| Ok(());
    let renewed = second.id_token().unwrap().claims(&checks(&app, &client), any).unwrap();
    assert_eq!(renewed.auth_time(), Some(start_of_time()), "nobody signed in again");
    opens_the_account(&app, second.access_token().secret()).await;
    assert!(claims(&first, &checks(&app, &client), &nonce).is_err());
});

story!(a_revoked_token_is_dead, where_it_listens(), |app| async move {
    let client = known(&app, "demo-public").await;
    let (tokens, _) = signed_in(&app, &client).await;
    // Revocation is at https alone, as in the crate `oauth2`.
    let address = app.url("/revoke-token/").replacen("http://", "https://", 1);
    let client = client.set_revocation_url(RevocationUrl::new(address).unwrap());
    let refresh = tokens.refresh_token().unwrap();
    client.revoke_token(refresh.clone().into()).unwrap().request_async(&http_behind_tls).await.unwrap();
    let role = app.anonymous().with_header(tokens.access_token().secret());
    assert_eq!(role.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1162"]);
});

story!(an_application_asks_for_itself, where_it_listens(), |app| async move {
    let client = known(&app, "demo-machine").await;
    let tokens = client.exchange_client_credentials().unwrap().request_async(&http).await.unwrap();
    assert!(tokens.id_token().is_none());
    let role = app.anonymous().with_header(tokens.access_token().secret());
    let answer = role.ask_for("{ account(accountNumber: \"A-F1A7BA5E\") { number } }").await;
    assert_eq!(answer.text_at("/account/number"), "A-F1A7BA5E");
});

story!(a_device_signs_a_person_in, where_it_listens(), |app| async move {
    let client = known(&app, "demo-device").await;
    let request = client.exchange_device_code().add_scope(Scope::new("full-customer-access".to_owned()));
    let device: openidconnect::core::CoreDeviceAuthorizationResponse =
        request.request_async(&http).await.unwrap();
    let sleep = |interval: Duration| {
        let (app, code) = (app.clone(), device.user_code().secret().clone());
        async move {
            decide_device(&app, "approve", &code).await;
            app.clock().advance(TimeDelta::from_std(interval).expect("seconds"));
        }
    };
    let polling = client.exchange_device_access_token(&device).unwrap().set_time_fn(|| app.clock().now());
    let tokens = polling.request_async(&http, sleep, None).await.unwrap();
    let none = |nonce: Option<&Nonce>| nonce.map_or(Ok(()), |_| Err("a device sends none".to_owned()));
    tokens.id_token().unwrap().claims(&checks(&app, &client), none).unwrap();
    opens_the_account(&app, tokens.access_token().secret()).await;
});

story!(a_sign_out_leads_back_to_the_application, where_it_listens(), |app| async move {
    let client = known(&app, "demo-public").await;
    let (tokens, _) = signed_in(&app, &client).await;
    let endpoint = discovered(&app).await.additional_metadata().end_session_endpoint.clone();
    let back = PostLogoutRedirectUrl::new("http://127.0.0.1:4711/signed-out".to_owned()).unwrap();
    let request = LogoutRequest::from(endpoint).set_post_logout_redirect_uri(back);
    let request =
        request.set_id_token_hint(tokens.id_token().unwrap()).set_state(CsrfToken::new("left".into()));
    let address = request.http_get_url();
    let answer = app.browser().open(address.as_str().strip_prefix(&app.url("")).unwrap()).await;
    assert_eq!(query(answer.header("location"))["state"], "left");
});
