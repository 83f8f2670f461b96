//! The crate `oauth2`. It takes plain http everywhere but to revoke, see there.

use std::sync::Mutex;
use std::time::Duration;

use chrono::TimeDelta;
use kemu_tests::oauth::REDIRECT;
use kemu_tests::{TestApp, story};
use oauth2::basic::{BasicClient, BasicErrorResponseType, BasicTokenResponse};
use oauth2::{
    AccessToken, AuthType, AuthUrl, AuthorizationCode, ClientId, ClientSecret, ConfigurationError, CsrfToken,
    DeviceAuthorizationUrl, DeviceCodeErrorResponseType, EndpointNotSet, EndpointSet, PkceCodeChallenge,
    PkceCodeVerifier, RedirectUrl, RefreshToken, RequestTokenError, ResourceOwnerPassword,
    ResourceOwnerUsername, RevocationUrl, Scope, StandardDeviceAuthorizationResponse, StandardErrorResponse,
    TokenResponse as _, TokenUrl,
};

use super::{decide_device, decided, http, http_behind_tls, opens_the_account, where_it_listens};

type Known = BasicClient<EndpointSet, EndpointSet, EndpointNotSet, EndpointSet, EndpointSet>;
type Refused = RequestTokenError<reqwest::Error, StandardErrorResponse<BasicErrorResponseType>>;

/// The crate, set up for a demo application.
fn known(app: &TestApp, name: &str) -> Known {
    let application = app.oauth_client(name);
    let client = BasicClient::new(ClientId::new(application.id.to_string()))
        .set_auth_uri(AuthUrl::new(app.url("/authorize/")).unwrap())
        .set_token_uri(TokenUrl::new(app.url("/token/")).unwrap())
        .set_device_authorization_url(DeviceAuthorizationUrl::new(app.url("/device-authorization/")).unwrap())
        .set_revocation_url(RevocationUrl::new(app.url("/revoke-token/")).unwrap())
        .set_redirect_uri(RedirectUrl::new(REDIRECT.to_owned()).unwrap());
    match &application.secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(secret.reveal().to_owned())),
        None => client,
    }
}

/// A code that a person allowed, and the verifier of its challenge.
async fn allowed(app: &TestApp, client: &Known) -> (AuthorizationCode, PkceCodeVerifier) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let request = client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge);
    let (address, state) = request.add_scope(Scope::new("full-customer-access".to_owned())).url();
    let back = decided(app, &address, "allow").await;
    assert_eq!(&back["state"], state.secret());
    (AuthorizationCode::new(back["code"].clone()), verifier)
}

async fn signed_in(app: &TestApp, client: &Known) -> BasicTokenResponse {
    let (code, verifier) = allowed(app, client).await;
    client.exchange_code(code).set_pkce_verifier(verifier).request_async(&http).await.unwrap()
}

async fn renewed(client: &Known, token: &RefreshToken) -> Result<BasicTokenResponse, Refused> {
    client.exchange_refresh_token(token).request_async(&http).await
}

fn refusal<T>(done: Result<T, Refused>) -> BasicErrorResponseType {
    match done {
        Err(RequestTokenError::ServerResponse(refusal)) => refusal.error().clone(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was not refused"),
    }
}

story!(a_public_client_signs_in_with_pkce, where_it_listens(), |app| async move {
    let tokens = signed_in(&app, &known(&app, "demo-public")).await;
    assert_eq!(tokens.expires_in(), Some(Duration::from_hours(1)));
    opens_the_account(&app, tokens.access_token().secret()).await;
});

story!(a_confidential_client_signs_in_by_basic_and_by_body, where_it_listens(), |app| async move {
    for by in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = known(&app, "demo-confidential").set_auth_type(by);
        opens_the_account(&app, signed_in(&app, &client).await.access_token().secret()).await;
    }
});

story!(a_confidential_client_signs_in_without_pkce, where_it_listens(), |app| async move {
    let client = known(&app, "demo-confidential");
    let (address, _) = client.authorize_url(CsrfToken::new_random).url();
    let code = AuthorizationCode::new(decided(&app, &address, "allow").await["code"].clone());
    let tokens = client.exchange_code(code).request_async(&http).await.unwrap();
    opens_the_account(&app, tokens.access_token().secret()).await;
});

story!(refusals_of_a_code_reach_the_application, where_it_listens(), |app| async move {
    let client = known(&app, "demo-confidential");
    let (code, verifier) = allowed(&app, &client).await;
    let wrong = client.clone().set_client_secret(ClientSecret::new("wrong".to_owned()));
    let again = PkceCodeVerifier::new(verifier.secret().clone());
    let done = wrong.exchange_code(code.clone()).set_pkce_verifier(again).request_async(&http).await;
    assert_eq!(refusal(done), BasicErrorResponseType::InvalidClient);
    let (_, other) = PkceCodeChallenge::new_random_sha256();
    let done = client.exchange_code(code.clone()).set_pkce_verifier(other).request_async(&http).await;
    assert_eq!(refusal(done), BasicErrorResponseType::InvalidGrant);
    client.exchange_code(code).set_pkce_verifier(verifier).request_async(&http).await.unwrap();
});

