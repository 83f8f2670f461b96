"""Authlib: its sessions, and its integration into Flask, which finds everything by discovery and checks id_tokens.

It takes plain http everywhere but in its own check of metadata, which has a switch: AUTHLIB_INSECURE_TRANSPORT.
"""

from urllib.parse import parse_qs, urlsplit

import flask
import pytest
import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2 import rfc8414, rfc9207
from authlib.oauth2.rfc6749.errors import MismatchingStateException
from authlib.oauth2.rfc8628 import DEVICE_CODE_GRANT_TYPE
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidClaimError
from joserfc.jwk import KeySet, OctKey

import kemu
from kemu import API, BASE, ISSUER, REDIRECT_URI, SCOPE, SIGNED_OUT, Person

SERVER = kemu.metadata()
DOCUMENTS = {where: f"{at}.well-known/openid-configuration" for where, at in [("issuer", ISSUER), ("host", f"{BASE}/")]}


def session(name, scope=SCOPE, **options):
    client_id, secret = kemu.application(name)
    options = {"redirect_uri": REDIRECT_URI, "code_challenge_method": "S256", **options}
    return OAuth2Session(client_id, secret, scope=scope, token_endpoint=SERVER["token_endpoint"], **options)


def authorized(client, person=None, decision="allow", verifier=None, **parameters):
    """Sends a person through the authorization; gives back where they came back."""
    endpoint = SERVER["authorization_endpoint"]
    address, state = client.create_authorization_url(endpoint, code_verifier=verifier, **parameters)
    client.state = state
    return (person or Person()).decide(address, decision)


def signed_in(client, **options):
    verifier = generate_token(48)
    callback = authorized(client, verifier=verifier, **options)
    return client.fetch_token(authorization_response=callback, code_verifier=verifier)


def claims(client, token, key, algorithm, **expected):
    """What a valid id_token says."""
    decoded = jwt.decode(token["id_token"], key, algorithms=[algorithm])
    expected = {"client_id": client.client_id, "access_token": token["access_token"], **expected}
    options = {"iss": {"values": [ISSUER]}, "aud": {"value": client.client_id}}
    found = CodeIDToken(decoded.claims, decoded.header, options, expected)
    found.validate()
    return found


def published_keys():
    return KeySet.import_key_set(requests.get(SERVER["jwks_uri"]).json())


def is_refused(error, ask, *arguments, **named):
    with pytest.raises(OAuthError) as caught:
        ask(*arguments, **named)
    assert caught.value.error == error


def test_metadata_is_valid_by_the_three_standards_that_the_library_knows(monkeypatch):
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    OpenIDProviderMetadata(requests.get(get_well_known_url(ISSUER, external=True)).json()).validate()
    address = rfc8414.get_well_known_url(ISSUER, external=True)
    found = rfc8414.AuthorizationServerMetadata(requests.get(address).json())
    found.validate(metadata_classes=[rfc9207.AuthorizationServerMetadata])


def test_public_client_with_pkce_reaches_the_api_and_userinfo():
    client = session("demo-public")
    token = signed_in(client, nonce="n-1")
    found = claims(client, token, published_keys(), "RS256", nonce="n-1")
    assert client.get(SERVER["userinfo_endpoint"]).json() == {"sub": found["sub"]}
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_confidential_client(method):
    client = session("demo-confidential", token_endpoint_auth_method=method)
    signed_in(client)
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))


def test_confidential_client_without_pkce():
    client = session("demo-confidential", code_challenge_method=None)
    client.fetch_token(authorization_response=authorized(client))
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))


def test_id_token_signed_with_hs256_by_the_secret():
    client = session("demo-hs256")
    token = signed_in(client, nonce="n-1")
    key = OctKey.import_key(client.client_secret)
    assert claims(client, token, key, "HS256", nonce="n-1")["iss"] == ISSUER
    with pytest.raises(BadSignatureError):
        claims(client, token, OctKey.import_key("another secret of thirty-two bytes"), "HS256")


def test_another_nonce_or_state_is_noticed():
    client = session("demo-public")
    token = signed_in(client, nonce="n-1")
    with pytest.raises(InvalidClaimError):
        claims(client, token, published_keys(), "RS256", nonce="n-2")
    callback = authorized(client, verifier=generate_token(48))
    with pytest.raises(MismatchingStateException):
        client.fetch_token(authorization_response=callback, state="another")


def test_auth_time_comes_with_max_age():
    client = session("demo-public")
    token = signed_in(client, max_age=60, nonce="n-1")
    assert claims(client, token, published_keys(), "RS256", max_age=60)["auth_time"] > 0


def test_refresh_token_is_used_once():
    client = session("demo-public")
    first = signed_in(client)["refresh_token"]
    assert client.refresh_token()["refresh_token"] != first
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))
    is_refused("invalid_grant", client.refresh_token, refresh_token=first)


