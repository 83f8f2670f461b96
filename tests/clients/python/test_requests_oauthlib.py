"""requests-oauthlib on oauthlib, the library that Kraken's own answers look like.

Plain http: its own switch OAUTHLIB_INSECURE_TRANSPORT, set for all of this. It knows no discovery and no id_tokens.
"""

import os

import pytest
import requests
from oauthlib.oauth2 import (
    BackendApplicationClient,
    DeviceClient,
    LegacyApplicationClient,
    MobileApplicationClient,
    WebApplicationClient,
)
from oauthlib.oauth2.rfc6749 import errors
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

import kemu
from kemu import API, REDIRECT_URI, SCOPE, Person

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
SERVER = kemu.metadata()
TOKEN = SERVER["token_endpoint"]


def session(name, pkce="S256", **options):
    """A session of a demo application, and what its requests to the token endpoint say of it besides its id."""
    client_id, secret = kemu.application(name)
    options = {"redirect_uri": REDIRECT_URI, "scope": SCOPE.split(), **options}
    return OAuth2Session(client_id, pkce=pkce, **options), {"client_secret": secret} if secret else {}


def authorized(client, decision="allow"):
    address, _ = client.authorization_url(SERVER["authorization_endpoint"])
    return Person().decide(address, decision)


def signed_in(name, **options):
    """A session in which a person has signed in, the secret sent by Basic; for a public client an empty one."""
    client, secret = session(name, **options)
    client.fetch_token(TOKEN, authorization_response=authorized(client), **secret)
    return client


def opens_the_account(client):
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))


def test_public_client_with_pkce_reaches_the_api_and_userinfo():
    client, _ = session("demo-public")
    client.fetch_token(TOKEN, authorization_response=authorized(client), include_client_id=True)
    assert client.get(SERVER["userinfo_endpoint"]).json()["sub"].startswith("kraken|account-user:")
    opens_the_account(client)


def test_public_client_as_the_library_sends_it_unless_told_otherwise():
    opens_the_account(signed_in("demo-public"))


def test_confidential_client_with_basic():
    opens_the_account(signed_in("demo-confidential"))


def test_confidential_client_with_the_secret_in_the_body():
    client, secret = session("demo-confidential")
    client.fetch_token(TOKEN, authorization_response=authorized(client), include_client_id=True, **secret)
    opens_the_account(client)


def test_confidential_client_without_pkce():
    opens_the_account(signed_in("demo-confidential", pkce=None))


def test_application_that_nobody_is_asked_about():
    client, secret = session("demo-trusted")
    address, _ = client.authorization_url(SERVER["authorization_endpoint"])
    client.fetch_token(TOKEN, authorization_response=Person().sign_in(address), **secret)
    opens_the_account(client)


def test_another_state_is_noticed():
    client, _ = session("demo-public")
    callback = authorized(client)
    client.new_state()
    with pytest.raises(errors.MismatchingStateError):
        client.fetch_token(TOKEN, authorization_response=callback, include_client_id=True)


def test_refresh_token_is_used_once():
    client = signed_in("demo-public")
    first = client.token["refresh_token"]
    assert client.refresh_token(TOKEN, client_id=client.client_id)["refresh_token"] != first
    opens_the_account(client)
    with pytest.raises(errors.InvalidGrantError):
        client.refresh_token(TOKEN, first, client_id=client.client_id)


def test_session_renews_by_itself_what_ran_out():
    renewed = []
    client_id, secret = kemu.application("demo-confidential")
    known = {"client_id": client_id, "client_secret": secret}
    automatic = {"auto_refresh_url": TOKEN, "auto_refresh_kwargs": known, "token_updater": renewed.append}
    client = signed_in("demo-confidential", **automatic)
    first = dict(client.token)
    kemu.advance("61m")
    kemu.is_refused(client.post(API, json=kemu.ACCOUNTS), "KT-CT-1124")
    # An hour has gone by for kemu alone; the session goes by its own clock, and by this where it is told.
    client.token = {**first, "expires_in": -60, "expires_at": first["expires_at"] - 3660}
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))
    assert [token["access_token"] != first["access_token"] for token in renewed] == [True]