story!(a_person_who_says_no_sends_access_denied, where_it_listens(), |app| async move {
    // The crate leaves the callback to the application.
    let (challenge, _) = PkceCodeChallenge::new_random_sha256();
    let client = known(&app, "demo-public");
    let (address, state) = client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge).url();
    let back = decided(&app, &address, "deny").await;
    assert_eq!((back["error"].as_str(), &back["state"]), ("access_denied", state.secret()));
    assert!(!back.contains_key("code"));
});

story!(a_refresh_token_is_used_once, where_it_listens(), |app| async move {
    let client = known(&app, "demo-public");
    let first = signed_in(&app, &client).await;
    app.clock().advance(TimeDelta::hours(2));
    let second = renewed(&client, first.refresh_token().unwrap()).await.unwrap();
    opens_the_account(&app, second.access_token().secret()).await;
    let again = renewed(&client, first.refresh_token().unwrap()).await;
    assert_eq!(refusal(again), BasicErrorResponseType::InvalidGrant);
});

story!(revoked_tokens_are_dead, where_it_listens(), |app| async move {
    for name in ["demo-public", "demo-confidential"] {
        let client = known(&app, name);
        let tokens = signed_in(&app, &client).await;
        let access: AccessToken = tokens.access_token().clone();
        // The crate revokes at https alone, whatever the application says.
        let plain = client.revoke_token(access.clone().into()).map(|_| ());
        assert!(matches!(plain, Err(ConfigurationError::InsecureUrl("revocation"))), "{plain:?}");
        let address = app.url("/revoke-token/").replacen("http://", "https://", 1);
        let client = client.set_revocation_url(RevocationUrl::new(address).unwrap());
        client.revoke_token(access.clone().into()).unwrap().request_async(&http_behind_tls).await.unwrap();
        let role = app.anonymous().with_header(access.secret());
        assert_eq!(role.ask_for("{ viewer { id } }").await.codes(), ["KT-CT-1162"]);
        let refresh = tokens.refresh_token().unwrap();
        client.revoke_token(refresh.clone().into()).unwrap().request_async(&http_behind_tls).await.unwrap();
        assert_eq!(refusal(renewed(&client, refresh).await), BasicErrorResponseType::InvalidGrant);
    }
});

story!(an_application_asks_for_itself, where_it_listens(), |app| async move {
    for by in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = known(&app, "demo-machine").set_auth_type(by);
        let tokens = client.exchange_client_credentials().request_async(&http).await.unwrap();
        assert!(tokens.refresh_token().is_none());
        let role = app.anonymous().with_header(tokens.access_token().secret());
        let answer = role.ask_for("{ account(accountNumber: \"A-F1A7BA5E\") { number } }").await;
        assert_eq!(answer.text_at("/account/number"), "A-F1A7BA5E");
    }
});

story!(the_password_grant_is_refused, where_it_listens(), |app| async move {
    let client = known(&app, "demo-confidential");
    let name = ResourceOwnerUsername::new("flat-base@example.com".to_owned());
    let password = ResourceOwnerPassword::new("any".to_owned());
    let done = client.exchange_password(&name, &password).request_async(&http).await;
    assert_eq!(refusal(done), BasicErrorResponseType::UnsupportedGrantType);
});

async fn started(client: &Known) -> StandardDeviceAuthorizationResponse {
    let request = client.exchange_device_code().add_scope(Scope::new("full-customer-access".to_owned()));
    request.request_async(&http).await.unwrap()
}

story!(a_device_waits_slows_down_and_is_allowed, where_it_listens(), |app| async move {
    let client = known(&app, "demo-device");
    let device = started(&client).await;
    // The crate polls by itself and asks the application to sleep. We move the clock: once too little, so that it is
    // told to slow down.
    let slept = Mutex::new(Vec::new());
    let sleep = |interval: Duration| {
        let sleeps = {
            let mut slept = slept.lock().expect("no holder of this lock panics");
            slept.push(interval.as_secs());
            slept.len()
        };
        let (app, code) = (app.clone(), device.user_code().secret().clone());
        async move {
            if sleeps == 1 {
                app.clock().advance(TimeDelta::seconds(1));
            } else {
                decide_device(&app, "approve", &code).await;
                app.clock().advance(TimeDelta::from_std(interval).expect("seconds"));
            }
        }
    };
    let polling = client.exchange_device_access_token(&device).set_time_fn(|| app.clock().now());
    let tokens = polling.request_async(&http, sleep, None).await.unwrap();
    assert_eq!(*slept.lock().expect("no holder of this lock panics"), [5, 10]);
    opens_the_account(&app, tokens.access_token().secret()).await;
    let renewed = renewed(&client, tokens.refresh_token().unwrap()).await.unwrap();
    opens_the_account(&app, renewed.access_token().secret()).await;
});

story!(a_device_is_denied_or_comes_too_late, where_it_listens(), |app| async move {
    let client = known(&app, "demo-device");
    for (is_denied, expected) in [
        (true, DeviceCodeErrorResponseType::AccessDenied),
        (false, DeviceCodeErrorResponseType::ExpiredToken),
    ] {
        let device = started(&client).await;
        if is_denied {
            decide_device(&app, "deny", device.user_code().secret()).await;
        } else {
            app.clock().advance(TimeDelta::minutes(31));
        }
        let polling = client.exchange_device_access_token(&device);
        let sleep = |_| async { panic!("there is nothing to wait for") };
        match polling.request_async(&http, sleep, None).await {
            Err(RequestTokenError::ServerResponse(refusal)) => assert_eq!(refusal.error(), &expected),
            other => panic!("{other:?}"),
        }
    }
});