@pytest.mark.parametrize("name", ["demo-public", "demo-confidential"])
def test_revoked_tokens_are_dead(name):
    client = session(name)
    token = signed_in(client)
    endpoint = SERVER["revocation_endpoint"]
    assert client.revoke_token(endpoint, token["access_token"], "access_token").status_code == 200
    kemu.is_refused(client.post(API, json=kemu.ACCOUNTS), "KT-CT-1162")
    assert client.revoke_token(endpoint, token["refresh_token"], "refresh_token").status_code == 200
    is_refused("invalid_grant", client.refresh_token)


def test_client_credentials():
    client = session("demo-machine", scope=None)
    token = client.fetch_token(grant_type="client_credentials")
    assert "refresh_token" not in token
    assert client.post(API, json=kemu.ONE_ACCOUNT).json() == {"data": {"account": {"number": kemu.ACCOUNT}}}


def started_device(client):
    form = {"client_id": client.client_id, "scope": SCOPE}
    return client.post(SERVER["device_authorization_endpoint"], data=form, withhold_token=True).json()


def polled(client, device):
    return client.fetch_token(grant_type=DEVICE_CODE_GRANT_TYPE, device_code=device["device_code"])


def test_device_pending_slow_down_approved():
    client = session("demo-device")
    device = started_device(client)
    is_refused("authorization_pending", polled, client, device)
    is_refused("slow_down", polled, client, device)
    Person().connect_device(device["verification_uri_complete"], device["user_code"])
    kemu.advance(f"{device['interval'] + 5}s")
    polled(client, device)
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))


def test_device_denied():
    client = session("demo-device")
    device = started_device(client)
    kemu.decide_device("deny", device["user_code"])
    is_refused("access_denied", polled, client, device)


def test_wrong_secret():
    client = session("demo-machine", scope=None)
    client.client_secret = "wrong"
    is_refused("invalid_client", client.fetch_token, grant_type="client_credentials")


class Site:
    """A site in Flask that signs people in with kemu, by a discovery document and nothing else."""

    def __init__(self, document=DOCUMENTS["issuer"]):
        app = flask.Flask(__name__)
        app.secret_key = "of this test"
        client_id, secret = kemu.application("demo-confidential")
        options = {"scope": SCOPE, "code_challenge_method": "S256"}
        client = OAuth(app).register(
            "kemu", client_id=client_id, client_secret=secret, server_metadata_url=document, client_kwargs=options
        )
        app.add_url_rule("/login", view_func=lambda: client.authorize_redirect(REDIRECT_URI), endpoint="login")

        @app.get("/callback")
        def callback():
            token = client.authorize_access_token()
            assert client.userinfo(token=token)["sub"] == token["userinfo"]["sub"]
            return token

        @app.get("/logout/<hint>")
        def logout(hint):
            return client.logout_redirect(SIGNED_OUT, id_token_hint=hint)

        @app.get("/signed-out")
        def signed_out():
            return client.validate_logout_response()

        # Faults reach the test instead of becoming a page.
        app.testing = True
        self.browser = app.test_client()

    def get(self, path):
        return self.browser.get(path, base_url="http://127.0.0.1:4711")


# The library does not compare the issuer with the address of its document: the host's own, Kraken's, will do, too.
@pytest.mark.parametrize("document", ["issuer", "host"])
def test_flask_signs_a_person_in_and_out(document):
    site, person = Site(DOCUMENTS[document]), Person()
    callback = person.decide(site.get("/login").location)
    token = site.get(f"/callback?{urlsplit(callback).query}").json
    assert token["userinfo"]["iss"] == ISSUER
    asked = {"Authorization": f"Bearer {token['access_token']}"}
    kemu.opens_the_account(requests.post(API, json=kemu.ACCOUNTS, headers=asked))
    back = person.open(site.get(f"/logout/{token['id_token']}").location)
    assert back.startswith(f"{SIGNED_OUT}?state=")
    assert site.get(f"/signed-out?{urlsplit(back).query}").json["post_logout_redirect_uri"] == SIGNED_OUT
    refused = person.open(site.get("/login").location + "&prompt=none")
    assert parse_qs(urlsplit(refused).query)["error"] == ["login_required"]


def test_flask_hears_that_a_person_says_no():
    site = Site()
    callback = Person().decide(site.get("/login").location, "deny")
    is_refused("access_denied", site.get, f"/callback?{urlsplit(callback).query}")


# From here on kemu's clock runs an hour ahead. Authlib refuses an id_token from the future, so this comes last.


def test_session_renews_by_itself_what_ran_out():
    updates = []
    client = session("demo-public", update_token=lambda token, **old: updates.append((token, old)))
    token = dict(signed_in(client))
    kemu.advance("61m")
    answer = requests.post(API, json=kemu.ACCOUNTS, headers={"Authorization": f"Bearer {token['access_token']}"})
    kemu.is_refused(answer, "KT-CT-1124")
    # An hour has gone by for kemu alone; the session goes by its own clock.
    client.token = {**token, "expires_at": token["expires_at"] - 3660}
    kemu.opens_the_account(client.post(API, json=kemu.ACCOUNTS))
    ((renewed, old),) = updates
    assert old == {"refresh_token": token["refresh_token"]} and renewed["refresh_token"] != token["refresh_token"]