@pytest.mark.parametrize("name", ["demo-public", "demo-confidential"])
def test_revoked_tokens_are_dead(name):
    client = signed_in(name)
    client_id, secret = kemu.application(name)
    known = {"client_id": client_id, "client_secret": secret} if secret else {"client_id": client_id}

    def revoke(token, hint):
        prepare = WebApplicationClient(client_id).prepare_token_revocation_request
        address, headers, body = prepare(SERVER["revocation_endpoint"], token, hint, **known)
        assert requests.post(address, data=body, headers=headers).status_code == 200

    token = dict(client.token)
    revoke(token["access_token"], "access_token")
    kemu.is_refused(client.post(API, json=kemu.ACCOUNTS), "KT-CT-1162")
    revoke(token["refresh_token"], "refresh_token")
    with pytest.raises(errors.InvalidGrantError):
        client.refresh_token(TOKEN, **known)


@pytest.mark.parametrize("where", ["basic", "body"])
def test_client_credentials(where):
    client_id, secret = kemu.application("demo-machine")
    client = OAuth2Session(client=BackendApplicationClient(client_id))
    by = {"auth": HTTPBasicAuth(client_id, secret)}
    token = client.fetch_token(TOKEN, **(by if where == "basic" else {"client_secret": secret, "include_client_id": True}))
    assert "refresh_token" not in token
    assert client.post(API, json=kemu.ONE_ACCOUNT).json() == {"data": {"account": {"number": kemu.ACCOUNT}}}


def started_device():
    """A session of a device, and what it was told to show. The library has no step for that request."""
    client_id, _ = kemu.application("demo-device")
    form = {"client_id": client_id, "scope": SCOPE}
    device = requests.post(SERVER["device_authorization_endpoint"], data=form).json()
    return OAuth2Session(client=DeviceClient(client_id)), device


def poll(client, device):
    return client.fetch_token(TOKEN, device_code=device["device_code"], include_client_id=True)


def is_refused(error, client, device):
    """The library has errors of its own for these, but raises one that only carries the code."""
    with pytest.raises(errors.OAuth2Error) as caught:
        poll(client, device)
    assert caught.value.error == error


def test_device_pending_slow_down_approved():
    client, device = started_device()
    is_refused("authorization_pending", client, device)
    is_refused("slow_down", client, device)
    Person().connect_device(device["verification_uri_complete"], device["user_code"])
    kemu.advance(f"{device['interval'] + 5}s")
    poll(client, device)
    opens_the_account(client)


def test_device_denied():
    client, device = started_device()
    kemu.decide_device("deny", device["user_code"])
    is_refused("access_denied", client, device)


def test_device_code_that_ran_out():
    client, device = started_device()
    kemu.advance(f"{device['expires_in'] + 1}s")
    is_refused("expired_token", client, device)


def test_person_who_says_no():
    client, _ = session("demo-public")
    with pytest.raises(errors.AccessDeniedError):
        client.fetch_token(TOKEN, authorization_response=authorized(client, "deny"), include_client_id=True)


def test_wrong_secret():
    client, _ = session("demo-confidential")
    with pytest.raises(errors.InvalidClientError):
        client.fetch_token(TOKEN, authorization_response=authorized(client), client_secret="wrong")


def test_password_grant_is_refused():
    client_id, secret = kemu.application("demo-confidential")
    client = OAuth2Session(client=LegacyApplicationClient(client_id))
    with pytest.raises(errors.UnsupportedGrantTypeError):
        client.fetch_token(TOKEN, username="flat-base@example.com", password="any", client_secret=secret)


def test_implicit_grant_is_refused():
    client_id, _ = kemu.application("demo-public")
    client = OAuth2Session(client=MobileApplicationClient(client_id), redirect_uri=REDIRECT_URI, scope=SCOPE.split())
    address, _ = client.authorization_url(SERVER["authorization_endpoint"])
    refused = Person().open(address)
    with pytest.raises(errors.UnauthorizedClientError):
        # The library reads the answer from the fragment, where an implicit one would be.
        client.token_from_fragment(refused.replace("?", "#"))
